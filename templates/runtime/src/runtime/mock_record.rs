//! Recording: a transport that passes requests on and writes each exchange to a file, without its secrets.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;

use super::body::{Body, Incoming};
use super::mock_exchange::{Exchange, Redaction, Text};
use super::mock_server::MockServer;
use super::transport::{Attempt, BoxFuture, Transport, TransportError};

/// The most bytes of a body that are written; more is left out.
const MAX_BODY: usize = 32 * 1024 * 1024;

impl MockServer {
    /// A transport that sends by `transport` and writes each exchange to a file as a line of JSON, for
    /// [`replay`](Self::replay). A file that is there already is written anew.
    ///
    /// Secrets are written as `REDACTED`: headers that hold credentials or cookies, the keys of the API's security schemes,
    /// and parameters and members by the names of OAuth and by those that [`Recorder::redact`] adds. Look at the file before
    /// it is shared: what else is secret in an answer, nobody knows here.
    ///
    /// # Errors
    ///
    /// The file cannot be created.
    pub fn record<T: Transport>(&self, transport: T, file: impl AsRef<Path>) -> io::Result<Recorder<T>> {
        let file = Arc::new(Mutex::new(File::create(file)?));
        Ok(Recorder { transport, file, redaction: self.redaction() })
    }
}

/// A transport that records, as [`MockServer::record`] makes it.
#[derive(Debug)]
pub struct Recorder<T> {
    transport: T,
    file: Arc<Mutex<File>>,
    redaction: Redaction,
}

impl<T> Recorder<T> {
    /// Redacts headers, parameters and members of this name too, whatever its case.
    #[must_use]
    pub fn redact(mut self, name: &str) -> Self {
        self.redaction.add(name);
        self
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn send(
        &self,
        request: http::Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let body = request.body().as_bytes().map(|bytes| self.redaction.body(request.headers(), bytes));
            let mut exchange = Exchange {
                method: request.method().to_string(),
                url: self.redaction.url(&request.uri().to_string()),
                request: body,
                request_headers: self.redaction.headers(request.headers()),
                ..Exchange::default()
            };
            let answer = match self.transport.send(request, attempt).await {
                Ok(answer) => answer,
                Err(error) => {
                    exchange.failure = Some(Exchange::failure_of(&error).to_owned());
                    write(&self.file, &exchange);
                    return Err(error);
                }
            };
            exchange.status = answer.status().as_u16();
            exchange.headers = self.redaction.headers(answer.headers());
            let (parts, body) = answer.into_parts();
            let recorded = Recorded {
                body,
                headers: parts.headers.clone(),
                kept: Vec::new(),
                exchange: Some(exchange),
                redaction: self.redaction.clone(),
                file: Arc::clone(&self.file),
            };
            Ok(http::Response::from_parts(parts, Incoming::new(recorded)))
        })
    }
}

/// A body that is written when it has ended, or when nobody reads it any more.
struct Recorded {
    body: Incoming,
    headers: HeaderMap,
    kept: Vec<u8>,
    exchange: Option<Exchange>,
    redaction: Redaction,
    file: Arc<Mutex<File>>,
}

impl Recorded {
    fn end(&mut self, broken: Option<&TransportError>) {
        if let Some(mut exchange) = self.exchange.take() {
            exchange.body = Text::default();
            if !self.kept.is_empty() {
                exchange.body = self.redaction.body(&self.headers, &self.kept);
            }
            exchange.failure = broken.map(|error| Exchange::failure_of(error).to_owned());
            write(&self.file, &exchange);
        }
    }
}

impl Stream for Recorded {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let next = std::task::ready!(Pin::new(&mut this.body).poll_next(context));
        match &next {
            Some(Ok(chunk)) => {
                let left = MAX_BODY.saturating_sub(this.kept.len()).min(chunk.len());
                this.kept.extend_from_slice(&chunk[..left]);
            }
            Some(Err(error)) => this.end(Some(error)),
            None => this.end(None),
        }
        Poll::Ready(next)
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.end(None);
    }
}

/// A disk that is full is no reason to fail the call; the recording ends there, and a replay says what is missing.
fn write(file: &Mutex<File>, exchange: &Exchange) {
    let mut line = exchange.to_json().to_string();
    line.push('\n');
    let _ = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes());
}
