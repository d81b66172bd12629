//! Bodies of values that are sent one after the other: JSON lines, JSON text sequences, server-sent events.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;
use serde::Serialize;

use super::body::{Body, Exclusive};
use super::call::Call;
use super::check::{self, Validate};
use super::operation::Framing;
use super::transport::{BoxError, BoxStream, MaybeSend};

/// Values that are sent one after the other in one body: a list of them, or a stream whose values are sent when they are
/// there.
///
/// A list can be sent again when it has to be; a stream exists once, so its request is never retried.
pub struct Sequence<T>(Repr<T>);

enum Repr<T> {
    Values(Vec<T>),
    Stream(Exclusive<BoxStream<Result<T, BoxError>>>),
}

impl<T> Sequence<T> {
    /// The values of a list or an iterator, which are all made before anything is sent.
    pub fn new(values: impl IntoIterator<Item = impl Into<T>>) -> Self {
        Self(Repr::Values(values.into_iter().map(Into::into).collect()))
    }

    /// The values of a stream, each sent when it is there. An `Err` breaks the request off.
    pub fn stream<S>(values: S) -> Self
    where
        S: Stream<Item = Result<T, BoxError>> + MaybeSend + 'static,
    {
        Self(Repr::Stream(Exclusive::new(Box::pin(values))))
    }
}

impl<T> From<Vec<T>> for Sequence<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Repr::Values(values))
    }
}

impl<T, const N: usize> From<[T; N]> for Sequence<T> {
    fn from(values: [T; N]) -> Self {
        Self(Repr::Values(values.into()))
    }
}

impl<T> FromIterator<T> for Sequence<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(Repr::Values(values.into_iter().collect()))
    }
}

impl<T> fmt::Debug for Sequence<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Values(values) => write!(f, "Sequence({} values)", values.len()),
            Repr::Stream(_) => f.write_str("Sequence(stream)"),
        }
    }
}

impl Call {
    /// Sets the body to values that are sent one after the other. Those of a list are checked before; the first one that
    /// is wrong is reported.
    pub fn sequence_body<T: Serialize + Validate + Unpin + 'static>(
        &mut self,
        media: &'static str,
        framing: Framing,
        body: Sequence<T>,
    ) {
        let media = HeaderValue::from_static(media);
        match body.0 {
            Repr::Values(values) => {
                let violation = values.iter().find_map(check::validate);
                let mut text = Vec::new();
                let written = values.iter().try_for_each(|value| write(&mut text, framing, value));
                self.checked_body(media, written.map(|()| text.into()).map_err(|error| error.to_string()), violation);
            }
            Repr::Stream(values) => self.checked_body(media, Ok(Body::stream(Framed { framing, values })), None),
        }
    }
}

/// Writes a value with what separates it from others.
fn write<T: Serialize>(out: &mut Vec<u8>, framing: Framing, value: &T) -> Result<(), serde_json::Error> {
    out.extend_from_slice(match framing {
        Framing::JsonLines => b"",
        // RFC 7464 section 2.
        Framing::JsonSeq => b"\x1E",
        Framing::ServerSentEvents => b"data: ",
    });
    serde_json::to_writer(&mut *out, value)?;
    out.extend_from_slice(if framing == Framing::ServerSentEvents { b"\n\n" } else { b"\n" });
    Ok(())
}

struct Framed<T> {
    framing: Framing,
    values: Exclusive<BoxStream<Result<T, BoxError>>>,
}

impl<T> Unpin for Framed<T> {}

impl<T: Serialize> Stream for Framed<T> {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let framing = self.framing;
        self.values.get_mut().as_mut().poll_next(context).map(|value| {
            Some(value?.and_then(|value| {
                let mut text = Vec::new();
                write(&mut text, framing, &value)?;
                Ok(text.into())
            }))
        })
    }
}
