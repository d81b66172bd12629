//! Reading answers: the one generic step of a call, and what it takes to say where an answer is wrong.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use serde::Deserializer;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};

use super::budget::Reservation;
use super::client::Client;
use super::coding;
use super::drift;
use super::error::{Error, ErrorKind, Outcome};
use super::error_answer::excerpt;
use super::item_count;
use super::locate::locate;
use super::media;
use super::operation::Operation;
use super::response::{Meta, Response};
use super::secret::Secrets;

/// A type that can hold errors beside its result.
pub trait Envelope: DeserializeOwned {
    /// Whether it holds errors.
    fn has_errors(&self) -> bool;
}

/// A type that chooses its form by the status of the answer.
pub trait ByStatus: Sized {
    /// Reads the body of an answer with this status and media type.
    ///
    /// # Errors
    ///
    /// The body has none of the documented forms.
    fn decode(status: u16, media: &str, body: &[u8]) -> Result<Self, DecodeFault>;
}

/// Why a body could not be decoded, and where.
#[derive(Clone, Debug, Default)]
pub struct DecodeFault {
    pub(crate) message: String,
    pub(crate) path: String,
    excerpt: String,
    /// Where in the text the excerpt begins.
    start: usize,
}

impl DecodeFault {
    /// Status and media type are none of those that the API description names.
    #[must_use]
    pub fn unexpected(status: u16, media: &str) -> Self {
        let media = if media.is_empty() { "no media type" } else { media };
        Self {
            message: format!("an answer with status {status} and {media} is not described"),
            path: "$".to_owned(),
            ..Self::default()
        }
    }

    /// The same fault of `text` without what it repeats of the secrets.
    fn censored(mut self, text: &[u8], secrets: &Secrets) -> Self {
        if !secrets.is_empty() {
            self.message = secrets.censor(&self.message);
            self.path = secrets.censor(&self.path);
            if !self.excerpt.is_empty() {
                self.excerpt = excerpt(text.get(self.start..).unwrap_or_default(), secrets);
            }
        }
        self
    }

    /// The same fault with what the answer says that it is, where that is not JSON.
    fn or_media(mut self, headers: &HeaderMap) -> Self {
        if let Some(media) = media::not_json(headers) {
            self.message.push_str(&format!(" (the answer is `{media}`)"));
        }
        self
    }

    /// What is wrong before all else, where the body is still encoded.
    pub(super) fn or_coding(self, headers: &HeaderMap, body: &[u8]) -> Self {
        match coding::fault_of(headers, body) {
            Some(message) => Self { message, path: "$".to_owned(), ..Self::default() },
            None => self,
        }
    }

    /// Takes over a path that is more precise than the position in the text: the text of a union is read as a whole.
    pub(super) fn at(mut self, path: String) -> Self {
        if path.len() > self.path.len() {
            self.path = path;
        }
        self
    }

    /// A value that was JSON already, whose text is `text`.
    #[must_use]
    pub fn of_value(error: &serde_json::Error, path: String, text: &[u8]) -> Self {
        Self { message: error.to_string(), path, excerpt: excerpt(text, &Secrets::default()), start: 0 }
    }

    /// Finds the place in the body that the reader's error is about.
    #[must_use]
    pub fn new(error: &serde_json::Error, body: &[u8]) -> Self {
        let place = locate(body, error.line(), error.column());
        let mut message = error.to_string();
        // The position counts in lines and columns of a text without lines; the path says it better.
        if let Some(end) = message.rfind(" at line ") {
            message.truncate(end);
        }
        let start = place.start.min(body.len());
        Self { message, path: place.path, excerpt: excerpt(&body[start..], &Secrets::default()), start }
    }
}

impl fmt::Display for DecodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at `{}`", self.message, self.path)?;
        if !self.excerpt.is_empty() {
            write!(f, ", which reads: {}", self.excerpt)?;
        }
        Ok(())
    }
}

impl std::error::Error for DecodeFault {}

/// Reads JSON; only a failure costs a second look at the text.
///
/// # Errors
///
/// The text is not JSON or not of this type.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeFault> {
    serde_json::from_slice(body).map_err(|error| DecodeFault::new(&error, body))
}

/// An answer with a success status and its whole body, not yet decoded.
pub struct Answer {
    pub(crate) operation_id: Cow<'static, str>,
    pub(crate) envelope: Option<(&'static str, &'static str)>,
    pub(crate) fail_on_partial: bool,
    pub(crate) client: Option<Client>,
    pub(crate) parts: http::response::Parts,
    pub(crate) body: Bytes,
    pub(crate) attempts: u32,
    /// What the request has taken from the budget.
    pub(super) reservation: Option<Reservation>,
}

impl Answer {
    /// An answer that was fetched by other means.
    ///
    /// # Errors
    ///
    /// The status is no success.
    pub fn of(operation: &'static Operation, parts: &http::response::Parts, body: Bytes) -> Result<Self, Error> {
        if !parts.status.is_success() {
            return Err(Error::answered(operation.id, parts, body, None));
        }
        Ok(Self {
            operation_id: operation.id.into(),
            envelope: operation.envelope,
            fail_on_partial: false,
            client: None,
            parts: parts.clone(),
            body,
            attempts: 1,
            reservation: None,
        })
    }

    /// The body as JSON. Where the operation has an envelope, errors without a result are an error.
    ///
    /// # Errors
    ///
    /// The body is not JSON of this type, or it holds errors alone.
    pub fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.refuse_errors()?;
        match self.observe(json) {
            Ok(body) => Ok(Response::new(body, self.into_meta())),
            Err(fault) => Err(self.decode_error(fault.or_media(&self.parts.headers))),
        }
    }

    /// Like [`Answer::json`], for a type that knows whether it holds errors.
    ///
    /// # Errors
    ///
    /// The body is not JSON of this type, or it holds errors alone.
    pub fn envelope<T: Envelope>(self) -> Result<Response<T>, Error> {
        match self.observe(json::<T>) {
            Ok(body) => {
                if body.has_errors() {
                    self.refuse_errors()?;
                }
                Ok(Response::new(body, self.into_meta()))
            }
            Err(fault) => {
                // Errors alone need not have the form of the result.
                self.refuse_errors()?;
                Err(self.decode_error(fault.or_media(&self.parts.headers)))
            }
        }
    }

    /// The body as JSON, or the default where there is no body.
    ///
    /// # Errors
    ///
    /// As for [`Answer::json`].
    pub fn json_or_default<T: DeserializeOwned + Default>(self) -> Result<Response<T>, Error> {
        if self.is_empty() { Ok(Response::new(T::default(), self.into_meta())) } else { self.json() }
    }

    /// The body as JSON, or `None` where there is no body.
    ///
    /// # Errors
    ///
    /// As for [`Answer::json`].
    pub fn json_or_none<T: DeserializeOwned>(self) -> Result<Response<Option<T>>, Error> {
        if self.is_empty() { Ok(Response::new(None, self.into_meta())) } else { Ok(self.json()?.map(Some)) }
    }

    /// Nothing but the meta data; a body is kept in [`Meta::raw`].
    ///
    /// # Errors
    ///
    /// The body holds errors alone.
    pub fn empty(self) -> Result<Response<()>, Error> {
        self.refuse_errors()?;
        Ok(Response::new((), self.into_meta()))
    }

    /// The body as it came.
    ///
    /// # Errors
    ///
    /// The body holds errors alone.
    pub fn bytes(self) -> Result<Response<Bytes>, Error> {
        self.refuse_errors()?;
        Ok(Response::new(self.body.clone(), self.into_meta()))
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// The body is not in the charset that the answer names, or in one that cannot be read: all but UTF-8 and
    /// ISO 8859-1.
    pub fn text(self) -> Result<Response<String>, Error> {
        match media::text(&self.parts.headers, &self.body) {
            Ok(text) => Ok(Response::new(text, self.into_meta())),
            Err(message) => {
                let fault = DecodeFault { message, path: "$".to_owned(), ..DecodeFault::default() };
                Err(self.decode_error(fault))
            }
        }
    }

    /// The same answer, if it is what was asked for.
    pub(super) fn of_media(self, asked: Option<&str>) -> Result<Self, Error> {
        match asked.and_then(|asked| media::other(&self.parts.headers, asked)) {
            None => Ok(self),
            Some(message) => {
                let fault = DecodeFault { message, path: "$".to_owned(), ..DecodeFault::default() };
                Err(self.decode_error(fault))
            }
        }
    }

    /// The body in the form that belongs to the status.
    ///
    /// # Errors
    ///
    /// The body has none of the documented forms, or it holds errors alone.
    pub fn by_status<T: ByStatus>(self) -> Result<Response<T>, Error> {
        self.refuse_errors()?;
        let media = media::kind(&self.parts.headers).unwrap_or_default();
        match self.observe(|body| T::decode(self.parts.status.as_u16(), &media, body)) {
            Ok(body) => Ok(Response::new(body, self.into_meta())),
            Err(fault) => Err(self.decode_error(fault)),
        }
    }

    /// Tells the budget how many items there are, where the result is a list.
    pub(super) fn counted(mut self) -> Self {
        if let Some((data, _)) = self.envelope {
            self.count_items(&[data]);
        }
        self
    }

    /// Tells the budget how many items the list at this place has.
    pub(super) fn count_items(&mut self, path: &[&str]) {
        if let Some(reservation) = &mut self.reservation
            && let Some(items) = item_count::count(&self.body, path)
        {
            reservation.settle(Some(items));
        }
    }

    fn is_empty(&self) -> bool {
        self.body.iter().all(u8::is_ascii_whitespace)
    }

    pub(super) fn into_meta(self) -> Meta {
        let Self { operation_id, parts, body, attempts, .. } = self;
        let secrets = Secrets::of(&parts);
        Meta { status: parts.status, headers: parts.headers, raw: body, attempts, operation_id, secrets }
    }

    /// Decodes; the generic part of it.
    fn observe<T>(&self, read: impl Fn(&[u8]) -> Result<T, DecodeFault>) -> Result<T, DecodeFault> {
        let mut result = Err(DecodeFault::default());
        let path = self.watch(&mut || {
            result = read(&self.body);
            result.is_ok()
        });
        result.map_err(|fault| fault.at(path))
    }

    /// Runs `read`, which says whether it succeeded, and gives the path where it failed. Where the client has a drift
    /// hook it is watched; otherwise only a failure is, by a second pass.
    fn watch(&self, read: &mut dyn FnMut() -> bool) -> String {
        let hook = self.client.as_ref().filter(|client| client.watches_drift());
        if hook.is_none() && read() {
            return String::new();
        }
        let operation = match self.operation_id {
            Cow::Borrowed(id) => id,
            Cow::Owned(_) => "",
        };
        let watched = drift::watch(operation, read);
        if let Some(client) = hook {
            client.report_drift(&watched.found);
        }
        watched.path
    }

    /// Refuses a body that holds errors and no result, and with `fail_on_partial` one that holds both.
    pub(super) fn refuse_errors(&self) -> Result<(), Error> {
        let Some((data, errors)) = self.envelope else { return Ok(()) };
        if memchr::memmem::find(&self.body, errors.as_bytes()).is_none() {
            return Ok(());
        }
        let found = members(&self.body, data, errors);
        if !found.errors || (found.data && !self.fail_on_partial) {
            return Ok(());
        }
        let unix_now = self.client.as_ref().map(Client::unix_now);
        let error = Error::answered(self.operation_id.clone(), &self.parts, self.body.clone(), unix_now);
        Err(if found.data { error.note("partial answers are refused here") } else { error })
    }

    pub(super) fn decode_error(&self, fault: DecodeFault) -> Error {
        let fault = fault.or_coding(&self.parts.headers, &self.body);
        error(self.operation_id.clone(), UNREADABLE, fault, &self.body, &Secrets::of(&self.parts))
            .with_answer(&self.parts, self.body.clone())
    }
}

/// What decode errors say about a whole body.
pub(crate) const UNREADABLE: &str = "the answer could not be decoded";

/// The error of a text that could not be decoded, which `what` names. Every decode error is made here, so that none of
/// them repeats a secret.
pub(crate) fn error(
    operation_id: Cow<'static, str>,
    what: &str,
    fault: DecodeFault,
    text: &[u8],
    secrets: &Secrets,
) -> Error {
    let fault = fault.censored(text, secrets);
    Error::new(ErrorKind::Decode, Outcome::Answered, operation_id, format!("{what}: {fault}")).with_path(fault.path)
}

/// Which of the two members of an envelope a body has.
#[derive(Default)]
struct Members {
    data: bool,
    errors: bool,
}

/// Looks for the two members without reading what is in them; null and an empty list of errors count as absent.
fn members(body: &[u8], data: &str, errors: &str) -> Members {
    let mut reader = serde_json::Deserializer::from_slice(body);
    reader.deserialize_map(MembersVisitor { data, errors }).unwrap_or_default()
}

struct MembersVisitor<'a> {
    data: &'a str,
    errors: &'a str,
}

impl<'de> Visitor<'de> for MembersVisitor<'_> {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut found = Members::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == self.data {
                found.data = map.next_value::<Option<IgnoredAny>>()?.is_some();
            } else if key == self.errors {
                found.errors = match map.next_value::<serde_json::Value>()? {
                    serde_json::Value::Null => false,
                    serde_json::Value::Array(errors) => !errors.is_empty(),
                    _ => true,
                };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}
