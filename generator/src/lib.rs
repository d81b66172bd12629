//! spec2crate turns an OpenAPI description into a Rust client crate that reads as if written by hand.
//!
//! The library does no I/O but through a [`source::Loader`], spawns no process and reads neither clock nor environment: the
//! same input gives the same bytes. It is a pipeline in one direction, and each module uses only those above it:
//!
//! ```text
//! text ─source→ tree ─document→ nodes ─lower→ ir::Api ─analyze→ Facts ─emit→ FileSet ─surface→ api.txt ─sync→ disk
//! ```
//!
//! [`generate`] runs all of it but the last step, in memory:
//!
//! ```
//! use spec2crate::{Request, generate, source::MemoryLoader};
//!
//! let spec = "openapi: 3.0.3\ninfo: { title: Pets, version: '1' }\npaths: {}\n";
//! let config = "version = 1\n[crate]\nname = \"pet-client\"\n";
//! let loader = MemoryLoader::from([("pets.yaml", spec), ("codegen.toml", config)]);
//! let request = Request { config: Some("codegen.toml".to_owned()), ..Request::new("pets.yaml") };
//! let outcome = generate(&loader, &request);
//! // As rustc prints them, or one JSON array; empty here.
//! eprint!("{}", outcome.diagnostics.render(&outcome.sources, false));
//! assert!(outcome.is_complete(), "nothing is to be written while there are errors");
//! let files = outcome.files.expect("a complete outcome has files");
//! assert!(files.get("Cargo.toml").is_some_and(|manifest| manifest.contains("name = \"pet-client\"")));
//! for (path, text) in files.iter() {
//!     println!("{path}: {} lines", text.lines().count());
//! }
//! ```
//!
//! # From disk
//!
//! A loader of one's own is one function; paths are those of the request, and those that references lead to from there.
//!
//! ```no_run
//! use spec2crate::source::{LoadError, Loader};
//! use spec2crate::{Request, generate};
//!
//! struct Disk;
//!
//! impl Loader for Disk {
//!     fn load(&self, path: &str) -> Result<String, LoadError> {
//!         std::fs::read_to_string(path).map_err(|error| LoadError::new(error.to_string()))
//!     }
//! }
//!
//! let outcome = generate(&Disk, &Request::new("spec/openapi.yaml"));
//! ```
//!
//! # From a task or a build script
//!
//! A client is best kept in the repository: it is a crate, which `include!` cannot put into another, and a reviewer sees
//! what a new description changes. A task (`cargo xtask`) writes it with what feature `cli` has, `cli::run`, which prints
//! diagnostics and a summary and gives whether all went well. A build script, or a test, runs the same with
//! `cli::Mode::Check`, which writes nothing and lists what is out of date.
//!
#![cfg_attr(all(feature = "cli", not(target_family = "wasm")), doc = "```no_run")]
#![cfg_attr(not(all(feature = "cli", not(target_family = "wasm"))), doc = "```ignore")]
//! use std::path::Path;
//!
//! use spec2crate::Request;
//! use spec2crate::cli::{self, Format, Mode, Task};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let check = std::env::var_os("CI").is_some();
//!     let request = Request {
//!         config: Some("spec/codegen.toml".to_owned()),
//!         command: "cargo xtask codegen".to_owned(),
//!         ..Request::new("spec/openapi.yaml")
//!     };
//!     let done = cli::run(&Task {
//!         root: Path::new(env!("CARGO_MANIFEST_DIR")),
//!         request: &request,
//!         out: "client",
//!         mode: if check { Mode::Check } else { Mode::Write },
//!         deny_warnings: false,
//!         compare: "cargo xtask diff HEAD",
//!         format: Format::Text,
//!         all: false,
//!     })?;
//!     if done { Ok(()) } else { Err("the client was not written".into()) }
//! }
//! ```
//!
//! Below that, `sync` compares a set of files with a folder and writes only what differs.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
pub mod package;
mod pipeline;
pub mod diff;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod sync;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod cli;

pub use pipeline::{Outcome, Request, generate};

/// The examples of the readme compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
