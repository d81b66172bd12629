//! What goes on the wire: URLs, headers and bodies, and what is refused before.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use client_runtime::runtime::wire::{self, Call, Check, Operation, Param};
use client_runtime::runtime::{
    Body, BoxError, CallOptions, Client, ErrorKind, MemoryTransport, Outcome, Received, Reply,
};
use common::*;
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

fn client() -> (Client, MemoryTransport) {
    let (builder, transport, _) = setup();
    (builder.credential(&APP, "app").credential(&USER, "user").build().unwrap(), transport)
}

async fn sent(transport: &MemoryTransport, call: Call) -> Received {
    transport.push(Reply::json(200, "{}"));
    call.empty().await.unwrap();
    transport.requests().pop().unwrap()
}

#[tokio::test]
async fn a_request_line_is_put_together_in_the_order_of_the_table() {
    let (client, transport) = client();
    let mut list = call(&client, &LIST);
    list.extra_query("debug", "a b&c");
    list.set(3, &"token/1==");
    list.set(1, &vec!["id", "na,me", "ü"]);
    list.set(0, &"old");
    list.set(0, &"new");
    let request = sent(&transport, list.clone()).await;
    assert_eq!(request.method, Method::GET);
    assert_eq!(
        request.uri.to_string(),
        "https://api.example.com/2/things?status=new&fields=id,na%2Cme,%C3%BC&page_token=token%2F1%3D%3D&debug=a%20b%26c"
    );
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("user-agent"), Some("test-client/1.0"));
    assert_eq!(request.header("content-type"), None);
    assert_eq!(request.attempt.url_template(), "/2/things");
    list.set(1, &Vec::<String>::new());
    list.set(0, &None::<String>);
    list.unset(3);
    assert_eq!(sent(&transport, list).await.target(), "/2/things?debug=a%20b%26c");
}

#[tokio::test]
async fn paths_and_headers_carry_arguments() {
    let (client, transport) = client();
    let mut messages = call(&client, &MESSAGES);
    messages.set(0, &"a/b ?#%");
    messages.set(1, &"trace, 1");
    messages.extra_header(HeaderName::from_static("accept"), HeaderValue::from_static("text/plain"));
    let request = sent(&transport, messages).await;
    assert_eq!(request.target(), "/2/users/a%2Fb%20%3F%23%25/messages");
    assert_eq!((request.header("x-trace"), request.header("accept")), (Some("trace, 1"), Some("text/plain")));
}

#[tokio::test]
async fn wrong_arguments_are_reported_before_anything_is_sent() {
    let (client, transport) = client();
    for wrong in ["", ".", ".."] {
        let mut messages = call(&client, &MESSAGES);
        messages.set(0, &wrong);
        messages.with(CallOptions::new().local_checks(false));
        let error = messages.empty().await.unwrap_err();
        assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("user_id")), "{error}");
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
    let error = call(&client, &MESSAGES).empty().await.unwrap_err();
    assert_eq!(error.to_string(), "listMessages: `user_id` is required");
    let mut messages = call(&client, &MESSAGES);
    messages.set(0, &"1");
    messages.set(1, &"a\r\nx-evil: 1");
    let error = messages.into_request().unwrap_err();
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("x-trace")));

    let mut list = call(&client, &LIST);
    list.set(2, &101);
    let error = list.clone().empty().await.unwrap_err();
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("max_results")));
    assert!(transport.requests().is_empty());
    list.with(CallOptions::new().local_checks(false));
    assert_eq!(sent(&transport, list.clone()).await.target(), "/2/things?max_results=101");
    list.set(2, &100);
    list.with(CallOptions::new());
    assert_eq!(sent(&transport, list).await.target(), "/2/things?max_results=100");
}

#[tokio::test]
async fn required_parameters_and_cookies() {
    static OPERATION: Operation = Operation::new("op", "GET", "/x{id}").params(&[
        Param::path("id").matrix(),
        Param::query("q").required(),
        Param::cookie("a"),
        Param::cookie("b").csv(),
        Param::query("m").check(Check::new().max_length(2)),
    ]);
    let (client, transport) = client();
    let mut op = call(&client, &OPERATION);
    op.set(0, &7);
    let error = op.clone().empty().await.unwrap_err();
    assert_eq!(error.parameter(), Some("q"));
    op.set(1, &true);
    op.set(2, &"1 2");
    op.set(3, &vec![1, 2]);
    let request = sent(&transport, op).await;
    assert_eq!((request.target(), request.header("cookie")), ("/x;id=7?q=true", Some("a=1%202; b=1,2")));
}

#[tokio::test]
async fn bodies_have_their_media_type() {
    let (client, transport) = client();
    let mut create = call(&client, &CREATE);
    create.json_body(&json!({"b": [1], "a": "x"}));
    create.extra_body("c", json!({"d": null}));
    create.extra_body("a", "y");
    let request = sent(&transport, create.clone()).await;
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), json!({"a": "y", "b": [1], "c": {"d": null}}));

    create = call(&client, &CREATE);
    create.form_body(&json!({"a": "1 &2", "b": [1, true], "c": {"d": 1}, "e": null}), &[]);
    let request = sent(&transport, create.clone()).await;
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(&*request.body, b"a=1+%262&b=1&b=true&c=%7B%22d%22%3A1%7D");

    create.text_body("text/plain", "hello");
    let request = sent(&transport, create.clone()).await;
    assert_eq!((request.header("content-type"), &*request.body), (Some("text/plain"), &b"hello"[..]));
    create.extra_body("a", 1);
    assert_eq!(create.empty().await.unwrap_err().kind(), ErrorKind::InvalidRequest);

    let mut create = call(&client, &CREATE);
    create.form_body(&json!([1]), &[]);
    assert_eq!(create.clone().empty().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    let mut keys = BTreeMap::new();
    keys.insert("a".to_owned(), f64::NAN);
    create.json_body(&keys);
    assert_eq!(sent(&transport, create).await.body, r#"{"a":null}"#);
}

#[tokio::test]
async fn the_base_url_may_have_a_path_and_a_slash() {
    for (base, target) in [
        ("https://example.org", "https://example.org/status"),
        ("https://example.org/", "https://example.org/status"),
        ("http://example.org:8080/api/v1/", "http://example.org:8080/api/v1/status"),
    ] {
        let (builder, transport, _) = setup();
        let client = builder.base_url(base).build().unwrap();
        assert_eq!(sent(&transport, call(&client, &PUBLIC)).await.uri.to_string(), target);
        transport.push(Reply::status(200));
        client.request(Method::GET, "status").send().await.unwrap();
        assert_eq!(transport.requests()[1].uri.to_string(), target);
    }
    for base in
        ["", "example.org", "ftp://example.org", "https://u:p@example.org", "https://example.org?x=1", "https://"]
    {
        let error = setup().0.base_url(base).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().starts_with("the base URL cannot be used: "), "{error}");
    }
    assert_eq!(setup().0.user_agent("a\nb").build().unwrap_err().kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn default_headers_give_way_to_those_of_a_call() {
    let (builder, transport, _) = setup();
    let name = HeaderName::from_static("x-tenant");
    let client = builder
        .user_agent("mine/2")
        .default_header(name.clone(), HeaderValue::from_static("a"))
        .default_header(name.clone(), HeaderValue::from_static("b"))
        .build()
        .unwrap();
    let request = sent(&transport, call(&client, &PUBLIC)).await;
    assert_eq!((request.header("x-tenant"), request.header("user-agent")), (Some("b"), Some("mine/2")));
    let mut status = call(&client, &PUBLIC);
    status.extra_header(name, HeaderValue::from_static("c"));
    assert_eq!(sent(&transport, status).await.header("x-tenant"), Some("c"));
}

#[tokio::test]
async fn raw_requests_are_authenticated_like_all_others() {
    let (client, transport) = client();
    transport.push(Reply::json(200, r#"{"data":{"id":"1"}}"#));
    let response = client
        .request(Method::POST, "/2/users/me?a=1")
        .query("b", "2 3")
        .json(&json!({"x": 1}))
        .header(HeaderName::from_static("x-trace"), HeaderValue::from_static("t"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.json::<Value>().unwrap(), json!({"data": {"id": "1"}}));
    let request = &transport.requests()[0];
    assert_eq!(request.target(), "/2/users/me?a=1&b=2%203");
    assert_eq!(request.header("authorization"), Some("Bearer app"));
    assert_eq!(request.attempt.operation_id(), "POST /2/users/me");
    assert_eq!(&*request.body, br#"{"x":1}"#);

    transport.push(Reply::status(200));
    let absolute = client.request(Method::GET, "https://api.example.com/x");
    absolute.clone().with(CallOptions::new().auth("UserToken")).send().await.unwrap();
    let error = absolute.with(CallOptions::new().auth("KeyHeader")).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    assert_eq!(transport.requests()[1].header("authorization"), Some("Bearer user"));
    let error = response.json::<Vec<u8>>().unwrap_err();
    assert_eq!((error.kind(), error.operation_id()), (ErrorKind::Decode, "POST /2/users/me"));
    transport.clear();
    transport.push(Reply::json(200, r#"{"errors":[{"title":"Not Found"}]}"#));
    let error = client.request(Method::GET, "/2/x").send().await.unwrap_err();
    assert_eq!((error.kind(), error.problems()[0].title.as_deref()), (ErrorKind::Api, Some("Not Found")));
}

#[tokio::test]
async fn raw_requests_stay_in_their_origin() {
    let (client, transport) = client();
    for path in [
        "https://evil.example.com/",
        "http://api.example.com/",
        "https://api.example.com:444/",
        "https://user:hunter2@api.example.com/",
        "https://api.example.com@evil.example.com/",
        "ftp://api.example.com/",
    ] {
        let error = client.request(Method::GET, path).send().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent), "{path}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    assert!(transport.requests().is_empty());
    for path in ["//evil.example.com/", "@evil.example.com", ".evil.example.com", "/\\evil.example.com", "/a#b"] {
        transport.push(Reply::status(200));
        client.request(Method::GET, path).send().await.unwrap();
    }
    assert!(transport.requests().iter().all(|request| request.uri.host() == Some("api.example.com")));
}

#[tokio::test]
async fn redirects_are_followed_inside_the_origin_only() {
    let (client, transport) = client();
    let to = |location: &str| Reply::status(302).with_header("location", location);
    transport.push(to("/moved?x=1"));
    transport.push(to("https://api.example.com/again#f"));
    transport.push(Reply::status(200));
    let response = call(&client, &LIST).empty().await.unwrap();
    assert_eq!(response.meta.attempts(), 3);
    let requests = transport.requests();
    assert_eq!((requests[1].target(), requests[2].target()), ("/moved?x=1", "/again"));
    assert_eq!(requests[2].header("authorization"), Some("Bearer app"));

    for (location, text) in [
        ("https://evil.example.com/?a=b", "https://evil.example.com"),
        ("http://api.example.com/", "http://api.example.com"),
        ("//evil.example.com", "https://evil.example.com"),
    ] {
        transport.clear();
        transport.push(to(location));
        let error = call(&client, &LIST).empty().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 302));
        assert!(error.to_string().contains(&format!("redirects to {text}, where")), "{error}");
        assert_eq!(transport.requests().len(), 1);
    }
    transport.clear();
    transport.push(to("/moved"));
    let error = call(&client, &CREATE).empty().await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::Api, 1));
    transport.clear();
    for _ in 0..6 {
        transport.push(to("/loop"));
    }
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::Api, 6));
    transport.push(Reply::status(304));
    assert_eq!(call(&client, &PUBLIC).empty().await.unwrap_err().status().unwrap().as_u16(), 304);
}

#[tokio::test]
async fn a_redirect_is_not_followed_without_the_body_that_was_sent() {
    let (client, transport) = client();
    transport.push(Reply::status(307).with_header("location", "/moved"));
    transport.push(Reply::status(200));
    let body = Body::stream(Once(Some(Bytes::from_static(b"query"))));
    let request = client.request(Method::GET, "/search").body(HeaderValue::from_static("text/plain"), body);
    let error = request.send().await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::Api, 1));
    assert!(error.to_string().contains("redirects of requests with a body are not followed"), "{error}");
}

/// A body of one chunk that exists once.
struct Once(Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

#[test]
fn a_call_works_without_a_network() {
    let (client, transport) = client();
    let mut create = call(&client, &CREATE);
    create.json_body(&json!({"a": 1}));
    let request: http::Request<Body> = create.into_request().unwrap();
    assert_eq!((request.method(), request.body().as_bytes()), (&Method::POST, Some(&br#"{"a":1}"#[..])));
    let request = call(&client, &LIST).into_request().unwrap();
    assert_eq!(request.headers()["authorization"], "Bearer app");
    assert!(request.headers()["authorization"].is_sensitive());
    assert!(transport.requests().is_empty());

    let (parts, ()) = http::Response::builder().status(200).header("x-a", "1").body(()).unwrap().into_parts();
    let response = Call::decode_json::<Value>(&LIST, &parts, Bytes::from_static(b"{\"data\":1}")).unwrap();
    assert_eq!((response.body, response.meta.attempts()), (json!({"data": 1}), 1));
    let (parts, ()) = http::Response::builder().status(404).body(()).unwrap().into_parts();
    let error = Call::decode_json::<Value>(&LIST, &parts, Bytes::from_static(b"{\"title\":\"gone\"}")).unwrap_err();
    assert_eq!((error.kind(), error.operation_id()), (ErrorKind::Api, "listThings"));
}

#[cfg(not(feature = "reqwest013"))]
#[test]
fn without_a_default_transport_and_clock_both_must_be_given() {
    use client_runtime::runtime::{ClientBuilder, ManualClock};
    let error = ClientBuilder::new(&DEFINITION).clock(ManualClock::new()).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`ClientBuilder::transport`"), "{error}");
    let error = ClientBuilder::new(&DEFINITION).transport(MemoryTransport::new()).build().unwrap_err();
    assert!(error.to_string().contains("`ClientBuilder::clock`"), "{error}");
}

#[tokio::test]
async fn reserved_characters_stay_in_their_segments() {
    static FILE: Operation =
        Operation::new("getFile", "GET", "/files/{path}/text").params(&[Param::path("path").allow_reserved()]);
    let (client, transport) = client();
    let mut file = call(&client, &FILE);
    file.set(0, &"a/b:c?x=1#y%2e");
    assert_eq!(sent(&transport, file.clone()).await.target(), "/files/a/b:c%3Fx=1%23y%252e/text");
    for text in ["../../admin?x=1", "a/../b", "a/./b", "a//b", "/a", "a/", "..", "."] {
        file.set(0, &text);
        let error = file.clone().empty().await.unwrap_err();
        assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("path")), "{text}");
    }
}

#[tokio::test]
async fn a_default_user_agent_takes_the_place_of_the_own() {
    let (builder, transport, _) = setup();
    let client = builder
        .user_agent("other/1")
        .default_header(http::header::USER_AGENT, HeaderValue::from_static("mine/2"))
        .build()
        .unwrap();
    let request = sent(&transport, call(&client, &PUBLIC)).await;
    assert_eq!(request.headers.get_all("user-agent").iter().collect::<Vec<_>>(), ["mine/2"]);
}

#[tokio::test]
async fn a_body_that_failed_can_be_replaced() {
    let (client, transport) = client();
    let unkeyed: BTreeMap<(u8, u8), u8> = [((1, 2), 3)].into();
    let failed = client.request(Method::POST, "/2/x").json(&unkeyed);
    assert_eq!(failed.clone().send().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    transport.push(Reply::json(200, "{}"));
    failed.body(HeaderValue::from_static("text/plain"), "text").send().await.unwrap();
    assert_eq!(transport.requests()[0].body, "text");
}

#[tokio::test]
async fn what_a_transport_received_prints_no_query() {
    let (client, transport) = client();
    let mut public = call(&client, &PUBLIC);
    public.extra_query("api key", "s3cr3t");
    let received = sent(&transport, public).await;
    assert!(received.target().contains("s3cr3t"));
    let printed = format!("{received:?}");
    assert!(!printed.contains("s3cr3t") && printed.contains("/status"), "{printed}");
}

#[tokio::test]
async fn hooks_see_the_size_of_a_page() {
    use std::sync::{Arc, Mutex};
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (builder, transport, _) = setup();
    let log = Arc::clone(&seen);
    let client = builder
        .credential(&APP, "app")
        .before_send(move |outgoing| {
            log.lock().unwrap().push(outgoing.estimated_items);
            Ok::<_, std::convert::Infallible>(())
        })
        .build()
        .unwrap();
    let mut list = call(&client, &LIST);
    sent(&transport, list.clone()).await;
    list.set(2, &50);
    sent(&transport, list).await;
    sent(&transport, call(&client, &PUBLIC)).await;
    assert_eq!(*seen.lock().unwrap(), [Some(10), Some(50), None]);
}

static SEARCH: Operation = Operation::new("search", "GET", "/search").params(&[Param::query("filter").deep_object()]);

/// An object with a bounded member, which cannot be written where it is negative.
struct Filter(i64);

impl serde::Serialize for Filter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 < 0 {
            return Err(serde::ser::Error::custom("no such filter"));
        }
        BTreeMap::from([("size", self.0)]).serialize(serializer)
    }
}

impl wire::Validate for Filter {
    fn validate(&self, at: &mut wire::Checker<'_>) {
        at.value("size", &self.0, &Check::new().max(10));
    }
}

#[tokio::test]
async fn an_object_that_is_no_argument_is_refused_and_not_left_out() {
    let (client, transport) = client();
    let mut search = call(&client, &SEARCH);
    search.set_object(0, &Filter(5));
    assert_eq!(sent(&transport, search.clone()).await.target(), "/search?filter%5Bsize%5D=5");

    search.set_object(0, &Filter(-1));
    let error = search.clone().empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
    assert_eq!(error.parameter(), Some("filter"));
    assert!(error.to_string().contains("no such filter"), "{error}");
    // It is wrong whoever checks bounds.
    search.with(CallOptions::new().local_checks(false));
    assert!(search.clone().empty().await.is_err());

    search.set_object(0, &Filter(11));
    assert_eq!(sent(&transport, search.clone()).await.target(), "/search?filter%5Bsize%5D=11");
    search.with(CallOptions::new());
    let error = search.clone().empty().await.unwrap_err();
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("filter.size")));
    search.set_object(0, &Filter(10));
    assert_eq!(sent(&transport, search).await.target(), "/search?filter%5Bsize%5D=10");
    assert_eq!(transport.requests().len(), 3);
}
