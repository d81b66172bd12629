//! OAuth 2.0: what is asked of the server, what its answers mean, and the application's own token.
#![cfg(feature = "oauth2")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;
#[path = "common/oauth.rs"]
mod oauth;

use std::time::Duration;

use client_runtime::runtime::{
    ClientCredentials, Endpoints, ErrorKind, Login, ManualClock, MemoryTransport, OAuth2, OAuth2Builder, OAuthError,
    OAuthErrorKind, Outcome, Reply, TokenPair, TransportError,
};
use common::*;
use oauth::*;

/// A public application, its server in memory and its time.
fn public() -> (OAuth2, MemoryTransport, ManualClock) {
    let (builder, transport, clock) = application();
    (builder.build().unwrap(), transport, clock)
}

fn application() -> (OAuth2Builder, MemoryTransport, ManualClock) {
    let clock = ManualClock::new();
    let transport = MemoryTransport::with_clock(clock.clone());
    let builder = OAuth2::builder(ENDPOINTS.clone(), "client 1")
        .redirect_uri("http://localhost:8080/back?from=login")
        .transport(transport.clone())
        .clock(clock.clone());
    (builder, transport, clock)
}

#[test]
fn the_challenge_is_that_of_rfc_7636() {
    assert_eq!(login().challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    for (state, verifier) in [("", VERIFIER), ("state", "short"), ("state", &"a".repeat(129)), ("s", &" ".repeat(50))] {
        assert_eq!(Login::restore(state, verifier).unwrap_err().kind(), OAuthErrorKind::Configuration);
    }
}

#[test]
fn a_login_begins_with_a_url_of_its_own() {
    let (app, transport, _) = public();
    let (url, login) = app.login(["message.read", "offline.access"]).unwrap();
    let state = login.state().expose();
    assert_eq!(
        url,
        format!(
            "https://login.example.com/authorize?response_type=code&client_id=client%201\
             &redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fback%3Ffrom%3Dlogin&scope=message.read%20offline.access\
             &state={state}&code_challenge={}&code_challenge_method=S256",
            login.challenge()
        )
    );
    assert_eq!((state.len(), login.verifier().expose().len()), (43, 43));
    let (_, other) = app.login(["message.read"]).unwrap();
    assert!(other.state() != login.state() && other.verifier() != login.verifier());
    assert!(!url.contains(login.verifier().expose()));
    let restored = Login::restore(login.state().clone(), login.verifier().clone()).unwrap();
    assert_eq!(restored.challenge(), login.challenge());
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn a_public_client_names_itself_in_the_body() {
    let (app, transport, _) = public();
    transport.push(granted("access-1", "refresh-1"));
    let pair = app.exchange(&login(), "/back?from=login&state=the-state&code=c%2B1").await.unwrap();
    assert_eq!(pair.access_token().expose(), "access-1");
    assert_eq!(pair.refresh_token().unwrap().expose(), "refresh-1");
    assert_eq!(pair.expires_at(), Some(Duration::from_secs(EPOCH + 7200)));
    assert_eq!(pair.scopes(), ["a", "b"]);
    let request = &transport.requests()[0];
    assert_eq!(request.uri.to_string(), "https://auth.example.com/2/oauth2/token");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        request.body,
        format!(
            "grant_type=authorization_code&code=c%2B1&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fback%3Ffrom%3Dlogin\
             &code_verifier={VERIFIER}&client_id=client%201"
        )
    );
}

#[tokio::test]
async fn a_confidential_client_authenticates_with_encoded_id_and_secret() {
    let (builder, transport, _) = application();
    let app = builder.client_secret("s%:/é ~").build().unwrap();
    transport.push(granted("access-1", "refresh-1"));
    app.exchange(&login(), "https://x.example/?code=c&state=the-state#fragment").await.unwrap();
    let request = &transport.requests()[0];
    // RFC 6749 section 2.3.1: `client+1:s%25%3A%2F%C3%A9+%7E`.
    assert_eq!(request.header("authorization"), Some("Basic Y2xpZW50KzE6cyUyNSUzQSUyRiVDMyVBOSslN0U="));
    assert!(request.headers.get("authorization").unwrap().is_sensitive());
    assert_eq!(field(request, "client_id"), None);
    assert_eq!(field(request, "code").as_deref(), Some("c"));
}

#[tokio::test]
async fn a_redirect_that_is_not_of_this_login_costs_no_request() {
    let (app, transport, _) = public();
    for redirect in [
        "",
        "https://x.example/back",
        "code=c",
        "code=c&state=other",
        "code=c&state=the-state&state=the-state",
        "code=c&code=d&state=the-state",
        "code=&state=the-state",
        "state=the-state",
        "error=access_denied&state=other",
    ] {
        let error = app.exchange(&login(), redirect).await.unwrap_err();
        assert_eq!(error.kind(), OAuthErrorKind::Redirect, "{redirect}: {error}");
    }
    let redirect = "?error=access_denied&error_description=the+user%0Asaid+no&state=the-state";
    let error = app.exchange(&login(), redirect).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (OAuthErrorKind::Denied, Some("access_denied")));
    assert_eq!(error.to_string(), "the login was refused: access_denied (the user said no)");
    assert!(transport.requests().is_empty());
}

#[test]
fn addresses_that_secrets_must_not_go_to_are_refused() {
    for token in
        ["", "auth.example.com", "http://auth.example.com/t", "https://u:p@a.example/t", "https://a.example/#f"]
    {
        let mut endpoints = ENDPOINTS.clone();
        endpoints.token = token.to_owned().into();
        let error = OAuth2::builder(endpoints, "client").build().unwrap_err();
        assert_eq!(error.kind(), OAuthErrorKind::Configuration, "{token}");
    }
    for token in ["http://localhost:1/t", "http://127.0.0.9/t", "http://[::1]:80/t"] {
        let mut endpoints = ENDPOINTS.clone();
        endpoints.token = token.into();
        let (transport, clock) = (MemoryTransport::new(), ManualClock::new());
        OAuth2::builder(endpoints, "client").transport(transport).clock(clock).build().unwrap();
    }
    let app = |id: &str, secret: &str| {
        let (transport, clock) = (MemoryTransport::new(), ManualClock::new());
        OAuth2::builder(ENDPOINTS.clone(), id).client_secret(secret).transport(transport).clock(clock).build()
    };
    assert!(app("", "secret").is_err() && app("id", "").is_err());
    assert_eq!(app("id", "secret").unwrap().login(["a"]).unwrap_err().kind(), OAuthErrorKind::Configuration);
}

#[tokio::test]
async fn a_refresh_takes_the_new_token_and_keeps_what_is_left_out() {
    let (app, transport, _) = public();
    let old = pair("access-1", "refresh-1", 0).with_scopes(["a", "b"]);
    transport.push(granted("access-2", "refresh-2"));
    transport.push(Reply::json(200, r#"{"access_token":"access-3","expires_in":"60","token_type":"Bearer"}"#));
    transport.push(Reply::json(200, r#"{"access_token":"access-4"}"#));
    let new = app.refresh(&old).await.unwrap();
    assert_eq!(new.refresh_token().unwrap().expose(), "refresh-2");
    assert_eq!(
        form(&transport.requests()[0]),
        [("grant_type", "refresh_token"), ("refresh_token", "refresh-1"), ("client_id", "client 1")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    let new = app.refresh(&old).await.unwrap();
    assert_eq!(new.refresh_token().unwrap().expose(), "refresh-1");
    assert_eq!(new.expires_at(), Some(Duration::from_secs(EPOCH + 60)));
    assert_eq!(new.scopes(), ["a", "b"]);
    assert_eq!(app.refresh(&old).await.unwrap().expires_at(), None);
    let error = app.refresh(&TokenPair::new("access")).await.unwrap_err();
    assert!(error.is_login_required());
    assert_eq!(transport.requests().len(), 3);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let (app, transport, clock) = public();
    let old = pair("access-1", "refresh-1", 0);
    for code in ["invalid_grant", "invalid_request"] {
        transport.push(refused(400, code));
        let error = app.refresh(&old).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (OAuthErrorKind::LoginRequired, Some(code)));
        assert_eq!(error.status().unwrap().as_u16(), 400);
        assert!(error.to_string().contains("log in again"), "{error}");
    }
    transport.push(refused(401, "invalid_client"));
    let error = app.refresh(&old).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (OAuthErrorKind::Refused, Some("invalid_client")));
    assert_eq!(
        error.to_string(),
        "renewing the token: the server answered 401 Unauthorized: invalid_client (it went wrong)"
    );
    for reply in [
        Reply::json(200, ""),
        Reply::json(200, "<html>"),
        Reply::json(200, r#"{"access_token":""}"#),
        Reply::json(200, r#"{"access_token":"a\nb"}"#),
        Reply::json(200, r#"{"access_token":"a","token_type":"mac"}"#),
    ] {
        transport.push(reply);
        assert_eq!(app.refresh(&old).await.unwrap_err().kind(), OAuthErrorKind::Malformed);
    }
    transport.push(Reply::json(302, "").with_header("location", "https://evil.example.com/"));
    transport.push(Reply::json(200, r#"{"error":"bad_verification_code"}"#));
    assert_eq!(app.refresh(&old).await.unwrap_err().kind(), OAuthErrorKind::Refused);
    assert_eq!(app.refresh(&old).await.unwrap_err().code(), Some("bad_verification_code"));
    assert!(transport.requests().iter().all(|request| request.uri.host() == Some("auth.example.com")));
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn only_what_never_arrived_is_sent_again() {
    let (app, transport, clock) = public();
    let old = pair("access-1", "refresh-1", 0);
    transport.push(Reply::fail(TransportError::connect("refused")));
    transport.push(Reply::status(503).with_header("retry-after", "2"));
    transport.push(granted("access-2", "refresh-2"));
    app.refresh(&old).await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_millis(500), Duration::from_secs(2)]);
    let numbers: Vec<u32> = transport.requests().iter().map(|request| request.attempt.number()).collect();
    assert_eq!(numbers, [1, 2, 3]);

    for reply in
        [Reply::fail(TransportError::exchange("reset")), granted("a", "r").then_fail(TransportError::exchange("cut"))]
    {
        transport.push(reply);
        assert_eq!(app.refresh(&old).await.unwrap_err().kind(), OAuthErrorKind::Unreachable);
    }
    assert_eq!(transport.requests().len(), 5);
    transport.push(Reply::hang());
    let error = app.refresh(&old).await.unwrap_err();
    assert_eq!(error.to_string(), "renewing the token: no answer within 30s");
    for _ in 0..4 {
        transport.push(Reply::status(429).with_header("retry-after", "600"));
    }
    let error = app.refresh(&old).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (OAuthErrorKind::Refused, 429));
    assert_eq!(transport.requests().len(), 7);
}

#[tokio::test]
async fn revoking_ends_both_tokens() {
    let (app, transport, _) = public();
    let both = pair("access-1", "refresh-1", 0);
    transport.push(Reply::status(200));
    transport.push(Reply::status(200));
    app.revoke(&both).await.unwrap();
    let requests = transport.requests();
    assert!(requests.iter().all(|request| request.uri.path() == "/2/oauth2/revoke"));
    let sent: Vec<_> = requests.iter().map(|request| field(request, "token").unwrap()).collect();
    assert_eq!(sent, ["refresh-1", "access-1"]);
    let hints: Vec<_> = requests.iter().map(|request| field(request, "token_type_hint").unwrap()).collect();
    assert_eq!(hints, ["refresh_token", "access_token"]);

    transport.push(refused(400, "unsupported_token_type"));
    transport.push(Reply::status(200));
    assert_eq!(app.revoke(&both).await.unwrap_err().code(), Some("unsupported_token_type"));
    assert_eq!(transport.requests().len(), 4);
}

#[tokio::test]
async fn a_token_is_renewed_where_the_server_renews_tokens() {
    let clock = ManualClock::new();
    let transport = MemoryTransport::with_clock(clock.clone());
    let endpoints = Endpoints::with_refresh("", "https://auth.example.com/token", "https://auth.example.com/renew", "");
    let app = OAuth2::builder(endpoints, "client").transport(transport.clone()).clock(clock).build().unwrap();
    let body = r#"{"token_type":"bearer","access_token":"access-2","refresh_token":"refresh-2"}"#;
    transport.push(Reply::json(200, body));
    app.refresh(&TokenPair::new("access-1").with_refresh_token("refresh-1")).await.unwrap();
    assert_eq!(transport.requests()[0].uri.path(), "/renew");

    let endpoints = Endpoints::with_refresh("", "https://auth.example.com/token", "http://auth.example.com/renew", "");
    let error = OAuth2::builder(endpoints, "client").transport(transport).build().unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::Configuration);
}

fn app_only(transport: &MemoryTransport, clock: &ManualClock) -> ClientCredentials {
    let endpoints = Endpoints::new("", "https://auth.example.com/oauth2/token", "");
    let app = OAuth2::builder(endpoints, "key").client_secret("secret");
    ClientCredentials::new(app.transport(transport.clone()).clock(clock.clone()).build().unwrap()).unwrap()
}

#[tokio::test]
async fn the_applications_token_is_fetched_when_it_is_needed() {
    let (builder, api, clock) = setup();
    let auth = MemoryTransport::with_clock(clock.clone());
    let client = builder.credential(&APP, app_only(&auth, &clock)).build().unwrap();
    assert!(auth.requests().is_empty());
    auth.push(Reply::json(200, r#"{"token_type":"bearer","access_token":"app-1"}"#).after(Duration::from_secs(1)));
    for _ in 0..3 {
        api.push(Reply::json(200, "{}"));
    }
    let list = || call(&client, &LIST).empty();
    let (first, second) = tokio::join!(list(), list());
    first.unwrap();
    second.unwrap();
    list().await.unwrap();
    let requests = auth.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].uri.path(), "/oauth2/token");
    assert_eq!(requests[0].body, "grant_type=client_credentials");
    assert_eq!(requests[0].header("authorization"), Some("Basic a2V5OnNlY3JldA=="));
    assert!(api.requests().iter().all(|request| request.header("authorization") == Some("Bearer app-1")));

    // Refused: once more, and a new one is used.
    auth.push(Reply::json(200, r#"{"token_type":"bearer","access_token":"app-2","expires_in":120}"#));
    api.push(Reply::status(401));
    api.push(Reply::json(200, "{}"));
    list().await.unwrap();
    assert_eq!(api.requests().last().unwrap().header("authorization"), Some("Bearer app-2"));
    // Refused, and there is nothing new.
    auth.push(Reply::json(200, r#"{"token_type":"bearer","access_token":"app-2","expires_in":120}"#));
    api.push(Reply::status(401));
    let error = list().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 401));
    assert_eq!((auth.requests().len(), api.requests().len()), (3, 6));
    // A minute before it expires.
    clock.advance(Duration::from_secs(61));
    auth.push(Reply::json(200, r#"{"token_type":"bearer","access_token":"app-3"}"#));
    api.push(Reply::json(200, "{}"));
    list().await.unwrap();
    assert_eq!(api.requests().last().unwrap().header("authorization"), Some("Bearer app-3"));
}

#[tokio::test]
async fn an_application_that_gets_no_token_sends_nothing() {
    let (builder, api, clock) = setup();
    let auth = MemoryTransport::with_clock(clock.clone());
    auth.push(refused(403, "unauthorized_client"));
    let client = builder.credential(&APP, app_only(&auth, &clock)).build().unwrap();
    let error = call(&client, &LIST).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::MissingCredentials, Outcome::NotSent));
    let source = OAuthError::of(&error).unwrap();
    assert_eq!((source.kind(), source.code()), (OAuthErrorKind::Refused, Some("unauthorized_client")));
    assert!(api.requests().is_empty());
    assert!(ClientCredentials::new(public().0).is_err());
}
