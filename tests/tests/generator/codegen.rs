//! `generated/` is what the description gives, and nothing is written but what has to be.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use spec2crate::sync::{self, Before, Change, Done, Plan, Run};

use crate::documents::{Input, files_below, read, root};

/// The same as `cargo xtask codegen --check`.
#[test]
fn the_checked_in_crate_is_up_to_date() {
    let outcome = Input::shipped().generate();
    assert!(outcome.is_complete(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    assert!(outcome.diagnostics.is_empty(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    let files = outcome.files.as_ref().expect("the description can be read");
    let plan = sync::plan(files, &root().join("generated")).expect("the folder can be read");
    assert!(plan.changes.is_empty(), "run `cargo xtask codegen`:\n{}", sync::drift(&plan, "generated"));
}

/// The tests read the description as the task does, or they would test something else.
#[test]
fn the_tests_read_what_the_task_reads() {
    let task = read("xtask/src/codegen.rs");
    for text in
        ["\"spec/openapi.yaml\"", "\"spec/codegen.toml\"", "\"spec/ext\"", "\"cargo xtask codegen\"", "\"generated\""]
    {
        assert!(task.contains(text), "{text}");
    }
    let ext = sync::modules(&root().join("spec/ext")).expect("the folder can be read");
    assert_eq!(ext, Input::shipped().ext);
}

#[test]
fn deleting_everything_but_the_manifest_brings_back_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder can be created");
    let copy = folder.path();
    let before = checked_in();
    assert!(before.len() > 100, "the crate has files");
    fs::write(copy.join("Cargo.toml"), &before["Cargo.toml"]).expect("the folder can be written to");

    let outcome = Input::shipped().generate();
    let files = outcome.files.as_ref().expect("the description can be read");
    let first = sync::apply(files, copy).expect("the folder can be written to");
    let created = first.changes.iter().filter(|change| matches!(change, Change::Missing { .. })).count();
    assert_eq!((first.changes.len(), created), (before.len() - 1, before.len() - 1), "everything but the manifest");
    assert!(on_disk(copy) == before, "the same files with the same bytes");

    let times = times(copy);
    let second = sync::apply(files, copy).expect("the folder can be read");
    assert_eq!(second, Plan::default());
    assert_eq!(times, self::times(copy), "the second run touches nothing");
    let run = Run {
        folder: "generated",
        plan: &second,
        outcome: &outcome,
        before: &Before::read(copy),
        done: Done::Written,
        compare: "cargo xtask diff HEAD",
        elapsed: Duration::ZERO,
        colours: false,
    };
    let said = run.to_string();
    assert!(said.starts_with("Nothing to do: generated/ is up to date"), "{said}");
}

#[test]
fn a_file_that_differs_is_the_only_one_that_is_written() {
    let folder = tempfile::tempdir().expect("a folder can be created");
    let copy = folder.path();
    let outcome = Input::shipped().generate();
    let files = outcome.files.as_ref().expect("the description can be read");
    sync::apply(files, copy).expect("the folder can be written to");
    let changed = copy.join("src/types/connection.rs");
    let text = fs::read_to_string(&changed).expect("the file is there");
    fs::write(&changed, text.replacen("pub struct Connection {", "pub struct Connection{", 1))
        .expect("it can be written");
    fs::write(copy.join("notes.txt"), "mine").expect("it can be written");

    let plan = sync::plan(files, copy).expect("the folder can be read");
    let line = text.lines().position(|line| line == "pub struct Connection {").map_or(0, |index| index + 1);
    let drift = sync::drift(&plan, "generated");
    assert_eq!(
        drift,
        format!(
            "changed  generated/src/types/connection.rs:{line}\n         - pub struct Connection{{\n         \
             + pub struct Connection {{\n"
        )
    );
    let done = sync::apply(files, copy).expect("the folder can be written to");
    assert_eq!(done, plan);
    assert_eq!(fs::read_to_string(&changed).expect("the file is there"), text);
    assert_eq!(fs::read_to_string(copy.join("notes.txt")).expect("the file is there"), "mine");
}

/// The files of generated/ with their bytes.
fn checked_in() -> BTreeMap<String, Vec<u8>> {
    let files = files_below("generated", "").into_iter().map(|path| {
        let bytes = fs::read(root().join(&path)).expect("the file can be read");
        (path.trim_start_matches("generated/").to_owned(), bytes)
    });
    files.collect()
}

fn on_disk(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walk(folder, &|path| fs::read(path).expect("the file can be read"))
}

fn times(folder: &Path) -> BTreeMap<String, std::time::SystemTime> {
    walk(folder, &|path| {
        let metadata = fs::metadata(path).expect("the file is there");
        metadata.modified().expect("files have times")
    })
}

fn walk<T>(folder: &Path, of: &dyn Fn(&Path) -> T) -> BTreeMap<String, T> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(current) = open.pop() {
        for entry in fs::read_dir(&current).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it lies below").to_string_lossy().replace('\\', "/");
                found.insert(name, of(&path));
            }
        }
    }
    found
}

#[test]
fn the_size_of_a_page_is_its_default_or_else_the_greatest() {
    let files = Input::shipped().files();
    let sizes: Vec<&str> = files
        .values()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.trim().strip_prefix(".page_size(")?.trim_end_matches(';').strip_suffix(')'))
        .filter_map(|arguments| Some(arguments.split_once(", ")?.1))
        .collect();
    assert_eq!(sizes, ["1000", "10", "100"]);
}
