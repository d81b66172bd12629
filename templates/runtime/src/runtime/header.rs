//! Reading the headers of an answer as typed values.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use http::HeaderMap;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

/// The headers of an answer. Nothing is read before one of them is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'h>(&'h HeaderMap);

impl<'h> Headers<'h> {
    /// The headers of an answer, such as [`Meta::headers`](super::Meta::headers) and
    /// [`Error::headers`](super::Error::headers) give.
    #[must_use]
    pub fn new(headers: &'h HeaderMap) -> Self {
        Self(headers)
    }

    /// A header in the style `simple` of OpenAPI: a scalar as it is, a list as `a,b`, an object as `name,value,…`. Several
    /// headers of the name are one list (RFC 9110, section 5.2). `None` where there is none.
    ///
    /// # Errors
    ///
    /// The value is not of the type.
    pub fn simple<T: for<'de> Deserialize<'de>>(self, name: &'static str) -> Result<Option<T>, HeaderError> {
        self.read(name, |text| T::deserialize(Text { text, explode: false }).map_err(|fault| fault.0))
    }

    /// As [`Headers::simple`], but an object is written as `name=value,…`.
    ///
    /// # Errors
    ///
    /// The value is not of the type.
    pub fn exploded<T: for<'de> Deserialize<'de>>(self, name: &'static str) -> Result<Option<T>, HeaderError> {
        self.read(name, |text| T::deserialize(Text { text, explode: true }).map_err(|fault| fault.0))
    }

    /// A header whose value is JSON. `None` where there is none.
    ///
    /// # Errors
    ///
    /// The value is not JSON of the type.
    pub fn json<T: for<'de> Deserialize<'de>>(self, name: &'static str) -> Result<Option<T>, HeaderError> {
        self.read(name, |text| serde_json::from_str(text).map_err(|error| error.to_string()))
    }

    fn read<T>(
        self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, HeaderError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        read(text.trim()).map(Some).map_err(|reason| HeaderError { name, reason })
    }

    /// The text of all headers of a name.
    fn text(self, name: &'static str) -> Result<Option<Cow<'h, str>>, HeaderError> {
        let mut whole: Option<Cow<'h, str>> = None;
        for value in self.0.get_all(name) {
            let text = std::str::from_utf8(value.as_bytes())
                .map_err(|_| HeaderError { name, reason: "it is not UTF-8".to_owned() })?;
            whole = Some(match whole {
                None => Cow::Borrowed(text),
                Some(before) => Cow::Owned(format!("{before},{text}")),
            });
        }
        Ok(whole)
    }
}

/// A header of an answer that is not what the API describes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderError {
    name: &'static str,
    reason: String,
}

impl HeaderError {
    /// The name of the header, as the API describes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the header `{}` cannot be read: {}", self.name, self.reason)
    }
}

impl StdError for HeaderError {}

/// Why a text is not of a type. The text itself is not told: it may be a secret.
#[derive(Debug)]
struct Fault(String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("it is not {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("it is not {expected}"))
    }
}

/// The text of a header or of one value in it.
struct Text<'t> {
    text: &'t str,
    explode: bool,
}

impl<'t> Text<'t> {
    fn parse<T: std::str::FromStr>(&self, what: &str) -> Result<T, Fault> {
        self.text.parse().map_err(|_| Fault(format!("it is not {what}")))
    }

    /// The values between the commas; an empty text has none.
    fn values(&self) -> impl Iterator<Item = Text<'t>> + use<'t> {
        let explode = self.explode;
        let values = (!self.text.is_empty()).then(|| self.text.split(','));
        values.into_iter().flatten().map(move |text| Text { text: text.trim(), explode })
    }

    /// The members of an object.
    fn members(&self) -> Result<Vec<(&'t str, Text<'t>)>, Fault> {
        let mut values = self.values();
        let mut members = Vec::new();
        while let Some(Text { text: name, explode }) = values.next() {
            if explode {
                let (name, value) =
                    name.split_once('=').ok_or_else(|| Fault("a member has no `=` and no value".to_owned()))?;
                members.push((name, Text { text: value, explode }));
            } else {
                let value = values.next().ok_or_else(|| Fault("the last member has no value".to_owned()))?;
                members.push((name, value));
            }
        }
        Ok(members)
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Text<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! integers {
    ($($method:ident as $through:ident($ty:ty),)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$through(self.parse::<$ty>("a whole number of this range")?)
        })*
    };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_bool(self.parse("`true` or `false`")?)
    }

    integers! {
        deserialize_i8 as visit_i64(i64),
        deserialize_i16 as visit_i64(i64),
        deserialize_i32 as visit_i64(i64),
        deserialize_i64 as visit_i64(i64),
        deserialize_u8 as visit_u64(u64),
        deserialize_u16 as visit_u64(u64),
        deserialize_u32 as visit_u64(u64),
        deserialize_u64 as visit_u64(u64),
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.parse("a number")?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.parse("a number")?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(SeqDeserializer::new(self.values()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(MapDeserializer::new(self.members()?.into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple_struct enum identifier ignored_any
    }
}
