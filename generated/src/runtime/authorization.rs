//! What a credential adds to a request: headers, query parameters, cookies.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, header};

use super::secret::Secret;
use super::transport::BoxError;

/// What a [`Credential`](super::Credential) adds to a request. `Debug` shows names, never values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Authorization {
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) query: Vec<(String, Secret)>,
    pub(crate) cookies: Vec<(String, Secret)>,
}

impl Authorization {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `Authorization: Bearer …` (RFC 6750 section 2.1).
    ///
    /// # Errors
    ///
    /// The token holds characters that no header can hold, such as the line break at the end of a file.
    pub fn bearer(token: &Secret) -> Result<Self, BoxError> {
        Self::new().header(header::AUTHORIZATION, format!("Bearer {}", token.expose()))
    }

    /// `Authorization: Basic …` (RFC 7617), in UTF-8.
    ///
    /// # Errors
    ///
    /// The user name holds a colon, which would end it.
    pub fn basic(user: &str, password: &Secret) -> Result<Self, BoxError> {
        if user.contains(':') {
            return Err("a user name for basic authentication cannot hold a colon".into());
        }
        Self::basic_pair(&format!("{user}:{}", password.expose()))
    }

    pub(super) fn basic_pair(pair: &str) -> Result<Self, BoxError> {
        Self::new().header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
    }

    /// The secret texts in them.
    pub(super) fn secrets(authorizations: &[Self]) -> Vec<String> {
        let mut texts = Vec::new();
        for authorization in authorizations {
            for (_, value) in &authorization.headers {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                // `Bearer secret`: the scheme is no secret, and a server repeats the token alone.
                if let Some((scheme, credentials)) = value.split_once(' ') {
                    if scheme.eq_ignore_ascii_case("basic")
                        && let Some(pair) = STANDARD
                            .decode(credentials.trim())
                            .ok()
                            .map(|pair| String::from_utf8_lossy(&pair).into_owned())
                    {
                        texts.extend(pair.split_once(':').map(|(_, password)| password.to_owned()));
                        texts.push(pair);
                    }
                    // `OAuth oauth_token="secret", …`; the names of methods and versions are shorter.
                    texts.extend(
                        credentials.split('"').skip(1).step_by(2).filter(|text| text.len() > 9).map(str::to_owned),
                    );
                    texts.push(credentials.to_owned());
                }
                texts.push(value);
            }
            for (_, value) in authorization.query.iter().chain(&authorization.cookies) {
                texts.push(value.expose().to_owned());
            }
        }
        texts
    }

    /// The headers it sets, with their values.
    pub fn headers(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.headers.iter().map(|(name, value)| (name, value))
    }

    /// The query parameters it adds, not encoded.
    pub fn query_pairs(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.query.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The cookies it adds.
    pub fn cookies(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.cookies.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether it adds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty() && self.query.is_empty() && self.cookies.is_empty()
    }

    /// Adds everything of another one, for a credential that wraps another. Of what has the same name the other's value
    /// counts.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.headers.retain(|(name, _)| other.headers().all(|(known, _)| known != name));
        self.query.retain(|(name, _)| other.query_pairs().all(|(known, _)| known != name));
        self.cookies.retain(|(name, _)| other.cookies().all(|(known, _)| known != name));
        self.headers.extend(other.headers);
        self.query.extend(other.query);
        self.cookies.extend(other.cookies);
        self
    }

    /// What both set to different values.
    pub(crate) fn conflict(&self, other: &Self) -> Option<String> {
        let differ = |(name, value): &(String, Secret), others: &[(String, Secret)]| {
            others.iter().any(|(known, other)| known == name && other != value)
        };
        if let Some((name, _)) =
            self.headers().find(|(name, value)| other.headers().any(|(known, other)| known == *name && other != *value))
        {
            return Some(format!("the header `{name}`"));
        }
        if let Some((name, _)) = self.query.iter().find(|pair| differ(pair, &other.query)) {
            return Some(format!("the query parameter `{name}`"));
        }
        let (name, _) = self.cookies.iter().find(|pair| differ(pair, &other.cookies))?;
        Some(format!("the cookie `{name}`"))
    }

    /// Sets a header, in place of one of that name; its value is marked as sensitive.
    ///
    /// # Errors
    ///
    /// The value holds characters that no header can hold. The error does not show it.
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Result<Self, BoxError> {
        let Ok(mut value) = HeaderValue::try_from(value.into()) else {
            return Err("the credential holds characters that no header can hold, such as a line break".into());
        };
        value.set_sensitive(true);
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        Ok(self)
    }

    /// Adds a query parameter; name and value are percent-encoded when the request is built. Servers log URLs, so
    /// prefer a header where there is the choice (RFC 6750 section 2.3).
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a cookie behind those of the request (RFC 6265 section 4.2.1); the value is sent as it is. Where it is none
    /// that a header can hold, the call fails with
    /// [`ErrorKind::MissingCredentials`](super::ErrorKind::MissingCredentials).
    #[must_use]
    pub fn cookie(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.cookies.push((name.into(), value.into()));
        self
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("headers", &self.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())
            .field("query", &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("cookies", &self.cookies.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .finish()
    }
}
