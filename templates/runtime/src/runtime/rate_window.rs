//! One rate limit window as its answers describe it: how many requests are left, counted from both sides. Plain
//! arithmetic on a given time; who waits and how is decided elsewhere.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};

use super::error::{Error, ErrorKind};
use super::rate_limit;
use super::retry;

/// After how long to ask again where as many requests as a new window allows are under way and none is answered yet.
const UNCONFIRMED: Duration = Duration::from_secs(1);

/// The requests that one server-side counter counts.
///
/// The answers of requests that are under way at once come in any order, and each says how many requests were left when
/// it was counted. While they agree with what was sent, what was sent decides; where somebody else uses the window too,
/// the least that an answer said does, less everything that is still under way.
#[derive(Debug, Default)]
pub(super) struct Pool {
    window: Option<Window>,
    /// Requests that were let go and have not ended.
    flying: i64,
    /// Counts the windows that ended, so that a request which ends later than its window is not counted in the next.
    epoch: u64,
}

#[derive(Debug)]
struct Window {
    /// How many requests it allows, where an answer says so.
    limit: Option<u64>,
    /// The least that an answer said was left, less the requests that ended without saying anything.
    told: i64,
    /// What was left at first, less every request since.
    free: i64,
    /// Whether `free` is a guess, made while requests were under way that the answers may have counted or not.
    guessed: bool,
    /// When it ends, as the server writes it.
    reset: Option<u64>,
    /// When it ends on the clock here; `None` for one that should have begun and that no answer has confirmed.
    ends: Option<Duration>,
}

/// What an answer says about its window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    limit: Option<u64>,
    remaining: u64,
    reset: Option<u64>,
    /// How long from now the window lasts.
    lasts: Duration,
    /// Whether the server asked for just this wait.
    asked: bool,
}

impl Heard {
    /// Reads an answer; `failure` is what it means where it is a 429. Dates are compared with the answer's own, or
    /// with `unix_now` where it has none. A limit of another kind, such as one for connections, says nothing.
    pub(super) fn read(
        status: StatusCode,
        headers: &HeaderMap,
        failure: Option<&Error>,
        unix_now: Duration,
    ) -> Option<Self> {
        let refused = (status == StatusCode::TOO_MANY_REQUESTS).then_some(failure).flatten();
        if refused.is_some_and(|error| error.kind() != ErrorKind::RateLimited) {
            return None;
        }
        let (limit, reset) = (rate_limit::limit(headers), rate_limit::reset(headers));
        if let Some(wait) = refused.and_then(Error::retry_after) {
            let asked = headers.contains_key(header::RETRY_AFTER);
            return Some(Self { limit, remaining: 0, reset, lasts: wait, asked });
        }
        let lasts = retry::time_until(reset?, headers, Some(unix_now))?;
        Some(Self { limit, remaining: rate_limit::remaining(headers)?, reset, lasts, asked: false })
    }
}

impl Pool {
    /// Lets a request go: the number of its window, or how long there is none. `force` lets it go in any case.
    pub(super) fn take(&mut self, now: Duration, force: bool) -> Result<u64, Duration> {
        if let Some(wait) = self.wait(now).filter(|_| !force) {
            return Err(wait);
        }
        if let Some(window) = &mut self.window {
            window.free = window.free.saturating_sub(1);
        }
        self.flying += 1;
        Ok(self.epoch)
    }

    /// How long it takes until a request may go; `None` if one may go now.
    pub(super) fn wait(&mut self, now: Duration) -> Option<Duration> {
        self.roll(now);
        let window = self.window.as_ref()?;
        let left = if window.told >= window.free { window.free } else { window.told - self.flying };
        (left <= 0).then(|| window.ends.map_or(UNCONFIRMED, |ends| ends.saturating_sub(now)))
    }

    /// Whether forgetting it loses nothing.
    pub(super) fn is_idle(&mut self, now: Duration) -> bool {
        self.roll(now);
        self.flying == 0 && self.ends().is_none()
    }

    /// When the window ends that is known.
    pub(super) fn ends(&self) -> Option<Duration> {
        self.window.as_ref()?.ends
    }

    /// A request was not sent after all.
    pub(super) fn returned(&mut self, epoch: u64) {
        self.landed();
        if let Some(window) = self.window.as_mut().filter(|_| epoch == self.epoch) {
            // The pool may have been forgotten and begun anew meanwhile.
            window.free = window.free.saturating_add(1);
        }
    }

    /// A request ended: with an answer that speaks of its window, or with something else, which the server may have
    /// counted.
    pub(super) fn ended(&mut self, epoch: u64, heard: Option<Heard>, now: Duration) {
        self.roll(now);
        self.landed();
        let is_own = epoch == self.epoch;
        match (heard, &mut self.window) {
            (Some(heard), _) => self.hear(heard, is_own, now),
            (None, Some(window)) if is_own => window.told = window.told.saturating_sub(1),
            (None, _) => {}
        }
        if self.flying == 0
            && let Some(window) = &mut self.window
        {
            if let (None, Some(limit)) = (window.ends, window.limit) {
                (window.told, window.free) = (count(limit), count(limit));
            }
            // Every answer is there. A server that counts late can still have said too much.
            window.free = if window.guessed { window.told } else { window.free.min(window.told) };
            window.guessed = false;
        }
    }

    fn hear(&mut self, heard: Heard, is_own: bool, now: Duration) {
        let (told, ends) = (count(heard.remaining), Some(now.saturating_add(heard.lasts)));
        let begin = |limit| {
            let (free, guessed) = (told - self.flying, self.flying > 0);
            Window { limit, told, free, guessed, reset: heard.reset, ends }
        };
        let Some(window) = &mut self.window else {
            self.window = Some(begin(heard.limit));
            return;
        };
        let is_confirmed = window.ends.is_some();
        match (heard.reset, window.reset) {
            (Some(reset), Some(known)) if reset < known => {}
            (Some(reset), Some(known)) if reset == known && is_confirmed => {
                window.told = window.told.min(told);
                window.ends = if heard.asked { ends } else { window.ends.min(ends) };
            }
            // An answer from before the end of the window.
            (Some(reset), Some(known)) if reset == known && !is_own => {}
            (Some(reset), Some(known)) if reset > known && !is_confirmed => {
                window.free = window.free.max(told - self.flying).min(told);
                (window.told, window.guessed) = (told, true);
                (window.limit, window.reset, window.ends) = (heard.limit.or(window.limit), heard.reset, ends);
            }
            _ => {
                let reset = heard.reset.or(window.reset);
                *window = Window { reset, ..begin(heard.limit.or(window.limit)) };
            }
        }
    }

    /// One request less is under way; never fewer than none, should the pool have been forgotten meanwhile.
    fn landed(&mut self) {
        self.flying = (self.flying - 1).max(0);
    }

    /// Begins the next window where the time of this one is over. How many requests it allows is known from the last;
    /// when it ends is not, and neither whether the server sees it the same way.
    fn roll(&mut self, now: Duration) {
        let Some(window) = self.window.as_mut().filter(|window| window.ends.is_some_and(|ends| ends <= now)) else {
            return;
        };
        self.epoch += 1;
        match window.limit {
            Some(limit) => {
                let all = count(limit.max(1));
                *window = Window { told: all, free: all, guessed: false, ends: None, ..*window };
            }
            None => self.window = None,
        }
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
