//! OAuth 1.0a: signatures against known vectors, and the three-legged login.
#![cfg(feature = "oauth1")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::time::Duration;

use client_runtime::runtime::wire::{Need, Operation, Scheme};
use client_runtime::runtime::{
    Client, ManualClock, MemoryTransport, OAuth1, OAuth1Endpoints, OAuth1Flow, OAuth1Token, OAuthErrorKind, Reply,
};
use common::*;
use http::{HeaderName, HeaderValue, Method};

static ENDPOINTS: OAuth1Endpoints = OAuth1Endpoints::new(
    "https://api.example.com/oauth/request_token",
    "https://example.com/oauth/authorize",
    "https://api.example.com/oauth/access_token",
);

static SIGNED_ONLY: client_runtime::runtime::wire::Definition =
    client_runtime::runtime::wire::Definition::new("https://api.example.com", "test/1").schemes(&[&OTHER]);
static OTHER: Scheme = Scheme::oauth1("Signed");

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

fn app(key: &str, secret: &str, timestamp: u64, nonce: &'static str) -> OAuth1 {
    let clock = ManualClock::stopped().with_unix_origin(Duration::from_secs(timestamp));
    OAuth1::with_clock(key, secret, clock).nonce(move || nonce.to_owned())
}

/// The application and the user of the documented example.
fn known() -> OAuth1 {
    app(
        "xvz1evFS4wEEPTGEFPHBog",
        "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        1_318_622_958,
        "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
    )
    .token(OAuth1Token::new(
        "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    ))
}

fn client(base: &str, signer: OAuth1) -> (Client, MemoryTransport) {
    let (builder, transport, _) = setup_of(&SIGNED_ONLY);
    (builder.base_url(base).credential(&OTHER, signer).build().unwrap(), transport)
}

fn authorization(transport: &MemoryTransport) -> String {
    let value = transport.requests().last().unwrap().headers.get("authorization").unwrap().clone();
    assert!(value.is_sensitive());
    value.to_str().unwrap().to_owned()
}

fn parameter(header: &str, name: &str) -> Option<String> {
    let parameters = header.strip_prefix("OAuth ").unwrap().split(", ");
    let value = parameters.filter_map(|pair| pair.split_once('=')).find(|(other, _)| *other == name)?.1;
    let value = value.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
    Some(percent_encoding::percent_decode_str(value).decode_utf8().unwrap().into_owned())
}

async fn signature_of(
    client: &Client,
    transport: &MemoryTransport,
    path: &str,
    body: Option<(&'static str, &'static str)>,
) -> String {
    transport.push(Reply::json(200, "{}"));
    let mut request = client.request(Method::POST, path);
    if let Some((media, text)) = body {
        request = request.body(HeaderValue::from_static(media), text);
    }
    request.send().await.unwrap();
    parameter(&authorization(transport), "oauth_signature").unwrap()
}

const STATUS: &str = "status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21";

/// The example of a provider's documentation with the host of these tests; the signature was computed by an
/// implementation that gives the documented one for the documented host.
#[tokio::test]
async fn the_documented_request_has_the_documented_signature() {
    let (ours, transport) = client("https://api.example.com", known());
    let path = "/1.1/statuses/update.json?include_entities=true";
    let expected = "UIj2SgsOt1+ac8/YR0JDMoNwU7I=";
    assert_eq!(signature_of(&ours, &transport, path, Some((FORM, STATUS))).await, expected);
    assert_eq!(
        authorization(&transport),
        "OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", \
         oauth_nonce=\"kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\", \
         oauth_signature=\"UIj2SgsOt1%2Bac8%2FYR0JDMoNwU7I%3D\", oauth_signature_method=\"HMAC-SHA1\", \
         oauth_timestamp=\"1318622958\", oauth_token=\"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb\", \
         oauth_version=\"1.0\""
    );
    // However it is spelled, it is the same request.
    let spelled = "status=Hello+Ladies+%2b+Gentlemen%2c+a+signed+OAuth+request!";
    assert_eq!(signature_of(&ours, &transport, path, Some((FORM, spelled))).await, expected);
    let (upper, transport) = client("https://API.example.com:443", known());
    assert_eq!(signature_of(&upper, &transport, path, Some((FORM, STATUS))).await, expected);
}

#[tokio::test]
async fn what_is_no_form_is_not_signed() {
    let (client, transport) = client("https://api.example.com", known());
    let bare = signature_of(&client, &transport, "/x", None).await;
    let json = ("application/json", r#"{"a":"b"}"#);
    assert_eq!(signature_of(&client, &transport, "/x", Some(json)).await, bare);
    assert_ne!(signature_of(&client, &transport, "/x", Some((FORM, "a=b"))).await, bare);
    assert_ne!(signature_of(&client, &transport, "/x?a=b", None).await, bare);
    assert_eq!(
        signature_of(&client, &transport, "/x?a=b", None).await,
        signature_of(&client, &transport, "/x", Some((FORM, "a=b"))).await
    );
}

#[tokio::test]
async fn repeated_parameters_are_all_signed() {
    let (client, transport) = client("https://api.example.com", known());
    let mut seen = Vec::new();
    for path in ["/x?a=1", "/x?a=1&a=1", "/x?a=1&a=2", "/x?a=1&a=2&a", "/x?a=1%2C2", "/x?a=%C3%A9", "/x?a=%E9"] {
        let signature = signature_of(&client, &transport, path, None).await;
        assert!(!seen.contains(&signature), "{path}");
        seen.push(signature);
    }
    let sorted = signature_of(&client, &transport, "/x?b=1&a=2&a=1", None).await;
    assert_eq!(signature_of(&client, &transport, "/x?a=1&a=2&b=1", None).await, sorted);
    assert_eq!(signature_of(&client, &transport, "/x?a=1,2", None).await, seen[4]);
}

/// The example of RFC 5849 section 3.4.1.1 with `oauth_version` added; the signature was computed from its base string by
/// another implementation of HMAC.
#[tokio::test]
async fn the_example_of_rfc_5849_is_signed_alike() {
    let signer = app("9djdj82h48djs9d2", "j49sk3j29djd", 137_131_201, "7d8f3e4a")
        .token(OAuth1Token::new("kkk9d7dh3k39sjv7", "dh893hdasih9"));
    let (client, transport) = client("http://EXAMPLE.COM:80", signer);
    transport.push(Reply::json(200, "{}"));
    client
        .request(Method::POST, "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b")
        .body(HeaderValue::from_static("application/x-www-form-urlencoded"), "c2&a3=2+q")
        .send()
        .await
        .unwrap();
    // POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D
    // %26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1
    // %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7%26oauth_version%3D1.0
    assert_eq!(parameter(&authorization(&transport), "oauth_signature").unwrap(), "OB33pYjWAnf+xtOHN4Gmbdil168=");
}

#[tokio::test]
async fn every_attempt_is_signed_anew() {
    static SIGNED_LIST: Operation = Operation::new("list", "GET", "/list").auth(&[&[Need::new(&OTHER, &[])]]);
    let (builder, transport, clock) = setup_of(&SIGNED_ONLY);
    let client = builder.credential(&OTHER, OAuth1::with_clock("key", "secret", clock)).build().unwrap();
    transport.push(Reply::status(503));
    transport.push(Reply::json(200, "{}"));
    let mut list = call(&client, &SIGNED_LIST);
    list.extra_header(HeaderName::from_static("x-a"), HeaderValue::from_static("b"));
    list.empty().await.unwrap();
    let headers: Vec<String> =
        transport.requests().iter().map(|request| request.header("authorization").unwrap().to_owned()).collect();
    let nonces: Vec<_> = headers.iter().map(|header| parameter(header, "oauth_nonce").unwrap()).collect();
    assert_ne!(nonces[0], nonces[1]);
    assert!(nonces.iter().all(|nonce| nonce.len() == 43));
    assert_eq!(parameter(&headers[0], "oauth_token"), None);
}

fn flow() -> (OAuth1Flow, MemoryTransport) {
    let transport = MemoryTransport::new();
    let app = app("key", "secret", 1_318_622_958, "nonce");
    (OAuth1Flow::with_transport(ENDPOINTS.clone(), app, transport.clone()).unwrap(), transport)
}

#[tokio::test]
async fn a_login_has_three_legs() {
    let (flow, transport) = flow();
    transport
        .push(Reply::status(200).chunk("oauth_token=request-1&oauth_token_secret=s%2F1&oauth_callback_confirmed=true"));
    let (url, request) = flow.begin("https://app.example/back?a=b").await.unwrap();
    assert_eq!(url, "https://example.com/oauth/authorize?oauth_token=request-1");
    assert_eq!(request.secret().expose(), "s/1");
    let first = authorization(&transport);
    assert_eq!(parameter(&first, "oauth_callback").as_deref(), Some("https://app.example/back?a=b"));
    assert_eq!(parameter(&first, "oauth_token"), None);

    transport
        .push(Reply::status(200).chunk("oauth_token=access-1&oauth_token_secret=secret-1&user_id=7&screen_name=me"));
    let grant = flow.finish(&request, "/back?a=b&oauth_token=request-1&oauth_verifier=v").await.unwrap();
    assert_eq!(grant.token, OAuth1Token::new("access-1", "secret-1"));
    assert_eq!(grant.details["user_id"], "7");
    let second = authorization(&transport);
    assert_eq!(parameter(&second, "oauth_token").as_deref(), Some("request-1"));
    assert_eq!(parameter(&second, "oauth_verifier").as_deref(), Some("v"));
    let paths: Vec<String> = transport.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(paths, ["/oauth/request_token", "/oauth/access_token"]);
    assert!(transport.requests().iter().all(|request| request.body.is_empty() && request.method == Method::POST));
}

#[tokio::test]
async fn logins_that_go_wrong_say_how() {
    let (flow, transport) = flow();
    transport.push(Reply::status(200).chunk("oauth_token=a&oauth_token_secret=b"));
    assert_eq!(flow.begin("oob").await.unwrap_err().kind(), OAuthErrorKind::Malformed);
    transport.push(Reply::status(200).chunk("oauth_token=&oauth_token_secret=b&oauth_callback_confirmed=true"));
    assert_eq!(flow.begin("oob").await.unwrap_err().kind(), OAuthErrorKind::Malformed);
    transport.push(Reply::json(401, r#"{"errors":[{"code":32,"message":"Could not authenticate you."}]}"#));
    let error = flow.begin("oob").await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (OAuthErrorKind::Refused, 401));
    assert_eq!(
        error.to_string(),
        "asking for a request token: the server answered 401 Unauthorized: (Could not authenticate you. (code 32))"
    );
    let sent = transport.requests().len();
    let request = OAuth1Token::new("request-1", "secret");
    for (redirect, kind) in [
        ("?denied=request-1", OAuthErrorKind::Denied),
        ("?oauth_token=other&oauth_verifier=v", OAuthErrorKind::Redirect),
        ("?oauth_token=request-1", OAuthErrorKind::Redirect),
        ("?oauth_verifier=v", OAuthErrorKind::Redirect),
    ] {
        assert_eq!(flow.finish(&request, redirect).await.unwrap_err().kind(), kind, "{redirect}");
    }
    assert_eq!(transport.requests().len(), sent);
    let mut endpoints = ENDPOINTS.clone();
    endpoints.access_token = "http://api.example.com/t".into();
    let error = OAuth1Flow::with_transport(endpoints, app("k", "s", 0, "n"), MemoryTransport::new()).unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::Configuration);
}
