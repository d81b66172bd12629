//! Live streams over the in-memory transport, in virtual time.

mod life;
mod recovery;
mod support;
