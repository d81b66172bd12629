//! The public items of a crate by two independent roads: the JSON of rustdoc and the lines of an `api.txt`.
//!
//! Both give texts such as `struct types::Connection`, `field types::Connection.id`, `method Client::builder` and
//! `impl From<&str> for types::Order`. An item stands under its shortest path, among those
//! that keep its own name; its other paths are `use` items. Impls
//! are reduced to the names of their types, without paths, lifetimes and bounds; auto traits and blanket impls of other
//! crates do not count.

mod json;
mod lines;
mod reduce;
mod run;

pub use self::json::items_from_rustdoc_json;
pub use self::lines::{holds_here, items_from_api_txt};
pub use self::run::{document_file, document_package};
