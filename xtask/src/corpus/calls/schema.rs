//! Schemas of a description as JSON Schema 2020-12, for the validator of somebody else (crate `boon`).

use std::collections::BTreeMap;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::{Map, Value, json};

use super::raw::{Place, Raw};

/// The address of a schema that stands alone; nothing is fetched from it.
const WHOLE: &str = "https://corpus.test/schema.json";

/// A validator of the values that a request may hold at one place.
pub(super) struct Schema(Schemas, SchemaIndex);

impl Schema {
    /// Makes the schema at a place, with all that it refers to, one that stands alone. Patterns that the validator does not
    /// know are left out.
    pub(super) fn new(raw: &Raw, place: &Place) -> Option<Self> {
        [true, false].into_iter().find_map(|patterns| {
            let mut bundle = Bundle { raw, patterns, names: BTreeMap::new(), open: Vec::new() };
            let first = bundle.name(place);
            let mut parts = Map::new();
            while let Some((place, name)) = bundle.open.pop() {
                let schema = bundle.schema(&place);
                parts.insert(name, schema);
            }
            let whole = json!({ "$defs": parts, "$ref": format!("#/$defs/{first}") });
            let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
            compiler.set_default_draft(Draft::V2020_12);
            compiler.add_resource(WHOLE, whole).ok()?;
            let index = compiler.compile(WHOLE, &mut schemas).ok()?;
            Some(Self(schemas, index))
        })
    }

    /// Whether a value satisfies the schema.
    pub(super) fn accepts(&self, value: &Value) -> bool {
        self.0.validate(value, self.1).is_ok()
    }
}

struct Bundle<'r> {
    raw: &'r Raw,
    patterns: bool,
    names: BTreeMap<Place, String>,
    open: Vec<(Place, String)>,
}

impl Bundle<'_> {
    fn name(&mut self, place: &Place) -> String {
        let count = self.names.len();
        if let Some(name) = self.names.get(place) {
            return name.clone();
        }
        let name = format!("s{count}");
        self.names.insert(place.clone(), name.clone());
        self.open.push((place.clone(), name.clone()));
        name
    }

    /// The schema at a place. What has not the form of a keyword is left out, as if it were not there.
    fn schema(&mut self, place: &Place) -> Value {
        let Some(Value::Object(node)) = self.raw.value(place) else {
            return Value::Bool(self.raw.value(place).and_then(Value::as_bool).unwrap_or(true));
        };
        let node = node.clone();
        let mut schema = Map::new();
        if node.get("$ref").is_some_and(Value::is_string) {
            if let Some(Some(target)) = self.raw.reference(place) {
                let name = self.name(&target);
                schema.insert("$ref".to_owned(), Value::String(format!("#/$defs/{name}")));
            }
            if self.raw.is_3_0() {
                return Value::Object(schema);
            }
        }
        for (key, value) in &node {
            let at = place.child(key);
            let read = match (key.as_str(), value) {
                ("type", Value::String(_) | Value::Array(_)) => types(value),
                ("enum", Value::Array(_)) | ("const", _) => Some(value.clone()),
                ("required", Value::Array(names)) => Some(self.required(place, names)),
                ("pattern", Value::String(_)) if self.patterns => Some(value.clone()),
                (
                    "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minimum"
                    | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf",
                    Value::Number(_),
                )
                | ("uniqueItems", Value::Bool(_)) => Some(value.clone()),
                ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(list)) if !list.is_empty() => {
                    Some(self.list(&at, list.len()))
                }
                ("items", Value::Array(list)) => {
                    let list = self.list(&at, list.len());
                    schema.insert("prefixItems".to_owned(), list);
                    None
                }
                ("items" | "additionalProperties" | "not" | "contains", Value::Object(_) | Value::Bool(_)) => {
                    Some(self.schema(&at))
                }
                ("properties", Value::Object(_)) => {
                    let at = if value.get("$ref").is_some_and(Value::is_string) {
                        self.raw.resolve(&at).unwrap_or(at)
                    } else {
                        at
                    };
                    Some(self.map(&at))
                }
                ("patternProperties", Value::Object(_)) if self.patterns => Some(self.map(&at)),
                _ => None,
            };
            if let Some(read) = read {
                schema.insert(key.clone(), read);
            }
        }
        for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if node.get(flag) == Some(&Value::Bool(true))
                && let Some(value) = schema.remove(bound)
            {
                schema.insert(flag.to_owned(), value);
            }
        }
        let schema = Value::Object(schema);
        if node.get("nullable") == Some(&Value::Bool(true)) {
            return json!({ "anyOf": [schema, { "type": "null" }] });
        }
        schema
    }

    fn list(&mut self, at: &Place, count: usize) -> Value {
        (0..count).map(|index| self.schema(&at.child(&index.to_string()))).collect()
    }

    fn map(&mut self, at: &Place) -> Value {
        let keys = self.raw.keys(at);
        Value::Object(keys.into_iter().map(|key| (key.clone(), self.schema(&at.child(&key)))).collect())
    }

    /// The members that a request has to have: `required` concerns what is `readOnly` in responses alone (OpenAPI 3.0.4,
    /// section "Schema Object").
    fn required(&self, place: &Place, names: &[Value]) -> Value {
        let properties = place.child("properties");
        let kept = names.iter().filter(|name| {
            let Some(name) = name.as_str() else { return false };
            !is_read_only(self.raw, &properties.child(name))
        });
        kept.cloned().collect()
    }
}

/// Whether a member is part of responses alone.
pub(super) fn is_read_only(raw: &Raw, property: &Place) -> bool {
    raw.marked(property, "readOnly")
}

fn types(value: &Value) -> Option<Value> {
    const KNOWN: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];
    let known = |value: &Value| value.as_str().is_some_and(|name| KNOWN.contains(&name));
    match value {
        Value::Array(list) => {
            let list: Vec<Value> = list.iter().filter(|value| known(value)).cloned().collect();
            (!list.is_empty()).then_some(Value::Array(list))
        }
        value => known(value).then(|| value.clone()),
    }
}
