//! Paths and operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::nodes::{OperationNode, ParameterPlace, PathItem, StatusKey};
use super::shape::{Fields, check, sorted_members};
use super::{Document, tables, typed};
use crate::diag::{Code, Diagnostics, Origin};

/// The methods of a path item in the order in which they are given out.
pub const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

impl Document<'_> {
    pub(super) fn path_items(
        &self,
        paths: Option<&Map<String, Value>>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Vec<PathItem> {
        let mut items = Vec::new();
        for (template, _) in paths.map(sorted_members).unwrap_or_default() {
            if template.starts_with("x-") {
                continue;
            }
            let at = origin.child(template);
            if template.starts_with('/') {
                items.extend(self.path_item(template, &at, diags));
                continue;
            }
            let slashed = format!("/{template}");
            let taken = paths.is_some_and(|paths| paths.contains_key(&slashed));
            diags
                .add(Code::InvalidValue, &at, format!("the path `{template}` must begin with a slash"))
                .on_key()
                .help(if taken { "it is left out, because there is one with it" } else { "one is put in front of it" });
            if !taken {
                items.extend(self.path_item(&slashed, &at, diags));
            }
        }
        items
    }

    /// The operation at an origin that [`Document::paths`] gave, with the parameters of the path item that holds it.
    pub fn operation(&self, origin: &Origin, diags: &mut Diagnostics) -> Option<OperationNode> {
        // The specification has no references in this place, but documents have.
        let holder = origin;
        let origin = &self.resolve(origin, diags)?.origin;
        let node = self.object(origin, "operation", diags)?;
        let fields = check(node, origin, "operation", tables::OPERATION, self.version, diags);
        let mut cut = Map::new();
        for name in ["operationId", "summary", "description", "deprecated"] {
            cut.extend(fields.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        let tags = super::root::texts(fields.list("tags")).into_iter().map(Value::String).collect();
        cut.insert("tags".to_owned(), Value::Array(tags));
        cut.insert("responses".to_owned(), Value::Object(Map::new()));
        if fields.has("requestBody") {
            cut.insert("requestBody".to_owned(), typed::stand_in(&origin.child("requestBody")));
        }
        let operation: typed::Operation = typed::node(cut, "operation", origin, diags)?;
        Some(OperationNode {
            id: operation.operation_id,
            tags: operation.tags,
            summary: operation.summary,
            description: operation.description,
            deprecated: operation.deprecated,
            parameters: self.operation_parameters(&fields, holder, origin, diags),
            body: operation.request_body.as_ref().and_then(|body| typed::place(body, origin.file)),
            responses: self.responses(node, &fields, origin, diags),
            security: fields.list("security").map(|list| self.requirements(list, &origin.child("security"), diags)),
            servers: self.server_list(fields.list("servers"), origin, diags),
            external_docs: self.external_docs(&fields, origin, diags),
            extensions: fields.extensions().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
            callbacks: fields
                .object("callbacks")
                .map(sorted_members)
                .unwrap_or_default()
                .into_iter()
                .map(|(name, _)| (name.clone(), origin.child("callbacks").child(name)))
                .collect(),
            origin: origin.clone(),
        })
    }

    /// The path items of the callback at an origin, after following its reference, sorted by their expressions, which are
    /// their templates.
    pub fn callback(&self, at: &Origin, diags: &mut Diagnostics) -> Vec<PathItem> {
        let Some(target) = self.resolve(at, diags).map(|resolved| resolved.origin) else { return Vec::new() };
        let node = self.object(&target, "callback", diags).map(sorted_members).unwrap_or_default();
        let expressions = node.into_iter().filter(|(expression, _)| !expression.starts_with("x-"));
        expressions.filter_map(|(name, _)| self.path_item(name, &target.child(name), diags)).collect()
    }

    pub(super) fn path_item(&self, template: &str, at: &Origin, diags: &mut Diagnostics) -> Option<PathItem> {
        let target = self.resolve(at, diags)?.origin;
        let node = self.object(&target, "path item", diags)?;
        let fields = check(node, &target, "path item", tables::PATH_ITEM, self.version, diags);
        let mut operations: Vec<(String, Origin)> = METHODS
            .iter()
            .filter(|method| fields.has(method))
            .map(|method| (method.to_ascii_uppercase(), target.child(method)))
            .collect();
        let more = target.child("additionalOperations");
        for (method, value) in fields.object("additionalOperations").map(sorted_members).unwrap_or_default() {
            let place = more.child(method);
            if value.is_object() {
                operations.push((method.clone(), place));
            } else {
                self.object(&place, "operation", diags);
            }
        }
        Some(PathItem {
            template: template.to_owned(),
            origin: at.clone(),
            parameters: elements(fields.list("parameters"), &target.child("parameters")),
            operations,
            summary: fields.text("summary"),
            description: fields.text("description"),
            servers: self.server_list(fields.list("servers"), &target, diags),
        })
    }

    /// The parameters of an operation: its own, and before them those of its path item that it does not override. Two
    /// parameters are the same if name and place are.
    fn operation_parameters(
        &self,
        fields: &Fields<'_>,
        holder: &Origin,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Vec<Origin> {
        let own = self.distinct(elements(fields.list("parameters"), &origin.child("parameters")), diags);
        let holder = holder.parent().and_then(|parent| match parent.last().as_deref() {
            Some("additionalOperations") => parent.parent(),
            _ => Some(parent),
        });
        let shared = holder.and_then(|holder| {
            let list = self.value(&holder)?.as_object()?.get("parameters")?.as_array()?;
            Some(elements(Some(list), &holder.child("parameters")))
        });
        let shared = self.distinct(shared.unwrap_or_default(), diags);
        let kept = shared.into_iter().filter(|(key, _)| !own.iter().any(|(known, _)| known == key)).collect::<Vec<_>>();
        kept.into_iter().chain(own).map(|(_, place)| place).collect()
    }

    /// The parameters of a list with their names and places, each once. Those that cannot be read are left out here, with
    /// their diagnostics.
    fn distinct(&self, list: Vec<Origin>, diags: &mut Diagnostics) -> Vec<((String, ParameterPlace), Origin)> {
        let mut known: BTreeMap<(String, ParameterPlace), Origin> = BTreeMap::new();
        let mut distinct = Vec::new();
        for place in list {
            let Some(parameter) = self.parameter(&place, diags) else { continue };
            let key = (parameter.name, parameter.place);
            if known.contains_key(&key) {
                diags
                    .add(
                        Code::DuplicateParameter,
                        &place,
                        format!("the parameter `{}` stands twice in this list", key.0),
                    )
                    .help("remove one of them; the first one is used until then");
                continue;
            }
            known.insert(key.clone(), place.clone());
            distinct.push((key, place));
        }
        distinct
    }

    fn responses(
        &self,
        node: &Map<String, Value>,
        fields: &Fields<'_>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Vec<(StatusKey, Origin)> {
        let at = origin.child("responses");
        let Some(responses) = fields.object("responses") else {
            if !node.contains_key("responses") && self.version == super::Version::V3_0 {
                diags.add(Code::Assumed, origin, "an operation needs `responses`");
            }
            return Vec::new();
        };
        let mut list: Vec<(StatusKey, Origin)> = Vec::new();
        for (key, _) in sorted_members(responses) {
            if key.starts_with("x-") {
                continue;
            }
            let place = at.child(key);
            match status(key) {
                Some(status) if list.iter().any(|(known, _)| *known == status) => {
                    diags
                        .add(Code::DuplicateKey, &place, format!("the status `{key}` stands here twice"))
                        .on_key()
                        .help("the first one is used");
                }
                Some(status) => list.push((status, place)),
                None => {
                    diags
                        .add(Code::InvalidValue, &place, format!("`{key}` is no status code"))
                        .on_key()
                        .help("a response stands under a code such as `200`, a range such as `4XX`, or `default`");
                }
            }
        }
        list.sort();
        list
    }
}

fn elements(list: Option<&[Value]>, at: &Origin) -> Vec<Origin> {
    (0..list.unwrap_or_default().len()).map(|index| at.index(index)).collect()
}

fn status(key: &str) -> Option<StatusKey> {
    if key == "default" {
        return Some(StatusKey::Default);
    }
    let [first @ b'1'..=b'5', rest @ ..] = key.as_bytes() else {
        // Codes beyond those of RFC 9110 exist in the wild, 999 among them.
        return key.parse().ok().filter(|code| (100..=999).contains(code)).map(StatusKey::Exact);
    };
    if rest.eq_ignore_ascii_case(b"xx") {
        return Some(StatusKey::Range(first - b'0'));
    }
    key.parse().ok().filter(|code| (100..=999).contains(code)).map(StatusKey::Exact)
}
