//! Arguments: from a Rust value to the text of a parameter.
//!
//! A value says what it is ([`ArgumentValue`]); the parameter's style says how that is written (OpenAPI 3.0.3, "Style
//! Values" and "Style Examples"; RFC 6570 for the details). Nothing here knows requests.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::param::{Param, Place, Style};

/// Everything but the unreserved characters of RFC 3986 section 2.3, which is also what RFC 5849 section 3.6 encodes.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What stays encoded where reserved characters are allowed: what cannot stand in a query (RFC 3986 section 3.4), and
/// `&`, which would begin another parameter.
const NOT_ALLOWED: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// The same in a path: a `?` would end it, as `#` does.
const NOT_ALLOWED_IN_PATH: &AsciiSet = &NOT_ALLOWED.add(b'?');

/// A value that a parameter can have.
pub trait Argument {
    /// What the value is.
    fn value(&self) -> ArgumentValue<'_>;
}

/// What an argument is: the kinds of value that the parameter styles tell apart.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentValue<'a> {
    /// No value: the parameter is not sent.
    Unset,
    /// A text.
    Text(Cow<'a, str>),
    /// A truth value.
    Boolean(bool),
    /// An integer.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A list. An empty one counts as unset.
    List(Vec<ArgumentValue<'a>>),
    /// Members by name. No member counts as unset.
    Object(Vec<(Cow<'a, str>, ArgumentValue<'a>)>),
}

impl<'a> ArgumentValue<'a> {
    /// A text that is borrowed.
    #[inline]
    #[must_use]
    pub const fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        match self {
            Self::Unset => true,
            Self::List(items) => items.iter().all(Self::is_unset),
            Self::Object(members) => members.iter().all(|(_, value)| value.is_unset()),
            Self::Text(_) | Self::Boolean(_) | Self::Integer(_) | Self::Float(_) => false,
        }
    }

    /// The value as one text; what has parts becomes JSON.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Unset => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Integer(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(value.to_string()),
            Self::List(_) | Self::Object(_) => Cow::Owned(self.to_json().to_string()),
        }
    }

    /// The value as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Unset => Value::Null,
            Self::Text(text) => Value::from(text.as_ref()),
            Self::Boolean(value) => Value::from(*value),
            Self::Integer(value) => i64::try_from(*value)
                .map(Value::from)
                .or_else(|_| u64::try_from(*value).map(Value::from))
                .unwrap_or_else(|_| Value::from(value.to_string())),
            Self::Float(value) => Value::from(*value),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(members) => members.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect(),
        }
    }

    /// The value that a JSON text stands for; null is unset.
    pub(crate) fn from_json(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Unset,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), _, _) => Self::Integer(value.into()),
                (None, Some(value), _) => Self::Integer(value.into()),
                (None, None, Some(value)) => Self::Float(value),
                (None, None, None) => Self::Text(number.to_string().into()),
            },
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::List(items.iter().map(Self::from_json).collect()),
            Value::Object(members) => Self::Object(
                members.iter().map(|(name, value)| (name.as_str().into(), Self::from_json(value))).collect(),
            ),
        }
    }
}

/// Collects what a list setter was given.
#[inline]
pub fn list<E>(values: impl IntoIterator<Item = impl Into<E>>) -> Vec<E> {
    values.into_iter().map(Into::into).collect()
}

/// An argument that is given by its JSON form: for parameters whose type is an object.
///
/// # Errors
///
/// What serialising `value` reports.
pub fn structure<T: Serialize + ?Sized>(value: &T) -> Result<Value, serde_json::Error> {
    serde_json::to_value(value)
}

/// Appends a parameter to what the request has of its kind so far.
///
/// - A query parameter is appended to the query, after a `&` if that is not empty; a cookie after `; `.
/// - A path parameter or header is appended as it is.
///
/// Everything but the unreserved characters of RFC 3986 is percent-encoded, as UTF-8; in headers nothing is, because
/// servers do not decode there (OpenAPI 3.1.1, appendix D), and neither in cookies of style `cookie`. The separators of `spaceDelimited` and `pipeDelimited` are
/// encoded, since neither may stand in a query; commas are not. The brackets of `deepObject` are encoded for the same
/// reason, and lists inside it get their index as name, `name[list][0]`. An unset value appends nothing.
pub fn append(out: &mut String, param: &Param, value: &ArgumentValue<'_>) {
    if value.is_unset() {
        return;
    }
    out.reserve(length(param, value));
    let writer = Writer::new(param);
    let json;
    let value = if param.style == Style::Json {
        json = ArgumentValue::Text(value.to_json().to_string().into());
        &json
    } else {
        value
    };
    match param.place {
        Place::Query | Place::Cookie => writer.pairs(out, value),
        Place::Querystring => match value {
            ArgumentValue::Object(_) => writer.pairs(out, value),
            text => {
                writer.separate(out);
                writer.encode(out, &text.to_text());
            }
        },
        Place::Path | Place::Header => match param.style {
            Style::Label => writer.label(out, value),
            Style::Matrix => writer.matrix(out, value),
            _ => writer.joined(out, value, ","),
        },
    }
}

/// About how long the text of a parameter gets, so that it is made in one piece: exactly so where nothing is encoded and a
/// separator is one character.
fn length(param: &Param, value: &ArgumentValue<'_>) -> usize {
    let name = if matches!(param.place, Place::Query | Place::Cookie) { param.name.len() + 1 } else { 0 };
    match value {
        ArgumentValue::Unset => 0,
        ArgumentValue::Text(text) => name + text.len(),
        ArgumentValue::Boolean(value) => name + if *value { 4 } else { 5 },
        ArgumentValue::Integer(number) => {
            let digits = number.unsigned_abs().checked_ilog10().map_or(1, |power| power as usize + 1);
            name + digits + usize::from(*number < 0)
        }
        ArgumentValue::Float(_) => name + 8,
        ArgumentValue::List(items) => {
            let set = || set(items);
            let parts: usize = set().map(|item| length(param, item) - name + 1).sum();
            (if param.explode { name * set().count() } else { name } + parts).saturating_sub(1)
        }
        ArgumentValue::Object(members) => {
            let pairs = set_members(members).map(|(member, value)| member.len() + length(param, value) - name + 2);
            (name + pairs.sum::<usize>()).saturating_sub(1)
        }
    }
}

/// Appends `text` with everything but the unreserved characters of RFC 3986 section 2.3 percent-encoded.
pub fn percent_encode(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

struct Writer<'p> {
    param: &'p Param,
    set: Option<&'static AsciiSet>,
}

impl<'p> Writer<'p> {
    fn new(param: &'p Param) -> Self {
        let set = match param.place {
            Place::Header => None,
            Place::Cookie if param.style == Style::Cookie => None,
            Place::Path if param.allow_reserved => Some(NOT_ALLOWED_IN_PATH),
            _ if param.allow_reserved => Some(NOT_ALLOWED),
            _ => Some(RESERVED),
        };
        Self { param, set }
    }

    fn encode(&self, out: &mut String, text: &str) {
        match self.set {
            Some(set) => out.extend(utf8_percent_encode(text, set)),
            None => out.push_str(text),
        }
    }

    fn separate(&self, out: &mut String) {
        if !out.is_empty() {
            out.push_str(if self.param.place == Place::Cookie { "; " } else { "&" });
        }
    }

    fn pair(&self, out: &mut String, name: &str, value: &ArgumentValue<'_>) {
        self.separate(out);
        percent_encode(out, name);
        out.push('=');
        self.value(out, value);
    }

    /// Appends a value as one text. Of numbers nothing has to be encoded.
    fn value(&self, out: &mut String, value: &ArgumentValue<'_>) {
        match value {
            // Writing to a String cannot fail.
            ArgumentValue::Integer(number) => drop(write!(out, "{number}")),
            ArgumentValue::Float(number) => drop(write!(out, "{number}")),
            value => self.encode(out, &value.to_text()),
        }
    }

    /// The styles of queries and cookies.
    fn pairs(&self, out: &mut String, value: &ArgumentValue<'_>) {
        let name = self.param.name;
        match value {
            _ if self.param.style == Style::DeepObject => self.deep(out, &mut name.to_owned(), value),
            ArgumentValue::List(items) if self.param.explode => {
                for item in set(items) {
                    self.pair(out, name, item);
                }
            }
            ArgumentValue::Object(members) if self.param.explode => {
                for (name, value) in set_members(members) {
                    self.pair(out, name, value);
                }
            }
            value => {
                self.separate(out);
                percent_encode(out, name);
                out.push('=');
                let separator = match self.param.style {
                    Style::SpaceDelimited => "%20",
                    Style::PipeDelimited => "%7C",
                    _ => ",",
                };
                self.joined(out, value, separator);
            }
        }
    }

    fn deep(&self, out: &mut String, path: &mut String, value: &ArgumentValue<'_>) {
        let length = path.len();
        match value {
            ArgumentValue::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push_str(&format!("[{index}]"));
                    self.deep(out, path, item);
                    path.truncate(length);
                }
            }
            ArgumentValue::Object(members) => {
                for (name, value) in members {
                    path.push_str(&format!("[{name}]"));
                    self.deep(out, path, value);
                    path.truncate(length);
                }
            }
            ArgumentValue::Unset => {}
            value => self.pair(out, path, value),
        }
    }

    /// The parts of a value between separators: `a,b`, `key,value` or, exploded, `key=value`.
    fn joined(&self, out: &mut String, value: &ArgumentValue<'_>, separator: &str) {
        let mut first = true;
        let mut separate = |out: &mut String| {
            if !std::mem::take(&mut first) {
                out.push_str(separator);
            }
        };
        match value {
            ArgumentValue::List(items) => {
                for item in set(items) {
                    separate(out);
                    self.value(out, item);
                }
            }
            ArgumentValue::Object(members) => {
                for (name, value) in set_members(members) {
                    separate(out);
                    self.encode(out, name);
                    out.push_str(if self.param.explode { "=" } else { separator });
                    self.value(out, value);
                }
            }
            value => self.value(out, value),
        }
    }

    fn label(&self, out: &mut String, value: &ArgumentValue<'_>) {
        out.push('.');
        self.joined(out, value, if self.param.explode { "." } else { "," });
    }

    fn matrix(&self, out: &mut String, value: &ArgumentValue<'_>) {
        let assign = |out: &mut String, name: &str, value: &ArgumentValue<'_>| {
            out.push(';');
            self.encode(out, name);
            // RFC 6570 section 3.2.7: an empty value has no equals sign.
            if *value != ArgumentValue::text("") {
                out.push('=');
                self.joined(out, value, ",");
            }
        };
        match value {
            ArgumentValue::List(items) if self.param.explode => {
                for item in set(items) {
                    assign(out, self.param.name, item);
                }
            }
            ArgumentValue::Object(members) if self.param.explode => {
                for (name, value) in set_members(members) {
                    assign(out, name, value);
                }
            }
            value => assign(out, self.param.name, value),
        }
    }
}

fn set<'v, 'a>(items: &'v [ArgumentValue<'a>]) -> impl Iterator<Item = &'v ArgumentValue<'a>> {
    items.iter().filter(|item| !item.is_unset())
}

fn set_members<'v, 'a>(
    members: &'v [(Cow<'a, str>, ArgumentValue<'a>)],
) -> impl Iterator<Item = &'v (Cow<'a, str>, ArgumentValue<'a>)> {
    members.iter().filter(|(_, value)| !value.is_unset())
}
