//! The model of a client: plain data, every fact decided.
//!
//! No `$ref`, no JSON, no tokens and no optional names are left here. `lower` fills it, `analyze` reads facts off it,
//! `emit` prints it, `surface` compares two of them.

mod checks;
mod conventions;
mod operation;
mod security;
mod union;

use std::collections::BTreeMap;

pub use self::checks::{Bound, Bounds, Checks, Pattern, Run};
pub use self::conventions::{Accessor, AccessorKind, Envelope, Message, Paging, Step, Stream, Switch, SwitchPlace};
pub use self::operation::{
    Answer, Body, Encoding, Form, Framing, Group, Header, HeaderForm, Hook, HookKind, Media, Operation, Param, Payload,
    Place, Status, Style,
};
pub use self::security::{Endpoints, Login, Need, Scheme, SchemeKind, Scopes};
pub use self::union::{Arm, JsonKind, Test, Union};

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
    /// What the API sends by itself, sorted by kind, then name.
    pub hooks: Vec<Hook>,
    /// Security schemes, sorted by wire name.
    pub schemes: Vec<Scheme>,
    /// What the configuration says about envelopes; absent when the API has none.
    pub envelope: Option<Envelope>,
    /// The header that makes a POST safe to repeat.
    pub idempotency_header: Option<String>,
    /// True when a required member that an answer leaves out takes its default instead of failing the answer.
    pub lenient_responses: bool,
    /// True when nothing but the types is generated: there are no operations, groups and schemes then.
    pub types_only: bool,
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
    /// Paths of what it derives beyond what every type does, from the configuration.
    pub derives: Vec<String>,
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
    /// The index of the value that is the default of a closed enum, which has none that means nothing.
    pub fallback: usize,
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
    /// `Base64`: bytes as a text, kept as sent
    Base64,
    /// `Base64Url`: bytes as a text in the alphabet for URLs, kept as sent
    Base64Url,
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

impl Prim {
    /// True for what is a text on the wire.
    #[must_use]
    pub fn is_text(self) -> bool {
        self.is_base64() || matches!(self, Self::String | Self::Timestamp)
    }

    /// True for bytes that are a text on the wire.
    #[must_use]
    pub fn is_base64(self) -> bool {
        matches!(self, Self::Base64 | Self::Base64Url)
    }
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
