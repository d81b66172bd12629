//! Credentials: how a call gets its authentication, and how the one that applies is chosen.
//!
//! The secret texts pass through here and nowhere else; nothing here prints them.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::client::Client;
use super::error::{Error, ErrorKind, Outcome};
use super::operation::Operation;
use super::scheme::{Need, Scheme, SchemeKind, SchemeName};
use super::secret::Secret;
use super::transport::{BoxError, BoxFuture, MaybeSendSync};

/// A source of authentication for requests: a token that is refreshed, a signature, a call to a secret store.
///
/// A fixed text needs none of this: [`Auth`] takes it as it is.
pub trait Credential: MaybeSendSync + 'static {
    /// What authenticates this request. Called for every attempt, also for retries and redirects.
    ///
    /// # Errors
    ///
    /// There is no authentication; the call fails with [`ErrorKind::MissingCredentials`] and this error as its source,
    /// so it must not contain the secret.
    fn authorize<'a>(&'a self, request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>>;

    /// Called when the server answered 401 to a request with `refused`. `true` means that another attempt gets a new
    /// authentication; the client makes that attempt once. The default never refreshes.
    ///
    /// Several calls can be refused at the same time: compare `refused` with what is current before fetching anew.
    ///
    /// # Errors
    ///
    /// Refreshing failed; the call fails with the server's 401 and this error as its source.
    fn refresh<'a>(
        &'a self,
        request: &'a AuthRequest<'_>,
        refused: &'a Authorization,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        let _ = (request, refused);
        Box::pin(ready(Ok(false)))
    }
}

impl<C: Credential + ?Sized> Credential for Arc<C> {
    fn authorize<'a>(&'a self, request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        (**self).authorize(request)
    }

    fn refresh<'a>(
        &'a self,
        request: &'a AuthRequest<'_>,
        refused: &'a Authorization,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        (**self).refresh(request, refused)
    }
}

/// The request that a [`Credential`] authenticates.
pub struct AuthRequest<'a> {
    pub(crate) operation_id: &'a str,
    pub(crate) method: &'a Method,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) scheme: &'static Scheme,
    pub(crate) scopes: &'static [&'static str],
}

impl AuthRequest<'_> {
    /// The operation's id in the API description; method and path where the request is not a generated one.
    #[must_use]
    pub fn operation_id(&self) -> &str {
        self.operation_id
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.method
    }

    /// The absolute URL with its query, as it goes on the wire.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url
    }

    /// The headers, without those of any credential.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// The body, where it is in memory.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// The security scheme the credential was set for.
    #[must_use]
    pub fn scheme(&self) -> SchemeName {
        self.scheme.into()
    }

    /// The scopes that the operation needs.
    #[must_use]
    pub fn scopes(&self) -> &'static [&'static str] {
        self.scopes
    }
}

impl fmt::Debug for AuthRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthRequest")
            .field("operation_id", &self.operation_id)
            .field("method", self.method)
            .field("scheme", &self.scheme.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// What a [`Credential`] adds to a request. `Debug` shows names, never values.
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

    fn basic_pair(pair: &str) -> Result<Self, BoxError> {
        Self::new().header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
    }

    /// Takes what the server repeated of the credentials out of an error's message.
    pub(crate) fn censor(authorizations: &[Self], mut error: Error) -> Error {
        for authorization in authorizations {
            for value in authorization.headers.iter().filter_map(|(_, value)| value.to_str().ok()) {
                // `Bearer secret`: the scheme is no secret, and a server repeats the token alone.
                error = error.without(value.rsplit(' ').next().unwrap_or(value));
            }
            for (_, value) in authorization.query.iter().chain(&authorization.cookies) {
                error = error.without(value.expose());
            }
        }
        error
    }

    /// Adds a header; its value is marked as sensitive.
    ///
    /// # Errors
    ///
    /// The value holds characters that no header can hold. The error does not show it.
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Result<Self, BoxError> {
        let Ok(mut value) = HeaderValue::try_from(value.into()) else {
            return Err("the credential holds characters that no header can hold, such as a line break".into());
        };
        value.set_sensitive(true);
        self.headers.push((name, value));
        Ok(self)
    }

    /// Adds a query parameter; name and value are percent-encoded when the request is built.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a cookie; the value is sent as it is.
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

/// A credential as the setters of the builder take it: a fixed text, or a [`Credential`].
///
/// What a text means depends on the scheme it is set for: a bearer token, an OAuth 2.0 access token, an API key, or for
/// basic authentication `user:password`, which [`Auth::basic`] spells out.
#[derive(Clone)]
pub struct Auth(Source);

#[derive(Clone)]
enum Source {
    Fixed(Secret),
    Credential(Arc<dyn Credential>),
}

impl Auth {
    /// User name and password of basic authentication.
    #[must_use]
    pub fn basic(user: &str, password: impl Into<Secret>) -> Self {
        Self(Source::Fixed(Secret::new(format!("{user}:{}", password.into().expose()))))
    }

    /// Whether a fixed text can serve for the scheme at all.
    pub(crate) fn check(&self, scheme: &'static Scheme) -> Result<(), BoxError> {
        match &self.0 {
            Source::Fixed(secret) => fixed(secret, scheme).map(drop),
            Source::Credential(_) => Ok(()),
        }
    }

    pub(crate) async fn authorize(&self, request: &AuthRequest<'_>) -> Result<Authorization, BoxError> {
        match &self.0 {
            Source::Fixed(secret) => fixed(secret, request.scheme),
            Source::Credential(credential) => credential.authorize(request).await,
        }
    }

    pub(crate) async fn refresh(&self, request: &AuthRequest<'_>, refused: &Authorization) -> Result<bool, BoxError> {
        match &self.0 {
            Source::Fixed(_) => Ok(false),
            Source::Credential(credential) => credential.refresh(request, refused).await,
        }
    }
}

impl From<&str> for Auth {
    fn from(text: &str) -> Self {
        Self(Source::Fixed(text.into()))
    }
}

impl From<String> for Auth {
    fn from(text: String) -> Self {
        Self(Source::Fixed(text.into()))
    }
}

impl From<Secret> for Auth {
    fn from(secret: Secret) -> Self {
        Self(Source::Fixed(secret))
    }
}

impl<C: Credential> From<C> for Auth {
    fn from(credential: C) -> Self {
        Self(Source::Credential(Arc::new(credential)))
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auth(…)")
    }
}

/// Puts a fixed text where the scheme wants it.
fn fixed(secret: &Secret, scheme: &'static Scheme) -> Result<Authorization, BoxError> {
    if secret.expose().is_empty() {
        return Err("the credential is empty".into());
    }
    let name = |header: &'static str| {
        HeaderName::try_from(header).map_err(|_| BoxError::from(format!("`{header}` is no name of a header")))
    };
    match scheme.kind {
        SchemeKind::Bearer | SchemeKind::OAuth2 => Authorization::bearer(secret),
        SchemeKind::Basic if !secret.expose().contains(':') => {
            Err("basic authentication takes a user name and a password: use `Auth::basic`".into())
        }
        SchemeKind::Basic => Authorization::basic_pair(secret.expose()),
        SchemeKind::Http(prefix) => {
            Authorization::new().header(header::AUTHORIZATION, format!("{prefix} {}", secret.expose()))
        }
        SchemeKind::KeyHeader(header) => Authorization::new().header(name(header)?, secret.expose()),
        SchemeKind::KeyQuery(parameter) => Ok(Authorization::new().query(parameter, secret.clone())),
        SchemeKind::KeyCookie(cookie) if secret.expose().contains([';', '\r', '\n']) => {
            Err(format!("the credential holds characters that the cookie `{cookie}` cannot hold").into())
        }
        SchemeKind::KeyCookie(cookie) => Ok(Authorization::new().cookie(cookie, secret.clone())),
        SchemeKind::OAuth1 => Err("a signing scheme takes a credential that signs, not a text".into()),
    }
}

/// One need of the alternative that applies to a call, with the credential that meets it.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) scheme: &'static Scheme,
    pub(crate) scopes: &'static [&'static str],
    pub(crate) auth: Auth,
}

/// Chooses the alternative of an operation: the first, in the description's order, for which every credential is set;
/// the one that needs nothing only where no other can be met. `asked` selects among those with that scheme.
pub(crate) fn choose(client: &Client, operation: &Operation, asked: Option<SchemeName>) -> Result<Vec<Chosen>, Error> {
    let alternatives = operation.auth;
    let names = |needs: &[Need], name: SchemeName| needs.iter().any(|need| need.scheme.name == name.as_str());
    let mut public = alternatives.is_empty();
    for needs in alternatives {
        if needs.is_empty() {
            public = true;
            continue;
        }
        if asked.is_some_and(|asked| !names(needs, asked)) {
            continue;
        }
        let met: Option<Vec<Chosen>> = needs
            .iter()
            .map(|need| {
                let auth = client.credential(need.scheme)?.clone();
                Some(Chosen { scheme: need.scheme, scopes: need.scopes, auth })
            })
            .collect();
        if let Some(met) = met {
            return Ok(met);
        }
    }
    match asked {
        None if public => Ok(Vec::new()),
        None => Err(missing(operation, format!("no credential is set; set {}", accepted(alternatives)))),
        Some(asked) if alternatives.iter().any(|needs| names(needs, asked)) => {
            let fitting: Vec<_> = alternatives.iter().copied().filter(|needs| names(needs, asked)).collect();
            Err(missing(operation, format!("no credential is set for `{asked}`; set {}", accepted(&fitting))))
        }
        Some(asked) if public && alternatives.iter().all(|needs| needs.is_empty()) => {
            Err(missing(operation, format!("the operation takes no credentials, so none of `{asked}` either")))
        }
        Some(asked) => Err(missing(
            operation,
            format!("the operation does not accept `{asked}`; it accepts {}", accepted(alternatives)),
        )),
    }
}

/// For a request that is not generated: the scheme asked for, or the first of the API for which a credential is set.
pub(crate) fn choose_any(client: &Client, id: &str, asked: Option<SchemeName>) -> Result<Vec<Chosen>, Error> {
    let chosen = |scheme: &'static Scheme, auth: &Auth| Chosen { scheme, scopes: &[], auth: auth.clone() };
    match asked {
        None => Ok(client
            .schemes()
            .iter()
            .find_map(|scheme| Some(chosen(scheme, client.credential(scheme)?)))
            .into_iter()
            .collect()),
        Some(asked) => {
            let scheme = client.schemes().iter().find(|scheme| scheme.name == asked.as_str());
            match scheme.and_then(|scheme| Some(chosen(scheme, client.credential(scheme)?))) {
                Some(chosen) => Ok(vec![chosen]),
                None => Err(Error::new(
                    ErrorKind::MissingCredentials,
                    Outcome::NotSent,
                    id.to_owned(),
                    format!(
                        "no credential is set for `{asked}`{}",
                        scheme.map_or_else(String::new, |scheme| hint(scheme))
                    ),
                )),
            }
        }
    }
}

fn missing(operation: &Operation, message: String) -> Error {
    Error::new(ErrorKind::MissingCredentials, Outcome::NotSent, operation.id, message)
}

/// The alternatives in words: "`A` (with the scopes a, b), or both `B` and `C`", each with its setter.
fn accepted(alternatives: &[&[Need]]) -> String {
    let describe = |need: &Need| {
        let mut text = format!("`{}`", need.scheme.name);
        if !need.scopes.is_empty() {
            text.push_str(&format!(" with the scopes {}", need.scopes.join(", ")));
        }
        text.push_str(&hint(need.scheme));
        text
    };
    let alternatives: Vec<String> = alternatives
        .iter()
        .filter(|needs| !needs.is_empty())
        .map(|needs| needs.iter().map(describe).collect::<Vec<_>>().join(" together with "))
        .collect();
    alternatives.join(", or ")
}

fn hint(scheme: &Scheme) -> String {
    scheme.setter.map_or_else(String::new, |setter| format!(" (`ClientBuilder::{setter}`)"))
}
