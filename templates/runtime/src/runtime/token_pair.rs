//! What a server grants: an access token, and what belongs to it.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use super::auth::Authorization;
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::secret::Secret;

/// An access token with the refresh token that renews it (RFC 6749 section 5.1). `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    access: Secret,
    refresh: Option<Secret>,
    expires_at: Option<Duration>,
    scopes: Vec<String>,
}

impl TokenPair {
    /// An access token that never expires and cannot be renewed, unless more is added.
    #[inline]
    #[must_use]
    pub fn new(access_token: impl Into<Secret>) -> Self {
        Self { access: access_token.into(), refresh: None, expires_at: None, scopes: Vec::new() }
    }

    /// Adds the token that renews this pair. With most servers it can be used once.
    #[inline]
    #[must_use]
    pub fn with_refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.refresh = Some(token.into());
        self
    }

    /// Sets when the access token expires, as the time since the Unix epoch; kept in whole seconds.
    #[inline]
    #[must_use]
    pub fn with_expiry(mut self, unix_time: Duration) -> Self {
        self.expires_at = Some(Duration::from_secs(unix_time.as_secs()));
        self
    }

    /// Sets the scopes that were granted.
    #[inline]
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// The access token.
    #[inline]
    #[must_use]
    pub fn access_token(&self) -> &Secret {
        &self.access
    }

    /// The refresh token, where the server granted one. Many grant it only to a login that asks for it, with a scope
    /// such as `offline.access`.
    #[inline]
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh.as_ref()
    }

    /// When the access token expires, as the time since the Unix epoch; `None` where the server did not say.
    #[inline]
    #[must_use]
    pub fn expires_at(&self) -> Option<Duration> {
        self.expires_at
    }

    /// The scopes that were granted: those the server named, otherwise those that were asked for.
    #[inline]
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The pair as JSON, for a [`TokenStore`](super::TokenStore): `access_token`, `refresh_token`, `expires_at` in
    /// seconds since the Unix epoch, and `scope`, separated by spaces.
    #[inline]
    #[must_use]
    pub fn to_json(&self) -> Secret {
        let mut members = Map::new();
        members.insert("access_token".to_owned(), self.access.expose().into());
        if let Some(refresh) = &self.refresh {
            members.insert("refresh_token".to_owned(), refresh.expose().into());
        }
        if let Some(expires_at) = self.expires_at {
            members.insert("expires_at".to_owned(), expires_at.as_secs().into());
        }
        if !self.scopes.is_empty() {
            members.insert("scope".to_owned(), self.scopes.join(" ").into());
        }
        Value::Object(members).to_string().into()
    }

    /// Reads what [`TokenPair::to_json`] wrote. Members it does not know are ignored.
    ///
    /// # Errors
    ///
    /// [`OAuthErrorKind::Malformed`], if the text is something else. The error does not show it.
    #[inline]
    pub fn from_json(text: &str) -> Result<Self, OAuthError> {
        let malformed = || OAuthError::new(OAuthErrorKind::Malformed, "the stored text is no token pair");
        let Ok(Value::Object(members)) = serde_json::from_str(text) else { return Err(malformed()) };
        let expires_at = match members.get("expires_at") {
            None | Some(Value::Null) => None,
            Some(value) => Some(Duration::from_secs(value.as_u64().ok_or_else(malformed)?)),
        };
        let mut pair = Self::read(&members).ok_or_else(malformed)?;
        pair.expires_at = expires_at;
        Ok(pair)
    }

    /// Reads the answer of a token endpoint (RFC 6749 section 5.1) to a request that began at `asked_at`, which is what
    /// the lifetime counts from: too early rather than too late. `None` where the body is no such answer.
    ///
    /// `expires_in` is also read as a text of digits, and a missing `token_type` means `bearer`: a token that was
    /// granted can rarely be granted again.
    #[inline]
    pub(crate) fn granted(body: &[u8], asked_at: Duration, asked_scopes: &[String]) -> Option<Self> {
        let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return None };
        let kind = members.get("token_type").map_or(Some("bearer"), Value::as_str)?;
        if !kind.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut pair = Self::read(&members)?;
        pair.expires_at = members
            .get("expires_in")
            .and_then(|value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()))
            .and_then(|seconds: f64| Duration::try_from_secs_f64(seconds.max(0.0)).ok())
            .and_then(|lifetime| asked_at.checked_add(lifetime))
            .map(|expires_at| Duration::from_secs(expires_at.as_secs()));
        if !members.contains_key("scope") {
            pair.scopes = asked_scopes.to_vec();
        }
        Some(pair)
    }

    /// What a renewal leaves out stays as it was (RFC 6749 section 6).
    #[inline]
    pub(crate) fn renewed_from(mut self, old: &Self) -> Self {
        if self.refresh.is_none() {
            self.refresh.clone_from(&old.refresh);
        }
        self
    }

    /// Whether the access token expires within `ahead` of `unix_now`, or has.
    #[inline]
    pub(crate) fn expires_within(&self, unix_now: Duration, ahead: Duration) -> bool {
        self.expires_at.is_some_and(|expires_at| unix_now.saturating_add(ahead) >= expires_at)
    }

    #[inline]
    fn read(members: &Map<String, Value>) -> Option<Self> {
        let secret = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let access = Secret::from(secret("access_token")?);
        // What no header can hold is no token.
        Authorization::bearer(&access).ok()?;
        let scopes = members.get("scope").and_then(Value::as_str).unwrap_or_default();
        let scopes = scopes.split_ascii_whitespace().map(str::to_owned).collect();
        Some(Self { access, refresh: secret("refresh_token").map(Secret::from), expires_at: None, scopes })
    }
}

impl fmt::Debug for TokenPair {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenPair")
            .field("access_token", &self.access)
            .field("refresh_token", &self.refresh)
            .field("expires_at", &self.expires_at)
            .field("scopes", &self.scopes)
            .finish()
    }
}
