//! Breaking the client makes a test fail: the proof that the tests look.
//!
//! Each entry of a list is a textual change of the generated crate, in what was emitted or in the runtime that was
//! copied into it. A copy of the crate is changed and the tests are built against it, in a workspace of its own in the
//! target directory. [`list::MUTATIONS`] breaks one encoding after the other, which the wire tests notice;
//! [`guards::GUARDS`] takes one guard after the other away, which rows of the fault table notice.
//!
//! The ordinary run checks that every entry still applies and tries two of the encodings. All of them, at several
//! seconds each, and all guards, at half a minute each after a first build of minutes:
//!
//! ```text
//! cargo test -p tests --test mutations -- --ignored --nocapture every_mutation
//! cargo test -p tests --test mutations -- --ignored --nocapture every_guard
//! ```
//!
//! `GUARDS=text` picks the guards whose names contain the text.

mod guards;
mod list;
mod workshop;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use guards::GUARDS;
use list::{MUTATIONS, Mutation};
use workshop::{FAULTS, Verdict, WIRE, Workshop};

#[test]
fn every_mutation_applies() -> Result<(), Box<dyn Error>> {
    let mut names = BTreeSet::new();
    for mutation in MUTATIONS {
        assert!(names.insert(mutation.name), "two mutations are called `{}`", mutation.name);
        assert_ne!(mutation.change.from, mutation.change.to, "`{}` changes nothing", mutation.name);
        workshop::find(&mutation.change).map_err(|error| format!("`{}`: {error}", mutation.name))?;
    }
    assert!(MUTATIONS.len() >= 20);
    Ok(())
}

#[test]
fn a_sample_of_the_mutations_is_noticed() -> Result<(), Box<dyn Error>> {
    let sample = |wanted: &str| MUTATIONS.iter().find(|mutation| mutation.name == wanted);
    let sample: Vec<&Mutation> = ["comma join", "token parameter"].into_iter().filter_map(sample).collect();
    assert_eq!(sample.len(), 2);
    try_all(&sample)
}

#[test]
#[ignore = "one build for every mutation, several minutes in all"]
fn every_mutation_is_noticed() -> Result<(), Box<dyn Error>> {
    try_all(&MUTATIONS.iter().collect::<Vec<_>>())
}

fn try_all(mutations: &[&Mutation]) -> Result<(), Box<dyn Error>> {
    let mut workshop = Workshop::open(&WIRE)?;
    let baseline = workshop.try_unchanged()?;
    assert!(matches!(baseline, Verdict::Unnoticed), "the wire tests must pass as they are: {baseline}");
    let mut unnoticed = Vec::new();
    for mutation in mutations {
        let started = std::time::Instant::now();
        let verdict = workshop.try_changed([&mutation.change])?;
        println!("{:5.1} s  {:32} {verdict}", started.elapsed().as_secs_f64(), mutation.name);
        if !matches!(verdict, Verdict::Noticed(_)) {
            unnoticed.push(format!("{}: {verdict}", mutation.name));
        }
    }
    assert!(unnoticed.is_empty(), "no wire test fails with:\n{}", unnoticed.join("\n"));
    Ok(())
}

#[test]
fn every_guard_applies() -> Result<(), Box<dyn Error>> {
    let mut names = BTreeSet::new();
    let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/rows");
    let rows: Vec<String> =
        fs::read_dir(rows)?.map(|file| fs::read_to_string(file?.path())).collect::<Result<_, _>>()?;
    for guard in GUARDS {
        assert!(names.insert(guard.name), "two guards are called `{}`", guard.name);
        assert!(!guard.changes.is_empty() && !guard.rows.is_empty(), "`{}` is empty", guard.name);
        for change in guard.changes {
            workshop::find(change).map_err(|error| format!("`{}`: {error}", guard.name))?;
        }
        for row in guard.rows {
            let there = rows.iter().any(|text| text.contains(&format!("row({row:?})")));
            assert!(there, "`{}` names a row that is not there: {row}", guard.name);
        }
    }
    Ok(())
}

#[test]
#[ignore = "one build and the whole fault table for every guard, several minutes in all"]
fn every_guard_has_its_rows() -> Result<(), Box<dyn Error>> {
    let wanted = std::env::var("GUARDS").unwrap_or_default();
    let mut workshop = Workshop::open(&FAULTS)?;
    let baseline = workshop.try_unchanged()?;
    assert!(matches!(baseline, Verdict::Unnoticed), "the fault table must pass as it is: {baseline}");
    let mut missed = Vec::new();
    for guard in GUARDS.iter().filter(|guard| guard.name.contains(&wanted)) {
        let started = std::time::Instant::now();
        let verdict = workshop.try_changed(guard.changes)?;
        println!("{:5.1} s  without {}:", started.elapsed().as_secs_f64(), guard.name);
        let Verdict::Noticed(failed) = &verdict else {
            println!("         {verdict}");
            missed.push(format!("{}: {verdict}", guard.name));
            continue;
        };
        for line in failed {
            println!("         red: {line}");
        }
        // Behind the name of a row stands the protocol.
        let is_protocol = |rest: &str| ["h1 ", "h2 ", "- "].iter().any(|over| rest.trim_start().starts_with(over));
        let is_red = |row: &str| failed.iter().filter_map(|line| line.strip_prefix(row)).any(is_protocol);
        missed.extend(guard.rows.iter().filter(|row| !is_red(row)).map(|row| format!("{}: {row}", guard.name)));
    }
    assert!(missed.is_empty(), "rows that pass without the guard:\n{}", missed.join("\n"));
    Ok(())
}
