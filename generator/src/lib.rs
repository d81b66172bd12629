//! spec2crate turns an OpenAPI description into a Rust client crate that reads as if written by hand.
//!
//! The library does no I/O but through a [`source::Loader`], spawns nothing and reads neither clock nor environment: the
//! same input gives the same bytes. It is a pipeline in one direction, and each module uses only those above it:
//!
//! ```text
//! text ─source→ tree ─document→ nodes ─lower→ ir::Api ─analyze→ Facts ─emit→ FileSet ─surface→ api.txt ─sync→ disk
//! ```
//!
//! [`generate`] runs all of it but the last step, in memory.
//!
//! ```
//! use spec2crate::{Request, generate, source::MemoryLoader};
//!
//! let spec = "openapi: 3.0.3\ninfo: { title: Pets, version: '1' }\npaths: {}\n";
//! let loader = MemoryLoader::from([("pets.yaml", spec)]);
//! let outcome = generate(&loader, &Request::new("pets.yaml"));
//! let files = outcome.files.expect("the document can be read");
//! assert!(files.get("src/lib.rs").is_some());
//! ```

pub mod diag;
pub mod source;
pub mod config;
pub mod document;
pub mod names;
pub mod ir;
pub mod lower;
pub mod analyze;
pub mod files;
pub mod embedded;
pub mod emit;
pub mod surface;
mod pipeline;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod sync;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod cli;

pub use pipeline::{Outcome, Request, generate};
