//! What is fixed about operations before any call: their parameters, the security they accept and the rules of their
//! streams. Plain constant tables without behaviour; everything else in the runtime reads them.

use super::param::Param;
use super::scheme::Need;
use super::server::OwnServer;

/// One operation of the API: everything about it that does not depend on the arguments of a call.
#[derive(Debug)]
pub struct Operation {
    /// The id in the API description.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// Where it lives, if not where the others do.
    pub server: Option<&'static OwnServer>,
    /// The parameters in wire order.
    pub params: &'static [Param],
    /// Alternatives of needs.
    pub auth: &'static [&'static [Need]],
    /// The members that hold result and errors.
    pub envelope: Option<(&'static str, &'static str)>,
    /// Index of the page token parameter.
    pub page_token: Option<usize>,
    /// Index of the page size parameter and its default.
    pub page_size: Option<(usize, u64)>,
    /// The rules of the stream that the operation opens.
    pub stream: Option<&'static StreamRules>,
    /// The `Accept` header.
    pub accept: &'static str,
}

impl Operation {
    /// An operation without parameters that needs no credentials. `path` is the template with `{name}` placeholders.
    #[must_use]
    pub const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            server: None,
            params: &[],
            auth: &[],
            envelope: None,
            page_token: None,
            page_size: None,
            stream: None,
            accept: "application/json",
        }
    }

    /// The address of the operation, where the API description gives it one of its own.
    #[must_use]
    pub const fn server(mut self, server: &'static OwnServer) -> Self {
        self.server = Some(server);
        self
    }

    /// The parameters in the order in which they go on the wire; setters name them by their index.
    #[must_use]
    pub const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// What the operation accepts as authentication: alternatives of which one is enough, each a list of needs that
    /// must all be met. An empty alternative, or no alternative at all, makes the operation public.
    #[must_use]
    pub const fn auth(mut self, alternatives: &'static [&'static [Need]]) -> Self {
        self.auth = alternatives;
        self
    }

    /// The members of an answer that hold its result and its errors.
    #[must_use]
    pub const fn envelope(mut self, data: &'static str, errors: &'static str) -> Self {
        self.envelope = Some((data, errors));
        self
    }

    /// The index of the parameter that selects a page by its token.
    #[must_use]
    pub const fn page_token(mut self, index: usize) -> Self {
        self.page_token = Some(index);
        self
    }

    /// The index of the parameter that says how many items a page has, and what the server takes where it is absent.
    /// The number is what a `before_send` hook sees as the estimated items.
    #[must_use]
    pub const fn page_size(mut self, index: usize, default: u64) -> Self {
        self.page_size = Some((index, default));
        self
    }

    /// The rules of the stream that the operation opens.
    #[must_use]
    pub const fn stream(mut self, rules: &'static StreamRules) -> Self {
        self.stream = Some(rules);
        self
    }

    /// The `Accept` header of the request; `application/json` where this is not called.
    #[must_use]
    pub const fn accept(mut self, media: &'static str) -> Self {
        self.accept = media;
        self
    }

    /// The operation's id in the API description.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The path template, with `{name}` placeholders.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }
}

/// How the messages of a stream are delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One JSON text per line; an empty line is a keep-alive.
    JsonLines,
    /// Server-sent events (WHATWG HTML, "Server-sent events").
    ServerSentEvents,
    /// JSON text sequences (RFC 7464).
    JsonSeq,
}

/// The rules of a stream: how it is framed and how it goes on after it broke.
#[derive(Debug)]
pub struct StreamRules {
    /// How messages are delimited.
    pub framing: Framing,
    /// Index of the backfill parameter.
    pub backfill: Option<usize>,
    /// Indexes of the parameters that select a past period.
    pub replay: &'static [usize],
    /// Path of the member that identifies an event.
    pub event_id: &'static [&'static str],
    /// The members of a message that hold its result and its errors.
    pub envelope: Option<(&'static str, &'static str)>,
    /// The `Accept` header, where the operation also answers in another way.
    pub accept: Option<&'static str>,
    /// What a message is.
    pub message: Message,
    /// Whether the values come to an end.
    pub ends: bool,
    /// The message after which nothing comes.
    pub last: Option<&'static str>,
}

/// What a message of a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A JSON text.
    Json,
    /// A text, whatever is in it.
    Text,
    /// A server-sent event with the members `data`, `event`, `id` and `retry`, of which `data` is a text.
    Event,
    /// The same with `data` as a JSON text.
    JsonEvent,
}

impl StreamRules {
    const fn new(framing: Framing) -> Self {
        Self {
            framing,
            backfill: None,
            replay: &[],
            event_id: &[],
            envelope: None,
            accept: None,
            message: Message::Json,
            ends: false,
            last: match framing {
                Framing::ServerSentEvents => Some("[DONE]"),
                Framing::JsonLines | Framing::JsonSeq => None,
            },
        }
    }

    /// The `Accept` header of the stream, where the operation also answers in another way.
    #[must_use]
    pub const fn accept(mut self, media: &'static str) -> Self {
        self.accept = Some(media);
        self
    }

    /// The values come to an end: unless the caller says otherwise, a connection that is closed is not followed by another.
    #[must_use]
    pub const fn ends(mut self) -> Self {
        self.ends = true;
        self
    }

    /// The message after which nothing comes. Where this is not called, server-sent events end with `[DONE]`, as is customary,
    /// and no message ends another stream.
    #[must_use]
    pub const fn last(mut self, message: &'static str) -> Self {
        self.last = Some(message);
        self
    }

    /// What a message is; [`Message::Json`] where this is not called.
    #[must_use]
    pub const fn message(mut self, message: Message) -> Self {
        self.message = message;
        self
    }

    /// A stream of one JSON text per line.
    #[must_use]
    pub const fn json_lines() -> Self {
        Self::new(Framing::JsonLines)
    }

    /// A stream of server-sent events.
    #[must_use]
    pub const fn server_sent_events() -> Self {
        Self::new(Framing::ServerSentEvents)
    }

    /// A JSON text sequence.
    #[must_use]
    pub const fn json_seq() -> Self {
        Self::new(Framing::JsonSeq)
    }

    /// The index of the parameter that asks the server to repeat what was missed.
    #[must_use]
    pub const fn backfill(mut self, index: usize) -> Self {
        self.backfill = Some(index);
        self
    }

    /// The indexes of the parameters that select a past period: a stream with one of them set ends by itself.
    #[must_use]
    pub const fn replay(mut self, indexes: &'static [usize]) -> Self {
        self.replay = indexes;
        self
    }

    /// The member that identifies an event, as the path of its names.
    #[must_use]
    pub const fn event_id(mut self, path: &'static [&'static str]) -> Self {
        self.event_id = path;
        self
    }

    /// The members of a message that hold its result and its errors. A message with errors and without a result
    /// announces the end of the connection; where this is not called no message does.
    #[must_use]
    pub const fn envelope(mut self, data: &'static str, errors: &'static str) -> Self {
        self.envelope = Some((data, errors));
        self
    }
}
