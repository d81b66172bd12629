//! The modules of a crate with their items, imports and impls, macros expanded.

use std::collections::{BTreeMap, VecDeque};

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ImplItem, Item, ItemImpl, ItemMod, Stmt, Visibility};

use super::api::Unreadable;
use super::attrs::{Attrs, Conditions};
use super::macros::Macro;
use super::syntax;

/// How often macros may expand into macros.
const MAX_EXPANSIONS: usize = 64;

/// How deep modules may nest; a file that declares itself by `#[path]` would otherwise never end.
const MAX_MODULES: usize = 64;

/// An index into [`Tree::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModuleId(usize);

/// An index into [`Tree::entries`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EntryId(usize);

/// A crate.
#[derive(Default)]
pub(super) struct Tree {
    modules: Vec<Module>,
    entries: Vec<Entry>,
    /// Invocations of the crate's own macros that match none of their rules: the path of the module and the macro.
    pub(super) unexpanded: Vec<(Vec<String>, String)>,
}

/// A module, or a block with items of its own.
#[derive(Default)]
pub(super) struct Module {
    /// The names that lead to it.
    pub(super) path: Vec<String>,
    /// The module around it; the root has none.
    pub(super) parent: Option<ModuleId>,
    /// True for a block, which sees the names of the module around it.
    pub(super) block: bool,
    /// When it is there.
    pub(super) conditions: Conditions,
    /// Its items by name.
    pub(super) names: BTreeMap<String, Vec<EntryId>>,
    /// Its `use` declarations.
    pub(super) imports: Vec<Import>,
    /// Its impls.
    pub(super) impls: Vec<Impl>,
}

/// A named item.
pub(super) struct Entry {
    /// Where it stands.
    pub(super) module: ModuleId,
    /// Its name.
    pub(super) name: String,
    /// Whether it is `pub`.
    pub(super) public: bool,
    /// Its attributes; the conditions are those of its modules too.
    pub(super) attrs: Attrs,
    /// What it is.
    pub(super) kind: Kind,
}

/// The kinds of items.
pub(super) enum Kind {
    /// A module.
    Module(ModuleId),
    /// A `macro_rules!` macro.
    Macro,
    /// Anything else.
    Item(Box<Item>),
}

impl Kind {
    /// The item, unless it is a module or a macro.
    pub(super) fn item(&self) -> Option<&Item> {
        match self {
            Self::Item(item) => Some(item),
            Self::Module(_) | Self::Macro => None,
        }
    }
}

/// One name that a `use` declaration brings.
pub(super) struct Import {
    /// Whether it is `pub use`.
    pub(super) public: bool,
    /// Its attributes; the conditions are those of its modules too.
    pub(super) attrs: Attrs,
    /// True for `::path`.
    pub(super) external: bool,
    /// The path it imports, without the asterisk.
    pub(super) path: Vec<String>,
    /// The name it gets; none for a glob.
    pub(super) name: Option<String>,
}

/// An impl.
pub(super) struct Impl {
    /// Its attributes; the conditions are those of its modules too.
    pub(super) attrs: Attrs,
    /// Its text, macros expanded.
    pub(super) item: ItemImpl,
}

impl Tree {
    /// Reads a crate from its files, by path; `src/lib.rs` is the root.
    pub(super) fn read(files: &BTreeMap<&str, &str>) -> Result<Self, Unreadable> {
        let mut reader = Reader { files, tree: Self::default(), macros: BTreeMap::new(), invocations: VecDeque::new() };
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
    pub(super) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    /// The item behind an id.
    pub(super) fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.0]
    }

    /// All modules and blocks.
    pub(super) fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        self.modules.iter().enumerate().map(|(index, module)| (ModuleId(index), module))
    }
}

struct Reader<'f> {
    files: &'f BTreeMap<&'f str, &'f str>,
    tree: Tree,
    macros: BTreeMap<String, Vec<(ModuleId, Macro)>>,
    invocations: VecDeque<Invocation>,
}

struct Invocation {
    name: String,
    tokens: TokenStream,
    module: ModuleId,
    attrs: Attrs,
    depth: usize,
}

impl Reader<'_> {
    /// Reads a file into its module; `folder` is where the files of the modules it declares are.
    fn file(&mut self, path: &str, folder: &str, module: ModuleId) -> Result<(), Unreadable> {
        let Some(text) = self.files.get(path) else {
            return Err(Unreadable::new(path, &"a module is declared, but its file is not there"));
        };
        let file = syntax::parse(text).map_err(|error| Unreadable::new(path, &error))?;
        let attrs = Attrs::read(&file.attrs);
        let conditions = self.tree.modules[module.0].conditions.and(&attrs.conditions);
        self.tree.modules[module.0].conditions = conditions;
        self.items(file.items, folder, module, 0)
    }

    fn items(&mut self, items: Vec<Item>, folder: &str, module: ModuleId, depth: usize) -> Result<(), Unreadable> {
        for item in items {
            let (attrs, public) = syntax::outside(&item);
            let mut attrs = Attrs::read(attrs);
            if attrs.absent {
                continue;
            }
            attrs.conditions = attrs.conditions.and(&self.tree.modules[module.0].conditions);
            match item {
                Item::Mod(item) => self.module(item, attrs, folder, module, depth)?,
                Item::Use(item) => {
                    let mut imports = Vec::new();
                    syntax::flatten(&item.tree, &mut Vec::new(), &mut imports);
                    self.tree.modules[module.0].imports.extend(imports.into_iter().map(|(path, name)| Import {
                        public,
                        attrs: attrs.clone(),
                        external: item.leading_colon.is_some(),
                        path,
                        name,
                    }));
                }
                Item::ExternCrate(item) => {
                    let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name).to_string();
                    let path = vec![item.ident.to_string()];
                    let import = Import { public, attrs, external: true, path, name: Some(name) };
                    self.tree.modules[module.0].imports.push(import);
                }
                Item::Impl(item) => self.tree.modules[module.0].impls.push(Impl { attrs, item }),
                Item::Macro(item) => match item.ident {
                    Some(name) => {
                        let read = Macro::read(item.mac.tokens);
                        self.macros.entry(name.to_string()).or_default().push((module, read));
                        if attrs.exported {
                            self.entry(ModuleId(0), name.to_string(), true, attrs, Kind::Macro);
                        }
                    }
                    None => {
                        if let Some(name) = item.mac.path.segments.last().map(|segment| segment.ident.to_string()) {
                            let tokens = item.mac.tokens;
                            self.invocations.push_back(Invocation { name, tokens, module, attrs, depth });
                        }
                    }
                },
                Item::Const(item) if item.ident == "_" => {
                    if let Expr::Block(block) = *item.expr {
                        let around = &self.tree.modules[module.0];
                        let block_module = Module {
                            path: around.path.clone(),
                            parent: Some(module),
                            block: true,
                            conditions: attrs.conditions,
                            ..Module::default()
                        };
                        let id = self.push(block_module);
                        let items = block.block.stmts.into_iter().filter_map(|statement| match statement {
                            Stmt::Item(item) => Some(item),
                            _ => None,
                        });
                        self.items(items.collect(), folder, id, depth)?;
                    }
                }
                item => {
                    if let Some(name) = syntax::name(&item) {
                        self.entry(module, name, public, attrs, Kind::Item(Box::new(item)));
                    }
                }
            }
        }
        Ok(())
    }

    fn module(
        &mut self,
        item: ItemMod,
        attrs: Attrs,
        folder: &str,
        parent: ModuleId,
        depth: usize,
    ) -> Result<(), Unreadable> {
        let name = item.ident.to_string();
        let bare = name.strip_prefix("r#").unwrap_or(&name).to_owned();
        let mut path = self.tree.modules[parent.0].path.clone();
        path.push(name.clone());
        if path.len() > MAX_MODULES {
            return Err(Unreadable::new(&path.join("::"), &"modules nest too deep"));
        }
        let conditions = attrs.conditions.clone();
        let id = self.push(Module { path, parent: Some(parent), conditions, ..Module::default() });
        let inside = format!("{folder}/{bare}");
        let file = attrs.path.as_ref().map(|path| format!("{folder}/{path}"));
        self.entry(parent, name, matches!(item.vis, Visibility::Public(_)), attrs, Kind::Module(id));
        if let Some((_, items)) = item.content {
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

    fn push(&mut self, module: Module) -> ModuleId {
        self.tree.modules.push(module);
        ModuleId(self.tree.modules.len() - 1)
    }

    fn entry(&mut self, module: ModuleId, name: String, public: bool, attrs: Attrs, kind: Kind) {
        let id = EntryId(self.tree.entries.len());
        self.tree.modules[module.0].names.entry(name.clone()).or_default().push(id);
        self.tree.entries.push(Entry { module, name, public, attrs, kind });
    }

    /// Expands all invocations in place of items, then those inside impls.
    fn expand(&mut self) -> Result<(), Unreadable> {
        while let Some(Invocation { name, tokens, module, attrs, depth }) = self.invocations.pop_front() {
            match self.expansion::<Items>(&name, module, tokens) {
                Some(Some(Items(items))) if depth < MAX_EXPANSIONS => {
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
                let items = std::mem::take(&mut found.item.items);
                found.item.items = self.impl_items(items, module, 0);
            }
            self.tree.modules[index].impls = impls;
        }
        Ok(())
    }

    fn impl_items(&mut self, items: Vec<ImplItem>, module: ModuleId, depth: usize) -> Vec<ImplItem> {
        let mut out = Vec::new();
        for item in items {
            let ImplItem::Macro(item) = item else {
                out.push(item);
                continue;
            };
            let Some(name) = item.mac.path.segments.last().map(|segment| segment.ident.to_string()) else { continue };
            match self.expansion::<ImplItems>(&name, module, item.mac.tokens) {
                Some(Some(ImplItems(items))) if depth < MAX_EXPANSIONS => {
                    out.extend(self.impl_items(items, module, depth + 1));
                }
                Some(_) => self.unexpanded(module, name),
                None => {}
            }
        }
        out
    }

    /// `None` for a macro of another crate; `Some(None)` if the expansion fails.
    fn expansion<T: Parse>(&self, name: &str, module: ModuleId, tokens: TokenStream) -> Option<Option<T>> {
        let found = self.macros.get(name)?;
        // A macro of the same module hides one of the same name elsewhere.
        let (_, found) = found.iter().find(|(home, _)| *home == module).or_else(|| found.first())?;
        Some(found.expand(tokens).and_then(|tokens| syn::parse2(tokens).ok()))
    }

    fn unexpanded(&mut self, module: ModuleId, name: String) {
        let path = self.tree.modules[module.0].path.clone();
        self.tree.unexpanded.push((path, name));
    }
}

struct Items(Vec<Item>);

impl Parse for Items {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self(input.parse::<syn::File>()?.items))
    }
}

struct ImplItems(Vec<ImplItem>);

impl Parse for ImplItems {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse()?);
        }
        Ok(Self(items))
    }
}
