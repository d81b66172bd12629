//! The comparison as a whole: its verdict, and all of it as JSON.

use serde_json::{Value, json};

use super::change::{Change, Effect, Place, Subject};
use super::gaps::Gap;

/// What differs between two descriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every difference, by subject.
    pub changes: Vec<Change>,
    /// What could not be compared.
    pub gaps: Vec<Gap>,
}

impl Report {
    /// What a program ends with when something breaks; anything else ends as usual.
    pub const BREAKS: u8 = 3;

    /// The greatest effect of all changes; nothing where nothing differs.
    #[must_use]
    pub fn effect(&self) -> Option<Effect> {
        self.changes.iter().map(|change| change.effect).max()
    }

    /// The part of a version that has to go up (Semantic Versioning 2.0.0, rules 6 to 8).
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.effect() {
            Some(Effect::Breaking) => "major",
            Some(Effect::Additive) => "minor",
            Some(Effect::WireOnly | Effect::DocsOnly) => "patch",
            None => "none",
        }
    }

    /// How many changes have an effect.
    #[must_use]
    pub fn count(&self, effect: Effect) -> usize {
        self.changes.iter().filter(|change| change.effect == effect).count()
    }

    /// What a program ends with that prints the report: [`Report::BREAKS`] or 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.effect() == Some(Effect::Breaking) { Self::BREAKS } else { 0 }
    }

    /// A text to be pasted into a pull request: an overview of a screen, and behind it, folded, what does not fit there.
    #[must_use]
    pub fn markdown(&self) -> String {
        super::markdown::markdown(self)
    }

    /// One JSON object: `verdict` (`major`, `minor`, `patch` or `none`), `effect`, `counts` with the number of changes of each
    /// effect, `changes` with `subject`, `name`, `effect`, `what`, `why`, `old` and `new` (each `file` and `line`, or null), and
    /// `gaps` with `when` (`before`, `after` or `before and after`), `operation`, `code`, `message`, `file` and `line`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let place =
            |place: &Option<Place>| place.as_ref().map(|place| json!({ "file": place.file, "line": place.line }));
        let change = |change: &Change| {
            let (subject, name) = match &change.subject {
                Subject::Client => ("client", None),
                Subject::Operation(id) => ("operation", Some(id)),
                Subject::Type(name) => ("type", Some(name)),
            };
            json!({
                "subject": subject,
                "name": name,
                "effect": change.effect.as_str(),
                "what": change.what,
                "why": change.why,
                "old": place(&change.old),
                "new": place(&change.new),
            })
        };
        let gap = |gap: &Gap| {
            json!({
                "when": gap.when.as_str(),
                "operation": gap.operation,
                "code": gap.code.as_str(),
                "message": gap.message,
                "file": gap.place.as_ref().map(|place| &place.file),
                "line": gap.place.as_ref().map(|place| place.line),
            })
        };
        let counts: serde_json::Map<String, Value> =
            Effect::ALL.iter().map(|effect| (effect.as_str().to_owned(), self.count(*effect).into())).collect();
        json!({
            "verdict": self.verdict(),
            "effect": self.effect().map(Effect::as_str),
            "counts": counts,
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
            "gaps": self.gaps.iter().map(gap).collect::<Vec<_>>(),
        })
    }
}
