//! OAuth 2.0 (RFC 6749) as an application sees it: the requests to the server that hands out tokens. What keeps the
//! tokens and puts them into calls is elsewhere.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use serde_json::Value;

use super::clock::Clock;
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::oauth_http::{Answer, Http, Post, check_endpoint, form, with_query};
use super::oauth2_login::Login;
use super::secret::Secret;
use super::token_pair::TokenPair;
use super::transport::Transport;

/// Where an OAuth 2.0 server lives. Every address must be `https`, or `http` to this machine; secrets are sent to them
/// and nowhere else, and no redirect is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoints {
    /// Where the user's browser is sent (RFC 6749 section 3.1); empty where there are no such logins.
    pub authorize: Cow<'static, str>,
    /// Where tokens are obtained (RFC 6749 section 3.2).
    pub token: Cow<'static, str>,
    /// Where tokens are renewed (section 6); empty where that is the token endpoint.
    pub refresh: Cow<'static, str>,
    /// Where tokens are revoked (RFC 7009); empty where the server cannot.
    pub revoke: Cow<'static, str>,
}

impl Endpoints {
    /// The addresses of the authorization, the token and the revocation endpoint; empty where there is none.
    #[inline]
    #[must_use]
    pub const fn new(authorize: &'static str, token: &'static str, revoke: &'static str) -> Self {
        Self::with_refresh(authorize, token, "", revoke)
    }

    /// The same for a server that renews tokens elsewhere than it hands them out.
    #[inline]
    #[must_use]
    pub const fn with_refresh(
        authorize: &'static str,
        token: &'static str,
        refresh: &'static str,
        revoke: &'static str,
    ) -> Self {
        Self {
            authorize: Cow::Borrowed(authorize),
            token: Cow::Borrowed(token),
            refresh: Cow::Borrowed(refresh),
            revoke: Cow::Borrowed(revoke),
        }
    }
}

/// An application that is registered with an OAuth 2.0 server. Cloning it is cheap.
///
/// It is a public client (RFC 6749 section 2.1), which names itself in the body of its requests, unless
/// [`OAuth2Builder::client_secret`] makes it a confidential one, which authenticates with HTTP Basic (section 2.3.1).
///
/// ```text
/// let app = OAuth2::builder(ENDPOINTS, "client id").redirect_uri("http://localhost:8080/callback").build()?;
/// let user = UserToken::new(app.clone(), FileStore::new("token.json"));
/// let (url, login) = app.login(["message.read", "offline.access"])?;
/// // … the user opens `url`, and the browser comes back to the redirect URI with a query …
/// user.log_in(&login, redirected_to).await?;
/// let client = Client::builder().user_token(user).build()?;
/// ```
#[derive(Clone)]
pub struct OAuth2(Arc<App>);

struct App {
    endpoints: Endpoints,
    client_id: String,
    client_secret: Option<Secret>,
    redirect_uri: Option<String>,
    http: Http,
}

impl OAuth2 {
    /// Begins with an application's registration.
    #[inline]
    pub fn builder(endpoints: Endpoints, client_id: impl Into<String>) -> OAuth2Builder {
        OAuth2Builder {
            endpoints,
            client_id: client_id.into(),
            client_secret: None,
            redirect_uri: None,
            transport: None,
            clock: None,
            timeout: None,
        }
    }

    /// Begins a login with PKCE (RFC 7636, method `S256`): the URL to open in the user's browser, and what
    /// [`OAuth2::exchange`] needs when the browser is back. Nothing is sent. State and verifier are random, so every
    /// login needs a call of its own.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`], if there is no redirect URI or no authorization endpoint, or if the system
    /// has no random numbers.
    #[inline]
    pub fn login(&self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Result<(String, Login), OAuthError> {
        let Some(redirect_uri) = &self.0.redirect_uri else {
            return Err(configuration("a login needs `OAuth2Builder::redirect_uri`"));
        };
        if self.0.endpoints.authorize.is_empty() {
            return Err(configuration("there is no authorization endpoint"));
        }
        let scopes: Vec<String> = scopes.into_iter().map(Into::into).collect();
        let scope = scopes.join(" ");
        let login = Login::begin(scopes)?;
        let challenge = login.challenge();
        let mut pairs =
            vec![("response_type", "code"), ("client_id", &self.0.client_id), ("redirect_uri", redirect_uri)];
        if !scope.is_empty() {
            pairs.push(("scope", &scope));
        }
        pairs.push(("state", login.state().expose()));
        pairs.push(("code_challenge", &challenge));
        pairs.push(("code_challenge_method", "S256"));
        Ok((with_query(&self.0.endpoints.authorize, pairs), login))
    }

    /// Ends a login: checks what the browser came back with and exchanges the code for tokens (RFC 6749 section 4.1.3).
    /// `redirect` is the URL the browser was sent to, its path with query, or the query alone. Codes are short-lived,
    /// often 30 s, and work once.
    ///
    /// [`UserToken::log_in`](super::UserToken::log_in) does this and keeps the tokens.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Redirect`] where the redirect is not of this login, [`OAuthErrorKind::Denied`] where the login
    /// was refused, [`OAuthErrorKind::Configuration`] without a redirect URI, and those of every request to the server:
    /// [`OAuthErrorKind::Refused`],
    /// [`OAuthErrorKind::Malformed`], [`OAuthErrorKind::Unreachable`].
    #[inline]
    pub async fn exchange(&self, login: &Login, redirect: &str) -> Result<TokenPair, OAuthError> {
        let code = login.code(redirect)?;
        let Some(redirect_uri) = &self.0.redirect_uri else {
            return Err(configuration("a login needs `OAuth2Builder::redirect_uri`"));
        };
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", login.verifier().expose()),
        ];
        let secrets = [&code, login.verifier()];
        self.token("exchanging the code", &self.0.endpoints.token, &pairs, &secrets, login.scopes()).await
    }

    /// Renews a pair (RFC 6749 section 6). The answer's refresh token replaces the old one, which most servers then
    /// refuse: keep the new pair before using it. [`UserToken`](super::UserToken) does that.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::LoginRequired`], if there is no refresh token or the server takes it no more: `invalid_grant`,
    /// or `invalid_request`, because nothing in the request but the token can be wrong. Otherwise those of every
    /// request to the server: [`OAuthErrorKind::Refused`], [`OAuthErrorKind::Malformed`],
    /// [`OAuthErrorKind::Unreachable`].
    #[inline]
    pub async fn refresh(&self, pair: &TokenPair) -> Result<TokenPair, OAuthError> {
        let Some(refresh) = pair.refresh_token() else {
            let message = "the access token cannot be renewed, because no refresh token was granted: log in again";
            return Err(OAuthError::new(OAuthErrorKind::LoginRequired, message));
        };
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let secrets = [refresh, pair.access_token()];
        let Endpoints { token, refresh, .. } = &self.0.endpoints;
        let url = if refresh.is_empty() { token } else { refresh };
        let renewed = self.token("renewing the token", url, &pairs, &secrets, pair.scopes()).await;
        match renewed {
            Ok(renewed) => Ok(renewed.renewed_from(pair)),
            Err(error) => Err(match (error.code(), error.status()) {
                (Some(code @ ("invalid_grant" | "invalid_request")), Some(status)) => {
                    let message = "the refresh token is spent, revoked or expired: log in again";
                    OAuthError::said(OAuthErrorKind::LoginRequired, message, Some(code), None, &[]).with_status(status)
                }
                _ => error,
            }),
        }
    }

    /// Revokes a pair (RFC 7009): the refresh token, if there is one, and the access token. A token that the server
    /// knows no more counts as revoked (section 2.2).
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`] without a revocation endpoint, and those of every request to the server:
    /// [`OAuthErrorKind::Refused`], [`OAuthErrorKind::Unreachable`]. The access token is tried even where revoking the
    /// refresh token failed.
    #[inline]
    pub async fn revoke(&self, pair: &TokenPair) -> Result<(), OAuthError> {
        if self.0.endpoints.revoke.is_empty() {
            return Err(configuration("there is no revocation endpoint"));
        }
        let refresh = match pair.refresh_token() {
            Some(refresh) => self.revoke_one(refresh, "refresh_token").await,
            None => Ok(()),
        };
        let access = self.revoke_one(pair.access_token(), "access_token").await;
        refresh.and(access)
    }

    /// Obtains a token for the application itself (RFC 6749 section 4.4).
    /// [`ClientCredentials`](super::ClientCredentials) does this when a call needs it.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`] without a client secret, and those of every request to the server:
    /// [`OAuthErrorKind::Refused`], [`OAuthErrorKind::Malformed`], [`OAuthErrorKind::Unreachable`].
    #[inline]
    pub async fn client_credentials(&self, scopes: &[String]) -> Result<TokenPair, OAuthError> {
        if !self.is_confidential() {
            return Err(configuration("client credentials need `OAuth2Builder::client_secret`"));
        }
        let scope = scopes.join(" ");
        let mut pairs = vec![("grant_type", "client_credentials")];
        if !scope.is_empty() {
            pairs.push(("scope", &scope));
        }
        self.token("obtaining the application's token", &self.0.endpoints.token, &pairs, &[], scopes).await
    }

    #[inline]
    pub(crate) fn is_confidential(&self) -> bool {
        self.0.client_secret.is_some()
    }

    #[inline]
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.http.clock
    }

    #[inline]
    async fn revoke_one(&self, token: &Secret, hint: &str) -> Result<(), OAuthError> {
        let pairs = [("token", token.expose()), ("token_type_hint", hint)];
        let purpose = "revoking the token";
        let answer = self.post(purpose, &self.0.endpoints.revoke, &pairs).await?;
        if answer.status.is_success() { Ok(()) } else { Err(self.refusal(purpose, &answer, &[token])) }
    }

    #[inline]
    async fn token(
        &self,
        purpose: &'static str,
        url: &str,
        pairs: &[(&str, &str)],
        secrets: &[&Secret],
        scopes: &[String],
    ) -> Result<TokenPair, OAuthError> {
        let asked_at = self.clock().unix_now();
        let answer = self.post(purpose, url, pairs).await?;
        match TokenPair::granted(&answer.body, asked_at, scopes) {
            Some(pair) if answer.status.is_success() => Ok(pair),
            _ => Err(self.refusal(purpose, &answer, secrets)),
        }
    }

    #[inline]
    async fn post(&self, purpose: &'static str, url: &str, pairs: &[(&str, &str)]) -> Result<Answer, OAuthError> {
        let authorization = self.authorization()?;
        let own = [("client_id", self.0.client_id.as_str())];
        let own = if authorization.is_none() { &own[..] } else { &[] };
        let form = form(pairs.iter().chain(own).copied());
        self.0.http.post(&Post { purpose, url, authorization, form }).await
    }

    /// HTTP Basic with id and secret encoded as forms are (RFC 6749 section 2.3.1).
    #[inline]
    fn authorization(&self) -> Result<Option<HeaderValue>, OAuthError> {
        let Some(basic) = self.basic() else { return Ok(None) };
        let Ok(mut value) = HeaderValue::try_from(format!("Basic {basic}")) else {
            return Err(configuration("client id and secret are no header"));
        };
        value.set_sensitive(true);
        Ok(Some(value))
    }

    #[inline]
    fn basic(&self) -> Option<String> {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let secret = self.0.client_secret.as_ref()?;
        Some(STANDARD.encode(format!("{}:{}", encode(&self.0.client_id), encode(secret.expose()))))
    }

    /// What an answer means that is no token.
    #[inline]
    fn refusal(&self, purpose: &str, answer: &Answer, secrets: &[&Secret]) -> OAuthError {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let code = body.get("error").and_then(Value::as_str);
        if code.is_none() && answer.status.is_success() {
            let message = format!("{purpose}: the server's answer is no token");
            return OAuthError::new(OAuthErrorKind::Malformed, message).with_status(answer.status);
        }
        let basic = self.basic();
        let mut known: Vec<&str> = secrets.iter().map(|secret| secret.expose()).collect();
        known.extend(self.0.client_secret.as_ref().map(Secret::expose));
        known.extend(basic.as_deref());
        let message = format!("{purpose}: the server answered {}", answer.status);
        let description = body.get("error_description").and_then(Value::as_str);
        OAuthError::said(OAuthErrorKind::Refused, message, code, description, &known).with_status(answer.status)
    }
}

impl fmt::Debug for OAuth2 {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2")
            .field("client_id", &self.0.client_id)
            .field("is_confidential", &self.is_confidential())
            .field("endpoints", &self.0.endpoints)
            .finish_non_exhaustive()
    }
}

/// Builds an [`OAuth2`]. What is wrong with a setting is reported by [`OAuth2Builder::build`].
#[must_use]
pub struct OAuth2Builder {
    endpoints: Endpoints,
    client_id: String,
    client_secret: Option<Secret>,
    redirect_uri: Option<String>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    timeout: Option<Duration>,
}

impl OAuth2Builder {
    /// Makes the application a confidential client: it has a secret that no user can read. The default is a public one.
    #[inline]
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Where the browser is sent back to after a login; exactly as it was registered (RFC 6749 section 3.1.2). The
    /// default is none, with which no login can begin.
    #[inline]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// What sends the requests; give it a clone of the client's transport to share its connections. The default is a
    /// `ReqwestTransport` where feature `reqwest013` is on; without it a transport must be set.
    #[inline]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The time in which tokens expire. The default is a `SystemClock` where feature `reqwest013` is on; without it
    /// a clock must be set.
    #[inline]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// How long one exchange with the server may take, with all its attempts. The default is 30 s.
    ///
    /// A request that never left is sent again, up to twice, and so is one that was answered with 429 or 503, after
    /// half a second, a second, or what `Retry-After` says; no other is.
    #[inline]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The finished application.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`], if an endpoint cannot be used, if the client id or the secret is empty, or if
    /// there is no transport or no clock.
    #[inline]
    pub fn build(self) -> Result<OAuth2, OAuthError> {
        check_endpoint("token", &self.endpoints.token)?;
        let Endpoints { authorize, refresh, revoke, .. } = &self.endpoints;
        for (name, url) in [("authorization", authorize), ("refresh", refresh), ("revocation", revoke)] {
            if !url.is_empty() {
                check_endpoint(name, url)?;
            }
        }
        if self.client_id.is_empty() || self.client_secret.as_ref().is_some_and(|secret| secret.expose().is_empty()) {
            return Err(configuration("the client id or the client secret is empty"));
        }
        Ok(OAuth2(Arc::new(App {
            endpoints: self.endpoints,
            client_id: self.client_id,
            client_secret: self.client_secret,
            redirect_uri: self.redirect_uri,
            http: Http::new(self.transport, self.clock, self.timeout)?,
        })))
    }
}

impl fmt::Debug for OAuth2Builder {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2Builder")
            .field("client_id", &self.client_id)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

#[inline]
fn configuration(message: &str) -> OAuthError {
    OAuthError::new(OAuthErrorKind::Configuration, message)
}
