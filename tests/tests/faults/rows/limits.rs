//! Answers that say when to come back, or that do not.

use tests::faulty::{Script, head};

use crate::row::{Row, row};
use crate::side::UNIX_ORIGIN;

/// The body of a used-up window.
const WINDOW: &str = r#"{"errors":[{"code":88,"message":"Rate limit exceeded"}]}"#;
const USAGE: &str = r#"{"title":"UsageCapExceeded","detail":"Usage cap exceeded: Monthly product cap","period":"Monthly","scope":"Product","account_id":"1","product_name":"standard-basic","type":"https://api.x.com/2/problems/usage-capped"}"#;
/// The bare problem of a stream that is one too many.
const CONNECTIONS: &str = r#"{"title":"ConnectionException","detail":"This stream is currently at the maximum allowed connection limit.","connection_issue":"TooManyConnections","type":"https://api.twitter.com/2/problems/streaming-connection"}"#;

pub(super) fn rows() -> Vec<Row> {
    [of_calls(), of_streams()].into_iter().flatten().collect()
}

/// A 429 with a reset so many seconds from the beginning of the row.
fn limited(reset: i64) -> Script {
    let reset = (UNIX_ORIGIN.as_secs().cast_signed() + reset).to_string();
    head(429, &[("x-rate-limit-limit", "15"), ("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", &reset)], WINDOW)
}

/// A 429 in the middle of a window of which most is left.
fn quota_left(body: &'static str) -> Script {
    let reset = (UNIX_ORIGIN.as_secs() + 900).to_string();
    let headers = [("x-rate-limit-limit", "50"), ("x-rate-limit-remaining", "48"), ("x-rate-limit-reset", &reset)];
    head(429, &headers, body)
}

fn unavailable(retry_after: &str) -> Script {
    head(503, &[("retry-after", retry_after)], "")
}

fn good() -> Script {
    head(200, &[], "{}")
}

fn of_calls() -> Vec<Row> {
    // The stage's first second is 2023-11-14T22:13:20Z.
    let date = "Tue, 14 Nov 2023 22:13:29 GMT";
    let dated =
        head(503, &[("date", "Tue, 14 Nov 2023 22:00:00 GMT"), ("retry-after", "Tue, 14 Nov 2023 22:00:12 GMT")], "");
    let html = head(500, &[("content-type", "text/html")], "<html><body><h1>Oops</h1></body></html>");
    vec![
        row("429 with reset in the past").answers([limited(-60), good()]).sees(["Ok"]).requests(2).waits([500]),
        row("429 with reset now").answers([limited(0), good()]).sees(["Ok"]).requests(2).waits([500]),
        row("429 with reset in the future").answers([limited(30), good()]).sees(["Ok"]).requests(2).waits([30_500]),
        row("429 with reset in the future: POST")
            .answers([limited(30), good()])
            .post()
            .sees(["Ok"])
            .requests(2)
            .waits([30_500]),
        row("429 with reset later than the client waits").answers([limited(900)]).sees(["RateLimited 429/Answered"]),
        row("429 without header: GET")
            .always(3, head(429, &[], WINDOW))
            .sees(["RateLimited 429/Answered"])
            .requests(3)
            .waits([500, 1000]),
        row("429 without header: POST, then an answer")
            .answers([head(429, &[], WINDOW), good()])
            .post()
            .sees(["Ok"])
            .requests(2)
            .waits([500]),
        row("429 usage cap").answers([quota_left(USAGE)]).sees(["UsageCapped 429/Answered"]),
        row("429 connection cap, of a call")
            .answers([quota_left(CONNECTIONS)])
            .sees(["TooManyConnections 429/Answered"]),
        row("503 with Retry-After in seconds")
            .answers([unavailable("7"), good()])
            .sees(["Ok"])
            .requests(2)
            .waits([7500]),
        row("503 with Retry-After as a date")
            .answers([unavailable(date), good()])
            .sees(["Ok"])
            .requests(2)
            .waits([9500]),
        row("503 with Retry-After as a date, by the server's clock")
            .answers([dated, good()])
            .sees(["Ok"])
            .requests(2)
            .waits([12_500]),
        row("503 with Retry-After longer than the client waits")
            .answers([unavailable("61")])
            .sees(["Api 503/Answered"]),
        row("503 with Retry-After that is no time")
            .answers([unavailable("soon"), good()])
            .sees(["Ok"])
            .requests(2)
            .waits([500]),
        row("503 with Retry-After: POST").answers([unavailable("7")]).post().sees(["Api 503/Answered"]),
        row("500 with an HTML body: GET")
            .always(3, html.clone())
            .sees(["Api 500/Answered"])
            .requests(3)
            .waits([500, 1000]),
        row("500 with an HTML body: POST").answers([html]).post().sees(["Api 500/Answered"]),
    ]
}

/// Streams wait by classes: 60 s after the first 429, 5 s after the first 5xx.
fn of_streams() -> Vec<Row> {
    let end = || head(204, &[], "");
    let limit = "Failed RateLimited 429/Answered";
    let full = "Failed TooManyConnections 429/Answered";
    vec![
        row("429 with reset in the past: a stream")
            .answers([limited(-60), end()])
            .stream()
            .sees([limit, "End"])
            .requests(2)
            .waits([60_000]),
        row("429 with reset in the future: a stream")
            .answers([limited(100), end()])
            .stream()
            .sees([limit, "End"])
            .requests(2)
            .waits([100_000]),
        row("429 without header: a stream")
            .answers([head(429, &[], WINDOW), head(429, &[], WINDOW), head(429, &[], WINDOW), end()])
            .stream()
            .sees([limit, limit, limit, "End"])
            .requests(4)
            .waits([60_000, 120_000, 240_000]),
        row("429 usage cap: a stream").answers([quota_left(USAGE)]).stream().sees(["UsageCapped 429/Answered", "End"]),
        row("429 connection cap with quota left")
            .answers([quota_left(CONNECTIONS), quota_left(CONNECTIONS), end()])
            .stream()
            .sees([full, full, "End"])
            .requests(3)
            .waits([60_000, 120_000]),
        row("429 with quota left and no word why: a stream")
            .answers([quota_left(""), end()])
            .stream()
            .sees([full, "End"])
            .requests(2)
            .waits([60_000]),
        row("429 connection cap, without reconnecting")
            .answers([quota_left(CONNECTIONS)])
            .stream_of(|client| client.activity().stream().connect().reconnect(false))
            .sees(["TooManyConnections 429/Answered", "End"]),
        row("503 with Retry-After in seconds: a stream")
            .answers([unavailable("7"), unavailable("7"), end()])
            .stream()
            .sees(["Failed Api 503/Answered", "Failed Api 503/Answered", "End"])
            .requests(3)
            .waits([7_000, 10_000]),
        row("503 with Retry-After as a date: a stream")
            .answers([unavailable("Tue, 14 Nov 2023 22:13:29 GMT"), end()])
            .stream()
            .sees(["Failed Api 503/Answered", "End"])
            .requests(2)
            .waits([9_000]),
        row("503 with Retry-After of an hour: a stream")
            .answers([unavailable("3600"), end()])
            .stream()
            .sees(["Failed Api 503/Answered", "End"])
            .requests(2)
            .waits([900_000]),
        row("500 with an HTML body: a stream")
            .always(8, head(500, &[], "<html></html>"))
            .stream_of(|client| {
                let policy = x_api_client::runtime::ReconnectPolicy::new().max_failures(7);
                client.activity().stream().connect().reconnect(policy)
            })
            .sees([vec!["Failed Api 500/Answered"; 7], vec!["Api 500/Answered", "End"]].concat())
            .requests(8)
            .waits([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000]),
        row("403: a stream").answers([head(403, &[], "{}")]).stream().sees(["Api 403/Answered", "End"]),
    ]
}
