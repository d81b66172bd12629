//! The typed form of a schema.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::nodes::ExternalDocs;
use crate::diag::Origin;

/// A type of JSON Schema.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum JsonType {
    /// `array`
    Array,
    /// `boolean`
    Boolean,
    /// `integer`
    Integer,
    /// `null`; never in [`SchemaNode::types`], where `nullable` says it.
    Null,
    /// `number`
    Number,
    /// `object`
    Object,
    /// `string`
    String,
}

/// `additionalProperties`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Additional {
    /// The keyword is not there.
    #[default]
    Absent,
    /// `true`
    Allowed,
    /// `false`
    Denied,
    /// A schema for their values.
    Schema(Origin),
}

/// A lower or upper bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bound {
    /// The number, exactly as far as it fits 64 bits.
    pub value: Number,
    /// Whether the number itself lies outside.
    pub exclusive: bool,
}

/// The Discriminator Object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Discriminator {
    /// The member that tells the arms apart.
    pub property: String,
    /// Values and what they mean, sorted by value. The second is the text of the document: a reference or the name of a
    /// schema; see `Document::mapping_target`.
    pub mapping: Vec<(String, String)>,
    /// The arm for values without a mapping (3.2), as the text of the document.
    pub default_mapping: Option<String>,
    /// The node.
    pub origin: Origin,
}

/// The Schema Object, without following its `$ref`: see `Document::resolve`.
#[derive(Clone, PartialEq, Debug)]
pub struct SchemaNode {
    /// What it allows; empty means anything. `null` stands in `nullable`.
    pub types: Vec<JsonType>,
    /// Whether null is allowed beside the types, in any of the spellings of 3.0 and 3.1.
    pub nullable: bool,
    /// `false` as a schema (3.1): nothing is valid.
    pub never: bool,
    /// `format`
    pub format: Option<String>,
    /// `enum` in the document's order, or `const` as a list of one.
    pub enum_values: Option<Vec<Value>>,
    /// Whether `enum_values` was written as `const`.
    pub is_const: bool,
    /// `properties`, sorted by name.
    pub properties: Vec<(String, Origin)>,
    /// `patternProperties`, sorted by pattern.
    pub pattern_properties: Vec<(String, Origin)>,
    /// `propertyNames`
    pub property_names: Option<Origin>,
    /// `required` in the document's order, each name once.
    pub required: Vec<String>,
    /// `additionalProperties`
    pub additional: Additional,
    /// `items`
    pub items: Option<Origin>,
    /// `prefixItems`
    pub prefix_items: Vec<Origin>,
    /// `allOf`
    pub all_of: Vec<Origin>,
    /// `oneOf`
    pub one_of: Vec<Origin>,
    /// `anyOf`
    pub any_of: Vec<Origin>,
    /// `not`
    pub not: Option<Origin>,
    /// `discriminator`
    pub discriminator: Option<Discriminator>,
    /// `minimum` and `exclusiveMinimum`
    pub minimum: Option<Bound>,
    /// `maximum` and `exclusiveMaximum`
    pub maximum: Option<Bound>,
    /// `multipleOf`
    pub multiple_of: Option<Number>,
    /// `minLength`, in Unicode code points.
    pub min_length: Option<u64>,
    /// `maxLength`, in Unicode code points.
    pub max_length: Option<u64>,
    /// `minItems`
    pub min_items: Option<u64>,
    /// `maxItems`
    pub max_items: Option<u64>,
    /// `minProperties`
    pub min_properties: Option<u64>,
    /// `maxProperties`
    pub max_properties: Option<u64>,
    /// `uniqueItems`
    pub unique_items: bool,
    /// `pattern`
    pub pattern: Option<String>,
    /// `default`
    pub default: Option<Value>,
    /// `example` and `examples`, in that order.
    pub examples: Vec<Value>,
    /// `title`
    pub title: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
    /// `contentMediaType` (3.1)
    pub content_media_type: Option<String>,
    /// `contentEncoding` (3.1)
    pub content_encoding: Option<String>,
    /// `externalDocs`
    pub external_docs: Option<ExternalDocs>,
    /// Members whose names begin with `x-`.
    pub extensions: BTreeMap<String, Value>,
    /// The node.
    pub origin: Origin,
    pub(super) bare: bool,
}

impl SchemaNode {
    /// Whether the node says nothing but `required`, or `anyOf`, `oneOf`, `allOf` and `not` over such nodes: then it
    /// constrains the presence of members that another schema declares.
    #[must_use]
    pub fn only_required(&self) -> bool {
        self.bare
    }
}
