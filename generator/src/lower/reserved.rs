//! Names that methods of a trait have: a method of an item's own would take their place.

/// Methods that everything that can be cloned and printed has.
pub(super) const OF_VALUES: &[&str] = &[
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "fmt",
    "from",
    "into",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

/// What the types of bodies have beside them.
pub(super) const OF_OBJECTS: &[&str] =
    &["default", "deserialize", "deserialize_in_place", "eq", "ne", "new", "serialize", "validate"];

/// Several lists as one.
pub(super) fn joined(lists: &[&[&'static str]]) -> Vec<&'static str> {
    lists.concat()
}
