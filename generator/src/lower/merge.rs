//! Several schemas that hold at once: the parts of `allOf` that are scalars, and the declarations of one member by
//! several parts. What holds is the narrower of the two, with the words of the later one.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use serde_json::{Number, Value};

use crate::diag::{Code, Origin};
use crate::document::{Additional, Bound, JsonType, SchemaNode};

use super::Lower;
use super::compose::blank;
use super::label::Label;

/// How many schemas of nothing but `allOf` of one other are looked through.
const DEEPEST: usize = 16;

/// What a schema is, as far as putting two of them together goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It says words, bounds or demands, but no type.
    Any,
    Scalar,
    List,
    /// `type: object` without a member.
    AnyObject,
    /// Members, values of a map, alternatives or parts.
    Object,
}

/// The objects that were put together of several, so that two recursive schemas come to one recursive schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Meets {
    /// The schemas that such an object is made of.
    parts: HashMap<Origin, BTreeSet<Origin>>,
    /// Which object is made of these, in the outermost object that was put together.
    known: HashMap<(Origin, BTreeSet<Origin>), Origin>,
}

impl Meets {
    /// The object that is made of these parts where `at` stands, or `None` where it is new. It is known from then on.
    fn find(&mut self, at: &Origin, parts: BTreeSet<Origin>) -> Option<Origin> {
        let holders = std::iter::successors(at.parent(), Origin::parent);
        let outermost = holders.filter(|holder| self.parts.contains_key(holder)).last();
        let key = (outermost.unwrap_or_else(|| at.clone()), parts);
        if let Some(known) = self.known.get(&key) {
            return Some(known.clone());
        }
        self.parts.insert(at.clone(), key.1.clone());
        self.known.insert(key, at.clone());
        None
    }
}

impl Lower<'_> {
    /// The schema of a member that two parts of `owner` declare.
    pub(super) fn meet(&mut self, owner: &Origin, wire: &str, before: &Origin, after: &Origin) -> Origin {
        let of_owner = self.label(owner);
        let label = of_owner.inside(Some(wire.to_owned()), "member");
        let mut at = owner.child("allOf").child("properties").child(wire);
        while self.nodes.contains_key(&at) {
            // A third part declares the member too.
            at = at.child("allOf");
        }
        self.meet_at(at, label, wire, before, after)
    }

    fn meet_at(&mut self, at: Origin, label: Label, wire: &str, before: &Origin, after: &Origin) -> Origin {
        let (Some(a), Some(b)) = (self.annotated(before), self.annotated(after)) else { return after.clone() };
        let mut met = described(&a, &b);
        let narrower = match (self.kind(&a), self.kind(&b)) {
            _ if a.origin == b.origin => Some(after),
            (Kind::Any, Kind::Any) => None,
            (Kind::Any, Kind::Scalar) | (Kind::Scalar, Kind::Any | Kind::Scalar) => match flat(&a, &b) {
                // A type of its own is kept where it says all that holds, or all but bounds.
                Some(flat) if same_facts(&flat, &b) => Some(after),
                Some(flat) if same_facts(&flat, &a) => Some(before),
                Some(flat) if same_type(&flat, &b) && self.is_named(after) => {
                    bounds(&mut met, &a, &b);
                    met.all_of = vec![after.clone()];
                    None
                }
                Some(flat) if same_type(&flat, &a) && self.is_named(before) => {
                    bounds(&mut met, &a, &b);
                    met.all_of = vec![before.clone()];
                    None
                }
                Some(flat) => {
                    met = flat;
                    None
                }
                None => return self.disagree(wire, before, after),
            },
            (Kind::Any | Kind::AnyObject, _) if !matches!(self.kind(&b), Kind::Scalar | Kind::List) => Some(after),
            (Kind::Any, _) => Some(after),
            (_, Kind::Any) => Some(before),
            (Kind::Object, Kind::AnyObject) => Some(before),
            (Kind::Object, Kind::Object) if self.includes(before, &b.origin, &mut Vec::new()) => Some(before),
            (Kind::Object, Kind::Object) if self.includes(after, &a.origin, &mut Vec::new()) => Some(after),
            (Kind::Object, Kind::Object) => {
                let mut parts = self.met_parts(&a.origin);
                parts.extend(self.met_parts(&b.origin));
                if let Some(known) = self.meets.find(&at, parts) {
                    // Recursive schemas: this member holds what it stands in.
                    return known;
                }
                met.all_of = vec![before.clone(), after.clone()];
                None
            }
            (Kind::List, Kind::List) => match (&a.items, &b.items) {
                (Some(one), Some(other)) => {
                    let inner = label.inside(Some("item".to_owned()), "member");
                    let items = self.meet_at(at.child("items"), inner, wire, one, other);
                    bounds(&mut met, &a, &b);
                    met.types = vec![JsonType::Array];
                    met.items = Some(items);
                    None
                }
                (Some(_), None) => Some(before),
                (None, _) => Some(after),
            },
            _ => return self.disagree(wire, before, after),
        };
        if let Some(narrower) = narrower {
            if narrower == after
                && a.description.is_none()
                && !a.nullable
                && !a.read_only
                && !a.write_only
                && a.default.is_none()
            {
                return after.clone();
            }
            met.all_of = vec![narrower.clone()];
        }
        met.nullable = a.nullable && b.nullable;
        met.origin = at.clone();
        self.implied.insert(at.clone(), label);
        self.imply(met);
        at
    }

    /// What a schema was put together of, or the schema itself.
    fn met_parts(&self, at: &Origin) -> BTreeSet<Origin> {
        self.meets.parts.get(at).cloned().unwrap_or_else(|| BTreeSet::from([at.clone()]))
    }

    /// Two parts of `allOf` that contradict each other: the later one is generated.
    fn disagree(&mut self, wire: &str, before: &Origin, after: &Origin) -> Origin {
        let (Some(a), Some(b)) = (self.peek(before), self.peek(after)) else { return after.clone() };
        // What has no type of its own may agree in a way that is not looked into.
        if !a.types.is_empty() && !b.types.is_empty() {
            let what = if a.types == b.types { "other values" } else { "another type" };
            self.diagnostics
                .add(Code::Conflict, after, format!("`{wire}` is declared with {what} by another part of `allOf`"))
                .related(before.clone(), "the other declaration");
        }
        after.clone()
    }

    /// The schema that `allOf` of scalars comes to; nothing where a part is no scalar, or where it is one schema alone.
    pub(super) fn scalar_of_all(&mut self, node: &SchemaNode) -> Option<SchemaNode> {
        if !node.properties.is_empty() || !node.one_of.is_empty() || !node.any_of.is_empty() {
            return None;
        }
        let mut own = node.clone();
        own.all_of = Vec::new();
        let mut parts = Vec::new();
        for part in &node.all_of {
            let known = self.annotated(part)?;
            match self.kind(&known) {
                Kind::Scalar => parts.push((part.clone(), known)),
                Kind::Any if known.required.is_empty() && known.all_of.is_empty() => parts.push((part.clone(), known)),
                _ => return None,
            }
        }
        let scalars = parts.iter().filter(|(_, part)| self.kind(part) == Kind::Scalar).count();
        if scalars == 0 && self.kind(&own) != Kind::Scalar {
            return None;
        }
        let mut whole = parts.first()?.1.clone();
        for (part, known) in parts.iter().skip(1) {
            match flat(&whole, known) {
                Some(flat) => whole = flat,
                None => {
                    self.diagnostics
                        .add(Code::Conflict, part, "the parts of `allOf` have no value in common")
                        .help("correct the types or the values; the first part is generated");
                }
            }
        }
        whole = flat(&whole, &own).unwrap_or(whole);
        // A part with a name stays the type itself where the others only bound its values: they are checked beside it.
        let named = parts.iter().find(|(part, known)| same_type(&whole, known) && self.is_named(part));
        if let Some((part, _)) = named {
            own.all_of = vec![part.clone()];
            bounds(&mut own, &whole, &blank(&whole));
            return (parts.len() > 1).then_some(own);
        }
        whole.nullable = (parts.iter().all(|(_, part)| part.nullable) && own.types.is_empty()) || own.nullable;
        whole.origin = node.origin.clone();
        Some(whole)
    }

    fn is_named(&mut self, at: &Origin) -> bool {
        self.resolve(at).is_some_and(|target| self.document.component(&target.origin).is_some())
    }

    /// The node of a schema with what stands beside its reference, and through `allOf` of one schema.
    fn annotated(&mut self, at: &Origin) -> Option<SchemaNode> {
        let mut node = self.with_siblings(at)?;
        for _ in 0..DEEPEST {
            let [only] = node.all_of.as_slice() else { break };
            let bare = node.types.is_empty() && node.properties.is_empty() && node.required.is_empty();
            if !bare || !node.one_of.is_empty() || !node.any_of.is_empty() || node.enum_values.is_some() {
                break;
            }
            let Some(mut inner) = self.with_siblings(&only.clone()) else { break };
            let plain = inner.clone();
            annotate(&mut inner, &plain, &node);
            inner.nullable = node.nullable || plain.nullable;
            node = inner;
        }
        Some(node)
    }

    fn with_siblings(&mut self, at: &Origin) -> Option<SchemaNode> {
        let resolved = self.resolve(at)?;
        let mut node = SchemaNode::clone(&*self.schema(&resolved.origin)?);
        let beside = &resolved.siblings;
        node.description = beside.description.clone().or(node.description);
        node.default = beside.default.clone().or(node.default);
        if let Some(example) = &beside.example {
            node.examples.insert(0, example.clone());
        }
        node.nullable |= beside.nullable.unwrap_or(false);
        node.read_only = beside.read_only.unwrap_or(node.read_only);
        node.write_only = beside.write_only.unwrap_or(node.write_only);
        node.deprecated = beside.deprecated.unwrap_or(node.deprecated);
        Some(node)
    }

    fn kind(&mut self, node: &SchemaNode) -> Kind {
        let parts = !node.all_of.is_empty() || !node.one_of.is_empty() || !node.any_of.is_empty();
        let members = !node.properties.is_empty()
            || !node.pattern_properties.is_empty()
            || matches!(node.additional, Additional::Schema(_));
        match node.types.as_slice() {
            _ if node.only_required() => Kind::Any,
            _ if parts || members => Kind::Object,
            [] if node.items.is_some() => Kind::List,
            [] if node.enum_values.is_some() => Kind::Scalar,
            [] => Kind::Any,
            [JsonType::Array] => Kind::List,
            [JsonType::Object] => Kind::AnyObject,
            _ => Kind::Scalar,
        }
    }
}

/// The words about two schemas that hold at once: those of the later one, where it has some.
fn described(a: &SchemaNode, b: &SchemaNode) -> SchemaNode {
    let mut met = blank(b);
    annotate(&mut met, a, b);
    met
}

fn annotate(met: &mut SchemaNode, a: &SchemaNode, b: &SchemaNode) {
    met.title = b.title.clone().or_else(|| a.title.clone());
    met.description = b.description.clone().or_else(|| a.description.clone());
    met.default = b.default.clone().or_else(|| a.default.clone());
    met.examples = if b.examples.is_empty() { a.examples.clone() } else { b.examples.clone() };
    met.deprecated = a.deprecated || b.deprecated;
    met.read_only = a.read_only || b.read_only;
    met.write_only = a.write_only || b.write_only;
    met.nullable = a.nullable && b.nullable;
}

/// Two scalars in one: the narrower type, the values that both list, the tighter bounds. Nothing where no value can be
/// both.
fn flat(a: &SchemaNode, b: &SchemaNode) -> Option<SchemaNode> {
    let mut met = b.clone();
    annotate(&mut met, a, b);
    met.types = match (a.types.as_slice(), b.types.as_slice()) {
        ([], types) | (types, []) => types.to_vec(),
        (one, other) => {
            let mut both: Vec<JsonType> = one.iter().filter(|ty| other.contains(ty)).copied().collect();
            let whole = |some: &[JsonType], more: &[JsonType]| {
                some.contains(&JsonType::Integer) && more.contains(&JsonType::Number)
            };
            if !both.contains(&JsonType::Integer) && (whole(one, other) || whole(other, one)) {
                both.retain(|ty| *ty != JsonType::Number);
                both.push(JsonType::Integer);
            }
            if both.is_empty() {
                return None;
            }
            both
        }
    };
    met.format = b.format.clone().or_else(|| a.format.clone());
    met.enum_values = match (&a.enum_values, &b.enum_values) {
        (Some(one), Some(other)) => {
            let both: Vec<Value> = one.iter().filter(|value| other.contains(value)).cloned().collect();
            if both.is_empty() {
                return None;
            }
            Some(both)
        }
        (one, other) => other.clone().or_else(|| one.clone()),
    };
    met.is_const = (a.is_const || b.is_const) && met.enum_values.as_ref().is_some_and(|values| values.len() == 1);
    bounds(&mut met, a, b);
    Some(met)
}

/// The tighter one of every bound.
fn bounds(met: &mut SchemaNode, a: &SchemaNode, b: &SchemaNode) {
    met.minimum = tighter(&a.minimum, &b.minimum, Ordering::Greater);
    met.maximum = tighter(&a.maximum, &b.maximum, Ordering::Less);
    met.multiple_of = b.multiple_of.clone().or_else(|| a.multiple_of.clone());
    met.min_length = a.min_length.max(b.min_length);
    met.max_length = least(a.max_length, b.max_length);
    met.min_items = a.min_items.max(b.min_items);
    met.max_items = least(a.max_items, b.max_items);
    met.unique_items = a.unique_items || b.unique_items;
    // Both patterns hold; one of them can be checked.
    met.pattern = b.pattern.clone().or_else(|| a.pattern.clone());
    met.content_media_type = b.content_media_type.clone().or_else(|| a.content_media_type.clone());
    met.content_encoding = b.content_encoding.clone().or_else(|| a.content_encoding.clone());
}

fn least(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn tighter(a: &Option<Bound>, b: &Option<Bound>, wanted: Ordering) -> Option<Bound> {
    match (a, b) {
        (Some(a), Some(b)) => match compare(&a.value, &b.value) {
            Ordering::Equal => Some(if a.exclusive { a.clone() } else { b.clone() }),
            order if order == wanted => Some(a.clone()),
            _ => Some(b.clone()),
        },
        (a, b) => a.clone().or_else(|| b.clone()),
    }
}

/// Compares two numbers, exactly where both are whole.
fn compare(left: &Number, right: &Number) -> Ordering {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// True when two scalars allow the same values, as far as their keywords tell.
fn same_facts(a: &SchemaNode, b: &SchemaNode) -> bool {
    // The values of an enum say more than its bounds.
    let bounded = a.enum_values.is_some()
        || (a.minimum == b.minimum
            && a.maximum == b.maximum
            && a.multiple_of == b.multiple_of
            && a.min_length == b.min_length
            && a.max_length == b.max_length
            && a.pattern == b.pattern);
    bounded && same_type(a, b)
}

/// True when two scalars differ in nothing but bounds.
fn same_type(a: &SchemaNode, b: &SchemaNode) -> bool {
    let values = match (&a.enum_values, &b.enum_values) {
        (Some(one), Some(other)) => one.len() == other.len() && one.iter().all(|value| other.contains(value)),
        (None, None) => true,
        _ => false,
    };
    values && a.types == b.types && a.format == b.format
}
