//! Answers that break, dawdle, or are too large.

use std::time::Duration;

use tests::faulty::{Script, Step, head, length, raw};
use x_api_client::ClientBuilder;

use crate::rig::ATTEMPT;
use crate::row::{Row, row};

/// What an answer may have in these rows.
const CAP: usize = 1024 * 1024;

/// What may be in use with that cap: the buffer grows by doubling, and the layers below have buffers of their own.
const HEAP: usize = 8 * CAP;

pub(super) fn rows() -> Vec<Row> {
    [resets(), slowness(), sizes(), contents()].into_iter().flatten().collect()
}

fn good() -> Script {
    head(200, &[], "{}")
}

/// The beginning of an answer, and what comes once the client has taken it.
fn begun(end: Step) -> Script {
    [length(20, "{\"da"), vec![Step::Taken, end]].concat()
}

fn resets() -> Vec<Row> {
    let before = || vec![Step::Reset];
    let during = || vec![Step::Hints, Step::Reset];
    let inside = || [raw("HTTP/1.1 200 O"), vec![Step::Reset]].concat();
    let after = || begun(Step::Reset);
    let cut = || begun(Step::Close);
    vec![
        row("reset before headers: GET")
            .always(3, before())
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("reset before headers: GET, then an answer")
            .answers([before(), good()])
            .sees(["Ok"])
            .requests(2)
            .waits([500]),
        row("reset before headers: POST").answers([before()]).post().sees(["Transport/MayHaveArrived"]),
        row("closed before headers: GET")
            .always(3, vec![Step::Close])
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("reset during headers, in the status line: GET")
            .http1()
            .always(3, inside())
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("reset during headers, after interim ones: GET")
            .always(3, during())
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("reset during headers, after interim ones: POST")
            .answers([during()])
            .post()
            .sees(["Transport/MayHaveArrived"]),
        row("interim headers, then an answer").answers([[vec![Step::Hints], good()].concat()]).sees(["Ok"]),
        row("reset after headers: GET")
            .always(3, after())
            .sees(["Transport 200/Answered"])
            .requests(3)
            .waits([500, 1000]),
        row("reset after headers: POST").answers([after()]).post().sees(["Transport 200/Answered"]),
        row("body cut short: GET").always(3, cut()).sees(["Transport 200/Answered"]).requests(3).waits([500, 1000]),
        row("body cut short: GET, then an answer").answers([cut(), good()]).sees(["Ok"]).requests(2).waits([500]),
        row("body cut short: POST").answers([cut()]).post().sees(["Transport 200/Answered"]),
        row("body shorter than announced, orderly end")
            .http2()
            .always(3, length(20, "{}"))
            .sees(["Transport 200/Answered"])
            .requests(3)
            .waits([500, 1000]),
        row("body shorter than announced, reset without error")
            .http2()
            .always(3, [length(20, "{}"), vec![Step::Taken, Step::ResetWithoutError]].concat())
            .sees(["Transport 200/Answered"])
            .requests(3)
            .waits([500, 1000]),
        row("the connection goes away in an error")
            .http2()
            .always(3, begun(Step::GoAwayInError))
            .sees(["Transport 200/Answered"])
            .requests(3)
            .connections(3)
            .waits([500, 1000]),
        row("the connection goes away after this answer")
            .http2()
            .answers([[vec![Step::GoAway], head(503, &[], "")].concat(), good()])
            .sees(["Ok"])
            .requests(2)
            .connections(2)
            .waits([500]),
        row("error answer whose body is cut short: GET")
            .always(3, [head(500, &[("content-length", "20")], "oops"), vec![Step::Taken, Step::Close]].concat())
            .sees(["Api 500/Answered"])
            .requests(3)
            .waits([500, 1000]),
    ]
}

fn slowness() -> Vec<Row> {
    let stall = || vec![Step::Silence(ATTEMPT)];
    let body = || begun(Step::Silence(ATTEMPT));
    let hesitant = |body: &'static str| {
        let pause = Step::Silence(Duration::from_secs(20));
        let (first, second) = body.split_at(1);
        let rest = vec![pause.clone(), Step::Body(second.into())];
        [vec![pause.clone()], head(200, &[], first), vec![pause], rest].concat()
    };
    let dribbled = [vec![Step::Dribble], length(2, "{}")].concat();
    vec![
        row("slow headers: GET")
            .always(3, [stall(), vec![Step::Hold]].concat())
            .sees(["Timeout/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("slow headers: POST")
            .answers([[stall(), vec![Step::Hold]].concat()])
            .post()
            .sees(["Timeout/MayHaveArrived"]),
        row("slow headers: the overall time is up before a retry")
            .answers([[stall(), vec![Step::Hold]].concat()])
            .client(|builder| builder.overall_timeout(ATTEMPT + Duration::from_millis(400)))
            .limits(&[77_400])
            .sees(["Timeout/MayHaveArrived"]),
        row("slow body: GET")
            .always(3, [body(), vec![Step::Hold]].concat())
            .sees(["Timeout 200/Answered"])
            .requests(3)
            .waits([500, 1000]),
        row("slow body: POST").answers([[body(), vec![Step::Hold]].concat()]).post().sees(["Timeout 200/Answered"]),
        row("slow headers and slow body, within the limit").answers([hesitant("{}")]).sees(["Ok"]),
        row("bytes one at a time: an answer").answers([dribbled]).sees(["Ok"]),
    ]
}

fn sizes() -> Vec<Row> {
    let capped: fn(ClientBuilder) -> ClientBuilder = |builder| builder.max_body(CAP);
    let flood = || Step::Flood(vec![b' '; 16 * 1024].into(), 4096);
    let announced = |bytes: usize| [length(bytes, " "), vec![Step::Hold]].concat();
    vec![
        row("body larger than the cap, without end")
            .answers([[head(200, &[], "{"), vec![flood()]].concat()])
            .client(capped)
            .sees(["TooLarge 200/Answered"])
            .heap(HEAP),
        row("body larger than the cap, as announced")
            .answers([announced(64 * CAP)])
            .client(capped)
            .sees(["TooLarge 200/Answered"])
            .heap(CAP),
        row("body announced as large, which never comes")
            .always(3, [length(16 * CAP, " "), vec![Step::Taken, Step::Reset]].concat())
            .sees(["Transport 200/Answered"])
            .requests(3)
            .waits([500, 1000])
            .heap(2 * CAP),
        row("headers without an end")
            .http1()
            .always(
                3,
                vec![Step::Raw("HTTP/1.1 200 OK\r\n"), Step::RawFlood("x-a: bcdefghijklmnopqrstuvwxyz\r\n", 200_000)],
            )
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000])
            .heap(4 * CAP),
        row("error answer larger than its cap: GET")
            .always(3, [head(500, &[], ""), vec![flood()]].concat())
            .sees(["Api 500/Answered"])
            .requests(3)
            .waits([500, 1000])
            .heap(HEAP),
    ]
}

fn contents() -> Vec<Row> {
    // The memory of a stack is limited too.
    let deep = || format!("{{\"data\":{}", "[".repeat(100_000));
    const NOT_FOUND: &str = r#"{"errors":[{"title":"Not Found Error","detail":"no such thing"}]}"#;
    let header = |line: &'static str| {
        let answer =
            vec![Step::Raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n"), Step::Raw(line), Step::Raw("\r\n\r\n{}")];
        vec![answer; 3]
    };
    vec![
        row("header with control characters: NUL")
            .http1()
            .answers(header("x-a: b\0c"))
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("header with control characters: a lone CR")
            .http1()
            .answers(header("x-a: b\rc"))
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("header with control characters: ESC in its name")
            .http1()
            .answers(header("x-\u{1b}a: b"))
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("a chunk whose size is no number")
            .http1()
            .always(3, raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"))
            .sees(["Transport 200/Answered"])
            .requests(3)
            .waits([500, 1000]),
        row("no HTTP at all")
            .http1()
            .always(3, raw("SSH-2.0-OpenSSH_9.9\r\n"))
            .sees(["Transport/MayHaveArrived"])
            .requests(3)
            .waits([500, 1000]),
        row("200 with `errors` only: GET").answers([head(200, &[], NOT_FOUND)]).sees(["Api 200/Answered"]),
        row("200 with `errors` only: POST").answers([head(200, &[], NOT_FOUND)]).post().sees(["Api 200/Answered"]),
        row("200 with a body of HTML").answers([head(200, &[], "<html>hello</html>")]).sees(["Decode 200/Answered"]),
        row("200 with JSON nested without end").answers([head(200, &[], deep())]).sees(["Decode 200/Answered"]),
        row("403 with JSON nested without end").answers([head(403, &[], deep())]).sees(["Api 403/Answered"]),
        row("200 without a body").answers([head(200, &[("content-length", "0")], "")]).sees(["Decode 200/Answered"]),
    ]
}
