//! Breaking one encoding of the client makes a test of `tests/wire` fail: the proof that these tests look.
//!
//! Each entry of [`list::MUTATIONS`] is one textual change of the generated crate, in what was emitted or in the runtime
//! that was copied into it. A copy of the crate is changed and the wire tests are built against it, in a workspace of
//! its own in the target directory.
//!
//! The ordinary run checks that every entry still applies and tries two of them. All of them, at several seconds each:
//!
//! ```text
//! cargo test -p tests --test mutations -- --ignored --nocapture
//! ```

mod list;
mod workshop;

use std::collections::BTreeSet;
use std::error::Error;

use list::{MUTATIONS, Mutation};
use workshop::{Verdict, Workshop};

#[test]
fn every_mutation_applies() -> Result<(), Box<dyn Error>> {
    let mut names = BTreeSet::new();
    for mutation in MUTATIONS {
        assert!(names.insert(mutation.name), "two mutations are called `{}`", mutation.name);
        assert_ne!(mutation.from, mutation.to, "`{}` changes nothing", mutation.name);
        workshop::find(mutation)?;
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
    let mut workshop = Workshop::open()?;
    let baseline = workshop.try_unchanged()?;
    assert!(matches!(baseline, Verdict::Unnoticed), "the wire tests must pass as they are: {baseline}");
    let mut unnoticed = Vec::new();
    for mutation in mutations {
        let started = std::time::Instant::now();
        let verdict = workshop.try_mutation(mutation)?;
        println!("{:5.1} s  {:32} {verdict}", started.elapsed().as_secs_f64(), mutation.name);
        if !matches!(verdict, Verdict::Noticed(_)) {
            unnoticed.push(format!("{}: {verdict}", mutation.name));
        }
    }
    assert!(unnoticed.is_empty(), "no wire test fails with:\n{}", unnoticed.join("\n"));
    Ok(())
}
