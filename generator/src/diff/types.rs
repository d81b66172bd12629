//! Types: what they are called, what they are, and what is told of them.

use std::collections::BTreeSet;

use crate::diag::Origin;
use crate::ir::{Accessor, AccessorKind, Checks, Shape, Step, TypeDef, TypeId};

use super::Side;
use super::change::{Change, Changes, Effect, Subject};
use super::lines::{Lines, greatest, take};
use super::pair::{Construct, Pair};
use super::values::{bounds, was_is};

/// Compares all types.
pub(super) fn compare(
    old: Side<'_>,
    new: Side<'_>,
    pairs: &[(usize, usize)],
    lines: &mut Lines,
    changes: &mut Changes,
) {
    for (before, after) in pairs {
        let (before, after) = (old.api.ty(TypeId(*before)), new.api.ty(TypeId(*after)));
        let own = lines.take_of(&[format!("types::{}", after.name)]);
        Pair { old: (old, before), new: (new, after), own, changes }.compare();
    }
    let (before, after): (BTreeSet<usize>, BTreeSet<usize>) = pairs.iter().copied().unzip();
    for (_, def) in old.api.types.iter().enumerate().filter(|(at, _)| !before.contains(at)) {
        let own = lines.take_of(&[format!("types::{}", def.name)]);
        let effect = greatest(&own).unwrap_or(Effect::Breaking);
        let place = old.place(&def.origin);
        changes
            .push(Change { old: place, ..Change::new(Subject::Type(def.name.to_string()), effect, "it is removed") })
            .because(format!("`types::{}` is gone", def.name))
            .kin("types", "are removed", format!("`{}`", def.name));
    }
    for (_, def) in new.api.types.iter().enumerate().filter(|(at, _)| !after.contains(at)) {
        let own = lines.take_of(&[format!("types::{}", def.name)]);
        let effect = greatest(&own).unwrap_or(Effect::Additive);
        let place = new.place(&def.origin);
        changes
            .push(Change { new: place, ..Change::new(Subject::Type(def.name.to_string()), effect, "it is added") })
            .because(format!("`types::{}` is new", def.name))
            .kin("types", "are added", format!("`{}`", def.name));
    }
}

impl Construct for TypeDef {
    fn subject(&self) -> Subject {
        Subject::Type(self.name.to_string())
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl Pair<'_, '_, TypeDef> {
    fn compare(mut self) {
        let (before, after) = (self.old.1, self.new.1);
        // The file is nothing that callers see; what is derived is in the lines.
        let TypeDef { name, home: _, origin: _, docs, deprecated, shape, accessors: _, derives: _ } = before;
        if *name != after.name {
            let change = self.say(Effect::Breaking, format!("it is called `{}` now", after.name), Vec::new());
            // Whoever looks for it knows the old name.
            change.subject = Subject::Type(name.to_string());
            change.because(format!("`types::{name}` is gone; wherever it stood, the new name stands")).kin(
                "types",
                "are called another way",
                format!("`{name}` is `{}`", after.name),
            );
        }
        match (shape, &after.shape) {
            (Shape::Struct(old), Shape::Struct(new)) => self.members(old, new),
            (Shape::Enum(old), Shape::Enum(new)) => self.listed(old, new),
            (Shape::Union(old), Shape::Union(new)) => self.alternatives(old, new),
            (Shape::Newtype(old), Shape::Newtype(new)) => self.inner(old, new),
            (old, new) => {
                let lines = std::mem::take(&mut self.own);
                self.say(Effect::Breaking, was_is(kind(old), kind(new)), lines);
            }
        }
        self.accessors();
        self.told((*deprecated, after.deprecated), *docs == after.docs);
        self.rest();
    }

    /// Accessors of the same name that read other members; those that came or went are lines.
    fn accessors(&mut self) {
        for Accessor { name, kind } in &self.old.1.accessors {
            let Some(other) = self.new.1.accessors.iter().find(|other| other.name == *name) else { continue };
            let ways = (read(self.old.0, self.old.1, kind), read(self.new.0, self.new.1, &other.kind));
            if ways.0 != ways.1 {
                let path = format!("types::{}::{name}", self.new.1.name);
                let lines = take(&mut self.own, |line| line.path == path);
                self.say(Effect::WireOnly, format!("`{name}` reads {}", was_is(&ways.0, &ways.1)), lines);
            }
        }
    }

    /// What other bounds mean: they are checked in requests, and of what is only answered they are told.
    pub(super) fn bounds(&self, name: &str, old: &Checks, new: &Checks) -> Option<(Effect, String)> {
        let (effect, what) = bounds(name, old, new)?;
        Some((if self.new.0.usage(self.new.1).request { effect } else { Effect::DocsOnly }, what))
    }

    /// What it means that values are read as something else: nothing where none is read.
    pub(super) fn reading(&self) -> Effect {
        let usage = self.new.0.usage(self.new.1);
        if usage.request && !usage.response { Effect::WireOnly } else { Effect::Breaking }
    }
}

/// What an accessor reads.
fn read(side: Side<'_>, def: &TypeDef, kind: &AccessorKind) -> String {
    let member = |of: &TypeDef, field: usize| match &of.shape {
        Shape::Struct(of) => of.fields.get(field).map(|field| field.wire.clone()).unwrap_or_default(),
        _ => String::new(),
    };
    let step = |Step { of, field }: &Step| member(side.api.ty(*of), *field);
    match kind {
        AccessorKind::Coalesce { fields } => {
            fields.iter().map(|field| member(def, *field)).collect::<Vec<_>>().join(", then ")
        }
        AccessorKind::Include { includes, list, key } => {
            format!("{}.{} by {}", step(includes), step(list), step(key))
        }
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Struct(_) => "an object",
        Shape::Enum(_) => "listed values",
        Shape::Union(_) => "one of several types",
        Shape::Newtype(_) => "a value with a name",
    }
}
