//! What the client is asked to do, and what it makes of it in words.
//!
//! A call that succeeds is `Ok`. An error is its kind, the status of its answer if it has one, and its outcome, as in
//! `Api 503/Answered`. A stream is its items by their ids, and between them what else happened.

use x_api_client::runtime::{DisconnectReason, Live, StreamEvent};
use x_api_client::types::{ActivityEvent, ActivityEventName, NewUserSubscription};
use x_api_client::{Client, Error};

use crate::rig::Rig;
use crate::row::{Failure, Saw};

pub(crate) type Stream = Live<ActivityEvent>;

/// One answer, asked for by a `GET`.
pub(crate) async fn get(rig: &Rig) -> Result<Saw, Failure> {
    let client = rig.client().await?;
    Ok(vec![told(client.connections().history().send().await)])
}

/// One answer, asked for by a `POST`.
pub(crate) async fn post(rig: &Rig) -> Result<Saw, Failure> {
    let client = rig.client().await?;
    Ok(vec![told(client.activity().create_subscription(subscription()).send().await)])
}

pub(crate) fn subscription() -> NewUserSubscription {
    NewUserSubscription::new("2244994945", [ActivityEventName::TweetCreateEvents])
}

/// Everything on a stream until it ends.
pub(crate) async fn stream(rig: &Rig, connect: fn(&Client) -> Stream) -> Result<Saw, Failure> {
    let client = rig.client().await?;
    all_of(connect(&client)).await
}

/// Everything on this stream until it ends.
pub(crate) async fn all_of(stream: Stream) -> Result<Saw, Failure> {
    let mut events = stream.events();
    let mut saw = Saw::new();
    while let Some(event) = events.next().await {
        match event {
            Ok(StreamEvent::Connected(_)) => {}
            Ok(StreamEvent::KeepAlive) => match saw
                .last_mut()
                .and_then(|last| last.strip_prefix("KeepAlive x")?.parse().ok())
            {
                Some(times @ 1u64..) => *saw.last_mut().ok_or("it was there")? = format!("KeepAlive x{}", times + 1),
                _ => saw.push("KeepAlive x1".to_owned()),
            },
            Ok(StreamEvent::Item(item)) => saw.push(id_of(&item)),
            Ok(StreamEvent::Malformed { error, .. }) => saw.push(format!("Malformed {:?}", error.kind())),
            Ok(StreamEvent::Notice(_)) => saw.push("Notice".to_owned()),
            Ok(StreamEvent::Disconnected { reason, .. }) => saw.push(match reason {
                DisconnectReason::Closed => "Closed".to_owned(),
                DisconnectReason::Silent(_) => "Silent".to_owned(),
                DisconnectReason::Announced(_) => "Announced".to_owned(),
                DisconnectReason::Failed(error) => format!("Failed {}", describe(&error)),
                other => format!("{other:?}"),
            }),
            Ok(other) => saw.push(format!("{other:?}")),
            Err(error) => saw.push(describe(&error)),
        }
    }
    saw.push("End".to_owned());
    Ok(saw)
}

/// An item by its id, or by its text where it has none.
pub(crate) fn id_of(item: &ActivityEvent) -> String {
    match item {
        ActivityEvent::Envelope(event) => {
            let id = event.data.as_ref().and_then(|data| data.event_uuid.as_ref());
            id.map_or_else(|| "no id".to_owned(), ToString::to_string)
        }
        ActivityEvent::AccountActivity(event) => {
            event.tweet_create_events.first().and_then(|tweet| tweet.text.clone()).unwrap_or_default()
        }
        other => format!("{other:?}"),
    }
}

/// A result in words.
pub(crate) fn told<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "Ok".to_owned(),
        Err(error) => describe(&error),
    }
}

/// An error in words.
pub(crate) fn describe(error: &Error) -> String {
    let (kind, outcome) = (error.kind(), error.outcome());
    match error.status() {
        Some(status) => format!("{kind:?} {}/{outcome:?}", status.as_u16()),
        None => format!("{kind:?}/{outcome:?}"),
    }
}
