//! The seam to the network: one object-safe trait, what it is told about an attempt and how it reports failure.
//!
//! Nothing here knows a particular HTTP library; [`Client`](super::Client) owns retries, redirects, credentials and
//! time.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;

use super::body::{Body, Incoming};

/// Any error of a lower layer.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A boxed future; `Send` everywhere but on WebAssembly, where the platform's own futures are not.
#[cfg(not(target_family = "wasm"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A boxed future; `Send` everywhere but on WebAssembly, where the platform's own futures are not.
#[cfg(target_family = "wasm")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A boxed stream; `Send` everywhere but on WebAssembly.
#[cfg(not(target_family = "wasm"))]
pub type BoxStream<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

/// A boxed stream; `Send` everywhere but on WebAssembly.
#[cfg(target_family = "wasm")]
pub type BoxStream<T> = Pin<Box<dyn Stream<Item = T>>>;

/// `Send` everywhere but on WebAssembly, where it asks for nothing. Implemented for every type that qualifies.
#[cfg(not(target_family = "wasm"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_family = "wasm"))]
impl<T: Send + ?Sized> MaybeSend for T {}

/// `Send` everywhere but on WebAssembly, where it asks for nothing. Implemented for every type that qualifies.
#[cfg(target_family = "wasm")]
pub trait MaybeSend {}
#[cfg(target_family = "wasm")]
impl<T: ?Sized> MaybeSend for T {}

/// `Send + Sync` everywhere but on WebAssembly, where it asks for nothing. Implemented for every type that qualifies.
#[cfg(not(target_family = "wasm"))]
pub trait MaybeSendSync: Send + Sync {}
#[cfg(not(target_family = "wasm"))]
impl<T: Send + Sync + ?Sized> MaybeSendSync for T {}

/// `Send + Sync` everywhere but on WebAssembly, where it asks for nothing. Implemented for every type that qualifies.
#[cfg(target_family = "wasm")]
pub trait MaybeSendSync {}
#[cfg(target_family = "wasm")]
impl<T: ?Sized> MaybeSendSync for T {}

/// Sends one HTTP request and gives back one answer.
///
/// An implementation must
///
/// - **not follow redirects**: a 3xx answer is an answer. The client decides, because credentials must not travel;
/// - **not retry**: one call is at most one request on the wire. The client decides, because it knows which requests
///   are safe to repeat and counts them;
/// - give every status as `Ok`; `Err` means that there was no complete answer head;
/// - return as soon as the head has arrived and deliver the body as it comes, without waiting for its end;
/// - **end the exchange** when the future or the [`Incoming`] is dropped: the connection is closed or, with HTTP/2, the
///   stream is reset;
/// - not decode `Content-Encoding` unless it also removes the header and the length. With feature `gzip` the client
///   decodes that coding, whatever the transport.
///
/// Attempt and overall timeouts are the client's: it drops the future. A transport that opens connections itself may
/// apply [`Attempt::connect_timeout`].
///
/// Anything that sends requests can be put behind it: another HTTP library, a `tower` stack, a test double such as
/// [`MemoryTransport`](super::MemoryTransport).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no transport",
    note = "a transport sends an `http::Request<Body>`; `ReqwestTransport` (feature `reqwest013`) and `MemoryTransport` are two, and \
            the documentation of `Transport` shows how to write one"
)]
pub trait Transport: MaybeSendSync + 'static {
    /// Sends `request` and gives the answer's head with its body still to be read.
    ///
    /// # Errors
    ///
    /// There was no answer; the error says whether the request may have reached the server.
    fn send(
        &self,
        request: http::Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: http::Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        (**self).send(request, attempt)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(
        &self,
        request: http::Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        (**self).send(request, attempt)
    }
}

/// What a transport is told about the request beside its bytes.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(crate) operation_id: Cow<'static, str>,
    pub(crate) url_template: Cow<'static, str>,
    pub(crate) number: u32,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
}

impl Attempt {
    /// The first attempt of an operation, without timeouts; for testing a transport on its own.
    #[must_use]
    pub fn new(operation_id: impl Into<Cow<'static, str>>, url_template: impl Into<Cow<'static, str>>) -> Self {
        Self {
            operation_id: operation_id.into(),
            url_template: url_template.into(),
            number: 1,
            connect_timeout: None,
            attempt_timeout: None,
        }
    }

    /// The operation's id in the API description; method and path where the request is not a generated one.
    #[must_use]
    pub fn operation_id(&self) -> &str {
        &self.operation_id
    }

    /// The path with its placeholders, such as `/2/users/{id}`: a name for spans and metrics of low cardinality
    /// (OpenTelemetry `url.template`).
    #[must_use]
    pub fn url_template(&self) -> &str {
        &self.url_template
    }

    /// Which attempt of the call this is, from 1; resends after a refreshed credential or a redirect count too.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How long opening a connection may take. The client cannot enforce it, only the transport can.
    #[must_use]
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect_timeout
    }

    /// After how long the client gives this attempt up; `None` for streams and where the timeout is off.
    #[must_use]
    pub fn attempt_timeout(&self) -> Option<Duration> {
        self.attempt_timeout
    }
}

/// Why a transport has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransportFault {
    Connect,
    Exchange,
    Timeout,
    Strayed,
}

/// A failed exchange, with the one thing the client must know: whether the request may have reached the server.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) fault: TransportFault,
    pub(crate) sent: bool,
    source: Option<BoxError>,
}

impl TransportError {
    /// No connection: name resolution, refusal or the TLS handshake failed. Nothing of the request was sent, so any
    /// request may be retried.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self { fault: TransportFault::Connect, sent: false, source: Some(source.into()) }
    }

    /// The exchange broke after it had begun, or it is not known when: the request may have reached the server.
    pub fn exchange(source: impl Into<BoxError>) -> Self {
        Self { fault: TransportFault::Exchange, sent: true, source: Some(source.into()) }
    }

    /// The transport's own time limit passed; the request may have reached the server.
    pub fn timeout(source: impl Into<BoxError>) -> Self {
        Self { fault: TransportFault::Timeout, sent: true, source: Some(source.into()) }
    }

    /// The answer comes from elsewhere: the transport, or the platform below it, followed a redirect to an address that
    /// the client would not have gone to. The request has left, possibly with its credentials. The call fails with
    /// [`ErrorKind::Refused`](super::ErrorKind::Refused) and is not repeated; the message is the text of `source`.
    pub fn strayed(source: impl Into<BoxError>) -> Self {
        Self { fault: TransportFault::Strayed, sent: true, source: Some(source.into()) }
    }

    /// States that no byte of the request left, so that any request may be retried.
    #[must_use]
    pub fn not_sent(mut self) -> Self {
        self.sent = false;
        self
    }

    /// Whether the request may have reached the server.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        self.sent
    }

    /// Whether no connection could be made.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.fault == TransportFault::Connect
    }

    /// Whether a time limit passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.fault == TransportFault::Timeout
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (TransportFault::Strayed, Some(source)) = (self.fault, &self.source) {
            return source.fmt(f);
        }
        f.write_str(match (self.fault, self.sent) {
            (TransportFault::Strayed, _) => "the answer comes from another address than the one asked",
            (TransportFault::Connect, _) => "no connection to the server",
            (TransportFault::Exchange, true) => "the exchange broke off",
            (TransportFault::Exchange, false) => "the request could not be sent",
            (TransportFault::Timeout, _) => "the transport's time limit passed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
