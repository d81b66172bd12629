//! Every type of the generated client: what is read is written as it was, and what is written is read as it is.

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Result, Unstructured};
use serde_json::{Map, Value, json};
use tests::equality::Schemas;

use super::types::{NAMES, description, through_type};

static DESCRIPTION: LazyLock<Schemas> = LazyLock::new(description);

/// Every text of the description's schemas, among which are the names of members and the values of enums.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut words = Vec::new();
    collect(&DESCRIPTION.document()["components"]["schemas"], &mut words);
    words.sort();
    words.dedup();
    words
});

fn collect(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() < 40 => words.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            words.push(name.clone());
            collect(value, words);
        }),
        _ => {}
    }
}

/// How deep values are made.
const DEEPEST: usize = 6;

/// The first bytes choose a type; the others make a value, mostly of the words that the description has, and often of the shape
/// that the schema of the type asks for.
///
/// # Panics
///
/// Where what is read is not written again, or what is written is not read as it is.
pub fn types(bytes: &[u8]) {
    let mut source = Unstructured::new(bytes);
    let Ok((name, value)) = typed(&mut source) else { return };
    let read = |value: &Value| through_type(name, value).expect("every name has a type");
    let Ok(written) = read(&value) else { return };
    let again =
        read(&written).unwrap_or_else(|error| unreachable!("{name} cannot read what it wrote: {error}\n{written}"));
    assert_eq!(loose(again, true), loose(written.clone(), true), "{name} reads what it wrote as something else");
    let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
    // The arm of a union that a value is read into leaves out what only another arm knows, as every type does with what it does not
    // know; which members these are is not asked here again.
    if has_union(name, &mut Vec::new()) {
        return;
    }
    let lost = DESCRIPTION.difference(&schema, &loose(value.clone(), false), &loose(written, false));
    assert_eq!(lost, None, "{name} loses something of {value}");
}

/// Whether a union is part of a type.
fn has_union<'d>(name: &'d str, within: &mut Vec<&'d str>) -> bool {
    fn looks<'d>(schema: &'d Value, within: &mut Vec<&'d str>) -> bool {
        match schema {
            Value::Object(members) => members.iter().any(|(key, value)| match (key.as_str(), value) {
                ("oneOf" | "anyOf", _) => true,
                ("$ref", Value::String(target)) => has_union(target.rsplit('/').next().unwrap_or_default(), within),
                _ => looks(value, within),
            }),
            Value::Array(items) => items.iter().any(|item| looks(item, within)),
            _ => false,
        }
    }
    if within.contains(&name) {
        return false;
    }
    within.push(name);
    looks(&DESCRIPTION.document()["components"]["schemas"][name], within)
}

/// The value with numbers as texts, because an id that comes as a number is read as the text that it is described as, and without
/// members that are null or an empty list, which say as much as if they were not there; nor an empty object, where `bare`.
fn loose(value: Value, bare: bool) -> Value {
    match value {
        // 1 and 1.0 are one number.
        Value::Number(number) => number.to_string().trim_end_matches(".0").into(),
        Value::Array(items) => items.into_iter().map(|item| loose(item, bare)).collect(),
        Value::Object(members) => {
            let says = |value: &Value| match value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !members.is_empty() || !bare,
                _ => true,
            };
            let members = members.into_iter().map(|(name, value)| (name, loose(value, bare)));
            members.filter(|(_, value)| says(value)).collect()
        }
        other => other,
    }
}

fn typed(source: &mut Unstructured<'_>) -> Result<(&'static str, Value)> {
    let name = *source.choose(NAMES)?;
    let schema = &DESCRIPTION.document()["components"]["schemas"][name];
    Ok((name, shaped(source, schema, 0)?))
}

/// A value that mostly has the shape of a schema.
fn shaped(source: &mut Unstructured<'_>, schema: &Value, depth: usize) -> Result<Value> {
    if depth > DEEPEST || source.ratio(1, 12)? {
        return any(source, depth);
    }
    if let Some(target) = schema["$ref"].as_str() {
        let target = DESCRIPTION.document().pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null);
        return shaped(source, target, depth + 1);
    }
    for union in ["oneOf", "anyOf", "allOf"] {
        if let Some(arms) = schema[union].as_array().filter(|arms| !arms.is_empty()) {
            let arm = source.choose(arms)?;
            return shaped(source, arm, depth + 1);
        }
    }
    match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
        Some("object") => {
            let mut members = Map::new();
            for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                if source.ratio(1, 2)? {
                    members.insert(name.clone(), shaped(source, schema, depth + 1)?);
                }
            }
            for _ in 0..source.int_in_range(0..=2)? {
                members.insert(word(source)?, any(source, depth + 1)?);
            }
            Ok(members.into())
        }
        Some("array") => {
            let count = source.int_in_range(0..=3)?;
            (0..count).map(|_| shaped(source, &schema["items"], depth + 1)).collect::<Result<Vec<_>>>().map(Value::from)
        }
        Some("integer") => Ok(i64::arbitrary(source)?.into()),
        Some("number") => fraction(source),
        Some("boolean") => Ok(bool::arbitrary(source)?.into()),
        _ => match schema["enum"].as_array().filter(|values| !values.is_empty()) {
            Some(values) => Ok(source.choose(values)?.clone()),
            None => Ok(word(source)?.into()),
        },
    }
}

fn word(source: &mut Unstructured<'_>) -> Result<String> {
    match source.ratio(3, 4)? {
        true => source.choose(&WORDS).cloned(),
        false => String::arbitrary(source),
    }
}

fn any(source: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(match source.int_in_range(0..=if depth > DEEPEST { 5 } else { 7 })? {
        0 => Value::Null,
        1 => bool::arbitrary(source)?.into(),
        // What a number without bounds is read into holds these exactly.
        2 => i32::arbitrary(source)?.into(),
        3 => fraction(source)?,
        4 => u32::arbitrary(source)?.into(),
        5 => word(source)?.into(),
        6 => {
            let count = source.int_in_range(0..=3)?;
            (0..count).map(|_| any(source, depth + 1)).collect::<Result<Vec<_>>>()?.into()
        }
        _ => {
            let count = source.int_in_range(0..=3)?;
            let members = (0..count).map(|_| Ok((word(source)?, any(source, depth + 1)?)));
            Value::Object(members.collect::<Result<Map<_, _>>>()?)
        }
    })
}

/// A number that has few digits: of one with seventeen, serde_json reads the last one right only with a feature that is slower.
fn fraction(source: &mut Unstructured<'_>) -> Result<Value> {
    Ok((f64::from(i32::arbitrary(source)?) / 8.0).into())
}
