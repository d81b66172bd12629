//! The list of lines: who stands where.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::lines::{Lines, sorted};
use super::paths::{Paths, Target};
use super::print::Printer;
use super::syntax::Rank;
use super::tree::{Kind, ModuleId, Tree};
use super::{describe, impls, reader};
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
    let tree = reader::read(&files)?;
    let paths = Paths::of(&tree);
    let modules: Vec<ModuleId> = tree.modules().map(|(id, _)| id).collect();
    let parts: Vec<&[ModuleId]> = modules.chunks(modules.len().div_ceil(PARTS).max(1)).collect();
    let mut lines = files::each(&parts, |modules| {
        let mut lines = Lines::default();
        modules.iter().for_each(|module| of_module(&tree, &paths, *module, &mut lines));
        lines
    });
    lines.push(of_paths(&paths));
    // The lines hold all that is left to do.
    drop(paths);
    drop(tree);
    Ok(sorted(&lines))
}

/// Into how many parts the work is divided.
const PARTS: usize = 64;

/// The lines of what stands in a module.
fn of_module<'t>(tree: &Tree<'t>, paths: &Paths<'_, 't>, module: ModuleId, lines: &mut Lines) {
    let printer = Printer::new(tree, paths, module);
    let inside = tree.module(module);
    for id in &inside.entries {
        describe::entry(&printer, *id, paths.routes(*id), lines);
    }
    for found in &inside.impls {
        impls::block(&printer, found, lines);
    }
}

/// The lines of what stands in no module.
fn of_paths(paths: &Paths<'_, '_>) -> Lines {
    let mut lines = Lines::default();
    for reexport in paths.reexports() {
        let target = match &reexport.target {
            Target::External(path) => path.join("::"),
            Target::Variant(id, name) => format!("{}::{name}", paths.name(*id)),
            Target::Entry(id) => paths.name(*id).into_owned(),
            Target::Root => continue,
        };
        lines.line(&reexport.place, Rank::Item, |text| {
            text.extend([&reexport.place.path, ": use ", &target]);
            describe::condition(text, &reexport.conditions);
            0..0
        });
    }
    for place in paths.unexpanded() {
        lines.line(place, Rank::Item, |text| {
            text.extend([&place.path, "!: not expanded"]);
            0..0
        });
    }
    lines
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
