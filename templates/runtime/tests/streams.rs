//! Live streams over the in-memory transport, in virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use client_runtime::runtime::wire::{Call, Definition, Operation, Param, StreamRules};
use client_runtime::runtime::{
    Attempt, Body, BoxFuture, Client, ClientBuilder, DisconnectReason, Error, ErrorKind, Incoming, Live, ManualClock,
    MemoryTransport, ReconnectPolicy, Reply, StreamEvent, StreamStats, Transport, TransportError,
};
use futures_core::Stream;
use serde::Deserialize;

static DEFINITION: Definition = Definition::new("https://api.example.com", "test/1");
static RULES: StreamRules =
    StreamRules::json_lines().backfill(0).replay(&[1]).event_id(&["data", "id"]).errors("errors");
static STREAM: Operation = Operation::new("stream", "GET", "/stream")
    .params(&[Param::query("backfill"), Param::query("start")])
    .envelope("data", "errors")
    .stream(&RULES);
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
            Ok(StreamEvent::Connected) => "connected".to_owned(),
            Ok(StreamEvent::Item(event)) => id(event),
            Ok(StreamEvent::KeepAlive) => "keep-alive".to_owned(),
            Ok(StreamEvent::Malformed { line, error }) => {
                format!("malformed {:?} {:?}", error.kind(), String::from_utf8_lossy(&line))
            }
            Ok(StreamEvent::Notice(problems)) => format!("notice of {}", problems.len()),
            Ok(StreamEvent::Disconnected { reason, attempt, retry_in }) => {
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
    assert_eq!(setup.transport.requests()[0].attempt.attempt_timeout(), Some(Duration::from_secs(60)));
}

#[tokio::test]
async fn a_lost_connection_is_replaced_at_once() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(line("1")));
    setup.transport.push(Reply::status(200).chunk(line("2")).then_fail(TransportError::exchange("reset")));
    // The line that is cut off here is no item.
    setup.transport.push(Reply::status(200).chunk("\r\n").chunk("{\"da").then_fail(TransportError::exchange("reset")));
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
    assert!(setup.clock.waits().is_empty());
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
    // The first loss is that of a working connection; after data it all begins anew.
    let millis: Vec<u128> = setup.clock.waits().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [250, 500, 750, 1000]);
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
    let end = "announced operational-disconnect, 1, 0ns";
    assert_eq!(
        story(&mut events, 8).await,
        ["connected", "api.example.com", end, "connected", "old.example.com", end, "connected", ""]
    );
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
