//! The typed nodes: flat views of one object of the document each. Children stand in them as origins.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diag::Origin;

/// A version of the OpenAPI Specification that is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Version {
    /// 3.0.x
    V3_0,
    /// 3.1.x
    V3_1,
    /// 3.2.x
    V3_2,
}

/// The Info Object.
#[derive(Clone, PartialEq, Debug)]
pub struct Info {
    /// Name of the API.
    pub title: String,
    /// Version of the description.
    pub version: String,
    /// Short form of the description (3.1).
    pub summary: Option<String>,
    /// What the API is.
    pub description: Option<String>,
    /// Where its terms are.
    pub terms_of_service: Option<String>,
    /// Name of the licence.
    pub license: Option<String>,
    /// Where the root's external documentation is.
    pub external_docs: Option<ExternalDocs>,
    /// The node.
    pub origin: Origin,
}

/// The External Documentation Object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExternalDocs {
    /// Address of the page.
    pub url: String,
    /// What is there.
    pub description: Option<String>,
}

/// The Server Object.
#[derive(Clone, PartialEq, Debug)]
pub struct Server {
    /// What it is called (OpenAPI 3.2).
    pub name: Option<String>,
    /// Address, with `{variables}`.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Variables of the address, sorted by name.
    pub variables: Vec<ServerVariable>,
    /// The node.
    pub origin: Origin,
}

/// The Server Variable Object.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerVariable {
    /// The name between the braces.
    pub name: String,
    /// What stands for it where nothing else is chosen.
    pub default: String,
    /// What may be chosen; empty means anything.
    pub values: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// The Tag Object.
#[derive(Clone, PartialEq, Debug)]
pub struct Tag {
    /// The name that operations use.
    pub name: String,
    /// What it groups.
    pub description: Option<String>,
    /// Where more is written.
    pub external_docs: Option<ExternalDocs>,
    /// The node.
    pub origin: Origin,
}

/// The Path Item Object, after following its `$ref`.
#[derive(Clone, PartialEq, Debug)]
pub struct PathItem {
    /// The key in `paths`, as written.
    pub template: String,
    /// The entry in `paths`.
    pub origin: Origin,
    /// Parameters shared by the operations.
    pub parameters: Vec<Origin>,
    /// Methods in capitals and their operations: GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH, TRACE, QUERY, then the
    /// additional operations of 3.2 by name.
    pub operations: Vec<(String, Origin)>,
    /// Short text for all operations.
    pub summary: Option<String>,
    /// Long text for all operations.
    pub description: Option<String>,
    /// Servers that replace the document's for these operations.
    pub servers: Vec<Server>,
}

/// A key of the Responses Object. The order is the precedence: exact codes, ranges, default.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum StatusKey {
    /// One status code, `200`.
    Exact(u16),
    /// A hundred of them, `4XX`; holds the first digit.
    Range(u8),
    /// Everything that has no entry of its own.
    Default,
}

/// Alternatives (OR) of needs (AND): each need is a scheme's name and its scopes. An empty alternative means that no
/// credential is needed.
pub type Security = Vec<Vec<(String, Vec<String>)>>;

/// The Operation Object.
#[derive(Clone, PartialEq, Debug)]
pub struct OperationNode {
    /// `operationId`, where there is one.
    pub id: Option<String>,
    /// Tags in the document's order.
    pub tags: Vec<String>,
    /// Short text.
    pub summary: Option<String>,
    /// Long text.
    pub description: Option<String>,
    /// Whether callers should move away from it.
    pub deprecated: bool,
    /// Parameters in the document's order: the path item's that it does not override, then its own.
    pub parameters: Vec<Origin>,
    /// `requestBody`.
    pub body: Option<Origin>,
    /// Responses by precedence.
    pub responses: Vec<(StatusKey, Origin)>,
    /// What it says about security; `None` means that the document's rule holds.
    pub security: Option<Security>,
    /// Servers that replace the document's and the path item's.
    pub servers: Vec<Server>,
    /// Where more is written.
    pub external_docs: Option<ExternalDocs>,
    /// Members whose names begin with `x-`.
    pub extensions: BTreeMap<String, Value>,
    /// Callbacks, sorted by name, and where each stands.
    pub callbacks: Vec<(String, Origin)>,
    /// The node.
    pub origin: Origin,
}

/// Where a parameter goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum ParameterPlace {
    /// A segment of the path.
    Path,
    /// A pair of the query.
    Query,
    /// The whole query (3.2).
    QueryString,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

/// How a parameter's value is spelled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Style {
    /// `form`
    Form,
    /// `simple`
    Simple,
    /// `spaceDelimited`
    SpaceDelimited,
    /// `pipeDelimited`
    PipeDelimited,
    /// `deepObject`
    DeepObject,
    /// `label`
    Label,
    /// `matrix`
    Matrix,
    /// `cookie` (3.2)
    Cookie,
}

/// The Parameter Object, after following its `$ref`.
#[derive(Clone, PartialEq, Debug)]
pub struct ParameterNode {
    /// Name on the wire.
    pub name: String,
    /// Where it goes.
    pub place: ParameterPlace,
    /// Whether it has to be given; always for a path parameter.
    pub required: bool,
    /// The style, with the default of the place filled in.
    pub style: Style,
    /// Whether lists become several pairs, with the default of the style filled in.
    pub explode: bool,
    /// Whether reserved characters stay as they are.
    pub allow_reserved: bool,
    /// Whether an empty value may be sent.
    pub allow_empty_value: bool,
    /// The schema of the value.
    pub schema: Option<Origin>,
    /// The media type in which the value is written, and its schema.
    pub content: Option<(String, Option<Origin>)>,
    /// What it means.
    pub description: Option<String>,
    /// Whether callers should move away from it.
    pub deprecated: bool,
    /// An example; the first of several.
    pub example: Option<Value>,
    /// Members whose names begin with `x-`.
    pub extensions: BTreeMap<String, Value>,
    /// The node, after following `$ref`.
    pub origin: Origin,
    /// Name of the component it was referenced as.
    pub name_of_ref: Option<String>,
}

/// The Media Type Object.
#[derive(Clone, PartialEq, Debug)]
pub struct MediaNode {
    /// The key in `content`, as written.
    pub media_type: String,
    /// The schema of the whole content.
    pub schema: Option<Origin>,
    /// The schema of one element of a sequence (3.2).
    pub item_schema: Option<Origin>,
    /// `example`.
    pub example: Option<Value>,
    /// The values of `examples`, sorted by name.
    pub examples: Vec<(String, Value)>,
    /// `encoding`, sorted by the property it belongs to.
    pub encoding: Vec<(String, EncodingNode)>,
    /// Members whose names begin with `x-`.
    pub extensions: BTreeMap<String, Value>,
    /// The node.
    pub origin: Origin,
}

/// The Encoding Object.
#[derive(Clone, PartialEq, Debug)]
pub struct EncodingNode {
    /// Media type of the part; several are separated by commas.
    pub content_type: Option<String>,
    /// How the value is spelled in a form.
    pub style: Option<Style>,
    /// Whether lists become several pairs.
    pub explode: Option<bool>,
    /// Whether reserved characters stay as they are.
    pub allow_reserved: bool,
    /// Headers of the part, sorted by name.
    pub headers: Vec<(String, Origin)>,
    /// The node.
    pub origin: Origin,
}

/// The Request Body Object, after following its `$ref`.
#[derive(Clone, PartialEq, Debug)]
pub struct BodyNode {
    /// Whether it has to be given.
    pub required: bool,
    /// What it is.
    pub description: Option<String>,
    /// Its forms, sorted by media type.
    pub content: Vec<MediaNode>,
    /// Name of the component it was referenced as.
    pub name_of_ref: Option<String>,
    /// The node.
    pub origin: Origin,
}

/// The Response Object, after following its `$ref`.
#[derive(Clone, PartialEq, Debug)]
pub struct ResponseNode {
    /// What it means; empty where the document forgot it.
    pub description: String,
    /// Headers, sorted by name.
    pub headers: Vec<(String, Origin)>,
    /// Its forms, sorted by media type.
    pub content: Vec<MediaNode>,
    /// Names of the links, which are not generated.
    pub links: Vec<String>,
    /// Name of the component it was referenced as.
    pub name_of_ref: Option<String>,
    /// The node.
    pub origin: Origin,
}

/// The Header Object, after following its `$ref`.
#[derive(Clone, PartialEq, Debug)]
pub struct HeaderNode {
    /// Whether it is always there.
    pub required: bool,
    /// Whether callers should move away from it.
    pub deprecated: bool,
    /// Whether lists are written with commas between names and values.
    pub explode: bool,
    /// What it means.
    pub description: Option<String>,
    /// The schema of the value.
    pub schema: Option<Origin>,
    /// The media type in which the value is written, and its schema.
    pub content: Option<(String, Option<Origin>)>,
    /// An example; the first of several.
    pub example: Option<Value>,
    /// The node.
    pub origin: Origin,
}

/// The Security Scheme Object, after following its `$ref`.
#[derive(Clone, PartialEq, Debug)]
pub struct SchemeNode {
    /// What kind of credential it takes.
    pub kind: SchemeKind,
    /// What it is.
    pub description: Option<String>,
    /// Members whose names begin with `x-`.
    pub extensions: BTreeMap<String, Value>,
    /// The node.
    pub origin: Origin,
}

/// What kind of credential a security scheme takes.
#[derive(Clone, PartialEq, Debug)]
pub enum SchemeKind {
    /// A key in a header, in the query or in a cookie.
    ApiKey {
        /// Where it goes.
        place: ParameterPlace,
        /// Name of the header, pair or cookie.
        name: String,
    },
    /// `Authorization: Basic`.
    HttpBasic,
    /// `Authorization: Bearer`.
    HttpBearer {
        /// A hint about the token, such as `JWT`.
        format: Option<String>,
    },
    /// Another scheme of the `Authorization` header, in lower case.
    HttpOther(String),
    /// OAuth 2.0.
    OAuth2(Vec<OAuthFlow>),
    /// OpenID Connect discovery.
    OpenIdConnect {
        /// Address of the discovery document.
        url: String,
    },
    /// A client certificate (3.1).
    MutualTls,
}

/// One flow of OAuth 2.0.
#[derive(Clone, PartialEq, Debug)]
pub struct OAuthFlow {
    /// `authorizationCode`, `clientCredentials`, `implicit`, `password` or `deviceAuthorization`.
    pub kind: String,
    /// Where the user agrees.
    pub authorization_url: Option<String>,
    /// Where tokens are given.
    pub token_url: Option<String>,
    /// Where tokens are renewed, if elsewhere.
    pub refresh_url: Option<String>,
    /// Scopes and what they allow, sorted by name.
    pub scopes: Vec<(String, String)>,
}

/// What stood beside a `$ref` and overrides the target.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Siblings {
    /// `title`
    pub title: Option<String>,
    /// `summary` (Reference Object of 3.1)
    pub summary: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `deprecated`
    pub deprecated: Option<bool>,
    /// `nullable`
    pub nullable: Option<bool>,
    /// `readOnly`
    pub read_only: Option<bool>,
    /// `writeOnly`
    pub write_only: Option<bool>,
    /// `default`
    pub default: Option<Value>,
    /// `example` or the first of `examples`
    pub example: Option<Value>,
}

/// The end of a chain of references.
#[derive(Clone, PartialEq, Debug)]
pub struct Resolved {
    /// The node that is no reference.
    pub origin: Origin,
    /// The name under `components/*` that the chain reached last, if its target is such a component.
    pub through: Option<String>,
    /// What the references on the way said beside `$ref`; the one nearest to the user wins.
    pub siblings: Siblings,
}
