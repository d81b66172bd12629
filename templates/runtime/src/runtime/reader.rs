//! Reading the body of an answer into memory, up to a limit.

use bytes::{Bytes, BytesMut};
use http::response::Parts;
use http::{StatusCode, header};

use super::body::Incoming;
use super::transport::TransportError;

/// The most bytes of an error answer that are kept.
const MAX_ERROR_BODY: usize = 1024 * 1024;

/// The most bytes of an answer that are kept when it is too large.
const MAX_EXCESS: usize = 64 * 1024;

/// Why there is no complete answer.
pub(crate) enum Broken {
    /// Before its head.
    Before(TransportError),
    /// After its head.
    After(TransportError),
    /// Because of its size.
    TooLarge,
}

/// Reads a body up to a limit, without copying one that comes in a single piece.
pub(crate) struct Reader {
    first: Bytes,
    rest: BytesMut,
    limit: usize,
    has_body: bool,
    /// What the head announces; a hint only.
    announced: usize,
    /// The least there has to be for the body to be complete.
    least: usize,
}

impl Reader {
    /// A reader of at most `limit` bytes; `has_body` is false for answers whose length is that of a body that does not
    /// come.
    pub(crate) fn new(limit: usize, has_body: bool) -> Self {
        Self { first: Bytes::new(), rest: BytesMut::new(), limit, has_body, announced: 0, least: 0 }
    }

    /// Takes note of what the head announces.
    pub(crate) fn expect(&mut self, parts: &Parts) {
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if self.has_body {
            self.announced = length.unwrap_or(0);
        }
        // Some layers below take a body for complete that was broken off in an orderly way (HTTP/2 allows to reset a
        // stream without an error), so the length is compared here. It is that of the encoded body, and a browser
        // decodes without saying so.
        let is_encoded = cfg!(target_family = "wasm") || parts.headers.contains_key(header::CONTENT_ENCODING);
        if parts.status.is_success() && parts.status != StatusCode::NO_CONTENT && !is_encoded {
            self.least = self.announced;
        }
        if !parts.status.is_success() {
            self.limit = self.limit.min(MAX_ERROR_BODY);
        }
    }

    /// Reads to the end. What goes beyond the limit is an error in a success and left out otherwise.
    pub(crate) async fn read(&mut self, mut incoming: Incoming, is_success: bool) -> Result<(), Broken> {
        if is_success && self.announced > self.limit {
            return Err(Broken::TooLarge);
        }
        while let Some(mut chunk) = incoming.chunk().await.map_err(Broken::After)? {
            let room = self.limit - self.length();
            if chunk.len() > room {
                chunk.truncate(room);
                self.push(chunk);
                if is_success {
                    self.shorten();
                    return Err(Broken::TooLarge);
                }
                return Ok(());
            }
            self.push(chunk);
        }
        if self.length() < self.least {
            let message = format!("the answer ended after {} of {} bytes", self.length(), self.least);
            return Err(Broken::After(TransportError::exchange(message)));
        }
        Ok(())
    }

    fn length(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    fn push(&mut self, chunk: Bytes) {
        if self.length() == 0 {
            self.first = chunk;
            return;
        }
        if self.rest.is_empty() {
            // What is announced is a hint only: it must not make room for what never comes.
            let least = self.first.len() + chunk.len();
            self.rest.reserve(self.announced.min(MAX_ERROR_BODY).max(least));
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&chunk);
    }

    /// Lets go of most of what is too large.
    fn shorten(&mut self) {
        let bytes = std::mem::replace(self, Self { first: Bytes::new(), rest: BytesMut::new(), ..*self }).finish();
        self.first = Bytes::copy_from_slice(&bytes[..bytes.len().min(MAX_EXCESS)]);
    }

    /// What was read.
    pub(crate) fn finish(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { self.rest.freeze() }
    }
}
