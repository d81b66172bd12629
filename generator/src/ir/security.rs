//! Security schemes: how credentials travel, where they come from, and which of them an operation needs.

use crate::diag::Origin;
use crate::names::{MethodName, TypeName, VariantName};

use super::EnumValue;

/// A credential an operation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// An index into [`Api::schemes`](super::Api::schemes).
    pub scheme: usize,
    /// The scopes it must carry.
    pub scopes: Vec<String>,
}

/// A security scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// Its name in the document.
    pub wire: String,
    /// Its setter on the builder of the client.
    pub setter: MethodName,
    /// Its variant in `AuthScheme`.
    pub variant: VariantName,
    /// How it travels.
    pub kind: SchemeKind,
    /// Where its tokens come from.
    pub logins: Vec<Login>,
    /// The scopes that a login can ask for.
    pub scopes: Option<Scopes>,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// Where it stands.
    pub origin: Origin,
}

/// A server that hands out the tokens of a scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// Its name; in upper case it is that of a constant.
    pub name: MethodName,
    /// Its addresses.
    pub endpoints: Endpoints,
}

/// The addresses of a server that hands out tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoints {
    /// OAuth 2.0.
    OAuth2 {
        /// Where the user's browser is sent; absent where no user logs in.
        authorize: Option<String>,
        /// Where tokens are obtained.
        token: String,
        /// Where they are renewed, if elsewhere.
        refresh: Option<String>,
        /// Where they are revoked.
        revoke: Option<String>,
        /// True where the application can log in by itself.
        application: bool,
    },
    /// OAuth 1.0a.
    OAuth1 {
        /// Where a login begins.
        request_token: String,
        /// Where the user's browser is sent.
        authorize: String,
        /// Where a login ends.
        access_token: String,
    },
}

/// The scopes of a scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Scopes {
    /// The enum of them.
    pub name: TypeName,
    /// The scopes, sorted by name.
    pub values: Vec<EnumValue>,
    /// The name of the arm for other scopes.
    pub unrecognized: VariantName,
}

/// How a credential travels.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemeKind {
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: Basic`.
    Basic,
    /// OAuth 2.0, by bearer token.
    OAuth2 {
        /// The URL a user is sent to, where a flow has one.
        authorization_url: Option<String>,
        /// The URL that gives tokens, where a flow has one.
        token_url: Option<String>,
        /// Scopes with their descriptions.
        scopes: Vec<(String, String)>,
    },
    /// OAuth 1.0a (`http` with the scheme `OAuth`).
    OAuth1,
    /// An OpenID Connect token.
    OpenIdConnect(String),
    /// A key in a header of this name.
    ApiKeyHeader(String),
    /// A key in a query parameter of this name.
    ApiKeyQuery(String),
    /// A key in a cookie of this name.
    ApiKeyCookie(String),
    /// Another scheme of the `Authorization` header, by its name.
    Other(String),
}
