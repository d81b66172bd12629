//! Nothing that can be printed holds a secret, whatever servers repeat and however things fail.
#![cfg(all(feature = "oauth1", feature = "oauth2", feature = "webhook", not(target_family = "wasm")))]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::error::Error as StdError;
use std::fmt::Debug;
use std::fs;
use std::time::Duration;

use client_runtime::runtime::{
    Auth, CallOptions, Client, ClientCredentials, Endpoints, FileStore, Login, ManualClock, MemoryStore,
    MemoryTransport, OAuth1, OAuth1Endpoints, OAuth1Flow, OAuth1Token, OAuth2, Reply, RetryPolicy, Secret, TokenPair,
    TokenStore, TransportError, UserToken, Webhook,
};
use common::*;
use http::HeaderName;

const CLIENT_SECRET: &str = "Zclientsecret0123456789";
const ACCESS: &str = "Zaccess0123456789abcdef";
const REFRESH: &str = "Zrefresh0123456789abcdef";
const NEW_ACCESS: &str = "Znewaccess0123456789abc";
const NEW_REFRESH: &str = "Znewrefresh0123456789ab";
const CODE: &str = "Zcode0123456789abcdefgh";
const STATE: &str = "Zstate0123456789abcdefg";
const VERIFIER: &str = "Zverifier0123456789abcdefghijklmnopqrstuvwxyz";
const CONSUMER_KEY: &str = "Zconsumerkey0123456789a";
const CONSUMER_SECRET: &str = "Zconsumersecret01234567";
const TOKEN: &str = "Ztoken0123456789abcdefg";
const TOKEN_SECRET: &str = "Ztokensecret0123456789a";
const OAUTH_VERIFIER: &str = "Zoauthverifier012345678";

/// `client:Zclientsecret0123456789` in base64.
const BASIC_PAIR: &str = "Y2xpZW50OlpjbGllbnRzZWNyZXQwMTIzNDU2Nzg5";

/// Everything above, and the beginning of each as a server could cut it.
fn secrets() -> Vec<&'static str> {
    let whole = [
        CLIENT_SECRET,
        ACCESS,
        REFRESH,
        NEW_ACCESS,
        NEW_REFRESH,
        CODE,
        STATE,
        VERIFIER,
        CONSUMER_KEY,
        CONSUMER_SECRET,
        TOKEN,
        TOKEN_SECRET,
        OAUTH_VERIFIER,
        BASIC_PAIR,
    ];
    whole.into_iter().chain(whole.iter().map(|secret| &secret[..14])).collect()
}

/// What was printed so far.
#[derive(Default)]
struct Log(String);

impl Log {
    fn debug(&mut self, value: &impl Debug) {
        self.0.push_str(&format!("{value:?}\n{value:#?}\n"));
    }

    fn error(&mut self, error: &impl StdError) {
        self.debug(error);
        let mut cause: Option<&dyn StdError> = Some(error);
        while let Some(error) = cause {
            self.0.push_str(&format!("{error} {error:#} {error:?}\n"));
            cause = error.source();
        }
    }

    fn check(&self) {
        for secret in secrets() {
            if let Some(at) = self.0.find(secret) {
                let start = self.0[..at].rfind('\n').map_or(0, |end| end + 1);
                let line = self.0[start..].lines().next();
                assert!(!self.0.contains(secret), "{secret} is printed: {line:?}");
            }
        }
    }
}

/// What servers answer that repeat what they were sent, in every form an error can have.
fn echoes() -> Vec<Reply> {
    let all = [CLIENT_SECRET, ACCESS, REFRESH, CODE, VERIFIER, BASIC_PAIR, CONSUMER_SECRET, TOKEN, TOKEN_SECRET];
    let mut replies = Vec::new();
    for secret in all {
        for status in [200, 302, 400, 401, 500] {
            let cut = &secret[..16];
            for body in [
                format!(r#"{{"error":"invalid_grant","error_description":"the token {secret} is unknown"}}"#),
                format!(r#"{{"error":"{secret}","error_description":"{cut}"}}"#),
                format!(r#"{{"access_token":{{"a":"{secret}"}},"{secret}":1}}"#),
                format!(r#"{{"title":"Unauthorized","detail":"{secret}","errors":[{{"message":"{cut}…"}}]}}"#),
                format!("<html>{secret}</html>"),
                format!(r#"{{"access_token":"{secret}"#),
            ] {
                let reply = Reply::json(status, body).with_header("www-authenticate", secret);
                replies.push(reply.with_header("location", &format!("https://evil.example.com/?{secret}")));
            }
        }
    }
    replies.push(Reply::fail(TransportError::exchange("reset")));
    replies.push(Reply::fail(TransportError::connect("refused")));
    replies.push(Reply::hang());
    replies
}

fn app(transport: &MemoryTransport, clock: &ManualClock) -> OAuth2 {
    let endpoints =
        Endpoints::new("https://a.example/authorize", "https://a.example/token", "https://a.example/revoke");
    let builder = OAuth2::builder(endpoints, "client").client_secret(CLIENT_SECRET).redirect_uri("http://localhost/");
    builder.transport(transport.clone()).clock(clock.clone()).build().unwrap()
}

fn pair() -> TokenPair {
    TokenPair::new(ACCESS).with_refresh_token(REFRESH).with_expiry(Duration::from_secs(1))
}

/// Answers everything with one reply, and has no memory.
fn server(clock: &ManualClock) -> MemoryTransport {
    MemoryTransport::with_clock(clock.clone())
}

#[tokio::test]
async fn failures_of_oauth2_print_no_secret() {
    let mut log = Log::default();
    let clock = ManualClock::new();
    let login = Login::restore(STATE, VERIFIER).unwrap();
    let redirect = format!("http://localhost/?code={CODE}&state={STATE}");
    for step in 0..5 {
        for reply in echoes() {
            let transport = server(&clock);
            let app = app(&transport, &clock);
            transport.push(reply);
            let failure = match step {
                0 => app.exchange(&login, &redirect).await.err(),
                1 => app.refresh(&pair()).await.err(),
                2 => app.revoke(&pair()).await.err(),
                3 => app.client_credentials(&[]).await.err(),
                _ => UserToken::new(app, MemoryStore::from(pair())).pair().await.err(),
            };
            if let Some(error) = failure {
                log.error(&error);
            }
            log.debug(&transport.requests());
        }
    }
    for redirect in [
        format!("?error={CODE}&error_description={CODE}&state={STATE}&code={CODE}"),
        format!("?error=denied&error_description={STATE}%20{VERIFIER}&state={STATE}"),
        format!("?code={CODE}&state=other"),
        format!("?code={CODE}&code={CODE}&state={STATE}"),
    ] {
        let transport = server(&clock);
        log.error(&app(&transport, &clock).exchange(&login, &redirect).await.unwrap_err());
    }
    assert!(log.0.len() > 10_000);
    log.check();
}

#[tokio::test]
async fn failures_of_calls_print_no_secret() {
    let mut log = Log::default();
    for reply in echoes() {
        let clock = ManualClock::new();
        let (api, auth) = (server(&clock), server(&clock));
        let user = UserToken::new(app(&auth, &clock), MemoryStore::from(pair().with_expiry(Duration::MAX)));
        let builder = setup().0.transport(api.clone()).clock(clock.clone()).retry(RetryPolicy::off());
        let builder =
            builder.credential(&USER, user).credential(&APP, ClientCredentials::new(app(&auth, &clock)).unwrap());
        let builder = builder.credential(&SIGNED, signer());
        log.debug(&builder);
        let client: Client = builder.build().unwrap();
        log.debug(&client);
        api.push(Reply::json(401, format!(r#"{{"title":"Unauthorized","detail":"{ACCESS}"}}"#)));
        auth.push(reply);
        let mut list = call(&client, &LIST);
        list.with(CallOptions::new().auth("UserToken"));
        log.debug(&list);
        if let Err(error) = list.empty().await {
            log.error(&error);
        }
    }
    log.check();
}

fn signer() -> OAuth1 {
    let clock = ManualClock::new();
    OAuth1::with_clock(CONSUMER_KEY, CONSUMER_SECRET, clock).token(OAuth1Token::new(TOKEN, TOKEN_SECRET))
}

#[tokio::test]
async fn failures_of_oauth1_print_no_secret() {
    let mut log = Log::default();
    let endpoints = || OAuth1Endpoints::new("https://a.example/r", "https://a.example/a", "https://a.example/t");
    for reply in echoes() {
        let clock = ManualClock::new();
        let transport = server(&clock);
        let flow = OAuth1Flow::with_transport(
            endpoints(),
            OAuth1::with_clock(CONSUMER_KEY, CONSUMER_SECRET, clock),
            transport.clone(),
        );
        let flow = flow.unwrap();
        log.debug(&flow);
        transport.push(reply);
        let request = OAuth1Token::new(TOKEN, TOKEN_SECRET);
        match flow.finish_with(&request, OAUTH_VERIFIER).await {
            Ok(grant) => log.debug(&grant.token),
            Err(error) => log.error(&error),
        }
        let redirect = format!("?oauth_token=other&oauth_verifier={OAUTH_VERIFIER}");
        log.error(&flow.finish(&request, &redirect).await.unwrap_err());
    }
    log.check();
}

#[tokio::test]
async fn no_type_prints_its_secrets() {
    let mut log = Log::default();
    let clock = ManualClock::new();
    let transport = server(&clock);
    let app = app(&transport, &clock);
    log.debug(&app);
    log.debug(&OAuth2::builder(Endpoints::new("", "", ""), "client").client_secret(CLIENT_SECRET));
    log.debug(&Login::restore(STATE, VERIFIER).unwrap());
    log.debug(&pair());
    log.debug(&pair().to_json());
    log.debug(&Secret::from(ACCESS));
    let store = MemoryStore::from(pair());
    log.debug(&store);
    log.debug(&store.lock().await.unwrap());
    let user = UserToken::new(app.clone(), MemoryStore::from(pair()));
    log.debug(&user);
    log.debug(&Auth::from(user.clone()));
    log.debug(&ClientCredentials::new(app).unwrap());
    log.debug(&signer());
    log.debug(&OAuth1Token::new(TOKEN, TOKEN_SECRET));
    log.debug(&Auth::from(signer()));
    let header = HeaderName::from_static("x-signature");
    let webhook = Webhook::new(header.clone(), CONSUMER_SECRET).unwrap();
    log.debug(&webhook);
    log.error(&webhook.answer(&format!("{{{TOKEN}}}")).unwrap_err());
    let headers = [(header, http::HeaderValue::from_static("sha256=AAAA"))].into_iter().collect();
    log.error(&webhook.verify(&headers, TOKEN.as_bytes()).unwrap_err());
    log.error(&TokenPair::from_json(&format!(r#"{{"access_token":["{ACCESS}"]}}"#)).unwrap_err());
    let client = setup().0.credential(&SIGNED, signer()).build().unwrap();
    log.debug(&client);

    transport.push(Reply::json(
        200,
        format!(r#"{{"access_token":"{NEW_ACCESS}","refresh_token":"{NEW_REFRESH}","token_type":"bearer"}}"#),
    ));
    let renewed = user.pair().await.unwrap();
    assert_eq!(renewed.access_token().expose(), NEW_ACCESS);
    log.debug(&renewed);
    log.debug(&user);
    log.check();
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_and_not_shown() {
    let mut log = Log::default();
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::new();
    let store = FileStore::with_clock(folder.path().join("token.json"), clock.clone());
    log.debug(&store);
    for text in [
        format!("{ACCESS} {REFRESH}"),
        format!(r#"{{"access_token":"{ACCESS}","refresh_token":"{REFRESH}""#),
        format!(r#"{{"access_token":{{"{ACCESS}":1}}}}"#),
        format!(r#"{{"access_token":"{ACCESS}","expires_at":"{REFRESH}"}}"#),
    ] {
        fs::write(store.path(), text).unwrap();
        let transport = server(&clock);
        let error = UserToken::new(app(&transport, &clock), store.clone()).pair().await.unwrap_err();
        log.error(&error);
        assert!(StdError::source(&error).unwrap().to_string().contains("token.json"));
    }
    let nowhere = FileStore::with_clock(folder.path().join("no/token.json"), clock.clone());
    let transport = server(&clock);
    let user = UserToken::new(app(&transport, &clock), nowhere.clone());
    log.error(&user.adopt(pair()).await.unwrap_err());
    log.0.push_str(&format!("{:?}", nowhere.save(&pair()).await.unwrap_err()));
    log.check();
}

#[tokio::test]
async fn credentials_stay_in_their_origin() {
    let clock = ManualClock::new();
    let (api, auth) = (server(&clock), server(&clock));
    let valid = TokenPair::new(ACCESS).with_refresh_token(REFRESH);
    let user = UserToken::new(app(&auth, &clock), MemoryStore::from(valid));
    let builder = setup().0.transport(api.clone()).clock(clock.clone()).credential(&USER, user);
    let client = builder.build().unwrap();
    api.push(Reply::status(302).with_header("location", "https://evil.example.com/"));
    call(&client, &LIST).empty().await.unwrap_err();
    api.push(Reply::status(401));
    auth.push(Reply::status(307).with_header("location", "https://evil.example.com/"));
    call(&client, &LIST).empty().await.unwrap_err();
    let hosts = |transport: &MemoryTransport| -> Vec<String> {
        transport.requests().iter().map(|request| request.uri.host().unwrap().to_owned()).collect()
    };
    assert_eq!(hosts(&api), ["api.example.com", "api.example.com"]);
    assert_eq!(hosts(&auth), ["a.example"]);
}
