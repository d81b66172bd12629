//! The credential of one user: a token pair out of a store, renewed when it has to be and never twice at once.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::auth::{AuthRequest, Authorization, Credential};
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::oauth2::OAuth2;
use super::oauth2_login::Login;
use super::renewal::{AHEAD, Renewal, Source};
use super::secret::Secret;
use super::token_pair::TokenPair;
use super::token_store::TokenStore;
use super::transport::{BoxError, BoxFuture};

/// How long a token that is still valid is used before another attempt to renew it, after one failed.
const PAUSE: Duration = Duration::from_secs(10);

/// Authenticates calls as a user who logged in ([`OAuth2::login`]).
///
/// - An access token is renewed 60 s before it expires ([`UserToken::refresh_ahead`]), or when the server answers 401
///   to it; before that the store is read again, because another process may have renewed it.
/// - Of all tasks with clones of one `UserToken`, one renews and the others wait for it; other processes, and other
///   `UserToken`s over the same store, wait for the store's lock. Have one per store and process, and clone it. A
///   renewal whose callers all gave up goes on where it was with the next call, so that its tokens are not lost.
/// - A new pair is saved before it is used. If saving fails, the calls fail, and the next one tries to save it again.
/// - A token that could not be renewed is used until it expires; the next attempt is 10 s later.
/// - When the refresh token works no more, calls fail with an [`OAuthError`] of kind
///   [`OAuthErrorKind::LoginRequired`] and the server is not asked again with that token. [`UserToken::log_in`] mends
///   it, in this process or another with the same store.
#[derive(Clone)]
pub struct UserToken {
    renewal: Renewal<Core>,
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
    #[inline]
    pub fn new(app: OAuth2, store: impl TokenStore) -> Self {
        let core = Core { app, store: Arc::new(store), ahead: AHEAD, memory: Arc::default() };
        Self { renewal: Renewal::new(core) }
    }

    /// How long before it expires a token is renewed. The default is 60 s. It should be well below the lifetime that
    /// the server gives its tokens, or every call renews; 0 renews what has expired.
    #[inline]
    #[must_use]
    pub fn refresh_ahead(self, ahead: Duration) -> Self {
        let Renewal { source, flights } = self.renewal;
        Self { renewal: Renewal { source: Arc::new(Core { ahead, ..(*source).clone() }), flights } }
    }

    /// Ends a login ([`OAuth2::exchange`]) and keeps its tokens, in place of those before.
    ///
    /// # Errors
    ///
    /// Those of [`OAuth2::exchange`], and [`OAuthErrorKind::Store`]: the tokens could not be saved and are not used.
    #[inline]
    pub async fn log_in(&self, login: &Login, redirect: &str) -> Result<(), OAuthError> {
        let pair = self.renewal.source.app.exchange(login, redirect).await?;
        self.adopt(pair).await
    }

    /// Keeps a pair that was obtained elsewhere, in place of the one before.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Store`]: the pair could not be saved and is not used.
    #[inline]
    pub async fn adopt(&self, pair: TokenPair) -> Result<(), OAuthError> {
        // A renewal that nobody waits for any more holds the lock and must come to its end.
        if let Some(flight) = self.renewal.flights.current() {
            flight.await;
        }
        let _lock = self.renewal.source.store.lock().await.map_err(|error| store_failed("locking", error))?;
        self.renewal.source.store.save(&pair).await.map_err(|error| store_failed("saving the new tokens to", error))?;
        *self.renewal.source.memory() = Memory { pair: Some(pair), ..Memory::default() };
        Ok(())
    }

    /// The pair that calls are authenticated with, renewed if it is about to expire; for protocols that the client does
    /// not speak.
    ///
    /// # Errors
    ///
    /// Those of [`OAuth2::refresh`], and [`OAuthErrorKind::Store`].
    #[inline]
    pub async fn pair(&self) -> Result<TokenPair, OAuthError> {
        self.renewal.usable(None).await
    }
}

impl Source for Core {
    #[inline]
    fn cached(&self, refused: Option<&Secret>) -> Option<TokenPair> {
        let memory = self.memory();
        let pair = memory.pair.as_ref().filter(|pair| refused != Some(pair.access_token()))?;
        let is_quiet = memory.quiet_until.is_some_and(|until| self.app.clock().now() < until);
        let ahead = if is_quiet { Duration::ZERO } else { self.ahead };
        (!self.expires_within(pair, ahead)).then(|| pair.clone())
    }

    #[inline]
    fn renew(self: Arc<Self>, refused: Option<Secret>) -> BoxFuture<'static, Result<TokenPair, OAuthError>> {
        Box::pin(async move { self.renewed(refused).await })
    }
}

impl Core {
    #[inline]
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn expires_within(&self, pair: &TokenPair, ahead: Duration) -> bool {
        pair.expires_within(self.app.clock().unix_now(), ahead)
    }

    /// Uses a pair that is in the store.
    #[inline]
    fn remember(&self, pair: TokenPair) -> TokenPair {
        let mut memory = self.memory();
        memory.pair = Some(pair.clone());
        memory.quiet_until = None;
        pair
    }

    /// The one way to another pair: lock, read again, ask the server, save, use.
    #[inline]
    async fn renewed(&self, refused: Option<Secret>) -> Result<TokenPair, OAuthError> {
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
    #[inline]
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
    #[inline]
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

    #[inline]
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
    #[inline]
    fn authorize<'a>(&'a self, _request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(self.renewal.authorize())
    }

    #[inline]
    fn refresh<'a>(
        &'a self,
        _request: &'a AuthRequest<'_>,
        refused: &'a Authorization,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(self.renewal.refresh(refused))
    }
}

impl fmt::Debug for UserToken {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserToken")
            .field("app", &self.renewal.source.app)
            .field("refresh_ahead", &self.renewal.source.ahead)
            .finish_non_exhaustive()
    }
}

#[inline]
fn store_failed(what: &str, error: BoxError) -> OAuthError {
    OAuthError::new(OAuthErrorKind::Store, format!("{what} the token store failed")).with_source(error)
}
