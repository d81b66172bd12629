//! Lists over several pages.

use serde_json::{Value, json};
use tests::server::Reply;
use x_api_client::ErrorKind;
use x_api_client::types::*;

use crate::support::{Outcome, Rig, failure};

fn targets(rig: &Rig) -> Vec<String> {
    rig.server.requests().iter().map(|request| request.target().to_owned()).collect()
}

fn page(data: Value, next: Option<&str>) -> Reply {
    let meta = next.map_or(json!({}), |token| json!({ "next_token": token }));
    Reply::json(200, json!({ "data": data, "meta": meta }))
}

/// The token of one page asks for the next, beside everything else that was asked for; a token of any length is taken.
#[tokio::test]
async fn items_of_two_pages() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(page(json!([{ "id": "1" }, { "id": "2" }]), Some("7140w9gefhslx3")));
    rig.server.push(page(json!([{ "id": "3" }]), None));
    let mut connections = rig
        .client
        .connections()
        .history()
        .status(ConnectionStatus::All)
        .connection_fields([ConnectionField::Id, ConnectionField::ClientIp])
        .items();
    assert!(rig.server.requests().is_empty(), "nothing is fetched before it is asked for");
    let mut ids = Vec::new();
    while let Some(connection) = connections.try_next().await? {
        ids.extend(connection.id);
        if ids.len() == 1 {
            assert_eq!(connections.next_token(), Some("7140w9gefhslx3"));
            assert_eq!(rig.server.requests().len(), 1, "a page is fetched when its first item is asked for");
        }
    }
    assert_eq!(ids, ["1", "2", "3"].map(ConnectionId::from));
    assert_eq!(
        targets(&rig),
        [
            "/2/connections?status=all&connection.fields=id,client_ip",
            "/2/connections?status=all&pagination_token=7140w9gefhslx3&connection.fields=id,client_ip",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn items_of_subscriptions_and_messages() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(page(json!([{ "subscription_id": "1" }]), Some("b")));
    rig.server.push(page(json!([{ "id": "2" }]), None));
    let mut subscriptions = rig.client.activity().list_subscriptions().max_results(1).items();
    let mut ids = Vec::new();
    while let Some(subscription) = subscriptions.try_next().await? {
        ids.push(subscription.id().map(ToString::to_string));
    }
    assert_eq!(ids, [Some("1".to_owned()), Some("2".to_owned())]);

    rig.server.push(page(json!([{ "id": "10" }]), Some("c/d,e")));
    rig.server.push(page(json!([{ "id": "11" }]), None));
    let events = rig.client.direct_messages().events_with("5").items().collect_up_to(10).await?;
    assert_eq!(events.len(), 2);
    assert_eq!(
        targets(&rig),
        [
            "/2/activity/subscriptions?max_results=1",
            "/2/activity/subscriptions?max_results=1&pagination_token=b",
            "/2/dm_conversations/with/5/dm_events",
            "/2/dm_conversations/with/5/dm_events?pagination_token=c%2Fd%2Ce",
        ]
    );
    Ok(())
}

/// Every item can be joined with what its own page includes.
#[tokio::test]
async fn items_and_the_objects_their_page_includes() -> Outcome {
    let rig = Rig::start().await?;
    let message = |id: &str, sender: &str, next: Option<&str>| {
        Reply::json(
            200,
            json!({
                "data": [{ "id": id, "sender_id": sender }],
                "includes": { "users": [{ "id": sender, "username": format!("user{sender}") }] },
                "meta": next.map_or(json!({}), |token| json!({ "next_token": token }))
            }),
        )
    };
    rig.server.push(message("1", "7", Some("next")));
    rig.server.push(message("2", "8", None));
    let mut messages = rig.client.direct_messages().events_with("7").expansions([DmExpansion::SenderId]).items();
    assert_eq!(messages.page(), &DmEventList::default());
    let mut names = Vec::new();
    while let Some(message) = messages.try_next().await? {
        let sender = message.sender_id.as_ref().and_then(|id| messages.page().user(id));
        names.push(sender.and_then(|user| user.username.clone()));
    }
    assert_eq!(names, [Some("user7".to_owned()), Some("user8".to_owned())]);
    Ok(())
}

/// An empty page with a token is not the last; errors beside a page's items are on the page.
#[tokio::test]
async fn pages_with_errors_and_without_items() -> Outcome {
    let rig = Rig::start().await?;
    let problem = json!({ "title": "Not Found Error", "type": "about:blank" });
    rig.server.push(page(json!([]), Some("second")));
    rig.server.push(Reply::json(
        200,
        json!({ "data": [{ "id": "1" }], "errors": [problem], "meta": { "next_token": "third" } }),
    ));
    rig.server.push(page(json!([{ "id": "2" }]), None));
    let mut connections = rig.client.connections().history().items();
    let first = connections.try_next().await?;
    assert_eq!(first.and_then(|connection| connection.id), Some(ConnectionId::from("1")));
    assert_eq!(connections.page().errors.len(), 1);
    assert_eq!(connections.page().errors[0].title.as_deref(), Some("Not Found Error"));
    assert!(connections.page().data.is_empty(), "the items were taken out");
    let second = connections.try_next().await?;
    assert_eq!(second.and_then(|connection| connection.id), Some(ConnectionId::from("2")));
    assert_eq!(connections.page().errors, []);
    assert_eq!(connections.try_next().await?, None);
    assert_eq!(rig.server.requests().len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_page_of_errors_alone_ends_the_list() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(page(json!([{ "id": "1" }]), Some("second")));
    rig.server.push(Reply::json(200, json!({ "errors": [{ "title": "Gone" }] })));
    let mut connections = rig.client.connections().history().items();
    connections.try_next().await?;
    let error = failure(connections.try_next().await);
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(connections.try_next().await?, None);
    assert_eq!(connections.next_token(), Some("second"), "the list can go on from there later");
    assert_eq!(rig.server.requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn whole_pages() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(page(json!([{ "id": "1" }, { "id": "2" }]), Some("second")).header("x-rate-limit-remaining", "9"));
    rig.server.push(page(json!([{ "id": "3" }]), None));
    let mut pages = rig.client.connections().history().pages();
    let first = pages.try_next().await?.expect("there are two");
    assert_eq!(first.body.data.len(), 2);
    assert_eq!(first.meta.headers()["x-rate-limit-remaining"], "9");
    assert_eq!(pages.next_token(), Some("second"));
    let second = pages.try_next().await?.expect("there are two");
    assert_eq!(second.body.data.len(), 1);
    assert!(pages.try_next().await?.is_none());
    Ok(())
}

/// Direct messages have tokens in both directions.
#[tokio::test]
async fn backwards() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(Reply::json(
        200,
        json!({ "data": [{ "id": "2" }], "meta": { "next_token": "older", "previous_token": "newer" } }),
    ));
    rig.server.push(Reply::json(200, json!({ "data": [{ "id": "3" }], "meta": { "next_token": "older" } })));
    let mut events = rig.client.direct_messages().events_with("5").items().from_token("here").backwards();
    let events = events.collect_up_to(10).await?;
    assert_eq!(events.len(), 2);
    assert_eq!(
        targets(&rig),
        [
            "/2/dm_conversations/with/5/dm_events?pagination_token=here",
            "/2/dm_conversations/with/5/dm_events?pagination_token=newer",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_list_that_goes_in_circles() -> Outcome {
    let rig = Rig::start().await?;
    for _ in 0..2 {
        rig.server.push(page(json!([{ "id": "1" }]), Some("again")));
    }
    let mut connections = rig.client.connections().history().items();
    connections.try_next().await?;
    connections.try_next().await?;
    let error = failure(connections.try_next().await);
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(rig.server.requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn one_item_that_cannot_be_decoded() -> Outcome {
    let rig = Rig::with(page(json!([{ "id": "1" }, { "id": { "no": "id" } }, { "id": "3" }]), None)).await?;
    let mut connections = rig.client.connections().history().items();
    assert!(connections.try_next().await?.is_some());
    let error = failure(connections.try_next().await);
    assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("$.data[1].id")));
    assert_eq!(connections.try_next().await?.and_then(|connection| connection.id), Some(ConnectionId::from("3")));
    Ok(())
}
