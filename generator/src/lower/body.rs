//! Request bodies: which of their forms are sent.

use crate::diag::Origin;
use crate::document::MediaNode;
use crate::ir::{Body, Framing, Literal, Media, Payload};
use crate::names::ValueName;

use super::Lower;
use super::literal::literal;
use super::operation::{is_json, media_kind};
use super::parts::encodings;

impl Lower<'_> {
    /// The body of an operation. The outer `None` means that the operation cannot be called without it.
    #[expect(clippy::option_option, reason = "no body and no operation are different outcomes")]
    pub(super) fn body(&mut self, at: &Origin, ident: ValueName) -> Option<Option<Body>> {
        let Some(node) = self.document.body(at, self.diagnostics) else {
            // Why it cannot be read has been reported.
            return None;
        };
        let mut content: Vec<&MediaNode> = node.content.iter().collect();
        content.sort_by_key(|node| preference(&node.media_type));
        // Only a multipart body can carry a file.
        if content.iter().any(|form| media_kind(&form.media_type) == "multipart/form-data" && self.has_files(form)) {
            content.retain(|form| media_kind(&form.media_type) != "application/x-www-form-urlencoded");
        }
        let mut media: Vec<Media> = Vec::new();
        let mut example: Option<Literal> = None;
        for form in content {
            let kind = media_kind(&form.media_type);
            let payload = if is_json(&kind) {
                Payload::Json(self.content_type(form.schema.as_ref()))
            } else if kind == "text/plain" {
                Payload::Text
            } else if kind == "application/x-www-form-urlencoded" {
                Payload::Form(self.content_type(form.schema.as_ref()))
            } else if kind == "multipart/form-data" {
                Payload::Multipart(self.content_type(form.schema.as_ref()))
            } else {
                if kind.starts_with("multipart/") || sequence(&kind).is_some() {
                    self.reduced(
                        &form.origin,
                        format!("a body of the media type `{}` is sent as bytes", form.media_type),
                    );
                }
                Payload::Bytes
            };
            example = example
                .or_else(|| form.example.as_ref().or(form.examples.first().map(|(_, value)| value)).map(literal));
            media.push(Media { media_type: form.media_type.clone(), payload, encoding: encodings(form) });
        }
        // One form is sent: the first by preference. The others say the same in another notation.
        media.truncate(1);
        if media.is_empty() {
            return Some(None);
        }
        Some(Some(Body { required: node.required, media, ident, docs: node.description.unwrap_or_default(), example }))
    }
}

/// The order in which forms of one content are preferred: JSON first, bytes last, then by name.
pub(super) fn preference(media_type: &str) -> (u8, String) {
    let kind = media_kind(media_type);
    let rank = match kind.as_str() {
        "application/json" => 0,
        kind if is_json(kind) => 1,
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
    match kind {
        "application/jsonl"
        | "application/x-ndjson"
        | "application/ndjson"
        | "application/x-jsonlines"
        | "application/json-lines" => Some(Framing::JsonLines),
        "application/json-seq" => Some(Framing::JsonSeq),
        "text/event-stream" => Some(Framing::ServerSentEvents),
        kind if kind.ends_with("+json-seq") => Some(Framing::JsonSeq),
        _ => None,
    }
}
