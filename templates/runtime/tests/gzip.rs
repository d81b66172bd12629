//! Compressed answers: what is asked for, how it is decoded while it arrives, and what stops it.
#![cfg(feature = "gzip")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::future::poll_fn;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use client_runtime::runtime::wire::{Call, Definition, Operation, StreamRules};
use client_runtime::runtime::{
    Attempt, Body, BoxFuture, Client, ClientBuilder, DisconnectReason, Error, ErrorKind, Events, Incoming, Live,
    ManualClock, Outcome, Reply, RetryPolicy, StreamEvent, Transport, TransportError,
};
use common::*;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use futures_core::Stream;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, RANGE};
use http::{HeaderValue, Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

static RULES: StreamRules = StreamRules::json_lines();
static STREAM: Operation = Operation::new("stream", "GET", "/stream").stream(&RULES);
static PLAIN: Definition = Definition::new("https://api.example.com", "test/1");

const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// One member.
fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What a server sends that flushes after each text: one piece per text, and the end.
fn flushed(texts: &[&str]) -> Vec<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let mut pieces = Vec::new();
    for text in texts {
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.flush().unwrap();
        pieces.push(std::mem::take(encoder.get_mut()));
    }
    pieces.push(encoder.finish().unwrap());
    pieces
}

fn reply(status: u16) -> Reply {
    Reply::status(status).header(CONTENT_ENCODING, GZIP)
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// What a call gives for this body, which arrives in these pieces.
async fn fetch(pieces: impl IntoIterator<Item = Vec<u8>>) -> Result<Bytes, Error> {
    let (builder, transport, _) = setup();
    let client = builder.retry(RetryPolicy::off()).build().unwrap();
    transport.push(pieces.into_iter().fold(reply(200), Reply::chunk));
    Ok(call(&client, &PUBLIC).bytes().await?.body)
}

fn pieces(body: &[u8], size: usize) -> impl Iterator<Item = Vec<u8>> {
    body.chunks(size).map(<[u8]>::to_vec)
}

#[tokio::test]
async fn calls_ask_for_it_and_show_what_it_decodes_to() {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    let body = gzip(br#"{"a":1}"#);
    let length = HeaderValue::from(body.len());
    transport.push(reply(200).header(CONTENT_LENGTH, length).with_header("x-a", "b").chunk(body));
    let answer = call(&client, &PUBLIC).json::<Value>().await.unwrap();
    assert_eq!(answer.body, json!({"a": 1}));
    assert_eq!(&answer.meta.raw()[..], br#"{"a":1}"#);
    assert_eq!(answer.meta.headers().keys().map(http::HeaderName::as_str).collect::<Vec<_>>(), ["x-a"]);
    assert_eq!(transport.requests()[0].header("accept-encoding"), Some("gzip"));

    // A body that is not encoded is as good.
    transport.push(Reply::json(200, "[]"));
    assert_eq!(call(&client, &PUBLIC).json::<Value>().await.unwrap().body, json!([]));
}

#[tokio::test]
async fn an_error_answer_is_decoded_too() {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    let body = gzip(br#"{"title":"Gone","detail":"It is gone."}"#);
    transport.push(reply(404).chunk(body.clone()));
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!(error.to_string(), "getStatus: the server answered 404 Not Found: Gone: It is gone.");
    assert_eq!(&error.raw().unwrap()[..], br#"{"title":"Gone","detail":"It is gone."}"#);
    assert!(!error.headers().unwrap().contains_key(CONTENT_ENCODING));

    // What had arrived of a broken one is kept.
    transport.push(reply(404).chunk(body[..body.len() - 9].to_vec()));
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(StatusCode::NOT_FOUND)));
    assert!(error.raw().unwrap().starts_with(br#"{"title":"Gone""#));
}

#[tokio::test]
async fn who_asks_and_who_does_not() {
    async fn asked(builder: ClientBuilder, change: impl FnOnce(&mut Call)) -> Option<String> {
        let (_, transport, clock) = setup();
        transport.push(Reply::status(200));
        let client = builder.transport(transport.clone()).clock(clock).build().unwrap();
        let mut call = call(&client, &PUBLIC);
        change(&mut call);
        call.empty().await.unwrap();
        transport.requests()[0].header("accept-encoding").map(str::to_owned)
    }
    let builder = || setup().0;
    assert_eq!(asked(builder(), |_| {}).await.as_deref(), Some("gzip"));
    assert_eq!(asked(builder().gzip(false), |_| {}).await, None);
    assert_eq!(asked(builder().gzip(false).gzip(true), |_| {}).await.as_deref(), Some("gzip"));
    let own = HeaderValue::from_static("identity");
    assert_eq!(
        asked(builder().default_header(ACCEPT_ENCODING, own.clone()), |_| {}).await.as_deref(),
        Some("identity")
    );
    assert_eq!(asked(builder(), |call| call.extra_header(ACCEPT_ENCODING, own)).await.as_deref(), Some("identity"));
    let range = HeaderValue::from_static("bytes=5-");
    assert_eq!(asked(builder(), |call| call.extra_header(RANGE, range)).await, None);

    // What another library sends is decoded by that library, which asks for what it can decode.
    let (builder, _, _) = setup();
    let request = call(&builder.build().unwrap(), &PUBLIC).into_request().unwrap();
    assert!(!request.headers().contains_key(ACCEPT_ENCODING));
}

#[tokio::test]
async fn a_stream_asks_only_when_it_is_told_to() {
    let (builder, transport, _) = setup_of(&PLAIN);
    let client = builder.build().unwrap();
    for ask in [None, Some(true), Some(false)] {
        transport.push(Reply::json(200, "1\n").then_hang());
        let live: Live<Value> = Live::new(call(&client, &STREAM));
        let mut live = match ask {
            Some(ask) => live.gzip(ask),
            None => live,
        };
        assert_eq!(live.try_next().await.unwrap(), Some(json!(1)));
    }
    let asked: Vec<_> =
        transport.requests().iter().map(|sent| sent.header("accept-encoding").map(str::to_owned)).collect();
    assert_eq!(asked, [None, Some("gzip".to_owned()), None]);
}

/// The next event, which must come without waiting for anything but a turn.
async fn at_hand(events: &mut Events<Value>) -> StreamEvent<Value> {
    let mut turns = 0;
    let event = poll_fn(|context| {
        turns += 1;
        assert!(turns < 100, "nothing comes");
        let event = Pin::new(&mut *events).poll_next(context);
        context.waker().wake_by_ref();
        event
    });
    event.await.unwrap().unwrap()
}

/// The connection stays open after each piece, and nothing more comes.
#[tokio::test]
async fn a_flushed_line_does_not_wait_for_the_next() {
    // The long one is a few bytes that are all read before the last of its pieces.
    let long = format!("\"{}\"\n", "x".repeat(90_000));
    let lines = ["{\"n\":1}\n", "\n", "{\"n\":2}\n", &long];
    let whole = flushed(&lines);
    for sent in 1..=lines.len() {
        for size in [1, 7, usize::MAX] {
            let clock = ManualClock::stopped();
            let (builder, transport, _) = setup_of(&PLAIN);
            let client = builder.clock(clock).build().unwrap();
            let body = whole[..sent].concat();
            transport.push(pieces(&body, size.min(body.len())).fold(reply(200), Reply::chunk).then_hang());
            let mut events = Live::<Value>::new(call(&client, &STREAM)).gzip(true).events();
            assert!(matches!(events.try_next().await.unwrap(), Some(StreamEvent::Connected(_))));
            for line in &lines[..sent] {
                let event = at_hand(&mut events).await;
                let expected = line.parse::<Value>().ok();
                let is_right = match &event {
                    StreamEvent::KeepAlive => expected.is_none(),
                    StreamEvent::Item(item) => expected.as_ref() == Some(item),
                    _ => false,
                };
                assert!(is_right, "{line:?} became {event:?}");
            }
            let rest = Pin::new(&mut events).poll_next(&mut Context::from_waker(Waker::noop()));
            assert!(rest.is_pending(), "{rest:?}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_or_broken_connects_again() {
    let (builder, transport, _) = setup_of(&PLAIN);
    let client = builder.build().unwrap();
    let whole = flushed(&["1\n", "2\n"]);
    transport.push(reply(200).chunk(whole[0].clone()));
    transport.push(reply(200).chunk(whole[0].clone()).chunk("garbage"));
    transport.push(whole.iter().fold(reply(200), |reply, piece| reply.chunk(piece.clone())));
    let mut events = Live::<Value>::new(call(&client, &STREAM)).events();
    let mut lost = Vec::new();
    let mut items = Vec::new();
    while lost.len() < 3 {
        match events.try_next().await.unwrap().unwrap() {
            StreamEvent::Item(item) => items.push(item),
            StreamEvent::Disconnected { reason: DisconnectReason::Failed(error), .. } => {
                lost.push(std::error::Error::source(&std::error::Error::source(&error).unwrap()).unwrap().to_string());
            }
            StreamEvent::Disconnected { reason, .. } => lost.push(reason.to_string()),
            _ => {}
        }
    }
    assert_eq!(items, [json!(1), json!(1), json!(1), json!(2)]);
    assert_eq!(lost[0], "the gzip body is broken: it ends in the middle");
    assert_eq!(lost[1], "the gzip body is broken: what is compressed cannot be read");
    assert_eq!(lost[2], DisconnectReason::Closed.to_string());
}

#[tokio::test]
async fn every_cut_is_found() {
    let body = [gzip(b"first"), gzip(b"second")].concat();
    let first = gzip(b"first").len();
    for length in 0..=body.len() {
        let fetched = fetch([body[..length].to_vec()]).await;
        match length {
            0 => assert_eq!(fetched.unwrap(), ""),
            _ if length == first => assert_eq!(fetched.unwrap(), "first"),
            _ if length == body.len() => assert_eq!(fetched.unwrap(), "firstsecond"),
            _ => {
                let error = fetched.unwrap_err();
                assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Answered), "{length}");
            }
        }
    }
}

#[tokio::test]
async fn a_cut_that_looks_whole_is_found_by_the_length() {
    let (first, second) = (gzip(b"first"), gzip(b"second"));
    let length = (first.len() + second.len()).to_string();
    let (builder, transport, _) = setup();
    let client = builder.retry(RetryPolicy::off()).build().unwrap();
    for body in [Vec::new(), first.clone()] {
        transport.push(reply(200).with_header("content-length", &length).chunk(body));
        let error = call(&client, &PUBLIC).bytes().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Answered));
    }
    let whole = reply(200).with_header("content-length", &length).chunk(first).chunk(second);
    transport.push(whole);
    assert_eq!(call(&client, &PUBLIC).bytes().await.unwrap().body, "firstsecond");
    // Statuses without a body say how long it would be.
    transport.push(reply(204).with_header("content-length", &length));
    assert_eq!(call(&client, &PUBLIC).bytes().await.unwrap().body, "");
}

#[tokio::test]
async fn garbage_is_found_wherever_it_is() {
    let good = gzip(b"some text");
    let with = |at: usize, byte: u8| {
        let mut body = good.clone();
        body[at] = byte;
        body
    };
    let checked = |sum: [u8; 2]| {
        let mut body = with(3, 1 << 1);
        body.splice(10..10, sum);
        body
    };
    let length = good.len();
    let cases = [
        (b"{\"a\":1}".to_vec(), "it does not begin as gzip does"),
        (with(1, 0), "it does not begin as gzip does"),
        (with(2, 7), "it does not begin as gzip does"),
        (with(3, 0x80), "its header has unknown flags"),
        (with(10, 0xff), "what is compressed cannot be read"),
        (with(length - 1, 1), "its checksum or its length does not match"),
        (with(length - 8, good[length - 8] ^ 1), "its checksum or its length does not match"),
        ([good.clone(), b"garbage".to_vec()].concat(), "it does not begin as gzip does"),
        (checked([0, 0]), "the checksum of its header does not match"),
        ([&with(3, 1 << 3)[..10], &vec![b'x'; 1024 * 1024]].concat(), "its header does not end"),
    ];
    for (body, expected) in cases {
        for size in [1.max(body.len() / 1000), body.len()] {
            let error = fetch(pieces(&body, size)).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Answered), "{expected}");
            let source = std::error::Error::source(&error).and_then(std::error::Error::source).unwrap().to_string();
            assert_eq!(source, format!("the gzip body is broken: {expected}"));
        }
    }
    let mut sum = flate2::Crc::new();
    sum.update(&checked([0, 0])[..10]);
    let [low, high, ..] = sum.sum().to_le_bytes();
    assert_eq!(fetch([checked([low, high])]).await.unwrap(), "some text");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Members with every kind of header, cut anywhere.
    #[test]
    fn chunk_boundaries_do_not_matter(
        members in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..300), 0_u8..8, 1_usize..200), 1..5),
        cuts in prop::collection::vec(0_usize..4000, 0..12),
    ) {
        let (mut body, mut text) = (Vec::new(), Vec::new());
        for (part, header, times) in members {
            let mut builder = GzBuilder::new();
            if header & 1 != 0 { builder = builder.extra(&b"extra"[..]); }
            if header & 2 != 0 { builder = builder.filename("name"); }
            if header & 4 != 0 { builder = builder.comment("comment"); }
            let part = part.repeat(times);
            let mut encoder = builder.write(Vec::new(), Compression::fast());
            encoder.write_all(&part).unwrap();
            body.extend(encoder.finish().unwrap());
            text.extend(part);
        }
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut < body.len()).chain([0, body.len()]).collect();
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| body[pair[0]..pair[1]].to_vec());
        prop_assert_eq!(&block_on(fetch(pieces)).unwrap()[..], &text[..]);
    }

    /// Whatever follows a good header: an end or an error, and no panic.
    #[test]
    fn noise_ends(flags in 0_u8..32, noise in prop::collection::vec(any::<u8>(), 0..200), size in 1_usize..40) {
        let body = [&[0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3][..], &noise].concat();
        if let Err(error) = block_on(fetch(pieces(&body, size))) {
            prop_assert_eq!(error.kind(), ErrorKind::Transport);
        }
    }
}

/// Sends the same chunk for ever and counts how often.
#[derive(Clone)]
struct Endless {
    chunk: Bytes,
    sent: Arc<AtomicUsize>,
}

impl Transport for Endless {
    fn send(
        &self,
        _: http::Request<Body>,
        _: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        let mut answer = http::Response::new(Incoming::new(self.clone()));
        answer.headers_mut().insert(CONTENT_ENCODING, GZIP);
        Box::pin(async move { Ok(answer) })
    }
}

impl Stream for Endless {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(self.chunk.clone())))
    }
}

/// A client of a server that sends this for ever.
fn endless(chunk: Vec<u8>) -> (Client, Arc<AtomicUsize>) {
    let (builder, _, _) = setup_of(&PLAIN);
    let transport = Endless { chunk: chunk.into(), sent: Arc::default() };
    let sent = Arc::clone(&transport.sent);
    (builder.transport(transport).retry(RetryPolicy::off()).max_body(3 << 20).build().unwrap(), sent)
}

#[tokio::test]
async fn a_bomb_is_stopped_by_the_limit_on_decoded_bytes() {
    // A mebibyte of zeros is a kibibyte of gzip.
    let (client, sent) = endless(gzip(&vec![0; 1 << 20]));
    let error = call(&client, &PUBLIC).bytes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(sent.load(Ordering::Relaxed), 4, "reading stops with the chunk that goes beyond the limit");
    assert!(error.raw().unwrap().len() <= 64 * 1024);
}

/// One chunk that unfolds to a gibibyte does not keep a thread to itself.
#[tokio::test]
async fn decoding_pauses() {
    let member = gzip(&vec![0; 1 << 20]);
    let (client, _) = endless(member.repeat(1024));
    let mut read = std::pin::pin!(call(&client, &PUBLIC).bytes());
    let mut context = Context::from_waker(Waker::noop());
    let mut pauses = 0;
    while read.as_mut().poll(&mut context).is_pending() {
        pauses += 1;
    }
    assert!((2..=4).contains(&pauses), "3 MiB in pieces of 16 KiB took {pauses} pauses");
}

#[tokio::test]
async fn a_long_line_that_unfolds_is_skipped() {
    let (client, _) = endless(gzip(&[&vec![b'7'; 8 << 20][..], b"\n1\n"].concat()));
    let mut events = Live::<Value>::new(call(&client, &STREAM)).max_message(1000).events();
    assert!(matches!(events.try_next().await.unwrap(), Some(StreamEvent::Connected(_))));
    let event = events.try_next().await.unwrap().unwrap();
    let is_skipped = |line: &[u8], error: &Error| error.kind() == ErrorKind::TooLarge && line.len() <= 1000;
    assert!(matches!(&event, StreamEvent::Malformed { line, error, .. } if is_skipped(line, error)), "{event:?}");
    assert!(matches!(events.try_next().await.unwrap(), Some(StreamEvent::Item(Value::Number(_)))));
}

/// Empty members decode to nothing, for ever: the time limit has its turn all the same.
#[tokio::test]
async fn what_never_decodes_to_anything_meets_the_time_limit() {
    let (client, _) = endless(gzip(b""));
    assert_eq!(call(&client, &PUBLIC).bytes().await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn names_of_the_coding() {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    for name in ["x-gzip", "GZIP", "identity, gzip", "gzip,"] {
        transport.push(Reply::status(200).with_header("content-encoding", name).chunk(gzip(b"7")));
        assert_eq!(call(&client, &PUBLIC).json::<u8>().await.unwrap().body, 7, "{name}");
    }
    // Answers without the body that the headers are about.
    transport.push(reply(200).with_header("content-length", "100"));
    let answer = call(&client, &PUBLIC_HEAD).empty().await.unwrap();
    assert_eq!(answer.meta.headers()[CONTENT_ENCODING], GZIP);
    assert_eq!(answer.meta.headers()[CONTENT_LENGTH], "100");
    transport.push(reply(206).chunk("part"));
    assert_eq!(call(&client, &PUBLIC).bytes().await.unwrap().body, "part");
}

#[tokio::test]
async fn other_codings_are_named_by_the_error() {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    let encoded = &b"\x8b\x01\x80\xff"[..];
    let names = [
        ("br", "br"),
        ("deflate", "deflate"),
        ("zstd", "zstd"),
        ("gzip, br", "several codings"),
        ("s3cr3t", "something unknown"),
    ];
    for (name, shown) in names {
        let reply = |status| Reply::status(status).with_header("content-encoding", name).chunk(encoded);
        let expected = format!("the body is encoded as {shown}, which is not decoded here");
        transport.push(reply(200));
        let error = call(&client, &PUBLIC).json::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.to_string(), format!("getStatus: the answer could not be decoded: {expected} at `$`"));
        transport.push(reply(200));
        let raw = client.request(Method::GET, "/status").send().await.unwrap();
        assert!(raw.json::<Value>().unwrap_err().to_string().contains(&expected));
        transport.push(reply(404));
        let error = call(&client, &PUBLIC).json::<Value>().await.unwrap_err();
        assert_eq!(error.to_string(), format!("getStatus: the server answered 404 Not Found: {expected}"));
        assert_eq!(&error.raw().unwrap()[..], encoded);
        // Bytes are given as they came, with the header that says what they are.
        transport.push(reply(200));
        let bytes = call(&client, &PUBLIC).bytes().await.unwrap();
        assert_eq!(
            (&bytes.body[..], &bytes.meta.headers()[CONTENT_ENCODING]),
            (encoded, &HeaderValue::from_static(name))
        );
        // A stream ends with the error and does not connect again.
        transport.clear();
        transport.push(reply(200).then_hang());
        let mut live = Live::<Value>::new(call(&client, &STREAM));
        let error = live.try_next().await.unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Decode, format!("stream: {expected}")));
        assert!(live.next().await.is_none());
        assert_eq!(transport.requests().len(), 1);
    }

    // Where the body is text all the same, the header is only a leftover of who decoded it.
    let parts = http::Response::builder().header(CONTENT_ENCODING, "gzip").body(()).unwrap().into_parts().0;
    let decode = |body: &'static [u8]| Call::decode_json::<u8>(&PUBLIC, &parts, Bytes::from_static(body));
    assert_eq!(decode(b"7").unwrap().body, 7);
    let error = decode(b"\"text\"").unwrap_err().to_string();
    assert!(error.contains("invalid type"), "{error}");
}
