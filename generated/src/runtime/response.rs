//! What a call gives back when it succeeds.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::decode;
use super::error::Error;
use super::rate_limit::RateLimit;
use super::secret::Secrets;

/// A successful answer: the decoded body and everything else the server said.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded body.
    pub body: T,
    /// Status, headers and the body as it came.
    pub meta: Meta,
}

impl<T> Response<T> {
    pub(crate) fn new(body: T, meta: Meta) -> Self {
        Self { body, meta }
    }

    /// The same answer with another body.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response { body: change(self.body), meta: self.meta }
    }
}

impl Response<Bytes> {
    /// The body, read as JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](super::ErrorKind::Decode), if it is not JSON of this type; the error names the JSON path.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode::json(&self.body).map_err(|fault| self.meta.decode_error(fault, &self.body))
    }
}

/// What an answer says beside its decoded body.
#[derive(Clone)]
pub struct Meta {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Bytes,
    pub(crate) attempts: u32,
    pub(crate) operation_id: Cow<'static, str>,
    /// What the request was sent with, to keep it out of messages.
    pub(crate) secrets: Secrets,
}

impl Meta {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers; without `Content-Encoding` and `Content-Length` where the body was decoded.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The rate limit window the call was counted in; `None` unless the answer has all three headers of a
    /// [`RateLimit`].
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::read(&self.headers)
    }

    /// The body as it came, decoded where it was compressed, including members that no type knows.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// How many requests the call took, from 1: retries, resends after a refreshed credential and redirects count.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl Meta {
    fn decode_error(&self, fault: decode::DecodeFault, text: &[u8]) -> Error {
        let fault = fault.or_coding(&self.headers, text);
        decode::error(self.operation_id.clone(), decode::UNREADABLE, fault, text, &self.secrets).with_meta(self)
    }
}

impl std::fmt::Debug for Meta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers can hold cookies, and the raw body is the decoded one over again.
        f.debug_struct("Meta")
            .field("status", &self.status)
            .field("rate_limit", &self.rate_limit())
            .field("raw", &format_args!("{} bytes", self.raw.len()))
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
