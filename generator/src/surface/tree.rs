//! The modules of a crate with their items, imports and impls, macros expanded.

use std::collections::{BTreeMap, VecDeque};

use super::api::Unreadable;
use super::attrs::{Attrs, Conditions};
use super::items;
use super::lexer::{Token, lex};
use super::macros::Macro;
use super::parse::Read;
use super::syntax::{Associated, AssociatedKind, ImplBlock, Item, ItemKind, Named};
use crate::files::each;

/// How often macros may expand into macros.
const MAX_EXPANSIONS: usize = 64;

/// How deep modules may nest; a file that declares itself by `#[path]` would otherwise never end.
const MAX_MODULES: usize = 64;

/// An index into [`Tree::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ModuleId(usize);

/// An index into [`Tree::entries`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EntryId(usize);

/// A crate.
#[derive(Default)]
pub(super) struct Tree<'t> {
    modules: Vec<Module<'t>>,
    entries: Vec<Entry<'t>>,
    /// Invocations of the crate's own macros that match none of their rules: the path of the macro in the module.
    pub(super) unexpanded: Vec<Vec<&'t str>>,
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
    /// Its items by name.
    pub(super) names: BTreeMap<&'t str, Vec<EntryId>>,
    /// Its `use` declarations.
    pub(super) imports: Vec<Import<'t>>,
    /// Where among them a name is imported; `None` stands for globs.
    pub(super) imported: BTreeMap<Option<&'t str>, Vec<usize>>,
    /// Its impls.
    pub(super) impls: Vec<Impl<'t>>,
}

impl<'t> Module<'t> {
    fn import(&mut self, import: Import<'t>) {
        self.imported.entry(import.name).or_default().push(self.imports.len());
        self.imports.push(import);
    }

    /// The declarations that bring a name; without one, those that bring all names of another module.
    pub(super) fn imports_of(&self, name: Option<&'t str>) -> impl Iterator<Item = &Import<'t>> {
        self.imported.get(&name).into_iter().flatten().map(|index| &self.imports[*index])
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
    pub(super) path: Vec<&'t str>,
    /// The name it gets; none for a glob.
    pub(super) name: Option<&'t str>,
}

/// An impl.
pub(super) struct Impl<'t> {
    /// Its attributes; the conditions are those of its modules too.
    pub(super) attrs: Attrs<'t>,
    /// What it says, macros expanded.
    pub(super) block: ImplBlock<'t>,
}

impl<'t> Tree<'t> {
    /// Reads a crate from its files, by path; `src/lib.rs` is the root.
    pub(super) fn read(files: &BTreeMap<&'t str, &'t str>) -> Result<Self, Unreadable> {
        let rust: Vec<(&str, &str)> =
            files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(path, text)| (*path, *text)).collect();
        let read = each(&rust, |(_, text)| lex(text).and_then(|tokens| items::file(&tokens)));
        let parsed = rust.iter().map(|(path, _)| *path).zip(read).collect();
        let mut reader =
            Reader { files, parsed, tree: Self::default(), macros: BTreeMap::new(), invocations: VecDeque::new() };
        reader.tree.modules.push(Module::default());
        reader.file("src/lib.rs", "src", ModuleId(0))?;
        reader.expand()?;
        Ok(reader.tree)
    }

    /// The root.
    pub(super) fn root(&self) -> ModuleId {
        ModuleId(0)
    }

    /// The module behind an id.
    pub(super) fn module(&self, id: ModuleId) -> &Module<'t> {
        &self.modules[id.0]
    }

    /// The item behind an id.
    pub(super) fn entry(&self, id: EntryId) -> &Entry<'t> {
        &self.entries[id.0]
    }

    /// All modules and blocks.
    pub(super) fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module<'t>)> {
        self.modules.iter().enumerate().map(|(index, module)| (ModuleId(index), module))
    }
}

struct Reader<'f, 't> {
    files: &'f BTreeMap<&'t str, &'t str>,
    /// The items of files that no module has taken yet.
    parsed: BTreeMap<&'t str, Read<(Attrs<'t>, Vec<Item<'t>>)>>,
    tree: Tree<'t>,
    macros: BTreeMap<&'t str, Vec<(ModuleId, Macro<'t>)>>,
    invocations: VecDeque<Invocation<'t>>,
}

struct Invocation<'t> {
    name: &'t str,
    tokens: Vec<Token<'t>>,
    module: ModuleId,
    attrs: Attrs<'t>,
    depth: usize,
}

impl<'t> Reader<'_, 't> {
    /// Reads a file into its module; `folder` is where the files of the modules it declares are.
    fn file(&mut self, path: &str, folder: &str, module: ModuleId) -> Result<(), Unreadable> {
        let Some(text) = self.files.get(path) else {
            return Err(Unreadable::new(path, &"a module is declared, but its file is not there"));
        };
        // By `#[path]` two modules may be of one file.
        let parsed = self.parsed.remove(path);
        let read = parsed.unwrap_or_else(|| lex(text).and_then(|tokens| items::file(&tokens)));
        let (attrs, items) = read.map_err(|error| Unreadable::new(path, &error))?;
        let conditions = self.tree.modules[module.0].conditions.and(&attrs.conditions);
        self.tree.modules[module.0].conditions = conditions;
        self.items(items, folder, module, 0)
    }

    fn items(&mut self, items: Vec<Item<'t>>, folder: &str, module: ModuleId, depth: usize) -> Result<(), Unreadable> {
        for Item { mut attrs, public, kind } in items {
            if attrs.absent {
                continue;
            }
            attrs.conditions = attrs.conditions.and(&self.tree.modules[module.0].conditions);
            match kind {
                ItemKind::Module(name, content) => {
                    self.module(name, public, content, attrs, (folder, module, depth))?;
                }
                ItemKind::Use(external, imports) => {
                    for (path, name) in imports {
                        let import = Import { public, attrs: attrs.clone(), external, path, name };
                        self.tree.modules[module.0].import(import);
                    }
                }
                ItemKind::Impl(block) => self.tree.modules[module.0].impls.push(Impl { attrs, block: *block }),
                ItemKind::Rules(name, tokens) => {
                    self.macros.entry(name).or_default().push((module, Macro::read(&tokens)));
                    if attrs.exported {
                        self.entry(ModuleId(0), name, true, attrs, Kind::Macro);
                    }
                }
                ItemKind::Invocation(name, tokens) => {
                    self.invocations.push_back(Invocation { name, tokens, module, attrs, depth });
                }
                ItemKind::Block(items) => {
                    let around = &self.tree.modules[module.0];
                    let block = Module {
                        path: around.path.clone(),
                        parent: Some(module),
                        block: true,
                        conditions: attrs.conditions,
                        ..Module::default()
                    };
                    let id = self.push(block);
                    self.items(items, folder, id, depth)?;
                }
                ItemKind::Named(name, item) => self.entry(module, name, public, attrs, Kind::Item(Box::new(item))),
                ItemKind::Other => {}
            }
        }
        Ok(())
    }

    fn module(
        &mut self,
        name: &'t str,
        public: bool,
        content: Option<Vec<Item<'t>>>,
        attrs: Attrs<'t>,
        (folder, parent, depth): (&str, ModuleId, usize),
    ) -> Result<(), Unreadable> {
        let bare = name.strip_prefix("r#").unwrap_or(name);
        let mut path = self.tree.modules[parent.0].path.clone();
        path.push(name);
        if path.len() > MAX_MODULES {
            return Err(Unreadable::new(&path.join("::"), &"modules nest too deep"));
        }
        let conditions = attrs.conditions.clone();
        let id = self.push(Module { path, parent: Some(parent), conditions, ..Module::default() });
        let inside = format!("{folder}/{bare}");
        let file = attrs.path.as_ref().map(|path| format!("{folder}/{path}"));
        self.entry(parent, name, public, attrs, Kind::Module(id));
        if let Some(items) = content {
            return self.items(items, &inside, id, depth);
        }
        match file {
            Some(file) => {
                let folder = match file.strip_suffix("/mod.rs") {
                    Some(folder) => folder.to_owned(),
                    None => file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
                };
                self.file(&file, &folder, id)
            }
            None => {
                let nested = format!("{inside}/mod.rs");
                let flat = format!("{inside}.rs");
                let file = if self.files.contains_key(nested.as_str()) { nested } else { flat };
                self.file(&file, &inside, id)
            }
        }
    }

    fn push(&mut self, module: Module<'t>) -> ModuleId {
        self.tree.modules.push(module);
        ModuleId(self.tree.modules.len() - 1)
    }

    fn entry(&mut self, module: ModuleId, name: &'t str, public: bool, attrs: Attrs<'t>, kind: Kind<'t>) {
        let id = EntryId(self.tree.entries.len());
        self.tree.modules[module.0].names.entry(name).or_default().push(id);
        self.tree.entries.push(Entry { module, name, public, attrs, kind });
    }

    /// Expands all invocations in place of items, then those inside impls.
    fn expand(&mut self) -> Result<(), Unreadable> {
        while let Some(Invocation { name, tokens, module, attrs, depth }) = self.invocations.pop_front() {
            match self.expansion(name, module, &tokens, |tokens| items::file(tokens).ok()) {
                Some(Some((_, items))) if depth < MAX_EXPANSIONS => {
                    let conditions = self.tree.modules[module.0].conditions.and(&attrs.conditions);
                    let around = std::mem::replace(&mut self.tree.modules[module.0].conditions, conditions);
                    let folder = format!("src/{}", self.tree.modules[module.0].path.join("/"));
                    self.items(items, &folder, module, depth + 1)?;
                    self.tree.modules[module.0].conditions = around;
                }
                Some(_) => self.unexpanded(module, name),
                None => {}
            }
        }
        for index in 0..self.tree.modules.len() {
            let module = ModuleId(index);
            let mut impls = std::mem::take(&mut self.tree.modules[index].impls);
            for found in &mut impls {
                let items = std::mem::take(&mut found.block.items);
                found.block.items = self.associated(items, module, 0);
            }
            self.tree.modules[index].impls = impls;
        }
        Ok(())
    }

    fn associated(&mut self, items: Vec<Associated<'t>>, module: ModuleId, depth: usize) -> Vec<Associated<'t>> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let AssociatedKind::Macro(name, tokens) = item.kind else {
                out.push(item);
                continue;
            };
            match self.expansion(name, module, &tokens, |tokens| items::associated(tokens).ok()) {
                Some(Some(items)) if depth < MAX_EXPANSIONS => out.extend(self.associated(items, module, depth + 1)),
                Some(_) => self.unexpanded(module, name),
                None => {}
            }
        }
        out
    }

    /// `None` for a macro of another crate; `Some(None)` if the expansion fails.
    fn expansion<T>(
        &self,
        name: &str,
        module: ModuleId,
        tokens: &[Token<'t>],
        read: impl Fn(&[Token<'t>]) -> Option<T>,
    ) -> Option<Option<T>> {
        let found = self.macros.get(name)?;
        // A macro of the same module hides one of the same name elsewhere.
        let (_, found) = found.iter().find(|(home, _)| *home == module).or_else(|| found.first())?;
        Some(found.expand(tokens).and_then(|tokens| read(&tokens)))
    }

    fn unexpanded(&mut self, module: ModuleId, name: &'t str) {
        let path = [self.tree.modules[module.0].path.as_slice(), &[name]].concat();
        self.tree.unexpanded.push(path);
    }
}
