//! The framer, with chunks cut anywhere, against the obvious way of doing it on the whole body.

use client_runtime::runtime::wire::Framing;

use super::naive::{chunks, found, framed};

/// The first byte chooses the framing, the second the limit, the third how many of those behind it say where chunks end. The rest is
/// the body.
///
/// # Panics
///
/// Where the framer finds something else than the obvious way.
pub fn framer(bytes: &[u8]) {
    let [framing, limit, cuts, rest @ ..] = bytes else { return };
    let framing = match framing % 3 {
        0 => Framing::JsonLines,
        1 => Framing::ServerSentEvents,
        _ => Framing::JsonSeq,
    };
    // Small ones are broken often; over 256 bytes only the start of a line is kept.
    let limit = if *limit < 128 { usize::from(*limit) } else { usize::from(*limit) * 5 - 500 };
    let (cuts, body) = rest.split_at(usize::from(cuts % 8).min(rest.len()));
    let cuts: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut)).collect();
    assert_eq!(framed(framing, limit, chunks(body, &cuts)), found(framing, limit, body), "{framing:?}, limit {limit}");
}
