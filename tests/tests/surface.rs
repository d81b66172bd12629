//! The list of public items holds what the compiler holds to be public, item for item.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use spec2crate::surface::{api, each};
use tests::rustdoc::{document_file, document_package, holds_here, items_from_api_txt, items_from_rustdoc_json};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files below a folder, with paths relative to it.
fn files(root: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).expect("the crate is there") {
            let entry = entry.expect("the crate can be listed");
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(entry.path()).expect("the crate can be read");
                files.push((path.to_str().expect("the crate has plain names").replace('\\', "/"), text));
            }
        }
    }
    files
}

/// The lines, with one of its own for each trait of an item.
fn one_by_one(text: &str) -> String {
    let mut lines = String::new();
    for (path, what) in text.lines().filter_map(|line| line.split_once(": ")) {
        each(what).iter().for_each(|what| lines.push_str(&format!("{path}: {what}\n")));
    }
    lines
}

fn assert_equal(root: &Path, json: Option<Value>, is_set: &dyn Fn(&str) -> bool) {
    let Some(json) = json else { return };
    let documented = items_from_rustdoc_json(&json).expect("this is the JSON of rustdoc");
    let files = files(root);
    let text = api(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).expect("the crate is Rust");
    let listed = items_from_api_txt(&one_by_one(&text), is_set);
    let missing: BTreeSet<_> = documented.difference(&listed).collect();
    let surplus: BTreeSet<_> = listed.difference(&documented).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "not listed: {missing:#?}\nlisted alone: {surplus:#?}");
    assert!(documented.len() > 90, "{} items are too few to mean anything", documented.len());
}

#[test]
fn a_crate_with_one_of_everything() {
    let features = ["extra"];
    let root = workspace().join("generator/tests/fixtures/surface_crate");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("surface");
    let json = document_file(&root.join("src/lib.rs"), &features, &out).expect("the fixture compiles");
    assert_equal(&root, json, &|condition| holds_here(condition, &features));
}

#[test]
fn the_generated_crate() {
    // Without a library for TLS, which adds minutes and no item.
    let features =
        ["chrono04", "exhaustive", "gzip", "jiff02", "oauth1", "oauth2", "reqwest013", "time03", "tracing", "webhook"];
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documented");
    let json = document_package("x-api-client", &features, &out).expect("the crate compiles");
    assert_equal(&workspace().join("generated"), json, &|condition| {
        let feature = condition.strip_prefix("feature=");
        assert!(feature.is_none_or(|feature| features.contains(&feature)), "{condition} is not compared");
        holds_here(condition, &features)
    });
}
