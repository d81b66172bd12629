//! Names that the runtime has taken on the types to which a client adds its own. The tests of `embedded` compare them
//! with the runtime.

/// Methods of the builder of every client; each security scheme adds a setter.
pub(crate) const SETTERS: &[&str] = &[
    "attempt_timeout",
    "base_url",
    "before_send",
    "budget",
    "build",
    "clock",
    "connect_timeout",
    "credential",
    "default_header",
    "fail_on_partial",
    "local_checks",
    "max_body",
    "new",
    "on_drift",
    "overall_timeout",
    "rate_limiter",
    "retry",
    "transport",
    "user_agent",
];

/// Methods of every client, also those that only the runtime can call; each group adds one.
pub(crate) const CLIENT_METHODS: &[&str] = &[
    "base",
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

/// Modules that every client has, what Cargo takes for roots, and the methods of a client that are not the runtime's own.
pub(super) const MODULES: &[&str] = &["builder", "client", "clone", "ext", "lib", "main", "runtime", "tests", "types"];
