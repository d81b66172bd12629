//! A user's token: renewed once, saved before it is used, and never lost.
#![cfg(feature = "oauth2")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;
#[path = "common/oauth.rs"]
mod oauth;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use client_runtime::runtime::{
    BoxError, BoxFuture, Client, Clock, ErrorKind, ManualClock, MemoryStore, MemoryTransport, OAuth2, OAuthError,
    OAuthErrorKind, Outcome, Reply, RetryPolicy, StoreLock, TokenPair, TokenStore, TransportError, UserToken,
};
use common::*;
use oauth::*;

/// A client with a user's token over a store; the API and the token endpoint answer from two transports.
struct User {
    client: Client,
    token: UserToken,
    api: MemoryTransport,
    auth: MemoryTransport,
    clock: ManualClock,
}

fn user(store: impl TokenStore) -> User {
    user_with(store, ManualClock::new())
}

fn user_with(store: impl TokenStore, clock: ManualClock) -> User {
    let (api, auth) = (MemoryTransport::with_clock(clock.clone()), MemoryTransport::with_clock(clock.clone()));
    let app = OAuth2::builder(ENDPOINTS.clone(), "client")
        .redirect_uri("http://localhost/")
        .transport(auth.clone())
        .clock(clock.clone())
        .build()
        .unwrap();
    let token = UserToken::new(app, store);
    let builder = setup().0.transport(api.clone()).clock(clock.clone()).retry(RetryPolicy::off());
    let client = builder.credential(&USER, token.clone()).build().unwrap();
    User { client, token, api, auth, clock }
}

impl User {
    async fn list(&self) -> Result<(), client_runtime::runtime::Error> {
        call(&self.client, &LIST).empty().await.map(drop)
    }

    /// The same, with an API that answers.
    async fn succeed(&self) {
        self.api.push(Reply::json(200, "{}"));
        self.list().await.unwrap();
    }

    fn used(&self) -> String {
        self.api.requests().last().unwrap().header("authorization").unwrap().trim_start_matches("Bearer ").to_owned()
    }
}

fn cause(error: &client_runtime::runtime::Error) -> OAuthError {
    OAuthError::of(error).unwrap().clone()
}

#[tokio::test]
async fn a_login_is_kept_and_used() {
    let store = MemoryStore::new();
    let user = user(store.clone());
    let error = user.list().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::MissingCredentials, Outcome::NotSent));
    assert!(cause(&error).is_login_required());
    user.auth.push(granted("access-1", "refresh-1"));
    user.token.log_in(&login(), "code=c&state=the-state").await.unwrap();
    assert_eq!(store.pair().unwrap().access_token().expose(), "access-1");
    user.succeed().await;
    assert_eq!(user.used(), "access-1");
    assert_eq!(user.token.pair().await.unwrap(), store.pair().unwrap());
}

#[tokio::test]
async fn a_token_is_renewed_a_minute_before_it_expires() {
    let store = MemoryStore::from(pair("access-1", "refresh-1", 61));
    let user = user(store.clone());
    user.succeed().await;
    assert_eq!(user.used(), "access-1");
    user.clock.advance(Duration::from_secs(1));
    user.auth.push(granted("access-2", "refresh-2"));
    user.succeed().await;
    assert_eq!(user.used(), "access-2");
    assert_eq!(store.pair().unwrap().refresh_token().unwrap().expose(), "refresh-2");
    assert_eq!(field(&user.auth.requests()[0], "refresh_token").as_deref(), Some("refresh-1"));

    // Another margin.
    let token = user.token.clone().refresh_ahead(Duration::from_secs(7201));
    user.auth.push(granted("access-3", "refresh-3"));
    assert_eq!(token.pair().await.unwrap().access_token().expose(), "access-3");
}

#[tokio::test]
async fn a_401_renews_once_after_the_store_was_read_again() {
    let store = MemoryStore::from(pair("access-1", "refresh-1", 7200));
    let user = user(store.clone());
    user.succeed().await;
    // Somebody else renewed: no request to the server.
    store.save(&pair("access-2", "refresh-2", 7200)).await.unwrap();
    user.api.push(Reply::status(401));
    user.succeed().await;
    assert_eq!((user.used().as_str(), user.auth.requests().len()), ("access-2", 0));
    // Nobody did.
    user.api.push(Reply::status(401));
    user.auth.push(granted("access-3", "refresh-3"));
    user.succeed().await;
    assert_eq!((user.used().as_str(), user.auth.requests().len()), ("access-3", 1));
    // The new one is refused as well: that is the answer.
    user.api.push(Reply::status(401));
    user.api.push(Reply::status(401));
    user.auth.push(granted("access-4", "refresh-4"));
    let error = user.list().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 401));
    assert_eq!(user.auth.requests().len(), 2);
    assert_eq!(store.pair().unwrap().access_token().expose(), "access-4");
}

#[tokio::test]
async fn a_spent_refresh_token_asks_for_a_login_and_is_not_tried_again() {
    let store = MemoryStore::from(pair("access-1", "refresh-1", 7200));
    let user = user(store.clone());
    user.api.push(Reply::status(401));
    user.auth.push(refused(400, "invalid_grant"));
    let error = user.list().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Answered));
    assert!(cause(&error).is_login_required());
    assert!(cause(&error).to_string().contains("log in again"));
    user.clock.advance(Duration::from_secs(7200));
    for _ in 0..3 {
        let error = user.list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingCredentials);
        assert!(cause(&error).is_login_required());
    }
    assert_eq!((user.auth.requests().len(), user.api.requests().len()), (1, 1));
    assert_eq!(store.pair().unwrap().refresh_token().unwrap().expose(), "refresh-1");
    // A login in another process mends it, and so does one here.
    store.save(&pair("access-2", "refresh-2", 9000)).await.unwrap();
    user.succeed().await;
    assert_eq!(user.used(), "access-2");
    user.auth.push(granted("access-3", "refresh-3"));
    user.token.log_in(&login(), "code=c&state=the-state").await.unwrap();
    user.succeed().await;
    assert_eq!(user.used(), "access-3");
}

#[tokio::test]
async fn a_refresh_without_an_answer_keeps_the_old_pair() {
    let store = MemoryStore::from(pair("access-1", "refresh-1", 59));
    let user = user(store.clone());
    // Still valid: it is used, and the next attempt is ten seconds later.
    user.auth.push(Reply::fail(TransportError::exchange("reset")));
    user.succeed().await;
    user.succeed().await;
    assert_eq!((user.used().as_str(), user.auth.requests().len()), ("access-1", 1));
    user.clock.advance(Duration::from_secs(10));
    user.auth.push(refused(500, "server_error"));
    user.succeed().await;
    assert_eq!((user.used().as_str(), user.auth.requests().len()), ("access-1", 2));
    // No longer valid: the call fails, and the pair stays for the next one.
    user.clock.advance(Duration::from_secs(60));
    user.auth.push(Reply::fail(TransportError::exchange("reset")));
    let error = user.list().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent));
    assert_eq!(cause(&error).kind(), OAuthErrorKind::Unreachable);
    assert_eq!(store.pair().unwrap(), pair("access-1", "refresh-1", 59));
    user.auth.push(granted("access-2", "refresh-2"));
    user.succeed().await;
    assert_eq!(user.used(), "access-2");
}

#[tokio::test]
async fn many_tasks_renew_once() {
    let store = MemoryStore::from(pair("access-1", "refresh-1", 0));
    let user = Arc::new(user(store));
    user.auth.push(granted("access-2", "refresh-2").after(Duration::from_secs(1)));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            user.api.push(Reply::json(200, "{}"));
            let user = Arc::clone(&user);
            tokio::spawn(async move { user.list().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!((user.auth.requests().len(), user.api.requests().len()), (1, 8));
    assert!(user.api.requests().iter().all(|request| request.header("authorization") == Some("Bearer access-2")));

    // Two that were refused at the same time.
    user.api.push(Reply::status(401));
    user.api.push(Reply::status(401));
    user.api.push(Reply::json(200, "{}"));
    user.api.push(Reply::json(200, "{}"));
    user.auth.push(granted("access-3", "refresh-3").after(Duration::from_secs(1)));
    let (first, second) = tokio::join!(user.list(), user.list());
    first.unwrap();
    second.unwrap();
    assert_eq!(user.auth.requests().len(), 2);

    // All of them get the failure of the one that asked.
    user.clock.advance(Duration::from_secs(8000));
    user.auth.push(Reply::fail(TransportError::exchange("reset")).after(Duration::from_secs(1)));
    let (first, second) = tokio::join!(user.list(), user.list());
    assert_eq!(cause(&first.unwrap_err()).kind(), OAuthErrorKind::Unreachable);
    assert_eq!(cause(&second.unwrap_err()).kind(), OAuthErrorKind::Unreachable);
    assert_eq!(user.auth.requests().len(), 3);
}

#[test]
fn threads_renew_once() {
    for _ in 0..20 {
        let store = MemoryStore::from(pair("access-1", "refresh-1", 0));
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let transport = MemoryTransport::from_fn(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(2));
            granted("access-2", "refresh-2")
        });
        let clock = ManualClock::new();
        let app = OAuth2::builder(ENDPOINTS.clone(), "client").transport(transport).clock(clock).build().unwrap();
        let token = UserToken::new(app, store);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let token = token.clone();
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                    let pair = runtime.block_on(token.pair()).unwrap();
                    assert_eq!(pair.access_token().expose(), "access-2");
                });
            }
        });
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn a_refresh_outlives_the_call_that_began_it() {
    let store = MemoryStore::from(pair("access-1", "refresh-1", 0));
    let user = Arc::new(user_with(store.clone(), ManualClock::stopped()));
    user.auth.push(granted("access-2", "refresh-2").after(Duration::from_secs(1)));
    let calls: Vec<_> = (0..2)
        .map(|_| {
            let user = Arc::clone(&user);
            tokio::spawn(async move { user.list().await })
        })
        .collect();
    while user.auth.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    // Both callers give up while the server is at it; the refresh token is spent.
    for call in calls {
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
    assert_eq!(store.pair().unwrap().refresh_token().unwrap().expose(), "refresh-1");
    user.clock.advance(Duration::from_secs(1));
    user.succeed().await;
    assert_eq!((user.used().as_str(), user.auth.requests().len()), ("access-2", 1));
    assert_eq!(store.pair().unwrap().refresh_token().unwrap().expose(), "refresh-2");

    // The one who leads goes away, and the other goes on.
    user.clock.advance(Duration::from_secs(7200));
    user.auth.push(granted("access-3", "refresh-3").after(Duration::from_secs(1)));
    let spawn = || {
        let user = Arc::clone(&user);
        tokio::spawn(async move { user.list().await })
    };
    let (leader, follower) = (spawn(), spawn());
    while user.auth.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    leader.abort();
    user.api.push(Reply::json(200, "{}"));
    user.clock.advance(Duration::from_secs(1));
    follower.await.unwrap().unwrap();
    assert_eq!((user.used().as_str(), user.auth.requests().len()), ("access-3", 2));
}

#[tokio::test]
async fn a_login_comes_after_a_refresh_that_was_given_up() {
    let store = MemoryStore::from(pair("access-1", "refresh-1", 0));
    let user = Arc::new(user_with(store.clone(), ManualClock::stopped()));
    user.auth.push(granted("access-2", "refresh-2").after(Duration::from_secs(1)));
    let given_up = {
        let user = Arc::clone(&user);
        tokio::spawn(async move { user.list().await })
    };
    while user.auth.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    given_up.abort();
    user.clock.advance(Duration::from_secs(1));
    user.auth.push(granted("access-3", "refresh-3"));
    user.token.log_in(&login(), "code=c&state=the-state").await.unwrap();
    assert_eq!(store.pair().unwrap().access_token().expose(), "access-3");
}

#[tokio::test]
async fn a_refresh_that_panics_is_begun_anew() {
    let clock = ManualClock::new();
    let panics = Arc::new(AtomicBool::new(true));
    let fuse = Arc::clone(&panics);
    let transport = MemoryTransport::from_fn(move |_| {
        assert!(!fuse.swap(false, Ordering::Relaxed), "the transport is broken");
        granted("access-2", "refresh-2")
    });
    let app = OAuth2::builder(ENDPOINTS.clone(), "client").transport(transport).clock(clock).build().unwrap();
    let token = UserToken::new(app, MemoryStore::from(pair("access-1", "refresh-1", 0)));
    let task = tokio::spawn({
        let token = token.clone();
        async move { token.pair().await }
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(token.pair().await.unwrap().access_token().expose(), "access-2");
}

/// Cannot save as long as it is told so, and notes in which order things happen.
#[derive(Clone, Default)]
struct Unreliable {
    inner: MemoryStore,
    broken: Arc<AtomicBool>,
}

impl TokenStore for Unreliable {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, BoxError>> {
        self.inner.load()
    }

    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, BoxError>> {
        self.inner.lock()
    }

    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), BoxError>> {
        if self.broken.load(Ordering::Relaxed) {
            return Box::pin(async { Err("the disk is full".into()) });
        }
        self.inner.save(pair)
    }
}

#[tokio::test]
async fn a_pair_is_used_only_when_it_is_saved() {
    let store = Unreliable { inner: pair("access-1", "refresh-1", 0).into(), ..Unreliable::default() };
    let user = user(store.clone());
    store.broken.store(true, Ordering::Relaxed);
    user.auth.push(granted("access-2", "refresh-2"));
    for _ in 0..2 {
        let error = user.list().await.unwrap_err();
        assert_eq!(cause(&error).kind(), OAuthErrorKind::Store);
        assert!(user.api.requests().is_empty());
    }
    assert_eq!(user.auth.requests().len(), 1);
    store.broken.store(false, Ordering::Relaxed);
    user.succeed().await;
    assert_eq!((user.used().as_str(), user.auth.requests().len()), ("access-2", 1));
    assert_eq!(store.inner.pair().unwrap().refresh_token().unwrap().expose(), "refresh-2");

    store.broken.store(true, Ordering::Relaxed);
    user.auth.push(granted("access-3", "refresh-3"));
    let error = user.token.log_in(&login(), "code=c&state=the-state").await.unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::Store);
    user.succeed().await;
    assert_eq!(user.used(), "access-2");
}

#[tokio::test]
async fn the_lifetime_counts_from_the_question() {
    let user = user(MemoryStore::from(pair("access-1", "refresh-1", 0)));
    user.auth.push(granted("access-2", "refresh-2").after(Duration::from_secs(20)));
    let pair = user.token.pair().await.unwrap();
    assert_eq!(user.clock.unix_now().as_secs(), EPOCH + 20);
    assert_eq!(pair.expires_at(), Some(Duration::from_secs(EPOCH + 7200)));
}
