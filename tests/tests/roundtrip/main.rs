//! What generated types read, they write again: the examples of the documentation, a full sample of every schema, and
//! the payloads of activity events as they come. The equality is that of `tests::equality`, and it is not blind.

mod equality;
mod examples;
mod payloads;
mod samples;
mod types;
