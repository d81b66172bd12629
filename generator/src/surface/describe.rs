//! The lines of an item: itself and what it holds.

use std::fmt::Write;

use super::api::{Lines, Rank};
use super::attrs::{Attrs, Conditions};
use super::impls;
use super::paths::{Paths, Route};
use super::print::{Memo, Printer};
use super::syntax::{Associated, AssociatedKind, Field, Fields, Generics, Named, Variant};
use super::tree::{EntryId, Kind, Tree};

/// What the lines of one item share.
pub(super) struct Place<'l, 't> {
    /// The public path of the item.
    pub(super) path: &'l [&'t str],
    /// The same, as it is written.
    pub(super) name: String,
    /// When the item is there.
    pub(super) conditions: &'l Conditions,
}

impl<'l, 't> Place<'l, 't> {
    /// The place of the item that is reached by a route.
    pub(super) fn new(route: &'l Route<'t>) -> Self {
        Self { path: &route.path, name: route.path.join("::"), conditions: &route.conditions }
    }

    /// Adds the markers and conditions of the item or of one of its members.
    fn add_tail(&self, text: &mut String, attrs: &Attrs<'_>) {
        text.push_str(&attrs.markers);
        // Writing to a text does not fail.
        let _ = write!(text, "{}", self.conditions.and(&attrs.conditions));
    }

    /// Adds the line of a member.
    pub(super) fn member(&self, lines: &mut Lines<'l, 't>, rank: Rank, name: &str, what: &str, attrs: &Attrs<'_>) {
        let separator = if rank == Rank::Field { "." } else { "::" };
        let mut text = String::with_capacity(self.name.len() + name.len() + what.len() + 8);
        text.extend([&self.name, separator, name, ": ", what]);
        self.add_tail(&mut text, attrs);
        let start = self.name.len() + separator.len();
        lines.add(self.path, rank, text, start..start + name.len());
    }
}

/// Adds the lines of an item that callers reach by `route`.
pub(super) fn entry<'l, 't>(
    tree: &Tree<'t>,
    (paths, memo): (&Paths<'_, 't>, &Memo<'t>),
    id: EntryId,
    route: &'l Route<'t>,
    lines: &mut Lines<'l, 't>,
) {
    let entry = tree.entry(id);
    let place = Place::new(route);
    let printer = Printer::new(paths, memo, entry.module);
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
    let mut text = format!("{}{bang}: {what}", place.name);
    place.add_tail(&mut text, &entry.attrs);
    lines.add(place.path, Rank::Item, text, 0..0);
}

/// The item in a few words.
fn what<'t>(printer: &Printer<'_, 't>, item: &Named<'t>) -> String {
    let inside = |generics: &Generics<'t>| {
        let inside = printer.within(generics);
        (inside.generics(generics, true), inside.conditions(generics), inside)
    };
    match item {
        Named::Const(ty) => format!("const {}", printer.ty(ty)),
        Named::Static(mutable, ty) => format!("static {}{}", if *mutable { "mut " } else { "" }, printer.ty(ty)),
        Named::Function(signature) => printer.signature(signature),
        Named::Struct(generics, fields) => {
            let (generics, conditions, inside) = inside(generics);
            let fields = match fields {
                Fields::Unit => ";".to_owned(),
                Fields::Unnamed(fields) => tuple(&inside, fields, false),
                Fields::Named(fields) if fields.iter().all(is_public) => String::new(),
                Fields::Named(_) => " { .. }".to_owned(),
            };
            format!("struct{generics}{fields}{conditions}")
        }
        Named::Union(generics, fields) => {
            let (generics, conditions, _) = inside(generics);
            let private = if fields.iter().all(is_public) { "" } else { " { .. }" };
            format!("union{generics}{private}{conditions}")
        }
        Named::Enum(generics, _) => {
            let (generics, conditions, _) = inside(generics);
            format!("enum{generics}{conditions}")
        }
        Named::Trait(item) => {
            let (generics, conditions, inside) = inside(&item.generics);
            let unsafety = if item.unsafety { "unsafe " } else { "" };
            let bounds =
                if item.bounds.is_empty() { String::new() } else { format!(": {}", inside.bounds(&item.bounds)) };
            format!("{unsafety}trait{generics}{bounds}{conditions}")
        }
        Named::Alias(generics, ty) => {
            let (generics, conditions, inside) = inside(generics);
            format!("type{generics} = {}{conditions}", inside.ty(ty))
        }
    }
}

fn members<'l, 't>(printer: &Printer<'_, 't>, place: &Place<'l, 't>, item: &Named<'t>, lines: &mut Lines<'l, 't>) {
    match item {
        Named::Struct(generics, of_item) | Named::Union(generics, of_item) => {
            let inside = printer.within(generics);
            fields(&inside, place, of_item.iter().filter(|field| is_public(field)), lines);
        }
        Named::Enum(generics, of_item) => variants(&printer.within(generics), place, of_item, lines),
        Named::Trait(item) => trait_items(&printer.within(&item.generics), place, &item.items, lines),
        _ => {}
    }
}

fn is_public(field: &Field<'_>) -> bool {
    field.public && !field.attrs.hidden
}

/// The fields of a tuple; `all` for variants, whose fields need no `pub`.
fn tuple<'t>(printer: &Printer<'_, 't>, fields: &[Field<'t>], all: bool) -> String {
    let shown = |field: &Field<'t>| if all || is_public(field) { printer.ty(&field.ty) } else { "_".to_owned() };
    format!("({})", fields.iter().map(shown).collect::<Vec<_>>().join(", "))
}

fn fields<'f, 'l, 't: 'f>(
    printer: &Printer<'_, 't>,
    place: &Place<'l, 't>,
    fields: impl Iterator<Item = &'f Field<'t>>,
    lines: &mut Lines<'l, 't>,
) {
    for field in fields {
        // The fields of a tuple stand in the line of the struct.
        let Some(name) = field.name else { continue };
        if !field.attrs.absent {
            place.member(lines, Rank::Field, name, &printer.ty(&field.ty), &field.attrs);
        }
    }
}

fn variants<'l, 't>(
    printer: &Printer<'_, 't>,
    place: &Place<'l, 't>,
    variants: &[Variant<'t>],
    lines: &mut Lines<'l, 't>,
) {
    for variant in variants {
        let (name, attrs) = (variant.name, &variant.attrs);
        if attrs.hidden || attrs.absent {
            continue;
        }
        let value = variant.value.as_ref().map(|value| format!(" = {value}"));
        let what = match &variant.fields {
            Fields::Unit => format!("variant{}", value.unwrap_or_default()),
            Fields::Unnamed(fields) => format!("variant{}", tuple(printer, fields, true)),
            Fields::Named(fields) => {
                for field in fields {
                    let (Some(ident), of_field) = (field.name, &field.attrs) else { continue };
                    if !of_field.hidden && !of_field.absent {
                        let conditions = attrs.conditions.and(&of_field.conditions);
                        let of_field = Attrs { conditions, ..of_field.clone() };
                        let name = format!("{name}.{ident}");
                        place.member(lines, Rank::Variant, &name, &printer.ty(&field.ty), &of_field);
                    }
                }
                "variant { .. }".to_owned()
            }
        };
        place.member(lines, Rank::Variant, name, &what, attrs);
    }
}

fn trait_items<'l, 't>(
    printer: &Printer<'_, 't>,
    place: &Place<'l, 't>,
    items: &[Associated<'t>],
    lines: &mut Lines<'l, 't>,
) {
    let need = |provided: bool| if provided { "provided" } else { "required" };
    for item in items {
        let (rank, name, what) = match &item.kind {
            AssociatedKind::Const(name, ty, valued) => {
                (Rank::Const, (*name).to_owned(), format!("{} const {}", need(*valued), printer.ty(ty)))
            }
            AssociatedKind::Function(signature, body) => {
                let what = format!("{} {}", need(*body), printer.signature(signature));
                (Rank::Function, signature.name.to_owned(), what)
            }
            AssociatedKind::Type(item) => {
                let inside = printer.within(&item.generics);
                let generics = inside.generics(&item.generics, false);
                let bounds =
                    if item.bounds.is_empty() { String::new() } else { format!(": {}", inside.bounds(&item.bounds)) };
                let default = item.ty.as_ref().map(|ty| format!(" = {}", inside.ty(ty)));
                let conditions = inside.conditions(&item.generics);
                let default = default.unwrap_or_default();
                let what = format!("{} type{generics}{bounds}{default}{conditions}", need(!default.is_empty()));
                (Rank::Type, item.name.to_owned(), what)
            }
            AssociatedKind::Macro(name, _) => (Rank::Item, format!("{name}!"), "not expanded".to_owned()),
        };
        if !item.attrs.hidden && !item.attrs.absent {
            place.member(lines, rank, &name, &what, &item.attrs);
        }
    }
}

/// The parameters of a type of its own.
pub(super) fn derivable<'i, 't>(item: &'i Named<'t>) -> Option<&'i Generics<'t>> {
    match item {
        Named::Struct(generics, _) | Named::Enum(generics, _) | Named::Union(generics, _) => Some(generics),
        _ => None,
    }
}
