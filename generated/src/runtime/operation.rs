//! What is fixed about an API before any call: its operations, their parameters, the security they accept and the rules
//! of their streams. Plain constant tables without behaviour; everything else in the runtime reads them.

use std::fmt;

use super::check::Check;

/// What is fixed about an API: where it lives, who calls it and which security schemes it knows.
#[derive(Debug)]
pub struct Definition {
    /// The address that operations are relative to when [`ClientBuilder::base_url`](super::ClientBuilder::base_url) is
    /// not called; empty where the description names no server.
    pub base_url: &'static str,
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
        Self { base_url, user_agent, schemes: &[], envelope: None, idempotency_header: None }
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

/// One operation of the API: everything about it that does not depend on the arguments of a call.
#[derive(Debug)]
pub struct Operation {
    /// The id in the API description.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// The parameters in wire order.
    pub params: &'static [Param],
    /// Alternatives of needs.
    pub auth: &'static [&'static [Need]],
    /// The members that hold result and errors.
    pub envelope: Option<(&'static str, &'static str)>,
    /// Index of the page token parameter.
    pub page_token: Option<usize>,
    /// Index of the page size parameter and its default.
    pub page_size: Option<(usize, u64)>,
    /// The rules of the stream that the operation opens.
    pub stream: Option<&'static StreamRules>,
    /// The `Accept` header.
    pub accept: &'static str,
}

impl Operation {
    /// An operation without parameters that needs no credentials. `path` is the template with `{name}` placeholders.
    #[must_use]
    pub const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            params: &[],
            auth: &[],
            envelope: None,
            page_token: None,
            page_size: None,
            stream: None,
            accept: "application/json",
        }
    }

    /// The parameters in the order in which they go on the wire; setters name them by their index.
    #[must_use]
    pub const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// What the operation accepts as authentication: alternatives of which one is enough, each a list of needs that must
    /// all be met. An empty alternative, or no alternative at all, makes the operation public.
    #[must_use]
    pub const fn auth(mut self, alternatives: &'static [&'static [Need]]) -> Self {
        self.auth = alternatives;
        self
    }

    /// The members of an answer that hold its result and its errors.
    #[must_use]
    pub const fn envelope(mut self, data: &'static str, errors: &'static str) -> Self {
        self.envelope = Some((data, errors));
        self
    }

    /// The index of the parameter that selects a page by its token.
    #[must_use]
    pub const fn page_token(mut self, index: usize) -> Self {
        self.page_token = Some(index);
        self
    }

    /// The index of the parameter that says how many items a page has, and what the server takes where it is absent.
    /// The number is what a `before_send` hook sees as the estimated items.
    #[must_use]
    pub const fn page_size(mut self, index: usize, default: u64) -> Self {
        self.page_size = Some((index, default));
        self
    }

    /// The rules of the stream that the operation opens.
    #[must_use]
    pub const fn stream(mut self, rules: &'static StreamRules) -> Self {
        self.stream = Some(rules);
        self
    }

    /// The `Accept` header of the request; `application/json` where this is not called.
    #[must_use]
    pub const fn accept(mut self, media: &'static str) -> Self {
        self.accept = media;
        self
    }

    /// The operation's id in the API description.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The path template, with `{name}` placeholders.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the path, in place of `{name}`.
    Path,
    /// Into the query.
    Query,
    /// Into a header.
    Header,
    /// Into the `Cookie` header.
    Cookie,
    /// The whole query (OpenAPI 3.2 `in: querystring`).
    Querystring,
}

/// How a parameter's value becomes text (OpenAPI 3.0.3, "Style Values").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `name=a,b` or, exploded, `name=a&name=b`.
    Form,
    /// `a,b`.
    Simple,
    /// `.a.b`, paths only.
    Label,
    /// `;name=a,b`, paths only.
    Matrix,
    /// `name=a%20b`.
    SpaceDelimited,
    /// `name=a|b`.
    PipeDelimited,
    /// `name[key]=value`.
    DeepObject,
    /// The value as JSON text (`content: application/json`).
    Json,
}

/// One parameter of an operation.
#[derive(Debug)]
pub struct Param {
    /// The name on the wire.
    pub name: &'static str,
    /// Where the value goes.
    pub place: Place,
    /// How the value becomes text.
    pub style: Style,
    /// Whether members are written out one by one.
    pub explode: bool,
    /// Whether reserved characters stay as they are.
    pub allow_reserved: bool,
    /// Whether a request without it is refused; path parameters always are.
    pub required: bool,
    /// What the value is checked for.
    pub check: Option<Check>,
}

impl Param {
    const fn new(name: &'static str, place: Place, style: Style, explode: bool) -> Self {
        Self { name, place, style, explode, allow_reserved: false, required: false, check: None }
    }

    /// A query parameter of style `form`, exploded.
    #[must_use]
    pub const fn query(name: &'static str) -> Self {
        Self::new(name, Place::Query, Style::Form, true)
    }

    /// A path parameter of style `simple`, not exploded.
    #[must_use]
    pub const fn path(name: &'static str) -> Self {
        Self::new(name, Place::Path, Style::Simple, false)
    }

    /// A header of style `simple`, not exploded.
    #[must_use]
    pub const fn header(name: &'static str) -> Self {
        Self::new(name, Place::Header, Style::Simple, false)
    }

    /// A cookie of style `form`, exploded.
    #[must_use]
    pub const fn cookie(name: &'static str) -> Self {
        Self::new(name, Place::Cookie, Style::Form, true)
    }

    /// A parameter that is the whole query.
    #[must_use]
    pub const fn querystring(name: &'static str) -> Self {
        Self::new(name, Place::Querystring, Style::Form, true)
    }

    /// Style `form` without explode: one comma-separated list.
    #[must_use]
    pub const fn csv(mut self) -> Self {
        self.style = Style::Form;
        self.explode = false;
        self
    }

    /// Style `pipeDelimited` without explode.
    #[must_use]
    pub const fn pipes(mut self) -> Self {
        self.style = Style::PipeDelimited;
        self.explode = false;
        self
    }

    /// Style `spaceDelimited` without explode.
    #[must_use]
    pub const fn spaces(mut self) -> Self {
        self.style = Style::SpaceDelimited;
        self.explode = false;
        self
    }

    /// Style `deepObject`.
    #[must_use]
    pub const fn deep_object(mut self) -> Self {
        self.style = Style::DeepObject;
        self.explode = true;
        self
    }

    /// Style `label`, for paths.
    #[must_use]
    pub const fn label(mut self) -> Self {
        self.style = Style::Label;
        self
    }

    /// Style `matrix`, for paths.
    #[must_use]
    pub const fn matrix(mut self) -> Self {
        self.style = Style::Matrix;
        self
    }

    /// The value is sent as JSON text.
    #[must_use]
    pub const fn json(mut self) -> Self {
        self.style = Style::Json;
        self
    }

    /// Lists and objects are written out member by member.
    #[must_use]
    pub const fn exploded(mut self) -> Self {
        self.explode = true;
        self
    }

    /// Lists and objects are written as one value.
    #[must_use]
    pub const fn no_explode(mut self) -> Self {
        self.explode = false;
        self
    }

    /// Reserved characters of RFC 3986 section 2.2 stay as they are.
    #[must_use]
    pub const fn allow_reserved(mut self) -> Self {
        self.allow_reserved = true;
        self
    }

    /// A request without this parameter is refused.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What the value is checked for before anything is sent.
    #[must_use]
    pub const fn check(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
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

/// How the messages of a stream are delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One JSON text per line; an empty line is a keep-alive.
    JsonLines,
    /// Server-sent events (WHATWG HTML, "Server-sent events").
    ServerSentEvents,
    /// JSON text sequences (RFC 7464).
    JsonSeq,
}

/// The rules of a stream: how it is framed and how it goes on after it broke.
#[derive(Debug)]
pub struct StreamRules {
    /// How messages are delimited.
    pub framing: Framing,
    /// Index of the backfill parameter.
    pub backfill: Option<usize>,
    /// Indexes of the parameters that select a past period.
    pub replay: &'static [usize],
    /// Path of the member that identifies an event.
    pub event_id: &'static [&'static str],
    /// The member that holds errors.
    pub errors: Option<&'static str>,
}

impl StreamRules {
    const fn new(framing: Framing) -> Self {
        Self { framing, backfill: None, replay: &[], event_id: &[], errors: None }
    }

    /// A stream of one JSON text per line.
    #[must_use]
    pub const fn json_lines() -> Self {
        Self::new(Framing::JsonLines)
    }

    /// A stream of server-sent events.
    #[must_use]
    pub const fn server_sent_events() -> Self {
        Self::new(Framing::ServerSentEvents)
    }

    /// A JSON text sequence.
    #[must_use]
    pub const fn json_seq() -> Self {
        Self::new(Framing::JsonSeq)
    }

    /// The index of the parameter that asks the server to repeat what was missed.
    #[must_use]
    pub const fn backfill(mut self, index: usize) -> Self {
        self.backfill = Some(index);
        self
    }

    /// The indexes of the parameters that select a past period: a stream with one of them set ends by itself.
    #[must_use]
    pub const fn replay(mut self, indexes: &'static [usize]) -> Self {
        self.replay = indexes;
        self
    }

    /// The member that identifies an event, as the path of its names.
    #[must_use]
    pub const fn event_id(mut self, path: &'static [&'static str]) -> Self {
        self.event_id = path;
        self
    }

    /// The member that holds errors in the stream.
    #[must_use]
    pub const fn errors(mut self, member: &'static str) -> Self {
        self.errors = Some(member);
        self
    }
}
