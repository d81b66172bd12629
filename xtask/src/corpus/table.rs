//! The checked-in table of what is expected.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use anyhow::{Context, bail};

use super::Found;

/// What is expected of each description, by the names of [`COLUMNS`]. What is not known is not there.
#[derive(Debug, Default)]
pub(super) struct Table(BTreeMap<String, BTreeMap<String, usize>>);

/// What a column is called, whether more of it is better, and what it counts.
type Column = (&'static str, bool, fn(&Found) -> Option<usize>);

const COLUMNS: [Column; 10] = [
    ("errors", false, |found| Some(found.errors)),
    ("operations", true, |found| Some(found.operations)),
    ("skipped", false, |found| Some(found.skipped)),
    ("positions", true, |found| Some(found.positions.all)),
    ("reduced", false, |found| Some(found.reduced)),
    ("json", false, |found| Some(found.positions.json)),
    ("bytes", false, |found| Some(found.positions.bytes)),
    ("tried", true, |found| found.examples.as_ref().map(|figures| figures.tried)),
    ("passed", true, |found| found.examples.as_ref().and_then(|figures| figures.passed)),
    ("invalid", false, |found| found.examples.as_ref().map(|figures| figures.invalid)),
];

impl Table {
    /// Reads it; a file that is not there is an empty one.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).with_context(|| format!("{} cannot be read", path.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut lines = text.lines();
        let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').skip(1).collect();
        let mut table = Self::default();
        for (index, line) in lines.enumerate() {
            let mut cells = line.split('\t');
            let name = cells.next().unwrap_or_default().to_owned();
            let cells: Vec<&str> = cells.collect();
            if cells.len() != columns.len() {
                bail!("line {}: a name and {} numbers are expected", index + 2, columns.len());
            }
            let row = table.0.entry(name).or_default();
            for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| *cell != "-") {
                let number = cell.parse().with_context(|| format!("line {}: `{cell}` is no number", index + 2))?;
                row.insert((*column).to_owned(), number);
            }
        }
        Ok(table)
    }

    /// Puts down what was found in place of what was expected. What was not asked for stays.
    pub(super) fn set(&mut self, found: &Found) {
        let row = self.0.entry(found.name.clone()).or_default();
        for (column, _, of) in COLUMNS {
            if let Some(number) = of(found) {
                row.insert(column.to_owned(), number);
            }
        }
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
            if found.examples.as_ref().is_some_and(|figures| figures.passed.is_none()) {
                worse.push(format!("{name}: the program of its examples does not run"));
            }
            let Some(row) = self.0.get(name) else { continue };
            for (column, more_is_better, of) in COLUMNS {
                let (Some(expected), Some(now)) = (row.get(column), of(found)) else { continue };
                let is_worse = if more_is_better { now < *expected } else { now > *expected };
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
        let columns: Vec<&str> = COLUMNS.iter().map(|(column, ..)| *column).collect();
        writeln!(f, "description\t{}", columns.join("\t"))?;
        for (name, row) in &self.0 {
            let cell = |column: &&str| row.get(*column).map_or("-".to_owned(), usize::to_string);
            let cells: Vec<String> = columns.iter().map(cell).collect();
            writeln!(f, "{name}\t{}", cells.join("\t"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::examples::Figures;
    use crate::corpus::positions::Positions;

    fn found(skipped: usize, all: usize) -> Found {
        Found {
            name: "a".to_owned(),
            skipped,
            positions: Positions { all, ..Positions::default() },
            ..Found::default()
        }
    }

    #[test]
    fn what_is_written_is_read_and_less_is_worse() -> anyhow::Result<()> {
        let mut table = Table::default();
        table.set(&found(1, 5));
        let text = table.to_string();
        assert!(text.ends_with("\na\t0\t0\t1\t5\t0\t0\t0\t-\t-\t-\n"), "{text}");
        let table = Table::parse(&text)?;
        assert_eq!(table.worse(&[found(1, 5)]), [""; 0]);
        assert_eq!(table.worse(&[found(0, 6)]), [""; 0]);
        assert_eq!(
            table.worse(&[found(2, 4)]),
            ["a: skipped was 1 and is 2", "a: positions was 5 and is 4"].map(str::to_owned)
        );
        Ok(())
    }

    #[test]
    fn what_was_not_asked_for_stays_and_columns_have_names() -> anyhow::Result<()> {
        let mut table = Table::parse("description\tpassed\tskipped\na\t7\t0\nb\t-\t3\n")?;
        table.set(&found(1, 5));
        let text = table.to_string();
        assert!(text.contains("\na\t0\t0\t1\t5\t0\t0\t0\t-\t7\t-\nb\t-\t-\t3\t"), "{text}");
        let figures = Figures { tried: 7, passed: Some(6), ..Figures::default() };
        let worse = table.worse(&[Found { examples: Some(figures), ..found(1, 5) }]);
        assert_eq!(worse, ["a: passed was 7 and is 6"]);
        assert!(Table::parse("description\tpassed\na\n").is_err());
        assert!(Table::parse("description\tpassed\na\tx\n").is_err());
        Ok(())
    }

    #[test]
    fn a_crate_that_does_not_compile_is_worse_than_any_table() {
        let worse = Table::default().worse(&[Found { compiler: Some(2), ..found(0, 0) }]);
        assert_eq!(worse, ["a: the compiler has 2 findings"]);
    }
}
