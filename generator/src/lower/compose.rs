//! Composition: alternatives beside members, which no single node of a document says as a whole.
//!
//! `properties` beside `oneOf` mean the members and one of the alternatives. Every alternative is put together with the
//! common part as if the document had written `allOf` of the two; such an implied schema is a node like any other, at a
//! place of its own below its owner, and nothing else has to know that nobody wrote it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::diag::Origin;
use crate::document::{Additional, Resolved, SchemaNode, Siblings};
use crate::ir::{Shape, Test};

use super::Lower;
use super::label::{Label, arm_words, label};
use super::union::Alternative;

/// More alternatives than these are not multiplied with the members beside them.
const LARGEST: usize = 128;

/// A list of alternatives that belongs to a schema: its own, or that of a part of its `allOf`.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// The schema that holds the list.
    pub(super) part: Rc<SchemaNode>,
    pub(super) arms: Vec<Origin>,
    /// True for `oneOf`: a value is of one alternative and no other.
    exclusive: bool,
}

/// What becomes of a schema with alternatives beside other members.
pub(super) enum Composed {
    /// It is a union; each arm holds the common members too.
    Union(Vec<Alternative>, Rc<SchemaNode>),
    /// It is one object with the members of every alternative.
    Flat(Vec<Choice>),
    /// It is the common part alone, for a reason.
    Common(Option<String>),
}

impl Lower<'_> {
    /// The alternatives of a schema and of the parts of its `allOf`. A list that leads back to the schema or to a part on
    /// the way is that of a parent, and this is its child: it is none of the child's own alternatives.
    pub(super) fn choices(&mut self, node: &SchemaNode) -> Vec<Choice> {
        let mut found = Vec::new();
        self.choices_below(node, &mut vec![node.origin.clone()], &mut found);
        found
    }

    fn choices_below(&mut self, node: &SchemaNode, way: &mut Vec<Origin>, found: &mut Vec<Choice>) {
        for (listed, exclusive) in [(&node.one_of, true), (&node.any_of, false)] {
            let arms = self.speaking(listed);
            let targets: Vec<Origin> = arms.iter().filter_map(|arm| Some(self.resolve(arm)?.origin.clone())).collect();
            if arms.is_empty() || targets.iter().any(|target| way.contains(target)) {
                continue;
            }
            found.push(Choice { part: Rc::new(node.clone()), arms, exclusive });
        }
        for part in &node.all_of {
            let Some(resolved) = self.resolve(part) else { continue };
            if way.contains(&resolved.origin) {
                continue;
            }
            let Some(part) = self.schema(&resolved.origin) else { continue };
            way.push(resolved.origin.clone());
            self.choices_below(&part, way, found);
            way.pop();
        }
    }

    /// True when a schema has alternatives and something beside them that a union alone would lose.
    pub(super) fn is_composed(&mut self, node: &SchemaNode) -> bool {
        let choices = self.choices(node);
        if choices.is_empty() {
            return false;
        }
        let own = choices.iter().filter(|choice| choice.part.origin == node.origin).count();
        let parts = node.all_of.iter().filter(|part| !self.says_nothing(part)).count();
        let beside = !node.properties.is_empty() || own > 1 || parts > 1 || (parts == 1 && own == 1);
        beside || choices.iter().any(|choice| choice.part.origin == node.origin && self.hold_together(choice))
    }

    /// Whether alternatives are parts of one object that may all be there: objects without a demand and without a member in
    /// common, of which `anyOf` lets several hold. A union would lose the members of all but one.
    fn hold_together(&mut self, choice: &Choice) -> bool {
        if choice.exclusive || choice.part.discriminator.is_some() {
            return false;
        }
        let mut known = BTreeSet::new();
        let mut objects = 0;
        for arm in &choice.arms {
            let (mut members, mut required) = (BTreeSet::new(), BTreeSet::new());
            self.outline(arm, &mut members, &mut required, &mut Vec::new());
            if members.is_empty() && self.says_nothing(arm) {
                continue;
            }
            let has_choices = self.peek(arm).is_none_or(|node| !self.choices(&node).is_empty());
            if members.is_empty() || !required.is_empty() || has_choices || !known.is_disjoint(&members) {
                return false;
            }
            known.extend(members);
            objects += 1;
        }
        objects > 1
    }

    /// What becomes of a composed schema.
    pub(super) fn composed(&mut self, node: &SchemaNode) -> Composed {
        let mut choices = self.choices(node);
        // One alternative is no choice, but one more part.
        choices.retain(|choice| choice.arms.len() > 1);
        if choices.is_empty() {
            return Composed::Common(None);
        }
        if choices.iter().flat_map(|choice| &choice.arms).any(|arm| !self.is_object_like(arm)) {
            let some = "alternatives that are no objects stand beside members: only the common members are generated";
            return Composed::Common(Some(some.to_owned()));
        }
        let common = self.common_part(node);
        choices.retain(|choice| {
            !choice.arms.iter().all(|arm| self.only_narrows(arm, &common)) || choice.part.discriminator.is_some()
        });
        if choices.is_empty() {
            return Composed::Common(None);
        }
        match choices.as_slice() {
            [choice] if self.tells_apart(choice) => {
                if choice.arms.len() > LARGEST {
                    let count = choice.arms.len();
                    let many =
                        format!("{count} alternatives stand beside members: only the common members are generated");
                    return Composed::Common(Some(many));
                }
                let alternatives = choice.arms.iter().map(|arm| self.with_common(node, &common, arm)).collect();
                Composed::Union(alternatives, choice.part.clone())
            }
            // Alternatives that nothing tells apart, several that may hold at once, and several lists of them: a union would
            // keep the members of one arm and lose those of the others. One object with all members loses nothing; the
            // members of an alternative are then optional, because no single one has to hold.
            _ => Composed::Flat(choices),
        }
    }

    /// Whether a value shows which alternative it is: by a discriminator, by a member that has other values in each, or,
    /// where only one may hold, by members that each asks for and no other knows.
    fn tells_apart(&mut self, choice: &Choice) -> bool {
        if choice.part.discriminator.as_ref().is_some_and(|found| !found.property.contains('/'))
            || self.inherited_discriminator(&choice.arms).is_some()
            || self.constant_tags(&choice.arms).is_some()
        {
            return true;
        }
        if !choice.exclusive {
            return false;
        }
        let arms: Vec<(BTreeSet<String>, BTreeSet<String>)> = choice
            .arms
            .iter()
            .map(|arm| {
                let mut members = BTreeSet::new();
                let mut required = BTreeSet::new();
                self.outline(arm, &mut members, &mut required, &mut Vec::new());
                (members, required)
            })
            .collect();
        arms.iter().enumerate().all(|(index, (_, required))| {
            let others = || arms.iter().enumerate().filter(|(other, _)| *other != index);
            others().all(|(_, (members, _))| required.iter().any(|key| !members.contains(key)))
        })
    }

    /// The names of the members that a schema declares and asks for, through `allOf`.
    pub(super) fn outline(
        &mut self,
        at: &Origin,
        members: &mut BTreeSet<String>,
        required: &mut BTreeSet<String>,
        way: &mut Vec<Origin>,
    ) {
        let Some(node) = self.peek(at) else { return };
        if way.contains(&node.origin) {
            return;
        }
        way.push(node.origin.clone());
        members.extend(node.properties.iter().map(|(name, _)| name.clone()));
        required.extend(node.required.iter().cloned());
        for part in &node.all_of {
            self.outline(part, members, required, way);
        }
        way.pop();
    }

    /// True when an alternative adds no member to the common ones: it says which values go together, which no type can.
    fn only_narrows(&mut self, arm: &Origin, common: &Rc<SchemaNode>) -> bool {
        let Some(node) = self.peek(arm) else { return true };
        if !self.choices(&node).is_empty() || matches!(node.additional, Additional::Schema(_)) {
            return false;
        }
        let (mut known, mut own) = (BTreeSet::new(), BTreeSet::new());
        self.outline(&common.origin, &mut known, &mut BTreeSet::new(), &mut Vec::new());
        self.outline(arm, &mut own, &mut BTreeSet::new(), &mut Vec::new());
        own.is_subset(&known)
    }

    /// A schema without its alternatives.
    fn common_part(&mut self, node: &SchemaNode) -> Rc<SchemaNode> {
        self.without_choices(node, &node.origin.child("allOf").child("common"), &mut vec![node.origin.clone()])
    }

    fn without_choices(&mut self, node: &SchemaNode, at: &Origin, way: &mut Vec<Origin>) -> Rc<SchemaNode> {
        let mut common = node.clone();
        for arms in [&mut common.one_of, &mut common.any_of] {
            // One alternative is no choice, but one more part.
            let only = self.speaking(arms);
            arms.clear();
            if only.len() == 1 {
                common.all_of.extend(only);
            }
        }
        common.discriminator = None;
        let mut parts = Vec::new();
        for (index, part) in common.all_of.iter().enumerate() {
            let Some(resolved) = self.resolve(part) else { continue };
            let Some(known) = self.schema(&resolved.origin) else { continue };
            if way.contains(&resolved.origin) || self.choices(&known).is_empty() {
                parts.push(part.clone());
                continue;
            }
            way.push(resolved.origin.clone());
            let stripped = self.without_choices(&known, &at.index(index), way);
            way.pop();
            parts.push(stripped.origin.clone());
        }
        common.all_of = parts;
        common.origin = at.clone();
        self.imply(common)
    }

    /// An alternative together with what stands beside the list that holds it.
    fn with_common(&mut self, owner: &SchemaNode, common: &Rc<SchemaNode>, arm: &Origin) -> Alternative {
        let listed = arm.clone();
        if self.is_complete(owner, common, arm) {
            return Alternative { meant: arm.clone(), listed };
        }
        let mut whole = SchemaNode::clone(common);
        whole.all_of.push(arm.clone());
        whole.origin = owner.origin.child("allOf").child(&self.document.reference_to(arm));
        whole.nullable = false;
        whole.default = None;
        whole.examples = Vec::new();
        whole.title = None;
        if let Some(node) = self.peek(arm) {
            whole.description = node.description.clone().or_else(|| owner.description.clone());
            whole.deprecated |= node.deprecated;
        }
        let of_owner = self.label(&owner.origin);
        let target = self.arm_target(arm);
        let words = |few| arm_words(self.document, arm, &target, few);
        let mut label = of_owner.inside(words(2), "alternative");
        if let Some(more) = words(6) {
            label = label.or(format!("{} {more}", of_owner.words()));
        }
        self.implied.insert(whole.origin.clone(), label);
        let meant = self.imply(whole).origin.clone();
        Alternative { meant, listed }
    }

    /// True when an alternative says already what stands beside the list: it includes the owner, as the children of a
    /// discriminated parent do, or declares and asks for the same members.
    fn is_complete(&mut self, owner: &SchemaNode, common: &Rc<SchemaNode>, arm: &Origin) -> bool {
        if self.includes(arm, &owner.origin, &mut Vec::new()) {
            return true;
        }
        let (mut known, mut asked) = (BTreeSet::new(), BTreeSet::new());
        self.outline(&common.origin, &mut known, &mut asked, &mut Vec::new());
        let (mut own, mut own_asked) = (BTreeSet::new(), BTreeSet::new());
        self.outline(arm, &mut own, &mut own_asked, &mut Vec::new());
        matches!(common.additional, Additional::Absent) && known.is_subset(&own) && asked.is_subset(&own_asked)
    }

    /// Whether a schema includes another one by `allOf`, at any depth.
    pub(super) fn includes(&mut self, at: &Origin, other: &Origin, way: &mut Vec<Origin>) -> bool {
        let Some(node) = self.peek(at) else { return false };
        if way.contains(&node.origin) {
            return false;
        }
        way.push(node.origin.clone());
        let parts: Vec<Origin> =
            node.all_of.iter().filter_map(|part| Some(self.resolve(part)?.origin.clone())).collect();
        parts.contains(other) || parts.iter().any(|part| self.includes(part, other, way))
    }

    /// The tests of alternatives by a member whose values tell them apart.
    fn constant_tests(&mut self, arms: &[Origin]) -> BTreeMap<Origin, Test> {
        let Some((key, values)) = self.constant_tags(arms) else { return BTreeMap::new() };
        arms.iter().cloned().zip(values).map(|(arm, values)| (arm, Test::Tag { key: key.clone(), values })).collect()
    }

    /// A member whose values tell the alternatives apart: each asks for it and lists other texts for it.
    pub(super) fn constant_tags(&mut self, arms: &[Origin]) -> Option<(String, Vec<Vec<String>>)> {
        let first = arms.first()?;
        let mut candidates: Vec<String> = self.constants(first).into_iter().map(|(key, _)| key).collect();
        candidates.sort();
        let all: Vec<Vec<(String, Vec<String>)>> = arms.iter().map(|arm| self.constants(arm)).collect();
        candidates.into_iter().find_map(|key| {
            let values: Option<Vec<Vec<String>>> =
                all.iter().map(|arm| Some(arm.iter().find(|(name, _)| *name == key)?.1.clone())).collect();
            let values = values?;
            let mut seen = BTreeSet::new();
            values.iter().flatten().all(|value| seen.insert(value.clone())).then_some((key, values))
        })
    }

    /// The members that a schema asks for and lists the texts of.
    fn constants(&mut self, arm: &Origin) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        let (mut members, mut required) = (BTreeSet::new(), BTreeSet::new());
        self.outline(arm, &mut members, &mut required, &mut Vec::new());
        let mut open = vec![arm.clone()];
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            let Some(node) = self.peek(&at) else { continue };
            if !seen.insert(node.origin.clone()) {
                continue;
            }
            open.extend(node.all_of.iter().cloned());
            for (name, member) in node.properties.iter().filter(|(name, _)| required.contains(name)) {
                let Some(member) = self.peek(member) else { continue };
                let texts: Option<Vec<String>> = member
                    .enum_values
                    .as_ref()
                    .and_then(|values| values.iter().map(|value| Some(value.as_str()?.to_owned())).collect());
                found.extend(texts.filter(|texts| !texts.is_empty()).map(|texts| (name.clone(), texts)));
            }
        }
        found
    }

    /// The schema of a member that alternatives of `owner` declare in different ways.
    pub(super) fn any_of(
        &mut self,
        owner: &Origin,
        wire: &str,
        like: &SchemaNode,
        declared: Vec<Origin>,
        nullable: bool,
    ) -> Origin {
        let of_owner = self.label(owner);
        let label = of_owner.inside(Some(wire.to_owned()), "member");
        let mut either = blank(like);
        either.description = like.description.clone();
        either.any_of = declared;
        either.nullable = nullable;
        either.origin = owner.child("anyOf").child("properties").child(wire);
        self.implied.insert(either.origin.clone(), label);
        self.imply(either).origin.clone()
    }

    /// Those of a list of alternatives that say something: not null, and more than which members must be there.
    pub(super) fn speaking(&mut self, listed: &[Origin]) -> Vec<Origin> {
        listed
            .iter()
            .filter(|arm| self.peek(arm).is_some_and(|node| !node.only_required() && !super::schema::is_null(&node)))
            .cloned()
            .collect()
    }

    /// The label of a schema, whether written or implied.
    pub(super) fn label(&self, origin: &Origin) -> Label {
        self.implied.get(origin).cloned().unwrap_or_else(|| label(self.document, origin))
    }

    /// Adds a schema that nobody wrote. It is found at its origin like any other.
    pub(super) fn imply(&mut self, node: SchemaNode) -> Rc<SchemaNode> {
        let origin = node.origin.clone();
        let node = Rc::new(node);
        let resolved = Resolved { origin: origin.clone(), through: None, siblings: Siblings::default() };
        self.resolved.insert(origin.clone(), Some(Rc::new(resolved)));
        self.nodes.insert(origin, Some(node.clone()));
        node
    }

    /// The shape of a composed schema.
    pub(super) fn composition(&mut self, node: &SchemaNode) -> Shape {
        match self.composed(node) {
            Composed::Union(alternatives, part) => {
                let listed: Vec<Origin> = alternatives.iter().map(|arm| arm.listed.clone()).collect();
                let mut tags = self.tags(&part, &listed);
                if tags.is_empty() {
                    tags = self.constant_tests(&listed);
                }
                self.union_of(node, &alternatives, &tags)
            }
            Composed::Flat(choices) => self.object(node, &choices),
            Composed::Common(reason) => {
                if let Some(reason) = reason {
                    self.reduced(&node.origin, reason);
                }
                self.object(node, &[])
            }
        }
    }
}

/// A schema that says nothing, made of another.
pub(super) fn blank(like: &SchemaNode) -> SchemaNode {
    let mut blank = like.clone();
    blank.types = Vec::new();
    blank.nullable = false;
    blank.format = None;
    blank.enum_values = None;
    blank.is_const = false;
    blank.properties = Vec::new();
    blank.pattern_properties = Vec::new();
    blank.property_names = None;
    blank.required = Vec::new();
    blank.additional = Additional::Absent;
    blank.items = None;
    blank.prefix_items = Vec::new();
    blank.all_of = Vec::new();
    blank.one_of = Vec::new();
    blank.any_of = Vec::new();
    blank.not = None;
    blank.discriminator = None;
    blank.minimum = None;
    blank.maximum = None;
    blank.multiple_of = None;
    blank.min_length = None;
    blank.max_length = None;
    blank.min_items = None;
    blank.max_items = None;
    blank.min_properties = None;
    blank.max_properties = None;
    blank.unique_items = false;
    blank.pattern = None;
    blank.default = None;
    blank.examples = Vec::new();
    blank.title = None;
    blank.description = None;
    blank.content_media_type = None;
    blank.content_encoding = None;
    blank
}
