//! What the handler of a [`MockServer`](super::MockServer) is given: a request that passed every check.

use std::fmt;

use super::memory::Received;
use super::operation::Operation;

/// A request that a handler answers. `B` is what its body was decoded into: the type that the client's builder takes,
/// `()` where the operation has no body, and `Bytes` where the body is no JSON.
#[non_exhaustive]
pub struct MockRequest<B = ()> {
    /// The body.
    pub body: B,
    pub(super) received: Received,
    pub(super) operation: Option<&'static Operation>,
    pub(super) params: Vec<(String, String)>,
    pub(super) number: u64,
}

impl<B> MockRequest<B> {
    /// The operation's id in the API description; empty for a route that the server was given.
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.map_or("", |operation| operation.id)
    }

    /// Which request of its operation this is, from 1; retries count too. It tells the first answer from the second:
    ///
    /// ```text
    /// match request.number() {
    ///     1 => MockAnswer::status(503),
    ///     _ => MockAnswer::ok(history.clone()),
    /// }
    /// ```
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The value of a parameter of the path, the query, a header or a cookie, by its name in the API description and
    /// without escapes; of several values of that name, the first.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// All values of a parameter: those of a list whose items stand in pairs of their own, as in `id=1&id=2`.
    pub fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.params.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// The parameters that were sent, in the order of the API description, with their values.
    pub fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        self.params.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// A header as text; `None` where it is absent or no text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.received.header(name)
    }

    /// The request as it arrived.
    #[must_use]
    pub fn received(&self) -> &Received {
        &self.received
    }
}

impl<B: fmt::Debug> fmt::Debug for MockRequest<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockRequest")
            .field("operation", &self.operation_id())
            .field("number", &self.number)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
