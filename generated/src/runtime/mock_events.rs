//! The events that a [`MockServer`](super::MockServer) sends on a stream, and how they are framed.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::memory::{BodyStep, Reply};
use super::mock_answer::checked;
use super::operation::{Framing, Message, StreamRules};
use super::transport::TransportError;

/// What a stream sends: events and what is between them. When there is no more it stays open and silent, as a stream
/// without news does; one whose values come to an end is closed.
///
/// A handler returns `MockEvents::new()…into()`.
#[must_use = "it is an answer only where a handler returns it"]
pub struct MockEvents<T> {
    pub(super) parts: Result<Vec<Part>, String>,
    of: PhantomData<fn() -> T>,
}

/// A part of a stream.
#[derive(Debug)]
pub(super) enum Part {
    Event(Value),
    Raw(Bytes),
    KeepAlive,
    Wait(Duration),
    Close,
    Reset,
}

impl<T> MockEvents<T> {
    /// A stream of nothing.
    pub fn new() -> Self {
        Self { parts: Ok(Vec::new()), of: PhantomData }
    }

    fn part(mut self, part: Result<Part, String>) -> Self {
        self.parts = self.parts.and_then(|mut parts| {
            parts.push(part?);
            Ok(parts)
        });
        self
    }

    /// A keep-alive.
    pub fn keep_alive(self) -> Self {
        self.part(Ok(Part::KeepAlive))
    }

    /// Bytes as they are, with the line end if there is to be one: what is no event.
    pub fn raw(self, bytes: impl Into<Bytes>) -> Self {
        self.part(Ok(Part::Raw(bytes.into())))
    }

    /// Lets time pass: in memory on the server's clock, on loopback in fact.
    pub fn wait(self, delay: Duration) -> Self {
        self.part(Ok(Part::Wait(delay)))
    }

    /// Ends the stream here, in order. The client then connects again, and the handler is asked again.
    pub fn close(self) -> Self {
        self.part(Ok(Part::Close))
    }

    /// Breaks the connection here.
    pub fn reset(self) -> Self {
        self.part(Ok(Part::Reset))
    }
}

impl<T: Serialize> MockEvents<T> {
    /// An event.
    pub fn event(self, event: T) -> Self {
        let event = serde_json::to_value(event).map(Part::Event);
        self.part(event.map_err(|error| format!("an event cannot be written: {error}")))
    }
}

impl<T: DeserializeOwned> MockEvents<T> {
    /// An event as the server would write it. It must be one: what cannot be read as `T`, and a member that `T` does not
    /// know, is a fault of the handler.
    pub fn json(self, event: Value) -> Self {
        let event = checked::<T>(&event).map(|()| Part::Event(event));
        self.part(event)
    }
}

impl<T> Default for MockEvents<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for MockEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockEvents").field("parts", &self.parts).finish_non_exhaustive()
    }
}

/// The reply that sends a stream.
pub(super) fn reply(status: u16, rules: &StreamRules, parts: Vec<Part>) -> Result<Reply, String> {
    let media = match rules.framing {
        Framing::JsonLines => "application/json",
        Framing::ServerSentEvents => "text/event-stream",
        Framing::JsonSeq => "application/json-seq",
    };
    let media = rules.accept.filter(|accept| !accept.contains(['*', ','])).unwrap_or(media);
    let mut reply = Reply::status(status).with_header("content-type", media);
    for part in parts {
        match part {
            Part::Event(value) => reply.steps.push_back(BodyStep::Chunk(framed(rules, &value)?)),
            Part::Raw(bytes) => reply.steps.push_back(BodyStep::Chunk(bytes)),
            Part::KeepAlive => reply.steps.push_back(BodyStep::Chunk(keep_alive(rules.framing))),
            Part::Wait(delay) => reply.steps.push_back(BodyStep::Wait(delay)),
            Part::Close => return Ok(reply),
            Part::Reset => return Ok(reply.then_fail(TransportError::exchange("the connection was reset"))),
        }
    }
    Ok(if rules.ends { reply } else { reply.then_hang() })
}

/// What keeps a silent stream alive.
pub(super) fn keep_alive(framing: Framing) -> Bytes {
    Bytes::from_static(match framing {
        Framing::JsonLines => b"\r\n",
        Framing::ServerSentEvents => b":\n\n",
        Framing::JsonSeq => b"\x1e",
    })
}

fn framed(rules: &StreamRules, value: &Value) -> Result<Bytes, String> {
    let text = match (rules.message, value) {
        (Message::Text, Value::String(text)) => text.clone(),
        _ => value.to_string(),
    };
    Ok(Bytes::from(match rules.framing {
        Framing::JsonLines => format!("{text}\r\n"),
        Framing::JsonSeq => format!("\x1e{text}\n"),
        Framing::ServerSentEvents => match rules.message {
            Message::Json | Message::Text => fields([("data", text)]),
            Message::Event | Message::JsonEvent => {
                let members = value.as_object().ok_or("a server-sent event is an object with a member `data`")?;
                let field = |name: &'static str| {
                    let text = match members.get(name)? {
                        Value::Null => return None,
                        Value::String(text) if name != "data" || rules.message == Message::Event => text.clone(),
                        other => other.to_string(),
                    };
                    Some((name, text))
                };
                fields(["event", "id", "retry", "data"].into_iter().filter_map(field))
            }
        },
    }))
}

/// The fields of a server-sent event (WHATWG HTML, "Parsing an event stream"): a text of several lines is several fields.
fn fields(fields: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let mut event = String::new();
    for (name, text) in fields {
        for line in text.split('\n') {
            event.extend([name, ": ", line, "\n"]);
        }
    }
    event.push('\n');
    event
}
