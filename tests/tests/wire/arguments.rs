//! Arguments: how texts are encoded, what is refused before anything is sent, what setters replace.

use tests::server::Reply;
use x_api_client::types::*;
use x_api_client::{CallOptions, ErrorKind};

use crate::support::{Outcome, Rig, builder, failure};

/// Everything but the unreserved characters of RFC 3986 is encoded, as UTF-8; a comma inside a value is, between values
/// it is not.
#[tokio::test]
async fn values_are_encoded_one_by_one() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client
        .connections()
        .history()
        .endpoints(["a,b", "c&d=e f+g/h?i#j", "é…", "-._~"])
        .pagination_token("x y")
        .send()
        .await?;
    assert_eq!(
        rig.request().target(),
        "/2/connections?endpoints=a%2Cb,c%26d%3De%20f%2Bg%2Fh%3Fi%23j,%C3%A9%E2%80%A6,-._~&pagination_token=x%20y"
    );
    Ok(())
}

#[tokio::test]
async fn path_arguments_are_encoded() -> Outcome {
    let rig = Rig::start().await?;
    for (id, target) in [
        ("a/b", "/2/activity/subscriptions/a%2Fb"),
        ("a?b#c", "/2/activity/subscriptions/a%3Fb%23c"),
        ("a b%20", "/2/activity/subscriptions/a%20b%2520"),
        ("../x", "/2/activity/subscriptions/..%2Fx"),
        ("…", "/2/activity/subscriptions/%E2%80%A6"),
        ("a,b;c", "/2/activity/subscriptions/a%2Cb%3Bc"),
    ] {
        rig.server.push(Reply::json(200, "{}"));
        rig.client.activity().delete_subscription(id).send().await?;
        let request = rig.server.requests().pop().expect("a request was sent");
        assert_eq!(request.target(), target);
    }
    Ok(())
}

/// With any of these the request would go to another path, so switching the checks off does not let them through.
#[tokio::test]
async fn path_arguments_that_change_the_path_are_refused() -> Outcome {
    let rig = Rig::start().await?;
    for id in ["", ".", ".."] {
        let unchecked = CallOptions::new().local_checks(false);
        let call = rig.client.activity().delete_subscription(id).with(unchecked.clone());
        let error = failure(call.send().await);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id:?}");
        assert_eq!(error.parameter(), Some("subscription_id"), "{id:?}");

        let update = SubscriptionUpdate::new().tag("ops");
        let call = rig.client.activity().update_subscription(id, update).with(unchecked.clone());
        assert_eq!(failure(call.send().await).parameter(), Some("subscription_id"), "{id:?}");

        let call = rig.client.direct_messages().events_with(id).with(unchecked);
        assert_eq!(failure(call.send().await).parameter(), Some("participant_id"), "{id:?}");
    }
    rig.assert_silent();
    Ok(())
}

/// A subscription id comes from the server and is taken as it is; a participant's id can come from anywhere.
#[tokio::test]
async fn the_pattern_of_a_path_argument_is_checked() -> Outcome {
    let rig = Rig::start().await?;
    for id in ["TwitterDev", "12345678901234567890", "-1", "1 "] {
        let error = failure(rig.client.direct_messages().events_with(id).send().await);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id}");
        assert_eq!(error.parameter(), Some("participant_id"), "{id}");
        assert!(!error.to_string().contains(id), "an argument does not appear in an error: {error}");
    }
    rig.assert_silent();

    rig.server.push(Reply::json(200, "{}"));
    let unchecked = CallOptions::new().local_checks(false);
    rig.client.direct_messages().events_with("TwitterDev").with(unchecked).send().await?;
    assert_eq!(rig.request().target(), "/2/dm_conversations/with/TwitterDev/dm_events");
    Ok(())
}

#[tokio::test]
async fn numbers_out_of_bounds_are_refused() -> Outcome {
    let rig = Rig::start().await?;
    let client = &rig.client;
    for count in [0, -1, 101] {
        let history = failure(client.connections().history().max_results(count).send().await);
        let messages = failure(client.direct_messages().events_with("1").max_results(count).send().await);
        for error in [history, messages] {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{count}");
            assert_eq!(error.parameter(), Some("max_results"), "{count}");
            assert!(error.to_string().contains("`max_results`"), "{error}");
        }
    }
    for count in [0, 1001] {
        let error = failure(client.activity().list_subscriptions().max_results(count).send().await);
        assert_eq!(error.parameter(), Some("max_results"), "{count}");
    }
    for minutes in [-1, 6] {
        let error = failure(client.activity().stream().backfill_minutes(minutes).connect().try_next().await);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{minutes}");
        assert_eq!(error.parameter(), Some("backfill_minutes"), "{minutes}");
    }
    rig.assert_silent();
    Ok(())
}

#[tokio::test]
async fn numbers_at_their_bounds_are_sent() -> Outcome {
    let rig = Rig::start().await?;
    for count in [1, 100] {
        rig.server.push(Reply::json(200, "{}"));
        rig.client.connections().history().max_results(count).send().await?;
        rig.server.push(Reply::json(200, "{}"));
        rig.client.direct_messages().events_with("1").max_results(count).send().await?;
    }
    for count in [1, 1000] {
        rig.server.push(Reply::json(200, "{}"));
        rig.client.activity().list_subscriptions().max_results(count).send().await?;
    }
    let targets: Vec<String> = rig.server.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(
        targets,
        [
            "/2/connections?max_results=1",
            "/2/dm_conversations/with/1/dm_events?max_results=1",
            "/2/connections?max_results=100",
            "/2/dm_conversations/with/1/dm_events?max_results=100",
            "/2/activity/subscriptions?max_results=1",
            "/2/activity/subscriptions?max_results=1000",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn bounds_can_be_left_to_the_server() -> Outcome {
    let rig = Rig::start().await?;
    rig.server.push(Reply::json(200, "{}"));
    let unchecked = CallOptions::new().local_checks(false);
    rig.client.connections().history().max_results(101).with(unchecked).send().await?;

    rig.server.push(Reply::json(200, "{}"));
    let client = builder(&rig.server).bearer_token("app-token").local_checks(false).build()?;
    client.connections().history().max_results(0).send().await?;

    let targets: Vec<String> = rig.server.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(targets, ["/2/connections?max_results=101", "/2/connections?max_results=0"]);
    Ok(())
}

#[tokio::test]
async fn the_members_of_a_body_are_checked() -> Outcome {
    let rig = Rig::start().await?;
    let activity = rig.client.activity();
    let filter = SubscriptionFilter::new().keyword("é".repeat(151));
    let keyword = NewEventSubscription::new(ActivityEventType::NewsNew, filter);
    let error = failure(activity.create_subscription(keyword.clone()).send().await);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.parameter(), Some("filter.keyword"));

    let error = failure(activity.update_subscription("1", SubscriptionUpdate::new()).send().await);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.parameter(), Some("body"));
    assert!(error.to_string().contains("has 0 members, but needs at least 1"), "{error}");

    for tag in [String::new(), "é".repeat(201)] {
        let update = SubscriptionUpdate::new().tag(tag);
        let error = failure(activity.update_subscription("1", update).send().await);
        assert_eq!(error.parameter(), Some("tag"));
    }
    for id in ["", "x", "12345678901234567890"] {
        let body = NewUserSubscription::new(id, [ActivityEventName::MuteEvents]);
        let error = failure(activity.create_subscription(body).send().await);
        assert_eq!(error.parameter(), Some("user_id"), "{id}");
    }
    rig.assert_silent();

    // Lengths count characters: 150 and 200 of two bytes each pass.
    rig.server.push(Reply::json(200, "{}"));
    let filter = SubscriptionFilter::new().keyword("é".repeat(150));
    let body = NewEventSubscription::new(ActivityEventType::NewsNew, filter).tag("é".repeat(200));
    activity.create_subscription(body).send().await?;

    rig.server.push(Reply::json(200, "{}"));
    let unchecked = CallOptions::new().local_checks(false);
    activity.create_subscription(keyword).with(unchecked).send().await?;
    assert_eq!(rig.server.requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn an_empty_list_is_not_sent() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let nothing: [ConnectionField; 0] = [];
    rig.client.connections().history().connection_fields(nothing).max_results(5).send().await?;
    assert_eq!(rig.request().target(), "/2/connections?max_results=5");
    Ok(())
}

#[tokio::test]
async fn a_list_with_equal_elements_is_refused() -> Outcome {
    let rig = Rig::start().await?;
    let call = rig.client.connections().history().connection_fields([ConnectionField::Id, ConnectionField::Id]);
    let error = failure(call.send().await);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.parameter(), Some("connection.fields"));
    rig.assert_silent();
    Ok(())
}

#[tokio::test]
async fn setters_replace() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client
        .connections()
        .history()
        .status(ConnectionStatus::Inactive)
        .max_results(500)
        .connection_fields(ConnectionField::ALL)
        .endpoints([ConnectionEndpoint::SampleStream])
        .status(ConnectionStatus::Active)
        .max_results(5)
        .connection_fields([ConnectionField::Id])
        .endpoints([] as [ConnectionEndpoint; 0])
        .send()
        .await?;
    assert_eq!(rig.request().target(), "/2/connections?status=active&max_results=5&connection.fields=id");
    Ok(())
}

/// Optional setters take an `Option`, and `None` unsets.
#[tokio::test]
async fn none_unsets() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client
        .connections()
        .history()
        .max_results(5)
        .status(Some(ConnectionStatus::All))
        .max_results(None)
        .send()
        .await?;
    assert_eq!(rig.request().target(), "/2/connections?status=all");
    Ok(())
}

/// Enum values can be given by reference and as text, known or not.
#[tokio::test]
async fn lists_take_values_references_and_texts() -> Outcome {
    let rig = Rig::start().await?;
    let fields = vec![ConnectionField::Id, ConnectionField::ClientIp];
    rig.server.push(Reply::json(200, "{}"));
    rig.client.connections().history().connection_fields(&fields).send().await?;
    rig.server.push(Reply::json(200, "{}"));
    rig.client.connections().history().connection_fields(fields).send().await?;
    rig.server.push(Reply::json(200, "{}"));
    rig.client.connections().history().connection_fields(["id", "brand_new"]).send().await?;
    let targets: Vec<String> = rig.server.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(
        targets,
        [
            "/2/connections?connection.fields=id,client_ip",
            "/2/connections?connection.fields=id,client_ip",
            "/2/connections?connection.fields=id,brand_new",
        ]
    );
    Ok(())
}

/// A builder that is cloned or sent to another thread is a request of its own.
#[tokio::test]
async fn builders_are_values() -> Outcome {
    let rig = Rig::start().await?;
    let base = rig.client.connections().history().max_results(7);
    rig.server.push(Reply::json(200, "{}"));
    let moved = base.clone().status(ConnectionStatus::All);
    tokio::spawn(async move { moved.send().await.map(drop) }).await??;
    rig.server.push(Reply::json(200, "{}"));
    base.send().await?;
    let targets: Vec<String> = rig.server.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(targets, ["/2/connections?status=all&max_results=7", "/2/connections?max_results=7"]);
    Ok(())
}
