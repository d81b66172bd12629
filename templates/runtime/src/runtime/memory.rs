//! A transport that never leaves the process: canned answers, recorded requests, failures on demand.

use std::collections::VecDeque;
use std::fmt;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};

use super::body::{Body, Exclusive, Incoming};
use super::clock::Clock;
use super::transport::{Attempt, BoxFuture, MaybeSendSync, Transport, TransportError};

/// Answers requests from memory, for tests without a network. Clones share replies and records.
///
/// ```text
/// let transport = MemoryTransport::new();
/// transport.push(Reply::json(200, r#"{"data":[]}"#));
/// let client = Client::builder().transport(transport.clone()).clock(ManualClock::new()).build()?;
/// ```
#[derive(Clone)]
pub struct MemoryTransport(Arc<Shared>);

#[cfg(not(target_family = "wasm"))]
pub(super) type Respond = dyn Fn(&Received) -> Reply + Send + Sync;
#[cfg(target_family = "wasm")]
pub(super) type Respond = dyn Fn(&Received) -> Reply;

struct Shared {
    replies: Mutex<VecDeque<Reply>>,
    received: Mutex<Vec<Received>>,
    respond: Option<Box<Respond>>,
    clock: Option<Arc<dyn Clock>>,
}

impl MemoryTransport {
    /// A transport that gives the replies pushed to it, in their order, and refuses the connection when there is none.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::with(None, None)
    }

    /// A transport that computes each reply; replies pushed to it come first.
    #[inline]
    pub fn from_fn(respond: impl Fn(&Received) -> Reply + MaybeSendSync + 'static) -> Self {
        Self::with(Some(Box::new(respond)), None)
    }

    /// A transport whose delays ([`Reply::after`], [`Reply::then_wait`]) pass on this clock.
    #[inline]
    pub fn with_clock(clock: impl Clock) -> Self {
        Self::with(None, Some(Arc::new(clock)))
    }

    #[inline]
    pub(super) fn with(respond: Option<Box<Respond>>, clock: Option<Arc<dyn Clock>>) -> Self {
        Self(Arc::new(Shared { replies: Mutex::default(), received: Mutex::default(), respond, clock }))
    }

    /// Adds a reply for the next request that has none yet.
    #[inline]
    pub fn push(&self, reply: Reply) {
        lock(&self.0.replies).push_back(reply);
    }

    /// The requests so far, in the order in which they were sent.
    #[inline]
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.0.received).clone()
    }

    /// Forgets the requests so far.
    #[inline]
    pub fn clear(&self) {
        lock(&self.0.received).clear();
    }
}

impl Default for MemoryTransport {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryTransport {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport").field("requests", &lock(&self.0.received).len()).finish_non_exhaustive()
    }
}

#[inline]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request as it would have gone on the wire. It holds the credentials it was sent with; `Debug` leaves the query and
/// the body out, which can hold a key, and the headers that are marked as sensitive.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// What else the client told the transport.
    pub attempt: Attempt,
}

impl Received {
    /// Path and query, as in the request line.
    #[inline]
    #[must_use]
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// A header as text; `None` where it is absent or no text.
    #[inline]
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for Received {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("host", &self.uri.host())
            .field("path", &self.uri.path())
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// What a [`MemoryTransport`] does with one request.
#[derive(Debug)]
#[must_use]
pub struct Reply {
    pub(super) delay: Option<Duration>,
    pub(super) head: Head,
    pub(super) steps: VecDeque<BodyStep>,
}

#[derive(Debug)]
pub(super) enum Head {
    Answer(StatusCode, HeaderMap),
    Failure(TransportError),
    Silence,
}

#[derive(Debug)]
pub(super) enum BodyStep {
    Chunk(Bytes),
    Wait(Duration),
    Fail(TransportError),
    Hang,
}

impl Reply {
    /// An answer without a body. A number that is no status stands for 500.
    #[inline]
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { delay: None, head: Head::Answer(status, HeaderMap::new()), steps: VecDeque::new() }
    }

    /// An answer with a JSON body.
    #[inline]
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::status(status).header(header::CONTENT_TYPE, HeaderValue::from_static("application/json")).chunk(body)
    }

    /// No answer.
    #[inline]
    pub fn fail(error: TransportError) -> Self {
        Self { delay: None, head: Head::Failure(error), steps: VecDeque::new() }
    }

    /// Never an answer: what a timeout is for.
    #[inline]
    pub fn hang() -> Self {
        Self { delay: None, head: Head::Silence, steps: VecDeque::new() }
    }

    /// Adds a header.
    #[inline]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Head::Answer(_, headers) = &mut self.head {
            headers.append(name, value);
        }
        self
    }

    /// Adds a header given as text; ignored where the text cannot be one.
    #[inline]
    pub fn with_header(self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => self.header(name, value),
            _ => self,
        }
    }

    /// Adds a chunk to the body.
    #[inline]
    pub fn chunk(mut self, chunk: impl Into<Bytes>) -> Self {
        self.steps.push_back(BodyStep::Chunk(chunk.into()));
        self
    }

    /// Waits before the head of the answer, on the transport's clock; without one the wait takes no time.
    #[inline]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Waits before what the body has next, on the transport's clock; without one the wait takes no time.
    #[inline]
    pub fn then_wait(mut self, delay: Duration) -> Self {
        self.steps.push_back(BodyStep::Wait(delay));
        self
    }

    /// Breaks the body off here.
    #[inline]
    pub fn then_fail(mut self, error: TransportError) -> Self {
        self.steps.push_back(BodyStep::Fail(error));
        self
    }

    /// Leaves the body open here, for ever.
    #[inline]
    pub fn then_hang(mut self) -> Self {
        self.steps.push_back(BodyStep::Hang);
        self
    }
}

impl Transport for MemoryTransport {
    #[inline]
    fn send(
        &self,
        request: http::Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let received = Received {
                method: parts.method,
                uri: parts.uri,
                headers: parts.headers,
                body: read(body).await?,
                attempt,
            };
            let queued = lock(&self.0.replies).pop_front();
            let reply = match (queued, &self.0.respond) {
                (Some(reply), _) => reply,
                (None, Some(respond)) => respond(&received),
                (None, None) => Reply::fail(TransportError::connect("the memory transport has no reply left")),
            };
            lock(&self.0.received).push(received);
            if let (Some(delay), Some(clock)) = (reply.delay, &self.0.clock) {
                clock.sleep(delay).await;
            }
            match reply.head {
                Head::Failure(error) => Err(error),
                Head::Silence => pending().await,
                Head::Answer(status, headers) => {
                    let body = Steps { steps: reply.steps, clock: self.0.clock.clone(), waiting: None };
                    let mut response = http::Response::new(Incoming::new(body));
                    *response.status_mut() = status;
                    *response.headers_mut() = headers;
                    Ok(response)
                }
            }
        })
    }
}

#[inline]
async fn read(mut body: Body) -> Result<Bytes, TransportError> {
    if let Some(bytes) = body.to_bytes() {
        return Ok(bytes);
    }
    let mut bytes = BytesMut::new();
    while let Some(chunk) = poll_fn(|context| Pin::new(&mut body).poll_next(context)).await {
        bytes.extend_from_slice(&chunk.map_err(TransportError::exchange)?);
    }
    Ok(bytes.freeze())
}

/// The body of a reply as a stream.
struct Steps {
    steps: VecDeque<BodyStep>,
    clock: Option<Arc<dyn Clock>>,
    waiting: Option<Exclusive<BoxFuture<'static, ()>>>,
}

impl Stream for Steps {
    type Item = Result<Bytes, TransportError>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(waiting) = &mut self.waiting {
                std::task::ready!(waiting.get_mut().as_mut().poll(context));
                self.waiting = None;
            }
            match self.steps.pop_front() {
                None => return Poll::Ready(None),
                Some(BodyStep::Chunk(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                Some(BodyStep::Fail(error)) => return Poll::Ready(Some(Err(error))),
                Some(BodyStep::Wait(delay)) => {
                    self.waiting = self.clock.as_ref().map(|clock| Exclusive::new(clock.sleep(delay)));
                }
                Some(BodyStep::Hang) => {
                    self.steps.push_front(BodyStep::Hang);
                    return Poll::Pending;
                }
            }
        }
    }
}
