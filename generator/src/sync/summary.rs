//! The summary of a run: files, what they mean for callers, and the time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::api::ApiChange;
use super::plan::{Change, Plan};
use super::report::{part, told};
use crate::Outcome;
use crate::diag::{Severity, counted};
use crate::diff::Effect;
use crate::files::FileSet;

/// How many files, and how many items of the API, are named one by one.
const MANY: usize = 20;

/// How many breaks are told one by one.
const FEW: usize = 5;

/// The texts that a run replaces and that its summary tells about, as they are before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before(BTreeMap<&'static str, String>);

/// Files in which somebody may have added a line, though they are generated: they hold no mark that says so.
const UNMARKED: [&str; 2] = ["Cargo.toml", "README.md"];

/// The list of public items.
const LISTING: &str = "api.txt";

impl Before {
    /// Reads them. What cannot be read is no part of the summary.
    #[must_use]
    pub fn read(root: &Path) -> Self {
        let found = UNMARKED.into_iter().chain([LISTING]).filter_map(|path| {
            let full = root.join(path);
            full.is_file().then(|| fs::read_to_string(full).ok())?.map(|text| (path, text))
        });
        Self(found.collect())
    }

    /// These texts, by path.
    #[must_use]
    pub fn of(texts: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self(texts.into_iter().collect())
    }

    /// What an outcome changes for callers; nothing where there was no list to compare with.
    #[must_use]
    pub fn api_change(&self, outcome: &Outcome) -> Option<ApiChange> {
        let new = outcome.files.as_ref()?.get(LISTING)?;
        Some(ApiChange::between(self.0.get(LISTING)?, new))
    }

    /// The lines of a file that the new text has not, where somebody may have written them.
    fn lost(&self, path: &str, outcome: &Outcome) -> Vec<String> {
        let texts = |path: &str| Some((self.0.get(path)?, outcome.files.as_ref()?.get(path)?));
        let Some((old, new)) = texts(path).filter(|_| UNMARKED.contains(&path)) else { return Vec::new() };
        let kept: BTreeSet<&str> = new.lines().collect();
        let lost = old.lines().filter(|line| !line.trim().is_empty() && !kept.contains(line));
        lost.map(|line| part(line, 0)).collect()
    }
}

/// What a run has done with the files, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// They are written.
    Written,
    /// They would be.
    Planned,
}

/// The summary of a run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'r> {
    /// The folder of the crate, as it is shown.
    pub folder: &'r str,
    /// What changes.
    pub plan: &'r Plan,
    /// What was generated.
    pub outcome: &'r Outcome,
    /// What was there before.
    pub before: &'r Before,
    /// Whether it is written.
    pub done: Done,
    /// The command that says what a change means for callers.
    pub compare: &'r str,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether to colour it.
    pub colours: bool,
}

/// Colours of a terminal (ECMA-48, section 8.3.117).
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const RED: &str = "\u{1b}[31m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

impl fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, plan, outcome, .. } = self;
        if plan.changes.is_empty() {
            write!(f, "Nothing to do: {folder}/ is up to date")?;
            self.size(f)?;
        } else {
            self.files(f)?;
            writeln!(f)?;
            self.api(f)?;
        }
        if plan.other_line_ends > 0 {
            let (files, have) = if plan.other_line_ends == 1 { ("file", "has") } else { ("files", "have") };
            write!(
                f,
                "\n{} {files} {have} CRLF line ends, which .gitattributes should prevent.",
                plan.other_line_ends
            )?;
        }
        write!(f, "{}", told(outcome))?;
        let did = match self.done {
            _ if plan.changes.is_empty() => "Compared in",
            Done::Written => "Written in",
            Done::Planned => "Nothing was written; compared in",
        };
        write!(f, "\n{did} {}", self.time())
    }
}

impl Run<'_> {
    /// What it changes for callers alone.
    #[must_use]
    pub fn callers(&self) -> String {
        Callers(self).to_string()
    }

    /// How long it took, in a sentence that something goes before.
    #[must_use]
    pub fn time(&self) -> String {
        let warnings = self.outcome.diagnostics.count(Severity::Warning);
        format!("{}{}.", time(self.elapsed), if warnings == 0 { ", without warnings" } else { "" })
    }

    /// Each file with what becomes of it, and how many there are.
    fn files(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, plan, outcome, .. } = self;
        let verbs = ["created", "changed", "deleted"];
        let mut counts = [0; 3];
        let mut names = Vec::new();
        for change in &plan.changes {
            let (kind, place, colour) = match change {
                Change::Missing { path } => (0, path.clone(), GREEN),
                Change::Changed { path, line, .. } => (1, format!("{path}:{line}"), YELLOW),
                Change::Stale { path } => (2, path.clone(), RED),
            };
            counts[kind] += 1;
            names.push(format!("{}  {folder}/{place}", self.paint(colour, verbs[kind])));
        }
        // Of a crate that is new, every file is.
        let is_new = names.len() > MANY && counts[1..] == [0, 0];
        if self.done == Done::Written && !is_new {
            some(f, &names, MANY)?;
            writeln!(f)?;
        }
        for path in UNMARKED {
            let lost = self.before.lost(path, outcome);
            let changed = |change: &Change| matches!(change, Change::Changed { path: other, .. } if other == path);
            if lost.is_empty() || !plan.changes.iter().any(changed) {
                continue;
            }
            writeln!(f, "Lines that {folder}/{path} had, and has no more:")?;
            let lost: Vec<String> = lost.iter().map(|line| self.paint(RED, &format!("- {line}"))).collect();
            some(f, &lost, MANY)?;
            writeln!(f)?;
        }
        let [created, changed, deleted] = counts;
        let would = if self.done == Done::Written { "" } else { "would be " };
        let all = outcome.files.as_ref().map_or(0, FileSet::len);
        let same = all.saturating_sub(created + changed);
        let title = self.paint(BOLD, "Files");
        write!(f, "{title}: {created} {would}created, {changed} changed, {deleted} deleted; {same} stay as they are.")
    }

    /// What changes for callers.
    fn api(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.paint(BOLD, "API"))?;
        let Some(change) = self.before.api_change(self.outcome) else {
            f.write_str("new")?;
            return self.size(f);
        };
        let Some(effect) = change.effect else {
            f.write_str("as before")?;
            return self.size(f);
        };
        let verdict = match effect {
            Effect::Breaking => self.paint(RED, "breaking"),
            _ => self.paint(GREEN, effect.as_str()),
        };
        let mut counts = Vec::new();
        let mut names = Vec::new();
        for (kind, moved) in change.kinds() {
            let forms = [
                ("added", "+", GREEN, &moved.added),
                ("removed", "-", RED, &moved.removed),
                ("changed", "~", YELLOW, &moved.changed),
            ];
            for (verb, sign, colour, list) in forms {
                if list.is_empty() {
                    continue;
                }
                counts.push(format!("{} {verb}", counted(list.len(), kind)));
                names.extend(list.iter().map(|name| format!("  {} {kind} {name}", self.paint(colour, sign))));
            }
        }
        write!(f, "{verdict}: {}", counts.join(", "))?;
        self.size(f)?;
        writeln!(f)?;
        some(f, &names, MANY)?;
        if !change.breaks.is_empty() {
            writeln!(f, "What breaks:")?;
            let lines: Vec<String> = change.breaks.iter().map(|line| format!("  {line}")).collect();
            some(f, &lines, FEW)?;
        }
        write!(f, "Why, and what it means for callers: {}", self.compare)
    }

    /// How much there is.
    fn size(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome.api {
            Some(api) => {
                write!(
                    f,
                    "; {} and {} in all.",
                    counted(api.operations.len(), "operation"),
                    counted(api.types.len(), "type")
                )
            }
            None => f.write_str("."),
        }
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.colours { format!("{colour}{text}{PLAIN}") } else { text.to_owned() }
    }
}

/// The part of a summary about callers.
struct Callers<'r>(&'r Run<'r>);

impl fmt::Display for Callers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.api(f)
    }
}

/// A length of time as people read it.
#[must_use]
pub fn time(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        _ => format!("{:.1} s", elapsed.as_secs_f32()),
    }
}

/// At most so many lines, and how many more there are.
fn some(f: &mut fmt::Formatter<'_>, lines: &[String], most: usize) -> fmt::Result {
    lines.iter().take(most).try_for_each(|line| writeln!(f, "{line}"))?;
    if lines.len() > most { writeln!(f, "… and {} more", lines.len() - most) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::source::Sources;

    #[test]
    fn a_run_says_what_it_did_and_what_callers_get() {
        let mut files = FileSet::new();
        files.insert("api.txt", "types::A: struct\ntypes::B: struct\n").expect("the set is empty");
        files.insert("Cargo.toml", "[package]\n").expect("it has no such file");
        let (diagnostics, sources) = (Diagnostics::new(), Sources::new());
        let accepted = Diagnostics::new();
        let outcome = Outcome { files: Some(files), diagnostics, accepted, sources, api: None };
        let mut plan = Plan::of_each_kind();
        let (line, old, new) = (2, Some("mine = 1".to_owned()), None);
        plan.changes.push(Change::Changed { path: "Cargo.toml".to_owned(), line, old, new });
        let before = Before::of([
            ("api.txt", "types::A: enum\n".to_owned()),
            ("Cargo.toml", "[package]\n\nmine = 1\n".to_owned()),
        ]);
        let run = Run {
            folder: "generated",
            plan: &plan,
            outcome: &outcome,
            before: &before,
            done: Done::Written,
            compare: "spec2crate diff OLD NEW",
            elapsed: Duration::from_millis(12),
            colours: false,
        };
        assert_eq!(
            run.to_string(),
            "changed  generated/src/a.rs:7\ncreated  generated/src/b.rs\ndeleted  generated/src/c.rs\n\
             changed  generated/Cargo.toml:2\n\n\
             Lines that generated/Cargo.toml had, and has no more:\n- mine = 1\n\n\
             Files: 1 created, 2 changed, 1 deleted; 0 stay as they are.\n\
             API: breaking: 1 type added, 1 type changed.\n  + type B\n  ~ type A\n\
             What breaks:\n  `types::A` was `enum` and is `struct`\n\
             Why, and what it means for callers: spec2crate diff OLD NEW\n\
             Written in 12 ms, without warnings."
        );
        let planned = Run { done: Done::Planned, ..run }.to_string();
        assert!(planned.contains("Files: 1 would be created, 2 changed, 1 deleted;"), "{planned}");
        assert!(planned.ends_with("\nNothing was written; compared in 12 ms, without warnings."), "{planned}");
        let coloured = Run { colours: true, ..run }.to_string();
        assert!(coloured.starts_with("\u{1b}[33mchanged\u{1b}[0m  generated/src/a.rs:7\n"), "{coloured:?}");
        assert!(coloured.contains("API\u{1b}[0m: \u{1b}[31mbreaking\u{1b}[0m: "), "{coloured:?}");
        let idle = Run { plan: &Plan::default(), elapsed: Duration::from_millis(1234), ..run };
        assert_eq!(idle.to_string(), "Nothing to do: generated/ is up to date.\nCompared in 1.2 s, without warnings.");
        let first = Run { before: &Before::default(), ..run }.to_string();
        assert!(first.contains("API: new.\n"), "{first}");
    }
}
