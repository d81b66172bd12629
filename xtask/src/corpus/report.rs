//! What was found: as JSON, as a table on the screen, and as a bar while it goes on.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};

use super::examples::Figures;
use super::{Found, samples};

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
            "positions": self.positions.all,
            "json": self.positions.json,
            "bytes": self.positions.bytes,
            "silent": self.positions.silent,
            "reduced": self.reduced,
            "files": self.files,
            "lines": self.lines,
            "milliseconds": u64::try_from(self.milliseconds).unwrap_or(u64::MAX),
            "codes": self.codes,
            "compiler": self.compiler,
            "seconds": self.seconds,
            "first": self.first,
            "called": self.planned.len(),
            "passed": self.passed,
            "refused": self.refused,
            "examples": self.examples.as_ref().map(|figures| json!({
                "tried": figures.tried,
                "passed": figures.passed,
                "invalid": figures.invalid,
                "untyped": figures.untyped,
                "noticed": figures.noticed,
                "failures": figures.failures,
            })),
            "samples": self.samples.as_ref().map(samples::Figures::json),
        })
    }
}

/// Prints a row for each description, and the sums.
pub(super) fn print(found: &[Found]) {
    let width = found.iter().map(|found| found.name.len()).max().unwrap_or_default();
    println!(
        "{:width$}  errors warnings operations skipped positions reduced  json bytes   files    lines     ms  compiler  tried passed invalid untyped  calls",
        "description"
    );
    for found in found {
        let compiler = match found.compiler {
            None => "-".to_owned(),
            Some(0) => "ok".to_owned(),
            Some(count) => count.to_string(),
        };
        let examples = |of: fn(&Figures) -> Option<usize>| {
            found.examples.as_ref().and_then(of).map_or("-".to_owned(), |count| count.to_string())
        };
        println!(
            "{:width$}  {:6} {:8} {:10} {:7} {:9} {:7} {:5} {:5} {:7} {:8} {:6}  {:>8}  {:>5} {:>6} {:>7} {:>7}  {:>5}",
            found.name,
            found.errors,
            found.warnings,
            found.operations,
            found.skipped,
            found.positions.all,
            found.reduced,
            found.positions.json,
            found.positions.bytes,
            found.files,
            found.lines,
            found.milliseconds,
            compiler,
            examples(|figures| Some(figures.tried)),
            examples(|figures| figures.passed),
            examples(|figures| Some(figures.invalid)),
            examples(|figures| Some(figures.untyped)),
            if found.planned.is_empty() { "-".to_owned() } else { format!("{}/{}", found.passed, found.planned.len()) }
        );
        if let Some(first) = &found.first {
            first.lines().take(12).for_each(|line| println!("    {line}"));
        }
        for silent in found.positions.silent.iter().take(8) {
            println!("    without a diagnostic: {silent}");
        }
        for failure in found.examples.iter().flat_map(|figures| &figures.failures).take(8) {
            failure.lines().for_each(|line| println!("    {line}"));
        }
    }
    let sum = |of: fn(&Found) -> usize| found.iter().map(of).sum::<usize>();
    println!(
        "\n{} of {} generated; {} operations, {} skipped; {} type positions, {} reduced, \
         {} of them any JSON and {} bytes where the schema says more",
        found.iter().filter(|found| found.generated).count(),
        found.len(),
        sum(|found| found.operations),
        sum(|found| found.skipped),
        sum(|found| found.positions.all),
        sum(|found| found.reduced),
        sum(|found| found.positions.json),
        sum(|found| found.positions.bytes),
    );
    let figures: Vec<&Figures> = found.iter().filter_map(|found| found.examples.as_ref()).collect();
    if !figures.is_empty() {
        let sum = |of: fn(&Figures) -> usize| figures.iter().map(|figures| of(figures)).sum::<usize>();
        println!(
            "examples and defaults: {} tried, {} passed; {} are not valid against their schema, {} have no type; \
             {} changed leaves made a difference",
            sum(|figures| figures.tried),
            sum(|figures| figures.passed.unwrap_or_default()),
            sum(|figures| figures.invalid),
            sum(|figures| figures.untyped),
            sum(|figures| figures.noticed),
        );
    }
}

/// Prints what became of the samples, a row for each description, and the sums.
pub(super) fn print_samples(found: &[Found]) {
    let rows: Vec<(&str, &samples::Figures)> =
        found.iter().filter_map(|found| Some((found.name.as_str(), found.samples.as_ref()?))).collect();
    if rows.is_empty() {
        return;
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default().max(11);
    println!("\n{:width$}  schemas untyped  bare  unsound  samples   passed  noticed  excused     open", "description");
    let line = |name: &str, figures: &samples::Figures| {
        println!(
            "{name:width$}  {:7} {:7} {:5} {:8} {:8} {:>8} {:8} {:8} {:8}",
            figures.schemas,
            figures.untyped,
            figures.bare.len(),
            figures.unsound.values().sum::<usize>(),
            figures.tried,
            figures.passed.map_or_else(|| "-".to_owned(), |count| count.to_string()),
            figures.noticed,
            figures.excused,
            figures.mismatches.len() - figures.excused,
        );
    };
    let mut all = samples::Figures::default();
    for (name, figures) in rows {
        line(name, figures);
        all.add(figures);
    }
    line("all", &all);
    let by = |counts: &BTreeMap<String, usize>| {
        counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    };
    println!("made and not valid: {}; came back otherwise: {}", by(&all.unsound), by(&all.kinds()));
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
