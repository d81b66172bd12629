//! What an API does alike in many places: envelopes, pages, streams, and methods that join members.

use crate::names::MethodName;

use super::{Elem, Framing, TypeId, TypeRef};

/// How the pages of an answer are found.
#[derive(Clone, Debug, PartialEq)]
pub struct Paging {
    /// The index of the parameter that takes the token.
    pub token: usize,
    /// The index of the parameter that sets the size of a page, and the most items of a page without it.
    pub size: Option<(usize, u64)>,
    /// The members that lead to the items, from the answer's type.
    pub items: Vec<Step>,
    /// The type of an item.
    pub item: Elem,
    /// The members that lead to the next token.
    pub next: Vec<Step>,
    /// The members that lead to the token of the page before.
    pub previous: Option<Vec<Step>>,
}

/// A member on the way to a value: its index in [`Struct::fields`](super::Struct::fields) of the type reached so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The struct.
    pub of: TypeId,
    /// The field.
    pub field: usize,
}

/// How an operation streams.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// How items are told apart.
    pub framing: Framing,
    /// The type of an item.
    pub item: TypeRef,
    /// The index of the parameter that asks for missed items after a reconnect.
    pub backfill: Option<usize>,
    /// Indexes of parameters that make the stream end by itself.
    pub replay: Vec<usize>,
    /// The path in JSON of the value that identifies an item.
    pub event_id: Vec<String>,
    /// What a message is made of.
    pub message: Message,
    /// True where the values come to an end: they are not asked for again when the connection is closed.
    pub ends: bool,
    /// The message after which nothing comes, where that is another than the customary one.
    pub last: Option<String>,
    /// The media type to ask for, where the operation also answers in another way.
    pub accept: Option<String>,
    /// What makes the server answer with a stream, where the operation also answers in another way.
    pub switch: Option<Switch>,
}

/// What a message of a stream is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// JSON.
    Json,
    /// Text.
    Text,
    /// A server-sent event whose data is text.
    Event,
    /// A server-sent event whose data is JSON.
    JsonEvent,
}

/// A flag that makes the server answer with a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// Where it is.
    pub place: SwitchPlace,
    /// True where the server assumes it when it is absent.
    pub is_default: bool,
}

/// Where a flag is that makes the server answer with a stream.
#[derive(Clone, Debug, PartialEq)]
pub enum SwitchPlace {
    /// The member of this name in a JSON body.
    Member(String),
    /// The parameter with this index.
    Param(usize),
}

/// The names of the members of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The member with the result.
    pub data: String,
    /// The member with the problems.
    pub errors: String,
}

/// A method that reads members of a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Accessor {
    /// Its name.
    pub name: MethodName,
    /// What it does.
    pub kind: AccessorKind,
}

/// The kinds of accessors.
#[derive(Clone, Debug, PartialEq)]
pub enum AccessorKind {
    /// The first of these fields that holds a value.
    Coalesce {
        /// Indexes into [`Struct::fields`](super::Struct::fields).
        fields: Vec<usize>,
    },
    /// The object of an included list whose key is the argument.
    Include {
        /// The member that holds the lists.
        includes: Step,
        /// The list in it.
        list: Step,
        /// The key in each object.
        key: Step,
    },
}
