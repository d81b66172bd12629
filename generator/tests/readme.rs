//! The commands of the readmes are run as they stand there.
#![cfg(all(feature = "cli", not(target_family = "wasm")))]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Commands that are not run here: their beginnings, and what shows that they work.
const ELSEWHERE: &[(&str, &str)] = &[
    ("cargo xtask codegen", "xtask/tests/codegen.rs"),
    ("cargo test --workspace", ".ci/run"),
    ("cargo install --path generator --features cli", "generator/tests/command.rs runs the program that it builds"),
    ("cargo install spec2crate --features cli", "generator/tests/command.rs runs the program that it builds"),
    ("cargo check --manifest-path client/Cargo.toml", "tests/tests/generator/compile.rs"),
    ("cargo doc --manifest-path x-client/Cargo.toml", "tests/tests/generator/compile.rs"),
    ("cd pets && cargo check", "tests/tests/generator/compile.rs"),
    ("curl -fLo ", "nothing is read from the network here: the file is put there"),
];

/// JSON, and so YAML too.
const SPEC: &str = r#"{ "openapi": "3.0.3", "info": { "title": "Pets", "version": "1" }, "paths": { "/pets": { "get": {
    "operationId": "listPets", "responses": { "200": { "description": "All of them." } } } } } }"#;

/// The commands of the fenced blocks of a text, without their comments.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            inside = matches!(language, "console" | "sh");
        } else if inside && !line.is_empty() {
            found.push(line.split(" #").next().unwrap_or(line).trim().to_owned());
        }
    }
    found
}

fn run_all(readme: &Path) -> usize {
    let text = fs::read_to_string(readme).unwrap_or_else(|error| unreachable!("{}: {error}", readme.display()));
    let folder = tempfile::tempdir().expect("a folder can be made");
    for name in ["openapi.yaml", "old.yaml", "new.yaml", "x.json"] {
        fs::write(folder.path().join(name), SPEC).expect("a file can be written");
    }
    fs::write(folder.path().join("codegen.toml"), "version = 1\n").expect("a file can be written");
    let mut run = 0;
    for command in commands(&text) {
        let Some(arguments) = command.strip_prefix("spec2crate ") else {
            let known = ELSEWHERE.iter().any(|(beginning, _)| command.starts_with(beginning));
            assert!(known, "{}: nothing shows that `{command}` works", readme.display());
            // What a command is about is there by then.
            if let Some((_, manifest)) = command.split_once("--manifest-path ") {
                let manifest = manifest.split(' ').next().unwrap_or_default();
                assert!(folder.path().join(manifest).is_file(), "{}: {manifest} is not there", readme.display());
            }
            continue;
        };
        let output = Command::new(env!("CARGO_BIN_EXE_spec2crate"))
            .args(arguments.split_whitespace())
            .current_dir(folder.path())
            .output()
            .expect("the program can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: `{command}`: {said}", readme.display());
        run += 1;
    }
    run
}

#[test]
fn every_command_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert!(run_all(&root.join("README.md")) >= 4);
    assert!(run_all(&root.join("generator/README.md")) >= 1);
}
