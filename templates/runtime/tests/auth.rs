//! Which credential a call gets, what happens without one, and that secrets stay secret.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::future::{pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use client_runtime::runtime::wire::{Need, Operation};
use client_runtime::runtime::{
    Auth, AuthRequest, Authorization, BoxError, BoxFuture, CallOptions, Credential, ErrorKind, Outcome, Reply, Secret,
};
use common::*;
use http::{HeaderName, HeaderValue, Method};

const SECRET: &str = "s3cr3t-t0k3n";

#[tokio::test]
async fn the_first_alternative_with_credentials_wins() {
    let (builder, transport, _) = setup();
    let client = builder.credential(&USER, "user").credential(&APP, "app").build().unwrap();
    transport.push(Reply::json(200, "{}"));
    call(&client, &LIST).empty().await.unwrap();
    assert_eq!(transport.requests()[0].header("authorization"), Some("Bearer app"));

    let (builder, transport, _) = setup();
    let client = builder.credential(&USER, "user").build().unwrap();
    transport.push(Reply::json(200, "{}"));
    call(&client, &LIST).empty().await.unwrap();
    assert_eq!(transport.requests()[0].header("authorization"), Some("Bearer user"));
}

#[tokio::test]
async fn a_call_can_choose_its_scheme() {
    let (builder, transport, _) = setup();
    let client = builder.credential(&USER, "user").credential(&APP, "app").build().unwrap();
    transport.push(Reply::json(200, "{}"));
    let mut list = call(&client, &LIST);
    list.with(CallOptions::new().auth("UserToken"));
    list.empty().await.unwrap();
    assert_eq!(transport.requests()[0].header("authorization"), Some("Bearer user"));
}

#[tokio::test]
async fn a_scheme_that_the_operation_does_not_list_is_never_used() {
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, "app").build().unwrap();
    let mut messages = call(&client, &MESSAGES);
    messages.set(0, &"7");
    let error = messages.clone().empty().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    messages.with(CallOptions::new().auth("AppToken"));
    let error = messages.empty().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    assert_eq!(
        error.to_string(),
        "listMessages: the operation does not accept `AppToken`; it accepts `UserToken` with the scopes message.read \
         (`ClientBuilder::user_token`)"
    );
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn missing_credentials_name_what_is_accepted() {
    let (builder, transport, _) = setup();
    let client = builder.build().unwrap();
    let error = call(&client, &LIST).empty().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(
        error.to_string(),
        "listThings: no credential is set; set `AppToken` (`ClientBuilder::app_token`), or `UserToken` with the scopes \
         thing.read, user.read (`ClientBuilder::user_token`)"
    );
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn public_operations_get_no_credentials_and_optional_ones_do() {
    static OPTIONAL: Operation = Operation::new("optional", "GET", "/optional").auth(&[&[], &[Need::new(&APP, &[])]]);
    let (builder, transport, _) = setup();
    let anonymous = builder.build().unwrap();
    let client = setup().0.transport(transport.clone()).credential(&APP, "app").build().unwrap();
    for _ in 0..3 {
        transport.push(Reply::json(200, "{}"));
    }
    call(&client, &PUBLIC).empty().await.unwrap();
    call(&client, &OPTIONAL).empty().await.unwrap();
    call(&anonymous, &OPTIONAL).empty().await.unwrap();
    let seen: Vec<_> =
        transport.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect();
    assert_eq!(seen, [None, Some("Bearer app".to_owned()), None]);
}

#[tokio::test]
async fn every_need_of_an_alternative_is_met_in_its_place() {
    static ALL: Operation = Operation::new("all", "GET", "/all").auth(&[&[
        Need::new(&KEY_QUERY, &[]),
        Need::new(&KEY_HEADER, &[]),
        Need::new(&KEY_COOKIE, &[]),
        Need::new(&BASIC, &[]),
    ]]);
    let (builder, transport, _) = setup();
    let client = builder
        .credential(&KEY_QUERY, "a&b c")
        .credential(&KEY_HEADER, "key")
        .credential(&KEY_COOKIE, "cookie")
        .credential(&BASIC, Auth::basic("Aladdin", "open sesame"))
        .build()
        .unwrap();
    transport.push(Reply::json(200, "{}"));
    let mut all = call(&client, &ALL);
    all.extra_query("x", "1");
    all.extra_header(HeaderName::from_static("cookie"), HeaderValue::from_static("other=1"));
    all.empty().await.unwrap();
    let request = &transport.requests()[0];
    assert_eq!(request.target(), "/all?x=1&api%20key=a%26b%20c");
    assert_eq!(request.header("x-api-key"), Some("key"));
    assert_eq!(request.header("cookie"), Some("other=1; session=cookie"));
    // The example of RFC 7617 section 2.
    assert_eq!(request.header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

#[test]
fn unusable_credentials_are_found_when_the_client_is_built() {
    for (scheme, text) in
        [(&APP, "token\n"), (&APP, ""), (&BASIC, "no-colon"), (&SIGNED, "plain-key"), (&KEY_COOKIE, "a;b")]
    {
        let error = setup().0.credential(scheme, text).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(scheme.name()), "{error}");
        assert!(text.is_empty() || !error.to_string().contains(text), "{error}");
    }
}

/// Gives `token-0`, and after every refresh the next number.
#[derive(Default)]
struct Rotating {
    generation: AtomicU32,
    refreshes: AtomicU32,
    fails: bool,
}

impl Credential for Rotating {
    fn authorize<'a>(&'a self, request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        assert!(request.url().starts_with("https://api.example.com/"));
        let token = format!("{SECRET}-{}", self.generation.load(Ordering::Relaxed));
        Box::pin(ready(Authorization::bearer(&Secret::from(token))))
    }

    fn refresh<'a>(
        &'a self,
        request: &'a AuthRequest<'_>,
        _refused: &'a Authorization,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        assert_eq!(request.scopes(), ["message.read"]);
        self.refreshes.fetch_add(1, Ordering::Relaxed);
        if self.fails {
            return Box::pin(ready(Err("the refresh token is spent".into())));
        }
        self.generation.fetch_add(1, Ordering::Relaxed);
        Box::pin(ready(Ok(true)))
    }
}

#[tokio::test]
async fn a_refused_credential_is_refreshed_once() {
    let (builder, transport, clock) = setup();
    let rotating = Arc::new(Rotating::default());
    let client = builder.credential(&USER, Arc::clone(&rotating)).build().unwrap();
    let mut messages = call(&client, &MESSAGES);
    messages.set(0, &"7");
    transport.push(Reply::status(401));
    transport.push(Reply::json(200, "{}"));
    let response = messages.clone().empty().await.unwrap();
    assert_eq!(response.meta.attempts(), 2);
    assert_eq!(transport.requests()[1].header("authorization"), Some("Bearer s3cr3t-t0k3n-1"));
    assert!(clock.waits().is_empty());

    transport.push(Reply::status(401));
    transport.push(Reply::status(401));
    let error = messages.empty().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 401));
    assert_eq!(transport.requests().len(), 4);
    assert_eq!(rotating.refreshes.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_failed_refresh_gives_the_servers_answer() {
    let (builder, transport, _) = setup();
    let client = builder.credential(&USER, Rotating { fails: true, ..Rotating::default() }).build().unwrap();
    let mut messages = call(&client, &MESSAGES);
    messages.set(0, &"7");
    transport.push(Reply::json(401, r#"{"title":"Unauthorized"}"#));
    let error = messages.empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Answered));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the refresh token is spent");
}

struct Waiting;

impl Credential for Waiting {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(pending())
    }
}

struct Failing;

impl Credential for Failing {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(ready(Err("the vault is closed".into())))
    }
}

#[tokio::test]
async fn credentials_that_fail_or_wait_send_nothing() {
    let (builder, transport, clock) = setup();
    let client = builder.credential(&APP, Waiting).credential(&USER, Failing).build().unwrap();
    let error = call(&client, &LIST).into_request().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    let error = call(&client, &LIST).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent));
    assert_eq!(clock.waits().len(), 1);
    let mut list = call(&client, &LIST);
    list.with(CallOptions::new().auth("UserToken"));
    let error = list.empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent));
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn secrets_are_never_printed() {
    static QUERY: Operation = Operation::new("query", "GET", "/query").auth(&[&[Need::new(&KEY_QUERY, &[])]]);
    let (builder, transport, _) = setup();
    let builder = builder.credential(&APP, SECRET).credential(&KEY_QUERY, SECRET).credential(&KEY_COOKIE, SECRET);
    let mut printed = format!("{builder:?}");
    let client = builder.build().unwrap();
    printed += &format!("{client:?} {:?}", call(&client, &LIST));
    printed += &format!("{:?} {:?}", Auth::from(SECRET), Secret::from(SECRET));
    printed += &format!("{:?}", Authorization::bearer(&Secret::from(SECRET)).unwrap().query("key", SECRET));
    let body = format!(r#"{{"title":"Unauthorized","detail":"the token {SECRET} is none"}}"#);
    for operation in [&LIST, &QUERY] {
        for status in [200, 302, 401, 403, 500] {
            transport.push(
                Reply::json(status, body.clone()).with_header("location", "https://evil.example.com/?key=s3cr3t-t0k3n"),
            );
            let mut request = call(&client, operation);
            request.with(CallOptions::new().retry(client_runtime::runtime::RetryPolicy::off()));
            match request.empty().await {
                Ok(response) => printed += &format!("{response:?}"),
                Err(error) => printed += &format!("{error} {error:?} {error:#?}"),
            }
        }
        transport.push(Reply::json(200, "[").with_header("set-cookie", "a=b"));
        printed += &format!("{:?}", call(&client, operation).json::<Vec<u8>>().await.unwrap_err());
    }
    let request = client
        .request(Method::GET, "/2/x")
        .header(HeaderName::from_static("authorization"), HeaderValue::from_static(SECRET));
    printed += &format!("{request:?}");
    assert!(!printed.contains(SECRET), "{printed}");
    printed = format!("{:?}", call(&client, &LIST).into_request().unwrap());
    assert!(!printed.contains(SECRET), "{printed}");
}

/// What an error of this answer prints, with its causes.
fn printed(error: &client_runtime::runtime::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?}", error.path());
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(" {error} {error:?}");
        cause = error.source();
    }
    text
}

#[tokio::test]
async fn no_part_of_a_repeated_secret_is_left_by_a_cut() {
    static QUERY: Operation = Operation::new("query", "GET", "/query").auth(&[&[Need::new(&KEY_QUERY, &[])]]);
    static HEADER: Operation = Operation::new("header", "GET", "/header").auth(&[&[Need::new(&KEY_HEADER, &[])]]);
    static PAIR: Operation = Operation::new("pair", "GET", "/pair").auth(&[&[Need::new(&BASIC, &[])]]);
    let secret = format!("QZ{}\u{e9}/\"{}", "QZ".repeat(20), "QZ".repeat(20));
    let (builder, transport, _) = setup();
    let client = builder
        .credential(&APP, "QZ".repeat(40))
        .credential(&KEY_QUERY, &*secret)
        .credential(&KEY_HEADER, &*secret)
        .credential(&BASIC, Auth::basic("user", &*secret))
        .retry(client_runtime::runtime::RetryPolicy::off())
        .build()
        .unwrap();
    for (operation, secret) in [(&LIST, &"QZ".repeat(40)), (&QUERY, &secret), (&HEADER, &secret), (&PAIR, &secret)] {
        for before in [0, 60, 90, 115, 119] {
            let before = ".".repeat(before);
            let quoted = serde_json::Value::from(format!("{before}{secret}")).to_string();
            let slashed = quoted.replace('/', "\\/");
            for (status, body) in [
                (500, format!("{before}{secret} tail")),
                (500, format!("{before}user:{secret}")),
                (500, quoted.clone()),
                (403, format!(r#"{{"title":"no","detail":{quoted}}}"#)),
                (200, format!("[{quoted}]")),
                (200, format!("[{slashed}]")),
                (200, format!("[{{{quoted}:{{}}}}]")),
                (302, String::new()),
            ] {
                transport.push(Reply::json(status, body).with_header("location", "https://other.example.com/"));
                let error = call(&client, operation).json::<Vec<u8>>().await.unwrap_err();
                let text = printed(&error);
                assert!(!text.contains('Q'), "{text}");
            }
            transport.push(Reply::json(200, format!("[{quoted}]")));
            let response = call(&client, operation).bytes().await.unwrap();
            let text = printed(&response.json::<Vec<u8>>().unwrap_err());
            assert!(!text.contains('Q') && text.contains("could not be decoded"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_redirect_that_keeps_the_query_does_not_double_a_key() {
    static QUERY: Operation = Operation::new("query", "GET", "/query").auth(&[&[Need::new(&KEY_QUERY, &[])]]);
    let (builder, transport, _) = setup();
    let client = builder.credential(&KEY_QUERY, SECRET).build().unwrap();
    let location = format!("/moved?api+key={SECRET}&x=1&api%20key=old&y");
    transport.push(Reply::status(302).with_header("location", &location));
    transport.push(Reply::status(302).with_header("location", &format!("/again?api%20key={SECRET}")));
    transport.push(Reply::json(200, "{}"));
    call(&client, &QUERY).empty().await.unwrap();
    let targets: Vec<_> = transport.requests().iter().map(|request| request.target().to_owned()).collect();
    let key = format!("api%20key={SECRET}");
    assert_eq!(targets, [format!("/query?{key}"), format!("/moved?x=1&y&{key}"), format!("/again?{key}")]);
}

/// Adds a header to what another credential gives, and shows the URLs it saw.
struct Wrapping(Rotating);

impl Credential for Wrapping {
    fn authorize<'a>(&'a self, request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async move {
            let inner = self.0.authorize(request).await?;
            let own = Authorization::new().header(HeaderName::from_static("x-signed"), request.method().as_str())?;
            Ok(inner.merge(own).query("from", "wrap").cookie("c", "1"))
        })
    }
}

#[tokio::test]
async fn a_credential_can_be_tried_and_wrapped() {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-a", HeaderValue::from_static("1"));
    let request = AuthRequest::new(&Method::GET, "https://api.example.com/2/x", "UserToken")
        .with_operation_id("get")
        .with_headers(&headers)
        .with_body("text")
        .with_scopes(&["a"]);
    assert_eq!((request.operation_id(), request.scheme().as_str(), request.scopes()), ("get", "UserToken", &["a"][..]));
    assert_eq!((request.headers().len(), request.body().map(|body| &body[..])), (1, Some(&b"text"[..])));
    assert!(AuthRequest::new(&Method::GET, "", "A").headers().is_empty());

    let given = Wrapping(Rotating::default()).authorize(&request).await.unwrap();
    let names: Vec<_> = given.headers().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    assert_eq!(names, [("authorization", "Bearer s3cr3t-t0k3n-0"), ("x-signed", "GET")]);
    assert_eq!(given.query_pairs().map(|(name, value)| (name, value.expose())).collect::<Vec<_>>(), [("from", "wrap")]);
    assert_eq!(given.cookies().map(|(name, _)| name).collect::<Vec<_>>(), ["c"]);
    assert!(!given.is_empty() && Authorization::new().is_empty());
    let bearer = |token: &str| Authorization::bearer(&Secret::from(token)).unwrap();
    let merged = bearer("old").query("k", "1").merge(bearer("new").query("k", "2").cookie("c", "3"));
    assert_eq!(merged, bearer("new").query("k", "2").cookie("c", "3"));
}

#[tokio::test]
async fn two_credentials_cannot_write_the_same_header() {
    static BOTH: Operation =
        Operation::new("both", "GET", "/both").auth(&[&[Need::new(&APP, &[]), Need::new(&USER, &[])]]);
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, "one").credential(&USER, "other").build().unwrap();
    let error = call(&client, &BOTH).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidRequest, Outcome::NotSent));
    assert_eq!(
        error.to_string(),
        "both: the credentials for `AppToken` and `UserToken` both set the header `authorization`"
    );
    assert!(transport.requests().is_empty());
    let same = setup().0.transport(transport.clone()).credential(&APP, "one").credential(&USER, "one").build().unwrap();
    transport.push(Reply::json(200, "{}"));
    call(&same, &BOTH).empty().await.unwrap();
}

#[tokio::test]
async fn missing_credentials_name_what_is_set_and_what_lacks() {
    static BOTH: Operation =
        Operation::new("both", "GET", "/both").auth(&[&[Need::new(&KEY_HEADER, &[]), Need::new(&USER, &["a"])]]);
    let error = |builder: client_runtime::runtime::ClientBuilder, operation, options| {
        let mut call = call(&builder.build().unwrap(), operation);
        call.with(options);
        call.into_request().unwrap_err().to_string()
    };
    let options = CallOptions::new;
    let lacks = "both: a credential is set for `KeyHeader`, but accepted only together with `UserToken` with the \
                 scopes a (`ClientBuilder::user_token`)";
    assert_eq!(error(setup().0.credential(&KEY_HEADER, "k"), &BOTH, options()), lacks);
    assert_eq!(error(setup().0.credential(&KEY_HEADER, "k"), &BOTH, options().auth("KeyHeader")), lacks);
    assert_eq!(
        error(setup().0.credential(&KEY_HEADER, "k").credential(&APP, "a"), &MESSAGES_OF_USERS, options()),
        "messages: a credential is set for `KeyHeader`, `AppToken`, but not accepted; set `UserToken` \
         (`ClientBuilder::user_token`)"
    );
}

static MESSAGES_OF_USERS: Operation = Operation::new("messages", "GET", "/m").auth(&[&[Need::new(&USER, &[])]]);

#[test]
fn a_user_name_with_a_colon_is_refused() {
    let error = setup().0.credential(&BASIC, Auth::basic("a:b", "secret")).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("colon") && !error.to_string().contains("secret"), "{error}");
    let error = setup().0.credential(&APP, Auth::basic("a", "secret")).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    // A password may hold colons.
    setup().0.credential(&BASIC, Auth::basic("a", "b:c")).build().unwrap();
    setup().0.credential(&BASIC, "a:b:c").build().unwrap();
}

#[tokio::test]
async fn the_items_of_a_page_keep_secrets_too() {
    use client_runtime::runtime::wire::Page;
    #[derive(Debug, Default, serde::Deserialize)]
    struct Numbers {
        data: Vec<u8>,
    }
    impl Page for Numbers {
        type Item = u8;
        const ITEMS: &'static [&'static str] = &["data"];
        fn take_items(&mut self) -> Vec<u8> {
            std::mem::take(&mut self.data)
        }
        fn next_token(&self) -> Option<&str> {
            None
        }
    }
    let (builder, transport, _) = setup();
    let client = builder.credential(&APP, "QZ".repeat(40)).build().unwrap();
    let text = format!("{}{}", ".".repeat(100), "QZ".repeat(40));
    transport.push(Reply::json(200, format!(r#"{{"data":[1,"{text}"]}}"#)));
    let mut items = client_runtime::runtime::Items::<Numbers>::new(call(&client, &LIST));
    assert_eq!(items.try_next().await.unwrap(), Some(1));
    let error = items.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("$.data[1]")));
    assert!(!printed(&error).contains('Q'), "{}", printed(&error));
}
