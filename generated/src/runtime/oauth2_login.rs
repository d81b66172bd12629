//! A login with an authorization code: what is made before the browser leaves, and what is checked when it is back.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::oauth_http::{parameter, parameters, query_of};
use super::random::random_text;
use super::secret::Secret;

/// A login that was begun ([`OAuth2::login`](super::OAuth2::login)): the `state` that ties the redirect to it (RFC 6749
/// section 10.12), the PKCE verifier that ties the code to it (RFC 7636), and the scopes that were asked for.
///
/// A server keeps it in the session of the user who logs in, as [`Login::state`] and [`Login::verifier`], and gets it
/// back with [`Login::restore`].
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    state: Secret,
    verifier: Secret,
    scopes: Vec<String>,
}

impl Login {
    /// 256 random bits each, as 43 characters.
    #[inline]
    pub(crate) fn begin(scopes: Vec<String>) -> Result<Self, OAuthError> {
        Ok(Self { state: random_text()?.into(), verifier: random_text()?.into(), scopes })
    }

    /// A login that was begun elsewhere or earlier.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Configuration`], if `state` is empty, or if `verifier` is none: 43 to 128 letters, digits and
    /// `-._~` (RFC 7636 section 4.1).
    #[inline]
    pub fn restore(state: impl Into<Secret>, verifier: impl Into<Secret>) -> Result<Self, OAuthError> {
        let (state, verifier) = (state.into(), verifier.into());
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let text = verifier.expose();
        if state.expose().is_empty() || !(43..=128).contains(&text.len()) || !text.bytes().all(is_unreserved) {
            let message = "the state is empty, or the verifier is none of RFC 7636 section 4.1";
            return Err(OAuthError::new(OAuthErrorKind::Configuration, message));
        }
        Ok(Self { state, verifier, scopes: Vec::new() })
    }

    /// The `state` parameter. It names the login in a session store; whoever knows it could finish a login of theirs in
    /// the user's browser.
    #[inline]
    #[must_use]
    pub fn state(&self) -> &Secret {
        &self.state
    }

    /// The PKCE verifier. Whoever knows it and the code can take the tokens.
    #[inline]
    #[must_use]
    pub fn verifier(&self) -> &Secret {
        &self.verifier
    }

    #[inline]
    pub(crate) fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The `code_challenge` of method `S256` (RFC 7636 section 4.2), for those who build the URL themselves.
    #[inline]
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose()))
    }

    /// The code in the URL that the browser was sent back to. Nothing in it counts before the state is checked.
    #[inline]
    pub(crate) fn code(&self, redirect: &str) -> Result<Secret, OAuthError> {
        let parameters = parameters(query_of(redirect));
        if parameter(&parameters, "state") != Some(self.state.expose()) {
            let message = "the redirect does not belong to this login: its state is another one, or missing";
            return Err(OAuthError::new(OAuthErrorKind::Redirect, message));
        }
        let code = parameter(&parameters, "code").filter(|code| !code.is_empty());
        if let Some(error) = parameter(&parameters, "error") {
            let mut secrets = vec![self.state.expose(), self.verifier.expose()];
            secrets.extend(code);
            return Err(OAuthError::said(
                OAuthErrorKind::Denied,
                "the login was refused",
                Some(error),
                parameter(&parameters, "error_description"),
                &secrets,
            ));
        }
        code.map(Secret::from)
            .ok_or_else(|| OAuthError::new(OAuthErrorKind::Redirect, "the redirect has no code, or more than one"))
    }
}

impl fmt::Debug for Login {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}
