//! What could not be compared, because it was left out on one side or on both.

use std::collections::BTreeSet;
use std::fmt;

use crate::Outcome;
use crate::diag::{Code, Diagnostic, Locate, line_column};

use super::change::Place;

/// Which of the two descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// The one before.
    Before,
    /// The one after.
    After,
    /// Both of them.
    Both,
}

impl When {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Both => "before and after",
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that was not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The side that lacks it.
    pub when: When,
    /// The code of the diagnostic that says so.
    pub code: Code,
    /// What the diagnostic says.
    pub message: String,
    /// The operation that is left out with it, by its operationId.
    pub operation: Option<String>,
    /// Where the diagnostic points.
    pub place: Option<Place>,
}

/// What is missing on either side. An operation that is left out on both is named, any other fault that both have is not.
pub(super) fn between(old: &Outcome, new: &Outcome) -> Vec<Gap> {
    let key = |found: &Diagnostic| (found.code, found.origin.pointer.clone(), found.message.clone());
    let (before, after) = (losses(old), losses(new));
    let old_keys: BTreeSet<_> = before.iter().map(|found| key(found)).collect();
    let new_keys: BTreeSet<_> = after.iter().map(|found| key(found)).collect();
    let mut gaps = Vec::new();
    for (outcome, found, other, when) in
        [(old, &before, &new_keys, When::Before), (new, &after, &old_keys, When::After)]
    {
        for diagnostic in found {
            let when = match other.contains(&key(diagnostic)) {
                false => when,
                true if when == When::After && diagnostic.code == Code::Skipped => When::Both,
                true => continue,
            };
            gaps.push(Gap {
                when,
                code: diagnostic.code,
                message: diagnostic.message.clone(),
                operation: operation(outcome, diagnostic),
                place: place(outcome, diagnostic),
            });
        }
    }
    // Operations first.
    gaps.sort_by_key(|gap| (gap.when, gap.operation.is_none()));
    gaps
}

/// The findings that say that something of a description was not used.
fn losses(outcome: &Outcome) -> Vec<&Diagnostic> {
    let all = outcome.diagnostics.iter().chain(outcome.accepted.iter());
    all.filter(|found| found.code.blames() || matches!(found.code, Code::Skipped | Code::Unsupported)).collect()
}

/// The operation that a finding leaves out.
fn operation(outcome: &Outcome, found: &Diagnostic) -> Option<String> {
    if found.code != Code::Skipped {
        return None;
    }
    let id = outcome.sources.value(&found.origin).and_then(|node| node.get("operationId")?.as_str());
    let path = || {
        let method = found.origin.last()?.to_uppercase();
        Some(format!("{method} {}", found.origin.parent()?.last()?))
    };
    id.map(str::to_owned).or_else(path)
}

fn place(outcome: &Outcome, found: &Diagnostic) -> Option<Place> {
    let (file, text) = outcome.sources.text(found.origin.file)?;
    let line = match found.position {
        Some((line, _)) => line,
        None => line_column(text, outcome.sources.locate(&found.origin, found.on)?.start).0,
    };
    Some(Place { file: file.to_owned(), line })
}
