//! What is fixed about the parameters of an operation: their names, where they go and how a value becomes text.

use super::check::Check;

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
    /// The same as `Form` in a cookie, without escapes (OpenAPI 3.2, "Style Values").
    Cookie,
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

    /// Style `cookie`: nothing is escaped.
    #[must_use]
    pub const fn plain(mut self) -> Self {
        self.style = Style::Cookie;
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
