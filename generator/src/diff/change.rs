//! One change, and what it means.

use std::fmt;

use super::lines::{Line, greatest};

/// What a change means for callers, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Only the documentation differs.
    DocsOnly,
    /// Requests or answers differ, and no code does.
    WireOnly,
    /// There is something new, and everything else is as it was.
    Additive,
    /// Code that compiled does not, or the crate refuses or means otherwise what it sent or read.
    Breaking,
}

impl Effect {
    /// All of them, the greatest first.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Additive, Self::WireOnly, Self::DocsOnly];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DocsOnly => "docs only",
            Self::WireOnly => "wire only",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The client as a whole: addresses, credentials, groups.
    Client,
    /// An operation, by its operationId.
    Operation(String),
    /// A type, by its name in Rust.
    Type(String),
}

/// A line of a file of the description.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// One difference between two descriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is about.
    pub subject: Subject,
    /// What it means for callers.
    pub effect: Effect,
    /// What differs, in terms of the description, as Markdown without a full stop.
    pub what: String,
    /// Why it means that, in terms of the crate; may be empty.
    pub why: String,
    /// Where it stood.
    pub old: Option<Place>,
    /// Where it stands.
    pub new: Option<Place>,
    /// What it has in common with others.
    pub(super) kin: Option<Kin>,
}

impl Change {
    /// A change of which nothing more is known.
    pub(super) fn new(subject: Subject, effect: Effect, what: impl Into<String>) -> Self {
        Self { subject, effect, what: what.into(), why: String::new(), old: None, new: None, kin: None }
    }

    /// Says why it means that, unless that is known.
    pub(super) fn because(&mut self, why: impl Into<String>) -> &mut Self {
        if self.why.is_empty() {
            self.why = why.into();
        }
        self
    }

    /// Says what it has in common with others, such as `members`, `are added` and its own name.
    pub(super) fn kin(&mut self, many: &'static str, fate: impl Into<String>, name: impl Into<String>) -> &mut Self {
        self.kin = Some(Kin { many, fate: fate.into(), name: name.into() });
        self
    }
}

/// What a change has in common with others, so that several of them can be said in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kin {
    /// What they are, such as `members`.
    pub(super) many: &'static str,
    /// What became of them, such as `are added`.
    pub(super) fate: String,
    /// Which one it is.
    pub(super) name: String,
}

/// Changes as they are found.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    /// Adds a change.
    pub(super) fn push(&mut self, change: Change) -> &mut Change {
        self.0.push(change);
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Adds a change with the lines that it is seen in, which can mean more than the change alone and then say why.
    pub(super) fn say(
        &mut self,
        subject: Subject,
        least: Effect,
        what: impl Into<String>,
        lines: &[Line],
        (old, new): (Option<Place>, Option<Place>),
    ) -> &mut Change {
        let effect = greatest(lines).unwrap_or(least).max(least);
        // What an item is says more than what it implements.
        let why = lines.iter().filter(|line| line.effect == effect).min_by_key(|line| line.is_impl());
        let why = why.map(Line::told).unwrap_or_default();
        self.push(Change { why, old, new, ..Change::new(subject, effect, what) })
    }

    /// True when nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of one subject stand together, and the one that means the most stands first.
    pub(super) fn finish(mut self) -> Vec<Change> {
        self.0.sort_by(|a, b| a.subject.cmp(&b.subject).then(b.effect.cmp(&a.effect)));
        self.0
    }
}
