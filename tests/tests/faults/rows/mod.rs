//! The rows of the table.

mod addresses;
mod answers;
mod auth;
mod compressed;
mod connecting;
mod framing;
mod limits;
pub(crate) mod processes;
mod streams;

use crate::row::Row;

/// All rows, in the order in which they are printed.
pub(crate) fn all() -> Vec<Row> {
    [
        connecting::rows(),
        answers::rows(),
        limits::rows(),
        addresses::rows(),
        auth::rows(),
        processes::rows(),
        streams::rows(),
        framing::rows(),
        compressed::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
