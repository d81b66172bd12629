//! The runtime of generated clients, as a crate of its own so that it compiles, lints and tests alone.
pub mod runtime;
