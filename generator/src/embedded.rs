//! The parts of every client that are not generated, embedded as they are: the runtime and the templates of a crate.

macro_rules! runtime {
    ($($name:literal,)*) => {
        &[$((concat!($name, ".rs"), include_str!(concat!("../runtime/", $name, ".rs"))),)*]
    };
}

/// The runtime's files: name and text.
const RUNTIME: &[(&str, &str)] = runtime![
    "admission",
    "argument",
    "argument_impls",
    "assemble",
    "auth",
    "authorization",
    "body",
    "budget",
    "call",
    "call_decode",
    "check",
    "client",
    "client_builder",
    "client_credentials",
    "clock",
    "clock_browser",
    "closed_enum",
    "coding",
    "decode",
    "download",
    "drift",
    "drift_counters",
    "encoded",
    "error",
    "error_answer",
    "exchange",
    "file_store",
    "flight",
    "frame",
    "gzip",
    "header",
    "hooks",
    "http_reqwest",
    "item_count",
    "list",
    "live",
    "locate",
    "media",
    "memory",
    "mod",
    "mode",
    "multipart",
    "oauth1",
    "oauth1_login",
    "oauth2",
    "oauth2_login",
    "oauth_credential",
    "oauth_error",
    "oauth_http",
    "object",
    "operation",
    "options",
    "page",
    "page_fault",
    "pager",
    "param",
    "patch",
    "pattern",
    "places",
    "problem",
    "random",
    "rate_limit",
    "rate_limiter",
    "rate_window",
    "raw_request",
    "reader",
    "recent",
    "reconnect",
    "renewal",
    "resend",
    "response",
    "retry",
    "scheme",
    "secret",
    "send",
    "sequence",
    "server",
    "span",
    "stream",
    "stream_event",
    "stream_item",
    "string_enum",
    "target",
    "text",
    "timestamp",
    "timestamp_dates",
    "token_pair",
    "token_store",
    "transport",
    "union",
    "unrecognized",
    "upload",
    "user_token",
    "validate",
    "webhook",
    "wire",
];

/// The template of a manifest.
const MANIFEST: &str = include_str!("../templates/Cargo.toml.in");

/// The template of a README.
const README: &str = include_str!("../templates/README.md.in");

/// The template of the README of a crate that has only types.
const README_OF_TYPES: &str = include_str!("../templates/README-types.md.in");

/// Files of the runtime that types need.
const TYPES: &[&str] = &[
    "argument",
    "argument_impls",
    "check",
    "drift",
    "mod",
    "mode",
    "object",
    "param",
    "patch",
    "pattern",
    "places",
    "string_enum",
    "text",
    "timestamp",
    "timestamp_dates",
    "union",
    "unrecognized",
    "validate",
    "wire",
];

/// What the runtime is without a client.
const ABOUT_TYPES: &str = "//! What the types have in common: their wire forms, dates and times, members that may be set to \
                           null, and values\n//! that this version does not know.\n";

/// Files of the runtime that only some clients need; all others every client has.
const PARTS: &[(Part, &[&str])] = &[
    (Part::Base64, &["encoded"]),
    (Part::ClosedEnums, &["closed_enum"]),
    (Part::Downloads, &["download"]),
    (Part::Headers, &["header"]),
    (Part::Multipart, &["multipart", "upload"]),
    (Part::OAuth1, &["oauth1", "oauth1_login", "oauth_error", "oauth_http", "random"]),
    (
        Part::OAuth2,
        &[
            "client_credentials",
            "file_store",
            "flight",
            "oauth2",
            "oauth2_login",
            "oauth_credential",
            "oauth_error",
            "oauth_http",
            "random",
            "renewal",
            "token_pair",
            "token_store",
            "user_token",
        ],
    ),
    (Part::Pages, &["page", "page_fault", "pager"]),
    (Part::Sequences, &["sequence"]),
    (Part::Streams, &["frame", "live", "reconnect", "recent", "stream", "stream_event", "stream_item"]),
    (Part::Webhook, &["webhook"]),
];

/// A part of the runtime that only some clients need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Bytes that are sent as base64.
    Base64,
    /// Everything that types alone do not need.
    Client,
    /// Enums without room for values that they do not list.
    ClosedEnums,
    /// Answers of any length that are bytes.
    Downloads,
    /// Headers of answers that are read as typed values.
    Headers,
    /// Bodies of several parts.
    Multipart,
    /// Requests signed by OAuth 1.0a, and its login.
    OAuth1,
    /// Tokens of OAuth 2.0: where they come from, how they are renewed and kept.
    OAuth2,
    /// Answers that continue on another page.
    Pages,
    /// Bodies of values that are sent one after the other.
    Sequences,
    /// Answers that do not end.
    Streams,
    /// What a receiver of webhooks checks.
    Webhook,
}

impl Part {
    /// All parts.
    pub const ALL: &'static [Self] = &[
        Self::Base64,
        Self::Client,
        Self::ClosedEnums,
        Self::Downloads,
        Self::Headers,
        Self::Multipart,
        Self::OAuth1,
        Self::OAuth2,
        Self::Pages,
        Self::Sequences,
        Self::Streams,
        Self::Webhook,
    ];

    /// What it is called in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Client => "client",
            Self::ClosedEnums => "closed enums",
            Self::Downloads => "downloads",
            Self::Headers => "headers of answers",
            Self::Multipart => "multipart",
            Self::OAuth1 => "OAuth 1.0a",
            Self::OAuth2 => "OAuth 2.0",
            Self::Pages => "pages",
            Self::Sequences => "sequences",
            Self::Streams => "streams",
            Self::Webhook => "webhook",
        }
    }

    /// The files of the runtime that are there for it, without their ending; some are there for other parts as well.
    #[must_use]
    pub fn files(self) -> &'static [&'static str] {
        PARTS.iter().find(|(part, _)| *part == self).map_or(&[], |(_, files)| *files)
    }

    /// The feature of the crate that turns the part on; absent where it is always on.
    #[must_use]
    pub fn feature(self) -> Option<&'static str> {
        match self {
            Self::OAuth1 => Some("oauth1"),
            Self::OAuth2 => Some("oauth2"),
            Self::Webhook => Some("webhook"),
            Self::Base64
            | Self::Client
            | Self::ClosedEnums
            | Self::Downloads
            | Self::Headers
            | Self::Multipart
            | Self::Pages
            | Self::Sequences
            | Self::Streams => None,
        }
    }
}

/// The runtime's files for a crate with these parts, sorted by name: path below `runtime/` and text. Every text is the
/// file byte for byte, but for `mod.rs` and `wire.rs`, from which the modules that are left out are missing.
#[must_use]
pub fn runtime(parts: &[Part]) -> Vec<(String, String)> {
    let client = parts.contains(&Part::Client);
    let files = |used: bool| {
        let chosen = PARTS.iter().filter(move |(part, _)| parts.contains(part) == used);
        chosen.flat_map(|(_, files)| files.iter().copied())
    };
    let stays = |file: &str| {
        files(true).any(|used| used == file)
            || if client { !files(false).any(|unused| unused == file) } else { TYPES.contains(&file) }
    };
    let names = || RUNTIME.iter().map(|(path, _)| path.trim_end_matches(".rs"));
    let unused: Vec<&str> = names().filter(|file| !stays(file)).collect();
    let undeclared: Vec<&str> =
        Part::ALL.iter().filter(|part| !parts.contains(part)).filter_map(|part| part.feature()).collect();
    RUNTIME
        .iter()
        .filter(|(path, _)| stays(path.trim_end_matches(".rs")))
        .map(|(path, text)| {
            let text = match *path {
                "mod.rs" if !client => described(ABOUT_TYPES, &without(text, &unused, &undeclared)),
                "mod.rs" | "wire.rs" => without(text, &unused, &undeclared),
                _ => (*text).to_owned(),
            };
            ((*path).to_owned(), text)
        })
        .collect()
}

/// A file with other words about itself.
fn described(about: &str, text: &str) -> String {
    let rest = text.split_inclusive('\n').skip_while(|line| line.starts_with("//!"));
    [about].into_iter().chain(rest).collect()
}

/// The text of a file without the declarations and re-exports of some modules, without their attributes, and without a
/// word about features that the crate does not have.
fn without(text: &str, modules: &[&str], features: &[&str]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut attributes = String::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("#[") {
            attributes.push_str(line);
            continue;
        }
        let bare = line.trim_end().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        let names = |module: &&str| {
            bare.strip_prefix("mod ").is_some_and(|rest| rest.strip_suffix(';') == Some(*module))
                || bare.strip_prefix("use ").is_some_and(|rest| {
                    rest.strip_prefix("super::").unwrap_or(rest).split("::").next() == Some(*module)
                })
        };
        if !modules.iter().any(names) {
            kept.push_str(&declared(&attributes, features));
            kept.push_str(line);
        }
        attributes.clear();
    }
    kept
}

/// Attributes in which a choice of features, `any(…)`, names none of `features`.
fn declared(attributes: &str, features: &[&str]) -> String {
    let Some((before, rest)) = attributes.split_once("any(") else { return attributes.to_owned() };
    let Some((choice, after)) = rest.split_once(')') else { return attributes.to_owned() };
    let left: Vec<&str> = choice
        .split(", ")
        .filter(|one| !features.iter().any(|feature| *one == format!("feature = \"{feature}\"")))
        .collect();
    match left.as_slice() {
        [only] => format!("{before}{only}{after}"),
        several => format!("{before}any({}){after}", several.join(", ")),
    }
}

/// The template of a manifest.
#[must_use]
pub fn manifest() -> &'static str {
    MANIFEST
}

/// The template of a README.
#[must_use]
pub fn readme() -> &'static str {
    README
}

/// The template of the README of a crate that has only types.
#[must_use]
pub fn readme_of_types() -> &'static str {
    README_OF_TYPES
}

#[cfg(test)]
mod tests {
    use syn::{ImplItem, Item, Type};

    use super::*;
    use crate::lower::reserved::{CLIENT_METHODS, SETTERS};

    #[test]
    fn parts_that_are_not_needed_are_left_out() {
        let all = runtime(Part::ALL);
        let none = runtime(&[Part::Client]);
        let files: std::collections::BTreeSet<&str> =
            PARTS.iter().flat_map(|(_, files)| files.iter().copied()).collect();
        assert_eq!(all.len() - none.len(), files.len());
        for (path, text) in &all {
            assert!(RUNTIME.contains(&(path.as_str(), text.as_str())), "{path} is not the file itself");
        }
        let (_, root) = none.iter().find(|(path, _)| path == "mod.rs").expect("there is a root");
        assert!(root.contains("mod client;\n") && root.contains("pub use client::Client;"));
        for module in files {
            assert!(
                !root.contains(&format!("mod {module};")) && !root.contains(&format!("use {module}::")),
                "{module}"
            );
        }
        assert!(!root.contains("#[doc(hidden)]\npub use hooks"), "the attribute went with what it stood on");
    }

    #[test]
    fn types_alone_have_no_client() {
        let files = runtime(&[]);
        let names: Vec<&str> = files.iter().map(|(path, _)| path.trim_end_matches(".rs")).collect();
        assert_eq!(names, TYPES, "every name of TYPES is a file");
        for (path, text) in &files {
            assert!(!text.contains("super::client::") && !text.contains("mod client;"), "{path}");
        }
        let (_, wire) = files.iter().find(|(path, _)| path == "wire.rs").expect("types have wire forms");
        assert!(wire.contains("pub use super::check::") && !wire.contains("super::call::"), "{wire}");
    }

    #[test]
    fn a_part_brings_what_it_shares_and_no_feature_of_another() {
        for (part, other) in [(Part::OAuth1, Part::OAuth2), (Part::OAuth2, Part::OAuth1)] {
            let files = runtime(&[Part::Client, part]);
            let text = |name: &str| files.iter().find(|(path, _)| path == name).map(|(_, text)| text.as_str());
            for shared in ["oauth_error.rs", "oauth_http.rs", "random.rs"] {
                assert!(text(shared).is_some(), "{shared} of {part:?}");
            }
            let feature = format!("feature = \"{}\"", other.feature().expect("it has one"));
            for (path, text) in &files {
                assert!(!text.contains(&feature), "{path} of {part:?} names the feature of {other:?}");
            }
            assert!(text("mod.rs").is_some_and(|root| root.contains(")]\nmod random;")), "{part:?}");
        }
    }

    #[test]
    fn every_file_of_the_runtime_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runtime");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .expect("the runtime stands in templates/")
            .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
            .collect();
        found.sort();
        let embedded: Vec<String> = RUNTIME.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(embedded, found, "name every file of the runtime in RUNTIME");
    }

    /// The methods of a type in all files of the runtime, sorted.
    fn methods(of: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (_, text) in RUNTIME {
            let file = syn::parse_file(text).expect("the runtime is Rust");
            for item in file.items {
                let Item::Impl(block) = item else { continue };
                let is_meant = matches!(&*block.self_ty, Type::Path(path) if path.path.is_ident(of));
                if block.trait_.is_none() && is_meant {
                    found.extend(block.items.into_iter().filter_map(|item| match item {
                        ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                        _ => None,
                    }));
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn every_method_of_the_builder_is_reserved() {
        assert_eq!(methods("ClientBuilder"), SETTERS);
    }

    #[test]
    fn every_method_of_the_client_is_reserved() {
        assert_eq!(methods("Client"), CLIENT_METHODS);
    }
}
