//! Activity events as they come, where that is not as the reference describes them: negative ids, wrapped users, counts
//! as texts beside numbers, times as texts of digits, types and members that no version of the reference has.

use serde_json::{Value, json};
use x_api_client::types::*;

use crate::types::description;

fn event(kind: &str, payload: &Value) -> Value {
    json!({
        "data": {
            "event_uuid": "-2781149976877970683",
            "event_type": kind,
            "filter": { "user_id": "2244994945", "qualifiers": { "post_id": "5" } },
            "tag": "ops",
            "payload": payload
        }
    })
}

/// Reads an event, checks that all of it comes back, and gives its envelope.
fn envelope(event: &Value) -> Result<ActivityEnvelope, serde_json::Error> {
    let read: ActivityEvent = serde_json::from_str(&event.to_string())?;
    let schema = json!({ "$ref": "#/components/schemas/ActivityEvent" });
    assert_eq!(description().difference(&schema, event, &serde_json::to_value(&read)?), None);
    // Everything in an envelope is kept as it came, whether or not the description lists it.
    assert_eq!(serde_json::to_value(&read)?, *event);
    let ActivityEvent::Envelope(envelope) = read else { unreachable!("it has data: {read:?}") };
    Ok(envelope)
}

#[test]
fn a_negative_event_uuid_and_qualifiers() -> Result<(), serde_json::Error> {
    let read = envelope(&event("profile.update.bio", &json!({ "before": "a", "after": "b", "user": { "id": "1" } })))?;
    let change = read.profile_update()?.expect("it is a change of a profile");
    assert_eq!((change.before.as_deref(), change.after.as_deref()), (Some("a"), Some("b")));
    assert_eq!(read.event_type(), Some(ActivityEventType::ProfileUpdateBio));
    let data = read.data.expect("it has data");
    assert_eq!(data.event_uuid, Some(EventUuid::from("-2781149976877970683")));
    let filter = data.filter.expect("it has a filter");
    assert_eq!(filter.user_id, Some(UserId::from("2244994945")));
    assert_eq!(filter.extra.get("qualifiers"), Some(&json!({ "post_id": "5" })));
    Ok(())
}

/// X wraps users in some events and not in others.
#[test]
fn wrapped_users() -> Result<(), serde_json::Error> {
    let user = |id: &str| {
        json!({
            "id": id, "name": "X Dev", "username": "TwitterDev", "url": "", "profile_banner_url": "",
            "most_recent_tweet_id": "9", "pinned_tweet_id": "8",
            "public_metrics": { "followers_count": 5, "tweet_count": 3, "tweet_count_str": "3" },
            "entities": { "description": { "hashtags": [{ "start": 0, "end": 3, "tag": "rs" }] } }
        })
    };
    for payload in [
        json!({ "source": { "data": user("1") }, "target": user("2") }),
        json!({ "source": user("1"), "target": { "data": user("2") } }),
    ] {
        let both = envelope(&event("follow.follow", &payload))?.relationship()?.expect("it is a follow");
        let (source, target) = (both.source().expect("there is one"), both.target().expect("there is one"));
        assert_eq!((&source.id, &target.id), (&Some(UserId::from("1")), &Some(UserId::from("2"))));
        assert_eq!(source.url.as_deref(), Some(""), "an empty text is not nothing");
        assert_eq!(source.pinned_tweet_id(), Some(&TweetId::from("8")));
        let metrics = source.public_metrics.as_ref().expect("it has metrics");
        assert_eq!(metrics.tweet_count(), Some(3));
        assert_eq!(metrics.extra.get("tweet_count_str"), Some(&json!("3")));
    }
    let space = json!({ "user": { "data": user("3") }, "broadcast_id": "b", "event_type": "spaces_start" });
    let space = envelope(&event("spaces.start", &space))?.space()?.expect("it is a space");
    assert_eq!(space.user().and_then(|user| user.id.as_ref()), Some(&UserId::from("3")));

    let mut deleted = event("post.delete", &json!({ "id": "5", "author_id": "1" }));
    deleted["data"]["includes"] = json!({ "users": [{ "data": { "id": "1", "username": "a" } }, { "id": "2" }] });
    let read = envelope(&deleted)?;
    assert_eq!(read.post_delete()?.and_then(|post| post.id), Some(TweetId::from("5")));
    let includes = read.data.and_then(|data| data.includes).expect("it includes users");
    assert_eq!(includes.user(UserId::from("1")).and_then(|user| user.username.as_deref()), Some("a"));
    assert_eq!(includes.all_users().count(), 2);
    Ok(())
}

/// Posts come with both of their names, and every count with a twin in text.
#[test]
fn posts_under_both_names() -> Result<(), serde_json::Error> {
    let post = json!({
        "id": "1", "text": "a", "author_id": "2",
        "edit_history_tweet_ids": ["1"],
        "edit_controls": { "edits_remaining": 5, "edits_remaining_str": "5", "is_edit_eligible": true },
        "referenced_tweets": [{ "type": "replied_to", "id": "3" }],
        "referenced_posts": [{ "type": "replied_to", "id": "3" }, { "type": "quoted", "id": "4" }],
        "public_metrics": { "retweet_count": 1, "retweet_count_str": "1", "like_count": 2 },
        "created_at": "2026-07-01T10:00:00.000Z",
        "geo": { "place_id": "f7eb2fa2fea288b1" }
    });
    let mut sent = event("post.create", &post);
    sent["data"]["includes"] = json!({ "tweets": [{ "id": "3" }], "posts": [{ "id": "4" }] });
    let read = envelope(&sent)?;
    let post = read.post()?.expect("it is a post");
    assert_eq!(post.edit_history(), [TweetId::from("1")]);
    assert_eq!(post.referenced().len(), 2);
    assert_eq!(post.place_id(), Some(PlaceId::from("f7eb2fa2fea288b1")));
    assert_eq!(post.public_metrics.as_ref().and_then(TweetMetrics::retweet_count), Some(1));
    let includes = read.data.and_then(|data| data.includes).expect("it includes posts");
    for id in ["3", "4"] {
        assert!(includes.tweet(TweetId::from(id)).is_some(), "{id}");
    }
    // Newer names alone are read the same way.
    let post: Tweet =
        serde_json::from_value(json!({ "edit_history_post_ids": ["7"], "note_post": { "text": "long" } }))?;
    assert_eq!(post.edit_history(), [TweetId::from("7")]);
    assert_eq!(post.note_tweet().and_then(|note| note.text.as_deref()), Some("long"));
    Ok(())
}

/// A time that the reference calls a 32-bit integer comes as a text, and both names of the author occur.
#[test]
fn likes() -> Result<(), serde_json::Error> {
    for (author, time) in
        [("liked_tweet_author_id", json!("1751364000123")), ("tweet_author_id", json!(1_751_364_000_123_i64))]
    {
        let like = json!({
            "id": "abc_1", "created_at": "2025-07-01T10:00:00.123Z", "liked_tweet_id": "5", author: "2",
            "timestamp_ms": time
        });
        let like = envelope(&event("like.create", &like))?.like()?.expect("it is a like");
        assert_eq!(like.author_id(), Some(&UserId::from("2")), "{author}");
        assert_eq!(like.liked_at_millis(), Some(1_751_364_000_123), "{author}");
        assert_eq!(serde_json::to_value(&like)?["timestamp_ms"], time);
    }
    Ok(())
}

#[test]
fn news() -> Result<(), serde_json::Error> {
    let story = json!({
        "id": "1", "name": "A story", "category": "Tech", "hook": "h", "summary": "s", "contexts": { "topics": ["a"] },
        "cluster_posts_results": [{ "post_id": "5" }], "updated_at": "2026-07-01T10:00:00Z", "disclaimer": "d"
    });
    let story = envelope(&event("news.new", &story))?.news()?.expect("it is a story");
    assert_eq!(story.headline(), Some("A story"));
    assert_eq!(story.cluster_posts_results[0].post_id, Some(TweetId::from("5")));
    Ok(())
}

/// Payloads without any schema are kept as they came.
#[test]
fn payloads_without_a_schema() -> Result<(), serde_json::Error> {
    let chat = json!({ "id": "1", "conversation_id": "1:2", "created_at_msec": "1751364000123", "encoded_event": "…" });
    let message = json!({
        "direct_message_events": [{ "type": "message_create", "created_timestamp": "1751364000123" }],
        "users": { "1": { "data": { "id": "1" } } }
    });
    for (kind, payload) in
        [("chat.received", chat), ("dm.sent", message), ("post.reply.create.draft", json!([1, null]))]
    {
        let read = envelope(&event(kind, &payload))?;
        assert_eq!(read.payload(), Some(&payload), "{kind}");
        assert_eq!(read.payload_as::<Value>()?, Some(payload), "{kind}");
        assert_eq!(read.relationship()?, None, "{kind}");
    }
    let mut revoked = event("oauth.revoke", &json!({ "date_time": "2026-07-01T10:00:00+00:00", "user_id": "1" }));
    revoked["data"]["filter"] = json!({});
    let read = envelope(&revoked)?;
    assert!(read.event_type().is_some_and(|kind| !kind.is_known() && kind.as_str() == "oauth.revoke"));
    Ok(())
}

/// The other lines of the stream: account activity with posts of version 1.1, errors, a bare problem.
#[test]
fn other_lines() -> Result<(), serde_json::Error> {
    let schema = json!({ "$ref": "#/components/schemas/ActivityEvent" });
    let read = |line: &Value| -> Result<ActivityEvent, serde_json::Error> {
        let read: ActivityEvent = serde_json::from_str(&line.to_string())?;
        assert_eq!(description().difference(&schema, line, &serde_json::to_value(&read)?), None);
        Ok(read)
    };
    let activity = json!({
        "for_user_id": "1", "user_has_blocked": "false",
        "tweet_create_events": [{
            "id": "1924465506158879000", "id_str": "1924465506158878979", "created_at": "Mon May 19 14:00:00 +0000 2025",
            "entities": { "urls": [] }
        }],
        "favorite_events": [{ "timestamp_ms": 1_751_364_000_123_i64 }],
        "tweet_delete_events": [{ "status": { "id": "5" } }]
    });
    let ActivityEvent::AccountActivity(activity) = read(&activity)? else { unreachable!("it names a user") };
    assert_eq!(activity.tweet_create_events[0].id(), Some(&TweetId::from("1924465506158878979")));
    let time = activity.tweet_create_events[0].created_at.as_ref().and_then(|time| time.unix_millis());
    assert_eq!(time, Some(1_747_663_200_000));
    assert!(activity.extra.contains_key("tweet_delete_events"));

    let errors = json!({ "errors": [{ "title": "operational-disconnect", "disconnect_type": "SlowReader" }] });
    assert!(matches!(read(&errors)?, ActivityEvent::Errors(errors) if errors.errors.len() == 1));
    let problem =
        json!({ "title": "ConnectionException", "type": "about:blank", "connection_issue": "TooManyConnections" });
    assert!(matches!(read(&problem)?, ActivityEvent::Problem(problem) if problem.connection_issue.is_some()));
    for unknown in [json!({ "brand_new": 1 }), json!([1]), json!("text"), json!(null)] {
        assert!(matches!(read(&unknown)?, ActivityEvent::Unrecognized(value) if value == unknown));
    }
    Ok(())
}

/// An id that is sent as a number is read as its digits.
#[test]
fn ids_as_numbers() -> Result<(), serde_json::Error> {
    let post: AccountActivityTweet = serde_json::from_str(r#"{"id":1924465506158879000,"author_id":-1}"#)?;
    assert_eq!(post.id(), Some(&TweetId::from("1924465506158879000")));
    assert_eq!(post.author_id, Some(UserId::from("-1")));
    Ok(())
}
