//! A document that is wrong anywhere gets a diagnostic or an honest approximation, never a panic, and what is generated
//! is Rust.

use serde_yaml::Value;
use spec2crate::Outcome;

use crate::documents::{Input, fixtures};

/// What stands in the place of a node: one of these is wrong wherever the other is right.
const WRONG: &[&str] = &[
    "null",
    "{}",
    "[]",
    "true",
    "-1.5",
    "18446744073709551615",
    "text",
    "''",
    "[null, {}, '']",
    "{$ref: '#/components/schemas/Nowhere'}",
    "{$ref: '#'}",
    "{type: object, properties: {a: {type: string}}}",
    "{oneOf: [{type: string}, {type: object}]}",
    "{allOf: [{$ref: '#/components/schemas/Nowhere'}]}",
    "{enum: ['', '+1', a, A, null]}",
];

/// One wrong value at every place of a few documents would take minutes, so this takes few of them.
#[test]
fn no_wrong_value_is_a_reason_to_panic() {
    let tried = try_every(397);
    assert!(tried > 50, "{tried} values were tried");
}

#[test]
#[ignore = "tries every value at every place of every document, which takes half an hour without optimisation"]
fn no_wrong_value_anywhere_is_a_reason_to_panic() {
    println!("{} values were tried", try_every(1));
}

#[test]
fn a_document_that_ends_early_is_no_reason_to_panic() {
    for name in ["union_tag", "query_styles", "security"] {
        let whole = Input::fixture("accept", name);
        let lines: Vec<&str> = whole.text.lines().collect();
        for end in (0..lines.len()).step_by(3) {
            let mut part = whole.clone();
            part.text = lines[..end].join("\n");
            check(&part.generate(), name);
        }
    }
}

/// Puts every `step`th of all wrong values into its place and gives how many that were.
fn try_every(step: usize) -> usize {
    let wrong: Vec<Value> =
        WRONG.iter().map(|text| serde_yaml::from_str(text).expect("a wrong value is YAML")).collect();
    let (mut number, mut tried) = (0, 0);
    for name in fixtures("accept") {
        let input = Input::fixture("accept", &name);
        let tree: Value = serde_yaml::from_str(&input.text).expect("the fixture is YAML");
        for place in 0..count(&tree) {
            for value in &wrong {
                number += 1;
                if number % step != 0 {
                    continue;
                }
                tried += 1;
                let mut changed = tree.clone();
                let way = replace(&mut changed, place, value);
                let mut other = input.clone();
                other.text = serde_yaml::to_string(&changed).expect("a tree is YAML");
                let what = format!("{name} with {value:?} at {}", way.join("/"));
                let outcome = std::panic::catch_unwind(|| other.generate());
                assert!(outcome.is_ok(), "{what}");
                if let Ok(outcome) = outcome {
                    check(&outcome, &what);
                }
            }
        }
    }
    tried
}

fn check(outcome: &Outcome, what: &str) {
    // Every diagnostic can be shown.
    let rendered = outcome.diagnostics.render(&outcome.sources, false);
    assert_eq!(rendered.is_empty(), outcome.diagnostics.is_empty(), "{what}");
    for (path, text) in outcome.files.iter().flat_map(|files| files.iter()) {
        // The runtime is the same for every document.
        if path.ends_with(".rs") && !path.starts_with("src/runtime/") {
            let parsed = syn::parse_file(text);
            assert!(parsed.is_ok(), "{what}: {path}: {:?}", parsed.err());
        }
    }
}

/// How many nodes there are below the root.
fn count(node: &Value) -> usize {
    match node {
        Value::Mapping(members) => members.values().map(|value| 1 + count(value)).sum(),
        Value::Sequence(values) => values.iter().map(|value| 1 + count(value)).sum(),
        _ => 0,
    }
}

/// Replaces the node of this number, in the order of `count`, and gives the way to it.
fn replace(node: &mut Value, mut place: usize, with: &Value) -> Vec<String> {
    let children: Vec<(String, &mut Value)> = match node {
        Value::Mapping(members) => {
            members.iter_mut().map(|(key, value)| (key.as_str().unwrap_or("?").to_owned(), value)).collect()
        }
        Value::Sequence(values) => {
            values.iter_mut().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (name, child) in children {
        if place == 0 {
            *child = with.clone();
            return vec![name];
        }
        place -= 1;
        let inside = count(child);
        if place < inside {
            let mut way = replace(child, place, with);
            way.insert(0, name);
            return way;
        }
        place -= inside;
    }
    Vec::new()
}

#[test]
fn every_place_is_reached() {
    let tree: Value = serde_yaml::from_str("{a: {b: [1, {c: 2}]}, d: 3}").expect("it is YAML");
    let ways: Vec<String> =
        (0..count(&tree)).map(|place| replace(&mut tree.clone(), place, &Value::Null).join("/")).collect();
    assert_eq!(ways, ["a", "a/b", "a/b/0", "a/b/1", "a/b/1/c", "d"]);
}
