//! Texts and numbers that a schema accepts, made from its keywords alone.

use serde_json::{Map, Number, Value};

use super::pattern::candidates;

/// What the patterns of descriptions allow most often.
const USUAL: &[&str] = &[
    "a",
    "A",
    "1",
    "A1",
    "abcdef",
    "12.5",
    "a-b",
    "v1",
    "/a",
    "#c0ffee",
    "USD",
    "2026-01-02",
    "2026-01-02T03:04:05Z",
    "pet@example.com",
    "https://example.com",
    "123e4567-e89b-12d3-a456-426614174000",
];

/// A text of a format; nothing where the schema names none whose texts have a form.
pub(super) fn formatted(node: &Map<String, Value>) -> Option<&'static str> {
    Some(match node.get("format")?.as_str()? {
        "date-time" => "2026-01-02T03:04:05Z",
        "date" => "2026-01-02",
        "time" => "03:04:05Z",
        "duration" => "PT5M",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "uri" | "url" | "iri" | "uri-reference" => "https://example.com/a?b=c",
        "email" => "pet@example.com",
        "ipv4" | "ip" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "hostname" => "example.com",
        "byte" | "base64" => "aGVsbG8=",
        "decimal" => "12.5",
        "int32" | "int64" | "uint64" => "12",
        _ => return None,
    })
}

/// Texts that match a pattern. Which ones it allows is found by trying; a validator that leaves out patterns that look ahead
/// would not notice.
pub(super) fn matching(pattern: &str, node: &Map<String, Value>) -> impl Iterator<Item = String> {
    let usual: Vec<String> = USUAL.iter().map(|text| fitted(text, node)).collect();
    let likely = usual.into_iter().chain(candidates(pattern));
    let pattern = fancy_regex::Regex::new(pattern).ok();
    likely.filter(move |text| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text).unwrap_or(true)))
}

/// A text within the bounds of its length; what is missing repeats its last letter.
pub(super) fn fitted(text: &str, node: &Map<String, Value>) -> String {
    let count = |key: &str| node.get(key).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    let mut text: String = text.chars().take(count("maxLength").unwrap_or(usize::MAX)).collect();
    let least = count("minLength").unwrap_or_default().min(10_000);
    let last = text.chars().last().unwrap_or('x');
    while text.chars().count() < least {
        text.push(last);
    }
    text
}

/// A number within the bounds of a schema, 1 or 1.5 where there are none.
pub(super) fn number(node: &Map<String, Value>, whole: bool) -> Value {
    let of = |key: &str| node.get(key).and_then(Value::as_f64);
    let step = if whole { 1.0 } else { 0.5 };
    let least = of("minimum")
        .map(|least| if node.get("exclusiveMinimum") == Some(&Value::Bool(true)) { least + step } else { least });
    let least = least.or_else(|| of("exclusiveMinimum").map(|least| least + step));
    let most = of("maximum").or_else(|| of("exclusiveMaximum").map(|most| most - step));
    let usual = if whole { 1.0 } else { 1.5 };
    let mut value = least.map_or(usual, |least| least.max(usual));
    if let Some(most) = most.filter(|most| *most < value) {
        value = least.unwrap_or(most);
    }
    if let Some(multiple) = of("multipleOf").filter(|multiple| *multiple > 0.0) {
        value = (value / multiple).ceil() * multiple;
    }
    if whole {
        // Every number that a description writes here is far below 2^53.
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_keeps_its_bounds() {
        let of = |node: Value, whole| number(node.as_object().unwrap_or(&Map::new()), whole);
        assert_eq!(of(json!({}), true), json!(1));
        assert_eq!(of(json!({ "minimum": 5, "exclusiveMinimum": true }), true), json!(6));
        assert_eq!(of(json!({ "exclusiveMinimum": 5 }), true), json!(6));
        assert_eq!(of(json!({ "maximum": 0 }), true), json!(0));
        assert_eq!(of(json!({ "minimum": 0, "maximum": 0.5 }), false), json!(0.0));
        assert_eq!(of(json!({ "minimum": 3, "multipleOf": 2 }), true), json!(4));
    }
}
