//! The list of public items holds what the compiler holds to be public, item for item.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use spec2crate::surface::{api, each};
use spec2crate::sync::{DiskLoader, apply};
use spec2crate::{Request, generate};
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

/// Without a library for TLS, which adds minutes and no item.
const FEATURES: &[&str] = &[
    "chrono04",
    "exhaustive",
    "gzip",
    "jiff02",
    "mock",
    "oauth1",
    "oauth2",
    "reqwest013",
    "time03",
    "tracing",
    "webhook",
];

fn assert_package_equal(folder: &Path, name: &str) {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("the crate has a manifest");
    let manifest: toml::Table = manifest.parse().expect("the manifest is TOML");
    let features: Vec<&str> =
        FEATURES.iter().copied().filter(|feature| manifest["features"].get(feature).is_some()).collect();
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documented");
    let json = document_package(folder, name, &features, &out).expect("the crate compiles");
    assert_equal(folder, json, &|condition| {
        let feature = condition.strip_prefix("feature=");
        assert!(feature.is_none_or(|feature| features.contains(&feature)), "{condition} is not compared");
        holds_here(condition, &features)
    });
}

#[test]
fn the_generated_crate() {
    assert_package_equal(&workspace().join("generated"), "x-api-client");
}

/// Real descriptions: the whole API of which spec/ holds a part, and others with what it lacks, such as bodies in several
/// forms, recursive types and servers with variables.
#[test]
#[ignore = "builds the crates of large descriptions, which takes minutes, and needs a folder of them beside the repository"]
fn the_crates_of_real_descriptions() {
    let corpus = workspace().join("../shared/corpus");
    if !corpus.is_dir() {
        return eprintln!("skipped: there is no folder ../shared/corpus beside the repository");
    }
    for file in ["x.json", "train_travel.yaml", "discord.json", "box.json"] {
        let name = format!("listed-{}", file.split('.').next().unwrap_or(file).replace('_', "-"));
        let request = Request { name: Some(name.clone()), keep_going: true, ..Request::new(file) };
        let outcome = generate(&DiskLoader::new(&corpus), &request);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("listed").join(&name);
        apply(outcome.files.as_ref().expect("a crate comes of it"), &folder).expect("the crate can be written");
        let manifest = folder.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("the crate has a manifest");
        fs::write(&manifest, format!("{text}\n[workspace]\n")).expect("the manifest can be written");
        fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the versions are pinned");
        assert_package_equal(&folder, &name);
    }
}
