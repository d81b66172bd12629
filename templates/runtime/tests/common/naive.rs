//! Framing, the obvious way: on the whole body at once, with no thought of memory.

use bytes::Bytes;
use client_runtime::runtime::wire::Framing;
use client_runtime::runtime::{Frame, Framer};

/// What is found in a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its frames.
    pub(crate) frames: Vec<Frame>,
    /// The id of the last event that has one.
    pub(crate) last_event_id: Option<String>,
    /// The last wait that it asks for.
    pub(crate) retry_millis: Option<u64>,
}

/// Cuts `body` after the given numbers of bytes, over and over.
pub(crate) fn chunks(body: &[u8], cuts: &[usize]) -> Vec<Bytes> {
    let mut rest = body;
    let mut chunks = Vec::new();
    let mut cuts = cuts.iter().copied().cycle();
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at(cuts.next().unwrap_or(1).clamp(1, rest.len()));
        chunks.push(Bytes::copy_from_slice(chunk));
        rest = behind;
    }
    chunks
}

/// What the framer finds.
pub(crate) fn framed(framing: Framing, limit: usize, chunks: impl IntoIterator<Item = Bytes>) -> Found {
    let mut framer = Framer::new(framing, limit);
    let mut frames = Vec::new();
    for chunk in chunks {
        framer.push(chunk);
        while let Some(frame) = framer.next() {
            frames.push(frame);
        }
    }
    frames.extend(framer.finish());
    Found { frames, last_event_id: framer.last_event_id().map(str::to_owned), retry_millis: framer.retry_millis() }
}

/// What is in a whole body.
pub(crate) fn found(framing: Framing, limit: usize, body: &[u8]) -> Found {
    match framing {
        Framing::JsonLines => Found { frames: lines(limit, body), last_event_id: None, retry_millis: None },
        Framing::JsonSeq => Found { frames: texts(limit, body), last_event_id: None, retry_millis: None },
        Framing::ServerSentEvents => events(limit, body),
    }
}

/// The first bytes of a message over the limit.
pub(crate) fn start_of(line: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&line[..line.len().min(256)])
}

fn too_long(line: &[u8]) -> Frame {
    Frame::TooLong { start: start_of(line), length: line.len() }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// A piece without the byte order mark that a body may begin with.
fn without_mark(index: usize, piece: &[u8]) -> &[u8] {
    piece.strip_prefix(b"\xEF\xBB\xBF").filter(|_| index == 0).unwrap_or(piece)
}

fn lines(limit: usize, body: &[u8]) -> Vec<Frame> {
    let pieces: Vec<&[u8]> = body.split(|byte| *byte == b'\n').collect();
    let last = pieces.len() - 1;
    let frame = |(index, piece): (usize, &&[u8])| {
        if piece.len() > limit {
            return Some(too_long(piece));
        }
        let line = without_mark(index, piece);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match is_blank(line) {
            // Behind the last end of a line is no line.
            true => (index < last).then_some(Frame::KeepAlive),
            false => Some(Frame::Message(Bytes::copy_from_slice(line))),
        }
    };
    pieces.iter().enumerate().filter_map(frame).collect()
}

/// Texts of a sequence stand between record separators; one ends before that at a line feed outside of its value.
fn texts(limit: usize, body: &[u8]) -> Vec<Frame> {
    let mut pieces: Vec<&[u8]> = Vec::new();
    for record in body.split(|byte| *byte == 0x1E) {
        let mut rest = record;
        while let Some(end) = (0..rest.len()).find(|end| rest[*end] == b'\n' && is_outside(&rest[..*end])) {
            pieces.push(&rest[..end]);
            rest = &rest[end + 1..];
        }
        pieces.push(rest);
    }
    let frame = |(index, piece): (usize, &&[u8])| {
        if piece.len() > limit {
            return Some(too_long(piece));
        }
        let text = without_mark(index, piece);
        (!is_blank(text)).then(|| Frame::Message(Bytes::copy_from_slice(text)))
    };
    pieces.iter().enumerate().filter_map(frame).collect()
}

/// Whether the beginning of a JSON text leaves no string and no bracket open.
fn is_outside(text: &[u8]) -> bool {
    let mut open = 0_usize;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            b'"' => loop {
                match bytes.next() {
                    Some(b'\\') => drop(bytes.next()),
                    Some(b'"') => break,
                    Some(_) => {}
                    None => return false,
                }
            },
            _ => {}
        }
    }
    open == 0
}

/// The lines of a body of events that have an end: LF, CR LF or CR.
fn ended_lines(body: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = body;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        lines.push(&rest[..end]);
        let length = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = &rest[end + length..];
    }
    lines
}

/// WHATWG HTML, section 9.2.6, with a limit for lines and data.
fn events(limit: usize, body: &[u8]) -> Found {
    let mut found = Found { frames: Vec::new(), last_event_id: None, retry_millis: None };
    let mut data: Option<Vec<u8>> = None;
    let mut id: Option<String> = None;
    // The line over the limit that came last, and the length of everything so far.
    let mut over: Option<(Bytes, usize)> = None;
    for (index, line) in ended_lines(body).into_iter().enumerate() {
        if line.len() > limit {
            let before = over.map_or(data.take().map_or(0, |data| data.len()), |(_, length)| length);
            over = Some((start_of(line), before + line.len()));
            continue;
        }
        let line = without_mark(index, line);
        if line.is_empty() {
            let data = data.take();
            found.frames.push(match (over.take(), data) {
                (Some((start, length)), _) => Frame::TooLong { start, length },
                (None, Some(data)) => Frame::Message(data.into()),
                (None, None) => Frame::KeepAlive,
            });
            found.last_event_id = id.take().or(found.last_event_id);
            continue;
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts.next().unwrap_or_default();
        let value = parts.next().unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"" => found.frames.push(Frame::KeepAlive),
            b"data" => match (&mut over, &mut data) {
                (Some((_, length)), _) => *length += 1 + value.len(),
                (None, None) => data = Some(value.to_vec()),
                (None, Some(joined)) => {
                    joined.push(b'\n');
                    joined.extend_from_slice(value);
                    if joined.len() > limit {
                        over = Some((start_of(joined), joined.len()));
                        data = None;
                    }
                }
            },
            b"id" if !value.contains(&0) => id = String::from_utf8(value.to_vec()).ok(),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let millis = std::str::from_utf8(value).ok().and_then(|digits| digits.parse().ok());
                found.retry_millis = millis.or(found.retry_millis);
            }
            _ => {}
        }
    }
    found
}
