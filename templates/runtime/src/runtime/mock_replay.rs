//! Replaying: a [`MockServer`](super::MockServer) that answers as another server did while it was recorded.

use std::io;
use std::path::Path;

use super::memory::{Received, Reply};
use super::mock_exchange::{Exchange, Redaction};
use super::mock_route::{behind, path_of};
use super::mock_server::MockServer;

impl MockServer {
    /// Answers requests that have no handler as the file says that [`record`](Self::record) wrote: each exchange answers one
    /// request with the same method, path, query and body, in the order of the file. Secrets are not compared, and hosts
    /// neither. A request that was not recorded, or not so often, is a fault.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line of it is no exchange.
    pub fn replay(&self, file: impl AsRef<Path>) -> io::Result<&Self> {
        let text = std::fs::read_to_string(file)?;
        let mut exchanges = Vec::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("line {} is no exchange", index + 1));
            exchanges.push(Exchange::read(line).ok_or_else(wrong)?);
        }
        self.keep(exchanges);
        Ok(self)
    }

    /// What is redacted in a recording of the API.
    pub(super) fn redaction(&self) -> Redaction {
        Redaction::of(self.definition())
    }

    /// The recorded answer to a request, which is not given again.
    pub(super) fn recorded(&self, received: &Received) -> Result<Reply, String> {
        let redaction = self.redaction();
        let base = path_of(self.definition().base_url);
        let bare = |path: &str| behind(base, path).unwrap_or(path).to_owned();
        let path = bare(received.uri.path());
        let is_of = |exchange: &Exchange| bare(exchange.path()) == path && exchange.is_of(received, &redaction);
        let found = self.take_exchange(is_of);
        found.map(|exchange| exchange.reply()).ok_or_else(|| {
            let target = redaction.url(received.target());
            format!("no exchange is left that was recorded for `{} {target}`", received.method)
        })
    }
}
