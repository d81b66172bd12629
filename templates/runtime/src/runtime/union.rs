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

/// Whether `value` is an object whose member `key` is one of these texts. A number or a flag is compared as it is written.
#[must_use]
pub fn tag(value: &Value, key: &str, tags: &[&str]) -> bool {
    match value.get(key) {
        Some(Value::String(text)) => tags.contains(&text.as_str()),
        Some(other @ (Value::Number(_) | Value::Bool(_))) => tags.contains(&other.to_string().as_str()),
        _ => false,
    }
}

/// The members of an arm that no exact test tells from another.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    required: &'static [&'static [&'static str]],
    known: &'static [&'static str],
    open: bool,
}

impl Members {
    /// An arm that demands the members of one of the lists, and knows these.
    #[must_use]
    pub const fn of(required: &'static [&'static [&'static str]], known: &'static [&'static str]) -> Self {
        Self { required, known, open: false }
    }

    /// The arm keeps members of other names as well.
    #[must_use]
    pub const fn and_others(mut self) -> Self {
        self.open = true;
        self
    }
}

/// The arms that `value` can be of, by index: those whose demands it meets, first the one that knows the most of its
/// members. An arm that would keep none of them is none, unless the object is empty.
#[must_use]
pub fn by_members(value: &Value, arms: &[Members]) -> Vec<usize> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let meets = |keys: &&[&str]| keys.iter().all(|key| object.contains_key(*key));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (index, arm) in arms.iter().enumerate() {
        let knows = arm.known.iter().filter(|key| object.contains_key(**key)).count();
        let keeps = knows > 0 || arm.open || object.is_empty();
        if keeps && arm.required.iter().any(meets) {
            found.push((knows, index));
        }
    }
    // Equals keep their order.
    found.sort_by_key(|(knows, _)| std::cmp::Reverse(*knows));
    found.into_iter().map(|(_, index)| index).collect()
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

/// Decodes an arm that is a union itself, if one of its own arms fits `value`, which `known` says.
#[must_use]
pub fn try_union<T: DeserializeOwned>(value: &Value, known: impl Fn(&T) -> bool) -> Option<T> {
    drift::attempt(|| T::deserialize(value).ok().filter(known))
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
