//! Values of the document as plain data.

use serde_json::Value;

use crate::ir::Literal;

/// The value as a literal.
pub(super) fn literal(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Literal::Int(value.into()),
            (None, Some(value)) => Literal::Int(value.into()),
            (None, None) => Literal::Float(number.to_string()),
        },
        Value::String(text) => Literal::Text(text.clone()),
        Value::Array(values) => Literal::List(values.iter().map(literal).collect()),
        Value::Object(members) => {
            Literal::Object(members.iter().map(|(name, value)| (name.clone(), literal(value))).collect())
        }
    }
}
