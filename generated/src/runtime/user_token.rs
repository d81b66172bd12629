//! The credential of one user: a token pair out of a store, renewed when it has to be and never twice at once.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header;

use super::auth::{AuthRequest, Authorization, Credential};
use super::flight::Flights;
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::oauth2::OAuth2;
use super::oauth2_login::Login;
use super::secret::Secret;
use super::token_pair::TokenPair;
use super::token_store::TokenStore;
use super::transport::{BoxError, BoxFuture};

/// How long before its end an access token is renewed: more than a call's attempt takes, and room for clocks that differ.
pub(crate) const AHEAD: Duration = Duration::from_secs(60);

/// How long a token that is still valid is used before another attempt to renew it, after one failed.
const PAUSE: Duration = Duration::from_secs(10);

/// Authenticates calls as a user who logged in ([`OAuth2::login`]).
///
/// - An access token is renewed 60 s before it expires ([`UserToken::refresh_ahead`]), or when the server answers 401 to
///   it; before that the store is read again, because another process may have renewed it.
/// - Of all tasks with clones of one `UserToken`, one renews and the others wait for it; other processes, and other
///   `UserToken`s over the same store, wait for the store's lock. Have one per store and process, and clone it. A
///   renewal whose callers all gave up goes on where it was with the next call, so that its tokens are not lost.
/// - A new pair is saved before it is used. If saving fails, the calls fail, and the next one tries to save it again.
/// - A token that could not be renewed is used until it expires; the next attempt is 10 s later.
/// - When the refresh token works no more, calls fail with an [`OAuthError`] of kind
///   [`OAuthErrorKind::LoginRequired`] and the server is not asked again with that token. [`UserToken::log_in`] mends it,
///   in this process or another with the same store.
#[derive(Clone)]
pub struct UserToken {
    core: Arc<Core>,
    // Beside the core and not in it: a flight owns the core, and would otherwise own itself.
    flights: Arc<Flights<Result<TokenPair, OAuthError>>>,
}

#[derive(Clone)]
struct Core {
    app: OAuth2,
    store: Arc<dyn TokenStore>,
    ahead: Duration,
    memory: Arc<Mutex<Memory>>,
}

/// What is known without asking store or server.
#[derive(Default)]
struct Memory {
    /// The pair that is used. It is in the store.
    pair: Option<TokenPair>,
    /// A pair that could not be saved, with the refresh token that was spent on it.
    unsaved: Option<(Secret, TokenPair)>,
    /// A refresh token that works no more, and what the server said.
    dead: Option<(Secret, OAuthError)>,
    /// Until when, on the clock, nothing is renewed ahead of time.
    quiet_until: Option<Duration>,
}

impl UserToken {
    /// A user's token that is kept in `store`; empty until somebody logs in.
    pub fn new(app: OAuth2, store: impl TokenStore) -> Self {
        let core = Core { app, store: Arc::new(store), ahead: AHEAD, memory: Arc::default() };
        Self { core: Arc::new(core), flights: Arc::new(Flights::new()) }
    }

    /// How long before it expires a token is renewed. The default is 60 s. It should be well below the lifetime that
    /// the server gives its tokens, or every call renews; 0 renews what has expired.
    #[must_use]
    pub fn refresh_ahead(self, ahead: Duration) -> Self {
        Self { core: Arc::new(Core { ahead, ..(*self.core).clone() }), flights: self.flights }
    }

    /// Ends a login ([`OAuth2::exchange`]) and keeps its tokens, in place of those before.
    ///
    /// # Errors
    ///
    /// Those of [`OAuth2::exchange`], and [`OAuthErrorKind::Store`]: the tokens could not be saved and are not used.
    pub async fn log_in(&self, login: &Login, redirect: &str) -> Result<(), OAuthError> {
        let pair = self.core.app.exchange(login, redirect).await?;
        self.adopt(pair).await
    }

    /// Keeps a pair that was obtained elsewhere, in place of the one before.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Store`]: the pair could not be saved and is not used.
    pub async fn adopt(&self, pair: TokenPair) -> Result<(), OAuthError> {
        // A renewal that nobody waits for any more holds the lock and must come to its end.
        if let Some(flight) = self.flights.current() {
            flight.await;
        }
        let _lock = self.core.store.lock().await.map_err(|error| store_failed("locking", error))?;
        self.core.store.save(&pair).await.map_err(|error| store_failed("saving the new tokens to", error))?;
        *self.core.memory() = Memory { pair: Some(pair), ..Memory::default() };
        Ok(())
    }

    /// The pair that calls are authenticated with, renewed if it is about to expire; for protocols that the client does
    /// not speak.
    ///
    /// # Errors
    ///
    /// Those of [`OAuth2::refresh`], and [`OAuthErrorKind::Store`].
    pub async fn pair(&self) -> Result<TokenPair, OAuthError> {
        self.usable(None).await
    }

    /// A pair that can be used now, and that is another one than the server refused.
    async fn usable(&self, refused: Option<&Secret>) -> Result<TokenPair, OAuthError> {
        loop {
            if let Some(pair) = self.core.cached(refused) {
                return Ok(pair);
            }
            let core = Arc::clone(&self.core);
            let refusal = refused.cloned();
            let (flight, began_here) = self.flights.join(|| Box::pin(async move { core.renew(refusal).await }));
            match flight.await {
                // A flight that others began does not know of this refusal.
                Some(Ok(pair)) if !began_here && refused == Some(pair.access_token()) => {}
                Some(result) => return result,
                // It crashed in the hands of another task.
                None => {}
            }
        }
    }
}

impl Core {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pair in memory, if it need not be renewed.
    fn cached(&self, refused: Option<&Secret>) -> Option<TokenPair> {
        let memory = self.memory();
        let pair = memory.pair.as_ref().filter(|pair| refused != Some(pair.access_token()))?;
        let is_quiet = memory.quiet_until.is_some_and(|until| self.app.clock().now() < until);
        let ahead = if is_quiet { Duration::ZERO } else { self.ahead };
        (!self.expires_within(pair, ahead)).then(|| pair.clone())
    }

    fn expires_within(&self, pair: &TokenPair, ahead: Duration) -> bool {
        pair.expires_within(self.app.clock().unix_now(), ahead)
    }

    /// Uses a pair that is in the store.
    fn remember(&self, pair: TokenPair) -> TokenPair {
        let mut memory = self.memory();
        memory.pair = Some(pair.clone());
        memory.quiet_until = None;
        pair
    }

    /// The one way to another pair: lock, read again, ask the server, save, use.
    async fn renew(&self, refused: Option<Secret>) -> Result<TokenPair, OAuthError> {
        let _lock = self.store.lock().await.map_err(|error| store_failed("locking", error))?;
        let Some(pair) = self.load().await? else {
            let message = "nobody is logged in: the token store is empty";
            return Err(OAuthError::new(OAuthErrorKind::LoginRequired, message));
        };
        let is_refused = |pair: &TokenPair| refused.as_ref() == Some(pair.access_token());
        let is_fresh = |pair: &TokenPair| !is_refused(pair) && !self.expires_within(pair, self.ahead);
        if is_fresh(&pair) {
            return Ok(self.remember(pair));
        }
        let failure = match self.ask(&pair).await {
            Ok(renewed) => {
                self.save(&pair, renewed.clone()).await?;
                return Ok(self.remember(renewed));
            }
            Err(failure) => failure,
        };
        if failure.is_login_required()
            && let Some(other) = self.load().await?.filter(|other| *other != pair && is_fresh(other))
        {
            // Somebody who does not heed the lock was faster.
            return Ok(self.remember(other));
        }
        if !is_refused(&pair) && !self.expires_within(&pair, Duration::ZERO) {
            let mut memory = self.memory();
            memory.pair = Some(pair.clone());
            memory.quiet_until = Some(self.app.clock().now().saturating_add(PAUSE));
            return Ok(pair);
        }
        Err(failure)
    }

    /// What the store holds, after what it could not take before.
    async fn load(&self) -> Result<Option<TokenPair>, OAuthError> {
        let stored = self.store.load().await.map_err(|error| store_failed("reading", error))?;
        let unsaved = self.memory().unsaved.clone();
        let (Some(stored), Some((spent, pair))) = (&stored, unsaved) else { return Ok(stored) };
        if stored.refresh_token() == Some(&spent) {
            self.store.save(&pair).await.map_err(|error| store_failed("saving the new tokens to", error))?;
            self.memory().unsaved = None;
            return Ok(Some(pair));
        }
        self.memory().unsaved = None;
        Ok(Some(stored.clone()))
    }

    /// Asks the server for a new pair, unless it is known what it will say.
    async fn ask(&self, pair: &TokenPair) -> Result<TokenPair, OAuthError> {
        let known = self.memory().dead.clone();
        if let (Some((dead, error)), Some(refresh)) = (known, pair.refresh_token())
            && dead == *refresh
        {
            return Err(error);
        }
        let renewed = self.app.refresh(pair).await;
        if let (Err(error), Some(refresh)) = (&renewed, pair.refresh_token())
            && error.is_login_required()
        {
            self.memory().dead = Some((refresh.clone(), error.clone()));
        }
        renewed
    }

    async fn save(&self, old: &TokenPair, renewed: TokenPair) -> Result<(), OAuthError> {
        let Err(error) = self.store.save(&renewed).await else { return Ok(()) };
        let mut memory = self.memory();
        memory.pair = None;
        memory.unsaved = old.refresh_token().map(|spent| (spent.clone(), renewed));
        drop(memory);
        Err(store_failed("saving the new tokens to", error))
    }
}

impl Credential for UserToken {
    fn authorize<'a>(&'a self, _request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async move {
            let pair = self.usable(None).await.map_err(OAuthError::of_credential)?;
            Authorization::bearer(pair.access_token())
        })
    }

    fn refresh<'a>(
        &'a self,
        _request: &'a AuthRequest<'_>,
        refused: &'a Authorization,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(async move {
            let Some(refused) = bearer_of(refused) else { return Ok(false) };
            let pair = self.usable(Some(&refused)).await.map_err(OAuthError::of_credential)?;
            Ok(*pair.access_token() != refused)
        })
    }
}

impl fmt::Debug for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserToken")
            .field("app", &self.core.app)
            .field("refresh_ahead", &self.core.ahead)
            .finish_non_exhaustive()
    }
}

/// The token that a request was sent with.
pub(crate) fn bearer_of(authorization: &Authorization) -> Option<Secret> {
    let value = authorization.headers.iter().find(|(name, _)| *name == header::AUTHORIZATION)?;
    value.1.to_str().ok()?.strip_prefix("Bearer ").map(Secret::from)
}

fn store_failed(what: &str, error: BoxError) -> OAuthError {
    OAuthError::new(OAuthErrorKind::Store, format!("{what} the token store failed")).with_source(error)
}
