//! Schemas: what stands for a schema where it is used, and what a named one is made of.

use std::rc::Rc;

use crate::diag::Origin;
use crate::document::{Additional, JsonType, Resolved, SchemaNode};
use crate::ir::{Elem, Prim, Shape, TypeRef};

use super::Lower;
use super::parts::is_binary;

/// How a schema appears in Rust.
enum Class {
    /// The same as another schema.
    Alias(Origin),
    /// A scalar.
    Scalar(Prim),
    /// Raw bytes.
    Bytes,
    /// Any JSON value.
    Any,
    /// A list of any values, or of the values of a schema.
    List(Option<Origin>),
    /// A map of any values, or of the values of a schema.
    Map(Option<Origin>),
    /// A type of its own.
    Named,
}

impl Lower<'_> {
    /// Reserves a type for every component schema that gets one, in the order of their names.
    pub(super) fn reserve_components(&mut self) {
        for (_, origin) in self.document.component_schemas() {
            self.elem(origin);
        }
    }

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
        if let Some(path) = name.and_then(|name| self.replaced_type(&name)) {
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
            Class::List(items) => TypeRef::List(Box::new(self.content(items.as_ref(), way))),
            Class::Map(values) => TypeRef::Map(Box::new(self.content(values.as_ref(), way))),
            Class::Named => TypeRef::Named(self.reserve(&origin, false)),
        };
        way.pop();
        // Somewhere below, the schema may have been found to contain itself.
        match self.table.get(&origin) {
            Some(id) => Elem { ty: TypeRef::Named(id), nullable },
            None => Elem { ty, nullable },
        }
    }

    fn content(&mut self, at: Option<&Origin>, way: &mut Vec<Origin>) -> Elem {
        match at {
            Some(at) => self.value(at, way),
            None => Elem { ty: TypeRef::Json, nullable: false },
        }
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
                let elem = self.content(items.as_ref(), &mut Vec::new());
                self.newtype(TypeRef::List(Box::new(elem)), node)
            }
            Class::Map(values) => {
                let elem = self.content(values.as_ref(), &mut Vec::new());
                self.newtype(TypeRef::Map(Box::new(elem)), node)
            }
            Class::Named if self.is_family(&node.origin) => self.family(node),
            Class::Named if self.is_composed(node) => self.composition(node),
            Class::Named if self.is_union(node) => self.union(node),
            Class::Named => self.object(node, &[]),
        }
    }

    fn class(&mut self, node: &SchemaNode) -> Class {
        if node.never {
            return Class::Any;
        }
        if self.has_named_values(node) {
            return Class::Named;
        }
        self.unlisted(node);
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
            if let Some(open) = self.open_enum(&arms) {
                return Class::Alias(open);
            }
            return Class::Named;
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

    fn class_of_types(&mut self, node: &SchemaNode) -> Class {
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
            [JsonType::Array] => {
                if !node.prefix_items.is_empty() {
                    self.reduced(&node.origin, "a tuple is generated as a list of any JSON values");
                }
                Class::List(node.items.clone())
            }
            [] if node.items.is_some() => Class::List(node.items.clone()),
            [] => Class::Any,
            _ => {
                self.reduced(&node.origin, "a schema of several types is generated as any JSON value");
                Class::Any
            }
        }
    }

    fn shows_object(&self, node: &SchemaNode) -> bool {
        !node.properties.is_empty() || matches!(node.additional, Additional::Schema(_))
    }

    fn class_of_object(&mut self, node: &SchemaNode) -> Class {
        if !node.pattern_properties.is_empty() {
            self.reduced(&node.origin, "`patternProperties` is generated as members of any JSON value");
        }
        if !node.properties.is_empty() {
            return Class::Named;
        }
        match &node.additional {
            Additional::Schema(values) => Class::Map(Some(values.clone())),
            Additional::Denied if node.required.is_empty() => Class::Named,
            Additional::Absent | Additional::Allowed | Additional::Denied => Class::Map(None),
        }
    }

    /// The alternatives of a schema: `oneOf` or `anyOf` without null and without mere constraints.
    pub(super) fn arms(&mut self, node: &SchemaNode) -> Vec<Origin> {
        let arms = if node.one_of.is_empty() { &node.any_of } else { &node.one_of };
        self.speaking(arms)
    }

    fn has_null_arm(&mut self, node: &SchemaNode) -> bool {
        node.one_of.iter().chain(&node.any_of).any(|arm| self.peek(arm).is_some_and(|node| is_null(&node)))
    }

    pub(super) fn is_union(&mut self, node: &SchemaNode) -> bool {
        node.all_of.is_empty() && node.properties.is_empty() && !self.arms(node).is_empty()
    }

    /// `anyOf` of some strings and any string is the customary way to write an open enum; every enum is open here.
    fn open_enum(&mut self, arms: &[Origin]) -> Option<Origin> {
        let nodes: Vec<(Origin, Rc<SchemaNode>)> =
            arms.iter().filter_map(|arm| Some((arm.clone(), self.peek(arm)?))).collect();
        let text = |node: &SchemaNode| node.types == [JsonType::String];
        let mut known = nodes.iter().filter(|(_, node)| node.enum_values.is_some() && text(node));
        let only = known.next()?;
        let others = nodes.iter().all(|(_, node)| text(node)) && known.next().is_none();
        (others && nodes.len() == 2).then(|| only.0.clone())
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
        let found = self.document.schema(at, self.diagnostics).map(Rc::new);
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
        let Some(format) = node.format.as_deref() else { return TypeRef::Prim(prim) };
        if let Some(path) = self.format_type(format) {
            return TypeRef::External(path.to_owned());
        }
        match (prim, format) {
            (Prim::String, "date-time") => TypeRef::Prim(Prim::Timestamp),
            _ => TypeRef::Prim(prim),
        }
    }
}

/// Text that is not encoded and of a media type that is no text (OpenAPI 3.1, "Working with Binary Data").
fn is_raw(node: &SchemaNode) -> bool {
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

fn integer(node: &SchemaNode) -> Prim {
    match node.format.as_deref() {
        Some("int32") => Prim::I32,
        Some("uint32") => Prim::U32,
        Some("uint64") => Prim::U64,
        _ => Prim::I64,
    }
}
