//! What a change of a description means for the people who depend on the crate.
//!
//! # What is compared
//!
//! Two outcomes are compared twice. What callers can name is compared line by line ([`surface`](crate::surface)): a line that
//! is gone or reads otherwise breaks their code, and nothing else does. The models are compared construct by construct: that
//! tells why a line differs, and what changes without one, on the wire, in what is read and in what is refused. Each struct of
//! the model is taken apart member by member, so that a new member does not compile before something is said of it here. A line
//! that no construct accounts for is reported by itself, and so are files that differ in more than words while nothing else
//! does: nothing is left out.
//!
//! # What a verdict means
//!
//! It says what becomes of a program that works, when the crate it uses is generated anew and the program is built again:
//!
//! - **breaking** (major): it does not compile any more, or the crate refuses what it sent or read before, or an argument or
//!   an answer means something else.
//! - **additive** (minor): it compiles and goes on as before, and there is something new to call, set or read.
//! - **wire only** (patch): it compiles, and what is sent or read is not the same: another path, another default, another
//!   media type. A release before goes on for as long as the server does what it did.
//! - **docs only** (patch): it is told something else, and does the same.
//!
//! What the server does on its own account is the same for every release of the crate, and no break of the crate: a scope that
//! it begins to ask for, or a bound that the crate does not check. It is reported, with what callers have to do about it.
//!
//! What could not be read on one side was not compared. The report names it ([`Gap`]), and says then nothing of it.

mod alike;
mod change;
mod client;
mod exchange;
mod gaps;
mod lines;
mod markdown;
mod members;
mod operations;
mod overview;
mod pair;
mod pairs;
mod params;
mod renames;
mod report;
mod rest;
mod schemes;
mod types;
mod unions;
mod values;

pub use self::change::{Change, Effect, Place, Subject};
pub use self::gaps::{Gap, When};
pub use self::report::Report;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::Outcome;
use crate::analyze::{Facts, Usage, analyze};
use crate::diag::{FileId, Locate, Origin};
use crate::ir::{Api, TypeDef};

use self::change::Changes;
use self::lines::Lines;
use self::pairs::Pairs;
use self::renames::Renames;

/// One side of the comparison.
#[derive(Clone, Copy)]
struct Side<'a> {
    api: &'a Api,
    outcome: &'a Outcome,
    facts: &'a Facts,
    /// How the other side calls what this one has.
    renames: &'a Renames,
    /// Where the lines of its files end.
    ends: &'a Ends,
}

/// The ends of the lines of files, each found once: every change has a place, and a description can be long.
#[derive(Debug, Default)]
struct Ends(RefCell<BTreeMap<FileId, Vec<usize>>>);

impl Ends {
    /// The line, from 1, of a byte of a file.
    fn line(&self, file: FileId, text: &str, offset: usize) -> usize {
        let mut known = self.0.borrow_mut();
        let ends = known.entry(file).or_insert_with(|| text.match_indices('\n').map(|(at, _)| at).collect());
        ends.partition_point(|end| *end < offset) + 1
    }
}

impl<'a> Side<'a> {
    /// What callers can name.
    fn listing(self) -> &'a str {
        self.outcome.files.as_ref().and_then(|files| files.get("api.txt")).unwrap_or_default()
    }

    /// Where values of a type go, which is known by its name.
    fn usage(self, def: &TypeDef) -> Usage {
        let at = self.api.types.iter().position(|other| other.name == def.name);
        at.and_then(|at| self.facts.usage.get(at)).copied().unwrap_or_default()
    }

    /// The file and the line of a node.
    fn place(self, origin: &Origin) -> Option<Place> {
        let sources = &self.outcome.sources;
        let origin = sources.written(origin);
        let span = sources.locate(&origin, crate::diag::Place::Key)?;
        let (file, text) = sources.text(origin.file)?;
        Some(Place { file: file.to_owned(), line: self.ends.line(origin.file, text, span.start) })
    }
}

/// Compares two listings of what callers can name (`api.txt`), of which nothing else is known.
#[must_use]
pub fn listings(old: &str, new: &str) -> Vec<Change> {
    let mut changes = Changes::default();
    rest::lines(&mut Lines::between(old, new), &[], &mut changes);
    changes.finish()
}

/// Compares what came of two descriptions. There is nothing to say where one of them could not be read at all.
#[must_use]
pub fn diff(old: &Outcome, new: &Outcome) -> Option<Report> {
    let (before, after) = (old.api.as_ref()?, new.api.as_ref()?);
    let pairs = Pairs::between(before, after);
    let none = Renames::default();
    let gaps = gaps::between(old, new);
    let facts = (analyze(before), analyze(after));
    let ends = (Ends::default(), Ends::default());
    let old = Side { api: before, outcome: old, facts: &facts.0, renames: &pairs.renames, ends: &ends.0 };
    let new = Side { api: after, outcome: new, facts: &facts.1, renames: &none, ends: &ends.1 };
    let mut lines = Lines::between(&pairs.renames.apply(old.listing()), new.listing());
    let mut changes = Changes::default();
    operations::compare(old, new, (&pairs, &gaps), &mut lines, &mut changes);
    types::compare(old, new, &pairs.types, &mut lines, &mut changes);
    client::compare(old, new, &pairs, &mut lines, &mut changes);
    rest::compare(old, new, &mut lines, &mut changes);
    Some(Report { changes: changes.finish(), gaps })
}
