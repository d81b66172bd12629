//! The one error of the client: what failed, whether the request may have taken effect, and what the server said.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use super::coding;
use super::error_answer::{class_of_429, message_of};
use super::problem::Problem;
use super::rate_limit::{self, RateLimit};
use super::response::Meta;
use super::retry;
use super::secret::Secrets;
use super::transport::{BoxError, TransportError, TransportFault};

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting is wrong; nothing was sent. [`Error::parameter`] names it where it is a parameter.
    InvalidRequest,
    /// No credential is set that the operation accepts, or the one that is set has nothing to give and will not have;
    /// nothing was sent. A credential that failed for now is [`Transport`](Self::Transport) with [`Outcome::NotSent`].
    MissingCredentials,
    /// A [`Budget`](super::Budget) or a `before_send` hook refused the attempt, or a budget the rest of a stream, or
    /// the transport an answer that another origin gave; only in the last case the request may have arrived without an
    /// answer.
    Refused,
    /// No connection to the server; nothing was sent.
    Connect,
    /// A time limit passed: that of the connection, of the attempt or of the call
    /// ([`ClientBuilder`](super::ClientBuilder) has the defaults), or a stream that does not connect again was silent
    /// for its idle timeout. [`Error::outcome`] says whether the request may have arrived.
    Timeout,
    /// The exchange broke off, or it could not begin because a [`Credential`](super::Credential) failed.
    Transport,
    /// Status 429 (RFC 6585 section 4): the rate limit window is used up; [`Error::retry_after`] says when it ends.
    /// Without a [`status`](Error::status) there is no answer: a [`RateLimiter`](super::RateLimiter) knew it before.
    RateLimited,
    /// Status 429: the account's usage cap is reached, which no waiting within a rate limit window changes.
    UsageCapped,
    /// Status 429: as many connections as allowed are open already.
    TooManyConnections,
    /// The server answered with an error: a status that is no success, or a success that holds errors alone.
    Api,
    /// The answer is not what the API description says, or compressed in a way that is not decoded; [`Error::path`]
    /// says where.
    Decode,
    /// The answer is larger than the limit for bodies ([`ClientBuilder::max_body`](super::ClientBuilder::max_body)), or
    /// a message of a stream than the limit for messages (`Live::max_message`).
    TooLarge,
    /// The server closed a stream, or announced that it would, and its `ReconnectPolicy` allows no further connection.
    Stream,
}

/// Whether the request of a failed call may have taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing reached the server, in this attempt and in those before it.
    NotSent,
    /// The request may have reached the server and taken effect, in the last attempt or in one before it; the last one
    /// has no answer.
    MayHaveArrived,
    /// The server answered; the status says how, even where the rest of the answer is missing.
    Answered,
}

/// Reads the body of an error answer into the type that an operation documents for its status.
pub trait TypedError: Sized {
    /// The documented error for the status, or the catch-all where the status or the body is none of the documented.
    fn decode(status: u16, body: &[u8]) -> Self;
}

/// A failed call. One word wide.
///
/// `Display` names the operation, what went wrong and what the server said about it; credentials appear neither there
/// nor in `Debug`.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    operation_id: Cow<'static, str>,
    message: String,
    parameter: Option<String>,
    path: Option<String>,
    answer: Option<Answered>,
    problems: Vec<Problem>,
    retry_after: Option<Duration>,
    source: Option<BoxError>,
}

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    raw: Bytes,
}

impl Error {
    /// The kind of the failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation's id in the API description; method and path where the request is not a generated one; empty where
    /// no operation is involved.
    #[must_use]
    pub fn operation_id(&self) -> &str {
        &self.0.operation_id
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The headers of the answer, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.answer.as_ref().map(|answer| &answer.headers)
    }

    /// The body of the answer as far as it was read, if there was one, decoded where it was compressed.
    #[must_use]
    pub fn raw(&self) -> Option<&Bytes> {
        self.0.answer.as_ref().map(|answer| &answer.raw)
    }

    /// The problems the answer's body names, whatever form it has; empty where it names none.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// The parameter or the member of the body that is wrong, as a path of wire names (`filter.keyword`).
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.0.parameter.as_deref()
    }

    /// Where in the answer's body decoding failed, as a JSON path (`$.data[3].created_at`).
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// How long the server asks to wait: `Retry-After`, or for status 429 the end of the rate limit window. That end
    /// means nothing where the server says that the window is not used up, so it does not count there. Where a
    /// [`RateLimiter`](super::RateLimiter) kept the call from being sent, how long it would have had to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The rate limit window the call was counted in; `None` unless the answer has all three headers of a
    /// [`RateLimit`].
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::read(self.headers()?)
    }

    /// Whether the request may have taken effect.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The error the operation documents for the answer's status; `None` where there was no answer.
    #[must_use]
    pub fn typed<E: TypedError>(&self) -> Option<E> {
        let answer = self.0.answer.as_ref()?;
        Some(E::decode(answer.status.as_u16(), &answer.raw))
    }

    /// For a [`Credential`](super::Credential) that has nothing to give and will not have, such as a refresh token
    /// that was revoked: the call is not repeated and a stream ends. Every other failure of a credential counts as one
    /// that passes. The message must not contain the secret.
    #[must_use]
    pub fn no_credential(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::MissingCredentials, Outcome::NotSent, "", message)
    }

    /// Whether the failure of a credential passes: what it says itself where it is an [`Error`], otherwise it does.
    pub(crate) fn is_passing(failure: &(dyn StdError + 'static)) -> bool {
        failure.downcast_ref::<Self>().is_none_or(|error| match error.kind() {
            ErrorKind::Connect
            | ErrorKind::Timeout
            | ErrorKind::Transport
            | ErrorKind::RateLimited
            | ErrorKind::TooManyConnections => true,
            ErrorKind::Api => error.status().is_some_and(|status| status.is_server_error() || status.as_u16() == 408),
            _ => false,
        })
    }

    /// Whether this is a 429 that the rate limit does not explain: some of the window is left, and neither a
    /// `Retry-After` nor the body says that it is about the window.
    pub(crate) fn is_unexplained_limit(&self) -> bool {
        let says_window = |problem: &Problem| {
            let text = format!("{} {}", problem.kind(), problem.summary()).to_ascii_lowercase();
            text.contains("rate limit") || text.contains("rate-limit")
        };
        self.0.kind == ErrorKind::RateLimited
            && self.headers().is_some_and(|headers| {
                !headers.contains_key(header::RETRY_AFTER)
                    && rate_limit::remaining(headers).is_some_and(|remaining| remaining > 0)
            })
            && !self.0.problems.iter().any(says_window)
    }

    /// The same failure, understood better.
    #[doc(hidden)]
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// A failure before anything was sent, by what the caller gave.
    #[doc(hidden)]
    #[must_use]
    pub fn invalid(operation_id: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, Outcome::NotSent, operation_id, message)
    }

    /// A failure without an answer.
    #[doc(hidden)]
    #[must_use]
    pub fn new(
        kind: ErrorKind,
        outcome: Outcome,
        operation_id: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            outcome,
            operation_id: operation_id.into(),
            message: message.into(),
            parameter: None,
            path: None,
            answer: None,
            problems: Vec::new(),
            retry_after: None,
            source: None,
        }))
    }

    /// An answer that is a failure, classified by its body before its headers: a 429 for a usage cap or for too many
    /// connections is no matter of the rate limit window. `unix_now` serves to read dates.
    #[doc(hidden)]
    #[must_use]
    pub fn answered(
        operation_id: impl Into<Cow<'static, str>>,
        parts: &http::response::Parts,
        raw: Bytes,
        unix_now: Option<Duration>,
    ) -> Self {
        let problems = Problem::read(&raw);
        let kind = if parts.status == StatusCode::TOO_MANY_REQUESTS { class_of_429(&problems) } else { ErrorKind::Api };
        let message = match coding::fault_of(&parts.headers, &raw) {
            Some(fault) => format!("the server answered {}: {fault}", parts.status),
            None => message_of(parts.status, &problems, &raw, &Secrets::of(parts)),
        };
        let mut error = Self::new(kind, Outcome::Answered, operation_id, message);
        error.0.problems = problems;
        error.0.retry_after = retry::asked_wait(parts.status, &parts.headers, unix_now);
        let mut error = error.with_answer(parts, raw);
        if error.is_unexplained_limit() {
            error.0.retry_after = None;
        }
        error
    }

    /// A failed exchange; `outcome` and kind follow from what the transport says.
    pub(crate) fn transport(operation_id: Cow<'static, str>, error: TransportError) -> Self {
        let kind = match error.fault {
            TransportFault::Connect => ErrorKind::Connect,
            TransportFault::Exchange => ErrorKind::Transport,
            TransportFault::Timeout => ErrorKind::Timeout,
            TransportFault::Strayed => ErrorKind::Refused,
        };
        let outcome = if error.sent { Outcome::MayHaveArrived } else { Outcome::NotSent };
        Self::new(kind, outcome, operation_id, error.to_string()).with_source(error)
    }

    /// Adds the answer that the failure is about; from now on the outcome is [`Outcome::Answered`].
    #[doc(hidden)]
    #[must_use]
    pub fn with_answer(self, parts: &http::response::Parts, raw: Bytes) -> Self {
        self.with_parts(parts.status, parts.headers.clone(), raw)
    }

    /// The same, from what is left of an answer that was a success.
    pub(crate) fn with_meta(self, meta: &Meta) -> Self {
        self.with_parts(meta.status, meta.headers.clone(), meta.raw.clone())
    }

    fn with_parts(mut self, status: StatusCode, headers: HeaderMap, raw: Bytes) -> Self {
        self.0.outcome = Outcome::Answered;
        self.0.answer = Some(Answered { status, headers, raw });
        self
    }

    /// Adds the cause.
    #[doc(hidden)]
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds how long to wait.
    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Adds the parameter or member that is wrong.
    #[doc(hidden)]
    #[must_use]
    pub fn with_parameter(mut self, parameter: impl Into<String>) -> Self {
        self.0.parameter = Some(parameter.into());
        self
    }

    /// Adds the JSON path of what could not be decoded.
    #[doc(hidden)]
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.0.path = Some(path.into());
        self
    }

    /// Makes room for what an earlier attempt of the same call may have done.
    pub(crate) fn after_earlier_attempts(mut self) -> Self {
        if self.0.outcome == Outcome::NotSent {
            self.0.outcome = Outcome::MayHaveArrived;
        }
        self
    }

    /// Adds a sentence to the message.
    pub(crate) fn note(mut self, note: &str) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(note);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.operation_id.is_empty() {
            write!(f, "{}: ", self.0.operation_id)?;
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and body are left out: they can hold what is nobody's business, and `headers` and `raw` give them.
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("operation_id", &self.0.operation_id);
        if let Some(status) = self.status() {
            debug.field("status", &status.as_u16());
        }
        if let Some(parameter) = &self.0.parameter {
            debug.field("parameter", parameter);
        }
        debug.field("outcome", &self.0.outcome).field("message", &self.0.message);
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
