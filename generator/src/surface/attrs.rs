//! Attributes: conditions of compilation, and the few others that callers notice.

use std::collections::BTreeSet;
use std::fmt;

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Token};

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

impl Cfg {
    fn read(meta: &Meta) -> Self {
        match meta {
            Meta::Path(path) => match path.get_ident().map(ToString::to_string).as_deref() {
                Some("test" | "doctest" | "doc" | "docsrs" | "false") => Self::False,
                Some("true") => Self::True,
                _ => Self::Is(compact(path)),
            },
            Meta::NameValue(pair) => {
                let value = match &pair.value {
                    Expr::Lit(literal) => match &literal.lit {
                        Lit::Str(text) => text.value(),
                        other => compact(other),
                    },
                    other => compact(other),
                };
                Self::Is(format!("{}={value}", compact(&pair.path)))
            }
            Meta::List(list) => {
                let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
                let parts = parts.iter().map(Self::read);
                match list.path.get_ident().map(ToString::to_string).as_deref() {
                    Some("all") => Self::all(parts),
                    Some("any") => Self::any(parts),
                    Some("not") => match Self::all(parts) {
                        Self::True => Self::False,
                        Self::False => Self::True,
                        Self::Not(inner) => *inner,
                        other => Self::Not(Box::new(other)),
                    },
                    _ => Self::Is(compact(list)),
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

/// Conditions that are all to be met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions(BTreeSet<Cfg>);

impl Conditions {
    /// Adds those of another item, such as an enclosing module.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Adds one; false if it can never be met.
    fn add(&mut self, cfg: Cfg) -> bool {
        match cfg {
            Cfg::True => {}
            Cfg::False => return false,
            Cfg::All(parts) => self.0.extend(parts),
            other => {
                self.0.insert(other);
            }
        }
        true
    }
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|cfg| write!(f, " [{cfg}]"))
    }
}

/// What the attributes of an item say to a caller.
#[derive(Clone, Default)]
pub(super) struct Attrs {
    /// When it is there.
    pub(super) conditions: Conditions,
    /// True if it is never there for a caller (`#[cfg(test)]`).
    pub(super) absent: bool,
    /// `#[doc(hidden)]`.
    pub(super) hidden: bool,
    /// `#[macro_export]`.
    pub(super) exported: bool,
    /// `#[path = ".."]`.
    pub(super) path: Option<String>,
    /// `#[deprecated]` and `#[non_exhaustive]`, as they are printed, each with a space before it.
    pub(super) markers: String,
    /// The derived traits, each with its condition.
    pub(super) derives: Vec<(syn::Path, Conditions)>,
}

impl Attrs {
    /// Reads the attributes of an item.
    pub(super) fn read(attrs: &[Attribute]) -> Self {
        let mut read = Self::default();
        for attr in attrs {
            read.add(&attr.meta, &Cfg::True);
        }
        read
    }

    fn add(&mut self, meta: &Meta, when: &Cfg) {
        let Some(name) = meta.path().get_ident().map(ToString::to_string) else { return };
        match (name.as_str(), meta) {
            ("cfg", Meta::List(list)) => {
                if let Ok(condition) = list.parse_args::<Meta>() {
                    self.absent |= !self.conditions.add(Cfg::read(&condition));
                }
            }
            ("cfg_attr", Meta::List(list)) => {
                let Ok(parts) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else { return };
                let mut parts = parts.iter();
                let Some(condition) = parts.next().map(Cfg::read) else { return };
                let when = Cfg::all([when.clone(), condition].into_iter());
                if when != Cfg::False {
                    parts.for_each(|meta| self.add(meta, &when));
                }
            }
            ("doc", Meta::List(list)) => {
                let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
                self.hidden |= *when == Cfg::True && parts.iter().any(|part| part.path().is_ident("hidden"));
            }
            ("derive", Meta::List(list)) => {
                let paths =
                    list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated).unwrap_or_default();
                for path in paths {
                    let mut conditions = Conditions::default();
                    conditions.add(when.clone());
                    self.derives.push((path, conditions));
                }
            }
            ("path", Meta::NameValue(pair)) => {
                if let Expr::Lit(literal) = &pair.value
                    && let Lit::Str(path) = &literal.lit
                {
                    self.path = Some(path.value());
                }
            }
            ("macro_export", _) => self.exported = true,
            ("deprecated" | "non_exhaustive", _) => {
                let when = match when {
                    Cfg::True => String::new(),
                    Cfg::Not(inner) => format!(" unless {inner}"),
                    other => format!(" if {other}"),
                };
                self.markers.push_str(&format!(" #[{name}{when}]"));
            }
            _ => {}
        }
    }
}

/// Tokens without the spaces around `::`, `<` and the like. Good enough for what is rare: paths, literals, conditions.
pub(super) fn compact(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    for word in tokens.to_token_stream().to_string().split(' ') {
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
