//! The server's rate limits, as data.

use http::HeaderMap;

/// The rate limit window a request was counted in, as the server reported it with the answer.
///
/// Read from `x-rate-limit-limit`, `-remaining` and `-reset` (also spelled `x-ratelimit-…`), headers of no standard
/// that many APIs send with every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests the window allows.
    pub limit: u64,
    /// How many of them are left.
    pub remaining: u64,
    /// When the window ends, in seconds since the Unix epoch.
    pub reset: u64,
}

impl RateLimit {
    /// Reads the three headers; `None` unless all of them are there and are numbers.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        Some(Self { limit: limit(headers)?, remaining: remaining(headers)?, reset: reset(headers)? })
    }
}

/// How many requests the window allows, whether or not the other two headers are there.
pub(crate) fn limit(headers: &HeaderMap) -> Option<u64> {
    number(headers, "x-rate-limit-limit", "x-ratelimit-limit")
}

/// How many requests are left, whether or not the other two headers are there.
pub(crate) fn remaining(headers: &HeaderMap) -> Option<u64> {
    number(headers, "x-rate-limit-remaining", "x-ratelimit-remaining")
}

/// When the window ends, in seconds since the Unix epoch, whether or not the other two headers are there.
pub(crate) fn reset(headers: &HeaderMap) -> Option<u64> {
    number(headers, "x-rate-limit-reset", "x-ratelimit-reset")
}

fn number(headers: &HeaderMap, name: &str, other: &str) -> Option<u64> {
    headers.get(name).or_else(|| headers.get(other))?.to_str().ok()?.trim().parse().ok()
}
