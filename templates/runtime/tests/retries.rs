//! Retries, waits, time limits and what an error says about the fate of the request, all in virtual time.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::time::Duration;

use client_runtime::runtime::wire::Operation;
use client_runtime::runtime::{
    Body, CallOptions, Clock, Error, ErrorKind, ManualClock, MemoryTransport, Outcome, Outgoing, Reply, RetryPolicy,
    TransportError,
};
use common::*;
use http::Method;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Sends one call with these replies queued, and gives the result, the number of requests and the waits.
async fn run(operation: &'static Operation, replies: Vec<Reply>) -> (Result<u32, Error>, usize, Vec<Duration>) {
    let (builder, transport, clock) = setup();
    let client = builder.build().unwrap();
    for reply in replies {
        transport.push(reply);
    }
    let mut request = call(&client, operation);
    if operation.path().contains("{id}") {
        request.set(0, &"1");
    }
    let result = request.empty().await.map(|response| response.meta.attempts());
    (result, transport.requests().len(), clock.waits())
}

fn refused() -> Reply {
    Reply::fail(TransportError::connect("refused"))
}

fn reset() -> Reply {
    Reply::fail(TransportError::exchange("reset"))
}

#[tokio::test]
async fn passing_failures_of_reads_are_retried_with_growing_waits() {
    let (result, requests, waits) =
        run(&PUBLIC, vec![Reply::status(503), Reply::status(500), Reply::json(200, "{}")]).await;
    assert_eq!(result.unwrap(), 3);
    assert_eq!((requests, waits), (3, vec![ms(500), ms(1000)]));

    let (result, requests, _) = run(&DELETE, vec![refused(), reset(), Reply::status(204)]).await;
    assert_eq!((result.unwrap(), requests), (3, 3));

    let (result, requests, _) = run(&PUBLIC, vec![reset(), reset(), reset(), Reply::status(200)]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), requests), (ErrorKind::Transport, Outcome::MayHaveArrived, 3));
}

#[tokio::test]
async fn a_post_is_repeated_only_if_nothing_left() {
    let (result, requests, _) = run(&CREATE, vec![refused(), Reply::status(201)]).await;
    assert_eq!((result.unwrap(), requests), (2, 2));

    let (result, requests, _) = run(&CREATE, vec![reset(), Reply::status(201)]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), requests), (ErrorKind::Transport, Outcome::MayHaveArrived, 1));

    let (result, requests, _) = run(&CREATE, vec![Reply::status(503), Reply::status(201)]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), requests), (ErrorKind::Api, Outcome::Answered, 1));

    let (result, requests, _) = run(&CREATE, vec![refused(), refused(), refused()]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), requests), (ErrorKind::Connect, Outcome::NotSent, 3));
}

#[tokio::test]
async fn an_earlier_attempt_is_not_forgotten() {
    let (result, _, _) = run(&PUBLIC, vec![reset(), refused(), refused()]).await;
    assert_eq!(result.unwrap_err().outcome(), Outcome::MayHaveArrived);
}

#[tokio::test]
async fn with_an_idempotency_key_a_post_is_repeated_under_the_same_key() {
    let (builder, transport, _) = setup_of(&KEYED);
    let client = builder.build().unwrap();
    for reply in [Reply::status(503), reset(), Reply::status(201)] {
        transport.push(reply);
    }
    call(&client, &CREATE).empty().await.unwrap();
    let requests = transport.requests();
    let key = requests[0].header("idempotency-key").unwrap();
    assert_eq!(key.len(), 32);
    assert!(requests.iter().all(|request| request.header("idempotency-key") == Some(key)));
    assert_eq!(requests.len(), 3);
    transport.push(Reply::status(200));
    call(&client, &PUBLIC).empty().await.unwrap();
    assert_eq!(transport.requests()[3].header("idempotency-key"), None);
}

#[tokio::test]
async fn the_policy_can_be_changed_per_client_and_per_call() {
    let (builder, transport, clock) = setup();
    let client = builder.retry(RetryPolicy::new().max_retries(4).base(secs(8))).build().unwrap();
    for _ in 0..5 {
        transport.push(Reply::status(502));
    }
    call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!(clock.waits(), [secs(8), secs(16), secs(20), secs(20)]);
    transport.push(Reply::status(502));
    let mut request = call(&client, &PUBLIC);
    request.with(CallOptions::new().retry(RetryPolicy::off()));
    request.empty().await.unwrap_err();
    assert_eq!(transport.requests().len(), 6);
}

#[tokio::test]
async fn jitter_shortens_the_wait() {
    let clock = ManualClock::new().with_random(u64::MAX / 4);
    let transport = MemoryTransport::new();
    let client = setup().0.transport(transport.clone()).clock(clock.clone()).build().unwrap();
    transport.push(Reply::status(503));
    transport.push(Reply::status(200));
    call(&client, &PUBLIC).empty().await.unwrap();
    let wait = clock.waits()[0];
    assert!(wait > ms(124) && wait <= ms(125), "{wait:?}");
}

#[tokio::test]
async fn the_server_says_how_long() {
    let cases = [
        // The clock stands at Unix time 1 700 000 000, 2023-11-14T22:13:20Z.
        (503, "retry-after", "7", Some(7_500)),
        (503, "retry-after", "Tue, 14 Nov 2023 22:13:30 GMT", Some(10_500)),
        (503, "retry-after", "Tuesday, 14-Nov-23 22:13:30 GMT", Some(10_500)),
        (503, "retry-after", "Tue Nov 14 22:13:30 2023", Some(10_500)),
        (503, "retry-after", "Tue, 14 Nov 2023 22:13:00 GMT", Some(500)),
        (503, "retry-after", "soon", Some(500)),
        (503, "x-rate-limit-reset", "1700000030", Some(500)),
        (429, "x-rate-limit-reset", "1700000030", Some(30_500)),
        (429, "x-ratelimit-reset", "1700000030", Some(30_500)),
        (429, "x-rate-limit-reset", "1699999999", Some(500)),
        (429, "x-rate-limit-reset", "1700000000", Some(500)),
        (429, "x-unknown", "1", Some(500)),
        // The longest that is sat out, and one more.
        (429, "retry-after", "60", Some(60_500)),
        (429, "retry-after", "61", None),
        // Two digits of a year from 70 on are of the last century, which is over.
        (503, "retry-after", "Sunday, 06-Nov-94 08:49:37 GMT", Some(500)),
        (503, "retry-after", "Thursday, 01-Jan-70 00:00:00 GMT", Some(500)),
        // What is no date says nothing.
        (503, "retry-after", "Wed, 31 Dec 1969 23:59:59 GMT", Some(500)),
        (503, "retry-after", "Tue, 14 Nov 2023 24:00:00 GMT", Some(500)),
        (503, "retry-after", "Tue, 14 Nov 2023 21:73:30 GMT", Some(500)),
        (503, "retry-after", "Tue, 14 Nov 2023 22:13:61 GMT", Some(500)),
        (503, "retry-after", "Tue, 14 Nov 2023 22:13:30:00 GMT", Some(500)),
        (503, "retry-after", "Tue, 45 Oct 2023 22:13:30 GMT", Some(500)),
        (429, "x-rate-limit-reset", "1700000900", None),
    ];
    for (status, name, value, wait) in cases {
        for operation in [&PUBLIC, &CREATE] {
            if status == 503 && operation.method() == "POST" {
                continue;
            }
            let replies = vec![Reply::status(status).with_header(name, value), Reply::status(200)];
            let (result, requests, waits) = run(operation, replies).await;
            match wait {
                Some(wait) => assert_eq!((result.unwrap(), waits), (2, vec![ms(wait)]), "{name}: {value}"),
                None => {
                    let error = result.unwrap_err();
                    assert_eq!((error.kind(), requests), (ErrorKind::RateLimited, 1));
                    assert!(error.retry_after().unwrap() > secs(60), "{name}: {value}");
                    assert!(waits.is_empty());
                }
            }
        }
    }
}

#[tokio::test]
async fn dates_are_read_against_the_servers_own_clock() {
    let late = Reply::status(429)
        .with_header("date", "Tue, 14 Nov 2023 23:13:20 GMT")
        .with_header("x-rate-limit-reset", "1700003605");
    let (result, _, waits) = run(&PUBLIC, vec![late, Reply::status(200)]).await;
    result.unwrap();
    assert_eq!(waits, [ms(5_500)]);
}

#[tokio::test]
async fn dates_are_those_of_the_calendar() {
    for (date, until, wait) in [
        // The last of a minute, an hour and a day, and a second that is put in at the end of one.
        ("Tue, 14 Nov 2023 23:59:49 GMT", "Tue, 14 Nov 2023 23:59:59 GMT", 10),
        ("Sat, 31 Dec 2016 23:59:50 GMT", "Sat, 31 Dec 2016 23:59:60 GMT", 10),
        // A year of 366 days, one of 365, and the centuries, of which every fourth has 366.
        ("Thu, 29 Feb 2024 23:59:50 GMT", "Fri, 01 Mar 2024 00:00:10 GMT", 20),
        ("Tue, 28 Feb 2023 23:59:50 GMT", "Wed, 01 Mar 2023 00:00:10 GMT", 20),
        ("Tue, 29 Feb 2000 23:59:50 GMT", "Wed, 01 Mar 2000 00:00:10 GMT", 20),
        ("Sun, 28 Feb 2100 23:59:50 GMT", "Mon, 01 Mar 2100 00:00:10 GMT", 20),
        // From one year to the next.
        ("Tue, 31 Dec 2024 23:59:50 GMT", "Wed, 01 Jan 2025 00:00:10 GMT", 20),
        ("Sun, 31 Dec 2000 23:59:50 GMT", "Mon, 01 Jan 2001 00:00:10 GMT", 20),
        ("Fri, 31 Dec 2100 23:59:50 GMT", "Sat, 01 Jan 2101 00:00:10 GMT", 20),
    ] {
        let busy = Reply::status(503).with_header("date", date).with_header("retry-after", until);
        let (result, _, waits) = run(&PUBLIC, vec![busy, Reply::status(200)]).await;
        assert_eq!((result.unwrap(), waits), (2, vec![secs(wait) + ms(500)]), "{until}");
    }
}

#[tokio::test]
async fn a_server_that_asks_for_no_wait_does_not_stop_the_waits_from_growing() {
    let busy = || Reply::status(503).with_header("retry-after", "0");
    let (result, _, waits) = run(&PUBLIC, vec![busy(), busy(), Reply::status(200)]).await;
    assert_eq!((result.unwrap(), waits), (3, vec![ms(500), ms(1000)]));
}

#[tokio::test]
async fn a_429_is_classified_by_its_body_first() {
    let cases = [
        (
            r#"{"type":"https://api.example.com/2/problems/usage-capped","title":"UsageCapExceeded","period":"Monthly"}"#,
            ErrorKind::UsageCapped,
            1,
        ),
        (r#"{"title":"UsageCapExceeded"}"#, ErrorKind::UsageCapped, 1),
        (
            r#"{"errors":[{"title":"ConnectionException","connection_issue":"TooManyConnections",
            "type":"https://api.example.com/2/problems/streaming-connection"}]}"#,
            ErrorKind::TooManyConnections,
            1,
        ),
        (r#"{"errors":[{"code":88,"message":"Rate limit exceeded"}]}"#, ErrorKind::RateLimited, 3),
        (r#"{"title":"Too Many Requests","type":"about:blank","status":429}"#, ErrorKind::RateLimited, 3),
        ("<html>slow down</html>", ErrorKind::RateLimited, 3),
        ("", ErrorKind::RateLimited, 3),
    ];
    for (body, kind, expected) in cases {
        let reply = || Reply::json(429, body).with_header("x-rate-limit-reset", "1700000001");
        let (result, requests, _) = run(&PUBLIC, vec![reply(), reply(), reply()]).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), requests, error.outcome()), (kind, expected, Outcome::Answered), "{body}");
    }
}

#[tokio::test]
async fn limits_are_data_on_answers_and_errors() {
    let (builder, transport, _) = setup();
    let client = builder.retry(RetryPolicy::off()).build().unwrap();
    let limited = |status| {
        Reply::status(status)
            .with_header("x-rate-limit-limit", "15")
            .with_header("x-rate-limit-remaining", "3")
            .with_header("x-rate-limit-reset", "1700000900")
    };
    transport.push(limited(200));
    let limit = call(&client, &PUBLIC).empty().await.unwrap().meta.rate_limit().unwrap();
    assert_eq!((limit.limit, limit.remaining, limit.reset), (15, 3, 1_700_000_900));
    transport.push(limited(429));
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!(error.rate_limit(), Some(limit));
    // Three are left, so the end of the window is not what to wait for.
    assert_eq!(error.retry_after(), None);
    let exhausted =
        Reply::status(429).with_header("x-rate-limit-remaining", "0").with_header("x-rate-limit-reset", "1700000900");
    transport.push(exhausted);
    assert_eq!(call(&client, &PUBLIC).empty().await.unwrap_err().retry_after(), Some(secs(900)));
}

#[tokio::test]
async fn an_attempt_has_its_time() {
    let (builder, transport, clock) = setup();
    let client = builder.attempt_timeout(secs(5)).build().unwrap();
    for reply in [
        Reply::hang(),
        Reply::status(200).chunk("{").then_hang(),
        Reply::status(200).after(secs(4)).chunk("{").then_wait(ms(900)).chunk("}"),
    ] {
        transport.push(reply);
    }
    let response = call(&client, &PUBLIC).bytes().await.unwrap();
    assert_eq!((&*response.body, response.meta.attempts()), (&b"{}"[..], 3));
    assert_eq!(clock.waits(), [secs(5), ms(500), secs(5), secs(1), secs(4), ms(900)]);

    transport.push(Reply::hang());
    let error = call(&client, &CREATE).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::MayHaveArrived));
    assert_eq!(error.to_string(), "createThing: the attempt took longer than 5s");

    transport.push(Reply::status(201).chunk("{").then_hang());
    let error = call(&client, &CREATE).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Answered));
    assert_eq!((error.status().unwrap().as_u16(), &**error.raw().unwrap()), (201, &b"{"[..]));
}

#[tokio::test]
async fn a_call_has_its_time_as_a_whole() {
    let (builder, transport, clock) = setup();
    let client = builder.attempt_timeout(secs(5)).overall_timeout(secs(7)).build().unwrap();
    transport.push(Reply::hang());
    transport.push(Reply::hang());
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::MayHaveArrived));
    assert_eq!(clock.now(), secs(7));
    assert!(error.to_string().contains("longer than 7s with all its attempts"), "{error}");

    // A wait that would not end in time is not begun, and the failure itself is what the caller gets.
    transport.push(Reply::status(503).with_header("retry-after", "8"));
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!((error.kind(), clock.now()), (ErrorKind::Api, secs(7)));

    transport.push(Reply::status(200).after(secs(100)));
    let mut request = call(&client, &PUBLIC);
    request.with(CallOptions::new().attempt_timeout(None).overall_timeout(None));
    request.empty().await.unwrap();
}

#[tokio::test]
async fn an_error_answer_that_breaks_off_is_still_that_answer() {
    let broken = Reply::status(403).chunk(r#"{"title":"#).then_fail(TransportError::exchange("reset"));
    let (result, _, _) = run(&PUBLIC, vec![broken]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 403));
    assert_eq!(&**error.raw().unwrap(), br#"{"title":"#);
}

#[tokio::test]
async fn a_success_that_breaks_off_is_fetched_again() {
    let broken = || Reply::status(200).chunk("{").then_fail(TransportError::exchange("reset"));
    let (result, requests, _) = run(&PUBLIC, vec![broken(), Reply::json(200, "{}")]).await;
    assert_eq!((result.unwrap(), requests), (2, 2));
    let (result, requests, _) = run(&CREATE, vec![broken()]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), requests), (ErrorKind::Transport, Outcome::Answered, 1));
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let (builder, transport, _) = setup();
    let client = builder.max_body(10).build().unwrap();
    transport.push(Reply::status(200).chunk("12345").chunk("67890"));
    assert_eq!(&*call(&client, &PUBLIC).bytes().await.unwrap().body, b"1234567890");
    for reply in [
        Reply::status(200).chunk("12345").chunk("678901").then_hang(),
        Reply::status(200).with_header("content-length", "11").then_hang(),
    ] {
        transport.push(reply);
        let error = call(&client, &PUBLIC).bytes().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::TooLarge, Outcome::Answered));
        assert_eq!(error.status().unwrap().as_u16(), 200);
    }
    transport.push(Reply::status(404).chunk("12345").chunk("678901"));
    let error = call(&client, &PUBLIC).bytes().await.unwrap_err();
    assert_eq!((error.kind(), &**error.raw().unwrap()), (ErrorKind::Api, &b"1234567890"[..]));
    // The length of an answer to HEAD is that of a body that does not come.
    transport.push(Reply::status(200).with_header("content-length", "11"));
    call(&client, &PUBLIC_HEAD).empty().await.unwrap();
    transport.push(Reply::status(200).chunk("678901234567"));
    let mut request = call(&client, &PUBLIC);
    request.with(CallOptions::new().max_body(12));
    request.empty().await.unwrap();
}

#[tokio::test]
async fn a_body_is_as_long_as_announced() {
    let (builder, transport, _) = setup();
    let client = builder.retry(RetryPolicy::off()).build().unwrap();
    let announced = |status: u16| Reply::status(status).with_header("content-length", "10").chunk("12345");
    transport.push(announced(200));
    let error = call(&client, &PUBLIC).bytes().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Answered));
    assert_eq!(&**error.raw().unwrap(), b"12345");
    let cause = std::error::Error::source(&error).and_then(std::error::Error::source).unwrap();
    assert_eq!(cause.to_string(), "the answer ended after 5 of 10 bytes");
    // Of an encoded body the length says nothing, and what stands beside an error is only there to be read.
    transport.push(announced(200).with_header("content-encoding", "br"));
    assert_eq!(&*call(&client, &PUBLIC).bytes().await.unwrap().body, b"12345");
    transport.push(announced(404));
    assert_eq!(call(&client, &PUBLIC).bytes().await.unwrap_err().kind(), ErrorKind::Api);
    // This status has no body, whatever its headers say.
    transport.push(Reply::status(204).with_header("content-length", "10"));
    call(&client, &PUBLIC).empty().await.unwrap();
}

#[tokio::test]
async fn a_hook_sees_and_refuses() {
    let (builder, transport, _) = setup();
    let client = builder
        .credential(&APP, "app")
        .before_send(|outgoing: &Outgoing<'_>| {
            assert_eq!(outgoing.operation_id, "listThings");
            assert_eq!((outgoing.method, outgoing.url_template), (&Method::GET, "/2/things"));
            match (outgoing.attempt, outgoing.estimated_items) {
                (1, Some(10 | 50)) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .build()
        .unwrap();
    transport.push(Reply::status(503));
    let error = call(&client, &LIST).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, Outcome::MayHaveArrived));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "(2, Some(10))");
    transport.push(Reply::status(200));
    let mut list = call(&client, &LIST);
    list.set(2, &50);
    list.clone().empty().await.unwrap();
    list.set(2, &60);
    let error = list.empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, Outcome::NotSent));
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_body_that_exists_once_is_sent_once() {
    struct Chunks(Vec<&'static str>);
    impl futures_core::Stream for Chunks {
        type Item = Result<bytes::Bytes, client_runtime::runtime::BoxError>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.pop().map(|chunk| Ok(bytes::Bytes::from(chunk))))
        }
    }
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    let mut once = call(&client, &CREATE);
    once.bytes_body("application/octet-stream", Body::stream(Chunks(vec!["b", "a"])));
    transport.push(refused());
    let copy = once.clone();
    let error = once.empty().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(copy.empty().await.unwrap_err().kind(), ErrorKind::InvalidRequest);

    let mut again = call(&client, &CREATE);
    again.bytes_body("application/octet-stream", Body::replayable(|| Chunks(vec!["b", "a"])));
    transport.push(refused());
    transport.push(Reply::status(200));
    again.empty().await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| &*request.body == b"ab"));
}

#[tokio::test]
async fn the_longest_wait_does_not_overflow() {
    let (builder, transport, _) = setup();
    let client = builder.retry(RetryPolicy::new().max_wait(Duration::MAX)).overall_timeout(None).build().unwrap();
    let forever = u64::MAX.to_string();
    transport.push(Reply::status(429).with_header("retry-after", &forever));
    transport.push(Reply::status(200));
    call(&client, &PUBLIC).empty().await.unwrap();
    assert_eq!(transport.requests().len(), 2);
}
