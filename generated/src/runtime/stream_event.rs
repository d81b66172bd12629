//! What a stream tells about itself: its events, the reasons for which a connection ends, and its counters.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::error::Error;
use super::problem::Problem;
use super::response::Meta;

/// Something that happened on a stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamEvent<T> {
    /// A connection was accepted, with this status, these headers and this rate limit; the raw body is empty. That
    /// alone says nothing about data.
    Connected(Meta),
    /// An item.
    Item(T),
    /// A sign of life without content.
    KeepAlive,
    /// A message that is no item of this type, or longer than the limit; it was skipped.
    #[non_exhaustive]
    Malformed {
        /// The message; of one over the limit the first 256 bytes.
        line: Bytes,
        /// What is wrong with it: [`ErrorKind::Decode`](super::ErrorKind::Decode) or
        /// [`ErrorKind::TooLarge`](super::ErrorKind::TooLarge).
        error: Error,
    },
    /// The server refused something that the stream can do without: the backfill parameter, which is left out from now
    /// on. That is what a status 400 means before a connection with it was ever accepted, or where a problem names it.
    Notice(Vec<Problem>),
    /// A connection was lost, or none could be made; another one follows.
    #[non_exhaustive]
    Disconnected {
        /// Why.
        reason: DisconnectReason,
        /// How many times in a row this happened, from 1, without data or a keep-alive between. Connections that
        /// delivered something and were lost too soon (see [`ReconnectPolicy`](super::ReconnectPolicy)) count as well.
        attempt: u32,
        /// The wait before the next connection.
        retry_in: Duration,
    },
}

/// Why there is no connection any more.
#[derive(Debug)]
#[non_exhaustive]
pub enum DisconnectReason {
    /// The server closed it in an orderly way.
    Closed,
    /// Nothing came for as long as the idle timeout, which is given here.
    Silent(Duration),
    /// The server announced the end in the stream: a message with errors and without a result.
    Announced(Vec<Problem>),
    /// It broke, or could not be made.
    Failed(Error),
}

impl DisconnectReason {
    /// The error, where it is one.
    pub(crate) fn failure(&self) -> Option<&Error> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the server closed the stream"),
            Self::Silent(timeout) => write!(f, "nothing came for {timeout:?}, not even a keep-alive"),
            Self::Announced(problems) => {
                f.write_str("the server ends the stream")?;
                for problem in problems {
                    write!(f, ": {}", problem.summary())?;
                }
                Ok(())
            }
            Self::Failed(error) => error.fmt(f),
        }
    }
}

/// Counts of what happened on a stream since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamStats {
    /// Connections that were accepted.
    pub connections: u64,
    /// Connections that were lost or could not be made.
    pub disconnects: u64,
    /// Items that were delivered.
    pub items: u64,
    /// Signs of life without content.
    pub keep_alives: u64,
    /// Messages that were skipped because they are no items of the type, or longer than the limit.
    pub malformed: u64,
    /// Items that were left out because they had been delivered before.
    pub duplicates: u64,
    /// How many times the backfill parameter was refused and left out: what is missed between two connections does not
    /// come any more.
    pub backfill_refused: u64,
    /// Bytes of bodies that were read, after decoding where they were compressed.
    pub bytes: u64,
}
