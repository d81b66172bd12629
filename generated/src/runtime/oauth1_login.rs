//! The three-legged login of OAuth 1.0a (RFC 5849 section 2): a request token, the user's browser, an access token.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Method};

use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::oauth_http::{Answer, Http, Post, check_endpoint, parameter, parameters, query_of, with_query};
use super::oauth1::{OAuth1, OAuth1Token};
use super::problem::Problem;
use super::transport::Transport;

/// Where an OAuth 1.0a server lives. Every address must be `https`, or `http` to this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuth1Endpoints {
    /// Where a login begins (RFC 5849 section 2.1).
    pub request_token: Cow<'static, str>,
    /// Where the user's browser is sent (section 2.2).
    pub authorize: Cow<'static, str>,
    /// Where a login ends (section 2.3).
    pub access_token: Cow<'static, str>,
}

impl OAuth1Endpoints {
    /// The three addresses.
    #[inline]
    #[must_use]
    pub const fn new(request_token: &'static str, authorize: &'static str, access_token: &'static str) -> Self {
        Self {
            request_token: Cow::Borrowed(request_token),
            authorize: Cow::Borrowed(authorize),
            access_token: Cow::Borrowed(access_token),
        }
    }
}

/// The steps of a login with OAuth 1.0a (RFC 5849 section 2). Time stamps and time limits are those of the
/// application's clock; every step may take 30 s with all its attempts, and what never left or was answered with 429 or
/// 503 is sent again, up to twice.
///
/// ```text
/// let flow = OAuth1Flow::new(ENDPOINTS, OAuth1::new("consumer key", "consumer secret"))?;
/// let (url, request_token) = flow.begin("http://localhost:8080/callback").await?;
/// // … the user opens `url`, and the browser comes back …
/// let login = flow.finish(&request_token, redirected_to).await?;
/// let client = Client::builder().user_token(flow.app().clone().token(login.token)).build()?;
/// ```
#[derive(Clone)]
pub struct OAuth1Flow {
    endpoints: OAuth1Endpoints,
    app: OAuth1,
    http: Http,
}

/// What a finished login gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OAuth1Grant {
    /// The user's token.
    pub token: OAuth1Token,
    /// What else the server said, such as the user's id and name.
    pub details: BTreeMap<String, String>,
}

impl OAuth1Flow {
    /// Logins over the default transport.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`], if an endpoint cannot be used or the transport cannot be set up.
    #[inline]
    #[cfg(feature = "reqwest013")]
    pub fn new(endpoints: OAuth1Endpoints, app: OAuth1) -> Result<Self, OAuthError> {
        Self::build(endpoints, app, None)
    }

    /// Logins over this transport.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`], if an endpoint cannot be used.
    #[inline]
    pub fn with_transport(
        endpoints: OAuth1Endpoints,
        app: OAuth1,
        transport: impl Transport,
    ) -> Result<Self, OAuthError> {
        Self::build(endpoints, app, Some(Arc::new(transport)))
    }

    #[inline]
    fn build(
        endpoints: OAuth1Endpoints,
        app: OAuth1,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<Self, OAuthError> {
        check_endpoint("request token", &endpoints.request_token)?;
        check_endpoint("authorization", &endpoints.authorize)?;
        check_endpoint("access token", &endpoints.access_token)?;
        let http = Http::new(transport, Some(Arc::clone(app.clock())), None)?;
        Ok(Self { endpoints, app, http })
    }

    /// The application, which signs in nobody's name.
    #[inline]
    #[must_use]
    pub fn app(&self) -> &OAuth1 {
        &self.app
    }

    /// Begins a login: asks for a request token (RFC 5849 section 2.1) and gives the URL to open in the user's browser.
    /// `callback` is where the browser is sent back to, or `oob` for a number that the user reads and types.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Refused`], [`OAuthErrorKind::Unreachable`], or [`OAuthErrorKind::Malformed`], also where the
    /// server does not confirm the callback.
    #[inline]
    pub async fn begin(&self, callback: &str) -> Result<(String, OAuth1Token), OAuthError> {
        let purpose = "asking for a request token";
        let extra = [("oauth_callback", callback)];
        let grant = self.ask(purpose, &self.endpoints.request_token, &self.app, &extra).await?;
        if grant.details.get("oauth_callback_confirmed").map(String::as_str) != Some("true") {
            return Err(malformed(purpose, "the server did not confirm the callback"));
        }
        let url = with_query(&self.endpoints.authorize, [("oauth_token", grant.token.token().expose())]);
        Ok((url, grant.token))
    }

    /// Ends a login with what the browser came back with: the URL it was sent to, its path with query, or the query
    /// alone.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Redirect`] where the redirect belongs to another login or has no verifier,
    /// [`OAuthErrorKind::Denied`] where the user refused, and those of [`OAuth1Flow::finish_with`].
    #[inline]
    pub async fn finish(&self, request_token: &OAuth1Token, redirect: &str) -> Result<OAuth1Grant, OAuthError> {
        let parameters = parameters(query_of(redirect));
        let expected = Some(request_token.token().expose());
        if parameter(&parameters, "denied") == expected {
            return Err(OAuthError::new(OAuthErrorKind::Denied, "the login was refused"));
        }
        if parameter(&parameters, "oauth_token") != expected {
            let message = "the redirect does not belong to this login: its token is another one, or missing";
            return Err(OAuthError::new(OAuthErrorKind::Redirect, message));
        }
        match parameter(&parameters, "oauth_verifier") {
            Some(verifier) => self.finish_with(request_token, verifier).await,
            None => Err(OAuthError::new(OAuthErrorKind::Redirect, "the redirect has no verifier")),
        }
    }

    /// Ends a login with the verifier itself, such as the number that a user typed (RFC 5849 section 2.3).
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Refused`], [`OAuthErrorKind::Malformed`], [`OAuthErrorKind::Unreachable`].
    #[inline]
    pub async fn finish_with(&self, request_token: &OAuth1Token, verifier: &str) -> Result<OAuth1Grant, OAuthError> {
        let signer = self.app.clone().token(request_token.clone());
        let extra = [("oauth_verifier", verifier)];
        self.ask("asking for an access token", &self.endpoints.access_token, &signer, &extra).await
    }

    #[inline]
    async fn ask(
        &self,
        purpose: &'static str,
        url: &str,
        signer: &OAuth1,
        extra: &[(&str, &str)],
    ) -> Result<OAuth1Grant, OAuthError> {
        let Ok(mut authorization) = HeaderValue::try_from(signer.sign(&Method::POST, url, &[], extra)?) else {
            return Err(OAuthError::new(OAuthErrorKind::Configuration, "the signature is no header"));
        };
        authorization.set_sensitive(true);
        let post = Post { purpose, url, authorization: Some(authorization), form: String::new() };
        let Answer { status, body } = self.http.post(&post).await?;
        if !status.is_success() {
            let message = format!("{purpose}: the server answered {status}");
            let problem = Problem::read(&body).first().map(Problem::summary);
            let mut secrets = signer.secrets();
            secrets.extend(extra.iter().map(|(_, value)| *value));
            let error = OAuthError::said(OAuthErrorKind::Refused, message, None, problem.as_deref(), &secrets);
            return Err(error.with_status(status));
        }
        let mut details: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
        match (details.remove("oauth_token"), details.remove("oauth_token_secret")) {
            (Some(token), Some(secret)) if !token.is_empty() => {
                Ok(OAuth1Grant { token: OAuth1Token::new(token, secret), details })
            }
            _ => Err(malformed(purpose, "the server's answer is no token")),
        }
    }
}

impl fmt::Debug for OAuth1Flow {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth1Flow").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

#[inline]
fn malformed(purpose: &str, why: &str) -> OAuthError {
    OAuthError::new(OAuthErrorKind::Malformed, format!("{purpose}: {why}"))
}
