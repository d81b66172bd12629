//! Scripts: what happens to one request.

use std::time::Duration;

use bytes::Bytes;

/// What happens to one request, in this order. Behind the last step the answer is complete.
pub type Script = Vec<Step>;

/// A step of an answer.
#[derive(Clone, Debug)]
pub enum Step {
    /// The status and the headers. With HTTP/1.1 the body is in chunks, unless there is a `content-length`.
    Head(u16, Vec<(&'static str, String)>),
    /// These bytes, on HTTP/1.1 only: what no well-formed answer holds.
    Raw(&'static str),
    /// These bytes many times, on HTTP/1.1 only.
    RawFlood(&'static str, u64),
    /// Interim headers (status 103), which are no answer yet.
    Hints,
    /// A part of the body.
    Body(Bytes),
    /// Parts of the body, each after the client has taken the one before.
    Pieces(Vec<Bytes>),
    /// The same part of the body many times, from one small buffer.
    Flood(Bytes, u64),
    /// From here on every byte is written alone.
    Dribble,
    /// Waits until the client has taken what was sent.
    Taken,
    /// Time passes without a byte, once the client has taken what was sent and waits.
    Silence(Duration),
    /// Waits until so many requests have arrived in all.
    Meet(usize),
    /// Waits until the client has ended every other exchange.
    Alone,
    /// Nothing more, until the client ends the exchange.
    Hold,
    /// The end of the connection in the middle of the answer.
    Close,
    /// An abrupt end: the connection is reset (`RST`), with HTTP/2 the stream (`INTERNAL_ERROR`).
    Reset,
    /// The stream is reset with `NO_ERROR`, with HTTP/2 only.
    ResetWithoutError,
    /// The connection takes no more requests (`GOAWAY`), with HTTP/2 only; this answer goes on.
    GoAway,
    /// The connection stays open and nobody looks at it any more, with HTTP/2 only.
    Hang,
    /// The connection ends with an error (`GOAWAY`, `INTERNAL_ERROR`), with HTTP/2 only.
    GoAwayInError,
}

/// An answer without a body.
#[must_use]
pub fn status(status: u16) -> Script {
    head(status, &[("content-length", "0")], "")
}

/// An answer with these headers and a body, in chunks unless there is a `content-length`.
#[must_use]
pub fn head(status: u16, headers: &[(&'static str, &str)], body: impl Into<Bytes>) -> Script {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    vec![Step::Head(status, headers), Step::Body(body.into())]
}

/// The beginning of an answer of status 200 that announces so many bytes, and a body that may hold others.
#[must_use]
pub fn length(announced: usize, body: impl Into<Bytes>) -> Script {
    head(200, &[("content-type", "application/json"), ("content-length", &announced.to_string())], body)
}

/// The beginning of a stream.
#[must_use]
pub fn stream(body: impl Into<Bytes>) -> Script {
    head(200, &[("content-type", "application/json")], body)
}

/// An HTTP/1.1 answer that is none.
#[must_use]
pub fn raw(bytes: &'static str) -> Script {
    vec![Step::Raw(bytes)]
}
