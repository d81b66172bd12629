//! What the schemas of a description are called: by their key in `components`, or by the file that holds them.

use std::collections::HashMap;

use serde_json::Value;

use super::Document;
use crate::diag::{Diagnostics, Origin};

/// Keywords by which a node is known to be a schema.
const SCHEMA: &[&str] = &[
    "$ref",
    "allOf",
    "anyOf",
    "const",
    "description",
    "enum",
    "format",
    "items",
    "not",
    "nullable",
    "oneOf",
    "properties",
    "required",
    "title",
    "type",
];

/// Keywords of operations, parameters, responses and the like, of which a schema has none, and the methods of a path item.
const FOREIGN: &[&str] = &[
    "content",
    "delete",
    "get",
    "head",
    "headers",
    "in",
    "operationId",
    "options",
    "parameters",
    "patch",
    "post",
    "put",
    "query",
    "requestBody",
    "responses",
    "schema",
    "trace",
];

/// Sections of a file of schemas.
const SECTIONS: &[&str] = &["$defs", "definitions", "schemas"];

impl Document<'_> {
    /// The name of a schema that has one: the key of a component, or, in another file, the key or the name of the file
    /// itself. A component that does nothing but refer to a schema of another file gives that one its name.
    #[must_use]
    pub fn component(&self, origin: &Origin) -> Option<String> {
        if let Some(name) = self.names.get(origin) {
            return Some(name.clone());
        }
        let segments: Vec<_> = origin.segments().collect();
        let texts: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        if let ["components", "schemas", name] = texts.as_slice() {
            return Some((*name).to_owned());
        }
        if origin.file == self.file {
            return None;
        }
        if !self.value(origin).is_some_and(is_schema) {
            return None;
        }
        let listed = || !self.sources.tree(origin.file).is_some_and(is_schema);
        match texts.as_slice() {
            [] => Some(self.stem(origin).to_owned()),
            [section, name] if SECTIONS.contains(section) && listed() => Some((*name).to_owned()),
            [name] if listed() => Some((*name).to_owned()),
            _ => None,
        }
    }

    /// The name of the file that holds a node, without its folder and its ending.
    #[must_use]
    pub fn stem(&self, origin: &Origin) -> &str {
        let name = self.sources.name(origin.file).unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        name.split_once('.').map_or(name, |(stem, _)| stem)
    }

    /// How a node is named where the file it stands in may be another one: `#/…` in the root file, otherwise with the
    /// name of the file before it.
    #[must_use]
    pub fn reference_to(&self, origin: &Origin) -> String {
        match self.sources.name(origin.file) {
            Some(name) if origin.file != self.file => format!("{name}{origin}"),
            _ => origin.to_string(),
        }
    }

    /// The names that the components of the root file give to schemas of other files.
    pub(super) fn names_of_others(&self, diags: &mut Diagnostics) -> HashMap<Origin, String> {
        let mut names = HashMap::new();
        for (name, origin) in &self.schemas {
            let refers = self.value(origin).and_then(Value::as_object).is_some_and(|node| node.contains_key("$ref"));
            if let Some(target) = refers.then(|| self.resolve(origin, diags)).flatten()
                && target.origin.file != self.file
            {
                names.entry(target.origin).or_insert_with(|| name.clone());
            }
        }
        names
    }
}

fn is_schema(node: &Value) -> bool {
    let Some(node) = node.as_object() else { return false };
    let has = |keyword: &str| node.get(keyword).is_some_and(|value| says(keyword, value));
    !FOREIGN.iter().any(|keyword| node.contains_key(*keyword)) && SCHEMA.iter().any(|keyword| has(keyword))
}

/// Whether the value is one that the keyword can have; a schema can be called `title` or `type` as well.
fn says(keyword: &str, value: &Value) -> bool {
    match keyword {
        "allOf" | "anyOf" | "oneOf" | "enum" | "required" => value.is_array(),
        "properties" | "not" => value.is_object(),
        "items" => value.is_object() || value.is_boolean(),
        "nullable" => value.is_boolean(),
        "const" => true,
        "type" => value.is_string() || value.is_array(),
        _ => value.is_string(),
    }
}
