//! How a client is built: its settings, and what is wrong with them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::auth::Auth;
use super::budget::Budget;
use super::client::{BeforeSend, Client, OnDrift, Shared, names};
use super::clock::Clock;
use super::drift::Drift;
use super::drift_counters::DriftCounters;
use super::error::Error;
use super::hooks::Outgoing;
use super::options::Settings;
use super::rate_limiter::RateLimiter;
use super::retry::RetryPolicy;
use super::scheme::{Definition, Scheme};
use super::server::{Server, fill};
use super::target::Base;
use super::transport::{BoxError, MaybeSendSync, Transport};

/// Builds a [`Client`]. What is wrong with a setting is reported by [`ClientBuilder::build`].
#[must_use]
pub struct ClientBuilder {
    definition: &'static Definition,
    base_url: Option<String>,
    server: Option<Server>,
    user_agent: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    credentials: Vec<(&'static Scheme, Auth)>,
    settings: Settings,
    limiter: Option<RateLimiter>,
    budget: Option<Budget>,
    before_send: Option<Arc<BeforeSend>>,
    on_drift: Option<Arc<OnDrift>>,
}

impl ClientBuilder {
    /// Starts with the defaults of an API.
    #[doc(hidden)]
    pub fn new(definition: &'static Definition) -> Self {
        Self {
            definition,
            base_url: None,
            server: None,
            user_agent: None,
            headers: Vec::new(),
            transport: None,
            clock: None,
            credentials: Vec::new(),
            settings: Settings::default(),
            limiter: None,
            budget: None,
            before_send: None,
            on_drift: None,
        }
    }

    /// Sets the credential of a security scheme, in place of an earlier one.
    #[doc(hidden)]
    pub fn credential(mut self, scheme: &'static Scheme, auth: impl Into<Auth>) -> Self {
        self.credentials.retain(|(known, _)| known.name != scheme.name);
        self.credentials.push((scheme, auth.into()));
        self
    }

    /// Where the API lives: `http` or `https`, with or without a path in front of the API's own, no query, no user. It
    /// takes the place of every server of the API description, also of those that single operations have, so that a
    /// proxy or a test server gets all requests. Credentials are sent to this origin and to no other. The default is the
    /// first server of the API description.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Chooses a server in place of the first one of the API description. Operations that the description puts elsewhere
    /// stay there, with the values of the variables that both have.
    pub fn server(mut self, server: impl Into<Server>) -> Self {
        self.server = Some(server.into());
        self
    }

    /// The `User-Agent` of every request (RFC 9110 section 10.1.5). The default is name and version of the client's
    /// crate, `name/1.2.3`.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = Some(text.into());
        self
    }

    /// A header of every request, in place of an earlier one of that name, also of the `User-Agent`. A call's own
    /// headers come before it, and the headers of credentials before both.
    pub fn default_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }

    /// What sends the requests. The default is a `ReqwestTransport` where feature `reqwest013` is on;
    /// without it a transport must be set.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The time the client lives in. The default is a `SystemClock` where feature `reqwest013` is on; without it
    /// a clock must be set.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Whether and how calls are repeated; [`RetryPolicy::off`] for never. The default is [`RetryPolicy::new`]: two
    /// retries, and waits of up to 60 s where the server asks for them. Streams have a `ReconnectPolicy`
    /// instead.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// How long opening a connection may take; `None` for no limit. The default is 10 s: a TLS handshake over a bad
    /// mobile link needs a few seconds, and what takes longer does not come. It applies to the default transport and
    /// to those that make use of [`Attempt::connect_timeout`](super::Attempt::connect_timeout).
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.connect_timeout = timeout.into();
        self
    }

    /// How long one attempt may take, from sending to the last byte of the answer; `None` for no limit. The default is
    /// 60 s, which is what load balancers in front of APIs commonly allow. For a stream it is the limit for the head of
    /// the answer, and at least 60 s, because a quiet stream answers with its first keep-alive only.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.attempt_timeout = timeout.into();
        self
    }

    /// How long a call may take with all its attempts and waits; `None` for no limit. The default is 300 s: room for
    /// three attempts of a minute and two waits of a minute. A wait that would not end in time is not begun.
    /// Streams have none.
    pub fn overall_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.overall_timeout = timeout.into();
        self
    }

    /// The most bytes of an answer's body that are read before the call fails with
    /// [`ErrorKind::TooLarge`](super::ErrorKind::TooLarge). The default is 32 MiB: far above any page of an API, far
    /// below what hurts a process. Bodies of error answers are cut at 1 MiB instead.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.settings.max_body = bytes;
        self
    }

    /// Whether calls ask for answers that are compressed with gzip (`Accept-Encoding`, RFC 9110 section 12.5.3; the
    /// coding is that of RFC 1952); the default is `true`. A call or a [default header](Self::default_header) that sets
    /// `Accept-Encoding` itself, and a call with a `Range`, are left as they are. A stream asks only when it is told
    /// to.
    ///
    /// An answer is decoded whoever asked for it: [`Meta::raw`](super::Meta::raw) and
    /// [`Error::raw`](super::Error::raw) hold the decoded body, limits such as [`max_body`](Self::max_body) count its
    /// bytes, and the headers `Content-Encoding` and `Content-Length`, which describe the other, are not shown.
    /// Answers to `HEAD` and parts of a body (status 206) are left as they came.
    #[cfg(feature = "gzip")]
    pub fn gzip(mut self, ask: bool) -> Self {
        self.settings.gzip = ask;
        self
    }

    /// Whether an answer that holds a result *and* errors is an `Err`. The default is `false`: the body has both.
    pub fn fail_on_partial(mut self, fail: bool) -> Self {
        self.settings.fail_on_partial = fail;
        self
    }

    /// Whether bounds are checked before anything is sent. The default is `true`; limits on the server move, and then
    /// `false` lets the server decide. A required or malformed argument is refused either way.
    pub fn local_checks(mut self, check: bool) -> Self {
        self.settings.local_checks = check;
        self
    }

    /// What keeps an eye on the server's rate limits, shared with whoever has a clone of it. The default is none. By
    /// default a limiter only watches; [`RateLimiter::wait_up_to`] makes attempts wait, which fail with
    /// [`ErrorKind::RateLimited`](super::ErrorKind::RateLimited) where they would wait too long.
    pub fn rate_limiter(mut self, limiter: RateLimiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// What the program allows itself, shared with whoever has a clone of it. The default is none. An attempt for which
    /// there is no room fails with [`ErrorKind::Refused`](super::ErrorKind::Refused) before it is sent.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Called before every attempt; the default is no hook. An `Err` refuses it: the call fails with
    /// [`ErrorKind::Refused`](super::ErrorKind::Refused) and that error as its source.
    ///
    /// It is the last to be asked, just before the credentials. First the [`budget`](Self::budget) is asked without
    /// taking anything, then the [`rate_limiter`](Self::rate_limiter) waits and takes a place, then the budget takes
    /// the request and its items, then the hook is called. So nothing is taken by an attempt that another one refuses:
    /// the limiter and the budget get theirs back from attempts that are not sent, which a hook does not learn.
    pub fn before_send<E: Into<BoxError>>(
        mut self,
        hook: impl Fn(&Outgoing<'_>) -> Result<(), E> + MaybeSendSync + 'static,
    ) -> Self {
        self.before_send = Some(Arc::new(move |outgoing| hook(outgoing).map_err(Into::into)));
        self
    }

    /// Called for everything in an answer that this version of the client does not know, after the answer was decoded,
    /// in the task that asked for it; at most 1,000 times per answer. The default is no hook. Decoding is a little
    /// slower with one.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + MaybeSendSync + 'static) -> Self {
        self.on_drift = Some(Arc::new(hook));
        self
    }

    /// The finished client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](super::ErrorKind::InvalidRequest), if the base URL, a header or a credential
    /// cannot be used, or if there is no transport or no clock.
    pub fn build(self) -> Result<Client, Error> {
        let variables = self.server.as_ref().map_or_else(Vec::new, |server| server.values.clone());
        let base = self.base(&variables)?;
        let user_agent = self.user_agent.as_deref().unwrap_or(self.definition.user_agent);
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 1);
        match HeaderValue::try_from(user_agent) {
            Ok(value) => headers.insert(header::USER_AGENT, value),
            Err(error) => {
                let message = "the user agent holds characters that no header can hold";
                return Err(Error::invalid("", message).with_source(error));
            }
        };
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        let mut credentials = Vec::with_capacity(self.credentials.len());
        for (scheme, auth) in self.credentials {
            let auth = auth.prepared(scheme).map_err(|error| {
                Error::invalid("", format!("the credential for `{}` cannot be used: {error}", scheme.name))
            })?;
            credentials.push((scheme, auth));
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(self.settings.connect_timeout)?,
        };
        let clock = match self.clock {
            Some(clock) => clock,
            None => default_clock()?,
        };
        if let Some(limiter) = &self.limiter {
            limiter.attach(&clock);
        }
        if let Some(budget) = &self.budget {
            budget.attach(&clock);
        }
        Ok(Client(Arc::new(Shared {
            definition: self.definition,
            base: Arc::new(base),
            takes_all: self.base_url.is_some(),
            variables,
            headers,
            transport,
            clock,
            credentials,
            settings: self.settings,
            limiter: self.limiter,
            budget: self.budget,
            before_send: self.before_send,
            on_drift: self.on_drift,
            drift: DriftCounters::default(),
        })))
    }

    /// The base URL: the caller's, that of the chosen server, or that of the API description.
    fn base(&self, variables: &[(&'static str, String)]) -> Result<Base, Error> {
        let address = match (&self.base_url, &self.server) {
            (Some(url), _) => return Base::parse(url),
            (None, Some(server)) if !server.has_variables => return Base::parse(&server.url),
            (None, Some(server)) => fill(&server.url, |name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
            }),
            (None, None) => fill(self.definition.base_url, |name| {
                self.definition.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
            }),
        };
        Base::parse(&address.map_err(|why| {
            Error::invalid("", format!("{why}; choose one with `ClientBuilder::server`, or set a `base_url`"))
        })?)
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &names(&self.credentials))
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "reqwest013")]
fn default_transport(connect_timeout: Option<Duration>) -> Result<Arc<dyn Transport>, Error> {
    Ok(Arc::new(super::http_reqwest::ReqwestTransport::build(connect_timeout)?))
}

#[cfg(not(feature = "reqwest013"))]
fn default_transport(_connect_timeout: Option<Duration>) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::invalid(
        "",
        "there is no transport: set one with `ClientBuilder::transport`, or turn on the feature `reqwest013`",
    ))
}

#[cfg(feature = "reqwest013")]
fn default_clock() -> Result<Arc<dyn Clock>, Error> {
    Ok(Arc::new(super::clock::SystemClock::new()))
}

#[cfg(not(feature = "reqwest013"))]
fn default_clock() -> Result<Arc<dyn Clock>, Error> {
    Err(Error::invalid(
        "",
        "there is no clock: set one with `ClientBuilder::clock`, or turn on the feature `reqwest013`",
    ))
}
