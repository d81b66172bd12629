//! What the generated client is measured with: the payloads, the work that is measured, and hand-written types that do the
//! same with less.
//!
//! `cargo bench -p benches` times it; `cargo xtask budget` counts the instructions of the program `measured`.

mod json;
pub mod lines;
#[cfg(feature = "loopback")]
pub mod loopback;
pub mod page;
#[cfg(all(feature = "peer", peer_types))]
pub mod peer;
pub mod plain;
pub mod work;
