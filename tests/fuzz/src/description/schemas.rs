//! Schemas: every kind of them, with keywords that mostly fit.

use arbitrary::{Arbitrary, Result};
use serde_json::{Value, json};

use super::{MEDIA, Maker};

/// How deep schemas are made.
const DEEPEST: usize = 5;

const FORMATS: &[&str] = &[
    "int32",
    "int64",
    "uint64",
    "float",
    "double",
    "date",
    "date-time",
    "byte",
    "binary",
    "uuid",
    "uri",
    "password",
    "email",
    "decimal",
    "odd",
];

const PATTERNS: &[&str] = &["^[a-z]{1,3}$", "[", "^\\d+$", "(?=x)", "^.*$", "^[^/]+$", "\\p{L}+", "a{2,1}"];

impl Maker<'_, '_> {
    /// A reference, mostly to a schema that is there.
    pub(super) fn reference(&mut self) -> Result<Value> {
        let target = match self.source.ratio(15, 16)? {
            true => self.source.choose(&self.names)?.clone(),
            false => self.name()?,
        };
        let pointer = target.replace('~', "~0").replace('/', "~1").replace('%', "%25");
        let inside = if self.seldom()? { "/properties/a" } else { "" };
        Ok(json!({ "$ref": format!("#/components/schemas/{pointer}{inside}") }))
    }

    pub(super) fn schema(&mut self, depth: usize) -> Result<Value> {
        if self.source.ratio(1, 40)? {
            return self.value();
        }
        let kinds = if depth < DEEPEST { 15 } else { 6 };
        let mut schema = match self.source.int_in_range(0..=kinds)? {
            0 => json!({ "type": "string" }),
            1 => json!({ "type": "integer" }),
            2 => json!({ "type": "boolean" }),
            3 => json!({ "type": "number" }),
            4 => json!({ "type": "string", "enum": self.list(4, |maker| maker.name().map(Value::from))? }),
            5 => self.reference()?,
            6 => match self.sometimes()? {
                true => json!({}),
                false => json!({ "enum": self.list(3, Self::value)? }),
            },
            7 | 8 => self.object(depth)?,
            9 => json!({ "type": "array", "items": self.schema(depth + 1)? }),
            10 => json!({ "type": self.list(3, |maker| maker.kind().map(Value::from))? }),
            11 => json!({ "oneOf": self.list(4, |maker| maker.schema(depth + 1))? }),
            12 => json!({ "anyOf": self.list(3, |maker| maker.schema(depth + 1))? }),
            13 => json!({ "allOf": self.list(3, |maker| maker.schema(depth + 1))? }),
            14 => self.discriminated()?,
            _ => json!({ "type": "object", "additionalProperties": self.schema(depth + 1)? }),
        };
        if let Some(members) = schema.as_object_mut().filter(|_| self.source.ratio(1, 3).unwrap_or(false)) {
            for _ in 0..self.source.int_in_range(1..=3)? {
                let (keyword, value) = self.keyword(depth)?;
                members.insert(keyword.to_owned(), value);
            }
        }
        Ok(schema)
    }

    fn kind(&mut self) -> Result<&'static str> {
        self.one_of(&["string", "null", "integer", "number", "boolean", "object", "array", "odd"])
    }

    fn object(&mut self, depth: usize) -> Result<Value> {
        let properties = self.members(5, |maker| maker.schema(depth + 1))?;
        let names: Vec<Value> =
            properties.as_object().into_iter().flatten().map(|(name, _)| name.as_str().into()).collect();
        let required: Vec<Value> = names.into_iter().filter(|_| self.source.ratio(1, 2).unwrap_or(false)).collect();
        Ok(json!({ "type": "object", "properties": properties, "required": required }))
    }

    fn discriminated(&mut self) -> Result<Value> {
        let arms = self.list(3, Self::reference)?;
        let mapping = match arms[0]["$ref"].as_str() {
            Some(target) if self.sometimes()? => json!({ (self.name()?): target }),
            _ => json!({}),
        };
        Ok(json!({ "oneOf": arms, "discriminator": { "propertyName": self.name()?, "mapping": mapping } }))
    }

    /// A keyword of schemas, mostly with a value that fits.
    fn keyword(&mut self, depth: usize) -> Result<(&'static str, Value)> {
        let number = |maker: &mut Self| -> Result<Value> {
            Ok(match maker.sometimes()? {
                true => maker.source.int_in_range(-3..=300)?.into(),
                false => i64::arbitrary(maker.source)?.into(),
            })
        };
        let keyword = self.one_of(&[
            "description",
            "title",
            "format",
            "nullable",
            "default",
            "example",
            "examples",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "pattern",
            "minItems",
            "maxItems",
            "uniqueItems",
            "readOnly",
            "writeOnly",
            "deprecated",
            "const",
            "additionalProperties",
            "required",
            "not",
            "if",
            "prefixItems",
            "contains",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "unevaluatedProperties",
            "contentMediaType",
            "contentEncoding",
            "$anchor",
            "$id",
            "$defs",
            "allOf",
            "anyOf",
            "x-enum-varnames",
            "type",
            "items",
            "$dynamicRef",
            "xml",
            "dependentRequired",
        ])?;
        let value = match keyword {
            _ if self.source.ratio(1, 12)? => self.value()?,
            "description" | "title" => self.text()?.into(),
            "format" => self.one_of(FORMATS)?.into(),
            "pattern" => self.one_of(PATTERNS)?.into(),
            "nullable" | "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" => self.sometimes()?.into(),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "minLength"
            | "maxLength" | "minItems" | "maxItems" | "minProperties" => number(self)?,
            "additionalProperties"
            | "not"
            | "if"
            | "contains"
            | "propertyNames"
            | "unevaluatedProperties"
            | "items"
                if depth < DEEPEST =>
            {
                match self.sometimes()? {
                    true => self.sometimes()?.into(),
                    false => self.schema(depth + 1)?,
                }
            }
            "prefixItems" | "allOf" | "anyOf" if depth < DEEPEST => self.list(3, |maker| maker.schema(depth + 1))?,
            "patternProperties" | "$defs" if depth < DEEPEST => self.members(2, |maker| maker.schema(depth + 1))?,
            "required" | "x-enum-varnames" => self.list(3, |maker| maker.name().map(Value::from))?,
            "type" => self.kind()?.into(),
            "contentMediaType" => self.one_of(MEDIA)?.into(),
            "contentEncoding" => self.one_of(&["base64", "base64url", "quoted-printable"])?.into(),
            "$anchor" | "$id" | "$dynamicRef" => self.name()?.into(),
            _ => self.value()?,
        };
        Ok((keyword, value))
    }
}
