//! What the tests of this crate share: scripted servers on the loopback interface, one that answers and one that fails,
//! the equality of JSON texts that went through a generated type, the values of a description that do, and an allocator that
//! counts.

pub mod equality;
pub mod examples;
pub mod faulty;
pub mod heap;
pub mod rustdoc;
pub mod server;

/// The example of the readme, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The examples of the generated readme, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../generated/README.md")]
pub struct GeneratedReadme;
