//! Schemas: what stands for a schema where it is used, and what a named one is made of.

use std::rc::Rc;

use crate::config::Table;
use crate::diag::Origin;
use crate::document::{Additional, Bound, JsonType, Resolved, SchemaNode};
use crate::ir::{Elem, Prim, Shape, TypeRef};

use super::Lower;
use super::parts::is_binary;
use super::scalars::{base64, format_of};

/// Longer tuples have no `Default` and no `Debug`.
const LONGEST_TUPLE: usize = 12;

/// How a schema appears in Rust.
pub(super) enum Class {
    /// The same as another schema.
    Alias(Origin),
    /// A scalar.
    Scalar(Prim),
    /// Raw bytes.
    Bytes,
    /// Any JSON value.
    Any,
    /// A list of the values of these schemas; without any, of all values.
    List(Vec<Origin>),
    /// A list with a schema for each place.
    Tuple(Vec<Origin>),
    /// A map of the values of these schemas; without any, of all values.
    Map(Vec<Origin>),
    /// A type of its own.
    Named,
}

impl Lower<'_> {
    /// Defines every reserved type; defining one may reserve others.
    pub(super) fn define(&mut self) {
        while let Some((id, origin)) = self.table.next() {
            let Some(node) = self.schema(&origin) else { continue };
            let shape = self.shape(&node);
            let docs = node.description.clone().or_else(|| node.title.clone()).unwrap_or_default();
            self.table.set(id, docs, node.deprecated, shape);
        }
    }

    /// What stands for the schema at `at`, wherever it is used.
    pub(super) fn elem(&mut self, at: &Origin) -> Elem {
        self.value(at, &mut Vec::new())
    }

    /// Any JSON value may be null already: then nothing is said twice.
    fn value(&mut self, at: &Origin, way: &mut Vec<Origin>) -> Elem {
        let elem = self.follow(at, way);
        Elem { nullable: elem.nullable && elem.ty != TypeRef::Json, ty: elem.ty }
    }

    /// The type of a content, which is any JSON where the document does not say.
    pub(super) fn content_type(&mut self, schema: Option<&Origin>) -> TypeRef {
        schema.map_or(TypeRef::Json, |schema| self.elem(schema).ty)
    }

    fn follow(&mut self, at: &Origin, way: &mut Vec<Origin>) -> Elem {
        let any = |nullable| Elem { ty: TypeRef::Json, nullable };
        let Some(resolved) = self.resolve(at) else { return any(false) };
        let nullable = resolved.siblings.nullable.unwrap_or(false);
        let origin = resolved.origin.clone();
        let name = self.document.component(&origin);
        let component = name.is_some();
        let Some(node) = self.schema(&origin) else { return any(nullable) };
        let nullable = nullable || node.nullable || self.has_null_arm(&node);
        if let Some((path, name)) = name.and_then(|name| Some((self.replaced_type(&name)?, name.into_owned())))
            && let Some(path) = self.external(Table::TypesReplace, &name, path, &origin)
        {
            return Elem { ty: TypeRef::External(path.to_owned()), nullable };
        }
        if let Some(id) = self.table.get(&origin) {
            return Elem { ty: TypeRef::Named(id), nullable };
        }
        if way.contains(&origin) {
            // A list of itself and the like: only a type of its own can say that.
            return Elem { ty: TypeRef::Named(self.reserve(&origin, false)), nullable };
        }
        way.push(origin.clone());
        let ty = match self.class(&node) {
            Class::Alias(other) => {
                let elem = self.follow(&other, way);
                way.pop();
                return Elem { nullable: nullable || elem.nullable, ..elem };
            }
            Class::Scalar(_) if component => TypeRef::Named(self.reserve(&origin, true)),
            Class::Scalar(prim) => self.scalar_ref(&node, prim),
            Class::Bytes => TypeRef::Bytes,
            Class::Any => TypeRef::Json,
            Class::List(items) => TypeRef::List(Box::new(self.content(&node, &items, way))),
            Class::Tuple(places) => TypeRef::Tuple(places.iter().map(|place| self.value(place, way)).collect()),
            Class::Map(values) => TypeRef::Map(Box::new(self.content(&node, &values, way))),
            Class::Named => TypeRef::Named(self.reserve(&origin, false)),
        };
        way.pop();
        // Somewhere below, the schema may have been found to contain itself.
        match self.table.get(&origin) {
            Some(id) => Elem { ty: TypeRef::Named(id), nullable },
            None => Elem { ty, nullable },
        }
    }

    /// What a list or a map holds: the values of all these schemas, where one type holds them.
    fn content(&mut self, node: &SchemaNode, all: &[Origin], way: &mut Vec<Origin>) -> Elem {
        let elems: Vec<Elem> = all.iter().map(|at| self.value(at, way)).collect();
        self.shared(&node.origin, elems)
    }

    /// The type that all of these are of, or any JSON.
    pub(super) fn shared(&mut self, at: &Origin, elems: Vec<Elem>) -> Elem {
        let nullable = elems.iter().any(|elem| elem.nullable);
        let mut types = elems.into_iter().map(|elem| elem.ty);
        let Some(first) = types.next() else { return Elem { ty: TypeRef::Json, nullable: false } };
        let rest: Vec<TypeRef> = types.filter(|ty| *ty != first).collect();
        if rest.is_empty() {
            return Elem { nullable: nullable && first != TypeRef::Json, ty: first };
        }
        self.reduced(at, "values of several types in one list or map are generated as any JSON value");
        Elem { ty: TypeRef::Json, nullable: false }
    }

    /// What a reserved type is made of.
    fn shape(&mut self, node: &SchemaNode) -> Shape {
        if let Some(shape) = self.enumeration(node) {
            return shape;
        }
        match self.class(node) {
            Class::Scalar(prim) => {
                let inner = self.scalar_ref(node, prim);
                self.newtype(inner, node)
            }
            Class::Bytes => self.newtype(TypeRef::Bytes, node),
            Class::Any | Class::Alias(_) => self.newtype(TypeRef::Json, node),
            Class::List(items) => {
                let elem = self.content(node, &items, &mut Vec::new());
                self.newtype(TypeRef::List(Box::new(elem)), node)
            }
            Class::Tuple(places) => {
                let places = places.iter().map(|place| self.elem(place)).collect();
                self.newtype(TypeRef::Tuple(places), node)
            }
            Class::Map(values) => {
                let elem = self.content(node, &values, &mut Vec::new());
                self.newtype(TypeRef::Map(Box::new(elem)), node)
            }
            Class::Named if self.is_family(&node.origin) => self.family(node),
            Class::Named if self.is_composed(node) => self.composition(node),
            Class::Named if self.is_union(node) => self.union(node),
            Class::Named => self.object(node, &[]),
        }
    }

    pub(super) fn class(&mut self, node: &SchemaNode) -> Class {
        if node.never {
            return Class::Any;
        }
        if self.has_named_values(node) || self.described_values(node).is_some() {
            return Class::Named;
        }
        if self.is_related(&node.origin) || self.is_composed(node) {
            return Class::Named;
        }
        if !node.all_of.is_empty() {
            return self.class_of_all(node);
        }
        let arms = self.arms(node);
        if !arms.is_empty() {
            if let [only] = arms.as_slice()
                && node.properties.is_empty()
            {
                return Class::Alias(only.clone());
            }
            return self.class_of_scalars(&arms).unwrap_or(Class::Named);
        }
        if node.only_required() && !node.required.is_empty() {
            return Class::Any;
        }
        self.class_of_types(node)
    }

    /// `allOf` of one schema and nothing else but words is that schema; anything more is merged. Where it stands inline,
    /// demands on which members are there are no more than words: they tell the arms of a union apart. A component that
    /// makes such demands is a type of its own.
    fn class_of_all(&mut self, node: &SchemaNode) -> Class {
        let mut members: Vec<Origin> = Vec::new();
        let mut known = Vec::new();
        for member in &node.all_of {
            let target = self.resolve(member).map(|target| target.origin.clone());
            // The same schema twice says no more than once.
            if !self.says_nothing(member) && !known.contains(&target) {
                known.push(target);
                members.push(member.clone());
            }
        }
        if !node.properties.is_empty() || !self.arms(node).is_empty() {
            return Class::Named;
        }
        let demanding = self.document.component(&node.origin).is_some() && self.demands(node);
        match members.as_slice() {
            [] if node.required.is_empty() => Class::Any,
            [only] if !demanding => Class::Alias(only.clone()),
            _ => match members.iter().find(|member| !self.is_object_like(member)) {
                Some(scalar) => Class::Alias(scalar.clone()),
                None => Class::Named,
            },
        }
    }

    /// True when the schema asks for members, itself or by a part that does nothing else.
    fn demands(&mut self, node: &SchemaNode) -> bool {
        !node.required.is_empty()
            || !node.any_of.is_empty()
            || !node.one_of.is_empty()
            || node
                .all_of
                .iter()
                .any(|part| self.peek(part).is_some_and(|part| part.only_required() && !self.is_empty(&part)))
    }

    fn is_empty(&self, node: &SchemaNode) -> bool {
        self.is_bare(node) && node.required.is_empty()
    }

    pub(super) fn says_nothing(&mut self, at: &Origin) -> bool {
        let Some(node) = self.peek(at) else { return true };
        node.only_required() || self.is_empty(&node)
    }

    fn is_bare(&self, node: &SchemaNode) -> bool {
        node.types.is_empty()
            && node.properties.is_empty()
            && node.enum_values.is_none()
            && node.all_of.is_empty()
            && node.one_of.is_empty()
            && node.any_of.is_empty()
            && node.items.is_none()
            && matches!(node.additional, Additional::Absent)
            && node.format.is_none()
    }

    pub(super) fn is_object_like(&mut self, at: &Origin) -> bool {
        let Some(node) = self.peek(at) else { return false };
        node.types.contains(&JsonType::Object)
            || !node.properties.is_empty()
            || !node.all_of.is_empty()
            || !node.one_of.is_empty()
            || !node.any_of.is_empty()
            || self.is_bare(&node)
    }

    pub(super) fn class_of_types(&mut self, node: &SchemaNode) -> Class {
        let types = node.types.as_slice();
        if types.contains(&JsonType::Object) && types.len() == 1 || types.is_empty() && self.shows_object(node) {
            return self.class_of_object(node);
        }
        match types {
            [JsonType::String] => match node.format.as_deref() {
                Some("binary") => Class::Bytes,
                _ if is_raw(node) => Class::Bytes,
                _ => Class::Scalar(Prim::String),
            },
            [JsonType::Integer] => Class::Scalar(integer(node)),
            [JsonType::Number] | [JsonType::Integer, JsonType::Number] => Class::Scalar(match node.format.as_deref() {
                Some("float") => Prim::F32,
                _ => Prim::F64,
            }),
            [JsonType::Boolean] => Class::Scalar(Prim::Bool),
            [JsonType::Array] => self.class_of_list(node),
            [] if node.items.is_some() || !node.prefix_items.is_empty() => self.class_of_list(node),
            [JsonType::Null] => {
                self.reduced(&node.origin, "a value that can only be null is generated as any JSON value");
                Class::Any
            }
            // Several types stand there only beside a combination of other schemas, which says more.
            _ => Class::Any,
        }
    }

    fn shows_object(&self, node: &SchemaNode) -> bool {
        !node.properties.is_empty()
            || !node.pattern_properties.is_empty()
            || matches!(node.additional, Additional::Schema(_))
    }

    /// A list with a schema for each place is a tuple where every value has exactly these places. Shorter or longer ones
    /// are lists of what the places and the rest hold.
    pub(super) fn class_of_list(&mut self, node: &SchemaNode) -> Class {
        let rest = node.items.clone().filter(|items| !self.peek(items).is_some_and(|items| items.never));
        let count = node.prefix_items.len();
        if count == 0 {
            return Class::List(rest.into_iter().collect());
        }
        let places = |bound: Option<u64>| bound.and_then(|bound| usize::try_from(bound).ok());
        let closed = rest.is_none() && node.items.is_some() || places(node.max_items).is_some_and(|most| most <= count);
        if closed && places(node.min_items).is_some_and(|least| least >= count) && count <= LONGEST_TUPLE {
            return Class::Tuple(node.prefix_items.clone());
        }
        if !closed && rest.is_none() {
            // What comes after the places can be anything.
            self.reduced(
                &node.origin,
                "a list of any length with a schema for its first values only holds any JSON value",
            );
            return Class::List(Vec::new());
        }
        Class::List(node.prefix_items.iter().cloned().chain(rest.filter(|_| !closed)).collect())
    }

    /// An object without members of its own. Names of members are checked by nobody, so each holds what any pattern allows.
    fn class_of_object(&mut self, node: &SchemaNode) -> Class {
        if !node.properties.is_empty() {
            return Class::Named;
        }
        let mut values: Vec<Origin> = node.pattern_properties.iter().map(|(_, values)| values.clone()).collect();
        match &node.additional {
            Additional::Schema(others) => values.push(others.clone()),
            Additional::Denied if node.required.is_empty() && values.is_empty() => return Class::Named,
            Additional::Allowed if !values.is_empty() => {
                self.reduced(
                    &node.origin,
                    "members of any type beside `patternProperties` make all of them any JSON value",
                );
                values.clear();
            }
            Additional::Absent | Additional::Allowed | Additional::Denied => {}
        }
        Class::Map(values)
    }

    /// The alternatives of a schema: `oneOf` or `anyOf` without null and without mere constraints.
    pub(super) fn arms(&mut self, node: &SchemaNode) -> Vec<Origin> {
        let arms = if node.one_of.is_empty() { &node.any_of } else { &node.one_of };
        self.speaking(arms)
    }

    /// Whether null is one of the alternatives, or one of them allows it.
    fn has_null_arm(&mut self, node: &SchemaNode) -> bool {
        node.one_of.iter().chain(&node.any_of).any(|arm| self.peek(arm).is_some_and(|node| node.nullable))
    }

    pub(super) fn is_union(&mut self, node: &SchemaNode) -> bool {
        node.all_of.is_empty() && node.properties.is_empty() && !self.arms(node).is_empty()
    }

    /// The node a schema leads to.
    pub(super) fn peek(&mut self, at: &Origin) -> Option<Rc<SchemaNode>> {
        let resolved = self.resolve(at)?;
        self.schema(&resolved.origin)
    }

    /// The end of a chain of references. Asked for often, so it is kept.
    pub(super) fn resolve(&mut self, at: &Origin) -> Option<Rc<Resolved>> {
        if let Some(known) = self.resolved.get(at) {
            return known.clone();
        }
        let found = self.document.resolve(at, self.diagnostics).map(Rc::new);
        self.resolved.insert(at.clone(), found.clone());
        found
    }

    /// The node of a schema. Asked for often, so it is kept.
    pub(super) fn schema(&mut self, at: &Origin) -> Option<Rc<SchemaNode>> {
        if let Some(known) = self.nodes.get(at) {
            return known.clone();
        }
        let found = self.document.schema(at, self.diagnostics).map(|node| Rc::new(self.lightened(node)));
        self.nodes.insert(at.clone(), found.clone());
        let whole = found.as_ref().filter(|node| !node.all_of.is_empty()).and_then(|node| self.scalar_of_all(node));
        match whole {
            Some(whole) => {
                let whole = Some(Rc::new(whole));
                self.nodes.insert(at.clone(), whole.clone());
                whole
            }
            None => found,
        }
    }

    fn scalar_ref(&mut self, node: &SchemaNode, prim: Prim) -> TypeRef {
        let Some(format) = format_of(node) else { return TypeRef::Prim(prim) };
        if let Some(path) = self.format_type(format)
            && let Some(path) = self.external(Table::TypesFormats, format, path, &node.origin)
        {
            return TypeRef::External(path.to_owned());
        }
        match (prim, format) {
            (Prim::String, "date-time") => TypeRef::Prim(Prim::Timestamp),
            (Prim::String, _) => TypeRef::Prim(base64(node).unwrap_or(prim)),
            _ => TypeRef::Prim(prim),
        }
    }
}

/// Text that is not encoded and of a media type that is no text (OpenAPI 3.1, "Working with Binary Data"). `binary` is what
/// RFC 2045 section 6.1 calls content that is not encoded.
fn is_raw(node: &SchemaNode) -> bool {
    if node.content_encoding.as_ref().is_some_and(|encoding| encoding.eq_ignore_ascii_case("binary")) {
        return true;
    }
    node.content_encoding.is_none() && node.content_media_type.as_deref().is_some_and(is_binary)
}

pub(super) fn is_null(node: &SchemaNode) -> bool {
    node.nullable
        && node.types.is_empty()
        && node.enum_values.as_ref().is_none_or(|values| values.iter().all(serde_json::Value::is_null))
        && node.properties.is_empty()
        && node.all_of.is_empty()
        && node.one_of.is_empty()
        && node.any_of.is_empty()
}

/// The width of an integer: that of its format, or the next one that holds its bounds and the values that the document has
/// for it. Where nothing is said, it is signed and of 64 bits.
fn integer(node: &SchemaNode) -> Prim {
    let whole = |bound: &Option<Bound>| {
        let value = &bound.as_ref()?.value;
        value.as_i128().or_else(|| value.as_f64().map(|value| value as i128))
    };
    let (least, most) = (whole(&node.minimum), whole(&node.maximum));
    let holds = |low: i128, high: i128| {
        let within = |bound: Option<i128>| bound.is_none_or(|bound| (low..=high).contains(&bound));
        within(least) && within(most)
    };
    match node.format.as_deref() {
        Some("int8" | "int16" | "int32") if holds(i32::MIN.into(), i32::MAX.into()) => Prim::I32,
        Some("uint8" | "uint16" | "uint32") if holds(i32::MIN.into(), u32::MAX.into()) => Prim::U32,
        Some("uint64") => Prim::U64,
        _ if most.is_some_and(|most| most > i64::MAX.into()) && least.is_some_and(|least| least >= 0) => Prim::U64,
        // Many tools write the greatest number of 64 bits as the float next to it, which is greater.
        _ if node.default.iter().chain(&node.examples).any(|value| value.as_i64().is_none() && value.is_u64())
            && least.is_none_or(|least| least >= 0) =>
        {
            Prim::U64
        }
        _ => Prim::I64,
    }
}
