//! The output compiles: the crates of all fixtures are built in one workspace in the target directory, with every lint
//! of the generated manifests and of clippy as an error.
//!
//! The first run builds the dependencies and takes about a minute; later ones build what changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::documents::{Input, fixtures, read, root};

#[test]
fn the_crates_of_all_fixtures_compile_without_a_warning() {
    let yard = Yard::open("accept", &accepted());
    let features = ["--no-default-features", "--features", "mock"];
    yard.run(&[&["clippy", "--workspace"], features.as_slice(), &["--keep-going", "--", "-D", "warnings"]].concat());
}

#[test]
fn hostile_descriptions_and_names_make_sound_documentation() {
    let mut crates = accepted();
    crates.retain(|name, _| matches!(name.as_str(), "docs" | "reserved-names"));
    assert_eq!(crates.len(), 2);
    let yard = Yard::open("documented", &crates);
    let said = yard.run(&["doc", "--workspace", "--no-deps", "--no-default-features", "--keep-going"]);
    let complaints: Vec<&str> = said.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}\n{said}");
}

#[test]
#[ignore = "builds the dependencies of the crates once more, in full, which takes a minute or two"]
fn the_examples_of_all_fixtures_compile() {
    let yard = Yard::open("accept", &accepted());
    yard.run(&["test", "--workspace", "--doc", "--no-default-features", "--no-fail-fast"]);
}

fn accepted() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut crates = BTreeMap::new();
    for fixture in fixtures("accept") {
        let files = Input::fixture("accept", &fixture).files();
        let name = fixture.replace('_', "-");
        assert!(files["Cargo.toml"].contains(&format!("name = \"{name}\"")), "{fixture} names its crate {name}");
        crates.insert(name, files);
    }
    crates
}

/// A workspace of crates in the target directory. A folder of an earlier run is brought up to date, so that what did not
/// change is not built again.
pub(crate) struct Yard {
    root: PathBuf,
}

impl Yard {
    /// Writes crates, given as their files by path.
    pub(crate) fn open(name: &str, crates: &BTreeMap<String, BTreeMap<String, String>>) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("yard").join(name);
        let members: Vec<&String> = crates.keys().collect();
        let mut wanted = BTreeMap::new();
        let manifest =
            format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[profile.dev]\ndebug = false\n");
        wanted.insert("Cargo.toml".to_owned(), manifest);
        for (name, files) in crates {
            wanted.extend(files.iter().map(|(path, text)| (format!("{name}/{path}"), text.clone())));
        }
        mirror(&root, &wanted);
        // Cargo adds the members to it.
        fs::write(root.join("Cargo.lock"), read("Cargo.lock")).expect("the folder can be written to");
        Self { root }
    }

    /// Runs cargo, which must succeed, and gives what it says.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.cargo(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        let of_interest = said.lines().filter(|line| {
            !["Checking ", "Compiling ", "Documenting ", "Downloaded "]
                .iter()
                .any(|word| line.trim_start().starts_with(word))
        });
        let of_interest = of_interest.collect::<Vec<_>>().join("\n");
        assert!(output.status.success(), "cargo {}:\n{of_interest}\n{printed}", arguments.join(" "));
        of_interest
    }

    /// Runs cargo, which may fail, and gives its messages.
    pub(crate) fn messages(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.cargo(arguments);
        let printed = String::from_utf8_lossy(&output.stdout);
        let messages: Vec<Value> = printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let finished = messages.iter().any(|message| message["reason"] == "build-finished");
        assert!(finished, "cargo {}:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        messages
    }

    /// Whether what cargo runs succeeds.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> bool {
        let output = self.cargo(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("error: could not compile"), "cargo {}:\n{said}", arguments.join(" "));
        output.status.success()
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        let (command, others) = arguments.split_first().expect("there is a command");
        // All yards share what they build.
        let target = self.root.with_file_name("target");
        Command::new(env!("CARGO"))
            .arg(command)
            .arg("--offline")
            .args(others)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("RUSTFLAGS")
            .env_remove("RUSTDOCFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .output()
            .expect("cargo can be started")
    }
}

/// Makes a folder hold these files and no others. A file that is right is not touched.
fn mirror(root: &Path, wanted: &BTreeMap<String, String>) {
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(root.join(&folder)) else { continue };
        for entry in entries {
            let entry = entry.expect("the folder can be read");
            let path = folder.join(entry.file_name());
            let name = path.to_string_lossy().replace('\\', "/");
            if entry.path().is_dir() {
                open.push(path);
            } else if !wanted.contains_key(&name) {
                fs::remove_file(entry.path()).expect("a file can be deleted");
            }
        }
    }
    for (path, text) in wanted {
        let path = root.join(path);
        if fs::read_to_string(&path).is_ok_and(|present| present == *text) {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap_or(root)).expect("a folder can be created");
        fs::write(&path, text).expect("a file can be written");
    }
}

#[test]
fn the_repository_has_a_lock_file() {
    assert!(root().join("Cargo.lock").exists(), "without it, the crates above would be built with other dependencies");
}
