//! The server for tests: which operation a request is for, what is checked of it, and what an answer becomes.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use bytes::Bytes;
use client_runtime::runtime::wire::{Call, Check, Definition, MockRoute, Need, Operation, Param, Scheme};
use client_runtime::runtime::{
    Attempt, Auth, Body, CallOptions, Client, ClientBuilder, Fault, MockAnswer, MockEvents, MockRequest, MockServer,
    Transport,
};
use common::*;
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};

/// Every style with a list of at most two items of at most three characters.
const FEW: Check = Check::new().max_items(2).max_length(3);
static STYLES: Operation = Operation::new("styles", "GET", "/styles/{simple}/{label}/{matrix}/{.tail}.json").params(&[
    Param::path("simple").check(FEW),
    Param::path("label").label().check(FEW),
    Param::path("matrix").matrix().check(FEW),
    Param::path(".tail").check(Check::new().max_length(3)),
    Param::query("form").check(FEW),
    Param::query("csv").csv().check(FEW),
    Param::query("spaces").spaces().check(FEW),
    Param::query("pipes").pipes().check(FEW),
    Param::query("deep").deep_object(),
    Param::query("json").json().check(FEW),
    Param::query("number").check(Check::new().min(1).max(9)),
    Param::header("x-list").check(FEW),
    Param::header("x-text").check(Check::new().max_length(5)),
    Param::cookie("cookie").check(FEW),
]);
static MINE: Operation = Operation::new("mine", "GET", "/things/mine");
static THING: Operation = Operation::new("thing", "GET", "/things/{id}").params(&[Param::path("id")]);
static FIXED: Operation = Operation::new("fixed", "GET", "/things/{id}?action=read me").params(&[Param::path("id")]);
static KEYS: Operation = Operation::new("keys", "GET", "/keys").auth(&[
    &[Need::new(&KEY_QUERY, &[])],
    &[Need::new(&KEY_HEADER, &[]), Need::new(&KEY_COOKIE, &[])],
    &[Need::new(&BASIC, &[])],
    &[Need::new(&SIGNED, &[])],
    &[Need::new(&DIGEST, &[])],
]);
static DIGEST: Scheme = Scheme::http("Digest", "Digest");

static API: Definition = Definition {
    base_url: "https://{region}.example.com/{version}/api/",
    variables: &[("region", "eu"), ("version", "v2")],
    schemes: &[&KEY_QUERY, &KEY_HEADER, &KEY_COOKIE, &BASIC, &SIGNED, &DIGEST],
    ..Definition::new("", "test-client/1.0")
};
static OPERATIONS: &[(&Operation, &str)] = &[
    (&STYLES, "api().styles"),
    (&THING, "api().thing"),
    (&MINE, "api().mine"),
    (&FIXED, "api().fixed"),
    (&KEYS, "api().keys"),
];

fn server() -> MockServer {
    let server = MockServer::of(&API, OPERATIONS);
    for (operation, _) in OPERATIONS {
        let answer = |request: MockRequest<()>| MockAnswer::ok(json!({"operation": request.operation_id()}));
        server.on(MockRoute::new(operation), answer);
    }
    server
}

/// A call of every parameter, with values that pass.
fn styles(client: &Client) -> Call {
    let mut call = Call::new(client, &STYLES);
    for index in [0, 1, 2, 4, 5, 6, 7, 9, 11, 13] {
        call.set(index, &vec!["a", "b"]);
    }
    call.set(3, &"t/.");
    call.set_json(8, &json!({"a": [1, 2], "b": {"c": "long enough"}}));
    call.set(10, &5);
    call.set(12, &"a, bc");
    call.with(CallOptions::new().local_checks(false));
    call
}

async fn said(server: &MockServer, call: Call) -> Vec<(String, String)> {
    let _ = call.empty().await;
    let faults = server.faults();
    server.reset();
    faults.into_iter().map(|fault| (fault.parameter, fault.message)).collect()
}

#[tokio::test]
async fn what_the_client_writes_in_any_style_is_read_again() {
    let server = server();
    let client = server.client_builder().build().unwrap();
    assert_eq!(said(&server, styles(&client)).await, []);
    // Too many items, then an item that is too long.
    for (index, name) in
        [(0, "simple"), (1, "label"), (2, "matrix"), (4, "form"), (5, "csv"), (6, "spaces"), (7, "pipes"), (9, "json")]
    {
        let mut call = styles(&client);
        call.set(index, &vec!["a", "b", "c"]);
        let message = format!("`{name}` must have at most 2 items, it has 3");
        assert_eq!(said(&server, call).await, [(name.to_owned(), message)]);
        let mut call = styles(&client);
        call.set(index, &vec!["a", "ü,öx"]);
        let message = format!("`{name}[1]` must have at most 3 characters, it has 4");
        assert_eq!(said(&server, call).await, [(format!("{name}[1]"), message)]);
    }
    for (index, name) in [(11, "x-list"), (13, "cookie")] {
        let mut call = styles(&client);
        call.set(index, &vec!["a", "b", "c"]);
        let message = format!("`{name}` must have at most 2 items, it has 3");
        assert_eq!(said(&server, call).await, [(name.to_owned(), message)]);
    }
    let mut call = styles(&client);
    call.set(10, &10);
    call.set(12, &"a, b, c");
    let found: Vec<String> = said(&server, call).await.into_iter().map(|(parameter, _)| parameter).collect();
    assert_eq!(found, ["number", "x-text"]);
    let mut call = styles(&client);
    call.set(10, &"five");
    assert_eq!(said(&server, call).await[0].1, "`number` must be a number");
}

#[tokio::test]
async fn the_operation_with_more_fixed_words_is_meant() {
    let server = server();
    let transport = server.transport();
    for (target, operation) in [
        ("/things/mine", "mine"),
        ("/things/other", "thing"),
        ("/things/a%2Fb", "thing"),
        ("/things/7?action=read%20me", "fixed"),
        ("/v9/api/things/mine", "mine"),
    ] {
        let request = http::Request::get(format!("https://us.example.com{target}")).body(Body::empty()).unwrap();
        let mut answer = transport.send(request, Attempt::new("", "")).await.unwrap();
        let body = answer.body_mut().chunk().await.unwrap().unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["operation"], operation, "{target}");
    }
    server.verify().unwrap();
    for (target, message) in [
        ("/things/a/b", "no operation of the API description has the path `/things/a/b`"),
        ("/other/things/mine", "no operation of the API description has the path"),
        ("/things/", "no operation of the API description has the path"),
        ("/things/7?action=write", "`action` is no query parameter of `thing`, which has none"),
    ] {
        let request = http::Request::get(format!("https://us.example.com{target}")).body(Body::empty()).unwrap();
        transport.send(request, Attempt::new("", "")).await.unwrap();
        let faults = server.faults();
        assert!(faults[0].message.starts_with(message), "{target}: {faults:?}");
        server.reset();
    }
}

#[tokio::test]
async fn a_credential_of_any_scheme_is_seen() {
    let server = server();
    let builder = || ClientBuilder::new(&API).transport(server.transport()).clock(server.clock().clone());
    let accepted: [Vec<(&'static Scheme, Auth)>; 4] = [
        vec![(&KEY_QUERY, Auth::from("secret"))],
        vec![(&KEY_HEADER, Auth::from("secret")), (&KEY_COOKIE, Auth::from("secret"))],
        vec![(&BASIC, Auth::basic("user", "password"))],
        vec![(&DIGEST, Auth::from("secret"))],
    ];
    for credentials in accepted {
        let client =
            credentials.into_iter().fold(builder(), |builder, (scheme, auth)| builder.credential(scheme, auth));
        assert_eq!(said(&server, Call::new(&client.build().unwrap(), &KEYS)).await, []);
    }
    let client = server.client_builder().build().unwrap();
    assert_eq!(said(&server, Call::new(&client, &KEYS)).await, [], "what it has suits every scheme");
    let client = builder().credential(&KEY_HEADER, "secret").build().unwrap();
    let request = client.request(http::Method::GET, "/keys").send().await;
    assert_eq!(request.unwrap_err().status().unwrap(), 401);
    let message = &server.faults()[0].message;
    assert_eq!(
        message,
        "no credential of `keys`: it takes `KeyQuery` or `KeyHeader` with `KeyCookie` or `Basic` or `Signed` or `Digest`"
    );
}

static SEND: Operation = Operation::new("send", "POST", "/send").params(&[Param::query("to"), Param::query("filter")]);
static SENDS: &[(&Operation, &str)] = &[(&SEND, "api().send")];

#[tokio::test]
async fn bodies_are_decoded_and_parameters_that_must_be_there_missed() {
    let server = MockServer::of(&DEFINITION, SENDS);
    let route = MockRoute::new(&SEND).json_or_none(&["application/vnd.api+json"]).required(&[0]).gives(202, None);
    server.on(route, |request: MockRequest<Option<Vec<i64>>>| {
        assert_eq!(request.body.as_deref(), Some([1, 2].as_slice()));
        assert_eq!(request.values("to").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(request.params().last(), Some(("other", "c d")));
        MockAnswer::ok(())
    });
    server.allow_query("other");
    let client = server.client_builder().build().unwrap();
    let mut call = Call::new(&client, &SEND);
    call.set(0, &vec!["a", "b"]);
    call.extra_query("other", "c d");
    call.json_body(&vec![1_i64, 2]);
    call.content_type("application/vnd.api+json");
    assert_eq!(call.clone().empty().await.unwrap().meta.status(), 202);
    server.verify().unwrap();
    call.unset(0);
    call.content_type("application/json");
    let said = said(&server, call).await;
    assert_eq!(said[0], ("to".to_owned(), "`to` is required, and the request has none".to_owned()));
    assert_eq!(said[1].1, "the body is sent with application/json, and `send` takes application/vnd.api+json");

    // The names in the query may be those of the object `filter`.
    server.on(MockRoute::new(&SEND).bytes_or_none(&["text/*"]).open_query(), |request: MockRequest<Bytes>| {
        MockAnswer::<String>::text(format!("{} bytes", request.body.len()))
    });
    let request = client.request(http::Method::POST, "/send").query("any", "1");
    let request = request.body(HeaderValue::from_static("text/csv; charset=utf-8"), Bytes::from_static(b"a,b"));
    assert_eq!(&request.send().await.unwrap().body[..], b"3 bytes");
    server.verify().unwrap();
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_is_a_fault() {
    let server = MockServer::of(&DEFINITION, SENDS);
    let client = server.client_builder().build().unwrap();
    type Answer = fn() -> MockAnswer<Vec<Value>>;
    let cases: [(Answer, &str); 3] = [
        (|| MockAnswer::status(200).header("x a", "b"), "`x a` cannot be sent as a header"),
        (|| MockEvents::new().keep_alive().into(), "the operation does not stream"),
        (|| MockAnswer::pages([Vec::new()]), "how the operation continues on another page"),
    ];
    for (answer, message) in cases {
        server.on(MockRoute::new(&SEND), move |_| answer());
        let said = said(&server, Call::new(&client, &SEND)).await;
        assert!(said[0].1.contains(message), "{said:?}");
    }
}

#[tokio::test]
async fn a_fault_waits_for_its_operation_and_takes_one_request() {
    let server = server();
    let client = server.client_builder().build().unwrap();
    let mine = server.on(MockRoute::new(&MINE), |_| MockAnswer::ok(Value::Null));
    mine.inject(Fault::Forbidden);
    let mut other = Call::new(&client, &THING);
    other.set(0, &"1");
    other.empty().await.unwrap();
    assert!(server.verify().is_err(), "it has not happened yet");
    assert_eq!(Call::new(&client, &MINE).empty().await.unwrap_err().status().unwrap(), 403);
    Call::new(&client, &MINE).empty().await.unwrap();
    server.verify().unwrap();
    assert_eq!((mine.requests().len(), server.requests().len()), (2, 3));
    let header =
        server.requests().iter().all(|request| request.headers.contains_key(HeaderName::from_static("accept")));
    assert!(header);
}
