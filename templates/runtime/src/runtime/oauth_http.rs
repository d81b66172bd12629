//! Requests to the servers that hand out tokens: forms in, small answers out, over the same transport and clock as the
//! client's own calls.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use url::{Host, Url};

use super::argument::percent_encode;
use super::body::Body;
use super::clock::Clock;
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::options::CONNECT_TIMEOUT;
use super::reader::{Broken, Reader};
use super::retry;
use super::transport::{Attempt, Transport, TransportError};

/// How long obtaining a token may take with all its attempts. A token endpoint answers within a second or two; what
/// waits for it is a call that has limits of its own.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of an answer that are read; tokens are a few kilobytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// How often a request is sent at most.
const MAX_ATTEMPTS: u32 = 3;

/// The wait before the second attempt, doubled for the third, unless the server states another.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Who asks, as the client's own calls say it.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// An answer of any status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// A form on its way to an endpoint.
pub(crate) struct Post<'a> {
    /// What the request is for, in errors and to the transport.
    pub(crate) purpose: &'static str,
    pub(crate) url: &'a str,
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) form: String,
}

/// A way to the servers, and the time it takes.
#[derive(Clone)]
pub(crate) struct Http {
    transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    timeout: Duration,
}

impl Http {
    /// What is not given is as a client has it by default.
    #[inline]
    pub(crate) fn new(
        transport: Option<Arc<dyn Transport>>,
        clock: Option<Arc<dyn Clock>>,
        timeout: Option<Duration>,
    ) -> Result<Self, OAuthError> {
        Ok(Self {
            transport: transport.map_or_else(default_transport, Ok)?,
            clock: clock.map_or_else(default_clock, Ok)?,
            timeout: timeout.unwrap_or(TIMEOUT),
        })
    }

    /// Sends a form and gives the answer, whatever its status. Sends again what never left, and what the server was too
    /// busy for (429 and 503): everything else could spend a code or a refresh token twice. Redirects are not followed,
    /// because a secret goes to the configured address or nowhere.
    #[inline]
    pub(crate) async fn post(&self, post: &Post<'_>) -> Result<Answer, OAuthError> {
        let deadline = self.clock.now().saturating_add(self.timeout);
        let mut attempt = 1;
        loop {
            let left = deadline.saturating_sub(self.clock.now());
            let (result, asked) = match self.within(left, self.send(post, attempt)).await {
                None => return Err(unreachable(post, format!("no answer within {:?}", self.timeout))),
                Some(Ok((head, body))) => {
                    let answer = Answer { status: head.0, body };
                    if !matches!(answer.status.as_u16(), 429 | 503) {
                        return Ok(answer);
                    }
                    (Ok(answer), retry::asked_wait(head.0, &head.1, Some(self.clock.unix_now())))
                }
                Some(Err(error)) => {
                    let never_left = !error.may_have_arrived();
                    let error = unreachable(post, error.to_string()).with_source(error);
                    if !never_left {
                        return Err(error);
                    }
                    (Err(error), None)
                }
            };
            let wait = asked.unwrap_or(FIRST_WAIT * attempt);
            let left = deadline.saturating_sub(self.clock.now());
            if attempt == MAX_ATTEMPTS || wait >= left {
                return result;
            }
            self.clock.sleep(wait).await;
            attempt += 1;
        }
    }

    #[inline]
    async fn send(&self, post: &Post<'_>, number: u32) -> Result<((StatusCode, HeaderMap), Bytes), TransportError> {
        let uri = Uri::try_from(post.url).map_err(|error| TransportError::exchange(error).not_sent())?;
        let mut attempt = Attempt::new(post.purpose, Cow::Owned(uri.path().to_owned()));
        attempt.number = number;
        attempt.connect_timeout = Some(CONNECT_TIMEOUT);
        attempt.attempt_timeout = Some(self.timeout);
        let mut request = http::Request::new(Body::from(post.form.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        if let Some(authorization) = &post.authorization {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        let (parts, incoming) = self.transport.send(request, attempt).await?.into_parts();
        let mut reader = Reader::new(MAX_ANSWER, true);
        reader.expect(&parts);
        match reader.read(incoming, false).await {
            // What goes beyond the limit is cut off; then it is no token either.
            Ok(()) | Err(Broken::TooLarge) => Ok(((parts.status, parts.headers), reader.finish())),
            Err(Broken::Before(error) | Broken::After(error)) => Err(TransportError::exchange(error)),
        }
    }

    #[inline]
    async fn within<F: Future>(&self, limit: Duration, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut sleep = self.clock.sleep(limit);
        poll_fn(move |context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => sleep.as_mut().poll(context).map(|()| None),
        })
        .await
    }
}

impl fmt::Debug for Http {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

#[inline]
fn unreachable(post: &Post<'_>, why: String) -> OAuthError {
    OAuthError::new(OAuthErrorKind::Unreachable, format!("{}: {why}", post.purpose))
}

/// Names and values as `application/x-www-form-urlencoded`, a space as `%20`.
#[inline]
pub(crate) fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut form = String::new();
    for (name, value) in pairs {
        if !form.is_empty() {
            form.push('&');
        }
        percent_encode(&mut form, name);
        form.push('=');
        percent_encode(&mut form, value);
    }
    form
}

/// An address with these parameters added to its query.
#[inline]
pub(crate) fn with_query<'a>(url: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{}", form(pairs))
}

/// The parameters of a query, without those that come more than once: RFC 6749 section 3.1 forbids that, and nobody
/// could tell which one counts.
#[inline]
pub(crate) fn parameters(query: &str) -> Vec<(String, String)> {
    let all: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let count = |name: &str| all.iter().filter(|(other, _)| other == name).count();
    all.iter().filter(|(name, _)| count(name) == 1).cloned().collect()
}

/// One of the parameters.
#[inline]
pub(crate) fn parameter<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

/// The query of what a browser was sent back with: a URL, its path with query, or the query alone.
#[inline]
pub(crate) fn query_of(redirect: &str) -> &str {
    let redirect = redirect.split('#').next().unwrap_or_default();
    redirect.split_once('?').map_or(redirect, |(_, query)| query)
}

/// Checks an address that secrets are sent to: `https`, or `http` to this machine (RFC 6749 section 3.2 asks for TLS).
#[inline]
pub(crate) fn check_endpoint(name: &str, url: &str) -> Result<(), OAuthError> {
    let wrong = |why: &str| {
        Err(OAuthError::new(OAuthErrorKind::Configuration, format!("the {name} endpoint cannot be used: {why}")))
    };
    let parsed = match Url::parse(url) {
        Ok(parsed) => parsed,
        Err(error) => return wrong(&error.to_string()),
    };
    let is_local = match parsed.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && is_local) {
        return wrong("it must begin with `https://`, or with `http://` on this machine");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return wrong("it must not hold a user or a password");
    }
    if parsed.fragment().is_some() || Uri::try_from(url).is_err() {
        return wrong("it is no address of a request");
    }
    Ok(())
}

#[inline]
#[cfg(feature = "reqwest013")]
fn default_transport() -> Result<Arc<dyn Transport>, OAuthError> {
    match super::http_reqwest::ReqwestTransport::build(Some(CONNECT_TIMEOUT)) {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => {
            let message = "the default transport could not be set up";
            Err(OAuthError::new(OAuthErrorKind::Configuration, message).with_source(error))
        }
    }
}

#[inline]
#[cfg(not(feature = "reqwest013"))]
fn default_transport() -> Result<Arc<dyn Transport>, OAuthError> {
    let message = "there is no transport: set one, or turn on the feature `reqwest013`";
    Err(OAuthError::new(OAuthErrorKind::Configuration, message))
}

#[inline]
#[cfg(feature = "reqwest013")]
fn default_clock() -> Result<Arc<dyn Clock>, OAuthError> {
    Ok(Arc::new(super::clock::SystemClock::new()))
}

#[inline]
#[cfg(not(feature = "reqwest013"))]
fn default_clock() -> Result<Arc<dyn Clock>, OAuthError> {
    let message = "there is no clock: set one, or turn on the feature `reqwest013`";
    Err(OAuthError::new(OAuthErrorKind::Configuration, message))
}
