//! What an answer holds and the client does not know reaches the hook and the counters.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::sync::{Arc, Mutex};

use client_runtime::runtime::wire::{StringEnum, deserialize_enum};
use client_runtime::runtime::{DriftKind, ErrorKind, Reply, Unrecognized};
use common::*;
use serde::{Deserialize, Deserializer};

#[derive(Clone, Debug, PartialEq)]
enum Colour {
    Red,
    Unrecognized(Unrecognized),
}

impl StringEnum for Colour {
    const NAME: &'static str = "Colour";
    const KNOWN: &'static [Self] = &[Self::Red];
    const TEXTS: &'static [&'static str] = &["red"];

    fn unrecognized(text: Unrecognized) -> Self {
        Self::Unrecognized(text)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_enum(deserializer)
    }
}

#[tokio::test]
async fn the_hook_is_called_after_decoding() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (builder, transport, _) = setup();
    let hook = Arc::clone(&seen);
    let client = builder.on_drift(move |drift| hook.lock().unwrap().push(drift.clone())).build().unwrap();
    transport.push(Reply::json(200, r#"["red","blue","blue"]"#));
    let colours = call(&client, &PUBLIC).json::<Vec<Colour>>().await.unwrap().body;
    assert_eq!(colours[0], Colour::Red);
    assert!(matches!(&colours[1], Colour::Unrecognized(text) if text.as_str() == "blue"));
    let seen = seen.lock().unwrap();
    assert_eq!((seen.len(), seen[0].operation, seen[0].kind), (2, "getStatus", DriftKind::UnknownValue));
    assert_eq!(seen[0].value.as_deref(), Some("blue"));
    assert_eq!(client.drift().get(DriftKind::UnknownValue), 2);
    assert_eq!(client.drift().get(DriftKind::IgnoredField), 0);
}

#[tokio::test]
async fn an_answer_that_fails_is_still_located_and_reported() {
    let (builder, transport, _) = setup();
    let client = builder.on_drift(|_| {}).build().unwrap();
    transport.push(Reply::json(200, r#"["blue",7]"#));
    let error = call(&client, &PUBLIC).json::<Vec<Colour>>().await.unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("$[1]")));
    assert_eq!(client.drift().get(DriftKind::UnknownValue), 1);
}
