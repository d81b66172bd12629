//! What a [`MockServer`](super::MockServer) knows of an operation beyond its table, and how it finds the operation that a
//! request is for.

use std::marker::PhantomData;

use bytes::Bytes;
use http::StatusCode;
use percent_encoding::utf8_percent_encode;
use serde::de::DeserializeOwned;

use super::assemble::{NOT_IN_URLS, parts};
use super::check::{Validate, validate};
use super::decode;
use super::drift;
use super::mock_check::{Complaint, decoded, not_described};
use super::operation::Operation;
use super::param::Place;

/// An operation that a server can be asked for, and how its handler is set, for the message where there is none.
pub(super) type Known = (&'static Operation, &'static str);

/// The facts of an operation that only a server needs. `B` is what a request's body becomes.
#[derive(Debug)]
pub struct MockRoute<B> {
    pub(super) facts: RouteFacts,
    pub(super) read: fn(&Bytes) -> Result<B, Vec<Complaint>>,
    body: PhantomData<fn() -> B>,
}

/// The same without a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct RouteFacts {
    pub(super) operation: &'static Operation,
    /// Indexes of parameters that a request must have, beside those of the path.
    pub(super) required: &'static [usize],
    /// Whether the query may have names that only the value of a parameter knows.
    pub(super) open_query: bool,
    /// The media types of a body; none where there is no body.
    pub(super) takes: &'static [&'static str],
    pub(super) body_required: bool,
    pub(super) status: u16,
    /// The media type of a success; none where it has no body.
    pub(super) gives: Option<&'static str>,
    /// Where an answer has the token of the next page.
    pub(super) next: &'static [&'static str],
}

impl MockRoute<()> {
    /// An operation without a body that answers 200 with JSON.
    #[must_use]
    pub fn new(operation: &'static Operation) -> Self {
        let facts = RouteFacts {
            operation,
            required: &[],
            open_query: false,
            takes: &[],
            body_required: false,
            status: 200,
            gives: Some("application/json"),
            next: &[],
        };
        Self { facts, read: |_| Ok(()), body: PhantomData }
    }

    /// A body of JSON.
    #[must_use]
    pub fn json<T: DeserializeOwned + Validate>(self, takes: &'static [&'static str]) -> MockRoute<T> {
        self.reading(takes, true, |body| read_json(body))
    }

    /// A body of JSON that may be absent.
    #[must_use]
    pub fn json_or_none<T: DeserializeOwned + Validate>(self, takes: &'static [&'static str]) -> MockRoute<Option<T>> {
        self.reading(takes, false, |body| if body.is_empty() { Ok(None) } else { read_json(body).map(Some) })
    }

    /// A body that the handler reads by itself.
    #[must_use]
    pub fn bytes(self, takes: &'static [&'static str]) -> MockRoute<Bytes> {
        self.reading(takes, true, |body| Ok(body.clone()))
    }

    /// The same where the body may be absent.
    #[must_use]
    pub fn bytes_or_none(self, takes: &'static [&'static str]) -> MockRoute<Bytes> {
        self.reading(takes, false, |body| Ok(body.clone()))
    }

    fn reading<B>(
        self,
        takes: &'static [&'static str],
        required: bool,
        read: fn(&Bytes) -> Result<B, Vec<Complaint>>,
    ) -> MockRoute<B> {
        MockRoute { facts: RouteFacts { takes, body_required: required, ..self.facts }, read, body: PhantomData }
    }
}

impl<B> MockRoute<B> {
    /// The indexes of parameters that a request must have, beside those of the path.
    #[must_use]
    pub fn required(mut self, indexes: &'static [usize]) -> Self {
        self.facts.required = indexes;
        self
    }

    /// The query may have names that only the value of a parameter knows: an object in the style `form`, exploded.
    #[must_use]
    pub fn open_query(mut self) -> Self {
        self.facts.open_query = true;
        self
    }

    /// The status and the media type of a success, which is none where it has no body.
    #[must_use]
    pub fn gives(mut self, status: u16, media: Option<&'static str>) -> Self {
        self.facts.status = status;
        self.facts.gives = media;
        self
    }

    /// The members that lead to the token of the next page in an answer.
    #[must_use]
    pub fn next(mut self, path: &'static [&'static str]) -> Self {
        self.facts.next = path;
        self
    }
}

/// Reads a body of JSON and checks its bounds. A member that the type does not know is a mistake: the server would ignore it.
fn read_json<T: DeserializeOwned + Validate>(body: &Bytes) -> Result<T, Vec<Complaint>> {
    let watched = drift::watch("", || decode::json::<T>(body));
    let value = watched.result.map_err(|fault| {
        vec![Complaint::of(
            StatusCode::BAD_REQUEST,
            "body",
            format!("the body cannot be read: {}", fault.at(watched.path)),
        )]
    })?;
    let unknown = watched.found.iter().filter_map(|drift| {
        let message = format!("the body has {}", not_described(drift)?);
        Some(Complaint::of(StatusCode::BAD_REQUEST, &drift.path, message))
    });
    let mut wrong: Vec<Complaint> = unknown.collect();
    if let Some(violation) = validate(&value) {
        wrong.push(Complaint::of(StatusCode::BAD_REQUEST, &violation.parameter, violation.message));
    }
    if wrong.is_empty() { Ok(value) } else { Err(wrong) }
}

/// A path with the values that it has in the places of a template's names, as they are written.
pub(super) type Filled = Vec<(&'static str, String)>;

/// The values that a path and a query have in the places of an operation's template; `None` where they do not fit it. The
/// number is how many characters are fixed: of two templates that fit, the one with more of them is meant.
pub(super) fn fit(operation: &'static Operation, path: &str, query: &str) -> Option<(usize, Filled)> {
    let (template, fixed) = parts(operation.path);
    let fixed = fixed.split('#').next().unwrap_or_default();
    let has = |pair: &str| pair.contains('{') || query.split('&').any(|other| decoded(other) == decoded(pair));
    if !fixed.split('&').filter(|pair| !pair.is_empty()).all(has) {
        return None;
    }
    let template = template.split('#').next().unwrap_or_default();
    let mut filled = Vec::new();
    let literals = fit_text(operation, template, path, &mut filled)?;
    Some((literals + fixed.len(), filled))
}

/// The names of a query that a template has by itself.
pub(super) fn fixed_names(operation: &'static Operation) -> impl Iterator<Item = &'static str> {
    let (_, fixed) = parts(operation.path);
    fixed.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty())
}

fn fit_text(operation: &'static Operation, template: &'static str, path: &str, filled: &mut Filled) -> Option<usize> {
    let Some((before, rest)) = template.split_once('{') else {
        return (literal(template) == path || template == path).then_some(template.len());
    };
    let written = literal(before);
    let path = path.strip_prefix(written.as_str()).or_else(|| path.strip_prefix(before))?;
    let (name, after) = rest.split_once('}')?;
    let is_wide =
        operation.params.iter().any(|param| param.place == Place::Path && param.name == name && param.allow_reserved);
    let longest = if is_wide { path.len() } else { path.find('/').unwrap_or(path.len()) };
    let ends = (1..=longest).filter(|end| path.is_char_boundary(*end));
    let length = filled.len();
    for end in ends {
        filled.push((name, path[..end].to_owned()));
        if let Some(literals) = fit_text(operation, after, &path[end..], filled) {
            return Some(before.len() + literals);
        }
        filled.truncate(length);
    }
    None
}

/// A part of a template as it stands in a URL.
fn literal(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_URLS).to_string()
}

/// The path of an address that may have variables, without a slash at its end.
pub(super) fn path_of(address: &'static str) -> &'static str {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
        None => address,
    };
    path.trim_end_matches('/')
}

/// What is left of a path behind a prefix, of which the names between braces stand for one segment each.
pub(super) fn behind<'p>(prefix: &'static str, path: &'p str) -> Option<&'p str> {
    let mut rest = path;
    for segment in prefix.split('/').skip(1) {
        let tail = rest.strip_prefix('/')?;
        let end = tail.find('/').unwrap_or(tail.len());
        if segment != &tail[..end] && !segment.contains('{') {
            return None;
        }
        rest = &tail[end..];
    }
    Some(rest)
}
