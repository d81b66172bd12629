//! Lines of an activity stream, the same in every run.

use crate::json::object;
use crate::page::Dice;
use bytes::Bytes;

/// How many different lines there are; longer streams repeat them.
pub const LINES: usize = 500;

/// How long the chunks of a connection are, in bytes: those of one TLS record.
pub const CHUNK: usize = 16 * 1024;

/// [`LINES`] events, each with its line end.
#[must_use]
pub fn block() -> Vec<u8> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut block = Vec::new();
    for index in 0..LINES {
        let id = 1_146_654_567_674_912_000 + index as u64;
        let line = object! { "data": object! {
            "event_type": "profile.update.bio",
            "event_uuid": id.to_string(),
            "filter": object! { "user_id": "2244994945" },
            "tag": "bios",
            "payload": object! { "before": dice.text(20, 120), "after": dice.text(20, 120) },
        } };
        block.extend_from_slice(line.text().as_bytes());
        block.extend_from_slice(b"\r\n");
    }
    block
}

/// The block in the chunks in which a connection brings it: most of them end inside of a line.
#[must_use]
pub fn chunks() -> Vec<Bytes> {
    let block = Bytes::from(block());
    (0..block.len()).step_by(CHUNK).map(|start| block.slice(start..block.len().min(start + CHUNK))).collect()
}
