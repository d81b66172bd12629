//! Unions: alternatives, how they are told apart, and the order in which they are tested.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::config::Table;
use crate::diag::Origin;
use crate::document::SchemaNode;
use crate::ir::{Arm, Elem, JsonKind, Shape, Test, TypeRef, Union};
use crate::names::{Scope, Variants};

use super::Lower;
use super::apart;
use super::label::arm_words;
use super::look::{self, Kind, Look};

/// An alternative of a union.
pub(super) struct Alternative {
    /// Where the document lists it: what discriminators, names and docs go by.
    pub(super) listed: Origin,
    /// The schema of its values: the same, or one that is implied.
    pub(super) meant: Origin,
}

/// An arm without its test and its name.
struct Draft {
    listed: Origin,
    /// The component that it is.
    wire: Option<String>,
    format: Option<String>,
    /// The items of a list.
    items: Option<Origin>,
    /// What the document demands where it lists the arm, which may be a part of what its values hold.
    demands: Vec<String>,
    elem: Elem,
    look: Look,
    tag: Option<Test>,
    docs: String,
}

impl Draft {
    /// Takes in another alternative; both are of the type `ty`.
    fn absorb(&mut self, other: Self, ty: TypeRef) {
        if let (Some(Test::Tag { values, .. }), Some(Test::Tag { values: more, .. })) = (&mut self.tag, &other.tag) {
            values.extend(more.iter().cloned());
        } else if other.tag.is_none() {
            // Only one of the two has a tag, so that it proves nothing.
            self.tag = None;
        }
        if self.wire != other.wire {
            self.wire = other.wire.filter(|_| ty == other.elem.ty && matches!(ty, TypeRef::Named(_))).or_else(|| {
                let own = ty == self.elem.ty && matches!(ty, TypeRef::Named(_));
                self.wire.take().filter(|_| own)
            });
        }
        if self.format != other.format {
            self.format = None;
        }
        if self.docs.is_empty() {
            self.docs = other.docs;
        }
        self.elem = Elem { ty, nullable: self.elem.nullable || other.elem.nullable };
        self.look = look::together(self.look.clone(), other.look);
    }
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
        let drafts = self.drafts(node, alternatives, tags);
        let looks: Vec<&Look> = drafts.iter().map(|draft| &draft.look).collect();
        let given: Vec<Option<Test>> = drafts.iter().map(|draft| draft.tag.clone()).collect();
        let tests = apart::tests(&looks, &given);
        let owner = self.type_wire(node);
        let mut scope: Scope<Variants> = Scope::new(&["Self"]);
        let mut keys: Vec<(String, Origin)> = Vec::new();
        let wires: Vec<String> = drafts
            .iter()
            .zip(&tests)
            .map(|(draft, test)| draft.wire.clone().unwrap_or_else(|| inline_name(draft, test)))
            .collect();
        for (draft, wire) in drafts.iter().zip(&wires) {
            let longer = self.longer_names(wire, draft, &drafts);
            // A key stands for one arm.
            let shared = wires.iter().filter(|other| *other == wire).count() > 1;
            let key = format!("{owner}.{}", longer.first().filter(|_| shared).unwrap_or(wire));
            if !self.pin(&mut scope, Table::RenameArms, &key, "a variant", &draft.listed) {
                scope.claim(wire, &longer, "arm", &draft.listed.pointer);
            }
            keys.push((key, draft.listed.clone()));
        }
        let catch_all = scope.claim("Unrecognized", &["Unrecognized value".to_owned()], "", "");
        let (names, clashes) = scope.resolve();
        for clash in &clashes {
            self.clash(clash, Table::RenameArms, |claim| keys.get(claim.0).cloned());
        }
        let unrecognized = names[catch_all.0].clone();
        let mut arms: Vec<Arm> = drafts
            .into_iter()
            .zip(tests)
            .zip(names)
            .map(|((draft, test), name)| Arm { name, ty: draft.elem.ty, test, docs: draft.docs })
            .collect();
        for arm in &mut arms {
            if let Test::Tag { values, .. } = &mut arm.test {
                values.sort();
                values.dedup();
            }
        }
        Shape::Union(Union { arms: in_order(arms), unrecognized })
    }

    /// The arms before they have tests and names. Alternatives that one Rust type holds are one arm: nothing of a value is
    /// lost by that.
    fn drafts(&mut self, node: &SchemaNode, alternatives: &[Alternative], tags: &BTreeMap<Origin, Test>) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = Vec::new();
        for Alternative { listed, meant } in alternatives {
            let Some(arm) = self.peek(listed) else { continue };
            let elem = self.elem(meant);
            let look = self.look(meant);
            let tag = tags.get(listed).cloned().or_else(|| inherited(node, &look));
            let target = self.arm_target(listed);
            let wire = self.document.component(&target).map(Cow::into_owned);
            let docs = arm.description.clone().or_else(|| self.schema(&target)?.description.clone());
            let draft = Draft {
                listed: listed.clone(),
                wire,
                format: arm.format.clone(),
                items: arm.items.clone(),
                demands: self.look(listed).required.into_iter().next().unwrap_or_default(),
                elem,
                look,
                tag,
                docs: docs.unwrap_or_default(),
            };
            let known = drafts.iter_mut().find_map(|known| {
                let ty = look::joined((&known.elem, &known.look), (&draft.elem, &draft.look))?;
                Some((known, ty))
            });
            match known {
                Some((known, ty)) => known.absorb(draft, ty),
                None => drafts.push(draft),
            }
        }
        drafts
    }

    /// What an arm is called where another has the same name: by what it holds, and by the members that no other has.
    fn longer_names(&mut self, wire: &str, draft: &Draft, all: &[Draft]) -> Vec<String> {
        let word = draft.look.kind.word();
        let mut names = Vec::new();
        if let (Kind::List, Some(items)) = (draft.look.kind, &draft.items) {
            let target = self.arm_target(items);
            let item = match self.document.component(&target) {
                Some(name) => name.into_owned(),
                None => self.look(items).kind.word().to_owned(),
            };
            names.push(format!("{item} {word}"));
        } else if wire != word {
            names.push(format!("{wire} {word}"));
        }
        let others: Vec<&Draft> = all.iter().filter(|other| other.listed != draft.listed).collect();
        let own = draft.look.known.iter().flatten().filter(|member| {
            others.iter().all(|other| other.look.known.as_ref().is_none_or(|known| !known.contains(*member)))
        });
        if draft.wire.is_some() {
            return names;
        }
        names.extend(own.map(|member| if wire == word { member.clone() } else { format!("{wire} {member}") }));
        names.truncate(3);
        let own = arm_words(self.document, &draft.listed, &draft.listed, 2);
        names.extend(own.filter(|own| own != wire && own != "object"));
        names
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
}

/// The order of testing: tag, distinguishing keys, JSON kind, try. Arms of one rank keep the document's order, which is
/// the order of a list and so part of its meaning; but an arm that asks for more keys than another goes before it, or it
/// would never be reached.
fn in_order(arms: Vec<Arm>) -> Vec<Arm> {
    let mut ordered: Vec<Arm> = Vec::with_capacity(arms.len());
    for arm in arms {
        let before = ordered.iter().position(|other| match rank(&arm).cmp(&rank(other)) {
            Ordering::Less => true,
            Ordering::Equal => extends(&arm.test, &other.test),
            Ordering::Greater => false,
        });
        ordered.insert(before.unwrap_or(ordered.len()), arm);
    }
    ordered
}

fn rank(arm: &Arm) -> u8 {
    match arm.test {
        Test::Tag { .. } => 0,
        Test::HasKeys(_) | Test::Members { .. } => 1,
        // A whole number is a number as well.
        Test::JsonKind(JsonKind::Number) => 3,
        Test::JsonKind(_) => 2,
        Test::Try if arm.ty != TypeRef::Json => 4,
        Test::Try => 5,
    }
}

/// True when every value of the first arm would also pass the test of the second.
fn extends(first: &Test, second: &Test) -> bool {
    let (Test::HasKeys(first), Test::HasKeys(second)) = (first, second) else { return false };
    apart::extends(first, second)
}

/// The tag of an alternative that no mapping names, such as a union of alternatives that all have one.
fn inherited(node: &SchemaNode, look: &Look) -> Option<Test> {
    let key = &node.discriminator.as_ref()?.property;
    let values = look.tags.get(key).filter(|_| look.kind == Kind::Union)?;
    Some(Test::Tag { key: key.clone(), values: values.clone() })
}

/// A word for an alternative that no component names.
fn inline_name(draft: &Draft, test: &Test) -> String {
    let typed = draft.listed.parent().and_then(|list| Some(list.last()?.into_owned()));
    if typed.is_some_and(|keyword| keyword == "type" || keyword == "enum") {
        return draft.look.kind.word().to_owned();
    }
    match test {
        Test::Tag { values, .. } if values.len() == 1 => values[0].clone(),
        Test::HasKeys(keys) | Test::Members { required: keys, .. } if keys.iter().any(|keys| !keys.is_empty()) => {
            if draft.demands.is_empty() {
                keys[0].join(" ")
            } else {
                draft.demands.join(" ")
            }
        }
        _ => draft.format.clone().unwrap_or_else(|| draft.look.kind.word().to_owned()),
    }
}
