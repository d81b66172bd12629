//! Schemas that are put together of too many others. Composition says nothing of how often a schema is used, so that forty
//! schemas of two parts each can mean 2^40 parts; and what is composed is walked part by part.

use std::cmp;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::diag::{Diagnostics, Origin};
use crate::document::{Additional, JsonType, SchemaNode};

use super::Lower;

/// How many schemas one may be put together of, each counted as often as it is used. Of real descriptions few come to 500.
const MOST: usize = 5_000;

/// How many may lie one inside the other. Of real descriptions few come to 8, and every walk over them takes some of the stack.
const DEEPEST: usize = 40;

/// How many members an object may have, and how many values an enum. A compiler takes minutes for more.
const MOST_MEMBERS: usize = 5_000;
const MOST_VALUES: usize = 10_000;

/// The keywords under which a schema holds others that it is put together of, alone or in lists.
const PARTS: &[&str] = &["allOf", "anyOf", "oneOf", "not", "items", "prefixItems", "additionalProperties"];

/// What a schema is put together of.
#[derive(Clone, Copy, Debug)]
struct Weight {
    parts: usize,
    depth: usize,
}

/// A schema without parts.
const SINGLE: Weight = Weight { parts: 1, depth: 1 };

impl Weight {
    fn with(self, part: Self) -> Self {
        Self { parts: self.parts.saturating_add(part.parts), depth: cmp::max(self.depth, part.depth + 1) }
    }

    fn is_too_much(self) -> bool {
        self.parts > MOST || self.depth > DEEPEST
    }
}

/// A schema whose parts are being weighed.
struct Open {
    origin: Origin,
    /// The parts that are left.
    parts: Vec<Origin>,
    weight: Weight,
}

impl Lower<'_> {
    /// Finds the schemas that are too heavy, and reports them. They are cut from what they are put together of, so that those
    /// above them are light again.
    pub(super) fn find_heavy(&mut self) {
        let components: Vec<Origin> =
            self.document.component_schemas().iter().map(|(_, origin)| origin.clone()).collect();
        let mut known: FxHashMap<Origin, Weight> = FxHashMap::default();
        for origin in components {
            self.weigh(origin, &mut known);
        }
    }

    /// Weighs a schema and all that it is put together of, with a stack of its own: that may be as deep as a document is long.
    fn weigh(&mut self, origin: Origin, known: &mut FxHashMap<Origin, Weight>) {
        let mut way: Vec<Open> = Vec::new();
        let mut on_way: FxHashSet<Origin> = FxHashSet::default();
        let mut next = Some(origin);
        loop {
            if let Some(origin) = next.take() {
                if let Some(weight) = known.get(&origin).copied() {
                    add(&mut way, weight);
                } else if on_way.insert(origin.clone()) {
                    let parts = self.parts_of(&origin);
                    way.push(Open { origin, parts, weight: SINGLE });
                } else {
                    // It leads back to itself; every walk stops there.
                    add(&mut way, SINGLE);
                }
            }
            let Some(open) = way.last_mut() else { return };
            if let Some(part) = open.parts.pop() {
                next = Some(part);
                continue;
            }
            let Some(Open { origin, weight, .. }) = way.pop() else { return };
            on_way.remove(&origin);
            let weight = if weight.is_too_much() {
                self.cut(&origin);
                SINGLE
            } else {
                weight
            };
            add(&mut way, weight);
            known.insert(origin, weight);
        }
    }

    /// The schemas that the one at `origin` refers to as its parts, itself or from inside a part that is written in place.
    fn parts_of(&self, origin: &Origin) -> Vec<Origin> {
        let mut found = Vec::new();
        if let Some(value) = self.document.value(origin) {
            self.collect(value, origin, &mut found);
        }
        found
    }

    /// Places nest as deep as the text does, and that has a limit.
    fn collect(&self, value: &Value, at: &Origin, found: &mut Vec<Origin>) {
        let Some(node) = value.as_object() else { return };
        if ["$ref", "$dynamicRef"].iter().any(|keyword| node.contains_key(*keyword)) {
            // What is wrong with a reference is said where it is lowered.
            let end = self.document.resolve(at, &mut Diagnostics::new());
            found.extend(end.map(|end| end.origin).filter(|end| end != at));
        }
        for keyword in PARTS {
            match node.get(*keyword) {
                Some(Value::Array(list)) => {
                    let at = at.child(keyword);
                    list.iter().enumerate().for_each(|(index, part)| self.collect(part, &at.index(index), found));
                }
                Some(part @ Value::Object(_)) => self.collect(part, &at.child(keyword), found),
                _ => {}
            }
        }
    }

    /// A schema as far as it is taken: without its parts, members or values where they are too many.
    pub(super) fn lightened(&mut self, mut node: SchemaNode) -> SchemaNode {
        if self.heavy.contains(&node.origin) {
            node = without_parts(node);
        }
        if node.properties.len() > MOST_MEMBERS {
            let message =
                format!("an object of more than {MOST_MEMBERS} members is generated as a map of any JSON values");
            self.reduced(&node.origin, message)
                .help("describe what the members have in common by `additionalProperties`");
            node.properties.clear();
            node.required.clear();
            node.types = vec![JsonType::Object];
            node.additional = Additional::Allowed;
        }
        if node.enum_values.as_ref().is_some_and(|values| values.len() > MOST_VALUES) {
            let message = format!("a list of more than {MOST_VALUES} values is generated as any value of its type");
            self.reduced(&node.origin, message).help("describe the values by `pattern`");
            node.enum_values = None;
        }
        node
    }

    fn cut(&mut self, origin: &Origin) {
        let message = format!(
            "the schema is put together of more than {MOST} others, or they lie more than {DEEPEST} deep: it is generated \
             without them"
        );
        self.reduced(origin, message).help("let it say itself what it is, and refer to fewer schemas");
        self.heavy.insert(origin.clone());
    }
}

/// A schema that says nothing of the others that it is put together of.
fn without_parts(mut node: SchemaNode) -> SchemaNode {
    for parts in [&mut node.all_of, &mut node.any_of, &mut node.one_of, &mut node.prefix_items] {
        parts.clear();
    }
    node.not = None;
    node.items = None;
    node.additional = Additional::Absent;
    node.discriminator = None;
    node
}

fn add(way: &mut [Open], part: Weight) {
    if let Some(open) = way.last_mut() {
        open.weight = open.weight.with(part);
    }
}
