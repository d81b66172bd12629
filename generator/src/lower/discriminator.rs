//! Discriminators: which value selects which alternative, and the families of schemas that one of them tells apart.
//!
//! A family is a schema with a discriminator and no alternatives of its own: its alternatives are the component schemas
//! that include it by `allOf` (OpenAPI 3.0.3 and 3.1, Discriminator Object), and those that its mapping names. Where such
//! a schema is used, a value may be of any of them; where it is included, it stands for its own members.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostics, Origin};
use crate::document::{Discriminator, SchemaNode};
use crate::ir::{Shape, Test};

use super::Lower;
use super::union::Alternative;

/// The families of a document.
#[derive(Debug, Default)]
pub(super) struct Families {
    /// By the schema with the discriminator: those that include it, and those that its mapping names.
    children: BTreeMap<Origin, Vec<Origin>>,
    /// The schemas that include the head of a family by `allOf`.
    heirs: BTreeSet<Origin>,
}

impl Lower<'_> {
    /// Finds the families, in the order of the names of the components.
    pub(super) fn find_families(&mut self) {
        let components: Vec<Origin> =
            self.document.component_schemas().iter().map(|(_, origin)| origin.clone()).collect();
        let mut known = BTreeSet::new();
        let mut heads = BTreeSet::new();
        for origin in &components {
            let Some(resolved) = self.resolve(origin) else { continue };
            if !known.insert(resolved.origin.clone()) {
                continue;
            }
            let Some(node) = self.schema(&resolved.origin) else { continue };
            if self.is_head(&node) {
                heads.insert(node.origin.clone());
            }
            for above in self.ancestors(&resolved.origin) {
                if self.schema(&above).is_some_and(|node| self.is_head(&node)) {
                    self.families.children.entry(above).or_default().push(resolved.origin.clone());
                    self.families.heirs.insert(resolved.origin.clone());
                }
            }
        }
        for head in heads {
            let Some(node) = self.schema(&head) else { continue };
            let Some(discriminator) = &node.discriminator else { continue };
            let targets: Vec<&str> = discriminator
                .mapping
                .iter()
                .map(|(_, target)| target.as_str())
                .chain(discriminator.default_mapping.as_deref())
                .collect();
            for target in targets {
                // What leads nowhere is reported where the mapping is used.
                let mut unused = Diagnostics::default();
                let at = &discriminator.origin;
                let Some(found) = self.document.mapping_target(target, at, &mut unused) else { continue };
                let Some(found) = self.document.resolve(&found, &mut unused).map(|found| found.origin) else {
                    continue;
                };
                let known = self.families.children.get(&head).is_some_and(|children| children.contains(&found));
                if found != head && !known && self.is_object_like(&found) {
                    self.families.children.entry(head.clone()).or_default().push(found);
                }
            }
        }
    }

    fn is_head(&mut self, node: &SchemaNode) -> bool {
        node.discriminator.as_ref().is_some_and(|found| !found.property.contains('/')) && self.choices(node).is_empty()
    }

    /// The schemas that a schema includes by `allOf`, at any depth, without itself.
    fn ancestors(&mut self, at: &Origin) -> Vec<Origin> {
        let mut found: Vec<Origin> = Vec::new();
        let mut open = vec![at.clone()];
        while let Some(next) = open.pop() {
            let Some(node) = self.schema(&next) else { continue };
            for part in &node.all_of {
                let Some(resolved) = self.resolve(part) else { continue };
                if resolved.origin != *at && !found.contains(&resolved.origin) {
                    found.push(resolved.origin.clone());
                    open.push(resolved.origin.clone());
                }
            }
        }
        found
    }

    /// True for a schema whose values may be of any of its children.
    pub(super) fn is_family(&self, origin: &Origin) -> bool {
        self.families.children.contains_key(origin)
    }

    /// True for the head of a family and for its heirs: neither is another name of what it includes.
    pub(super) fn is_related(&self, origin: &Origin) -> bool {
        self.is_family(origin) || self.families.heirs.contains(origin)
    }

    /// The union of a family: its children, and the members of its head where a value may be no child.
    pub(super) fn family(&mut self, node: &SchemaNode) -> Shape {
        let Some(discriminator) = node.discriminator.clone() else { return self.object(node, &[]) };
        let children = self.families.children.get(&node.origin).cloned().unwrap_or_default();
        let mut arms: Vec<Alternative> = Vec::new();
        for child in &children {
            let within = children
                .iter()
                .any(|other| other != child && self.is_family(other) && self.families.children[other].contains(child));
            // The arm of a child that is a family holds its children.
            if !within {
                arms.push(Alternative { listed: child.clone(), meant: child.clone() });
            }
        }
        let mut listed: Vec<Origin> = arms.iter().map(|arm| arm.listed.clone()).collect();
        if self.has_own_values(node, &discriminator) {
            let own = self.own_part(node);
            arms.push(Alternative { listed: node.origin.clone(), meant: own });
            listed.push(node.origin.clone());
        }
        let tags = self.tags(node, &listed);
        self.union_of(node, &arms, &tags)
    }

    /// Whether a value of a family may be of its head alone: where the mapping says so, or where nothing forbids its name
    /// as the value of the discriminator.
    fn has_own_values(&mut self, node: &SchemaNode, discriminator: &Discriminator) -> bool {
        let targets: Vec<Option<Origin>> =
            discriminator.mapping.iter().map(|(_, target)| self.mapped(target, discriminator)).collect();
        if !targets.is_empty() {
            return targets.iter().flatten().any(|target| *target == node.origin);
        }
        let Some(name) = self.document.component(&node.origin).map(|name| name.into_owned()) else { return false };
        let member = node.properties.iter().find(|(wire, _)| *wire == discriminator.property);
        let values = member.and_then(|(_, member)| self.peek(member)?.enum_values.clone());
        values.is_none_or(|values| values.iter().any(|value| value.as_str() == Some(name.as_str())))
    }

    /// The head of a family as an object of its own members.
    fn own_part(&mut self, node: &SchemaNode) -> Origin {
        let mut own = node.clone();
        own.discriminator = None;
        own.origin = node.origin.child("discriminator").child("base");
        let of_node = self.label(&node.origin);
        let label = of_node.inside(Some("base".to_owned()), "type");
        self.implied.insert(own.origin.clone(), label);
        self.imply(own).origin.clone()
    }

    /// The discriminator that alternatives have in common because each includes the head of one family.
    pub(super) fn inherited_discriminator(&mut self, arms: &[Origin]) -> Option<Discriminator> {
        let mut shared: Option<Vec<Origin>> = None;
        for arm in arms {
            let target = self.arm_target(arm);
            let heads: Vec<Origin> =
                self.ancestors(&target).into_iter().filter(|above| self.is_family(above)).collect();
            shared = Some(match shared {
                Some(known) => known.into_iter().filter(|head| heads.contains(head)).collect(),
                None => heads,
            });
        }
        let head = shared?.into_iter().next()?;
        self.schema(&head)?.discriminator.clone()
    }

    /// The test of every alternative that a discriminator selects.
    pub(super) fn tags(&mut self, node: &SchemaNode, arms: &[Origin]) -> BTreeMap<Origin, Test> {
        let mut tags = BTreeMap::new();
        let inherited = if node.discriminator.is_none() { self.inherited_discriminator(arms) } else { None };
        let own = inherited.is_none();
        let Some(discriminator) = inherited.or_else(|| node.discriminator.clone()) else { return tags };
        if discriminator.property.contains('/') {
            self.diagnostics
                .add(
                    Code::Discriminator,
                    &discriminator.origin,
                    "a discriminator names a member of the object itself, not a path",
                )
                .help("the alternatives are told apart by their members instead");
            return tags;
        }
        let mut mapping: BTreeMap<Origin, Vec<String>> = BTreeMap::new();
        for (value, target) in &discriminator.mapping {
            // What leads nowhere has been reported.
            let Some(found) = self.mapped(target, &discriminator) else { continue };
            mapping.entry(found).or_default().push(value.clone());
        }
        let mut used = BTreeSet::new();
        for arm in arms {
            let target = self.arm_target(arm);
            let mut values = Vec::new();
            self.values_of(&target, &discriminator.property, &mapping, &mut values, &mut used);
            if !values.is_empty() {
                values.sort();
                values.dedup();
                tags.insert(arm.clone(), Test::Tag { key: discriminator.property.clone(), values });
            }
        }
        for (value, target) in discriminator.mapping.iter().filter(|_| own) {
            if self.mapped(target, &discriminator).is_some_and(|found| !used.contains(&found)) {
                let at = discriminator.origin.child("mapping").child(value);
                let message = format!("the mapping of `{value}` leads to none of the alternatives");
                self.diagnostics.add(Code::Discriminator, &at, message);
            }
        }
        self.default_tag(&discriminator, arms, &mut tags);
        tags
    }

    /// The alternative of `defaultMapping` takes what no other does (OpenAPI 3.2, Discriminator Object). It is tried rather
    /// than chosen, so that a value of a later version that does not fit it is kept as it came.
    fn default_tag(&mut self, discriminator: &Discriminator, arms: &[Origin], tags: &mut BTreeMap<Origin, Test>) {
        let Some(text) = &discriminator.default_mapping else { return };
        let Some(target) = self.mapped(text, discriminator) else { return };
        match arms.iter().find(|arm| self.arm_target(arm) == target) {
            Some(arm) => {
                tags.insert(arm.clone(), Test::Try);
            }
            None => {
                let at = discriminator.origin.child("defaultMapping");
                let message = format!("`defaultMapping` leads to `{text}`, which is none of the alternatives");
                self.diagnostics.add(Code::Discriminator, &at, message);
            }
        }
    }

    /// The values that select a schema: those that the mapping gives it, or its name (OpenAPI 3.0.3, Discriminator Object).
    /// A schema that is itself one of several is also selected by the values of its own alternatives.
    fn values_of(
        &mut self,
        target: &Origin,
        property: &str,
        mapping: &BTreeMap<Origin, Vec<String>>,
        values: &mut Vec<String>,
        used: &mut BTreeSet<Origin>,
    ) {
        if !used.insert(target.clone()) {
            return;
        }
        match mapping.get(target) {
            Some(mapped) => values.extend(mapped.iter().cloned()),
            None => values.extend(self.document.component(target).map(|name| name.into_owned())),
        }
        let Some(node) = self.schema(target) else { return };
        let mut inner = self.families.children.get(target).cloned().unwrap_or_default();
        for choice in self.choices(&node) {
            for arm in &choice.arms {
                let arm = self.arm_target(arm);
                inner.push(arm);
            }
        }
        if inner.is_empty() {
            return;
        }
        let mut all = mapping.clone();
        if let Some(own) = node.discriminator.as_ref().filter(|own| own.property == property) {
            for (value, target) in &own.mapping {
                if let Some(found) = self.mapped(target, own) {
                    all.entry(found).or_default().push(value.clone());
                }
            }
        }
        for target in inner {
            self.values_of(&target, property, &all, values, used);
        }
    }

    /// The schema that an entry of a mapping means, through references.
    fn mapped(&mut self, target: &str, discriminator: &Discriminator) -> Option<Origin> {
        let found = self.document.mapping_target(target, &discriminator.origin, self.diagnostics)?;
        Some(self.resolve(&found)?.origin.clone())
    }
}
