//! The encodings that are broken one at a time.

use crate::workshop::Change;

/// An encoding and the change that breaks it.
#[derive(Debug)]
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) change: Change,
}

macro_rules! mutations {
    ($($name:literal in $within:literal: $from:literal => $to:literal;)*) => {
        pub(crate) const MUTATIONS: &[Mutation] =
            &[$(Mutation { name: $name, change: Change { within: $within, from: $from, to: $to } }),*];
    };
}

mutations! {
    // The query.
    "comma join" in "src/runtime": r#"_ => ",","# => r#"_ => "%2C","#;
    "percent-encoding of values" in "src/runtime":
        "const RESERVED: &AsciiSet = &NON_ALPHANUMERIC"
        => "const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'&')";
    "percent-encoding of commas in values" in "src/runtime":
        "const RESERVED: &AsciiSet = &NON_ALPHANUMERIC"
        => "const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b',')";
    "unreserved characters" in "src/runtime": ".remove(b'_').remove(b'~');" => ".remove(b'_');";
    "explode in the runtime" in "src/runtime":
        "self.style = Style::Form;\n        self.explode = false;"
        => "self.style = Style::Form;\n        self.explode = true;";
    "explode of an emitted parameter" in "src/connections/history.rs":
        r#"Param::query("endpoints").csv()"# => r#"Param::query("endpoints")"#;
    "separator of parameters" in "src/runtime":
        "url.push('&');\n            }\n        };" => "url.push(';');\n            }\n        };";
    "beginning of the query" in "src/runtime":
        "url.push('?');\n        let start = url.len();" => "url.push('&');\n        let start = url.len();";
    "order of parameters" in "src/runtime":
        "for (param, value) in self.set_values() {"
        => "for (param, value) in self.set_values().collect::<Vec<_>>().into_iter().rev() {";
    "name of a parameter" in "src/connections/history.rs":
        r#"Param::query("connection.fields")"# => r#"Param::query("connection_fields")"#;
    "name of another parameter" in "src/direct_messages/events_with.rs":
        r#"Param::query("tweet.fields")"# => r#"Param::query("post.fields")"#;
    "empty list" in "src/runtime":
        "Self::List(items) => items.iter().all(Self::is_unset),"
        => "Self::List(items) => !items.is_empty() && items.iter().all(Self::is_unset),";
    "encoding of extra parameters" in "src/runtime":
        "out.push('=');\n    argument::percent_encode(out, value);"
        => "out.push('=');\n    out.push_str(value);";

    // The path.
    "path escaping" in "src/runtime": "Place::Header => None," => "Place::Header | Place::Path => None,";
    "dots in a path" in "src/runtime": r#""." | ".." => Some("must not"# => r#""." => Some("must not"#;
    "empty path argument" in "src/runtime":
        r#""" => Some("must not be empty"# => r#""\u{0}" => Some("must not be empty"#;
    "path template" in "src/activity/delete_subscription.rs":
        r#""/2/activity/subscriptions/{subscription_id}""#
        => r#""/2/activity/subscription/{subscription_id}""#;
    "method" in "src/activity/update_subscription.rs": "\"PUT\"," => "\"PATCH\",";
    "path of the base URL" in "src/runtime":
        "prefix: url.as_str().trim_end_matches('/').to_owned()" => "prefix: url.as_str().to_owned()";

    // Headers and credentials.
    "header name of credentials" in "src/runtime":
        r#"Self::new().header(header::AUTHORIZATION, format!("Bearer {}", token.expose()))"#
        => r#"Self::new().header(header::PROXY_AUTHORIZATION, format!("Bearer {}", token.expose()))"#;
    "scheme of credentials" in "src/runtime":
        r#"format!("Bearer {}", token.expose())"#
        => r#"format!("Token {}", token.expose())"#;
    "accepted media type" in "src/runtime": r#"accept: "application/json","# => r#"accept: "*/*","#;
    "media type of a body" in "src/runtime":
        r#"self.checked_body(HeaderValue::from_static("application/json"),"#
        => r#"self.checked_body(HeaderValue::from_static("text/json"),"#;
    "credential for direct messages" in "src/direct_messages/events_with.rs":
        "&client::OAUTH2_USER_TOKEN," => "&client::BEARER_TOKEN,";
    "order of credentials" in "src/activity/create_subscription.rs":
        "&[Need::new(&client::BEARER_TOKEN, &[])],\n" => "";
    "place of extra headers" in "src/runtime":
        "for (name, value) in &extra.headers {\n                headers.insert(name.clone(), value.clone());"
        => "for (name, value) in &extra.headers {\n                headers.append(name.clone(), value.clone());";
    "user agent" in "src/client.rs": r#"concat!(env!("CARGO_PKG_NAME"), "/""# => r#"concat!("client", "/""#;

    // Bodies.
    "member of a body" in "src/types/new_user_subscription.rs":
        r#"event_types: "event_types""#
        => r#"event_types: "eventTypes""#;
    "text of an enum value" in "src/types/activity_event_name.rs":
        r#"TweetCreateEvents = "tweet_create_events""# => r#"TweetCreateEvents = "tweet_create_event""#;
    "absent members" in "src/runtime/mode.rs":
        "if let Some(value) = field {\n            to.entry(name, value);\n        }\n    }\n}\n\n/// `Option<T>`: absent"
        => "to.entry(name, field);\n    }\n}\n\n/// `Option<T>`: absent";

    // Checks before sending.
    "bound of a parameter" in "src/connections/history.rs": ".min(1).max(100)" => ".min(1).max(101)";
    "bound of a member" in "src/types/subscription_update.rs": ".max_length(200)" => ".max_length(201)";
    "bounds left to the server" in "src/runtime":
        "settings.local_checks || !fault.is_bound" => "settings.local_checks || fault.is_bound";

    // Pages.
    "token parameter" in "src/connections/history.rs": ".page_token(3)" => ".page_token(2)";
    "member of the token" in "src/types/subscription_list.rs":
        "meta.as_ref()?.next_token.as_ref()" => "meta.as_ref()?.previous_token.as_ref()";
    "setters replace" in "src/runtime": "self.store(index, Some(text.into_boxed_str()));"
        => "if !self.is_set(index) {\n            self.store(index, Some(text.into_boxed_str()));\n        }";

    // Answers.
    "name of errors" in "src/connections/history.rs":
        r#".envelope("data", "errors")"#
        => r#".envelope("data", "problems")"#;
    "wrapped answer" in "src/types/subscription_data.rs":
        r#"has_keys(&value, &["subscriptions"])"# => r#"has_keys(&value, &["subscription_list"])"#;
    "answer without a body" in "src/activity/delete_subscription.rs":
        "self.0.json_or_default().await" => "self.0.json().await";
    "header of the rate limit" in "src/runtime":
        r#"number(headers, "x-rate-limit-reset","#
        => r#"number(headers, "x-rate-limit-end","#;

    // The stream.
    "lines cut by a chunk" in "src/runtime":
        "match memchr(b'\\n', &self.chunk) {\n            Some(end) => Some(self.complete(end, 1)),\n"
        => "match memchr(b'\\n', &self.chunk) {\n            Some(end) => Some(self.complete(end, 1)),\n            \
            None if !self.chunk.is_empty() => Some(self.complete(self.chunk.len(), 0)),\n";
    "period of the past" in "src/activity/stream.rs": ".replay(&[1, 2])" => ".replay(&[2])";
    "id of an event" in "src/activity/stream.rs":
        r#".event_id(&["data", "event_uuid"])"#
        => r#".event_id(&["data", "event_type"])"#;
    "backfill parameter" in "src/activity/stream.rs": ".backfill(0)" => ".backfill(1)";
    "arm of an event" in "src/types/activity_event.rs":
        r#"has_keys(&value, &["data"])"# => r#"has_keys(&value, &["event"])"#;
}
