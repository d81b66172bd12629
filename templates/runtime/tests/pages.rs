//! Lists across their pages, over the in-memory transport.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use client_runtime::runtime::wire::{
    self, Absent, Call, Check, Definition, Envelope, Need, Object, Operation, Page, Param, Scheme, StringEnum, Table,
    Unknown, Writer, mode,
};
use client_runtime::runtime::{
    CallOptions, Client, ClientBuilder, DriftKind, ErrorKind, Items, ManualClock, MemoryTransport, Pages, Reply,
    RetryPolicy, TransportError, Unrecognized,
};
use futures_core::Stream;
use serde::de::MapAccess;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer};
use serde_json::json;

static DEFINITION: Definition = Definition::new("https://api.example.com", "test/1");
static LIST: Operation = Operation::new("listNumbers", "GET", "/numbers")
    .params(&[Param::query("size"), Param::query("token")])
    .envelope("data", "errors")
    .page_token(1);
static TOKEN: Scheme = Scheme::bearer("Token");
static BOUNDED: Operation = Operation::new("boundedNumbers", "GET", "/numbers")
    .params(&[
        Param::query("size").check(Check::new().max(100)),
        Param::query("token").check(Check::new().min_length(16)),
    ])
    .auth(&[&[Need::new(&TOKEN, &[])], &[]])
    .page_token(1);
static UNPAGED: Operation = Operation::new("allNumbers", "GET", "/numbers").params(&[Param::query("size")]);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Numbers {
    data: Vec<i64>,
    errors: Vec<serde_json::Value>,
    name: String,
    next: Option<String>,
    previous: Option<String>,
}

impl Page for Numbers {
    type Item = i64;
    const ITEMS: &'static [&'static str] = &["data"];

    fn take_items(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.data)
    }

    fn next_token(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn previous_token(&self) -> Option<&str> {
        self.previous.as_deref()
    }
}

impl Envelope for Numbers {
    fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

fn client(transport: &MemoryTransport) -> Client {
    ClientBuilder::new(&DEFINITION)
        .transport(transport.clone())
        .clock(ManualClock::new())
        .retry(RetryPolicy::off())
        .build()
        .expect("a client")
}

fn pages_of(pages: impl IntoIterator<Item = serde_json::Value>) -> (MemoryTransport, Call) {
    let transport = MemoryTransport::new();
    for page in pages {
        transport.push(Reply::json(200, page.to_string()));
    }
    let mut call = Call::new(&client(&transport), &LIST);
    call.set(0, &2_i64);
    (transport, call)
}

fn three_pages() -> (MemoryTransport, Call) {
    pages_of([
        json!({"data": [1, 2], "next": "t/2", "name": "a"}),
        json!({"next": "t3", "previous": "t1", "name": "b"}),
        json!({"data": [3], "next": "", "previous": "t/2", "name": "c"}),
    ])
}

fn targets(transport: &MemoryTransport) -> Vec<String> {
    transport.requests().iter().map(|request| request.target().to_owned()).collect()
}

#[tokio::test]
async fn items_of_all_pages() {
    let (transport, call) = three_pages();
    let mut items = Items::<Numbers>::new(call);
    assert!(transport.requests().is_empty() && items.meta().is_none() && items.next_token().is_none());
    let mut found = Vec::new();
    while let Some(item) = items.try_next().await.expect("no errors") {
        let status = items.meta().map(|meta| meta.status().as_u16());
        found.push((item, items.page().name.clone(), items.page_token().map(str::to_owned), status));
    }
    // The second page is empty, and the list goes on.
    assert_eq!(
        found,
        [
            (1, "a".into(), None, Some(200)),
            (2, "a".into(), None, Some(200)),
            (3, "c".into(), Some("t3".into()), Some(200))
        ]
    );
    assert_eq!(targets(&transport), ["/numbers?size=2", "/numbers?size=2&token=t%2F2", "/numbers?size=2&token=t3"]);
    assert!(items.next().await.is_none() && items.next_token().is_none());
}

#[tokio::test]
async fn pages_one_by_one() {
    let (transport, call) = three_pages();
    let mut pages = Pages::<Numbers>::new(call);
    let first = pages.try_next().await.expect("no errors").expect("a page");
    assert_eq!((first.body.data.as_slice(), first.meta.attempts()), (&[1, 2][..], 1));
    assert_eq!((pages.page_token(), pages.next_token()), (None, Some("t/2")));
    // Nothing is fetched ahead.
    assert_eq!(transport.requests().len(), 1);
    let rest = pages.collect_up_to(10).await.expect("no errors");
    assert_eq!(rest.len(), 2);
    assert_eq!((pages.page_token(), pages.next_token()), (Some("t3"), None));
}

#[tokio::test]
async fn from_a_token_to_a_limit() {
    let (transport, call) = three_pages();
    let mut items = Items::<Numbers>::new(call.clone()).from_token("t0").max_items(1);
    assert_eq!(items.next_token(), Some("t0"));
    assert_eq!(items.collect_up_to(9).await.expect("no errors"), [1]);
    assert_eq!(targets(&transport), ["/numbers?size=2&token=t0"]);

    let (transport, call) = three_pages();
    let mut items = Items::<Numbers>::new(call).max_pages(2);
    assert_eq!(items.collect_up_to(9).await.expect("no errors"), [1, 2]);
    assert_eq!(transport.requests().len(), 2);
    // There is more, and this is where it goes on.
    assert_eq!(items.next_token(), Some("t3"));

    let (_, call) = three_pages();
    let mut items = Items::<Numbers>::new(call);
    assert_eq!(items.collect_up_to(1).await.expect("no errors"), [1]);
    assert_eq!(items.collect_up_to(5).await.expect("no errors"), [2, 3]);
}

#[tokio::test]
async fn backwards() {
    let (transport, call) =
        pages_of([json!({"data": [3], "next": "t4", "previous": "t2"}), json!({"data": [1, 2], "next": "t3"})]);
    let mut items = Items::<Numbers>::new(call).from_token("t3").backwards();
    assert_eq!(items.collect_up_to(9).await.expect("no errors"), [3, 1, 2]);
    assert_eq!(targets(&transport), ["/numbers?size=2&token=t3", "/numbers?size=2&token=t2"]);
}

#[tokio::test]
async fn a_token_that_comes_again_ends_the_list() {
    let (transport, call) = pages_of([
        json!({"data": [1], "next": "a"}),
        json!({"data": [2], "next": "b"}),
        json!({"data": [3], "next": "a"}),
    ]);
    let mut items = Items::<Numbers>::new(call);
    let mut found = Vec::new();
    let error = loop {
        match items.next().await.expect("an error first") {
            Ok(item) => found.push(item),
            Err(error) => break error,
        }
    };
    assert_eq!(found, [1, 2, 3]);
    assert_eq!(error.kind(), ErrorKind::Api);
    assert!(error.to_string().contains("form a cycle"));
    assert!(items.next().await.is_none());
    assert_eq!(transport.requests().len(), 3);
}

#[tokio::test]
async fn an_item_that_is_none_is_an_error_at_its_place() {
    let bad = || {
        [
            json!({"data": [1, "two", 3, null], "next": "a", "name": "kept"}),
            json!({"data": ["x"], "next": "b"}),
            json!({"data": [4]}),
        ]
    };
    let (_, call) = pages_of(bad());
    let mut items = Items::<Numbers>::new(call);
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.map_err(|error| {
            assert_eq!((error.kind(), error.status().map(|s| s.as_u16())), (ErrorKind::Decode, Some(200)));
            assert!(error.raw().is_some_and(|raw| !raw.is_empty()));
            error.path().unwrap_or_default().to_owned()
        }));
        assert!(items.page().name == "kept" || found.len() > 4);
    }
    let fault = |path: &str| Err(path.to_owned());
    assert_eq!(found, [Ok(1), fault("$.data[1]"), Ok(3), fault("$.data[3]"), fault("$.data[0]"), Ok(4)]);

    let (_, call) = pages_of(bad());
    let mut pages = Pages::<Numbers>::new(call);
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.push(page.map(|page| page.body.data).map_err(|error| error.path().unwrap_or_default().to_owned()));
    }
    assert_eq!(
        found,
        [
            Ok(vec![1, 3]),
            fault_page("$.data[1]"),
            fault_page("$.data[3]"),
            Ok(vec![]),
            fault_page("$.data[0]"),
            Ok(vec![4])
        ]
    );
}

fn fault_page(path: &str) -> Result<Vec<i64>, String> {
    Err(path.to_owned())
}

#[tokio::test]
async fn a_page_that_is_none_ends_the_list() {
    let (_, call) = pages_of([json!({"data": [1], "next": "a"}), json!({"data": [2], "name": 7, "next": "b"})]);
    let mut items = Items::<Numbers>::new(call);
    assert_eq!(items.collect_up_to(1).await.expect("the first"), [1]);
    let error = items.try_next().await.expect_err("the name is a number");
    assert_eq!((error.kind(), items.next_token()), (ErrorKind::Decode, Some("a")));
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn after_a_failure_the_token_is_there_to_go_on() {
    let (transport, call) = pages_of([json!({"data": [1], "next": "a"})]);
    transport.push(Reply::fail(TransportError::connect("gone")));
    transport.push(Reply::json(200, r#"{"data":[2]}"#));
    let mut items = Items::<Numbers>::new(call.clone());
    assert_eq!(items.try_next().await.expect("the first"), Some(1));
    assert_eq!(items.try_next().await.expect_err("gone").kind(), ErrorKind::Connect);
    assert!(items.next().await.is_none());
    let token = items.next_token().expect("the page that failed").to_owned();
    let mut items = Items::<Numbers>::new(call).from_token(token);
    assert_eq!(items.collect_up_to(9).await.expect("no errors"), [2]);
}

#[tokio::test]
async fn errors_beside_data_and_alone() {
    let errors = json!([{"title": "Not Found", "detail": "no 2"}]);
    let (_, mut call) = pages_of([json!({"data": [1], "errors": errors, "next": "a"}), json!({"errors": errors})]);
    let mut items = Items::<Numbers>::new(call.clone());
    assert_eq!(items.try_next().await.expect("partial"), Some(1));
    assert_eq!(items.page().errors.len(), 1);
    let error = items.try_next().await.expect_err("errors alone");
    assert_eq!((error.kind(), error.problems().len()), (ErrorKind::Api, 1));

    call.with(CallOptions::new().fail_on_partial(true));
    let (_, mut strict) = pages_of([json!({"data": [1], "errors": errors})]);
    strict.with(CallOptions::new().fail_on_partial(true));
    assert_eq!(Items::<Numbers>::new(strict).try_next().await.expect_err("partial").kind(), ErrorKind::Api);
}

#[tokio::test]
async fn an_operation_without_pages_has_one() {
    let (transport, _) = pages_of([json!({"data": [1], "next": "a"})]);
    let mut items = Items::<Numbers>::new(Call::new(&client(&transport), &UNPAGED));
    assert_eq!(items.collect_up_to(9).await.expect("no errors"), [1]);
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn a_cancelled_call_loses_nothing() {
    let clock = ManualClock::stopped();
    let transport = MemoryTransport::with_clock(clock.clone());
    transport.push(Reply::json(200, r#"{"data":[1]}"#).after(Duration::from_secs(5)));
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(clock.clone());
    let call = Call::new(&client.build().expect("a client"), &LIST);
    let mut items = Items::<Numbers>::new(call);
    for _ in 0..3 {
        let mut next = Box::pin(items.next());
        poll_fn(|context| {
            assert!(next.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    clock.advance(Duration::from_secs(5));
    assert_eq!(poll_fn(|context| Pin::new(&mut items).poll_next(context)).await.and_then(Result::ok), Some(1));
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn tokens_of_the_server_are_not_checked() {
    let transport = MemoryTransport::new();
    for page in
        [json!({"data": [1], "next": "short"}), json!({"data": [2]}), json!({"data": [3]}), json!({"data": [4]})]
    {
        transport.push(Reply::json(200, page.to_string()));
    }
    let mut call = Call::new(&client(&transport), &BOUNDED);
    let mut items = Items::<Numbers>::new(call.clone());
    assert_eq!(items.collect_up_to(9).await.expect("a token as it came"), [1, 2]);
    let mut items = Items::<Numbers>::new(call.clone()).from_token("t");
    assert_eq!(items.collect_up_to(9).await.expect("a token as it was given"), [3]);
    call.set(1, &"u");
    let mut items = Items::<Numbers>::new(call.clone());
    assert_eq!(items.collect_up_to(9).await.expect("a token of the call"), [4]);
    assert_eq!(targets(&transport), ["/numbers", "/numbers?token=short", "/numbers?token=t", "/numbers?token=u"]);
    // Other parameters are.
    call.set(0, &101_i64);
    let error = Items::<Numbers>::new(call).try_next().await.expect_err("too many");
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("size")));
}

#[tokio::test]
async fn a_token_of_the_call_is_where_the_list_begins() {
    let list = || [json!({"data": [1], "next": "b"}), json!({"data": [2], "next": "a/1 ="})];
    let (transport, mut call) = pages_of(list());
    call.set(1, &"a/1 =");
    let mut items = Items::<Numbers>::new(call.clone());
    assert_eq!((items.next_token(), items.page_token()), (Some("a/1 ="), None));
    assert_eq!(items.try_next().await.expect("the first"), Some(1));
    assert_eq!((items.next_token(), items.page_token()), (Some("b"), Some("a/1 =")));
    assert_eq!(items.try_next().await.expect("the second"), Some(2));
    // The cycle is seen before the first page comes again.
    assert!(items.try_next().await.expect_err("a cycle").to_string().contains("form a cycle"));
    let first = "/numbers?size=2&token=a%2F1%20%3D";
    assert_eq!(targets(&transport), [first, "/numbers?size=2&token=b"]);

    // Another beginning takes its place, and its page may come later.
    let (transport, _) = pages_of([json!({"data": [0], "next": "a/1 ="}), json!({"data": [1]})]);
    let mut call = Call::new(&client(&transport), &LIST);
    call.set(1, &"a/1 =");
    let mut pages = Pages::<Numbers>::new(call).from_token("z");
    assert_eq!(pages.collect_up_to(9).await.expect("no cycle").len(), 2);
    assert_eq!(targets(&transport), ["/numbers?token=z", "/numbers?token=a%2F1%20%3D"]);

    let (transport, mut call) = pages_of([]);
    transport.push(Reply::fail(TransportError::connect("gone")));
    call.set(1, &"a");
    let mut items = Items::<Numbers>::new(call);
    assert_eq!(items.try_next().await.expect_err("gone").kind(), ErrorKind::Connect);
    assert_eq!(items.next_token(), Some("a"));
}

#[derive(Clone, Debug, PartialEq)]
enum Colour {
    Red,
    Unrecognized(Unrecognized),
}

impl StringEnum for Colour {
    const NAME: &'static str = "Colour";
    const KNOWN: &'static [Self] = &[Self::Red];
    const TEXTS: &'static [&'static str] = &["red"];

    fn unrecognized(text: Unrecognized) -> Self {
        Self::Unrecognized(text)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize_enum(deserializer)
    }
}

/// A page that follows its path, as generated types do.
#[derive(Debug, Default)]
struct Palette {
    data: Vec<Colour>,
}

impl Object for Palette {
    type Field = ();
    const TABLE: Table<()> =
        Table { name: "Palette", names: &["data"], fields: &[()], absent: &[Absent::Fine], unknown: Unknown::Skip };

    fn set<'de, A: MapAccess<'de>>(&mut self, (): &(), map: &mut A) -> Result<(), A::Error> {
        mode::list::read(&mut self.data, map)
    }

    fn write<M: SerializeMap>(&self, _: &mut Writer<M>) {}
}

impl<'de> Deserialize<'de> for Palette {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize_object(deserializer)
    }
}

impl Page for Palette {
    type Item = Colour;
    const ITEMS: &'static [&'static str] = &["data"];

    fn take_items(&mut self) -> Vec<Colour> {
        std::mem::take(&mut self.data)
    }

    fn next_token(&self) -> Option<&str> {
        None
    }
}

#[tokio::test]
async fn drift_behind_an_item_that_is_none_is_reported_once() {
    let transport = MemoryTransport::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&seen);
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(ManualClock::new());
    let client = client
        .on_drift(move |drift| hook.lock().expect("no panic").push((drift.path.clone(), drift.kind)))
        .build()
        .expect("a client");
    transport.push(Reply::json(200, r#"{"new": 1, "data": ["blue", 7, "red", "green"]}"#));
    let mut items = Items::<Palette>::new(Call::new(&client, &LIST));
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.map_err(|error| error.path().unwrap_or_default().to_owned()));
    }
    assert_eq!((found.len(), &found[1], &found[2]), (4, &Err("$.data[1]".to_owned()), &Ok(Colour::Red)));
    let expected = [
        ("$.new".to_owned(), DriftKind::IgnoredField),
        ("$.data[0]".to_owned(), DriftKind::UnknownValue),
        ("$.data[3]".to_owned(), DriftKind::UnknownValue),
    ];
    assert_eq!(*seen.lock().expect("no panic"), expected);

    // What cannot be read at all is reported as far as it was read.
    seen.lock().expect("no panic").clear();
    transport.push(Reply::json(200, r#"{"new": 1, "data": 7}"#));
    let error = Items::<Palette>::new(Call::new(&client, &LIST)).try_next().await.expect_err("no list");
    assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("$.data")));
    assert_eq!(seen.lock().expect("no panic").len(), 1);
}

#[tokio::test]
async fn errors_of_items_keep_secrets_to_themselves() {
    const SECRET: &str = "s3cr3t-t0k3n-that-is-long";
    let transport = MemoryTransport::new();
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(ManualClock::new());
    let client = client.credential(&TOKEN, SECRET).build().expect("a client");
    // Also where the excerpt ends inside of it.
    for text in [SECRET.to_owned(), format!("{}{SECRET}", "x".repeat(110))] {
        transport.push(Reply::json(200, json!({"data": [1, text]}).to_string()));
        let mut items = Items::<Numbers>::new(Call::new(&client, &BOUNDED));
        assert_eq!(items.try_next().await.expect("the first"), Some(1));
        let error = items.try_next().await.expect_err("no number");
        assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("$.data[1]")));
        assert!(std::error::Error::source(&error).is_none());
        assert!(!format!("{error} {error:?}").contains(&SECRET[..8]), "{error:?}");
    }
}

#[test]
fn they_can_go_anywhere() {
    fn check<T: Send + Sync + Unpin + 'static>(_: &T) {}
    let (_, call) = three_pages();
    check(&Items::<Numbers>::new(call.clone()));
    check(&Pages::<Numbers>::new(call));
}
