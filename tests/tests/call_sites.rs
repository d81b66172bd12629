//! The call sites that everything else exists for: they compile, and they do what they read like.

use http::Method;
use serde_json::json;
use tests::server::{Reply, Server};
use x_api_client::runtime::{Items, Live, Pages};
use x_api_client::{CallOptions, ClientBuilder, Response};
use x_api_client::{Client, Error, types::*};

/// The call sites as a user of the crate writes them, but for the one line that leads to another address.
#[rustfmt::skip]
#[expect(unused_variables, reason = "the lines are shown as they stand in a program that does something with them")]
async fn call_sites(app: String, user: String, id: SubscriptionId, loopback: Client) -> Result<(), Error> {
    let client = Client::builder().bearer_token(app).oauth2_user_token(user).build()?; // Clone, Send, 'static
    let client = loopback;

    let history = client.connections().history() // GET /2/connections
        .status(ConnectionStatus::All).max_results(50).send().await?;
    for connection in &history.body.data { println!("{:?}", connection.endpoint_name); }
    println!("{:?}", history.meta.rate_limit());

    let mut subscriptions = client.activity().list_subscriptions().items();
    while let Some(subscription) = subscriptions.try_next().await? { println!("{:?}", subscription.id()); }

    let made = client.activity().create_subscription(NewUserSubscription::new(
        "2244994945", [ActivityEventName::TweetCreateEvents])).send().await?;
    client.activity().update_subscription(&id, SubscriptionUpdate::new().tag("ops")).send().await?;
    client.activity().delete_subscription(&id).send().await?;

    let mut messages = client.direct_messages().events_with("2244994945")
        .dm_event_fields(DmEventField::ALL).expansions([DmExpansion::SenderId]).items();
    while let Some(message) = messages.try_next().await? {
        let sender = message.sender_id.as_ref().and_then(|id| messages.page().user(id)); // join into `includes`
    }

    let mut live = client.activity().stream().connect(); // lazy; dropping it cancels
    while let Some(event) = live.try_next().await? {
        match event { ActivityEvent::Envelope(event) => {} ActivityEvent::AccountActivity(event) => {} _ => {} }
    }

    let me: serde_json::Value = client.request(Method::GET, "/2/users/me").send().await?.json()?; // what is not generated
    Ok(())
}

#[tokio::test]
async fn the_call_sites_run() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start().await?;
    for reply in [
        Reply::json(200, json!({ "data": [{ "endpoint_name": "sample_stream" }] })),
        Reply::json(200, json!({ "data": [{ "id": "1" }], "meta": { "next_token": "next" } })),
        Reply::json(200, json!({ "data": [{ "subscription_id": "2" }] })),
        Reply::json(200, json!({ "data": { "id": "1234567890" } })),
        Reply::json(200, json!({ "data": { "subscription": { "subscription_id": "1234567890", "tag": "ops" } } })),
        Reply::json(200, json!({ "data": { "deleted": true } })),
        Reply::json(
            200,
            json!({ "data": [{ "id": "1", "sender_id": "7" }], "includes": { "users": [{ "id": "7" }] } }),
        ),
        Reply::stream().chunk("{\"for_user_id\":\"1\"}\r\n\r\n{\"data\":{\"event_type\":\"post.create\"}}\r\n"),
        // By this status a server ends a stream for good.
        Reply::status(204),
        Reply::json(200, json!({ "data": { "id": "2244994945" } })),
    ] {
        server.push(reply);
    }
    let client = Client::builder()
        .bearer_token("app".to_owned())
        .oauth2_user_token("user".to_owned())
        .base_url(server.url())
        .build()?;
    let id = SubscriptionId::from("1234567890");
    // The future is `Send`, as a server that handles many requests needs it.
    tokio::spawn(call_sites("app".to_owned(), "user".to_owned(), id, client)).await??;

    let requests: Vec<String> = server
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.line, request.header("authorization").unwrap_or_default()))
        .collect();
    assert_eq!(
        requests,
        [
            "GET /2/connections?status=all&max_results=50 HTTP/1.1 Bearer app",
            "GET /2/activity/subscriptions HTTP/1.1 Bearer app",
            "GET /2/activity/subscriptions?pagination_token=next HTTP/1.1 Bearer app",
            "POST /2/activity/subscriptions HTTP/1.1 Bearer app",
            "PUT /2/activity/subscriptions/1234567890 HTTP/1.1 Bearer app",
            "DELETE /2/activity/subscriptions/1234567890 HTTP/1.1 Bearer app",
            "GET /2/dm_conversations/with/2244994945/dm_events?dm_event.fields=attachments,created_at,\
             dm_conversation_id,entities,event_type,id,participant_ids,referenced_tweets,sender_id,text\
             &expansions=sender_id HTTP/1.1 Bearer user",
            "GET /2/activity/stream HTTP/1.1 Bearer app",
            "GET /2/activity/stream HTTP/1.1 Bearer app",
            "GET /2/users/me HTTP/1.1 Bearer app",
        ]
    );
    let bodies: Vec<_> = server.requests().iter().filter_map(|request| request.json()).collect();
    assert_eq!(
        bodies,
        [json!({ "user_id": "2244994945", "event_types": ["tweet_create_events"] }), json!({ "tag": "ops" })]
    );
    Ok(())
}

/// Nothing in the way of threads, `select!` and storing in a struct.
#[test]
fn everything_can_be_sent_and_stored() {
    fn check<T: Send + Sync + Unpin + 'static>() {}
    fn check_builder<T: Clone + Send + Sync + Unpin + 'static>() {}
    check_builder::<Client>();
    check_builder::<CallOptions>();
    check::<ClientBuilder>();
    check::<Error>();
    check_builder::<Response<DmEventList>>();
    check_builder::<x_api_client::connections::Connections>();
    check_builder::<x_api_client::connections::History>();
    check_builder::<x_api_client::activity::Activity>();
    check_builder::<x_api_client::activity::ListSubscriptions>();
    check_builder::<x_api_client::activity::CreateSubscription>();
    check_builder::<x_api_client::activity::UpdateSubscription>();
    check_builder::<x_api_client::activity::DeleteSubscription>();
    check_builder::<x_api_client::activity::Stream>();
    check_builder::<x_api_client::direct_messages::DirectMessages>();
    check_builder::<x_api_client::direct_messages::EventsWith>();
    check::<Pages<ConnectionHistory>>();
    check::<Items<DmEventList>>();
    check::<Live<ActivityEvent>>();
    check_builder::<ActivityEvent>();
    check_builder::<SubscriptionData>();
    // One word, so that a `Result` with it is not larger than its value.
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}
