//! Unions: alternatives, how they are told apart, and the order in which they are tested.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::config::Table;
use crate::diag::Origin;
use crate::document::{JsonType, SchemaNode};
use crate::ir::{Arm, Elem, JsonKind, Shape, Test, TypeRef, Union};
use crate::names::{Scope, Variants};

use super::Lower;

/// An alternative of a union.
pub(super) struct Alternative {
    /// Where the document lists it: what discriminators, names and docs go by.
    pub(super) listed: Origin,
    /// The schema of its values: the same, or one that is implied.
    pub(super) meant: Origin,
}

impl Lower<'_> {
    /// The union of a schema with alternatives.
    pub(super) fn union(&mut self, node: &SchemaNode) -> Shape {
        let origins = self.arms(node);
        let tags = self.tags(node, &origins);
        let same = |arm: Origin| Alternative { meant: arm.clone(), listed: arm };
        let alternatives: Vec<Alternative> = origins.into_iter().map(same).collect();
        self.union_of(node, &alternatives, &tags)
    }

    /// The union of some alternatives, of which a discriminator selects those in `tags`.
    pub(super) fn union_of(
        &mut self,
        node: &SchemaNode,
        alternatives: &[Alternative],
        tags: &BTreeMap<Origin, Test>,
    ) -> Shape {
        let owner = self.type_wire(node);
        let mut scope: Scope<Variants> = Scope::new(&["Self"]);
        let mut drafts: Vec<(Elem, Test, String)> = Vec::new();
        let mut keys: Vec<(String, Origin)> = Vec::new();
        for Alternative { listed: origin, meant } in alternatives {
            let Some(resolved) = self.resolve(origin) else { continue };
            let Some(arm) = self.schema(&resolved.origin) else { continue };
            let elem = self.elem(meant);
            if let Some((_, test, _)) = drafts.iter_mut().find(|(known, ..)| known.ty == elem.ty) {
                self.reduced(origin, "an alternative of the same Rust type as another is left out");
                if let (Test::Tag { values, .. }, Some(Test::Tag { values: more, .. })) = (test, tags.get(origin)) {
                    values.extend(more.iter().cloned());
                }
                continue;
            }
            let own = tags.get(origin).cloned().unwrap_or_else(|| self.test(&arm));
            let target = self.arm_target(origin);
            let wire = match self.document.component(&target) {
                Some(name) => name.into_owned(),
                None => inline_name(&arm, &own, &elem.ty),
            };
            let whole = if meant == origin { None } else { self.peek(meant) };
            let test = match whole {
                Some(whole) if !tags.contains_key(origin) => self.test(&whole),
                _ => own,
            };
            let key = format!("{owner}.{wire}");
            if !self.pin(&mut scope, Table::RenameArms, &key, "a variant", origin) {
                scope.claim(&wire, &[format!("{wire} {}", kind_word(&elem.ty))], "arm", &origin.pointer);
            }
            let docs = arm.description.clone().or_else(|| self.schema(&target)?.description.clone());
            keys.push((key, origin.clone()));
            drafts.push((elem, test, docs.unwrap_or_default()));
        }
        let catch_all = scope.claim("Unrecognized", &["Unrecognized value".to_owned()], "", "");
        let (names, clashes) = scope.resolve();
        for clash in &clashes {
            self.clash(clash, Table::RenameArms, |claim| keys.get(claim.0).cloned());
        }
        let unrecognized = names[catch_all.0].clone();
        let mut arms: Vec<Arm> = drafts
            .into_iter()
            .zip(names)
            .map(|((elem, test, docs), name)| Arm { name, ty: elem.ty, test, docs })
            .collect();
        for arm in &mut arms {
            if let Test::Tag { values, .. } = &mut arm.test {
                values.sort();
                values.dedup();
            }
        }
        Shape::Union(Union { arms: in_order(arms), unrecognized })
    }

    /// The schema an alternative stands for: through a reference, and through `allOf` of one reference and conditions.
    pub(super) fn arm_target(&mut self, at: &Origin) -> Origin {
        let Some(resolved) = self.resolve(at) else { return at.clone() };
        let Some(node) = self.schema(&resolved.origin) else { return resolved.origin.clone() };
        if self.document.component(&resolved.origin).is_some()
            || !node.properties.is_empty()
            || !node.required.is_empty()
        {
            return resolved.origin.clone();
        }
        let parts: Vec<&Origin> =
            node.all_of.iter().filter(|part| self.peek(part).is_some_and(|part| !part.only_required())).collect();
        match parts.as_slice() {
            [only] => self.arm_target(only),
            _ => resolved.origin.clone(),
        }
    }

    /// How a value is known to be of an alternative without a discriminator.
    fn test(&mut self, node: &SchemaNode) -> Test {
        let keys = self.keys(node);
        if keys.iter().any(|keys| !keys.is_empty()) {
            return Test::HasKeys(keys);
        }
        match node.types.as_slice() {
            [JsonType::Array] => Test::JsonKind(JsonKind::Array),
            [JsonType::Boolean] => Test::JsonKind(JsonKind::Bool),
            [JsonType::Integer | JsonType::Number] => Test::JsonKind(JsonKind::Number),
            [JsonType::String] => Test::JsonKind(JsonKind::String),
            _ => Test::Try,
        }
    }

    /// The members that must be there, as alternatives.
    fn keys(&mut self, node: &SchemaNode) -> Vec<Vec<String>> {
        let mut keys = vec![node.required.clone()];
        for part in &node.all_of {
            let Some(part) = self.peek(part) else { continue };
            let more = self.keys(&part);
            keys = product(&keys, &more);
        }
        let choices = if node.any_of.is_empty() { &node.one_of } else { &node.any_of };
        let choices: Vec<Rc<SchemaNode>> = choices.iter().filter_map(|choice| self.peek(choice)).collect();
        if !choices.is_empty() && choices.iter().all(|choice| choice.only_required()) {
            let more: Vec<Vec<String>> = choices.iter().flat_map(|choice| self.keys(choice)).collect();
            keys = product(&keys, &more);
        }
        keys
    }
}

/// Every combination of two lists of alternatives.
fn product(left: &[Vec<String>], right: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for a in left {
        for b in right {
            let mut keys = a.clone();
            keys.extend(b.iter().filter(|key| !a.contains(key)).cloned());
            all.push(keys);
        }
    }
    all
}

/// The order of testing: tag, distinguishing keys, JSON kind, try. Arms of one rank keep the document's order, which is
/// the order of a list and so part of its meaning; but an arm that asks for more keys than another goes before it, or it
/// would never be reached.
fn in_order(arms: Vec<Arm>) -> Vec<Arm> {
    let mut ordered: Vec<Arm> = Vec::with_capacity(arms.len());
    for arm in arms {
        let before = ordered.iter().position(|other| match rank(&arm.test).cmp(&rank(&other.test)) {
            Ordering::Less => true,
            Ordering::Equal => extends(&arm.test, &other.test),
            Ordering::Greater => false,
        });
        ordered.insert(before.unwrap_or(ordered.len()), arm);
    }
    ordered
}

fn rank(test: &Test) -> u8 {
    match test {
        Test::Tag { .. } => 0,
        Test::HasKeys(_) => 1,
        Test::JsonKind(_) => 2,
        Test::Try => 3,
    }
}

/// True when every value of the first arm would also pass the test of the second.
fn extends(first: &Test, second: &Test) -> bool {
    let (Test::HasKeys(first), Test::HasKeys(second)) = (first, second) else { return false };
    let within = |more: &Vec<String>| {
        second.iter().any(|less| less.len() < more.len() && less.iter().all(|key| more.contains(key)))
    };
    first.iter().all(within)
}

/// A word for an alternative that no component names.
fn inline_name(node: &SchemaNode, test: &Test, ty: &TypeRef) -> String {
    match test {
        Test::Tag { values, .. } if values.len() == 1 => values[0].clone(),
        Test::HasKeys(keys) if !keys.is_empty() => keys[0].join(" "),
        _ => node.format.clone().unwrap_or_else(|| kind_word(ty).to_owned()),
    }
}

fn kind_word(ty: &TypeRef) -> &'static str {
    match ty {
        TypeRef::Prim(crate::ir::Prim::Bool) => "bool",
        TypeRef::Prim(crate::ir::Prim::String) => "text",
        TypeRef::Prim(crate::ir::Prim::Timestamp) => "timestamp",
        TypeRef::Prim(_) => "number",
        TypeRef::Named(_) => "object",
        TypeRef::List(_) | TypeRef::Tuple(_) => "list",
        TypeRef::Map(_) => "map",
        TypeRef::Json => "json",
        TypeRef::Bytes | TypeRef::Upload => "bytes",
        TypeRef::External(_) => "value",
    }
}
