//! The members of forms and the parts of multipart bodies: how each is written, and which of them are files.

use std::collections::BTreeSet;

use crate::diag::Origin;
use crate::document::MediaNode;
use crate::ir::{Api, Encoding, Extra, Payload, Prim, Shape, Style, TypeId, TypeRef};

use super::Lower;
use super::operation::{is_json, media_kind};
use super::scalars::base64;

impl Lower<'_> {
    /// Whether a member of a body is a file.
    pub(super) fn has_files(&mut self, form: &MediaNode) -> bool {
        let Some(node) = form.schema.as_ref().and_then(|schema| self.peek(schema)) else { return false };
        node.properties.iter().any(|(_, at)| self.holds_bytes(at))
    }

    fn holds_bytes(&mut self, at: &Origin) -> bool {
        match self.elem(at).ty {
            TypeRef::Bytes => true,
            TypeRef::List(elem) => elem.ty == TypeRef::Bytes,
            _ => false,
        }
    }

    /// A part with a `contentEncoding` is an `application/octet-stream` where nothing else is said (OpenAPI 3.1, "Special
    /// Considerations for `multipart` Content").
    pub(super) fn encoded_parts(&mut self, form: &MediaNode, encoding: &mut Vec<Encoding>) {
        let Some(node) = form.schema.as_ref().and_then(|schema| self.peek(schema)) else { return };
        for (wire, at) in &node.properties {
            let encoded = self.peek(at).is_some_and(|part| part.content_encoding.is_some() && base64(&part).is_some());
            if !encoded || encoding.iter().any(|known| known.wire == *wire && known.content_type.is_some()) {
                continue;
            }
            encoding.retain(|known| known.wire != *wire);
            encoding.push(Encoding {
                wire: wire.clone(),
                style: Style::Form,
                explode: true,
                allow_reserved: false,
                content_type: Some("application/octet-stream".to_owned()),
            });
        }
        encoding.sort_by(|a, b| a.wire.cmp(&b.wire));
    }

    /// Makes the binary members of multipart bodies files. It is known only when all types are.
    pub(super) fn uploads(&self, api: &mut Api) {
        let media = api.operations.iter_mut().filter_map(|operation| operation.body.as_mut());
        let mut open: Vec<(TypeId, Vec<String>)> = Vec::new();
        for media in media.flat_map(|body| &mut body.media) {
            match &mut media.payload {
                Payload::Multipart(TypeRef::Named(id)) => open.push((*id, binary(&media.encoding))),
                Payload::Multipart(TypeRef::Map(elem)) => upload(&mut elem.ty, false),
                _ => {}
            }
        }
        let mut seen = BTreeSet::new();
        while let Some((id, binary)) = open.pop() {
            match &mut api.types[id.0].shape {
                Shape::Struct(object) => {
                    for field in &mut object.fields {
                        upload(&mut field.ty, binary.contains(&field.wire));
                    }
                }
                Shape::Union(union) if seen.insert(id) => {
                    let arms = union.arms.iter().filter_map(|arm| match arm.ty {
                        TypeRef::Named(id) => Some((id, binary.clone())),
                        _ => None,
                    });
                    open.extend(arms);
                }
                Shape::Union(_) | Shape::Newtype(_) | Shape::Enum(_) => {}
            }
        }
    }

    /// Makes the binary values that are neither files nor a whole content texts: inside of JSON, of a form, a parameter
    /// or a header there is no other way to write them (RFC 8259, section 3).
    pub(super) fn texts(&self, api: &mut Api) {
        for ty in &mut api.types {
            match &mut ty.shape {
                Shape::Struct(object) => {
                    object.fields.iter_mut().for_each(|field| text(&mut field.ty));
                    if let Extra::Keep(elem, _) = &mut object.extra {
                        text(&mut elem.ty);
                    }
                }
                Shape::Union(union) => union.arms.iter_mut().for_each(|arm| text(&mut arm.ty)),
                Shape::Newtype(newtype) => text(&mut newtype.inner),
                Shape::Enum(_) => {}
            }
        }
        for operation in &mut api.operations {
            operation.params.iter_mut().for_each(|param| text(&mut param.ty));
            let sent = operation.body.iter_mut().flat_map(|body| &mut body.media);
            let read = operation.answers.iter_mut().flat_map(|answer| &mut answer.media);
            let payloads = sent.chain(read).map(|media| &mut media.payload);
            let forms = operation.forms.iter_mut().map(|form| &mut form.payload);
            for payload in payloads.chain(forms) {
                match payload {
                    Payload::Json(ty) | Payload::Form(ty) | Payload::Multipart(ty) | Payload::Sequence(_, ty) => {
                        text(ty)
                    }
                    Payload::Text | Payload::Bytes => {}
                }
            }
            for header in operation.answers.iter_mut().flat_map(|answer| &mut answer.headers) {
                text(&mut header.ty);
            }
            if let Some(stream) = &mut operation.stream {
                text(&mut stream.item);
            }
        }
        api.hooks.iter_mut().for_each(|hook| text(&mut hook.ty));
    }
}

/// Makes a part a file, or a list of files; `named` says that its media type is no text.
fn upload(ty: &mut TypeRef, named: bool) {
    match ty {
        ty if *ty == TypeRef::Bytes || *ty == TypeRef::Json && named => *ty = TypeRef::Upload,
        TypeRef::List(elem) if elem.ty == TypeRef::Bytes || elem.ty == TypeRef::Json && named => {
            elem.ty = TypeRef::Upload;
            elem.nullable = false;
        }
        _ => {}
    }
}

fn text(ty: &mut TypeRef) {
    match ty {
        TypeRef::Bytes => *ty = TypeRef::Prim(Prim::String),
        TypeRef::List(elem) | TypeRef::Map(elem) => text(&mut elem.ty),
        TypeRef::Tuple(elems) => elems.iter_mut().for_each(|elem| text(&mut elem.ty)),
        TypeRef::Prim(_) | TypeRef::Named(_) | TypeRef::Json | TypeRef::Upload | TypeRef::External(_) => {}
    }
}

/// Whether a media type is no text.
pub(super) fn is_binary(kind: &str) -> bool {
    !kind.starts_with("text/") && !kind.contains("json") && !kind.contains("xml")
}

/// The parts whose media type is no text.
fn binary(encoding: &[Encoding]) -> Vec<String> {
    let parts = encoding.iter().filter(|part| part.content_type.as_deref().is_some_and(is_binary));
    parts.map(|part| part.wire.clone()).collect()
}

/// What a media type says about the members of its content, without what says nothing.
pub(super) fn encodings(form: &MediaNode) -> Vec<Encoding> {
    let known = form.encoding.iter().map(|(wire, node)| {
        let is_json = node.content_type.as_deref().is_some_and(|media_type| is_json(&media_kind(media_type)));
        let style = if is_json { Style::Json } else { node.style.map_or(Style::Form, super::params::spelled) };
        Encoding {
            wire: wire.clone(),
            style,
            explode: node.explode.unwrap_or(style == Style::Form),
            allow_reserved: node.allow_reserved,
            content_type: node.content_type.clone(),
        }
    });
    known.collect()
}
