//! YAML as JSON: keys that are no texts become some, merge keys are followed, tags are passed over, and a number that is too
//! great for an integer is a float.

use std::fmt;

use serde::de::{Deserialize, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads a document.
pub(super) fn parse(text: &str) -> Result<Value, serde_yaml::Error> {
    serde_yaml::from_str(text).map(|Tree(value)| merged(value))
}

/// Takes the members that a merge key gives into their mapping; those that are there stay.
fn merged(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(merged).collect(),
        Value::Object(map) => {
            let mut map: Map<_, _> = map.into_iter().map(|(key, value)| (key, merged(value))).collect();
            let given = match map.remove("<<") {
                Some(Value::Array(list)) => list,
                Some(one) => vec![one],
                None => Vec::new(),
            };
            for (key, value) in given.into_iter().filter_map(|given| given.as_object().cloned()).flatten() {
                map.entry(key).or_insert(value);
            }
            Value::Object(map)
        }
        other => other,
    }
}

/// A node of a document.
struct Tree(Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read).map(Self)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Tree(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((Tree(key), Tree(value))) = map.next_entry()? {
            let key = match key {
                Value::String(text) => text,
                other => other.to_string(),
            };
            members.insert(key, value);
        }
        Ok(members.into())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (Tree(_), value) = tagged.variant()?;
        value.newtype_variant().map(|Tree(value)| value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn documents_are_read_as_json() -> Result<(), serde_yaml::Error> {
        let text = "
base: &base { a: 1, b: { c: .5 } }
more: { <<: *base, a: 2 }
200: [true, null, 'x', -3, 18446744073709552000]
tagged: !local { d: e }
";
        let wanted = json!({
            "base": { "a": 1, "b": { "c": 0.5 } },
            "more": { "a": 2, "b": { "c": 0.5 } },
            "200": [true, null, "x", -3, 18_446_744_073_709_552_000.0],
            "tagged": { "d": "e" },
        });
        assert_eq!(parse(text)?, wanted);
        Ok(())
    }
}
