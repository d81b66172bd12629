//! The schemas of a description as one JSON Schema of draft 2020-12, and which values are valid against them.
//!
//! The keywords that differ in OpenAPI 3.0 are rewritten (`nullable`, the boolean `exclusiveMinimum` and
//! `exclusiveMaximum`, what stands beside `$ref`). Keywords of a wrong shape are left out, as everything that only
//! annotates. Of the formats the widths of integers are asserted, no others. A schema without a type that lists members
//! is one of an object, and one that says what its elements are is one of a list.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::anyhow;
use boon::{Compiler, Schemas as Compiled};
use serde_json::{Map, Value, json};
use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::{Document, Version};

use crate::corpus::samples::Way;

/// Where the schemas are said to lie.
const ADDRESS: &str = "https://corpus.invalid/schemas";

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// The schemas that values need, with those they refer to.
pub(in crate::corpus) struct Schemas<'a> {
    document: &'a Document<'a>,
    way: Option<Way>,
    reads: fn(&str) -> bool,
    keys: BTreeMap<Origin, String>,
    open: Vec<Origin>,
    definitions: Map<String, Value>,
    /// Whether the validator can read a pattern; others are not asserted.
    patterns: BTreeMap<String, bool>,
}

impl<'a> Schemas<'a> {
    /// As they are written, for the validator `boon`.
    pub(super) fn new(document: &'a Document<'a>) -> Self {
        Self::of(document, None, read_by_boon)
    }

    /// In one direction, for a validator that can read these patterns; others are not asserted.
    pub(in crate::corpus) fn of(document: &'a Document<'a>, way: Option<Way>, reads: fn(&str) -> bool) -> Self {
        let (keys, patterns) = (BTreeMap::new(), BTreeMap::new());
        Self { document, way, reads, keys, open: Vec::new(), definitions: Map::new(), patterns }
    }

    /// The name of a schema in [`Schemas::bundle`], which is another one in each direction.
    pub(in crate::corpus) fn key(&mut self, origin: &Origin) -> String {
        if let Some(key) = self.keys.get(origin) {
            return key.clone();
        }
        let kind = self.way.map_or("s", Way::initial);
        let key = format!("{kind}{}", self.keys.len());
        self.keys.insert(origin.clone(), key.clone());
        self.open.push(origin.clone());
        key
    }

    /// Every schema that has a name, by its name in `$defs`.
    pub(in crate::corpus) fn bundle(&mut self) -> Value {
        while let Some(origin) = self.open.pop() {
            let schema = self.convert(&origin);
            self.definitions.insert(self.keys[&origin].clone(), schema);
        }
        json!({ "$defs": self.definitions })
    }

    /// Whether each value is valid against the schema of its name.
    pub(super) fn valid(&mut self, values: &[(String, &Value)]) -> anyhow::Result<Vec<bool>> {
        let names: BTreeSet<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        let mut compiler = Compiler::new();
        compiler.add_resource(ADDRESS, self.bundle()).map_err(|error| anyhow!("{error:#}"))?;
        let mut compiled = Compiled::new();
        let mut indexes = BTreeMap::new();
        for name in names {
            let index = compiler
                .compile(&format!("{ADDRESS}#/$defs/{name}"), &mut compiled)
                .map_err(|error| anyhow!("{error:#}"))?;
            indexes.insert(name, index);
        }
        Ok(values.iter().map(|(name, value)| compiled.validate(value, indexes[name.as_str()]).is_ok()).collect())
    }

    fn convert(&mut self, at: &Origin) -> Value {
        let node = match self.document.value(at) {
            Some(Value::Object(node)) => node,
            Some(Value::Bool(allowed)) => return Value::Bool(*allowed),
            _ => return Value::Bool(true),
        };
        let mut out = Map::new();
        if node.get("$ref").is_some_and(Value::is_string) {
            match self.document.resolve(at, &mut Diagnostics::new()) {
                Some(target) => out.insert("$ref".to_owned(), format!("#/$defs/{}", self.key(&target.origin)).into()),
                None => return Value::Bool(true),
            };
            if self.document.version() == Version::V3_0 {
                return nullable(node, out);
            }
        }
        self.types(node, &mut out);
        self.keywords(node, at, &mut out);
        numbers(node, &mut out);
        nullable(node, out)
    }

    fn types(&self, node: &Map<String, Value>, out: &mut Map<String, Value>) {
        let known = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
        match node.get("type") {
            Some(name) if known(name) => drop(out.insert("type".to_owned(), json!([name]))),
            Some(Value::Array(names)) => {
                let mut names: Vec<&Value> = names.iter().filter(|name| known(name)).collect();
                names.dedup();
                if !names.is_empty() {
                    out.insert("type".to_owned(), json!(names));
                }
            }
            _ if node.contains_key("properties") => drop(out.insert("type".to_owned(), json!(["object"]))),
            _ if node.contains_key("items") => drop(out.insert("type".to_owned(), json!(["array"]))),
            _ => {}
        }
    }

    fn keywords(&mut self, node: &Map<String, Value>, at: &Origin, out: &mut Map<String, Value>) {
        for (name, value) in node {
            let here = at.child(name);
            let converted = match (name.as_str(), value) {
                ("const", value) => value.clone(),
                ("enum", Value::Array(values)) if !values.is_empty() => value.clone(),
                ("required", Value::Array(names)) => {
                    let properties = at.child("properties");
                    let names = names.iter().filter_map(Value::as_str);
                    let names: BTreeSet<&str> = names.filter(|name| !self.foreign(&properties.child(name))).collect();
                    json!(names)
                }
                ("properties" | "patternProperties" | "dependentSchemas", Value::Object(members)) => {
                    // What does not travel this way is none of the schema's members.
                    let members = members.iter().filter(|(key, value)| {
                        is_schema(value)
                            && (name != "patternProperties" || self.reads(key))
                            && (name != "properties" || !self.foreign(&here.child(key)))
                    });
                    let members: Vec<&String> = members.map(|(key, _)| key).collect();
                    members.into_iter().map(|key| (key.clone(), self.convert(&here.child(key)))).collect()
                }
                ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(list)) if !list.is_empty() => {
                    (0..list.len()).map(|index| self.convert(&here.index(index))).collect()
                }
                (
                    "items"
                    | "additionalProperties"
                    | "not"
                    | "if"
                    | "then"
                    | "else"
                    | "contains"
                    | "propertyNames"
                    | "unevaluatedProperties"
                    | "unevaluatedItems",
                    value,
                ) if is_schema(value) => self.convert(&here),
                ("pattern", Value::String(pattern)) if self.reads(pattern) => value.clone(),
                ("minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties", value)
                    if value.is_u64() =>
                {
                    value.clone()
                }
                ("uniqueItems", Value::Bool(_)) => value.clone(),
                // Not asserted; the equality reads it.
                ("format", Value::String(format)) if format == "float" => value.clone(),
                _ => continue,
            };
            out.insert(name.clone(), converted);
        }
    }

    fn reads(&mut self, pattern: &str) -> bool {
        *self.patterns.entry(pattern.to_owned()).or_insert_with(|| (self.reads)(pattern))
    }

    /// Whether a member is none of this direction: `required` then says nothing about it (OpenAPI 3.0.4, section "Schema
    /// Object", `readOnly` and `writeOnly`).
    fn foreign(&self, at: &Origin) -> bool {
        let Some(flag) = self.way.map(Way::foreign) else { return false };
        let marked = |at: &Origin| self.document.value(&at.child(flag)) == Some(&Value::Bool(true));
        marked(at) || self.document.resolve(at, &mut Diagnostics::new()).is_some_and(|target| marked(&target.origin))
    }
}

/// Whether the validator knows all of a pattern.
fn read_by_boon(pattern: &str) -> bool {
    let mut compiler = Compiler::new();
    let added = compiler.add_resource(ADDRESS, json!({ "pattern": pattern, "patternProperties": { pattern: {} } }));
    added.is_ok() && compiler.compile(ADDRESS, &mut Compiled::new()).is_ok()
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

fn numbers(node: &Map<String, Value>, out: &mut Map<String, Value>) {
    for (inclusive, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        let bound = node.get(inclusive).filter(|bound| bound.is_number());
        match node.get(exclusive) {
            Some(Value::Bool(true)) => drop(bound.map(|bound| out.insert(exclusive.to_owned(), bound.clone()))),
            Some(other @ Value::Number(_)) => {
                out.insert(exclusive.to_owned(), other.clone());
                bound.map(|bound| out.insert(inclusive.to_owned(), bound.clone()));
            }
            _ => drop(bound.map(|bound| out.insert(inclusive.to_owned(), bound.clone()))),
        }
    }
    if let Some(of) = node.get("multipleOf").filter(|of| of.as_f64().is_some_and(|of| of > 0.0)) {
        out.insert("multipleOf".to_owned(), of.clone());
    }
    let width = match node.get("format").and_then(Value::as_str) {
        Some("int32") => Some((json!(i32::MIN), json!(i32::MAX))),
        Some("int64") => Some((json!(i64::MIN), json!(i64::MAX))),
        Some("uint32") => Some((json!(0), json!(u32::MAX))),
        Some("uint64") => Some((json!(0), json!(u64::MAX))),
        _ => None,
    };
    let integer = node.get("type").is_some_and(|kind| kind == "integer" || kind == "number");
    if let Some((least, most)) = width.filter(|_| integer) {
        out.insert("allOf".to_owned(), {
            let mut all = out.get("allOf").and_then(Value::as_array).cloned().unwrap_or_default();
            all.push(json!({ "minimum": least, "maximum": most }));
            all.into()
        });
    }
}

/// `nullable` of OpenAPI 3.0.
fn nullable(node: &Map<String, Value>, mut out: Map<String, Value>) -> Value {
    if node.get("nullable") != Some(&Value::Bool(true)) {
        return out.into();
    }
    match out.get_mut("type") {
        Some(Value::Array(names)) => {
            if !names.contains(&json!("null")) {
                names.push("null".into());
            }
            out.into()
        }
        _ => json!({ "anyOf": [{ "type": "null" }, out] }),
    }
}
