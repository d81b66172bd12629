//! The model of a client: plain data, every fact decided.
//!
//! No `$ref`, no JSON, no tokens and no optional names are left here. `lower` fills it, `analyze` reads facts off it,
//! `emit` prints it, `surface` compares two of them.

mod conventions;
mod security;

use std::collections::BTreeMap;

pub use self::conventions::{Accessor, AccessorKind, Envelope, Paging, Step, Stream};
pub use self::security::{Endpoints, Login, Need, Scheme, SchemeKind, Scopes};

use crate::diag::Origin;
use crate::names::{ConstName, MethodName, ModName, TypeName, ValueName, VariantName};

/// Everything a client is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// The title and description of the document.
    pub info: Info,
    /// Base URLs, the first one is the default.
    pub servers: Vec<Server>,
    /// Every type, indexed by [`TypeId`].
    pub types: Vec<TypeDef>,
    /// Modules of operations, sorted by name.
    pub groups: Vec<Group>,
    /// Operations, sorted by path, then method.
    pub operations: Vec<Operation>,
    /// Security schemes, sorted by wire name.
    pub schemes: Vec<Scheme>,
    /// What the configuration says about envelopes; absent when the API has none.
    pub envelope: Option<Envelope>,
    /// The header that makes a POST safe to repeat.
    pub idempotency_header: Option<String>,
    /// True when a required member that an answer leaves out takes its default instead of failing the answer.
    pub lenient_responses: bool,
}

impl Api {
    /// The type behind an id.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// The group an operation belongs to.
    #[must_use]
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.0]
    }
}

/// What the document says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Info {
    /// The title, as written.
    pub title: String,
    /// The version of the description, as written.
    pub version: String,
    /// The description, as written (Markdown).
    pub docs: String,
}

/// One base URL.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The URL with defaults in place of variables, without a trailing slash.
    pub url: String,
    /// The URL with its variables as `{name}`, without a trailing slash.
    pub template: String,
    /// The type that stands for it where there is a choice.
    pub name: TypeName,
    /// Its description.
    pub docs: String,
    /// The variables, in the order of the URL.
    pub variables: Vec<ServerVariable>,
}

/// A variable in the address of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerVariable {
    /// Its name between the braces.
    pub wire: String,
    /// Its setter or argument.
    pub ident: ValueName,
    /// What stands for it where nothing is chosen; absent where something has to be.
    pub default: Option<String>,
    /// The values it can have, where the document lists them.
    pub values: Option<VariableValues>,
    /// Its description; may be empty.
    pub docs: String,
}

/// The values of a variable in the address of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct VariableValues {
    /// The enum of them.
    pub name: TypeName,
    /// The values in the document's order.
    pub values: Vec<EnumValue>,
    /// The name of the arm for other values.
    pub unrecognized: VariantName,
}

/// The address of an operation that does not live where the others do.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnServer {
    /// The URL with defaults in place of variables, without a trailing slash.
    pub url: String,
    /// The URL with its variables as `{name}`, without a trailing slash.
    pub template: String,
    /// Variables with their defaults.
    pub defaults: Vec<(String, String)>,
}

/// An index into [`Api::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// An index into [`Api::groups`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub usize);

/// A named Rust type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Its name in the flat namespace `types`.
    pub name: TypeName,
    /// The file in `types/` it is printed into.
    pub home: ModName,
    /// Where the schema stands.
    pub origin: Origin,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
    /// True when the document deprecates it.
    pub deprecated: bool,
    /// What it is made of.
    pub shape: Shape,
    /// Accessors over its members, from the configuration.
    pub accessors: Vec<Accessor>,
}

/// The kinds of types.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// An object with known members.
    Struct(Struct),
    /// A fixed set of scalar values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A named scalar or a named list, map or tuple.
    Newtype(Newtype),
}

/// An object with known members.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    /// Members, sorted by wire name.
    pub fields: Vec<Field>,
    /// Indexes into `fields`, in the order of the document's `required` list: the arguments of `new`.
    pub arguments: Vec<usize>,
    /// What happens to members that are not listed.
    pub extra: Extra,
    /// Bounds of the values of members that are not listed.
    pub extra_checks: Checks,
    /// `minProperties` and `maxProperties`.
    pub members: Bounds,
}

/// What happens to members without a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Extra {
    /// They are skipped when reading.
    #[default]
    Ignore,
    /// They are kept in a map named `extra`.
    Keep(Box<Elem>, ValueName),
    /// They are refused when reading.
    Deny,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The member's name in JSON.
    pub wire: String,
    /// The field's name in Rust.
    pub ident: ValueName,
    /// The method that sets it.
    pub setter: MethodName,
    /// The method that removes its value on the server.
    pub clearer: MethodName,
    /// The one value it can have, where that follows from what the object is.
    pub fixed: Option<Literal>,
    /// The type of its value, without presence.
    pub ty: TypeRef,
    /// Whether it may be absent or null.
    pub presence: Presence,
    /// Whether it belongs to requests, responses or both.
    pub access: Access,
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
    /// Where the member stands.
    pub origin: Origin,
}

/// Whether a member may be absent, null, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always there and never null.
    Required,
    /// May be absent.
    Optional,
    /// Always there, may be null.
    Nullable,
    /// May be absent, may be null.
    OptionalNullable,
}

/// The direction a member travels in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Requests and responses.
    #[default]
    Both,
    /// Responses alone (`readOnly`).
    ReadOnly,
    /// Requests alone (`writeOnly`).
    WriteOnly,
}

/// A fixed set of scalar values.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The type of every value.
    pub scalar: Prim,
    /// The values in the document's order, without repetitions.
    pub values: Vec<EnumValue>,
    /// True when other values are read and kept.
    pub open: bool,
    /// The name of the arm for other values.
    pub unrecognized: VariantName,
}

/// One value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The value in JSON.
    pub wire: Literal,
    /// Its variant.
    pub name: VariantName,
    /// The description, as written; may be empty.
    pub docs: String,
    /// True when the document deprecates it.
    pub deprecated: bool,
}

/// One of several types.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// The alternatives in the order they are tested.
    pub arms: Vec<Arm>,
    /// The name of the arm that keeps any other JSON value.
    pub unrecognized: VariantName,
}

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its variant.
    pub name: VariantName,
    /// What it holds.
    pub ty: TypeRef,
    /// How a value is known to be of this arm.
    pub test: Test,
    /// The description, as written; may be empty.
    pub docs: String,
}

/// How a JSON value is matched to an arm.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The member `key` holds one of `values`.
    Tag {
        /// The discriminator's property.
        key: String,
        /// The values that select this arm, sorted.
        values: Vec<String>,
    },
    /// All members of one of these lists are there.
    HasKeys(Vec<Vec<String>>),
    /// The value is of this JSON kind.
    JsonKind(JsonKind),
    /// The arm is tried; the first that decodes wins.
    Try,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number
    Number,
    /// A string
    String,
    /// A list
    Array,
    /// An object
    Object,
}

/// A type with a name of its own around another.
#[derive(Clone, Debug, PartialEq)]
pub struct Newtype {
    /// What it wraps.
    pub inner: TypeRef,
    /// Bounds of its value, checked where a request carries it.
    pub checks: Checks,
    /// A value from the document.
    pub example: Option<Literal>,
}

/// A reference to a type, as it stands in a field or a signature.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeRef {
    /// A scalar.
    Prim(Prim),
    /// A type of [`Api::types`].
    Named(TypeId),
    /// A list.
    List(Box<Elem>),
    /// A map from strings.
    Map(Box<Elem>),
    /// A list of fixed length with a type per position.
    Tuple(Vec<Elem>),
    /// Any JSON value.
    Json,
    /// Raw bytes outside JSON.
    Bytes,
    /// A file that is a part of a multipart body.
    Upload,
    /// A type that exists already, by its path (`[types]` of the configuration).
    External(String),
}

/// The content of a list, map or tuple.
#[derive(Clone, Debug, PartialEq)]
pub struct Elem {
    /// The type of each value.
    pub ty: TypeRef,
    /// True when a value may be null.
    pub nullable: bool,
}

/// Scalars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prim {
    /// `bool`
    Bool,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`
    String,
    /// `Timestamp`: a date with a time, kept as sent
    Timestamp,
}

/// Bounds that are checked before a request is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checks {
    /// Least value.
    pub minimum: Option<Bound>,
    /// Greatest value.
    pub maximum: Option<Bound>,
    /// The value is a multiple of this number (as written).
    pub multiple_of: Option<String>,
    /// Length of a string in characters.
    pub length: Bounds,
    /// Length of a list.
    pub items: Bounds,
    /// No value of the list stands twice.
    pub unique_items: bool,
    /// The pattern of a string.
    pub pattern: Option<Pattern>,
    /// Number of members of a map.
    pub members: Bounds,
    /// Bounds of each value of a list or a map.
    pub each: Option<Box<Checks>>,
    /// True when the configuration turned local checks off; the bounds are then documentation.
    pub skipped: bool,
}

impl Checks {
    /// True when there is nothing to check and nothing to document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { skipped: self.skipped, ..Self::default() }
    }
}

/// A least and a greatest count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least count.
    pub least: Option<u64>,
    /// The greatest count.
    pub most: Option<u64>,
}

/// One side of a numeric range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The number as written.
    pub value: String,
    /// True when the number itself is outside.
    pub exclusive: bool,
}

/// A regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The expression as written.
    pub source: String,
    /// Its meaning as a sequence of runs, when it is anchored and made of character classes with counts.
    pub runs: Option<Vec<Run>>,
}

/// A character class with a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Inclusive ranges of characters, sorted.
    pub ranges: Vec<(char, char)>,
    /// The least count.
    pub least: u32,
    /// The greatest count; absent means no limit.
    pub most: Option<u32>,
}

/// A value of the document: a default, an example, an enum's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i128),
    /// Any other number, as written.
    Float(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Literal>),
    /// An object.
    Object(BTreeMap<String, Literal>),
}

/// A module of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The tag, as written; empty for operations without one.
    pub tag: String,
    /// The module and the accessor on `Client`.
    pub module: ModName,
    /// The struct that carries the operations.
    pub name: TypeName,
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
    /// What it answers, sorted by status: exact ones, ranges, default.
    pub answers: Vec<Answer>,
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

    /// Indexes of the parameters that are arguments of the method: all required ones.
    pub fn arguments(&self) -> impl Iterator<Item = (usize, &Param)> {
        self.params.iter().enumerate().filter(|(_, param)| param.required)
    }

    /// Indexes of the parameters that have a setter.
    pub fn setters(&self) -> impl Iterator<Item = (usize, &Param)> {
        self.params.iter().enumerate().filter(|(_, param)| !param.required)
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
    /// The media type of its value, where the document gives one instead of a style.
    pub content: Option<String>,
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
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// True when a call cannot be made without it.
    pub required: bool,
    /// Its forms, the preferred one first.
    pub media: Vec<Media>,
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
    /// The variant of the error enum, one per content in `media` (one for no content); unused for success answers.
    pub variants: Vec<VariantName>,
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
    /// Its type.
    pub ty: TypeRef,
    /// The description, as written (Markdown); may be empty.
    pub docs: String,
}
