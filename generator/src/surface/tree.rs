//! The modules of a crate with their items, imports and impls, macros expanded.

use std::collections::{BTreeMap, HashMap};

use super::api::Unreadable;
use super::attrs::{Attrs, Conditions};
use super::items::{self, Owner};
use super::lexer::{Token, lex};
use super::macros::Macro;
use super::parse::Read;
use super::sheet::Sheet;
use super::syntax::{Content, ImplBlock, ImplOf, Item, ItemKind, Named};
use crate::files::{each, each_of};

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

impl EntryId {
    /// Where it is among all items.
    pub(super) fn index(self) -> usize {
        self.0
    }
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
    /// Its items.
    pub(super) entries: Vec<EntryId>,
    /// The last of its items of each name; [`Entry::next`] leads to the others.
    names: HashMap<&'t str, EntryId>,
    /// Its `use` declarations.
    pub(super) imports: Vec<Import<'t>>,
    /// The last of them that brings each name; `None` stands for globs. [`Import::next`] leads to the others.
    imported: HashMap<Option<&'t str>, usize>,
    /// Its impls.
    pub(super) impls: Vec<Impl<'t>>,
    /// What the drafts of its items and impls are pieces of.
    pub(super) sheet: Sheet<'t>,
}

impl<'t> Module<'t> {
    fn import(&mut self, mut import: Import<'t>) {
        import.next = self.imported.insert(import.name, self.imports.len());
        self.imports.push(import);
    }

    /// The declarations that bring a name; without one, those that bring all names of another module.
    pub(super) fn imports_of(&self, name: Option<&'t str>) -> impl Iterator<Item = &Import<'t>> {
        let first = self.imported.get(&name).map(|index| &self.imports[*index]);
        std::iter::successors(first, |import| import.next.map(|index| &self.imports[index]))
    }

    /// Whether it has a name itself, without those that globs bring.
    pub(super) fn has(&self, name: &'t str) -> bool {
        self.names.contains_key(name) || self.imported.contains_key(&Some(name))
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
    /// Another one of the same name in the module: a function may be called like a type.
    next: Option<EntryId>,
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
    /// Another one that brings this name.
    next: Option<usize>,
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
        let mut reader = Reader {
            files,
            parsed,
            tree: Self::default(),
            macros: BTreeMap::new(),
            rules: 0,
            invocations: BTreeMap::new(),
        };
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

    /// All items.
    pub(super) fn entries(&self) -> impl Iterator<Item = (EntryId, &Entry<'t>)> {
        self.entries.iter().enumerate().map(|(index, entry)| (EntryId(index), entry))
    }

    /// The items of a name in a module.
    pub(super) fn named(&self, module: ModuleId, name: &str) -> impl Iterator<Item = EntryId> {
        std::iter::successors(self.module(module).names.get(name).copied(), |id| self.entry(*id).next)
    }
}

struct Reader<'f, 't> {
    files: &'f BTreeMap<&'t str, &'t str>,
    /// The content of files that no module has taken yet.
    parsed: BTreeMap<&'t str, Read<Content<'t>>>,
    tree: Tree<'t>,
    macros: Macros<'t>,
    /// How many those are.
    rules: usize,
    /// What is still to be expanded, by module.
    invocations: BTreeMap<ModuleId, Vec<Invocation<'t>>>,
}

struct Invocation<'t> {
    name: &'t str,
    tokens: Vec<Token<'t>>,
    attrs: Attrs<'t>,
    depth: usize,
}

/// The rules of the crate by name, each with the module it stands in.
type Macros<'t> = BTreeMap<&'t str, Vec<(ModuleId, Macro<'t>)>>;

/// The macro that a module means by a name; none if it is of another crate.
fn rules<'m, 't>(macros: &'m Macros<'t>, name: &str, module: ModuleId) -> Option<&'m Macro<'t>> {
    let found = macros.get(name)?;
    // A macro of the same module hides one of the same name elsewhere.
    found.iter().find(|(home, _)| *home == module).or_else(|| found.first()).map(|(_, rules)| rules)
}

/// What the invocations of a module stand for.
struct Expanded<'t> {
    module: ModuleId,
    /// The sheet of the module, with the drafts of the new items.
    sheet: Sheet<'t>,
    /// Each invocation, and the items; none if it matches no rule.
    items: Vec<(Invocation<'t>, Option<Vec<Item<'t>>>)>,
    /// Those of macros that are not known, or not yet.
    unknown: Vec<Invocation<'t>>,
}

impl<'t> Expanded<'t> {
    fn of(module: ModuleId, invocations: Vec<Invocation<'t>>, sheet: Sheet<'t>, macros: &Macros<'t>) -> Self {
        let mut content = Content { sheet, ..Content::default() };
        let (mut items, mut unknown) = (Vec::with_capacity(invocations.len()), Vec::new());
        for mut invocation in invocations {
            let Some(rules) = rules(macros, invocation.name, module) else {
                unknown.push(invocation);
                continue;
            };
            let tokens = rules.expand(&std::mem::take(&mut invocation.tokens));
            let read = tokens.filter(|_| invocation.depth < MAX_EXPANSIONS).and_then(|tokens| {
                content.items = Vec::new();
                items::items(&tokens, &mut content).ok()
            });
            items.push((invocation, read.map(|()| std::mem::take(&mut content.items))));
        }
        content.sheet.trim();
        Self { module, sheet: content.sheet, items, unknown }
    }
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
        let content = read.map_err(|error| Unreadable::new(path, &error))?;
        let inside = &mut self.tree.modules[module.0];
        inside.conditions = inside.conditions.and(&content.attrs.conditions);
        self.content(content, folder, module, 0)
    }

    fn content(
        &mut self,
        content: Content<'t>,
        folder: &str,
        module: ModuleId,
        depth: usize,
    ) -> Result<(), Unreadable> {
        self.tree.modules[module.0].sheet = content.sheet;
        self.items(content.items, folder, module, depth)
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
                        let import = Import { public, attrs: attrs.clone(), external, path, name, next: None };
                        self.tree.modules[module.0].import(import);
                    }
                }
                ItemKind::Impl(block) => self.tree.modules[module.0].impls.push(Impl { attrs, block: *block }),
                ItemKind::Rules(name, tokens) => {
                    self.macros.entry(name).or_default().push((module, Macro::read(&tokens)));
                    self.rules += 1;
                    if attrs.exported {
                        self.entry(ModuleId(0), name, true, attrs, Kind::Macro);
                    }
                }
                ItemKind::Invocation(name, tokens) => {
                    let found = Invocation { name, tokens, attrs, depth };
                    self.invocations.entry(module).or_default().push(found);
                }
                ItemKind::Block(content) => {
                    let around = &self.tree.modules[module.0];
                    let block = Module {
                        path: around.path.clone(),
                        parent: Some(module),
                        block: true,
                        conditions: attrs.conditions,
                        ..Module::default()
                    };
                    let id = self.push(block);
                    self.content(content, folder, id, depth)?;
                }
                ItemKind::Named(name, item) => self.entry(module, name, public, attrs, Kind::Item(item)),
                ItemKind::Other => {}
            }
        }
        Ok(())
    }

    fn module(
        &mut self,
        name: &'t str,
        public: bool,
        content: Option<Content<'t>>,
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
        let file = attrs.path().map(|path| format!("{folder}/{path}"));
        self.entry(parent, name, public, attrs, Kind::Module(id));
        if let Some(content) = content {
            return self.content(content, &inside, id, depth);
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
        let inside = &mut self.tree.modules[module.0];
        inside.entries.push(id);
        let next = inside.names.insert(name, id);
        self.tree.entries.push(Entry { module, name, public, attrs, kind, next });
    }

    /// Expands all invocations in place of items, then those inside impls.
    fn expand(&mut self) -> Result<(), Unreadable> {
        while !self.invocations.is_empty() {
            // Those of a module share its sheet.
            let invoking = std::mem::take(&mut self.invocations);
            let with_sheets = invoking.into_iter().map(|(module, invocations)| {
                (module, invocations, std::mem::take(&mut self.tree.modules[module.0].sheet))
            });
            let invoking: Vec<_> = with_sheets.collect();
            let macros = &self.macros;
            let expanded =
                each_of(invoking, |(module, invocations, sheet)| Expanded::of(module, invocations, sheet, macros));
            let known = self.rules;
            let mut all_unknown = Vec::new();
            for Expanded { module, sheet, items, unknown } in expanded {
                all_unknown.push((module, unknown));
                self.tree.modules[module.0].sheet = sheet;
                for (Invocation { name, attrs, depth, .. }, items) in items {
                    let Some(items) = items else {
                        self.unexpanded(module, name);
                        continue;
                    };
                    let conditions = self.tree.modules[module.0].conditions.and(&attrs.conditions);
                    let around = std::mem::replace(&mut self.tree.modules[module.0].conditions, conditions);
                    let folder = format!("src/{}", self.tree.modules[module.0].path.join("/"));
                    self.items(items, &folder, module, depth + 1)?;
                    self.tree.modules[module.0].conditions = around;
                }
            }
            // A macro may define others. Without new ones the rest are of other crates.
            for (module, unknown) in all_unknown {
                if self.rules > known && !unknown.is_empty() {
                    self.invocations.entry(module).or_default().extend(unknown);
                }
            }
        }
        for index in 0..self.tree.modules.len() {
            self.expand_in_impls(ModuleId(index));
        }
        Ok(())
    }

    /// Expands the invocations inside the impls of a module.
    fn expand_in_impls(&mut self, module: ModuleId) {
        let inside = &mut self.tree.modules[module.0];
        let mut failed = Vec::new();
        for Impl { block, .. } in &mut inside.impls {
            let ImplOf::Own(own) = &mut block.of else { continue };
            let around = inside.sheet.enter(items::named_params(&block.generics));
            let mut depth = 0;
            while !own.macros.is_empty() {
                for (name, tokens) in std::mem::take(&mut own.macros) {
                    let Some(rules) = rules(&self.macros, name, module) else { continue };
                    let tokens = rules.expand(&tokens).filter(|_| depth < MAX_EXPANSIONS);
                    let before = own.members.len();
                    if tokens.is_none_or(|tokens| own.read(&tokens, Owner::Type, &mut inside.sheet).is_err()) {
                        own.members.truncate(before);
                        failed.push(name);
                    }
                }
                depth += 1;
            }
            inside.sheet.leave(around);
        }
        failed.into_iter().for_each(|name| self.unexpanded(module, name));
    }

    fn unexpanded(&mut self, module: ModuleId, name: &'t str) {
        let path = [self.tree.modules[module.0].path.as_slice(), &[name]].concat();
        self.tree.unexpanded.push(path.join("::"));
    }
}
