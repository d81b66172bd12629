//! What callers of a crate can name: one line per public item.
//!
//! This module reads the finished files of a crate, runtime included, and knows nothing of the document they come from.
//! It asks no compiler: the names, visibilities, re-exports and `macro_rules!` macros that it follows are those of the
//! crate itself, everything else counts as external and is printed by its path.
//!
//! # Format
//!
//! A line is `path: what`. The path is the shortest one under which a caller can name the item, among those that keep its
//! own name; `.` leads to a field, `::` to everything else. Lines are sorted by path; behind an item stand its fields, variants, constants, types and
//! functions, then its trait impls.
//!
//! ```text
//! Client: struct { .. }                      some fields are private; `struct(_)` is a tuple struct, `struct;` has no fields
//! Client::builder: fn() -> ClientBuilder
//! Client: impl Clone + Debug                 traits that need no more than their name, `where` and type parameters apart
//! runtime::Client: use Client                another path to the same item
//! runtime::Transport: trait: Send + Sync
//! runtime::Transport::send: required fn(&self, request: http::Request<runtime::Body>) -> …    `provided`: has a body
//! types::Connection: struct #[non_exhaustive]
//! types::Connection.client_ip: Option<String>
//! types::Order: enum #[non_exhaustive unless feature=exhaustive]
//! types::Order::Unrecognized: variant(runtime::Unrecognized)
//! types::Order: impl From<&str> + serde::Deserialize<'de>
//! types::Order: impl<T: Into<String>> From<T>
//! types::Order::to_jiff: fn(&self) -> jiff::Timestamp [feature=jiff02]
//! ```
//!
//! Types are printed by the path a caller would write: local ones by their public path, those of other crates by the path
//! of their import, and the best known ones of the standard library by their name alone.

mod api;
mod associated;
mod attrs;
mod blank;
mod cursor;
mod describe;
mod expand;
mod fields;
mod generics;
mod impls;
mod items;
mod lexer;
mod lines;
mod macros;
mod parse;
mod paths;
mod print;
mod reader;
mod scan;
mod sheet;
mod syntax;
mod tree;

pub use self::api::{Unreadable, api, each};
