//! The values at the bounds of plain schemas.

use serde_json::{Map, Number, Value, json};

use crate::corpus::leaf::{fitted, formatted, matching};

/// The longest text that is made to reach a bound, in characters.
const LONGEST: u64 = 2_000;

/// How many texts of a pattern are taken.
const MOST_MATCHING: usize = 4;

/// Texts: a usual one, those of the least and the greatest length, and characters that have to be escaped.
pub(super) fn texts(node: &Map<String, Value>) -> Vec<Value> {
    let count = |key: &str| node.get(key).and_then(Value::as_u64);
    let (least, most) = (count("minLength").unwrap_or_default(), count("maxLength"));
    let fits = |text: &String| {
        let length = text.chars().count() as u64;
        length >= least && most.is_none_or(|most| length <= most)
    };
    let mut found: Vec<String> = Vec::new();
    if let Some(pattern) = node.get("pattern").and_then(Value::as_str) {
        let given = ["example", "default"].into_iter().filter_map(|key| node.get(key)?.as_str().map(str::to_owned));
        found.extend(matching(pattern, node).filter(fits).take(MOST_MATCHING));
        if found.is_empty() {
            found.extend(given);
        }
    } else if let Some(text) = formatted(node) {
        found.push(fitted(text, node));
        match node.get("format").and_then(Value::as_str) {
            Some("date-time") => found.push("2026-01-02T03:04:05.123456+02:00".to_owned()),
            Some("byte" | "base64") => found.push("AA==".to_owned()),
            _ => {}
        }
    } else {
        found.push(fitted("a b/c&ü", node));
        for bound in [Some(least), most].into_iter().flatten().filter(|bound| *bound <= LONGEST) {
            found.push("x".repeat(usize::try_from(bound).unwrap_or_default()));
        }
        found.push("\"\\\n\u{1F600}\u{0}".to_owned());
    }
    found.retain(fits);
    found.into_iter().map(Value::String).collect()
}

/// Integers: a usual one, and those at the bounds and at the ends of the format. All are written without a fraction: `1.0` is
/// the same number, but no type of Rust for integers reads it.
pub(super) fn integers(node: &Map<String, Value>) -> Vec<Value> {
    let (least, most) = match node.get("format").and_then(Value::as_str) {
        Some("int8") => (i8::MIN.into(), i8::MAX.into()),
        Some("uint8") => (0, u8::MAX.into()),
        Some("int16") => (i16::MIN.into(), i16::MAX.into()),
        Some("uint16") => (0, u16::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("uint32") => (0, u32::MAX.into()),
        Some("uint64" | "uint") => (0, u64::MAX.into()),
        _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
    };
    let step = node.get("multipleOf").and_then(whole).filter(|step| *step > 0).unwrap_or(1);
    let bound = |key: &str, flag: &str, by: i128| {
        let plain = node.get(key).and_then(whole);
        let exclusive = match node.get(flag) {
            Some(Value::Bool(true)) => plain,
            other => other.and_then(whole),
        };
        (exclusive.map(|bound| bound + by), plain)
    };
    let (above, at_least) = bound("minimum", "exclusiveMinimum", 1);
    let (below, at_most) = bound("maximum", "exclusiveMaximum", -1);
    let least = [above, at_least].into_iter().flatten().fold(least, i128::max);
    let most = [below, at_most].into_iter().flatten().fold(most, i128::min);
    let up = |number: i128| number + (step - number.rem_euclid(step)) % step;
    let down = |number: i128| number - number.rem_euclid(step);
    let mut found = Vec::new();
    for number in [up(1.max(least).min(most)), up(least), down(most), 0, -step] {
        if (least..=most).contains(&number) && !found.contains(&number) {
            found.push(number);
        }
    }
    found.iter().filter_map(|number| Number::from_i128(*number)).map(Value::Number).collect()
}

/// The value of a number that is written as an integer, also with a fraction of zero.
fn whole(value: &Value) -> Option<i128> {
    let Value::Number(number) = value else { return None };
    number.as_i128().or_else(|| number.as_f64().filter(|float| float.abs() < 1e30).map(|float| float.ceil() as i128))
}

/// Numbers: a usual one, those at the bounds, a small and a large one, and integers.
pub(super) fn numbers(node: &Map<String, Value>) -> Vec<Value> {
    let of = |key: &str| node.get(key).and_then(Value::as_f64);
    let exclusive = |flag: &str, key: &str| match node.get(flag) {
        Some(Value::Bool(true)) => of(key),
        _ => of(flag),
    };
    let (above, below) = (exclusive("exclusiveMinimum", "minimum"), exclusive("exclusiveMaximum", "maximum"));
    let fits = |number: &f64| {
        of("minimum").is_none_or(|least| *number >= least)
            && of("maximum").is_none_or(|most| *number <= most)
            && above.is_none_or(|least| *number > least)
            && below.is_none_or(|most| *number < most)
            && of("multipleOf").filter(|of| *of > 0.0).is_none_or(|of| (number / of).fract() == 0.0)
    };
    let near = |bound: Option<f64>, by: f64| [bound.map(|bound| bound + by), bound.map(|bound| bound + by / 1024.0)];
    let large = if node.get("format").is_some_and(|format| format == "float") { 1e30 } else { 1e300 };
    let usual = [1.5, -2.25, 1.0, large, 1e-7, 0.0];
    let multiple = of("multipleOf").map(|of| of * 3.0);
    let bounds = [of("minimum"), of("maximum"), multiple].into_iter();
    let bounds = bounds.chain(near(above, 1.0)).chain(near(below, -1.0)).flatten();
    let mut found: Vec<f64> = Vec::new();
    for number in usual.into_iter().take(1).chain(bounds).chain(usual).filter(fits) {
        if !found.contains(&number) {
            found.push(number);
        }
    }
    let mut values: Vec<Value> =
        found.iter().filter_map(|number| Number::from_f64(*number)).map(Value::Number).collect();
    if fits(&1.0) {
        values.push(json!(1));
    }
    values
}
