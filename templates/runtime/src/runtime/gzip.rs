//! The gzip coding (RFC 1952), undone while a body arrives.
//!
//! Each chunk gives everything that can be decoded from it before the next one is asked for, so what a server has
//! flushed is seen at once. The pieces are of bounded size and nothing but the decoder's own window is kept, so a body
//! that unfolds to more than the caller takes is stopped by the caller's limit and never unfolded as a whole.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use futures_core::Stream;

use super::body::Incoming;
use super::transport::TransportError;

/// The most bytes of a piece: what is decoded beyond a limit before the limit can stop it.
const PIECE: usize = 16 * 1024;

/// The longest header of a member. Its name and its comment have no end of their own, and mean nothing here.
const MAX_HEADER: usize = 128 * 1024;

/// How many pieces and chunks are read without a pause before others have their turn. What has arrived can unfold to a
/// thousand times its size, and nobody is waited for meanwhile.
const PATIENCE: usize = 64;

/// The same body, decoded. An empty one stays empty. Anything else than whole members, one after the other, each with
/// the length and the checksum that it states, breaks the exchange off, and so does an end before `least` bytes of the
/// encoded body: one that is cut at its beginning or between two members looks whole otherwise.
pub(crate) fn decoded(source: Incoming, least: u64) -> Incoming {
    let (chunk, decoder) = (Bytes::new(), Decoder::new());
    Incoming::new(Decoded { source, missing: least, chunk, decoder, turns: 0, is_over: false })
}

struct Decoded {
    source: Incoming,
    /// How many bytes have to come yet.
    missing: u64,
    /// What is left of the last chunk.
    chunk: Bytes,
    decoder: Decoder,
    /// How many there were since the last pause.
    turns: usize,
    is_over: bool,
}

impl Stream for Decoded {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.is_over {
                return Poll::Ready(None);
            }
            if this.turns == PATIENCE {
                this.turns = 0;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            this.turns += 1;
            match this.decoder.next(&mut this.chunk) {
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Ok(None) => {}
                Err(fault) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(fault_of_body(fault))));
                }
            }
            match Pin::new(&mut this.source).poll_next(context) {
                Poll::Ready(Some(Ok(chunk))) => {
                    this.missing = this.missing.saturating_sub(chunk.len() as u64);
                    this.chunk = chunk;
                }
                Poll::Ready(Some(Err(error))) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(None) => {
                    this.is_over = true;
                    if this.missing > 0 || !this.decoder.is_between_members() {
                        return Poll::Ready(Some(Err(fault_of_body("it ends in the middle"))));
                    }
                }
                Poll::Pending => {
                    this.turns = 0;
                    return Poll::Pending;
                }
            }
        }
    }
}

fn fault_of_body(fault: &str) -> TransportError {
    TransportError::exchange(format!("the gzip body is broken: {fault}"))
}

struct Decoder {
    state: State,
    inflate: Decompress,
    /// Checksum and length of what the member at hand decoded to.
    sum: Crc,
    buffer: Box<[u8]>,
    /// Whether the last piece filled the buffer, so that there can be more without further input.
    was_full: bool,
}

enum State {
    Between,
    Header(Header),
    Deflated,
    Trailer { bytes: [u8; 8], length: usize },
}

impl Decoder {
    fn new() -> Self {
        Self {
            state: State::Between,
            inflate: Decompress::new(false),
            sum: Crc::new(),
            buffer: vec![0; PIECE].into_boxed_slice(),
            was_full: false,
        }
    }

    fn is_between_members(&self) -> bool {
        matches!(self.state, State::Between)
    }

    /// The next piece of what `chunk` holds; `None` where all of it is used up and nothing is held back.
    fn next(&mut self, chunk: &mut Bytes) -> Result<Option<Bytes>, &'static str> {
        loop {
            if chunk.is_empty() && !self.was_full {
                return Ok(None);
            }
            match &mut self.state {
                State::Between => self.state = State::Header(Header::new()),
                State::Header(header) => {
                    while header.part != Part::Done && !chunk.is_empty() {
                        header.take(chunk.get_u8())?;
                    }
                    if header.part == Part::Done {
                        self.inflate.reset(false);
                        self.sum.reset();
                        self.state = State::Deflated;
                    }
                }
                State::Deflated => {
                    if let Some(piece) = self.inflate(chunk)? {
                        return Ok(Some(piece));
                    }
                }
                State::Trailer { bytes, length } => {
                    while *length < bytes.len() && !chunk.is_empty() {
                        bytes[*length] = chunk.get_u8();
                        *length += 1;
                    }
                    if *length == bytes.len() {
                        let stated = u64::from_le_bytes(*bytes);
                        if stated != u64::from(self.sum.amount()) << 32 | u64::from(self.sum.sum()) {
                            return Err("its checksum or its length does not match");
                        }
                        self.state = State::Between;
                    }
                }
            }
        }
    }

    fn inflate(&mut self, chunk: &mut Bytes) -> Result<Option<Bytes>, &'static str> {
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(chunk, &mut self.buffer, FlushDecompress::None);
        let status = status.map_err(|_| "what is compressed cannot be read")?;
        // Both fit, because they are lengths inside the two slices.
        let read = (self.inflate.total_in() - read) as usize;
        let written = (self.inflate.total_out() - written) as usize;
        chunk.advance(read);
        let was_stuck = read == 0 && written == 0 && !chunk.is_empty();
        self.was_full = false;
        if status == Status::StreamEnd {
            self.state = State::Trailer { bytes: [0; 8], length: 0 };
        } else if was_stuck {
            return Err("what is compressed cannot be read");
        } else {
            self.was_full = written == self.buffer.len();
        }
        let piece = &self.buffer[..written];
        self.sum.update(piece);
        Ok((written > 0).then(|| Bytes::copy_from_slice(piece)))
    }
}

/// The header of a member (RFC 1952, section 2.3), read byte by byte and not kept.
struct Header {
    part: Part,
    flags: u8,
    length: usize,
    /// How much of the part is left, where that is known.
    left: u16,
    number: u16,
    sum: Crc,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Fixed,
    ExtraLength,
    Extra,
    Name,
    Comment,
    Check,
    Done,
}

impl Header {
    fn new() -> Self {
        Self { part: Part::Fixed, flags: 0, length: 0, left: 0, number: 0, sum: Crc::new() }
    }

    fn take(&mut self, byte: u8) -> Result<(), &'static str> {
        self.length += 1;
        if self.length > MAX_HEADER {
            return Err("its header does not end");
        }
        if self.part != Part::Check {
            self.sum.update(&[byte]);
        }
        let is_last = match self.part {
            Part::Fixed => {
                match (self.length, byte) {
                    (1, 0x1f) | (2, 0x8b) | (3, 8) => {}
                    (1..=3, _) => return Err("it does not begin as gzip does"),
                    (4, flags) if flags & 0b1110_0000 != 0 => return Err("its header has unknown flags"),
                    (4, flags) => self.flags = flags,
                    _ => {}
                }
                self.length == 10
            }
            Part::Name | Part::Comment => byte == 0,
            Part::ExtraLength | Part::Extra | Part::Check => {
                self.number = self.number >> 8 | u16::from(byte) << 8;
                self.left -= 1;
                self.left == 0
            }
            Part::Done => true,
        };
        if is_last {
            if self.part == Part::Check && u32::from(self.number) != self.sum.sum() & 0xffff {
                return Err("the checksum of its header does not match");
            }
            self.begin_next_part();
        }
        Ok(())
    }

    fn begin_next_part(&mut self) {
        (self.part, self.left) = match self.part {
            Part::Fixed if self.has(1 << 2) => (Part::ExtraLength, 2),
            Part::ExtraLength if self.number > 0 => (Part::Extra, self.number),
            Part::Fixed | Part::ExtraLength | Part::Extra if self.has(1 << 3) => (Part::Name, 0),
            Part::Fixed | Part::ExtraLength | Part::Extra | Part::Name if self.has(1 << 4) => (Part::Comment, 0),
            Part::Check | Part::Done => (Part::Done, 0),
            _ if self.has(1 << 1) => (Part::Check, 2),
            _ => (Part::Done, 0),
        };
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}
