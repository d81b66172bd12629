//! The table of samples that do not come back as they were, each class with its reason.
//!
//! A row names a description, where a schema stands in it, the kind of the mismatch, the place in the value (`*` for any), and
//! why it is left so. It is about every sample of that schema that differs so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::Mismatch;
use crate::corpus::Found;

/// The rows, by description, schema, kind and place.
#[derive(Debug, Default)]
pub(in crate::corpus) struct Listed(BTreeSet<[String; 4]>);

impl Listed {
    /// Reads the table.
    pub(in crate::corpus) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut rows = BTreeSet::new();
        for (index, line) in text.lines().enumerate().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [name, schema, kind, place, reason] = cells[..] else {
                bail!("{}:{}: five cells are expected", path.display(), index + 1);
            };
            if reason.trim().is_empty() {
                bail!("{}:{}: it gives no reason", path.display(), index + 1);
            }
            if !rows.insert([name, schema, kind, place].map(str::to_owned)) {
                bail!("{}:{}: this row stands twice", path.display(), index + 1);
            }
        }
        Ok(Self(rows))
    }

    /// Counts what the table gives a reason for, and says what it does not, and which of its rows are about nothing any more.
    pub(in crate::corpus) fn differences(&self, found: &mut Found) -> Vec<String> {
        let name = found.name.clone();
        let Some(figures) = &mut found.samples else { return Vec::new() };
        if let Some(said) = &figures.failure {
            return vec![format!("{name}: the program of the samples fails: {said}")];
        }
        let mut seen = BTreeSet::new();
        let mut open: BTreeMap<[String; 4], (usize, &Mismatch)> = BTreeMap::new();
        for mismatch in &figures.mismatches {
            let row = [name.clone(), mismatch.schema.clone(), mismatch.kind.to_owned(), mismatch.place.clone()];
            let anywhere = [row[0].clone(), row[1].clone(), row[2].clone(), "*".to_owned()];
            if let Some(row) = [&row, &anywhere].into_iter().find(|row| self.0.contains(*row)) {
                figures.excused += 1;
                seen.insert(row.clone());
            } else {
                open.entry(row).or_insert((0, mismatch)).0 += 1;
            }
        }
        let new = open.iter().map(|([name, schema, kind, place], (count, first))| {
            format!("{name}: {count} samples of {schema} are {kind} at {place}: {}: {}", first.why, first.value)
        });
        let gone = self.0.iter().filter(|row| row[0] == name && !seen.contains(*row));
        let gone = gone.map(|[name, schema, kind, place]| {
            format!("{name}: no sample of {schema} is {kind} at {place} any more; the table still says so")
        });
        new.chain(gone).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::samples::Figures;

    fn found(places: &[&str]) -> Found {
        let mismatch = |place: &&str| Mismatch {
            schema: "pets.yaml#/components/schemas/Pet".to_owned(),
            kind: "changed",
            place: (*place).to_owned(),
            why: "1, and nothing".to_owned(),
            value: "{}".to_owned(),
        };
        let mismatches = places.iter().map(mismatch).collect();
        Found {
            name: "pets.yaml".to_owned(),
            samples: Some(Figures { mismatches, ..Figures::default() }),
            ..Found::default()
        }
    }

    #[test]
    fn what_no_row_is_about_and_rows_about_nothing_are_differences() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("samples.tsv");
        let head = "description\tschema\tkind\tplace\treason\n";
        let row = |place: &str| format!("pets.yaml\tpets.yaml#/components/schemas/Pet\tchanged\t{place}\tit may\n");
        fs::write(&path, format!("{head}{}", row("$.a")))?;
        let table = Listed::read(&path)?;
        let mut excused = found(&["$.a", "$.a"]);
        assert!(table.differences(&mut excused).is_empty());
        assert_eq!(excused.samples.map(|figures| figures.excused), Some(2));
        assert_eq!(
            table.differences(&mut found(&["$.b", "$.b"])),
            [
                "pets.yaml: 2 samples of pets.yaml#/components/schemas/Pet are changed at $.b: 1, and nothing: {}",
                "pets.yaml: no sample of pets.yaml#/components/schemas/Pet is changed at $.a any more; the table still says so",
            ]
        );
        fs::write(&path, format!("{head}{}", row("*")))?;
        assert!(Listed::read(&path)?.differences(&mut found(&["$.a", "$.b"])).is_empty());
        for wrong in [row("$.a").replace("it may", " "), row("$.a").repeat(2), "pets.yaml\n".to_owned()] {
            fs::write(&path, format!("{head}{wrong}"))?;
            assert!(Listed::read(&path).is_err(), "{wrong}");
        }
        Ok(())
    }
}
