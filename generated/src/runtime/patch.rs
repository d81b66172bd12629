//! A member that can be left alone, cleared or set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a request does to a member that the server already has: JSON tells an absent member from a null one
/// (RFC 7396, JSON Merge Patch).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Leave it as it is: the member is not sent.
    #[default]
    Keep,
    /// Remove it: the member is sent as `null`.
    Clear,
    /// Replace it by this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the member is not sent.
    #[inline]
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value to set, if there is one.
    #[inline]
    #[must_use]
    pub const fn as_set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    #[inline]
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

/// Outside of an object there is nothing to leave out, so [`Patch::Keep`] is written as null like [`Patch::Clear`].
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_set().serialize(serializer)
    }
}

/// A null reads as [`Patch::Clear`]; an absent member is never read and stays [`Patch::Keep`].
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Option::deserialize(deserializer) {
            Ok(Some(value)) => Ok(Self::Set(value)),
            Ok(None) => Ok(Self::Clear),
            Err(error) => Err(error),
        }
    }
}
