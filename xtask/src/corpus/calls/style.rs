//! Values of parameters as the style of the description writes them (OpenAPI 3.0.4, section "Style Values"), read back.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What is wrong, in words.
pub(super) type Fault = String;

/// Decodes the escapes of a text that came out of an URL; in a form a plus sign is a space.
pub(super) fn decode(text: &str, form: bool) -> Result<String, Fault> {
    let text = if form { text.replace('+', " ") } else { text.to_owned() };
    percent_decode_str(&text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| format!("`{text}` is no text of UTF-8"))
}

/// Whether one written text stands for one value.
pub(super) fn scalar(written: &str, value: &Value) -> Result<(), Fault> {
    let fits = match value {
        Value::String(text) => written == text,
        Value::Number(number) => written.parse::<f64>().ok() == number.as_f64(),
        Value::Bool(flag) => written == flag.to_string(),
        Value::Null => written.is_empty() || written == "null",
        Value::Array(_) | Value::Object(_) => {
            serde_json::from_str::<Value>(written).is_ok_and(|found| same(&found, value))
        }
    };
    if fits { Ok(()) } else { Err(format!("`{written}` stands for {value}")) }
}

/// Whether two JSON values are the same, numbers by value.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| same(value, other)))
        }
        (left, right) => left == right,
    }
}

/// A value that is written as one text, its parts between delimiters: `simple`, or a `form` that is not exploded.
pub(super) fn delimited(
    written: &str,
    delimiters: &[&str],
    pairs: bool,
    value: &Value,
    read: impl Fn(&str) -> Result<String, Fault>,
) -> Result<(), Fault> {
    let split = || -> Vec<&str> {
        let delimiter = delimiters.iter().find(|delimiter| written.contains(**delimiter)).copied();
        delimiter.map_or_else(|| vec![written], |delimiter| written.split(delimiter).collect())
    };
    match value {
        Value::Array(values) => {
            let parts = split();
            if parts.len() != values.len() {
                return Err(format!("`{written}` has {} parts for {value}", parts.len()));
            }
            parts.iter().zip(values).try_for_each(|(part, value)| scalar(&read(part)?, value))
        }
        Value::Object(members) => {
            let parts = split();
            let named: Result<Vec<(String, String)>, Fault> = if pairs {
                let pair = |part: &&str| {
                    let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is no pair"))?;
                    Ok((read(name)?, read(value)?))
                };
                parts.iter().map(pair).collect()
            } else {
                let two = |two: &[&str]| match two {
                    [name, value] => Ok((read(name)?, read(value)?)),
                    _ => Err(format!("`{written}` has a name without a value")),
                };
                parts.chunks(2).map(two).collect()
            };
            members_of(&named?, members)
        }
        value => scalar(&read(written)?, value),
    }
}

/// Whether names with written values stand for the members of an object, neither more nor fewer.
pub(super) fn members_of(named: &[(String, String)], members: &serde_json::Map<String, Value>) -> Result<(), Fault> {
    for (name, written) in named {
        let value = members.get(name).ok_or_else(|| format!("the member `{name}` is nowhere"))?;
        match value {
            Value::Array(values) => {
                if !values.iter().any(|value| scalar(written, value).is_ok()) {
                    scalar(written, &Value::Array(values.clone()))?;
                }
            }
            value => scalar(written, value)?,
        }
    }
    match members.keys().find(|name| !named.iter().any(|(known, _)| known == *name)) {
        Some(name) => Err(format!("the member `{name}` is not written")),
        None => Ok(()),
    }
}
