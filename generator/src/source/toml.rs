//! TOML: the tree and the places of its nodes. Configuration is the only TOML that is read.

use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::marks::{Entry, Kind, Mark, Marks};
use super::tree::SyntaxError;
use crate::diag::{Span, line_column};

/// Reads a whole text.
pub(super) fn tree(text: &str) -> Result<Value, SyntaxError> {
    match DeTable::parse(text) {
        Ok(table) => Ok(object(table.get_ref())),
        Err(error) => Err(SyntaxError {
            message: format!("this is not valid TOML: {}", error.message().lines().next().unwrap_or_default()),
            position: error.span().map(|span| line_column(text, span.start)),
            too_deep: error.message().contains("recursion limit"),
        }),
    }
}

/// Reads the places of a text; `None` if it is no TOML.
pub(super) fn mark(text: &str) -> Option<Marks> {
    let table = DeTable::parse(text).ok()?;
    let mut nodes = Vec::new();
    add_table(table.get_ref(), 0..text.len(), &mut nodes);
    Some(Marks::from_bytes(nodes))
}

fn object(table: &DeTable<'_>) -> Value {
    let mut members: Vec<(String, Value)> =
        table.iter().map(|(key, value)| (key.get_ref().to_string(), node(value.get_ref()))).collect();
    members.sort_by(|left, right| left.0.cmp(&right.0));
    Value::Object(Map::from_iter(members))
}

fn node(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Value::Number(integer.into()),
            Err(_) => Value::String(integer.as_str().to_owned()),
        },
        DeValue::Float(float) => float
            .as_str()
            .parse()
            .ok()
            .and_then(Number::from_f64)
            .map_or_else(|| Value::String(float.as_str().to_owned()), Value::Number),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(value) => Value::String(value.to_string()),
        DeValue::Array(list) => Value::Array(list.iter().map(|element| node(element.get_ref())).collect()),
        DeValue::Table(table) => object(table),
    }
}

fn add(value: &Spanned<DeValue<'_>>, nodes: &mut Vec<Mark>) -> usize {
    let span = value.span();
    match value.get_ref() {
        DeValue::Array(list) => {
            let index = push(span, Kind::Scalar, nodes);
            let elements = list.iter().map(|element| add(element, nodes)).collect();
            replace(index, Kind::List(elements), nodes);
            index
        }
        DeValue::Table(table) => add_table(table, span, nodes),
        _ => push(span, Kind::Scalar, nodes),
    }
}

fn add_table(table: &DeTable<'_>, span: Span, nodes: &mut Vec<Mark>) -> usize {
    let index = push(span, Kind::Scalar, nodes);
    let entries = table
        .iter()
        .map(|(key, value)| Entry { key: key.get_ref().to_string(), key_span: key.span(), value: add(value, nodes) })
        .collect();
    replace(index, Kind::Mapping(entries), nodes);
    index
}

fn push(span: Span, kind: Kind, nodes: &mut Vec<Mark>) -> usize {
    nodes.push(Mark { span, kind });
    nodes.len() - 1
}

fn replace(index: usize, kind: Kind, nodes: &mut [Mark]) {
    if let Some(mark) = nodes.get_mut(index) {
        mark.kind = kind;
    }
}
