//! Credentials that are refused, expire, and are renewed by many at once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tests::faulty::{Script, Server, Step, head, stream};
use tests::server::Request;
use x_api_client::runtime::{
    AuthRequest, Authorization, BoxError, BoxFuture, Credential, Endpoints, MemoryStore, OAuth2, TokenPair, TokenStore,
    UserToken,
};
use x_api_client::{Client, Error};

use super::streams::{end, line};
use crate::calls::told;
use crate::rig::Rig;
use crate::row::{Failure, Row, Saw, row};

/// The path of the endpoint that renews tokens.
const TOKEN: &str = "/oauth/token";

pub(super) fn rows() -> Vec<Row> {
    const BUSY: &str = r#"{"error":"temporarily_unavailable"}"#;
    let refused = head(401, &[], r#"{"title":"Unauthorized","status":401}"#);
    vec![
        row("401 expired token with refresh")
            .call(|rig| Box::pin(calls(rig, 1, None)))
            .sees(["Ok", "renewals: 1", "stored: access-1 refresh-1"])
            .requests(3),
        row("401 expired token with refresh, and the new token is refused")
            .call(|rig| Box::pin(refused_again(rig)))
            .sees(["Api 401/Answered", "renewals: 1", "stored: access-1 refresh-1"])
            .requests(3),
        row("401 with refresh failing for good, two calls")
            .call(|rig| Box::pin(calls(rig, 2, Some(head(400, &[], r#"{"error":"invalid_grant"}"#)))))
            .sees(["Api 401/Answered", "Api 401/Answered", "renewals: 1", "stored: access-0 refresh-0"])
            .requests(3),
        row("401 with refresh failing for now")
            .call(|rig| Box::pin(calls(rig, 1, Some(head(503, &[], BUSY)))))
            .limits(&[29_500, 28_500])
            .sees(["Api 401/Answered", "renewals: 3", "stored: access-0 refresh-0"])
            .requests(4)
            .waits([500, 1000]),
        row("401 with refresh broken off")
            .call(|rig| Box::pin(calls(rig, 1, Some(vec![Step::Reset]))))
            .sees(["Api 401/Answered", "renewals: 1", "stored: access-0 refresh-0"])
            .requests(2),
        row("401 with refresh never answered")
            .call(|rig| {
                Box::pin(calls(rig, 1, Some(vec![Step::Silence(std::time::Duration::from_secs(30)), Step::Hold])))
            })
            .sees(["Api 401/Answered", "renewals: 1", "stored: access-0 refresh-0"])
            .requests(2),
        row("401 with two tasks at once")
            .call(|rig| Box::pin(at_once(rig)))
            .sees(["Ok", "Ok", "renewals: 1", "stored: access-1 refresh-1"])
            .requests(5),
        row("401 of a token that cannot be renewed").answers([refused.clone()]).sees(["Api 401/Answered"]),
        row("401 of a token that cannot be renewed: a stream")
            .answers([stream(line(1)), refused])
            .stream()
            .sees(["1", "Closed", "Api 401/Answered", "End"])
            .requests(2),
        row("a credential that has nothing to give: a stream")
            .answers([end()])
            .client(|builder| builder.bearer_token(NoToken))
            .stream()
            .sees(["MissingCredentials/NotSent", "End"])
            .requests(0),
    ]
}

/// The server's side of tokens: it refuses `access-0`, takes every refresh token once, and counts.
#[derive(Default)]
pub(super) struct Tokens {
    spent: Mutex<BTreeSet<String>>,
    pub(super) renewals: AtomicUsize,
    pub(super) reused: AtomicUsize,
}

impl Tokens {
    /// The answer to a request for a new pair, which lives for so many seconds.
    pub(super) fn renew(&self, request: &Request, expires_in: u32) -> Script {
        self.renewals.fetch_add(1, Ordering::SeqCst);
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let spent = body.split('&').find_map(|pair| pair.strip_prefix("refresh_token=")).unwrap_or_default().to_owned();
        let next = spent.strip_prefix("refresh-").and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() + 1;
        if !self.spent.lock().unwrap_or_else(PoisonError::into_inner).insert(spent) {
            self.reused.fetch_add(1, Ordering::SeqCst);
            return head(400, &[], r#"{"error":"invalid_grant"}"#);
        }
        let pair = format!(
            r#"{{"access_token":"access-{next}","refresh_token":"refresh-{next}","expires_in":{expires_in},"token_type":"bearer"}}"#
        );
        head(200, &[("content-type", "application/json")], pair)
    }
}

pub(super) fn is_renewal(request: &Request) -> bool {
    request.target() == TOKEN
}

pub(super) fn has_token(request: &Request, token: &str) -> bool {
    request.header("authorization") == Some(&format!("Bearer {token}"))
}

/// The application, whose tokens are renewed at a server.
pub(super) fn endpoints(url: &str) -> Endpoints {
    let mut endpoints = Endpoints::new("", "", "");
    endpoints.token = format!("{url}{TOKEN}").into();
    endpoints
}

pub(super) fn numbered(number: usize) -> TokenPair {
    TokenPair::new(format!("access-{number}")).with_refresh_token(format!("refresh-{number}"))
}

pub(super) async fn stored(store: &impl TokenStore) -> Result<String, Failure> {
    let pair = store.load().await?.ok_or("the store is empty")?;
    let refresh = pair.refresh_token().map(|token| token.expose().to_owned()).unwrap_or_default();
    Ok(format!("{} {refresh}", pair.access_token().expose()))
}

/// A user with tokens in memory, and the client that acts for them.
async fn user(rig: &Rig, url: &str) -> Result<(Client, Arc<MemoryStore>), Failure> {
    let app = OAuth2::builder(endpoints(url), "client").transport(rig.transport()?).clock(rig.clock()).build()?;
    let store = Arc::new(MemoryStore::new());
    store.save(&numbered(0)).await?;
    let client = rig.builder(url)?.oauth2_user_token(UserToken::new(app, Arc::clone(&store))).build()?;
    Ok((client, store))
}

pub(super) async fn messages(client: Client) -> Result<(), Error> {
    client.direct_messages().events_with("2244994945").send().await.map(drop)
}

/// Calls one after the other; what renews tokens gives this script where there is one.
async fn calls(rig: &Rig, times: usize, failing: Option<Script>) -> Result<Saw, Failure> {
    let tokens = Arc::new(Tokens::default());
    let known = Arc::clone(&tokens);
    let server = Server::with_answers(rig.protocol, &rig.stage, move |request| match &failing {
        Some(script) if is_renewal(request) => {
            known.renewals.fetch_add(1, Ordering::SeqCst);
            script.clone()
        }
        None if is_renewal(request) => known.renew(request, 7200),
        _ if has_token(request, "access-0") => head(401, &[], ""),
        _ => head(200, &[], "{}"),
    });
    let (client, store) = user(rig, &rig.keep(server.await?)?.url()).await?;
    let mut saw = Saw::new();
    for _ in 0..times {
        saw.push(told(messages(client.clone()).await));
    }
    saw.push(format!("renewals: {}", tokens.renewals.load(Ordering::SeqCst)));
    saw.push(format!("stored: {}", stored(&store).await?));
    Ok(saw)
}

async fn refused_again(rig: &Rig) -> Result<Saw, Failure> {
    let tokens = Arc::new(Tokens::default());
    let known = Arc::clone(&tokens);
    let server = Server::with_answers(rig.protocol, &rig.stage, move |request| {
        if is_renewal(request) { known.renew(request, 7200) } else { head(401, &[], "") }
    });
    let (client, store) = user(rig, &rig.keep(server.await?)?.url()).await?;
    let told = told(messages(client).await);
    let renewals = tokens.renewals.load(Ordering::SeqCst);
    Ok(vec![told, format!("renewals: {renewals}"), format!("stored: {}", stored(&store).await?)])
}

/// Two tasks whose requests are on the server before either is refused.
async fn at_once(rig: &Rig) -> Result<Saw, Failure> {
    let tokens = Arc::new(Tokens::default());
    let known = Arc::clone(&tokens);
    let server = Server::with_answers(rig.protocol, &rig.stage, move |request| {
        if is_renewal(request) {
            known.renew(request, 7200)
        } else if has_token(request, "access-0") {
            [vec![Step::Meet(2)], head(401, &[], "")].concat()
        } else {
            head(200, &[], "{}")
        }
    });
    let (client, store) = user(rig, &rig.keep(server.await?)?.url()).await?;
    let (first, second) = tokio::join!(tokio::spawn(messages(client.clone())), tokio::spawn(messages(client)));
    let renewals = tokens.renewals.load(Ordering::SeqCst);
    Ok(vec![told(first?), told(second?), format!("renewals: {renewals}"), format!("stored: {}", stored(&store).await?)])
}

/// A credential of which nothing is left.
struct NoToken;

impl Credential for NoToken {
    fn authorize<'a>(&'a self, _request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async { Err(Error::no_credential("it was revoked").into()) })
    }
}
