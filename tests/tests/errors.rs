//! What a user reads when something is wrong: each text in full, with what to do.

use std::error::Error as _;
use std::fmt::Write as _;

use serde_json::json;
use x_api_client::runtime::{ManualClock, MemoryTransport, OAuth1, OAuth1Token, Reply};
use x_api_client::{Client, ClientBuilder, Error};

/// The error with its sources, as programs print it, and what it says beside its text.
fn shown(error: &Error) -> String {
    let mut text = format!("{error}\n");
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = writeln!(text, "caused by: {cause}");
        source = cause.source();
    }
    let _ = writeln!(text, "kind: {:?}, outcome: {:?}", error.kind(), error.outcome());
    text
}

fn client(reply: Option<Reply>) -> ClientBuilder {
    let clock = ManualClock::new();
    let transport = MemoryTransport::with_clock(clock.clone());
    reply.into_iter().for_each(|reply| transport.push(reply));
    Client::builder().transport(transport).clock(clock)
}

async fn history(client: &Client) -> Error {
    client.connections().history().send().await.expect_err("it fails")
}

#[tokio::test]
async fn a_wrong_token() -> Result<(), Error> {
    let problem = json!({ "title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized" });
    let client = client(Some(Reply::json(401, problem.to_string()))).bearer_token("wrong").build()?;
    insta::assert_snapshot!(shown(&history(&client).await));
    Ok(())
}

#[tokio::test]
async fn no_token() -> Result<(), Error> {
    insta::assert_snapshot!(shown(&history(&client(None).build()?).await));
    Ok(())
}

#[tokio::test]
async fn a_token_of_the_wrong_kind() -> Result<(), Error> {
    let client = client(None).bearer_token("app").build()?;
    let error = client.direct_messages().events_with("1").send().await.expect_err("it takes a user's token");
    insta::assert_snapshot!(shown(&error));
    Ok(())
}

#[tokio::test]
async fn a_missing_scope() -> Result<(), Error> {
    let problem = json!({ "title": "Forbidden", "type": "about:blank", "status": 403, "detail": "Forbidden" });
    let reply =
        Reply::json(403, problem.to_string()).with_header("www-authenticate", "Bearer error=\"insufficient_scope\"");
    let client = client(Some(reply)).oauth2_user_token("user").build()?;
    let error = client.direct_messages().events_with("1").send().await.expect_err("it is refused");
    insta::assert_snapshot!(shown(&error));
    Ok(())
}

#[tokio::test]
async fn over_a_bound() -> Result<(), Error> {
    let client = client(None).bearer_token("app").build()?;
    let error = client.connections().history().max_results(1000).send().await.expect_err("it is over the bound");
    insta::assert_snapshot!(shown(&error));
    Ok(())
}

#[tokio::test]
async fn nobody_answers() -> Result<(), Error> {
    insta::assert_snapshot!(shown(&history(&client(None).bearer_token("app").build()?).await));
    Ok(())
}

#[tokio::test]
async fn a_clock_that_is_off() -> Result<(), Box<dyn std::error::Error>> {
    let problem = json!({ "errors": [{ "code": 135, "message": "Timestamp out of bounds." }] });
    let reply = Reply::json(401, problem.to_string()).with_header("date", "Mon, 01 Jan 2035 00:00:00 GMT");
    let signed = OAuth1::with_clock("key", "secret", ManualClock::new()).token(OAuth1Token::new("token", "secret"));
    let client = client(Some(reply)).oauth1_user_token(signed).build()?;
    let error = client.activity().list_subscriptions().send().await.expect_err("it is refused");
    insta::assert_snapshot!(shown(&error));
    Ok(())
}

#[tokio::test]
async fn an_answer_of_another_shape() -> Result<(), Error> {
    let client = client(Some(Reply::json(200, r#"{"data":[{"id":"1"},{"id":[1]}]}"#))).bearer_token("app").build()?;
    insta::assert_snapshot!(shown(&history(&client).await));
    Ok(())
}

#[tokio::test]
async fn a_page_in_place_of_json() -> Result<(), Error> {
    let reply = Reply::status(200).with_header("content-type", "text/html").chunk("<html>Log in to the hotel</html>");
    let client = client(Some(reply)).bearer_token("app").build()?;
    insta::assert_snapshot!(shown(&history(&client).await));
    Ok(())
}

#[tokio::test]
async fn too_many_requests() -> Result<(), Error> {
    let problem = json!({ "title": "Too Many Requests", "type": "about:blank", "status": 429 });
    let reply = Reply::json(429, problem.to_string()).with_header("x-rate-limit-limit", "25");
    let reply = reply
        .with_header("x-rate-limit-remaining", "0")
        .with_header("x-rate-limit-reset", "1767226500")
        .with_header("date", "Thu, 01 Jan 2026 00:00:00 GMT");
    let client = client(Some(reply)).bearer_token("app").retry(x_api_client::runtime::RetryPolicy::off()).build()?;
    insta::assert_snapshot!(shown(&history(&client).await));
    Ok(())
}

#[test]
fn an_address_that_is_none() {
    for (name, url) in [("no_address", "api.x.com"), ("an_address_with_a_query", "https://api.x.com?a=1")] {
        let error = Client::builder().base_url(url).build().expect_err("it is no address");
        insta::assert_snapshot!(name, shown(&error));
    }
}
