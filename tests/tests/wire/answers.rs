//! Answers that are successes: every documented shape, results beside errors, values that are not documented.

use serde_json::{Value, json};
use tests::server::Reply;
use x_api_client::types::*;
use x_api_client::{CallOptions, ErrorKind};

use crate::support::{Outcome, Rig, builder, failure};

#[tokio::test]
async fn the_body_and_what_else_the_answer_says() -> Outcome {
    let body = json!({
        "data": [{ "id": "1", "endpoint_name": "sample_stream", "brand_new": 5 }],
        "meta": { "result_count": 1 },
        "brand_new": true
    });
    let reply = Reply::json(200, &body)
        .header("x-rate-limit-limit", "15")
        .header("x-rate-limit-remaining", "14")
        .header("x-rate-limit-reset", "1700000900")
        .header("x-request-id", "abc");
    let rig = Rig::with(reply).await?;
    let history = rig.client.connections().history().send().await?;
    assert_eq!(history.body.data.len(), 1);
    assert_eq!(history.body.data[0].endpoint_name.as_deref(), Some("sample_stream"));
    assert_eq!(history.body.data[0].id, Some(ConnectionId::from("1")));
    assert_eq!(history.body.meta.as_ref().and_then(|meta| meta.result_count), Some(1));
    assert_eq!(history.body.errors, []);
    let limit = history.meta.rate_limit().expect("the answer has all three headers");
    assert_eq!((limit.limit, limit.remaining, limit.reset), (15, 14, 1_700_000_900));
    assert_eq!(history.meta.status().as_u16(), 200);
    assert_eq!(history.meta.headers()["x-request-id"], "abc");
    assert_eq!(history.meta.attempts(), 1);
    // Members that no type has are still in the text.
    assert_eq!(serde_json::from_slice::<Value>(history.meta.raw())?, body);
    Ok(())
}

#[tokio::test]
async fn a_result_beside_errors() -> Outcome {
    let body = json!({
        "data": [{ "id": "1" }],
        "errors": [{ "title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found",
                     "resource_id": "7", "brand_new": [1] }]
    });
    let rig = Rig::with(Reply::json(200, &body)).await?;
    let history = rig.client.connections().history().send().await?;
    assert_eq!(history.body.data.len(), 1);
    assert_eq!(history.body.errors.len(), 1);
    let problem = &history.body.errors[0];
    assert_eq!(problem.kind(), ProblemKind::ResourceNotFound);
    assert_eq!(problem.resource_id.as_deref(), Some("7"));
    assert_eq!(problem.extra.get("brand_new"), Some(&json!([1])));

    // Whoever cannot use half an answer asks for an error.
    for (client_fails, call_fails) in [(true, None), (false, Some(true))] {
        rig.server.push(Reply::json(200, &body));
        let client = builder(&rig.server).bearer_token("app-token").fail_on_partial(client_fails).build()?;
        let mut options = CallOptions::new();
        if let Some(fails) = call_fails {
            options = options.fail_on_partial(fails);
        }
        let error = failure(client.connections().history().with(options).send().await);
        assert_eq!(error.kind(), ErrorKind::Api);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        assert_eq!(error.problems().len(), 1);
    }
    Ok(())
}

/// Errors without a result are an error although the status is 200; null and `[]` are no errors.
#[tokio::test]
async fn errors_alone() -> Outcome {
    let rig = Rig::start().await?;
    let errors = json!([{ "title": "Forbidden", "type": "about:blank", "detail": "Not this app.", "status": 403 }]);
    let push = |body: Value| rig.server.push(Reply::json(200, body));

    push(json!({ "errors": errors }));
    let mut failures = vec![failure(rig.client.connections().history().send().await)];
    push(json!({ "errors": errors, "data": null, "meta": { "result_count": 0 } }));
    failures.push(failure(rig.client.activity().list_subscriptions().send().await));
    push(json!({ "errors": errors }));
    let body = NewUserSubscription::new("1", [ActivityEventName::MuteEvents]);
    failures.push(failure(rig.client.activity().create_subscription(body).send().await));
    push(json!({ "errors": errors }));
    let update = SubscriptionUpdate::new().tag("t");
    failures.push(failure(rig.client.activity().update_subscription("1", update).send().await));
    push(json!({ "errors": errors }));
    failures.push(failure(rig.client.activity().delete_subscription("1").send().await));
    push(json!({ "errors": errors }));
    failures.push(failure(rig.client.direct_messages().events_with("1").send().await));
    for error in failures {
        assert_eq!(error.kind(), ErrorKind::Api, "{error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200), "{error}");
        assert_eq!(error.problems()[0].detail.as_deref(), Some("Not this app."), "{error}");
        assert!(error.to_string().ends_with(": the server answered 200 OK: Forbidden: Not this app."), "{error}");
    }

    for body in [json!({ "errors": [] }), json!({ "errors": null }), json!({}), json!({ "data": [], "errors": errors })]
    {
        push(body.clone());
        let answer = rig.client.connections().history().send().await;
        assert!(answer.is_ok(), "{body}: {answer:?}");
    }
    Ok(())
}

/// Lists may be missing, null or empty, whatever their least length is said to be.
#[tokio::test]
async fn absent_lists() -> Outcome {
    let rig = Rig::start().await?;
    for body in [json!({}), json!({ "data": null }), json!({ "data": [], "errors": [] })] {
        rig.server.push(Reply::json(200, &body));
        let history = rig.client.connections().history().send().await?;
        assert_eq!(history.body, ConnectionHistory::default(), "{body}");
    }
    Ok(())
}

/// The creation of a subscription is answered in five shapes, and one accessor reads them all.
#[tokio::test]
async fn every_answer_to_a_creation() -> Outcome {
    let flat = json!({
        "id": "1234567890",
        "user_id": "2244994945",
        "event_types": ["tweet_create_events", "favorite_events", "follow_events"],
        "created_at": "2024-01-15T10:00:00.000Z"
    });
    let reference = json!({
        "subscription_id": "1234567890",
        "event_type": "profile.update.bio",
        "filter": { "user_id": "2244994945", "qualifiers": { "a": 1 } },
        "created_at": "2024-01-15T10:00:00Z",
        "updated_at": "2024-01-15T10:00:00Z",
        "tag": "bio",
        "webhook_id": "1928"
    });
    let shapes = [
        json!({ "data": flat }),
        json!({ "data": reference }),
        json!({ "data": [reference], "meta": { "total_subscriptions": 1 } }),
        json!({ "data": { "subscription": reference, "total_subscriptions": 3 } }),
        json!({ "data": { "subscriptions": [reference] } }),
    ];
    let rig = Rig::start().await?;
    let body = || NewUserSubscription::new("2244994945", [ActivityEventName::TweetCreateEvents]);
    for shape in shapes {
        rig.server.push(Reply::json(200, &shape));
        let made = rig.client.activity().create_subscription(body()).send().await?;
        assert_eq!(made.body.subscriptions().len(), 1, "{shape}");
        let subscription = made.body.subscription().expect("there is one");
        assert_eq!(subscription.id(), Some(&SubscriptionId::from("1234567890")), "{shape}");
        assert_eq!(subscription.user(), Some(&UserId::from("2244994945")), "{shape}");
        let millis = subscription.created_at.as_ref().and_then(|time| time.unix_millis());
        assert_eq!(millis, Some(1_705_312_800_000), "{shape}");

        rig.server.push(Reply::json(200, &shape));
        let update = SubscriptionUpdate::new().tag("t");
        let changed = rig.client.activity().update_subscription("1234567890", update).send().await?;
        assert_eq!(changed.body.subscription().and_then(Subscription::id), subscription.id(), "{shape}");
    }
    let kinds = |shape: Value| async {
        rig.server.push(Reply::json(200, shape));
        let made = rig.client.activity().create_subscription(body()).send().await?;
        let kinds = made.body.subscription().map(|subscription| subscription.kinds().join(" "));
        Ok::<_, x_api_client::Error>(kinds.unwrap_or_default())
    };
    assert_eq!(kinds(json!({ "data": flat })).await?, "tweet_create_events favorite_events follow_events");
    assert_eq!(kinds(json!({ "data": [reference] })).await?, "profile.update.bio");
    Ok(())
}

/// Which arm an answer is read into.
#[tokio::test]
async fn the_arms_of_the_answer_to_a_creation() -> Outcome {
    let read = |text: Value| serde_json::from_value::<SubscriptionData>(text);
    assert!(matches!(read(json!({ "subscription": { "id": "1" } }))?, SubscriptionData::Wrapped(_)));
    assert!(matches!(read(json!({ "subscriptions": [] }))?, SubscriptionData::Wrapped(_)));
    assert!(matches!(read(json!([{ "id": "1" }]))?, SubscriptionData::List(list) if list.len() == 1));
    assert!(matches!(read(json!({ "id": "1" }))?, SubscriptionData::Flat(flat) if flat.id.is_some()));
    let unknown = read(json!("created"))?;
    assert!(matches!(&unknown, SubscriptionData::Unrecognized(text) if text == "created"));
    assert_eq!(serde_json::to_value(unknown)?, json!("created"));
    Ok(())
}

/// An empty success stands for an answer in which nothing is said.
#[tokio::test]
async fn every_answer_to_a_deletion() -> Outcome {
    let rig = Rig::with(Reply::status(204)).await?;
    let gone = rig.client.activity().delete_subscription("1").send().await?;
    assert_eq!(gone.meta.status().as_u16(), 204);
    assert_eq!(gone.body, DeletedSubscription::default());

    rig.server.push(Reply::json(200, json!({ "data": { "deleted": true }, "meta": { "total_subscriptions": 4 } })));
    let gone = rig.client.activity().delete_subscription("1").send().await?;
    assert_eq!(gone.body.data.and_then(|data| data.deleted), Some(true));
    assert_eq!(gone.body.meta.and_then(|meta| meta.total_subscriptions), Some(4));

    rig.server.push(Reply::status(200));
    let gone = rig.client.activity().delete_subscription("1").send().await?;
    assert_eq!(gone.body, DeletedSubscription::default());
    Ok(())
}

/// Values that this version does not know are kept and go back as they came.
#[tokio::test]
async fn unknown_values() -> Outcome {
    let event = json!({ "id": "1", "event_type": "MessageEdited", "participant_ids": [7, "8"] });
    let includes = json!({ "users": [{ "id": "7", "verified_type": "gold", "connection_status": ["friends"] }] });
    let rig = Rig::with(Reply::json(200, json!({ "data": [event], "includes": includes }))).await?;
    let page = rig.client.direct_messages().events_with("1").send().await?.body;
    let kind = page.data[0].event_type.clone().expect("the answer has it");
    assert!(!kind.is_known());
    assert_eq!(kind.as_str(), "MessageEdited");
    assert_eq!(kind, DmEventType::from("MessageEdited"));
    assert_eq!(serde_json::to_value(&kind)?, json!("MessageEdited"));
    let user = page.user("7").expect("it is included");
    assert_eq!(user.verified_type.as_ref().map(AsRef::as_ref), Some("gold"));
    // Ids are texts, and an integer is read as its digits.
    assert_eq!(page.data[0].participant_ids, [UserId::from("7"), UserId::from("8")]);
    assert_eq!(serde_json::to_value(&page.includes)?, includes);

    // A known text never becomes the unknown value.
    assert_eq!(DmEventType::from("MessageCreate"), DmEventType::MessageCreate);
    rig.server.push(Reply::json(200, "{}"));
    rig.client.direct_messages().events_with("1").event_types([kind]).send().await?;
    let sent = rig.server.requests().pop().expect("a request was sent");
    assert_eq!(sent.target(), "/2/dm_conversations/with/1/dm_events?event_types=MessageEdited");
    Ok(())
}

/// What an answer has beyond the description reaches the hook and the counters.
#[tokio::test]
async fn drift_is_reported() -> Outcome {
    use std::sync::{Arc, Mutex};
    use x_api_client::runtime::DriftKind;

    let rig = Rig::with(Reply::json(200, json!({ "data": [{ "brand_new": 1, "event_type": "Edited" }] }))).await?;
    let found = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&found);
    let client = builder(&rig.server)
        .oauth2_user_token("user-token")
        .on_drift(move |drift| sink.lock().expect("no test panics while it holds the lock").push(drift.to_string()))
        .build()?;
    client.direct_messages().events_with("1").send().await?;
    let mut found = found.lock().expect("no test panics while it holds the lock").clone();
    found.sort();
    assert_eq!(
        found,
        [
            "getDirectMessagesEventsByParticipantId: ignored field at $.data[0].brand_new",
            "getDirectMessagesEventsByParticipantId: unknown value at $.data[0].event_type: \"Edited\"",
        ]
    );
    assert_eq!(client.drift().get(DriftKind::IgnoredField), 1);
    Ok(())
}
