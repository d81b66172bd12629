//! The value of an enum that this version of the client does not know: a text, a number or a flag.

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

/// The number of an enum value that this version of the client does not know.
///
/// It is opaque: it compares, prints and goes back to the server as the number that came, and cannot be built for a
/// value that the enum knows. Convert a number into the enum to get one: `Level::from(7)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnrecognizedNumber<T>(T);

impl<T: Copy> UnrecognizedNumber<T> {
    /// Keeps `number`, which the caller has compared with the enum's values before.
    #[allow(dead_code, reason = "an API without enums of numbers does not use it")]
    pub(crate) const fn new(number: T) -> Self {
        Self(number)
    }

    /// The value as it came.
    #[inline]
    #[must_use]
    pub const fn get(&self) -> T {
        self.0
    }
}

impl<T: fmt::Display> fmt::Display for UnrecognizedNumber<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
