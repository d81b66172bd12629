//! What is fixed about an API as a whole: where it lives and which security schemes it knows. Constant tables without
//! behaviour.

use std::fmt;

/// What is fixed about an API: where it lives, who calls it and which security schemes it knows.
#[derive(Debug)]
pub struct Definition {
    /// The address that operations are relative to when [`ClientBuilder::base_url`](super::ClientBuilder::base_url) is
    /// not called; empty where the description names no server.
    ///
    /// Its variables stand in it as `{name}`.
    pub base_url: &'static str,
    /// The values of variables of the base URL that are not chosen.
    pub variables: &'static [(&'static str, &'static str)],
    /// The `User-Agent` of every request unless the builder is given another, as `crate/version`.
    pub user_agent: &'static str,
    /// The security schemes, in the order in which a request that is not generated tries them.
    pub schemes: &'static [&'static Scheme],
    /// The members that hold the result and the errors of an answer, for requests that are not generated.
    pub envelope: Option<(&'static str, &'static str)>,
    /// The header under which the server recognises a repeated request; `POST` and `PATCH` are repeated only with it.
    pub idempotency_header: Option<&'static str>,
}

impl Definition {
    /// A definition without schemes, envelope and idempotency header.
    #[must_use]
    pub const fn new(base_url: &'static str, user_agent: &'static str) -> Self {
        Self { base_url, variables: &[], user_agent, schemes: &[], envelope: None, idempotency_header: None }
    }

    /// Names the defaults of the variables of the base URL.
    #[must_use]
    pub const fn variables(mut self, variables: &'static [(&'static str, &'static str)]) -> Self {
        self.variables = variables;
        self
    }

    /// Names the security schemes of the API.
    #[must_use]
    pub const fn schemes(mut self, schemes: &'static [&'static Scheme]) -> Self {
        self.schemes = schemes;
        self
    }

    /// Names the members of an answer that hold its result and its errors.
    #[must_use]
    pub const fn envelope(mut self, data: &'static str, errors: &'static str) -> Self {
        self.envelope = Some((data, errors));
        self
    }

    /// Names the header that makes a `POST` repeatable.
    #[must_use]
    pub const fn idempotency_header(mut self, name: &'static str) -> Self {
        self.idempotency_header = Some(name);
        self
    }
}

/// One credential that an alternative needs: a scheme and the scopes the credential must have.
#[derive(Debug)]
pub struct Need {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// The scopes the credential must have.
    pub scopes: &'static [&'static str],
}

impl Need {
    /// A need for a credential of `scheme` that was granted `scopes`.
    #[must_use]
    pub const fn new(scheme: &'static Scheme, scopes: &'static [&'static str]) -> Self {
        Self { scheme, scopes }
    }
}

/// How a scheme puts a secret into a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// `Authorization: Bearer …` (RFC 6750 section 2.1).
    Bearer,
    /// The same, with a token of an OAuth 2.0 flow.
    OAuth2,
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// A key in the named header.
    KeyHeader(&'static str),
    /// A key in the named query parameter.
    KeyQuery(&'static str),
    /// A key in the named cookie.
    KeyCookie(&'static str),
    /// A signature (RFC 5849): a plain text is no credential for it.
    OAuth1,
    /// `Authorization` with a scheme of another name.
    Http(&'static str),
}

/// A security scheme of the API.
#[derive(Debug)]
pub struct Scheme {
    /// The name on the wire.
    pub name: &'static str,
    /// How a secret enters the request.
    pub kind: SchemeKind,
    /// The builder's setter for its credentials.
    pub setter: Option<&'static str>,
}

impl Scheme {
    const fn new(name: &'static str, kind: SchemeKind) -> Self {
        Self { name, kind, setter: None }
    }

    /// A bearer token.
    #[must_use]
    pub const fn bearer(name: &'static str) -> Self {
        Self::new(name, SchemeKind::Bearer)
    }

    /// An access token of an OAuth 2.0 flow.
    #[must_use]
    pub const fn oauth2(name: &'static str) -> Self {
        Self::new(name, SchemeKind::OAuth2)
    }

    /// User name and password.
    #[must_use]
    pub const fn basic(name: &'static str) -> Self {
        Self::new(name, SchemeKind::Basic)
    }

    /// A key in the header `header`.
    #[must_use]
    pub const fn api_key_header(name: &'static str, header: &'static str) -> Self {
        Self::new(name, SchemeKind::KeyHeader(header))
    }

    /// A key in the query parameter `parameter`.
    #[must_use]
    pub const fn api_key_query(name: &'static str, parameter: &'static str) -> Self {
        Self::new(name, SchemeKind::KeyQuery(parameter))
    }

    /// A key in the cookie `cookie`.
    #[must_use]
    pub const fn api_key_cookie(name: &'static str, cookie: &'static str) -> Self {
        Self::new(name, SchemeKind::KeyCookie(cookie))
    }

    /// OAuth 1.0a signatures.
    #[must_use]
    pub const fn oauth1(name: &'static str) -> Self {
        Self::new(name, SchemeKind::OAuth1)
    }

    /// Any other scheme of the `Authorization` header; `prefix` is its name there.
    #[must_use]
    pub const fn http(name: &'static str, prefix: &'static str) -> Self {
        Self::new(name, SchemeKind::Http(prefix))
    }

    /// The builder's setter for credentials of this scheme, named in the error where one is missing.
    #[must_use]
    pub const fn setter(mut self, setter: &'static str) -> Self {
        self.setter = Some(setter);
        self
    }

    /// The scheme's name in the API description.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// The name of a security scheme, as [`CallOptions::auth`](super::CallOptions::auth) takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemeName(&'static str);

impl SchemeName {
    /// The name as the API description spells it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

impl From<&'static str> for SchemeName {
    fn from(name: &'static str) -> Self {
        Self(name)
    }
}

impl From<&'static Scheme> for SchemeName {
    fn from(scheme: &'static Scheme) -> Self {
        Self(scheme.name)
    }
}

impl fmt::Display for SchemeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
