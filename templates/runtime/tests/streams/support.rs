//! Streams of several kinds, and a client that lives in memory.

use std::time::Duration;

use client_runtime::runtime::wire::{Call, Definition, Need, Operation, Param, Scheme, StreamRules};
use client_runtime::runtime::{
    Client, ClientBuilder, DisconnectReason, Live, ManualClock, MemoryTransport, StreamEvent,
};
use serde::Deserialize;

pub(crate) static DEFINITION: Definition = Definition::new("https://api.example.com", "test/1");
pub(crate) static RULES: StreamRules =
    StreamRules::json_lines().backfill(0).replay(&[1]).event_id(&["data", "id"]).envelope("data", "errors");
pub(crate) static STREAM: Operation = Operation::new("stream", "GET", "/stream")
    .params(&[Param::query("backfill"), Param::query("start")])
    .envelope("data", "errors")
    .stream(&RULES);
pub(crate) static BARE_RULES: StreamRules = StreamRules::json_lines();
pub(crate) static BARE: Operation = Operation::new("bare", "GET", "/bare").stream(&BARE_RULES);
pub(crate) static NAMED_RULES: StreamRules = StreamRules::json_lines().envelope("result", "faults");
pub(crate) static NAMED: Operation = Operation::new("named", "GET", "/named").stream(&NAMED_RULES);
pub(crate) static SECURED: Operation =
    Operation::new("secured", "GET", "/secured").auth(&[&[Need::new(&TOKEN, &[])]]).stream(&BARE_RULES);
pub(crate) static TOKEN: Scheme = Scheme::bearer("Token");
pub(crate) static EVENT_RULES: StreamRules = StreamRules::server_sent_events();
pub(crate) static EVENTS: Operation = Operation::new("events", "GET", "/events").stream(&EVENT_RULES);
pub(crate) static PROMPT: Operation = Operation::new("prompt", "POST", "/prompt").stream(&EVENT_RULES);

#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Event {
    pub(crate) data: Data,
}

#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Data {
    pub(crate) id: Option<String>,
    pub(crate) text: Option<String>,
}

pub(crate) struct Setup {
    pub(crate) transport: MemoryTransport,
    pub(crate) clock: ManualClock,
    pub(crate) client: Client,
}

pub(crate) fn setup() -> Setup {
    setup_with(ManualClock::new())
}

pub(crate) fn setup_with(clock: ManualClock) -> Setup {
    let transport = MemoryTransport::with_clock(clock.clone());
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(clock.clone()).build();
    Setup { transport, clock, client: client.expect("a client") }
}

impl Setup {
    pub(crate) fn call(&self) -> Call {
        Call::new(&self.client, &STREAM)
    }

    pub(crate) fn live(&self) -> Live<Event> {
        Live::new(self.call())
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.transport.requests().iter().map(|request| request.target().to_owned()).collect()
    }
}

pub(crate) fn id(event: Event) -> String {
    event.data.id.unwrap_or_default()
}

pub(crate) fn line(id: &str) -> String {
    format!("{{\"data\":{{\"id\":\"{id}\"}}}}\r\n")
}

pub(crate) async fn ids(live: &mut Live<Event>, count: usize) -> Vec<String> {
    let mut found = Vec::new();
    while found.len() < count {
        match live.next().await {
            Some(Ok(event)) => found.push(id(event)),
            Some(Err(error)) => found.push(error.to_string()),
            None => break,
        }
    }
    found
}

/// What a stream says about itself, as one line per event.
pub(crate) async fn story(events: &mut client_runtime::runtime::Events<Event>, most: usize) -> Vec<String> {
    let mut story = Vec::new();
    while story.len() < most
        && let Some(event) = events.next().await
    {
        story.push(match event {
            Ok(StreamEvent::Connected(_)) => "connected".to_owned(),
            Ok(StreamEvent::Item(event)) => id(event),
            Ok(StreamEvent::KeepAlive) => "keep-alive".to_owned(),
            Ok(StreamEvent::Malformed { line, error, .. }) => {
                format!("malformed {:?} {:?}", error.kind(), String::from_utf8_lossy(&line))
            }
            Ok(StreamEvent::Notice(problems)) => format!("notice of {}", problems.len()),
            Ok(StreamEvent::Disconnected { reason, attempt, retry_in, .. }) => {
                let reason = match reason {
                    DisconnectReason::Closed => "closed".to_owned(),
                    DisconnectReason::Silent(timeout) => format!("silent {timeout:?}"),
                    DisconnectReason::Announced(problems) => format!("announced {}", problems[0].kind()),
                    DisconnectReason::Failed(error) => format!("failed {:?}", error.kind()),
                    _ => "?".to_owned(),
                };
                format!("{reason}, {attempt}, {retry_in:?}")
            }
            Ok(_) => "?".to_owned(),
            Err(error) => format!("error {:?}", error.kind()),
        });
    }
    story
}

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
