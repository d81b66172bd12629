//! The generator from outside: what it prints for small documents, what it says about bad ones, that nothing depends on
//! the order of mappings, and that the repository is what it says it is.
//!
//! The documents lie in `tests/fixtures`, the accepted output in `tests/snapshots`. To accept changed output after
//! reading it: `INSTA_UPDATE=always cargo test -p tests --test generator`.

mod changes;
mod codegen;
mod compile;
mod decoding;
mod documents;
mod edges;
mod edits;
mod inline;
mod inputs;
mod logins;
mod manifests;
mod order;
mod overlays;
mod pages;
mod parts;
mod diagnostics;
mod promises;
mod reject;
mod security;
mod skeleton;
mod snapshots;
mod wire;
mod wrong;
