//! What a [`MockServer`](super::MockServer) finds wrong with a request: the checks that the client makes before it sends,
//! made again from what arrived, and those that only a server can make.

use std::borrow::Cow;
use std::fmt;

use http::{Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::argument::ArgumentValue;
use super::check::Check;
use super::drift::{Drift, DriftKind};
use super::media::essence;
use super::memory::Received;
use super::mock_route::{Filled, RouteFacts, fixed_names};
use super::param::{Param, Place, Style};
use super::scheme::{Definition, Need, Scheme, SchemeKind};

/// Something that is wrong with a request that a [`MockServer`](super::MockServer) received, or with what its handler
/// answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestFault {
    /// The operation's id in the API description; `None` where no operation has such a path.
    pub operation_id: Option<&'static str>,
    /// The method of the request.
    pub method: Method,
    /// The path of the request, without its query.
    pub path: String,
    /// The status that the server answered.
    pub status: StatusCode,
    /// The parameter, header or member that it is about; empty where it is about none.
    pub parameter: String,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} ({})", self.method, self.path, self.message, self.status.as_u16())
    }
}

/// The faults of all requests as one error, which [`MockServer::verify`](super::MockServer::verify) gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MockFaults(pub(super) Vec<String>);

impl MockFaults {
    /// A sentence for each of them.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for MockFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not everything went as the API description says:")?;
        self.0.iter().try_for_each(|message| write!(f, "\n- {message}"))
    }
}

impl std::error::Error for MockFaults {}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) status: StatusCode,
    pub(super) parameter: String,
    pub(super) message: String,
}

impl Complaint {
    pub(super) fn of(status: StatusCode, parameter: &str, message: impl Into<String>) -> Self {
        Self { status, parameter: parameter.to_owned(), message: message.into() }
    }

    fn bad(parameter: &str, message: String) -> Self {
        Self::of(StatusCode::BAD_REQUEST, parameter, message)
    }
}

/// What a request was sent with, taken apart.
pub(super) struct Sent<'r> {
    pub(super) received: &'r Received,
    pub(super) path: Filled,
    /// Names as they are meant, values as they are written.
    query: Vec<(String, &'r str)>,
    cookies: Vec<(&'r str, &'r str)>,
}

impl<'r> Sent<'r> {
    pub(super) fn new(received: &'r Received, path: Filled) -> Self {
        let pairs = received.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let query =
            pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (decoded(name), value));
        let cookies = received.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookies = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        Self { received, path, query: query.collect(), cookies: cookies.collect() }
    }

    /// The values of a parameter as they are written, and its name where that is another; of most there is at most one.
    fn of(&self, param: &Param) -> Vec<(&str, &str)> {
        let name = param.name;
        match param.place {
            Place::Path => {
                self.path.iter().filter(|(known, _)| *known == name).map(|(_, text)| (name, text.as_str())).collect()
            }
            Place::Query => {
                let is_meant =
                    |known: &str| known == name || param.style == Style::DeepObject && is_inside(name, known);
                self.query
                    .iter()
                    .filter(|(known, _)| is_meant(known))
                    .map(|(known, text)| (known.as_str(), *text))
                    .collect()
            }
            Place::Header => self.received.header(name).map(|text| (name, text)).into_iter().collect(),
            Place::Cookie => self.cookies.iter().filter(|(known, _)| *known == name).copied().collect(),
            Place::Querystring => self.received.uri.query().map(|text| (name, text)).into_iter().collect(),
        }
    }

    /// The parameters that were sent, by their names in the description, as text; what stands in several pairs does so here.
    pub(super) fn texts(&self, facts: &RouteFacts) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for param in facts.operation.params {
            let is_plain = is_plain(param);
            let text = |text: &str| if is_plain { text.to_owned() } else { decoded(text) };
            texts.extend(self.of(param).into_iter().map(|(name, value)| (name.to_owned(), text(value))));
        }
        for (name, value) in &self.query {
            if !texts.iter().any(|(known, _)| known == name) {
                texts.push((name.clone(), decoded(value)));
            }
        }
        texts
    }

    /// The pairs of the query, without escapes.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        self.query.iter().map(|(name, value)| (name.clone(), decoded(value))).collect()
    }

    /// Everything that is wrong with it but for what is in the body.
    pub(super) fn complaints(&self, facts: &RouteFacts, definition: &Definition, allowed: &[String]) -> Vec<Complaint> {
        let mut found = Vec::new();
        for (index, param) in facts.operation.params.iter().enumerate() {
            self.check(facts, index, param, &mut found);
        }
        self.undeclared(facts, definition, allowed, &mut found);
        self.credentials(facts, &mut found);
        self.media(facts, &mut found);
        found
    }

    fn check(&self, facts: &RouteFacts, index: usize, param: &Param, found: &mut Vec<Complaint>) {
        let values = self.of(param);
        let name = param.name;
        if values.is_empty() {
            // An exploded object has the names of its members.
            let hidden = facts.open_query && param.place == Place::Query;
            if (param.required || facts.required.contains(&index)) && !hidden {
                found.push(Complaint::bad(name, format!("`{name}` is required, and the request has none")));
            }
            return;
        }
        let Some(check) = &param.check else { return };
        match value(param, check, values.iter().map(|(_, text)| *text)) {
            Ok(value) => {
                found.extend(check.violation(name, &value).map(|wrong| Complaint::bad(&wrong.parameter, wrong.message)))
            }
            Err(message) => found.push(Complaint::bad(name, message)),
        }
    }

    fn undeclared(&self, facts: &RouteFacts, definition: &Definition, allowed: &[String], found: &mut Vec<Complaint>) {
        let operation = facts.operation;
        if facts.open_query || operation.params.iter().any(|param| param.place == Place::Querystring) {
            return;
        }
        let is_key = |scheme: &&Scheme, name: &str| matches!(scheme.kind, SchemeKind::KeyQuery(key) if key == name);
        for (name, _) in &self.query {
            let declared = operation
                .params
                .iter()
                .filter(|param| param.place == Place::Query)
                .any(|param| param.name == name || param.style == Style::DeepObject && is_inside(param.name, name));
            let known = declared
                || fixed_names(operation).any(|fixed| decoded(fixed) == *name)
                || definition.schemes.iter().any(|scheme| is_key(scheme, name))
                || allowed.contains(name);
            if !known {
                let names = operation.params.iter().filter(|param| param.place == Place::Query).map(|param| param.name);
                let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                let message = format!("`{name}` is no query parameter of `{}`, which has {names}", operation.id);
                found.push(Complaint::bad(name, message));
            }
        }
    }

    fn credentials(&self, facts: &RouteFacts, found: &mut Vec<Complaint>) {
        let alternatives = facts.operation.auth;
        let met = |needs: &&[Need]| needs.iter().all(|need| self.has(need.scheme));
        if alternatives.is_empty() || alternatives.iter().any(met) {
            return;
        }
        let names: Vec<String> = alternatives
            .iter()
            .map(|needs| needs.iter().map(|need| format!("`{}`", need.scheme.name)).collect::<Vec<_>>().join(" with "))
            .collect();
        let message = format!("no credential of `{}`: it takes {}", facts.operation.id, names.join(" or "));
        found.push(Complaint::of(StatusCode::UNAUTHORIZED, "", message));
    }

    /// Whether there is a credential of a scheme. Nobody knows here whether it is a good one.
    fn has(&self, scheme: &Scheme) -> bool {
        let prefixed = |prefix: &str| {
            let values =
                self.received.headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
            values
                .filter_map(|text| text.split_once(' '))
                .any(|(scheme, rest)| scheme.eq_ignore_ascii_case(prefix) && !rest.is_empty())
        };
        match scheme.kind {
            SchemeKind::Bearer | SchemeKind::OAuth2 => prefixed("Bearer"),
            SchemeKind::Basic => prefixed("Basic"),
            SchemeKind::OAuth1 => prefixed("OAuth"),
            SchemeKind::Http(prefix) => prefixed(prefix),
            SchemeKind::KeyHeader(name) => self.received.header(name).is_some_and(|text| !text.is_empty()),
            SchemeKind::KeyQuery(name) => self.query.iter().any(|(known, text)| known == name && !text.is_empty()),
            SchemeKind::KeyCookie(name) => self.cookies.iter().any(|(known, text)| *known == name && !text.is_empty()),
        }
    }

    fn media(&self, facts: &RouteFacts, found: &mut Vec<Complaint>) {
        let has_body = !self.received.body.is_empty();
        if !has_body {
            if facts.body_required {
                found.push(Complaint::bad(
                    "body",
                    format!("`{}` takes a body, and the request has none", facts.operation.id),
                ));
            }
            return;
        }
        if facts.takes.is_empty() {
            found.push(Complaint::bad(
                "body",
                format!("`{}` takes no body, and the request has one", facts.operation.id),
            ));
            return;
        }
        let sent = self.received.header("content-type").unwrap_or_default();
        let sent = essence(sent);
        if !facts.takes.iter().any(|takes| is_of(&sent, &essence(takes))) {
            let sent = if sent.is_empty() { "no content type" } else { &sent };
            let message =
                format!("the body is sent with {sent}, and `{}` takes {}", facts.operation.id, facts.takes.join(", "));
            found.push(Complaint::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type", message));
        }
    }
}

/// What JSON has that its type does not know. A value that an enum does not list is let through, as the client does.
pub(super) fn not_described(drift: &Drift) -> Option<String> {
    match drift.kind {
        DriftKind::IgnoredField => Some(format!("a member that is not described, `{}`", drift.path)),
        DriftKind::UnknownArm => Some(format!("none of the forms that are described, at `{}`", drift.path)),
        DriftKind::UnknownValue | DriftKind::MissingRequired => None,
    }
}

/// A parameter of an object in the style `deepObject` is written as `name[member]`.
fn is_inside(name: &str, known: &str) -> bool {
    known.strip_prefix(name).is_some_and(|rest| rest.starts_with('[') && rest.ends_with(']'))
}

/// Whether nothing in the parameter is escaped.
fn is_plain(param: &Param) -> bool {
    param.place == Place::Header || param.place == Place::Cookie && param.style == Style::Cookie
}

pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn is_of(sent: &str, range: &str) -> bool {
    match range.split_once('*') {
        Some((before, after)) => {
            sent.len() >= before.len() && sent.starts_with(before) && sent.ends_with(after.trim_start_matches('/'))
                || range == "*/*"
        }
        None => sent == range,
    }
}

/// The value that a parameter was written from, as far as its check asks for it.
fn value<'t>(
    param: &Param,
    check: &Check,
    texts: impl Iterator<Item = &'t str>,
) -> Result<ArgumentValue<'static>, String> {
    let is_list = check.min_items.is_some() || check.max_items.is_some() || check.unique_items;
    let is_plain = is_plain(param);
    let text_of = |text: &str| if is_plain { text.to_owned() } else { decoded(text) };
    let mut items = Vec::new();
    for text in texts {
        match param.style {
            // The members are spread over the pairs; their bounds are those of the type, which is not known here.
            Style::DeepObject => return Ok(ArgumentValue::Unset),
            Style::Json => {
                let value: Value = serde_json::from_str(&text_of(text))
                    .map_err(|error| format!("`{}` must be JSON: {error}", param.name))?;
                return Ok(owned(&value));
            }
            _ => {}
        }
        let text = match param.style {
            Style::Label => text.strip_prefix('.').unwrap_or(text),
            Style::Matrix => text.split_once('=').map_or(text, |(_, value)| value),
            _ => text,
        };
        let separators: &[&str] = match param.style {
            Style::SpaceDelimited => &["%20", "+"],
            Style::PipeDelimited => &["%7C", "%7c", "|"],
            Style::Label if param.explode => &["."],
            _ => &[","],
        };
        // Where a comma may be a part of the text, only a list has several.
        let splits = is_list || !(is_plain || param.allow_reserved);
        let whole = [text.to_owned()];
        let parts: Vec<String> = match separators.iter().find(|separator| text.contains(**separator)) {
            Some(separator) if splits && !(param.explode && param.place == Place::Query) => {
                text.split(separator).map(str::to_owned).collect()
            }
            _ => whole.to_vec(),
        };
        for part in parts {
            items.push(scalar(param, check, text_of(&part))?);
        }
    }
    Ok(match items.len() {
        1 if !is_list => items.remove(0),
        _ => ArgumentValue::List(items),
    })
}

fn scalar(param: &Param, check: &Check, text: String) -> Result<ArgumentValue<'static>, String> {
    let is_number = check.min.is_some() || check.max.is_some() || check.multiple_of.is_some();
    if !is_number {
        return Ok(ArgumentValue::Text(Cow::Owned(text)));
    }
    let integer = text.parse().map(ArgumentValue::Integer);
    integer
        .or_else(|_| text.parse().map(ArgumentValue::Float))
        .map_err(|_| format!("`{}` must be a number", param.name))
}

/// A value of JSON that borrows nothing.
fn owned(value: &Value) -> ArgumentValue<'static> {
    match value {
        Value::String(text) => ArgumentValue::Text(Cow::Owned(text.clone())),
        Value::Array(items) => ArgumentValue::List(items.iter().map(owned).collect()),
        Value::Object(members) => ArgumentValue::Object(
            members.iter().map(|(name, value)| (Cow::Owned(name.clone()), owned(value))).collect(),
        ),
        Value::Bool(value) => ArgumentValue::Boolean(*value),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(value), _) => ArgumentValue::Integer(value.into()),
            (None, Some(value)) => ArgumentValue::Float(value),
            (None, None) => ArgumentValue::Text(Cow::Owned(number.to_string())),
        },
        Value::Null => ArgumentValue::Unset,
    }
}
