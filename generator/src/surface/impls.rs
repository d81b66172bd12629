//! The lines of impls: what a type can do, and which traits it has.

use super::api::is_module;
use super::attrs::{Conditions, Derive};
use super::describe::{self, condition};
use super::lines::Lines;
use super::paths::{Place, Route, Target};
use super::print::Printer;
use super::sheet::PathId;
use super::syntax::{Generics, Head, ImplBlock, ImplOf, Inside, Param, ParamKind, Rank, TraitRef};
use super::tree::{EntryId, Impl};

/// What `derive` knows by itself.
const BUILT_IN: &[&str] = &["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Adds the lines of an impl that callers can see.
pub(super) fn block<'t>(printer: &Printer<'_, 't>, found: &Impl<'t>, lines: &mut Lines) {
    if found.attrs.hidden {
        return;
    }
    match &found.block.of {
        ImplOf::Trait(trait_) => of_trait(printer, found, trait_, lines),
        ImplOf::Own(inside) => own(printer, found, inside, lines),
    }
}

/// Adds the lines of the derived impls of an item.
pub(super) fn derived<'t>(
    printer: &Printer<'_, 't>,
    Route { place, conditions }: &Route,
    derives: &[Derive<'t>],
    generics: &Generics<'t>,
    lines: &mut Lines,
) {
    for derive in derives {
        let found = printer.resolve(derive.path).map(|found| &found.target);
        let serde = matches!(found, Some(Target::External(path)) if path.first() == Some(&"serde"));
        let (lifetime, trait_) = match derive.name {
            "Deserialize" if serde => (Some("'de"), "serde::Deserialize<'de>".into()),
            "Serialize" if serde => (None, "serde::Serialize".into()),
            name if BUILT_IN.contains(&name) => (None, printer.target(&Target::External(vec![name]))),
            // What another macro gives is its own affair.
            _ => {
                let mut text = "derive(".to_owned();
                printer.path(derive.path, &mut text);
                text.push(')');
                add(lines, place, &text, &conditions.and(&derive.conditions));
                continue;
            }
        };
        if generics.params.is_empty() {
            lines.add_trait(place, &conditions.and(&derive.conditions), |text| text.push_str(&trait_));
            continue;
        }
        let mut params: Vec<_> = lifetime.map(str::to_owned).into_iter().collect();
        let mut names = Vec::new();
        for param in &generics.params {
            names.push(param.name);
            params.push(match param.kind {
                ParamKind::Lifetime => param.name.to_owned(),
                ParamKind::Type => {
                    let bounds = printer.text(param.bounds);
                    let plus = if bounds.is_empty() { "" } else { " + " };
                    format!("{}: {bounds}{plus}{trait_}", param.name)
                }
                ParamKind::Const => printer.text(param.declared),
            });
        }
        let (params, names, where_) = (params.join(", "), names.join(", "), printer.text(generics.conditions));
        let text = format!("impl<{params}> {trait_} for {}<{names}>{where_}", place.path);
        add(lines, place, &text, &conditions.and(&derive.conditions));
    }
}

/// Adds the line of an impl that stands alone.
fn add(lines: &mut Lines, place: &Place, what: &str, conditions: &Conditions) {
    lines.line(place, Rank::Impl, |text| {
        text.push_str(&place.path);
        text.push_str(": ");
        let start = text.len();
        text.push_str(what);
        let end = text.len();
        condition(text, conditions);
        start..end
    });
}

fn own<'t>(printer: &Printer<'_, 't>, found: &Impl<'t>, inside: &Inside<'t>, lines: &mut Lines) {
    let Some(id) = item(printer, &found.block.head) else { return };
    let Some(route) = printer.paths.routes(id).first() else { return };
    let context = context(printer, &found.block, id);
    for member in &inside.members {
        describe::member(printer, route, member, (&context, &found.attrs.conditions), lines);
    }
}

/// ` in impl<…> Type<…>`, unless the impl is for the type as it is declared.
fn context<'t>(printer: &Printer<'_, 't>, block: &ImplBlock<'t>, id: EntryId) -> String {
    let entry = printer.tree.entry(id);
    let Some(own) = entry.kind.item().and_then(|item| item.generics()) else { return String::new() };
    let printed = |printer: &Printer<'_, 't>, generics: &Generics<'t>| {
        let mut params = String::new();
        printer.generics(generics, &mut params);
        (params, printer.text(generics.conditions))
    };
    let (params, conditions) = printed(printer, &block.generics);
    let declared = if own.params.is_empty() && own.conditions.is_empty() {
        (String::new(), String::new())
    } else if entry.module == printer.module {
        printed(printer, own)
    } else {
        printed(&Printer::new(printer.tree, printer.paths, entry.module), own)
    };
    // A lifetime without a name is as good as the declared one.
    let elided = params.is_empty() && own.params.iter().all(|param| param.kind == ParamKind::Lifetime);
    let names: Vec<_> = own.params.iter().map(|param| if elided { "'_" } else { param.name }).collect();
    let name = printer.paths.name(id);
    let full = if names.is_empty() { name } else { format!("{name}<{}>", names.join(", ")).into() };
    let of = printer.text(block.ty);
    let same = declared.1 == conditions && (declared.0 == params || elided);
    if same && of == full { String::new() } else { format!(" in impl{params} {of}{conditions}") }
}

fn of_trait<'t>(printer: &Printer<'_, 't>, found: &Impl<'t>, of: &TraitRef, lines: &mut Lines) {
    let block = &found.block;
    let trait_ = of.path.and_then(|path| printer.resolve(path)).and_then(|found| found.entry());
    let self_ = item(printer, &block.head);
    let mut others = of.arguments.iter().filter_map(|head| item(printer, head));
    // An impl that needs something private to be named is none of the callers' business.
    let Some(owner) = self_.or(trait_).or_else(|| others.clone().next()) else { return };
    let private = |id: EntryId| printer.paths.routes(id).is_empty();
    if self_.is_some_and(private) || trait_.is_some_and(private) || others.any(private) {
        return;
    }
    let Some(Route { place, .. }) = printer.paths.routes(owner).first() else { return };
    let ty = printer.text(block.ty);
    let for_self = ty == place.path;
    if !block.unsafety && !of.negative && for_self && of_lifetimes(&block.generics) {
        return lines.add_trait(place, &found.attrs.conditions, |text| trait_with(printer, of, &ty, text));
    }
    let mut text = if block.unsafety { "unsafe impl" } else { "impl" }.to_owned();
    printer.generics(&block.generics, &mut text);
    text.push_str(if of.negative { " !" } else { " " });
    trait_with(printer, of, &ty, &mut text);
    if !for_self {
        text.extend([" for ", &ty]);
    }
    printer.draft(block.generics.conditions, &mut text);
    add(lines, place, &text, &found.attrs.conditions);
}

/// Writes a trait with its associated types among its arguments, as in `Iterator<Item = T>`.
fn trait_with(printer: &Printer<'_, '_>, of: &TraitRef, ty: &str, text: &mut String) {
    printer.draft_for(ty, of.draft, text);
    if of.bindings.is_empty() || text.ends_with(')') {
        return;
    }
    let mut between = if text.ends_with('>') {
        text.pop();
        ", "
    } else {
        "<"
    };
    for binding in &of.bindings {
        text.push_str(between);
        between = ", ";
        printer.draft(*binding, text);
    }
    text.push('>');
}

/// The item of the crate that a type names.
fn item(printer: &Printer<'_, '_>, head: &Head) -> Option<EntryId> {
    let entry = |path: PathId| printer.resolve(path)?.entry();
    match head {
        Head::None => None,
        Head::Path(path) => entry(*path).filter(|id| !is_module(&printer.tree.entry(*id).kind)),
        Head::Dyn(traits) => traits.iter().find_map(|path| entry(*path)),
    }
}

/// Whether there is nothing but lifetimes without bounds, which only the trait names then, such as the one of
/// `serde::Deserialize<'de>`.
fn of_lifetimes(generics: &Generics<'_>) -> bool {
    let plain = |param: &Param<'_>| param.kind == ParamKind::Lifetime && param.bounds.is_empty();
    generics.conditions.is_empty() && generics.params.iter().all(plain)
}
