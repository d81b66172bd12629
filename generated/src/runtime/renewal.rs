//! A token that many calls use and one of them renews: what the credentials over OAuth 2.0 have in common.

use std::sync::Arc;
use std::time::Duration;

use http::header;

use super::auth::Authorization;
use super::flight::Flights;
use super::oauth_error::OAuthError;
use super::secret::Secret;
use super::token_pair::TokenPair;
use super::transport::{BoxError, BoxFuture};

/// How long before its end an access token is renewed: more than a call's attempt takes, and room for clocks that
/// differ.
pub(crate) const AHEAD: Duration = Duration::from_secs(60);

/// Where tokens come from.
pub(crate) trait Source: 'static {
    /// The pair in memory, if it need not be renewed and is another one than the server refused.
    fn cached(&self, refused: Option<&Secret>) -> Option<TokenPair>;

    /// A new pair.
    fn renew(self: Arc<Self>, refused: Option<Secret>) -> BoxFuture<'static, Result<TokenPair, OAuthError>>;
}

/// A source that many tasks share, and that renews for all of them at once.
pub(crate) struct Renewal<S> {
    pub(crate) source: Arc<S>,
    // Beside the source and not in it: a flight owns the source, and would otherwise own itself.
    pub(crate) flights: Arc<Flights<Result<TokenPair, OAuthError>>>,
}

impl<S> Clone for Renewal<S> {
    #[inline]
    fn clone(&self) -> Self {
        Self { source: Arc::clone(&self.source), flights: Arc::clone(&self.flights) }
    }
}

impl<S: Source> Renewal<S> {
    #[inline]
    pub(crate) fn new(source: S) -> Self {
        Self { source: Arc::new(source), flights: Arc::new(Flights::new()) }
    }

    /// A pair that can be used now, and that is another one than the server refused.
    #[inline]
    pub(crate) async fn usable(&self, refused: Option<&Secret>) -> Result<TokenPair, OAuthError> {
        loop {
            if let Some(pair) = self.source.cached(refused) {
                return Ok(pair);
            }
            let (flight, began_here) = self.flights.join(|| Arc::clone(&self.source).renew(refused.cloned()));
            match flight.await {
                // A flight that others began does not know of this refusal.
                Some(Ok(pair)) if !began_here && refused == Some(pair.access_token()) => {}
                Some(result) => return result,
                // It crashed in the hands of another task.
                None => {}
            }
        }
    }

    /// What a request is authenticated with.
    #[inline]
    pub(crate) async fn authorize(&self) -> Result<Authorization, BoxError> {
        let pair = self.usable(None).await.map_err(OAuthError::of_credential)?;
        Authorization::bearer(pair.access_token())
    }

    /// Whether there is another token than the one that was refused.
    #[inline]
    pub(crate) async fn refresh(&self, refused: &Authorization) -> Result<bool, BoxError> {
        let Some(refused) = bearer_of(refused) else { return Ok(false) };
        let pair = self.usable(Some(&refused)).await.map_err(OAuthError::of_credential)?;
        Ok(*pair.access_token() != refused)
    }
}

/// The token that a request was sent with.
#[inline]
fn bearer_of(authorization: &Authorization) -> Option<Secret> {
    let value = authorization.headers.iter().find(|(name, _)| *name == header::AUTHORIZATION)?;
    value.1.to_str().ok()?.strip_prefix("Bearer ").map(Secret::from)
}
