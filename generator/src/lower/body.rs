//! Request bodies: their forms, and which of them say the same.

use crate::diag::{Code, Origin};
use crate::document::{JsonType, MediaNode};
use crate::ir::{Body, Framing, Literal, Media, Payload, TypeRef};
use crate::names::{Scope, TypeName, ValueName, VariantName, Variants};

use super::Lower;
use super::literal::literal;
use super::operation::{is_json, media_kind};
use super::parts::encodings;

impl Lower<'_> {
    /// The body of an operation. The outer `None` means that the operation cannot be called without it.
    #[expect(clippy::option_option, reason = "no body and no operation are different outcomes")]
    pub(super) fn body(&mut self, at: &Origin, ident: ValueName, name: Option<TypeName>) -> Option<Option<Body>> {
        let Some(node) = self.document.body(at, self.diagnostics) else {
            // Why it cannot be read has been reported.
            return None;
        };
        let mut content: Vec<&MediaNode> = node.content.iter().collect();
        content.sort_by_key(|node| preference(&node.media_type));
        let mut with_files: Vec<Option<Origin>> = Vec::new();
        for form in content.iter().filter(|form| media_kind(&form.media_type) == "multipart/form-data") {
            if self.has_files(form) {
                with_files.push(self.schema_of(form));
            }
        }
        let mut media: Vec<Media> = Vec::new();
        let mut example: Option<Literal> = None;
        let mut values: Vec<(Origin, String)> = Vec::new();
        for form in content {
            let schema = self.schema_of(form);
            let media_type = self.media_type(form);
            let kind = media_kind(&media_type);
            // Only a body in parts can carry a file; the same value in another notation cannot be written.
            if !kind.starts_with("multipart/") && schema.is_some() && with_files.contains(&schema) {
                self.tell_notation(form, "a body", "multipart/form-data");
                continue;
            }
            // What has the schema of a form that is generated says the same in another notation, such as XML.
            let payload = self.body_payload(form, &kind);
            if payload.ty().is_none()
                && let Some((_, known)) = schema.as_ref().and_then(|schema| values.iter().find(|(of, _)| of == schema))
            {
                self.tell_notation(form, "a body", known);
                continue;
            }
            if let Some(known) = media.iter().find(|known| is_same(known, &kind, &payload)) {
                if media_kind(&known.media_type) != kind {
                    self.tell_notation(form, "a body", &known.media_type);
                }
                continue;
            }
            self.tell_raw(form, &payload, "a body", "sent");
            if payload.ty().is_some_and(|ty| !matches!(ty, TypeRef::Prim(_) | TypeRef::Bytes)) {
                values.extend(schema.map(|schema| (schema, media_type.clone())));
            }
            if media.first().is_none_or(|first| first.payload == payload) {
                example = example
                    .or_else(|| form.example.as_ref().or(form.examples.first().map(|(_, value)| value)).map(literal));
            }
            let mut encoding = encodings(form);
            if matches!(payload, Payload::Multipart(_)) {
                self.encoded_parts(form, &mut encoding);
            }
            media.push(Media { media_type, payload, encoding });
        }
        if media.is_empty() {
            return Some(None);
        }
        let name = name.filter(|_| media.len() > 1);
        let variants = variants(&media);
        let docs = node.description.unwrap_or_default();
        Some(Some(Body { required: node.required, media, name, variants, ident, docs, example }))
    }

    fn body_payload(&mut self, form: &MediaNode, kind: &str) -> Payload {
        if is_json(kind) && sequence(kind).is_none() {
            self.json(form)
        } else if kind == "text/plain" {
            Payload::Text
        } else if kind == "application/x-www-form-urlencoded" {
            Payload::Form(self.content_type(form.schema.as_ref()))
        } else if kind == "multipart/form-data" {
            Payload::Multipart(self.content_type(form.schema.as_ref()))
        } else if let Some(framing) = sequence(kind) {
            match self.item(form) {
                Some(item) => Payload::Sequence(framing, item),
                None => Payload::Bytes,
            }
        } else {
            Payload::Bytes
        }
    }

    /// A content in JSON. One that is binary as a whole is a file that happens to be JSON, and is not looked into.
    pub(super) fn json(&mut self, form: &MediaNode) -> Payload {
        match self.content_type(form.schema.as_ref()) {
            TypeRef::Bytes => Payload::Bytes,
            ty => Payload::Json(ty),
        }
    }

    /// The media type of a content. A range of media types that holds JSON, whose schema is of an object or a list, stands
    /// for JSON, the notation that schemas describe.
    pub(super) fn media_type(&mut self, form: &MediaNode) -> String {
        match media_kind(&form.media_type).as_str() {
            "*/*" | "application/*" if self.has_parts(form) => "application/json".to_owned(),
            _ => form.media_type.clone(),
        }
    }

    /// Reports a content that is left out, because the one of another media type has its schema.
    pub(super) fn tell_notation(&mut self, form: &MediaNode, what: &str, known: &str) {
        let media_type = &form.media_type;
        let message = format!("{what} as `{media_type}` is left out: the one as `{known}` says the same");
        self.diagnostics.add(Code::Notation, &form.origin, message).on_key();
    }

    /// Reports a content that is raw although its schema says what is in it.
    pub(super) fn tell_raw(&mut self, form: &MediaNode, payload: &Payload, what: &str, done: &str) {
        let raw = match payload {
            Payload::Bytes => "bytes",
            Payload::Text => "text",
            _ => return,
        };
        if self.has_parts(form) || self.is_number(form) {
            let media_type = &form.media_type;
            self.reduced(&form.origin, format!("{what} of the media type `{media_type}` is {done} as {raw}"))
                .help("its notation is not read or written here: a library for it makes the value of them");
        }
    }

    /// Whether the schema of a content is of an object, a list, or several of something.
    fn has_parts(&mut self, form: &MediaNode) -> bool {
        let Some(node) = form.schema.as_ref().and_then(|schema| self.peek(schema)) else { return false };
        let holds = |kind| node.types == [kind];
        holds(JsonType::Object)
            || holds(JsonType::Array)
            || node.types.is_empty()
                && !(node.properties.is_empty()
                    && node.items.is_none()
                    && node.all_of.is_empty()
                    && node.one_of.is_empty()
                    && node.any_of.is_empty())
    }

    fn is_number(&mut self, form: &MediaNode) -> bool {
        let Some(node) = form.schema.as_ref().and_then(|schema| self.peek(schema)) else { return false };
        matches!(node.types.as_slice(), [JsonType::Boolean | JsonType::Integer | JsonType::Number])
            && !media_kind(&form.media_type).starts_with("text/")
    }

    /// The type of the values of a sequence: what the item schema says, or of a list the elements (OpenAPI 3.2, section
    /// "Sequential Media Types"). Nothing where the schema is that of the text as a whole.
    pub(super) fn item(&mut self, form: &MediaNode) -> Option<TypeRef> {
        if let Some(item) = &form.item_schema {
            return Some(self.elem(item).ty);
        }
        match self.content_type(form.schema.as_ref()) {
            TypeRef::List(elem) => Some(elem.ty),
            TypeRef::Prim(_) | TypeRef::Bytes => None,
            ty => Some(ty),
        }
    }

    /// The schema of a content, after following references.
    pub(super) fn schema_of(&mut self, form: &MediaNode) -> Option<Origin> {
        let schema = form.schema.as_ref()?;
        Some(self.resolve(schema)?.origin.clone())
    }
}

/// Whether a form says the same as one that is known: the same type as JSON whatever its media type is called, bytes and
/// text of one media type.
pub(super) fn is_same(known: &Media, kind: &str, payload: &Payload) -> bool {
    known.payload == *payload && (payload.ty().is_some() || media_kind(&known.media_type) == kind)
}

/// The variants of the enum of several forms.
fn variants(media: &[Media]) -> Vec<VariantName> {
    let mut scope: Scope<Variants> = Scope::new(&["Self"]);
    for form in media {
        let word = form_word(&form.media_type, &form.payload);
        scope.claim(&word, std::slice::from_ref(&form.media_type), "form", &form.media_type);
    }
    scope.resolve().0
}

/// What a form is called.
pub(super) fn form_word(media_type: &str, payload: &Payload) -> String {
    let kind = media_kind(media_type);
    let word = match (kind.as_str(), payload) {
        ("application/json" | "text/json", _) => "json",
        ("application/octet-stream" | "*/*" | "application/*", _) => "bytes",
        (_, Payload::Form(_)) => "form",
        (_, Payload::Multipart(_)) => "multipart",
        ("text/plain" | "text/*", _) => "text",
        (_, Payload::Sequence(Framing::JsonLines, _)) => "json lines",
        (_, Payload::Sequence(Framing::JsonSeq, _)) => "json sequence",
        (_, Payload::Sequence(Framing::ServerSentEvents, _)) => "events",
        (range, _) if range.ends_with("/*") => range.trim_end_matches("/*"),
        (kind, _) => {
            let word = kind.rsplit('/').next().unwrap_or_default();
            let word = word.strip_prefix("x-").unwrap_or(word);
            word.split('+').next().unwrap_or_default()
        }
    };
    word.to_owned()
}

/// The order in which forms of one content are preferred: JSON first, bytes and ranges of media types last,
/// then by name.
pub(super) fn preference(media_type: &str) -> (u8, String) {
    let kind = media_kind(media_type);
    let rank = match kind.as_str() {
        "application/json" => 0,
        kind if is_json(kind) => 1,
        kind if kind.contains('*') => 7,
        kind if sequence(kind).is_some() => 2,
        "application/x-www-form-urlencoded" => 3,
        kind if kind.starts_with("multipart/") => 4,
        kind if kind.starts_with("text/") => 5,
        _ => 6,
    };
    (rank, media_type.to_owned())
}

/// The framing of a sequential media type (OpenAPI 3.2, Sequential Media Types).
pub(super) fn sequence(kind: &str) -> Option<Framing> {
    if kind == "text/event-stream" {
        return Some(Framing::ServerSentEvents);
    }
    let (_, name) = kind.split_once('/')?;
    match name.strip_prefix("x-").unwrap_or(name) {
        "jsonl" | "ndjson" | "jsonlines" | "json-lines" | "json-stream" | "stream+json" => Some(Framing::JsonLines),
        name if name == "json-seq" || name.ends_with("+json-seq") => Some(Framing::JsonSeq),
        _ => None,
    }
}
