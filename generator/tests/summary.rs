//! What a run says at its end: what changed, in terms of the API, and where colours are.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const PETS: &str = "openapi: 3.0.3
info: {title: Pets, version: '1'}
servers: [{url: 'https://example.com'}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [Pets]
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses: {'200': {description: All., content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
    post:
      operationId: addPet
      tags: [Pets]
      responses: {'204': {description: None.}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}, kind: {type: string, enum: [cat, dog]}}}
";

const GENERATE: [&str; 7] = ["generate", "--spec", "pets.yaml", "--out", "pets", "--name", "pets-client"];

fn program(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spec2crate"));
    command.args(GENERATE).args(more).current_dir(folder).env_remove("NO_COLOR");
    command
}

/// The standard output, without the times.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    timeless(&String::from_utf8(output.stdout).unwrap())
}

fn timeless(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    for index in 1..words.len() {
        if words[index].starts_with("ms") || words[index].starts_with("s,") || words[index].starts_with("s.") {
            words[index - 1] = "[time]";
        }
    }
    words.join(" ")
}

/// A crate, and its description after that with an operation under another name, another parameter and a new value.
fn changed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pets.yaml");
    fs::write(&path, PETS).unwrap();
    assert!(program(folder.path(), &[]).output().unwrap().status.success());
    let new = PETS.replace("addPet", "createPet").replace("name: limit", "name: max").replace("dog]", "dog, fox]");
    fs::write(&path, new).unwrap();
    folder
}

/// How many files there are.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

const API: &str =
    "API: breaking: 1 operation added, 1 operation removed, 1 operation changed, 1 type changed; 2 operations and 2 \
                   types in all.
  + operation pets.create_pet
  - operation pets.add_pet
  ~ operation pets.list_pets
  ~ type PetKind
What breaks:
  `pets::ListPets::limit` is gone
Why, and what it means for callers: spec2crate diff OLD pets.yaml, where OLD is the description as it was
";

#[test]
fn a_change_is_told_in_terms_of_the_api() {
    let folder = changed();
    let manifest = folder.path().join("pets/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{text}mine = \"1\"\n")).unwrap();

    let line = text.lines().count() + 1;
    // Of all that is there, seven files change and one goes.
    let same = count(&folder.path().join("pets")) - 8;
    let counts = format!("created, 7 changed, 1 deleted; {same} stay as they are.\n");
    let lost = "Lines that pets/Cargo.toml had, and has no more:\n- mine = \"1\"\n\n";
    let dry = said(&mut program(folder.path(), &["--dry-run"]));
    assert!(dry.contains("missing  pets/src/pets/create_pet.rs\n"), "{dry}");
    let end = format!(
        "\n{lost}Files: 1 would be {counts}{API}Nothing was written; compared in [time] ms, without warnings.\n"
    );
    assert!(dry.ends_with(&end), "{dry}");

    let check = program(folder.path(), &["--check"]).output().unwrap();
    assert!(check.stdout.is_empty(), "{check:?}");
    let check = timeless(&String::from_utf8(check.stderr).unwrap());
    assert!(check.contains(&format!("\n{API}Compared in [time] ms, without warnings.\n")), "{check}");

    let written = said(&mut program(folder.path(), &[]));
    let names = format!("changed  pets/Cargo.toml:{line}\nchanged  pets/api.txt:");
    assert!(written.starts_with(&names) && written.contains("deleted  pets/src/pets/add_pet.rs\n"), "{written}");
    let end = format!("\n{lost}Files: 1 {counts}{API}Written in [time] ms, without warnings.\n");
    assert!(written.ends_with(&end), "{written}");

    let again = said(&mut program(folder.path(), &[]));
    let idle = "Nothing to do: pets/ is up to date; 2 operations and 2 types in all.\nCompared in [time] ms, without warnings.\n";
    assert_eq!(again, idle);
}

#[test]
fn programs_read_it_too() {
    let folder = changed();
    let output = program(folder.path(), &["--format", "json", "--dry-run"]).output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let api = &report["api"];
    assert_eq!(api["effect"], "breaking");
    assert_eq!(api["operations"]["removed"], serde_json::json!(["pets.add_pet"]));
    assert_eq!(api["types"]["changed"], serde_json::json!(["PetKind"]));
    assert_eq!(api["breaks"].as_array().unwrap().len(), 1, "{api:#}");
    assert!(report["milliseconds"].is_u64());
    fs::remove_dir_all(folder.path().join("pets")).unwrap();
    let first = program(folder.path(), &["--format", "json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    assert!(report["api"].is_null(), "there was nothing to compare with: {report:#}");
}

/// no-color.org: `NO_COLOR` counts when it is there and not empty.
#[test]
fn colours_are_for_terminals() {
    let version = Command::new("script").arg("--version").output();
    if !version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux")) {
        println!("skipped: `script` of util-linux, which gives a program a terminal, is not here");
        return;
    }
    let folder = changed();
    // A warning, for the colours of diagnostics.
    let path = folder.path().join("pets.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("Pet: {type: object,", "Pet: {type: object, colour: red,")).unwrap();
    let on_terminal = |name: &str, value: Option<&str>| {
        let words = [&[env!("CARGO_BIN_EXE_spec2crate")][..], &GENERATE, &["--dry-run"]].concat();
        let mut script = Command::new("script");
        script.args(["-qec", &words.join(" "), "/dev/null"]).current_dir(folder.path()).stdin(Stdio::null());
        script.env("SHELL", "/bin/sh").env("TERM", "xterm").env_remove("NO_COLOR");
        if let Some(value) = value {
            script.env(name, value);
        }
        let output = script.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (name, value, coloured) in [
        ("NO_COLOR", None, true),
        ("NO_COLOR", Some(""), true),
        ("NO_COLOR", Some("1"), false),
        ("NO_COLOR", Some("0"), false),
    ] {
        let said = on_terminal(name, value);
        assert!(said.contains("operation pets.add_pet") && said.contains("S2C0204"), "{said}");
        let (summary, finding) = ("\u{1b}[31mbreaking\u{1b}[0m", "\u{1b}[33mwarning[S2C0204]");
        assert_eq!((said.contains(summary), said.contains(finding)), (coloured, coloured), "{value:?}: {said:?}");
        assert_eq!(said.contains('\u{1b}'), coloured, "{value:?}: {said:?}");
    }
    // What a pipe gets has none, whatever else is asked for.
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
        let output = program(folder.path(), &["--dry-run"]).env(name, "1").output().unwrap();
        assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b), "{name}: {output:?}");
    }
}
