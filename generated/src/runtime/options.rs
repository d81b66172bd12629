//! What can be set per client and overridden per call.

use std::time::Duration;

use super::retry::RetryPolicy;
use super::scheme::SchemeName;

/// How long a connection may take to open: a TLS handshake over a bad mobile link needs a few seconds; what takes
/// longer than 10 s does not come.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one attempt may take, from sending to the last byte of the answer: 60 s is what load balancers in front of
/// APIs commonly allow, so waiting longer rarely brings an answer.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a call may take with all its attempts and waits: three attempts and two server-given waits of a minute.
pub(crate) const OVERALL_TIMEOUT: Duration = Duration::from_secs(300);

/// The most bytes of an answer that are read: far above any page of an API, far below what hurts.
pub(crate) const MAX_BODY: usize = 32 * 1024 * 1024;

/// Overrides for one call; what is not set here is as the client has it ([`ClientBuilder`](super::ClientBuilder), where
/// the defaults and their reasons are).
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) auth: Option<SchemeName>,
    pub(crate) connect_timeout: Option<Option<Duration>>,
    pub(crate) attempt_timeout: Option<Option<Duration>>,
    pub(crate) overall_timeout: Option<Option<Duration>>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) fail_on_partial: Option<bool>,
    pub(crate) local_checks: Option<bool>,
    pub(crate) max_body: Option<usize>,
}

impl CallOptions {
    /// No overrides.
    pub const fn new() -> Self {
        Self {
            auth: None,
            connect_timeout: None,
            attempt_timeout: None,
            overall_timeout: None,
            retry: None,
            fail_on_partial: None,
            local_checks: None,
            max_body: None,
        }
    }

    /// Authenticates with this scheme rather than with the first alternative for which there are credentials. The
    /// operation must accept the scheme, and the client must have a credential for it; otherwise the call fails with
    /// [`ErrorKind::MissingCredentials`](super::ErrorKind::MissingCredentials) before anything is sent.
    pub fn auth(mut self, scheme: impl Into<SchemeName>) -> Self {
        self.auth = Some(scheme.into());
        self
    }

    /// How long opening a connection may take; `None` for no limit. Only a transport that makes use of
    /// [`Attempt::connect_timeout`](super::Attempt::connect_timeout) honours this: reqwest fixes it when its client is
    /// built.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = Some(timeout.into());
        self
    }

    /// How long one attempt may take, from sending to the last byte of the answer; `None` for no limit. For a stream it
    /// is the limit for the head of the answer, and at least 60 s.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = Some(timeout.into());
        self
    }

    /// How long the call may take with all its attempts and waits; `None` for no limit. Streams have none.
    pub fn overall_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.overall_timeout = Some(timeout.into());
        self
    }

    /// Whether and how the call is repeated; [`RetryPolicy::off`] for never. It replaces the client's policy as a
    /// whole.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Whether an answer with a result *and* errors is an `Err`.
    pub fn fail_on_partial(mut self, fail: bool) -> Self {
        self.fail_on_partial = Some(fail);
        self
    }

    /// Whether bounds are checked before anything is sent. A required or malformed argument is refused either way.
    pub fn local_checks(mut self, check: bool) -> Self {
        self.local_checks = Some(check);
        self
    }

    /// The most bytes of the answer's body that are read, after decoding where it was compressed, before the call fails
    /// with [`ErrorKind::TooLarge`](super::ErrorKind::TooLarge).
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }
}

/// What applies to a call: the client's settings with the call's overrides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) overall_timeout: Option<Duration>,
    pub(crate) retry: RetryPolicy,
    pub(crate) fail_on_partial: bool,
    pub(crate) local_checks: bool,
    pub(crate) max_body: usize,
    pub(crate) gzip: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Some(CONNECT_TIMEOUT),
            attempt_timeout: Some(ATTEMPT_TIMEOUT),
            overall_timeout: Some(OVERALL_TIMEOUT),
            retry: RetryPolicy::new(),
            fail_on_partial: false,
            local_checks: true,
            max_body: MAX_BODY,
            gzip: cfg!(feature = "gzip"),
        }
    }
}

impl Settings {
    pub(crate) fn with(mut self, options: &CallOptions) -> Self {
        self.connect_timeout = options.connect_timeout.unwrap_or(self.connect_timeout);
        self.attempt_timeout = options.attempt_timeout.unwrap_or(self.attempt_timeout);
        self.overall_timeout = options.overall_timeout.unwrap_or(self.overall_timeout);
        self.retry = options.retry.unwrap_or(self.retry);
        self.fail_on_partial = options.fail_on_partial.unwrap_or(self.fail_on_partial);
        self.local_checks = options.local_checks.unwrap_or(self.local_checks);
        self.max_body = options.max_body.unwrap_or(self.max_body);
        self
    }
}
