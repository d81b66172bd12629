//! The lines of an item: itself and what it holds.

use quote::ToTokens;
use syn::{Field, Fields, Generics, Item, ItemEnum, ItemTrait, StaticMutability, TraitItem, Visibility};

use super::api::{Lines, Rank};
use super::attrs::{Attrs, Conditions, compact};
use super::impls;
use super::paths::{Paths, Route};
use super::print::Printer;
use super::tree::{EntryId, Kind, Tree};

/// What the lines of one item share.
pub(super) struct Place<'l> {
    /// The public path of the item.
    pub(super) path: &'l [String],
    /// The same, as it is written.
    pub(super) name: String,
    /// When the item is there.
    pub(super) conditions: &'l Conditions,
}

impl<'l> Place<'l> {
    /// The place of the item that is reached by a route.
    pub(super) fn new(route: &'l Route) -> Self {
        Self { path: &route.path, name: route.path.join("::"), conditions: &route.conditions }
    }

    /// The markers and conditions of the item or of one of its members.
    fn tail(&self, attrs: &Attrs) -> String {
        format!("{}{}", attrs.markers, self.conditions.and(&attrs.conditions))
    }

    /// Adds the line of a member.
    pub(super) fn member(&self, lines: &mut Lines, rank: Rank, name: &str, what: &str, attrs: &Attrs) {
        let separator = if rank == Rank::Field { "." } else { "::" };
        let text = format!("{}{separator}{name}: {what}{}", self.name, self.tail(attrs));
        lines.add(self.path, rank, name, text);
    }
}

/// Adds the lines of an item that callers reach by `route`.
pub(super) fn entry(tree: &Tree, paths: &Paths<'_>, id: EntryId, route: &Route, lines: &mut Lines) {
    let entry = tree.entry(id);
    let place = Place::new(route);
    let printer = Printer::new(paths, entry.module);
    let what = match &entry.kind {
        Kind::Module(_) => "mod".to_owned(),
        Kind::Macro => "macro".to_owned(),
        Kind::Item(item) => {
            let what = what(&printer, item);
            members(&printer, &place, item, lines);
            if let Some(generics) = derivable(item) {
                impls::derived(&printer, &place, &entry.attrs, generics, lines);
            }
            what
        }
    };
    let bang = if matches!(entry.kind, Kind::Macro) { "!" } else { "" };
    lines.add(place.path, Rank::Item, "", format!("{}{bang}: {what}{}", place.name, place.tail(&entry.attrs)));
}

/// The item in a few words.
fn what(printer: &Printer<'_>, item: &Item) -> String {
    let inside = |generics: &Generics| {
        let inside = printer.within(generics);
        (inside.generics(generics, true), inside.conditions(generics), inside)
    };
    match item {
        Item::Const(item) => format!("const {}", printer.ty(&item.ty)),
        Item::Static(item) => {
            let mutability = if matches!(item.mutability, StaticMutability::Mut(_)) { "mut " } else { "" };
            format!("static {mutability}{}", printer.ty(&item.ty))
        }
        Item::Fn(item) => printer.signature(&item.sig),
        Item::Struct(item) => {
            let (generics, conditions, inside) = inside(&item.generics);
            let fields = match &item.fields {
                Fields::Unit => ";".to_owned(),
                Fields::Unnamed(fields) => tuple(&inside, fields.unnamed.iter(), false),
                Fields::Named(fields) if fields.named.iter().all(is_public) => String::new(),
                Fields::Named(_) => " { .. }".to_owned(),
            };
            format!("struct{generics}{fields}{conditions}")
        }
        Item::Union(item) => {
            let (generics, conditions, _) = inside(&item.generics);
            let private = if item.fields.named.iter().all(is_public) { "" } else { " { .. }" };
            format!("union{generics}{private}{conditions}")
        }
        Item::Enum(item) => {
            let (generics, conditions, _) = inside(&item.generics);
            format!("enum{generics}{conditions}")
        }
        Item::Trait(item) => {
            let (generics, conditions, inside) = inside(&item.generics);
            let unsafety = if item.unsafety.is_some() { "unsafe " } else { "" };
            let bounds = if item.supertraits.is_empty() {
                String::new()
            } else {
                format!(": {}", inside.bounds(&item.supertraits))
            };
            format!("{unsafety}trait{generics}{bounds}{conditions}")
        }
        Item::Type(item) => {
            let (generics, conditions, inside) = inside(&item.generics);
            format!("type{generics} = {}{conditions}", inside.ty(&item.ty))
        }
        other => compact(other),
    }
}

fn members(printer: &Printer<'_>, place: &Place<'_>, item: &Item, lines: &mut Lines) {
    match item {
        Item::Struct(item) => {
            let inside = printer.within(&item.generics);
            fields(&inside, place, item.fields.iter().filter(|field| is_public(field)), lines);
        }
        Item::Union(item) => {
            let inside = printer.within(&item.generics);
            fields(&inside, place, item.fields.named.iter().filter(|field| is_public(field)), lines);
        }
        Item::Enum(item) => variants(&printer.within(&item.generics), place, item, lines),
        Item::Trait(item) => trait_items(&printer.within(&item.generics), place, item, lines),
        _ => {}
    }
}

fn is_public(field: &Field) -> bool {
    matches!(field.vis, Visibility::Public(_)) && !Attrs::read(&field.attrs).hidden
}

/// The fields of a tuple; `all` for variants, whose fields need no `pub`.
fn tuple<'f>(printer: &Printer<'_>, fields: impl Iterator<Item = &'f Field>, all: bool) -> String {
    let fields: Vec<_> =
        fields.map(|field| if all || is_public(field) { printer.ty(&field.ty) } else { "_".to_owned() }).collect();
    format!("({})", fields.join(", "))
}

fn fields<'f>(printer: &Printer<'_>, place: &Place<'_>, fields: impl Iterator<Item = &'f Field>, lines: &mut Lines) {
    for field in fields {
        // The fields of a tuple stand in the line of the struct.
        let Some(name) = &field.ident else { continue };
        let attrs = Attrs::read(&field.attrs);
        if !attrs.absent {
            place.member(lines, Rank::Field, &name.to_string(), &printer.ty(&field.ty), &attrs);
        }
    }
}

fn variants(printer: &Printer<'_>, place: &Place<'_>, item: &ItemEnum, lines: &mut Lines) {
    for variant in &item.variants {
        let attrs = Attrs::read(&variant.attrs);
        if attrs.hidden || attrs.absent {
            continue;
        }
        let name = variant.ident.to_string();
        let value = variant.discriminant.as_ref().map(|(_, value)| format!(" = {}", compact(value)));
        let what = match &variant.fields {
            Fields::Unit => format!("variant{}", value.unwrap_or_default()),
            Fields::Unnamed(fields) => format!("variant{}", tuple(printer, fields.unnamed.iter(), true)),
            Fields::Named(fields) => {
                for field in &fields.named {
                    let (Some(ident), of_field) = (&field.ident, Attrs::read(&field.attrs)) else { continue };
                    if !of_field.hidden && !of_field.absent {
                        let of_field = Attrs { conditions: attrs.conditions.and(&of_field.conditions), ..of_field };
                        let name = format!("{name}.{ident}");
                        place.member(lines, Rank::Variant, &name, &printer.ty(&field.ty), &of_field);
                    }
                }
                "variant { .. }".to_owned()
            }
        };
        place.member(lines, Rank::Variant, &name, &what, &attrs);
    }
}

fn trait_items(printer: &Printer<'_>, place: &Place<'_>, item: &ItemTrait, lines: &mut Lines) {
    let need = |provided: bool| if provided { "provided" } else { "required" };
    for item in &item.items {
        let (rank, name, what, attrs) = match item {
            TraitItem::Const(item) => {
                let what = format!("{} const {}", need(item.default.is_some()), printer.ty(&item.ty));
                (Rank::Const, item.ident.to_string(), what, &item.attrs)
            }
            TraitItem::Fn(item) => {
                let what = format!("{} {}", need(item.default.is_some()), printer.signature(&item.sig));
                (Rank::Function, item.sig.ident.to_string(), what, &item.attrs)
            }
            TraitItem::Type(item) => {
                let inside = printer.within(&item.generics);
                let generics = inside.generics(&item.generics, false);
                let bounds =
                    if item.bounds.is_empty() { String::new() } else { format!(": {}", inside.bounds(&item.bounds)) };
                let default = item.default.as_ref().map(|(_, ty)| format!(" = {}", inside.ty(ty)));
                let conditions = inside.conditions(&item.generics);
                let default = default.unwrap_or_default();
                let what = format!("{} type{generics}{bounds}{default}{conditions}", need(!default.is_empty()));
                (Rank::Type, item.ident.to_string(), what, &item.attrs)
            }
            other => (Rank::Item, other.to_token_stream().to_string(), "not expanded".to_owned(), &Vec::new()),
        };
        let attrs = Attrs::read(attrs);
        if !attrs.hidden && !attrs.absent {
            place.member(lines, rank, &name, &what, &attrs);
        }
    }
}

/// The parameters of a type of its own.
pub(super) fn derivable(item: &Item) -> Option<&Generics> {
    match item {
        Item::Struct(item) => Some(&item.generics),
        Item::Enum(item) => Some(&item.generics),
        Item::Union(item) => Some(&item.generics),
        _ => None,
    }
}
