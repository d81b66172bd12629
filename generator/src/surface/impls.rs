//! The lines of impls: what a type can do, and which traits it has.

use syn::{GenericArgument, GenericParam, Generics, ImplItem, ItemImpl, Path, PathArguments, Type, Visibility};

use super::api::{Lines, Rank, is_module};
use super::attrs::Attrs;
use super::describe::{self, Place};
use super::paths::{Paths, Route, Target};
use super::print::Printer;
use super::tree::{EntryId, Impl, ModuleId, Tree};

/// What `derive` knows by itself.
const BUILT_IN: &[&str] = &["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Adds the lines of an impl that callers can see.
pub(super) fn block(tree: &Tree, paths: &Paths<'_>, module: ModuleId, found: &Impl, lines: &mut Lines) {
    if found.attrs.hidden {
        return;
    }
    let printer = Printer::new(paths, module).within(&found.item.generics);
    let scope = Scope { tree, paths, printer: &printer };
    match &found.item.trait_ {
        Some((path, _)) => scope.of_trait(found, path, lines),
        None => scope.inherent(found, lines),
    }
}

/// Adds the lines of the derived impls of an item.
pub(super) fn derived(printer: &Printer<'_>, place: &Place<'_>, attrs: &Attrs, generics: &Generics, lines: &mut Lines) {
    for (path, conditions) in &attrs.derives {
        let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let serde = printer.resolve(path).is_some_and(
            |(target, _)| matches!(&target, Target::External(path) if path.first().is_some_and(|first| first == "serde")),
        );
        let (lifetime, trait_) = match name.as_str() {
            "Deserialize" if serde => (Some("'de"), "serde::Deserialize<'de>".to_owned()),
            "Serialize" if serde => (None, "serde::Serialize".to_owned()),
            name if BUILT_IN.contains(&name) => (None, printer.target(&Target::External(vec![name.to_owned()]))),
            // What another macro gives is its own affair.
            _ => {
                let text = format!("derive({})", printer.path(path, &[]));
                let conditions = place.conditions.and(conditions);
                lines.add(place.path, Rank::Impl, &text, format!("{}: {text}{conditions}", place.name));
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
            match param {
                GenericParam::Lifetime(param) => {
                    names.push(param.lifetime.to_string());
                    params.push(param.lifetime.to_string());
                }
                GenericParam::Type(param) => {
                    names.push(param.ident.to_string());
                    let bounds = inside.bounds(&param.bounds);
                    let plus = if bounds.is_empty() { "" } else { " + " };
                    params.push(format!("{}: {bounds}{plus}{trait_}", param.ident));
                }
                GenericParam::Const(param) => {
                    names.push(param.ident.to_string());
                    params.push(format!("const {}: {}", param.ident, inside.ty(&param.ty)));
                }
            }
        }
        let params = if params.is_empty() { String::new() } else { format!("<{}>", params.join(", ")) };
        let of = if names.is_empty() { String::new() } else { format!(" for {}<{}>", place.name, names.join(", ")) };
        let text = format!("impl{params} {trait_}{of}{}", inside.conditions(generics));
        let conditions = place.conditions.and(conditions);
        lines.add(place.path, Rank::Impl, &text, format!("{}: {text}{conditions}", place.name));
    }
}

struct Scope<'s> {
    tree: &'s Tree,
    paths: &'s Paths<'s>,
    printer: &'s Printer<'s>,
}

impl Scope<'_> {
    fn inherent(&self, found: &Impl, lines: &mut Lines) {
        let item = &found.item;
        let Some((id, path)) = self.item(&item.self_ty) else { return };
        let Some(route) = self.paths.routes(id).first() else { return };
        let place = Place::new(route);
        let context = self.context(item, id, path);
        for item in &item.items {
            let (rank, vis, name, what, attrs) = match item {
                ImplItem::Const(item) => {
                    let what = format!("const {}", self.printer.ty(&item.ty));
                    (Rank::Const, &item.vis, item.ident.to_string(), what, &item.attrs)
                }
                ImplItem::Fn(item) => {
                    let what = self.printer.signature(&item.sig);
                    (Rank::Function, &item.vis, item.sig.ident.to_string(), what, &item.attrs)
                }
                ImplItem::Type(item) => {
                    let what = format!("type = {}", self.printer.ty(&item.ty));
                    (Rank::Type, &item.vis, item.ident.to_string(), what, &item.attrs)
                }
                _ => continue,
            };
            let attrs = Attrs::read(attrs);
            if !matches!(vis, Visibility::Public(_)) || attrs.hidden || attrs.absent {
                continue;
            }
            let attrs = Attrs { conditions: attrs.conditions.and(&found.attrs.conditions), ..attrs };
            place.member(lines, rank, &name, &format!("{what}{context}"), &attrs);
        }
    }

    /// ` in impl<…> Type<…>`, unless the impl is for the type as it is declared.
    fn context(&self, item: &ItemImpl, id: EntryId, path: &Path) -> String {
        let entry = self.tree.entry(id);
        let Some(own) = entry.kind.item().and_then(describe::derivable) else { return String::new() };
        let printed = |printer: &Printer<'_>, generics: &Generics| {
            (printer.generics(generics, false), printer.conditions(generics))
        };
        let (params, conditions) = printed(self.printer, &item.generics);
        let declared = printed(&Printer::new(self.paths, entry.module).within(own), own);
        // A lifetime without a name is as good as the declared one.
        let elided = params.is_empty() && own.params.len() == own.lifetimes().count();
        let names: Vec<_> = own
            .params
            .iter()
            .map(|param| match param {
                GenericParam::Lifetime(_) if elided => "'_".to_owned(),
                GenericParam::Lifetime(param) => param.lifetime.to_string(),
                GenericParam::Type(param) => param.ident.to_string(),
                GenericParam::Const(param) => param.ident.to_string(),
            })
            .collect();
        let name = self.paths.name(id).join("::");
        let full = if names.is_empty() { name } else { format!("{name}<{}>", names.join(", ")) };
        let of = self.printer.path(path, &[]);
        let same = declared.1 == conditions && (declared.0 == params || elided);
        if same && of == full { String::new() } else { format!(" in impl{params} {of}{conditions}") }
    }

    fn of_trait(&self, found: &Impl, path: &Path, lines: &mut Lines) {
        let item = &found.item;
        let trait_ = match self.printer.resolve(path) {
            Some((Target::Entry(id), _)) => Some(id),
            _ => None,
        };
        let self_ = self.item(&item.self_ty).map(|(id, _)| id);
        let arguments = arguments(path);
        let others: Vec<_> = arguments.iter().filter_map(|ty| self.item(ty)).map(|(id, _)| id).collect();
        // An impl that needs something private to be named is none of the callers' business.
        let Some(owner) = self_.or(trait_).or_else(|| others.first().copied()) else { return };
        let mut named = [self_, trait_].into_iter().flatten().chain(others);
        if named.any(|id| self.paths.routes(id).is_empty()) {
            return;
        }
        let Some(Route { path: owner, .. }) = self.paths.routes(owner).first() else { return };

        let mut bindings = Vec::new();
        for item in &item.items {
            if let ImplItem::Type(item) = item {
                let inside = self.printer.within(&item.generics);
                let generics = inside.generics(&item.generics, false);
                bindings.push(format!("{}{generics} = {}", item.ident, inside.ty(&item.ty)));
            }
        }
        let unsafety = if item.unsafety.is_some() { "unsafe " } else { "" };
        let params = self.printer.generics(&item.generics, false);
        let not = if item.modifiers.polarity.is_some() { "!" } else { "" };
        let name = owner.join("::");
        let ty = self.printer.ty(&item.self_ty);
        let of = self.printer.with_self(&ty).path(path, &bindings);
        let for_ = if ty == name { String::new() } else { format!(" for {ty}") };
        let by_name = unsafety.is_empty() && not.is_empty() && for_.is_empty() && of_lifetimes(&item.generics);
        if by_name {
            return lines.add_trait(owner, of, found.attrs.conditions.to_string());
        }
        let text = format!("{unsafety}impl{params} {not}{of}{for_}{}", self.printer.conditions(&item.generics));
        lines.add(owner, Rank::Impl, &text, format!("{name}: {text}{}", found.attrs.conditions));
    }

    /// The item of the crate that a type names, through references, and the path that names it.
    fn item<'t>(&self, ty: &'t Type) -> Option<(EntryId, &'t Path)> {
        match ty {
            Type::Path(path) if path.qself.is_none() => match self.printer.resolve(&path.path)? {
                (Target::Entry(id), _) if !is_module(&self.tree.entry(id).kind) => Some((id, &path.path)),
                _ => None,
            },
            Type::Reference(reference) => self.item(&reference.elem),
            Type::Paren(paren) => self.item(&paren.elem),
            Type::Group(group) => self.item(&group.elem),
            Type::TraitObject(object) => object.bounds.iter().find_map(|bound| match bound {
                syn::TypeParamBound::Trait(bound) => match self.printer.resolve(&bound.path)? {
                    (Target::Entry(id), _) => Some((id, &bound.path)),
                    _ => None,
                },
                _ => None,
            }),
            _ => None,
        }
    }
}

/// Whether there is nothing but lifetimes without bounds, which only the trait names then, such as the one of
/// `serde::Deserialize<'de>`.
fn of_lifetimes(generics: &Generics) -> bool {
    generics.where_clause.is_none()
        && generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(param) if param.bounds.is_empty()))
}

/// The types between the angle brackets of a trait.
fn arguments(path: &Path) -> Vec<&Type> {
    let Some(segment) = path.segments.last() else { return Vec::new() };
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    arguments
        .args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
        .collect()
}
