//! What goes over the wire: every operation through its public builder, against a server on the loopback interface.
//!
//! `tests/mutations.rs` runs this program against clients with one encoding broken, and expects it to fail each time.

mod answers;
mod arguments;
mod auth;
mod errors;
mod extras;
mod limits;
mod offline;
mod pages;
mod requests;
mod streams;
mod support;
