//! Enums and newtypes: schemas of a single scalar value.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::config::Table;
use crate::diag::Code;
use crate::document::{JsonType, SchemaNode};
use crate::ir::{Enum, EnumValue, Newtype, Prim, Shape, TypeRef};
use crate::names::{Scope, Variants};

use super::Lower;
use super::literal::literal;

impl Lower<'_> {
    /// True when the schema lists strings or integers, so that each gets a name.
    pub(super) fn has_named_values(&self, node: &SchemaNode) -> bool {
        scalar_of(node).is_some()
    }

    /// The enum of a schema that lists its values.
    pub(super) fn enumeration(&mut self, node: &SchemaNode) -> Option<Shape> {
        let scalar = scalar_of(node)?;
        let owner = self.type_wire(node);
        let mut seen = BTreeSet::new();
        let mut wires = Vec::new();
        let mut repeated = BTreeSet::new();
        for value in node.enum_values.iter().flatten().filter(|value| !value.is_null()) {
            let text = text_of(value);
            if seen.insert(text.clone()) {
                wires.push((literal(value), text));
            } else {
                repeated.insert(text);
            }
        }
        for text in repeated {
            self.diagnostics
                .warn(Code::InvalidValue, &node.origin.child("enum"), format!("`{text}` is listed more than once"))
                .help("the values of an enum should differ (JSON Schema, `enum`); it is generated once");
        }
        let mut scope: Scope<Variants> = Scope::new(&["Self"]);
        for (_, text) in &wires {
            let key = format!("{owner}.{text}");
            if self.pin(&mut scope, Table::RenameValues, &key, "a variant", &node.origin.child("enum")) {
                continue;
            }
            scope.claim(&value_wire(text), &[], "value", text);
        }
        let catch_all = scope.claim("Unrecognized", &["Unrecognized value".to_owned()], "", "");
        let (names, clashes) = scope.resolve();
        for clash in &clashes {
            self.clash(clash, Table::RenameValues, |claim| {
                wires.get(claim.0).map(|(_, text)| (format!("{owner}.{text}"), node.origin.child("enum")))
            });
        }
        let unrecognized = names[catch_all.0].clone();
        let values = wires
            .into_iter()
            .zip(names)
            .map(|((wire, _), name)| EnumValue { wire, name, docs: String::new(), deprecated: false })
            .collect();
        Some(Shape::Enum(Enum { scalar, values, open: true, unrecognized }))
    }

    /// Says that a list of values has no effect, because its values contradict the type or cannot be named.
    pub(super) fn unlisted(&mut self, node: &SchemaNode) {
        let values: Vec<&Value> = node.enum_values.iter().flatten().filter(|value| !value.is_null()).collect();
        let flags = values.contains(&&Value::Bool(true)) && values.contains(&&Value::Bool(false));
        // A schema of several types is any JSON value, which has been said.
        if values.is_empty() || node.types.len() > 1 || (flags && values.iter().all(|value| value.is_boolean())) {
            return;
        }
        let at = node.origin.child(if node.is_const { "const" } else { "enum" });
        match node.types.first().filter(|ty| values.iter().any(|value| !is_of(value, **ty))) {
            Some(_) => {
                let message = "the values contradict the type of the schema: any value of that type is taken";
                self.diagnostics.warn(Code::Conflict, &at, message).help("correct the type, or the values");
            }
            None => self
                .reduced(&at, "values that are neither all texts nor all integers have no names: any value is taken"),
        }
    }

    /// A named scalar, list or map.
    pub(super) fn newtype(&mut self, inner: TypeRef, node: &SchemaNode) -> Shape {
        let checks = self.checks(node);
        Shape::Newtype(Newtype { inner, checks, example: node.examples.first().map(literal) })
    }
}

/// The type of the listed values, where they are all strings or all integers. A list of one boolean is a boolean.
fn scalar_of(node: &SchemaNode) -> Option<Prim> {
    let values: Vec<&Value> = node.enum_values.iter().flatten().filter(|value| !value.is_null()).collect();
    if values.is_empty() {
        return None;
    }
    let typed = |ty| node.types.is_empty() || node.types.contains(&ty);
    if values.iter().all(|value| value.is_string()) && typed(JsonType::String) {
        return Some(Prim::String);
    }
    let integers = values.iter().all(|value| value.is_i64());
    (integers && (typed(JsonType::Integer) || typed(JsonType::Number))).then_some(Prim::I64)
}

fn is_of(value: &Value, ty: JsonType) -> bool {
    match ty {
        JsonType::String => value.is_string(),
        JsonType::Boolean => value.is_boolean(),
        JsonType::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        JsonType::Number => value.is_number(),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object(),
        JsonType::Null => value.is_null(),
    }
}

/// The words of a value's variant; those of the arm for unknown values are taken.
pub(super) fn value_wire(text: &str) -> String {
    if text.eq_ignore_ascii_case("unrecognized") { format!("{text} value") } else { text.to_owned() }
}

/// The value as it is written, for names and for finding repetitions.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
