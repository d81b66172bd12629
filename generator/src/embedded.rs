//! The parts of every client that are not generated, embedded as they are: the runtime and the templates of a crate.

macro_rules! runtime {
    ($($name:literal,)*) => {
        &[$((concat!($name, ".rs"), include_str!(concat!("../templates/runtime/src/runtime/", $name, ".rs"))),)*]
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
    "coding",
    "decode",
    "drift",
    "error",
    "error_answer",
    "exchange",
    "file_store",
    "flight",
    "frame",
    "gzip",
    "hooks",
    "http_reqwest",
    "item_count",
    "list",
    "live",
    "locate",
    "memory",
    "mod",
    "mode",
    "oauth1",
    "oauth1_login",
    "oauth2",
    "oauth2_login",
    "oauth_error",
    "oauth_http",
    "object",
    "operation",
    "options",
    "page",
    "page_fault",
    "pager",
    "patch",
    "pattern",
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
    "user_token",
    "validate",
    "webhook",
    "wire",
];

/// The template of a manifest.
const MANIFEST: &str = include_str!("../templates/crate/Cargo.toml.in");

/// The template of a README.
const README: &str = include_str!("../templates/crate/README.md.in");

/// Files of the runtime that only some clients need; all others are always copied.
const PARTS: &[(Part, &[&str])] = &[
    (Part::Pages, &["page", "page_fault", "pager"]),
    (Part::Streams, &["frame", "live", "reconnect", "recent", "stream", "stream_event", "stream_item"]),
];

/// A part of the runtime that only some clients need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Answers that continue on another page.
    Pages,
    /// Answers that do not end.
    Streams,
}

/// The runtime's files for a client with these parts, sorted by name: path below `runtime/` and text. Every text is the
/// file byte for byte, but for `mod.rs`, from which the modules that are left out are missing.
#[must_use]
pub fn runtime(parts: &[Part]) -> Vec<(String, String)> {
    let unused: Vec<&str> =
        PARTS.iter().filter(|(part, _)| !parts.contains(part)).flat_map(|(_, files)| files.iter().copied()).collect();
    RUNTIME
        .iter()
        .filter(|(path, _)| !unused.contains(&path.trim_end_matches(".rs")))
        .map(|(path, text)| {
            let text = if *path == "mod.rs" { without(text, &unused) } else { (*text).to_owned() };
            ((*path).to_owned(), text)
        })
        .collect()
}

/// The text of `mod.rs` without the declarations and re-exports of some modules, and without their attributes.
fn without(text: &str, modules: &[&str]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut attributes = String::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("#[") {
            attributes.push_str(line);
            continue;
        }
        let bare = line.trim_end().trim_start_matches("pub ");
        let names = |module: &&str| {
            bare.strip_prefix("mod ").is_some_and(|rest| rest.strip_suffix(';') == Some(*module))
                || bare.strip_prefix("use ").is_some_and(|rest| rest.split("::").next() == Some(*module))
        };
        if !modules.iter().any(names) {
            kept.push_str(&attributes);
            kept.push_str(line);
        }
        attributes.clear();
    }
    kept
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

#[cfg(test)]
mod tests {
    use syn::{ImplItem, Item, Type};

    use super::*;
    use crate::lower::reserved::{CLIENT_METHODS, SETTERS};

    #[test]
    fn parts_that_are_not_needed_are_left_out() {
        let all = runtime(&[Part::Pages, Part::Streams]);
        let none = runtime(&[]);
        assert_eq!(all.len() - none.len(), PARTS.iter().map(|(_, files)| files.len()).sum::<usize>());
        for (path, text) in &all {
            assert!(RUNTIME.contains(&(path.as_str(), text.as_str())), "{path} is not the file itself");
        }
        let (_, root) = none.iter().find(|(path, _)| path == "mod.rs").expect("there is a root");
        assert!(root.contains("mod client;\n") && root.contains("pub use client::Client;"));
        for module in PARTS.iter().flat_map(|(_, files)| *files) {
            assert!(
                !root.contains(&format!("mod {module};")) && !root.contains(&format!("use {module}::")),
                "{module}"
            );
        }
        assert!(!root.contains("#[doc(hidden)]\npub use hooks"), "the attribute went with what it stood on");
    }

    #[test]
    fn every_file_of_the_runtime_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/runtime/src/runtime");
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
