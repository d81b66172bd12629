//! How a stream lives: items, silence, waits between connections, and its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use client_runtime::runtime::wire::{Call, Operation, StreamRules};
use client_runtime::runtime::{
    Attempt, Body, BoxError, BoxFuture, ClientBuilder, Error, ErrorKind, Incoming, Live, ManualClock, ReconnectPolicy,
    Reply, StreamEvent, StreamStats, Transport, TransportError,
};
use futures_core::Stream;

use super::support::*;

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
async fn a_stream_ends_with_the_message_that_its_rules_name() {
    static BYE: StreamRules = StreamRules::server_sent_events().last("bye");
    static LINES: StreamRules = StreamRules::json_lines().last("{}");
    static PLAIN: StreamRules = StreamRules::json_lines();
    for (rules, text, count) in [
        (&BYE, format!("data: {}\ndata: bye\n\ndata: {}\n", line("1"), line("2")), 1),
        // Another customary text is then a message like any other, and wrong.
        (&BYE, format!("data: {}\ndata: [DONE]\n\ndata: bye\n\n", line("1")), 1),
        (&LINES, format!("{}{{}}\r\n{}", line("1"), line("2")), 1),
        (&PLAIN, format!("{}{}", line("1"), line("2")), 2),
    ] {
        let setup = setup();
        let operation: &'static Operation = Box::leak(Box::new(Operation::new("ends", "GET", "/ends").stream(rules)));
        setup.transport.push(Reply::status(200).chunk(text.clone()));
        setup.transport.push(Reply::status(204));
        let mut live = Live::<Event>::new(Call::new(&setup.client, operation));
        assert_eq!(ids(&mut live, 9).await.len(), count, "{text}");
    }
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
