//! Names that are taken: those that the runtime has on the types to which a client adds its own, which the tests of
//! `embedded` compare with the runtime, and methods of traits, in whose place an item's own would come.

/// Methods of the builder of every client; each security scheme adds a setter.
pub(crate) const SETTERS: &[&str] = &[
    "attempt_timeout",
    "base",
    "base_url",
    "before_send",
    "budget",
    "build",
    "clock",
    "connect_timeout",
    "credential",
    "default_header",
    "fail_on_partial",
    "gzip",
    "local_checks",
    "max_body",
    "new",
    "on_drift",
    "overall_timeout",
    "rate_limiter",
    "retry",
    "server",
    "transport",
    "user_agent",
];

/// Methods of every client, also those that only the runtime can call; each group adds one.
pub(crate) const CLIENT_METHODS: &[&str] = &[
    "base",
    "base_of",
    "before_send",
    "clock",
    "credential",
    "credential_names",
    "definition",
    "drift",
    "headers",
    "report_drift",
    "request",
    "schemes",
    "settings",
    "transport",
    "unix_now",
    "watches_drift",
];

/// Methods of the server for tests, also those that only the runtime can call; each group adds one.
pub(crate) const MOCK_METHODS: &[&str] = &[
    "allow_query",
    "answer",
    "builder",
    "client_builder",
    "clock",
    "default",
    "definition",
    "faults",
    "find",
    "inject",
    "keep",
    "listen",
    "new",
    "of",
    "on",
    "record",
    "recorded",
    "redaction",
    "refuse",
    "replay",
    "requests",
    "reset",
    "route",
    "state",
    "take_exchange",
    "transport",
    "verify",
];

/// Modules that every client has, what Cargo takes for roots, and the methods of a client that are not the runtime's own.
pub(super) const MODULES: &[&str] = &[
    "base_urls",
    "builder",
    "client",
    "clone",
    "ext",
    "lib",
    "main",
    "mock",
    "oauth1_login",
    "oauth2_login",
    "runtime",
    "tests",
    "types",
];

/// Methods that everything that can be cloned and printed has.
pub(super) const OF_VALUES: &[&str] = &[
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "fmt",
    "from",
    "into",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

/// What the types of bodies have beside them.
pub(super) const OF_OBJECTS: &[&str] =
    &["default", "deserialize", "deserialize_in_place", "eq", "ne", "new", "serialize", "validate"];

/// Several lists as one.
pub(super) fn joined(lists: &[&[&'static str]]) -> Vec<&'static str> {
    lists.concat()
}
