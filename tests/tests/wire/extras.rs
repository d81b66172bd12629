//! What callers add beyond the description, and requests that are not generated.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use tests::server::Reply;
use x_api_client::ErrorKind;
use x_api_client::types::*;

use crate::support::{Outcome, Rig, builder, failure};

#[tokio::test]
async fn extra_query_comes_last_and_is_encoded() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client
        .connections()
        .history()
        .extra_query("post.fields", "a,b c")
        .extra_query("näme", "&=")
        .extra_query("post.fields", "d")
        .max_results(5)
        .send()
        .await?;
    assert_eq!(
        rig.request().target(),
        "/2/connections?max_results=5&post.fields=a%2Cb%20c&n%C3%A4me=%26%3D&post.fields=d"
    );
    Ok(())
}

#[tokio::test]
async fn extra_headers_replace() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let name = HeaderName::from_static("x-b3-flags");
    rig.client
        .activity()
        .list_subscriptions()
        .extra_header(name.clone(), HeaderValue::from_static("0"))
        .extra_header(name, HeaderValue::from_static("1"))
        .extra_header(ACCEPT, HeaderValue::from_static("application/problem+json"))
        .send()
        .await?;
    assert_eq!(
        rig.request().transcript(),
        "GET /2/activity/subscriptions HTTP/1.1\n\
         accept: application/problem+json\n\
         authorization: Bearer app-token\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n\
         x-b3-flags: 1\n"
    );
    Ok(())
}

/// No header of the caller's own takes the place of the credential.
#[tokio::test]
async fn a_credential_comes_before_an_extra_header() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let mine = HeaderValue::from_static("Bearer mine");
    rig.client.connections().history().extra_header(http::header::AUTHORIZATION, mine).send().await?;
    let request = rig.request();
    let authorizations: Vec<&(String, String)> =
        request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization")).collect();
    assert_eq!(authorizations.len(), 1);
    assert_eq!(request.header("authorization"), Some("Bearer app-token"));
    Ok(())
}

#[tokio::test]
async fn default_headers_and_user_agent() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let client = builder(&rig.server)
        .bearer_token("app-token")
        .user_agent("inventory/2.1")
        .default_header(HeaderName::from_static("x-team"), HeaderValue::from_static("ops"))
        .build()?;
    client.connections().history().send().await?;
    let request = rig.request();
    assert_eq!(request.header("user-agent"), Some("inventory/2.1"));
    assert_eq!(request.header("x-team"), Some("ops"));
    Ok(())
}

#[tokio::test]
async fn extra_members_of_a_body() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client
        .activity()
        .update_subscription("1", SubscriptionUpdate::new().tag("ops"))
        .extra_body("priority", 3)
        .extra_body("qualifiers", json!({ "post_id": "5" }))
        .extra_body("priority", 4)
        .send()
        .await?;
    assert_eq!(rig.request().json(), Some(json!({ "tag": "ops", "priority": 4, "qualifiers": { "post_id": "5" } })));
    Ok(())
}

/// A base URL with a path, as a proxy has it, is put in front of the API's own path.
#[tokio::test]
async fn a_base_url_with_a_path() -> Outcome {
    let rig = Rig::start().await?;
    let client = x_api_client::Client::builder()
        .base_url(format!("{}/proxy/x/", rig.server.url()))
        .bearer_token("app-token")
        .build()?;
    rig.server.push(Reply::json(200, "{}"));
    client.connections().history().max_results(5).send().await?;
    rig.server.push(Reply::json(200, "{}"));
    client.request(Method::GET, "/2/users/me").send().await?;
    let targets: Vec<String> = rig.server.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(targets, ["/proxy/x/2/connections?max_results=5", "/proxy/x/2/users/me"]);
    Ok(())
}

#[tokio::test]
async fn a_request_that_is_not_generated() -> Outcome {
    let rig = Rig::with(Reply::json(200, json!({ "data": { "id": "2244994945" } }))).await?;
    let me: Value = rig
        .client
        .request(Method::POST, "/2/users/me?user.fields=id,name")
        .query("expansions", "pinned_tweet_id,x")
        .header(CONTENT_TYPE, HeaderValue::from_static("text/plain"))
        .json(&json!({ "b": 1, "a": [true, null] }))
        .send()
        .await?
        .json()?;
    assert_eq!(me, json!({ "data": { "id": "2244994945" } }));
    assert_eq!(
        rig.request().transcript(),
        "POST /2/users/me?user.fields=id,name&expansions=pinned_tweet_id%2Cx HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer app-token\n\
         content-length: 23\n\
         content-type: application/json\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n\
         \n\
         {\"a\":[true,null],\"b\":1}\n"
    );
    Ok(())
}

/// Credentials are never sent to another host, whatever the path says.
#[tokio::test]
async fn a_request_to_another_origin_is_refused() -> Outcome {
    let rig = Rig::start().await?;
    let other = tests::server::Server::start().await?;
    let error = failure(rig.client.request(Method::GET, format!("{}/2/users/me", other.url())).send().await);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(other.requests(), []);
    rig.assert_silent();
    Ok(())
}

#[tokio::test]
async fn the_errors_of_a_request_that_is_not_generated() -> Outcome {
    let rig = Rig::with(Reply::json(404, json!({ "title": "Not Found Error", "detail": "no such user" }))).await?;
    let error = failure(rig.client.request(Method::GET, "/2/users/1").send().await);
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.operation_id(), "GET /2/users/1");
    assert_eq!(error.to_string(), "GET /2/users/1: the server answered 404 Not Found: Not Found Error: no such user");
    // The envelope of the API holds here too: errors without data.
    rig.server.push(Reply::json(200, json!({ "errors": [{ "title": "gone" }] })));
    let error = failure(rig.client.request(Method::GET, "/2/users/2").send().await);
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Api, Some(200)));
    Ok(())
}

/// A hook sees every attempt before it is sent, and may refuse it.
#[tokio::test]
async fn a_hook_before_sending() -> Outcome {
    let rig = Rig::start().await?;
    let client = builder(&rig.server)
        .oauth2_user_token("user-token")
        .before_send(|outgoing| {
            let seen = format!("{} {} {}", outgoing.operation_id, outgoing.method, outgoing.url_template);
            if seen == "getDirectMessagesEventsByParticipantId GET /2/dm_conversations/with/{participant_id}/dm_events"
            {
                Ok(())
            } else {
                Err(seen)
            }
        })
        .build()?;
    let error = failure(client.activity().list_subscriptions().send().await);
    assert_eq!(error.kind(), ErrorKind::Refused);
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(source.as_deref(), Some("getActivitySubscriptions GET /2/activity/subscriptions"));
    rig.assert_silent();
    rig.server.push(Reply::json(200, "{}"));
    client.direct_messages().events_with("5").send().await?;
    Ok(())
}
