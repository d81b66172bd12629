//! What is known of a value beside its type: bounds that are checked before a request is sent, and what is documented.

use super::Literal;

/// Bounds that are checked before a request is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checks {
    /// Least value.
    pub minimum: Option<Bound>,
    /// Greatest value.
    pub maximum: Option<Bound>,
    /// The value is a multiple of this number (as written).
    pub multiple_of: Option<String>,
    /// Length of a string in characters.
    pub length: Bounds,
    /// Length of a list.
    pub items: Bounds,
    /// No value of the list stands twice.
    pub unique_items: bool,
    /// The pattern of a string.
    pub pattern: Option<Pattern>,
    /// Number of members of a map.
    pub members: Bounds,
    /// The values that it may have, where they have no names: for the documentation.
    pub values: Vec<Literal>,
    /// The format of a text that is kept as it is sent: for the documentation.
    pub format: Option<String>,
    /// Bounds of each value of a list or a map.
    pub each: Option<Box<Checks>>,
    /// What the names of a map's members are: for the documentation.
    pub names: Option<Box<Checks>>,
    /// True when the configuration turned local checks off; the bounds are then documentation.
    pub skipped: bool,
}

impl Checks {
    /// True when there is nothing to check and nothing to document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { skipped: self.skipped, ..Self::default() }
    }

    /// True when there is nothing to check.
    #[must_use]
    pub fn is_documentation(&self) -> bool {
        let documented = Self {
            values: self.values.clone(),
            format: self.format.clone(),
            each: self.each.clone(),
            names: self.names.clone(),
            skipped: self.skipped,
            ..Self::default()
        };
        *self == documented && self.each.as_ref().is_none_or(|each| each.is_documentation())
    }
}

/// A least and a greatest count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least count.
    pub least: Option<u64>,
    /// The greatest count.
    pub most: Option<u64>,
}

/// One side of a numeric range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The number as written.
    pub value: String,
    /// True when the number itself is outside.
    pub exclusive: bool,
}

/// A regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The expression as written.
    pub source: String,
    /// Its meaning as a sequence of runs, when it is anchored and made of character classes with counts.
    pub runs: Option<Vec<Run>>,
}

/// A character class with a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Inclusive ranges of characters, sorted.
    pub ranges: Vec<(char, char)>,
    /// The least count.
    pub least: u32,
    /// The greatest count; absent means no limit.
    pub most: Option<u32>,
}
