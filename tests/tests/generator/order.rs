//! Output depends on what a document says, and not on the order of its mappings or on its notation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_yaml::Value;

use crate::documents::{Input, fixtures};

type Files = BTreeMap<String, String>;

/// The documents that are right, the one of the repository and all small ones, with what is made of them.
static DOCUMENTS: LazyLock<Vec<(Input, Files)>> = LazyLock::new(|| {
    let small = fixtures("accept").into_iter().map(|name| Input::fixture("accept", &name));
    let all = std::iter::once(Input::shipped()).chain(small);
    all.map(|input| (input.clone(), input.files())).collect()
});

#[test]
fn two_runs_give_the_same_bytes() {
    for (input, files) in DOCUMENTS.iter() {
        assert_same(&input.name, "the second run", files, &input.files());
    }
}

#[test]
fn reversed_mappings_give_the_same_files() {
    for (input, files) in DOCUMENTS.iter() {
        let mut other = input.clone();
        other.text = serde_yaml::to_string(&reversed(&tree(input))).expect("a tree is YAML");
        assert_ne!(other.text, input.text);
        assert_same(&input.name, "reversed", files, &other.files());
    }
}

#[test]
fn json_gives_the_same_files_as_yaml() {
    for (input, files) in DOCUMENTS.iter() {
        let tree = tree(input);
        let mut other = input.clone();
        for (what, tree) in [("in JSON", &tree), ("reversed and in JSON", &reversed(&tree))] {
            other.text = json(tree);
            assert!(other.text.starts_with('{'));
            assert_same(&input.name, what, files, &other.files());
        }
    }
}

/// The other side: the order of lists means something, and a test that compares nothing would not see it.
#[test]
fn the_order_of_an_enum_is_kept() {
    let input = Input::fixture("accept", "string_enum");
    let mut other = input.clone();
    other.text = input.text.replacen("[herbivore, carnivore, omnivore]", "[omnivore, herbivore, carnivore]", 1);
    let (before, after) = (input.files(), other.files());
    let changed: Vec<&String> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert_eq!(changed, ["src/types/diet.rs"]);
}

/// Scopes are a set (RFC 6749, section 3.3).
#[test]
fn scopes_in_another_order_give_the_same_files() {
    let mut compared = 0;
    for (input, files) in DOCUMENTS.iter() {
        let mut tree = tree(input);
        let rules = in_rules(&mut tree, &mut |scopes| scopes.reverse());
        if rules > 0 {
            let mut other = input.clone();
            other.text = serde_yaml::to_string(&tree).expect("a tree is YAML");
            assert_same(&input.name, "with other scopes", files, &other.files());
            compared += 1;
        }
    }
    assert!(compared >= 2, "{compared}");
}

/// What has to be there is a set (JSON Schema Validation 2020-12, section 6.5.3): it decides the order of arguments, which
/// the author can choose by that, and no name.
#[test]
fn members_that_are_required_in_another_order_give_the_same_names() {
    let mut moved = 0;
    for (input, files) in DOCUMENTS.iter() {
        let mut tree = tree(input);
        if in_required(&mut tree, &mut |names| names.reverse()) == 0 {
            continue;
        }
        let mut other = input.clone();
        other.text = serde_yaml::to_string(&tree).expect("a tree is YAML");
        let other = other.files();
        assert_eq!(files.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{}", input.name);
        let names = |files: &Files| -> Vec<String> {
            files["api.txt"].lines().map(|line| line.split("fn(").next().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(names(files), names(&other), "{}", input.name);
        moved += usize::from(files["api.txt"] != other["api.txt"]);
    }
    assert!(moved > 0, "there are constructors of several arguments");
}

/// Changes the lists of scopes of more than one; gives how many there are.
fn in_rules(node: &mut Value, change: &mut dyn FnMut(&mut Vec<Value>)) -> usize {
    match node {
        Value::Mapping(members) => members.iter_mut().fold(0, |count, (key, value)| match value {
            Value::Sequence(rules) if key == "security" => {
                count + rules.iter_mut().map(|rule| each_list(rule, change)).sum::<usize>()
            }
            value => count + in_rules(value, change),
        }),
        Value::Sequence(values) => values.iter_mut().map(|value| in_rules(value, change)).sum(),
        _ => 0,
    }
}

/// Changes the lists of `required` of more than one; gives how many there are.
fn in_required(node: &mut Value, change: &mut dyn FnMut(&mut Vec<Value>)) -> usize {
    match node {
        Value::Mapping(members) => members.iter_mut().fold(0, |count, (key, value)| match value {
            Value::Sequence(names) if key == "required" && names.len() > 1 => {
                change(names);
                count + 1
            }
            value => count + in_required(value, change),
        }),
        Value::Sequence(values) => values.iter_mut().map(|value| in_required(value, change)).sum(),
        _ => 0,
    }
}

fn each_list(rule: &mut Value, change: &mut dyn FnMut(&mut Vec<Value>)) -> usize {
    let lists = rule.as_mapping_mut().into_iter().flatten().filter_map(|(_, scopes)| scopes.as_sequence_mut());
    lists.filter(|scopes| scopes.len() > 1).map(change).count()
}

/// The diagnostics of bad documents stand in the order of the text, whatever order its mappings have, and are as many.
#[test]
fn reversed_mappings_give_the_same_diagnostics() {
    for name in fixtures("reject") {
        let input = Input::fixture("reject", &name);
        // What is no YAML has no mappings, and a tree has neither equal keys nor tags.
        if matches!(name.as_str(), "yaml" | "text" | "nine") {
            continue;
        }
        let mut other = input.clone();
        other.text = serde_yaml::to_string(&reversed(&tree(&input))).expect("a tree is YAML");
        let found = |input: &Input| {
            let outcome = input.generate();
            let mut found: Vec<String> = outcome
                .diagnostics
                .iter()
                .map(|found| format!("{} {} {} {:?}", found.code, found.origin, found.message, found.help))
                .collect();
            found.sort();
            found
        };
        assert_eq!(found(&input), found(&other), "{name}");
    }
}

fn tree(input: &Input) -> Value {
    let mut tree: Value = serde_yaml::from_str(&input.text).expect("the document is YAML");
    tree.apply_merge().expect("its merge keys hold mappings");
    tree
}

pub(crate) fn reversed(node: &Value) -> Value {
    match node {
        Value::Mapping(members) => {
            let mut members: Vec<_> = members.iter().map(|(key, value)| (key.clone(), reversed(value))).collect();
            members.reverse();
            Value::Mapping(members.into_iter().collect())
        }
        Value::Sequence(values) => Value::Sequence(values.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

/// JSON with the members in the order of the tree; serde_json would sort them.
fn json(node: &Value) -> String {
    match node {
        Value::Mapping(members) => {
            let members = members.iter().map(|(key, value)| {
                // In JSON every key is a text.
                let key = match key {
                    Value::String(text) => text.clone(),
                    other => serde_yaml::to_string(other).expect("a key is a scalar").trim().to_owned(),
                };
                format!("{}:{}", text(&Value::from(key)), json(value))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Sequence(values) => format!("[{}]", values.iter().map(json).collect::<Vec<_>>().join(",")),
        other => text(other),
    }
}

fn text(scalar: &Value) -> String {
    serde_json::to_string(scalar).expect("a scalar is JSON")
}

fn assert_same(name: &str, what: &str, expected: &Files, found: &Files) {
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{name}, {what}");
    for (path, text) in expected {
        let line = text.lines().zip(found[path].lines()).find(|(a, b)| a != b);
        assert!(*text == found[path], "{name}, {what}: {path} differs: {line:?}");
    }
}
