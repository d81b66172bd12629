//! Budgets: what is refused before it is sent, what is counted and what is given back, in virtual time.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::error::Error as _;
use std::time::Duration;

use client_runtime::runtime::wire::{Call, Operation, Page, StreamRules};
use client_runtime::runtime::{
    AuthRequest, Authorization, BoxError, BoxFuture, Budget, BudgetExceeded, BudgetLimit, Client, Clock, Credential,
    Error, ErrorKind, Items, Live, ManualClock, MemoryTransport, Outcome, Outgoing, RateLimiter, Reply, RetryPolicy,
    TransportError,
};
use common::*;
use serde::Deserialize;

static RULES: StreamRules = StreamRules::json_lines();
static STREAM: Operation = Operation::new("streamThings", "GET", "/2/stream").stream(&RULES);

/// A list whose items are deeper than the result.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Numbers {
    data: Inner,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Inner {
    list: Vec<i64>,
}

impl Page for Numbers {
    type Item = i64;
    const ITEMS: &'static [&'static str] = &["data", "list"];

    fn take_items(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.data.list)
    }

    fn next_token(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn rig(budget: &Budget) -> (Client, MemoryTransport, ManualClock) {
    let (builder, transport, clock) = setup();
    let builder = builder.credential(&APP, "token").retry(RetryPolicy::off());
    (builder.budget(budget.clone()).build().unwrap(), transport, clock)
}

fn list(client: &Client, size: u64) -> Call {
    let mut call = call(client, &LIST);
    call.set(2, &i64::try_from(size).unwrap());
    call
}

fn items(count: usize) -> Reply {
    Reply::json(200, format!(r#"{{"data":{:?}}}"#, vec![0; count]))
}

fn used(budget: &Budget) -> (u64, u64) {
    (budget.used().requests, budget.used().items)
}

fn exceeded(error: &Error) -> BudgetExceeded {
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, Outcome::NotSent), "{error}");
    *error.source().unwrap().downcast_ref::<BudgetExceeded>().unwrap()
}

#[tokio::test]
async fn requests_beyond_the_budget_are_refused_until_the_window_ends() {
    let budget = Budget::per(secs(60)).max_requests(2);
    let (client, transport, clock) = rig(&budget);
    assert_eq!((budget.left().requests, budget.left().items, budget.left().renewed_in), (Some(2), None, None));
    clock.advance(secs(100));
    for _ in 0..2 {
        transport.push(Reply::status(200));
        call(&client, &PUBLIC).empty().await.unwrap();
        clock.advance(secs(20));
    }
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    let refusal = exceeded(&error);
    assert_eq!((refusal.which, refusal.max, refusal.used, refusal.wanted), (BudgetLimit::Requests, 2, 2, 1));
    assert_eq!(refusal.until, Some(secs(20)), "the window began with its first request");
    assert_eq!(error.to_string(), "getStatus: the budget refused the attempt");
    assert_eq!(refusal.to_string(), "2 of 2 requests are used, and 1 more are asked for; there is room in 20s");
    assert_eq!((transport.requests().len(), clock.waits().len()), (2, 0));
    assert_eq!((budget.left().requests, budget.left().renewed_in), (Some(0), Some(secs(20))));
    clock.advance(secs(20));
    assert_eq!((used(&budget), budget.left().renewed_in), ((0, 0), None));
    transport.push(Reply::status(200));
    call(&client, &PUBLIC).empty().await.unwrap();
    assert_eq!((used(&budget), budget.left().renewed_in), ((1, 0), Some(secs(60))));
}

#[tokio::test]
async fn items_are_reserved_by_the_estimate_and_counted_when_they_are_there() {
    let budget = Budget::per(secs(60)).max_items(100);
    let (client, transport, clock) = rig(&budget);
    transport.push(items(7).after(secs(1)));
    let task = tokio::spawn(list(&client, 60).empty());
    // A second one at the same time does not fit beside the first.
    while transport.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(used(&budget), (1, 60));
    let refusal = exceeded(&list(&client, 41).empty().await.unwrap_err());
    assert_eq!((refusal.which, refusal.used, refusal.wanted), (BudgetLimit::Items, 60, 41));
    task.await.unwrap().unwrap();
    assert_eq!((used(&budget), budget.left().items), ((1, 7), Some(93)));
    transport.push(items(93));
    list(&client, 93).empty().await.unwrap();
    assert_eq!(used(&budget), (2, 100));
    // What has no items may go on; ten are the page size that the operation has by itself.
    transport.push(Reply::status(201));
    call(&client, &CREATE).empty().await.unwrap();
    let refusal = exceeded(&call(&client, &LIST).empty().await.unwrap_err());
    assert_eq!((refusal.wanted, refusal.until), (10, Some(secs(60) - clock.now())));
    clock.advance(secs(60));
    // Nobody waits for what never has room.
    let small = budget.clone().max_items(50);
    let (client, transport, _) = rig(&small);
    let refusal = exceeded(&list(&client, 51).empty().await.unwrap_err());
    assert_eq!((refusal.max, refusal.until, transport.requests().len()), (50, None, 0));
    assert!(refusal.to_string().ends_with("there never is room for them"), "{refusal}");
}

#[tokio::test]
async fn an_answer_that_does_not_show_its_items_keeps_the_estimate() {
    for (body, expected) in [
        (r#"{"data":[1,2]}"#, 2),
        (r#"{"data":null}"#, 0),
        (r#"{"meta":{}}"#, 0),
        (r#"{"data":{"list":[1,2]}}"#, 50),
        (r#"{"data":"x"}"#, 50),
        ("[1]", 50),
        ("", 50),
        ("{", 50),
    ] {
        let budget = Budget::per(secs(60));
        let (client, transport, _) = rig(&budget);
        transport.push(Reply::json(200, body));
        list(&client, 50).empty().await.unwrap();
        assert_eq!(used(&budget), (1, expected), "{body}");
    }
}

#[tokio::test]
async fn pages_count_the_items_they_deliver() {
    let budget = Budget::per(secs(60)).max_items(25);
    let (client, transport, _) = rig(&budget);
    transport.push(Reply::json(200, r#"{"data":{"list":[1,2,3]},"next":"t2"}"#));
    transport.push(Reply::json(200, r#"{"data":{"list":[4,"five"]},"next":"t3"}"#));
    let mut numbers = Items::<Numbers>::new(list(&client, 22));
    for expected in [1, 2, 3] {
        assert_eq!(numbers.try_next().await.unwrap(), Some(expected));
        assert_eq!(used(&budget), (1, 3));
    }
    assert_eq!(numbers.try_next().await.unwrap(), Some(4));
    assert_eq!(numbers.try_next().await.unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(used(&budget), (2, 5), "an item that cannot be decoded was delivered too");
    assert_eq!(exceeded(&numbers.try_next().await.unwrap_err()).used, 5);
    assert_eq!(numbers.next_token(), Some("t3"));
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn failed_attempts_keep_their_request_and_give_their_items_back() {
    let budget = Budget::per(secs(600)).max_requests(8).max_items(15);
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, "token").budget(budget.clone()).build().unwrap();
    for reply in [Reply::status(503), Reply::fail(TransportError::connect("refused")), items(2)] {
        transport.push(reply);
    }
    assert_eq!(call(&client, &LIST).empty().await.unwrap().meta.attempts(), 3);
    assert_eq!(used(&budget), (3, 2));
    // An answer with errors alone has no items.
    transport.push(Reply::json(200, r#"{"errors":[{"title":"gone"}]}"#));
    call(&client, &LIST).json::<serde_json::Value>().await.unwrap_err();
    assert_eq!(used(&budget), (4, 2));
    // A call that is given up does not keep its items either.
    transport.push(Reply::hang());
    let task = tokio::spawn(call(&client, &LIST).empty());
    while transport.requests().len() < 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(used(&budget), (5, 12));
    task.abort();
    task.await.unwrap_err();
    assert_eq!(used(&budget), (5, 2));
    // The last one is a retry.
    for _ in 0..3 {
        transport.push(Reply::status(503));
    }
    call(&client, &LIST).empty().await.unwrap_err();
    assert_eq!(used(&budget), (8, 2));
    exceeded(&call(&client, &LIST).empty().await.unwrap_err());
    assert_eq!(transport.requests().len(), 8);
}

#[tokio::test]
async fn what_another_one_refuses_takes_nothing() {
    let budget = Budget::per(secs(3600)).max_requests(2);
    let limiter = RateLimiter::new().wait_up_to(secs(1000));
    let (builder, transport, clock) = setup();
    let hook = |outgoing: &Outgoing<'_>| if outgoing.method == "DELETE" { Err("not today") } else { Ok(()) };
    let builder = builder.budget(budget.clone()).rate_limiter(limiter.clone()).before_send(hook);
    let client = builder.overall_timeout(None).build().unwrap();
    // By the hook: neither budget nor limiter.
    let mut delete = call(&client, &DELETE);
    delete.set(0, &"1");
    assert_eq!(delete.empty().await.unwrap_err().source().unwrap().to_string(), "not today");
    assert_eq!((used(&budget), budget.left().renewed_in), ((0, 0), None));
    // By the limiter: not the budget.
    transport.push(
        Reply::status(200)
            .with_header("x-rate-limit-limit", "1")
            .with_header("x-rate-limit-remaining", "0")
            .with_header("x-rate-limit-reset", "1700001900"),
    );
    call(&client, &PUBLIC).empty().await.unwrap();
    assert_eq!(call(&client, &PUBLIC).empty().await.unwrap_err().kind(), ErrorKind::RateLimited);
    assert_eq!(used(&budget), (1, 0));
    // By the budget: nobody waits for the limiter before.
    clock.advance(secs(1000));
    let shared = budget.clone().max_requests(1);
    let client = setup().0.transport(transport.clone()).clock(clock.clone()).budget(shared).rate_limiter(limiter);
    let begun = clock.now();
    exceeded(&call(&client.build().unwrap(), &PUBLIC).empty().await.unwrap_err());
    assert_eq!((clock.now(), transport.requests().len()), (begun, 1));
    // A credential that has nothing to give: nothing was sent.
    let budget = Budget::per(secs(60));
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, Missing).budget(budget.clone()).build().unwrap();
    assert_eq!(call(&client, &LIST).empty().await.unwrap_err().kind(), ErrorKind::MissingCredentials);
    assert_eq!((used(&budget), transport.requests().len()), ((0, 0), 0));
}

/// A credential that has nothing to give.
struct Missing;

impl Credential for Missing {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async { Err(Error::no_credential("there is none").into()) })
    }
}

#[tokio::test]
async fn streams_count_every_item_and_end_when_there_is_no_room() {
    let budget = Budget::per(secs(3600)).max_items(3);
    let (client, transport, clock) = rig(&budget);
    transport.push(Reply::json(200, "{\"a\":1}\r\n\r\n{\"a\":2}\r\n"));
    // What had arrived is delivered, and the connection is closed.
    transport.push(Reply::json(200, "{\"a\":3}\r\n{\"a\":4}\r\n").then_hang());
    let mut live = Live::<serde_json::Value>::new(call(&client, &STREAM));
    for expected in 1..=4 {
        assert_eq!(live.try_next().await.unwrap().unwrap()["a"], expected);
        assert_eq!(used(&budget).1, expected);
    }
    let error = live.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, Outcome::Answered));
    assert!(error.source().unwrap().is::<BudgetExceeded>());
    assert_eq!(live.try_next().await.unwrap(), None);
    assert_eq!((used(&budget), transport.requests().len()), ((2, 4), 2));
    // Without room for an item there is no connection.
    let mut live = Live::<serde_json::Value>::new(call(&client, &STREAM));
    exceeded(&live.try_next().await.unwrap_err());
    assert_eq!(transport.requests().len(), 2);
    clock.advance(secs(3600));
    transport.push(Reply::json(200, "{\"a\":5}\r\n").then_hang());
    let mut live = Live::<serde_json::Value>::new(call(&client, &STREAM));
    assert_eq!(live.try_next().await.unwrap().unwrap()["a"], 5);
    assert_eq!(used(&budget), (1, 1));
}

#[tokio::test]
async fn a_hook_can_take_from_a_budget_by_itself() {
    let reads = Budget::per(secs(60)).max_requests(1).max_items(20);
    let (builder, transport, clock) = setup();
    let hook = reads.clone();
    let client = builder.credential(&APP, "token").before_send(move |outgoing| match outgoing.operation_id {
        "listThings" => hook.take(outgoing),
        _ => Ok(()),
    });
    let client = client.build().unwrap();
    reads.count_items(5);
    assert_eq!(used(&reads), (0, 0), "there is no time before the first request");
    for _ in 0..4 {
        transport.push(items(0));
    }
    call(&client, &PUBLIC).empty().await.unwrap();
    call(&client, &LIST).empty().await.unwrap();
    assert_eq!(used(&reads), (1, 10));
    reads.count_items(4);
    assert_eq!(used(&reads), (1, 14));
    let refusal = exceeded(&call(&client, &LIST).empty().await.unwrap_err());
    assert_eq!((refusal.which, refusal.until), (BudgetLimit::Requests, Some(secs(60))));
    call(&client, &PUBLIC).empty().await.unwrap();
    clock.advance(secs(60));
    call(&client, &LIST).empty().await.unwrap();
    assert_eq!(used(&reads), (1, 10));
    let text = format!("{reads:?}");
    assert!(text.contains("max_requests: Some(1)") && text.contains("requests: 1"), "{text}");
}

#[tokio::test]
async fn one_budget_for_several_clients() {
    let budget = Budget::per(secs(60)).max_requests(2);
    let (first, transport, clock) = rig(&budget);
    let other = setup().0.transport(transport.clone()).clock(ManualClock::new()).budget(budget.clone());
    let second = other.build().unwrap();
    for client in [&first, &second] {
        transport.push(Reply::status(200));
        call(client, &PUBLIC).empty().await.unwrap();
    }
    for client in [&first, &second] {
        exceeded(&call(client, &PUBLIC).empty().await.unwrap_err());
    }
    // The time is that of the first.
    clock.advance(secs(60));
    transport.push(Reply::status(200));
    call(&second, &PUBLIC).empty().await.unwrap();
    assert_eq!(used(&budget), (1, 0));
}
