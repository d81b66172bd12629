//! What a stream does about what it missed and what it is refused: backfill, limits, credentials.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use client_runtime::runtime::wire::Call;
use client_runtime::runtime::{
    AuthRequest, Authorization, BoxError, BoxFuture, Client, ClientBuilder, Credential, Error, ErrorKind, Live,
    ManualClock, MemoryTransport, Outcome, Reply, StreamEvent,
};

use super::support::*;

#[tokio::test]
async fn what_was_missed_comes_once() {
    let setup = setup();
    let anonymous = "{\"data\":{\"text\":\"x\"}}\n";
    let first = format!("{}{}{anonymous}{anonymous}", line("1"), line("2"));
    let second = format!("{}{}{anonymous}{}{}", line("2"), line("3"), line("3"), line("4"));
    setup.transport.push(Reply::status(200).chunk(first));
    setup.transport.push(Reply::status(200).chunk(second).then_hang());
    let mut call = setup.call();
    call.set(0, &2_i64);
    let mut live = Live::<Event>::new(call);
    // Twice the same text in one connection can be two events.
    assert_eq!(ids(&mut live, 6).await, ["1", "2", "", "", "3", "4"]);
    assert_eq!(live.stats().duplicates, 3);
    assert_eq!(setup.targets(), ["/stream?backfill=2", "/stream?backfill=2"]);
}

#[tokio::test]
async fn without_backfill_nothing_is_left_out() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(format!("{}{}", line("1"), line("1"))));
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    assert_eq!(ids(&mut setup.live(), 3).await, ["1", "1", "1"]);
}

#[tokio::test]
async fn memory_for_repetitions_is_bounded() {
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(["1", "2", "3"].map(line).concat()));
    setup.transport.push(Reply::status(200).chunk(["1", "3", "4"].map(line).concat()).then_hang());
    let mut call = setup.call();
    call.set(0, &2_i64);
    let mut live = Live::<Event>::new(call).remember(2);
    // The first one is forgotten already, so it comes again.
    assert_eq!(ids(&mut live, 5).await, ["1", "2", "3", "1", "4"]);
}

#[tokio::test]
async fn a_refused_backfill_is_left_out_once() {
    let setup = setup();
    let problem = r#"{"errors":[{"message":"backfill is not authorized"}],"title":"Invalid Request"}"#;
    setup.transport.push(Reply::json(400, problem));
    setup.transport.push(Reply::status(200).chunk(line("1")));
    setup.transport.push(Reply::json(400, problem));
    let mut call = setup.call();
    call.set(0, &5_i64);
    let mut events = Live::<Event>::new(call).events();
    assert_eq!(story(&mut events, 9).await, ["notice of 2", "connected", "1", "closed, 1, 0ns", "error Api"]);
    assert_eq!(setup.targets(), ["/stream?backfill=5", "/stream", "/stream"]);
    assert!(setup.clock.waits().is_empty());
}

fn with_backfill(setup: &Setup) -> client_runtime::runtime::Events<Event> {
    let mut call = setup.call();
    call.set(0, &5_i64);
    Live::new(call).events()
}

#[tokio::test]
async fn a_backfill_that_was_accepted_stays() {
    // Something else is wrong now.
    let setup = setup();
    setup.transport.push(Reply::status(200).chunk(line("1")));
    setup.transport.push(Reply::json(400, r#"{"title":"Invalid Request","instance":"/stream?backfill=5"}"#));
    let mut events = with_backfill(&setup);
    assert_eq!(story(&mut events, 9).await, ["connected", "1", "closed, 1, 0ns", "error Api"]);
    assert_eq!(events.stats().backfill_refused, 0);

    // Unless the problem names it.
    setup.transport.push(Reply::status(200).chunk(line("1")));
    setup.transport.push(Reply::json(400, r#"{"errors":[{"parameters":{"backfill":["5"]},"message":"no"}]}"#));
    setup.transport.push(Reply::status(200).chunk(line("2")).then_hang());
    let mut events = with_backfill(&setup);
    let expected = ["connected", "1", "closed, 1, 0ns", "notice of 1", "connected", "2"];
    assert_eq!(story(&mut events, 6).await, expected);
    assert_eq!(events.stats().backfill_refused, 1);
}

#[tokio::test]
async fn a_backfill_that_was_never_accepted_is_left_out() {
    let setup = setup();
    setup.transport.push(Reply::status(400));
    setup.transport.push(Reply::status(400));
    let mut events = with_backfill(&setup);
    assert_eq!(story(&mut events, 9).await, ["notice of 0", "error Api"]);
    assert_eq!(events.stats().backfill_refused, 1);
}

#[tokio::test]
async fn a_limit_with_quota_left_is_about_connections() {
    let setup = setup();
    let limited = |remaining: &str, body: &'static str| {
        Reply::json(429, body)
            .with_header("x-rate-limit-remaining", remaining)
            .with_header("x-rate-limit-reset", "1700000700")
    };
    let blank = r#"{"title":"Too Many Requests","type":"about:blank"}"#;
    setup.transport.push(limited("48", blank));
    // The body says that it is about the window, and then the headers do.
    setup.transport.push(limited("48", r#"{"errors":[{"code":88,"message":"Rate limit exceeded"}]}"#));
    setup.transport.push(limited("0", blank));
    setup.transport.push(Reply::status(200).chunk(line("1")).then_hang());
    let mut events = setup.live().events();
    assert_eq!(
        story(&mut events, 5).await,
        [
            "failed TooManyConnections, 1, 60s",
            "failed RateLimited, 2, 640s",
            "failed RateLimited, 3, 240s",
            "connected",
            "1"
        ]
    );
}

/// Gives what it has in stock, one after the other, then a token.
#[derive(Clone, Default)]
struct Stock(Arc<Mutex<VecDeque<Supply>>>);

enum Supply {
    Failure(BoxError),
    Silence,
}

impl Stock {
    fn of(supplies: impl IntoIterator<Item = Supply>) -> Self {
        Self(Arc::new(Mutex::new(supplies.into_iter().collect())))
    }

    async fn take(&self) -> Result<(), BoxError> {
        let supply = self.0.lock().expect("no panic").pop_front();
        match supply {
            None => Ok(()),
            Some(Supply::Failure(error)) => Err(error),
            Some(Supply::Silence) => std::future::pending().await,
        }
    }
}

/// Authorizes from one stock and refreshes from another.
struct Vault {
    tokens: Stock,
    refreshes: Stock,
}

impl Credential for Vault {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async { self.tokens.take().await.and_then(|()| Authorization::bearer(&"token".into())) })
    }

    fn refresh<'a>(&'a self, _: &'a AuthRequest<'_>, _: &'a Authorization) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(async { self.refreshes.take().await.map(|()| true) })
    }
}

fn secured(
    tokens: impl IntoIterator<Item = Supply>,
    refreshes: impl IntoIterator<Item = Supply>,
) -> (MemoryTransport, ManualClock, Client) {
    let clock = ManualClock::new();
    let transport = MemoryTransport::with_clock(clock.clone());
    let vault = Vault { tokens: Stock::of(tokens), refreshes: Stock::of(refreshes) };
    let builder = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(clock.clone());
    (transport, clock, builder.credential(&TOKEN, vault).build().expect("a client"))
}

#[tokio::test]
async fn a_credential_that_fails_for_now_does_not_end_the_stream() {
    let failure = || Supply::Failure("the vault is closed".into());
    let (transport, clock, client) = secured([failure(), Supply::Silence, failure()], []);
    transport.push(Reply::status(200).chunk(line("1")).then_hang());
    let mut events = Live::<Event>::new(Call::new(&client, &SECURED)).events();
    assert_eq!(
        story(&mut events, 5).await,
        ["failed Transport, 1, 250ms", "failed Timeout, 2, 500ms", "failed Transport, 3, 750ms", "connected", "1"]
    );
    assert_eq!(clock.waits(), [ms(250), ms(60_000), ms(500), ms(750)]);
    assert_eq!(transport.requests().len(), 1);

    // A call that is no stream is repeated as well, because nothing was sent.
    let (transport, _, client) = secured([failure()], []);
    transport.push(Reply::status(200));
    Call::new(&client, &SECURED).empty().await.expect("the second attempt");
    let (_, _, client) = secured([failure(), failure(), failure()], []);
    let error = Call::new(&client, &SECURED).empty().await.expect_err("no token");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent));
}

#[tokio::test]
async fn a_credential_that_is_gone_ends_the_stream() {
    let gone = || Supply::Failure(Error::no_credential("the refresh token was revoked").into());
    let (_, clock, client) = secured([gone()], []);
    let error = Live::<Event>::new(Call::new(&client, &SECURED)).try_next().await.expect_err("gone");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::MissingCredentials, Outcome::NotSent));
    assert!(clock.waits().is_empty());

    let unset = ClientBuilder::new(&DEFINITION).transport(MemoryTransport::new()).clock(ManualClock::new());
    let client = unset.build().expect("a client");
    let error = Live::<Event>::new(Call::new(&client, &SECURED)).try_next().await.expect_err("unset");
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);

    let (transport, _, client) = secured([], [gone()]);
    transport.push(Reply::status(401));
    let error = Live::<Event>::new(Call::new(&client, &SECURED)).try_next().await.expect_err("gone");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
}

#[tokio::test]
async fn a_refresh_that_fails_for_now_does_not_end_the_stream() {
    let (transport, clock, client) = secured([], [Supply::Failure("no network".into()), Supply::Silence]);
    transport.push(Reply::status(401));
    transport.push(Reply::status(401));
    transport.push(Reply::status(401));
    transport.push(Reply::status(200).chunk(line("1")).then_hang());
    let mut live = Live::<Event>::new(Call::new(&client, &SECURED));
    assert_eq!(ids(&mut live, 1).await, ["1"]);
    assert_eq!(clock.waits(), [ms(250), ms(60_000), ms(500)]);
    // After a refresh that succeeds the 401 is about something else.
    transport.push(Reply::status(401));
    transport.push(Reply::status(401));
    let mut live = Live::<Event>::new(Call::new(&client, &SECURED));
    assert_eq!(live.try_next().await.expect_err("refused").status().map(|status| status.as_u16()), Some(401));
}

#[tokio::test]
async fn a_connection_tells_what_its_head_says() {
    let setup = setup();
    let reply = Reply::status(200)
        .with_header("x-rate-limit-limit", "450")
        .with_header("x-rate-limit-remaining", "449")
        .with_header("x-rate-limit-reset", "1700000900");
    setup.transport.push(reply.then_hang());
    let Some(Ok(StreamEvent::Connected(meta))) = setup.live().events().next().await else {
        unreachable!("it is accepted");
    };
    assert_eq!((meta.status().as_u16(), meta.attempts(), meta.headers().len()), (200, 1, 3));
    assert_eq!(meta.rate_limit().map(|limit| limit.remaining), Some(449));
    assert!(meta.raw().is_empty());
}

#[tokio::test]
async fn malformed_messages_keep_secrets_to_themselves() {
    const SECRET: &str = "s3cr3t-t0k3n-that-is-long";
    let transport = MemoryTransport::new();
    let client = ClientBuilder::new(&DEFINITION).transport(transport.clone()).clock(ManualClock::new());
    let client = client.credential(&TOKEN, SECRET).build().expect("a client");
    transport.push(Reply::status(200).chunk(format!("{{\"data\":\"{SECRET}\"}}\n")).then_hang());
    let mut events = Live::<Event>::new(Call::new(&client, &SECURED)).events();
    assert!(matches!(events.next().await, Some(Ok(StreamEvent::Connected(_)))));
    let Some(Ok(StreamEvent::Malformed { error, .. })) = events.next().await else {
        unreachable!("the data is no object");
    };
    assert!(std::error::Error::source(&error).is_none());
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    assert_eq!(error.path(), Some("$.data"));
}
