//! What the handler of a [`MockServer`](super::MockServer) answers, and how that becomes a reply.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::decode;
use super::drift;
use super::list::Page;
use super::memory::{Head, Received, Reply};
use super::mock_check::{decoded, not_described};
use super::mock_events::{MockEvents, Part};
use super::mock_fault::{Fault, Outcome};
use super::mock_route::RouteFacts;

/// What a handler answers. `T` is what a call of the operation gives as the body: the same type as in the
/// [`Response`](super::Response), an event for a stream, and [`serde_json::Value`] where it depends on the status.
#[must_use = "it is an answer only where a handler returns it"]
pub struct MockAnswer<T> {
    status: Option<u16>,
    headers: Vec<(String, String)>,
    delay: Option<Duration>,
    fault: Option<Fault>,
    content: Result<Content, String>,
    of: PhantomData<fn() -> T>,
}

enum Content {
    Nothing,
    Value(Value),
    /// JSON that is no success of the operation.
    Other(Value),
    Bytes(Option<String>, Bytes),
    Events(Vec<Part>),
    Pages(Vec<Value>),
    /// Items, and where an answer has them.
    Items(Vec<Value>, &'static [&'static str]),
}

impl<T> MockAnswer<T> {
    fn new(content: Result<Content, String>) -> Self {
        Self { status: None, headers: Vec::new(), delay: None, fault: None, content, of: PhantomData }
    }

    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self::new(Ok(Content::Nothing)).with_status(status)
    }

    /// An answer that is no success, with a JSON body: one of the error types of the operation, or
    /// [`serde_json::json!`].
    pub fn problem(status: u16, body: impl Serialize) -> Self {
        let content = serde_json::to_value(body).map(Content::Other);
        Self::new(content.map_err(|error| format!("the problem cannot be written: {error}"))).with_status(status)
    }

    /// A text, with the media type of the operation's success.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Ok(Content::Bytes(None, Bytes::from(text.into()))))
    }

    /// Bytes that nothing is checked of. An empty media type stands for that of the operation's success.
    pub fn bytes(media: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let media = Some(media.into()).filter(|media| !media.is_empty());
        Self::new(Ok(Content::Bytes(media, bytes.into())))
    }

    /// Something that goes wrong in place of an answer. A fault that changes an answer changes `{}`.
    pub fn fault(fault: Fault) -> Self {
        Self::new(Ok(Content::Other(Value::Object(Map::new())))).with_fault(fault)
    }

    /// Another status than that of the operation's first success; a number that is none stands for 500.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a header; a `Content-Type` takes the place of the one there is.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Lets time pass before the answer: in memory on the server's clock, on loopback in fact.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Lets something go wrong with this answer.
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// The reply to a request; `Err` says what is wrong with the answer.
    pub(super) fn into_outcome(
        self,
        facts: Option<&RouteFacts>,
        received: &Received,
        unix_now: Duration,
    ) -> Result<Outcome, String> {
        let status = self.status.or(facts.map(|facts| facts.status)).unwrap_or(200);
        let reply = match self.content? {
            Content::Nothing => Reply::status(status),
            Content::Value(value) => written(status, facts, value),
            Content::Other(value) => {
                let media = if status < 400 { "application/json" } else { "application/problem+json" };
                Reply::json(status, value.to_string()).retyped(HeaderValue::from_static(media))
            }
            Content::Bytes(media, bytes) => {
                let media =
                    media.as_deref().or(facts.and_then(|facts| facts.gives)).unwrap_or("application/octet-stream");
                Reply::status(status).with_header("content-type", media).chunk(bytes)
            }
            Content::Events(parts) => {
                let rules = facts.and_then(|facts| facts.operation.stream);
                let rules = rules.ok_or("the operation does not stream, so it cannot answer with events")?;
                super::mock_events::reply(status, rules, parts)?
            }
            Content::Pages(pages) => written(status, facts, page(facts, received, pages)?),
            Content::Items(items, path) => {
                let pages = cut(facts, received, items, path);
                written(status, facts, page(facts, received, pages)?)
            }
        };
        let mut reply = reply;
        for (name, value) in &self.headers {
            let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
                return Err(format!("`{name}` cannot be sent as a header"));
            };
            reply = if name == header::CONTENT_TYPE { reply.retyped(value) } else { reply.header(name, value) };
        }
        reply.delay = self.delay;
        Ok(match self.fault {
            Some(fault) => fault.apply(reply, received, unix_now),
            None => Outcome::Reply(reply),
        })
    }
}

impl<T: Serialize> MockAnswer<T> {
    /// A success.
    pub fn ok(body: T) -> Self {
        let content = serde_json::to_value(body).map(Content::Value);
        Self::new(content.map_err(|error| format!("the answer cannot be written: {error}")))
    }

    /// The events of a stream, which then stays open; [`MockEvents`] says more.
    pub fn events(events: impl IntoIterator<Item = T>) -> Self {
        events.into_iter().fold(MockEvents::new(), MockEvents::event).into()
    }

    /// The pages of a list, in their order. The server answers with the first one, unless the request has the token of
    /// another, and puts the token of the next page where the API description says that it is.
    pub fn pages(pages: impl IntoIterator<Item = T>) -> Self {
        let pages: Result<Vec<Value>, _> = pages.into_iter().map(serde_json::to_value).collect();
        Self::new(pages.map(Content::Pages).map_err(|error| format!("a page cannot be written: {error}")))
    }
}

impl<T: Serialize + Default> MockAnswer<T> {
    /// A success that is set up from the default of its type, for types that can only be made so.
    ///
    /// ```text
    /// MockAnswer::ok_with(|history| history.data.push(connection.clone()))
    /// ```
    pub fn ok_with(set_up: impl FnOnce(&mut T)) -> Self {
        let mut body = T::default();
        set_up(&mut body);
        Self::ok(body)
    }
}

impl<T: DeserializeOwned> MockAnswer<T> {
    /// A success as the server would write it. It must be one: what cannot be read as `T`, and a member that `T` does not
    /// know, is a fault of the handler.
    pub fn json(body: Value) -> Self {
        Self::new(checked::<T>(&body).map(|()| Content::Value(body)))
    }
}

impl<T: Page> MockAnswer<T>
where
    T::Item: Serialize,
{
    /// The items of a list, which the server cuts into pages as large as the request asks for.
    pub fn items(items: impl IntoIterator<Item = T::Item>) -> Self {
        let items: Result<Vec<Value>, _> = items.into_iter().map(serde_json::to_value).collect();
        let items = items.map(|items| Content::Items(items, T::ITEMS));
        Self::new(items.map_err(|error| format!("an item cannot be written: {error}")))
    }
}

impl<T: Page> MockAnswer<T> {
    /// The same with the items as the server would write them, which are checked as by [`json`](Self::json).
    pub fn json_items(items: impl IntoIterator<Item = Value>) -> Self {
        let items: Result<Vec<Value>, String> =
            items.into_iter().map(|item| checked::<T::Item>(&item).map(|()| item)).collect();
        Self::new(items.map(|items| Content::Items(items, T::ITEMS)))
    }
}

impl<T> From<MockEvents<T>> for MockAnswer<T> {
    fn from(events: MockEvents<T>) -> Self {
        Self::new(events.parts.map(Content::Events))
    }
}

impl<T> fmt::Debug for MockAnswer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockAnswer").field("status", &self.status).field("fault", &self.fault).finish_non_exhaustive()
    }
}

/// Whether JSON can be read as a type that knows all of its members.
pub(super) fn checked<T: DeserializeOwned>(value: &Value) -> Result<(), String> {
    let text = value.to_string();
    let watched = drift::watch("", || decode::json::<T>(text.as_bytes()).map(drop));
    watched.result.map_err(|fault| format!("the answer cannot be read by the client: {}", fault.at(watched.path)))?;
    match watched.found.iter().find_map(not_described) {
        Some(what) => Err(format!("the answer has {what}")),
        None => Ok(()),
    }
}

/// A value with the media type of the operation. A text that is no JSON there is written as it is, and null where there is
/// no body.
fn written(status: u16, facts: Option<&RouteFacts>, value: Value) -> Reply {
    let reply = Reply::status(status);
    let Some(media) = facts.map_or(Some("application/json"), |facts| facts.gives) else { return reply };
    let is_json = media.contains("json") || media.contains('*');
    let media = if media.contains('*') { "application/json" } else { media };
    let body = match value {
        Value::String(text) if !is_json => text,
        value => value.to_string(),
    };
    reply.with_header("content-type", media).chunk(body)
}

/// The page that a request is for.
fn page(facts: Option<&RouteFacts>, received: &Received, pages: Vec<Value>) -> Result<Value, String> {
    let paged = facts.and_then(|facts| Some((facts, facts.operation.params.get(facts.operation.page_token?)?)));
    let Some((facts, param)) = paged.filter(|(facts, _)| !facts.next.is_empty()) else {
        return Err("the API description does not say how the operation continues on another page".to_owned());
    };
    let index = match sent(received, param.name) {
        None => 0,
        Some(token) => token
            .strip_prefix(TOKEN)
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| format!("`{}` is no token of a page that this server gave", param.name))?,
    };
    let count = pages.len();
    let Some(mut page) = pages.into_iter().nth(index).or((index == 0).then(|| Value::Object(Map::new()))) else {
        return Err(format!("there is no page {index}; the handler has {count}"));
    };
    if let Some(member) = member(&mut page, facts.next) {
        *member = if index + 1 < count { Value::from(format!("{TOKEN}{:08}", index + 1)) } else { Value::Null };
    }
    Ok(page)
}

/// What the tokens of pages begin with.
const TOKEN: &str = "mock-page-";

/// Items as pages of the size that the request asks for.
fn cut(facts: Option<&RouteFacts>, received: &Received, items: Vec<Value>, path: &[&str]) -> Vec<Value> {
    let size = facts.and_then(|facts| facts.operation.page_size).and_then(|(index, default)| {
        let param = facts?.operation.params.get(index)?;
        let asked = sent(received, param.name).and_then(|text| text.parse().ok());
        usize::try_from(asked.unwrap_or(default)).ok()
    });
    let size = size.unwrap_or(items.len()).max(1);
    let of = |items: &[Value]| {
        let mut page = Value::Object(Map::new());
        if let Some(list) = member(&mut page, path) {
            *list = Value::Array(items.to_vec());
        }
        page
    };
    items.chunks(size).map(of).collect()
}

/// A parameter of the query, without escapes.
fn sent(received: &Received, name: &str) -> Option<String> {
    let pairs = received.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    let pairs: BTreeMap<String, String> = pairs.map(|(name, text)| (decoded(name), decoded(text))).collect();
    pairs.get(name).cloned()
}

/// A member of an object, with the objects on the way to it.
fn member<'v>(value: &'v mut Value, path: &[&str]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, name| {
        if value.is_null() {
            *value = Value::Object(Map::new());
        }
        Some(value.as_object_mut()?.entry(*name).or_insert(Value::Null))
    })
}

impl Reply {
    /// The same with another media type.
    pub(super) fn retyped(mut self, media: HeaderValue) -> Self {
        if let Head::Answer(_, headers) = &mut self.head {
            headers.insert(header::CONTENT_TYPE, media);
        }
        self
    }
}

/// A refusal, as Problem Details (RFC 9457).
pub(super) fn refusal(status: StatusCode, messages: &[(&str, &str)]) -> Reply {
    let title = status.canonical_reason().unwrap_or("Refused");
    let problem = |parameter: &str, message: &str| {
        let mut problem = serde_json::json!({
            "type": "about:blank", "title": title, "status": status.as_u16(), "detail": message
        });
        if let Some(members) = problem.as_object_mut().filter(|_| !parameter.is_empty()) {
            members.insert("parameter".to_owned(), parameter.into());
        }
        problem
    };
    let body = match messages {
        [] => problem("", title),
        [(parameter, message)] => problem(parameter, message),
        [(parameter, message), rest @ ..] => {
            let mut body = problem(parameter, message);
            let others: Vec<Value> = rest.iter().map(|(parameter, message)| problem(parameter, message)).collect();
            if let Some(members) = body.as_object_mut() {
                members.insert("errors".to_owned(), others.into());
            }
            body
        }
    };
    Reply::json(status.as_u16(), body.to_string()).retyped(HeaderValue::from_static("application/problem+json"))
}
