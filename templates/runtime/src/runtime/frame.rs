//! Framing: from the chunks of a body to the messages in it.
//!
//! The framer holds one chunk and at most one unfinished line, so its memory is bounded by the line limit whatever the
//! server sends. A line that lies in one chunk is not copied. It knows nothing of connections and of JSON types.

use bytes::{Buf, Bytes};
use memchr::{memchr, memchr2};
use serde_json::Value;

use super::operation::{Framing, Message};

/// How much of a line over the limit is kept for the report.
const KEPT: usize = 256;

/// What a body is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A message, without its delimiter.
    Message(Bytes),
    /// A sign of life without content: an empty line, or a comment of server-sent events.
    KeepAlive,
    /// A message over the limit, which was skipped.
    TooLong {
        /// Its first bytes, at most 256.
        start: Bytes,
        /// Its length in bytes.
        length: usize,
    },
}

/// Splits a body into frames. After [`push`](Self::push) of one chunk, [`next`](Self::next) is called until it gives
/// `None`.
#[derive(Debug)]
pub struct Framer {
    lines: Splitter,
    rules: Rules,
    at_start: bool,
}

#[derive(Debug)]
enum Rules {
    Lines,
    Events(EventParser),
    Sequence(Nesting),
}

impl Framer {
    /// A framer that skips messages longer than `limit` bytes, delimiters not counted (but a carriage return is).
    #[must_use]
    pub fn new(framing: Framing, limit: usize) -> Self {
        let rules = match framing {
            Framing::JsonLines => Rules::Lines,
            Framing::ServerSentEvents => Rules::Events(EventParser::new(limit)),
            Framing::JsonSeq => Rules::Sequence(Nesting::default()),
        };
        Self { lines: Splitter::new(limit), rules, at_start: true }
    }

    /// The same framer for server-sent events of which more than the data counts.
    #[must_use]
    pub fn messages(mut self, message: Message) -> Self {
        if let Rules::Events(events) = &mut self.rules {
            events.message = message;
        }
        self
    }

    /// Takes the next chunk of the body. The one before must be used up.
    pub fn push(&mut self, chunk: Bytes) {
        self.lines.push(chunk);
    }

    /// The next frame, or `None` if the chunk is used up.
    #[expect(clippy::should_implement_trait, reason = "None is not the end here, but a request for the next chunk")]
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            let piece = match &mut self.rules {
                Rules::Lines => self.lines.next_line(),
                Rules::Events(_) => self.lines.next_event_line(),
                Rules::Sequence(nesting) => self.lines.next_in_sequence(nesting),
            }?;
            if let Some(frame) = self.read(piece) {
                return Some(frame);
            }
        }
    }

    /// What stands behind the last delimiter when the body has ended. Server-sent events are complete only with an
    /// empty line behind them, so there it is never anything (WHATWG HTML, section 9.2.6).
    pub fn finish(&mut self) -> Option<Frame> {
        let piece = self.lines.finish()?;
        match self.rules {
            Rules::Lines | Rules::Sequence(_) => self.read(piece).filter(|frame| *frame != Frame::KeepAlive),
            Rules::Events(_) => None,
        }
    }

    /// The id of the last server-sent event that had one: what `Last-Event-ID` is for.
    #[must_use]
    pub fn last_event_id(&self) -> Option<&str> {
        match &self.rules {
            Rules::Events(events) => events.last_id.as_deref(),
            Rules::Lines | Rules::Sequence(_) => None,
        }
    }

    /// The wait before a reconnection that the server asked for by a `retry` field, in milliseconds.
    #[must_use]
    pub fn retry_millis(&self) -> Option<u64> {
        match &self.rules {
            Rules::Events(events) => events.retry,
            Rules::Lines | Rules::Sequence(_) => None,
        }
    }

    fn read(&mut self, piece: Piece) -> Option<Frame> {
        let at_start = std::mem::take(&mut self.at_start);
        let mut line = match piece {
            Piece::Line(line) => line,
            Piece::TooLong { start, length } => {
                return match &mut self.rules {
                    Rules::Events(events) => {
                        events.over(&start, length);
                        None
                    }
                    Rules::Lines | Rules::Sequence(_) => Some(Frame::TooLong { start, length }),
                };
            }
        };
        if at_start && line.starts_with(b"\xEF\xBB\xBF") {
            line.advance(3);
        }
        match &mut self.rules {
            Rules::Lines => {
                if line.last() == Some(&b'\r') {
                    line.truncate(line.len() - 1);
                }
                Some(if is_blank(&line) { Frame::KeepAlive } else { Frame::Message(line) })
            }
            Rules::Events(events) => events.line(line),
            // Two separators in a row hold no text, which is ignored (RFC 7464 section 2.1).
            Rules::Sequence(_) => (!is_blank(&line)).then_some(Frame::Message(line)),
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[derive(Debug)]
enum Piece {
    Line(Bytes),
    TooLong { start: Bytes, length: usize },
}

/// Cuts chunks at delimiters, and joins what a chunk boundary has cut.
#[derive(Debug)]
struct Splitter {
    limit: usize,
    chunk: Bytes,
    /// The beginning of a line whose end is not there yet; its first bytes only once it is over the limit.
    partial: Vec<u8>,
    /// The length of that line so far.
    length: usize,
    /// The line before ended with a carriage return, to which a line feed belongs.
    after_return: bool,
}

impl Splitter {
    fn new(limit: usize) -> Self {
        Self { limit, chunk: Bytes::new(), partial: Vec::new(), length: 0, after_return: false }
    }

    fn push(&mut self, chunk: Bytes) {
        if self.chunk.is_empty() {
            self.chunk = chunk;
        } else {
            // Nothing may be lost, even if the chunk before was not used up.
            let mut both = Vec::with_capacity(self.chunk.len() + chunk.len());
            both.extend_from_slice(&self.chunk);
            both.extend_from_slice(&chunk);
            self.chunk = both.into();
        }
    }

    /// Lines end with LF; a CR before it is left to the caller.
    fn next_line(&mut self) -> Option<Piece> {
        match memchr(b'\n', &self.chunk) {
            Some(end) => Some(self.complete(end, 1)),
            None => self.keep_rest(),
        }
    }

    /// Lines end with LF, CR LF or CR (WHATWG HTML, section 9.2.5).
    fn next_event_line(&mut self) -> Option<Piece> {
        if self.after_return && !self.chunk.is_empty() {
            self.after_return = false;
            if self.chunk[0] == b'\n' {
                self.chunk.advance(1);
            }
        }
        match memchr2(b'\n', b'\r', &self.chunk) {
            Some(end) => {
                self.after_return = self.chunk[end] == b'\r';
                Some(self.complete(end, 1))
            }
            None => self.keep_rest(),
        }
    }

    /// A text ends where the next record separator is, or at the LF behind its outermost value: a live stream cannot
    /// wait for the next one (RFC 7464 section 2).
    fn next_in_sequence(&mut self, nesting: &mut Nesting) -> Option<Piece> {
        for (index, byte) in self.chunk.iter().enumerate() {
            if *byte == 0x1E || (*byte == b'\n' && nesting.is_outside()) {
                *nesting = Nesting::default();
                return Some(self.complete(index, 1));
            }
            nesting.read(*byte);
        }
        self.keep_rest()
    }

    /// The line that ends after `count` bytes of the chunk, with a delimiter of `delimiter` bytes.
    fn complete(&mut self, count: usize, delimiter: usize) -> Piece {
        let piece = if self.length == 0 {
            let line = self.chunk.split_to(count);
            if line.len() > self.limit {
                Piece::TooLong { start: Bytes::copy_from_slice(&line[..line.len().min(KEPT)]), length: line.len() }
            } else {
                Piece::Line(line)
            }
        } else {
            self.append(count);
            self.take()
        };
        self.chunk.advance(delimiter);
        piece
    }

    fn keep_rest(&mut self) -> Option<Piece> {
        self.append(self.chunk.len());
        None
    }

    fn append(&mut self, count: usize) {
        self.length += count;
        if self.length <= self.limit {
            self.partial.extend_from_slice(&self.chunk[..count]);
        } else if self.partial.len() < KEPT {
            let missing = (KEPT - self.partial.len()).min(count);
            self.partial.extend_from_slice(&self.chunk[..missing]);
        } else if self.partial.len() > KEPT {
            self.partial.truncate(KEPT);
            self.partial.shrink_to_fit();
        }
        self.chunk.advance(count);
    }

    fn take(&mut self) -> Piece {
        let length = std::mem::take(&mut self.length);
        let line = Bytes::from(std::mem::take(&mut self.partial));
        if length > self.limit { Piece::TooLong { start: line, length } } else { Piece::Line(line) }
    }

    fn finish(&mut self) -> Option<Piece> {
        (self.length > 0).then(|| self.take())
    }
}

/// How deep a position in a JSON text is; just enough to see where the outermost value ends.
#[derive(Debug, Default)]
struct Nesting {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    fn read(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn is_outside(&self) -> bool {
        self.depth == 0 && !self.in_string
    }
}

/// Puts the lines of server-sent events together (WHATWG HTML, section 9.2.6). Unless an event is asked for as an object,
/// its type is left to its data.
#[derive(Debug)]
struct EventParser {
    limit: usize,
    message: Message,
    data: EventData,
    /// The type of the event that is being read.
    event: Option<String>,
    /// The id of the event that is being read; it counts only once the event is complete.
    id: Option<String>,
    last_id: Option<String>,
    retry: Option<u64>,
}

#[derive(Debug, Default)]
enum EventData {
    #[default]
    None,
    /// One line is not copied.
    One(Bytes),
    Many(Vec<u8>),
    TooLong {
        start: Bytes,
        length: usize,
    },
}

impl EventParser {
    fn new(limit: usize) -> Self {
        Self { limit, message: Message::Json, data: EventData::None, event: None, id: None, last_id: None, retry: None }
    }

    fn line(&mut self, line: Bytes) -> Option<Frame> {
        if line.is_empty() {
            let (event, id) = (self.event.take(), self.id.take());
            let message = |data: Bytes| match self.message {
                Message::Json | Message::Text => data,
                Message::Event | Message::JsonEvent => {
                    object(&data, event.as_deref(), id.as_deref(), self.message == Message::JsonEvent)
                }
            };
            let frame = match std::mem::take(&mut self.data) {
                EventData::None => Some(Frame::KeepAlive),
                EventData::One(data) => Some(Frame::Message(message(data))),
                EventData::Many(data) => Some(Frame::Message(message(data.into()))),
                EventData::TooLong { start, length } => Some(Frame::TooLong { start, length }),
            };
            if id.is_some() {
                self.last_id = id;
            }
            return frame;
        }
        let colon = memchr(b':', &line).unwrap_or(line.len());
        let mut value = line.slice((colon + 1).min(line.len())..);
        if value.first() == Some(&b' ') {
            value.advance(1);
        }
        match &line[..colon] {
            b"" => return Some(Frame::KeepAlive),
            b"data" => self.add(value),
            b"event" => self.event = String::from_utf8(value.to_vec()).ok(),
            b"id" if !value.contains(&0) => self.id = String::from_utf8(value.to_vec()).ok(),
            // Digits alone: the sign that `parse` takes is none.
            b"retry" if value.iter().all(u8::is_ascii_digit) => {
                if let Some(millis) = std::str::from_utf8(&value).ok().and_then(|text| text.parse().ok()) {
                    self.retry = Some(millis);
                }
            }
            _ => {}
        }
        None
    }

    fn add(&mut self, value: Bytes) {
        self.data = match std::mem::take(&mut self.data) {
            EventData::None => EventData::One(value),
            EventData::One(first) => self.join(first.to_vec(), &value),
            EventData::Many(data) => self.join(data, &value),
            EventData::TooLong { start, length } => EventData::TooLong { start, length: length + 1 + value.len() },
        };
    }

    fn join(&self, mut data: Vec<u8>, value: &[u8]) -> EventData {
        let length = data.len() + 1 + value.len();
        data.push(b'\n');
        data.extend_from_slice(&value[..value.len().min(self.limit)]);
        if length > self.limit {
            data.truncate(KEPT);
            EventData::TooLong { start: data.into(), length }
        } else {
            EventData::Many(data)
        }
    }

    /// A line over the limit makes its event one, whichever field it is.
    fn over(&mut self, start: &Bytes, length: usize) {
        let before = match std::mem::take(&mut self.data) {
            EventData::None => 0,
            EventData::One(data) => data.len(),
            EventData::Many(data) => data.len(),
            EventData::TooLong { length, .. } => length,
        };
        self.data = EventData::TooLong { start: start.clone(), length: before + length };
    }
}

/// An event as the object that OpenAPI 3.2 (section 4.14.3, "Special Considerations for text/event-stream Content")
/// describes it as.
fn object(data: &[u8], event: Option<&str>, id: Option<&str>, json: bool) -> Bytes {
    let mut members = serde_json::Map::new();
    let text = || Value::String(String::from_utf8_lossy(data).into_owned());
    let value = if json { serde_json::from_slice(data).unwrap_or_else(|_| text()) } else { text() };
    members.insert("data".to_owned(), value);
    members.extend(event.map(|event| ("event".to_owned(), Value::from(event))));
    members.extend(id.map(|id| ("id".to_owned(), Value::from(id))));
    Value::Object(members).to_string().into()
}
