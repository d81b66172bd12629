//! Names: what a path in the crate means, and by which paths a caller reaches an item.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use super::attrs::{Attrs, Conditions};
use super::syntax::Named;
use super::tree::{EntryId, Import, Kind, ModuleId, Tree};

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target<'t> {
    /// An item of the crate.
    Entry(EntryId),
    /// The root of the crate.
    Root,
    /// A variant of an enum of the crate.
    Variant(EntryId, &'t str),
    /// Something of another crate, or a name that is known everywhere.
    External(Vec<&'t str>),
}

/// A path by which a caller reaches an item.
#[derive(Clone, Debug)]
pub(super) struct Route<'t> {
    /// The names on the way.
    pub(super) path: Vec<&'t str>,
    /// When it is there.
    pub(super) conditions: Conditions,
}

/// A `pub use` of something that is no item of the crate, or of a variant.
pub(super) struct Reexport<'t> {
    /// The public path; the last name is `*` for a glob.
    pub(super) path: Vec<&'t str>,
    /// What it stands for.
    pub(super) target: Target<'t>,
    /// The attributes of the declaration, with the conditions on the way.
    pub(super) attrs: Attrs<'t>,
}

/// Names of a crate.
pub(super) struct Paths<'p, 't> {
    tree: &'p Tree<'t>,
    visible: BTreeMap<EntryId, Vec<Route<'t>>>,
    hidden: BTreeMap<EntryId, Vec<Route<'t>>>,
    reexports: Vec<Reexport<'t>>,
    /// What names were found to mean.
    known: Mutex<HashMap<(ModuleId, &'t str), Vec<Target<'t>>>>,
}

impl<'p, 't> Paths<'p, 't> {
    /// Follows all public paths of a crate.
    pub(super) fn of(tree: &'p Tree<'t>) -> Self {
        let mut paths = Self {
            tree,
            visible: BTreeMap::new(),
            hidden: BTreeMap::new(),
            reexports: Vec::new(),
            known: Mutex::new(HashMap::new()),
        };
        let start = Route { path: Vec::new(), conditions: Conditions::default() };
        Walk { paths: &mut paths, open: Vec::new() }.module(tree.root(), &start, false);
        for (id, routes) in paths.visible.iter_mut().chain(&mut paths.hidden) {
            let own = tree.entry(*id).name;
            routes.sort_by_key(|route| (route.path.last() != Some(&own), route.path.len(), route.path.clone()));
            routes.dedup_by(|left, right| left.path == right.path);
        }
        paths
    }

    /// The public paths of an item, the one to write first: under its own name before a new one, then the shortest.
    /// None if it is private or hidden.
    pub(super) fn routes(&self, id: EntryId) -> &[Route<'t>] {
        self.visible.get(&id).map_or(&[], Vec::as_slice)
    }

    /// All items with a public path.
    pub(super) fn entries(&self) -> impl Iterator<Item = EntryId> {
        self.visible.keys().copied()
    }

    /// The public names of things from elsewhere.
    pub(super) fn reexports(&self) -> &[Reexport<'t>] {
        &self.reexports
    }

    /// How an item is written: its first public path; else one through hidden modules; else where it stands.
    pub(super) fn name(&self, id: EntryId) -> Vec<&'t str> {
        let route = self.routes(id).first().or_else(|| self.hidden.get(&id)?.first());
        match route {
            Some(route) => route.path.clone(),
            None => {
                let entry = self.tree.entry(id);
                [self.tree.module(entry.module).path.as_slice(), &[entry.name]].concat()
            }
        }
    }

    /// Whether the root has a public item of this name.
    pub(super) fn at_root(&self, name: &str) -> bool {
        let root = self.tree.module(self.tree.root());
        let item = root.names.get(name).into_iter().flatten().any(|id| self.tree.entry(*id).public);
        item || root.imports.iter().any(|import| import.public && import.name == Some(name))
    }

    /// What a path means in a module, and how many of its names that takes; the rest are associated items. A name may
    /// stand for a type and a value at once, hence the list. It is never empty.
    pub(super) fn resolve(&self, module: ModuleId, path: &[&'t str], external: bool) -> Vec<(Target<'t>, usize)> {
        let found = if external { Vec::new() } else { self.walk(module, path, &mut BTreeSet::new()) };
        if found.is_empty() { vec![(Target::External(path.to_vec()), path.len())] } else { found }
    }

    fn walk(
        &self,
        module: ModuleId,
        path: &[&'t str],
        seen: &mut BTreeSet<(ModuleId, &'t str)>,
    ) -> Vec<(Target<'t>, usize)> {
        let Some(first) = path.first() else { return Vec::new() };
        let mut targets = match *first {
            "crate" => vec![(Target::Root, 1)],
            "self" => vec![(self.as_target(self.enclosing(module)), 1)],
            "super" => match self.tree.module(self.enclosing(module)).parent {
                Some(parent) => vec![(self.as_target(self.enclosing(parent)), 1)],
                None => return Vec::new(),
            },
            name => self.lookup(module, name, seen).into_iter().map(|target| (target, 1)).collect(),
        };
        for (index, name) in path.iter().copied().enumerate().skip(1) {
            let mut next = Vec::new();
            for (target, taken) in targets {
                if taken < index {
                    next.push((target, taken));
                    continue;
                }
                match (&target, self.as_module(&target)) {
                    (_, Some(module)) if name == "super" => {
                        let parent = self.tree.module(module).parent;
                        next.extend(parent.map(|parent| (self.as_target(parent), index + 1)));
                    }
                    (_, Some(module)) => {
                        let found = self.lookup(module, name, seen);
                        next.extend(found.into_iter().map(|target| (target, index + 1)));
                    }
                    (Target::External(path), _) => {
                        let path = [path.as_slice(), &[name]].concat();
                        next.push((Target::External(path), index + 1));
                    }
                    (Target::Entry(id), _) if self.is_variant(*id, name) => {
                        next.push((Target::Variant(*id, name), index + 1));
                    }
                    // Associated items belong to types; values have none.
                    (Target::Entry(id), _) if !self.is_type(*id) => {}
                    _ => next.push((target, taken)),
                }
            }
            targets = next;
        }
        targets
    }

    /// What a name means in a module. Most are asked for again and again; inside of another question the answer may leave
    /// out what that one is about, so it is not kept.
    fn lookup(&self, module: ModuleId, name: &'t str, seen: &mut BTreeSet<(ModuleId, &'t str)>) -> Vec<Target<'t>> {
        if !seen.is_empty() {
            return self.search(module, name, seen);
        }
        // A thread that failed leaves the answers whole.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(&(module, name)) {
            return known.clone();
        }
        let found = self.search(module, name, seen);
        known().insert((module, name), found.clone());
        found
    }

    /// What a name means in a module: an item, else what is imported by name, else what a glob brings.
    fn search(&self, module: ModuleId, name: &'t str, seen: &mut BTreeSet<(ModuleId, &'t str)>) -> Vec<Target<'t>> {
        if !seen.insert((module, name)) {
            return Vec::new();
        }
        let inside = self.tree.module(module);
        let mut found: Vec<_> = inside.names.get(name).into_iter().flatten().map(|id| Target::Entry(*id)).collect();
        for import in inside.imports_of(Some(name)) {
            found.extend(self.imported(module, import, seen));
        }
        if found.is_empty() {
            for import in inside.imports_of(None) {
                for target in self.imported(module, import, seen) {
                    match (&target, self.as_module(&target)) {
                        (_, Some(from)) => found.extend(self.lookup(from, name, seen)),
                        (Target::Entry(id), None) if self.is_variant(*id, name) => {
                            found.push(Target::Variant(*id, name));
                        }
                        _ => {}
                    }
                }
            }
        }
        if found.is_empty() && inside.block {
            found.extend(inside.parent.into_iter().flat_map(|parent| self.lookup(parent, name, seen)));
        }
        seen.remove(&(module, name));
        found.sort();
        found.dedup();
        found
    }

    /// What an import leads to.
    fn imported(
        &self,
        module: ModuleId,
        import: &Import<'t>,
        seen: &mut BTreeSet<(ModuleId, &'t str)>,
    ) -> Vec<Target<'t>> {
        let whole = import.path.len();
        let mut found = Vec::new();
        if !import.external {
            let targets = self.walk(module, &import.path, seen);
            found.extend(targets.into_iter().filter(|(_, taken)| *taken == whole).map(|(target, _)| target));
        }
        let local = import.path.first().is_some_and(|name| matches!(*name, "crate" | "self" | "super"));
        if found.is_empty() && !local {
            found.push(Target::External(import.path.clone()));
        }
        found
    }

    /// The module itself, or the one a block stands in.
    fn enclosing(&self, mut module: ModuleId) -> ModuleId {
        while let (true, Some(parent)) = (self.tree.module(module).block, self.tree.module(module).parent) {
            module = parent;
        }
        module
    }

    fn as_module(&self, target: &Target<'t>) -> Option<ModuleId> {
        match target {
            Target::Root => Some(self.tree.root()),
            Target::Entry(id) => match self.tree.entry(*id).kind {
                Kind::Module(module) => Some(module),
                _ => None,
            },
            _ => None,
        }
    }

    fn as_target(&self, module: ModuleId) -> Target<'t> {
        let inside = self.tree.module(module);
        let (Some(parent), Some(name)) = (inside.parent, inside.path.last()) else { return Target::Root };
        let ids = self.tree.module(parent).names.get(name);
        let id = ids.into_iter().flatten().find(|id| self.as_module(&Target::Entry(**id)) == Some(module));
        id.map_or(Target::Root, |id| Target::Entry(*id))
    }

    fn is_variant(&self, id: EntryId, name: &str) -> bool {
        match self.tree.entry(id).kind.item() {
            Some(Named::Enum(_, variants)) => variants.iter().any(|variant| variant.name == name),
            _ => false,
        }
    }

    /// Whether an item can be used as a type or a bound.
    pub(super) fn is_type(&self, id: EntryId) -> bool {
        matches!(
            self.tree.entry(id).kind.item(),
            Some(Named::Struct(..) | Named::Enum(..) | Named::Union(..) | Named::Alias(..) | Named::Trait(_))
        )
    }
}

/// The walk over everything public, from the root.
struct Walk<'w, 'p, 't> {
    paths: &'w mut Paths<'p, 't>,
    open: Vec<ModuleId>,
}

impl<'t> Walk<'_, '_, 't> {
    fn module(&mut self, module: ModuleId, at: &Route<'t>, hidden: bool) {
        if self.open.contains(&module) {
            return;
        }
        self.open.push(module);
        let inside = self.paths.tree.module(module);
        for id in inside.names.values().flatten() {
            self.entry(*id, self.paths.tree.entry(*id).name, at, hidden);
        }
        for import in inside.imports.iter().filter(|import| import.public) {
            let at = Route { path: at.path.clone(), conditions: at.conditions.and(&import.attrs.conditions) };
            let hidden = hidden || import.attrs.hidden;
            for target in self.paths.imported(module, import, &mut BTreeSet::new()) {
                self.import(import, target, module, &at, hidden);
            }
        }
        self.open.pop();
    }

    /// A public name in a module that is reached at `at`.
    fn entry(&mut self, id: EntryId, name: &'t str, at: &Route<'t>, hidden: bool) {
        let entry = self.paths.tree.entry(id);
        if !entry.public {
            return;
        }
        let hidden = hidden || entry.attrs.hidden;
        let path = [at.path.as_slice(), &[name]].concat();
        let route = Route { path, conditions: at.conditions.and(&entry.attrs.conditions) };
        if let Kind::Module(module) = entry.kind {
            if self.open.contains(&module) {
                return;
            }
            self.module(module, &route, hidden);
        }
        let routes = if hidden { &mut self.paths.hidden } else { &mut self.paths.visible };
        routes.entry(id).or_default().push(route);
    }

    fn import(&mut self, import: &Import<'t>, target: Target<'t>, module: ModuleId, at: &Route<'t>, hidden: bool) {
        let target_module = self.paths.as_module(&target);
        match (&import.name, target) {
            (Some(name), Target::Entry(id)) => self.entry(id, name, at, hidden),
            (None, Target::Entry(_) | Target::Root) if target_module.is_some() => {
                if let Some(from) = target_module {
                    self.glob(from, module, at, hidden);
                }
            }
            (_, Target::Root) => {}
            (name, target) if !hidden => {
                let name = name.unwrap_or("*");
                let attrs = Attrs { conditions: at.conditions.clone(), ..import.attrs.clone() };
                let path = [at.path.as_slice(), &[name]].concat();
                self.paths.reexports.push(Reexport { path, target, attrs });
            }
            _ => {}
        }
    }

    /// Everything public of `from`, except what `module` has under the same name itself.
    fn glob(&mut self, from: ModuleId, module: ModuleId, at: &Route<'t>, hidden: bool) {
        if self.open.contains(&from) {
            return;
        }
        self.open.push(from);
        let (inside, own) = (self.paths.tree.module(from), self.paths.tree.module(module));
        let shadowed = |name: &'t str| own.names.contains_key(name) || own.imported.contains_key(&Some(name));
        for (name, ids) in inside.names.iter().filter(|(name, _)| !shadowed(name)) {
            ids.iter().for_each(|id| self.entry(*id, name, at, hidden));
        }
        for import in inside.imports.iter().filter(|import| import.public) {
            if import.name.is_some_and(shadowed) {
                continue;
            }
            let at = Route { path: at.path.clone(), conditions: at.conditions.and(&import.attrs.conditions) };
            for target in self.paths.imported(from, import, &mut BTreeSet::new()) {
                self.import(import, target, module, &at, hidden || import.attrs.hidden);
            }
        }
        self.open.pop();
    }
}
