//! The OpenAPI document as typed nodes.
//!
//! This module checks the version and the shape of the document and reads it **node by node**, never as a whole: a node is
//! checked against the keywords of its kind, its children are cut out and replaced by references to where they stand, and
//! only then it is typed. One wrong node is one diagnostic, and everything around it is still read. The differences between
//! OpenAPI 3.0, 3.1 and 3.2 end here. Names, types of Rust and conventions of an API are none of its business.

mod anchors;
mod component;
mod dynamic;
mod external;
mod kinds;
mod nodes;
mod operation;
mod overlay;
mod parts;
mod reference;
mod root;
mod schema;
mod schema_node;
mod security;
mod shape;
mod tables;
mod typed;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

pub use self::component::FOREIGN;
pub use self::dynamic::instantiate;
pub use self::external::{Mirror, load};
pub use self::nodes::{
    BodyNode, EncodingNode, ExternalDocs, HeaderNode, Info, MediaNode, OAuthFlow, OperationNode, ParameterNode,
    ParameterPlace, PathItem, Resolved, ResponseNode, SchemeKind, SchemeNode, Security, Server, ServerVariable,
    Siblings, StatusKey, Style, Tag, Version,
};
pub use self::operation::METHODS;
pub use self::overlay::overlay;
pub use self::schema_node::{Additional, Bound, Discriminator, JsonType, SchemaNode};
use crate::diag::{Code, Diagnostics, FileId, Origin};
use crate::source::Sources;

/// One OpenAPI document, ready to be asked for its nodes.
///
/// The methods that read a node take the collection of diagnostics. Asking twice is harmless: the same finding is kept once.
#[derive(Debug)]
pub struct Document<'a> {
    sources: &'a Sources,
    file: FileId,
    version: Version,
    info: Info,
    servers: Vec<Server>,
    tags: Vec<Tag>,
    paths: Vec<PathItem>,
    webhooks: Vec<PathItem>,
    schemes: Vec<(String, SchemeNode)>,
    security: Security,
    schemas: Vec<(String, Origin)>,
    mirror: Mirror<'a>,
    anchors: anchors::Anchors,
    /// Only looked up, never walked.
    names: FxHashMap<Origin, String>,
}

impl<'a> Document<'a> {
    /// Reads the frame of the document in a file: version, info, servers, tags, paths, security and the list of schemas.
    ///
    /// References to other files are followed where [`load`] has read them; `mirror` is the one it was given.
    ///
    /// Gives `None`, with an error, if the file holds no OpenAPI document of a version that is supported.
    pub fn read(sources: &'a Sources, file: FileId, mirror: Mirror<'a>, diags: &mut Diagnostics) -> Option<Self> {
        let version = root::version(sources, file, diags)?;
        let mut document = Self {
            sources,
            file,
            version,
            info: root::no_info(file),
            servers: Vec::new(),
            tags: Vec::new(),
            paths: Vec::new(),
            webhooks: Vec::new(),
            schemes: Vec::new(),
            security: Vec::new(),
            schemas: Vec::new(),
            mirror,
            anchors: anchors::Anchors::read(sources),
            names: FxHashMap::default(),
        };
        document.read_root(diags)?;
        document.names = document.names_of_others(diags);
        Some(document)
    }

    /// The version of the specification that the document follows.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The file of the document.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The texts and trees behind the document.
    #[must_use]
    pub fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// Title, version and description of the API.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The servers, in the document's order; empty if it names none.
    #[must_use]
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The tags, in the document's order.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The paths, sorted by template.
    #[must_use]
    pub fn paths(&self) -> &[PathItem] {
        &self.paths
    }

    /// The webhooks, sorted by name; the template of each is its name.
    #[must_use]
    pub fn webhooks(&self) -> &[PathItem] {
        &self.webhooks
    }

    /// The security schemes, sorted by name.
    #[must_use]
    pub fn security_schemes(&self) -> &[(String, SchemeNode)] {
        &self.schemes
    }

    /// What holds for operations that say nothing about security. Empty means that nothing is needed.
    #[must_use]
    pub fn global_security(&self) -> &Security {
        &self.security
    }

    /// The schemas of `components`, sorted by name.
    #[must_use]
    pub fn component_schemas(&self) -> &[(String, Origin)] {
        &self.schemas
    }

    /// The node of an origin as it stands in the text.
    #[must_use]
    pub fn value(&self, origin: &Origin) -> Option<&'a Value> {
        self.sources.value(origin)
    }

    /// The node of an origin if it is a mapping; reports it otherwise. Null is what YAML makes of a key with nothing behind
    /// it, and is read as a mapping without members.
    fn object(&self, origin: &Origin, what: &str, diags: &mut Diagnostics) -> Option<&'a Map<String, Value>> {
        let value = self.value(origin)?;
        let object = value.as_object().or_else(|| value.is_null().then(shape::nothing));
        if !value.is_object() {
            let message = format!("{} must be a mapping, but this is {}", shape::article(what), shape::describe(value));
            match object {
                Some(_) => diags.add(Code::Reread, origin, message).help("it is read as one without members"),
                None => diags.add(Code::WrongKind, origin, message).help("it is left out"),
            };
        }
        object
    }
}
