//! Compressed answers: nobody asked for them, or feature `gzip` did (`--features gzip`).

use bytes::Bytes;
use tests::faulty::{Script, head};

use crate::calls::told;
use crate::rig::Rig;
use crate::row::{Failure, Row, Saw, row};

const MEBIBYTE: usize = 1024 * 1024;

pub(super) fn rows() -> Vec<Row> {
    let compressed = |body: Bytes| -> Script { head(200, &[("content-encoding", "gzip")], body) };
    vec![
        // 100 MiB of spaces in less than the cap, which are not unpacked, or no further than the cap.
        row("compressed body bomb")
            .answers([compressed(spaces(100 * MEBIBYTE))])
            .client(|builder| builder.max_body(MEBIBYTE))
            .call(|rig| Box::pin(get(rig)))
            .sees(if cfg!(feature = "gzip") {
                ["TooLarge 200/Answered", "accept-encoding: gzip"]
            } else {
                ["Decode 200/Answered", "accept-encoding: none"]
            })
            .heap(8 * MEBIBYTE),
    ]
}

async fn get(rig: &Rig) -> Result<Saw, Failure> {
    let told = told(rig.client().await?.connections().history().send().await);
    let requests = rig.server().ok_or("it serves")?.requests();
    let accepts = requests.iter().find_map(|request| request.header("accept-encoding"));
    Ok(vec![told, format!("accept-encoding: {}", accepts.unwrap_or("none"))])
}

/// Some `length` spaces as gzip (RFC 1952): a space, and the copies of it that one block of fixed codes can say with
/// 13 bits for 258 bytes (RFC 1951 section 3.2.6). The checksum behind it is missing.
fn spaces(length: usize) -> Bytes {
    const SPACE: &str = "01010000";
    const COPY_258_BYTES: &str = "11000101";
    const FROM_ONE_BYTE_AGO: &str = "00000";
    const END: &str = "0000000";
    let copies = [COPY_258_BYTES, FROM_ONE_BYTE_AGO].concat().repeat(length / 258);
    // The last block, and its type from the lowest bit.
    let bits = ["1", "10", SPACE, &copies, END].concat();
    let bytes = bits.as_bytes().chunks(8).map(|bits| {
        let bits = bits.iter().enumerate();
        bits.fold(0, |byte, (place, bit)| byte | (u8::from(*bit == b'1') << place))
    });
    let head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    head.into_iter().chain(bytes).collect()
}
