//! Operations, grouped: parameters, bodies, answers, and what calls back.

use super::{Checks, GroupId, Literal, Need, OwnServer, Paging, Stream, TypeRef};
use crate::diag::Origin;
use crate::names::{ConstName, MethodName, ModName, TypeName, ValueName, VariantName};

/// A module of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The tag, as written; empty for operations without one.
    pub tag: String,
    /// The module and the accessor on `Client`.
    pub module: ModName,
    /// The struct that carries the operations.
    pub name: TypeName,
    /// The accessor on the server for tests: the same, unless that has a method of this name.
    pub mock: MethodName,
    /// The tag's description; may be empty.
    pub docs: String,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The operationId, or `METHOD /path` where the document has none.
    pub id: String,
    /// The group it belongs to.
    pub group: GroupId,
    /// Its method on the group.
    pub name: MethodName,
    /// Its builder.
    pub builder: TypeName,
    /// Its error enum.
    pub error: TypeName,
    /// Its file in the group's folder.
    pub home: ModName,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path template, beginning with a slash; every `{name}` is a path parameter of `params`.
    pub path: String,
    /// Parameters: path parameters in path order first, then the others in the document's order.
    pub params: Vec<Param>,
    /// What it sends.
    pub body: Option<Body>,
    /// The type that reads the headers of its answers, where the document describes any.
    pub headers: Option<TypeName>,
    /// What it answers, sorted by status: exact ones, ranges, default.
    pub answers: Vec<Answer>,
    /// Other forms of its successes.
    pub forms: Vec<Form>,
    /// Alternatives of credentials that are needed together; empty means public.
    pub auth: Vec<Vec<Need>>,
    /// How its answer continues.
    pub paging: Option<Paging>,
    /// How it streams.
    pub stream: Option<Stream>,
    /// One line.
    pub summary: String,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// A link to its documentation.
    pub link: Option<String>,
    /// True when the document deprecates it.
    pub deprecated: bool,
    /// Another base URL, where the document gives one for this operation.
    pub server: Option<OwnServer>,
    /// Where it stands.
    pub origin: Origin,
}

impl Operation {
    /// The success answers in order of status.
    pub fn successes(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| answer.status.is_success())
    }

    /// The other answers in order of status.
    pub fn failures(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| !answer.status.is_success())
    }

    /// True where `send` has something to read: the operation answers nothing, or something beside a stream.
    #[must_use]
    pub fn has_answer(&self) -> bool {
        self.stream.as_ref().is_none_or(|stream| stream.accept.is_some())
    }

    /// Indexes of the parameters that are arguments of the method: all required ones.
    pub fn arguments(&self) -> impl Iterator<Item = (usize, &Param)> {
        self.params.iter().enumerate().filter(|(_, param)| param.required)
    }

    /// Indexes of the parameters that have a setter.
    pub fn setters(&self) -> impl Iterator<Item = (usize, &Param)> {
        self.params.iter().enumerate().filter(|(_, param)| !param.required)
    }
}

/// A request that the API sends to a server of the caller's.
#[derive(Clone, Debug, PartialEq)]
pub struct Hook {
    /// Why it is sent.
    pub kind: HookKind,
    /// The alias of what it carries.
    pub name: TypeName,
    /// Its name in the document.
    pub wire: String,
    /// The HTTP method in upper case.
    pub method: String,
    /// Its body.
    pub ty: TypeRef,
    /// Names of the headers it has, as written.
    pub headers: Vec<String>,
    /// One line.
    pub summary: String,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// True when the document deprecates it.
    pub deprecated: bool,
}

/// Why the API sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookKind {
    /// Somebody subscribed, by means that the document does not describe (`webhooks`).
    Webhook,
    /// An operation asked for it.
    Callback {
        /// The operation, as `METHOD /path`.
        of: String,
        /// The address, as an expression over the call (OpenAPI 3.0, "Runtime Expressions").
        address: String,
    },
}

impl HookKind {
    /// The module of all requests of this kind.
    #[must_use]
    pub fn module(&self) -> &'static str {
        match self {
            Self::Webhook => "webhooks",
            Self::Callback { .. } => "callbacks",
        }
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name on the wire.
    pub wire: String,
    /// Its setter or argument.
    pub ident: ValueName,
    /// Where it goes.
    pub place: Place,
    /// How its value is written.
    pub style: Style,
    /// Whether each value of a list or object stands alone.
    pub explode: bool,
    /// True when reserved characters are not escaped.
    pub allow_reserved: bool,
    /// True when a call cannot be made without it.
    pub required: bool,
    /// Its type.
    pub ty: TypeRef,
    /// Bounds of its value.
    pub checks: Checks,
    /// The value the server assumes when it is absent.
    pub default: Option<Literal>,
    /// The constant that holds this value, where it can be one.
    pub constant: Option<ConstName>,
    /// True when the document deprecates it.
    pub deprecated: bool,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// A value from the document.
    pub example: Option<Literal>,
    /// Where it stands.
    pub origin: Origin,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The path.
    Path,
    /// The query, as `name=value`.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The query as a whole.
    QueryString,
}

/// How a parameter's value is written (OpenAPI 3.0.3, Style Values).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a=1,2` or `a=1&a=2`
    Form,
    /// The same in a cookie, without escapes.
    Cookie,
    /// `a=1%202`
    SpaceDelimited,
    /// `a=1|2`
    PipeDelimited,
    /// `a[b]=1`
    DeepObject,
    /// `1,2`
    Simple,
    /// `.1.2`
    Label,
    /// `;a=1,2`
    Matrix,
    /// As JSON text: what has a media type instead of a style.
    Json,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// True when a call cannot be made without it.
    pub required: bool,
    /// Its forms, the preferred one first.
    pub media: Vec<Media>,
    /// The enum of the forms, where there are several.
    pub name: Option<TypeName>,
    /// The variants of that enum, one per form.
    pub variants: Vec<VariantName>,
    /// The name of its argument or setter.
    pub ident: ValueName,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// A value from the document.
    pub example: Option<Literal>,
}

/// A media type with its content.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// The media type as written.
    pub media_type: String,
    /// Its content.
    pub payload: Payload,
    /// How members of a form, or parts of a multipart body, are written where that is not the usual way; by name.
    pub encoding: Vec<Encoding>,
}

/// How a member of a form or a part of a multipart body is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoding {
    /// The name of the member.
    pub wire: String,
    /// How the value is spelled in a form.
    pub style: Style,
    /// Whether lists become several pairs.
    pub explode: bool,
    /// Whether reserved characters stay as they are.
    pub allow_reserved: bool,
    /// The media type of the part.
    pub content_type: Option<String>,
}

/// What a body is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// JSON.
    Json(TypeRef),
    /// `application/x-www-form-urlencoded`.
    Form(TypeRef),
    /// `multipart/form-data`.
    Multipart(TypeRef),
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A sequence of values.
    Sequence(Framing, TypeRef),
}

impl Payload {
    /// The type of its values, where it is made of values.
    #[must_use]
    pub fn ty(&self) -> Option<&TypeRef> {
        match self {
            Self::Json(ty) | Self::Form(ty) | Self::Multipart(ty) | Self::Sequence(_, ty) => Some(ty),
            Self::Text | Self::Bytes => None,
        }
    }
}

/// How the values of a sequence are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One JSON value per line.
    JsonLines,
    /// JSON text sequences (RFC 7464).
    JsonSeq,
    /// Server-sent events.
    ServerSentEvents,
}

/// A response.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status it stands for.
    pub status: Status,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// Headers, sorted by name.
    pub headers: Vec<Header>,
    /// Contents, the preferred one first; empty means no body.
    pub media: Vec<Media>,
    /// The variant of the error enum, one per content in `media` (one for no content); of a success only one.
    pub variants: Vec<VariantName>,
}

impl Answer {
    /// The content that is asked for where nothing else is: the preferred one that is no sequence.
    #[must_use]
    pub fn main(&self) -> Option<&Media> {
        self.media.iter().find(|media| !matches!(media.payload, Payload::Sequence(..))).or(self.media.first())
    }
}

/// Another form in which a success can be had.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The media type as written.
    pub media_type: String,
    /// Its content.
    pub payload: Payload,
    /// The method that asks for it.
    pub name: MethodName,
    /// The method that asks for it as a stream of bytes, where it is bytes.
    pub download: Option<MethodName>,
}

/// A status or a family of them. The order is the one in which they are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// One status.
    Exact(u16),
    /// `2XX` is `Range(2)`.
    Range(u8),
    /// Any other.
    Default,
}

impl Status {
    /// True for 2xx. `Default` is a failure, unless it is the only answer: `lower` then makes it `Range(2)`.
    #[must_use]
    pub fn is_success(self) -> bool {
        matches!(self, Self::Exact(200..=299) | Self::Range(2))
    }
}

/// A response header.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Its name, as written.
    pub wire: String,
    /// The method that reads it; the same for all answers of an operation.
    pub name: MethodName,
    /// Its type.
    pub ty: TypeRef,
    /// How its value is written.
    pub form: HeaderForm,
    /// True when the document deprecates it.
    pub deprecated: bool,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// Where it stands.
    pub origin: Origin,
}

/// How the value of a response header is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderForm {
    /// In the style `simple`: `a,b` and `name,value`.
    Simple,
    /// In the style `simple` with `explode`: objects as `name=value`.
    Exploded,
    /// As JSON.
    Json,
}
