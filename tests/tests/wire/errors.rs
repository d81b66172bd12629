//! Answers that are failures, and exchanges without an answer.

use std::time::Duration;

use serde_json::json;
use tests::server::{Reply, Server};
use x_api_client::activity::{
    CreateSubscriptionError, DeleteSubscriptionError, ListSubscriptionsError, StreamError, UpdateSubscriptionError,
};
use x_api_client::connections::HistoryError;
use x_api_client::direct_messages::EventsWithError;
use x_api_client::runtime::{ManualClock, Outcome as Sent, RetryPolicy};
use x_api_client::types::*;
use x_api_client::{CallOptions, Client, ErrorKind};

use crate::support::{Outcome, Rig, builder, failure};

#[tokio::test]
async fn problem_details_with_a_rate_limit() -> Outcome {
    let body = json!({
        "title": "Too Many Requests",
        "detail": "Too Many Requests",
        "type": "https://api.x.com/2/problems/rate-limit-exceeded",
        "status": 429,
        "brand_new": "x"
    });
    let reply = Reply::status(429)
        .header("content-type", "application/problem+json")
        .header("date", "Tue, 14 Nov 2023 22:13:20 GMT")
        .header("x-rate-limit-limit", "15")
        .header("x-rate-limit-remaining", "0")
        .header("x-rate-limit-reset", "1700000090")
        .body(body.to_string());
    let rig = Rig::with(reply).await?;
    let error = failure(rig.client.connections().history().send().await);
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.operation_id(), "getConnectionHistory");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
    assert_eq!(error.outcome(), Sent::Answered);
    // 1 700 000 000 is the date of the answer.
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
    let limit = error.rate_limit().expect("the answer has all three headers");
    assert_eq!((limit.limit, limit.remaining, limit.reset), (15, 0, 1_700_000_090));
    assert_eq!(
        error.headers().map(|headers| headers["content-type"].as_bytes()),
        Some(&b"application/problem+json"[..])
    );
    assert_eq!(error.raw().map(|raw| raw.as_ref().to_vec()), Some(body.to_string().into_bytes()));
    assert_eq!(error.problems().len(), 1);
    let problem = &error.problems()[0];
    assert_eq!(problem.kind(), "rate-limit-exceeded");
    assert_eq!(problem.title.as_deref(), Some("Too Many Requests"));
    assert_eq!(problem.member("brand_new"), Some("x"));
    let said = "getConnectionHistory: the server answered 429 Too Many Requests: Too Many Requests; there is room again in 90 s";
    assert_eq!(error.to_string(), said);
    let typed: HistoryError = error.typed().expect("there was an answer");
    let HistoryError::Default(problem) = typed else { unreachable!("the body is a problem: {typed:?}") };
    assert_eq!(problem.kind(), ProblemKind::RateLimitExceeded);
    assert_eq!(problem.status, Some(429));
    assert_eq!(problem.extra.get("brand_new"), Some(&json!("x")));
    Ok(())
}

/// Every operation documents the same failure, whatever its status; the type of the error is its own.
#[tokio::test]
async fn typed_errors_of_every_operation() -> Outcome {
    let rig = Rig::start().await?;
    let body = json!({ "title": "Conflict", "type": "https://api.twitter.com/2/problems/conflict", "detail": "again" });
    let push = || rig.server.push(Reply::json(409, &body));
    let activity = rig.client.activity();
    let mut kinds = Vec::new();

    push();
    let error = failure(rig.client.connections().history().send().await);
    if let Some(HistoryError::Default(problem)) = error.typed() {
        kinds.push(problem.kind());
    }
    push();
    let error = failure(activity.list_subscriptions().send().await);
    if let Some(ListSubscriptionsError::Default(problem)) = error.typed() {
        kinds.push(problem.kind());
    }
    push();
    let new = NewUserSubscription::new("1", [ActivityEventName::FollowEvents]);
    let error = failure(activity.create_subscription(new).send().await);
    if let Some(CreateSubscriptionError::Default(problem)) = error.typed() {
        kinds.push(problem.kind());
    }
    push();
    let error = failure(activity.update_subscription("1", SubscriptionUpdate::new().tag("t")).send().await);
    if let Some(UpdateSubscriptionError::Default(problem)) = error.typed() {
        kinds.push(problem.kind());
    }
    push();
    let error = failure(activity.delete_subscription("1").send().await);
    if let Some(DeleteSubscriptionError::Default(problem)) = error.typed() {
        kinds.push(problem.kind());
    }
    push();
    let error = failure(activity.stream().connect().try_next().await);
    if let Some(StreamError::Default(problem)) = error.typed() {
        kinds.push(problem.kind());
    }
    push();
    let error = failure(rig.client.direct_messages().events_with("1").send().await);
    if let Some(EventsWithError::Default(problem)) = error.typed() {
        kinds.push(problem.kind());
    }
    assert_eq!(kinds, vec![ProblemKind::Conflict; 7]);
    Ok(())
}

/// Servers refuse in many shapes; none of them hides the status.
#[tokio::test]
async fn bodies_of_every_family() -> Outcome {
    let rig = Rig::start().await?;
    let problem = json!({ "title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized" });
    let codes = json!({ "errors": [{ "code": 220, "message": "Your credentials do not allow access." }] });
    let parameters = json!({
        "errors": [{ "parameters": { "max_results": ["101"] }, "message": "not between 1 and 100" }],
        "title": "Invalid Request",
        "detail": "A parameter was invalid.",
        "type": "https://api.twitter.com/2/problems/invalid-request"
    });
    let code = json!({ "code": 34, "message": "Sorry, that page does not exist." });
    let oauth = json!({ "error": "invalid_client", "error_description": "no such client" });
    let cases = [
        (401, problem.to_string(), "401 Unauthorized: Unauthorized; the credential for `BearerToken` was not accepted"),
        (403, codes.to_string(), "403 Forbidden: Your credentials do not allow access. (code 220)"),
        (400, parameters.to_string(), "400 Bad Request: Invalid Request: A parameter was invalid. (and 1 more)"),
        (404, code.to_string(), "404 Not Found: Sorry, that page does not exist. (code 34)"),
        (
            401,
            oauth.to_string(),
            "401 Unauthorized: invalid_client: no such client; the credential for `BearerToken` was not accepted",
        ),
        (503, "<html>\n<b>Unavailable</b>".to_owned(), "503 Service Unavailable: <html> <b>Unavailable</b>"),
        (500, String::new(), "500 Internal Server Error"),
    ];
    for (status, body, message) in cases {
        rig.server.push(Reply::json(status, &body));
        let error = failure(rig.client.connections().history().send().await);
        assert_eq!(error.kind(), ErrorKind::Api, "{body}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{body}");
        assert_eq!(error.to_string(), format!("getConnectionHistory: the server answered {message}"));
        assert_eq!(error.raw().map(|raw| raw.as_ref().to_vec()), Some(body.into_bytes()));
    }
    Ok(())
}

/// A body that is none of the documented ones still gives a typed error.
#[tokio::test]
async fn a_typed_error_for_any_body() -> Outcome {
    let rig = Rig::with(Reply::json(502, "<html>")).await?;
    let error = failure(rig.client.connections().history().send().await);
    let typed: Option<HistoryError> = error.typed();
    assert!(matches!(typed, Some(HistoryError::Other(_))), "{typed:?}");
    Ok(())
}

/// The three reasons for status 429 are three kinds of error.
#[tokio::test]
async fn kinds_of_too_many_requests() -> Outcome {
    let rig = Rig::start().await?;
    let capped = json!({
        "title": "UsageCapExceeded",
        "type": "https://api.twitter.com/2/problems/usage-capped",
        "period": "Monthly"
    });
    let connections = json!({
        "title": "ConnectionException",
        "type": "https://api.x.com/2/problems/streaming-connection",
        "connection_issue": "TooManyConnections"
    });
    let window = json!({ "errors": [{ "code": 88, "message": "Rate limit exceeded" }] });
    let cases = [
        (capped, ErrorKind::UsageCapped),
        (connections, ErrorKind::TooManyConnections),
        (window, ErrorKind::RateLimited),
        (json!({}), ErrorKind::RateLimited),
    ];
    for (body, kind) in cases {
        rig.server.push(Reply::json(429, &body));
        let error = failure(rig.client.connections().history().send().await);
        assert_eq!(error.kind(), kind, "{body}");
    }
    Ok(())
}

/// A decode error names the operation, the place and what stands there.
#[tokio::test]
async fn an_answer_that_cannot_be_decoded() -> Outcome {
    let rig = Rig::with(Reply::json(200, r#"{"data":[{"id":"1"},{"client_ip":{"a":1}}]}"#)).await?;
    let error = failure(rig.client.connections().history().send().await);
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.path(), Some("$.data[1].client_ip"));
    assert_eq!(error.outcome(), Sent::Answered);
    let text = error.to_string();
    assert!(text.starts_with("getConnectionHistory: the answer could not be decoded: "), "{text}");
    assert!(text.contains("`$.data[1].client_ip`"), "{text}");
    Ok(())
}

/// A broken exchange tells whether the request may have taken effect.
#[tokio::test]
async fn no_answer() -> Outcome {
    let rig = Rig::with(Reply::stream().chunk("{\"data\":").cut()).await?;
    let body = NewUserSubscription::new("1", [ActivityEventName::FollowEvents]);
    let error = failure(rig.client.activity().create_subscription(body).send().await);
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(error.outcome(), Sent::Answered);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    let typed: Option<CreateSubscriptionError> = error.typed();
    assert!(typed.is_some());

    let nowhere = Client::builder().base_url("http://127.0.0.1:1").bearer_token("app-token");
    let client = nowhere.retry(RetryPolicy::off()).build()?;
    let error = failure(client.connections().history().send().await);
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.outcome(), Sent::NotSent);
    assert!(error.typed::<HistoryError>().is_none());
    Ok(())
}

/// A call that takes too long is given up, and its connection is closed.
#[tokio::test]
async fn a_timeout() -> Outcome {
    let rig = Rig::with(Reply::stream().hold()).await?;
    let clock = ManualClock::stopped();
    let client = builder(&rig.server).bearer_token("app-token").clock(clock.clone()).build()?;
    let limit = CallOptions::new().attempt_timeout(Duration::from_secs(5));
    let call = tokio::spawn(client.connections().history().with(limit).send());
    rig.server.received(1).await?;
    clock.advance(Duration::from_secs(5));
    let error = failure(call.await?);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().starts_with("getConnectionHistory: the attempt took longer than 5s"), "{error}");
    rig.server.hung_up(1).await?;
    Ok(())
}

/// Reads are repeated when the server fails for a while, creations are not.
#[tokio::test]
async fn what_is_repeated() -> Outcome {
    let server = Server::start().await?;
    let soon = RetryPolicy::new().base(Duration::from_millis(1));
    let client = builder(&server).bearer_token("app-token").retry(soon).build()?;
    server.push(Reply::json(503, "{}"));
    server.push(Reply::json(200, r#"{"data":[{}]}"#));
    let history = client.connections().history().send().await?;
    assert_eq!((history.meta.attempts(), history.body.data.len()), (2, 1));

    server.push(Reply::json(503, "{}"));
    server.push(Reply::json(200, "{}"));
    let body = NewUserSubscription::new("1", [ActivityEventName::FollowEvents]);
    let error = failure(client.activity().create_subscription(body).send().await);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(server.requests().len(), 3);
    Ok(())
}

/// A redirect is followed within the API's origin and by reads alone; a credential goes nowhere else.
#[tokio::test]
async fn redirects() -> Outcome {
    let rig = Rig::with(Reply::status(307).header("location", "/2/connections?moved=1")).await?;
    rig.server.push(Reply::json(200, "{}"));
    assert_eq!(rig.client.connections().history().send().await?.meta.attempts(), 2);
    assert_eq!(rig.server.requests()[1].target(), "/2/connections?moved=1");

    let other = Server::start().await?;
    rig.server.push(Reply::status(307).header("location", &format!("{}/2/connections", other.url())));
    let error = failure(rig.client.connections().history().send().await);
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Api, Some(307)));
    assert_eq!(other.requests(), []);

    rig.server.push(Reply::status(308).header("location", "/2/activity/subscriptions?moved=1"));
    let body = NewUserSubscription::new("1", [ActivityEventName::FollowEvents]);
    assert_eq!(failure(rig.client.activity().create_subscription(body).send().await).kind(), ErrorKind::Api);
    assert_eq!(rig.server.requests().len(), 4);
    Ok(())
}
