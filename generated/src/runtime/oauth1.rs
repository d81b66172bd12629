//! OAuth 1.0a signatures with HMAC-SHA1 (RFC 5849 section 3) as a credential.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, header};
use percent_encoding::{percent_decode, percent_encode};
use sha1::Sha1;
use url::Url;

use super::argument::RESERVED;
use super::auth::{AuthRequest, Authorization, Credential};
use super::clock::Clock;
use super::media;
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::random::random_text;
use super::secret::Secret;
use super::transport::{BoxError, BoxFuture};

#[cfg(not(target_family = "wasm"))]
type Nonce = dyn Fn() -> String + Send + Sync;
#[cfg(target_family = "wasm")]
type Nonce = dyn Fn() -> String;

/// A token of OAuth 1.0a with its secret: of a user, or of a login that is not finished. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct OAuth1Token {
    token: Secret,
    secret: Secret,
}

impl OAuth1Token {
    /// A token and the secret it came with.
    #[inline]
    #[must_use]
    pub fn new(token: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        Self { token: token.into(), secret: secret.into() }
    }

    /// The token.
    #[inline]
    #[must_use]
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// The token's secret, which signs and is never sent.
    #[inline]
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl fmt::Debug for OAuth1Token {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OAuth1Token(…)")
    }
}

/// Signs requests with HMAC-SHA1 (RFC 5849 section 3.4.2) in the name of an application and, with a token, of a user.
///
/// What is signed: the method, the URL, every parameter of the query, and those of a body of type
/// `application/x-www-form-urlencoded`, repeated ones too. A body of another type is not signed, JSON among them. The
/// signature goes into the `Authorization` header and is made anew for every attempt. A query parameter that another
/// credential of the same call adds is not signed.
#[derive(Clone)]
pub struct OAuth1 {
    key: Secret,
    secret: Secret,
    token: Option<OAuth1Token>,
    clock: Arc<dyn Clock>,
    nonce: Option<Arc<Nonce>>,
}

impl OAuth1 {
    /// An application without a user: its consumer key and secret. Time stamps come from the system's clock.
    #[inline]
    #[cfg(feature = "reqwest013")]
    #[must_use]
    pub fn new(consumer_key: impl Into<Secret>, consumer_secret: impl Into<Secret>) -> Self {
        Self::with_clock(consumer_key, consumer_secret, super::clock::SystemClock::new())
    }

    /// An application without a user, with time stamps of this clock. Servers refuse those that are minutes off.
    #[inline]
    #[must_use]
    pub fn with_clock(consumer_key: impl Into<Secret>, consumer_secret: impl Into<Secret>, clock: impl Clock) -> Self {
        Self {
            key: consumer_key.into(),
            secret: consumer_secret.into(),
            token: None,
            clock: Arc::new(clock),
            nonce: None,
        }
    }

    /// Signs in the name of a user, in place of the one before.
    #[inline]
    #[must_use]
    pub fn token(mut self, token: OAuth1Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Where the nonces come from (RFC 5849 section 3.3), for tests: no two requests may have the same one. The default
    /// is 256 random bits as 43 letters, digits and `-_`.
    #[inline]
    #[must_use]
    pub fn nonce(mut self, nonce: impl Fn() -> String + super::transport::MaybeSendSync + 'static) -> Self {
        self.nonce = Some(Arc::new(nonce));
        self
    }

    #[inline]
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    #[inline]
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let token = self.token.iter().flat_map(|token| [token.token.expose(), token.secret.expose()]);
        [self.key.expose(), self.secret.expose()].into_iter().chain(token).collect()
    }

    /// The value of the `Authorization` header. `form` is the body, where that is a form; `extra` are parameters of the
    /// protocol beyond those that every request has.
    #[inline]
    pub(crate) fn sign(
        &self,
        method: &Method,
        url: &str,
        form: &[u8],
        extra: &[(&str, &str)],
    ) -> Result<String, OAuthError> {
        let nonce = match &self.nonce {
            Some(nonce) => nonce(),
            None => random_text()?,
        };
        let timestamp = self.clock.unix_now().as_secs().to_string();
        let mut own = vec![
            ("oauth_consumer_key", self.key.expose()),
            ("oauth_nonce", &nonce),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", &timestamp),
            ("oauth_version", "1.0"),
        ];
        own.extend(self.token.iter().map(|token| ("oauth_token", token.token.expose())));
        own.extend(extra);
        let mut own: Vec<(String, String)> =
            own.into_iter().map(|(name, value)| (encode(name.as_bytes()), encode(value.as_bytes()))).collect();

        let (base_url, query) = base_url(url)?;
        let mut signed = own.clone();
        signed.extend(decoded(query.as_bytes()));
        signed.extend(decoded(form));
        // By name and then by value, in their encoded form (RFC 5849 section 3.4.1.3.2).
        signed.sort();
        let signed: Vec<String> = signed.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let base = [method.as_str(), &encode(base_url.as_bytes()), &encode(signed.join("&").as_bytes())].join("&");

        own.push(("oauth_signature".to_owned(), encode(self.digest(&base)?.as_bytes())));
        own.sort();
        let own: Vec<String> = own.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        Ok(format!("OAuth {}", own.join(", ")))
    }

    /// The signature of a base string.
    #[inline]
    fn digest(&self, base: &str) -> Result<String, OAuthError> {
        let token_secret = self.token.as_ref().map_or("", |token| token.secret.expose());
        let key = format!("{}&{}", encode(self.secret.expose().as_bytes()), encode(token_secret.as_bytes()));
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else {
            return Err(OAuthError::new(OAuthErrorKind::Configuration, "the secrets are no key for HMAC-SHA1"));
        };
        mac.update(base.as_bytes());
        Ok(STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl Credential for OAuth1 {
    #[inline]
    fn authorize<'a>(&'a self, request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        Box::pin(async move {
            let form = match (is_form(request.headers()), request.body()) {
                (false, _) => &[][..],
                (true, Some(body)) => body,
                (true, None) => return Err("a form that is not in memory cannot be signed".into()),
            };
            let value = self.sign(request.method(), request.url(), form, &[])?;
            Authorization::new().header(header::AUTHORIZATION, value)
        })
    }
}

impl fmt::Debug for OAuth1 {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth1").field("has_token", &self.token.is_some()).finish_non_exhaustive()
    }
}

#[inline]
fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// The parameters of a query or a form, decoded and encoded again, so that every spelling of a value is signed alike
/// (RFC 5849 section 3.4.1.3.1). Bytes that are no UTF-8 stay what they are.
#[inline]
fn decoded(query: &[u8]) -> impl Iterator<Item = (String, String)> {
    let recode = |text: &[u8]| {
        let text: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        encode(&percent_decode(&text).collect::<Vec<u8>>())
    };
    query.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let equals = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = pair.split_at(equals.unwrap_or(pair.len()));
        (recode(name), recode(value.strip_prefix(b"=").unwrap_or(value)))
    })
}

/// The URL without its query, in lower case as far as the server's name goes and without a port that is the scheme's
/// own (RFC 5849 section 3.4.1.2), and the query as it is on the wire.
#[inline]
fn base_url(url: &str) -> Result<(String, &str), OAuthError> {
    let parsed = Url::parse(url)
        .map_err(|error| OAuthError::new(OAuthErrorKind::Configuration, format!("the URL is none: {error}")))?;
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    // The path as it is sent, which `Url` could spell otherwise.
    let path = address.split_once("://").and_then(|(_, rest)| Some(&rest[rest.find('/')?..])).unwrap_or("/");
    let host = parsed.host_str().unwrap_or_default();
    let port = parsed.port().map_or_else(String::new, |port| format!(":{port}"));
    Ok((format!("{}://{host}{port}{path}", parsed.scheme()), query))
}

/// Whether the body is a form of one part (RFC 5849 section 3.4.1.3.1).
#[inline]
fn is_form(headers: &HeaderMap) -> bool {
    media::kind(headers).is_some_and(|kind| kind == "application/x-www-form-urlencoded")
}
