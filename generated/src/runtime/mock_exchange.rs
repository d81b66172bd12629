//! One recorded exchange: its form in a file, what is redacted of it, and how a request is recognised in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::{Map, Value, json};

use super::memory::{Received, Reply};
use super::scheme::{Definition, SchemeKind};
use super::transport::{TransportError, TransportFault};

/// What stands in place of a secret.
pub(super) const REDACTED: &str = "REDACTED";

/// Headers that hold credentials.
const HEADERS: &[&str] = &["authorization", "cookie", "proxy-authorization", "set-cookie"];

/// Parameters and members that hold secrets, by the names of OAuth 1.0 (RFC 5849) and OAuth 2.0 (RFC 6749, RFC 7523,
/// RFC 7636).
const MEMBERS: &[&str] = &[
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code_verifier",
    "id_token",
    "oauth_token",
    "oauth_token_secret",
    "oauth_verifier",
    "password",
    "refresh_token",
];

/// The same where they are parameters of a form or a query: elsewhere these names are common for other things.
const PARAMETERS: &[&str] = &["api_key", "code", "token"];

/// What is redacted.
#[derive(Clone, Debug, Default)]
pub(super) struct Redaction(Vec<String>);

impl Redaction {
    pub(super) fn of(definition: &Definition) -> Self {
        let mut redaction = Self::default();
        for scheme in definition.schemes {
            if let SchemeKind::KeyHeader(name) | SchemeKind::KeyQuery(name) | SchemeKind::KeyCookie(name) = scheme.kind
            {
                redaction.add(name);
            }
        }
        redaction
    }

    pub(super) fn add(&mut self, name: &str) {
        self.0.push(name.to_ascii_lowercase());
    }

    fn has(&self, name: &str, own: &[&str]) -> bool {
        let name = name.to_ascii_lowercase();
        own.contains(&name.as_str()) || self.0.contains(&name)
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.has(name, MEMBERS) || PARAMETERS.contains(&name.to_ascii_lowercase().as_str())
    }

    pub(super) fn headers(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let text = |name: &str, value: &http::HeaderValue| {
            if value.is_sensitive() || self.has(name, HEADERS) {
                return REDACTED.to_owned();
            }
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(name.as_str(), value))).collect()
    }

    /// A URL whose query, if it has one, is without secrets.
    pub(super) fn url(&self, url: &str) -> String {
        match url.split_once('?') {
            Some((before, query)) => format!("{before}?{}", self.pairs(query)),
            None => url.to_owned(),
        }
    }

    fn pairs(&self, text: &str) -> String {
        let pair = |pair: &str| {
            let Some((name, _)) = pair.split_once('=') else { return pair.to_owned() };
            let known = url::form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.into_owned());
            if self.is_parameter(known.as_deref().unwrap_or(name)) {
                format!("{name}={REDACTED}")
            } else {
                pair.to_owned()
            }
        };
        text.split('&').map(pair).collect::<Vec<_>>().join("&")
    }

    pub(super) fn body(&self, headers: &HeaderMap, bytes: &[u8]) -> Text {
        let Ok(text) = std::str::from_utf8(bytes) else { return Text::Bytes(bytes.to_vec()) };
        let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media.starts_with("application/x-www-form-urlencoded") {
            return Text::Text(self.pairs(text));
        }
        // A stream is several values; its text stays as it is, but for the lines with a secret in them.
        let line = |line: &str| {
            let Ok(mut value) = serde_json::from_str::<Value>(line) else { return line.to_owned() };
            if self.value(&mut value) { value.to_string() } else { line.to_owned() }
        };
        Text::Text(match serde_json::from_str::<Value>(text) {
            Ok(_) => line(text),
            Err(_) => {
                let lines = text.split_inclusive('\n').map(|whole| {
                    let bare = whole.trim_end_matches(['\r', '\n']);
                    line(bare) + &whole[bare.len()..]
                });
                lines.collect()
            }
        })
    }

    /// Redacts members; `true` where there were any.
    fn value(&self, value: &mut Value) -> bool {
        match value {
            // All of them: what comes behind the first is a secret too.
            Value::Array(items) => items.iter_mut().map(|item| self.value(item)).filter(|found| *found).count() > 0,
            Value::Object(members) => {
                let mut found = false;
                for (name, value) in members.iter_mut() {
                    if self.has(name, MEMBERS) && !value.is_null() {
                        *value = REDACTED.into();
                        found = true;
                    } else {
                        found |= self.value(value);
                    }
                }
                found
            }
            _ => false,
        }
    }
}

/// A body: text where it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Text(String),
    Bytes(Vec<u8>),
}

impl Default for Text {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Text {
    fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Bytes(bytes) => json!({"base64": STANDARD.encode(bytes)}),
        }
    }

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Object(members) => STANDARD.decode(members.get("base64")?.as_str()?).ok().map(Self::Bytes),
            _ => None,
        }
    }

    /// Whether both are the same, as JSON where they are JSON.
    fn is_same(&self, other: &Self) -> bool {
        let json = |text: &Self| match text {
            Self::Text(text) => serde_json::from_str::<Value>(text).ok(),
            Self::Bytes(_) => None,
        };
        self == other || matches!((json(self), json(other)), (Some(left), Some(right)) if left == right)
    }
}

/// What went over the wire.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) request_headers: Vec<(String, String)>,
    /// The body of the request; `None` for a stream.
    pub(super) request: Option<Text>,
    /// The status of the answer; 0 where there was none.
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Text,
    /// How the exchange failed, if it did.
    pub(super) failure: Option<String>,
}

impl Exchange {
    /// The word for an error.
    pub(super) fn failure_of(error: &TransportError) -> &'static str {
        match error.fault {
            TransportFault::Connect => "connect",
            TransportFault::Timeout => "timeout",
            TransportFault::Exchange | TransportFault::Strayed => "exchange",
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let headers = |headers: &[(String, String)]| -> Vec<Value> {
            headers.iter().map(|(name, value)| json!([name, value])).collect()
        };
        json!({
            "method": self.method,
            "url": self.url,
            "request": {"headers": headers(&self.request_headers), "body": self.request.as_ref().map(Text::to_json)},
            "status": self.status,
            "headers": headers(&self.headers),
            "body": self.body.to_json(),
            "failure": self.failure,
        })
    }

    /// Reads a line of a file.
    pub(super) fn read(line: &str) -> Option<Self> {
        let value: Map<String, Value> = serde_json::from_str(line).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let headers = |value: Option<&Value>| {
            let pairs = value.and_then(Value::as_array).into_iter().flatten();
            let pair = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()));
            pairs.filter_map(pair).collect::<Vec<_>>()
        };
        let request = value.get("request")?;
        Some(Self {
            method: text("method")?,
            url: text("url")?,
            request_headers: headers(request.get("headers")),
            request: request.get("body").and_then(Text::read),
            status: u16::try_from(value.get("status")?.as_u64()?).ok()?,
            headers: headers(value.get("headers")),
            body: value.get("body").and_then(Text::read)?,
            failure: text("failure"),
        })
    }

    /// The path of the URL.
    pub(super) fn path(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let rest = rest.find('/').map_or("/", |start| &rest[start..]);
        rest.split('?').next().unwrap_or(rest)
    }

    fn query(&self) -> &str {
        self.url.split_once('?').map_or("", |(_, query)| query)
    }

    /// Whether method, query and body are those of a request; the path is compared elsewhere.
    pub(super) fn is_of(&self, received: &Received, redaction: &Redaction) -> bool {
        let pairs = |query: &str| {
            let redacted = redaction.pairs(query);
            let pairs = url::form_urlencoded::parse(redacted.as_bytes());
            let mut pairs: Vec<(String, String)> = pairs.into_owned().collect();
            pairs.sort();
            pairs
        };
        self.method == received.method.as_str()
            && pairs(self.query()) == pairs(received.uri.query().unwrap_or_default())
            && self.request.as_ref().is_none_or(|body| body.is_same(&redaction.body(&received.headers, &received.body)))
    }

    /// The answer once more. Headers that are about the connection, or about a length that may be another now, are left out.
    pub(super) fn reply(&self) -> Reply {
        let broken = |failure: &str| match failure {
            "connect" => TransportError::connect("the recorded connection failed"),
            "timeout" => TransportError::timeout("the recorded exchange took too long"),
            _ => TransportError::exchange("the recorded exchange broke off"),
        };
        if self.status == 0 {
            return Reply::fail(broken(self.failure.as_deref().unwrap_or_default()));
        }
        const LEFT_OUT: &[&str] = &["connection", "content-length", "keep-alive", "transfer-encoding"];
        let headers = self.headers.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
        let reply = headers.fold(Reply::status(self.status), |reply, (name, value)| reply.with_header(name, value));
        let body = match &self.body {
            Text::Text(text) => Bytes::from(text.clone()),
            Text::Bytes(bytes) => Bytes::from(bytes.clone()),
        };
        let reply = if body.is_empty() { reply } else { reply.chunk(body) };
        match &self.failure {
            Some(failure) => reply.then_fail(broken(failure)),
            None => reply,
        }
    }
}
