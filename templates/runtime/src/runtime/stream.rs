//! Live streams: one connection after the other, read as one stream of items.
//!
//! Everything is pulled: the connection is read only while somebody asks for the next item, so a slow consumer holds
//! one chunk, one unfinished message and nothing more. The price is that its connection fills up, and a server that
//! does not wait closes it; whoever may be slow hands items over to a queue of their own.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::response::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use memchr::memmem::Finder;
use serde::de::DeserializeOwned;

use super::body::{Exclusive, Incoming};
use super::call::Call;
use super::clock::Clock;
use super::error::{Error, ErrorKind, Outcome};
use super::frame::{Frame, Framer};
use super::operation::StreamRules;
use super::problem::Problem;
use super::recent::{REMEMBERED, Recent};
use super::reconnect::{Backoff, Class, Loss, ReconnectPolicy, asked_wait};
use super::response::Meta;
use super::secret::Secrets;
use super::send::Opened;
use super::span;
use super::stream_event::{DisconnectReason, StreamEvent, StreamStats};
use super::stream_item;
use super::transport::BoxFuture;

/// After how long without a byte a connection counts as lost: longer than the 20 s between the keep-alives of a live
/// stream, and as short as that allows.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest message that is read: events with everything expanded are some ten thousand bytes.
const MAX_MESSAGE: usize = 1024 * 1024;

/// The rules of an operation that names none.
static DEFAULT_RULES: StreamRules = StreamRules::json_lines();

/// Everything that happens on a live stream, in its order. Made by [`Live::events`](super::Live::events), under
/// whose rules it stands.
#[must_use = "a stream connects only when it is asked for an event"]
pub struct Events<T> {
    call: Call,
    pub(crate) policy: ReconnectPolicy,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) max_message: usize,
    pub(crate) gzip: bool,
    state: State,
    backoff: Backoff,
    pub(crate) recent: Recent,
    stats: StreamStats,
    last_event_id: Option<String>,
    retry_millis: Option<u64>,
    /// Whether a connection was ever accepted that asked for what was missed.
    backfilled: bool,
    /// Finds the name of the member by which a message announces the end.
    errors: Finder<'static>,
    item: PhantomData<fn() -> T>,
}

enum State {
    /// To connect next.
    Ready,
    Connecting(Exclusive<BoxFuture<'static, Result<Opened, Error>>>),
    Connected(Box<Connection>),
    Waiting(Exclusive<BoxFuture<'static, ()>>),
    Over,
}

struct Connection {
    parts: Parts,
    body: Incoming,
    /// When it was accepted.
    since: Duration,
    framer: Framer,
    timer: Option<Exclusive<BoxFuture<'static, ()>>>,
    /// When the last byte came, or when the consumer came back.
    last_seen: Duration,
    /// Whether either happened since then. The clock is asked only where there is nothing more to read, not per message.
    heard: bool,
    ended: bool,
}

type Polled<T> = Poll<Option<Result<StreamEvent<T>, Error>>>;

impl<T: DeserializeOwned> Events<T> {
    pub(crate) fn new(call: Call) -> Self {
        let rules = call.operation().stream.unwrap_or(&DEFAULT_RULES);
        let ends = rules.ends;
        let errors = Finder::new(rules.envelope.map_or("", |(_, errors)| errors));
        Self {
            call,
            policy: if ends { ReconnectPolicy::off() } else { ReconnectPolicy::new() },
            idle_timeout: Some(IDLE_TIMEOUT),
            max_message: MAX_MESSAGE,
            gzip: false,
            state: State::Ready,
            backoff: Backoff::default(),
            recent: Recent::new(REMEMBERED),
            stats: StreamStats::default(),
            last_event_id: None,
            retry_millis: None,
            backfilled: false,
            errors,
            item: PhantomData,
        }
    }

    /// Counts of what happened so far.
    #[must_use]
    pub fn stats(&self) -> StreamStats {
        self.stats
    }

    /// The next event, or `None` at the end. Cancelling the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<StreamEvent<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The same with the error outside.
    ///
    /// # Errors
    ///
    /// The stream is over, as for [`Live::try_next`](super::Live::try_next).
    pub async fn try_next(&mut self) -> Result<Option<StreamEvent<T>>, Error> {
        self.next().await.transpose()
    }

    fn rules(&self) -> &'static StreamRules {
        self.call.operation().stream.unwrap_or(&DEFAULT_RULES)
    }

    /// Whether a connection is followed by another at all.
    fn goes_on(&self) -> bool {
        self.policy.is_enabled() && self.is_repeatable() && !self.is_replay()
    }

    /// Whether a failed attempt to connect is followed by another. What must not be done twice has not been done before
    /// a connection was accepted, and for a method that has effects only if the server has not acted on the request.
    fn tries_again(&self, error: &Error) -> bool {
        let harmless = self.is_repeatable()
            || error.outcome() == Outcome::NotSent
            || error.status() == Some(StatusCode::TOO_MANY_REQUESTS);
        let first = self.policy.is_enabled() && self.stats.connections == 0 && harmless;
        self.call.has_body_left() && (first || self.goes_on())
    }

    fn is_repeatable(&self) -> bool {
        !matches!(self.call.operation().method, "POST" | "PATCH")
    }

    /// Whether the call asks for a past period, after which the server ends the stream.
    fn is_replay(&self) -> bool {
        self.rules().replay.iter().any(|index| self.call.is_set(*index))
    }

    fn connect(&self) -> BoxFuture<'static, Result<Opened, Error>> {
        let mut call = self.call.clone();
        if let Some(media) = self.rules().accept {
            call.accept(media);
        }
        if let Some(id) = self.last_event_id.as_deref().and_then(|id| HeaderValue::try_from(id).ok()) {
            call.extra_header(HeaderName::from_static("last-event-id"), id);
        }
        let gzip = self.gzip;
        Box::pin(async move { call.open(gzip).await })
    }

    fn connected(&mut self, opened: Opened) -> Meta {
        let Opened { parts, incoming, attempts } = opened;
        self.stats.connections += 1;
        self.backfilled |= self.rules().backfill.is_some_and(|index| self.call.is_set(index));
        let meta = Meta {
            status: parts.status,
            headers: parts.headers.clone(),
            raw: Bytes::new(),
            attempts,
            operation_id: self.call.operation().id.into(),
            secrets: Secrets::of(&parts),
        };
        let clock = self.call.client().clock();
        self.state = State::Connected(Box::new(Connection {
            parts,
            body: incoming,
            since: clock.now(),
            framer: Framer::new(self.rules().framing, self.max_message).messages(self.rules().message),
            timer: self.idle_timeout.map(|timeout| Exclusive::new(clock.sleep(timeout))),
            last_seen: clock.now(),
            heard: true,
            ended: false,
        }));
        meta
    }

    /// What follows from a failed attempt to connect.
    fn refused(&mut self, error: Error) -> Option<Result<StreamEvent<T>, Error>> {
        if let Some(index) = self.refused_backfill(&error) {
            self.call.unset(index);
            self.stats.backfill_refused += 1;
            self.state = State::Ready;
            return Some(Ok(StreamEvent::Notice(error.problems().to_vec())));
        }
        // What else there can be too much of where some of the rate limit is left.
        let error = if error.is_unexplained_limit() { error.with_kind(ErrorKind::TooManyConnections) } else { error };
        match Class::of(&error) {
            Some(class) => {
                let goes_on = self.tries_again(&error);
                self.lost(class, asked_wait(&error), goes_on, DisconnectReason::Failed(error))
            }
            None => {
                self.state = State::Over;
                Some(Err(error))
            }
        }
    }

    /// The index of the backfill parameter, if the status is about it: some accounts may not ask for what was missed,
    /// and the stream can do without. A server that accepted it before has another reason unless it names it.
    fn refused_backfill(&self, error: &Error) -> Option<usize> {
        let index = self.rules().backfill.filter(|index| self.call.is_set(*index))?;
        let name = self.call.operation().params.get(index)?.name;
        let names = |problem: &Problem| {
            [&problem.title, &problem.detail].into_iter().flatten().any(|text| text.contains(name))
                || problem
                    .members
                    .iter()
                    .any(|(member, value)| member != "instance" && value.to_string().contains(name))
        };
        let is_about_it =
            error.status() == Some(StatusCode::BAD_REQUEST) && (!self.backfilled || error.problems().iter().any(names));
        is_about_it.then_some(index)
    }

    /// Ends the connection, which closes it, and decides what comes next.
    fn disconnected(
        &mut self,
        asked: Option<Duration>,
        reason: DisconnectReason,
    ) -> Option<Result<StreamEvent<T>, Error>> {
        let goes_on = self.goes_on();
        self.lost(Class::Lost, asked, goes_on, reason)
    }

    /// Notes that there is no connection any more, or still none, and decides what comes next.
    fn lost(
        &mut self,
        class: Class,
        asked: Option<Duration>,
        goes_on: bool,
        reason: DisconnectReason,
    ) -> Option<Result<StreamEvent<T>, Error>> {
        let connection = std::mem::replace(&mut self.state, State::Over);
        self.stats.disconnects += 1;
        let now = self.call.client().clock().now();
        let lived = match &connection {
            State::Connected(connection) => now.saturating_sub(connection.since),
            _ => Duration::ZERO,
        };
        let loss = Loss { class, asked, lived, now };
        let wait = if goes_on { self.backoff.next(&self.policy, loss) } else { None };
        match wait {
            Some(wait) => {
                drop(connection);
                let clock = self.call.client().clock();
                self.state =
                    if wait.is_zero() { State::Ready } else { State::Waiting(Exclusive::new(clock.sleep(wait))) };
                let attempt = self.backoff.losses();
                let id = Some(self.call.operation().id);
                span::again("the stream connects again", id, attempt, wait, reason.failure().map(Error::kind));
                Some(Ok(StreamEvent::Disconnected { reason, attempt, retry_in: wait }))
            }
            None => self.over(reason).map(Err),
        }
    }

    /// The error at the end of the stream; an orderly end is none, unless it should have gone on.
    fn over(&self, reason: DisconnectReason) -> Option<Error> {
        let id = self.call.operation().id;
        match reason {
            DisconnectReason::Failed(error) => Some(error),
            DisconnectReason::Closed if !self.goes_on() => None,
            DisconnectReason::Silent(_) => {
                Some(Error::new(ErrorKind::Timeout, Outcome::Answered, id, reason.to_string()))
            }
            DisconnectReason::Closed | DisconnectReason::Announced(_) => {
                Some(Error::new(ErrorKind::Stream, Outcome::Answered, id, reason.to_string()))
            }
        }
    }

    /// What a frame means. `None` if it means nothing to the consumer.
    fn read(&mut self, frame: Frame) -> Option<Result<StreamEvent<T>, Error>> {
        let (rules, operation) = (self.rules(), self.call.operation());
        let State::Connected(connection) = &mut self.state else { return None };
        if let Some(id) = connection.framer.last_event_id()
            && self.last_event_id.as_deref() != Some(id)
        {
            self.last_event_id = Some(id.to_owned());
        }
        self.retry_millis = connection.framer.retry_millis().or(self.retry_millis);
        let message = match frame {
            Frame::KeepAlive => {
                self.backoff.reset();
                self.stats.keep_alives += 1;
                return Some(Ok(StreamEvent::KeepAlive));
            }
            Frame::TooLong { start, length } => {
                self.stats.malformed += 1;
                let message = format!("a message of {length} bytes is longer than {} bytes", self.max_message);
                let error = Error::new(ErrorKind::TooLarge, Outcome::Answered, operation.id, message);
                return Some(Ok(StreamEvent::Malformed { line: start, error }));
            }
            Frame::Message(message) => message,
        };
        if rules.last.is_some_and(|last| is_last(&message, last)) {
            self.state = State::Over;
            return None;
        }
        if let Some(problems) = stream_item::announced_end(&message, rules, &self.errors) {
            return self.disconnected(None, DisconnectReason::Announced(problems));
        }
        match stream_item::decode::<T>(&self.call, &connection.parts, &message) {
            Ok(item) => {
                stream_item::count(self.call.client());
                let backfills = rules.backfill.is_some_and(|index| self.call.is_set(index));
                if backfills && self.recent.is_repeated(&message, rules.event_id, self.stats.connections) {
                    self.stats.duplicates += 1;
                    return None;
                }
                self.backoff.reset();
                self.stats.items += 1;
                Some(Ok(StreamEvent::Item(item)))
            }
            Err(error) => {
                self.stats.malformed += 1;
                // A copy, so that a small line does not keep a large chunk alive.
                Some(Ok(StreamEvent::Malformed { line: Bytes::copy_from_slice(&message), error }))
            }
        }
    }

    /// Reads from the connection until there is an event or it has to be waited for.
    fn poll_connection(&mut self, context: &mut Context<'_>) -> Polled<T> {
        loop {
            let State::Connected(connection) = &mut self.state else { return Poll::Ready(None) };
            let frame = match connection.framer.next() {
                Some(frame) => Some(frame),
                None if connection.ended => connection.framer.finish(),
                None => None,
            };
            if let Some(frame) = frame {
                let event = self.read(frame);
                if let State::Connected(connection) = &mut self.state {
                    connection.heard = true;
                }
                if event.is_some() || matches!(self.state, State::Over) {
                    return Poll::Ready(event);
                }
                continue;
            }
            if connection.ended {
                let asked = self.retry_millis.map(Duration::from_millis);
                return Poll::Ready(self.disconnected(asked, DisconnectReason::Closed));
            }
            if let Some(error) = stream_item::spent(self.call.client(), self.call.operation().id) {
                self.state = State::Over;
                return Poll::Ready(Some(Err(error)));
            }
            match Pin::new(&mut connection.body).poll_next(context) {
                Poll::Ready(Some(Ok(chunk))) => {
                    connection.heard = true;
                    self.stats.bytes += chunk.len() as u64;
                    connection.framer.push(chunk);
                }
                Poll::Ready(Some(Err(error))) => {
                    let error = Error::transport(self.call.operation().id.into(), error)
                        .with_answer(&connection.parts, Bytes::new());
                    let asked = self.retry_millis.map(Duration::from_millis);
                    return Poll::Ready(self.disconnected(asked, DisconnectReason::Failed(error)));
                }
                Poll::Ready(None) => connection.ended = true,
                Poll::Pending => {
                    let (Some(timeout), Some(timer)) = (self.idle_timeout, &mut connection.timer) else {
                        return Poll::Pending;
                    };
                    let clock = self.call.client().clock();
                    if std::mem::take(&mut connection.heard) {
                        connection.last_seen = clock.now();
                    }
                    ready!(timer.get_mut().as_mut().poll(context));
                    let silent = clock.now().saturating_sub(connection.last_seen);
                    if silent >= timeout {
                        return Poll::Ready(self.disconnected(None, DisconnectReason::Silent(timeout)));
                    }
                    connection.timer = Some(Exclusive::new(clock.sleep(timeout - silent)));
                }
            }
        }
    }
}

impl<T> Unpin for Events<T> {}

impl<T: DeserializeOwned> Stream for Events<T> {
    type Item = Result<StreamEvent<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Ready => this.state = State::Connecting(Exclusive::new(this.connect())),
                State::Connecting(future) => match ready!(future.get_mut().as_mut().poll(context)) {
                    // By this status a server ends a stream for good (WHATWG HTML, section 9.2.3).
                    Ok(opened) if opened.parts.status == StatusCode::NO_CONTENT => this.state = State::Over,
                    Ok(opened) => {
                        let meta = this.connected(opened);
                        return Poll::Ready(Some(Ok(StreamEvent::Connected(meta))));
                    }
                    Err(error) => return Poll::Ready(this.refused(error)),
                },
                State::Connected(_) => return this.poll_connection(context),
                State::Waiting(sleep) => {
                    ready!(sleep.get_mut().as_mut().poll(context));
                    this.state = State::Ready;
                }
                State::Over => return Poll::Ready(None),
            }
        }
    }
}

/// Whether a message is the last one, which need be no JSON: the text itself, or an event of nothing but that text.
fn is_last(message: &[u8], last: &str) -> bool {
    let message = message.trim_ascii();
    let event = || message.strip_prefix(br#"{"data":""#)?.strip_suffix(br#""}"#);
    message == last.as_bytes() || event().is_some_and(|data| data == last.as_bytes())
}

impl<T> Events<T> {
    /// Adds what there is to know to a debug text.
    pub(crate) fn debug(&self, mut debug: fmt::DebugStruct<'_, '_>) -> fmt::Result {
        let state = match &self.state {
            State::Ready => "not connected",
            State::Connecting(_) => "connecting",
            State::Connected(_) => "connected",
            State::Waiting(_) => "waiting to reconnect",
            State::Over => "over",
        };
        debug
            .field("operation_id", &self.call.operation().id)
            .field("state", &state)
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.debug(f.debug_struct("Events"))
    }
}
