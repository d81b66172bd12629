//! Framing, against the obvious way of doing it on the whole body, with chunks cut anywhere.

#[path = "common/naive.rs"]
mod naive;

use bytes::Bytes;
use client_runtime::runtime::wire::{Framing, Message};
use client_runtime::runtime::{Frame, Framer};
use proptest::prelude::*;

use self::naive::{chunks, found, framed, start_of};

fn frames(framing: Framing, limit: usize, chunks: impl IntoIterator<Item = Bytes>) -> Vec<Frame> {
    framed(framing, limit, chunks).frames
}

fn message(text: &str) -> Frame {
    Frame::Message(Bytes::copy_from_slice(text.as_bytes()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_those_of_the_whole_body(
        body in "([a-zä€😀\\r ]{0,5}(\\r\\n|\\n)?){0,20}",
        cuts in prop::collection::vec(1usize..9, 1..6),
        limit in 1usize..12,
    ) {
        let expected = found(Framing::JsonLines, limit, body.as_bytes());
        prop_assert_eq!(framed(Framing::JsonLines, limit, chunks(body.as_bytes(), &cuts)), expected);
    }

    #[test]
    fn any_bytes_can_come(
        body in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(0x1E), any::<u8>()], 0..200),
        cuts in prop::collection::vec(1usize..40, 1..6),
        limit in 0usize..50,
    ) {
        for framing in [Framing::JsonLines, Framing::ServerSentEvents, Framing::JsonSeq] {
            prop_assert_eq!(framed(framing, limit, chunks(&body, &cuts)), found(framing, limit, &body));
        }
    }

    #[test]
    fn a_sequence_gives_back_its_texts(
        texts in prop::collection::vec("\\{\"[a-z]{1,3}\":\n?\\[1,\n\"[{\\[a ]{0,4}\"\\]\\}", 0..8),
        cuts in prop::collection::vec(1usize..9, 1..6),
    ) {
        let body: String = texts.iter().map(|text| format!("\u{1E}{text}\n")).collect();
        let expected: Vec<Frame> = texts.iter().map(|text| message(text)).collect();
        prop_assert_eq!(frames(Framing::JsonSeq, 1000, chunks(body.as_bytes(), &cuts)), expected);
    }

    #[test]
    fn events_give_back_their_data(
        data in prop::collection::vec("[a-z:ä]{1,6}(\n[a-z:ä ]{0,6}){0,2}", 0..6),
        ending in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        cuts in prop::collection::vec(1usize..9, 1..6),
    ) {
        let body: String = data.iter().map(|data| {
            let lines: String = data.split('\n').map(|line| format!("data: {line}{ending}")).collect();
            format!("event: change{ending}{lines}{ending}")
        }).collect();
        let expected: Vec<Frame> = data.iter().map(|data| message(data)).collect();
        prop_assert_eq!(frames(Framing::ServerSentEvents, 1000, chunks(body.as_bytes(), &cuts)), expected);
    }
}

#[test]
fn a_line_in_one_chunk_is_not_copied() {
    let chunk = Bytes::from_static(b"{\"a\":1}\r\n{\"b\":2}\n");
    let mut framer = Framer::new(Framing::JsonLines, 100);
    framer.push(chunk.clone());
    for start in [0, 9] {
        let Some(Frame::Message(line)) = framer.next() else { unreachable!("there are two lines") };
        assert_eq!(line.as_ptr(), chunk[start..].as_ptr());
    }
    assert_eq!(framer.next(), None);
}

#[test]
fn a_line_over_the_limit_is_skipped_and_the_next_one_is_read() {
    let long = "x".repeat(10_000_000);
    let body = format!("{{\"a\":1}}\n{long}\n{{\"b\":2}}\n");
    let frames = frames(Framing::JsonLines, 1000, chunks(body.as_bytes(), &[4096]));
    let too_long = Frame::TooLong { start: start_of(long.as_bytes()), length: long.len() };
    assert_eq!(frames, [message("{\"a\":1}"), too_long, message("{\"b\":2}")]);
}

#[test]
fn bytes_one_at_a_time() {
    let body = "{\"a\":\"ä€😀\"}\r\n\r\n{\"b\":1}";
    let frames = frames(Framing::JsonLines, 1000, chunks(body.as_bytes(), &[1]));
    assert_eq!(frames, [message("{\"a\":\"ä€😀\"}"), Frame::KeepAlive, message("{\"b\":1}")]);
}

#[test]
fn a_byte_order_mark_is_no_content() {
    for framing in [Framing::JsonLines, Framing::ServerSentEvents] {
        let body = if framing == Framing::JsonLines { "\u{FEFF}1\n" } else { "\u{FEFF}data:1\n\n" };
        assert_eq!(frames(framing, 100, chunks(body.as_bytes(), &[1])), [message("1")]);
    }
}

#[test]
fn fields_of_events() {
    let body = b": hello\n\nid: 7\nretry: 1500\nretry: +2000\nretry: 2e3\ndata\ndata: a\n\nid: 8\ndata: cut off\n";
    let mut framer = Framer::new(Framing::ServerSentEvents, 100);
    framer.push(Bytes::from_static(body));
    let mut found = Vec::new();
    while let Some(frame) = framer.next() {
        found.push(frame);
    }
    found.extend(framer.finish());
    assert_eq!(found, [Frame::KeepAlive, Frame::KeepAlive, message("\na")]);
    // The event with id 8 never became complete, so it has to come again.
    assert_eq!(framer.last_event_id(), Some("7"));
    assert_eq!(framer.retry_millis(), Some(1500));
}

#[test]
fn an_event_over_the_limit_in_many_lines() {
    let body = "data: 123456\ndata: 123456\ndata: 123456\n\ndata: 1\n\n";
    let frames = frames(Framing::ServerSentEvents, 15, chunks(body.as_bytes(), &[5]));
    assert_eq!(
        frames,
        [Frame::TooLong { start: Bytes::from_static(b"123456\n123456\n123456"), length: 20 }, message("1")]
    );
}

#[test]
fn a_text_cut_off_by_the_next_one() {
    let body = "\u{1E}{\"a\":\n\u{1E}{\"b\":1}\n";
    assert_eq!(
        frames(Framing::JsonSeq, 100, chunks(body.as_bytes(), &[3])),
        [message("{\"a\":\n"), message("{\"b\":1}")]
    );
}

/// The frames of server-sent events as objects, as a description may ask for them, in chunks of five bytes.
fn objects(message: Message, body: &str) -> Vec<Frame> {
    let mut framer = Framer::new(Framing::ServerSentEvents, 100).messages(message);
    let mut frames = Vec::new();
    for chunk in chunks(body.as_bytes(), &[5]) {
        framer.push(chunk);
        while let Some(frame) = framer.next() {
            frames.push(frame);
        }
    }
    frames
}

#[test]
fn events_as_objects() {
    let body = "event: born\nid: 7\ndata: {\"a\":1}\n\ndata: x\ndata: y\n\n";
    assert_eq!(
        objects(Message::Event, body),
        [message(r#"{"data":"{\"a\":1}","event":"born","id":"7"}"#), message(r#"{"data":"x\ny"}"#)]
    );
    // Where the data is JSON it is a value; where it should be and is not, it is the text.
    assert_eq!(
        objects(Message::JsonEvent, body),
        [message(r#"{"data":{"a":1},"event":"born","id":"7"}"#), message(r#"{"data":"x\ny"}"#)]
    );
    assert_eq!(objects(Message::Text, body), [message(r#"{"a":1}"#), message("x\ny")]);
}

#[test]
fn an_id_with_nul_in_it_is_none() {
    let mut framer = Framer::new(Framing::ServerSentEvents, 100);
    framer.push(Bytes::from_static(b"id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n"));
    assert_eq!([framer.next(), framer.next(), framer.next()], [Some(message("a")), Some(message("b")), None]);
    assert_eq!(framer.last_event_id(), Some("7"));
}

#[test]
fn an_event_is_as_long_as_its_data() {
    let event = |lines: &[&str]| {
        let lines: String = lines.iter().map(|line| format!("data: {line}\n")).collect();
        frames(Framing::ServerSentEvents, 15, chunks(format!("{lines}\ndata: 1\n\n").as_bytes(), &[5]))
    };
    let too_long = |start: &'static str, length| Frame::TooLong { start: Bytes::from_static(start.as_bytes()), length };
    // The limit itself is not over it.
    assert_eq!(event(&["1234567", "1234567"]), [message("1234567\n1234567"), message("1")]);
    assert_eq!(event(&["1234567", "12345678"]), [too_long("1234567\n12345678", 16), message("1")]);
    // What comes after counts, with the line feeds between.
    assert_eq!(event(&["1234567", "12345678", "123", "12"]), [too_long("1234567\n12345678", 23), message("1")]);
    // One line that is too long by itself, alone and behind others; its name counts too.
    assert_eq!(event(&["12345678901234567890"]), [too_long("data: 12345678901234567890", 26), message("1")]);
    assert_eq!(event(&["123", "12345678901234567890"]), [too_long("data: 12345678901234567890", 29), message("1")]);
}

#[test]
fn the_start_of_what_is_too_long_is_256_bytes() {
    let long: String = ('a'..='z').cycle().take(1000).collect();
    for limit in [10, 255, 256, 257, 600] {
        for cut in [1, 100, 256, 257, 700, 2000] {
            let body = format!("{long}\n1\n");
            let too_long = Frame::TooLong { start: start_of(long.as_bytes()), length: 1000 };
            let found = frames(Framing::JsonLines, limit, chunks(body.as_bytes(), &[cut]));
            assert_eq!(found, [too_long, message("1")], "limit {limit}, chunks of {cut}");
        }
    }
    // The line ends with the chunk that has more than is still to be kept.
    let line = &long[..390];
    let found = frames(Framing::JsonLines, 10, chunks(format!("{line}\n").as_bytes(), &[200]));
    assert_eq!(found, [Frame::TooLong { start: start_of(line.as_bytes()), length: 390 }]);
}

#[test]
fn quotes_in_strings_do_not_end_a_text() {
    for text in [r#"{"a":"\"\n}"}"#, r#"["\\",1]"#, "{\"a\":\"}\\\"\n\",\"b\":[\n1]}"] {
        let body = format!("\u{1E}{text}\n\u{1E}1\n");
        let found = frames(Framing::JsonSeq, 100, chunks(body.as_bytes(), &[4]));
        assert_eq!(found, [message(text), message("1")], "{text}");
    }
}
