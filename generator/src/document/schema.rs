//! Schemas: one node at a time, flat, with the spellings of 3.0 and 3.1 brought together.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use super::nodes::{ExternalDocs, Version};
use super::reference::reference;
use super::root::dialect_of;
use super::schema_node::{Additional, Bound, Discriminator, JsonType, SchemaNode};
use super::shape::{self, Fields, check, count, describe, sorted_members};
use super::{Document, kinds, tables, typed};
use crate::diag::{Code, Diagnostics, Origin};

impl Document<'_> {
    /// The schema at an origin; if a reference stands there, the schema that it means, without what stands beside it.
    ///
    /// Gives `None`, with an error, if no schema stands there.
    pub fn schema(&self, origin: &Origin, diags: &mut Diagnostics) -> Option<SchemaNode> {
        let value = self.value(origin)?;
        if reference(value).is_some() {
            let target = self.resolve(origin, diags)?.origin;
            return self.plain_schema(self.value(&target)?, &target, diags);
        }
        self.plain_schema(value, origin, diags)
    }

    fn plain_schema(&self, value: &Value, origin: &Origin, diags: &mut Diagnostics) -> Option<SchemaNode> {
        if !value.is_object()
            && let Some(alternative) = self.alternative(origin)
        {
            return Some(alternative);
        }
        match value {
            Value::Object(node) => self.object_schema(node, origin, diags),
            Value::Bool(allowed) => {
                let in_place = origin.last().is_some_and(|key| key == "additionalProperties");
                if self.version == Version::V3_0 && !in_place {
                    diags.add(Code::LaterKeyword, origin, "a boolean is a schema only from OpenAPI 3.1 on");
                }
                Some(SchemaNode { never: !allowed, ..empty(origin) })
            }
            Value::Null => {
                diags
                    .add(Code::Reread, origin, "a schema must be a mapping, but this is null")
                    .help("it is read as one without keywords, which allows any value");
                Some(empty(origin))
            }
            other => {
                let message = format!("a schema must be a mapping, but this is {}", describe(other));
                diags.add(Code::WrongKind, origin, message).help("any value is taken where it is used");
                None
            }
        }
    }

    fn object_schema(&self, node: &Map<String, Value>, origin: &Origin, diags: &mut Diagnostics) -> Option<SchemaNode> {
        self.undivided(node, origin, diags).map(|schema| self.divided(schema))
    }

    /// The schema with all of its types.
    pub(super) fn undivided(
        &self,
        node: &Map<String, Value>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Option<SchemaNode> {
        let fields = check(node, origin, "schema", tables::SCHEMA, self.version, diags);
        if let Some(dialect) = fields.str("$schema") {
            dialect_of(dialect, &origin.child("$schema"), diags);
        }
        let typed = typed::schema(cut(&fields, origin), origin, diags)?;
        let mut properties = typed.properties;
        properties.extend(self.members_elsewhere(&fields, origin, diags));
        properties.sort();
        let (types, null_type) = self.types(&fields, origin, diags);
        let mut schema = SchemaNode {
            nullable: typed.nullable || null_type,
            types,
            format: typed.format,
            properties,
            pattern_properties: named(&fields, "patternProperties", origin),
            property_names: fields.get("propertyNames").map(|_| origin.child("propertyNames")),
            required: unique(typed.required),
            additional: typed.additional,
            items: match fields.list("items") {
                Some(_) => fields.get("additionalItems").map(|_| origin.child("additionalItems")),
                None => typed.items,
            },
            prefix_items: match fields.list("items") {
                Some(_) => listed(&fields, "items", origin),
                None => listed(&fields, "prefixItems", origin),
            },
            all_of: typed.all_of,
            one_of: typed.one_of,
            any_of: typed.any_of,
            not: typed.not,
            discriminator: fields
                .object("discriminator")
                .and_then(|node| self.discriminator(node, &origin.child("discriminator"), diags)),
            minimum: bound(&fields, "minimum", "exclusiveMinimum", Ordering::Greater),
            maximum: bound(&fields, "maximum", "exclusiveMaximum", Ordering::Less),
            multiple_of: fields.get("multipleOf").and_then(Value::as_number).cloned(),
            min_length: fields.get("minLength").and_then(count),
            max_length: fields.get("maxLength").and_then(count),
            min_items: fields.get("minItems").and_then(count),
            max_items: fields.get("maxItems").and_then(count),
            min_properties: fields.get("minProperties").and_then(count),
            max_properties: fields.get("maxProperties").and_then(count),
            unique_items: typed.unique_items,
            pattern: typed.pattern,
            default: fields.get("default").cloned(),
            examples: fields
                .get("example")
                .into_iter()
                .chain(fields.list("examples").unwrap_or_default())
                .cloned()
                .collect(),
            title: typed.title,
            description: typed.description,
            deprecated: typed.deprecated,
            read_only: typed.read_only,
            write_only: typed.write_only,
            content_media_type: fields.text("contentMediaType"),
            content_encoding: fields.text("contentEncoding"),
            external_docs: self.external_docs(&fields, origin, diags),
            extensions: fields.extensions().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
            bare: only_required(node),
            ..empty(origin)
        };
        self.allow_null(&mut schema);
        self.values(&fields, &mut schema);
        kinds::agree(&mut schema, diags);
        Some(schema)
    }

    /// The members that `properties` has by a `$ref` in place of a list. The specification has references to schemas only,
    /// but many tools follow every `$ref`, so documents are written that way.
    fn members_elsewhere(
        &self,
        fields: &Fields<'_>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Vec<(String, Origin)> {
        let at = origin.child("properties");
        let Some(text) = fields.object("properties").and_then(|map| map.get("$ref")?.as_str()) else {
            return Vec::new();
        };
        diags
            .add(Code::Reread, &at.child("$ref"), "`properties` cannot be a reference, it lists the members")
            .help("the members that it leads to are taken; use `allOf` to take over those of another schema");
        let Some(mut list) = self.target(text, &at, diags) else { return Vec::new() };
        let Some(mut map) = self.value(&list).and_then(Value::as_object) else { return Vec::new() };
        // A whole schema in place of its members.
        if let (Some(Value::Object(inner)), true) =
            (map.get("properties"), map.get("type").is_none_or(Value::is_string))
        {
            list = list.child("properties");
            map = inner;
        }
        map.iter()
            .filter(|(name, value)| {
                !fields.object("properties").is_some_and(|own| own.contains_key(*name)) && value.is_object()
            })
            .map(|(name, _)| (name.clone(), list.child(name)))
            .collect()
    }

    /// The types of `type`, and whether null is one of them. A schema of null alone has that as its only type.
    fn types(&self, fields: &Fields<'_>, origin: &Origin, diags: &mut Diagnostics) -> (Vec<JsonType>, bool) {
        let at = origin.child("type");
        let mut types = Vec::new();
        let names: Vec<(Origin, &str)> = match fields.get("type") {
            Some(Value::String(name)) => vec![(at, name.as_str())],
            Some(Value::Array(list)) => {
                if self.version == Version::V3_0 {
                    diags.add(Code::LaterKeyword, &at, "`type` may be a list only from OpenAPI 3.1 on");
                }
                list.iter().enumerate().filter_map(|(index, name)| Some((at.index(index), name.as_str()?))).collect()
            }
            _ => Vec::new(),
        };
        for (place, name) in names {
            match json_type(name) {
                Some(known) if !types.contains(&known) => types.push(known),
                Some(_) => {}
                None => {
                    diags.add(Code::InvalidValue, &place, format!("`{name}` is no type of JSON Schema")).help(
                        "the types are array, boolean, integer, number, object and string; `format` refines them",
                    );
                }
            }
        }
        let null = types.contains(&JsonType::Null);
        if types.len() > 1 {
            types.retain(|known| *known != JsonType::Null);
        }
        (types, null)
    }

    /// `oneOf` or `anyOf` with an arm that is null and nothing else says `nullable` in the way of 3.1.
    fn allow_null(&self, schema: &mut SchemaNode) {
        for arms in [&mut schema.one_of, &mut schema.any_of] {
            let before = arms.len();
            if before > 1 {
                arms.retain(|arm| !self.value(arm).is_some_and(is_null));
            }
            schema.nullable |= arms.len() < before;
        }
    }

    /// `enum` and `const`. Null among the values says `nullable`.
    fn values(&self, fields: &Fields<'_>, schema: &mut SchemaNode) {
        let mut values = match (fields.get("const"), fields.list("enum")) {
            (Some(value), _) => {
                schema.is_const = true;
                vec![value.clone()]
            }
            (None, Some(list)) => list.to_vec(),
            (None, None) => return,
        };
        let before = values.len();
        values.retain(|value| !value.is_null());
        if values.len() < before {
            schema.nullable = true;
            if values.is_empty() {
                schema.types = vec![JsonType::Null];
                return;
            }
        }
        schema.enum_values = Some(values);
    }

    fn discriminator(
        &self,
        node: &Map<String, Value>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Option<Discriminator> {
        let fields = check(node, origin, "discriminator", tables::DISCRIMINATOR, self.version, diags);
        let Some(property) = fields.text("propertyName") else {
            if !node.contains_key("propertyName") {
                diags
                    .add(Code::MissingKeyword, origin, "a discriminator needs `propertyName`")
                    .help("the discriminator is ignored");
            }
            return None;
        };
        let at = origin.child("mapping");
        let mut mapping = Vec::new();
        for (value, target) in fields.object("mapping").map(sorted_members).unwrap_or_default() {
            match target {
                Value::String(target) => mapping.push((value.clone(), target.clone())),
                other => shape::wrong(&at.child(value), value, "the name of a schema or a reference", other, diags),
            }
        }
        Some(Discriminator {
            property,
            mapping,
            default_mapping: fields.text("defaultMapping"),
            origin: origin.clone(),
        })
    }

    /// The `externalDocs` of a node.
    pub(super) fn external_docs(
        &self,
        fields: &Fields<'_>,
        origin: &Origin,
        diags: &mut Diagnostics,
    ) -> Option<ExternalDocs> {
        let node = fields.object("externalDocs")?;
        let at = origin.child("externalDocs");
        let docs = check(node, &at, "externalDocs", tables::EXTERNAL_DOCS, self.version, diags);
        let Some(url) = docs.text("url") else {
            if !node.contains_key("url") {
                diags.add(Code::MissingKeyword, &at, "`externalDocs` needs a `url`").help("it is left out");
            }
            return None;
        };
        Some(ExternalDocs { url, description: docs.text("description") })
    }
}

/// What is given to `openapiv3`: the keywords that it types, children replaced by where they stand.
fn cut(fields: &Fields<'_>, origin: &Origin) -> Map<String, Value> {
    let mut cut = Map::new();
    for (name, value) in fields.iter() {
        let kept = match name {
            "title" | "description" | "nullable" | "readOnly" | "writeOnly" | "deprecated" | "format" | "pattern"
            | "uniqueItems" => value.clone(),
            "required" => value
                .as_array()
                .map(|list| list.iter().filter(|name| name.is_string()).cloned().collect())
                .unwrap_or_default(),
            "additionalProperties" if value.is_boolean() => value.clone(),
            // A list is read as `prefixItems`.
            "items" if value.is_array() => continue,
            "additionalProperties" | "items" | "not" => typed::stand_in(&origin.child(name)),
            "allOf" | "anyOf" | "oneOf" => listed(fields, name, origin).iter().map(typed::stand_in).collect(),
            "properties" => {
                let at = origin.child(name);
                let members = value.as_object().into_iter().flatten();
                let members = members.filter(|(key, value)| key.as_str() != "$ref" || !value.is_string());
                Value::Object(members.map(|(key, _)| (key.clone(), typed::stand_in(&at.child(key)))).collect())
            }
            _ => continue,
        };
        cut.insert(name.to_owned(), kept);
    }
    cut
}

/// A schema that says nothing.
pub(super) fn empty(origin: &Origin) -> SchemaNode {
    SchemaNode {
        types: Vec::new(),
        nullable: false,
        never: false,
        format: None,
        enum_values: None,
        is_const: false,
        properties: Vec::new(),
        pattern_properties: Vec::new(),
        property_names: None,
        required: Vec::new(),
        additional: Additional::Absent,
        items: None,
        prefix_items: Vec::new(),
        all_of: Vec::new(),
        one_of: Vec::new(),
        any_of: Vec::new(),
        not: None,
        discriminator: None,
        minimum: None,
        maximum: None,
        multiple_of: None,
        min_length: None,
        max_length: None,
        min_items: None,
        max_items: None,
        min_properties: None,
        max_properties: None,
        unique_items: false,
        pattern: None,
        default: None,
        examples: Vec::new(),
        title: None,
        description: None,
        deprecated: false,
        read_only: false,
        write_only: false,
        content_media_type: None,
        content_encoding: None,
        external_docs: None,
        extensions: std::collections::BTreeMap::new(),
        origin: origin.clone(),
        bare: false,
    }
}

pub(super) fn json_type(name: &str) -> Option<JsonType> {
    Some(match name {
        "array" => JsonType::Array,
        "boolean" => JsonType::Boolean,
        "integer" => JsonType::Integer,
        "null" => JsonType::Null,
        "number" => JsonType::Number,
        "object" => JsonType::Object,
        "string" => JsonType::String,
        _ => return None,
    })
}

/// Whether a schema allows null and nothing else.
fn is_null(value: &Value) -> bool {
    let Some(node) = value.as_object() else { return false };
    let only_null =
        |list: &Value| list.as_array().is_some_and(|list| list.len() == 1 && list.iter().all(Value::is_null));
    match (node.get("type"), node.get("enum"), node.get("const")) {
        (Some(Value::String(name)), _, _) if name == "null" => true,
        // Without the quotes that YAML asks for. Beside other keywords it is a type that nobody gave.
        (Some(Value::Null), _, _) if node.len() == 1 => true,
        (Some(Value::Array(names)), _, _) if names.len() == 1 => {
            names.first().is_some_and(|name| name == "null" || name.is_null())
        }
        (_, Some(list), _) => only_null(list),
        (_, _, Some(value)) => value.is_null(),
        _ => false,
    }
}

/// Whether a schema says nothing but which members are required; see [`SchemaNode::only_required`]. The depth of the tree
/// bounds the recursion.
fn only_required(node: &Map<String, Value>) -> bool {
    let mut says = false;
    for (name, value) in node {
        says |= match name.as_str() {
            "required" if value.is_array() => true,
            "anyOf" | "oneOf" | "allOf" => match value.as_array() {
                Some(list) if !list.is_empty() && list.iter().all(|arm| arm.as_object().is_some_and(only_required)) => {
                    true
                }
                _ => return false,
            },
            "not" => match value.as_object() {
                Some(node) if only_required(node) => true,
                _ => return false,
            },
            "title" | "description" | "$comment" => false,
            _ => return false,
        };
    }
    says
}

/// A bound from its two keywords. The second is a flag in 3.0 and a number from 3.1 on; of two numbers the tighter one holds.
fn bound(fields: &Fields<'_>, inclusive: &str, exclusive: &str, tighter: Ordering) -> Option<Bound> {
    let plain = fields.get(inclusive).and_then(Value::as_number);
    match (plain, fields.get(exclusive)) {
        (Some(value), Some(Value::Bool(exclusive))) => Some(Bound { value: value.clone(), exclusive: *exclusive }),
        (plain, Some(Value::Number(outside))) => match plain {
            Some(value) if compare(value, outside) == tighter => Some(Bound { value: value.clone(), exclusive: false }),
            _ => Some(Bound { value: outside.clone(), exclusive: true }),
        },
        (plain, _) => plain.map(|value| Bound { value: value.clone(), exclusive: false }),
    }
}

/// Compares two numbers, exactly where both are whole.
fn compare(left: &Number, right: &Number) -> Ordering {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

fn unique(names: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().filter(|name| seen.insert(name.clone())).collect()
}

fn listed(fields: &Fields<'_>, name: &str, origin: &Origin) -> Vec<Origin> {
    let at = origin.child(name);
    (0..fields.list(name).unwrap_or_default().len()).map(|index| at.index(index)).collect()
}

fn named(fields: &Fields<'_>, name: &str, origin: &Origin) -> Vec<(String, Origin)> {
    let at = origin.child(name);
    let mut named: Vec<_> =
        fields.object(name).into_iter().flatten().map(|(key, _)| (key.clone(), at.child(key))).collect();
    named.sort();
    named
}
