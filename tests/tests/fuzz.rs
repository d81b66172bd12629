//! What `cargo xtask fuzz` tries at length, tried with its seeds and with a few thousand other inputs, on any compiler.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "it is a crate of its own")]
mod checks;

/// Tries every seed, and beginnings, ends and changes of each.
fn try_seeds(target: &str, check: fn(&[u8]), changes: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| unreachable!("{}: {error}", folder.display()));
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for entry in entries {
        let path = entry.unwrap_or_else(|error| unreachable!("{}: {error}", folder.display())).path();
        seeds.push(fs::read(&path).unwrap_or_else(|error| unreachable!("{}: {error}", path.display())));
    }
    seeds.sort();
    assert!(seeds.len() > 4, "{target} has {} seeds", seeds.len());
    let mut random = Random(1);
    for seed in &seeds {
        check(seed);
        for _ in 0..changes {
            let mut changed = seed.clone();
            for _ in 0..=random.below(3) {
                random.change(&mut changed, &seeds);
            }
            check(&changed);
        }
    }
}

/// Numbers that are the same each time (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % end.max(1)
    }

    fn change(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        match self.below(5) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(..at)),
            2 => bytes.insert(at, self.below(256) as u8),
            3 => bytes.extend_from_slice(&others[self.below(others.len())]),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = self.below(256) as u8;
                }
            }
        }
    }
}

#[test]
fn documents_of_bytes() {
    try_seeds("document", checks::document, 3);
}

#[test]
fn documents_of_parts() {
    try_seeds("pipeline", checks::pipeline, 2);
}

#[test]
fn frames() {
    try_seeds("framer", checks::framer, 300);
}

#[test]
fn addresses() {
    try_seeds("url", checks::url, 100);
}

#[test]
fn values_of_types() {
    try_seeds("types", checks::types, 100);
}
