//! The list of lines: who stands where.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::paths::{Paths, Target};
use super::tree::{Kind, Tree};
use super::{describe, impls};

/// A file that cannot be read as Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The path of the file.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Unreadable {
    pub(super) fn new(path: &str, reason: &dyn fmt::Display) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for Unreadable {}

/// The public surface of a crate, one line per item, in the format that this module describes.
///
/// `files` are paths from the crate's folder, written with `/`, and texts. The root is `src/lib.rs`; files that no `mod`
/// declaration leads to do not count.
///
/// # Errors
///
/// A file is no Rust, or a declared module has no file.
pub fn api<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<String, Unreadable> {
    let files: BTreeMap<_, _> = files.into_iter().collect();
    let tree = Tree::read(&files)?;
    let paths = Paths::of(&tree);
    let mut lines = Lines::default();
    for id in paths.entries() {
        let [first, others @ ..] = paths.routes(id) else { continue };
        describe::entry(&tree, &paths, id, first, &mut lines);
        for other in others {
            let text = format!("{}: use {}", other.path.join("::"), first.path.join("::"));
            lines.add(&other.path, Rank::Item, "", format!("{text}{}", other.conditions));
        }
    }
    for reexport in paths.reexports() {
        let target = match &reexport.target {
            Target::External(path) => path.join("::"),
            Target::Variant(id, name) => format!("{}::{name}", paths.name(*id).join("::")),
            Target::Entry(id) => paths.name(*id).join("::"),
            Target::Root => continue,
        };
        let text = format!("{}: use {target}{}", reexport.path.join("::"), reexport.attrs.conditions);
        lines.add(&reexport.path, Rank::Item, "", text);
    }
    for (module, inside) in tree.modules() {
        for found in &inside.impls {
            impls::block(&tree, &paths, module, found, &mut lines);
        }
    }
    for (module, name) in &tree.unexpanded {
        let text = [module.as_slice(), &[name]].concat().join("::");
        let path = [module.as_slice(), &[name]].concat();
        lines.add(&path, Rank::Item, "", format!("{text}!: not expanded"));
    }
    Ok(lines.finish())
}

/// The place of a line behind its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The item itself.
    Item,
    /// A field.
    Field,
    /// A variant, with its fields.
    Variant,
    /// An associated constant.
    Const,
    /// An associated type.
    Type,
    /// A method or an associated function.
    Function,
    /// A trait impl.
    Impl,
}

/// Lines, each with what sorts it.
#[derive(Default)]
pub(super) struct Lines<'t> {
    lines: Vec<(Vec<&'t str>, Rank, String, String)>,
    /// The traits of an item that need no more than their name, by the conditions that they hold under.
    traits: BTreeMap<(Vec<&'t str>, String), BTreeSet<String>>,
}

impl<'t> Lines<'t> {
    /// Adds a line that belongs to the item at `path`; `member` is the name that sorts it among those of its rank.
    pub(super) fn add(&mut self, path: &[&'t str], rank: Rank, member: &str, text: String) {
        self.lines.push((path.to_vec(), rank, member.to_owned(), text));
    }

    /// Adds a trait to the line that names those of the item at `path`.
    pub(super) fn add_trait(&mut self, path: &[&'t str], name: String, conditions: String) {
        self.traits.entry((path.to_vec(), conditions)).or_default().insert(name);
    }

    fn finish(mut self) -> String {
        for ((path, conditions), names) in std::mem::take(&mut self.traits) {
            let names: Vec<String> = names.into_iter().collect();
            let text = format!("{}: impl {}{conditions}", path.join("::"), names.join(" + "));
            // Before the impls that stand alone, and without conditions before those with some.
            self.lines.push((path, Rank::Impl, conditions, text));
        }
        self.lines.sort();
        self.lines.dedup();
        let mut out = String::with_capacity(self.lines.iter().map(|(.., text)| text.len() + 1).sum());
        for (.., text) in &self.lines {
            out.push_str(text);
            out.push('\n');
        }
        out
    }
}

/// What stands behind the path of a line, one by one: of the traits that share a line each has one of its own. Lifetimes are
/// not declared, as they are not where traits share a line.
pub fn each(what: &str) -> Vec<Cow<'_, str>> {
    let lifetimes = what.strip_prefix("impl<").and_then(|rest| rest.split_once("> "));
    if let Some((_, of)) = lifetimes.filter(|(names, _)| names.split(", ").all(is_lifetime)) {
        return vec![Cow::Owned(format!("impl {of}"))];
    }
    let Some(shared) = what.strip_prefix("impl ") else { return vec![Cow::Borrowed(what)] };
    let (mut names, mut start, mut depth, mut end) = (Vec::new(), 0, 0_usize, shared.len());
    for (at, c) in shared.char_indices() {
        match c {
            '<' | '(' => depth += 1,
            '>' if shared[..at].ends_with('-') => {}
            '>' | ')' => depth = depth.saturating_sub(1),
            '+' if depth == 0 => {
                names.push(&shared[start..at]);
                start = at + 1;
            }
            // Conditions follow the last trait.
            '[' if depth == 0 => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    if names.is_empty() {
        return vec![Cow::Borrowed(what)];
    }
    names.push(&shared[start..end]);
    let conditions = &shared[end..];
    let line = |name: &str| Cow::Owned(format!("impl {} {conditions}", name.trim()).trim_end().to_owned());
    names.into_iter().map(line).collect()
}

fn is_lifetime(name: &str) -> bool {
    name.strip_prefix('\'').is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// True for kinds that stand for a module.
pub(super) fn is_module(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Module(_))
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn traits_that_share_a_line_are_told_apart() {
        for (what, wanted) in [
            ("struct { .. }", vec!["struct { .. }"]),
            ("fn(a: impl A + B)", vec!["fn(a: impl A + B)"]),
            ("impl Clone", vec!["impl Clone"]),
            ("impl Clone + Debug", vec!["impl Clone", "impl Debug"]),
            (
                "impl A + B [feature=x] [not(unix)]",
                vec!["impl A [feature=x] [not(unix)]", "impl B [feature=x] [not(unix)]"],
            ),
            ("impl From<Box<dyn A + B>>", vec!["impl From<Box<dyn A + B>>"]),
            ("impl From<Box<dyn Fn(&[u8]) -> A + B>> + C", vec!["impl From<Box<dyn Fn(&[u8]) -> A + B>>", "impl C"]),
            ("impl From<&mut [u8]> + C", vec!["impl From<&mut [u8]>", "impl C"]),
            ("impl<T: A + B> From<T>", vec!["impl<T: A + B> From<T>"]),
            ("impl<'a, 'b> A<'a> for B<'b>", vec!["impl A<'a> for B<'b>"]),
            ("impl<'a, T> A<'a> for B<T>", vec!["impl<'a, T> A<'a> for B<T>"]),
            ("impl<'a: 'b> A<'a>", vec!["impl<'a: 'b> A<'a>"]),
        ] {
            assert_eq!(each(what), wanted, "{what}");
        }
    }
}
