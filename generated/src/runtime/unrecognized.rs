//! The text of an enum value that this version of the client does not know.

use std::fmt;

/// The text of an enum value that this version of the client does not know.
///
/// It is opaque: it compares, prints and goes back to the server as the text that came, and cannot be built for a value
/// that the enum knows. Convert a text into the enum to get one: `Status::from("brand_new")`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unrecognized(Box<str>);

impl Unrecognized {
    /// Keeps `text`, which the caller has looked up in the enum's table before.
    pub(crate) fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The value as it came.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Unrecognized {
    #[inline]
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unrecognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
