//! What errors say: problem families, decode positions, envelopes; and what all types promise.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use client_runtime::runtime::wire::{self, ByStatus, Call, DecodeFault, Envelope};
use client_runtime::runtime::{
    Body, CallOptions, Client, ClientBuilder, Error, ErrorKind, Incoming, Meta, Outcome, Problem, RawRequest, Reply,
    Response, TransportError, TypedError,
};
use common::*;
use serde::Deserialize;
use serde_json::Value;

fn sound<T: Send + Sync + Unpin + 'static>() {}

#[test]
fn everything_can_be_sent_and_shared() {
    sound::<Client>();
    sound::<ClientBuilder>();
    sound::<Error>();
    sound::<Response<Vec<u8>>>();
    sound::<Meta>();
    sound::<Call>();
    sound::<RawRequest>();
    sound::<CallOptions>();
    sound::<Body>();
    sound::<Incoming>();
    sound::<TransportError>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn futures_can_be_spawned() {
    fn spawnable<F: Future + Send + 'static>(_: F) {}
    let (builder, _, _) = setup();
    let client = builder.build().unwrap();
    spawnable(call(&client, &PUBLIC).json::<Value>());
    spawnable(client.request(http::Method::GET, "/x").send());
}

async fn failure(status: u16, body: &'static str) -> Error {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    transport.push(Reply::json(status, body));
    call(&client, &PUBLIC).empty().await.unwrap_err()
}

#[tokio::test]
async fn every_family_of_problems_is_read() {
    let error = failure(
        403,
        r#"{"type":"https://api.example.com/2/problems/client-forbidden","title":"Client Forbidden","detail":"Enroll.",
            "reason":"client-not-enrolled","status":403}"#,
    )
    .await;
    let problem = &error.problems()[0];
    assert_eq!((problem.kind(), problem.status), ("client-forbidden", Some(403)));
    assert_eq!(problem.member("reason"), Some("client-not-enrolled"));
    assert_eq!(error.to_string(), "getStatus: the server answered 403 Forbidden: Client Forbidden: Enroll.");

    let error =
        failure(400, r#"{"errors":[{"title":"A","type":"https://api.example.com/2/problems/a/"},{"title":"B"}]}"#)
            .await;
    let kinds: Vec<_> = error.problems().iter().map(Problem::kind).collect();
    assert_eq!(kinds, ["a", "about:blank"]);
    assert_eq!(error.to_string(), "getStatus: the server answered 400 Bad Request: A (and 1 more)");

    let error = failure(
        400,
        r#"{"errors":[{"parameters":{"id":["x"]},"message":"The `id` is wrong"}],"title":"Invalid Request",
            "detail":"One or more parameters are invalid.","type":"https://api.example.com/2/problems/invalid-request"}"#,
    )
    .await;
    assert_eq!(error.problems().len(), 2);
    assert_eq!(error.problems()[0].kind(), "invalid-request");
    assert_eq!(error.problems()[1].detail.as_deref(), Some("The `id` is wrong"));
    assert_eq!(error.problems()[1].members["parameters"]["id"][0], "x");

    let error = failure(401, r#"{"errors":[{"code":89,"message":"Invalid or expired token"}]}"#).await;
    assert_eq!((error.problems()[0].code, error.problems().len()), (Some(89), 1));
    assert!(error.to_string().ends_with("Invalid or expired token (code 89); no credential was sent"), "{error}");

    let error = failure(400, r#"{"code":"7","message":"short"}"#).await;
    assert_eq!((error.problems()[0].code, error.problems()[0].detail.as_deref()), (Some(7), Some("short")));

    let error = failure(400, r#"{"error":"invalid_grant","error_description":"The code is spent"}"#).await;
    assert_eq!(error.problems()[0].title.as_deref(), Some("invalid_grant"));
    assert_eq!(error.problems()[0].detail.as_deref(), Some("The code is spent"));

    let error = failure(400, r#"{"error":{"code":400,"message":"nested"},"x":1}"#).await;
    assert_eq!((error.problems().len(), error.problems()[0].detail.as_deref()), (1, Some("nested")));

    let error = failure(400, r#"{"errors":["plain"]}"#).await;
    assert_eq!(error.problems()[0].detail.as_deref(), Some("plain"));

    for (body, text) in [
        ("", "getStatus: the server answered 400 Bad Request"),
        ("<html>\n<b>edge</b>", "getStatus: the server answered 400 Bad Request: <html> <b>edge</b>"),
        ("{\"title\":", "getStatus: the server answered 400 Bad Request: {\"title\":"),
        ("{\"data\":1}", "getStatus: the server answered 400 Bad Request: {\"data\":1}"),
        ("null", "getStatus: the server answered 400 Bad Request: null"),
        ("[]", "getStatus: the server answered 400 Bad Request: []"),
    ] {
        let error = failure(400, body).await;
        assert!(error.problems().is_empty(), "{body}");
        assert_eq!(error.to_string(), text);
        assert_eq!(&**error.raw().unwrap(), body.as_bytes());
        assert_eq!(error.headers().unwrap()["content-type"], "application/json");
    }
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only read")]
struct Thing {
    id: String,
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only read")]
struct Part {
    size: u32,
    #[serde(rename = "odd name", default)]
    odd: Option<bool>,
}

#[tokio::test]
async fn decode_errors_name_path_and_excerpt() {
    let cases = [
        (r#"{"id":7}"#, "$.id", "7}"),
        (r#"{"parts":[{"size":1},{"size":-1}],"id":"x"}"#, "$.parts[1].size", "-1}]"),
        (
            "{\n \"id\": \"a\",\n \"parts\": [\n  {\"size\": 1, \"odd name\": \"y\"}\n ]\n}",
            "$.parts[0]['odd name']",
            "\"y\"}",
        ),
        (r#"{"id":"a","parts":[{}]}"#, "$.parts[0]", "{}]}"),
        (r#"{"id":"a","parts":{"b":1}}"#, "$.parts", "{\"b\""),
        (r#"{"id":["a"]}"#, "$.id", "[\"a\"]}"),
        (r#"{"id":"a\\\"","parts":[{"size":"\u00e4"}]}"#, "$.parts[0].size", "\"\\u00e4\"}"),
        (r#"{"parts":[]}"#, "$", "{\"parts\""),
        ("[]", "$", "[]"),
        ("<html>", "$", "<html>"),
        ("", "$", ""),
        (r#"{"id":"a","parts":[{"size":1}"#, "$.parts[0]", ""),
    ];
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    for (body, path, excerpt) in cases {
        transport.push(Reply::json(200, body));
        let error = call(&client, &PUBLIC).json::<Thing>().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Answered));
        assert_eq!(error.path(), Some(path), "{body} {error}");
        let text = error.to_string();
        assert!(text.starts_with("getStatus: the answer could not be decoded: "), "{text}");
        assert!(text.contains(excerpt), "{text}");
        assert!(!text.contains(" line "), "{text}");
        assert_eq!(&**error.raw().unwrap(), body.as_bytes());
    }
}

#[derive(Debug, PartialEq)]
enum Documented {
    NotFound(String),
    Other(u16),
}

impl TypedError for Documented {
    fn decode(status: u16, body: &[u8]) -> Self {
        match status {
            404 => Self::NotFound(String::from_utf8_lossy(body).into_owned()),
            status => Self::Other(status),
        }
    }
}

#[tokio::test]
async fn errors_can_be_typed() {
    assert_eq!(failure(404, "gone").await.typed::<Documented>(), Some(Documented::NotFound("gone".to_owned())));
    assert_eq!(failure(418, "tea").await.typed::<Documented>(), Some(Documented::Other(418)));
    let (builder, _, _) = setup();
    let error = call(&builder.build().unwrap(), &MESSAGES).empty().await.unwrap_err();
    assert_eq!(error.typed::<Documented>(), None);
}

#[derive(Debug, Default, Deserialize, PartialEq)]
struct Page {
    data: Vec<u32>,
    #[serde(default)]
    errors: Vec<Value>,
}

impl Envelope for Page {
    fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

#[tokio::test]
async fn an_envelope_with_errors_alone_is_an_error() {
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, "app").build().unwrap();
    let alone = [
        r#"{"errors":[{"title":"Not Found Error","type":"https://x/2/problems/resource-not-found"}]}"#,
        r#"{"errors":[{"title":"Not Found Error"}],"data":null}"#,
    ];
    for body in alone {
        transport.push(Reply::json(200, body));
        let error = call(&client, &LIST).envelope::<Page>().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 200));
        assert_eq!(error.problems()[0].title.as_deref(), Some("Not Found Error"));
        transport.push(Reply::json(200, body));
        assert_eq!(call(&client, &LIST).json::<Value>().await.unwrap_err().kind(), ErrorKind::Api);
    }
    let fine = [r#"{"data":[],"errors":[{"title":"x"}]}"#, r#"{"data":[1]}"#, r#"{"data":[1],"errors":[]}"#];
    for body in fine {
        transport.push(Reply::json(200, body));
        call(&client, &LIST).envelope::<Page>().await.unwrap();
    }
    for (body, fails) in fine.into_iter().zip([true, false, false]) {
        transport.push(Reply::json(200, body));
        let mut list = call(&client, &LIST);
        list.with(CallOptions::new().fail_on_partial(true));
        assert_eq!(list.envelope::<Page>().await.is_err(), fails, "{body}");
    }
    // Without a result and without errors it is for the type to say.
    transport.push(Reply::json(200, "{}"));
    assert_eq!(call(&client, &LIST).envelope::<Page>().await.unwrap_err().kind(), ErrorKind::Decode);
}

#[derive(Debug, PartialEq)]
enum Either {
    Made(u32),
    Accepted,
}

impl ByStatus for Either {
    fn decode(status: u16, media: &str, body: &[u8]) -> Result<Self, DecodeFault> {
        match (status, media) {
            (201, "application/json") => wire::json(body).map(Self::Made),
            (202, _) => Ok(Self::Accepted),
            _ => Err(DecodeFault::unexpected(status, media)),
        }
    }
}

#[tokio::test]
async fn answers_take_their_documented_form() {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    let push = |reply| transport.push(reply);
    push(Reply::status(201).with_header("content-type", "Application/JSON; charset=utf-8").chunk("7"));
    assert_eq!(call(&client, &CREATE).by_status::<Either>().await.unwrap().body, Either::Made(7));
    push(Reply::status(202));
    assert_eq!(call(&client, &CREATE).by_status::<Either>().await.unwrap().body, Either::Accepted);
    push(Reply::status(203));
    let error = call(&client, &CREATE).by_status::<Either>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("status 203 and no media type is not described"), "{error}");

    push(Reply::status(204));
    assert_eq!(call(&client, &CREATE).json_or_default::<Page>().await.unwrap().body, Page::default());
    push(Reply::status(204));
    assert_eq!(call(&client, &CREATE).json_or_none::<Page>().await.unwrap().body, None);
    push(Reply::json(200, r#"{"data":[1]}"#));
    assert_eq!(call(&client, &CREATE).json_or_none::<Page>().await.unwrap().body.unwrap().data, [1]);
    push(Reply::status(200).chunk("text"));
    assert_eq!(call(&client, &CREATE).text().await.unwrap().body, "text");
    push(Reply::status(200).chunk(&b"\xff"[..]));
    assert_eq!(call(&client, &CREATE).text().await.unwrap_err().kind(), ErrorKind::Decode);
    push(Reply::status(200).chunk(&b"\xff"[..]));
    let response = call(&client, &CREATE).bytes().await.unwrap();
    assert_eq!((&*response.body, &**response.meta.raw()), (&b"\xff"[..], &b"\xff"[..]));
}

#[tokio::test]
async fn streams_are_opened_and_their_refusals_are_errors() {
    let (builder, transport, clock) = setup();
    let client = builder.attempt_timeout(std::time::Duration::from_secs(5)).build().unwrap();
    transport.push(Reply::status(200).after(std::time::Duration::from_secs(20)).chunk("a").chunk("b"));
    let opened = call(&client, &PUBLIC).open(false).await.unwrap();
    let (parts, mut incoming) = (opened.parts, opened.incoming);
    assert_eq!(parts.status.as_u16(), 200);
    assert_eq!(incoming.chunk().await.unwrap().as_deref(), Some(&b"a"[..]));
    assert_eq!(incoming.chunk().await.unwrap().as_deref(), Some(&b"b"[..]));
    assert!(incoming.chunk().await.unwrap().is_none());
    transport.push(Reply::json(503, "{}"));
    let error = call(&client, &PUBLIC).open(false).await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::Api, 2));
    transport.push(Reply::hang());
    assert_eq!(call(&client, &PUBLIC).open(false).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(clock.waits().last().unwrap().as_secs(), 60);
}

/// Every leaf of a document, with its path.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[{index}]"), found);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                leaves(value, &format!("{path}.{name}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

/// A type that takes anything but the leaf that is number `refuse`.
struct Refusing;

thread_local! {
    static REFUSE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl<'de> Deserialize<'de> for Refusing {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Leaf;
        fn leaf<E: serde::de::Error>() -> Result<Refusing, E> {
            let left = REFUSE.get();
            REFUSE.set(left.wrapping_sub(1));
            if left == 0 { Err(E::custom("refused")) } else { Ok(Refusing) }
        }
        impl<'de> serde::de::Visitor<'de> for Leaf {
            type Value = Refusing;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Refusing, E> {
                leaf()
            }
            fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Refusing, E> {
                leaf()
            }
            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Refusing, E> {
                leaf()
            }
            fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Refusing, E> {
                leaf()
            }
            fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Refusing, E> {
                leaf()
            }
            fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Refusing, E> {
                leaf()
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Refusing, A::Error> {
                let mut is_empty = true;
                while seq.next_element::<Refusing>()?.is_some() {
                    is_empty = false;
                }
                if is_empty { leaf() } else { Ok(Refusing) }
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Refusing, A::Error> {
                let mut is_empty = true;
                while map.next_key::<String>()?.is_some() {
                    map.next_value::<Refusing>()?;
                    is_empty = false;
                }
                if is_empty { leaf() } else { Ok(Refusing) }
            }
        }
        deserializer.deserialize_any(Leaf)
    }
}

proptest::proptest! {
    #[test]
    fn every_failing_leaf_is_found(seed in proptest::collection::vec(0u8..8, 0..40), pretty: bool) {
        let document = document(&mut seed.into_iter(), 0);
        let text = if pretty { serde_json::to_vec_pretty(&document) } else { serde_json::to_vec(&document) }.unwrap();
        let mut paths = Vec::new();
        leaves(&document, "$", &mut paths);
        for (index, path) in paths.iter().enumerate() {
            REFUSE.set(index);
            let (parts, ()) = http::Response::builder().body(()).unwrap().into_parts();
            let fault = wire::json::<Refusing>(&text).map(drop).unwrap_err();
            proptest::prop_assert!(fault.to_string().contains(&format!("`{path}`")), "{path} {fault}");
            // The second pass finds the place too.
            REFUSE.set(usize::MAX);
            proptest::prop_assert!(Call::decode_json::<Value>(&PUBLIC, &parts, text.clone().into()).is_ok());
        }
    }
}

fn document(seed: &mut impl Iterator<Item = u8>, depth: usize) -> Value {
    match seed.next() {
        None | Some(0) => Value::Null,
        Some(1) => Value::from(-12),
        Some(2) => Value::from("a \"}]{[,:\\ \n ü"),
        Some(3) => Value::from(1.5e300),
        Some(4) => Value::from(true),
        Some(kind) if depth > 6 => Value::from(kind),
        Some(5) => (0..3).map(|_| document(seed, depth + 1)).collect(),
        Some(6) => ["b", "a", "c"].iter().map(|name| ((*name).to_owned(), document(seed, depth + 1))).collect(),
        Some(_) => Value::Array(Vec::new()),
    }
}
