//! Downloads: the body of a success while it arrives.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header;

use super::body::{Exclusive, Incoming};
use super::call::Call;
use super::clock::Clock;
use super::coding;
use super::error::{Error, ErrorKind, Outcome};
use super::exchange::Exchange;
use super::media;
use super::response::{Meta, Response};
use super::secret::Secrets;
use super::send::{Job, Opened, Progress};
use super::span::Span;
use super::transport::{BoxFuture, TransportError};

/// How long a download may stand still.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The body of an answer as a stream of its chunks, of any size in all.
///
/// It is read only while somebody asks for the next chunk, and dropping it ends the exchange. An `Err` is the end: the
/// body broke off, or nothing came for as long as the [idle timeout](Self::idle_timeout). What was announced and did not
/// come is an error too.
#[must_use = "a download does nothing until its chunks are asked for"]
pub struct Download {
    body: Incoming,
    clock: Arc<dyn Clock>,
    idle_timeout: Option<Duration>,
    timer: Option<Exclusive<BoxFuture<'static, ()>>>,
    operation_id: Cow<'static, str>,
    length: Option<u64>,
    received: u64,
    over: bool,
}

impl Download {
    /// After how long without a byte the download fails; the default is 30 s, `None` is never. The time between two
    /// calls of [`next`](Self::next) does not count.
    #[inline]
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// How many bytes there are in all, where the server says so.
    #[inline]
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// How many bytes there were so far.
    #[inline]
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The next chunk, or `None` at the end. Cancelling the future loses nothing.
    #[inline]
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The same with the error outside.
    ///
    /// # Errors
    ///
    /// The body broke off ([`ErrorKind::Transport`](super::ErrorKind::Transport)), or nothing came for too long
    /// ([`ErrorKind::Timeout`](super::ErrorKind::Timeout)).
    #[inline]
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        self.next().await.transpose()
    }

    #[inline]
    fn failed(&mut self, error: Error) -> Poll<Option<Result<Bytes, Error>>> {
        self.over = true;
        // What is left of the exchange is of no use.
        self.body = Incoming::empty();
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.over {
            return Poll::Ready(None);
        }
        match Pin::new(&mut this.body).poll_next(context) {
            Poll::Ready(Some(Ok(chunk))) => {
                this.timer = None;
                this.received += chunk.len() as u64;
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(Some(Err(error))) => {
                let error = Error::transport(this.operation_id.clone(), error).note("the answer had begun");
                this.failed(error)
            }
            Poll::Ready(None) => {
                this.over = true;
                match this.length.filter(|length| this.received < *length) {
                    None => Poll::Ready(None),
                    Some(length) => {
                        let message = format!("the answer ended after {} of {length} bytes", this.received);
                        let error = Error::transport(this.operation_id.clone(), TransportError::exchange(message));
                        this.failed(error)
                    }
                }
            }
            Poll::Pending => {
                let Some(limit) = this.idle_timeout else { return Poll::Pending };
                let timer = this.timer.get_or_insert_with(|| Exclusive::new(this.clock.sleep(limit)));
                if timer.get_mut().as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                let message = format!("nothing came for {limit:?}");
                let error = Error::new(ErrorKind::Timeout, Outcome::Answered, this.operation_id.clone(), message);
                this.failed(error)
            }
        }
    }
}

impl fmt::Debug for Download {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation_id", &self.operation_id)
            .field("received", &self.received)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Sends the call, with retries as for every other, and gives the body of a success while it arrives.
    ///
    /// # Errors
    ///
    /// As for [`Call::send`]. What goes wrong with the body later is an error of the download.
    #[inline]
    pub async fn download(self) -> Result<Response<Download>, Error> {
        let (asked, clock, operation_id) = (self.accept, Arc::clone(self.client.clock()), self.operation.id);
        let opened = self.prepare()?.download().await?;
        let length = opened.parts.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        // A browser decodes without saying so, and then the length is that of something else.
        let is_exact = !cfg!(target_family = "wasm") && is_plain(&opened.parts);
        if let Some(message) =
            coding::fault(&opened.parts.headers).or_else(|| media::other(&opened.parts.headers, asked?))
        {
            let error = Error::new(ErrorKind::Decode, Outcome::Answered, operation_id, message);
            return Err(error.with_answer(&opened.parts, Bytes::new()));
        }
        let secrets = Secrets::of(&opened.parts);
        let meta = Meta {
            status: opened.parts.status,
            headers: opened.parts.headers,
            raw: Bytes::new(),
            attempts: opened.attempts,
            operation_id: operation_id.into(),
            secrets,
        };
        let download = Download {
            body: opened.incoming,
            clock,
            idle_timeout: Some(IDLE_TIMEOUT),
            timer: None,
            operation_id: operation_id.into(),
            length: length.filter(|_| is_exact),
            received: 0,
            over: false,
        };
        Ok(Response::new(download, meta))
    }
}

impl Job {
    /// Sends like `run`, and gives the body of the success while it arrives.
    #[inline]
    fn download(mut self) -> BoxFuture<'static, Result<Opened, Error>> {
        self.settings.gzip = false;
        let span = Span::of(&self);
        Box::pin(span.clone().around(async move {
            let mut progress = self.progress(self.settings.overall_timeout);
            let result = self.fetch(&mut progress).await;
            span.end(progress.attempts, result.as_ref().map(|opened| opened.parts.status));
            result
        }))
    }

    #[inline]
    async fn fetch(mut self, progress: &mut Progress) -> Result<Opened, Error> {
        loop {
            let failure = match self.attempt(progress, true).await {
                Ok(Exchange { parts, open: Some(incoming), .. }) => {
                    return Ok(Opened { parts, incoming, attempts: progress.attempts });
                }
                Ok(exchange) => match self.resend(progress, exchange).await {
                    Ok(()) => continue,
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            self.wait_for_retry(progress, failure).await?;
        }
    }
}

#[inline]
fn is_plain(parts: &http::response::Parts) -> bool {
    !parts.headers.contains_key(header::CONTENT_ENCODING)
}
