//! Enums and newtypes: schemas of a single scalar value.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::config::Table;
use crate::diag::{Code, Origin};
use crate::document::{JsonType, SchemaNode};
use crate::ir::{Enum, EnumValue, Literal, Newtype, Prim, Shape, TypeRef};
use crate::names::{Scope, Variants};

use super::Lower;
use super::literal::literal;
use super::look::joined_prims;
use super::schema::Class;

/// How deep alternatives of alternatives are looked into.
const DEEPEST: usize = 8;

impl Lower<'_> {
    /// True when the schema lists strings or integers, so that each gets a name.
    pub(super) fn has_named_values(&self, node: &SchemaNode) -> bool {
        scalar_of(node).is_some()
    }

    /// The values of a schema that get names: its own, or those of all its alternatives, where each describes one, or where
    /// these are texts and more than one of them lists some.
    pub(super) fn named_values(&mut self, node: &SchemaNode) -> Option<(Prim, Vec<Value>)> {
        if let Some(scalar) = scalar_of(node) {
            return Some((scalar, node.enum_values.clone().unwrap_or_default()));
        }
        if !self.is_union(node) {
            return None;
        }
        if let Some(annotated) = self.described_values(node) {
            return Some(annotated);
        }
        let arms = self.arms(node);
        let mut leaves = Vec::new();
        if !self.leaves(&arms, &mut leaves, 0) || listing(&leaves).count() < 2 || !leaves.iter().all(is_text) {
            return None;
        }
        Some((Prim::String, listing(&leaves).flat_map(|leaf| leaf.enum_values.iter().flatten()).cloned().collect()))
    }

    /// Alternatives that are all texts, or all numbers: nothing on the wire tells them apart. `anyOf` of some texts and any
    /// text is the customary way to write an open enum, and every enum is open here.
    pub(super) fn class_of_scalars(&mut self, arms: &[Origin]) -> Option<Class> {
        let mut leaves = Vec::new();
        if !self.leaves(arms, &mut leaves, 0) {
            return None;
        }
        let (first, others) = leaves.split_first()?;
        if leaves.iter().all(is_text) {
            let mut lists = listing(&leaves);
            return Some(match (lists.next(), lists.next()) {
                (Some(only), None) => Class::Alias(only.origin.clone()),
                (Some(_), Some(_)) => Class::Named,
                (None, _) if others.iter().all(|other| format_of(other) == format_of(first)) => {
                    match leaves.iter().find(|leaf| self.document.component(&leaf.origin).is_none()) {
                        Some(inline) => Class::Alias(inline.origin.clone()),
                        None => Class::Scalar(Prim::String),
                    }
                }
                (None, _) => Class::Scalar(Prim::String),
            });
        }
        let mut all: Option<Prim> = None;
        for leaf in &leaves {
            let Class::Scalar(prim) = self.class_of_types(leaf) else { return None };
            if leaf.enum_values.is_some()
                || !matches!(prim, Prim::I32 | Prim::I64 | Prim::U32 | Prim::U64 | Prim::F32 | Prim::F64)
            {
                return None;
            }
            all = Some(all.map_or(Some(prim), |all| joined_prims(all, prim))?);
        }
        all.map(Class::Scalar)
    }

    /// The schemas that alternatives come down to; false where one of them is anything but a scalar, or has a type that
    /// the configuration gives it.
    fn leaves(&mut self, arms: &[Origin], found: &mut Vec<Rc<SchemaNode>>, depth: usize) -> bool {
        arms.iter().all(|arm| {
            let Some(node) = self.peek(arm) else { return false };
            let component = self.document.component(&node.origin).map(Cow::into_owned);
            let replaced = component.is_some_and(|name| self.replaced_type(&name).is_some())
                || format_of(&node).is_some_and(|format| self.format_type(format).is_some());
            if replaced || depth > DEEPEST || !node.all_of.is_empty() || !node.properties.is_empty() {
                return false;
            }
            let inner = self.arms(&node);
            if !inner.is_empty() {
                return self.leaves(&inner, found, depth + 1);
            }
            let scalar = matches!(self.class_of_types(&node), Class::Scalar(_));
            found.push(node);
            scalar
        })
    }

    /// The enum of a schema that lists its values.
    pub(super) fn enumeration(&mut self, node: &SchemaNode) -> Option<Shape> {
        let (scalar, listed) = self.named_values(node)?;
        let owner = self.type_wire(node);
        let mut seen = BTreeSet::new();
        let mut wires = Vec::new();
        let mut repeated = BTreeSet::new();
        for value in listed.iter().filter(|value| !value.is_null()) {
            let text = text_of(value);
            if seen.insert(text.clone()) {
                wires.push((literal(value), text));
            } else if node.enum_values.is_some() {
                // Several lists may share a value.
                repeated.insert(text);
            }
        }
        for text in repeated {
            self.diagnostics
                .add(Code::Repeated, &node.origin.child("enum"), format!("`{text}` is listed more than once"))
                .help("the values of an enum should differ (JSON Schema, `enum`); it is generated once");
        }
        let mut scope: Scope<Variants> = Scope::new(&["Self"]);
        let mut annotations = self.annotations(node);
        for (_, text) in &wires {
            let key = format!("{owner}.{text}");
            if self.pin(&mut scope, Table::RenameValues, &key, "a variant", &node.origin.child("enum")) {
                continue;
            }
            match annotations.get(text).and_then(|annotation| annotation.title.as_deref()) {
                Some(title) => scope.claim(&value_wire(title), &[format!("{title} {text}")], "value", text),
                None => scope.claim(&value_wire(text), &[], "value", text),
            };
        }
        let catch_all = scope.claim("Unrecognized", &["Unrecognized value".to_owned()], "", "");
        let (names, clashes) = scope.resolve();
        for clash in &clashes {
            self.clash(clash, Table::RenameValues, |claim| {
                wires.get(claim.0).map(|(_, text)| (format!("{owner}.{text}"), node.origin.child("enum")))
            });
        }
        let unrecognized = names[catch_all.0].clone();
        let open = self.is_open(&owner);
        let fallback = match &node.default {
            Some(default) => wires.iter().position(|(_, text)| *text == text_of(default)).unwrap_or_default(),
            None => 0,
        };
        let values = wires
            .into_iter()
            .zip(names)
            .map(|((wire, text), name)| {
                let said = annotations.remove(&text);
                let (docs, deprecated) = said.map(|said| (said.docs, said.deprecated)).unwrap_or_default();
                EnumValue { wire, name, docs, deprecated }
            })
            .collect();
        Some(Shape::Enum(Enum { scalar, values, open, fallback, unrecognized }))
    }

    /// The format of a text that has no type of its own, for its documentation.
    pub(super) fn documented_format(&self, node: &SchemaNode) -> Option<String> {
        let format = format_of(node).filter(|_| node.types == [JsonType::String])?;
        let typed = matches!(format, "date-time" | "binary") || base64(node).is_some();
        let typed = typed || self.format_type(format).is_some();
        (!typed && !format.is_empty() && !self.has_named_values(node)).then(|| format.to_owned())
    }

    /// The values of a schema that get no names, for its documentation. Both flags are all there are.
    pub(super) fn listed(&self, node: &SchemaNode) -> Vec<Literal> {
        let values: Vec<&Value> = node.enum_values.iter().flatten().filter(|value| !value.is_null()).collect();
        let flags = values.contains(&&Value::Bool(true)) && values.contains(&&Value::Bool(false));
        if flags || self.has_named_values(node) {
            return Vec::new();
        }
        values.into_iter().map(literal).collect()
    }

    /// A named scalar, list or map.
    pub(super) fn newtype(&mut self, inner: TypeRef, node: &SchemaNode) -> Shape {
        let checks = self.checks(node);
        Shape::Newtype(Newtype { inner, checks, example: node.examples.first().map(literal) })
    }
}

/// The format of a text. One that is said by its encoding (OpenAPI 3.1 has `contentEncoding: base64` where 3.0 had
/// `format: byte`) is the format of that name.
pub(super) fn format_of(node: &SchemaNode) -> Option<&str> {
    let encoding = || match node.content_encoding.as_deref()? {
        encoding if encoding.eq_ignore_ascii_case("base64") => Some("byte"),
        // RFC 4648 and RFC 2045 section 6.1; the others leave a text as it is.
        encoding => ["base64url", "base32", "base32hex", "base16", "quoted-printable"]
            .into_iter()
            .find(|known| encoding.eq_ignore_ascii_case(known)),
    };
    node.format.as_deref().or_else(encoding)
}

/// The type of a text that stands for bytes.
pub(super) fn base64(node: &SchemaNode) -> Option<Prim> {
    match format_of(node)? {
        "byte" | "base64" => Some(Prim::Base64),
        "base64url" => Some(Prim::Base64Url),
        _ => None,
    }
}

/// A schema of texts.
fn is_text(node: &Rc<SchemaNode>) -> bool {
    node.types == [JsonType::String]
}

/// The schemas that list their values.
fn listing(nodes: &[Rc<SchemaNode>]) -> impl Iterator<Item = &Rc<SchemaNode>> {
    nodes.iter().filter(|node| node.enum_values.as_ref().is_some_and(|values| !values.is_empty()))
}

/// The type of the listed values, where they are all strings or all integers. Other numbers have no names, and a list of
/// one flag is a flag.
pub(super) fn scalar_of(node: &SchemaNode) -> Option<Prim> {
    let values: Vec<&Value> = node.enum_values.iter().flatten().filter(|value| !value.is_null()).collect();
    if values.is_empty() {
        return None;
    }
    let typed = |ty| node.types.is_empty() || node.types.contains(&ty);
    if values.iter().all(|value| value.is_string()) && typed(JsonType::String) {
        return Some(Prim::String);
    }
    if !typed(JsonType::Integer) && !typed(JsonType::Number) {
        return None;
    }
    if values.iter().all(|value| value.is_i64()) {
        return Some(Prim::I64);
    }
    values.iter().all(|value| value.is_u64()).then_some(Prim::U64)
}

/// The words of a value's variant; those of the arm for unknown values are taken.
pub(super) fn value_wire(text: &str) -> String {
    if text.eq_ignore_ascii_case("unrecognized") { format!("{text} value") } else { text.to_owned() }
}

/// The value as it is written, for names and for finding repetitions.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
