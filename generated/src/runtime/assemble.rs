//! From a call to the request that is sent: the last checks, the URL, the headers and the body.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

use super::argument::{self, ArgumentValue};
use super::auth;
use super::body::Body;
use super::call::Call;
use super::error::Error;
use super::exchange::with_room;
use super::param::{Param, Place};
use super::send::Job;
use super::target::Base;

impl Call {
    /// Checks everything and puts the request together.
    pub(super) fn prepare(&self) -> Result<Job, Error> {
        let id = self.operation.id;
        let settings = self.client.settings().with(self.options());
        let first = self.faults.iter().filter(|fault| settings.local_checks || !fault.is_bound).min_by_key(|f| f.at);
        if let Some(fault) = first {
            return Err(Error::invalid(id, &*fault.message).with_parameter(&*fault.parameter));
        }
        let missing = self
            .operation
            .params
            .iter()
            .enumerate()
            .find(|(index, param)| (param.required || param.place == Place::Path) && !self.is_set(*index));
        if let Some((_, param)) = missing {
            return Err(Error::invalid(id, format!("`{}` is required", param.name)).with_parameter(param.name));
        }
        let Ok(method) = Method::try_from(self.operation.method) else {
            return Err(Error::invalid(id, format!("`{}` is no method", self.operation.method)));
        };
        let chosen = auth::choose(&self.client, self.operation, self.options().auth)?;
        let base = self.client.base_of(self.operation)?;
        let body = self.full_body()?;
        let job = Job {
            client: self.client.clone(),
            base: Arc::clone(&base),
            operation_id: id.into(),
            template: self.operation.path.into(),
            method,
            url: self.url(&base),
            headers: self.headers()?,
            body,
            chosen,
            settings,
            envelope: self.operation.envelope,
            estimated_items: self.estimated_items(),
        };
        Ok(job.with_idempotency_key())
    }

    /// The whole URL, written in one piece.
    fn url(&self, base: &Base) -> String {
        let values: usize = self.set_values().map(|(_, value)| value.len() + 1).sum();
        let prefix = base.prefix();
        let (path, fixed) = parts(self.operation.path);
        let mut url = String::with_capacity(prefix.len() + self.operation.path.len() + values + 1);
        url.push_str(prefix);
        self.fill(&mut url, path);
        url.push('?');
        let start = url.len();
        let separate = |url: &mut String| {
            if url.len() > start {
                url.push('&');
            }
        };
        self.fill(&mut url, fixed);
        for (param, value) in self.set_values() {
            if matches!(param.place, Place::Query | Place::Querystring) && !value.is_empty() {
                separate(&mut url);
                url.push_str(value);
            }
        }
        for (name, value) in self.extra.iter().flat_map(|extra| &extra.query) {
            separate(&mut url);
            pair(&mut url, name, value);
        }
        if url.len() == start {
            url.pop();
        }
        url
    }

    /// Appends a part of the template with arguments in the place of its names. What cannot stand in a URL as it is
    /// written, such as a letter beyond ASCII, is percent-encoded; what is encoded already stays.
    fn fill(&self, out: &mut String, template: &'static str) {
        let mut rest = template;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            out.extend(utf8_percent_encode(before, NOT_IN_URLS));
            if let Some((_, value)) = self.set_in(Place::Path).find(|(param, _)| param.name == name) {
                out.push_str(value);
            }
            rest = after;
        }
        out.extend(utf8_percent_encode(rest, NOT_IN_URLS));
    }

    fn headers(&self) -> Result<HeaderMap, Error> {
        let wrong = |param: &Param| {
            Error::invalid(self.operation.id, format!("`{}` cannot be sent as a header", param.name))
                .with_parameter(param.name)
        };
        // Accept, Content-Type, a cookie and a key come to those of the call.
        let mut headers = with_room(self.client.headers(), self.set_in(Place::Header).count() + 4);
        headers.insert(header::ACCEPT, HeaderValue::from_static(self.accept.unwrap_or(self.operation.accept)));
        if let Some(media) = &self.media {
            headers.insert(header::CONTENT_TYPE, media.clone());
        }
        for (param, value) in self.set_in(Place::Header) {
            let name = HeaderName::try_from(param.name).map_err(|_| wrong(param))?;
            headers.insert(name, HeaderValue::try_from(value).map_err(|_| wrong(param))?);
        }
        let mut cookies = String::new();
        for (param, value) in self.set_in(Place::Cookie) {
            if !cookies.is_empty() {
                cookies.push_str("; ");
            }
            cookies.push_str(value);
            headers.insert(header::COOKIE, HeaderValue::try_from(&cookies).map_err(|_| wrong(param))?);
        }
        if let Some(extra) = &self.extra {
            for (name, value) in &extra.headers {
                headers.insert(name.clone(), value.clone());
            }
        }
        Ok(headers)
    }

    /// The body with the members added to it.
    fn full_body(&self) -> Result<Body, Error> {
        let id = self.operation.id;
        let Some(body) = self.body.take() else {
            return Err(Error::invalid(id, "the body is a stream that was sent already"));
        };
        let extra = self.extra.as_deref().map_or(&[][..], |extra| &extra.body);
        if extra.is_empty() {
            return Ok(body);
        }
        let Some(Ok(Value::Object(mut members))) = body.as_bytes().map(serde_json::from_slice) else {
            return Err(Error::invalid(id, "members can only be added to a body that is a JSON object"));
        };
        for (name, value) in extra {
            members.insert(name.clone(), value.clone());
        }
        Ok(Value::Object(members).to_string().into())
    }

    /// How many items the answer holds at most.
    fn estimated_items(&self) -> Option<u64> {
        let (index, default) = self.operation.page_size?;
        let set = self.values.get(index).and_then(Option::as_deref);
        Some(set.and_then(|text| text.rsplit('=').next()?.parse().ok()).unwrap_or(default))
    }
}

/// What is percent-encoded in the words of a template (RFC 3986 section 2).
pub(super) const NOT_IN_URLS: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// The path of a template and the query that it always has.
pub(super) fn parts(template: &'static str) -> (&'static str, &'static str) {
    template.split_once('?').unwrap_or((template, ""))
}

/// Appends a query parameter.
pub(crate) fn append_pair(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    pair(query, name, value);
}

fn pair(out: &mut String, name: &str, value: &str) {
    argument::percent_encode(out, name);
    out.push('=');
    argument::percent_encode(out, value);
}

/// Whether a value has a text that would end its cookie (RFC 6265 section 4.1.1), for a style that escapes nothing.
pub(super) fn breaks_cookie(value: &ArgumentValue<'_>) -> bool {
    match value {
        ArgumentValue::Text(text) => {
            text.contains(|c: char| c == ';' || c == '"' || c == '\\' || c.is_whitespace() || c.is_control())
        }
        ArgumentValue::List(items) => items.iter().any(breaks_cookie),
        ArgumentValue::Object(members) => {
            members.iter().any(|(name, value)| breaks_cookie(&ArgumentValue::text(name)) || breaks_cookie(value))
        }
        _ => false,
    }
}
