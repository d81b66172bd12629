//! The types that openapi-to-rust makes of the same description, where they are there.

#![allow(missing_docs, clippy::all, unused, unused_qualifications, reason = "it is as another generator wrote it")]

include!(concat!(env!("OUT_DIR"), "/peer.rs"));
