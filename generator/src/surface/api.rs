//! The list of lines: who stands where.

use std::collections::BTreeMap;
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
pub(super) struct Lines<'t>(Vec<(Vec<&'t str>, Rank, String, String)>);

impl<'t> Lines<'t> {
    /// Adds a line that belongs to the item at `path`; `member` is the name that sorts it among those of its rank.
    pub(super) fn add(&mut self, path: &[&'t str], rank: Rank, member: &str, text: String) {
        self.0.push((path.to_vec(), rank, member.to_owned(), text));
    }

    fn finish(mut self) -> String {
        self.0.sort();
        self.0.dedup();
        let mut out = String::with_capacity(self.0.iter().map(|(.., text)| text.len() + 1).sum());
        for (.., text) in &self.0 {
            out.push_str(text);
            out.push('\n');
        }
        out
    }
}

/// True for kinds that stand for a module.
pub(super) fn is_module(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Module(_))
}
