//! Every value, bound and example of X's reference pages and of its activity guide stands in spec/openapi.yaml.
//!
//! The tables below are written from the pages, not from the description: what a page lists, in the order in which it
//! lists it. The JSON of their examples lies in `tests/fixtures/pages`.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::documents::read;

static SPEC: LazyLock<Value> = LazyLock::new(|| serde_yaml::from_str(&read("spec/openapi.yaml")).expect("it is YAML"));

/// A security scheme with the scopes it must have.
type Need = (&'static str, &'static [&'static str]);

/// What a page says about a parameter, and the values that it lists.
type Parameter = (&'static str, &'static [&'static str]);

/// Operation, method, path and security: alternatives with their scopes. The bearer token is that of the application.
const OPERATIONS: &[(&str, &str, &str, &[Need])] = &[
    ("getConnectionHistory", "get", "/2/connections", &[("BearerToken", &[])]),
    (
        "getActivitySubscriptions",
        "get",
        "/2/activity/subscriptions",
        &[("BearerToken", &[]), ("OAuth2UserToken", &["like.read", "tweet.read"]), ("UserToken", &[])],
    ),
    (
        "createActivitySubscription",
        "post",
        "/2/activity/subscriptions",
        &[("BearerToken", &[]), ("OAuth2UserToken", &[]), ("UserToken", &[])],
    ),
    ("updateActivitySubscription", "put", "/2/activity/subscriptions/{subscription_id}", &[("BearerToken", &[])]),
    ("deleteActivitySubscription", "delete", "/2/activity/subscriptions/{subscription_id}", &[("BearerToken", &[])]),
    ("activityStream", "get", "/2/activity/stream", &[("BearerToken", &[])]),
    (
        "getDirectMessagesEventsByParticipantId",
        "get",
        "/2/dm_conversations/with/{participant_id}/dm_events",
        &[("OAuth2UserToken", &["dm.read", "tweet.read", "users.read"]), ("UserToken", &[])],
    ),
];

/// Every parameter of every operation: place, name, and what the page says about it; then the values it lists.
const PARAMETERS: &[(&str, &[Parameter])] = &[
    (
        "getConnectionHistory",
        &[
            ("query status: string, default \"active\"", &["active", "inactive", "all"]),
            // The English page begins with filtered_stream, its translations with filter_stream.
            ("query endpoints: list of string, form without explode", CONNECTION_ENDPOINTS),
            ("query max_results: integer int32, 1 to 100, default 10", &[]),
            ("query pagination_token: string", &[]),
            ("query connection.fields: list of string, form without explode, at least 1 item", CONNECTION_FIELDS),
        ],
    ),
    (
        "getActivitySubscriptions",
        &[
            ("query max_results: integer int32, 1 to 1000", &[]),
            ("query pagination_token: string, at least 16 characters", &[]),
        ],
    ),
    ("createActivitySubscription", &[]),
    ("updateActivitySubscription", &[("path subscription_id: string, pattern ^[0-9]{1,19}$, required", &[])]),
    ("deleteActivitySubscription", &[("path subscription_id: string, pattern ^[0-9]{1,19}$, required", &[])]),
    (
        "activityStream",
        &[
            ("query backfill_minutes: integer int32, 0 to 5", &[]),
            ("query start_time: string date-time", &[]),
            ("query end_time: string date-time", &[]),
        ],
    ),
    (
        "getDirectMessagesEventsByParticipantId",
        &[
            ("path participant_id: string, pattern ^[0-9]{1,19}$, required", &[]),
            ("query max_results: integer int32, 1 to 100, default 100", &[]),
            ("query pagination_token: string, at least 16 characters", &[]),
            ("query event_types: list of string, form without explode, at least 1 item", DM_EVENT_TYPES),
            ("query dm_event.fields: list of string, form without explode, at least 1 item", DM_EVENT_FIELDS),
            ("query expansions: list of string, form without explode, at least 1 item", EXPANSIONS),
            ("query media.fields: list of string, form without explode, at least 1 item", MEDIA_FIELDS),
            ("query user.fields: list of string, form without explode, at least 1 item", USER_FIELDS),
            ("query tweet.fields: list of string, form without explode, at least 1 item", TWEET_FIELDS),
        ],
    ),
];

#[rustfmt::skip]
const CONNECTION_ENDPOINTS: &[&str] = &[
    "filter_stream", "filtered_stream", "sample_stream", "sample10_stream", "firehose_stream",
    "tweets_compliance_stream", "users_compliance_stream", "tweet_label_stream", "firehose_stream_lang_en",
    "firehose_stream_lang_ja", "firehose_stream_lang_ko", "firehose_stream_lang_pt", "likes_firehose_stream",
    "likes_sample10_stream", "likes_compliance_stream",
];

#[rustfmt::skip]
const CONNECTION_FIELDS: &[&str] = &[
    "client_ip", "connected_at", "disconnect_reason", "disconnected_at", "endpoint_name", "id",
];

const DM_EVENT_TYPES: &[&str] = &["MessageCreate", "ParticipantsJoin", "ParticipantsLeave"];

#[rustfmt::skip]
const DM_EVENT_FIELDS: &[&str] = &[
    "attachments", "created_at", "dm_conversation_id", "entities", "event_type", "id", "participant_ids",
    "referenced_tweets", "sender_id", "text",
];

const EXPANSIONS: &[&str] = &["attachments.media_keys", "participant_ids", "referenced_tweets.id", "sender_id"];

#[rustfmt::skip]
const MEDIA_FIELDS: &[&str] = &[
    "alt_text", "duration_ms", "height", "media_key", "non_public_metrics", "organic_metrics", "preview_image_url",
    "promoted_metrics", "public_metrics", "type", "url", "variants", "width",
];

#[rustfmt::skip]
const USER_FIELDS: &[&str] = &[
    "affiliation", "confirmed_email", "connection_status", "created_at", "description", "entities", "id",
    "is_identity_verified", "location", "most_recent_tweet_id", "name", "parody", "pinned_tweet_id",
    "profile_banner_url", "profile_image_url", "protected", "public_metrics", "receives_your_dm", "subscription",
    "subscription_type", "url", "username", "verified", "verified_followers_count", "verified_type", "withheld",
];

#[rustfmt::skip]
const TWEET_FIELDS: &[&str] = &[
    "article", "attachments", "author_id", "card_uri", "community_id", "context_annotations", "conversation_id",
    "created_at", "display_text_range", "edit_controls", "edit_history_tweet_ids", "entities", "geo", "id",
    "in_reply_to_user_id", "lang", "media_metadata", "non_public_metrics", "note_tweet", "organic_metrics",
    "possibly_sensitive", "promoted_metrics", "public_metrics", "referenced_tweets", "reply_settings", "scopes",
    "source", "suggested_source_links", "suggested_source_links_with_counts", "text", "withheld",
];

/// The guide's names of events.
#[rustfmt::skip]
const EVENT_NAMES: &[&str] = &[
    "tweet_create_events", "favorite_events", "follow_events", "direct_message_events", "block_events", "mute_events",
];

/// The reference page's names of events.
#[rustfmt::skip]
const EVENT_TYPES: &[&str] = &[
    "profile.update.bio", "profile.update.profile_picture", "profile.update.banner_picture",
    "profile.update.screenname", "profile.update.geo", "profile.update.url", "profile.update.verified_badge",
    "profile.update.affiliate_badge", "profile.update.handle", "news.new", "follow.follow", "follow.unfollow",
    "spaces.start", "spaces.end", "chat.received", "chat.sent", "chat.conversation_join", "dm.sent", "dm.received",
    "dm.indicate_typing", "dm.read", "post.create", "post.delete", "post.mention.create", "like.create", "mute.mute",
    "mute.unmute", "block.block", "block.unblock",
];

/// The examples of parameters.
const EXAMPLES: &[(&str, &str, &[&str])] = &[
    ("getConnectionHistory", "connection.fields", CONNECTION_FIELDS),
    ("getDirectMessagesEventsByParticipantId", "event_types", &["MessageCreate", "ParticipantsLeave"]),
    ("getDirectMessagesEventsByParticipantId", "dm_event.fields", DM_EVENT_FIELDS),
    ("getDirectMessagesEventsByParticipantId", "expansions", EXPANSIONS),
    ("getDirectMessagesEventsByParticipantId", "media.fields", MEDIA_FIELDS),
    ("getDirectMessagesEventsByParticipantId", "user.fields", USER_FIELDS),
    ("getDirectMessagesEventsByParticipantId", "tweet.fields", TWEET_FIELDS),
];

/// The examples of answers: operation and file.
const ANSWERS: &[(&str, &str)] = &[
    ("getConnectionHistory", "connections.json"),
    ("createActivitySubscription", "created_subscription.json"),
    ("activityStream", "activity_event.json"),
    ("getDirectMessagesEventsByParticipantId", "dm_events.json"),
];

#[test]
fn the_counts_are_those_of_the_pages() {
    let counts = [
        (CONNECTION_ENDPOINTS, 15),
        (CONNECTION_FIELDS, 6),
        (DM_EVENT_FIELDS, 10),
        (EXPANSIONS, 4),
        (MEDIA_FIELDS, 13),
        (USER_FIELDS, 26),
        (TWEET_FIELDS, 31),
        (EVENT_NAMES, 6),
        (EVENT_TYPES, 29),
    ];
    for (values, count) in counts {
        assert_eq!(values.len(), count, "{values:?}");
    }
}

#[test]
fn operations_and_their_security() {
    let mut found = Vec::new();
    for (path, item) in SPEC["paths"].as_object().expect("paths are a mapping") {
        for (method, operation) in item.as_object().expect("a path is a mapping") {
            if let Some(id) = operation["operationId"].as_str() {
                found.push((id, method.as_str(), path.as_str(), operation["security"].clone()));
            }
        }
    }
    found.sort_by_key(|(id, ..)| OPERATIONS.iter().position(|expected| expected.0 == *id));
    let mut expected = Vec::new();
    for (id, method, path, security) in OPERATIONS {
        let alternatives: Vec<Value> = security.iter().map(|(scheme, scopes)| json!({ *scheme: scopes })).collect();
        expected.push((*id, *method, *path, Value::from(alternatives)));
    }
    for (_, _, _, security) in &mut found {
        sort_scopes(security);
    }
    assert_eq!(found, expected);
    assert_eq!(SPEC["servers"][0]["url"], "https://api.x.com");
    assert_eq!(SPEC["openapi"], "3.0.3");
}

#[test]
fn parameters_with_their_types_defaults_and_bounds() {
    assert_eq!(PARAMETERS.len(), OPERATIONS.len());
    for (id, expected) in PARAMETERS {
        let parameters = parameters(id);
        let found: Vec<String> = parameters.iter().map(describe).collect();
        let (lines, values): (Vec<&str>, Vec<&[&str]>) = expected.iter().map(|(line, values)| (*line, *values)).unzip();
        assert_eq!(found, lines, "{id}");
        for (parameter, values) in parameters.iter().zip(values) {
            let schema = resolved(&parameter["schema"]);
            let listed = if schema.contains_key("items") { resolved(&schema["items"]) } else { schema };
            let listed = listed.get("enum").cloned().unwrap_or_else(|| json!([]));
            assert_eq!(listed, json!(values), "{id}: {}", parameter["name"]);
        }
    }
}

#[test]
fn examples_of_parameters() {
    for (id, name, expected) in EXAMPLES {
        let parameters = parameters(id);
        let parameter = parameters.iter().find(|parameter| parameter["name"] == *name).expect("the parameter is there");
        assert_eq!(parameter["example"], json!(expected), "{id}: {name}");
    }
    let participant = &parameters("getDirectMessagesEventsByParticipantId")[0];
    assert_eq!(participant["example"], "2244994945");
    assert_eq!(parameters("deleteActivitySubscription")[0]["example"], "1234567890");
}

#[test]
fn bodies_of_requests() {
    let body = &operation("createActivitySubscription")["requestBody"];
    assert_eq!(body["required"], true);
    let content = &body["content"]["application/json"];
    assert_eq!(content["example"], page("new_subscription.json"));
    let forms: Vec<Map<String, Value>> =
        resolved(&content["schema"])["oneOf"].as_array().expect("there are two forms").iter().map(resolved).collect();
    assert_eq!(forms.len(), 2, "the pages show two forms");
    let (guide, reference) = (&forms[0], &forms[1]);
    assert_eq!(guide["required"], json!(["user_id", "event_types"]));
    assert_eq!(describe_schema(&guide["properties"]["user_id"]), "string, pattern ^[0-9]{1,19}$");
    let names = resolved(&guide["properties"]["event_types"]);
    assert_eq!((&names["type"], &resolved(&names["items"])["enum"]), (&json!("array"), &json!(EVENT_NAMES)));

    assert_eq!(reference["required"], json!(["event_type", "filter"]));
    assert_eq!(resolved(&reference["properties"]["event_type"])["enum"], json!(EVENT_TYPES));
    assert_eq!(describe_schema(&reference["properties"]["tag"]), "string, 1 to 200 characters");
    assert_eq!(describe_schema(&reference["properties"]["webhook_id"]), "string, pattern ^[0-9]{1,19}$");
    let filter = resolved(&reference["properties"]["filter"]);
    assert_eq!(describe_schema(&filter["properties"]["user_id"]), "string, pattern ^[0-9]{1,19}$");
    assert_eq!(describe_schema(&filter["properties"]["keyword"]), "string, 1 to 150 characters");
    assert_eq!(resolved(&filter["properties"]["direction"])["enum"], json!(["inbound", "outbound"]));

    let body = &operation("updateActivitySubscription")["requestBody"];
    assert_eq!(body["required"], true);
    let content = &body["content"]["application/json"];
    // The example of the guide's English original.
    assert_eq!(content["example"], json!({ "event_types": ["tweet_create_events", "favorite_events"] }));
    let update = resolved(&content["schema"]);
    assert_eq!(update.get("required"), None);
    assert_eq!(describe_schema(&update["properties"]["tag"]), "string, 1 to 200 characters");
    assert_eq!(describe_schema(&update["properties"]["webhook_id"]), "string, pattern ^[0-9]{1,19}$");
}

#[test]
fn examples_of_answers() {
    for (id, file) in ANSWERS {
        let media = &operation(id)["responses"]["200"]["content"]["application/json"];
        assert_eq!(media["example"], page(file), "{id}");
    }
}

/// Every member that a page shows is a member that a schema lists, and its value is of the listed type.
#[test]
fn every_response_field_that_is_shown_is_listed() {
    for (id, file) in ANSWERS {
        let media = &operation(id)["responses"]["200"]["content"]["application/json"];
        let mut missing = Vec::new();
        let mut seen = 0;
        check(&media["schema"], &page(file), "", &mut missing, &mut seen);
        assert!(missing.is_empty(), "{id}: {missing:#?}");
        assert!(seen > 3, "{id} has members");
    }
    let mut missing = Vec::new();
    let schema = json!({ "$ref": "#/components/schemas/Connection" });
    check(&schema, &json!({ "client_ip": 5, "unknown": 1 }), "", &mut missing, &mut 0);
    assert_eq!(missing, [".client_ip: 5 is no string", ".unknown: is not listed"]);
}

/// Responses promise nothing, so what the pages say about their lengths stands in words.
#[test]
fn lengths_of_answers_stand_in_words() {
    for name in ["ConnectionHistory", "DmEventList"] {
        for member in ["data", "errors"] {
            let text = &SPEC["components"]["schemas"][name]["properties"][member]["description"];
            assert!(text.as_str().is_some_and(|text| text.contains("at least one element")), "{name}.{member}: {text}");
        }
    }
}

#[test]
fn every_operation_fails_with_problem_details() {
    for (id, ..) in OPERATIONS {
        let response = resolved(&operation(id)["responses"]["default"]);
        for media_type in ["application/json", "application/problem+json"] {
            let problem = resolved(&response["content"][media_type]["schema"]);
            for (member, kind) in [("title", "string"), ("type", "string"), ("detail", "string"), ("status", "integer")]
            {
                assert_eq!(resolved(&problem["properties"][member])["type"], kind, "{id}, {media_type}: {member}");
            }
        }
    }
}

fn page(file: &str) -> Value {
    serde_json::from_str(&read(format!("tests/fixtures/pages/{file}"))).expect("an example is JSON")
}

fn operation(id: &str) -> &'static Value {
    let paths = SPEC["paths"].as_object().expect("paths are a mapping").values();
    let mut operations = paths.flat_map(|item| item.as_object().expect("a path is a mapping").values());
    operations.find(|operation| operation["operationId"] == id).expect("the operation is there")
}

/// The parameters of an operation, with those of its path.
fn parameters(id: &str) -> Vec<Value> {
    let paths = SPEC["paths"].as_object().expect("paths are a mapping").values();
    let of = |node: &Value| node["parameters"].as_array().cloned().unwrap_or_default();
    let item = paths.into_iter().find(|item| {
        item.as_object().is_some_and(|item| item.values().any(|operation| operation["operationId"] == id))
    });
    let mut parameters = item.map(of).unwrap_or_default();
    parameters.extend(of(operation(id)));
    parameters.iter().map(|parameter| Value::Object(resolved(parameter))).collect()
}

/// A node with its reference, and the parts of its `allOf`, put in their place. What stands beside them goes first.
fn resolved(node: &Value) -> Map<String, Value> {
    let mut own = node.as_object().cloned().unwrap_or_default();
    let mut parts = Vec::new();
    if let Some(Value::String(target)) = own.remove("$ref") {
        let target = SPEC.pointer(target.trim_start_matches('#'));
        parts.push(resolved(target.expect("a reference leads somewhere")));
    }
    if let Some(Value::Array(all)) = own.remove("allOf") {
        parts.extend(all.iter().map(resolved));
    }
    for part in parts {
        for (key, value) in part {
            own.entry(key).or_insert(value);
        }
    }
    own
}

/// A parameter in one line: place, name, type, and everything that bounds it.
fn describe(parameter: &Value) -> String {
    let schema = resolved(&parameter["schema"]);
    let mut facts = Vec::new();
    if schema.get("type") == Some(&json!("array")) {
        facts.push(format!("list of {}", resolved(&schema["items"])["type"].as_str().unwrap_or_default()));
        let style = parameter["style"].as_str().unwrap_or("form");
        let explode = parameter["explode"].as_bool().unwrap_or(style == "form");
        facts.push(format!("{style} {}", if explode { "with explode" } else { "without explode" }));
        if let Some(least) = schema.get("minItems") {
            facts.push(format!("at least {least} item"));
        }
    } else {
        facts.push(describe_schema(&parameter["schema"]));
    }
    if parameter["required"] == true {
        facts.push("required".to_owned());
    }
    let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    format!("{} {}: {}", text("in"), text("name"), facts.join(", "))
}

fn describe_schema(schema: &Value) -> String {
    let schema = resolved(schema);
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut facts = vec![format!("{} {}", text("type"), text("format")).trim().to_owned()];
    let range = |least: &str, most: &str, unit: &str| match (schema.get(least), schema.get(most)) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    };
    facts.extend(range("minimum", "maximum", ""));
    facts.extend(range("minLength", "maxLength", " characters"));
    facts.extend(schema.get("pattern").and_then(Value::as_str).map(|pattern| format!("pattern {pattern}")));
    facts.extend(schema.get("default").map(|default| format!("default {default}")));
    facts.join(", ")
}

fn sort_scopes(security: &mut Value) {
    let alternatives = security.as_array_mut().into_iter().flatten();
    for scopes in alternatives.flat_map(|alternative| alternative.as_object_mut().into_iter().flat_map(Map::values_mut))
    {
        if let Some(scopes) = scopes.as_array_mut() {
            scopes.sort_by_key(ToString::to_string);
        }
    }
}

/// Compares a value with a schema, as far as members and types go.
fn check(schema: &Value, value: &Value, at: &str, missing: &mut Vec<String>, seen: &mut usize) {
    let schema = resolved(schema);
    let arms = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    if let Some(arms) = arms.filter(|_| !schema.contains_key("properties")) {
        // One of the alternatives lists everything; the best one is reported.
        let tried = arms.iter().map(|arm| {
            let (mut missing, mut seen) = (Vec::new(), 0);
            check(arm, value, at, &mut missing, &mut seen);
            (missing, seen)
        });
        let (faults, members) = tried.min_by_key(|(missing, _)| missing.len()).unwrap_or_default();
        missing.extend(faults);
        *seen += members;
        return;
    }
    let kind = schema.get("type").and_then(Value::as_str);
    let fits = match (kind, value) {
        (None, _) => true,
        (Some("object"), Value::Object(_)) | (Some("array"), Value::Array(_)) | (Some("boolean"), Value::Bool(_)) => {
            true
        }
        (Some("string"), Value::String(_)) | (Some("number"), Value::Number(_)) => true,
        (Some("integer"), Value::Number(number)) => number.is_i64(),
        _ => false,
    };
    if !fits {
        missing.push(format!("{at}: {value} is no {}", kind.unwrap_or_default()));
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let at = format!("{at}.{name}");
                match schema.get("properties").and_then(|properties| properties.get(name)) {
                    Some(schema) => {
                        *seen += 1;
                        check(schema, value, &at, missing, seen);
                    }
                    None => missing.push(format!("{at}: is not listed")),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                check(schema.get("items").unwrap_or(&Value::Null), item, &format!("{at}[]"), missing, seen);
            }
        }
        _ => {}
    }
}
