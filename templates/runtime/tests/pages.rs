//! Lists across their pages, over the in-memory transport.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use client_runtime::runtime::wire::{Call, Definition, Envelope, Operation, Page, Param};
use client_runtime::runtime::{
    CallOptions, Client, ClientBuilder, ErrorKind, Items, ManualClock, MemoryTransport, Pages, Reply, RetryPolicy,
    TransportError,
};
use futures_core::Stream;
use serde::Deserialize;
use serde_json::json;

static DEFINITION: Definition = Definition::new("https://api.example.com", "test/1");
static LIST: Operation = Operation::new("listNumbers", "GET", "/numbers")
    .params(&[Param::query("size"), Param::query("token")])
    .envelope("data", "errors")
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

#[test]
fn they_can_go_anywhere() {
    fn check<T: Send + Sync + Unpin + 'static>(_: &T) {}
    let (_, call) = three_pages();
    check(&Items::<Numbers>::new(call.clone()));
    check(&Pages::<Numbers>::new(call));
}
