//! The table of faults that were confirmed: no description is blamed on the word of this generator alone.
//!
//! A row names a place of a description, the code of what is wrong there, and who says so: another tool with its message, or
//! a sentence of the specification.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::Found;

/// The rows, by description, code and place.
#[derive(Debug, Default)]
pub(super) struct Confirmed(BTreeSet<(String, String, String)>);

impl Confirmed {
    /// Reads the table.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut rows = BTreeSet::new();
        for (index, line) in text.lines().enumerate().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [name, code, place, by] = cells[..] else {
                bail!("{}:{}: four cells are expected", path.display(), index + 1);
            };
            if by.trim().is_empty() {
                bail!("{}:{}: it does not say who confirms it", path.display(), index + 1);
            }
            if !rows.insert((name.to_owned(), code.to_owned(), place.to_owned())) {
                bail!("{}:{}: this row stands twice", path.display(), index + 1);
            }
        }
        Ok(Self(rows))
    }

    /// What is said of a description and confirmed by nobody, and rows about what is not said any more.
    pub(super) fn differences(&self, found: &Found) -> Vec<String> {
        let name = &found.name;
        let said: BTreeSet<(String, String, String)> =
            found.faults.iter().map(|(code, place)| (name.clone(), (*code).to_owned(), place.clone())).collect();
        let new =
            said.difference(&self.0).map(|(_, code, place)| format!("{name}: {code} at {place} is not confirmed"));
        let rows: BTreeSet<_> = self.0.iter().filter(|(of, _, _)| of == name).cloned().collect();
        let gone = rows
            .difference(&said)
            .map(|(_, code, place)| format!("{name}: {code} at {place} is in the table of faults and was not found"));
        new.chain(gone).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(faults: &[(&'static str, &str)]) -> Found {
        let faults = faults.iter().map(|(code, place)| (*code, (*place).to_owned())).collect();
        Found { name: "pets.yaml".to_owned(), faults, ..Found::default() }
    }

    #[test]
    fn what_nobody_confirms_and_what_is_gone_are_differences() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("faults.tsv");
        fs::write(
            &path,
            "description\tcode\tplace\tconfirmed by\npets.yaml\tS2C0202\t#/info\ta tool\nother.yaml\tS2C0202\t#/x\ta tool\n",
        )?;
        let table = Confirmed::read(&path)?;
        assert!(table.differences(&found(&[("S2C0202", "#/info")])).is_empty());
        assert_eq!(
            table.differences(&found(&[("S2C0203", "#/info")])),
            [
                "pets.yaml: S2C0203 at #/info is not confirmed",
                "pets.yaml: S2C0202 at #/info is in the table of faults and was not found",
            ]
        );
        fs::write(&path, "description\tcode\tplace\tconfirmed by\npets.yaml\tS2C0202\t#/info\t \n")?;
        assert!(Confirmed::read(&path).is_err());
        Ok(())
    }
}
