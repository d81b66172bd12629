//! What a run says about files, lines and findings.

use super::plan::{Change, Plan};
use crate::Outcome;
use crate::diag::{Code, Severity, counted};

/// How many columns of a line are shown.
const WIDTH: usize = 100;

/// All files that differ, each with its first line that does. `folder` is put before the paths.
#[must_use]
pub fn drift(plan: &Plan, folder: &str) -> String {
    let mut out = String::new();
    for change in &plan.changes {
        match change {
            Change::Missing { path } => out.push_str(&format!("missing  {folder}/{path}\n")),
            Change::Stale { path } => out.push_str(&format!("stale    {folder}/{path}\n")),
            Change::Changed { path, line, old, new } => {
                out.push_str(&format!("changed  {folder}/{path}:{line}\n"));
                let same = match (old, new) {
                    (Some(old), Some(new)) => old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count(),
                    _ => 0,
                };
                for (sign, text) in [('-', old), ('+', new)] {
                    let text = text.as_ref().map_or_else(|| "(end of file)".to_owned(), |text| part(text, same));
                    out.push_str(&format!("         {sign} {text}\n"));
                }
            }
        }
    }
    out
}

/// What was left out and what was found, in lines that begin with a line break.
#[must_use]
pub fn told(outcome: &Outcome) -> String {
    let mut text = String::new();
    let skipped = outcome.diagnostics.by_code(Severity::Warning).remove(&Code::Skipped).unwrap_or_default();
    if skipped > 0 {
        let operations = if skipped == 1 { "1 operation is" } else { &format!("{skipped} operations are") };
        text.push_str(&format!("\n{operations} not generated; each {} says why.", Code::Skipped));
    }
    for (severity, what) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
        let counts = outcome.diagnostics.by_code(severity);
        let total: usize = counts.values().sum();
        if total > 0 {
            let each: Vec<String> =
                counts.iter().map(|(code, count)| format!("{count} {code} ({})", code.title())).collect();
            text.push_str(&format!("\n{}: {}.", counted(total, what), each.join(", ")));
        }
    }
    let accepted = outcome.accepted.iter().count();
    if accepted > 0 {
        let findings = if accepted == 1 { "1 finding is" } else { &format!("{accepted} findings are") };
        let errors = outcome.accepted.count(Severity::Error);
        text.push_str(&format!("\n{findings} accepted by [gaps], {errors} of them errors."));
    }
    text
}

/// As much of a long line as fits, with the column where it begins to differ well inside.
pub(super) fn part(text: &str, differs: usize) -> String {
    let length = text.chars().count();
    if length <= WIDTH {
        return text.to_owned();
    }
    let start = if differs < WIDTH * 2 / 3 { 0 } else { (differs - WIDTH / 3).min(length - WIDTH) };
    let part: String = text.chars().skip(start).take(WIDTH).collect();
    let (before, after) = (if start > 0 { "…" } else { "" }, if start + WIDTH < length { "…" } else { "" });
    format!("{before}{part}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_named_with_its_first_line() {
        let long = "x".repeat(WIDTH);
        assert_eq!(
            drift(&Plan::of_each_kind(), "generated"),
            format!(
                "changed  generated/src/a.rs:7\n         - {long}…\n         + (end of file)\n\
                 missing  generated/src/b.rs\nstale    generated/src/c.rs\n"
            )
        );
    }

    #[test]
    fn a_long_line_is_shown_where_it_differs() {
        let (old, new) = (format!("{}old", "a".repeat(300)), format!("{}new", "a".repeat(300)));
        let change = Change::Changed { path: "b".to_owned(), line: 1, old: Some(old), new: Some(new) };
        let text = drift(&Plan { changes: vec![change], other_line_ends: 0 }, "c");
        let context = "a".repeat(WIDTH - 3);
        assert_eq!(text, format!("changed  c/b:1\n         - …{context}old\n         + …{context}new\n"));
    }
}
