//! The parts of every client that are not generated, embedded as they are: the runtime and the templates of a crate.

macro_rules! runtime {
    ($($name:literal,)*) => {
        &[$((concat!($name, ".rs"), include_str!(concat!("../templates/runtime/src/runtime/", $name, ".rs"))),)*]
    };
}

/// The runtime's files: name and text.
const RUNTIME: &[(&str, &str)] = runtime![
    "argument",
    "argument_impls",
    "assemble",
    "auth",
    "body",
    "call",
    "call_decode",
    "check",
    "client",
    "clock",
    "decode",
    "drift",
    "error",
    "frame",
    "hooks",
    "http_reqwest",
    "list",
    "live",
    "locate",
    "memory",
    "mod",
    "mode",
    "object",
    "operation",
    "options",
    "page",
    "page_fault",
    "pager",
    "patch",
    "pattern",
    "problem",
    "rate_limit",
    "raw_request",
    "reader",
    "recent",
    "reconnect",
    "response",
    "retry",
    "scheme",
    "secret",
    "send",
    "stream",
    "stream_event",
    "stream_item",
    "string_enum",
    "target",
    "text",
    "timestamp",
    "transport",
    "union",
    "unrecognized",
    "validate",
    "wire",
];

/// The template of a manifest.
const MANIFEST: &str = include_str!("../templates/crate/Cargo.toml.in");

/// The template of a README.
const README: &str = include_str!("../templates/crate/README.md.in");

/// The runtime's files, sorted by name: path below `runtime/` and text.
#[must_use]
pub fn runtime() -> &'static [(&'static str, &'static str)] {
    RUNTIME
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
