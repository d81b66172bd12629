//! The examples of the documentation pages: as the description repeats them, and once more as the pages print them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::equality::{Schemas, leaves, with_other_leaf, without};
use x_api_client::types;

use crate::types::{description, through, through_type};

/// The page of connection history, in each of its three languages.
const CONNECTIONS: &str = r#"{
  "data": [
    {
      "connected_at": "2023-11-07T05:31:56Z",
      "endpoint_name": "sample_stream",
      "client_ip": "<string>",
      "disconnect_reason": "operator_disconnect",
      "disconnected_at": "2023-11-07T05:31:56Z"
    }
  ],
  "errors": [
    {
      "title": "<string>",
      "type": "<string>",
      "detail": "<string>",
      "status": 123
    }
  ],
  "meta": {
    "next_token": "<string>",
    "result_count": 123
  }
}"#;

/// The activity guide: the body of the request, the answer to it, and an event of the stream.
const SUBSCRIBE: &str = r#"{
  "user_id": "2244994945",
  "event_types": ["tweet_create_events", "favorite_events", "follow_events"]
}"#;
const SUBSCRIBED: &str = r#"{
  "data": {
    "id": "1234567890",
    "user_id": "2244994945",
    "event_types": ["tweet_create_events", "favorite_events", "follow_events"],
    "created_at": "2024-01-15T10:00:00.000Z"
  }
}"#;
const EVENT: &str = r#"{
  "for_user_id": "2244994945",
  "event_type": "tweet_create_events",
  "created_at": "2024-01-15T10:30:00.000Z",
  "tweet_create_events": [
    {
      "id": "1234567890",
      "text": "Hello from the stream!",
      "author_id": "2244994945"
    }
  ]
}"#;

/// The page of direct messages. The text of the post holds its escapes literally, as on the page.
const MESSAGES: &str = r#"{
  "data": [
    {
      "event_type": "MessageCreate",
      "id": "1146654567674912769",
      "attachments": {
        "card_ids": ["<string>"],
        "media_keys": ["<string>"]
      },
      "cashtags": [{ "end": 61, "start": 50, "tag": "TWTR" }],
      "created_at": "2023-11-07T05:31:56Z",
      "dm_conversation_id": "123123123-456456456",
      "hashtags": [{ "end": 61, "start": 50, "tag": "MondayMotivation" }],
      "mentions": [{ "end": 61, "start": 50, "username": "<string>", "id": "2244994945" }],
      "participant_ids": ["2244994945"],
      "referenced_tweets": [{ "id": "1346889436626259968" }],
      "sender_id": "2244994945",
      "text": "<string>",
      "urls": [
        {
          "end": 61,
          "start": 50,
          "url": "https://developer.twitter.com/en/docs/twitter-api",
          "description": "This is a description of the website.",
          "display_url": "twittercommunity.com/t/introducing-…",
          "expanded_url": "https://developer.twitter.com/en/docs/twitter-api",
          "images": [{ "height": 1, "url": "https://developer.twitter.com/en/docs/twitter-api", "width": 1 }],
          "media_key": "<string>",
          "status": 349,
          "title": "Introducing the v2 follow lookup endpoints",
          "unwound_url": "https://twittercommunity.com/t/introducing-the-v2-follow-lookup-endpoints/147118"
        }
      ]
    }
  ],
  "errors": [{ "title": "<string>", "type": "<string>", "detail": "<string>", "status": 123 }],
  "includes": {
    "media": [
      {
        "type": "<string>",
        "preview_image_url": "<string>",
        "variants": [{ "bit_rate": 123, "content_type": "<string>", "url": "<string>" }],
        "height": 1,
        "media_key": "<string>",
        "width": 1
      }
    ],
    "places": [
      {
        "full_name": "Lakewood, CO",
        "id": "f7eb2fa2fea288b1",
        "contained_within": ["f7eb2fa2fea288b1"],
        "country": "United States",
        "country_code": "US",
        "name": "Lakewood",
        "place_type": "city"
      }
    ],
    "polls": [
      {
        "id": "1365059861688410112",
        "options": [{ "label": "<string>", "position": 123, "votes": 123 }],
        "duration_minutes": 5042,
        "end_datetime": "2023-11-07T05:31:56Z",
        "voting_status": "open"
      }
    ],
    "topics": [{ "id": "<string>", "name": "Technology", "description": "All about technology" }],
    "tweets": [
      {
        "author_id": "2244994945",
        "created_at": "Wed Jan 06 18:40:40 +0000 2021",
        "id": "1346889436626259968",
        "text": "Learn how to use the user Tweet timeline and user mention timeline endpoints in the X API v2 to explore Tweet\\u2026 https:\\/\\/t.co\\/56a0vZUx7i",
        "username": "XDevelopers"
      }
    ],
    "users": [
      {
        "created_at": "2013-12-14T04:35:55Z",
        "id": "2244994945",
        "name": "X Dev",
        "protected": false,
        "username": "TwitterDev"
      }
    ]
  },
  "meta": { "next_token": "<string>", "previous_token": "<string>", "result_count": 123 }
}"#;

/// The examples of answers in the description: where each stands, the name of its schema, and the example.
fn answer_examples(description: &Schemas) -> Vec<(String, String, Value)> {
    let document = description.document();
    let mut found = Vec::new();
    let mut collect = |at: String, response: &Value| {
        for (media, content) in response["content"].as_object().into_iter().flatten() {
            if let Some(example) = content.get("example") {
                let schema = content["schema"]["$ref"].as_str().and_then(|target| target.rsplit('/').next());
                let schema = schema.expect("the schema of an answer has a name");
                found.push((format!("{at} {media}"), schema.to_owned(), example.clone()));
            }
        }
    };
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let responses = operation.get("responses").and_then(Value::as_object);
            for (status, response) in responses.into_iter().flatten() {
                collect(format!("{method} {path} {status}"), response);
            }
        }
    }
    for (name, response) in document["components"]["responses"].as_object().into_iter().flatten() {
        collect(name.clone(), response);
    }
    found
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[test]
fn every_example_of_an_answer_comes_back() {
    let description = description();
    let examples = answer_examples(&description);
    for (at, name, example) in &examples {
        let back = through_type(name, example).expect("every schema has a type");
        let back = back.unwrap_or_else(|error| unreachable!("{at} cannot be read: {error}"));
        assert_eq!(description.difference(&schema(name), example, &back), None, "{at}");
    }
    let names: Vec<&str> = examples.iter().map(|(_, name, _)| name.as_str()).collect();
    for page in ["ConnectionHistory", "CreatedSubscription", "ActivityEvent", "DmEventList"] {
        assert!(names.contains(&page), "{page} has no example");
    }
}

/// Every leaf of an example counts: with another value, or without it, the texts are not equal. And every leaf is
/// carried by the type: what is read from the changed text is not the example either.
#[test]
fn no_leaf_of_an_example_is_overlooked() {
    let description = description();
    let mut changes = 0;
    for (at, name, example) in answer_examples(&description) {
        for leaf in leaves(&example) {
            let changed = with_other_leaf(&example, &leaf).expect("no example has an empty container");
            let missing = without(&example, &leaf).expect("the leaf is there");
            for other in [changed, missing] {
                let equal = || format!("{at}: nothing tells a change of {leaf}");
                assert!(description.difference(&schema(&name), &example, &other).is_some(), "{}", equal());
                assert!(description.difference(&schema(&name), &other, &example).is_some(), "{}", equal());
                let back = through_type(&name, &other).expect("every schema has a type");
                let back = back.unwrap_or_else(|error| unreachable!("{at} with another {leaf}: {error}"));
                assert!(
                    description.difference(&schema(&name), &example, &back).is_some(),
                    "{at}: the type does not carry {leaf}"
                );
                changes += 1;
            }
        }
    }
    assert!(changes > 150, "there are more leaves than that: {changes}");
}

/// The description has the examples of the pages, word for word.
#[test]
fn the_description_repeats_the_pages() -> Result<(), serde_json::Error> {
    let description = description();
    let examples: BTreeMap<String, Value> =
        answer_examples(&description).into_iter().map(|(at, _, example)| (at, example)).collect();
    for (at, page) in [
        ("get /2/connections 200 application/json", CONNECTIONS),
        ("post /2/activity/subscriptions 200 application/json", SUBSCRIBED),
        ("get /2/activity/stream 200 application/json", EVENT),
        ("get /2/dm_conversations/with/{participant_id}/dm_events 200 application/json", MESSAGES),
    ] {
        assert_eq!(examples.get(at), Some(&serde_json::from_str(page)?), "{at}");
    }
    let body = "/paths/~12~1activity~1subscriptions/post/requestBody/content/application~1json/example";
    assert_eq!(description.document().pointer(body), Some(&serde_json::from_str(SUBSCRIBE)?));
    Ok(())
}

/// Nothing on the pages is excused: they come back without a difference of any kind.
#[test]
fn the_pages_come_back_as_they_are() -> Result<(), serde_json::Error> {
    assert_eq!(through::<types::ConnectionHistory>(CONNECTIONS)?, serde_json::from_str::<Value>(CONNECTIONS)?);
    assert_eq!(through::<types::NewSubscription>(SUBSCRIBE)?, serde_json::from_str::<Value>(SUBSCRIBE)?);
    assert_eq!(through::<types::CreatedSubscription>(SUBSCRIBED)?, serde_json::from_str::<Value>(SUBSCRIBED)?);
    assert_eq!(through::<types::ActivityEvent>(EVENT)?, serde_json::from_str::<Value>(EVENT)?);
    assert_eq!(through::<types::DmEventList>(MESSAGES)?, serde_json::from_str::<Value>(MESSAGES)?);
    Ok(())
}

/// The pages as values: that they come back could also mean that nothing was read.
#[test]
fn the_pages_are_read_into_members() -> Result<(), serde_json::Error> {
    let history: types::ConnectionHistory = serde_json::from_str(CONNECTIONS)?;
    let connection = &history.data[0];
    assert_eq!(connection.endpoint_name.as_deref(), Some("sample_stream"));
    assert_eq!(connection.disconnect_reason.as_deref(), Some("operator_disconnect"));
    assert_eq!(connection.connected_at.as_ref().and_then(|time| time.unix_millis()), Some(1_699_335_116_000));
    assert_eq!(connection.id, None);
    assert_eq!(history.errors[0].status, Some(123));

    let subscribe: types::NewSubscription = serde_json::from_str(SUBSCRIBE)?;
    let types::NewSubscription::User(subscribe) = subscribe else { unreachable!("it names a user: {subscribe:?}") };
    assert_eq!(subscribe.event_types, types::ActivityEventName::ALL[..3]);

    let made: types::CreatedSubscription = serde_json::from_str(SUBSCRIBED)?;
    assert!(matches!(&made.data, Some(types::SubscriptionData::Flat(_))));
    let created = made.subscription().and_then(|made| made.created_at.as_ref());
    assert_eq!(created.and_then(|time| time.unix_millis()), Some(1_705_312_800_000));

    let event: types::ActivityEvent = serde_json::from_str(EVENT)?;
    let types::ActivityEvent::AccountActivity(event) = event else { unreachable!("it names a user: {event:?}") };
    assert_eq!(event.tweet_create_events[0].author_id, Some(types::UserId::from("2244994945")));

    let messages: types::DmEventList = serde_json::from_str(MESSAGES)?;
    let message = &messages.data[0];
    assert_eq!(message.event_type, Some(types::DmEventType::MessageCreate));
    assert_eq!(message.urls()[0].display_url.as_deref(), Some("twittercommunity.com/t/introducing-…"));
    assert_eq!(message.hashtags()[0].tag.as_deref(), Some("MondayMotivation"));
    let sender = message.sender_id.as_ref().and_then(|id| messages.user(id));
    assert_eq!(sender.and_then(|user| user.username.as_deref()), Some("TwitterDev"));
    let shared = message.referenced()[0].id.as_ref().and_then(|id| messages.tweet(id)).expect("it is included");
    assert_eq!(shared.created_at.as_ref().and_then(|time| time.unix_millis()), Some(1_609_958_440_000));
    assert!(shared.text.as_deref().is_some_and(|text| text.ends_with(r"\u2026 https:\/\/t.co\/56a0vZUx7i")));
    Ok(())
}

/// The examples of parameters are lists of known values, all of them where the page lists all.
#[test]
fn the_examples_of_parameters_are_known_values() -> Result<(), serde_json::Error> {
    fn known<E: serde::de::DeserializeOwned>(
        value: &Value,
        is_known: fn(&E) -> bool,
    ) -> Result<usize, serde_json::Error> {
        let values: Vec<E> = serde_json::from_value(value.clone())?;
        assert!(values.iter().all(is_known), "{value}");
        Ok(values.len())
    }
    let description = description();
    let mut counts = BTreeMap::new();
    for (path, methods) in description.document()["paths"].as_object().into_iter().flatten() {
        for operation in methods.as_object().into_iter().flatten().map(|(_, operation)| operation) {
            for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
                let (name, Some(example)) = (parameter["name"].as_str().unwrap_or_default(), parameter.get("example"))
                else {
                    continue;
                };
                let count = match name {
                    "connection.fields" => known(example, types::ConnectionField::is_known)?,
                    "event_types" => known(example, types::DmEventType::is_known)?,
                    "dm_event.fields" => known(example, types::DmEventField::is_known)?,
                    "expansions" => known(example, types::DmExpansion::is_known)?,
                    "media.fields" => known(example, types::MediaField::is_known)?,
                    "user.fields" => known(example, types::UserField::is_known)?,
                    "tweet.fields" => known(example, types::TweetField::is_known)?,
                    "participant_id" => continue,
                    other => unreachable!("the example of `{other}` of {path} is not looked at"),
                };
                counts.insert(name.to_owned(), count);
            }
        }
    }
    let expected = [
        ("connection.fields", 6),
        ("event_types", 2),
        ("dm_event.fields", 10),
        ("expansions", 4),
        ("media.fields", 13),
        ("user.fields", 26),
        ("tweet.fields", 31),
    ];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)).into());
    Ok(())
}
