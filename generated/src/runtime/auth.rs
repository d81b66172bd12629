//! Credentials: how a call gets its authentication, and how the one that applies is chosen.
//!
//! The secret texts pass through here and nowhere else; nothing here prints them.

use std::fmt;
use std::future::ready;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, header};

pub use super::authorization::Authorization;
use super::client::Client;
use super::error::{Error, ErrorKind, Outcome};
use super::operation::Operation;
use super::scheme::{Need, Scheme, SchemeKind, SchemeName};
use super::secret::{Secret, Secrets};
use super::transport::{BoxError, BoxFuture, MaybeSendSync};

/// A source of authentication for requests: a token that is refreshed, a signature, a call to a secret store.
///
/// A fixed text needs none of this: [`Auth`] takes it as it is.
pub trait Credential: MaybeSendSync + 'static {
    /// What authenticates this request. Called for every attempt, also for retries and redirects.
    ///
    /// # Errors
    ///
    /// There is no authentication for now; the call fails with [`ErrorKind::Transport`], [`Outcome::NotSent`] and this
    /// error as its source, so it must not contain the secret. That counts as a network failure: a call is repeated, a
    /// stream connects again. [`Error::no_credential`] says that there will be none either, and so does an [`Error`] of
    /// another call that repeating would not help (a token endpoint that answers 400): then the kind is
    /// [`ErrorKind::MissingCredentials`], the call is not repeated and a stream ends. Where a call has no overall
    /// limit, as to open a stream, this may take as long as one attempt.
    fn authorize<'a>(&'a self, request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>>;

    /// Called when the server answered 401 to a request with `refused`. `true` means that another attempt gets a new
    /// authentication; the client makes that attempt once. The default never refreshes.
    ///
    /// Several calls can be refused at the same time: compare `refused` with what is current before fetching anew.
    ///
    /// # Errors
    ///
    /// Refreshing failed; the call fails with the server's 401 and this error as its source. A stream connects again
    /// unless the error says that it is for good, as for [`authorize`](Self::authorize); so it does after a refresh
    /// that took longer than an attempt may.
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
    pub(crate) scheme: SchemeName,
    pub(crate) scopes: &'static [&'static str],
}

impl<'a> AuthRequest<'a> {
    /// A request without headers, body, scopes and operation, to try a [`Credential`] on or to ask one from outside of
    /// a call. `scheme` is what the credential would be set for.
    #[must_use]
    pub fn new(method: &'a Method, url: &'a str, scheme: impl Into<SchemeName>) -> Self {
        static NO_HEADERS: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        Self { operation_id: "", method, url, headers: &NO_HEADERS, body: None, scheme: scheme.into(), scopes: &[] }
    }

    /// The same with the id of an operation.
    #[must_use]
    pub fn with_operation_id(mut self, operation_id: &'a str) -> Self {
        self.operation_id = operation_id;
        self
    }

    /// The same with headers.
    #[must_use]
    pub fn with_headers(mut self, headers: &'a HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// The same with a body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The same with the scopes that the operation needs.
    #[must_use]
    pub fn with_scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }

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

    /// The absolute URL with its query, as it goes on the wire but for what credentials add.
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
        self.scheme
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
            .field("scheme", &self.scheme.as_str())
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
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
    Basic { user: String, password: Secret },
    Credential(Arc<dyn Credential>),
}

/// A credential that is set for a scheme, as a client has it.
#[derive(Clone)]
pub(crate) enum Prepared {
    /// What a fixed text becomes, which is the same for every request.
    Fixed(Secrets),
    Credential(Arc<dyn Credential>),
}

impl Auth {
    /// User name and password of basic authentication. A user name with a colon is refused when the client is built:
    /// the server would take what follows for the password (RFC 7617 section 2).
    #[must_use]
    pub fn basic(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self(Source::Basic { user: user.into(), password: password.into() })
    }

    /// The same for one scheme. What is fixed is put where the scheme wants it, once for all requests.
    ///
    /// # Errors
    ///
    /// A fixed text cannot serve for the scheme at all.
    pub(crate) fn prepared(self, scheme: &'static Scheme) -> Result<Prepared, BoxError> {
        let authorization = match self.0 {
            Source::Fixed(secret) => fixed(&secret, scheme)?,
            Source::Basic { user, password } => basic(&user, &password, scheme)?,
            Source::Credential(credential) => return Ok(Prepared::Credential(credential)),
        };
        Ok(Prepared::Fixed(Secrets::new(vec![authorization])))
    }
}

impl Prepared {
    /// What authenticates every request, where that is always the same.
    pub(crate) fn fixed(&self) -> Option<&Secrets> {
        match self {
            Self::Fixed(secrets) => Some(secrets),
            Self::Credential(_) => None,
        }
    }

    pub(crate) async fn authorize(&self, request: &AuthRequest<'_>) -> Result<Authorization, BoxError> {
        match self {
            Self::Fixed(secrets) => Ok(secrets.authorizations().first().cloned().unwrap_or_default()),
            Self::Credential(credential) => credential.authorize(request).await,
        }
    }

    pub(crate) async fn refresh(&self, request: &AuthRequest<'_>, refused: &Authorization) -> Result<bool, BoxError> {
        match self {
            Self::Fixed(_) => Ok(false),
            Self::Credential(credential) => credential.refresh(request, refused).await,
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

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auth(…)")
    }
}

fn basic(user: &str, password: &Secret, scheme: &'static Scheme) -> Result<Authorization, BoxError> {
    match scheme.kind {
        SchemeKind::Basic => Authorization::basic(user, password),
        _ => Err("a user name and a password are for basic authentication only".into()),
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
    pub(crate) auth: Prepared,
}

/// The needs of an alternative that are met: usually one, which takes no allocation.
#[derive(Clone, Debug)]
pub(crate) enum Alternative {
    One(Chosen),
    Any(Vec<Chosen>),
}

impl Deref for Alternative {
    type Target = [Chosen];

    fn deref(&self) -> &[Chosen] {
        match self {
            Self::One(chosen) => std::slice::from_ref(chosen),
            Self::Any(chosen) => chosen,
        }
    }
}

/// Chooses the alternative of an operation: the first, in the description's order, for which every credential is set;
/// the one that needs nothing only where no other can be met. `asked` selects among those with that scheme.
pub(crate) fn choose(client: &Client, operation: &Operation, asked: Option<SchemeName>) -> Result<Alternative, Error> {
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
        let meet = |need: &Need| {
            let auth = client.credential(need.scheme)?.clone();
            Some(Chosen { scheme: need.scheme, scopes: need.scopes, auth })
        };
        let met = match needs {
            [need] => meet(need).map(Alternative::One),
            needs => needs.iter().map(meet).collect::<Option<_>>().map(Alternative::Any),
        };
        if let Some(met) = met {
            return Ok(met);
        }
    }
    match asked {
        None if public => Ok(Alternative::Any(Vec::new())),
        None => {
            let set: Vec<String> = client.credential_names().iter().map(|name| format!("`{name}`")).collect();
            let message = match (partly_met(client, alternatives), set.as_slice()) {
                (Some(partly), _) => partly,
                (None, []) => format!("no credential is set; set {}", accepted(alternatives)),
                (None, set) => {
                    format!(
                        "a credential is set for {}, but not accepted; set {}",
                        set.join(", "),
                        accepted(alternatives)
                    )
                }
            };
            Err(missing(operation, message))
        }
        Some(asked) if alternatives.iter().any(|needs| names(needs, asked)) => {
            let fitting: Vec<_> = alternatives.iter().copied().filter(|needs| names(needs, asked)).collect();
            let message = partly_met(client, &fitting)
                .unwrap_or_else(|| format!("no credential is set for `{asked}`; set {}", accepted(&fitting)));
            Err(missing(operation, message))
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
pub(crate) fn choose_any(client: &Client, id: &str, asked: Option<SchemeName>) -> Result<Alternative, Error> {
    let chosen = |scheme: &'static Scheme, auth: &Prepared| Chosen { scheme, scopes: &[], auth: auth.clone() };
    match asked {
        None => Ok(client
            .schemes()
            .iter()
            .find_map(|scheme| Some(chosen(scheme, client.credential(scheme)?)))
            .map_or_else(|| Alternative::Any(Vec::new()), Alternative::One)),
        Some(asked) => {
            let scheme = client.schemes().iter().find(|scheme| scheme.name == asked.as_str());
            match scheme.and_then(|scheme| Some(chosen(scheme, client.credential(scheme)?))) {
                Some(chosen) => Ok(Alternative::One(chosen)),
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

/// The first alternative of which some credentials are set, and which of it are missing.
fn partly_met(client: &Client, alternatives: &[&[Need]]) -> Option<String> {
    alternatives.iter().find_map(|needs| {
        let (set, missing): (Vec<&Need>, Vec<&Need>) =
            needs.iter().partition(|need| client.credential(need.scheme).is_some());
        if set.is_empty() || missing.is_empty() {
            return None;
        }
        let set: Vec<String> = set.iter().map(|need| format!("`{}`", need.scheme.name)).collect();
        let missing: Vec<String> = missing.into_iter().map(describe).collect();
        Some(format!(
            "a credential is set for {}, but accepted only together with {}",
            set.join(" and "),
            missing.join(" and ")
        ))
    })
}

/// The alternatives in words: "`A` (with the scopes a, b), or both `B` and `C`", each with its setter.
fn accepted(alternatives: &[&[Need]]) -> String {
    let alternatives: Vec<String> = alternatives
        .iter()
        .filter(|needs| !needs.is_empty())
        .map(|needs| needs.iter().map(describe).collect::<Vec<_>>().join(" together with "))
        .collect();
    alternatives.join(", or ")
}

fn describe(need: &Need) -> String {
    let mut text = format!("`{}`", need.scheme.name);
    if !need.scopes.is_empty() {
        text.push_str(&format!(" with the scopes {}", need.scopes.join(", ")));
    }
    text.push_str(&hint(need.scheme));
    text
}

fn hint(scheme: &Scheme) -> String {
    scheme.setter.map_or_else(String::new, |setter| format!(" (`ClientBuilder::{setter}`)"))
}
