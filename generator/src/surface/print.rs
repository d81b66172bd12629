//! Drafts as one line of Rust, every path as a caller would write it.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::paths::{Paths, Target};
use super::sheet::{Draft, PathId, Sheet};
use super::syntax::Generics;
use super::tree::{EntryId, ModuleId, Tree};

/// What everybody knows by its name alone, with the module of `std` it lives in. The first part is the prelude.
const WELL_KNOWN: &[(&str, &str)] = &[
    ("Option", "option"),
    ("Result", "result"),
    ("String", "string"),
    ("ToString", "string"),
    ("Vec", "vec"),
    ("Box", "boxed"),
    ("Send", "marker"),
    ("Sync", "marker"),
    ("Sized", "marker"),
    ("Copy", "marker"),
    ("Unpin", "marker"),
    ("Drop", "ops"),
    ("Fn", "ops"),
    ("FnMut", "ops"),
    ("FnOnce", "ops"),
    ("AsyncFn", "ops"),
    ("AsyncFnMut", "ops"),
    ("AsyncFnOnce", "ops"),
    ("Clone", "clone"),
    ("PartialEq", "cmp"),
    ("Eq", "cmp"),
    ("PartialOrd", "cmp"),
    ("Ord", "cmp"),
    ("AsRef", "convert"),
    ("AsMut", "convert"),
    ("From", "convert"),
    ("Into", "convert"),
    ("TryFrom", "convert"),
    ("TryInto", "convert"),
    ("Default", "default"),
    ("ToOwned", "borrow"),
    ("Iterator", "iter"),
    ("Extend", "iter"),
    ("IntoIterator", "iter"),
    ("FromIterator", "iter"),
    ("DoubleEndedIterator", "iter"),
    ("ExactSizeIterator", "iter"),
    ("Future", "future"),
    ("IntoFuture", "future"),
    ("Debug", "fmt"),
    ("Display", "fmt"),
    ("Hash", "hash"),
    ("FromStr", "str"),
    ("Arc", "sync"),
    ("Cow", "borrow"),
    ("Pin", "pin"),
    ("Duration", "time"),
    ("SystemTime", "time"),
    ("BTreeMap", "collections"),
    ("HashMap", "collections"),
    ("Deref", "ops"),
];

/// What a path leads to.
pub(super) struct Found<'t> {
    /// What it is.
    pub(super) target: Target<'t>,
    /// How it is written, with the names of what is associated with it.
    text: String,
}

impl Found<'_> {
    /// The item of the crate, if it is one.
    pub(super) fn entry(&self) -> Option<EntryId> {
        match self.target {
            Target::Entry(id) => Some(id),
            _ => None,
        }
    }
}

/// Prints the drafts of one module.
pub(super) struct Printer<'p, 't> {
    pub(super) tree: &'p Tree<'t>,
    pub(super) paths: &'p Paths<'p, 't>,
    pub(super) module: ModuleId,
    sheet: &'p Sheet<'t>,
    /// What its paths were found to mean.
    found: Vec<OnceCell<Found<'t>>>,
}

impl<'p, 't> Printer<'p, 't> {
    /// A printer for what stands in `module`.
    pub(super) fn new(tree: &'p Tree<'t>, paths: &'p Paths<'p, 't>, module: ModuleId) -> Self {
        let sheet = &tree.module(module).sheet;
        let found = (0..sheet.count()).map(|_| OnceCell::new()).collect();
        Self { tree, paths, module, sheet, found }
    }

    /// What a path means here; `None` only for one of another module. See [`Paths::resolve`].
    pub(super) fn resolve(&self, path: PathId) -> Option<&Found<'t>> {
        Some(self.found.get(path.index())?.get_or_init(|| self.look_up(self.sheet.names(path))))
    }

    fn look_up(&self, names: &[&'t str]) -> Found<'t> {
        let (names, external) = match names {
            ["", names @ ..] => (names, true),
            names => (names, false),
        };
        let mut found = self.paths.resolve(self.module, names, external);
        let is_type = |target: &Target<'_>| matches!(target, Target::Entry(id) if self.paths.is_type(*id));
        let best = found.iter().position(|(target, _)| is_type(target)).unwrap_or_default();
        let (target, taken) = found.swap_remove(best);
        let mut text = self.target(&target).into_owned();
        for name in names.get(taken..).unwrap_or_default() {
            text.push_str("::");
            text.push_str(name);
        }
        Found { target, text }
    }

    /// The written form of what a path leads to.
    pub(super) fn target<'s>(&'s self, target: &Target<'t>) -> Cow<'s, str> {
        match target {
            Target::Root => Cow::Borrowed("crate"),
            Target::Entry(id) => self.paths.name(*id),
            Target::Variant(id, name) => Cow::Owned(format!("{}::{name}", self.paths.name(*id))),
            Target::External(path) => Cow::Owned(self.external(path)),
        }
    }

    fn external(&self, path: &[&'t str]) -> String {
        let known = |name: &str, module: Option<&str>| {
            WELL_KNOWN
                .iter()
                .find(|(known, home)| *known == name && module.is_none_or(|module| module == *home))
                .map(|(_, home)| *home)
        };
        match path {
            [name] => match self.paths.at_root(name).then(|| known(name, None)).flatten() {
                Some(home) => format!("std::{home}::{name}"),
                None => (*name).to_owned(),
            },
            ["std" | "core" | "alloc", module, name]
                if known(name, Some(module)).is_some() && !self.paths.at_root(name) =>
            {
                (*name).to_owned()
            }
            ["core" | "alloc", rest @ ..] => format!("std::{}", rest.join("::")),
            _ => path.join("::"),
        }
    }

    /// Writes a path.
    pub(super) fn path(&self, path: PathId, out: &mut String) {
        out.push_str(self.resolve(path).map_or("Self", |found| &found.text));
    }

    /// Writes a draft.
    pub(super) fn draft(&self, draft: Draft, out: &mut String) {
        for (text, path) in self.sheet.pieces(draft) {
            out.push_str(text);
            path.into_iter().for_each(|path| self.path(path, out));
        }
    }

    /// Writes a draft with a type for `Self`, for the head of an impl.
    pub(super) fn draft_for(&self, ty: &str, draft: Draft, out: &mut String) {
        for (text, path) in self.sheet.pieces(draft) {
            out.push_str(text);
            match path {
                Some(PathId::SELF) => out.push_str(ty),
                path => path.into_iter().for_each(|path| self.path(path, out)),
            }
        }
    }

    /// A draft as a text of its own.
    pub(super) fn text(&self, draft: Draft) -> String {
        let mut text = String::new();
        self.draft(draft, &mut text);
        text
    }

    /// Writes parameters between angle brackets, without their defaults; nothing without any.
    pub(super) fn generics(&self, generics: &Generics<'t>, out: &mut String) {
        let mut between = "<";
        for param in &generics.params {
            out.push_str(between);
            between = ", ";
            self.draft(param.declared, out);
        }
        out.push_str(if generics.params.is_empty() { "" } else { ">" });
    }
}
