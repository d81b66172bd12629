//! Attributes: conditions of compilation, and the few others that callers notice.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::cursor::Cursor;
use super::lexer::{Kind, Token};
use super::sheet::{PathId, Sheet};

/// A condition of compilation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cfg {
    /// Always met.
    True,
    /// Never met in what callers see, such as `test`.
    False,
    /// A flag or a pair, as `key=value`.
    Is(String),
    /// The other way round.
    Not(Box<Cfg>),
    /// All of them.
    All(Vec<Cfg>),
    /// One of them.
    Any(Vec<Cfg>),
}

/// What an attribute says: its path, and what stands behind it.
struct Meta<'c, 't> {
    /// All its tokens.
    tokens: &'c [Token<'t>],
    path: &'c [Token<'t>],
    value: MetaValue<'c, 't>,
}

enum MetaValue<'c, 't> {
    None,
    /// `(..)`
    List(&'c [Token<'t>]),
    /// `= ..`
    Equals(&'c [Token<'t>]),
}

impl<'c, 't> Meta<'c, 't> {
    fn read(tokens: &'c [Token<'t>]) -> Self {
        // `unsafe(no_mangle)` is no more than a way to write it.
        let mut cursor = Cursor::new(tokens);
        let path = cursor.until(&["=", "(", "[", "{"]);
        let value = if cursor.eat(&["="]) {
            MetaValue::Equals(&tokens[cursor.at()..])
        } else {
            let inside = ["(", "[", "{"].iter().find_map(|open| cursor.group(open));
            inside.map_or(MetaValue::None, MetaValue::List)
        };
        Self { tokens, path, value }
    }

    /// The name, if it is one and no longer path.
    fn name(&self) -> Option<&'t str> {
        match self.path {
            [name] => Some(name.text),
            _ => None,
        }
    }

    fn list(tokens: &'c [Token<'t>]) -> impl Iterator<Item = Self> {
        parts(tokens).into_iter().map(Self::read)
    }
}

/// What commas separate.
fn parts<'c, 't>(tokens: &'c [Token<'t>]) -> Vec<&'c [Token<'t>]> {
    let mut cursor = Cursor::new(tokens);
    let mut parts = Vec::new();
    while !cursor.is_end() {
        parts.push(cursor.until(&[","]));
        cursor.eat(&[","]);
    }
    parts
}

impl Cfg {
    fn read(meta: &Meta<'_, '_>) -> Self {
        match meta.value {
            MetaValue::None => match meta.name() {
                Some("test" | "doctest" | "doc" | "docsrs" | "false") => Self::False,
                Some("true") => Self::True,
                _ => Self::Is(compact(meta.path)),
            },
            MetaValue::Equals(value) => {
                let value = text(value).map_or_else(|| compact(value), str::to_owned);
                Self::Is(format!("{}={value}", compact(meta.path)))
            }
            MetaValue::List(list) => {
                let parts = Meta::list(list).map(|part| Self::read(&part));
                match meta.name() {
                    Some("all") => Self::all(parts),
                    Some("any") => Self::any(parts),
                    Some("not") => match Self::all(parts) {
                        Self::True => Self::False,
                        Self::False => Self::True,
                        Self::Not(inner) => *inner,
                        other => Self::Not(Box::new(other)),
                    },
                    _ => Self::Is(compact(meta.tokens)),
                }
            }
        }
    }

    fn all(parts: impl Iterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::True => {}
                Self::False => return Self::False,
                Self::All(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::True,
            1 => kept.remove(0),
            _ => Self::All(kept),
        }
    }

    fn any(parts: impl Iterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::False => {}
                Self::True => return Self::True,
                Self::Any(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::False,
            1 => kept.remove(0),
            _ => Self::Any(kept),
        }
    }
}

impl fmt::Display for Cfg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parts) = match self {
            Self::True => return f.write_str("true"),
            Self::False => return f.write_str("false"),
            Self::Is(text) => return f.write_str(text),
            Self::Not(inner) => return write!(f, "not({inner})"),
            Self::All(parts) => ("all", parts),
            Self::Any(parts) => ("any", parts),
        };
        let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
        write!(f, "{name}({})", parts.join(", "))
    }
}

/// Conditions that are all to be met. Few things have any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions(Option<Arc<BTreeSet<Cfg>>>);

impl Conditions {
    /// Adds those of another item, such as an enclosing module.
    pub(super) fn and(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (_, None) => self.clone(),
            (None, _) => other.clone(),
            (Some(own), Some(others)) => Self(Some(Arc::new(own.union(others).cloned().collect()))),
        }
    }

    /// Adds one; false if it can never be met.
    fn add(&mut self, cfg: Cfg) -> bool {
        let mut insert = |cfg| {
            Arc::make_mut(self.0.get_or_insert_default()).insert(cfg);
        };
        match cfg {
            Cfg::True => {}
            Cfg::False => return false,
            Cfg::All(parts) => parts.into_iter().for_each(insert),
            other => insert(other),
        }
        true
    }
}

/// Each in brackets behind a space.
impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().flat_map(|conditions| conditions.iter()).try_for_each(|cfg| write!(f, " [{cfg}]"))
    }
}

/// What the attributes of an item say to a caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Attrs<'t> {
    /// When it is there.
    pub(super) conditions: Conditions,
    /// True if it is never there for a caller (`#[cfg(test)]`).
    pub(super) absent: bool,
    /// `#[doc(hidden)]`.
    pub(super) hidden: bool,
    /// `#[macro_export]`.
    pub(super) exported: bool,
    /// What only few items have.
    rare: Option<Box<Rare<'t>>>,
}

#[derive(Clone, Debug, Default)]
struct Rare<'t> {
    path: Option<String>,
    markers: String,
    derives: Vec<Derive<'t>>,
}

/// A derived trait.
#[derive(Clone, Debug)]
pub(super) struct Derive<'t> {
    pub(super) path: PathId,
    /// The last name of its path.
    pub(super) name: &'t str,
    pub(super) conditions: Conditions,
}

impl<'t> Attrs<'t> {
    /// `#[path = ".."]`.
    pub(super) fn path(&self) -> Option<&str> {
        self.rare.as_ref()?.path.as_deref()
    }

    /// `#[deprecated]` and `#[non_exhaustive]`, as they are printed, each with a space before it.
    pub(super) fn markers(&self) -> &str {
        self.rare.as_ref().map_or("", |rare| &rare.markers)
    }

    /// The derived traits.
    pub(super) fn derives(&self) -> &[Derive<'t>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.derives)
    }

    fn rare(&mut self) -> &mut Rare<'t> {
        self.rare.get_or_insert_default()
    }

    /// Adds what stands between the brackets of an attribute.
    pub(super) fn add(&mut self, tokens: &[Token<'t>], sheet: &mut Sheet<'t>) {
        self.meta(&Meta::read(tokens), &Cfg::True, sheet);
    }

    fn meta(&mut self, meta: &Meta<'_, 't>, when: &Cfg, sheet: &mut Sheet<'t>) {
        let Some(name) = meta.name() else { return };
        match (name, &meta.value) {
            ("cfg", MetaValue::List(list)) => {
                self.absent |= !self.conditions.add(Cfg::read(&Meta::read(list)));
            }
            ("cfg_attr", MetaValue::List(list)) => {
                let mut parts = Meta::list(list);
                let Some(condition) = parts.next().map(|part| Cfg::read(&part)) else { return };
                let when = Cfg::all([when.clone(), condition].into_iter());
                if when != Cfg::False {
                    parts.for_each(|meta| self.meta(&meta, &when, sheet));
                }
            }
            ("doc", MetaValue::List(list)) => {
                self.hidden |= *when == Cfg::True && Meta::list(list).any(|part| part.name() == Some("hidden"));
            }
            ("derive", MetaValue::List(list)) => {
                for part in parts(list) {
                    let names = part.iter().filter(|token| token.kind == Kind::Word).map(|token| token.text);
                    let names: Vec<_> = names.collect();
                    let Some(name) = names.last() else { continue };
                    let mut conditions = Conditions::default();
                    conditions.add(when.clone());
                    self.rare().derives.push(Derive { path: sheet.intern(&names), name, conditions });
                }
            }
            ("path", MetaValue::Equals(value)) => self.rare().path = text(value).map(str::to_owned),
            ("macro_export", _) => self.exported = true,
            ("deprecated" | "non_exhaustive", _) => {
                let when = match when {
                    Cfg::True => String::new(),
                    Cfg::Not(inner) => format!(" unless {inner}"),
                    other => format!(" if {other}"),
                };
                self.rare().markers.push_str(&format!(" #[{name}{when}]"));
            }
            _ => {}
        }
    }
}

/// What a text in plain quotation marks says, if nothing in it is escaped.
fn text<'t>(tokens: &[Token<'t>]) -> Option<&'t str> {
    let [token] = tokens else { return None };
    let inside = token.text.strip_prefix('"')?.strip_suffix('"')?;
    (token.kind == Kind::Literal && !inside.contains('\\')).then_some(inside)
}

/// Tokens without the spaces around `::`, `<` and the like. Good enough for what is rare: paths, literals, conditions.
pub(super) fn compact(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    for word in spaced(tokens).split(' ') {
        let glue = text.ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && word.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let loose =
            |symbol: &str| matches!(symbol, "+" | "-" | "*" | "/" | "%" | "=" | "<<" | ">>" | "|" | "{" | "}" | "->");
        if !text.is_empty()
            && (glue || loose(word) || text.rsplit(' ').next().is_some_and(loose) || text.ends_with(','))
        {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// Tokens with a space between any two words; brackets other than braces stand close to what is inside of them.
fn spaced(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut close = true;
    for token in tokens {
        let tight = close || matches!(token.text, ")" | "]") && token.kind == Kind::Close;
        if !tight {
            text.push(' ');
        }
        text.push_str(token.text);
        close = token.joint || (token.kind == Kind::Open && token.text != "{");
    }
    text
}
