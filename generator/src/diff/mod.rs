//! What a change of a description means for the people who depend on the crate.
//!
//! Two outcomes are compared twice. What callers can name is compared line by line ([`surface`](crate::surface)): a line that
//! is gone or reads otherwise breaks their code, and nothing else does. The models are compared construct by construct: that
//! tells why a line differs, and what changes without one, on the wire, in what is read and in what is refused. A line that no
//! construct accounts for is reported by itself, so that nothing is left out.

mod change;
mod lines;
mod operations;
mod report;
mod structure;
mod types;
mod values;

pub use self::change::{Change, Effect, Place, Subject};
pub use self::report::Report;

use crate::Outcome;
use crate::diag::{Locate, Origin, line_column};
use crate::ir::Api;

use self::change::Changes;
use self::lines::Lines;

/// One side of the comparison.
#[derive(Clone, Copy)]
struct Side<'a> {
    api: &'a Api,
    outcome: &'a Outcome,
}

impl<'a> Side<'a> {
    fn of(outcome: &'a Outcome) -> Option<Self> {
        Some(Self { api: outcome.api.as_ref()?, outcome })
    }

    /// What callers can name.
    fn listing(self) -> &'a str {
        self.outcome.files.as_ref().and_then(|files| files.get("api.txt")).unwrap_or_default()
    }

    /// The file and the line of a node.
    fn place(self, origin: &Origin) -> Option<Place> {
        let sources = &self.outcome.sources;
        let origin = sources.written(origin);
        let span = sources.locate(&origin, crate::diag::Place::Key)?;
        let (file, text) = sources.text(origin.file)?;
        let (line, _) = line_column(text, span.start);
        Some(Place { file: file.to_owned(), line })
    }
}

/// Compares two listings of what callers can name (`api.txt`), of which nothing else is known.
#[must_use]
pub fn listings(old: &str, new: &str) -> Vec<Change> {
    structure::listings(old, new)
}

/// Compares what came of two descriptions. There is nothing to say where one of them could not be read at all.
#[must_use]
pub fn diff(old: &Outcome, new: &Outcome) -> Option<Report> {
    let (old, new) = (Side::of(old)?, Side::of(new)?);
    let mut lines = Lines::between(old.listing(), new.listing());
    let mut changes = Changes::default();
    operations::compare(old, new, &mut lines, &mut changes);
    types::compare(old, new, &mut lines, &mut changes);
    structure::compare(old, new, &mut lines, &mut changes);
    Some(Report { changes: changes.finish() })
}
