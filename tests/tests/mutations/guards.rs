//! The guards of the client that are taken away one at a time.
//!
//! Where one guard stands behind another, a change takes both away: the guarantee has to be gone, not one of its causes.

use crate::workshop::Change;

/// A guard, the changes without which it is gone, and the rows of the fault table that then fail.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) name: &'static str,
    pub(crate) changes: &'static [Change],
    pub(crate) rows: &'static [&'static str],
}

macro_rules! guards {
    ($($name:literal: { $($within:literal: $from:literal => $to:literal;)* } => [$($row:literal),* $(,)?];)*) => {
        pub(crate) const GUARDS: &[Guard] = &[$(Guard {
            name: $name,
            changes: &[$(Change { within: $within, from: $from, to: $to }),*],
            rows: &[$($row),*],
        }),*];
    };
}

guards! {
    "the idle timer": {
        "src/runtime/stream.rs":
            "timer: self.idle_timeout.map(|timeout| Exclusive::new(clock.sleep(timeout)))," => "timer: None,";
    } => ["30 s of silence", "30 s of silence from the beginning", "half a line, then 30 s of silence"];

    "the line cap": {
        "src/runtime/frame.rs": "if self.length <= self.limit {" => "if self.length < usize::MAX {";
    } => ["a 100 MiB line", "a 100 MiB line without an end"];

    "de-duplication": {
        "src/runtime/stream.rs": "if backfills && self.recent" => "if backfills && false && self.recent";
    } => ["items repeated after a backfill, by id", "items repeated after a backfill, without ids"];

    "drop before reconnect": {
        "src/runtime/stream.rs":
            "drop(connection);\n                let clock" => "std::mem::forget(connection);\n                let clock";
    } => ["30 s of silence", "30 s of silence from the beginning", "half a line, then 30 s of silence"];

    // Without the flight alone, whoever comes second waits for the store's lock and finds the new pair there.
    "single flight": {
        "src/runtime/flight.rs":
            "if let Some(flight) = current.as_ref().filter(|flight| !flight.is_over())"
            => "if let Some(flight) = current.as_ref().filter(|flight| !flight.is_over()).filter(|_| false)";
        "src/runtime/user_token.rs":
            "if is_fresh(&pair) {\n            return Ok(self.remember(pair));"
            => "if refused.is_none() && is_fresh(&pair) {\n            return Ok(self.remember(pair));";
    } => ["401 with two tasks at once"];

    "reading the store again after its lock": {
        "src/runtime/user_token.rs":
            "if is_fresh(&pair) {\n            return Ok(self.remember(pair));"
            => "if refused.is_none() && is_fresh(&pair) {\n            return Ok(self.remember(pair));";
    } => ["401 with two processes at once"];

    // A redirect of a method with a body is not followed anyway, so only that of a `GET` is lost.
    "the origin check": {
        "src/runtime/target.rs": "url.origin() == self.origin" => "url.origin() == self.origin || url.has_host()";
    } => ["redirect to another origin: GET"];

    "the body cap": {
        "src/runtime/reader.rs": "let room = self.limit - self.length();" => "let room = usize::MAX;";
    } => ["body larger than the cap, without end", "error answer larger than its cap: GET"];

    "the body cap, as announced": {
        "src/runtime/reader.rs": "if is_success && self.announced > self.limit {" => "if is_success && false {";
    } => ["body larger than the cap, as announced"];

    "the cap of error answers": {
        "src/runtime/reader.rs":
            "self.limit = self.limit.min(MAX_ERROR_BODY);" => "self.limit = self.limit.max(MAX_ERROR_BODY);";
    } => ["error answer larger than its cap: GET"];

    "the length of a body": {
        "src/runtime/reader.rs": "if self.length() < self.least {" => "if self.length() < self.least.min(0) {";
    } => ["body shorter than announced, reset without error"];

    "the memory of page tokens": {
        "src/runtime/pager.rs": "if self.use_token(token) {" => "if self.use_token(token) || true {";
    } => ["pages that form a cycle", "pages that form a cycle: a page that leads to itself"];

    "the attempt timeout": {
        "src/runtime/exchange.rs": "(limit, None) | (None, limit) => limit," => "(_, None) | (None, _) => None,";
    } => ["slow headers: GET", "slow body: GET"];
}
