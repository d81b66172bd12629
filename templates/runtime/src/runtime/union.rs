//! Reading unions: the tests by which generated code tells the arms of a union apart.
//!
//! A union is read into a [`Value`] first, because which arm it is can stand in its last member. The tests are exact
//! ones (a tag, a member's presence, the kind of JSON value); only what is left is tried by decoding.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use serde_json::Value;

use super::drift::{self, DriftKind};

/// The kinds of JSON value that an arm can be told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without fraction and exponent.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// Reads the value that the arms are tested on.
///
/// # Errors
///
/// What the deserializer reports.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

/// Whether `value` is an object that has all of these members, null ones included.
#[must_use]
pub fn has_keys(value: &Value, keys: &[&str]) -> bool {
    value.as_object().is_some_and(|object| keys.iter().all(|key| object.contains_key(*key)))
}

/// Whether `value` is an object whose member `key` is one of these texts.
#[must_use]
pub fn tag(value: &Value, key: &str, tags: &[&str]) -> bool {
    value.get(key).and_then(Value::as_str).is_some_and(|text| tags.contains(&text))
}

/// Whether `value` is of this kind.
#[must_use]
pub fn is(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Null => value.is_null(),
        Kind::Boolean => value.is_boolean(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Number => value.is_number(),
        Kind::String => value.is_string(),
        Kind::Array => value.is_array(),
        Kind::Object => value.is_object(),
    }
}

/// Decodes the arm that a test has chosen.
///
/// # Errors
///
/// What that arm's type reports.
pub fn arm<T: DeserializeOwned, E: Error>(value: Value) -> Result<T, E> {
    T::deserialize(value).map_err(E::custom)
}

/// Decodes an arm if `value` fits it.
#[must_use]
pub fn try_arm<T: DeserializeOwned>(value: &Value) -> Option<T> {
    drift::attempt(|| T::deserialize(value).ok())
}

/// Keeps a value that fits no arm of the union `name`, and reports it as drift.
///
/// # Errors
///
/// Never; the signature is that of the other ends of a union.
pub fn unrecognized<E: Error>(name: &'static str, value: Value) -> Result<Value, E> {
    drift::report(DriftKind::UnknownArm, None, Some(name));
    Ok(value)
}
