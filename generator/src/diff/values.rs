//! What parameters, members and listed values share: bounds, defaults, words.

use crate::ir::{Bound, Checks, Literal, TypeRef};

use super::Side;
use super::change::Effect;

/// How the values that pass the bounds have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bounded {
    /// Some are refused that passed.
    narrower: bool,
    /// Some pass that were refused.
    wider: bool,
}

impl Bounded {
    fn and(self, other: Self) -> Self {
        Self { narrower: self.narrower || other.narrower, wider: self.wider || other.wider }
    }

    /// A least number went up (or down), or came (or went).
    fn least<T: PartialOrd>(old: Option<T>, new: Option<T>) -> Self {
        match (old, new) {
            (None, None) => Self::default(),
            (None, Some(_)) => Self { narrower: true, wider: false },
            (Some(_), None) => Self { narrower: false, wider: true },
            (Some(old), Some(new)) => Self { narrower: new > old, wider: new < old },
        }
    }

    fn most<T: PartialOrd>(old: Option<T>, new: Option<T>) -> Self {
        match (old, new) {
            (Some(old), Some(new)) => Self { narrower: new < old, wider: new > old },
            (old, new) => Self::least(old, new),
        }
    }

    /// A rule that either holds or does not; another rule is both.
    fn rule<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> Self {
        match (old, new) {
            (Some(old), Some(new)) if old != new => Self { narrower: true, wider: true },
            (Some(_), Some(_)) | (None, None) => Self::default(),
            (None, Some(_)) => Self { narrower: true, wider: false },
            (Some(_), None) => Self { narrower: false, wider: true },
        }
    }
}

/// What other bounds mean: values that passed are refused before they are sent, or the other way round.
pub(super) fn bounds(name: &str, old: &Checks, new: &Checks) -> Option<(Effect, String)> {
    let bounded = bounded(old, new);
    let effect = match (bounded.narrower, bounded.wider) {
        (true, _) => Effect::Breaking,
        (false, true) => Effect::WireOnly,
        (false, false) if in_words(old) != in_words(new) || old.format != new.format || old.values != new.values => {
            Effect::DocsOnly
        }
        (false, false) => return None,
    };
    Some((effect, format!("the bounds of {name}: {}", was_is(&in_words(old), &in_words(new)))))
}

/// Compares the bounds that are checked before something is sent. What `[checks.skip]` turned off refuses nothing.
fn bounded(old: &Checks, new: &Checks) -> Bounded {
    let none = Checks::default();
    let old = if old.skipped { &none } else { old };
    let new = if new.skipped { &none } else { new };
    let number = |bound: &Option<Bound>, sign: f64| {
        let bound = bound.as_ref()?;
        let value: f64 = bound.value.parse().ok()?;
        Some((value, if bound.exclusive { sign } else { 0.0 }))
    };
    let flag = |flag: bool| flag.then_some(&());
    let each = match (&old.each, &new.each) {
        (None, None) => Bounded::default(),
        (old, new) => bounded(old.as_deref().unwrap_or(&none), new.as_deref().unwrap_or(&none)),
    };
    Bounded::least(number(&old.minimum, 1.0), number(&new.minimum, 1.0))
        .and(Bounded::most(number(&old.maximum, -1.0), number(&new.maximum, -1.0)))
        .and(Bounded::rule(old.multiple_of.as_ref(), new.multiple_of.as_ref()))
        .and(Bounded::least(old.length.least, new.length.least))
        .and(Bounded::most(old.length.most, new.length.most))
        .and(Bounded::least(old.items.least, new.items.least))
        .and(Bounded::most(old.items.most, new.items.most))
        .and(Bounded::least(old.members.least, new.members.least))
        .and(Bounded::most(old.members.most, new.members.most))
        .and(Bounded::rule(flag(old.unique_items), flag(new.unique_items)))
        .and(Bounded::rule(old.pattern.as_ref().map(|p| &p.source), new.pattern.as_ref().map(|p| &p.source)))
        .and(each)
}

/// Bounds in words, such as `1 <= n <= 100`; empty where there are none.
fn in_words(checks: &Checks) -> String {
    let mut words = Vec::new();
    let bound = |bound: &Option<Bound>, open: &str, closed: &str| {
        let bound = bound.as_ref()?;
        Some(format!("{} {}", if bound.exclusive { open } else { closed }, bound.value))
    };
    words.extend(bound(&checks.minimum, ">", ">="));
    words.extend(bound(&checks.maximum, "<", "<="));
    words.extend(checks.multiple_of.as_ref().map(|number| format!("a multiple of {number}")));
    for (bounds, what) in [(checks.length, "characters"), (checks.items, "items"), (checks.members, "members")] {
        match (bounds.least, bounds.most) {
            (None, None) => {}
            (Some(least), None) => words.push(format!("at least {least} {what}")),
            (None, Some(most)) => words.push(format!("at most {most} {what}")),
            (Some(least), Some(most)) => words.push(format!("{least} to {most} {what}")),
        }
    }
    words.extend(checks.unique_items.then(|| "no item twice".to_owned()));
    words.extend(checks.pattern.as_ref().map(|pattern| format!("the pattern `{}`", pattern.source)));
    if let Some(each) = checks.each.as_deref().map(in_words).filter(|each| !each.is_empty()) {
        words.push(format!("each {each}"));
    }
    words.join(", ")
}

/// What has become of one text, such as `was a, is b`.
pub(super) fn was_is(old: &str, new: &str) -> String {
    let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") };
    format!("was {}, is {}", shown(old), shown(new))
}

/// A value as JSON.
pub(super) fn written(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(flag) => flag.to_string(),
        Literal::Int(number) => number.to_string(),
        Literal::Float(number) => number.clone(),
        Literal::Text(text) => format!("{text:?}"),
        Literal::List(list) => format!("[{}]", list.iter().map(written).collect::<Vec<_>>().join(", ")),
        Literal::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name:?}: {}", written(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// A type as callers write it.
pub(super) fn ty(side: Side<'_>, ty: &TypeRef) -> String {
    crate::emit::written_type(side.api, ty, "crate").replace("crate::types::", "").replace("crate::", "")
}
