//! Bodies: what is sent ([`Body`]) and what arrives ([`Incoming`]).

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::transport::{BoxError, BoxStream, MaybeSend, MaybeSendSync, TransportError};

/// A value that only its owner touches; makes what is `Send` also `Sync`, at no cost, because it is never locked.
pub(crate) struct Exclusive<T>(Mutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(target_family = "wasm"))]
type Source = dyn Fn() -> BoxStream<Result<Bytes, BoxError>> + Send + Sync;
#[cfg(target_family = "wasm")]
type Source = dyn Fn() -> BoxStream<Result<Bytes, BoxError>>;

enum Repr {
    Empty,
    Full(Bytes),
    Again(Arc<Source>),
    Once(Exclusive<BoxStream<Result<Bytes, BoxError>>>),
}

/// The body of a request: nothing, bytes in memory, or a stream that can or cannot be produced again.
///
/// A body that cannot be produced again is sent at most once: its request is never retried and never resent after a
/// refreshed credential. Every body is a [`Stream`] of its chunks, which is how a transport reads it.
pub struct Body(Repr);

impl Body {
    /// No body.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Repr::Empty)
    }

    /// A stream of chunks that exists once.
    pub fn stream<S>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(Repr::Once(Exclusive::new(Box::pin(stream))))
    }

    /// A stream of chunks that `source` can produce as often as the request has to be sent.
    pub fn replayable<F, S>(source: F) -> Self
    where
        F: Fn() -> S + MaybeSendSync + 'static,
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(Repr::Again(Arc::new(move || Box::pin(source()))))
    }

    /// The bytes, where the body is in memory; `Some` and empty for no body.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Repr::Empty => Some(&[]),
            Repr::Full(bytes) => Some(bytes),
            Repr::Again(_) | Repr::Once(_) => None,
        }
    }

    /// The same body once more, or `None` for a stream that exists once.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        match &self.0 {
            Repr::Empty => Some(Self(Repr::Empty)),
            Repr::Full(bytes) => Some(Self(Repr::Full(bytes.clone()))),
            Repr::Again(source) => Some(Self(Repr::Again(Arc::clone(source)))),
            Repr::Once(_) => None,
        }
    }

    /// The bytes that are not yet read, where they are in memory.
    pub(crate) fn to_bytes(&self) -> Option<Bytes> {
        match &self.0 {
            Repr::Empty => Some(Bytes::new()),
            Repr::Full(bytes) => Some(bytes.clone()),
            Repr::Again(_) | Repr::Once(_) => None,
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        if bytes.is_empty() { Self::empty() } else { Self(Repr::Full(bytes)) }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl Stream for Body {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Repr::Again(source) = &self.0 {
            let stream = source();
            self.0 = Repr::Once(Exclusive::new(stream));
        }
        match &mut self.0 {
            Repr::Once(stream) => stream.get_mut().as_mut().poll_next(context),
            Repr::Empty | Repr::Again(_) => Poll::Ready(None),
            Repr::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Repr::Empty;
                Poll::Ready(Some(Ok(bytes)))
            }
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Empty => f.write_str("Body(empty)"),
            Repr::Full(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Repr::Again(_) => f.write_str("Body(replayable stream)"),
            Repr::Once(_) => f.write_str("Body(stream)"),
        }
    }
}

/// The body of a request that is still being put together and can be cloned.
#[derive(Clone, Debug, Default)]
pub(crate) enum Payload {
    #[default]
    None,
    Bytes(Bytes),
    /// Shared by the clones; the first one that is sent takes it, unless it can be produced again.
    Stream(Arc<Mutex<Option<Body>>>),
}

impl Payload {
    /// Whether [`take`](Self::take) would give the body.
    pub(crate) fn is_left(&self) -> bool {
        match self {
            Self::None | Self::Bytes(_) => true,
            Self::Stream(shared) => shared.lock().unwrap_or_else(PoisonError::into_inner).is_some(),
        }
    }

    /// The body to send, or `None` where it existed once and is gone.
    pub(crate) fn take(&self) -> Option<Body> {
        match self {
            Self::None => Some(Body::empty()),
            Self::Bytes(bytes) => Some(bytes.clone().into()),
            Self::Stream(shared) => {
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                shared.as_ref().and_then(Body::try_clone).or_else(|| shared.take())
            }
        }
    }
}

impl From<Body> for Payload {
    fn from(body: Body) -> Self {
        match body.to_bytes() {
            Some(bytes) => Self::Bytes(bytes),
            None => Self::Stream(Arc::new(Mutex::new(Some(body)))),
        }
    }
}

/// The body of an answer, as it arrives. Dropping it ends the exchange.
pub struct Incoming(Exclusive<BoxStream<Result<Bytes, TransportError>>>);

impl Incoming {
    /// A body of the chunks of `stream`.
    pub fn new<S>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, TransportError>> + MaybeSend + 'static,
    {
        Self(Exclusive::new(Box::pin(stream)))
    }

    /// A body without content.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(Once(None))
    }

    /// The next chunk; `None` at the end. Cancelling the future loses nothing.
    ///
    /// # Errors
    ///
    /// The exchange broke before the end of the body.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }
}

impl From<Bytes> for Incoming {
    fn from(bytes: Bytes) -> Self {
        Self::new(Once((!bytes.is_empty()).then_some(bytes)))
    }
}

impl Stream for Incoming {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.get_mut().as_mut().poll_next(context)
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Incoming")
    }
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}
