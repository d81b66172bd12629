//! Names: what a path in the crate means, and by which paths a caller reaches an item.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::attrs::Conditions;
use super::syntax::NamedKind;
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

/// A public path.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The path as it is written.
    pub(super) path: String,
    /// Where it is among all public paths in their order.
    pub(super) rank: u32,
}

impl Place {
    fn new(path: String) -> Self {
        Self { path, rank: 0 }
    }
}

/// A path by which a caller reaches an item.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// Where it leads.
    pub(super) place: Place,
    /// When it is there.
    pub(super) conditions: Conditions,
}

/// A `pub use` of something that is no item of the crate, or of a variant.
pub(super) struct Reexport<'t> {
    /// The public path; the last name is `*` for a glob.
    pub(super) place: Place,
    /// What it stands for.
    pub(super) target: Target<'t>,
    /// When it is there.
    pub(super) conditions: Conditions,
}

/// By which paths an item is reached.
#[derive(Default)]
struct Routes {
    visible: Vec<Route>,
    /// Those through hidden modules.
    hidden: Vec<Route>,
}

/// Names of a crate.
pub(super) struct Paths<'p, 't> {
    tree: &'p Tree<'t>,
    /// By the index of the item.
    routes: Vec<Routes>,
    reexports: Vec<Reexport<'t>>,
    unexpanded: Vec<Place>,
}

impl<'p, 't> Paths<'p, 't> {
    /// Follows all public paths of a crate.
    pub(super) fn of(tree: &'p Tree<'t>) -> Self {
        let routes = tree.entries().map(|_| Routes::default()).collect();
        let unexpanded = tree.unexpanded.iter().cloned().map(Place::new).collect();
        let mut paths = Self { tree, routes, reexports: Vec::new(), unexpanded };
        Walk { paths: &mut paths, open: Vec::new() }.module(tree.root(), "", &Conditions::default(), false);
        for ((_, entry), routes) in tree.entries().zip(&mut paths.routes) {
            for routes in [&mut routes.visible, &mut routes.hidden] {
                let first = |route: &Route| {
                    let (count, last) = names(&route.place.path);
                    (last != entry.name, count)
                };
                let order =
                    |a: &Route, b: &Route| first(a).cmp(&first(b)).then_with(|| in_order(&a.place.path, &b.place.path));
                routes.sort_by(order);
                routes.dedup_by(|left, right| left.place.path == right.place.path);
            }
        }
        paths.rank();
        paths
    }

    fn rank(&mut self) {
        let routes = self.routes.iter_mut().flat_map(|routes| &mut routes.visible).map(|route| &mut route.place);
        let reexports = self.reexports.iter_mut().map(|reexport| &mut reexport.place);
        let mut places: Vec<&mut Place> = routes.chain(reexports).chain(&mut self.unexpanded).collect();
        places.sort_unstable_by(|a, b| in_order(&a.path, &b.path));
        let (mut rank, mut before) = (0, "");
        for place in places {
            rank += u32::from(place.path != before);
            place.rank = rank;
            before = &place.path;
        }
    }

    /// The public paths of an item, the one to write first: under its own name before a new one, then the shortest.
    /// None if it is private or hidden.
    pub(super) fn routes(&self, id: EntryId) -> &[Route] {
        self.routes.get(id.index()).map_or(&[], |routes| &routes.visible)
    }

    /// The public names of things from elsewhere.
    pub(super) fn reexports(&self) -> &[Reexport<'t>] {
        &self.reexports
    }

    /// The macros that could not be expanded.
    pub(super) fn unexpanded(&self) -> &[Place] {
        &self.unexpanded
    }

    /// How an item is written: its first public path; else one through hidden modules; else where it stands.
    pub(super) fn name(&self, id: EntryId) -> Cow<'_, str> {
        let routes = self.routes.get(id.index());
        match routes.and_then(|routes| routes.visible.first().or_else(|| routes.hidden.first())) {
            Some(route) => Cow::Borrowed(&route.place.path),
            None => {
                let entry = self.tree.entry(id);
                Cow::Owned([self.tree.module(entry.module).path.as_slice(), &[entry.name]].concat().join("::"))
            }
        }
    }

    /// Whether the root has a public item of this name.
    pub(super) fn at_root(&self, name: &str) -> bool {
        let root = self.tree.root();
        self.tree.named(root, name).iter().any(|id| self.tree.entry(*id).public)
            || self.tree.module(root).imports_of(Some(name)).iter().any(|import| import.public)
    }

    /// What a path means in a module, and how many of its names that takes; the rest are associated items. A name may
    /// stand for a type and a value at once, hence the list. It is never empty.
    pub(super) fn resolve(&self, module: ModuleId, path: &[&'t str], external: bool) -> Vec<(Target<'t>, usize)> {
        let found = if external { Vec::new() } else { self.walk(module, path, &mut Seen::default()) };
        if found.is_empty() { vec![(Target::External(path.to_vec()), path.len())] } else { found }
    }

    fn walk(&self, module: ModuleId, path: &[&'t str], seen: &mut Seen<'t>) -> Vec<(Target<'t>, usize)> {
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

    /// What a name means in a module: an item, else what is imported by name, else what a glob brings.
    fn lookup(&self, module: ModuleId, name: &'t str, seen: &mut Seen<'t>) -> Vec<Target<'t>> {
        if seen.open.contains(&(module, name)) {
            seen.circles += 1;
            return Vec::new();
        }
        seen.open.push((module, name));
        let inside = self.tree.module(module);
        let mut found: Vec<_> = self.tree.named(module, name).iter().map(|id| Target::Entry(*id)).collect();
        for import in inside.imports_of(Some(name)) {
            found.extend_from_slice(&self.imported(module, import, seen));
        }
        if found.is_empty() {
            for import in inside.imports_of(None) {
                for target in self.imported(module, import, seen).iter() {
                    match (target, self.as_module(target)) {
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
        seen.open.pop();
        found.sort();
        found.dedup();
        found
    }

    /// What an import leads to. Most are asked for again and again.
    fn imported<'i>(&self, module: ModuleId, import: &'i Import<'t>, seen: &mut Seen<'t>) -> Cow<'i, [Target<'t>]> {
        if let Some(found) = import.found.get() {
            return Cow::Borrowed(found);
        }
        let whole = import.path.len();
        let circles = seen.circles;
        let mut found = Vec::new();
        if !import.external {
            let targets = self.walk(module, &import.path, seen);
            found.extend(targets.into_iter().filter(|(_, taken)| *taken == whole).map(|(target, _)| target));
        }
        let local = import.path.first().is_some_and(|name| matches!(*name, "crate" | "self" | "super"));
        if found.is_empty() && !local {
            found.push(Target::External(import.path.to_vec()));
        }
        if circles == seen.circles {
            Cow::Borrowed(import.found.get_or_init(|| found.into()))
        } else {
            Cow::Owned(found)
        }
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
        let mut targets = self.tree.named(parent, name).iter().map(|id| Target::Entry(*id));
        targets.find(|target| self.as_module(target) == Some(module)).unwrap_or(Target::Root)
    }

    fn is_variant(&self, id: EntryId, name: &str) -> bool {
        match self.tree.entry(id).kind.item().map(|item| &item.kind) {
            Some(NamedKind::Enum(_, variants)) => variants.contains(&name),
            _ => false,
        }
    }

    /// Whether an item can be used as a type or a bound.
    pub(super) fn is_type(&self, id: EntryId) -> bool {
        let item = self.tree.entry(id).kind.item();
        item.is_some_and(|item| !matches!(item.kind, NamedKind::Value))
    }
}

/// What is being looked up.
#[derive(Default)]
struct Seen<'t> {
    /// The names, each in its module.
    open: Vec<(ModuleId, &'t str)>,
    /// How often one of them was asked for again: a circle of imports leads nowhere, and what was found on the way is only
    /// a part of the answer to other questions.
    circles: usize,
}

/// How many names a path has, and the last one.
fn names(path: &str) -> (usize, &str) {
    (path.matches("::").count() + 1, path.rsplit_once("::").map_or(path, |(_, last)| last))
}

/// The order of two paths, name by name.
fn in_order(a: &str, b: &str) -> Ordering {
    let both = a.bytes().zip(b.bytes());
    match both.into_iter().find(|(a, b)| a != b) {
        // A name that ends comes before one that goes on; nothing else in a path is a colon.
        Some((b':', _)) => Ordering::Less,
        Some((_, b':')) => Ordering::Greater,
        Some((a, b)) => a.cmp(&b),
        None => a.len().cmp(&b.len()),
    }
}

/// A name behind the path of its module.
fn joined(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { [at, "::", name].concat() }
}

/// The walk over everything public, from the root.
struct Walk<'w, 'p, 't> {
    paths: &'w mut Paths<'p, 't>,
    open: Vec<ModuleId>,
}

impl<'t> Walk<'_, '_, 't> {
    /// The public names of a module that is reached at a path under conditions.
    fn module(&mut self, module: ModuleId, at: &str, conditions: &Conditions, hidden: bool) {
        if self.open.contains(&module) {
            return;
        }
        self.open.push(module);
        let inside = self.paths.tree.module(module);
        for id in &inside.entries {
            self.entry(*id, self.paths.tree.entry(*id).name, (at, conditions), hidden);
        }
        for import in inside.imports.iter().filter(|import| import.public) {
            let conditions = conditions.and(&import.attrs.conditions);
            let hidden = hidden || import.attrs.hidden;
            for target in self.paths.imported(module, import, &mut Seen::default()).iter() {
                self.import(import, target, module, (at, &conditions), hidden);
            }
        }
        self.open.pop();
    }

    /// A public name in a module that is reached at a path.
    fn entry(&mut self, id: EntryId, name: &str, (at, conditions): (&str, &Conditions), hidden: bool) {
        let entry = self.paths.tree.entry(id);
        if !entry.public {
            return;
        }
        let hidden = hidden || entry.attrs.hidden;
        let path = joined(at, name);
        let conditions = conditions.and(&entry.attrs.conditions);
        if let Kind::Module(module) = entry.kind {
            if self.open.contains(&module) {
                return;
            }
            self.module(module, &path, &conditions, hidden);
        }
        let Some(routes) = self.paths.routes.get_mut(id.index()) else { return };
        let routes = if hidden { &mut routes.hidden } else { &mut routes.visible };
        routes.push(Route { place: Place::new(path), conditions });
    }

    fn import(
        &mut self,
        import: &Import<'t>,
        target: &Target<'t>,
        module: ModuleId,
        (at, conditions): (&str, &Conditions),
        hidden: bool,
    ) {
        let target_module = self.paths.as_module(target);
        match (&import.name, target) {
            (Some(name), Target::Entry(id)) => self.entry(*id, name, (at, conditions), hidden),
            (None, Target::Entry(_) | Target::Root) if target_module.is_some() => {
                if let Some(from) = target_module {
                    self.glob(from, module, (at, conditions), hidden);
                }
            }
            (_, Target::Root) => {}
            (name, target) if !hidden => {
                let place = Place::new(joined(at, name.unwrap_or("*")));
                let target = target.clone();
                self.paths.reexports.push(Reexport { place, target, conditions: conditions.clone() });
            }
            _ => {}
        }
    }

    /// Everything public of `from`, except what `module` has under the same name itself.
    fn glob(&mut self, from: ModuleId, module: ModuleId, (at, conditions): (&str, &Conditions), hidden: bool) {
        if self.open.contains(&from) {
            return;
        }
        self.open.push(from);
        let tree = self.paths.tree;
        let inside = tree.module(from);
        for id in &inside.entries {
            let name = tree.entry(*id).name;
            if !tree.has(module, name) {
                self.entry(*id, name, (at, conditions), hidden);
            }
        }
        for import in inside.imports.iter().filter(|import| import.public) {
            if import.name.is_some_and(|name| tree.has(module, name)) {
                continue;
            }
            let conditions = conditions.and(&import.attrs.conditions);
            for target in self.paths.imported(from, import, &mut Seen::default()).iter() {
                self.import(import, target, module, (at, &conditions), hidden || import.attrs.hidden);
            }
        }
        self.open.pop();
    }
}
