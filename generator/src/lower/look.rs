//! What the values of an alternative look like.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diag::Origin;
use crate::document::{Additional, SchemaNode};
use crate::ir::{Elem, Prim, TypeRef};

use super::Lower;
use super::schema::Class;

/// More combinations of demanded members than these are not told apart.
const MOST: usize = 32;

/// The values of an alternative.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) kind: Kind,
    /// The members that must be there, as alternatives.
    pub(super) required: Vec<Vec<String>>,
    /// The members that have a declaration; absent where there are none, so that a value may have any.
    pub(super) known: Option<BTreeSet<String>>,
    /// Whether other members are kept as well.
    pub(super) open: bool,
    /// The members that are always there and have one of some listed values.
    pub(super) tags: BTreeMap<String, Vec<String>>,
    /// The members that have one of some listed values where they are there.
    pub(super) listed: BTreeMap<String, Vec<String>>,
}

/// What an alternative is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything.
    Any,
    /// One of several others.
    Union,
    /// A flag.
    Bool,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A text.
    Text,
    /// A text of a list.
    ListedText,
    /// A list.
    List,
    /// An object with members of any name.
    Map,
    /// An object.
    Object,
}

impl Kind {
    /// The word for it in a name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Any => "json",
            Self::Bool => "bool",
            Self::Integer | Self::Number => "number",
            Self::Text | Self::ListedText => "text",
            Self::List => "list",
            Self::Map => "map",
            Self::Object | Self::Union => "object",
        }
    }
}

impl Lower<'_> {
    /// What the values of the schema at `at` look like.
    pub(super) fn look(&mut self, at: &Origin) -> Look {
        self.look_inside(at, &mut Vec::new())
    }

    fn look_inside(&mut self, at: &Origin, way: &mut Vec<Origin>) -> Look {
        let mut look = Look {
            kind: Kind::Any,
            required: vec![Vec::new()],
            known: None,
            open: false,
            tags: BTreeMap::new(),
            listed: BTreeMap::new(),
        };
        let Some(node) = self.peek(at) else { return look };
        if way.contains(&node.origin) || way.len() > MOST {
            return look;
        }
        way.push(node.origin.clone());
        look.kind = match self.class(&node) {
            Class::Alias(other) => {
                let inner = self.look_inside(&other, way);
                // Demands beside the one schema hold as well.
                look.kind = inner.kind;
                if matches!(inner.kind, Kind::Object | Kind::Map) {
                    look.required = self.keys(&node);
                    look.known = inner.known;
                    look.open = inner.open;
                    look.tags = inner.tags;
                    look.listed = inner.listed;
                } else {
                    look = inner;
                }
                way.pop();
                return look;
            }
            Class::Scalar(Prim::Bool) => Kind::Bool,
            Class::Scalar(Prim::F32 | Prim::F64) => Kind::Number,
            Class::Scalar(Prim::Base64 | Prim::Base64Url | Prim::String | Prim::Timestamp) => Kind::Text,
            Class::Bytes => Kind::Text,
            Class::Scalar(Prim::I32 | Prim::I64 | Prim::U32 | Prim::U64) => Kind::Integer,
            Class::Any => Kind::Any,
            Class::List(_) | Class::Tuple(_) => Kind::List,
            Class::Map(_) => Kind::Map,
            Class::Named => match self.named_values(&node) {
                Some((Prim::String, _)) => Kind::ListedText,
                Some(_) => Kind::Integer,
                None if self.is_union(&node) => Kind::Union,
                None => Kind::Object,
            },
        };
        match look.kind {
            Kind::Union => self.look_at_union(&node, &mut look, way),
            Kind::Object | Kind::Map => {
                look.required = self.keys(&node);
                look.known = Some(BTreeSet::new());
                self.look_at_members(&node, &mut look, &mut Vec::new());
                if look.kind == Kind::Map {
                    look.known = None;
                }
                let required = &look.required;
                look.tags = look.listed.clone();
                look.tags.retain(|member, _| required.iter().all(|keys| keys.contains(member)));
            }
            _ => {}
        }
        way.pop();
        look
    }

    /// A union demands what one of its alternatives does, and has a tag where all of them do.
    fn look_at_union(&mut self, node: &SchemaNode, look: &mut Look, way: &mut Vec<Origin>) {
        let arms: Vec<Look> = self.arms(node).iter().map(|arm| self.look_inside(arm, way)).collect();
        let objects: Vec<&Look> = arms.iter().filter(|arm| arm.kind.has_members()).collect();
        if objects.is_empty() {
            return;
        }
        look.required = objects.iter().flat_map(|arm| arm.required.iter().cloned()).take(MOST).collect();
        look.known = objects.iter().map(|arm| arm.known.clone()).reduce(union).flatten();
        look.open = objects.iter().any(|arm| arm.open);
        if objects.len() == arms.len() {
            look.tags = of_all(&objects, |arm| &arm.tags);
            look.listed = of_all(&objects, |arm| &arm.listed);
        }
    }

    fn look_at_members(&mut self, node: &SchemaNode, look: &mut Look, way: &mut Vec<Origin>) {
        if way.contains(&node.origin) {
            return;
        }
        way.push(node.origin.clone());
        for part in &node.all_of {
            if let Some(part) = self.peek(part) {
                self.look_at_members(&part, look, way);
            }
        }
        for arm in self.arms(node) {
            if let Some(arm) = self.peek(&arm) {
                let mut inner = Look { listed: BTreeMap::new(), ..look.clone() };
                self.look_at_members(&arm, &mut inner, way);
                look.known = inner.known;
                look.open = inner.open;
            }
        }
        for (member, at) in &node.properties {
            if let Some(known) = &mut look.known {
                known.insert(member.clone());
            }
            let listed = self.peek(at).and_then(|member| texts(&member));
            match listed {
                Some(listed) => look.listed.insert(member.clone(), listed),
                None => None,
            };
        }
        if matches!(node.additional, Additional::Allowed | Additional::Schema(_)) || !node.pattern_properties.is_empty()
        {
            look.open = true;
        }
        way.pop();
    }

    /// The members that must be there, as alternatives. Each list is sorted, because `required` is a set (JSON Schema
    /// Validation 2020-12, section 6.5.3) and names are made from these.
    fn keys(&mut self, node: &SchemaNode) -> Vec<Vec<String>> {
        let mut keys = self.keys_inside(node, &mut Vec::new());
        keys.iter_mut().for_each(|keys| keys.sort_unstable());
        keys
    }

    fn keys_inside(&mut self, node: &SchemaNode, way: &mut Vec<Origin>) -> Vec<Vec<String>> {
        let mut keys = vec![node.required.clone()];
        if way.contains(&node.origin) {
            return keys;
        }
        way.push(node.origin.clone());
        for part in &node.all_of {
            let Some(part) = self.peek(part) else { continue };
            let more = self.keys_inside(&part, way);
            keys = product(&keys, &more);
        }
        let choices = if node.any_of.is_empty() { &node.one_of } else { &node.any_of };
        let choices: Vec<_> = choices.iter().filter_map(|choice| self.peek(choice)).collect();
        if !choices.is_empty() && choices.iter().all(|choice| choice.only_required()) {
            let more: Vec<Vec<String>> = choices.iter().flat_map(|choice| self.keys_inside(choice, way)).collect();
            keys = product(&keys, &more);
        }
        way.pop();
        keys
    }
}

impl Kind {
    /// True for what can only be an object.
    pub(super) fn has_members(self) -> bool {
        matches!(self, Self::Object | Self::Map | Self::Union)
    }
}

/// The listed values of the members that all alternatives list values for.
fn of_all<'l>(
    looks: &[&'l Look],
    values: impl Fn(&'l Look) -> &'l BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    let Some((first, others)) = looks.split_first() else { return BTreeMap::new() };
    let all = values(first).iter().filter_map(|(member, own)| {
        let more: Option<Vec<&Vec<String>>> = others.iter().map(|look| values(look).get(member)).collect();
        Some((member.clone(), own.iter().chain(more?.into_iter().flatten()).cloned().collect()))
    });
    all.collect()
}

/// The type that holds the values of both, where one of them can or a plain one does.
pub(super) fn joined(left: (&Elem, &Look), right: (&Elem, &Look)) -> Option<TypeRef> {
    let (a, b) = (&left.0.ty, &right.0.ty);
    if a == b {
        return Some(a.clone());
    }
    match (a, b) {
        (TypeRef::Prim(a), TypeRef::Prim(b)) => joined_prims(*a, *b).map(TypeRef::Prim),
        // Where a file can be sent, so can the bytes of a text; anywhere else both are texts.
        (TypeRef::Bytes, TypeRef::Prim(prim)) | (TypeRef::Prim(prim), TypeRef::Bytes) if is_text(*prim) => {
            Some(TypeRef::Bytes)
        }
        // A list of texts is open.
        (TypeRef::Named(_), TypeRef::Prim(prim)) if left.1.kind == Kind::ListedText && is_text(*prim) => {
            Some(a.clone())
        }
        (TypeRef::Prim(prim), TypeRef::Named(_)) if right.1.kind == Kind::ListedText && is_text(*prim) => {
            Some(b.clone())
        }
        _ => None,
    }
}

/// The scalar that holds the values of both.
pub(super) fn joined_prims(a: Prim, b: Prim) -> Option<Prim> {
    let float = |prim| matches!(prim, Prim::F32 | Prim::F64);
    let unsigned = |prim| matches!(prim, Prim::U32 | Prim::U64);
    match (a, b) {
        (Prim::Bool, _) | (_, Prim::Bool) => None,
        (a, b) if is_text(a) && is_text(b) => Some(Prim::String),
        (a, b) if is_text(a) || is_text(b) => None,
        (a, b) if float(a) || float(b) => Some(Prim::F64),
        (a, b) if unsigned(a) && unsigned(b) => Some(Prim::U64),
        _ => Some(Prim::I64),
    }
}

fn is_text(prim: Prim) -> bool {
    prim.is_text()
}

/// What two alternatives of one Rust type look like together.
pub(super) fn together(left: Look, right: Look) -> Look {
    let (tags, listed) = (of_both(left.tags, &right.tags), of_both(left.listed, &right.listed));
    let kind = match (left.kind, right.kind) {
        (a, b) if a == b => a,
        (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => Kind::Number,
        (Kind::Text | Kind::ListedText, Kind::Text | Kind::ListedText) => Kind::ListedText,
        _ => Kind::Any,
    };
    let mut required = left.required;
    let new: Vec<Vec<String>> = right.required.into_iter().filter(|keys| !required.contains(keys)).collect();
    required.extend(new);
    Look { kind, required, known: union(left.known, right.known), open: left.open || right.open, tags, listed }
}

/// The values of the members that both list values for, each value once.
fn of_both(
    left: BTreeMap<String, Vec<String>>,
    right: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    let mut both = left;
    both.retain(|member, values| {
        let more = right.get(member);
        let new: Vec<String> = more.into_iter().flatten().filter(|value| !values.contains(value)).cloned().collect();
        values.extend(new);
        more.is_some()
    });
    both
}

fn union(left: Option<BTreeSet<String>>, right: Option<BTreeSet<String>>) -> Option<BTreeSet<String>> {
    Some(left?.into_iter().chain(right?).collect())
}

/// Every combination of two lists of alternatives.
fn product(left: &[Vec<String>], right: &[Vec<String>]) -> Vec<Vec<String>> {
    if left.len() * right.len() > MOST {
        return left.to_vec();
    }
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

/// The listed values of a scalar, as texts.
fn texts(node: &SchemaNode) -> Option<Vec<String>> {
    let values = node.enum_values.as_ref().filter(|values| !values.is_empty() && !node.nullable)?;
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    values.iter().map(text).collect()
}
