//! Live streams over the in-memory transport, in virtual time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use client_runtime::runtime::wire::{Call, Definition, Need, Operation, Param, Scheme, StreamRules};
use client_runtime::runtime::{
    Attempt, AuthRequest, Authorization, Body, BoxError, BoxFuture, Client, ClientBuilder, Credential,
    DisconnectReason, Error, ErrorKind, Incoming, Live, ManualClock, MemoryTransport, Outcome, ReconnectPolicy, Reply,
    StreamEvent, StreamStats, Transport, TransportError,
};
use futures_core::Stream;
use serde::Deserialize;

static DEFINITION: Definition = Definition::new("https://api.example.com", "test/1");
static RULES: StreamRules =
    StreamRules::json_lines().backfill(0).replay(&[1]).event_id(&["data", "id"]).envelope("data", "errors");
static STREAM: Operation = Operation::new("stream", "GET", "/stream")
    .params(&[Param::query("backfill"), Param::query("start")])
    .envelope("data", "errors")
    .stream(&RULES);
static BARE_RULES: StreamRules = StreamRules::json_lines();
static BARE: Operation = Operation::new("bare", "GET", "/bare").stream(&BARE_RULES);
static NAMED_RULES: StreamRules = StreamRules::json_lines().envelope("result", "faults");
static NAMED: Operation = Operation::new("named", "GET", "/named").stream(&NAMED_RULES);
static SECURED: Operation =
    Operation::new("secured", "GET", "/secured").auth(&[&[Need::new(&TOKEN, &[])]]).stream(&BARE_RULES);
static TOKEN: Scheme = Scheme::bearer("Token");
static EVENT_RULES: StreamRules = StreamRules::server_sent_events();
static EVENTS: Operation = Operation::new("events", "GET", "/events").stream(&EVENT_RULES);
static PROMPT: Operation = Operation::new("prompt", "POST", "/prompt").stream(&EVENT_RULES);

#[derive(Debug, Deserialize, PartialEq)]
struct Event {
    data: Data,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Data {
    id: Option<String>,
    text: Option<String>,
}

struct Setup {
    transport: MemoryTransport,
    clock: ManualClock,
    client: Client,
}

fn setup() -> Setup {
    setup_with(ManualClock::new())
}

fn setup_with(clock: ManualClock) -> Setup {
    let transport = MemoryTransport::with_clock(clock.clone());
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(clock.clone()).build();
    Setup { transport, clock, client: client.expect("a client") }
}

impl Setup {
    fn call(&self) -> Call {
        Call::new(&self.client, &STREAM)
    }

    fn live(&self) -> Live<Event> {
        Live::new(self.call())
    }

    fn targets(&self) -> Vec<String> {
        self.transport.requests().iter().map(|request| request.target().to_owned()).collect()
    }
}

fn id(event: Event) -> String {
    event.data.id.unwrap_or_default()
}

fn line(id: &str) -> String {
    format!("{{\"data\":{{\"id\":\"{id}\"}}}}\r\n")
}

async fn ids(live: &mut Live<Event>, count: usize) -> Vec<String> {
    let mut found = Vec::new();
    while found.len() < count {
        match live.next().await {
            Some(Ok(event)) => found.push(id(event)),
            Some(Err(error)) => found.push(error.to_string()),
            None => break,
        }
    }
    found
}

/// What a stream says about itself, as one line per event.
async fn story(events: &mut client_runtime::runtime::Events<Event>, most: usize) -> Vec<String> {
    let mut story = Vec::new();
    while story.len() < most
        && let Some(event) = events.next().await
    {
        story.push(match event {
            Ok(StreamEvent::Connected(_)) => "connected".to_owned(),
            Ok(StreamEvent::Item(event)) => id(event),
            Ok(StreamEvent::KeepAlive) => "keep-alive".to_owned(),
            Ok(StreamEvent::Malformed { line, error, .. }) => {
                format!("malformed {:?} {:?}", error.kind(), String::from_utf8_lossy(&line))
            }
            Ok(StreamEvent::Notice(problems)) => format!("notice of {}", problems.len()),
            Ok(StreamEvent::Disconnected { reason, attempt, retry_in, .. }) => {
                let reason = match reason {
                    DisconnectReason::Closed => "closed".to_owned(),
                    DisconnectReason::Silent(timeout) => format!("silent {timeout:?}"),
                    DisconnectReason::Announced(problems) => format!("announced {}", problems[0].kind()),
                    DisconnectReason::Failed(error) => format!("failed {:?}", error.kind()),
                    _ => "?".to_owned(),
                };
                format!("{reason}, {attempt}, {retry_in:?}")
            }
            Ok(_) => "?".to_owned(),
            Err(error) => format!("error {:?}", error.kind()),
        });
    }
    story
}

#[tokio::test]
async fn items_between_keep_alives() {
    let setup = setup();
    let body = format!("{}\r\n\r\n{}\n{}", line("1"), line("2"), line("3"));
    // Cut anywhere, also inside CR LF and inside the lines.
    let reply = body.as_bytes().chunks(7).fold(Reply::status(200), |reply, chunk| reply.chunk(chunk.to_vec()));
    setup.transport.push(reply.then_hang());
    let mut live = setup.live();
    assert!(setup.transport.requests().is_empty(), "nothing is sent before it is asked for");
    assert_eq!(ids(&mut live, 3).await, ["1", "2", "3"]);
    let stats = live.stats();
    assert_eq!((stats.connections, stats.items, stats.keep_alives, stats.disconnects), (1, 3, 3, 0));
    assert_eq!(stats.bytes, body.len() as u64);
    assert_eq!(setup.transport.requests()[0].attempt.attempt_timeout(), None);
}

#[tokio::test]
async fn a_lost_connection_is_replaced_at_once() {
    let setup = setup();
    let settled = || Reply::status(200).then_wait(Duration::from_secs(20));
    let reset = || TransportError::exchange("reset");
    setup.transport.push(settled().chunk(line("1")));
    setup.transport.push(settled().chunk(line("2")).then_fail(reset()));
    // The line that is cut off here is no item.
    setup.transport.push(settled().chunk("\r\n").chunk("{\"da").then_fail(reset()));
    setup.transport.push(Reply::status(200).chunk(line("3")).then_hang());
    let mut events = setup.live().events();
    assert_eq!(
        story(&mut events, 11).await,
        [
            "connected",
            "1",
            "closed, 1, 0ns",
            "connected",
            "2",
            "failed Transport, 1, 0ns",
            "connected",
            "keep-alive",
            "failed Transport, 1, 0ns",
            "connected",
            "3"
        ]
    );
    assert_eq!(setup.clock.waits(), [Duration::from_secs(20); 3], "those of the connections themselves");
}

#[tokio::test]
async fn connections_that_are_lost_too_soon_are_waited_for() {
    let setup = setup();
    for _ in 0..4 {
        setup.transport.push(Reply::status(200).chunk(line("1")));
    }
    setup.transport.push(Reply::status(200).chunk(line("2")).then_wait(Duration::from_secs(20)));
    setup.transport.push(Reply::status(200).chunk(line("3")));
    setup.transport.push(Reply::status(200).chunk(line("4")).then_wait(Duration::from_secs(19)));
    setup.transport.push(Reply::status(200).chunk(line("5")).then_hang());
    let losses: Vec<String> = story(&mut setup.live().events(), 23)
        .await
        .into_iter()
        .filter_map(|event| event.strip_prefix("closed, ").map(str::to_owned))
        .collect();
    // The last connection lived for 19 s, but the one before it was replaced at once longer ago than 20 s.
    let expected = ["1, 0ns", "1, 250ms", "2, 500ms", "3, 750ms", "1, 0ns", "1, 250ms", "2, 500ms"];
    assert_eq!(losses, expected);
}

#[tokio::test]
async fn patience_with_short_connections_can_have_an_end() {
    let setup = setup();
    for _ in 0..9 {
        setup.transport.push(Reply::status(200).chunk(line("1")));
    }
    let mut live = setup.live().reconnect(ReconnectPolicy::new().max_failures(2));
    assert_eq!(ids(&mut live, 4).await, ["1"; 4]);
    assert_eq!(live.try_next().await.expect_err("the third one too soon").kind(), ErrorKind::Stream);
    assert_eq!(setup.clock.waits(), [ms(250), ms(500)]);
}

#[tokio::test]
async fn repeated_items_are_no_sign_of_life() {
    let setup = setup();
    for _ in 0..4 {
        setup.transport.push(Reply::status(200).chunk(line("1")));
    }
    setup.transport.push(Reply::status(200).chunk(line("2")).then_hang());
    let mut call = setup.call();
    call.set(0, &2_i64);
    assert_eq!(ids(&mut Live::<Event>::new(call), 2).await, ["1", "2"]);
    assert_eq!(setup.clock.waits(), [ms(250), ms(500), ms(750)]);
}

#[tokio::test]
async fn connections_that_deliver_nothing_are_waited_for() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(line("1")));
    for _ in 0..3 {
        setup.transport.push(Reply::status(200));
    }
    setup.transport.push(Reply::fail(TransportError::connect("refused")));
    setup.transport.push(Reply::status(200).chunk(line("2")));
    setup.transport.push(Reply::status(200).chunk(line("3")).then_hang());
    let mut live = setup.live();
    assert_eq!(ids(&mut live, 3).await, ["1", "2", "3"]);
    // The first loss is that of a working connection; after data it all begins anew, but the next is too soon.
    let millis: Vec<u128> = setup.clock.waits().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [250, 500, 750, 1000, 250]);
}

#[tokio::test]
async fn every_class_waits_in_its_own_way() {
    let setup = setup();
    let caps = r#"{"title":"ConnectionException","connection_issue":"TooManyConnections"}"#;
    for _ in 0..8 {
        setup.transport.push(Reply::status(503));
    }
    for _ in 0..5 {
        // The window of the rate limit has nothing to do with it.
        setup.transport.push(Reply::json(429, caps).with_header("x-rate-limit-reset", "1700000700"));
    }
    setup.transport.push(Reply::status(503).with_header("retry-after", "400"));
    setup.transport.push(Reply::status(200).chunk("\r\n"));
    setup.transport.push(Reply::status(429).with_header("retry-after", "100"));
    setup.transport.push(Reply::status(429).with_header("retry-after", "999999"));
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    assert_eq!(ids(&mut setup.live(), 1).await, ["1"]);
    let seconds: Vec<u64> = setup.clock.waits().iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 320, 320, 60, 120, 240, 480, 900, 400, 100, 900]);
}

#[tokio::test]
async fn network_failures_wait_longer_up_to_a_cap() {
    let setup = setup();
    for _ in 0..70 {
        setup.transport.push(Reply::fail(TransportError::connect("refused")));
    }
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    let mut live = setup.live();
    assert_eq!(ids(&mut live, 1).await, ["1"]);
    let waits = setup.clock.waits();
    assert_eq!((waits[0], waits[1], waits[69]), (ms(250), ms(500), ms(16_000)));
    assert_eq!(live.stats().disconnects, 70);
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[tokio::test]
async fn a_status_alone_is_no_sign_of_life() {
    let setup = setup();
    setup.transport.push(Reply::status(200));
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    assert_eq!(ids(&mut setup.live(), 1).await, ["1"]);
    assert_eq!(setup.clock.waits(), [ms(250)]);
}

#[tokio::test]
async fn what_waiting_does_not_change_ends_the_stream() {
    for (status, kind) in [(400, ErrorKind::Api), (401, ErrorKind::Api), (403, ErrorKind::Api), (404, ErrorKind::Api)] {
        let setup = setup();
        setup.transport.push(Reply::status(status));
        let mut live = setup.live();
        let error = live.try_next().await.expect_err("fatal");
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (kind, Some(status)));
        assert!(live.next().await.is_none());
        assert!(setup.clock.waits().is_empty());
    }
    let setup = setup();
    setup.transport.push(Reply::json(429, r#"{"title":"UsageCapExceeded"}"#));
    assert_eq!(setup.live().try_next().await.expect_err("fatal").kind(), ErrorKind::UsageCapped);
}

#[tokio::test]
async fn silence_is_a_lost_connection() {
    let setup = setup();
    let keep_alives = (0..5)
        .fold(Reply::status(200).chunk(line("1")), |reply, _| reply.then_wait(Duration::from_secs(29)).chunk("\r\n"));
    setup.transport.push(keep_alives.then_hang());
    setup.transport.push(Reply::status(200).chunk(line("2")).then_hang());
    let mut events = setup.live().events();
    let story = story(&mut events, 10).await;
    assert_eq!(story[..2], ["connected", "1"]);
    assert_eq!(story[2..7], ["keep-alive"; 5]);
    assert_eq!(story[7..], ["silent 30s, 1, 0ns", "connected", "2"]);
}

#[tokio::test]
async fn a_slow_consumer_is_no_silence() {
    let setup = setup_with(ManualClock::stopped());
    setup
        .transport
        .push(Reply::status(200).chunk(line("1")).then_wait(Duration::from_secs(10)).chunk(line("2")).then_hang());
    let mut live = setup.live();
    assert_eq!(ids(&mut live, 1).await, ["1"]);
    setup.clock.advance(Duration::from_secs(600));
    let mut second = Box::pin(ids(&mut live, 1));
    // The transport begins its wait only now; it is over long before the idle timeout.
    std::future::poll_fn(|context| {
        assert!(second.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    setup.clock.advance(Duration::from_secs(11));
    assert_eq!(second.await, ["2"]);
    assert_eq!(live.stats().disconnects, 0);
}

#[tokio::test]
async fn malformed_lines_are_skipped() {
    let setup = setup();
    let long = format!("{{\"data\":{{\"text\":\"{}\"}}}}\n", "x".repeat(2000));
    setup.transport.push(
        Reply::status(200)
            .chunk(format!("{}nonsense\n{{\"data\":7}}\n{long}{}", line("1"), line("2")))
            .chunk("{\"data\":{\"id\":\"no line end\"}}"),
    );
    setup.transport.push(Reply::status(200).chunk(line("3")).then_hang());
    let mut live = setup.live().max_message(1000);
    assert_eq!(ids(&mut live, 4).await, ["1", "2", "no line end", "3"]);
    assert_eq!(live.stats().malformed, 3);

    setup.transport.push(Reply::status(200).chunk(format!("nonsense\n{long}")).then_hang());
    let mut events = setup.live().max_message(1000).events();
    let story = story(&mut events, 3).await;
    assert_eq!(story[1], "malformed Decode \"nonsense\"");
    assert!(story[2].starts_with("malformed TooLarge \"{\\\"data"), "{}", story[2]);
    assert!(story[2].len() < 320);
}

#[tokio::test]
async fn nonsense_is_no_sign_of_life() {
    let setup = setup();
    for _ in 0..4 {
        setup.transport.push(Reply::status(200).chunk("<html>\n"));
    }
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    assert_eq!(ids(&mut setup.live(), 1).await, ["1"]);
    assert_eq!(setup.clock.waits(), [ms(250), ms(500), ms(750), ms(1000)]);
}

#[tokio::test]
async fn errors_in_the_stream() {
    let setup = setup();
    for host in ["api.example.com", "old.example.com"] {
        let problem = format!(
            r#"{{"title":"operational-disconnect","type":"https://{host}/2/problems/operational-disconnect"}}"#
        );
        let partial = format!(r#"{{"data":{{"id":"{host}"}},"errors":[{problem}]}}"#);
        setup
            .transport
            .push(Reply::status(200).chunk(format!("{partial}\n{{\"errors\":[{problem}]}}\n{}", line("never"))));
    }
    setup.transport.push(Reply::status(200).chunk("{\"data\":{\"text\":\"errors\"},\"errors\":[]}\n").then_hang());
    let mut events = setup.live().events();
    let end = |wait: &str| format!("announced operational-disconnect, 1, {wait}");
    let (first, second) = (end("0ns"), end("250ms"));
    assert_eq!(
        story(&mut events, 8).await,
        ["connected", "api.example.com", &first, "connected", "old.example.com", &second, "connected", ""]
    );

    // Where the description names no members for result and errors, such a message is one like every other.
    setup.transport.push(Reply::status(200).chunk("{\"errors\":[{}],\"data\":null}\n").then_hang());
    let mut events = Live::<serde_json::Value>::new(Call::new(&setup.client, &BARE)).events();
    assert!(matches!(events.next().await, Some(Ok(StreamEvent::Connected(_)))));
    assert!(matches!(events.next().await, Some(Ok(StreamEvent::Item(_)))));

    // The names are those of the description.
    setup.transport.push(Reply::status(200).chunk("{\"errors\":1}\n{\"faults\":[{\"title\":\"gone\"}],\"data\":1}\n"));
    let mut live = Live::<serde_json::Value>::new(Call::new(&setup.client, &NAMED)).reconnect(false);
    assert!(live.try_next().await.expect("an item").is_some());
    assert_eq!(live.try_next().await.expect_err("announced").kind(), ErrorKind::Stream);
}

#[tokio::test]
async fn what_was_missed_comes_once() {
    let setup = setup();
    let anonymous = "{\"data\":{\"text\":\"x\"}}\n";
    let first = format!("{}{}{anonymous}{anonymous}", line("1"), line("2"));
    let second = format!("{}{}{anonymous}{}{}", line("2"), line("3"), line("3"), line("4"));
    setup.transport.push(Reply::status(200).chunk(first));
    setup.transport.push(Reply::status(200).chunk(second).then_hang());
    let mut call = setup.call();
    call.set(0, &2_i64);
    let mut live = Live::<Event>::new(call);
    // Twice the same text in one connection can be two events.
    assert_eq!(ids(&mut live, 6).await, ["1", "2", "", "", "3", "4"]);
    assert_eq!(live.stats().duplicates, 3);
    assert_eq!(setup.targets(), ["/stream?backfill=2", "/stream?backfill=2"]);
}

#[tokio::test]
async fn without_backfill_nothing_is_left_out() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(format!("{}{}", line("1"), line("1"))));
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    assert_eq!(ids(&mut setup.live(), 3).await, ["1", "1", "1"]);
}

#[tokio::test]
async fn memory_for_repetitions_is_bounded() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(["1", "2", "3"].map(line).concat()));
    setup.transport.push(Reply::status(200).chunk(["1", "3", "4"].map(line).concat()).then_hang());
    let mut call = setup.call();
    call.set(0, &2_i64);
    let mut live = Live::<Event>::new(call).remember(2);
    // The first one is forgotten already, so it comes again.
    assert_eq!(ids(&mut live, 5).await, ["1", "2", "3", "1", "4"]);
}

#[tokio::test]
async fn a_refused_backfill_is_left_out_once() {
    let setup = setup();
    let problem = r#"{"errors":[{"message":"backfill is not authorized"}],"title":"Invalid Request"}"#;
    setup.transport.push(Reply::json(400, problem));
    setup.transport.push(Reply::status(200).chunk(line("1")));
    setup.transport.push(Reply::json(400, problem));
    let mut call = setup.call();
    call.set(0, &5_i64);
    let mut events = Live::<Event>::new(call).events();
    assert_eq!(story(&mut events, 9).await, ["notice of 2", "connected", "1", "closed, 1, 0ns", "error Api"]);
    assert_eq!(setup.targets(), ["/stream?backfill=5", "/stream", "/stream"]);
    assert!(setup.clock.waits().is_empty());
}

fn with_backfill(setup: &Setup) -> client_runtime::runtime::Events<Event> {
    let mut call = setup.call();
    call.set(0, &5_i64);
    Live::new(call).events()
}

#[tokio::test]
async fn a_backfill_that_was_accepted_stays() {
    // Something else is wrong now.
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(line("1")));
    setup.transport.push(Reply::json(400, r#"{"title":"Invalid Request","instance":"/stream?backfill=5"}"#));
    let mut events = with_backfill(&setup);
    assert_eq!(story(&mut events, 9).await, ["connected", "1", "closed, 1, 0ns", "error Api"]);
    assert_eq!(events.stats().backfill_refused, 0);

    // Unless the problem names it.
    setup.transport.push(Reply::status(200).chunk(line("1")));
    setup.transport.push(Reply::json(400, r#"{"errors":[{"parameters":{"backfill":["5"]},"message":"no"}]}"#));
    setup.transport.push(Reply::status(200).chunk(line("2")).then_hang());
    let mut events = with_backfill(&setup);
    let expected = ["connected", "1", "closed, 1, 0ns", "notice of 1", "connected", "2"];
    assert_eq!(story(&mut events, 6).await, expected);
    assert_eq!(events.stats().backfill_refused, 1);
}

#[tokio::test]
async fn a_backfill_that_was_never_accepted_is_left_out() {
    let setup = setup();
    setup.transport.push(Reply::status(400));
    setup.transport.push(Reply::status(400));
    let mut events = with_backfill(&setup);
    assert_eq!(story(&mut events, 9).await, ["notice of 0", "error Api"]);
    assert_eq!(events.stats().backfill_refused, 1);
}

#[tokio::test]
async fn a_limit_with_quota_left_is_about_connections() {
    let setup = setup();
    let limited = |remaining: &str, body: &'static str| {
        Reply::json(429, body)
            .with_header("x-rate-limit-remaining", remaining)
            .with_header("x-rate-limit-reset", "1700000700")
    };
    let blank = r#"{"title":"Too Many Requests","type":"about:blank"}"#;
    setup.transport.push(limited("48", blank));
    // The body says that it is about the window, and then the headers do.
    setup.transport.push(limited("48", r#"{"errors":[{"code":88,"message":"Rate limit exceeded"}]}"#));
    setup.transport.push(limited("0", blank));
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    let mut events = setup.live().events();
    assert_eq!(
        story(&mut events, 5).await,
        [
            "failed TooManyConnections, 1, 60s",
            "failed RateLimited, 2, 640s",
            "failed RateLimited, 3, 240s",
            "connected",
            "1"
        ]
    );
}

/// Gives what it has in stock, one after the other, then a token.
#[derive(Clone, Default)]
struct Stock(Arc<Mutex<VecDeque<Supply>>>);

enum Supply {
    Failure(BoxError),
    Silence,
}

impl Stock {
    fn of(supplies: impl IntoIterator<Item = Supply>) -> Self {
        Self(Arc::new(Mutex::new(supplies.into_iter().collect())))
    }

    async fn take(&self) -> Result<(), BoxError> {
        let supply = self.0.lock().expect("no panic").pop_front();
        match supply {
            None => Ok(()),
            Some(Supply::Failure(error)) => Err(error),
            Some(Supply::Silence) => std::future::pending().await,
        }
    }
}

/// Authorizes from one stock and refreshes from another.
struct Vault {
    tokens: Stock,
    refreshes: Stock,
}

impl Credential for Vault {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async { self.tokens.take().await.and_then(|()| Authorization::bearer(&"token".into())) })
    }

    fn refresh<'a>(&'a self, _: &'a AuthRequest<'_>, _: &'a Authorization) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(async { self.refreshes.take().await.map(|()| true) })
    }
}

fn secured(
    tokens: impl IntoIterator<Item = Supply>,
    refreshes: impl IntoIterator<Item = Supply>,
) -> (MemoryTransport, ManualClock, Client) {
    let clock = ManualClock::new();
    let transport = MemoryTransport::with_clock(clock.clone());
    let vault = Vault { tokens: Stock::of(tokens), refreshes: Stock::of(refreshes) };
    let builder = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(clock.clone());
    (transport, clock, builder.credential(&TOKEN, vault).build().expect("a client"))
}

#[tokio::test]
async fn a_credential_that_fails_for_now_does_not_end_the_stream() {
    let failure = || Supply::Failure("the vault is closed".into());
    let (transport, clock, client) = secured([failure(), Supply::Silence, failure()], []);
    transport.push(Reply::status(200).chunk(line("1")).then_hang());
    let mut events = Live::<Event>::new(Call::new(&client, &SECURED)).events();
    assert_eq!(
        story(&mut events, 5).await,
        ["failed Transport, 1, 250ms", "failed Timeout, 2, 500ms", "failed Transport, 3, 750ms", "connected", "1"]
    );
    assert_eq!(clock.waits(), [ms(250), ms(60_000), ms(500), ms(750)]);
    assert_eq!(transport.requests().len(), 1);

    // A call that is no stream is repeated as well, because nothing was sent.
    let (transport, _, client) = secured([failure()], []);
    transport.push(Reply::status(200));
    Call::new(&client, &SECURED).empty().await.expect("the second attempt");
    let (_, _, client) = secured([failure(), failure(), failure()], []);
    let error = Call::new(&client, &SECURED).empty().await.expect_err("no token");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent));
}

#[tokio::test]
async fn a_credential_that_is_gone_ends_the_stream() {
    let gone = || Supply::Failure(Error::no_credential("the refresh token was revoked").into());
    let (_, clock, client) = secured([gone()], []);
    let error = Live::<Event>::new(Call::new(&client, &SECURED)).try_next().await.expect_err("gone");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::MissingCredentials, Outcome::NotSent));
    assert!(clock.waits().is_empty());

    let unset = ClientBuilder::new(&DEFINITION).transport(MemoryTransport::new()).clock(ManualClock::new());
    let client = unset.build().expect("a client");
    let error = Live::<Event>::new(Call::new(&client, &SECURED)).try_next().await.expect_err("unset");
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);

    let (transport, _, client) = secured([], [gone()]);
    transport.push(Reply::status(401));
    let error = Live::<Event>::new(Call::new(&client, &SECURED)).try_next().await.expect_err("gone");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
}

#[tokio::test]
async fn a_refresh_that_fails_for_now_does_not_end_the_stream() {
    let (transport, clock, client) = secured([], [Supply::Failure("no network".into()), Supply::Silence]);
    transport.push(Reply::status(401));
    transport.push(Reply::status(401));
    transport.push(Reply::status(401));
    transport.push(Reply::status(200).chunk(line("1")).then_hang());
    let mut live = Live::<Event>::new(Call::new(&client, &SECURED));
    assert_eq!(ids(&mut live, 1).await, ["1"]);
    assert_eq!(clock.waits(), [ms(250), ms(60_000), ms(500)]);
    // After a refresh that succeeds the 401 is about something else.
    transport.push(Reply::status(401));
    transport.push(Reply::status(401));
    let mut live = Live::<Event>::new(Call::new(&client, &SECURED));
    assert_eq!(live.try_next().await.expect_err("refused").status().map(|status| status.as_u16()), Some(401));
}

#[tokio::test]
async fn a_connection_tells_what_its_head_says() {
    let setup = setup();
    let reply = Reply::status(200)
        .with_header("x-rate-limit-limit", "450")
        .with_header("x-rate-limit-remaining", "449")
        .with_header("x-rate-limit-reset", "1700000900");
    setup.transport.push(reply.then_hang());
    let Some(Ok(StreamEvent::Connected(meta))) = setup.live().events().next().await else {
        unreachable!("it is accepted");
    };
    assert_eq!((meta.status().as_u16(), meta.attempts(), meta.headers().len()), (200, 1, 3));
    assert_eq!(meta.rate_limit().map(|limit| limit.remaining), Some(449));
    assert!(meta.raw().is_empty());
}

#[tokio::test]
async fn malformed_messages_keep_secrets_to_themselves() {
    const SECRET: &str = "s3cr3t-t0k3n-that-is-long";
    let transport = MemoryTransport::new();
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(ManualClock::new());
    let client = client.credential(&TOKEN, SECRET).build().expect("a client");
    transport.push(Reply::status(200).chunk(format!("{{\"data\":\"{SECRET}\"}}\n")).then_hang());
    let mut events = Live::<Event>::new(Call::new(&client, &SECURED)).events();
    assert!(matches!(events.next().await, Some(Ok(StreamEvent::Connected(_)))));
    let Some(Ok(StreamEvent::Malformed { error, .. })) = events.next().await else {
        unreachable!("the data is no object");
    };
    assert!(std::error::Error::source(&error).is_none());
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    assert_eq!(error.path(), Some("$.data"));
}

#[tokio::test]
async fn one_connection_only() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(line("1")));
    let mut live = setup.live().reconnect(false);
    assert_eq!(ids(&mut live, 9).await, ["1"]);
    assert!(live.next().await.is_none());

    setup.transport.push(Reply::status(200).chunk(line("1")).then_fail(TransportError::exchange("reset")));
    let mut live = setup.live().reconnect(ReconnectPolicy::off());
    assert!(live.try_next().await.expect("the first").is_some());
    assert_eq!(live.try_next().await.expect_err("reset").kind(), ErrorKind::Transport);
    assert!(live.next().await.is_none());

    setup.transport.push(Reply::status(503));
    assert_eq!(setup.live().reconnect(false).try_next().await.expect_err("503").kind(), ErrorKind::Api);

    setup.transport.push(Reply::status(200).then_hang());
    assert_eq!(setup.live().reconnect(false).try_next().await.expect_err("silence").kind(), ErrorKind::Timeout);

    setup.transport.push(Reply::status(200).chunk("{\"errors\":[{\"title\":\"gone\"}]}\n"));
    let error = setup.live().reconnect(false).try_next().await.expect_err("announced");
    assert_eq!((error.kind(), error.to_string().contains("gone")), (ErrorKind::Stream, true));
}

#[tokio::test]
async fn a_past_period_ends_by_itself() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(line("1")));
    let mut call = setup.call();
    call.set(1, &"2024-01-15T10:00:00Z");
    let mut live = Live::<Event>::new(call);
    assert_eq!(ids(&mut live, 9).await, ["1"]);
    assert_eq!(setup.transport.requests().len(), 1);
}

#[tokio::test]
async fn a_past_period_is_asked_for_until_it_is_accepted() {
    let setup = setup();
    setup.transport.push(Reply::status(503));
    setup.transport.push(Reply::fail(TransportError::exchange("reset")));
    setup.transport.push(Reply::status(429));
    setup.transport.push(Reply::status(200).chunk(line("1")).then_fail(TransportError::exchange("reset")));
    let mut call = setup.call();
    call.set(1, &"2024-01-15T10:00:00Z");
    let mut live = Live::<Event>::new(call);
    assert_eq!(live.try_next().await.expect("the fourth attempt").map(id).as_deref(), Some("1"));
    assert_eq!(setup.clock.waits(), [ms(5000), ms(250), ms(60_000)]);
    assert_eq!(live.try_next().await.expect_err("not again").kind(), ErrorKind::Transport);
    assert_eq!(setup.transport.requests().len(), 4);
}

#[tokio::test]
async fn patience_can_have_an_end() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(line("1")));
    for _ in 0..9 {
        setup.transport.push(Reply::status(503));
    }
    let mut live = setup.live().reconnect(ReconnectPolicy::new().max_failures(2).server_error(ms(10), ms(15)));
    assert_eq!(ids(&mut live, 1).await, ["1"]);
    let error = live.try_next().await.expect_err("the third failure in a row");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(setup.clock.waits(), [ms(10), ms(15)]);
}

#[tokio::test]
async fn server_sent_events() {
    let setup = setup();
    let event = |id: &str| format!("id: {id}\nevent: change\ndata: {}\n", line(id).replace("\r\n", "\n"));
    setup.transport.push(Reply::status(200).chunk(format!(": hi\n\n{}retry: 3000\n\n", event("7"))));
    setup.transport.push(Reply::status(200).chunk(event("8")).chunk("data: [DONE]\n\n").chunk(event("9")));
    let mut live = Live::<Event>::new(Call::new(&setup.client, &EVENTS));
    assert_eq!(ids(&mut live, 9).await, ["7", "8"]);
    assert_eq!(setup.transport.requests()[1].header("last-event-id"), Some("7"));
    assert_eq!(setup.clock.waits(), [ms(3000)]);

    setup.transport.push(Reply::status(204));
    assert!(Live::<Event>::new(Call::new(&setup.client, &EVENTS)).next().await.is_none());
}

#[tokio::test]
async fn a_post_is_not_sent_twice() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(format!("data: {}\n", line("1"))));
    let mut live = Live::<Event>::new(Call::new(&setup.client, &PROMPT));
    assert_eq!(ids(&mut live, 9).await, ["1"]);
    assert_eq!(setup.transport.requests().len(), 1);
}

#[tokio::test]
async fn a_post_is_repeated_where_it_had_no_effect() {
    let setup = setup();
    setup.transport.push(Reply::fail(TransportError::connect("refused")));
    setup.transport.push(Reply::status(429));
    setup.transport.push(Reply::status(200).chunk(format!("data: {}\n", line("1"))));
    let mut live = Live::<Event>::new(Call::new(&setup.client, &PROMPT));
    assert_eq!(ids(&mut live, 9).await, ["1"]);
    assert_eq!(setup.clock.waits(), [ms(250), ms(60_000)]);

    for (reply, kind) in [
        (Reply::fail(TransportError::exchange("reset")), ErrorKind::Transport),
        (Reply::hang(), ErrorKind::Timeout),
        (Reply::status(503), ErrorKind::Api),
    ] {
        setup.transport.clear();
        setup.transport.push(reply);
        let mut live = Live::<Event>::new(Call::new(&setup.client, &PROMPT));
        assert_eq!(live.try_next().await.expect_err("it may have had an effect").kind(), kind);
        assert_eq!(setup.transport.requests().len(), 1);
    }

    // A body that existed once is gone with the first attempt.
    setup.transport.clear();
    setup.transport.push(Reply::fail(TransportError::connect("refused")));
    let mut call = Call::new(&setup.client, &PROMPT);
    call.bytes_body("text/plain", Body::stream(Spoken(Some("hello".into()))));
    let error = Live::<Event>::new(call).try_next().await.expect_err("no second attempt");
    assert_ne!(error.kind(), ErrorKind::InvalidRequest, "{error}");
}

#[tokio::test]
async fn fifty_orderly_ends() {
    let setup = setup();
    for number in 0..50 {
        setup.transport.push(Reply::status(200).chunk(line(&number.to_string())));
    }
    let mut live = setup.live();
    let expected: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    assert_eq!(ids(&mut live, 50).await, expected);
    assert_eq!(live.stats(), {
        let mut stats = StreamStats::default();
        (stats.connections, stats.disconnects, stats.items) = (50, 49, 50);
        stats.bytes = live.stats().bytes;
        stats
    });
}

/// A body that exists once.
struct Spoken(Option<Bytes>);

impl Stream for Spoken {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// Counts the bodies that are open, and the most there ever were.
#[derive(Clone, Default)]
struct Counting {
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

struct Counted(Arc<AtomicUsize>, bool);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Stream for Counted {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let first = !std::mem::replace(&mut self.1, true);
        if first {
            Poll::Ready(Some(Ok(line("1").into())))
        } else {
            Poll::Ready(Some(Err(TransportError::exchange("x"))))
        }
    }
}

impl Transport for Counting {
    fn send(
        &self,
        _: http::Request<Body>,
        _: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(open, Ordering::SeqCst);
            Ok(http::Response::new(Incoming::new(Counted(Arc::clone(&self.open), false))))
        })
    }
}

#[tokio::test]
async fn the_old_connection_is_closed_before_the_new_one() {
    let transport = Counting::default();
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(ManualClock::new()).build();
    let mut live = Live::<Event>::new(Call::new(&client.expect("a client"), &STREAM));
    assert_eq!(ids(&mut live, 5).await, ["1"; 5]);
    assert_eq!(transport.most.load(Ordering::SeqCst), 1);
    drop(live);
    assert_eq!(transport.open.load(Ordering::SeqCst), 0);
}

#[test]
fn they_can_go_anywhere() {
    fn check<T: Send + Sync + Unpin + 'static>(_: &T) {}
    let setup = setup();
    check(&setup.live());
    check(&setup.live().events());
    fn of<T: Send + 'static>() {}
    of::<StreamEvent<Event>>();
    of::<Result<Event, Error>>();
}
