//! The comparison as Markdown and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use super::change::{Change, Effect, Place, Subject};

/// More names than these in a line are counted.
const NAMED: usize = 12;

/// What differs between two descriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every difference, by subject.
    pub changes: Vec<Change>,
}

impl Report {
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

    /// A text to be pasted into a pull request.
    #[must_use]
    pub fn markdown(&self) -> String {
        let Some(effect) = self.effect() else { return "Nothing changes for callers.\n".to_owned() };
        let mut text = format!("**{}** ({effect})", self.headline());
        let counts: Vec<String> = Effect::ALL
            .iter()
            .filter_map(|effect| {
                let count = self.changes.iter().filter(|change| change.effect == *effect).count();
                (count > 0).then(|| format!("{count} {effect}"))
            })
            .collect();
        let _ = writeln!(text, ": {}.\n", counts.join(", "));
        for effect in Effect::ALL {
            let changes: Vec<&Change> = self.changes.iter().filter(|change| change.effect == effect).collect();
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(text, "### {}\n", heading(effect));
            section(&mut text, &changes);
            text.push('\n');
        }
        text
    }

    fn headline(&self) -> &'static str {
        match self.verdict() {
            "major" => "A new major version (before 1.0 a minor one)",
            "minor" => "A new minor version (before 1.0 a patch)",
            _ => "A patch",
        }
    }

    /// One JSON object: `verdict` (`major`, `minor`, `patch` or `none`), `effect`, and `changes` with `subject`, `name`,
    /// `effect`, `what`, `why`, `old` and `new` (each `file` and `line`, or null).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let place =
            |place: &Option<Place>| place.as_ref().map(|place| json!({ "file": place.file, "line": place.line }));
        let changes: Vec<Value> = self
            .changes
            .iter()
            .map(|change| {
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
            })
            .collect();
        json!({ "verdict": self.verdict(), "effect": self.effect().map(Effect::as_str), "changes": changes })
    }
}

fn heading(effect: Effect) -> &'static str {
    match effect {
        Effect::Breaking => "Breaking",
        Effect::Additive => "Additive",
        Effect::WireOnly => "On the wire only",
        Effect::DocsOnly => "Documentation only",
    }
}

/// A line per subject and change; types that are new, and descriptions, share one.
fn section(text: &mut String, changes: &[&Change]) {
    let mut short: Vec<(&str, Vec<String>)> = Vec::new();
    for change in changes {
        let lead = match (&change.subject, change.effect) {
            (Subject::Type(_), _) if change.what == "it is added" => "types added",
            (_, Effect::DocsOnly) => "descriptions",
            _ => {
                let why = if change.why.is_empty() { String::new() } else { format!("; {}", change.why) };
                let _ = writeln!(text, "- {}: {}{why}{}", subject(&change.subject), change.what, place(change));
                continue;
            }
        };
        let name = subject(&change.subject);
        match short.iter_mut().find(|(known, _)| *known == lead) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => short.push((lead, vec![name])),
        }
    }
    for (lead, names) in short {
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let names: Vec<String> = names.into_iter().take(NAMED).collect();
        let _ = writeln!(text, "- {lead}: {}{more}", names.join(", "));
    }
}

fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Client => "the client".to_owned(),
        Subject::Operation(id) => format!("operation `{id}`"),
        Subject::Type(name) => format!("type `{name}`"),
    }
}

/// Where to look: the new place, or the old one of what is gone.
fn place(change: &Change) -> String {
    match (&change.old, &change.new) {
        (_, Some(new)) => format!(" ({new})"),
        (Some(old), None) => format!(" (was {old})"),
        (None, None) => String::new(),
    }
}
