//! The modules of a crate with their items, imports and impls, macros expanded.

use std::sync::OnceLock;

use super::attrs::{Attrs, Conditions};
use super::paths::Target;
use super::sheet::Sheet;
use super::syntax::{ImplBlock, Named};

/// An index into [`Tree::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModuleId(usize);

/// An index into [`Tree::entries`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EntryId(u32);

impl EntryId {
    /// Where it is among all items.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// No crate has more than four billion items or imports.
fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A crate.
#[derive(Default)]
pub(super) struct Tree<'t> {
    modules: Vec<Module<'t>>,
    entries: Vec<Entry<'t>>,
    /// Invocations of the crate's own macros that match none of their rules: the path of the macro in the module.
    pub(super) unexpanded: Vec<String>,
}

/// A module, or a block with items of its own.
#[derive(Default)]
pub(super) struct Module<'t> {
    /// The names that lead to it.
    pub(super) path: Vec<&'t str>,
    /// The module around it; the root has none.
    pub(super) parent: Option<ModuleId>,
    /// True for a block, which sees the names of the module around it.
    pub(super) block: bool,
    /// When it is there.
    pub(super) conditions: Conditions,
    /// Its items, sorted by their names when all are known: a function may be called like a type.
    pub(super) entries: Vec<EntryId>,
    /// Its `use` declarations, sorted in the same way; globs come first.
    pub(super) imports: Vec<Import<'t>>,
    /// Its impls.
    pub(super) impls: Vec<Impl<'t>>,
    /// What the drafts of its items and impls are pieces of.
    pub(super) sheet: Sheet<'t>,
}

impl<'t> Module<'t> {
    /// The declarations that bring a name; without one, those that bring all names of another module.
    pub(super) fn imports_of(&self, name: Option<&str>) -> &[Import<'t>] {
        let start = self.imports.partition_point(|import| import.name < name);
        let rest = self.imports.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|import| import.name == name).count();
        rest.get(..count).unwrap_or_default()
    }
}

/// A named item.
pub(super) struct Entry<'t> {
    /// Where it stands.
    pub(super) module: ModuleId,
    /// Its name.
    pub(super) name: &'t str,
    /// Whether it is `pub`.
    pub(super) public: bool,
    /// Its attributes; the conditions are those of its modules too.
    pub(super) attrs: Attrs<'t>,
    /// What it is.
    pub(super) kind: Kind<'t>,
}

/// The kinds of items.
pub(super) enum Kind<'t> {
    /// A module.
    Module(ModuleId),
    /// A `macro_rules!` macro.
    Macro,
    /// Anything else.
    Item(Box<Named<'t>>),
}

impl<'t> Kind<'t> {
    /// The item, unless it is a module or a macro.
    pub(super) fn item(&self) -> Option<&Named<'t>> {
        match self {
            Self::Item(item) => Some(item),
            Self::Module(_) | Self::Macro => None,
        }
    }
}

/// One name that a `use` declaration brings.
pub(super) struct Import<'t> {
    /// Whether it is `pub use`.
    pub(super) public: bool,
    /// Its attributes; the conditions are those of its modules too.
    pub(super) attrs: Attrs<'t>,
    /// True for `::path`.
    pub(super) external: bool,
    /// The path it imports, without the asterisk.
    pub(super) path: Box<[&'t str]>,
    /// The name it gets; none for a glob.
    pub(super) name: Option<&'t str>,
    /// What it was found to lead to.
    pub(super) found: OnceLock<Box<[Target<'t>]>>,
}

/// An impl.
pub(super) struct Impl<'t> {
    /// Its attributes; the conditions are those of its modules too.
    pub(super) attrs: Attrs<'t>,
    /// What it says, macros expanded.
    pub(super) block: ImplBlock<'t>,
}

impl<'t> Tree<'t> {
    /// The root, which is the module that was added first.
    pub(super) fn root(&self) -> ModuleId {
        ModuleId(0)
    }

    /// The module behind an id.
    pub(super) fn module(&self, id: ModuleId) -> &Module<'t> {
        &self.modules[id.0]
    }

    /// The same, to be changed.
    pub(super) fn module_mut(&mut self, id: ModuleId) -> &mut Module<'t> {
        &mut self.modules[id.0]
    }

    /// Adds a module.
    pub(super) fn add_module(&mut self, module: Module<'t>) -> ModuleId {
        self.modules.push(module);
        ModuleId(self.modules.len() - 1)
    }

    /// Adds an item to its module.
    pub(super) fn add(&mut self, entry: Entry<'t>) {
        let id = EntryId(index(self.entries.len()));
        self.module_mut(entry.module).entries.push(id);
        self.entries.push(entry);
    }

    /// The item behind an id.
    pub(super) fn entry(&self, id: EntryId) -> &Entry<'t> {
        &self.entries[id.index()]
    }

    /// All modules and blocks.
    pub(super) fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module<'t>)> {
        self.modules.iter().enumerate().map(|(index, module)| (ModuleId(index), module))
    }

    /// All items.
    pub(super) fn entries(&self) -> impl Iterator<Item = (EntryId, &Entry<'t>)> {
        self.entries.iter().enumerate().map(|(place, entry)| (EntryId(index(place)), entry))
    }

    /// The items of a name in a module.
    pub(super) fn named(&self, module: ModuleId, name: &str) -> &[EntryId] {
        let entries = &self.module(module).entries;
        let start = entries.partition_point(|id| self.entry(*id).name < name);
        let rest = entries.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|id| self.entry(**id).name == name).count();
        rest.get(..count).unwrap_or_default()
    }

    /// Whether a module has a name itself, without those that globs bring.
    pub(super) fn has(&self, module: ModuleId, name: &str) -> bool {
        !self.named(module, name).is_empty() || !self.module(module).imports_of(Some(name)).is_empty()
    }

    /// Makes names known, when there are no more to come.
    pub(super) fn sort(&mut self) {
        for module in &mut self.modules {
            module.entries.sort_by_key(|id| self.entries[id.index()].name);
            module.imports.sort_by_key(|import| import.name);
        }
    }
}
