//! The shape check: which keywords a node may have and of which JSON kind their values are.
//!
//! It runs once per node, before anything is typed. A value of the wrong kind is one diagnostic at its own line. Where it
//! can only mean one thing, such as the number of a port where a text belongs, that is used; otherwise the keyword counts as
//! absent. Everything else of the node is used.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::nodes::Version;
use crate::diag::{Code, Diagnostics, Origin, nearest};

/// The JSON kind of a keyword's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A number.
    Number,
    /// A whole number that is not negative.
    Count,
    /// A mapping.
    Object,
    /// A list.
    List,
    /// A list of texts.
    Texts,
    /// A text or a list of texts.
    TextOrTexts,
    /// A schema: a mapping or, as a boolean, everything or nothing.
    Schema,
    /// A list of schemas.
    Schemas,
    /// A schema, or the list of schemas that `items` was before JSON Schema 2020-12.
    SchemaOrSchemas,
    /// A mapping of names to schemas.
    SchemaMap,
    /// `true`, `false` or a number.
    FlagOrNumber,
}

/// What becomes of a keyword.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    /// It is read.
    Read,
    /// It is read, or says nothing that a client would need.
    Silent,
    /// It is known and not supported; the text says what happens instead.
    Not(&'static str),
}

/// One keyword of a kind of node.
#[derive(Debug)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) since: Version,
    pub(super) becomes: Use,
}

/// The keywords of a kind of node, sorted by name.
pub(super) type Table = [Keyword];

/// The members of a node that passed the check, sorted by name.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    members: Vec<(&'a str, Cow<'a, Value>)>,
}

impl<'a> Fields<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let index = self.members.binary_search_by(|(key, _)| (*key).cmp(name)).ok()?;
        self.members.get(index).map(|(_, value)| &**value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn str(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.str(name).map(str::to_owned)
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    pub(super) fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.get(name)?.as_object()
    }

    pub(super) fn list(&self, name: &str) -> Option<&[Value]> {
        self.get(name)?.as_array().map(Vec::as_slice)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &Value)> {
        self.members.iter().map(|(name, value)| (*name, &**value))
    }

    /// The members whose names begin with `x-`.
    pub(super) fn extensions(&self) -> impl Iterator<Item = (&'a str, &Value)> {
        self.iter().filter(|(name, _)| name.starts_with("x-"))
    }
}

/// Checks the members of a node against its table. `what` names the kind of node in messages.
pub(super) fn check<'a>(
    node: &'a Map<String, Value>,
    origin: &Origin,
    what: &str,
    table: &Table,
    version: Version,
    diags: &mut Diagnostics,
) -> Fields<'a> {
    let mut members = Vec::with_capacity(node.len());
    for (name, value) in node {
        if name.starts_with("x-") {
            members.push((name.as_str(), Cow::Borrowed(value)));
            continue;
        }
        let Ok(index) = table.binary_search_by(|keyword| keyword.name.cmp(name)) else {
            unknown(name, origin, what, table, diags);
            continue;
        };
        let Some(keyword) = table.get(index) else { continue };
        let Some(value) = accepted(keyword, value, origin, version, diags) else { continue };
        if keyword.since > version {
            diags
                .add(
                    Code::LaterKeyword,
                    &origin.child(name),
                    format!("`{name}` is part of {} only from OpenAPI {} on", article(what), number(keyword.since)),
                )
                .on_key()
                .help("it is used all the same");
        }
        if let Use::Not(instead) = keyword.becomes {
            diags
                .add(Code::UnsupportedKeyword, &origin.child(name), format!("`{name}` is not supported: {instead}"))
                .on_key();
        }
        members.push((name.as_str(), value));
    }
    // Mappings are sorted already, unless another crate made them keep the order of the text.
    members.sort_by(|left, right| left.0.cmp(right.0));
    Fields { members }
}

/// What a value is, in words.
pub(super) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// Reports a value of the wrong kind that is not used.
pub(super) fn wrong(origin: &Origin, name: &str, wanted: &str, value: &Value, diags: &mut Diagnostics) {
    report(Code::WrongKind, origin, (name, wanted), value, "it is ignored", diags);
}

fn report(
    code: Code,
    origin: &Origin,
    (name, wanted): (&str, &str),
    value: &Value,
    help: &str,
    diags: &mut Diagnostics,
) {
    diags.add(code, origin, format!("`{name}` must be {wanted}, but it is {}", describe(value))).help(help);
}

/// The mapping that is taken where nothing at all is written behind a key.
pub(super) fn nothing() -> &'static Map<String, Value> {
    static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    &NOTHING
}

/// The members of a mapping whose names the document chooses, sorted.
pub(super) fn sorted_members(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by(|left, right| left.0.cmp(right.0));
    members
}

pub(super) fn article(what: &str) -> String {
    let vowel = what.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {what}", if vowel { "an" } else { "a" })
}

pub(super) fn number(version: Version) -> &'static str {
    match version {
        Version::V3_0 => "3.0",
        Version::V3_1 => "3.1",
        Version::V3_2 => "3.2",
    }
}

fn unknown(name: &str, origin: &Origin, what: &str, table: &Table, diags: &mut Diagnostics) {
    let near = nearest(name, table.iter().map(|keyword| keyword.name));
    let diagnostic = diags.add(
        Code::UnknownKeyword,
        &origin.child(name),
        format!("`{name}` is no keyword of {} and is ignored", article(what)),
    );
    diagnostic.on_key();
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("names of extensions begin with `x-`"),
    };
}

/// The value of a keyword if it is of the keyword's kind or can only mean one of it; reports where it is not.
fn accepted<'a>(
    keyword: &Keyword,
    value: &'a Value,
    origin: &Origin,
    version: Version,
    diags: &mut Diagnostics,
) -> Option<Cow<'a, Value>> {
    let wanted = match keyword.kind {
        Kind::Any => return Some(Cow::Borrowed(value)),
        Kind::Text if value.is_string() => return Some(Cow::Borrowed(value)),
        Kind::Text => "a text",
        Kind::Flag if value.is_boolean() => return Some(Cow::Borrowed(value)),
        Kind::Flag => "`true` or `false`",
        Kind::Number if value.is_number() => return Some(Cow::Borrowed(value)),
        Kind::Number => "a number",
        Kind::Count if count(value).is_some() => return Some(Cow::Borrowed(value)),
        Kind::Count => "a whole number that is not negative",
        Kind::Object | Kind::SchemaMap if value.is_object() => return Some(Cow::Borrowed(value)),
        Kind::Object => "a mapping",
        Kind::SchemaMap => "a mapping of names to schemas",
        Kind::List | Kind::Schemas if value.is_array() => return Some(Cow::Borrowed(value)),
        Kind::List => "a list",
        Kind::Schemas => "a list of schemas",
        Kind::Texts | Kind::TextOrTexts => match value {
            Value::Array(list) => return Some(texts(keyword, list, value, origin, diags)),
            Value::String(_) if keyword.kind == Kind::TextOrTexts => return Some(Cow::Borrowed(value)),
            _ if keyword.kind == Kind::TextOrTexts && version > Version::V3_0 => "a text or a list of texts",
            _ if keyword.kind == Kind::TextOrTexts => "a text",
            _ => "a list of texts",
        },
        Kind::Schema | Kind::SchemaOrSchemas if value.is_object() || value.is_boolean() => {
            return Some(Cow::Borrowed(value));
        }
        Kind::Schema | Kind::SchemaOrSchemas => "a schema",
        Kind::FlagOrNumber if value.is_boolean() || value.is_number() => return Some(Cow::Borrowed(value)),
        Kind::FlagOrNumber => "`true`, `false` or a number",
    };
    let at = origin.child(keyword.name);
    if value.is_null() {
        // A key of YAML without a value; no keyword means something by that.
        report(Code::Reread, &at, (keyword.name, wanted), value, "it is read as if it were not there", diags);
        return None;
    }
    let Some((meant, help)) = meant(keyword.kind, value) else {
        wrong(&at, keyword.name, wanted, value, diags);
        return None;
    };
    report(Code::Reread, &at, (keyword.name, wanted), value, &help, diags);
    Some(meant)
}

/// What a value of the wrong kind can only mean, and how it is said.
fn meant(kind: Kind, value: &Value) -> Option<(Cow<'_, Value>, String)> {
    let number = |text: &str| text.parse::<serde_json::Number>().ok().map(Value::Number);
    let read = match (kind, value) {
        (Kind::Text, Value::Number(_) | Value::Bool(_)) => Value::String(value.to_string()),
        // The type `null` of a list, written without the quotes that YAML asks for.
        (Kind::TextOrTexts, Value::Null) => Value::String(value.to_string()),
        (Kind::Flag, Value::String(text)) => Value::Bool(text.parse().ok()?),
        (Kind::Number, Value::String(text)) => number(text)?,
        (Kind::Count, Value::String(text)) => number(text).filter(|number| count(number).is_some())?,
        (Kind::Texts, Value::String(text)) => {
            return Some((
                Cow::Owned(Value::Array(vec![value.clone()])),
                format!("it is read as a list with `{text}` alone"),
            ));
        }
        (Kind::SchemaOrSchemas, Value::Array(_)) => {
            let help = "it is read as `prefixItems`, which is its name from JSON Schema 2020-12 on";
            return Some((Cow::Borrowed(value), help.to_owned()));
        }
        _ => return None,
    };
    let plain = read.as_str().map_or_else(|| read.to_string(), str::to_owned);
    let help = format!("it is read as {}, `{plain}`", describe(&read));
    Some((Cow::Owned(read), help))
}

/// The list with each element as a text. Reports the elements that are none; what cannot be written as one is left out.
fn texts<'a>(
    keyword: &Keyword,
    list: &[Value],
    value: &'a Value,
    origin: &Origin,
    diags: &mut Diagnostics,
) -> Cow<'a, Value> {
    if list.iter().all(Value::is_string) {
        return Cow::Borrowed(value);
    }
    let mut read = Vec::with_capacity(list.len());
    for (index, element) in list.iter().enumerate() {
        if element.is_string() {
            read.push(element.clone());
            continue;
        }
        let at = origin.child(keyword.name).index(index);
        let message = format!("`{}` must hold texts only, but this is {}", keyword.name, describe(element));
        let kind = if element.is_null() { keyword.kind } else { Kind::Text };
        match meant(kind, element) {
            Some((text, help)) => {
                diags.add(Code::Reread, &at, message).help(help);
                read.push(text.into_owned());
            }
            None => {
                diags.add(Code::WrongKind, &at, message).help("it is ignored");
            }
        }
    }
    Cow::Owned(Value::Array(read))
}

/// A whole number that is not negative, also if it is written as `1.0`.
pub(super) fn count(value: &Value) -> Option<u64> {
    if let Some(count) = value.as_u64() {
        return Some(count);
    }
    let float = value.as_f64()?;
    // 2^53: above it not every whole number has a float of its own.
    (float >= 0.0 && float.fract() == 0.0 && float <= 9_007_199_254_740_992.0).then_some(float as u64)
}
