//! The rows of the table.

mod addresses;
mod answers;
mod connecting;
mod framing;
mod limits;
mod streams;

use crate::row::Row;

/// All rows, in the order in which they are printed.
pub(crate) fn all() -> Vec<Row> {
    [connecting::rows(), answers::rows(), limits::rows(), addresses::rows(), streams::rows(), framing::rows()].into_iter().flatten().collect()
}
