//! An operation or a type on both sides, and how something is said of it.

use crate::diag::Origin;

use super::Side;
use super::change::{Change, Changes, Effect, Place, Subject};
use super::lines::{Line, take};

/// What has lines of its own, and changes.
pub(super) trait Construct {
    /// What a change of it is about.
    fn subject(&self) -> Subject;

    /// Where it stands.
    fn origin(&self) -> &Origin;
}

/// A construct on both sides.
pub(super) struct Pair<'a, 'c, T> {
    pub(super) old: (Side<'a>, &'a T),
    pub(super) new: (Side<'a>, &'a T),
    /// The lines that differ.
    pub(super) own: Vec<Line>,
    pub(super) changes: &'c mut Changes,
}

impl<T: Construct> Pair<'_, '_, T> {
    /// Reports a change with the lines that it is seen in, which can mean more than the change alone.
    pub(super) fn say(&mut self, least: Effect, what: impl Into<String>, lines: Vec<Line>) -> &mut Change {
        let (old, new) = (self.old.1.origin(), self.new.1.origin());
        self.say_at(least, what, &lines, (Some(old), Some(new)))
    }

    /// The same about a node of the construct, on the sides where it is.
    pub(super) fn say_at(
        &mut self,
        least: Effect,
        what: impl Into<String>,
        lines: &[Line],
        (old, new): (Option<&Origin>, Option<&Origin>),
    ) -> &mut Change {
        let place = |side: Side<'_>, at: Option<&Origin>| -> Option<Place> { side.place(at?) };
        let places = (place(self.old.0, old), place(self.new.0, new));
        self.changes.say(self.new.1.subject(), least, what, lines, places)
    }

    /// Says whether callers are warned of it, and that it is described otherwise.
    pub(super) fn told(&mut self, (was, is): (bool, bool), same_texts: bool) {
        if was != is {
            let lines = take(&mut self.own, |line| line.effect == Effect::Additive && line.old.is_some());
            let what = if is { "it is deprecated" } else { "it is deprecated no more" };
            self.say(Effect::Additive, what, lines);
        }
        if !same_texts {
            self.say(Effect::DocsOnly, "its description differs", Vec::new());
        }
    }

    /// Reports the lines that nothing else accounted for.
    pub(super) fn rest(mut self) {
        let rest = std::mem::take(&mut self.own);
        for effect in Effect::ALL {
            let told: Vec<String> = rest.iter().filter(|line| line.effect == effect).map(Line::told).collect();
            if !told.is_empty() {
                self.say(effect, "what callers name of it differs", Vec::new()).because(told.join("; "));
            }
        }
    }
}
