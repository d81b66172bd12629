//! What a run says about files and lines.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use super::plan::{Change, Plan};
use crate::Outcome;
use crate::diag::{Code, Severity};

/// How many columns of a line are shown.
const WIDTH: usize = 100;

/// How many files, and how many lines of the list of public items, are named one by one.
const MANY: usize = 20;

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

/// The lines that one text has and the other has not, removed ones with `-` and added ones with `+`, in the order of
/// the lines. Meant for `api.txt`, where a line says everything about one item.
#[must_use]
pub fn lines_changed(old: &str, new: &str) -> Vec<String> {
    let (known, wanted): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
    let removed = old.lines().filter(|line| !wanted.contains(line)).map(|line| (line, '-'));
    let added = new.lines().filter(|line| !known.contains(line)).map(|line| (line, '+'));
    let mut changed: Vec<_> = removed.chain(added).collect();
    // A stable sort by path puts the old line of an item before the new one.
    changed.sort_by_key(|(line, _)| line.split(": ").next().unwrap_or_default());
    changed.into_iter().map(|(line, sign)| format!("{sign} {line}")).collect()
}

/// The summary of a run that wrote what there was to write.
#[derive(Clone, Copy, Debug)]
pub struct Run<'r> {
    /// The folder of the crate, as it is shown.
    pub folder: &'r str,
    /// What was done.
    pub plan: &'r Plan,
    /// What was generated.
    pub outcome: &'r Outcome,
    /// The list of public items from before the run, if there was one.
    pub listed: Option<&'r str>,
    /// How long it took.
    pub elapsed: Duration,
}

impl fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, plan, outcome, .. } = self;
        let (mut created, mut changed, mut deleted) = (0, 0, 0);
        let names = plan.changes.iter().map(|change| match change {
            Change::Missing { path } => {
                created += 1;
                format!("created  {folder}/{path}")
            }
            Change::Changed { path, line, .. } => {
                changed += 1;
                format!("changed  {folder}/{path}:{line}")
            }
            Change::Stale { path } => {
                deleted += 1;
                format!("deleted  {folder}/{path}")
            }
        });
        let names: Vec<_> = names.collect();
        some(f, &names)?;
        let listing = outcome.files.as_ref().and_then(|files| files.get("api.txt"));
        if let (Some(old), Some(new)) = (self.listed, listing) {
            let lines = lines_changed(old, new);
            if !lines.is_empty() {
                writeln!(f, "\nFor callers:")?;
                some(f, &lines)?;
            }
        }
        if names.is_empty() {
            write!(f, "Nothing to do: {folder}/ is up to date")?;
        } else {
            write!(f, "\nFiles: {created} created, {changed} changed, {deleted} deleted")?;
        }
        if let Some(api) = &outcome.api {
            write!(f, "; {} operations, {} types", api.operations.len(), api.types.len())?;
        }
        if plan.other_line_ends > 0 {
            write!(f, "; {} files have CRLF line ends, which .gitattributes should prevent", plan.other_line_ends)?;
        }
        write!(f, "; {} ms.", self.elapsed.as_millis())?;
        write!(f, "{}", told(outcome))
    }
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
            let plural = if total == 1 { "" } else { "s" };
            text.push_str(&format!("\n{total} {what}{plural}: {}.", each.join(", ")));
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

fn some(f: &mut fmt::Formatter<'_>, lines: &[String]) -> fmt::Result {
    lines.iter().take(MANY).try_for_each(|line| writeln!(f, "{line}"))?;
    if lines.len() > MANY { writeln!(f, "… and {} more", lines.len() - MANY) } else { Ok(()) }
}

/// As much of a long line as fits, with the column where it begins to differ well inside.
fn part(text: &str, differs: usize) -> String {
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
    use crate::diag::Diagnostics;
    use crate::files::FileSet;
    use crate::source::Sources;

    fn plan() -> Plan {
        let (old, new) = (Some("x".repeat(200)), None);
        let changes = vec![
            Change::Changed { path: "src/a.rs".to_owned(), line: 7, old, new },
            Change::Missing { path: "src/b.rs".to_owned() },
            Change::Stale { path: "src/c.rs".to_owned() },
        ];
        Plan { changes, other_line_ends: 0 }
    }

    #[test]
    fn changed_lines_stand_beside_each_other() {
        let old = "a: mod\na::B: struct\na::C: struct;\n";
        let new = "a: mod\na::B: enum\na::B::D: variant\n";
        let changed = ["- a::B: struct", "+ a::B: enum", "+ a::B::D: variant", "- a::C: struct;"];
        assert_eq!(lines_changed(old, new), changed);
    }

    #[test]
    fn every_file_is_named_with_its_first_line() {
        let long = "x".repeat(WIDTH);
        assert_eq!(
            drift(&plan(), "generated"),
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

    #[test]
    fn a_run_says_what_it_did_and_what_callers_get() {
        let mut files = FileSet::new();
        files.insert("api.txt", "a: mod\nb: mod\n").expect("the set is empty");
        let (diagnostics, sources) = (Diagnostics::new(), Sources::new());
        let accepted = Diagnostics::new();
        let outcome = Outcome { files: Some(files), diagnostics, accepted, sources, api: None };
        let (plan, elapsed) = (plan(), Duration::from_millis(12));
        let run = Run { folder: "generated", plan: &plan, outcome: &outcome, listed: Some("a: mod\n"), elapsed };
        assert_eq!(
            run.to_string(),
            "changed  generated/src/a.rs:7\ncreated  generated/src/b.rs\ndeleted  generated/src/c.rs\n\n\
             For callers:\n+ b: mod\n\nFiles: 1 created, 1 changed, 1 deleted; 12 ms."
        );
        let idle = Run { plan: &Plan::default(), listed: None, ..run };
        assert_eq!(idle.to_string(), "Nothing to do: generated/ is up to date; 12 ms.");
    }
}
