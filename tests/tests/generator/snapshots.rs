//! What the generator prints, one small document per feature.
//!
//! A document names the files that show its feature in `x-shows`. They are one snapshot, a Rust file, so that a review
//! shows it with colours.

use std::collections::BTreeSet;
use std::fs;

use serde_yaml::Value;

use crate::documents::{Input, fixtures, root};

#[test]
fn the_output_of_every_fixture_is_the_accepted_one() {
    let mut changed = Vec::new();
    for name in fixtures("accept") {
        let text = shown(&Input::fixture("accept", &name));
        let matches = std::panic::catch_unwind(|| accept(&name, text));
        if matches.is_err() {
            changed.push(name);
        }
    }
    assert!(changed.is_empty(), "the output of these documents changed: {}", changed.join(", "));
}

#[test]
fn every_file_of_every_fixture_is_rust() {
    for name in fixtures("accept") {
        for (path, text) in Input::fixture("accept", &name).files() {
            if path.ends_with(".rs") {
                let parsed = syn::parse_file(&text);
                assert!(parsed.is_ok(), "{name}: {path}: {:?}", parsed.err());
            }
        }
    }
}

/// The descriptions of a document stay what they are: documentation. Whatever they hold, no attribute, item or comment
/// comes of it.
#[test]
fn descriptions_never_become_code() {
    let hostile = Input::fixture("accept", "docs");
    let mut harmless = hostile.clone();
    let mut tree: Value = serde_yaml::from_str(&hostile.text).expect("the fixture is YAML");
    replace_descriptions(&mut tree);
    harmless.text = serde_yaml::to_string(&tree).expect("a tree is YAML");
    let (hostile, harmless) = (hostile.files(), harmless.files());
    assert_eq!(hostile.keys().collect::<Vec<_>>(), harmless.keys().collect::<Vec<_>>());
    let mut differences = 0;
    for (path, text) in &hostile {
        if path.ends_with(".rs") {
            differences += usize::from(*text != harmless[path]);
            assert_eq!(without_comments(text), without_comments(&harmless[path]), "{path}");
        }
    }
    assert!(differences > 3, "the descriptions stand in the output");
}

/// A snapshot that no document makes would look like accepted output for ever.
#[test]
fn there_are_no_snapshots_without_a_test() {
    let mut expected = BTreeSet::new();
    for name in fixtures("accept") {
        expected.extend([format!("accept__{name}.snap"), format!("accept__{name}.snap.rs")]);
    }
    expected.extend(fixtures("reject").iter().map(|name| format!("reject__{name}.snap")));
    expected.extend(["changes.snap", "edits.snap"].map(str::to_owned));
    let found: BTreeSet<String> = fs::read_dir(root().join("tests/snapshots"))
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned())
        .filter(|name| !name.contains(".snap.new"))
        .collect();
    assert_eq!(found, expected);
}

fn accept(name: &str, text: String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name = format!("accept__{name}.rs");
    settings.bind(|| insta::assert_binary_snapshot!(&name, text.into_bytes()));
}

/// The files that a document shows, each below a line with its path.
fn shown(input: &Input) -> String {
    let tree: Value = serde_yaml::from_str(&input.text).expect("the fixture is YAML");
    let paths: Vec<String> = tree["x-shows"]
        .as_sequence()
        .expect("a fixture says what it shows")
        .iter()
        .map(|path| format!("src/{}.rs", path.as_str().expect("a path is text")))
        .collect();
    let files = input.files();
    let mut text = String::new();
    for path in paths {
        let file = files.get(&path);
        assert!(file.is_some(), "{} has no {path}, but {:?}", input.name, files.keys().collect::<Vec<_>>());
        text.push_str(&format!("// ---------- {path}\n\n{}\n", file.map_or("", String::as_str)));
    }
    text
}

fn replace_descriptions(node: &mut Value) {
    match node {
        Value::Mapping(members) => {
            for (key, value) in members {
                match key.as_str() {
                    Some("description" | "summary") if value.is_string() => *value = Value::from("Words."),
                    // What belongs to the configuration or to a name stays.
                    Some("title" | "x-shows") => {}
                    _ => replace_descriptions(value),
                }
            }
        }
        Value::Sequence(values) => values.iter_mut().for_each(replace_descriptions),
        _ => {}
    }
}

/// The code of a file, as tokens without documentation.
fn without_comments(text: &str) -> String {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let tokens: proc_macro2::TokenStream = code.join("\n").parse().expect("what is left is Rust");
    tokens.to_string()
}
