//! The lines of impls: what a type can do, and which traits it has.

use super::api::{Lines, Rank, is_module};
use super::attrs::{Attrs, Conditions};
use super::describe::{self, Place};
use super::paths::{Paths, Route, Target};
use super::print::{Memo, Printer};
use super::syntax::{Argument, Arguments, AssociatedKind, Bound, Generics, ImplBlock, Param, Path, Type};
use super::tree::{EntryId, Impl, ModuleId, Tree};

/// What `derive` knows by itself.
const BUILT_IN: &[&str] = &["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Adds the lines of an impl that callers can see.
pub(super) fn block<'l, 't>(
    tree: &Tree<'t>,
    (paths, memo): (&'l Paths<'_, 't>, &Memo<'t>),
    module: ModuleId,
    found: &Impl<'t>,
    lines: &mut Lines<'l, 't>,
) {
    if found.attrs.hidden {
        return;
    }
    let printer = Printer::new(paths, memo, module).within(&found.block.generics);
    let scope = Scope { tree, paths, printer: &printer };
    match &found.block.trait_ {
        Some((negative, path)) => scope.of_trait(found, *negative, path, lines),
        None => scope.inherent(found, lines),
    }
}

/// Adds the lines of the derived impls of an item.
pub(super) fn derived<'l, 't>(
    printer: &Printer<'_, 't>,
    place: &Place<'l, 't>,
    attrs: &Attrs<'t>,
    generics: &Generics<'t>,
    lines: &mut Lines<'l, 't>,
) {
    for (path, conditions) in &attrs.derives {
        let name = path.segments.last().map_or("", |segment| segment.name);
        let serde = printer
            .resolve(path)
            .is_some_and(|found| matches!(&found.target, Target::External(path) if path.first() == Some(&"serde")));
        let (lifetime, trait_) = match name {
            "Deserialize" if serde => (Some("'de"), "serde::Deserialize<'de>".to_owned()),
            "Serialize" if serde => (None, "serde::Serialize".to_owned()),
            name if BUILT_IN.contains(&name) => (None, printer.target(&Target::External(vec![name]))),
            // What another macro gives is its own affair.
            _ => {
                let text = format!("derive({})", printer.path(path, &[]));
                add(lines, place.path, &place.name, &text, &place.conditions.and(conditions));
                continue;
            }
        };
        if generics.params.is_empty() {
            lines.add_trait(place.path, trait_, place.conditions.and(conditions).to_string());
            continue;
        }
        let inside = printer.within(generics);
        let mut params: Vec<_> = lifetime.map(str::to_owned).into_iter().collect();
        let mut names = Vec::new();
        for param in &generics.params {
            names.push(param.name());
            params.push(match param {
                Param::Lifetime(name, _) => (*name).to_owned(),
                Param::Type(name, bounds, _) => {
                    let bounds = inside.bounds(bounds);
                    let plus = if bounds.is_empty() { "" } else { " + " };
                    format!("{name}: {bounds}{plus}{trait_}")
                }
                Param::Const(name, ty, _) => format!("const {name}: {}", inside.ty(ty)),
            });
        }
        let params = if params.is_empty() { String::new() } else { format!("<{}>", params.join(", ")) };
        let of = if names.is_empty() { String::new() } else { format!(" for {}<{}>", place.name, names.join(", ")) };
        let text = format!("impl{params} {trait_}{of}{}", inside.conditions(generics));
        add(lines, place.path, &place.name, &text, &place.conditions.and(conditions));
    }
}

/// Adds the line of an impl that stands alone.
fn add<'l, 't>(lines: &mut Lines<'l, 't>, path: &'l [&'t str], name: &str, text: &str, conditions: &Conditions) {
    let start = name.len() + 2;
    lines.add(path, Rank::Impl, format!("{name}: {text}{conditions}"), start..start + text.len());
}

struct Scope<'s, 'l, 't> {
    tree: &'s Tree<'t>,
    paths: &'l Paths<'l, 't>,
    printer: &'s Printer<'s, 't>,
}

impl<'l, 't> Scope<'_, 'l, 't> {
    fn inherent(&self, found: &Impl<'t>, lines: &mut Lines<'l, 't>) {
        let block = &found.block;
        let Some((id, path)) = self.item(&block.ty) else { return };
        let Some(route) = self.paths.routes(id).first() else { return };
        let place = Place::new(route);
        let context = self.context(block, id, path);
        for item in &block.items {
            if !item.public || item.attrs.hidden || item.attrs.absent {
                continue;
            }
            let (rank, name, what) = match &item.kind {
                AssociatedKind::Const(name, ty, _) => (Rank::Const, *name, format!("const {}", self.printer.ty(ty))),
                AssociatedKind::Function(signature, _) => {
                    (Rank::Function, signature.name, self.printer.signature(signature))
                }
                AssociatedKind::Type(item) => match &item.ty {
                    Some(ty) => (Rank::Type, item.name, format!("type = {}", self.printer.ty(ty))),
                    None => continue,
                },
                AssociatedKind::Macro(..) => continue,
            };
            let conditions = item.attrs.conditions.and(&found.attrs.conditions);
            let attrs = Attrs { conditions, ..item.attrs.clone() };
            place.member(lines, rank, name, &format!("{what}{context}"), &attrs);
        }
    }

    /// ` in impl<…> Type<…>`, unless the impl is for the type as it is declared.
    fn context(&self, block: &ImplBlock<'t>, id: EntryId, path: &Path<'t>) -> String {
        let entry = self.tree.entry(id);
        let Some(own) = entry.kind.item().and_then(describe::derivable) else { return String::new() };
        let printed = |printer: &Printer<'_, 't>, generics: &Generics<'t>| {
            (printer.generics(generics, false), printer.conditions(generics))
        };
        let (params, conditions) = printed(self.printer, &block.generics);
        let declared = printed(&self.printer.elsewhere(entry.module).within(own), own);
        // A lifetime without a name is as good as the declared one.
        let elided = params.is_empty() && own.params.iter().all(Param::is_lifetime);
        let names: Vec<_> = own.params.iter().map(|param| if elided { "'_" } else { param.name() }).collect();
        let name = self.paths.name(id).join("::");
        let full = if names.is_empty() { name } else { format!("{name}<{}>", names.join(", ")) };
        let of = self.printer.path(path, &[]);
        let same = declared.1 == conditions && (declared.0 == params || elided);
        if same && of == full { String::new() } else { format!(" in impl{params} {of}{conditions}") }
    }

    fn of_trait(&self, found: &Impl<'t>, negative: bool, path: &Path<'t>, lines: &mut Lines<'l, 't>) {
        let block = &found.block;
        let trait_ = self.printer.resolve(path).and_then(|found| found.entry());
        let self_ = self.item(&block.ty).map(|(id, _)| id);
        let others: Vec<_> = arguments(path).filter_map(|ty| self.item(ty)).map(|(id, _)| id).collect();
        // An impl that needs something private to be named is none of the callers' business.
        let Some(owner) = self_.or(trait_).or_else(|| others.first().copied()) else { return };
        let mut named = [self_, trait_].into_iter().flatten().chain(others);
        if named.any(|id| self.paths.routes(id).is_empty()) {
            return;
        }
        let Some(Route { path: owner, .. }) = self.paths.routes(owner).first() else { return };

        let mut bindings = Vec::new();
        for item in &block.items {
            if let AssociatedKind::Type(item) = &item.kind
                && let Some(ty) = &item.ty
            {
                let inside = self.printer.within(&item.generics);
                let generics = inside.generics(&item.generics, false);
                bindings.push(format!("{}{generics} = {}", item.name, inside.ty(ty)));
            }
        }
        let unsafety = if block.unsafety { "unsafe " } else { "" };
        let params = self.printer.generics(&block.generics, false);
        let not = if negative { "!" } else { "" };
        let name = owner.join("::");
        let ty = self.printer.ty(&block.ty);
        let of = self.printer.with_self(&ty).path(path, &bindings);
        let for_ = if ty == name { String::new() } else { format!(" for {ty}") };
        let by_name = unsafety.is_empty() && not.is_empty() && for_.is_empty() && of_lifetimes(&block.generics);
        if by_name {
            return lines.add_trait(owner, of, found.attrs.conditions.to_string());
        }
        let text = format!("{unsafety}impl{params} {not}{of}{for_}{}", self.printer.conditions(&block.generics));
        add(lines, owner, &name, &text, &found.attrs.conditions);
    }

    /// The item of the crate that a type names, through references, and the path that names it.
    fn item<'i>(&self, ty: &'i Type<'t>) -> Option<(EntryId, &'i Path<'t>)> {
        match ty {
            Type::Path(path) => {
                let id = self.printer.resolve(path)?.entry()?;
                (!is_module(&self.tree.entry(id).kind)).then_some((id, path))
            }
            Type::Reference(.., inside) | Type::Paren(inside) => self.item(inside),
            Type::Dyn(bounds) => bounds.iter().find_map(|bound| match bound {
                Bound::Trait(bound) => Some((self.printer.resolve(&bound.path)?.entry()?, &bound.path)),
                Bound::Other(_) => None,
            }),
            _ => None,
        }
    }
}

/// Whether there is nothing but lifetimes without bounds, which only the trait names then, such as the one of
/// `serde::Deserialize<'de>`.
fn of_lifetimes(generics: &Generics) -> bool {
    generics.conditions.is_empty()
        && generics.params.iter().all(|param| matches!(param, Param::Lifetime(_, bounds) if bounds.is_empty()))
}

/// The types between the angle brackets of a trait.
fn arguments<'i, 't>(path: &'i Path<'t>) -> impl Iterator<Item = &'i Type<'t>> {
    let arguments = match path.segments.last().map(|segment| &segment.arguments) {
        Some(Arguments::Angle(arguments)) => arguments.as_slice(),
        _ => &[],
    };
    arguments.iter().filter_map(|argument| match argument {
        Argument::Type(ty) => Some(ty),
        _ => None,
    })
}
