//! Operations: answers, streams, links.

use crate::diag::{Code, Diagnostic, Origin};
use crate::document::{MediaNode, ResponseNode, StatusKey};
use crate::ir::{
    Answer, Form, Framing, Media, Message, Operation, Param, Payload, Prim, Scheme, Status, Stream, TypeRef,
};
use crate::names::{Claim, Methods, Scope, Variants};

use super::Lower;
use super::body::{form_word, is_same, preference, sequence};
use super::plan::Plan;

impl Lower<'_> {
    /// An operation, or nothing when it cannot be called; that is then said at the operation itself.
    pub(super) fn operation_or_reason(&mut self, plan: Plan, schemes: &[Scheme]) -> Option<Operation> {
        let (id, origin) = (plan.id.clone(), plan.node.origin.clone());
        let operation = self.operation(plan, schemes);
        let said = |finding: &Diagnostic| finding.code == Code::Skipped && finding.origin == origin;
        if operation.is_none() && !self.diagnostics.iter().any(said) {
            self.diagnostics
                .add(Code::Skipped, &origin, format!("`{id}` is not generated: what it sends cannot be read"))
                .help("what is wrong is reported where it stands");
        }
        operation
    }

    /// An operation, or nothing when it cannot be called; the reason is then a diagnostic.
    fn operation(&mut self, plan: Plan, schemes: &[Scheme]) -> Option<Operation> {
        let origin = plan.node.origin.clone();
        if !self.can_send(&plan) {
            return None;
        }
        let (params, ident) = self.params(&plan);
        let body = match &plan.node.body {
            Some(at) => match self.body(at, ident, plan.body.clone()) {
                Some(body) => body,
                None => {
                    let message = format!("`{}` is not generated: its body cannot be read", plan.id);
                    self.diagnostics.add(Code::Skipped, &origin, message);
                    return None;
                }
            },
            None => None,
        };
        let auth = self.needs(plan.node.security.as_ref(), schemes);
        let (answers, sequenced) = self.answers(&plan);
        let forms = forms(&answers, &params);
        let mut operation = Operation {
            link: self
                .operation_link(&plan.id)
                .map(str::to_owned)
                .or_else(|| plan.node.external_docs.as_ref().map(|docs| docs.url.clone())),
            server: self.own_server(&plan.servers),
            summary: plan.node.summary.clone().unwrap_or_default(),
            docs: plan.node.description.clone().unwrap_or_default(),
            deprecated: plan.node.deprecated,
            id: plan.id,
            group: plan.group,
            name: plan.name,
            builder: plan.builder,
            error: plan.error,
            headers: plan.headers,
            home: plan.home,
            method: plan.method,
            // Documents tell operations of one URL apart by a query, which is sent, or by a fragment, which cannot be.
            path: plan.path.split('#').next().unwrap_or_default().to_owned(),
            params,
            body,
            answers,
            forms,
            auth,
            paging: None,
            stream: None,
            origin,
        };
        let marked =
            self.config.stream().marker.as_ref().is_some_and(|marker| {
                plan.node.extensions.get(marker).is_some_and(|value| value.as_bool() != Some(false))
            });
        operation.stream = self.stream(&operation, marked, sequenced);
        if operation.stream.is_some() && !operation.has_answer() {
            operation.forms.clear();
        }
        Some(operation)
    }

    fn answers(&mut self, plan: &Plan) -> (Vec<Answer>, Option<Sequenced>) {
        let only_default = plan.node.responses.iter().all(|(status, _)| *status == StatusKey::Default);
        let mut nodes: Vec<(Status, ResponseNode)> = Vec::new();
        for (key, origin) in &plan.node.responses {
            let status = match key {
                StatusKey::Exact(code) => Status::Exact(*code),
                StatusKey::Range(digit) => Status::Range(*digit),
                StatusKey::Default if only_default => Status::Range(2),
                StatusKey::Default => Status::Default,
            };
            if let Some(node) = self.document.response(origin, self.diagnostics) {
                nodes.push((status, node));
            }
        }
        nodes.sort_by_key(|(status, _)| *status);
        let mut scope: Scope<Variants> = Scope::new(&["Other", "Self"]);
        let mut sequenced = None;
        let mut drafts = Vec::new();
        let mut described = Vec::new();
        for (status, node) in nodes {
            let mut media: Vec<Media> = Vec::new();
            // An answer to HEAD has no content, whatever it would be (RFC 9110, section 9.3.2).
            let mut content: Vec<&MediaNode> =
                if plan.method == "HEAD" { &[][..] } else { &node.content }.iter().collect();
            content.sort_by_key(|node| preference(&node.media_type));
            let mut values: Vec<(Origin, String)> = Vec::new();
            for node in content {
                let (media_type, payload) = self.answer_payload(node);
                let kind = media_kind(&media_type);
                let schema = self.schema_of(node);
                // What has the schema of a form that is generated says the same in another notation, such as XML.
                let written = values.iter().find(|(of, _)| payload.ty().is_none() && schema.as_ref() == Some(of));
                let is_notation = written.is_some();
                if let Some((_, known)) = written.filter(|_| status.is_success()) {
                    self.tell_notation(node, "an answer", known);
                }
                if matches!(&payload, Payload::Json(ty) if !matches!(ty, TypeRef::Prim(_) | TypeRef::Bytes)) {
                    values.extend(schema.map(|schema| (schema, media_type.clone())));
                }
                let is_known = if status.is_success() {
                    is_notation || media.iter().any(|known| is_same(known, &kind, &payload))
                } else {
                    media.iter().any(|known| known.payload == payload)
                };
                if !is_notation {
                    self.tell_raw(node, &payload, "an answer", "given");
                }
                if let Payload::Sequence(framing, item) = &payload
                    && status.is_success()
                    && sequenced.is_none()
                {
                    let message = self.message(*framing, item, node);
                    sequenced =
                        Some(Sequenced { framing: *framing, item: item.clone(), message, media: media_type.clone() });
                }
                if !is_known {
                    media.push(Media { media_type, payload, encoding: Vec::new() });
                }
            }
            if !status.is_success() && media.iter().any(|known| matches!(known.payload, Payload::Json(_))) {
                // What cannot be read as the type is `Other`, with its bytes.
                media.retain(|known| known.payload != Payload::Bytes);
            }
            let mut claims = Vec::new();
            for index in 0..if status.is_success() { 1 } else { media.len().max(1) } {
                let word = status_word(status);
                let form = media.get(index).map(|media| media_word(&media.media_type)).unwrap_or_default();
                claims.push(scope.claim(&word, &[format!("{word} {form}")], "answer", &format!("{word} {index}")));
            }
            let headers = self.headers(&node.headers);
            described.push(headers);
            drafts.push((status, node.description.clone(), media, claims));
        }
        let (names, _) = scope.resolve();
        let answers = drafts
            .into_iter()
            .zip(Self::name_headers(described))
            .map(|((status, docs, media, claims), headers)| Answer {
                status,
                docs,
                headers,
                media,
                variants: claims.into_iter().map(|claim| names[claim.0].clone()).collect(),
            })
            .collect();
        (answers, sequenced)
    }

    /// The media type that is asked for, and what it holds.
    fn answer_payload(&mut self, node: &MediaNode) -> (String, Payload) {
        let media_type = self.media_type(node);
        let kind = media_kind(&media_type);
        let payload = if let Some(framing) = sequence(&kind) {
            match self.item(node) {
                Some(item) => Payload::Sequence(framing, item),
                // The data of an event can be any text; lines of which nothing is known are a file.
                None if framing == Framing::ServerSentEvents => Payload::Sequence(framing, TypeRef::Prim(Prim::String)),
                None => Payload::Bytes,
            }
        } else if is_json(&kind) {
            self.json(node)
        } else if kind.starts_with("text/") {
            Payload::Text
        } else {
            Payload::Bytes
        };
        (media_type, payload)
    }

    fn stream(&mut self, operation: &Operation, marked: bool, sequenced: Option<Sequenced>) -> Option<Stream> {
        let rules = self.config.stream();
        let beside = operation
            .successes()
            .flat_map(|answer| &answer.media)
            .any(|media| !matches!(media.payload, Payload::Sequence(..)));
        let (message, accept) = match &sequenced {
            Some(found) => (found.message, Some(found.media.clone()).filter(|_| beside)),
            None => (Message::Json, None),
        };
        let (framing, item) = match sequenced {
            Some(found) => (found.framing, found.item),
            None if marked => {
                let item =
                    operation.successes().flat_map(|answer| &answer.media).find_map(|media| match &media.payload {
                        Payload::Json(ty) => Some(ty.clone()),
                        _ => None,
                    });
                let framing = match rules.framing.as_deref() {
                    Some("server-sent-events") => Framing::ServerSentEvents,
                    Some("json-seq") => Framing::JsonSeq,
                    _ => Framing::JsonLines,
                };
                (framing, item?)
            }
            None => return None,
        };
        let index = |wire: &str| operation.params.iter().position(|param| param.wire == wire);
        Some(Stream {
            framing,
            item,
            backfill: rules.backfill.as_deref().and_then(index),
            replay: rules.replay.iter().filter_map(|wire| index(wire)).collect(),
            event_id: rules
                .event_id
                .first()
                .map(|path| path.split('.').map(str::to_owned).collect())
                .unwrap_or_default(),
            message,
            last: self.stream_last(&operation.id),
            ends: !marked && framing != Framing::ServerSentEvents,
            accept,
            switch: None,
        })
    }
}

/// An answer of values one after the other.
struct Sequenced {
    framing: Framing,
    item: TypeRef,
    message: Message,
    media: String,
}

/// The other forms in which the successes can be had.
fn forms(answers: &[Answer], params: &[Param]) -> Vec<Form> {
    let mut found: Vec<&Media> = Vec::new();
    let successes = || answers.iter().filter(|answer| answer.status.is_success());
    let is_main = |media: &Media| {
        successes().filter_map(Answer::main).any(|main| media_kind(&main.media_type) == media_kind(&media.media_type))
    };
    for media in successes().flat_map(|answer| &answer.media) {
        let is_sequence = matches!(media.payload, Payload::Sequence(..));
        // What cannot stand in a header cannot be asked for.
        let can_be_asked = media.media_type.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        let is_known = found.iter().any(|known| is_same(known, &media_kind(&media.media_type), &media.payload));
        if !is_sequence && can_be_asked && !is_known && !is_main(media) {
            found.push(media);
        }
    }
    let mut scope: Scope<Methods> = Scope::new(&[]);
    for param in params {
        scope.claim(param.ident.bare(), &[], "", &format!("{:?} {}", param.place, param.wire));
    }
    let mut claims = Vec::new();
    for media in found {
        let word = form_word(&media.media_type, &media.payload);
        let mut claim = |verb: &str| {
            scope.claim(
                &format!("{verb} as {word}"),
                &[format!("{verb} as {}", media.media_type)],
                "form",
                &format!("{verb} {}", media.media_type),
            )
        };
        let download = (media.payload == Payload::Bytes).then(|| claim("download"));
        claims.push((media, claim("send"), download));
    }
    let names = scope.resolve().0;
    let form = |(media, name, download): (&Media, Claim, Option<Claim>)| Form {
        media_type: media.media_type.clone(),
        payload: media.payload.clone(),
        name: names[name.0].clone(),
        download: download.map(|claim| names[claim.0].clone()),
    };
    claims.into_iter().map(form).collect()
}

/// The media type without its parameters, in lower case.
pub(super) fn media_kind(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// JSON and anything with its structured suffix (RFC 6839).
pub(super) fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
}

fn media_word(media_type: &str) -> String {
    let kind = media_kind(media_type);
    let word = kind.rsplit('/').next().unwrap_or_default();
    word.strip_suffix("+json").unwrap_or(word).replace('+', " ")
}

/// A status in words (RFC 9110, section 15), for the variants of an error enum.
fn status_word(status: Status) -> String {
    let code = match status {
        Status::Default => return "default".to_owned(),
        Status::Range(1) => return "informational".to_owned(),
        Status::Range(2) => return "success".to_owned(),
        Status::Range(3) => return "redirection".to_owned(),
        Status::Range(4) => return "client error".to_owned(),
        Status::Range(5) => return "server error".to_owned(),
        Status::Range(digit) => return format!("status {digit}xx"),
        Status::Exact(code) => code,
    };
    let word = match code {
        200 => "ok",
        201 => "created",
        202 => "accepted",
        203 => "non authoritative information",
        204 => "no content",
        205 => "reset content",
        206 => "partial content",
        207 => "multi status",
        300 => "multiple choices",
        301 => "moved permanently",
        302 => "found",
        303 => "see other",
        304 => "not modified",
        307 => "temporary redirect",
        308 => "permanent redirect",
        400 => "bad request",
        401 => "unauthorized",
        402 => "payment required",
        403 => "forbidden",
        404 => "not found",
        405 => "method not allowed",
        406 => "not acceptable",
        407 => "proxy authentication required",
        408 => "request timeout",
        409 => "conflict",
        410 => "gone",
        411 => "length required",
        412 => "precondition failed",
        413 => "content too large",
        414 => "uri too long",
        415 => "unsupported media type",
        416 => "range not satisfiable",
        417 => "expectation failed",
        421 => "misdirected request",
        422 => "unprocessable content",
        423 => "locked",
        424 => "failed dependency",
        425 => "too early",
        426 => "upgrade required",
        428 => "precondition required",
        429 => "too many requests",
        431 => "request header fields too large",
        451 => "unavailable for legal reasons",
        500 => "internal server error",
        501 => "not implemented",
        502 => "bad gateway",
        503 => "service unavailable",
        504 => "gateway timeout",
        505 => "http version not supported",
        507 => "insufficient storage",
        508 => "loop detected",
        511 => "network authentication required",
        other => return format!("status {other}"),
    };
    word.to_owned()
}
