//! The members of forms and the parts of multipart bodies: how each is written, and which of them are files.

use crate::diag::Origin;
use crate::document::MediaNode;
use crate::ir::{Api, Encoding, Payload, Shape, Style, TypeId, TypeRef};

use super::Lower;

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

    /// Makes the binary members of multipart bodies files. It is known only when all types are.
    pub(super) fn uploads(&self, api: &mut Api) {
        let media = api.operations.iter().filter_map(|operation| operation.body.as_ref()).flat_map(|body| &body.media);
        let bodies: Vec<(TypeId, Vec<String>)> = media
            .filter_map(|media| match media.payload {
                Payload::Multipart(TypeRef::Named(id)) => Some((id, binary(&media.encoding))),
                _ => None,
            })
            .collect();
        for (id, binary) in bodies {
            let Shape::Struct(object) = &mut api.types[id.0].shape else { continue };
            for field in &mut object.fields {
                let named = binary.contains(&field.wire);
                match &mut field.ty {
                    ty if *ty == TypeRef::Bytes || *ty == TypeRef::Json && named => *ty = TypeRef::Upload,
                    TypeRef::List(elem) if elem.ty == TypeRef::Bytes || elem.ty == TypeRef::Json && named => {
                        elem.ty = TypeRef::Upload;
                        elem.nullable = false;
                    }
                    _ => {}
                }
            }
        }
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
        let style = node.style.map_or(Style::Form, super::params::style);
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
