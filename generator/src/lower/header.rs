//! Headers of answers: what they are called, and which types the text of a header can be read as.

use std::collections::BTreeMap;

use crate::diag::{Code, Origin};
use crate::ir::{Answer, Api, Elem, Header, HeaderForm, Prim, Shape, TypeRef};
use crate::names::{MethodName, Methods, Scope};

use super::Lower;
use super::operation::{is_json, media_kind};
use super::reserved::{OF_VALUES, joined};

/// A header of which only the name is missing.
pub(super) struct Draft {
    wire: String,
    ty: TypeRef,
    form: HeaderForm,
    deprecated: bool,
    docs: String,
    origin: Origin,
}

/// `Content-Type` is described by the media types, and ignored among the headers (OpenAPI 3.0, section "Response Object").
pub(super) fn is_described(wire: &str) -> bool {
    !wire.eq_ignore_ascii_case("content-type")
}

impl Lower<'_> {
    /// The headers of an answer, from their names and places.
    pub(super) fn headers(&mut self, nodes: &[(String, Origin)]) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for (wire, at) in nodes.iter().filter(|(wire, _)| is_described(wire)) {
            if !is_token(wire) {
                self.diagnostics
                    .add(Code::Unsupported, at, format!("`{wire}` cannot be the name of a header, and is left out"))
                    .on_key();
                continue;
            }
            let Some(node) = self.document.header(at, self.diagnostics) else { continue };
            let (ty, form) = match (&node.schema, &node.content) {
                (Some(schema), _) => {
                    (self.elem(schema).ty, if node.explode { HeaderForm::Exploded } else { HeaderForm::Simple })
                }
                (None, Some((media, Some(schema)))) if is_json(&media_kind(media)) => {
                    (self.elem(schema).ty, HeaderForm::Json)
                }
                _ => (TypeRef::Prim(Prim::String), HeaderForm::Simple),
            };
            drafts.push(Draft {
                wire: wire.clone(),
                ty,
                form,
                deprecated: node.deprecated,
                docs: node.description.unwrap_or_default(),
                origin: node.origin,
            });
        }
        drafts
    }

    /// Names the headers of an operation's answers: one method per name on the wire, whatever the answer.
    pub(super) fn name_headers(drafts: Vec<Vec<Draft>>) -> Vec<Vec<Header>> {
        let mut wires: Vec<(String, &str)> =
            drafts.iter().flatten().map(|draft| (draft.wire.to_ascii_lowercase(), draft.wire.as_str())).collect();
        wires.sort();
        wires.dedup_by(|a, b| a.0 == b.0);
        let mut scope: Scope<Methods> = Scope::new(&joined(&[&["new"], OF_VALUES]));
        for (lower, wire) in &wires {
            scope.claim(wire, &[format!("{wire} header")], "header", lower);
        }
        let names: BTreeMap<String, MethodName> =
            wires.into_iter().map(|(lower, _)| lower).zip(scope.resolve().0).collect();
        let name = |draft: Draft| {
            let Draft { wire, ty, form, deprecated, docs, origin } = draft;
            let name = names.get(&wire.to_ascii_lowercase())?.clone();
            Some(Header { wire, name, ty, form, deprecated, docs, origin })
        };
        drafts.into_iter().map(|drafts| drafts.into_iter().filter_map(name).collect()).collect()
    }

    /// Types that the text of a header cannot be read as, and those that differ between the answers of an operation, become
    /// text.
    pub(super) fn header_types(&mut self, api: &mut Api) {
        let mut changes: Vec<(Origin, String)> = Vec::new();
        let mut texts: Vec<(usize, MethodName)> = Vec::new();
        for (index, operation) in api.operations.iter().enumerate() {
            let headers = || operation.answers.iter().flat_map(|answer: &Answer| &answer.headers);
            for header in headers() {
                let other = headers().find(|other| other.name == header.name).unwrap_or(header);
                let reason = if (&other.ty, other.form) != (&header.ty, header.form) {
                    "it differs between the answers"
                } else if header.form != HeaderForm::Json && header.ty == TypeRef::Json {
                    texts.push((index, header.name.clone()));
                    continue;
                } else if header.form != HeaderForm::Json && !is_readable(api, &header.ty, true) {
                    "OpenAPI does not say how such a value is written into a header"
                } else {
                    continue;
                };
                texts.push((index, header.name.clone()));
                changes
                    .push((header.origin.clone(), format!("the header `{}` is read as text: {reason}", header.wire)));
            }
        }
        for (at, message) in changes {
            self.reduced(&at, message);
        }
        for (index, name) in texts {
            let Some(operation) = api.operations.get_mut(index) else { continue };
            for header in operation.answers.iter_mut().flat_map(|answer| &mut answer.headers) {
                if header.name == name {
                    header.ty = TypeRef::Prim(Prim::String);
                    header.form = HeaderForm::Simple;
                }
            }
        }
    }
}

/// Whether the style `simple` can write a value of this type: scalars, and one level of lists and objects.
fn is_readable(api: &Api, ty: &TypeRef, outermost: bool) -> bool {
    let inside = |elem: &Elem| outermost && is_readable(api, &elem.ty, false);
    match ty {
        TypeRef::Prim(_) | TypeRef::External(_) => true,
        TypeRef::List(elem) | TypeRef::Map(elem) => inside(elem),
        TypeRef::Tuple(elems) => elems.iter().all(inside),
        TypeRef::Named(id) => match &api.ty(*id).shape {
            Shape::Enum(_) => true,
            Shape::Newtype(newtype) => is_readable(api, &newtype.inner, outermost),
            Shape::Struct(object) => outermost && object.fields.iter().all(|field| is_readable(api, &field.ty, false)),
            Shape::Union(_) => false,
        },
        TypeRef::Json | TypeRef::Bytes | TypeRef::Upload => false,
    }
}

/// Whether a header can have this name (RFC 9110, section 5.1).
pub(super) fn is_token(name: &str) -> bool {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(token)
}
