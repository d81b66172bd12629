//! Which Rust type the values of a schema have, read off the model.

use std::collections::BTreeMap;

use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::Document;
use spec2crate::ir::{Api, Elem, Extra, Presence, Shape, TypeRef};

/// How far a schema is looked for upwards and along references.
const LONGEST_WAY: usize = 64;

/// The types of schemas by where they stand.
pub(in crate::corpus) struct Typing<'a> {
    document: &'a Document<'a>,
    api: &'a Api,
    known: BTreeMap<Origin, TypeRef>,
    /// Schemas whose values are never null in Rust.
    full: Vec<Origin>,
}

impl<'a> Typing<'a> {
    /// Notes what the model says about the places it was made from.
    pub(in crate::corpus) fn new(document: &'a Document<'a>, api: &'a Api) -> Self {
        let mut typing = Self { document, api, known: BTreeMap::new(), full: Vec::new() };
        for (index, ty) in api.types.iter().enumerate() {
            typing.know(ty.origin.clone(), &TypeRef::Named(spec2crate::ir::TypeId(index)));
        }
        for ty in &api.types {
            let Shape::Struct(object) = &ty.shape else { continue };
            for field in &object.fields {
                typing.know(field.origin.clone(), &field.ty);
                if field.presence == Presence::Required {
                    typing.full.push(field.origin.clone());
                }
            }
        }
        typing.full.sort();
        for operation in &api.operations {
            for param in &operation.params {
                typing.know_within(&param.origin, &param.ty);
            }
            if let Some(body) = &operation.body {
                let at = operation.origin.child("requestBody");
                for media in &body.media {
                    typing.know_media(&at, &media.media_type, media.payload.ty());
                }
            }
            for answer in &operation.answers {
                for at in typing.responses(&operation.origin, answer.status) {
                    for media in &answer.media {
                        typing.know_media(&at, &media.media_type, media.payload.ty());
                    }
                    for header in &answer.headers {
                        if let Some(at) = typing.resolved(&at) {
                            typing.know_within(&at.child("headers").child(&header.wire), &header.ty);
                        }
                    }
                }
            }
        }
        typing
    }

    /// The type of the values of a schema; `None` where the model has none.
    pub(in crate::corpus) fn of(&self, schema: &Origin) -> Option<TypeRef> {
        self.find(schema, LONGEST_WAY)
    }

    /// Whether a null at this schema needs no type, because presence takes it.
    pub(super) fn takes_null(&self, schema: &Origin) -> bool {
        self.full.binary_search(schema).is_err()
    }

    fn know(&mut self, at: Origin, ty: &TypeRef) {
        // A list or a map has no name of its own, but what refers to it says its type.
        let node = self.document.value(&at).and_then(serde_json::Value::as_object);
        if node.is_some_and(|node| node.len() == 1 && node.contains_key("$ref"))
            && let Some(target) = self.resolved(&at)
        {
            self.known.entry(target).or_insert_with(|| ty.clone());
        }
        self.known.entry(at).or_insert_with(|| ty.clone());
    }

    /// A parameter or a header, whose schema stands inside it.
    fn know_within(&mut self, at: &Origin, ty: &TypeRef) {
        let Some(at) = self.resolved(at) else { return };
        let content = at.child("content");
        if let Some(map) = self.document.value(&content).and_then(serde_json::Value::as_object) {
            for key in map.keys() {
                self.know(content.child(key).child("schema"), ty);
            }
        }
        self.know(at.child("schema"), ty);
    }

    fn know_media(&mut self, holder: &Origin, media_type: &str, ty: Option<&TypeRef>) {
        let (Some(ty), Some(holder)) = (ty, self.resolved(holder)) else { return };
        let content = holder.child("content");
        // The model names the JSON that a range of media types stands for.
        let keys = [media_type, "*/*", "application/*"];
        let Some(media) = keys.iter().find_map(|key| self.resolved(&content.child(key))) else { return };
        let items = media.child("itemSchema");
        let of = if self.document.value(&items).is_some() { items } else { media.child("schema") };
        self.know(of, ty);
    }

    /// The responses of an operation that a status of the model stands for.
    fn responses(&self, operation: &Origin, status: spec2crate::ir::Status) -> Vec<Origin> {
        use spec2crate::ir::Status;
        let at = operation.child("responses");
        let keys = match status {
            Status::Exact(code) => vec![code.to_string()],
            Status::Range(digit) => vec![format!("{digit}XX"), format!("{digit}xx"), "default".to_owned()],
            Status::Default => vec!["default".to_owned()],
        };
        keys.iter().map(|key| at.child(key)).filter(|at| self.document.value(at).is_some()).take(1).collect()
    }

    fn resolved(&self, at: &Origin) -> Option<Origin> {
        self.document.resolve(at, &mut Diagnostics::new()).map(|resolved| resolved.origin)
    }

    fn find(&self, at: &Origin, way: usize) -> Option<TypeRef> {
        let way = way.checked_sub(1)?;
        if let Some(ty) = self.known.get(at) {
            return Some(ty.clone());
        }
        if let Some(target) = self.resolved(at).filter(|target| target != at) {
            return self.find(&target, way);
        }
        let node = self.document.value(at);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            if node
                .and_then(|node| node.get(keyword))
                .and_then(serde_json::Value::as_array)
                .is_some_and(|l| l.len() == 1)
                && let Some(ty) = self.known.get(&at.child(keyword).index(0))
            {
                return Some(ty.clone());
            }
        }
        let parent = at.parent()?;
        let key = at.last()?;
        match key.as_ref() {
            "items" => return self.inside(&self.find(&parent, way)?).map(|elem| elem.ty.clone()),
            "additionalProperties" => return self.inside(&self.find(&parent, way)?).map(|elem| elem.ty.clone()),
            _ => {}
        }
        let (list, holder) = (parent.last()?, parent.parent()?);
        match list.as_ref() {
            "oneOf" | "anyOf" => self.find(&holder, way),
            "allOf" => {
                let parts = self.document.value(&parent).and_then(serde_json::Value::as_array)?;
                (parts.len() == 1).then(|| self.find(&holder, way)).flatten()
            }
            "prefixItems" => match self.find(&holder, way)? {
                TypeRef::Tuple(elems) => elems.get(key.parse::<usize>().ok()?).map(|elem| elem.ty.clone()),
                _ => None,
            },
            "properties" => self.member(&self.container(&holder, way)?, &key),
            _ => None,
        }
    }

    /// The type that has the members of a schema, which may be a part of an `allOf`.
    fn container(&self, at: &Origin, way: usize) -> Option<TypeRef> {
        let way = way.checked_sub(1)?;
        if let Some(ty) = self.find(at, way) {
            return Some(ty);
        }
        let list = at.parent()?;
        (list.last()? == "allOf").then(|| self.container(&list.parent()?, way)).flatten()
    }

    fn member(&self, ty: &TypeRef, wire: &str) -> Option<TypeRef> {
        let TypeRef::Named(id) = ty else { return None };
        let Shape::Struct(object) = &self.api.ty(*id).shape else { return None };
        object.fields.iter().find(|field| field.wire == wire).map(|field| field.ty.clone())
    }

    /// What a list or a map holds.
    fn inside<'t>(&'t self, ty: &'t TypeRef) -> Option<Elem> {
        match ty {
            TypeRef::List(elem) | TypeRef::Map(elem) => Some(elem.as_ref().clone()),
            TypeRef::Named(id) => match &self.api.ty(*id).shape {
                Shape::Newtype(newtype) => self.inside(&newtype.inner),
                Shape::Struct(object) => match &object.extra {
                    Extra::Keep(elem, _) => Some(elem.as_ref().clone()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}
