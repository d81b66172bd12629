//! The items of a live stream, for those who need nothing else of it.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::call::Call;
use super::error::Error;
use super::recent::Recent;
use super::reconnect::ReconnectPolicy;
use super::stream::Events;
use super::stream_event::{StreamEvent, StreamStats};

/// The items of a live stream.
///
/// Nothing is sent before the first item is asked for, and dropping it closes the connection. It goes on by itself when
/// a connection is lost ([`ReconnectPolicy`] says when and how long it waits); the old connection is closed before a
/// new one is opened. What is survivable is no `Err`: a message that is no item is skipped and counted in
/// [`stats`](Self::stats). An `Err` is the end: credentials or a request that the server does not accept, or a broken
/// connection where it may not reconnect; after it comes `None`.
///
/// Without an `Err` the stream ends where reconnecting is [off](ReconnectPolicy::off), where the call asks for a past
/// period, and where the request is a `POST` or `PATCH`: none of these is sent again after a connection was accepted.
/// Before that, a call for a past period is repeated like every other, and a `POST` or `PATCH` only where it had no
/// effect: nothing had left the client, or the answer was a 429 (or a 401 that a refreshed credential changes).
///
/// Where the call asks for what was missed, the server repeats some of what was not; items are told by their id, or by
/// their text if they have none, and those of the last 100,000 that were delivered are left out.
#[must_use = "a stream connects only when it is asked for an item"]
pub struct Live<T>(Events<T>);

impl<T: DeserializeOwned> Live<T> {
    /// The stream that `call` opens.
    #[doc(hidden)]
    pub fn new(call: Call) -> Self {
        Self(Events::new(call))
    }

    /// Whether and when the stream connects again; `false` for never. The default is [`ReconnectPolicy::new`]: always,
    /// and [`ReconnectPolicy::off`] for the lines of an answer that comes to an end.
    pub fn reconnect(mut self, policy: impl Into<ReconnectPolicy>) -> Self {
        self.0.policy = policy.into();
        self
    }

    /// After how long without a byte a connection counts as lost; the default is 30 s, `None` is never. Keep-alives
    /// count, time between two calls of [`next`](Self::next) does not. It should be longer than the keep-alives are
    /// apart.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.0.idle_timeout = timeout.into();
        self
    }

    /// The longest message that is read, in bytes; longer ones are skipped. The default is 1 MiB.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.0.max_message = bytes;
        self
    }

    /// Whether the stream asks for gzip, unless the call sets `Accept-Encoding` itself; the default is `false`. What
    /// the server has flushed is decoded when it comes, but a server that does not flush holds items and keep-alives
    /// back, so this is for streams of which it is known. [`max_message`](Self::max_message) counts decoded bytes.
    #[cfg(feature = "gzip")]
    pub fn gzip(mut self, ask: bool) -> Self {
        self.0.gzip = ask;
        self
    }

    /// How many items are remembered in order to leave out repeated ones; the default is 100,000. One takes some 40
    /// bytes, and only while the call asks for what was missed.
    pub fn remember(mut self, items: usize) -> Self {
        self.0.recent = Recent::new(items);
        self
    }

    /// The same stream with everything that happens on it.
    pub fn events(self) -> Events<T> {
        self.0
    }

    /// Counts of what happened so far.
    #[must_use]
    pub fn stats(&self) -> StreamStats {
        self.0.stats()
    }

    /// The next item, or `None` at the end. Cancelling the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The same with the error outside.
    ///
    /// # Errors
    ///
    /// The stream is over. What a call can fail with is possible here too;
    /// [`ErrorKind::Stream`](super::ErrorKind::Stream) and [`ErrorKind::Timeout`](super::ErrorKind::Timeout) where the
    /// server ended a connection or fell silent and no other may follow,
    /// [`ErrorKind::Refused`](super::ErrorKind::Refused) where a [`Budget`](super::Budget) has no room for another
    /// item.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }
}

impl<T> Unpin for Live<T> {}

impl<T: DeserializeOwned> Stream for Live<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.0).poll_next(context)) {
                Some(Ok(StreamEvent::Item(item))) => return Poll::Ready(Some(Ok(item))),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f.debug_struct("Live"))
    }
}
