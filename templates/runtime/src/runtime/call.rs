//! One call of an operation: the value that every builder writes into, and the way from there to an answer.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::argument::{self, Argument, ArgumentValue};
use super::assemble;
use super::body::{Body, Payload};
use super::check::{self, Checker, Validate, Violation};
use super::client::Client;
use super::decode::{Answer, ByStatus, Envelope};
use super::error::Error;
use super::operation::Operation;
use super::options::CallOptions;
use super::param::{Param, Place, Style};
use super::response::Response;
use super::send::Opened;

/// One call of an operation, put together step by step.
///
/// Arguments become text when they are set, so an argument that is wrong is found then; it is kept and reported by
/// whatever sends the call.
#[derive(Clone)]
pub struct Call {
    pub(super) client: Client,
    pub(super) operation: &'static Operation,
    /// The encoded text of each parameter, in the order of the operation's table; empty until the first is set.
    pub(super) values: Vec<Option<Box<str>>>,
    pub(super) body: Payload,
    pub(super) media: Option<HeaderValue>,
    /// The media type that is asked for in place of the operation's own.
    pub(super) accept: Option<&'static str>,
    pub(super) extra: Option<Box<Extra>>,
    pub(super) faults: Vec<Fault>,
}

/// What few calls have: overrides, and what a caller adds beyond the description.
#[derive(Clone, Default)]
pub(super) struct Extra {
    pub(super) options: CallOptions,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<(String, Value)>,
}

/// What is wrong with an argument.
#[derive(Clone)]
pub(super) struct Fault {
    /// The parameter's index, or [`BODY`].
    pub(super) at: usize,
    /// Whether it is a bound, which `local_checks(false)` leaves to the server.
    pub(super) is_bound: bool,
    pub(super) parameter: String,
    pub(super) message: String,
}

/// The place of the body in the order of faults.
const BODY: usize = usize::MAX;

impl Call {
    /// A call without arguments.
    #[must_use]
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            values: Vec::new(),
            body: Payload::None,
            media: None,
            accept: None,
            extra: None,
            faults: Vec::new(),
        }
    }

    /// The operation that is called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The client that sends the call.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The overrides of the call.
    pub fn options(&self) -> &CallOptions {
        static NONE: CallOptions = CallOptions::new();
        self.extra.as_ref().map_or(&NONE, |extra| &extra.options)
    }

    /// Sets the parameter with this index, in place of what it held before; an unset argument removes it. The token of
    /// a page comes from the server, so its bounds are the server's business and are not checked.
    pub fn set(&mut self, index: usize, value: &dyn Argument) {
        let Some(param) = self.operation.params.get(index) else { return };
        self.faults.retain(|fault| fault.at != index);
        let value = value.value();
        if value.is_unset() {
            self.store(index, None);
            return;
        }
        let check = param.check.as_ref().filter(|_| self.operation.page_token != Some(index));
        if let Some(violation) = check.and_then(|check| check.violation(param.name, &value)) {
            self.faults.push(Fault {
                at: index,
                is_bound: true,
                parameter: violation.parameter,
                message: violation.message,
            });
        }
        if param.style == Style::Cookie && assemble::breaks_cookie(&value) {
            let message =
                format!("`{}` holds characters that no cookie can hold; escape them as the server expects", param.name);
            self.fault(index, param.name, message);
        }
        let mut text = String::new();
        argument::append(&mut text, param, &value);
        if let Some(why) = unusable(param, &text) {
            self.fault(index, param.name, format!("`{}` {why}", param.name));
        }
        self.store(index, Some(text.into_boxed_str()));
    }

    /// Sets a parameter to an object, by way of its JSON form, and checks the bounds of its members.
    pub fn set_object<T: Serialize + Validate + ?Sized>(&mut self, index: usize, value: &T) {
        self.set_json(index, value);
        let Some(param) = self.operation.params.get(index).filter(|_| self.is_set(index)) else { return };
        let mut first = None;
        Checker::new(&mut first).nested(param.name, value);
        if let Some(Violation { parameter, message }) = first {
            self.faults.push(Fault { at: index, is_bound: true, parameter, message });
        }
    }

    /// Sets a parameter to anything that has a JSON form.
    pub fn set_json<T: Serialize + ?Sized>(&mut self, index: usize, value: &T) {
        match argument::structure(value) {
            Ok(value) => self.set(index, &value),
            Err(error) => {
                self.unset(index);
                let Some(param) = self.operation.params.get(index) else { return };
                self.fault(index, param.name, format!("`{}` could not be serialised: {error}", param.name));
            }
        }
    }

    /// Removes a parameter.
    pub fn unset(&mut self, index: usize) {
        self.faults.retain(|fault| fault.at != index);
        self.store(index, None);
    }

    /// Whether a parameter is set.
    #[must_use]
    pub fn is_set(&self, index: usize) -> bool {
        self.values.get(index).is_some_and(Option::is_some)
    }

    /// The text a query, path or header parameter was set to; `None` where it is unset, or written in another way than
    /// as one text.
    #[doc(hidden)]
    #[must_use]
    pub fn text_of(&self, index: usize) -> Option<String> {
        let param = self.operation.params.get(index)?;
        let text = self.values.get(index)?.as_deref()?;
        match (param.place, param.style) {
            (Place::Query | Place::Cookie, Style::Form) => decoded(text.split_once('=')?.1),
            (Place::Path, Style::Simple) => decoded(text),
            (Place::Header, Style::Simple) => Some(text.to_owned()),
            _ => None,
        }
    }

    /// Whether the body is there for another request.
    #[doc(hidden)]
    #[must_use]
    pub fn has_body_left(&self) -> bool {
        self.body.is_left()
    }

    /// Sets the body to the JSON form of a value.
    pub fn json_body<T: Serialize + Validate + ?Sized>(&mut self, body: &T) {
        let text = serde_json::to_vec(body).map(Body::from).map_err(|error| error.to_string());
        self.checked_body(HeaderValue::from_static("application/json"), text, check::validate(body));
    }

    /// Sets the body to the members of a value as a form (`application/x-www-form-urlencoded`): lists repeat their
    /// name, objects are written as JSON (OpenAPI 3.0.3, "Support for x-www-form-urlencoded Request Bodies").
    ///
    /// `encoding` says which members are written in another way, as if they were parameters of the query.
    pub fn form_body<T: Serialize + Validate + ?Sized>(&mut self, body: &T, encoding: &[Param]) {
        let text = match serde_json::to_value(body) {
            Ok(Value::Object(members)) => Ok(form(&members, encoding).into()),
            Ok(_) => Err("only an object can be sent as a form".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        let media = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.checked_body(media, text, check::validate(body));
    }

    /// Sets the body to a text.
    pub fn text_body(&mut self, media: &'static str, body: impl Into<String>) {
        self.bytes_body(media, body.into());
    }

    /// Sets the body to bytes or to a stream of them.
    pub fn bytes_body(&mut self, media: &'static str, body: impl Into<Body>) {
        self.checked_body(HeaderValue::from_static(media), Ok(body.into()), None);
    }

    /// Gives the body another media type than its kind has.
    pub fn content_type(&mut self, media: &'static str) {
        self.media = Some(HeaderValue::from_static(media));
    }

    /// Asks for another form of the answer than the operation usually does; an answer of another media type is then an
    /// error when it is read as text or bytes.
    pub fn accept(&mut self, media: &'static str) {
        self.accept = Some(media);
    }

    /// Replaces the overrides of the call.
    pub fn with(&mut self, options: CallOptions) {
        self.extra().options = options;
    }

    /// Adds a query parameter after those of the operation.
    pub fn extra_query(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.extra().query.push((name.into(), value.into()));
    }

    /// Sets a header, in place of one of that name.
    pub fn extra_header(&mut self, name: HeaderName, value: HeaderValue) {
        self.extra().headers.insert(name, value);
    }

    /// Sets a member of a JSON body, in place of one of that name.
    pub fn extra_body(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.extra().body.push((name.into(), value.into()));
    }

    /// Sends the call and gives the whole answer.
    ///
    /// # Errors
    ///
    /// An argument is wrong, the call failed, or the answer is no success.
    pub async fn send(self) -> Result<Answer, Error> {
        self.prepare()?.run().await
    }

    /// Sends the call and reads JSON.
    ///
    /// # Errors
    ///
    /// As for [`Call::send`], or the answer could not be decoded.
    pub async fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.send().await?.json()
    }

    /// Sends the call and reads JSON that can hold errors beside its result.
    ///
    /// # Errors
    ///
    /// As for [`Call::json`], or the answer holds errors alone.
    pub async fn envelope<T: Envelope>(self) -> Result<Response<T>, Error> {
        self.send().await?.envelope()
    }

    /// Sends the call and reads JSON, or takes the default where the answer has no body.
    ///
    /// # Errors
    ///
    /// As for [`Call::json`].
    pub async fn json_or_default<T: DeserializeOwned + Default>(self) -> Result<Response<T>, Error> {
        self.send().await?.json_or_default()
    }

    /// Sends the call and reads JSON, if the answer has a body.
    ///
    /// # Errors
    ///
    /// As for [`Call::json`].
    pub async fn json_or_none<T: DeserializeOwned>(self) -> Result<Response<Option<T>>, Error> {
        self.send().await?.json_or_none()
    }

    /// Sends the call and drops the answer's body.
    ///
    /// # Errors
    ///
    /// As for [`Call::send`].
    pub async fn empty(self) -> Result<Response<()>, Error> {
        self.send().await?.empty()
    }

    /// Sends the call and gives the answer's bytes.
    ///
    /// # Errors
    ///
    /// As for [`Call::send`].
    pub async fn bytes(self) -> Result<Response<Bytes>, Error> {
        let asked = self.accept;
        self.send().await?.of_media(asked)?.bytes()
    }

    /// Sends the call and gives the answer's text.
    ///
    /// # Errors
    ///
    /// As for [`Call::send`], or the answer is not UTF-8.
    pub async fn text(self) -> Result<Response<String>, Error> {
        let asked = self.accept;
        self.send().await?.of_media(asked)?.text()
    }

    /// Sends the call and reads what belongs to the answer's status.
    ///
    /// # Errors
    ///
    /// As for [`Call::json`].
    pub async fn by_status<T: ByStatus>(self) -> Result<Response<T>, Error> {
        self.send().await?.by_status()
    }

    /// Sends the call once, apart from a refreshed credential and redirects, and gives the body of a success while it
    /// arrives. There is a time limit for the head of the answer and none for its body. `gzip` asks for a compressed
    /// one.
    ///
    /// # Errors
    ///
    /// As for [`Call::send`].
    #[doc(hidden)]
    pub async fn open(&self, gzip: bool) -> Result<Opened, Error> {
        self.prepare()?.open(gzip).await
    }

    /// The request as it would be sent, with its credentials. Retries, limits and hooks are left to whoever sends it.
    ///
    /// # Errors
    ///
    /// An argument is wrong, credentials are missing, or a credential is not at hand without waiting.
    pub fn into_request(self) -> Result<http::Request<Body>, Error> {
        self.prepare()?.into_request()
    }

    /// The parameters that are set, in the order of the table.
    pub(super) fn set_values(&self) -> impl Iterator<Item = (&'static Param, &str)> {
        self.operation.params.iter().zip(&self.values).filter_map(|(param, value)| Some((param, value.as_deref()?)))
    }

    pub(super) fn set_in(&self, place: Place) -> impl Iterator<Item = (&'static Param, &str)> {
        self.set_values().filter(move |(param, _)| param.place == place)
    }

    fn store(&mut self, index: usize, value: Option<Box<str>>) {
        if self.values.is_empty() {
            self.values.resize(self.operation.params.len(), None);
        }
        if let Some(slot) = self.values.get_mut(index) {
            *slot = value;
        }
    }

    fn fault(&mut self, at: usize, parameter: &str, message: String) {
        self.faults.push(Fault { at, is_bound: false, parameter: parameter.to_owned(), message });
    }

    fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// Takes a body that was serialised and checked; not generic, unlike its callers.
    pub(super) fn checked_body(
        &mut self,
        media: HeaderValue,
        body: Result<Body, String>,
        violation: Option<Violation>,
    ) {
        self.faults.retain(|fault| fault.at != BODY);
        self.media = Some(media);
        if let Some(Violation { parameter, message }) = violation {
            self.faults.push(Fault { at: BODY, is_bound: true, parameter, message });
        }
        match body {
            Ok(body) => self.body = body.into(),
            Err(error) => self.fault(BODY, "body", format!("the body could not be serialised: {error}")),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values stay out: an extra parameter can be a key.
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("set", &self.set_values().map(|(param, _)| param.name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Why a parameter's text cannot be sent, whatever the server thinks of it.
fn unusable(param: &Param, text: &str) -> Option<&'static str> {
    match param.place {
        // Only where reserved characters are allowed, a slash is still one here.
        Place::Path => text.split('/').find_map(|segment| match segment {
            "" => Some("must not be empty, nor have an empty segment"),
            "." | ".." => Some("must not be `.` or `..`, nor have such a segment, which would change the path"),
            _ => None,
        }),
        Place::Header if HeaderValue::try_from(text).is_err() => {
            Some("holds characters that no header can hold, such as a line break")
        }
        _ => None,
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

fn form(members: &serde_json::Map<String, Value>, encoding: &[Param]) -> Vec<u8> {
    fn pair(out: &mut url::form_urlencoded::Serializer<'_, String>, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => drop(out.append_pair(name, text)),
            Value::Array(items) => items.iter().for_each(|item| pair(out, name, item)),
            other => drop(out.append_pair(name, &other.to_string())),
        }
    }
    let mut text = String::new();
    for (name, value) in members {
        match encoding.iter().find(|param| param.name == *name) {
            Some(param) => argument::append(&mut text, param, &ArgumentValue::from_json(value)),
            None => {
                let mut out = url::form_urlencoded::Serializer::new(String::new());
                pair(&mut out, name, value);
                let pairs = out.finish();
                if !text.is_empty() && !pairs.is_empty() {
                    text.push('&');
                }
                text.push_str(&pairs);
            }
        }
    }
    text.into_bytes()
}
