//! Schemas of several kinds of value: `type` as a list, and listed values of several types.
//!
//! Such a schema says the same as `anyOf` over one schema per type, each with the keywords that concern its type, and it
//! is read as that. An alternative stands where the document names its type (`/type/0`), or where the first of its values
//! is listed (`/enum/2`); nothing else can be a schema there.

use serde_json::Value;

use super::schema::empty;
use super::schema_node::{JsonType, SchemaNode};
use super::{Document, schema};
use crate::diag::{Code, Diagnostics, Origin};

/// Formats of numbers (OpenAPI Format Registry); all others are of texts.
const OF_NUMBERS: &[&str] = &[
    "decimal128",
    "double",
    "double-int",
    "float",
    "int16",
    "int32",
    "int64",
    "int8",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
];

impl Document<'_> {
    /// The alternative of a schema of several types that stands at `origin`.
    pub(super) fn alternative(&self, origin: &Origin) -> Option<SchemaNode> {
        let value = self.value(origin)?;
        let list = origin.parent()?;
        let keyword = list.last()?;
        let kind = match &*keyword {
            "type" => schema::json_type(value.as_str()?)?,
            "enum" => kind_of(value),
            _ => return None,
        };
        let at = list.parent()?;
        let node = self.value(&at)?.as_object()?;
        // What is wrong with the schema is reported where it is read as a whole.
        let whole = self.undivided(node, &at, &mut Diagnostics::new())?;
        self.kinds(&whole).contains(&(kind, origin.clone())).then(|| narrowed(whole, kind, origin.clone()))
    }

    /// A schema of several types as alternatives; any other as it is.
    pub(super) fn divided(&self, whole: SchemaNode) -> SchemaNode {
        let kinds = self.kinds(&whole);
        if kinds.len() < 2 {
            return whole;
        }
        SchemaNode {
            any_of: kinds.into_iter().map(|(_, origin)| origin).collect(),
            nullable: whole.nullable,
            not: whole.not,
            discriminator: whole.discriminator,
            default: whole.default,
            examples: whole.examples,
            title: whole.title,
            description: whole.description,
            deprecated: whole.deprecated,
            read_only: whole.read_only,
            write_only: whole.write_only,
            external_docs: whole.external_docs,
            extensions: whole.extensions,
            ..empty(&whole.origin)
        }
    }

    /// The types of a schema that combines no others, each with the place that names it. An integer is a number, so where
    /// both are named it is no type of its own; a type of which no value is listed has none at all.
    fn kinds(&self, node: &SchemaNode) -> Vec<(JsonType, Origin)> {
        if !(node.all_of.is_empty() && node.one_of.is_empty() && node.any_of.is_empty()) {
            return Vec::new();
        }
        if node.types.is_empty() {
            let at = node.origin.child("enum");
            let listed = self.value(&at).and_then(Value::as_array).filter(|_| !node.is_const);
            let mut kinds: Vec<(JsonType, Origin)> = Vec::new();
            for (index, value) in listed.into_iter().flatten().enumerate() {
                let kind = kind_of(value);
                if kind != JsonType::Null && kinds.iter().all(|(known, _)| *known != kind) {
                    kinds.push((kind, at.index(index)));
                }
            }
            return kinds;
        }
        let at = node.origin.child("type");
        let names = self.value(&at).and_then(Value::as_array).into_iter().flatten().enumerate();
        let mut kinds: Vec<(JsonType, Origin)> = Vec::new();
        for (index, name) in names {
            let Some(kind) = name.as_str().and_then(schema::json_type) else { continue };
            let known = kinds.iter().any(|(known, _)| *known == kind);
            let wider = kind == JsonType::Integer && node.types.contains(&JsonType::Number);
            let values = node.enum_values.as_ref().is_none_or(|values| values.iter().any(|value| is_of(value, kind)));
            if node.types.contains(&kind) && !known && !wider && values {
                kinds.push((kind, at.index(index)));
            }
        }
        kinds
    }
}

/// Makes the listed values and the types of a schema agree: values say of which type they are where `type` does not, and
/// what is written in another notation than that of the one type is read in its own.
pub(super) fn agree(schema: &mut SchemaNode, diags: &mut Diagnostics) {
    if schema.types.len() > 1 && schema.types.contains(&JsonType::Number) {
        schema.types.retain(|ty| *ty != JsonType::Integer);
    }
    let at = schema.origin.child(if schema.is_const { "const" } else { "enum" });
    let Some(values) = &mut schema.enum_values else { return };
    let kind = values.first().map(kind_of).filter(|kind| values.iter().all(|value| kind_of(value) == *kind));
    match (schema.types.as_slice(), kind) {
        ([], Some(JsonType::Number)) if values.iter().all(|value| value.is_i64() || value.is_u64()) => {
            schema.types = vec![JsonType::Integer];
        }
        ([], Some(kind)) => schema.types = vec![kind],
        ([_, _, ..], _) => {
            let listed = |ty: &JsonType| values.iter().any(|value| is_of(value, *ty));
            if schema.types.iter().any(listed) {
                schema.types.retain(listed);
            }
        }
        ([only], _) => {
            let only = *only;
            if values.iter().all(|value| is_of(value, only)) {
                return;
            }
            let read: Vec<Value> = values.iter().filter_map(|value| as_type(value, only)).collect();
            let message = if read.is_empty() {
                "the values contradict the type of the schema: any value of that type is taken"
            } else {
                "values contradict the type of the schema: they are read as values of that type"
            };
            diags.add(Code::Conflict, &at, message).help("correct the type, or the values");
            schema.enum_values = (!read.is_empty()).then_some(read);
        }
        _ => {}
    }
}

/// The type of a value; a number is a number, whole or not.
pub(super) fn kind_of(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(_) => JsonType::Number,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}

/// Whether a value is of a type (JSON Schema 2020-12, section 6.1.1: 1.0 is an integer).
fn is_of(value: &Value, ty: JsonType) -> bool {
    match ty {
        JsonType::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        ty => kind_of(value) == ty,
    }
}

/// A value in the notation of a type, where it has one: texts without quotes are numbers and flags in YAML.
fn as_type(value: &Value, ty: JsonType) -> Option<Value> {
    if is_of(value, ty) {
        return Some(value.clone());
    }
    match (value, ty) {
        (Value::Number(_) | Value::Bool(_), JsonType::String) => Some(Value::from(value.to_string())),
        (Value::String(text), JsonType::Integer | JsonType::Number | JsonType::Boolean) => {
            serde_json::from_str(text.trim()).ok().filter(|value| is_of(value, ty))
        }
        _ => None,
    }
}

/// What a schema says about the values of one of its types.
fn narrowed(whole: SchemaNode, kind: JsonType, origin: Origin) -> SchemaNode {
    let number = matches!(kind, JsonType::Integer | JsonType::Number);
    let values = whole.enum_values.map(|values| values.into_iter().filter(|value| is_of(value, kind)).collect());
    let of_numbers = |format: &String| OF_NUMBERS.contains(&format.as_str());
    let base = SchemaNode {
        types: vec![kind],
        enum_values: values,
        is_const: whole.is_const,
        examples: whole.examples.into_iter().filter(|value| is_of(value, kind)).collect(),
        ..empty(&origin)
    };
    match kind {
        JsonType::String => SchemaNode {
            format: whole.format.filter(|format| !of_numbers(format)),
            min_length: whole.min_length,
            max_length: whole.max_length,
            pattern: whole.pattern,
            content_media_type: whole.content_media_type,
            content_encoding: whole.content_encoding,
            ..base
        },
        _ if number => SchemaNode {
            format: whole.format.filter(of_numbers),
            minimum: whole.minimum,
            maximum: whole.maximum,
            multiple_of: whole.multiple_of,
            ..base
        },
        JsonType::Array => SchemaNode {
            items: whole.items,
            prefix_items: whole.prefix_items,
            min_items: whole.min_items,
            max_items: whole.max_items,
            unique_items: whole.unique_items,
            ..base
        },
        JsonType::Object => SchemaNode {
            properties: whole.properties,
            pattern_properties: whole.pattern_properties,
            property_names: whole.property_names,
            required: whole.required,
            additional: whole.additional,
            min_properties: whole.min_properties,
            max_properties: whole.max_properties,
            ..base
        },
        _ => base,
    }
}
