//! Operations without a network: requests to be sent by other means, and answers that came by them.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::json;
use x_api_client::activity::{CreateSubscription, DeleteSubscription};
use x_api_client::connections::{History, HistoryError};
use x_api_client::direct_messages::EventsWith;
use x_api_client::runtime::{ManualClock, MemoryTransport, Reply};
use x_api_client::types::*;
use x_api_client::{Client, ErrorKind};

use crate::support::{Outcome, failure};

fn client() -> Result<Client, x_api_client::Error> {
    Client::builder().bearer_token("app-token").oauth2_user_token("user-token").build()
}

fn head(status: u16) -> Result<http::response::Parts, http::Error> {
    Ok(Response::builder().status(status).header("x-rate-limit-limit", "5").body(())?.into_parts().0)
}

#[test]
fn a_request_to_be_sent_by_other_means() -> Outcome {
    let request = client()?.connections().history().endpoints(["a", "b"]).extra_query("q", "1").into_request()?;
    assert_eq!(request.method(), Method::GET);
    assert_eq!(request.uri().to_string(), "https://api.x.com/2/connections?endpoints=a,b&q=1");
    assert_eq!(request.headers()["authorization"], "Bearer app-token");
    assert!(request.headers()["authorization"].is_sensitive());
    assert_eq!(request.headers()["accept"], "application/json");
    assert_eq!(request.body().as_bytes(), Some(&b""[..]));

    let request = client()?.direct_messages().events_with("5").into_request()?;
    assert_eq!(request.headers()["authorization"], "Bearer user-token");

    let body = NewUserSubscription::new("1", [ActivityEventName::FollowEvents]);
    let request = client()?.activity().create_subscription(body).into_request()?;
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(request.body().as_bytes(), Some(&br#"{"event_types":["follow_events"],"user_id":"1"}"#[..]));
    Ok(())
}

#[test]
fn a_request_that_cannot_be() -> Outcome {
    let error = failure(client()?.connections().history().max_results(0).into_request());
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("max_results")));
    let error = failure(Client::builder().build()?.connections().history().into_request());
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    Ok(())
}

#[test]
fn an_answer_that_came_by_other_means() -> Outcome {
    let body = Bytes::from(json!({ "data": [{ "id": "1" }] }).to_string());
    let history = History::decode(&head(200)?, body)?;
    assert_eq!(history.body.data[0].id, Some(ConnectionId::from("1")));
    assert_eq!(history.meta.status(), StatusCode::OK);

    let error = failure(History::decode(&head(404)?, Bytes::from_static(b"{\"title\":\"Gone\"}")));
    assert_eq!(error.to_string(), "getConnectionHistory: the server answered 404 Not Found: Gone");
    assert!(matches!(error.typed::<HistoryError>(), Some(HistoryError::Default(problem)) if problem.title.is_some()));

    let errors = Bytes::from_static(b"{\"errors\":[{\"title\":\"Gone\"}]}");
    assert_eq!(failure(EventsWith::decode(&head(200)?, errors)).kind(), ErrorKind::Api);

    let made = Bytes::from_static(b"{\"data\":{\"id\":\"1\"}}");
    let made = CreateSubscription::decode(&head(201)?, made)?;
    assert_eq!(made.body.subscription().and_then(Subscription::id), Some(&SubscriptionId::from("1")));

    let gone = DeleteSubscription::decode(&head(204)?, Bytes::new())?;
    assert_eq!(gone.body, DeletedSubscription::default());
    Ok(())
}

/// The client without sockets and without waiting, for the tests of its users.
#[tokio::test]
async fn a_client_in_memory() -> Outcome {
    let transport = MemoryTransport::new();
    let client =
        Client::builder().bearer_token("app-token").transport(transport.clone()).clock(ManualClock::new()).build()?;
    transport.push(Reply::json(503, "{}"));
    transport.push(Reply::json(200, r#"{"data":[{}],"meta":{"next_token":"t"}}"#));
    transport.push(Reply::json(200, r#"{"data":[{}]}"#));
    let connections = client.connections().history().items().collect_up_to(5).await?;
    assert_eq!(connections.len(), 2);
    let urls: Vec<String> = transport.requests().iter().map(|request| request.uri.to_string()).collect();
    assert_eq!(
        urls,
        [
            "https://api.x.com/2/connections",
            "https://api.x.com/2/connections",
            "https://api.x.com/2/connections?pagination_token=t",
        ]
    );
    Ok(())
}
