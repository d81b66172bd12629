//! The activity stream.

use std::time::Duration;

use serde_json::json;
use tests::server::Reply;
use x_api_client::ErrorKind;
use x_api_client::runtime::{DisconnectReason, StreamEvent};
use x_api_client::types::*;

use crate::support::{Outcome, Rig, failure};

const ACCOUNT: &str = concat!(
    r#"{"for_user_id":"2244994945","event_type":"tweet_create_events","created_at":"2024-01-15T10:30:00.000Z","#,
    r#""tweet_create_events":[{"id":"1234567890","text":"Hello … 🌊 from the stream!","author_id":"2244994945"}]}"#,
);
const ENVELOPE: &str = concat!(
    r#"{"data":{"event_uuid":"-2781149976877970683","event_type":"follow.follow","filter":{"user_id":"1"},"tag":"t","#,
    r#""payload":{"source":{"data":{"id":"1","username":"a"}},"target":{"id":"2","username":"b"}}}}"#,
);
const DISCONNECT: &str = concat!(
    r#"{"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","#,
    r#""type":"https://api.twitter.com/2/problems/operational-disconnect"}]}"#,
);

fn line(text: &str) -> Vec<u8> {
    format!("{text}\r\n").into_bytes()
}

/// Three events with keep-alives between; one is cut inside a character and one inside its line end, and one chunk holds
/// the end of an event and the beginning of the next.
#[tokio::test]
async fn three_events() -> Outcome {
    let account = line(ACCOUNT);
    let inside_a_character = ACCOUNT.find('🌊').expect("it is there") + 2;
    let (first, second) = account.split_at(inside_a_character);
    let envelope = line(ENVELOPE);
    let inside_the_line_end = envelope.len() - 1;
    let (third, fourth) = envelope.split_at(inside_the_line_end);
    let pause = Duration::from_millis(5);
    let reply = Reply::stream()
        .chunk("\r\n")
        .chunk(first)
        .pause(pause)
        .chunk([second, b"\r\n", third].concat())
        .pause(pause)
        .chunk(fourth)
        .chunk("\r\n")
        .pause(pause)
        .chunk("\n")
        .chunk(line(r#"{"title":"odd","type":"about:blank"}"#))
        .hold();
    let rig = Rig::with(reply).await?;
    let mut live = rig.client.activity().stream().connect();
    assert!(rig.server.requests().is_empty(), "nothing is sent before an event is asked for");

    let Some(ActivityEvent::AccountActivity(event)) = live.try_next().await? else {
        unreachable!("the first line is account activity");
    };
    assert_eq!(event.for_user_id, Some(UserId::from("2244994945")));
    assert_eq!(event.event_type, Some(ActivityEventName::TweetCreateEvents));
    assert_eq!(event.tweet_create_events[0].text.as_deref(), Some("Hello … 🌊 from the stream!"));

    let Some(ActivityEvent::Envelope(event)) = live.try_next().await? else {
        unreachable!("the second line is an envelope");
    };
    let follow = event.relationship()?.expect("it is a follow");
    assert_eq!(follow.source().and_then(|user| user.id.as_ref()), Some(&UserId::from("1")));
    assert_eq!(follow.target().and_then(|user| user.id.as_ref()), Some(&UserId::from("2")));
    assert_eq!(event.event_type(), Some(ActivityEventType::FollowFollow));
    assert_eq!(event.data.and_then(|data| data.event_uuid), Some(EventUuid::from("-2781149976877970683")));

    assert!(matches!(live.try_next().await?, Some(ActivityEvent::Problem(_))));
    let stats = live.stats();
    assert_eq!((stats.connections, stats.items, stats.keep_alives, stats.malformed), (1, 3, 4, 0));
    drop(live);
    // Dropping the stream closes its connection.
    rig.server.hung_up(1).await?;
    assert_eq!(rig.server.requests().len(), 1);
    Ok(())
}

/// A line of errors ends the connection; the stream opens another and goes on.
#[tokio::test]
async fn a_line_of_errors() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(Reply::stream().chunk(line(ACCOUNT)).chunk(line(DISCONNECT)));
    rig.server.push(Reply::stream().chunk(line(ENVELOPE)).hold());
    let mut events = rig.client.activity().stream().connect().events();
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(match events.try_next().await?.expect("the stream does not end") {
            StreamEvent::Connected { .. } => "connected".to_owned(),
            StreamEvent::Item(ActivityEvent::AccountActivity(_)) => "account activity".to_owned(),
            StreamEvent::Item(ActivityEvent::Envelope(_)) => "envelope".to_owned(),
            StreamEvent::Disconnected { reason: DisconnectReason::Announced(problems), attempt, .. } => {
                format!("{} {attempt}", problems[0].kind())
            }
            other => format!("{other:?}"),
        });
    }
    assert_eq!(seen, ["connected", "account activity", "operational-disconnect 1", "connected", "envelope"]);
    assert_eq!(rig.server.requests().len(), 2);
    Ok(())
}

/// Without reconnecting, the end that the server announces is an error.
#[tokio::test]
async fn a_line_of_errors_without_another_connection() -> Outcome {
    let rig = Rig::with(Reply::stream().chunk(line(DISCONNECT)).hold()).await?;
    let mut live = rig.client.activity().stream().connect().reconnect(false);
    let error = failure(live.try_next().await);
    assert_eq!(error.kind(), ErrorKind::Stream);
    assert!(error.to_string().contains("operational-disconnect"), "{error}");
    assert!(live.try_next().await?.is_none());
    Ok(())
}

/// Data beside errors is an event like every other.
#[tokio::test]
async fn an_envelope_with_errors() -> Outcome {
    let both = json!({ "data": { "event_uuid": "1" }, "errors": [{ "title": "Not Found Error" }] });
    let rig = Rig::with(Reply::stream().chunk(line(&both.to_string())).hold()).await?;
    let mut live = rig.client.activity().stream().connect();
    let Some(ActivityEvent::Envelope(event)) = live.try_next().await? else { unreachable!("it has data") };
    assert_eq!(event.errors.len(), 1);
    assert_eq!(serde_json::to_value(event)?, both);
    Ok(())
}

/// What is no JSON is reported and skipped, what is JSON of another shape is an event that keeps it.
#[tokio::test]
async fn lines_that_are_no_events() -> Outcome {
    let reply = Reply::stream().chunk("oops\r\n").chunk("{\"brand_new\":[1]}\r\n").chunk(line(ACCOUNT)).hold();
    let rig = Rig::with(reply).await?;
    let mut events = rig.client.activity().stream().connect().events();
    assert!(matches!(events.try_next().await?, Some(StreamEvent::Connected { .. })));
    let Some(StreamEvent::Malformed { line, error, .. }) = events.try_next().await? else {
        unreachable!("the first line is no JSON");
    };
    assert_eq!((line.as_ref().trim_ascii(), error.kind()), (&b"oops"[..], ErrorKind::Decode));
    let Some(StreamEvent::Item(ActivityEvent::Unrecognized(value))) = events.try_next().await? else {
        unreachable!("the second line is JSON of an unknown shape");
    };
    assert_eq!(value, json!({ "brand_new": [1] }));
    assert!(matches!(events.try_next().await?, Some(StreamEvent::Item(ActivityEvent::AccountActivity(_)))));
    assert_eq!(events.stats().malformed, 1);
    Ok(())
}

/// A connection that breaks in the middle of an event is replaced; the broken event is not delivered.
#[tokio::test]
async fn a_cut_connection() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(Reply::stream().chunk(line(ACCOUNT)).chunk(&ENVELOPE.as_bytes()[..20]).cut());
    rig.server.push(Reply::stream().chunk(line(ENVELOPE)).hold());
    let mut live = rig.client.activity().stream().connect();
    assert!(matches!(live.try_next().await?, Some(ActivityEvent::AccountActivity(_))));
    assert!(matches!(live.try_next().await?, Some(ActivityEvent::Envelope(_))));
    let stats = live.stats();
    assert_eq!((stats.connections, stats.disconnects, stats.items), (2, 1, 2));
    Ok(())
}

/// The server repeats what was delivered already when it is asked for what was missed.
#[tokio::test]
async fn repeated_events_are_left_out() -> Outcome {
    let rig = Rig::start().await?;
    let other = ENVELOPE.replace("-2781149976877970683", "5");
    rig.server.push(Reply::stream().chunk(line(ENVELOPE)).chunk(line(ACCOUNT)).cut());
    rig.server.push(Reply::stream().chunk(line(ENVELOPE)).chunk(line(ACCOUNT)).chunk(line(&other)));
    // By this status a server ends a stream for good.
    rig.server.push(Reply::status(204));
    let mut live = rig.client.activity().stream().backfill_minutes(2).connect();
    for _ in 0..2 {
        live.try_next().await?;
    }
    let Some(ActivityEvent::Envelope(event)) = live.try_next().await? else { unreachable!("the third is new") };
    assert_eq!(event.data.and_then(|data| data.event_uuid), Some(EventUuid::from("5")));
    assert!(live.try_next().await?.is_none());
    assert_eq!((live.stats().items, live.stats().duplicates), (3, 2));
    Ok(())
}

/// Accounts that may not ask for missed events get status 400; the stream goes on without asking.
#[tokio::test]
async fn a_refused_backfill() -> Outcome {
    let rig = Rig::start().await?;
    let refusal = json!({ "errors": [{ "parameters": { "backfill_minutes": ["2"] }, "message": "not authorized" }] });
    rig.server.push(Reply::json(400, refusal));
    rig.server.push(Reply::stream().chunk(line(ACCOUNT)).hold());
    let mut live = rig.client.activity().stream().backfill_minutes(2).connect();
    assert!(live.try_next().await?.is_some());
    let targets: Vec<String> = rig.server.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(targets, ["/2/activity/stream?backfill_minutes=2", "/2/activity/stream"]);
    Ok(())
}

/// A recovery of earlier events ends by itself.
#[tokio::test]
async fn a_recovery_ends() -> Outcome {
    let rig = Rig::with(Reply::stream().chunk(line(ACCOUNT))).await?;
    let mut live = rig.client.activity().stream().start_time("2024-01-15T10:00:00Z").connect();
    assert!(live.try_next().await?.is_some());
    assert!(live.try_next().await?.is_none());
    assert_eq!(rig.server.requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_refused_stream() -> Outcome {
    let rig = Rig::with(Reply::json(403, r#"{"title":"Forbidden"}"#)).await?;
    let mut live = rig.client.activity().stream().connect();
    let error = failure(live.try_next().await);
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Api, Some(403)));
    assert!(live.try_next().await?.is_none());
    assert_eq!(rig.server.requests().len(), 1);
    Ok(())
}
