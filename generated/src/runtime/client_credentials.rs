//! The credential of the application itself: a token that is fetched when a call needs one.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::auth::{AuthRequest, Authorization, Credential};
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::oauth2::OAuth2;
use super::renewal::{AHEAD, Renewal, Source};
use super::secret::Secret;
use super::token_pair::TokenPair;
use super::transport::{BoxError, BoxFuture};

/// Authenticates calls as the application, by the client credentials grant (RFC 6749 section 4.4).
///
/// The token is fetched by the first call that needs it, again 60 s before it expires where the server says when that
/// is, and again when the server answers 401 to it. Many tasks fetch it once. It is kept in memory only. A server that
/// hands out the same token again has nothing new to offer: then the call fails with its 401.
#[derive(Clone)]
pub struct ClientCredentials {
    renewal: Renewal<Core>,
}

struct Core {
    app: OAuth2,
    scopes: Vec<String>,
    token: Mutex<Option<TokenPair>>,
}

impl ClientCredentials {
    /// The credential of a confidential application. Where the endpoint for application tokens is another one than that
    /// for user tokens, build an [`OAuth2`] for it.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`], if the application has no client secret.
    #[inline]
    pub fn new(app: OAuth2) -> Result<Self, OAuthError> {
        Self::with_scopes(app, Vec::<String>::new())
    }

    /// The same for a server that wants to be told the scopes.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`], if the application has no client secret.
    #[inline]
    pub fn with_scopes(app: OAuth2, scopes: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, OAuthError> {
        if !app.is_confidential() {
            let message = "client credentials need `OAuth2Builder::client_secret`";
            return Err(OAuthError::new(OAuthErrorKind::Configuration, message));
        }
        let core = Core { app, scopes: scopes.into_iter().map(Into::into).collect(), token: Mutex::new(None) };
        Ok(Self { renewal: Renewal::new(core) })
    }
}

impl Source for Core {
    #[inline]
    fn cached(&self, refused: Option<&Secret>) -> Option<TokenPair> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let token = token.as_ref().filter(|token| refused != Some(token.access_token()))?;
        (!token.expires_within(self.app.clock().unix_now(), AHEAD)).then(|| token.clone())
    }

    #[inline]
    fn renew(self: Arc<Self>, _refused: Option<Secret>) -> BoxFuture<'static, Result<TokenPair, OAuthError>> {
        Box::pin(async move {
            let token = self.app.client_credentials(&self.scopes).await?;
            *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
            Ok(token)
        })
    }
}

impl Credential for ClientCredentials {
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

impl fmt::Debug for ClientCredentials {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("app", &self.renewal.source.app)
            .field("scopes", &self.renewal.source.scopes)
            .finish_non_exhaustive()
    }
}
