//! The shared rate limiter: what it learns, whom it lets go and for how long it makes others wait, in virtual time.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use client_runtime::runtime::wire::{Operation, Scheme, StreamRules};
use client_runtime::runtime::{
    AuthRequest, Authorization, BoxError, BoxFuture, CallOptions, Client, Clock, Credential, Error, ErrorKind, Live,
    ManualClock, MemoryTransport, Outcome, RateLimiter, Reply, RetryPolicy, StreamEvent, TransportError,
};
use common::*;
use http::Method;
use tokio::task::JoinHandle;

/// The date of a manual clock.
const EPOCH: u64 = 1_700_000_000;

static RULES: StreamRules = StreamRules::json_lines();
static STREAM: Operation = Operation::new("streamThings", "GET", "/2/stream").stream(&RULES);

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A client of this limiter, its transport and its clock. It never gives up and does not repeat calls.
fn rig(limiter: &RateLimiter) -> (Client, MemoryTransport, ManualClock) {
    let (builder, transport, clock) = setup();
    let builder = builder.app_and_user().rate_limiter(limiter.clone()).overall_timeout(None);
    (builder.retry(RetryPolicy::off()).build().unwrap(), transport, clock)
}

trait Credentials {
    fn app_and_user(self) -> Self;
}

impl Credentials for client_runtime::runtime::ClientBuilder {
    fn app_and_user(self) -> Self {
        self.credential(&APP, "Zapp-secret").credential(&USER, "Zuser-secret")
    }
}

/// An answer of a window that ends so many seconds after the epoch.
fn answer(status: u16, limit: u64, remaining: u64, reset: u64) -> Reply {
    Reply::json(status, "{}")
        .with_header("x-rate-limit-limit", &limit.to_string())
        .with_header("x-rate-limit-remaining", &remaining.to_string())
        .with_header("x-rate-limit-reset", &(EPOCH + reset).to_string())
}

async fn list(client: &Client) -> Result<(), Error> {
    call(client, &LIST).empty().await.map(drop)
}

async fn list_as(client: &Client, scheme: &'static Scheme) -> Result<(), Error> {
    let mut call = call(client, &LIST);
    call.with(CallOptions::new().auth(scheme));
    call.empty().await.map(drop)
}

/// When each of so many calls at once was sent, and how the others failed.
async fn at_once(client: &Client, clock: &ManualClock, count: usize) -> (Vec<Duration>, Vec<Error>) {
    let results: Arc<Mutex<(Vec<Duration>, Vec<Error>)>> = Arc::default();
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let (client, clock, results) = (client.clone(), clock.clone(), Arc::clone(&results));
            tokio::spawn(async move {
                let result = list(&client).await;
                let mut results = results.lock().unwrap();
                match result {
                    Ok(()) => results.0.push(clock.now()),
                    Err(error) => results.1.push(error),
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    Arc::try_unwrap(results).unwrap().into_inner().unwrap()
}

fn assert_not_sent(error: &Error, wait: Duration) {
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::RateLimited, Outcome::NotSent), "{error}");
    assert_eq!(error.retry_after(), Some(wait));
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn by_default_it_only_watches() {
    let limiter = RateLimiter::new();
    assert_eq!(limiter.until_allowed("listThings"), Duration::ZERO);
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 15, 1, 900));
    transport.push(answer(200, 15, 0, 900));
    list(&client).await.unwrap();
    assert_eq!(limiter.until_allowed("listThings"), Duration::ZERO);
    list(&client).await.unwrap();
    assert_eq!(limiter.until_allowed("listThings"), secs(900));
    clock.advance(secs(100));
    assert_eq!(limiter.until_allowed("listThings"), secs(800));
    transport.push(answer(200, 15, 0, 900));
    list(&client).await.unwrap();
    assert_eq!((transport.requests().len(), clock.waits().len()), (3, 0));
    clock.advance(secs(800));
    assert_eq!(limiter.until_allowed("listThings"), Duration::ZERO);
}

#[tokio::test]
async fn every_operation_and_every_scheme_has_a_window_of_its_own() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (client, transport, _) = rig(&limiter);
    transport.push(answer(200, 15, 0, 900));
    list_as(&client, &APP).await.unwrap();
    transport.push(answer(200, 15, 0, 300));
    list_as(&client, &USER).await.unwrap();
    assert_not_sent(&list_as(&client, &APP).await.unwrap_err(), secs(900));
    let error = list_as(&client, &USER).await.unwrap_err();
    assert_not_sent(&error, secs(300));
    assert_eq!(error.to_string(), "listThings: the rate limit window is used up for another 300s");
    transport.push(Reply::status(200));
    call(&client, &PUBLIC).empty().await.unwrap();
    assert_eq!(transport.requests().len(), 3);
    assert_eq!(limiter.until_allowed("listThings"), secs(900));
    assert_eq!(limiter.until_allowed_with("listThings", &USER), secs(300));
    assert_eq!(limiter.until_allowed_with("listThings", &BASIC), Duration::ZERO);
    assert_eq!(limiter.until_allowed("getStatus"), Duration::ZERO);
}

#[tokio::test]
async fn a_wrong_local_clock_does_not_matter() {
    let limiter = RateLimiter::new();
    let transport = MemoryTransport::new();
    let clock = ManualClock::new().with_unix_origin(secs(EPOCH - 86_400));
    let client = setup().0.transport(transport.clone()).clock(clock).rate_limiter(limiter.clone()).build().unwrap();
    transport.push(answer(200, 15, 0, 900).with_header("date", "Tue, 14 Nov 2023 22:13:30 GMT"));
    call(&client, &PUBLIC).empty().await.unwrap();
    assert_eq!(limiter.until_allowed("getStatus"), secs(890));
}

#[tokio::test]
async fn of_ten_tasks_with_three_left_three_are_sent() {
    let limiter = RateLimiter::new().wait_up_to(secs(60));
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 15, 3, 900));
    list(&client).await.unwrap();
    for left in [0, 2, 1] {
        // The answers do not come in the order in which the server counted.
        transport.push(answer(200, 15, left, 900).after(secs(1)));
    }
    let (sent, refused) = at_once(&client, &clock, 10).await;
    assert_eq!((sent.len(), refused.len(), transport.requests().len()), (3, 7, 4));
    refused.iter().for_each(|error| assert_not_sent(error, secs(900)));
    assert_eq!(limiter.until_allowed("listThings"), secs(899));
}

#[tokio::test]
async fn those_that_wait_go_when_the_window_ends_and_no_more_than_it_allows() {
    let limiter = RateLimiter::new().wait_up_to(secs(2000));
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 4, 2, 900));
    list(&client).await.unwrap();
    transport.push(answer(200, 4, 1, 900));
    transport.push(answer(200, 4, 0, 900));
    // In the next window the first answer takes half a minute, and says that somebody else used one up.
    transport.push(answer(200, 4, 2, 1800).after(secs(30)));
    transport.push(answer(200, 4, 1, 1800).after(secs(31)));
    transport.push(answer(200, 4, 0, 1800).after(secs(32)));
    transport.push(answer(429, 4, 0, 1800).after(secs(33)));
    for left in [3, 2, 1, 0] {
        transport.push(answer(200, 4, left, 2700));
    }
    let (sent, refused) = at_once(&client, &clock, 9).await;
    // Whoever waited to the end goes half a second later.
    let sent: Vec<u64> = sent.iter().map(Duration::as_secs).collect();
    assert_eq!(sent, [0, 0, 930, 931, 932, 1801, 1801, 1801]);
    let kinds: Vec<_> = refused.iter().map(|error| (error.kind(), error.outcome())).collect();
    assert_eq!(kinds, [(ErrorKind::RateLimited, Outcome::Answered)]);
    assert_eq!(transport.requests().len(), 10);
}

#[tokio::test]
async fn a_wait_that_would_not_end_in_time_is_not_begun() {
    let limiter = RateLimiter::new().wait_up_to(secs(1000));
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 15, 0, 900));
    list(&client).await.unwrap();
    let mut late = call(&client, &LIST);
    late.with(CallOptions::new().overall_timeout(secs(900)));
    assert_not_sent(&late.empty().await.unwrap_err(), secs(900));
    assert_eq!(clock.now(), Duration::ZERO);
    transport.push(answer(200, 15, 14, 1800));
    let mut in_time = call(&client, &LIST);
    in_time.with(CallOptions::new().overall_timeout(secs(901)));
    in_time.empty().await.unwrap();
    assert_eq!(clock.now(), Duration::from_millis(900_500));
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_refusal_of_the_limiter_is_not_repeated() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (builder, transport, clock) = setup();
    let client = builder.rate_limiter(limiter.clone()).build().unwrap();
    transport.push(answer(200, 15, 0, 10));
    call(&client, &PUBLIC).empty().await.unwrap();
    assert_not_sent(&call(&client, &PUBLIC).empty().await.unwrap_err(), secs(10));
    assert_eq!((transport.requests().len(), clock.now()), (1, Duration::ZERO));
    // The server's own refusal is, and its wait goes to the end of the window.
    clock.advance(secs(10));
    transport.push(answer(429, 15, 0, 20));
    transport.push(answer(200, 15, 14, 920));
    assert_eq!(call(&client, &PUBLIC).empty().await.unwrap().meta.attempts(), 2);
    assert_eq!(clock.waits(), [Duration::from_millis(10_500)]);
}

#[tokio::test]
async fn retries_count_too() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (builder, transport, _) = setup();
    let client = builder.rate_limiter(limiter.clone()).build().unwrap();
    transport.push(answer(200, 15, 1, 900));
    call(&client, &PUBLIC).empty().await.unwrap();
    transport.push(Reply::status(503));
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.outcome(), Outcome::MayHaveArrived, "the attempt before may have had its effect");
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn only_refusals_about_the_window_teach() {
    let cases = [
        (r#"{"title":"UsageCapExceeded"}"#, "900", Duration::ZERO),
        (r#"{"title":"ConnectionException","connection_issue":"TooManyConnections"}"#, "900", Duration::ZERO),
        (r#"{"title":"Too Many Requests"}"#, "900", secs(900)),
        ("", "Tue, 14 Nov 2023 22:13:30 GMT", secs(10)),
    ];
    for (body, retry_after, expected) in cases {
        let limiter = RateLimiter::new();
        let (client, transport, _) = rig(&limiter);
        transport.push(
            Reply::json(429, body)
                .with_header("retry-after", retry_after)
                .with_header("x-rate-limit-remaining", "0")
                .with_header("x-rate-limit-reset", "1700000300"),
        );
        list(&client).await.unwrap_err();
        assert_eq!(limiter.until_allowed("listThings"), expected, "{body}");
    }
}

#[tokio::test]
async fn answers_out_of_order_and_of_other_windows() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 15, 2, 900));
    list(&client).await.unwrap();
    // More is left than before: an answer that was overtaken, or one of an earlier window. Neither gives anything back.
    transport.push(answer(200, 15, 14, 900));
    list(&client).await.unwrap();
    transport.push(answer(200, 15, 14, 0));
    list(&client).await.unwrap();
    assert_not_sent(&list(&client).await.unwrap_err(), secs(900));
    // An answer that somebody waited for tells of the next window before its time.
    clock.advance(secs(899));
    let slow = RateLimiter::clone(&limiter);
    assert_eq!(slow.until_allowed("listThings"), secs(1));
    clock.advance(secs(1));
    transport.push(answer(200, 15, 0, 1800));
    list(&client).await.unwrap();
    assert_not_sent(&list(&client).await.unwrap_err(), secs(900));
    assert_eq!(transport.requests().len(), 4);
}

#[tokio::test]
async fn a_server_that_has_not_begun_the_next_window_is_believed() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 15, 0, 900));
    list(&client).await.unwrap();
    clock.advance(secs(900));
    transport.push(answer(429, 15, 0, 900).with_header("date", "Tue, 14 Nov 2023 22:28:15 GMT"));
    assert_eq!(list(&client).await.unwrap_err().outcome(), Outcome::Answered);
    assert_not_sent(&list(&client).await.unwrap_err(), secs(5));
}

#[tokio::test]
async fn what_was_not_sent_gives_its_place_back() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (builder, transport, _) = setup();
    let refuse = Arc::new(Mutex::new(false));
    let hook = Arc::clone(&refuse);
    let builder = builder.rate_limiter(limiter.clone()).retry(RetryPolicy::off());
    let client = builder.before_send(move |_| if *hook.lock().unwrap() { Err("not now") } else { Ok(()) });
    let client = client.build().unwrap();
    transport.push(answer(200, 15, 1, 900));
    call(&client, &PUBLIC).empty().await.unwrap();
    *refuse.lock().unwrap() = true;
    for _ in 0..3 {
        assert_eq!(call(&client, &PUBLIC).empty().await.unwrap_err().kind(), ErrorKind::Refused);
    }
    *refuse.lock().unwrap() = false;
    for _ in 0..3 {
        transport.push(Reply::fail(TransportError::connect("refused")));
        assert_eq!(call(&client, &PUBLIC).empty().await.unwrap_err().kind(), ErrorKind::Connect);
    }
    assert_eq!(limiter.until_allowed("getStatus"), Duration::ZERO);
    // A connection that broke may have brought the request to the server.
    transport.push(Reply::fail(TransportError::exchange("reset")));
    assert_eq!(call(&client, &PUBLIC).empty().await.unwrap_err().kind(), ErrorKind::Transport);
    assert_not_sent(&call(&client, &PUBLIC).empty().await.unwrap_err(), secs(900));
}

#[tokio::test]
async fn a_place_that_is_given_back_goes_to_one_that_waits() {
    let limiter = RateLimiter::new().wait_up_to(secs(1000));
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 15, 1, 900));
    list(&client).await.unwrap();
    transport.push(Reply::fail(TransportError::connect("refused")).after(secs(5)));
    transport.push(answer(200, 15, 0, 900));
    let (sent, refused) = at_once(&client, &clock, 2).await;
    assert_eq!(sent, [secs(5)]);
    assert_eq!(refused[0].kind(), ErrorKind::Connect);
}

/// Begins a call, and returns when it is on its way.
async fn begin(client: &Client, transport: &MemoryTransport) -> JoinHandle<Result<(), Error>> {
    let (client, before) = (client.clone(), transport.requests().len());
    let task = tokio::spawn(async move { list(&client).await });
    while transport.requests().len() == before {
        tokio::task::yield_now().await;
    }
    task
}

#[tokio::test]
async fn what_was_under_way_when_the_first_answer_came_is_not_counted_twice() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (client, transport, _) = rig(&limiter);
    // The last one that the server counted is answered first.
    for (left, after) in [(1, 1), (2, 2), (3, 3)] {
        transport.push(answer(200, 4, left, 900).after(secs(after)));
    }
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(begin(&client, &transport).await);
    }
    tasks.remove(0).await.unwrap().unwrap();
    assert_not_sent(&list(&client).await.unwrap_err(), secs(899));
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    transport.push(answer(200, 4, 0, 900));
    list(&client).await.unwrap();
    assert_not_sent(&list(&client).await.unwrap_err(), secs(897));
}

#[tokio::test]
async fn an_answer_that_says_nothing_counts_as_one_less() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (client, transport, _) = rig(&limiter);
    transport.push(answer(200, 15, 1, 900).after(secs(1)));
    transport.push(Reply::status(502).after(secs(2)));
    let known = begin(&client, &transport).await;
    let unknown = begin(&client, &transport).await;
    known.await.unwrap().unwrap();
    unknown.await.unwrap().unwrap_err();
    assert_not_sent(&list(&client).await.unwrap_err(), secs(898));
}

#[tokio::test]
async fn where_somebody_else_uses_the_window_what_is_under_way_counts_too() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (client, transport, _) = rig(&limiter);
    transport.push(answer(200, 15, 10, 900));
    list(&client).await.unwrap();
    for after in [1, 2, 3] {
        transport.push(answer(200, 15, 1, 900).after(secs(after)));
    }
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(begin(&client, &transport).await);
    }
    tasks.remove(0).await.unwrap().unwrap();
    assert_not_sent(&list(&client).await.unwrap_err(), secs(899));
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    transport.push(answer(200, 15, 0, 900));
    list(&client).await.unwrap();
}

#[tokio::test]
async fn a_late_answer_says_nothing_about_the_next_window() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 2, 1, 10));
    list(&client).await.unwrap();
    // Its head was written five seconds before the end of the window.
    let slow = answer(200, 2, 0, 10).with_header("date", "Tue, 14 Nov 2023 22:13:25 GMT");
    transport.push(slow.after(secs(20)));
    begin(&client, &transport).await.await.unwrap().unwrap();
    assert_eq!((clock.now(), limiter.until_allowed("listThings")), (secs(20), Duration::ZERO));
}

#[tokio::test]
async fn whoever_is_woken_after_the_end_still_waits_for_the_jitter() {
    let limiter = RateLimiter::new().wait_up_to(secs(1000));
    let (builder, transport, clock) = setup();
    let builder = builder.credential(&APP, "token").rate_limiter(limiter).overall_timeout(None).attempt_timeout(None);
    let client = builder.build().unwrap();
    transport.push(answer(200, 15, 1, 900));
    list(&client).await.unwrap();
    transport.push(answer(200, 15, 0, 900).after(Duration::from_millis(900_200)));
    transport.push(answer(200, 15, 14, 1800));
    let slow = begin(&client, &transport).await;
    list(&client).await.unwrap();
    assert_eq!(clock.now(), Duration::from_millis(900_500));
    slow.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_window_that_somebody_waits_for_is_not_forgotten() {
    let limiter = RateLimiter::new().wait_up_to(secs(1000));
    let transport = MemoryTransport::new();
    let clock = ManualClock::stopped();
    let builder = setup().0.transport(transport.clone()).clock(clock.clone()).overall_timeout(None);
    let client = builder.credential(&APP, "token").rate_limiter(limiter.clone()).build().unwrap();
    transport.push(answer(200, 15, 0, 10));
    list(&client).await.unwrap();
    for number in 0..63 {
        transport.push(answer(200, 15, 14, 10));
        client.request(Method::GET, format!("/2/things/{number}")).send().await.unwrap();
    }
    let waiting = client.clone();
    let waiting = tokio::spawn(async move { list(&waiting).await });
    while clock.sleepers() < 1 {
        tokio::task::yield_now().await;
    }
    // The window is over, and the wait is not.
    clock.advance(Duration::from_millis(10_200));
    transport.push(answer(200, 15, 14, 900));
    client.request(Method::GET, "/2/things/x").send().await.unwrap();
    assert!(format!("{limiter:?}").contains("windows: 2,"), "{limiter:?}");
    transport.push(answer(200, 15, 14, 900));
    clock.advance(secs(1));
    waiting.await.unwrap().unwrap();
}

/// A credential that never comes for the second request.
#[derive(Default)]
struct Stuck(AtomicUsize);

impl Credential for Stuck {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        match self.0.fetch_add(1, Ordering::Relaxed) {
            1 => Box::pin(pending()),
            _ => Box::pin(async { Ok(Authorization::new()) }),
        }
    }
}

#[tokio::test]
async fn those_that_wait_are_woken() {
    let limiter = RateLimiter::new().wait_up_to(secs(1000));
    let transport = MemoryTransport::new();
    // Of itself this clock wakes nobody.
    let clock = ManualClock::stopped();
    let builder = setup().0.transport(transport.clone()).clock(clock.clone()).overall_timeout(None);
    let client = builder.credential(&APP, Stuck::default()).rate_limiter(limiter).build().unwrap();
    transport.push(answer(200, 15, 1, 900));
    list(&client).await.unwrap();
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { list(&client).await })
    };
    let stuck = spawn();
    tokio::task::yield_now().await;
    let waiting = spawn();
    while clock.sleepers() < 2 {
        tokio::task::yield_now().await;
    }
    transport.push(answer(200, 15, 0, 900));
    stuck.abort();
    tokio::time::timeout(secs(5), waiting).await.unwrap().unwrap().unwrap();
    assert_eq!((transport.requests().len(), clock.now()), (2, Duration::ZERO));
}

#[tokio::test]
async fn labels_keep_accounts_apart() {
    let limiter = RateLimiter::new().wait_up_to(Duration::ZERO);
    let (alice, bob) = (limiter.labelled("alice"), limiter.labelled("bob"));
    let (of_alice, transport, _) = rig(&alice);
    transport.push(answer(200, 15, 0, 900));
    list(&of_alice).await.unwrap();
    let (of_bob, transport, _) = rig(&bob);
    transport.push(answer(200, 15, 14, 900));
    list(&of_bob).await.unwrap();
    assert_not_sent(&list(&of_alice).await.unwrap_err(), secs(900));
    assert_eq!(alice.until_allowed("listThings"), secs(900));
    assert_eq!(bob.until_allowed("listThings"), Duration::ZERO);
    assert_eq!(limiter.until_allowed("listThings"), Duration::ZERO);
    assert_eq!(limiter.labelled("alice").until_allowed("listThings"), secs(900));
}

#[tokio::test]
async fn connections_of_streams_count_and_wait() {
    let limiter = RateLimiter::new().wait_up_to(secs(1000));
    let (client, transport, clock) = rig(&limiter);
    let opened = |remaining, reset| answer(200, 450, remaining, reset).chunk("\r\n");
    transport.push(opened(0, 900));
    transport.push(opened(449, 1800).then_hang());
    let mut events = Live::<serde_json::Value>::new(call(&client, &STREAM)).events();
    let mut connected = Vec::new();
    while connected.len() < 2 {
        if let StreamEvent::Connected(meta) = events.try_next().await.unwrap().unwrap() {
            connected.push((clock.now(), meta.rate_limit().unwrap().remaining));
        }
    }
    assert_eq!(connected, [(Duration::ZERO, 0), (Duration::from_millis(900_500), 449)]);
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn windows_that_are_over_are_forgotten() {
    let limiter = RateLimiter::new();
    let (client, transport, clock) = rig(&limiter);
    for number in 0..64 {
        transport.push(answer(200, 15, 14, 900));
        client.request(Method::GET, format!("/2/things/{number}")).send().await.unwrap();
    }
    assert!(format!("{limiter:?}").contains("windows: 64"), "{limiter:?}");
    clock.advance(secs(900));
    transport.push(answer(200, 15, 14, 1800));
    client.request(Method::GET, "/2/things/x").send().await.unwrap();
    assert!(format!("{limiter:?}").contains("windows: 1,"), "{limiter:?}");
    // Those that go on are bounded as well.
    for number in 0..5000 {
        transport.push(answer(200, 15, 14, 2000 + number));
        client.request(Method::GET, format!("/2/things/{number}")).send().await.unwrap();
    }
    assert!(format!("{limiter:?}").contains("windows: 4096,"), "{limiter:?}");
}

#[tokio::test]
async fn it_can_be_shared_and_holds_no_secret() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let limiter = RateLimiter::default().labelled("alice");
    shared(&limiter);
    let (client, transport, _) = rig(&limiter);
    transport.push(answer(200, 15, 14, 900));
    list(&client).await.unwrap();
    let text = format!("{limiter:?} {limiter:#?} {client:?}");
    assert!(text.contains("alice") && !text.contains("Zapp") && !text.contains("Zuser"), "{text}");
}

struct Idle;

impl Wake for Idle {
    fn wake(self: Arc<Self>) {}
}

#[tokio::test]
async fn an_attempt_that_is_given_up_leaves_nothing_behind() {
    let limiter = RateLimiter::new().wait_up_to(secs(900));
    let (client, transport, _) = rig(&limiter);
    transport.push(answer(200, 15, 0, 900));
    list(&client).await.unwrap();

    // Nothing ends until the window does, so nobody else takes away what those that wait have left.
    let idle = Arc::new(Idle);
    let waker = Waker::from(Arc::clone(&idle));
    let mut waiting = Box::pin(list(&client));
    assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(Arc::strong_count(&idle) > 2);
    drop(waiting);
    assert_eq!(Arc::strong_count(&idle), 2);
}

#[tokio::test]
async fn a_window_that_all_but_never_ends_overflows_nothing() {
    let limiter = RateLimiter::new().wait_up_to(Duration::MAX);
    let (client, transport, clock) = rig(&limiter);
    transport.push(answer(200, 15, 0, u64::MAX - EPOCH));
    transport.push(answer(200, 15, 14, 900));
    list(&client).await.unwrap();
    list(&client).await.unwrap();
    assert_eq!(clock.waits(), [secs(u64::MAX - EPOCH) + Duration::from_millis(500)]);
    clock.advance(Duration::MAX);
    assert_eq!((clock.now(), clock.unix_now()), (Duration::MAX, Duration::MAX));
}
