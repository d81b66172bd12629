//! The verdicts held against those of cargo-semver-checks, which reads the documentation of both crates.
//!
//! It sees less: no changed types of parameters and members, no wire. What it does see has to be a break here too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use spec2crate::diff::{Effect, diff};
use spec2crate::sync::apply;

use super::{changed, outcome, rows, zoo};

#[test]
#[ignore = "needs cargo-semver-checks (cargo install cargo-semver-checks --locked), and takes some minutes"]
fn what_cargo_semver_checks_calls_a_break_is_one() {
    let old = outcome(&zoo());
    let baseline = written("old", &old);
    let mut missed = Vec::new();
    println!("| change | verdict | cargo-semver-checks |\n|---|---|---|");
    for (row, edits, ..) in rows() {
        let new = outcome(&changed(edits));
        let effect = diff(&old, &new).expect("both can be read").effect();
        let failed = failed_lints(&baseline, &written("new", &new));
        let told = effect.map_or("nothing changes", Effect::as_str);
        println!("| {row} | {told} | {} |", if failed.is_empty() { "no break".to_owned() } else { failed.join(", ") });
        if !failed.is_empty() && effect != Some(Effect::Breaking) {
            missed.push(*row);
        }
    }
    assert!(missed.is_empty(), "cargo-semver-checks sees a break in {missed:?}");
}

/// Writes a crate that stands alone.
fn written(name: &str, outcome: &spec2crate::Outcome) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("semver").join(name);
    apply(outcome.files.as_ref().expect("it is complete"), &folder).expect("the crate can be written");
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("the crate has a manifest");
    fs::write(&manifest, format!("{text}\n[workspace]\n")).expect("the manifest can be written");
    fs::copy(crate::documents::root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the versions are pinned");
    folder
}

/// The lints that ask for a major version.
fn failed_lints(baseline: &Path, current: &Path) -> Vec<String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("semver/target");
    let output = Command::new(env!("CARGO"))
        .args(["semver-checks", "--color", "never", "--release-type", "minor", "--only-explicit-features"])
        .arg("--manifest-path")
        .arg(current.join("Cargo.toml"))
        .arg("--baseline-root")
        .arg(baseline)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .expect("cargo can be started");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let lints: Vec<String> = said
        .lines()
        .filter_map(|line| Some(line.strip_prefix("--- failure ")?.split_once(':')?.0.to_owned()))
        .collect();
    assert!(said.contains("Checked ["), "cargo semver-checks compares nothing:\n{said}");
    assert_eq!(output.status.success(), lints.is_empty(), "{said}");
    lints
}
