//! Counting the crates that each of ours is compiled with.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::figure;
use super::table::{Figure, Kind};
use crate::workspace::cargo;

/// The crates, with the features that are counted.
const CRATES: &[(&str, &[&str], &str)] = &[
    ("x-api-client", &[], "crates: x-api-client with its default features"),
    ("client-runtime", &[], "crates: client-runtime with its default features"),
    ("spec2crate", &[], "crates: spec2crate as a library"),
    ("spec2crate", &["--features", "cli"], "crates: spec2crate with feature cli"),
    ("xtask", &[], "crates: xtask"),
];

/// Counts all of them. The target is always the same, so that the numbers are.
pub(super) fn count(root: &Path) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (package, features, name) in CRATES {
        let output = Command::new(cargo())
            .current_dir(root)
            .args(["tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
            .args(["--target", "x86_64-unknown-linux-gnu", "--package", package])
            .args(*features)
            .output()
            .context("cargo could not be started")?;
        if !output.status.success() {
            bail!("cargo tree failed for {package}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        figures.push(figure(*name, Kind::Crates, crates(&String::from_utf8_lossy(&output.stdout))));
    }
    Ok(figures)
}

/// How many crates a tree has below its root. Each counts once, whatever is printed behind its version, but two versions are
/// two crates.
fn crates(tree: &str) -> u64 {
    let name = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let found: BTreeSet<String> = tree.lines().filter(|line| !line.is_empty()).map(name).collect();
    (found.len() as u64).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::crates;

    #[test]
    fn a_crate_counts_once_and_the_root_does_not() {
        let tree = "ours v0.1.0 (/a)\nserde v1.0.229\nserde_derive v1.0.229 (proc-macro)\nserde v1.0.229 (*)\nsyn v2.0.1\nsyn v3.0.9\n";
        assert_eq!(crates(tree), 4);
        assert_eq!(crates(""), 0);
    }
}
