//! The wire form of string enums: one table per type, one visitor for all of them.
//!
//! `string_enum!` turns a table of (variant, text) into a [`StringEnum`] and the conversions that every enum has. The
//! enums are open: a text that the table does not list is kept in the variant `Unrecognized`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

use super::drift::{self, DriftKind};
use super::unrecognized::Unrecognized;

/// An open enum of texts. Implemented by `string_enum!` only.
pub trait StringEnum: Clone + 'static {
    /// The name of the type, for messages.
    const NAME: &'static str;
    /// The known values, in the order of the table.
    const KNOWN: &'static [Self];
    /// Their texts, in the same order.
    const TEXTS: &'static [&'static str];

    /// The value for a text that the table does not list.
    fn unrecognized(text: Unrecognized) -> Self;
}

/// The value for `text`.
#[must_use]
pub fn parse<E: StringEnum>(text: &str) -> E {
    known(text).unwrap_or_else(|| E::unrecognized(Unrecognized::new(text)))
}

/// The value for `text`, which is kept if it is unknown.
#[must_use]
pub fn parse_owned<E: StringEnum>(text: String) -> E {
    known(&text).unwrap_or_else(|| E::unrecognized(Unrecognized::new(text)))
}

/// The value that stands for none: an empty text, or what else the table does not list.
#[must_use]
pub fn unknown<E: StringEnum>() -> E {
    let mut text = String::new();
    while find(E::TEXTS, &text).is_some() {
        text.push('_');
    }
    E::unrecognized(Unrecognized::new(text))
}

/// Reads a value; an unknown text is kept and reported as drift. Known values are read without an allocation.
///
/// # Errors
///
/// What the deserializer reports, and anything that is no string.
pub fn deserialize<'de, E: StringEnum, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    deserializer.deserialize_str(EnumVisitor(PhantomData))
}

fn known<E: StringEnum>(text: &str) -> Option<E> {
    find(E::TEXTS, text).and_then(|index| E::KNOWN.get(index).cloned())
}

/// A table is searched from its start: comparing lengths first makes that about a microsecond for a thousand texts,
/// and a sorted copy of every table would cost more than it saves.
fn find(texts: &[&str], text: &str) -> Option<usize> {
    texts.iter().position(|known| *known == text)
}

struct EnumVisitor<E>(PhantomData<E>);

impl<E: StringEnum> Visitor<'_> for EnumVisitor<E> {
    type Value = E;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a string ({})", E::NAME)
    }

    fn visit_str<R: Error>(self, text: &str) -> Result<E, R> {
        Ok(known(text).unwrap_or_else(|| {
            drift::report(DriftKind::UnknownValue, None, Some(text));
            E::unrecognized(Unrecognized::new(text))
        }))
    }

    fn visit_string<R: Error>(self, text: String) -> Result<E, R> {
        Ok(known(&text).unwrap_or_else(|| {
            drift::report(DriftKind::UnknownValue, None, Some(&text));
            E::unrecognized(Unrecognized::new(text))
        }))
    }
}

/// Gives an enum its wire form and conversions. The enum has the listed variants and `Unrecognized(Unrecognized)`.
#[allow(unused_macros, reason = "an API without enums does not use it")]
macro_rules! string_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $name {
            /// The values that this version knows, in the order of the API description.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The value as it is sent.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unrecognized(text) => text.as_str(),
                }
            }

            /// Whether this version knows the value.
            #[inline]
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !::std::matches!(self, Self::Unrecognized(_))
            }
        }

        impl $crate::runtime::wire::StringEnum for $name {
            const NAME: &'static str = ::std::stringify!($name);
            const KNOWN: &'static [Self] = Self::ALL;
            const TEXTS: &'static [&'static str] = &[$($text),*];

            #[inline]
            fn unrecognized(text: $crate::runtime::Unrecognized) -> Self {
                Self::Unrecognized(text)
            }
        }

        impl ::std::default::Default for $name {
            #[inline]
            fn default() -> Self {
                $crate::runtime::wire::unknown_enum()
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                $crate::runtime::wire::parse_enum(text)
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                $crate::runtime::wire::parse_owned_enum(text)
            }
        }

        impl ::std::convert::From<&$name> for $name {
            #[inline]
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }

        impl ::serde::Serialize for $name {
            #[inline]
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::runtime::wire::deserialize_enum(deserializer)
            }
        }

        impl $crate::runtime::wire::Argument for $name {
            #[inline]
            fn value(&self) -> $crate::runtime::wire::ArgumentValue<'_> {
                $crate::runtime::wire::ArgumentValue::text(self.as_str())
            }
        }

        impl $crate::runtime::wire::Validate for $name {}
    };
}
#[allow(unused_imports, reason = "an API without enums does not use it")]
pub(crate) use string_enum;
