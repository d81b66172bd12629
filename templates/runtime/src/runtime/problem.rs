//! What servers say when they refuse: one lenient reader for every shape an error body comes in.

use serde_json::{Map, Value};

/// One problem out of an answer's body.
///
/// Read from Problem Details (RFC 9457, formerly RFC 7807), alone or in an `errors` array, from `{code, message}`, and
/// from the `{error, error_description}` of OAuth 2.0 (RFC 6749 section 5.2).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// The URI that names the type of the problem, as sent (`type`).
    pub type_uri: Option<String>,
    /// A short summary (`title`; `error` of OAuth).
    pub title: Option<String>,
    /// What happened this time (`detail`, `message`, `error_description`).
    pub detail: Option<String>,
    /// The HTTP status the problem itself names; the answer's own status is [`Error::status`](super::Error::status).
    pub status: Option<u16>,
    /// The server's own number for the problem (`code`).
    pub code: Option<i64>,
    /// All other members, as sent.
    pub members: Map<String, Value>,
}

impl Problem {
    /// The kind of the problem: the last path segment of its type, so that the host it lives on does not matter
    /// (`usage-capped`). Without a type it is `about:blank` (RFC 9457 section 4.2.1).
    #[must_use]
    pub fn kind(&self) -> &str {
        let Some(uri) = &self.type_uri else { return "about:blank" };
        let path = uri.split(['?', '#']).next().unwrap_or(uri);
        path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
    }

    /// A member the other fields do not hold, as text.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }

    /// Every problem a body holds, the body's own before those in its `errors`; empty where the body is something else.
    #[must_use]
    pub fn read(body: &[u8]) -> Vec<Self> {
        let mut problems = Vec::new();
        // A body cut at the size limit, a page of HTML, nothing at all: no reason to fail, there is just no problem.
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            collect(value, true, &mut problems);
        }
        problems
    }

    /// Title and detail in one line.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        for part in [self.title.as_deref(), self.detail.as_deref()].into_iter().flatten() {
            if part.is_empty() || text == part {
                continue;
            }
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(part);
        }
        if text.is_empty() {
            text.push_str(self.kind());
        }
        if let Some(code) = self.code {
            text.push_str(&format!(" (code {code})"));
        }
        text
    }
}

fn collect(value: Value, outermost: bool, problems: &mut Vec<Problem>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| collect(value, false, problems)),
        Value::String(text) if !outermost => {
            problems.push(Problem { detail: Some(text), ..Problem::default() });
        }
        Value::Object(mut members) => {
            let nested = members.remove("errors");
            let inner = match members.remove("error") {
                Some(inner @ Value::Object(_)) => Some(inner),
                Some(other) => {
                    members.insert("error".to_owned(), other);
                    None
                }
                None => None,
            };
            if let Some(problem) = read_one(members, !outermost) {
                problems.push(problem);
            }
            for nested in [inner, nested].into_iter().flatten() {
                collect(nested, false, problems);
            }
        }
        _ => {}
    }
}

/// Reads one object; `certain` says that it stands where only problems stand.
fn read_one(mut members: Map<String, Value>, certain: bool) -> Option<Problem> {
    let type_uri = text(&mut members, &["type"]);
    let title = text(&mut members, &["title", "error"]);
    let detail = text(&mut members, &["detail", "message", "error_description"]);
    let status = members.get("status").and_then(number).and_then(|status| u16::try_from(status).ok());
    if status.is_some() {
        members.remove("status");
    }
    let code = members.get("code").and_then(number);
    if code.is_some() {
        members.remove("code");
    }
    let known = title.is_some() || detail.is_some() || type_uri.is_some() || code.is_some();
    (known || (certain && !members.is_empty())).then_some(Problem { type_uri, title, detail, status, code, members })
}

/// Takes the first of the named members that holds a text.
fn text(members: &mut Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match members.remove(*name)? {
        Value::String(text) => Some(text),
        other => {
            members.insert((*name).to_owned(), other);
            None
        }
    })
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
