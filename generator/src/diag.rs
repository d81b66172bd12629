//! Diagnostics: what is wrong, where it stands in the text, and what to do about it.
//!
//! This module owns the codes, the collector and the two renderings (for people, as rustc prints, and as JSON). It knows
//! nothing of YAML, JSON or OpenAPI: a place is an [`Origin`], a file and a JSON pointer, and whoever holds the texts
//! turns it into a byte range through [`Locate`], only when there is something to print.

mod code;
mod distance;
mod origin;
mod render;

use std::collections::BTreeMap;
use std::fmt;

pub use self::code::Code;
pub use self::distance::{edit_distance, nearest};
pub use self::origin::{FileId, Locate, Origin, Place, Span, escape_segment, line_column, unescape_segment};

/// How bad a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Severity {
    /// The run cannot go on until its user has done something: a file is missing, the configuration is wrong. Nothing is
    /// written.
    Error,
    /// The description is wrong in one place, or says something that is generated as less. The help gives what is done
    /// instead, and everything else is written.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One finding about the input.
///
/// The methods that take `&mut self` return it, so that details are added behind [`Diagnostics::add`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The stable code, which names the class of the finding.
    pub code: Code,
    /// Whether it forbids writing.
    pub severity: Severity,
    /// The node it is about.
    pub origin: Origin,
    /// Whether it is about the node's key or its value.
    pub on: Place,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it, where that is known.
    pub help: Option<String>,
    /// Line and column, both counted from 1, columns in characters. Only for errors of the text itself, where no tree
    /// exists that a pointer could walk.
    pub position: Option<(usize, usize)>,
    /// A second place that explains the finding, with a short label, such as the first of two equal keys.
    pub related: Option<(Origin, String)>,
}

impl Diagnostic {
    /// Says what to do about it.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Points at the key of the node instead of its value.
    pub fn on_key(&mut self) -> &mut Self {
        self.on = Place::Key;
        self
    }

    /// Sets line and column, both counted from 1, for an error of the text itself.
    pub fn at(&mut self, line: usize, column: usize) -> &mut Self {
        self.position = Some((line, column));
        self
    }

    /// Adds a second place with a short label.
    pub fn related(&mut self, origin: Origin, label: impl Into<String>) -> &mut Self {
        self.related = Some((origin, label.into()));
        self
    }
}

/// Collects the diagnostics of one run. The same finding about the same node is kept once, however often it is made.
#[derive(Clone, Default, Debug)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    known: BTreeMap<(Code, Origin, String), usize>,
}

impl Diagnostics {
    /// An empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records a finding about the value at `origin`, as bad as its code says.
    pub fn add(&mut self, code: Code, origin: &Origin, message: impl Into<String>) -> &mut Diagnostic {
        let list = &mut self.list;
        let key = (code, origin.clone(), message.into());
        let index = match self.known.get(&key) {
            Some(&index) => index,
            None => {
                list.push(Diagnostic {
                    code,
                    severity: code.severity(),
                    origin: origin.clone(),
                    on: Place::Value,
                    message: key.2.clone(),
                    help: None,
                    position: None,
                    related: None,
                });
                self.known.insert(key, list.len() - 1);
                list.len() - 1
            }
        };
        &mut list[index]
    }

    /// Whether anything recorded forbids writing.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Makes the faults of the description warnings.
    pub fn put_up_with_faults(&mut self) {
        for finding in self.list.iter_mut().filter(|finding| finding.code.blames()) {
            finding.severity = Severity::Warning;
        }
    }

    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Whether nothing was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Keeps the findings that a rule keeps.
    pub fn retain(&mut self, keep: impl Fn(&Diagnostic) -> bool) {
        let kept: Vec<Diagnostic> =
            std::mem::take(&mut self.list).into_iter().filter(|finding| keep(finding)).collect();
        self.known.clear();
        for (index, finding) in kept.iter().enumerate() {
            self.known.insert((finding.code, finding.origin.clone(), finding.message.clone()), index);
        }
        self.list = kept;
    }

    /// Moves every finding to where a rule says that its node is written.
    pub fn relocate(&mut self, written: impl Fn(&Origin) -> Origin) {
        let mut moved = Self::new();
        for mut finding in std::mem::take(&mut self.list) {
            finding.origin = written(&finding.origin);
            finding.related = finding.related.map(|(origin, label)| (written(&origin), label));
            let kept = moved.add(finding.code, &finding.origin, finding.message.clone());
            *kept = finding;
        }
        *self = moved;
    }

    /// Takes the findings that a rule takes out of the collection.
    #[must_use]
    pub fn take(&mut self, takes: impl Fn(&Diagnostic) -> bool) -> Self {
        let mut taken = Self::new();
        for finding in self.list.iter().filter(|finding| takes(finding)) {
            *taken.add(finding.code, &finding.origin, finding.message.clone()) = finding.clone();
        }
        self.retain(|finding| !takes(finding));
        taken
    }

    /// How many findings of a severity there are of each code, by code.
    #[must_use]
    pub fn by_code(&self, severity: Severity) -> BTreeMap<Code, usize> {
        let mut counts = BTreeMap::new();
        for finding in self.list.iter().filter(|finding| finding.severity == severity) {
            *counts.entry(finding.code).or_default() += 1;
        }
        counts
    }

    /// Takes over every finding of another collection.
    pub fn extend(&mut self, other: Self) {
        for diagnostic in other.list {
            let kept = self.add(diagnostic.code, &diagnostic.origin, diagnostic.message.clone());
            *kept = diagnostic;
        }
    }

    /// The findings sorted by file, position and code. Those without a position come first in their file.
    #[must_use]
    pub fn sorted(&self, texts: &dyn Locate) -> Vec<&Diagnostic> {
        let mut keyed: Vec<_> = self
            .list
            .iter()
            .map(|diagnostic| {
                let start = render::span(diagnostic, texts).map(|span| span.start);
                (
                    (diagnostic.origin.file, start, diagnostic.code, &diagnostic.origin.pointer, &diagnostic.message),
                    diagnostic,
                )
            })
            .collect();
        keyed.sort_by(|left, right| left.0.cmp(&right.0));
        keyed.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }

    /// All findings as rustc prints them: code, message, `--> file:line:column`, excerpt, help; one blank line between
    /// two. With `colours` the text holds ANSI escape sequences.
    #[must_use]
    pub fn render(&self, texts: &dyn Locate, colours: bool) -> String {
        render::text(&self.sorted(texts), texts, colours)
    }

    /// The findings as [`Diagnostics::render`] prints them, warnings first, so that errors stand where a reader of a terminal
    /// looks. Of each code at most `most` are printed, and a line says how many more there are.
    #[must_use]
    pub fn report(&self, texts: &dyn Locate, colours: bool, most: usize) -> String {
        let sorted = self.sorted(texts);
        let mut parts = Vec::new();
        for severity in [Severity::Warning, Severity::Error] {
            let mut shown: BTreeMap<Code, usize> = BTreeMap::new();
            let kept: Vec<&Diagnostic> = sorted
                .iter()
                .copied()
                .filter(|finding| finding.severity == severity)
                .filter(|finding| {
                    let count = shown.entry(finding.code).or_default();
                    *count += 1;
                    *count <= most
                })
                .collect();
            if !kept.is_empty() {
                parts.push(render::text(&kept, texts, colours));
            }
            for (code, count) in shown.into_iter().filter(|(_, count)| *count > most) {
                let (more, title) = (count - most, code.title());
                parts.push(format!("{severity}[{code}]: … and {more} more of \"{title}\"; --all shows them\n"));
            }
        }
        parts.join("\n")
    }

    /// All findings as one JSON array, one object per finding and line, with `code`, `severity`, `title`, `message`,
    /// `help`, `file`, `line`, `column` and `pointer`. What is not known is null.
    #[must_use]
    pub fn render_json(&self, texts: &dyn Locate) -> String {
        render::json(&self.sorted(texts), texts)
    }

    /// What [`Diagnostics::render_json`] prints, as values.
    #[must_use]
    pub fn to_json(&self, texts: &dyn Locate) -> Vec<serde_json::Value> {
        render::values(&self.sorted(texts), texts).collect()
    }
}

/// A number and what is counted, such as `1 error` and `2 errors`.
pub(crate) fn counted<N: Copy + fmt::Display + PartialEq + From<u8>>(number: N, what: &str) -> String {
    format!("{number} {what}{}", if number == N::from(1) { "" } else { "s" })
}
