//! When a request is repeated and how long to wait before: the policy, the jitter and what the server says itself.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, header};

use super::rate_limit;

/// Whether and how a call is repeated.
///
/// | event | `GET` `HEAD` `PUT` `DELETE` `OPTIONS` `TRACE` `QUERY` | other methods |
/// |---|---|---|
/// | failed before the first byte left | repeated | repeated |
/// | broken or timed out after it | repeated | error, [`Outcome::MayHaveArrived`](super::Outcome) |
/// | 429, window used up | repeated after the server's wait | the same |
/// | 429, usage cap or connection cap | never | never |
/// | 500, 502, 503, 504 | repeated | error |
///
/// Where the API has an idempotency header, the other methods carry a key and are repeated like the first ones.
/// A 401 is answered once with a refreshed credential, whatever the policy says.
///
/// Waits follow full jitter: a random time up to `base` doubled with every retry, at most `max_backoff`. What the
/// server says (`Retry-After` in seconds or as a date, RFC 9110 section 10.2.3; for 429 also `x-rate-limit-reset`) is a
/// lower bound; a random time up to `base` is added so that many clients do not come back in the same moment. A wait
/// longer than `max_wait`, or than what is left of the overall timeout, ends the call with the error at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    base: Duration,
    max_backoff: Duration,
    max_wait: Duration,
}

impl RetryPolicy {
    /// The default: 2 retries (a third failure in a row is rarely a hiccup), a base of 500 ms, back-off up to 20 s, and
    /// server-given waits up to 60 s (most callers would rather know about a longer one than sit it out).
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_retries: 2,
            base: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_wait: Duration::from_secs(60),
        }
    }

    /// No retries; a 401 is still answered with a refreshed credential, and redirects inside the origin are followed.
    #[must_use]
    pub const fn off() -> Self {
        Self::new().max_retries(0)
    }

    /// How often a request is repeated after its first attempt. The default is 2; 0 is never.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The upper bound of the first back-off; every further one doubles it. The default is 500 ms. It is also the most
    /// that is added to a wait which the server asks for.
    #[must_use]
    pub const fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The most a back-off of the client's own choice grows to. The default is 20 s.
    #[must_use]
    pub const fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// The longest wait asked for by the server that is still sat out. The default is 60 s; where the server asks for
    /// more the call fails at once, and [`Error::retry_after`](super::Error::retry_after) says for how much.
    #[must_use]
    pub const fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// How long to wait before retry number `retry` (from 1), or `None` if it shall not happen. `asked` is what the
    /// server asked for, `random` decides the jitter.
    pub(crate) fn wait(&self, retry: u32, asked: Option<Duration>, random: u64) -> Option<Duration> {
        if retry > self.max_retries {
            return None;
        }
        match asked {
            Some(asked) if asked > self.max_wait => None,
            Some(asked) if !asked.is_zero() => Some(asked.saturating_add(self.jitter(random))),
            _ => {
                let doubled = self.base.saturating_mul(1u32.checked_shl(retry - 1).unwrap_or(u32::MAX));
                Some(fraction(doubled.min(self.max_backoff), random))
            }
        }
    }

    /// What is added to a wait whose end others wait for too; `random` decides how much.
    pub(crate) fn jitter(&self, random: u64) -> Duration {
        fraction(self.base, random)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// The part of `most` that `random` stands for.
fn fraction(most: Duration, random: u64) -> Duration {
    let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    let part = (u128::from(nanos) * u128::from(random)) / u128::from(u64::MAX);
    Duration::from_nanos(u64::try_from(part).unwrap_or(nanos))
}

/// Whether sending a request of this method twice has the effect of sending it once (RFC 9110 section 9.2.2).
pub(crate) fn is_idempotent(method: &Method) -> bool {
    matches!(method.as_str(), "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "TRACE" | "QUERY")
}

/// Whether the status says that the server failed for a while only.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 500 | 502 | 503 | 504)
}

/// How long the server asks to wait. Dates are compared with the answer's own `Date` where it has one, so that a wrong
/// local clock does not matter, and with `unix_now` otherwise.
pub(crate) fn asked_wait(status: StatusCode, headers: &HeaderMap, unix_now: Option<Duration>) -> Option<Duration> {
    let until = |date: u64| time_until(date, headers, unix_now);
    let stated = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| {
        let text = text.trim();
        match text.parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => until(parse_http_date(text)?),
        }
    });
    if stated.is_none() && status == StatusCode::TOO_MANY_REQUESTS {
        return until(rate_limit::reset(headers)?);
    }
    stated
}

/// How long it is from an answer with these headers to `date`, in seconds since the Unix epoch.
pub(crate) fn time_until(date: u64, headers: &HeaderMap, unix_now: Option<Duration>) -> Option<Duration> {
    let now = stated_date(headers).or_else(|| unix_now.map(|now| now.as_secs()))?;
    Some(Duration::from_secs(date.saturating_sub(now)))
}

/// The `Date` of an answer, in seconds since the Unix epoch.
pub(crate) fn stated_date(headers: &HeaderMap) -> Option<u64> {
    parse_http_date(headers.get(header::DATE)?.to_str().ok()?)
}

/// Reads a date of RFC 9110 section 5.6.7 in any of its three forms, as seconds since the Unix epoch.
pub(crate) fn parse_http_date(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    // `Sun, 06 Nov 1994 08:49:37 GMT` and `Sunday, 06-Nov-94 08:49:37 GMT`, then `Sun Nov  6 08:49:37 1994`.
    let (day, month, year, time) = match *words.as_slice() {
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .position(|name| *name == month)? as u64;
    let day: u64 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year: u64 = match (year.len(), year.parse::<u64>().ok()?) {
        (4, year @ 1970..) => year,
        (2, year @ 70..) => year + 1900,
        (2, year) => year + 2000,
        _ => return None,
    };
    let mut parts = time.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if hour > 23 || minute > 59 || second > 60 || parts.next().is_some() {
        return None;
    }
    Some(days_before(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// The days from 1970-01-01 to the given one; `month` counts from 0.
fn days_before(year: u64, month: u64, day: u64) -> u64 {
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    let mut days = (year - 1970) * 365 + leaps(year - 1) - leaps(1969);
    for (index, length) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate() {
        if (index as u64) < month {
            days += length + u64::from(index == 1 && is_leap(year));
        }
    }
    days + day - 1
}
