//! The client as a whole, and the lines that nothing else accounts for.

use std::collections::BTreeMap;

use crate::ir::Scheme;

use super::Side;
use super::change::{Change, Changes, Effect, Subject};
use super::lines::{Line, Lines};
use super::values::was_is;

/// More lines than these under one module are counted, not listed.
const LISTED: usize = 4;

pub(super) fn compare(old: Side<'_>, new: Side<'_>, lines: &mut Lines, changes: &mut Changes) {
    let urls = |side: Side<'_>| side.api.servers.first().map(|server| server.url.clone()).unwrap_or_default();
    if urls(old) != urls(new) {
        let what = format!("the default address {}", was_is(&urls(old), &urls(new)));
        changes.push(change(Effect::WireOnly, what));
    }
    for scheme in &old.api.schemes {
        let Some(other) = new.api.schemes.iter().find(|other| other.wire == scheme.wire) else {
            let own = lines_of(scheme, lines);
            let what = format!("the security scheme `{}` is removed", scheme.wire);
            changes.say(Subject::Client, Effect::WireOnly, what, &own, (old.place(&scheme.origin), None));
            continue;
        };
        if scheme.kind != other.kind {
            let what = format!("the security scheme `{}` is of another kind", scheme.wire);
            let places = (old.place(&scheme.origin), new.place(&other.origin));
            changes.say(Subject::Client, Effect::WireOnly, what, &[], places);
        }
    }
    for scheme in &new.api.schemes {
        if old.api.schemes.iter().all(|other| other.wire != scheme.wire) {
            let own = lines_of(scheme, lines);
            let what = format!("the security scheme `{}` is added", scheme.wire);
            changes.say(Subject::Client, Effect::WireOnly, what, &own, (None, new.place(&scheme.origin)));
        }
    }
    let words = |side: Side<'_>| (side.api.info.title.clone(), side.api.info.docs.clone());
    if words(old) != words(new) {
        changes.push(change(Effect::DocsOnly, "the title or the description of the API differs".to_owned()));
    }
    rest(lines, changes);
}

/// The lines of a security scheme.
fn lines_of(scheme: &Scheme, lines: &mut Lines) -> Vec<Line> {
    let setter = format!("ClientBuilder::{}", scheme.setter);
    let variant = format!("AuthScheme::{}", scheme.variant);
    lines.take(|path| path == setter || path == variant)
}

/// What differs between two listings of what callers can name (`api.txt`) of the same description.
pub(super) fn listings(old: &str, new: &str) -> Vec<Change> {
    let mut changes = Changes::default();
    rest(&mut Lines::between(old, new), &mut changes);
    changes.finish()
}

/// What is left, by module.
fn rest(lines: &mut Lines, changes: &mut Changes) {
    let mut modules: BTreeMap<(String, Effect), Vec<Line>> = BTreeMap::new();
    for line in lines.take(|_| true) {
        let module = line.path.split("::").next().unwrap_or_default().to_owned();
        modules.entry((module, line.effect)).or_default().push(line);
    }
    for ((module, effect), lines) in modules {
        if effect == Effect::Additive && lines.len() > LISTED {
            let what = format!("`{module}` has {} more items", lines.len());
            changes.push(change(effect, what));
        } else {
            for line in lines {
                changes.push(change(effect, line.told()));
            }
        }
    }
}

fn change(effect: Effect, what: String) -> Change {
    Change { subject: Subject::Client, effect, what, why: String::new(), old: None, new: None }
}
