//! Requests that are not generated.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Serialize;

use super::assemble::append_pair;
use super::auth;
use super::body::{Body, Payload};
use super::client::Client;
use super::error::Error;
use super::options::CallOptions;
use super::response::Response;
use super::send::Job;

/// A request that is not generated; made by [`Client::request`].
///
/// It is authenticated with the first security scheme of the API, in the description's order, for which the client has
/// a credential, or with the one that [`CallOptions::auth`] names; without any it is sent without credentials.
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawRequest {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Payload,
    options: CallOptions,
    fault: Option<String>,
}

impl RawRequest {
    #[inline]
    pub(crate) fn new(client: &Client, method: Method, path: String) -> Self {
        Self {
            client: client.clone(),
            method,
            path,
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Payload::None,
            options: CallOptions::new(),
            fault: None,
        }
    }

    /// Adds a query parameter; name and value are percent-encoded.
    #[inline]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a header, in place of one of that name.
    #[inline]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets the body to the JSON form of a value. What cannot be serialised is reported by [`RawRequest::send`].
    #[inline]
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(text) => self.body(HeaderValue::from_static("application/json"), text),
            Err(error) => {
                self.fault = Some(format!("the body could not be serialised: {error}"));
                self
            }
        }
    }

    /// Sets the body and its media type.
    #[inline]
    pub fn body(mut self, media: HeaderValue, body: impl Into<Body>) -> Self {
        self.fault = None;
        self.headers.insert(header::CONTENT_TYPE, media);
        self.body = body.into().into();
        self
    }

    /// Replaces the overrides of the call.
    #[inline]
    pub fn with(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// As those of any operation: [`ErrorKind::InvalidRequest`](super::ErrorKind::InvalidRequest) where the path leads
    /// out of the origin or the body could not be serialised, otherwise the call failed or the answer is no success
    /// ([`ErrorKind`](super::ErrorKind)).
    #[inline]
    pub async fn send(self) -> Result<Response<Bytes>, Error> {
        self.prepare()?.run().await?.bytes()
    }

    /// The request as it would be sent, with its credentials, for another HTTP library. Retries, limits and hooks are
    /// left to whoever sends it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](super::ErrorKind::InvalidRequest) where the path leads out of the origin or the
    /// body could not be serialised, [`ErrorKind::MissingCredentials`](super::ErrorKind::MissingCredentials) where a
    /// credential is not at hand without waiting.
    #[inline]
    pub fn into_request(self) -> Result<http::Request<Body>, Error> {
        self.prepare()?.into_request()
    }

    /// Method and path, which name the request where there is no operation.
    #[inline]
    fn id(&self) -> String {
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        // Of an absolute URL only the path: its authority could hold a password.
        let path = path.split_once("://").map_or(path, |(_, rest)| rest.find('/').map_or("/", |start| &rest[start..]));
        format!("{} {path}", self.method)
    }

    #[inline]
    fn prepare(self) -> Result<Job, Error> {
        let id = self.id();
        if let Some(fault) = self.fault {
            return Err(Error::invalid(id, fault));
        }
        let mut url = match self.client.base().resolve(&self.path) {
            Ok(url) => url,
            Err(why) => return Err(Error::invalid(id, why)),
        };
        if !self.query.is_empty() {
            let mut query = url.query().unwrap_or_default().to_owned();
            for (name, value) in &self.query {
                append_pair(&mut query, name, value);
            }
            url.set_query(Some(&query));
        }
        let Some(body) = self.body.take() else {
            return Err(Error::invalid(id, "the body is a stream that was sent already"));
        };
        let mut headers = self.client.headers().clone();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        let settings = self.client.settings().with(&self.options);
        let job = Job {
            chosen: auth::choose_any(&self.client, &id, self.options.auth)?,
            operation_id: id.into(),
            template: url.path().to_owned().into(),
            method: self.method,
            url: url.into(),
            headers,
            body,
            settings,
            envelope: self.client.definition().envelope,
            estimated_items: None,
            base: std::sync::Arc::clone(self.client.base()),
            client: self.client,
        };
        Ok(job.with_idempotency_key())
    }
}

impl fmt::Debug for RawRequest {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest").field("request", &self.id()).finish_non_exhaustive()
    }
}
