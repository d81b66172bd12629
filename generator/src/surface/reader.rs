//! Reading a crate: from the root to the modules it declares, and into its macros.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::api::Unreadable;
use super::associated::Owner;
use super::attrs::Attrs;
use super::cursor::Read;
use super::expand::{Expanded, Invocation, Invoked, MAX_EXPANSIONS, Macros, rules};
use super::generics::named_params;
use super::items;
use super::lexer::lex;
use super::macros::Macro;
use super::syntax::{Content, ImplOf, Item, ItemKind};
use super::tree::{Entry, Impl, Import, Kind, Module, ModuleId, Tree};
use crate::files::{each, each_of};

/// How deep modules may nest; a file that declares itself by `#[path]` would otherwise never end.
const MAX_MODULES: usize = 64;

/// Reads a crate from its files, by path; `src/lib.rs` is the root.
pub(super) fn read<'t>(files: &BTreeMap<&'t str, &'t str>) -> Result<Tree<'t>, Unreadable> {
    let rust: Vec<(&str, &str)> =
        files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(path, text)| (*path, *text)).collect();
    let read = each(&rust, |(_, text)| lex(text).and_then(|tokens| items::file(&tokens)));
    let parsed = rust.iter().map(|(path, _)| *path).zip(read).collect();
    let mut reader = Reader {
        files,
        parsed,
        tree: Tree::default(),
        macros: BTreeMap::new(),
        rules: 0,
        invocations: BTreeMap::new(),
    };
    let root = reader.tree.add_module(Module::default());
    reader.file("src/lib.rs", "src", root)?;
    reader.expand()?;
    reader.tree.sort();
    Ok(reader.tree)
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
        let inside = self.tree.module_mut(module);
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
        self.tree.module_mut(module).sheet = content.sheet;
        self.items(content.items, folder, module, depth)
    }

    fn items(&mut self, items: Vec<Item<'t>>, folder: &str, module: ModuleId, depth: usize) -> Result<(), Unreadable> {
        let count = |is: fn(&ItemKind<'_>) -> bool| items.iter().filter(|item| is(&item.kind)).count();
        let inside = self.tree.module_mut(module);
        inside.impls.reserve_exact(count(|kind| matches!(kind, ItemKind::Impl(_))));
        inside.entries.reserve_exact(count(|kind| matches!(kind, ItemKind::Named(..) | ItemKind::Module(..))));
        for Item { mut attrs, public, kind } in items {
            if attrs.absent {
                continue;
            }
            attrs.conditions = attrs.conditions.and(&self.tree.module(module).conditions);
            match kind {
                ItemKind::Module(name, content) => {
                    self.module(name, public, content, attrs, (folder, module, depth))?;
                }
                ItemKind::Use(external, imports) => {
                    let attrs = &attrs;
                    let imports = imports.into_iter().map(|(path, name)| {
                        let attrs = attrs.clone();
                        Import { public, attrs, external, path, name, found: OnceLock::new() }
                    });
                    self.tree.module_mut(module).imports.extend(imports);
                }
                ItemKind::Impl(block) => self.tree.module_mut(module).impls.push(Impl { attrs, block }),
                ItemKind::Rules(name, tokens) => {
                    let rules = Macro::read(&tokens.tokens().unwrap_or_default());
                    self.macros.entry(name).or_default().push((module, rules));
                    self.rules += 1;
                    if attrs.exported {
                        self.entry(self.tree.root(), name, true, attrs, Kind::Macro);
                    }
                }
                ItemKind::Invocation(name, tokens) => {
                    let found = Invocation { name, given: tokens, attrs, depth };
                    self.invocations.entry(module).or_default().push(found);
                }
                ItemKind::Block(content) => {
                    let around = self.tree.module(module);
                    let block = Module {
                        path: around.path.clone(),
                        parent: Some(module),
                        block: true,
                        conditions: attrs.conditions,
                        ..Module::default()
                    };
                    let id = self.tree.add_module(block);
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
        let mut path = self.tree.module(parent).path.clone();
        path.push(name);
        if path.len() > MAX_MODULES {
            return Err(Unreadable::new(&path.join("::"), &"modules nest too deep"));
        }
        let conditions = attrs.conditions.clone();
        let id = self.tree.add_module(Module { path, parent: Some(parent), conditions, ..Module::default() });
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

    fn entry(&mut self, module: ModuleId, name: &'t str, public: bool, attrs: Attrs<'t>, kind: Kind<'t>) {
        self.tree.add(Entry { module, name, public, attrs, kind });
    }

    /// Expands all invocations in place of items, then those inside impls.
    fn expand(&mut self) -> Result<(), Unreadable> {
        while !self.invocations.is_empty() {
            // Those of a module share its sheet.
            let invoking = std::mem::take(&mut self.invocations);
            let with_sheets = invoking.into_iter().map(|(module, invocations)| {
                (module, invocations, std::mem::take(&mut self.tree.module_mut(module).sheet))
            });
            let invoking: Vec<_> = with_sheets.collect();
            let macros = &self.macros;
            let expanded =
                each_of(invoking, |(module, invocations, sheet)| Expanded::of(module, invocations, sheet, macros));
            let known = self.rules;
            let mut all_unknown = Vec::new();
            for Expanded { module, sheet, items, unknown } in expanded {
                all_unknown.push((module, unknown));
                self.tree.module_mut(module).sheet = sheet;
                for (Invoked { name, attrs, depth }, items) in items {
                    let Some(items) = items else {
                        self.unexpanded(module, name);
                        continue;
                    };
                    let conditions = self.tree.module(module).conditions.and(&attrs.conditions);
                    let around = std::mem::replace(&mut self.tree.module_mut(module).conditions, conditions);
                    let folder = format!("src/{}", self.tree.module(module).path.join("/"));
                    self.items(items, &folder, module, depth + 1)?;
                    self.tree.module_mut(module).conditions = around;
                }
            }
            // A macro may define others. Without new ones the rest are of other crates.
            for (module, unknown) in all_unknown {
                if self.rules > known && !unknown.is_empty() {
                    self.invocations.entry(module).or_default().extend(unknown);
                }
            }
        }
        let modules: Vec<_> = self.tree.modules().map(|(id, _)| id).collect();
        modules.into_iter().for_each(|module| self.expand_in_impls(module));
        Ok(())
    }

    /// Expands the invocations inside the impls of a module.
    fn expand_in_impls(&mut self, module: ModuleId) {
        let inside = self.tree.module_mut(module);
        let mut failed = Vec::new();
        for Impl { block, .. } in &mut inside.impls {
            let ImplOf::Own(own) = &mut block.of else { continue };
            let around = inside.sheet.enter(named_params(&block.generics));
            let mut depth = 0;
            while !own.macros.is_empty() {
                for (name, given) in std::mem::take(&mut own.macros) {
                    let Some(rules) = rules(&self.macros, name, module) else { continue };
                    let tokens = given.tokens().ok().filter(|_| depth < MAX_EXPANSIONS);
                    let tokens = tokens.and_then(|tokens| rules.expand(&tokens));
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
        let path = [self.tree.module(module).path.as_slice(), &[name]].concat();
        self.tree.unexpanded.push(path.join("::"));
    }
}
