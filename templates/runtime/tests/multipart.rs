//! Bodies of several parts: their bytes, files from disk and from streams, and what cannot be sent.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use client_runtime::runtime::wire::{Param, Validate};
use client_runtime::runtime::{BoxError, ErrorKind, MemoryTransport, Outcome, Reply, RetryPolicy, Upload};
use common::*;
use futures_core::Stream;
use http::Method;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Form {
    file: Upload,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<Upload>,
    purpose: Option<String>,
    tags: Vec<u8>,
    about: serde_json::Value,
}

impl Validate for Form {}

fn form(file: impl Into<Upload>) -> Form {
    Form { file: file.into(), more: Vec::new(), purpose: None, tags: Vec::new(), about: json!(null) }
}

/// Sends a form; gives the content type and the body, with the boundary replaced by a word.
async fn sent(form: &Form, types: &[(&'static str, &'static str)]) -> (String, String) {
    let (builder, transport, _) = setup();
    let mut create = call(&builder.build().unwrap(), &CREATE);
    transport.push(Reply::status(204));
    create.multipart_body("multipart/form-data", form, types);
    create.empty().await.unwrap();
    last(&transport)
}

fn last(transport: &MemoryTransport) -> (String, String) {
    let requests = transport.requests();
    let request = requests.last().unwrap();
    let media = request.headers["content-type"].to_str().unwrap().to_owned();
    let (_, boundary) = media.split_once("boundary=").unwrap();
    assert!(boundary.len() > 20 && boundary.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    let body = String::from_utf8_lossy(&request.body).replace(boundary, "BOUNDARY");
    (media.replace(boundary, "BOUNDARY"), body)
}

#[tokio::test]
async fn every_kind_of_part() {
    let form = Form {
        file: Upload::bytes("fur").file_name("a \"b\"\r\n.txt").content_type("text/plain"),
        more: vec![b"1".as_slice().into(), b"2".to_vec().into()],
        purpose: Some("to see".to_owned()),
        tags: vec![1, 2],
        about: json!({"a": [1]}),
    };
    let (media, body) = sent(&form, &[("more", "image/png"), ("tags", "text/plain")]).await;
    assert_eq!(media, "multipart/form-data; boundary=BOUNDARY");
    let part =
        |head: &str, body: &str| format!("--BOUNDARY\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    // Members in the order of their names.
    let expected = [
        part("name=\"about\"\r\nContent-Type: application/json", "{\"a\":[1]}"),
        part("name=\"file\"; filename=\"a %22b%22%0D%0A.txt\"\r\nContent-Type: text/plain", "fur"),
        part("name=\"more\"; filename=\"more\"\r\nContent-Type: image/png", "1"),
        part("name=\"more\"; filename=\"more\"\r\nContent-Type: image/png", "2"),
        part("name=\"purpose\"", "to see"),
        part("name=\"tags\"\r\nContent-Type: text/plain", "1"),
        part("name=\"tags\"\r\nContent-Type: text/plain", "2"),
        "--BOUNDARY--\r\n".to_owned(),
    ];
    assert_eq!(body, expected.concat());
}

/// A media type that the description leaves open is not the type of this file.
#[tokio::test]
async fn a_choice_of_types_is_none() {
    for open in ["image/*", "image/png, image/jpeg"] {
        let (_, body) = sent(&form(b"1".as_slice()), &[("file", open)]).await;
        assert!(body.contains("filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\n1\r\n"), "{body}");
    }
}

/// A part that is JSON is written as JSON, also where it is a text.
#[tokio::test]
async fn a_text_can_be_json() {
    let form = Form { purpose: Some("a\"b".to_owned()), ..form(Vec::new()) };
    let (_, body) = sent(&form, &[("purpose", "application/json")]).await;
    assert!(body.contains("name=\"purpose\"\r\nContent-Type: application/json\r\n\r\n\"a\\\"b\"\r\n"), "{body}");
}

/// Files are read while they are sent, and read anew by each attempt.
#[tokio::test]
async fn a_file_is_streamed_as_often_as_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fur.bin");
    // More than two pieces.
    let content: String = (0..20_000).map(|number| format!("{number:06} ")).collect();
    std::fs::write(&path, &content).unwrap();
    let (builder, transport, _) = setup_of(&KEYED);
    let mut create = call(&builder.build().unwrap(), &CREATE);
    transport.push(Reply::status(503));
    transport.push(Reply::status(204));
    create.multipart_body("multipart/form-data", &form(path), &[]);
    assert_eq!(create.empty().await.unwrap().meta.attempts(), 2);
    let bodies: Vec<Bytes> = transport.requests().iter().map(|request| request.body.clone()).collect();
    assert_eq!(bodies[0], bodies[1]);
    let (_, body) = last(&transport);
    assert!(body.contains("filename=\"fur.bin\"") && body.contains(&content) && body.ends_with("\r\n--BOUNDARY--\r\n"));
}

#[tokio::test]
async fn a_file_that_is_not_there_fails_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let (builder, transport, _) = setup();
    let mut create = call(&builder.retry(RetryPolicy::off()).build().unwrap(), &CREATE);
    transport.push(Reply::status(204));
    create.multipart_body("multipart/form-data", &form(folder.path().join("gone")), &[]);
    let error = create.empty().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let mut causes = format!("{error}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        causes.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    assert!(causes.contains("cannot read") && causes.contains("gone"), "{causes}");
}

struct Pieces(VecDeque<Bytes>);

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // Waits once before each piece.
        match self.0.front() {
            Some(piece) if piece.is_empty() => {
                self.0.pop_front();
                Poll::Ready(self.0.pop_front().map(Ok))
            }
            Some(_) => {
                self.0.push_front(Bytes::new());
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(None),
        }
    }
}

#[tokio::test]
async fn a_stream_is_asked_for_when_it_is_sent() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let upload = Upload::stream(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Pieces(["a", "b"].map(|piece| Bytes::from_static(piece.as_bytes())).into())
    });
    let form = Form { more: vec![upload.clone(), upload], ..form(b"c".as_slice()) };
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let (_, body) = sent(&form, &[]).await;
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert_eq!(body.matches("\r\n\r\nab\r\n").count(), 2, "{body}");
}

/// An object that is sent in parts here can be sent as JSON there, where a text is the only form of its member.
#[test]
fn a_file_in_memory_that_is_text_is_a_text_of_json() {
    let upload = Upload::bytes("fur");
    assert_eq!(upload.as_bytes(), Some(b"fur".as_slice()));
    assert_eq!(serde_json::to_value(&upload).unwrap(), "fur");
    assert_eq!(serde_json::from_value::<Upload>("fur".into()).unwrap(), upload);
    assert_eq!(Upload::path("fur").as_bytes(), None);
    assert!(serde_json::to_value(Upload::path("fur")).is_err());
}

/// Outside of a multipart body a file that is no text is nothing that can be written, and no wrong request is sent.
#[tokio::test]
async fn a_file_that_is_no_text_is_no_json() {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    let mut create = call(&client, &CREATE);
    create.json_body(&form(b"\xff".as_slice()));
    let error = create.clone().empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
    assert!(error.to_string().contains("a file that is no text can only be sent in a multipart body"), "{error}");
    // The fault goes with the body.
    transport.push(Reply::status(204));
    create.multipart_body("multipart/form-data", &form(b"1".as_slice()), &[]);
    create.clone().empty().await.unwrap();
    create.multipart_body("multipart/form-data\n", &form(b"1".as_slice()), &[]);
    assert_eq!(create.empty().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(transport.requests().len(), 1);
}

#[test]
fn uploads_are_compared_and_printed_without_their_bytes() {
    assert_eq!(Upload::bytes("a"), Upload::from(b"a".to_vec()));
    assert_ne!(Upload::bytes("a"), Upload::bytes("a").file_name("b"));
    assert_ne!(Upload::bytes("a"), Upload::path("a"));
    let stream = Upload::stream(|| Pieces(VecDeque::new()));
    assert_eq!(stream, stream.clone());
    let printed = format!("{:?}", Upload::bytes("secret"));
    assert!(!printed.contains("secret") && printed.contains("bytes: 6"), "{printed}");
    let read: Upload = serde_json::from_str("\"text\"").unwrap();
    assert_eq!(read, Upload::bytes("text"));
}

/// Members of a form that the description spells in another way, and one that it does not name.
#[tokio::test]
async fn members_of_a_form_can_be_spelled_like_parameters() {
    static FORM: [Param; 3] =
        [Param::query("meta").deep_object(), Param::query("sizes").csv(), Param::query("about").json()];
    let (builder, transport, _) = setup();
    let mut create = call(&builder.build().unwrap(), &CREATE);
    transport.push(Reply::status(204));
    let body =
        json!({"about": {"a": 1}, "meta": {"k y": "v&w", "l": [1]}, "name": "x y", "sizes": [1, 2], "gone": null});
    create.form_body(&body, &FORM);
    create.empty().await.unwrap();
    let requests = transport.requests();
    assert_eq!(
        (&requests[0].method, &requests[0].headers["content-type"]),
        (&Method::POST, &http::HeaderValue::from_static("application/x-www-form-urlencoded"))
    );
    assert_eq!(
        std::str::from_utf8(&requests[0].body).unwrap(),
        "about=%7B%22a%22%3A1%7D&meta%5Bk%20y%5D=v%26w&meta%5Bl%5D%5B0%5D=1&name=x+y&sizes=1,2"
    );
}
