//! The list of lines: who stands where.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::paths::{Paths, Target};
use super::print::Memo;
use super::tree::{EntryId, Kind, ModuleId, Tree};
use super::{describe, impls};
use crate::files;

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
    let modules = tree.modules().filter(|(_, module)| !module.impls.is_empty()).map(|(id, _)| Part::Impls(id));
    let parts: Vec<Part> = paths.entries().map(Part::Entry).chain(modules).collect();
    let parts: Vec<&[Part]> = parts.chunks(parts.len().div_ceil(CHUNKS).max(1)).collect();
    let mut lines = Lines::default();
    for part in files::each(&parts, |parts| of_parts(&tree, &paths, parts)) {
        lines.extend(part);
    }
    for reexport in paths.reexports() {
        let target = match &reexport.target {
            Target::External(path) => path.join("::"),
            Target::Variant(id, name) => format!("{}::{name}", paths.name(*id).join("::")),
            Target::Entry(id) => paths.name(*id).join("::"),
            Target::Root => continue,
        };
        let text = format!("{}: use {target}{}", reexport.path.join("::"), reexport.attrs.conditions);
        lines.add(&reexport.path, Rank::Item, text, 0..0);
    }
    for path in &tree.unexpanded {
        lines.add(path, Rank::Item, format!("{}!: not expanded", path.join("::")), 0..0);
    }
    Ok(lines.finish())
}

/// Into how many parts the work is divided.
const CHUNKS: usize = 64;

/// What can be described without the rest.
#[derive(Clone, Copy)]
enum Part {
    /// An item with a public path.
    Entry(EntryId),
    /// The impls of a module.
    Impls(ModuleId),
}

fn of_parts<'l, 't>(tree: &Tree<'t>, paths: &'l Paths<'l, 't>, parts: &[Part]) -> Lines<'l, 't> {
    let memo = Memo::default();
    let mut lines = Lines::default();
    for part in parts {
        match part {
            Part::Entry(id) => {
                let [first, others @ ..] = paths.routes(*id) else { continue };
                describe::entry(tree, (paths, &memo), *id, first, &mut lines);
                for other in others {
                    let text = format!("{}: use {}", other.path.join("::"), first.path.join("::"));
                    lines.add(&other.path, Rank::Item, format!("{text}{}", other.conditions), 0..0);
                }
            }
            Part::Impls(module) => {
                for found in &tree.module(*module).impls {
                    impls::block(tree, (paths, &memo), *module, found, &mut lines);
                }
            }
        }
    }
    lines
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

/// A line with what sorts it.
struct Line<'l, 't> {
    /// The path of the item that it belongs to.
    path: &'l [&'t str],
    rank: Rank,
    text: String,
    /// The part of the text that sorts it among those of its rank.
    member: Range<usize>,
}

impl Line<'_, '_> {
    fn member(&self) -> &str {
        self.text.get(self.member.clone()).unwrap_or_default()
    }

    fn order(&self, other: &Self) -> Ordering {
        let paths = if std::ptr::eq(self.path, other.path) { Ordering::Equal } else { self.path.cmp(other.path) };
        let of_rank = || self.rank.cmp(&other.rank).then_with(|| self.member().cmp(other.member()));
        paths.then_with(of_rank).then_with(|| self.text.cmp(&other.text))
    }
}

/// A trait of an item that needs no more than its name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ByName<'l, 't> {
    path: &'l [&'t str],
    conditions: String,
    name: String,
}

/// The lines of a crate, or of a part of it.
#[derive(Default)]
pub(super) struct Lines<'l, 't> {
    lines: Vec<Line<'l, 't>>,
    /// Traits of an item share a line, if they hold under the same conditions.
    traits: Vec<ByName<'l, 't>>,
}

impl<'l, 't> Lines<'l, 't> {
    /// Adds a line that belongs to the item at `path`; `member` is the part of it that sorts it among those of its rank.
    pub(super) fn add(&mut self, path: &'l [&'t str], rank: Rank, text: String, member: Range<usize>) {
        self.lines.push(Line { path, rank, text, member });
    }

    /// Adds a trait to the line that names those of the item at `path`.
    pub(super) fn add_trait(&mut self, path: &'l [&'t str], name: String, conditions: String) {
        self.traits.push(ByName { path, conditions, name });
    }

    fn extend(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.traits.extend(other.traits);
    }

    fn finish(mut self) -> String {
        self.traits.sort_unstable();
        self.traits.dedup();
        for shared in self.traits.chunk_by(|a, b| a.path == b.path && a.conditions == b.conditions) {
            let Some(ByName { path, conditions, .. }) = shared.first() else { continue };
            let names: Vec<&str> = shared.iter().map(|one| one.name.as_str()).collect();
            let text = format!("{}: impl {}{conditions}", path.join("::"), names.join(" + "));
            // Before the impls that stand alone, and without conditions before those with some.
            let member = text.len() - conditions.len()..text.len();
            self.lines.push(Line { path, rank: Rank::Impl, text, member });
        }
        self.lines.sort_unstable_by(Line::order);
        self.lines.dedup_by(|a, b| a.order(b).is_eq());
        let mut out = String::with_capacity(self.lines.iter().map(|line| line.text.len() + 1).sum());
        for line in &self.lines {
            out.push_str(&line.text);
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
