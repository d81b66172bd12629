//! The lines of an item: itself and what it holds.

use std::fmt::Write;

use super::attrs::Conditions;
use super::impls;
use super::lines::Lines;
use super::paths::{Place, Route};
use super::print::Printer;
use super::syntax::{Member, Rank};
use super::tree::{EntryId, Kind};

/// Adds the lines of an item with the paths by which callers reach it, the one to write first.
pub(super) fn entry(printer: &Printer<'_, '_>, id: EntryId, routes: &[Route], lines: &mut Lines) {
    let [route, others @ ..] = routes else { return };
    let entry = printer.tree.entry(id);
    let (place, conditions) = (&route.place, &route.conditions);
    lines.line(place, Rank::Item, |text| {
        text.push_str(&place.path);
        text.push_str(if matches!(entry.kind, Kind::Macro) { "!: " } else { ": " });
        match &entry.kind {
            Kind::Module(_) => text.push_str("mod"),
            Kind::Macro => text.push_str("macro"),
            Kind::Item(item) => printer.draft(item.what, text),
        }
        text.push_str(entry.attrs.markers());
        condition(text, &conditions.and(&entry.attrs.conditions));
        0..0
    });
    if let Kind::Item(item) = &entry.kind {
        for of_item in &item.members {
            member(printer, route, of_item, ("", &Conditions::default()), lines);
        }
        if let Some(generics) = item.generics() {
            impls::derived(printer, route, entry.attrs.derives(), generics, lines);
        }
    }
    for Route { place: other, conditions } in others {
        lines.line(other, Rank::Item, |text| {
            text.extend([&other.path, ": use ", &place.path]);
            condition(text, conditions);
            0..0
        });
    }
}

/// Adds the line of a member; `context` is what follows the member itself, and the conditions of the impl that it is from.
pub(super) fn member<'t>(
    printer: &Printer<'_, 't>,
    route: &Route,
    member: &Member<'t>,
    (context, conditions): (&str, &Conditions),
    lines: &mut Lines,
) {
    let Place { path, .. } = &route.place;
    lines.line(&route.place, member.rank, |text| {
        text.push_str(path);
        text.push_str(if member.rank == Rank::Field { "." } else { "::" });
        let start = text.len();
        printer.draft(member.draft, text);
        text.push_str(context);
        text.push_str(member.attrs.markers());
        condition(text, &route.conditions.and(&member.attrs.conditions.and(conditions)));
        start..start + member.name as usize
    });
}

/// Writes conditions.
pub(super) fn condition(text: &mut String, conditions: &Conditions) {
    // Writing to a text does not fail.
    let _ = write!(text, "{conditions}");
}
