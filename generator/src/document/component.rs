//! What the schemas of a description are called: by their key in `components`, or by the file that holds them.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::Document;
use super::operation::METHODS;
use crate::diag::{Diagnostics, Origin, unescape_segment};

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

/// Keywords of operations, parameters, responses and the like, of which a schema has none.
pub const FOREIGN: &[&str] =
    &["content", "headers", "in", "operationId", "parameters", "requestBody", "responses", "schema"];

/// Sections of a file of schemas.
const SECTIONS: &[&str] = &["$defs", "definitions", "schemas"];

impl Document<'_> {
    /// The name of a schema that has one: the key of a component, or, in another file, the key or the name of the file
    /// itself. A component that does nothing but refer to a schema of another file gives that one its name.
    #[must_use]
    pub fn component<'o>(&'o self, origin: &'o Origin) -> Option<Cow<'o, str>> {
        // Asked for every schema, most of which stand in the root file.
        let own = || {
            let name = origin.pointer.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'));
            name.map(unescape_segment)
        };
        if origin.file == self.file {
            return own();
        }
        if let Some(name) = self.names.get(origin) {
            return Some(name.as_str().into());
        }
        own().or_else(|| {
            let listed = || !self.sources.tree(origin.file).is_some_and(is_schema);
            let mut segments = origin.segments();
            let name = match (segments.next(), segments.next(), segments.next()) {
                (None, ..) => self.stem(origin).into(),
                (Some(section), Some(name), None) if SECTIONS.contains(&&*section) && listed() => name,
                (Some(name), None, _) if listed() => name,
                _ => return None,
            };
            self.value(origin).is_some_and(is_schema).then_some(name)
        })
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
    pub(super) fn names_of_others(&self, diags: &mut Diagnostics) -> FxHashMap<Origin, String> {
        let mut names = FxHashMap::default();
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
    !FOREIGN.iter().chain(METHODS).any(|keyword| node.contains_key(*keyword))
        && SCHEMA.iter().any(|keyword| has(keyword))
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
