//! The checked-in table of what is expected.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use anyhow::{Context, bail};

use super::Found;

/// What is expected of each description, checked in.
#[derive(Debug, Default)]
pub(super) struct Table(BTreeMap<String, [usize; 5]>);

const COLUMNS: [&str; 5] = ["errors", "operations", "skipped", "positions", "reduced"];

impl Table {
    /// Reads it; a file that is not there is an empty one.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        let mut table = Self::default();
        for (index, line) in text.lines().enumerate().skip(1) {
            let mut cells = line.split('\t');
            let name = cells.next().unwrap_or_default().to_owned();
            let numbers: Vec<usize> = cells.filter_map(|cell| cell.parse().ok()).collect();
            let Ok(numbers) = <[usize; 5]>::try_from(numbers) else {
                bail!("{}:{}: a name and {} numbers are expected", path.display(), index + 1, COLUMNS.len());
            };
            table.0.insert(name, numbers);
        }
        Ok(table)
    }

    /// Puts down what was found in place of what was expected.
    pub(super) fn set(&mut self, found: &Found) {
        self.0.insert(found.name.clone(), row(found));
    }

    /// Whether there is a row for a description.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What is worse than expected: more errors, more left out, or a crate that does not compile.
    pub(super) fn worse(&self, found: &[Found]) -> Vec<String> {
        let mut worse = Vec::new();
        for found in found {
            let name = &found.name;
            if let Some(count) = found.compiler.filter(|count| *count > 0) {
                worse.push(format!("{name}: the compiler has {count} findings"));
            }
            let Some(expected) = self.0.get(name) else { continue };
            for ((column, expected), now) in COLUMNS.iter().zip(expected).zip(row(found)) {
                let is_worse = match *column {
                    "operations" | "positions" => now < *expected,
                    _ => now > *expected,
                };
                if is_worse {
                    worse.push(format!("{name}: {column} was {expected} and is {now}"));
                }
            }
        }
        worse
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "description\t{}", COLUMNS.join("\t"))?;
        for (name, numbers) in &self.0 {
            let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
            writeln!(f, "{name}\t{}", numbers.join("\t"))?;
        }
        Ok(())
    }
}

fn row(found: &Found) -> [usize; 5] {
    [found.errors, found.operations, found.skipped, found.positions, found.reduced]
}
