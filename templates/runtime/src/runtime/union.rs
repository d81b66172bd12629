//! Reading unions: the tests by which generated code tells the arms of a union apart.
//!
//! A union is read into a [`Value`] first, because which arm it is can stand in its last member. The tests are exact
//! ones (a tag, a member's presence, the kind of JSON value); only what is left is tried by decoding. A tag names its arm, so
//! that a value which this arm cannot read is an error; any other test only makes an arm likely, and a value which the arm
//! cannot read is offered to the next ones and kept as it came in the end.

use std::cmp::Reverse;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use serde_json::{Map, Value};

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
    tags: &'static [(&'static str, &'static [&'static str])],
    open: bool,
}

impl Members {
    /// An arm that demands the members of one of the lists, and knows these.
    #[must_use]
    pub const fn of(required: &'static [&'static [&'static str]], known: &'static [&'static str]) -> Self {
        Self { required, known, tags: &[], open: false }
    }

    /// The values that the arm has for members by which others of the union can be told from it.
    #[must_use]
    pub const fn tagged(mut self, tags: &'static [(&'static str, &'static [&'static str])]) -> Self {
        self.tags = tags;
        self
    }

    /// The arm keeps members of other names as well.
    #[must_use]
    pub const fn and_others(mut self) -> Self {
        self.open = true;
        self
    }

    /// How many members the arm demands, where `object` has them.
    fn demanded(&self, object: &Map<String, Value>) -> Option<usize> {
        let meets = |keys: &&&[&str]| keys.iter().all(|key| object.contains_key(*key));
        self.required.iter().filter(meets).map(|keys| keys.len()).max()
    }

    /// Whether one of its tags is there with a value of the arm.
    fn claims(&self, value: &Value) -> bool {
        self.tags.iter().any(|(key, values)| tag(value, key, values))
    }

    /// Whether a member has a value of one of the others that is none of the arm's.
    fn is_denied(&self, value: &Value, arms: &[Self]) -> bool {
        self.tags.iter().any(|(key, values)| {
            let others = || arms.iter().flat_map(|arm| arm.tags).filter(|(other, _)| other == key);
            !tag(value, key, values) && others().any(|(_, values)| tag(value, key, values))
        })
    }
}

/// The arms that `value` can be of, by index: those whose demands it meets, first the one that knows the most of its
/// members, then the one with a value of its own in it, then the one that demands more.
///
/// An arm that would keep no member is none, unless the object is empty; neither is one that demands nothing, keeps no others,
/// has no value of its own in it and knows less than half of the members, nor one that has other values where the object has
/// those of another arm. Where the arm that
/// knows the most cannot be read, one that would lose members in its place is no answer, so that it is not given.
#[must_use]
pub fn by_members(value: &Value, arms: &[Members]) -> Vec<usize> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let mut found: Vec<(usize, bool, usize, usize)> = Vec::new();
    for (index, arm) in arms.iter().enumerate() {
        let Some(demanded) = arm.demanded(object) else { continue };
        let knows = arm.known.iter().filter(|key| object.contains_key(**key)).count();
        let claims = arm.claims(value);
        let keeps = knows > 0 || object.is_empty();
        // Nothing but a name or two in common is chance: the value is more useful as it came than as a part of itself.
        let likely = claims || demanded > 0 || knows * 2 >= object.len();
        if (arm.open || keeps && likely) && !arm.is_denied(value, arms) {
            found.push((knows, claims, demanded, index));
        }
    }
    // Equals keep their order.
    found.sort_by_key(|(knows, claims, demanded, _)| Reverse((*knows, *claims, *demanded)));
    let most = found.first().map_or(0, |(knows, ..)| *knows);
    found.retain(|(knows, _, _, index)| *knows == most || arms[*index].open);
    found.into_iter().map(|(.., index)| index).collect()
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
