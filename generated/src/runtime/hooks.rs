//! What a client tells others while it works.

use std::fmt;
use std::sync::Arc;

use http::Method;

use super::clock::Clock;

/// An attempt that is about to be sent, as a `before_send` hook sees it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// The operation's id in the API description; method and path where the request is not a generated one.
    pub operation_id: &'a str,
    /// The HTTP method.
    pub method: &'a Method,
    /// The path with its placeholders.
    pub url_template: &'a str,
    /// Which attempt of the call this is, from 1; resends after a refreshed credential or a redirect count too.
    pub attempt: u32,
    /// How many items the answer holds at most, where the operation is a list: its page size, set or by default.
    pub estimated_items: Option<u64>,
    /// The time of the client, for a [`Budget`](super::Budget).
    pub(super) clock: &'a Arc<dyn Clock>,
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation_id", &self.operation_id)
            .field("method", self.method)
            .field("url_template", &self.url_template)
            .field("attempt", &self.attempt)
            .field("estimated_items", &self.estimated_items)
            .finish_non_exhaustive()
    }
}
