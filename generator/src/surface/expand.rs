//! What the invocations of a crate's own macros stand for.

use std::collections::BTreeMap;

use super::attrs::Attrs;
use super::items;
use super::macros::Macro;
use super::sheet::Sheet;
use super::syntax::{Content, Given, Item};
use super::tree::ModuleId;

/// How often macros may expand into macros.
pub(super) const MAX_EXPANSIONS: usize = 64;

/// An invocation in place of items.
pub(super) struct Invocation<'t> {
    pub(super) name: &'t str,
    pub(super) given: Given<'t>,
    pub(super) attrs: Attrs<'t>,
    pub(super) depth: usize,
}

/// The same without what it is given.
pub(super) struct Invoked<'t> {
    pub(super) name: &'t str,
    pub(super) attrs: Attrs<'t>,
    pub(super) depth: usize,
}

/// The rules of the crate by name, each with the module it stands in.
pub(super) type Macros<'t> = BTreeMap<&'t str, Vec<(ModuleId, Macro<'t>)>>;

/// The macro that a module means by a name; none if it is of another crate.
pub(super) fn rules<'m, 't>(macros: &'m Macros<'t>, name: &str, module: ModuleId) -> Option<&'m Macro<'t>> {
    let found = macros.get(name)?;
    // A macro of the same module hides one of the same name elsewhere.
    found.iter().find(|(home, _)| *home == module).or_else(|| found.first()).map(|(_, rules)| rules)
}

/// What the invocations of a module stand for.
pub(super) struct Expanded<'t> {
    pub(super) module: ModuleId,
    /// The sheet of the module, with the drafts of the new items.
    pub(super) sheet: Sheet<'t>,
    /// Each invocation, and the items; none if it matches no rule.
    pub(super) items: Vec<(Invoked<'t>, Option<Vec<Item<'t>>>)>,
    /// Those of macros that are not known, or not yet.
    pub(super) unknown: Vec<Invocation<'t>>,
}

impl<'t> Expanded<'t> {
    /// Expands invocations that stand in a module with this sheet.
    pub(super) fn of(
        module: ModuleId,
        invocations: Vec<Invocation<'t>>,
        sheet: Sheet<'t>,
        macros: &Macros<'t>,
    ) -> Self {
        let mut content = Content { sheet, ..Content::default() };
        let (mut items, mut unknown) = (Vec::with_capacity(invocations.len()), Vec::new());
        for Invocation { name, given, attrs, depth } in invocations {
            let Some(rules) = rules(macros, name, module) else {
                unknown.push(Invocation { name, given, attrs, depth });
                continue;
            };
            let tokens = given.tokens().ok().filter(|_| depth < MAX_EXPANSIONS);
            let read = tokens.and_then(|tokens| rules.expand(&tokens)).and_then(|tokens| {
                content.items = Vec::new();
                items::items(&tokens, &mut content).ok()
            });
            items.push((Invoked { name, attrs, depth }, read.map(|()| std::mem::take(&mut content.items))));
        }
        content.sheet.trim();
        Self { module, sheet: content.sheet, items, unknown }
    }
}
