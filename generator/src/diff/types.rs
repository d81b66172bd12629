//! Types: members, listed values, alternatives.

use std::collections::BTreeMap;

use crate::diag::Origin;
use crate::ir::{Access, Checks, Enum, Extra, Field, Newtype, Presence, Shape, Struct, Test, TypeDef, Union};

use super::Side;
use super::change::{Change, Changes, Effect, Subject};
use super::lines::{Line, Lines, greatest, take};
use super::values::{bounds, ty, was_is, written};

/// Compares all types, by their names in Rust.
pub(super) fn compare(old: Side<'_>, new: Side<'_>, lines: &mut Lines, changes: &mut Changes) {
    let by_name = |side: Side<'_>| -> BTreeMap<String, usize> {
        side.api.types.iter().enumerate().map(|(at, def)| (def.name.to_string(), at)).collect()
    };
    let (before, after) = (by_name(old), by_name(new));
    let mut come: Vec<(&String, &TypeDef)> = Vec::new();
    for (name, at) in &after {
        let def = &new.api.types[*at];
        match before.get(name) {
            Some(before) => {
                let own = lines.take(|path| is_of(name, path));
                Pair { old: (old, &old.api.types[*before]), new: (new, def), own, changes }.compare();
            }
            None => come.push((name, def)),
        }
    }
    for (name, at) in &before {
        if after.contains_key(name) {
            continue;
        }
        let def = &old.api.types[*at];
        let own = lines.take(|path| is_of(name, path));
        let same = come.iter().position(|(_, other)| is_alike(old, def, new, other));
        let (what, place) = match same.map(|at| come.remove(at)) {
            Some((other, def)) => {
                lines.take(|path| is_of(other, path));
                (format!("it is called `{other}` now"), new.place(&def.origin))
            }
            None => ("it is removed".to_owned(), None),
        };
        changes.push(Change {
            subject: Subject::Type(name.clone()),
            effect: greatest(&own).unwrap_or(Effect::Breaking),
            what,
            why: format!("`types::{name}` is gone"),
            old: old.place(&def.origin),
            new: place,
        });
    }
    for (name, def) in come {
        let own = lines.take(|path| is_of(name, path));
        changes.push(Change {
            subject: Subject::Type(name.clone()),
            effect: greatest(&own).unwrap_or(Effect::Additive),
            what: "it is added".to_owned(),
            why: format!("`types::{name}` is new"),
            old: None,
            new: new.place(&def.origin),
        });
    }
}

/// Whether the path of a line belongs to a type.
fn is_of(name: &str, path: &str) -> bool {
    let rest = path.strip_prefix("types::").and_then(|rest| rest.strip_prefix(name));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || rest.starts_with('.'))
}

/// Whether two types are the same but for their names.
fn is_alike(old: Side<'_>, a: &TypeDef, new: Side<'_>, b: &TypeDef) -> bool {
    match (&a.shape, &b.shape) {
        (Shape::Struct(a), Shape::Struct(b)) => {
            let members = |side: Side<'_>, of: &Struct| -> Vec<(String, String, Presence)> {
                of.fields.iter().map(|field| (field.wire.clone(), ty(side, &field.ty), field.presence)).collect()
            };
            !a.fields.is_empty() && members(old, a) == members(new, b)
        }
        (Shape::Enum(a), Shape::Enum(b)) => {
            a.scalar == b.scalar
                && a.values.iter().map(|value| &value.wire).eq(b.values.iter().map(|value| &value.wire))
        }
        (Shape::Union(a), Shape::Union(b)) => {
            a.arms.iter().map(|arm| ty(old, &arm.ty)).eq(b.arms.iter().map(|arm| ty(new, &arm.ty)))
        }
        (Shape::Newtype(a), Shape::Newtype(b)) => ty(old, &a.inner) == ty(new, &b.inner) && a.checks == b.checks,
        _ => false,
    }
}

/// One type on both sides.
struct Pair<'a, 'c> {
    old: (Side<'a>, &'a TypeDef),
    new: (Side<'a>, &'a TypeDef),
    own: Vec<Line>,
    changes: &'c mut Changes,
}

impl Pair<'_, '_> {
    fn compare(mut self) {
        let (before, after) = (self.old.1, self.new.1);
        match (&before.shape, &after.shape) {
            (Shape::Struct(old), Shape::Struct(new)) => self.members(old, new),
            (Shape::Enum(old), Shape::Enum(new)) => self.listed(old, new),
            (Shape::Union(old), Shape::Union(new)) => self.alternatives(old, new),
            (Shape::Newtype(old), Shape::Newtype(new)) => self.inner(old, new),
            (old, new) => {
                let lines = std::mem::take(&mut self.own);
                self.say(Effect::Breaking, was_is(kind(old), kind(new)), lines);
            }
        }
        if before.deprecated != after.deprecated {
            let lines = take(&mut self.own, |line| line.effect == Effect::Additive && line.old.is_some());
            let what = if after.deprecated { "it is deprecated" } else { "it is deprecated no more" };
            self.say(Effect::Additive, what.to_owned(), lines);
        }
        if before.docs != after.docs {
            self.say(Effect::DocsOnly, "its description differs".to_owned(), Vec::new());
        }
        if !self.own.is_empty() {
            let lines = std::mem::take(&mut self.own);
            let told: Vec<String> = lines.iter().map(Line::told).collect();
            self.say(Effect::Additive, format!("its API differs: {}", told.join("; ")), lines);
        }
    }

    fn say(&mut self, least: Effect, what: String, lines: Vec<Line>) {
        self.say_at(least, what, lines, None, None);
    }

    fn say_at(&mut self, least: Effect, what: String, lines: Vec<Line>, old: Option<&Origin>, new: Option<&Origin>) {
        let places =
            (self.old.0.place(old.unwrap_or(&self.old.1.origin)), self.new.0.place(new.unwrap_or(&self.new.1.origin)));
        self.changes.say(Subject::Type(self.new.1.name.to_string()), least, what, &lines, places);
    }

    fn members(&mut self, old: &Struct, new: &Struct) {
        for field in &old.fields {
            match new.fields.iter().find(|other| other.wire == field.wire) {
                Some(other) => self.member(field, other),
                None => {
                    let lines = self.lines_of(field, field);
                    let what = format!("the member `{}` is removed", field.wire);
                    self.say_at(Effect::Breaking, what, lines, Some(&field.origin), None);
                }
            }
        }
        for field in &new.fields {
            if old.fields.iter().all(|other| other.wire != field.wire) {
                let lines = self.lines_of(field, field);
                let needed = if is_required(field) { "required " } else { "" };
                let what = format!("the {needed}member `{}` is added", field.wire);
                self.say_at(Effect::Additive, what, lines, None, Some(&field.origin));
            }
        }
        if old.extra != new.extra {
            let shown = |side: Side<'_>, extra: &Extra| match extra {
                Extra::Ignore => "ignored".to_owned(),
                Extra::Keep(elem, _) => format!("kept as {}", ty(side, &elem.ty)),
                Extra::Deny => "refused".to_owned(),
            };
            let effect = if matches!(new.extra, Extra::Deny) { Effect::Breaking } else { Effect::WireOnly };
            let lines = take(&mut self.own, |line| line.path.ends_with("extra"));
            let what =
                format!("other members: {}", was_is(&shown(self.old.0, &old.extra), &shown(self.new.0, &new.extra)));
            self.say(effect, what, lines);
        }
        let members = |of: &Struct| Checks { members: of.members, ..Checks::default() };
        for (name, before, after) in [
            ("other members", old.extra_checks.clone(), new.extra_checks.clone()),
            ("the object", members(old), members(new)),
        ] {
            if let Some((effect, what)) = bounds(name, &before, &after) {
                self.say(effect, what, Vec::new());
            }
        }
    }

    /// The lines of a member: its field, setters and constant, and the constructor that takes it.
    fn lines_of(&mut self, old: &Field, new: &Field) -> Vec<Line> {
        let mut paths = Vec::new();
        for ((_, def), field) in [(self.old, old), (self.new, new)] {
            let name = &def.name;
            paths.push(format!("types::{name}.{}", field.ident));
            paths.push(format!("types::{name}::{}", field.setter));
            paths.push(format!("types::{name}::{}", field.clearer));
            paths.extend(field.constant.as_ref().map(|constant| format!("types::{name}::{constant}")));
            if is_required(field) && field.access != Access::ReadOnly {
                paths.push(format!("types::{name}::new"));
            }
        }
        let mut lines = take(&mut self.own, |line| paths.contains(&line.path));
        // Without anything optional there is a default, which a required member takes away.
        if is_required(new) {
            lines.extend(take(&mut self.own, |line| line.old.as_deref() == Some("impl Default")));
        }
        if is_required(old) {
            lines.extend(take(&mut self.own, |line| line.new.as_deref() == Some("impl Default")));
        }
        lines
    }

    fn member(&mut self, old: &Field, new: &Field) {
        let name = format!("the member `{}`", new.wire);
        let mut lines = Some(self.lines_of(old, new));
        let mut say = |pair: &mut Self, effect, what: String| {
            let lines = lines.take().unwrap_or_default();
            pair.say_at(effect, what, lines, Some(&old.origin), Some(&new.origin));
        };
        let types = (ty(self.old.0, &old.ty), ty(self.new.0, &new.ty));
        if types.0 != types.1 {
            say(self, Effect::WireOnly, format!("{name} {}", was_is(&types.0, &types.1)));
        }
        if old.presence != new.presence {
            let what = format!("{name} {}", was_is(presence(old.presence), presence(new.presence)));
            say(self, Effect::WireOnly, what);
        }
        if old.ident != new.ident {
            say(self, Effect::Breaking, format!("{name} {}", was_is(old.ident.as_str(), new.ident.as_str())));
        }
        if old.access != new.access {
            let what = format!("{name} {}", was_is(access(old.access), access(new.access)));
            say(self, Effect::WireOnly, what);
        }
        if old.fixed != new.fixed {
            let shown = |field: &Field| field.fixed.as_ref().map(written).unwrap_or_default();
            let what = format!("the one value of {name} {}", was_is(&shown(old), &shown(new)));
            say(self, Effect::WireOnly, what);
        }
        if let Some((effect, what)) = bounds(&name, &old.checks, &new.checks) {
            say(self, effect, what);
        }
        if old.default != new.default {
            let shown = |field: &Field| field.default.as_ref().map(written).unwrap_or_default();
            let what = format!("the default of {name} {}", was_is(&shown(old), &shown(new)));
            say(self, Effect::WireOnly, what);
        }
        if old.deprecated != new.deprecated {
            let what = format!("{name} is deprecated{}", if new.deprecated { "" } else { " no more" });
            say(self, Effect::Additive, what);
        }
        if old.docs != new.docs || old.example != new.example {
            say(self, Effect::DocsOnly, format!("the description of {name} differs"));
        }
        // What is said of the member elsewhere, for example by the schema that takes its place in a list.
        if let Some(rest) = lines.filter(|rest| !rest.is_empty()) {
            self.own.extend(rest);
        }
    }

    fn listed(&mut self, old: &Enum, new: &Enum) {
        if old.scalar != new.scalar {
            let lines = std::mem::take(&mut self.own);
            return self.say(Effect::Breaking, "its values are of another type".to_owned(), lines);
        }
        let of = |name: &str| {
            let path = format!("types::{}::{name}", self.new.1.name);
            move |line: &Line| line.path == path
        };
        for value in &old.values {
            match new.values.iter().find(|other| other.wire == value.wire) {
                None => {
                    let wanted = of(value.name.as_str());
                    let lines = take(&mut self.own, wanted);
                    let what = format!("the value {} is removed", shown(&written(&value.wire)));
                    // Where another value has its name now, code goes on and means that one; what keeps no other values
                    // refuses this one.
                    self.say(if new.open { Effect::WireOnly } else { Effect::Breaking }, what, lines);
                }
                Some(other) if other.name != value.name => {
                    let (was, is) = (of(value.name.as_str()), of(other.name.as_str()));
                    let lines = take(&mut self.own, |line| was(line) || is(line));
                    let what = format!(
                        "the variant of {} {}",
                        shown(&written(&value.wire)),
                        was_is(value.name.as_str(), other.name.as_str())
                    );
                    self.say(Effect::Breaking, what, lines);
                }
                Some(other) if other.deprecated != value.deprecated => {
                    let wanted = of(value.name.as_str());
                    let lines = take(&mut self.own, wanted);
                    let what = format!(
                        "the value {} is deprecated{}",
                        shown(&written(&value.wire)),
                        if other.deprecated { "" } else { " no more" }
                    );
                    self.say(Effect::Additive, what, lines);
                }
                Some(other) if other.docs != value.docs => {
                    let what = format!("the description of {} differs", shown(&written(&value.wire)));
                    self.say(Effect::DocsOnly, what, Vec::new());
                }
                Some(_) => {}
            }
        }
        for value in &new.values {
            if old.values.iter().all(|other| other.wire != value.wire) {
                let wanted = of(value.name.as_str());
                let lines = take(&mut self.own, wanted);
                let what = format!("the value {} is added", shown(&written(&value.wire)));
                self.say(Effect::Additive, what, lines);
            }
        }
        if old.open != new.open {
            let lines = std::mem::take(&mut self.own);
            let what = format!("other values are {} now", if new.open { "kept" } else { "refused" });
            self.say(Effect::Breaking, what, lines);
        }
    }

    fn alternatives(&mut self, old: &Union, new: &Union) {
        let of = |name: &str| {
            let path = format!("types::{}::{name}", self.new.1.name);
            move |line: &Line| line.path == path
        };
        for arm in &old.arms {
            let wanted = of(arm.name.as_str());
            match new.arms.iter().find(|other| other.name == arm.name) {
                None => {
                    let lines = take(&mut self.own, wanted);
                    self.say(Effect::Breaking, format!("the alternative `{}` is removed", arm.name), lines);
                }
                Some(other) => {
                    let types = (ty(self.old.0, &arm.ty), ty(self.new.0, &other.ty));
                    if types.0 != types.1 {
                        let lines = take(&mut self.own, wanted);
                        let what = format!("the alternative `{}` {}", arm.name, was_is(&types.0, &types.1));
                        self.say(Effect::Breaking, what, lines);
                    }
                    if let Some((effect, what)) = told_apart(&arm.test, &other.test) {
                        self.say(effect, format!("the alternative `{}` {what}", arm.name), Vec::new());
                    }
                }
            }
        }
        for arm in &new.arms {
            if old.arms.iter().all(|other| other.name != arm.name) {
                let wanted = of(arm.name.as_str());
                let lines = take(&mut self.own, wanted);
                self.say(Effect::Additive, format!("the alternative `{}` is added", arm.name), lines);
            }
        }
    }

    fn inner(&mut self, old: &Newtype, new: &Newtype) {
        let types = (ty(self.old.0, &old.inner), ty(self.new.0, &new.inner));
        if types.0 != types.1 {
            let lines = std::mem::take(&mut self.own);
            self.say(Effect::Breaking, was_is(&types.0, &types.1), lines);
        }
        if let Some((effect, what)) = bounds("its value", &old.checks, &new.checks) {
            self.say(effect, what, Vec::new());
        }
    }
}

/// What it means that an alternative is known by something else.
fn told_apart(old: &Test, new: &Test) -> Option<(Effect, String)> {
    match (old, new) {
        (old, new) if old == new => None,
        (Test::Tag { key: before, values: old }, Test::Tag { key: after, values: new }) => {
            let kept = before == after && old.iter().all(|value| new.contains(value));
            let effect = if kept { Effect::WireOnly } else { Effect::Breaking };
            let old = format!("{before} = {}", old.join(", "));
            Some((effect, was_is(&old, &format!("{after} = {}", new.join(", ")))))
        }
        (Test::Tag { .. }, _) | (_, Test::Tag { .. }) => {
            Some((Effect::Breaking, "is known by something else".to_owned()))
        }
        _ => Some((Effect::WireOnly, "is told from the others another way".to_owned())),
    }
}

fn shown(text: &str) -> String {
    format!("`{text}`")
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Struct(_) => "an object",
        Shape::Enum(_) => "listed values",
        Shape::Union(_) => "one of several types",
        Shape::Newtype(_) => "a value with a name",
    }
}

fn is_required(field: &Field) -> bool {
    matches!(field.presence, Presence::Required | Presence::Nullable)
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::Optional => "optional",
        Presence::Nullable => "required and nullable",
        Presence::OptionalNullable => "optional and nullable",
    }
}

fn access(access: Access) -> &'static str {
    match access {
        Access::Both => "sent and answered",
        Access::ReadOnly => "answered only",
        Access::WriteOnly => "sent only",
    }
}
