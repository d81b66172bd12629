//! What a client tells others while it works.

use http::Method;

/// An attempt that is about to be sent, as a `before_send` hook sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// The operation's id in the API description; method and path where the request is not a generated one.
    pub operation_id: &'a str,
    /// The method.
    pub method: &'a Method,
    /// The path with its placeholders.
    pub url_template: &'a str,
    /// Which attempt of the call this is, from 1.
    pub attempt: u32,
    /// How many items the answer holds at most, where the operation is a list: its page size, set or by default.
    pub estimated_items: Option<u64>,
}
