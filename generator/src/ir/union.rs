//! Unions: their arms, and how a value is matched to one of them.

use super::TypeRef;
use crate::names::VariantName;

/// One of several types.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// The alternatives in the order they are tested.
    pub arms: Vec<Arm>,
    /// The name of the arm that keeps any other JSON value.
    pub unrecognized: VariantName,
}

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its variant.
    pub name: VariantName,
    /// What it holds.
    pub ty: TypeRef,
    /// How a value is known to be of this arm.
    pub test: Test,
    /// The description, as written; may be empty.
    pub docs: String,
}

/// How a JSON value is matched to an arm.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The member `key` holds one of `values`.
    Tag {
        /// The discriminator's property.
        key: String,
        /// The values that select this arm, sorted.
        values: Vec<String>,
    },
    /// All members of one of these lists are there.
    HasKeys(Vec<Vec<String>>),
    /// All members of one of the `required` lists are there, and no tag has a value of another arm. Of several arms with
    /// this test, the one that knows the most members of the value is taken, if it can be read from it.
    Members {
        /// The members that must be there, as alternatives.
        required: Vec<Vec<String>>,
        /// The members that the arm has, sorted.
        known: Vec<String>,
        /// The members that may be there with one of these values, where another arm lists others for them.
        tags: Vec<(String, Vec<String>)>,
        /// Whether it keeps members of any other name.
        open: bool,
    },
    /// The value is of this JSON kind.
    JsonKind(JsonKind),
    /// The arm is tried; the first that decodes wins.
    Try,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number without fraction and exponent
    Integer,
    /// A number
    Number,
    /// A string
    String,
    /// A list
    Array,
    /// An object
    Object,
}
