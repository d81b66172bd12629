//! What was found: as JSON, as a table on the screen, and as a bar while it goes on.

use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};

use super::Found;

impl Found {
    /// Everything that is known, as one object.
    pub(super) fn json(&self) -> Value {
        json!({
            "name": self.name,
            "generated": self.generated,
            "errors": self.errors,
            "warnings": self.warnings,
            "operations": self.operations,
            "skipped": self.skipped,
            "positions": self.positions,
            "reduced": self.reduced,
            "files": self.files,
            "lines": self.lines,
            "milliseconds": u64::try_from(self.milliseconds).unwrap_or(u64::MAX),
            "codes": self.codes,
            "compiler": self.compiler,
            "first": self.first,
            "called": self.planned.len(),
            "passed": self.passed,
            "refused": self.refused,
        })
    }
}

/// Prints a row for each description, and the sums.
pub(super) fn print(found: &[Found]) {
    let width = found.iter().map(|found| found.name.len()).max().unwrap_or_default();
    println!(
        "{:width$}  errors warnings operations skipped positions reduced   files    lines     ms  compiler  calls",
        "description"
    );
    for found in found {
        let compiler = match found.compiler {
            None => "-".to_owned(),
            Some(0) => "ok".to_owned(),
            Some(count) => count.to_string(),
        };
        println!(
            "{:width$}  {:6} {:8} {:10} {:7} {:9} {:7} {:7} {:8} {:6}  {:>8}  {:>5}",
            found.name,
            found.errors,
            found.warnings,
            found.operations,
            found.skipped,
            found.positions,
            found.reduced,
            found.files,
            found.lines,
            found.milliseconds,
            compiler,
            if found.planned.is_empty() { "-".to_owned() } else { format!("{}/{}", found.passed, found.planned.len()) }
        );
        if let Some(first) = &found.first {
            first.lines().take(12).for_each(|line| println!("    {line}"));
        }
    }
    let sum = |of: fn(&Found) -> usize| found.iter().map(of).sum::<usize>();
    println!(
        "\n{} of {} generated; {} operations, {} skipped; {} type positions, {} reduced",
        found.iter().filter(|found| found.generated).count(),
        found.len(),
        sum(|found| found.operations),
        sum(|found| found.skipped),
        sum(|found| found.positions),
        sum(|found| found.reduced),
    );
}

/// Shows how far a step is, where somebody looks at a terminal.
pub(super) fn progress(what: &str, done: usize, all: usize, name: &str) {
    if !io::stderr().is_terminal() {
        return;
    }
    let width = 30;
    let filled = width * done / all.max(1);
    let _ = write!(io::stderr(), "\r\x1b[2K{what} [{:width$}] {done}/{all} {name}", "#".repeat(filled));
    if done == all {
        let _ = writeln!(io::stderr());
    }
}
