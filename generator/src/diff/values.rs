//! What parameters, members and listed values share: bounds, defaults, words.

use std::cmp::Ordering;

use crate::diag::counted;
use crate::emit::written_type;
use crate::ir::{Bound, Bounds, Checks, Literal, Pattern, TypeRef};

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

/// A bound of numbers. Whole ones are compared as such: above 2^53, several of them are the same double.
#[derive(Clone, Copy)]
struct Edge {
    whole: Option<i128>,
    number: f64,
    /// Where the number itself is outside, the side that the others lie on.
    open: i8,
}

impl PartialEq for Edge {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Edge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let numbers = match (self.whole, other.whole) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => self.number.partial_cmp(&other.number)?,
        };
        Some(numbers.then(self.open.cmp(&other.open)))
    }
}

/// What other bounds mean: values that passed are refused before they are sent, or the other way round.
pub(super) fn bounds(name: &str, old: &Checks, new: &Checks) -> Option<(Effect, String)> {
    let bounded = bounded(old, new);
    let effect = match (bounded.narrower, bounded.wider) {
        (true, _) => Effect::Breaking,
        (false, true) => Effect::WireOnly,
        (false, false) if old != new => Effect::DocsOnly,
        (false, false) => return None,
    };
    let mut words = (in_words(old), in_words(new));
    if words.0 == words.1 && old.skipped != new.skipped {
        let shown = |checks: &Checks| if checks.skipped { "not checked" } else { "checked" }.to_owned();
        words = (shown(old), shown(new));
    }
    let what = if words.0 == words.1 { "are told another way".to_owned() } else { was_is(&words.0, &words.1) };
    Some((effect, format!("the bounds of {name}: {what}")))
}

/// Compares the bounds that are checked before something is sent. What `[checks.skip]` turned off refuses nothing.
fn bounded(old: &Checks, new: &Checks) -> Bounded {
    let none = Checks::default();
    let old = if old.skipped { &none } else { old };
    let new = if new.skipped { &none } else { new };
    let number = |bound: &Option<Bound>, sign: i8| {
        let Bound { value, exclusive } = bound.as_ref()?;
        Some(Edge { whole: value.parse().ok(), number: value.parse().ok()?, open: if *exclusive { sign } else { 0 } })
    };
    let flag = |flag: bool| flag.then_some(&());
    // Where the source of a pattern is the same, so is what is checked of it (`runs`).
    let source = |pattern: &Pattern| pattern.source.clone();
    let Checks {
        minimum,
        maximum,
        multiple_of,
        length,
        items,
        unique_items,
        pattern,
        members,
        each,
        // For the documentation.
        values: _,
        format: _,
        names: _,
        skipped: _,
    } = old;
    let each = match (each, &new.each) {
        (None, None) => Bounded::default(),
        (old, new) => bounded(old.as_deref().unwrap_or(&none), new.as_deref().unwrap_or(&none)),
    };
    let counts = |old: &Bounds, new: &Bounds| {
        let Bounds { least, most } = *old;
        Bounded::least(least, new.least).and(Bounded::most(most, new.most))
    };
    Bounded::least(number(minimum, 1), number(&new.minimum, 1))
        .and(Bounded::most(number(maximum, -1), number(&new.maximum, -1)))
        .and(Bounded::rule(multiple_of.as_ref(), new.multiple_of.as_ref()))
        .and(counts(length, &new.length))
        .and(counts(items, &new.items))
        .and(counts(members, &new.members))
        .and(Bounded::rule(flag(*unique_items), flag(new.unique_items)))
        .and(Bounded::rule(pattern.as_ref().map(source).as_ref(), new.pattern.as_ref().map(source).as_ref()))
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
    for (bounds, what) in [(checks.length, "character"), (checks.items, "item"), (checks.members, "member")] {
        match (bounds.least, bounds.most) {
            (None, None) => {}
            (Some(least), None) => words.push(format!("at least {}", counted(least, what))),
            (None, Some(most)) => words.push(format!("at most {}", counted(most, what))),
            (Some(least), Some(most)) if least == most => words.push(counted(least, what)),
            (Some(least), Some(most)) => words.push(format!("{least} to {}", counted(most, what))),
        }
    }
    words.extend(checks.unique_items.then(|| "no item twice".to_owned()));
    words.extend(checks.pattern.as_ref().map(|pattern| format!("the pattern {}", pattern.source)));
    words.extend(checks.format.as_ref().map(|format| format!("the format {format}")));
    if !checks.values.is_empty() {
        words.push(format!("one of {}", checks.values.iter().map(written).collect::<Vec<_>>().join(", ")));
    }
    for (inner, what) in [(&checks.each, "each"), (&checks.names, "each name")] {
        if let Some(inner) = inner.as_deref().map(in_words).filter(|inner| !inner.is_empty()) {
            words.push(format!("{what} {inner}"));
        }
    }
    words.join(", ")
}

/// What has become of one text, such as `was a, is b`.
pub(super) fn was_is(old: &str, new: &str) -> String {
    let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { code(text) };
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

/// A type as callers write it, with the names of the new side.
pub(super) fn ty(side: Side<'_>, ty: &TypeRef) -> String {
    from_root(&side.renames.apply(&written_type(side.api, ty, "crate")))
}

/// A type as callers write it, with the names of its own side: for what is told, not for what is compared.
pub(super) fn own_ty(side: Side<'_>, ty: &TypeRef) -> String {
    from_root(&written_type(side.api, ty, "crate"))
}

fn from_root(written: &str) -> String {
    written.replace("crate::types::", "").replace("crate::", "")
}

/// A text of a description as code, whatever it holds: in one line, and between more backticks than it has in a row
/// (CommonMark 0.31, section 6.1), so that nothing of it is read as Markdown or HTML.
pub(super) fn code(text: impl std::fmt::Display) -> String {
    let text = one_line(&text.to_string());
    match runs(&text).map(|(_, length)| length).max() {
        None => format!("`{text}`"),
        Some(longest) => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// A text with its line ends and other control characters as escapes.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
            true => line.extend(letter.escape_default()),
            false => line.push(letter),
        }
    }
    line
}

/// Where code begins that does not end, and how many backticks it begins with.
pub(super) fn unclosed(text: &str) -> Option<(usize, usize)> {
    let mut open = None;
    for (at, length) in runs(text) {
        open = match open {
            None => Some((at, length)),
            Some((_, fence)) if fence == length => None,
            within => within,
        };
    }
    open
}

/// Where backticks stand in a row, and how many.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let starts = text.match_indices('`').map(|(at, _)| at).filter(|at| !text[..*at].ends_with('`'));
    starts.map(|at| (at, text[at..].bytes().take_while(|byte| *byte == b'`').count()))
}

/// What is told of parameters and members in the same words.
pub(super) struct Told<'a> {
    pub(super) default: Option<&'a Literal>,
    pub(super) deprecated: bool,
    pub(super) docs: &'a str,
    pub(super) example: Option<&'a Literal>,
}

/// How that differs: what it means, what differs, and what several have in common.
pub(super) fn told(name: &str, old: &Told<'_>, new: &Told<'_>) -> Vec<(Effect, String, &'static str)> {
    let mut found = Vec::new();
    if old.default != new.default {
        let shown = |told: &Told<'_>| told.default.map(written).unwrap_or_default();
        let what = format!("the default of {name} {}", was_is(&shown(old), &shown(new)));
        found.push((Effect::WireOnly, what, "have another default"));
    }
    if old.deprecated != new.deprecated {
        let no_more = if new.deprecated { "" } else { " no more" };
        found.push((Effect::Additive, format!("{name} is deprecated{no_more}"), "are deprecated or no more so"));
    }
    if old.docs != new.docs || old.example != new.example {
        found.push((Effect::DocsOnly, format!("the description of {name} differs"), "are described otherwise"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{bounds, code, one_line, unclosed};
    use crate::diff::Effect;
    use crate::ir::{Bound, Checks};

    #[test]
    fn bounds_of_large_numbers_are_compared_exactly() {
        let least = |value: &str, exclusive| Checks {
            minimum: Some(Bound { value: value.to_owned(), exclusive }),
            ..Checks::default()
        };
        for (old, new, effect) in [
            (("9007199254740992", false), ("9007199254740993", false), Effect::Breaking),
            (("9007199254740993", false), ("9007199254740992", false), Effect::WireOnly),
            (("9007199254740993", true), ("9007199254740993", false), Effect::WireOnly),
            (("1", false), ("0.5", false), Effect::WireOnly),
            (("0.5", false), ("1", true), Effect::Breaking),
            (("1", false), ("1.0", false), Effect::DocsOnly),
            (("1e300", false), ("1e301", false), Effect::Breaking),
        ] {
            let found = bounds("it", &least(old.0, old.1), &least(new.0, new.1)).map(|(effect, _)| effect);
            assert_eq!(found, Some(effect), "{old:?} {new:?}");
        }
    }

    #[test]
    fn code_holds_whatever_a_description_holds() {
        for (text, shown) in [
            ("Pet", "`Pet`"),
            ("a`b", "`` a`b ``"),
            ("`", "`` ` ``"),
            ("a``b`</details>", "``` a``b`</details> ```"),
            ("a\n\n# b", "`a\\n\\n# b`"),
            ("Größe|\u{2028}", "`Größe|\\u{2028}`"),
        ] {
            assert_eq!(code(text), shown, "{text:?}");
        }
        assert_eq!(one_line("a\r\nb"), "a\\r\\nb");
        for (text, open) in [
            ("none", None),
            ("a `b` c", None),
            ("a `b` `c", Some((6, 1))),
            ("`` a`b ``", None),
            ("x `` a`b", Some((2, 2))),
            ("ö ``` a``b `", Some((3, 3))),
        ] {
            assert_eq!(unclosed(text), open, "{text:?}");
        }
    }
}
