//! What stands in a stream, and how it is cut.

use std::time::Duration;

use bytes::Bytes;
use tests::faulty::{Script, Step, stream};
use x_api_client::runtime::StreamEvent;

use super::streams::{end, line};
use crate::calls::id_of;
use crate::rig::Rig;
use crate::row::{Failure, Row, Saw, row};

const MEBIBYTE: usize = 1024 * 1024;

pub(super) fn rows() -> Vec<Row> {
    [cuts(), contents(), sizes()].into_iter().flatten().collect()
}

fn pieces(parts: &[&[u8]]) -> Script {
    let pieces = parts.iter().map(|part| Bytes::copy_from_slice(part)).collect();
    [stream(""), vec![Step::Pieces(pieces)]].concat()
}

fn cuts() -> Vec<Row> {
    const TEXT: &str = "{\"for_user_id\":\"1\",\"tweet_create_events\":[{\"text\":\"ä🌊…\"}]}\r\n";
    let after = |text: &str, bytes: usize| TEXT.find(text).map_or(0, |at| at + bytes);
    let at = |index: usize| [&TEXT.as_bytes()[..index], &TEXT.as_bytes()[index..]];
    let everywhere: Vec<Script> = [after("ä", 1), after("🌊", 1), after("🌊", 2), after("🌊", 3), after("…", 2)]
        .into_iter()
        .map(|index| pieces(&at(index)))
        .collect();
    let seen = std::iter::repeat_n(["ä🌊…", "Closed"], everywhere.len()).flatten().chain(["End"]);
    let dribbled = format!("{TEXT}\r\n{}", line(2));
    vec![
        row("a line split inside a UTF-8 character")
            .answers(everywhere.into_iter().chain([end()]))
            .stream()
            .sees(seen)
            .requests(6)
            .waits([250, 500, 750, 1000]),
        row("a line split inside CR LF")
            .answers([pieces(&[&at(TEXT.len() - 1)[..], &at(TEXT.len() - 1)[..]].concat()), end()])
            .stream()
            .sees(["ä🌊…", "ä🌊…", "Closed", "End"])
            .requests(2),
        row("an empty line split inside CR LF")
            .answers([pieces(&[b"\r", b"\n", line(1).as_bytes(), b"\r", b"\n\r", b"\n"]), end()])
            .stream()
            .sees(["KeepAlive x1", "1", "KeepAlive x2", "Closed", "End"])
            .requests(2),
        row("bytes one at a time: a stream")
            .answers([[vec![Step::Dribble], stream(dribbled)].concat(), end()])
            .stream()
            .sees(["ä🌊…", "KeepAlive x1", "2", "Closed", "End"])
            .requests(2),
        row("many lines in one piece")
            .answers([stream((1..=100).map(line).collect::<String>()), end()])
            .stream()
            .sees((1..=100).map(|id| id.to_string()).chain(["Closed".to_owned(), "End".to_owned()]))
            .requests(2),
    ]
}

fn contents() -> Vec<Row> {
    let deep = format!("{{\"errors\":{}", "[".repeat(100_000));
    let among = |between: &[u8]| {
        let body = [line(1).as_bytes(), between, b"\r\n", line(2).as_bytes()].concat();
        [stream(body), end()]
    };
    vec![
        row("an invalid JSON line among valid ones")
            .answers(among(b"{\"data\":{\"event_uuid\":"))
            .stream()
            .sees(["1", "Malformed Decode", "2", "Closed", "End"])
            .requests(2),
        row("a line that is no UTF-8 among valid ones")
            .answers(among(b"{\"data\":{\"event_uuid\":\"\xFF\xFE\"}}"))
            .stream()
            .sees(["1", "Malformed Decode", "2", "Closed", "End"])
            .requests(2),
        row("a line nested without end among valid ones")
            .answers(among(deep.as_bytes()))
            .stream()
            .sees(["1", "Malformed Decode", "2", "Closed", "End"])
            .requests(2),
        row("a page of HTML in a stream")
            .answers(among(b"<html>"))
            .stream()
            .sees(["1", "Malformed Decode", "2", "Closed", "End"])
            .requests(2),
        row("partial errors beside an item")
            .answers(among(b"{\"data\":{\"event_uuid\":\"7\"},\"errors\":[{\"title\":\"Not Found Error\"}]}"))
            .stream()
            .sees(["1", "7", "2", "Closed", "End"])
            .requests(2),
    ]
}

fn sizes() -> Vec<Row> {
    let flood = |piece: Vec<u8>, times: u64| Step::Flood(piece.into(), times);
    let long = [
        stream("{\"data\":\""),
        vec![flood(vec![b'a'; 64 * 1024], 1600)],
        vec![Step::Body(format!("\"}}\r\n{}", line(1)).into())],
    ];
    let endless = [stream("{\"data\":\""), vec![flood(vec![b'a'; 64 * 1024], 1600)]];
    let empty = [stream(""), vec![flood(b"\r\n".repeat(8192), 32)], vec![Step::Body(line(1).into())]];
    vec![
        row("a 100 MiB line")
            .answers([long.concat(), end()])
            .stream()
            .sees(["Malformed TooLarge", "1", "Closed", "End"])
            .requests(2)
            .heap(6 * MEBIBYTE),
        row("a 100 MiB line without an end")
            .answers([endless.concat(), end()])
            .stream()
            .sees(["Malformed TooLarge", "Closed", "End"])
            .requests(2)
            .waits([250])
            .heap(6 * MEBIBYTE),
        row("empty lines only")
            .answers([empty[..2].concat(), end()])
            .stream()
            .sees(["KeepAlive x262144", "Closed", "End"])
            .requests(2)
            .heap(4 * MEBIBYTE),
        row("empty lines, then an item")
            .answers([empty.concat(), end()])
            .stream()
            .sees(["KeepAlive x262144", "1", "Closed", "End"])
            .requests(2)
            .heap(4 * MEBIBYTE),
        row("a slow consumer")
            .answers([[stream(""), vec![flood(wide_line().into(), LINES)]].concat(), end()])
            .call(|rig| Box::pin(slowly(rig)))
            .sees(["items: 1024", "connections: 1", "Closed", "End"])
            .requests(2)
            .heap(8 * MEBIBYTE),
    ]
}

/// How many wide lines there are: 64 MiB in all.
const LINES: u64 = 1024;

/// A line of 64 KiB.
fn wide_line() -> String {
    let text = "x".repeat(64 * 1024 - 70);
    format!("{{\"for_user_id\":\"1\",\"tweet_create_events\":[{{\"text\":\"{text}\"}}]}}\r\n")
}

/// Takes one item a minute while the server has to wait, 32 times, then the rest.
async fn slowly(rig: &Rig) -> Result<Saw, Failure> {
    let client = rig.client().await?;
    let server = rig.server().ok_or("it serves")?;
    let mut events = client.activity().stream().connect().events();
    let (mut items, mut saw) = (0, Saw::new());
    while let Some(event) = events.next().await {
        match event? {
            StreamEvent::Item(item) => {
                assert!(id_of(&item).starts_with("xxx"));
                items += 1;
                if items <= 32 {
                    server.blocked().await;
                    rig.stage.pass(Duration::from_secs(60));
                }
            }
            StreamEvent::Disconnected { reason, .. } => {
                saw.extend([format!("items: {items}"), format!("connections: {}", events.stats().connections)]);
                saw.push(format!("{reason:?}"));
            }
            _ => {}
        }
    }
    saw.push("End".to_owned());
    Ok(saw)
}
