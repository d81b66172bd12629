//! The wire form of closed string enums: the table of `string_enum!` without room for texts that it does not list.
//!
//! Only the configuration closes an enum. What holds another value than those listed cannot be read.

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

/// A value that a closed enum does not list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedValue {
    of: &'static str,
    value: Box<str>,
}

impl UnlistedValue {
    /// A value that the enum called `of` does not list.
    pub(crate) fn new(of: &'static str, value: &(impl fmt::Display + ?Sized)) -> Self {
        Self { of, value: value.to_string().into() }
    }

    /// The value as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for UnlistedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no value of `{}`", self.value, self.of)
    }
}

impl StdError for UnlistedValue {}

/// A closed enum of texts. Implemented by `closed_enum!` only.
pub trait ClosedEnum: Clone + 'static {
    /// The name of the type, for messages.
    const NAME: &'static str;
    /// The values, in the order of the table.
    const LISTED: &'static [Self];
    /// Their texts, in the same order.
    const TEXTS: &'static [&'static str];
}

/// The value for `text`.
///
/// # Errors
///
/// The enum does not list the text.
pub fn parse<E: ClosedEnum>(text: &str) -> Result<E, UnlistedValue> {
    let index = E::TEXTS.iter().position(|listed| *listed == text);
    index.and_then(|index| E::LISTED.get(index).cloned()).ok_or_else(|| UnlistedValue::new(E::NAME, text))
}

/// Reads a value without an allocation.
///
/// # Errors
///
/// What the deserializer reports, and anything that is no listed string.
pub fn deserialize<'de, E: ClosedEnum, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    deserializer.deserialize_str(EnumVisitor(PhantomData))
}

struct EnumVisitor<E>(PhantomData<E>);

impl<E: ClosedEnum> Visitor<'_> for EnumVisitor<E> {
    type Value = E;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a string ({})", E::NAME)
    }

    fn visit_str<R: Error>(self, text: &str) -> Result<E, R> {
        parse(text).map_err(R::custom)
    }
}

/// Gives an enum its wire form and conversions. The enum has the listed variants and no others.
#[allow(unused_macros, reason = "an API whose closed enums are all numbers does not use it")]
macro_rules! closed_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $name {
            /// The values, in the order of the API description.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The value as it is sent.
            #[inline]
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl $crate::runtime::wire::ClosedEnum for $name {
            const NAME: &'static str = ::std::stringify!($name);
            const LISTED: &'static [Self] = Self::ALL;
            const TEXTS: &'static [&'static str] = &[$($text),*];
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

        impl ::std::convert::TryFrom<&str> for $name {
            type Error = $crate::runtime::UnlistedValue;

            #[inline]
            fn try_from(text: &str) -> ::std::result::Result<Self, $crate::runtime::UnlistedValue> {
                $crate::runtime::wire::parse_closed_enum(text)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::runtime::UnlistedValue;

            #[inline]
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::runtime::UnlistedValue> {
                $crate::runtime::wire::parse_closed_enum(text)
            }
        }

        impl ::std::convert::From<&$name> for $name {
            #[inline]
            fn from(value: &$name) -> Self {
                *value
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
                $crate::runtime::wire::deserialize_closed_enum(deserializer)
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
#[allow(unused_imports, reason = "an API whose closed enums are all numbers does not use it")]
pub(crate) use closed_enum;
