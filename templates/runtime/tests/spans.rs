//! Feature `tracing`: the spans and events of calls and streams, as a subscriber sees them, and what it never sees.
#![cfg(all(feature = "tracing", feature = "oauth1"))]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use client_runtime::runtime::wire::{Need, Operation, StreamRules, StringEnum, deserialize_enum};
use client_runtime::runtime::{
    Auth, AuthRequest, Authorization, BoxError, BoxFuture, CallOptions, Credential, Live, MemoryTransport, OAuth1,
    OAuth1Token, Reply, RetryPolicy, Secret, TransportError, Unrecognized,
};
use common::*;
use http::{HeaderName, HeaderValue, Method};
use serde::{Deserialize, Deserializer};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static RULES: StreamRules = StreamRules::json_lines();
static STREAM: Operation = Operation::new("streamThings", "GET", "/2/stream").stream(&RULES);

type Fields = BTreeMap<String, String>;

/// A span or an event: its level, the span it is in, and its fields.
#[derive(Clone, Debug)]
struct Seen {
    level: &'static str,
    parent: Option<u64>,
    fields: Fields,
    closed: bool,
}

/// Keeps everything there is to see. The id of a span is its place, from 1.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Seen>,
    events: Vec<Seen>,
    entered: Vec<u64>,
    /// How many handles of each span there are.
    handles: Vec<usize>,
}

struct Reader<'a>(&'a mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Recorder {
    fn spans(&self) -> Vec<Seen> {
        self.0.lock().unwrap().spans.clone()
    }

    fn events(&self) -> Vec<Seen> {
        self.0.lock().unwrap().events.clone()
    }

    /// Everything as one text.
    fn text(&self) -> String {
        format!("{:?} {:?}", self.spans(), self.events())
    }

    fn with(&self, id: &Id, change: impl FnOnce(&mut State, usize)) {
        change(&mut self.0.lock().unwrap(), usize::try_from(id.into_u64()).unwrap() - 1);
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::from([("name".to_owned(), attributes.metadata().name().to_owned())]);
        attributes.record(&mut Reader(&mut fields));
        let mut state = self.0.lock().unwrap();
        let parent = state.entered.last().copied();
        state.spans.push(Seen { level: attributes.metadata().level().as_str(), parent, fields, closed: false });
        state.handles.push(1);
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        self.with(id, |state, place| values.record(&mut Reader(&mut state.spans[place].fields)));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Reader(&mut fields));
        let mut state = self.0.lock().unwrap();
        let parent = state.entered.last().copied();
        state.events.push(Seen { level: event.metadata().level().as_str(), parent, fields, closed: false });
    }

    fn enter(&self, id: &Id) {
        self.0.lock().unwrap().entered.push(id.into_u64());
    }

    fn exit(&self, _: &Id) {
        self.0.lock().unwrap().entered.pop();
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.with(id, |state, place| state.handles[place] += 1);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut closed = false;
        self.with(&id, |state, place| {
            state.handles[place] -= 1;
            closed = state.handles[place] == 0;
            state.spans[place].closed = closed;
        });
        closed
    }
}

fn record() -> (Recorder, tracing::subscriber::DefaultGuard) {
    let recorder = Recorder::default();
    let guard = tracing::subscriber::set_default(recorder.clone());
    (recorder, guard)
}

fn fields(of: &Seen) -> Vec<(&str, &str)> {
    of.fields.iter().map(|(name, value)| (&**name, &**value)).collect()
}

#[tokio::test]
async fn a_call_is_one_span_with_the_names_of_the_conventions() {
    let (recorder, _guard) = record();
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, "token").build().unwrap();
    transport.push(Reply::json(200, "{}"));
    let mut request = call(&client, &LIST);
    request.set(0, &"open");
    request.extra_query("key", "value");
    request.empty().await.unwrap();
    let spans = recorder.spans();
    assert_eq!(spans.len(), 1, "{}", recorder.text());
    let span = &spans[0];
    assert_eq!(
        fields(span),
        [
            ("http.request.method", "GET"),
            ("http.response.status_code", "200"),
            ("name", "http_client"),
            ("operation_id", "listThings"),
            ("otel.kind", "client"),
            ("otel.name", "GET /2/things"),
            ("server.address", "api.example.com"),
            ("server.port", "443"),
            ("url.template", "/2/things"),
        ]
    );
    assert_eq!((span.level, span.parent, span.closed), ("INFO", None, true));
    assert!(recorder.events().is_empty());
}

#[tokio::test]
async fn retries_and_failures_are_told_inside_of_the_span() {
    let (recorder, _guard) = record();
    let (builder, transport, _) = setup();
    let client = builder.base_url("http://localhost:8080/base").build().unwrap();
    for reply in [Reply::status(503), Reply::fail(TransportError::exchange("reset")), Reply::status(404)] {
        transport.push(reply);
    }
    call(&client, &PUBLIC).empty().await.unwrap_err();
    let spans = recorder.spans();
    assert_eq!(spans.len(), 1, "{}", recorder.text());
    let span = &spans[0];
    for (name, value) in [
        ("http.request.resend_count", "2"),
        ("http.response.status_code", "404"),
        ("error.type", "404"),
        ("server.address", "localhost"),
        ("server.port", "8080"),
    ] {
        assert_eq!(span.fields[name], value);
    }
    let events = recorder.events();
    let told: Vec<_> = events.iter().map(fields).collect();
    let retry = |attempt, failure, wait| {
        vec![
            ("attempt", attempt),
            ("error.type", failure),
            ("message", "the request is repeated"),
            ("operation_id", "getStatus"),
            ("wait_ms", wait),
        ]
    };
    assert_eq!(told, [retry("1", "Api", "500"), retry("2", "Transport", "1000")]);
    assert!(events.iter().all(|event| event.parent == Some(1) && event.level == "INFO"));

    // Without an answer the kind of the error stands for it.
    transport.push(Reply::fail(TransportError::connect("refused")));
    let mut request = call(&client, &CREATE);
    request.with(CallOptions::new().retry(RetryPolicy::off()));
    request.empty().await.unwrap_err();
    let span = &recorder.spans()[1];
    assert_eq!((span.fields["error.type"].as_str(), span.fields.get("http.response.status_code")), ("Connect", None));
    assert_eq!((span.fields.get("http.request.resend_count"), span.closed), (None, true));
}

#[tokio::test]
async fn the_path_of_a_request_that_is_not_generated_is_not_told() {
    let (recorder, _guard) = record();
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    transport.push(Reply::status(503));
    transport.push(Reply::json(200, "{}"));
    client.request(Method::GET, "/bots/Zinthepath/things?key=Zinthequery").send().await.unwrap();
    let span = &recorder.spans()[0];
    assert_eq!((span.fields["otel.name"].as_str(), span.fields.get("url.template")), ("GET", None));
    assert_eq!(span.fields["http.request.resend_count"], "1");
    assert!(!recorder.text().contains("Zinthe"), "{}", recorder.text());
}

#[tokio::test]
async fn an_address_of_version_6_is_told_without_brackets() {
    let (recorder, _guard) = record();
    let (builder, transport, _) = setup();
    let client = builder.base_url("http://[::1]:8080").build().unwrap();
    transport.push(Reply::status(200));
    call(&client, &PUBLIC).empty().await.unwrap();
    let spans = recorder.spans();
    assert!(fields(&spans[0]).contains(&("server.address", "::1")), "{}", recorder.text());
}

#[tokio::test]
async fn every_connection_of_a_stream_is_a_span() {
    let (recorder, _guard) = record();
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    transport.push(Reply::json(200, "{\"a\":1}\r\n"));
    transport.push(Reply::status(503));
    transport.push(Reply::json(200, "{\"a\":2}\r\n").then_hang());
    let mut live = Live::<serde_json::Value>::new(call(&client, &STREAM));
    for expected in [1, 2] {
        assert_eq!(live.try_next().await.unwrap().unwrap()["a"], expected);
    }
    let statuses: Vec<_> = recorder
        .spans()
        .into_iter()
        .map(|span| (span.fields["http.response.status_code"].clone(), span.closed))
        .collect();
    assert_eq!(statuses, [("200".to_owned(), true), ("503".to_owned(), true), ("200".to_owned(), true)]);
    let told: Vec<_> = recorder
        .events()
        .iter()
        .map(|event| {
            (event.fields["message"].clone(), event.fields["wait_ms"].clone(), event.fields.get("error.type").cloned())
        })
        .collect();
    let again = "the stream connects again".to_owned();
    assert_eq!(told, [(again.clone(), "0".to_owned(), None), (again, "5000".to_owned(), Some("Api".to_owned()))]);
}

/// An enum whose every value is unknown.
#[derive(Clone, Debug, PartialEq)]
struct Colour(Unrecognized);

type Colours = BTreeMap<String, Colour>;

impl StringEnum for Colour {
    const NAME: &'static str = "Colour";
    const KNOWN: &'static [Self] = &[];
    const TEXTS: &'static [&'static str] = &[];

    fn unrecognized(text: Unrecognized) -> Self {
        Self(text)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_enum(deserializer)
    }
}

/// A credential that can be refreshed once.
struct Refreshable;

impl Credential for Refreshable {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async { Authorization::bearer(&Secret::new(TOKEN)) })
    }

    fn refresh<'a>(&'a self, _: &'a AuthRequest<'_>, _: &'a Authorization) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(async { Ok(true) })
    }
}

const TOKEN: &str = "Ztoken0123456789";
const PASSWORD: &str = "Zpassword0123456";
const KEY: &str = "Zkey0123456789abc";
const CONSUMER_SECRET: &str = "Zconsumer01234567";
const TOKEN_SECRET: &str = "Ztokensecret01234";

#[tokio::test]
async fn refreshed_credentials_and_drift_are_told_without_what_the_server_said() {
    let (recorder, _guard) = record();
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, Refreshable).on_drift(|_| {}).build().unwrap();
    transport.push(Reply::status(401));
    transport.push(Reply::json(200, r#"{"data":"Zunknown"}"#));
    let answer = call(&client, &LIST).json::<Colours>().await.unwrap();
    assert_eq!(answer.meta.attempts(), 2);
    let told: Vec<_> = recorder.events().iter().map(|event| event.fields.clone()).collect();
    assert_eq!(told[0]["message"], "the credential is refreshed");
    assert_eq!(told[1]["message"], "the answer is not quite as described");
    assert_eq!((told[1]["kind"].as_str(), told[1]["operation_id"].as_str()), ("unknown value", "listThings"));
    assert!(!recorder.text().contains("Zunknown"), "{}", recorder.text());
}

/// Every kind of credential, in calls that succeed, fail, are repeated and redirected, with the server repeating it all.
#[tokio::test]
async fn no_secret_is_told() {
    static BASIC_ONLY: Operation = Operation::new("basic", "GET", "/basic").auth(&[&[Need::new(&BASIC, &[])]]);
    static QUERY_ONLY: Operation = Operation::new("query", "GET", "/query").auth(&[&[Need::new(&KEY_QUERY, &[])]]);
    static HEADER_ONLY: Operation = Operation::new("header", "GET", "/header").auth(&[&[Need::new(&KEY_HEADER, &[])]]);
    static COOKIE_ONLY: Operation = Operation::new("cookie", "GET", "/cookie").auth(&[&[Need::new(&KEY_COOKIE, &[])]]);
    static SIGNED_ONLY: Operation = Operation::new("signed", "GET", "/signed").auth(&[&[Need::new(&SIGNED, &[])]]);

    let secrets = [TOKEN, PASSWORD, KEY, CONSUMER_SECRET, TOKEN_SECRET];
    let all = secrets.join(" ");
    let statuses = [200, 302, 200, 401, 403, 429, 500, 200, 503, 0];
    let served = AtomicUsize::new(0);
    let transport = MemoryTransport::from_fn(move |_| {
        let body = match statuses[served.fetch_add(1, Ordering::Relaxed) % statuses.len()] {
            0 => return Reply::fail(TransportError::connect(format!("{all} refused"))),
            200 => return Reply::json(200, format!("{{\"{all}\":\"{all}\"}}\r\n")).with_header("x-request-id", TOKEN),
            status => (status, format!("{{\"title\":\"{all}\",\"errors\":[{{\"detail\":\"{all}\"}}]}}")),
        };
        Reply::json(body.0, body.1).with_header("location", &format!("/{KEY}?key={TOKEN}"))
    });
    let (recorder, _guard) = record();
    let client = setup()
        .0
        .transport(transport.clone())
        .credential(&APP, Refreshable)
        .credential(&USER, TOKEN)
        .credential(&BASIC, Auth::basic("user", PASSWORD))
        .credential(&KEY_QUERY, KEY)
        .credential(&KEY_HEADER, KEY)
        .credential(&KEY_COOKIE, KEY)
        .credential(&SIGNED, OAuth1::new(KEY, CONSUMER_SECRET).token(OAuth1Token::new(TOKEN, TOKEN_SECRET)))
        .default_header(HeaderName::from_static("x-extra"), HeaderValue::from_static(KEY))
        .on_drift(|_| {})
        .build()
        .unwrap();
    let (mut calls, mut successes) = (0, 0);
    for operation in [&LIST, &MESSAGES, &BASIC_ONLY, &QUERY_ONLY, &HEADER_ONLY, &COOKIE_ONLY, &SIGNED_ONLY, &STREAM] {
        for _ in 0..statuses.len() + 1 {
            let mut request = call(&client, operation);
            if operation.path().contains("{user_id}") {
                request.set(0, &PASSWORD);
            }
            request.extra_query("token", TOKEN);
            request.extra_header(HeaderName::from_static("x-token"), HeaderValue::from_static(TOKEN));
            let succeeded = if operation.id() == STREAM.id() {
                Live::<Colours>::new(request).reconnect(false).try_next().await.is_ok()
            } else {
                request.json::<Colours>().await.is_ok()
            };
            successes += usize::from(succeeded);
            let _ = client.request(Method::GET, format!("/{KEY}?{TOKEN}")).send().await;
            calls += 2;
        }
    }
    assert_eq!(recorder.spans().len(), calls);
    assert!(successes > 20 && recorder.events().len() > calls, "{successes} of {calls}, {}", recorder.events().len());
    let text = recorder.text();
    for secret in secrets {
        assert!(!text.contains(&secret[..8]), "{secret} is told");
    }
    // They were there to be told.
    let sent = format!("{:?}", transport.requests().iter().map(|request| &request.uri).collect::<Vec<_>>());
    assert!(sent.contains(KEY) && sent.contains(TOKEN) && sent.contains(PASSWORD));
}
