//! What callers can name, line by line.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::change::Effect;
use crate::surface::each;

/// A line of the listing that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The path before the colon.
    pub(super) path: String,
    /// What stood behind it.
    pub(super) old: Option<String>,
    /// What stands behind it.
    pub(super) new: Option<String>,
    /// What that means for code.
    pub(super) effect: Effect,
}

impl Line {
    /// Whether it is about what an item implements.
    pub(super) fn is_impl(&self) -> bool {
        self.old.as_deref().or(self.new.as_deref()).is_some_and(|what| what.starts_with("impl"))
    }

    /// The line in words.
    pub(super) fn told(&self) -> String {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => format!("`{}` was `{old}` and is `{new}`", self.path),
            (Some(old), None) => format!("`{}` is gone", item(&self.path, old)),
            (None, Some(new)) => format!("`{}` is new", item(&self.path, new)),
            (None, None) => String::new(),
        }
    }
}

/// The item of a line: an impl is no item of its own path.
fn item(path: &str, what: &str) -> String {
    if what.starts_with("impl") { format!("{path}: {what}") } else { path.to_owned() }
}

/// The lines that differ, by their paths, of which each is accounted for once. Those of an item stand together.
#[derive(Debug, Default)]
pub(super) struct Lines(BTreeMap<String, Vec<Line>>);

impl Lines {
    /// The lines in which two listings differ.
    pub(super) fn between(old: &str, new: &str) -> Self {
        let (before, after) = (by_path(old), by_path(new));
        let mut all = BTreeMap::new();
        let paths: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        let none = BTreeSet::new();
        for path in paths {
            let (old, new) = (before.get(path).unwrap_or(&none), after.get(path).unwrap_or(&none));
            let is_impl = |what: &&Cow<'_, str>| what.starts_with("impl");
            let mut lines = Vec::new();
            let line = |old: Option<&str>, new: Option<&str>| Line {
                path: path.to_owned(),
                effect: effect(path, old, new, &before),
                old: old.map(str::to_owned),
                new: new.map(str::to_owned),
            };
            lines.extend(old.difference(new).filter(is_impl).map(|what| line(Some(what), None)));
            lines.extend(new.difference(old).filter(is_impl).map(|what| line(None, Some(what))));
            let mut gone = old.difference(new).filter(|what| !is_impl(what)).map(AsRef::as_ref);
            let mut come = new.difference(old).filter(|what| !is_impl(what)).map(AsRef::as_ref);
            loop {
                match (gone.next(), come.next()) {
                    (None, None) => break,
                    (old, new) => lines.push(line(old, new)),
                }
            }
            if !lines.is_empty() {
                all.insert(path.to_owned(), lines);
            }
        }
        Self(all)
    }

    /// Takes out the lines whose path is one of these.
    pub(super) fn take(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<Line> {
        self.take_lines(|line| wanted(&line.path))
    }

    /// Takes out the lines of items and of what is in them.
    pub(super) fn take_of(&mut self, items: &[String]) -> Vec<Line> {
        let is_of = |path: &str, item: &str| {
            let rest = path.strip_prefix(item);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || rest.starts_with('.'))
        };
        let mut paths = BTreeSet::new();
        for item in items {
            let behind = self.0.range::<str, _>((Bound::Included(item.as_str()), Bound::Unbounded));
            let begins = behind.map(|(path, _)| path).take_while(|path| path.starts_with(item.as_str()));
            paths.extend(begins.filter(|path| is_of(path, item)).cloned());
        }
        paths.iter().filter_map(|path| self.0.remove(path)).flatten().collect()
    }

    /// Takes out the lines that are wanted.
    pub(super) fn take_lines(&mut self, wanted: impl Fn(&Line) -> bool) -> Vec<Line> {
        let taken = self.0.values_mut().flat_map(|lines| take(lines, &wanted)).collect();
        self.0.retain(|_, lines| !lines.is_empty());
        taken
    }
}

/// Takes out the lines that are wanted.
pub(super) fn take(lines: &mut Vec<Line>, wanted: impl Fn(&Line) -> bool) -> Vec<Line> {
    lines.extract_if(.., |line| wanted(line)).collect()
}

/// The greatest effect of some lines.
pub(super) fn greatest(lines: &[Line]) -> Option<Effect> {
    lines.iter().map(|line| line.effect).max()
}

/// What stands behind each path.
type Listing<'l> = BTreeMap<&'l str, BTreeSet<Cow<'l, str>>>;

fn by_path(listing: &str) -> Listing<'_> {
    let mut lines = Listing::new();
    for line in listing.lines() {
        if let Some((path, what)) = line.split_once(": ") {
            lines.entry(path).or_default().extend(each(what));
        }
    }
    lines
}

/// What a line that is gone, new or changed means for code that compiled before.
fn effect(path: &str, old: Option<&str>, new: Option<&str>, before: &Listing<'_>) -> Effect {
    let around = |separator: &str| {
        let (around, _) = path.rsplit_once(separator)?;
        before
            .get(around)?
            .iter()
            .find(|what| !what.starts_with("impl") && !what.starts_with("use "))
            .map(AsRef::as_ref)
    };
    match (old, new) {
        (Some(old), Some(new)) if unnamed(old) == unnamed(new) => Effect::DocsOnly,
        (Some(old), Some(new)) if bare(old) == bare(new) && keeps_const(old, new) => Effect::Additive,
        (Some(_), _) => Effect::Breaking,
        // A `match` without another arm has one too few, unless the enum said that there could be more.
        (None, Some(new)) if new.starts_with("variant") && around("::").is_some_and(is_exhaustive) => Effect::Breaking,
        // What was written out member by member lacks one.
        (None, Some(_)) if around(".").is_some_and(|what| is_exhaustive(what) && !what.contains("{ .. }")) => {
            Effect::Breaking
        }
        (None, Some(new)) if new.starts_with("required ") => Effect::Breaking,
        (None, _) => Effect::Additive,
    }
}

/// A line without what warns and does not forbid.
fn bare(what: &str) -> String {
    unnamed(what).replace(" #[deprecated]", "").replace("const fn", "fn")
}

/// A function without the names of its arguments, which nobody who calls it writes.
fn unnamed(what: &str) -> String {
    let Some(start) = what.find("fn(").map(|at| at + "fn(".len()) else { return what.to_owned() };
    let (mut out, mut depth, mut argument) = (what[..start].to_owned(), 0_usize, String::new());
    for (at, letter) in what[start..].char_indices() {
        match letter {
            '(' | '<' | '[' => depth += 1,
            ')' if depth == 0 => {
                out.push_str(&argument);
                out.push_str(&what[start + at..]);
                return out;
            }
            // The arrow of a function type closes nothing.
            '>' if argument.ends_with('-') => {}
            ')' | '>' | ']' => depth = depth.saturating_sub(1),
            ':' if depth == 0
                && argument.trim_start().chars().all(is_word)
                && !what[start + at..].starts_with("::") =>
            {
                argument.clear();
                continue;
            }
            ',' if depth == 0 => {
                out.push_str(&argument);
                out.push(',');
                argument.clear();
                continue;
            }
            _ => {}
        }
        argument.push(letter);
    }
    what.to_owned()
}

/// Whether a letter can be a part of an identifier.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn keeps_const(old: &str, new: &str) -> bool {
    !old.contains("const fn") || new.contains("const fn")
}

fn is_exhaustive(what: &str) -> bool {
    !what.contains("#[non_exhaustive")
}

#[cfg(test)]
mod tests {
    use super::{Effect, Lines};

    #[test]
    fn lines_mean_what_the_compiler_says() {
        for (old, new, effect) in [
            ("a: fn()\n", "", Effect::Breaking),
            ("", "a: fn()\n", Effect::Additive),
            ("a: fn()\n", "a: fn(x: i32)\n", Effect::Breaking),
            ("a: fn()\n", "a: const fn()\n", Effect::Additive),
            ("a: const fn()\n", "a: fn()\n", Effect::Breaking),
            ("a: fn()\n", "a: fn() #[deprecated]\n", Effect::Additive),
            ("a: fn(&self, id: u8) -> B\n", "a: fn(&self, pet_id: u8) -> B\n", Effect::DocsOnly),
            ("a: fn(id: Vec<(u8, u8)>, b: C)\n", "a: fn(ids: Vec<(u8, u8)>, b: C)\n", Effect::DocsOnly),
            ("a: fn(id: u8, b: C)\n", "a: fn(b: C, id: u8)\n", Effect::Breaking),
            ("a: fn(id: a::B)\n", "a: fn(id: c::B)\n", Effect::Breaking),
            ("A: enum\n", "A: enum\nA::B: variant\n", Effect::Breaking),
            ("A: enum #[non_exhaustive]\n", "A: enum #[non_exhaustive]\nA::B: variant\n", Effect::Additive),
            ("A: struct\n", "A: struct\nA.b: i32\n", Effect::Breaking),
            ("A: struct { .. }\n", "A: struct { .. }\nA.b: i32\n", Effect::Additive),
            ("A: struct #[non_exhaustive]\n", "A: struct #[non_exhaustive]\nA.b: i32\n", Effect::Additive),
            ("A: trait\n", "A: trait\nA::b: required fn()\n", Effect::Breaking),
            ("A: impl Copy\n", "", Effect::Breaking),
        ] {
            let mut lines = Lines::between(old, new);
            let taken = lines.take(|_| true);
            assert_eq!(taken.iter().map(|line| line.effect).collect::<Vec<_>>(), [effect], "{old}{new}");
        }
        assert!(Lines::between("a: fn()\nb: fn()\n", "b: fn()\na: fn()\n").take(|_| true).is_empty());
    }
}
