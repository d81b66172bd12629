//! The frame of the document: version, info, servers, tags and the list of components.

use serde_json::{Map, Value};

use super::nodes::{Info, Server, ServerVariable, Tag, Version};
use super::shape::{check, describe, sorted_members, wrong};
use super::{Document, tables, typed};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Origin};
use crate::source::Sources;

/// The version of the document in a file, if it is one that is supported.
pub(super) fn version(sources: &Sources, file: FileId, diags: &mut Diagnostics) -> Option<Version> {
    let root = Origin::root(file);
    let tree = sources.tree(file)?;
    if tree.is_null() {
        diags
            .add(Code::UnsupportedVersion, &root, "there is nothing in this file")
            .at(1, 1)
            .help("an OpenAPI document begins with its version, such as `openapi: 3.0.3`");
        return None;
    }
    let Some(node) = tree.as_object() else {
        let message = format!("an OpenAPI document must be a mapping, but this is {}", describe(tree));
        let diagnostic = diags.add(Code::UnsupportedVersion, &root, message);
        if tree.as_str().is_some_and(|text| text.starts_with('<')) {
            diagnostic.help("this is a web page or XML; save the description itself, as YAML or JSON");
        }
        return None;
    };
    let Some(value) = node.get("openapi") else {
        match node.get("swagger") {
            Some(version) => diags
                .add(
                    Code::UnsupportedVersion,
                    &root.child("swagger"),
                    format!("Swagger {} is not supported", text_of(version)),
                )
                .help("convert the document to OpenAPI 3 first, for example with `npx swagger2openapi`"),
            None => foreign(node, &root, diags),
        };
        return None;
    };
    let at = root.child("openapi");
    if !value.is_string() {
        wrong(&at, "openapi", "a text such as \"3.0.3\"", value, diags);
    }
    let written = text_of(value);
    let version = match written.split('.').take(2).collect::<Vec<_>>().as_slice() {
        ["3", "0"] => Version::V3_0,
        ["3", "1"] => Version::V3_1,
        ["3", "2"] => Version::V3_2,
        ["3", minor] if minor.parse::<u8>().is_ok_and(|minor| minor > 2) => {
            diags
                .add(Code::LaterVersion, &at, format!("OpenAPI {written} is newer than what is known"))
                .help("the document is read as OpenAPI 3.2");
            Version::V3_2
        }
        _ => {
            diags
                .add(Code::UnsupportedVersion, &at, format!("OpenAPI {written} is not supported"))
                .help("the versions 3.0, 3.1 and 3.2 are");
            return None;
        }
    };
    Some(version)
}

/// Reports a document that is no OpenAPI document, and what it seems to be.
fn foreign<'d>(node: &Map<String, Value>, root: &Origin, diags: &'d mut Diagnostics) -> &'d mut Diagnostic {
    let known = [
        ("asyncapi", "an AsyncAPI document", "nothing can be generated from it"),
        ("arazzo", "an Arazzo document", "give the OpenAPI document that its `sourceDescriptions` name"),
        ("overlay", "an overlay", "give the OpenAPI document that it changes, and this one with `--overlay`"),
        ("$schema", "a JSON Schema", "refer to it from the `components` of an OpenAPI document"),
        ("$id", "a JSON Schema", "refer to it from the `components` of an OpenAPI document"),
        ("raml", "a RAML document", "convert it to OpenAPI 3 first"),
        ("resourceTypes", "a RAML document", "convert it to OpenAPI 3 first"),
        ("swaggerVersion", "a Swagger 1 document", "convert it to OpenAPI 3 first"),
    ];
    let is = known.iter().find(|(keyword, ..)| node.contains_key(*keyword));
    match is {
        Some((keyword, what, help)) => diags
            .add(Code::UnsupportedVersion, &root.child(keyword), format!("this is {what}, not an OpenAPI document"))
            .help(*help)
            .on_key(),
        None => diags
            .add(Code::UnsupportedVersion, root, "this is no OpenAPI document: the member `openapi` is missing")
            .help("an OpenAPI document begins with its version, such as `openapi: 3.0.3`"),
    }
}

/// What stands for the info until it is read.
pub(super) fn no_info(file: FileId) -> Info {
    Info {
        title: String::new(),
        version: String::new(),
        summary: None,
        description: None,
        terms_of_service: None,
        license: None,
        external_docs: None,
        origin: Origin::root(file).child("info"),
    }
}

impl Document<'_> {
    pub(super) fn read_root(&mut self, diags: &mut Diagnostics) -> Option<()> {
        let origin = Origin::root(self.file);
        let node = self.object(&origin, "OpenAPI document", diags)?;
        let fields = check(node, &origin, "OpenAPI document", tables::ROOT, self.version, diags);
        if let Some(info) = self.info_node(node, fields.object("info"), &origin, diags) {
            self.info = info;
        }
        if let Some(dialect) = fields.str("jsonSchemaDialect") {
            dialect_of(dialect, &origin.child("jsonSchemaDialect"), diags);
        }
        self.info.external_docs = self.external_docs(&fields, &origin, diags);
        self.servers = self.server_list(fields.list("servers"), &origin, diags);
        let at = origin.child("tags");
        for index in 0..fields.list("tags").unwrap_or_default().len() {
            self.tags.extend(self.tag(&at.index(index), diags));
        }
        if let Some(components) = fields.object("components") {
            let at = origin.child("components");
            let components = check(components, &at, "components", tables::COMPONENTS, self.version, diags);
            let schemas = at.child("schemas");
            for (name, _) in components.object("schemas").map(sorted_members).unwrap_or_default() {
                self.schemas.push((name.clone(), schemas.child(name)));
            }
            let schemes = at.child("securitySchemes");
            for (name, _) in components.object("securitySchemes").map(sorted_members).unwrap_or_default() {
                if let Some(scheme) = self.scheme(&schemes.child(name), diags) {
                    self.schemes.push((name.clone(), scheme));
                }
            }
        }
        self.schemes_elsewhere(diags);
        self.security =
            self.requirements(fields.list("security").unwrap_or_default(), &origin.child("security"), diags);
        if !fields.has("paths") && self.version == Version::V3_0 && !node.contains_key("paths") {
            diags
                .add(Code::MissingKeyword, &origin, "an OpenAPI 3.0 document needs `paths`")
                .help("there are no operations, and only types are generated");
        }
        let at = origin.child("webhooks");
        let webhooks = fields.object("webhooks").map(sorted_members).unwrap_or_default();
        self.webhooks =
            webhooks.into_iter().filter_map(|(name, _)| self.path_item(name, &at.child(name), diags)).collect();
        self.paths = self.path_items(fields.object("paths"), &origin.child("paths"), diags);
        Some(())
    }

    fn info_node(
        &self,
        root: &Map<String, Value>,
        node: Option<&Map<String, Value>>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Option<Info> {
        let Some(node) = node else {
            if !root.contains_key("info") {
                diags
                    .add(Code::MissingKeyword, origin, "an OpenAPI document needs `info` with `title` and `version`")
                    .help("both are empty in what is generated");
            }
            return None;
        };
        let at = origin.child("info");
        let fields = check(node, &at, "info", tables::INFO, self.version, diags);
        let mut cut = Map::new();
        for name in ["title", "version"] {
            if !node.contains_key(name) {
                diags.add(Code::Assumed, &at, format!("`info` needs `{name}`")).help("it is taken as empty");
            }
            cut.insert(name.to_owned(), Value::String(fields.text(name).unwrap_or_default()));
        }
        for name in ["description", "termsOfService"] {
            cut.extend(fields.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        let info: typed::Info = typed::node(cut, "info", &at, diags)?;
        Some(Info {
            title: info.title,
            version: info.version,
            summary: fields.text("summary"),
            description: info.description,
            terms_of_service: info.terms_of_service,
            license: fields.object("license").and_then(|license| license.get("name")?.as_str()).map(str::to_owned),
            external_docs: None,
            origin: at,
        })
    }

    /// The list `servers` of a node.
    pub(super) fn server_list(&self, list: Option<&[Value]>, origin: &Origin, diags: &mut Diagnostics) -> Vec<Server> {
        let at = origin.child("servers");
        let count = list.unwrap_or_default().len();
        (0..count).filter_map(|index| self.server(&at.index(index), diags)).collect()
    }

    fn server(&self, at: &Origin, diags: &mut Diagnostics) -> Option<Server> {
        let node = self.object(at, "server", diags)?;
        let fields = check(node, at, "server", tables::SERVER, self.version, diags);
        if !fields.has("url") {
            if !node.contains_key("url") {
                diags.add(Code::MissingKeyword, at, "a server needs a `url`").help("the server is left out");
            }
            return None;
        }
        let cut = ["url", "description"]
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), fields.get(name)?.clone())))
            .collect();
        let server: typed::Server = typed::node(cut, "server", at, diags)?;
        let names = at.child("variables");
        let variables = fields.object("variables").map(sorted_members).unwrap_or_default();
        Some(Server {
            name: fields.text("name"),
            url: server.url,
            description: server.description,
            variables: variables
                .into_iter()
                .filter_map(|(name, _)| self.server_variable(name, &names.child(name), diags))
                .collect(),
            origin: at.clone(),
        })
    }

    fn server_variable(&self, name: &str, at: &Origin, diags: &mut Diagnostics) -> Option<ServerVariable> {
        let node = self.object(at, "server variable", diags)?;
        let fields = check(node, at, "server variable", tables::SERVER_VARIABLE, self.version, diags);
        if !node.contains_key("default") {
            diags
                .add(Code::MissingKeyword, at, format!("the server variable `{name}` needs a `default`"))
                .help("the variable is left out");
        }
        Some(ServerVariable {
            name: name.to_owned(),
            default: fields.text("default")?,
            values: texts(fields.list("enum")),
            description: fields.text("description"),
        })
    }

    fn tag(&self, at: &Origin, diags: &mut Diagnostics) -> Option<Tag> {
        let node = self.object(at, "tag", diags)?;
        let fields = check(node, at, "tag", tables::TAG, self.version, diags);
        if !fields.has("name") {
            if !node.contains_key("name") {
                diags.add(Code::MissingKeyword, at, "a tag needs a `name`").help("the tag is left out");
            }
            return None;
        }
        let cut = ["name", "description"]
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), fields.get(name)?.clone())))
            .collect();
        let tag: typed::Tag = typed::node(cut, "tag", at, diags)?;
        Some(Tag {
            name: tag.name,
            description: tag.description,
            external_docs: self.external_docs(&fields, at, diags),
            origin: at.clone(),
        })
    }
}

/// Reports a dialect that is another than the one in which schemas are read (OpenAPI 3.1.1, section 4.8.24.6). One of the
/// dialects of OpenAPI has a date or `base` at its end.
pub(super) fn dialect_of(dialect: &str, at: &Origin, diags: &mut Diagnostics) {
    let address = dialect.trim_end_matches('#');
    let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    let known = address == "json-schema.org/draft/2020-12/schema"
        || ["spec.openapis.org/oas/3.1/dialect/", "spec.openapis.org/oas/3.2/dialect/"]
            .iter()
            .any(|known| address.starts_with(known));
    if !known {
        diags
            .add(Code::Dialect, at, format!("schemas of the dialect `{dialect}` are read as those of OpenAPI 3.1"))
            .help("which is JSON Schema draft 2020-12; a keyword that means something else there is read wrongly");
    }
}

/// The texts of a list, without what is no text.
pub(super) fn texts(list: Option<&[Value]>) -> Vec<String> {
    list.unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
