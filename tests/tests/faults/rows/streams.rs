//! Streams that fall silent, break and come back.

use std::time::Duration;

use tests::faulty::{Script, Step, head, stream};
use x_api_client::runtime::ReconnectPolicy;

use crate::calls;
use crate::rig::Rig;
use crate::row::{Failure, Row, Saw, row};

pub(super) fn rows() -> Vec<Row> {
    [silence(), ends(), repeats()].into_iter().flatten().collect()
}

/// A line with an event of this id.
pub(super) fn line(id: u64) -> String {
    format!("{{\"data\":{{\"event_uuid\":\"{id}\",\"event_type\":\"follow.follow\"}}}}\r\n")
}

/// Lines with events of these ids.
pub(super) fn lines(ids: impl IntoIterator<Item = u64>) -> String {
    ids.into_iter().map(line).collect()
}

/// The status by which a server ends a stream for good (WHATWG HTML, section 9.2.3).
pub(super) fn end() -> Script {
    head(204, &[], "")
}

fn silent(seconds: u64) -> Step {
    Step::Silence(Duration::from_secs(seconds))
}

fn then<const N: usize>(script: Script, steps: [Step; N]) -> Script {
    [script, steps.to_vec()].concat()
}

/// An answer that begins once the client has ended what was before: a server has few connections to give.
fn alone(script: Script) -> Script {
    [vec![Step::Alone], script].concat()
}

fn silence() -> Vec<Row> {
    let quiet = || then(stream(line(1)), [silent(30), Step::Hold]);
    let keep_alive = || Step::Body("\r\n".into());
    vec![
        row("30 s of silence")
            .answers([quiet(), alone(stream(line(2))), end()])
            .stream()
            .sees(["1", "Silent", "2", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("30 s of silence from the beginning")
            .answers([then(stream(""), [silent(30), Step::Hold]), alone(stream(line(2))), end()])
            .stream()
            .sees(["Silent", "2", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("30 s of silence, without reconnecting")
            .answers([quiet()])
            .stream_of(|client| client.activity().stream().connect().reconnect(false))
            .sees(["1", "Timeout/Answered", "End"]),
        row("20 s of silence between keep-alives")
            .answers([
                then(
                    stream("\r\n"),
                    [silent(20), keep_alive(), silent(20), keep_alive(), silent(29), Step::Body(line(1).into())],
                ),
                end(),
            ])
            .limits(&[10_000, 20_000, 1_000])
            .stream()
            .sees(["KeepAlive x3", "1", "Closed", "End"])
            .requests(2),
        row("30 s of silence on a connection that hangs")
            .http2()
            .answers([then(stream(line(1)), [Step::Taken, Step::Hang, silent(30), Step::Hold]), stream(line(2)), end()])
            .call(|rig| Box::pin(hanging(rig)))
            .sees(["1", "Silent", "Failed Timeout/MayHaveArrived", "2", "Closed", "End"])
            .requests(3)
            .connections(2)
            .waits([250, 250]),
        row("half a line, then 30 s of silence")
            .answers([then(stream(line(1)[..20].to_owned()), [silent(30), Step::Hold]), alone(stream(line(1))), end()])
            .stream()
            .sees(["Silent", "1", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("slow headers: a quiet stream")
            .answers([[vec![silent(59)], stream(line(1))].concat(), end()])
            .stream()
            .sees(["1", "Closed", "End"])
            .requests(2),
        row("slow headers: a stream")
            .answers([vec![silent(77), Step::Hold], stream(line(1)), end()])
            .stream()
            .sees(["Failed Timeout/MayHaveArrived", "1", "Closed", "End"])
            .requests(3)
            .waits([250]),
    ]
}

/// The next stream goes over the same connection, until a ping finds out that it hangs.
async fn hanging(rig: &Rig) -> Result<Saw, Failure> {
    let pings = |builder: reqwest::ClientBuilder| {
        let builder = builder.http2_keep_alive_interval(Duration::from_millis(50));
        builder.http2_keep_alive_timeout(Duration::from_millis(250))
    };
    let url = rig.serve().await?.url();
    let client = rig.builder(&url)?.transport(rig.transport_with(pings)?).build()?;
    calls::all_of(client.activity().stream().connect()).await
}

fn ends() -> Vec<Row> {
    const ANNOUNCED: &str = concat!(
        r#"{"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","#,
        r#""detail":"…","type":"https://api.x.com/2/problems/operational-disconnect"}]}"#,
        "\r\n",
    );
    let old_host = ANNOUNCED.replace("api.x.com", "api.twitter.com");
    let half = || line(2)[..20].to_owned();
    let broken = |step: Step| then(stream(line(1) + &half()), [Step::Taken, step]);
    let closings: Vec<Script> = (1..=50).map(|id| stream(line(id))).chain([end()]).collect();
    let closed = (1..=50).flat_map(|id| [id.to_string(), "Closed".to_owned()]).chain(["End".to_owned()]);
    let empty: Vec<Script> = std::iter::repeat_n(stream(""), 50).chain([end()]).collect();
    let closed_empty = std::iter::repeat_n("Closed", 50).chain(["End"]);
    vec![
        row("stream closed cleanly 50 times")
            .answers(closings)
            .stream()
            .sees(closed)
            .requests(51)
            .waits(waits_of_short_connections(50)),
        row("stream closed cleanly 50 times before anything came")
            .answers(empty)
            .stream()
            .sees(closed_empty)
            .requests(51)
            .waits((1..=50).map(|loss| (250 * loss).min(16_000))),
        row("stream closed cleanly, without reconnecting")
            .answers([stream(line(1))])
            .stream_of(|client| client.activity().stream().connect().reconnect(false))
            .sees(["1", "End"]),
        row("stream closed cleanly, the last line without its end")
            .answers([stream(line(1).trim_end().to_owned()), end()])
            .stream()
            .sees(["1", "Closed", "End"])
            .requests(2),
        row("stream reset in the middle of a line")
            .answers([broken(Step::Reset), stream(line(2)), end()])
            .stream()
            .sees(["1", "Failed Transport 200/Answered", "2", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("stream cut in the middle of a line")
            .answers([broken(Step::Close), stream(line(2)), end()])
            .stream()
            .sees(["1", "Failed Transport 200/Answered", "2", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("stream cut again and again, until the client gives up")
            .always(4, then(stream(""), [Step::Taken, Step::Close]))
            .stream_of(|client| client.activity().stream().connect().reconnect(ReconnectPolicy::new().max_failures(3)))
            .sees([vec!["Failed Transport 200/Answered"; 3], vec!["Transport 200/Answered", "End"]].concat())
            .requests(4)
            .waits([250, 500, 750]),
        row("stream reset without error: a normal drop")
            .http2()
            .answers([then(stream(line(1)), [Step::Taken, Step::ResetWithoutError]), stream(line(2)), end()])
            .stream()
            .sees(["1", "Closed", "2", "Closed", "End"])
            .requests(3)
            .connections(1)
            .waits([250]),
        row("stream on a connection that goes away")
            .http2()
            .answers([
                then(stream(line(1)), [Step::GoAway, Step::Taken, Step::Body(line(2).into())]),
                stream(line(3)),
                end(),
            ])
            .stream()
            .sees(["1", "2", "Closed", "3", "Closed", "End"])
            .requests(3)
            .connections(2)
            .waits([250]),
        row("stream on a connection that goes away in an error")
            .http2()
            .answers([then(stream(line(1)), [Step::Taken, Step::GoAwayInError]), stream(line(2)), end()])
            .stream()
            .sees(["1", "Failed Transport 200/Answered", "2", "Closed", "End"])
            .requests(3)
            .connections(2)
            .waits([250]),
        row("stream reset before headers")
            .answers([vec![Step::Reset], vec![Step::Reset], stream(line(1)), end()])
            .stream()
            .sees(["Failed Transport/MayHaveArrived", "Failed Transport/MayHaveArrived", "1", "Closed", "End"])
            .requests(4)
            .waits([250, 500]),
        row("end announced in the stream")
            .answers([then(stream(line(1) + ANNOUNCED), [Step::Hold]), alone(stream(line(2) + &old_host)), end()])
            .stream()
            .sees(["1", "Announced", "2", "Announced", "End"])
            .requests(3)
            .waits([250]),
        row("end announced in the stream, without reconnecting")
            .answers([then(stream(line(1) + ANNOUNCED), [Step::Hold])])
            .stream_of(|client| client.activity().stream().connect().reconnect(false))
            .sees(["1", "Stream/Answered", "End"]),
    ]
}

/// The waits before every next connection where each delivers something and lives no time at all: none where the last
/// one without a wait is 20 s ago, and 250 ms more each time otherwise, up to 16 s.
fn waits_of_short_connections(losses: u64) -> Vec<u64> {
    let (mut now, mut last_at_once, mut flaps) = (0, None, 0);
    let mut waits = Vec::new();
    for _ in 0..losses {
        if last_at_once.is_none_or(|last| now - last >= 20_000) {
            last_at_once = Some(now);
            continue;
        }
        flaps += 1;
        let wait = (250 * flaps).min(16_000);
        waits.push(wait);
        now += wait;
    }
    waits
}

/// The server repeats what was delivered when it is asked for what was missed.
fn repeats() -> Vec<Row> {
    let cut = |body: String| then(stream(body), [Step::Taken, Step::Close]);
    let text = |text: &str| format!("{{\"for_user_id\":\"1\",\"tweet_create_events\":[{{\"text\":\"{text}\"}}]}}\r\n");
    let refused = head(
        400,
        &[],
        r#"{"errors":[{"parameters":{"backfill_minutes":["2"]},"message":"not authorized"}],"title":"Invalid Request"}"#,
    );
    vec![
        row("items repeated after a backfill, by id")
            .answers([cut(lines([1, 2, 3])), stream(lines([2, 3, 4])), end()])
            .stream_of(|client| client.activity().stream().backfill_minutes(2).connect())
            .sees(["1", "2", "3", "Failed Transport 200/Answered", "4", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("items repeated after a backfill, without ids")
            .answers([cut(text("a") + &text("b")), stream(text("b") + &text("c") + &text("c")), end()])
            .stream_of(|client| client.activity().stream().backfill_minutes(2).connect())
            .sees(["a", "b", "Failed Transport 200/Answered", "c", "c", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("items that are equal where nothing was asked for again")
            .answers([stream(lines([1, 1])), stream(line(1)), end()])
            .stream()
            .sees(["1", "1", "Closed", "1", "Closed", "End"])
            .requests(3)
            .waits([250]),
        row("backfill refused")
            .answers([refused.clone(), stream(line(1)), end()])
            .stream_of(|client| client.activity().stream().backfill_minutes(2).connect())
            .sees(["Notice", "1", "Closed", "End"])
            .requests(3),
        row("backfill refused twice")
            .answers([refused.clone(), refused])
            .stream_of(|client| client.activity().stream().backfill_minutes(2).connect())
            .sees(["Notice", "Api 400/Answered", "End"])
            .requests(2),
    ]
}
