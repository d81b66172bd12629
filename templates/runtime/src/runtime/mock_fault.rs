//! What can go wrong between a client and its server, by name, so that a test can let it happen.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use super::memory::{BodyStep, Received, Reply};
use super::transport::TransportError;

/// Something that goes wrong with an answer of a [`MockServer`](super::MockServer).
///
/// Those that break a connection do so on loopback; in memory, where there is none, the client gets the error that a
/// transport makes of it. Those that change an answer change the one of the handler, or `{}` where there is no handler.
/// `RateLimited` and `Unavailable` say how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// There is no connection, so that nothing was sent. On loopback, where it is there already, it is reset instead.
    ConnectionRefused,
    /// The connection is reset before the answer begins: nobody knows whether the request took effect.
    ResetBeforeHeaders,
    /// The connection is closed in order before the answer begins.
    ClosedBeforeHeaders,
    /// The answer never begins: what a time limit is for.
    StalledBeforeHeaders,
    /// The head of the answer arrives, then the connection is reset.
    ResetAfterHeaders,
    /// The connection breaks in the middle of the body.
    BodyCutShort,
    /// Half of the body arrives, and then nothing more.
    StalledInBody,
    /// Every byte of the body arrives alone, so that characters of several bytes, line ends and events are torn apart.
    /// The answer is a good one.
    Dribbled,
    /// Status 401, as for an expired token.
    Unauthorized,
    /// Status 403.
    Forbidden,
    /// Status 404.
    NotFound,
    /// Status 429: the rate limit is used up, until the reset that its headers name.
    RateLimited {
        /// How long it takes until the reset.
        reset_in: Duration,
    },
    /// Status 429: more was used than what was paid for, which no wait changes.
    UsageCapped,
    /// Status 429: there are too many connections already.
    TooManyConnections,
    /// Status 500.
    InternalServerError,
    /// Status 502, with a page of HTML, as a proxy answers.
    BadGateway,
    /// Status 503 with `Retry-After`.
    Unavailable {
        /// How long it says to wait, in whole seconds.
        retry_after: Duration,
    },
    /// Status 504.
    GatewayTimeout,
    /// A redirect to another origin, where credentials must not go.
    RedirectElsewhere,
    /// A redirect to the address of the request.
    RedirectToItself,
    /// A success with problems and without a result.
    ErrorsOnly,
    /// A success whose body is JSON that breaks off.
    GarbageJson,
    /// A success whose body is JSON that is nested without end.
    NestedJson,
    /// A success whose body is text that is no UTF-8.
    InvalidUtf8,
    /// A success whose body is a page of HTML.
    Html,
    /// A success without a body.
    EmptyBody,
    /// The answer itself with a wrong `Content-Type`.
    WrongContentType,
    /// A body of 33 MiB, which is more than a client reads unless it is told to.
    TooLarge,
    /// A body of a quarter of a megabyte that decompresses to 33 MiB, with `Content-Encoding: gzip`.
    CompressedBomb,
    /// A stream that begins with an event that is none.
    MalformedEvent,
    /// A stream that begins with an event that is too long to be read, a line of 2 MiB.
    TooLongEvent,
    /// A stream that is closed in order after its events.
    StreamDisconnects,
    /// A stream whose connection is reset after its events.
    StreamResets,
    /// A stream that sends its events, then nothing more, no keep-alive either.
    KeepAlivesMissing,
    /// Bytes that are no HTTP.
    NoHttp,
    /// A header with a character that none can hold.
    ControlCharacterInHeader,
    /// Headers without an end, of 4 MiB.
    HeadersWithoutEnd,
    /// A chunk whose size is no number.
    BadChunkSize,
}

impl Fault {
    /// All of them, for a test that tries each. Waits are of one second.
    pub const ALL: &'static [Self] = &[
        Self::ConnectionRefused,
        Self::ResetBeforeHeaders,
        Self::ClosedBeforeHeaders,
        Self::StalledBeforeHeaders,
        Self::ResetAfterHeaders,
        Self::BodyCutShort,
        Self::StalledInBody,
        Self::Dribbled,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::RateLimited { reset_in: Duration::from_secs(1) },
        Self::UsageCapped,
        Self::TooManyConnections,
        Self::InternalServerError,
        Self::BadGateway,
        Self::Unavailable { retry_after: Duration::from_secs(1) },
        Self::GatewayTimeout,
        Self::RedirectElsewhere,
        Self::RedirectToItself,
        Self::ErrorsOnly,
        Self::GarbageJson,
        Self::NestedJson,
        Self::InvalidUtf8,
        Self::Html,
        Self::EmptyBody,
        Self::WrongContentType,
        Self::TooLarge,
        Self::CompressedBomb,
        Self::MalformedEvent,
        Self::TooLongEvent,
        Self::StreamDisconnects,
        Self::StreamResets,
        Self::KeepAlivesMissing,
        Self::NoHttp,
        Self::ControlCharacterInHeader,
        Self::HeadersWithoutEnd,
        Self::BadChunkSize,
    ];

    /// Whether the answer of the handler is still needed.
    pub(super) fn changes_an_answer(self) -> bool {
        matches!(
            self,
            Self::ResetAfterHeaders
                | Self::BodyCutShort
                | Self::StalledInBody
                | Self::Dribbled
                | Self::WrongContentType
                | Self::MalformedEvent
                | Self::TooLongEvent
                | Self::StreamDisconnects
                | Self::StreamResets
                | Self::KeepAlivesMissing
        )
    }

    /// What becomes of an answer.
    pub(super) fn apply(self, reply: Reply, received: &Received, unix_now: Duration) -> Outcome {
        let json = |body: &'static str| Reply::json(200, Bytes::from_static(body.as_bytes()));
        let reply = match self {
            Self::ConnectionRefused => Reply::fail(TransportError::connect("the connection was refused")),
            Self::ResetBeforeHeaders => Reply::fail(reset()),
            Self::ClosedBeforeHeaders => return Outcome::Raw(Bytes::new()),
            Self::StalledBeforeHeaders => Reply::hang(),
            Self::ResetAfterHeaders => broken(reply, 0).then_fail(reset()),
            Self::BodyCutShort => {
                let half = length(&reply) / 2;
                broken(reply, half)
                    .then_fail(TransportError::exchange("the connection was closed in the middle of the body"))
            }
            Self::StalledInBody => {
                let half = length(&reply) / 2;
                broken(reply, half).then_hang()
            }
            Self::Dribbled => dribbled(reply),
            Self::Unauthorized => problem(401, "the token is expired or was revoked"),
            Self::Forbidden => problem(403, "the credential may not do this"),
            Self::NotFound => problem(404, "there is no such thing"),
            Self::RateLimited { reset_in } => {
                let reset = unix_now.saturating_add(reset_in).as_secs().to_string();
                problem(429, "the rate limit is used up")
                    .with_header("x-rate-limit-limit", "15")
                    .with_header("x-rate-limit-remaining", "0")
                    .with_header("x-rate-limit-reset", &reset)
            }
            Self::UsageCapped => typed(429, "usage-capped", "UsageCapExceeded"),
            Self::TooManyConnections => typed(429, "streaming-connection", "ConnectionException"),
            Self::InternalServerError => problem(500, "something went wrong"),
            Self::BadGateway => html(502),
            Self::Unavailable { retry_after } => {
                problem(503, "there is too much to do").with_header("retry-after", &retry_after.as_secs().to_string())
            }
            Self::GatewayTimeout => html(504),
            Self::RedirectElsewhere => Reply::status(302).with_header("location", "http://elsewhere.invalid/"),
            Self::RedirectToItself => Reply::status(302).with_header("location", received.target()),
            Self::ErrorsOnly => json(r#"{"errors":[{"title":"Not Found Error","detail":"there is no such thing"}]}"#),
            Self::GarbageJson => json(r#"{"data":[{"id":"#),
            Self::NestedJson => Reply::json(200, format!("{{\"data\":{}", "[".repeat(100_000))),
            Self::InvalidUtf8 => Reply::json(200, Bytes::from_static(b"{\"data\":\"\xFF\xFE\"}")),
            Self::Html => html(200),
            Self::EmptyBody => Reply::status(200).with_header("content-length", "0"),
            Self::WrongContentType => reply.retyped(HeaderValue::from_static("text/html")),
            Self::TooLarge => (0..LARGE / PIECE.len()).fold(json("["), |reply, _| reply.chunk(PIECE)),
            Self::CompressedBomb => json("").with_header("content-encoding", "gzip").chunk(bomb(LARGE)),
            Self::MalformedEvent => before(reply, Bytes::from_static(MALFORMED)),
            Self::TooLongEvent => {
                before(reply, Bytes::from([b"data: \"".as_slice(), &b"x".repeat(2 << 20), b"\"\r\n\n"].concat()))
            }
            Self::StreamDisconnects => open_end(reply),
            Self::StreamResets => open_end(reply).then_fail(reset()),
            Self::KeepAlivesMissing => open_end(reply).then_hang(),
            Self::NoHttp => return Outcome::Raw(Bytes::from_static(b"SSH-2.0-OpenSSH_9.9\r\n")),
            Self::ControlCharacterInHeader => {
                return Outcome::Raw(Bytes::from_static(
                    b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-a: b\0c\r\n\r\n{}",
                ));
            }
            Self::HeadersWithoutEnd => {
                return Outcome::Raw(Bytes::from(
                    [b"HTTP/1.1 200 OK\r\n".as_slice(), &b"x-a: bcdefghijklmnopqrstuvwxyz\r\n".repeat(4 << 15)]
                        .concat(),
                ));
            }
            Self::BadChunkSize => {
                return Outcome::Raw(Bytes::from_static(
                    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n",
                ));
            }
        };
        Outcome::Reply(reply)
    }
}

/// What a server does with a request.
#[derive(Debug)]
pub(super) enum Outcome {
    /// An answer, or something that goes wrong with it.
    Reply(Reply),
    /// Bytes that are no good answer, behind which the connection is closed.
    Raw(Bytes),
}

impl Outcome {
    /// The same where there is no connection.
    pub(super) fn in_memory(self) -> Reply {
        match self {
            Self::Reply(reply) => reply,
            Self::Raw(bytes) if bytes.is_empty() => {
                Reply::fail(TransportError::exchange("the connection was closed before the answer"))
            }
            Self::Raw(_) => Reply::fail(TransportError::exchange("the answer is no HTTP")),
        }
    }
}

/// So many bytes are too many.
const LARGE: usize = 33 << 20;

/// One piece of them.
static BLANKS: [u8; 64 * 1024] = [b' '; 64 * 1024];
const PIECE: &[u8] = &BLANKS;

/// An event that is none, however events are told apart.
const MALFORMED: &[u8] = b"\x1edata: {\"data\":{\"id\":\r\n\n";

fn reset() -> TransportError {
    TransportError::exchange("the connection was reset")
}

fn problem(status: u16, detail: &str) -> Reply {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    super::mock_answer::refusal(code, &[("", detail)])
}

fn typed(status: u16, kind: &str, title: &str) -> Reply {
    let body = serde_json::json!({
        "type": format!("https://problems.invalid/{kind}"), "title": title, "status": status
    });
    Reply::json(status, body.to_string())
}

fn html(status: u16) -> Reply {
    Reply::status(status).with_header("content-type", "text/html").chunk("<html><body>hello</body></html>")
}

fn length(reply: &Reply) -> usize {
    let chunks = reply.steps.iter().map(|step| if let BodyStep::Chunk(chunk) = step { chunk.len() } else { 0 });
    chunks.sum()
}

/// An answer of which the body has only so many bytes.
fn broken(mut reply: Reply, mut left: usize) -> Reply {
    let steps = std::mem::take(&mut reply.steps);
    for step in steps {
        match step {
            BodyStep::Chunk(chunk) => {
                let kept = chunk.len().min(left);
                left -= kept;
                if kept > 0 {
                    reply = reply.chunk(chunk.slice(..kept));
                }
            }
            BodyStep::Wait(delay) if left > 0 => reply = reply.then_wait(delay),
            _ => {}
        }
    }
    reply
}

fn dribbled(mut reply: Reply) -> Reply {
    let steps = std::mem::take(&mut reply.steps);
    for step in steps {
        match step {
            BodyStep::Chunk(chunk) => {
                let bytes = (0..chunk.len()).map(|at| BodyStep::Chunk(chunk.slice(at..=at)));
                reply.steps.extend(bytes);
            }
            other => reply.steps.push_back(other),
        }
    }
    reply
}

fn before(mut reply: Reply, bytes: Bytes) -> Reply {
    reply.steps.push_front(BodyStep::Chunk(bytes));
    reply
}

/// The steps without those behind which nothing comes.
fn open_end(mut reply: Reply) -> Reply {
    reply.steps.retain(|step| !matches!(step, BodyStep::Hang | BodyStep::Fail(_)));
    reply
}

/// So many blanks, as gzip writes them (RFC 1952 around RFC 1951): one block with fixed codes, in which each match repeats
/// the last byte 258 times.
fn bomb(blanks: usize) -> Bytes {
    let mut bits = Bits { bytes: vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff], used: 8 };
    // A final block with fixed codes, then the first blank.
    bits.push(&[1, 1, 0]);
    bits.push(&[0, 1, 0, 1, 0, 0, 0, 0]);
    for _ in 0..blanks.div_ceil(258) {
        // Length 258 is the code 285, and the distance 1 is the code 0.
        bits.push(&[1, 1, 0, 0, 0, 1, 0, 1]);
        bits.push(&[0, 0, 0, 0, 0]);
    }
    bits.push(&[0; 7]);
    // The sums at the end are wrong, but nobody comes as far as them.
    bits.bytes.extend([0; 8]);
    Bytes::from(bits.bytes)
}

/// Bits as deflate packs them: each byte from its lowest on.
struct Bits {
    bytes: Vec<u8>,
    used: u8,
}

impl Bits {
    fn push(&mut self, bits: &[u8]) {
        for bit in bits {
            if self.used == 8 {
                self.bytes.push(0);
                self.used = 0;
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << self.used;
            }
            self.used += 1;
        }
    }
}
