//! When a broken stream is opened again: the policy, and the back-off that follows from what happened.

use std::error::Error as _;
use std::time::Duration;

use http::{StatusCode, header};

use super::error::{Error, ErrorKind};

/// How long a connection has to live to count as one that works, and how far apart connections without a wait are: the
/// time between two keep-alives of a live stream.
pub(crate) const SETTLED: Duration = Duration::from_secs(20);

/// Whether a stream is opened again after it broke, and how long it waits before.
///
/// What happened decides how long; the first connection is treated like every other.
///
/// | event | wait |
/// |---|---|
/// | a connection that had delivered something was lost after 20 s, or 20 s after the last loss without a wait | none |
/// | another one that had delivered something was lost | 250 ms, 500 ms, … up to 16 s, until one lives for 20 s |
/// | no connection, or one that was lost before it delivered anything | 250 ms, 500 ms, … up to 16 s |
/// | the credential failed, but not for good | the same |
/// | status 5xx or 408 | 5 s, 10 s, 20 s, … up to 320 s |
/// | status 429, be it the rate limit or too many connections | 60 s, 120 s, … up to 15 min |
/// | any other status, no credential is set | the stream ends with the error |
///
/// A `Retry-After`, or for a used-up rate limit the end of its window, is waited for if it is longer, up to 15 min as
/// well. Only a new item or a keep-alive shows that a connection delivers something and begins the waits anew; the
/// status 200 does not, because a server in trouble accepts connections and closes them, and a repeated item does not
/// either. The 20 s are there because a server can also close every connection after its first message. The classes and
/// their waits are those that large streaming APIs document for their clients; the cap for 429 is the usual length of a
/// rate limit window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReconnectPolicy {
    enabled: bool,
    max_failures: Option<u32>,
    network: (Duration, Duration),
    server: (Duration, Duration),
    limited: (Duration, Duration),
}

impl ReconnectPolicy {
    /// The default: the waits of the table, without end.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            enabled: true,
            max_failures: None,
            network: (Duration::from_millis(250), Duration::from_secs(16)),
            server: (Duration::from_secs(5), Duration::from_secs(320)),
            limited: (Duration::from_secs(60), Duration::from_secs(900)),
        }
    }

    /// One connection only: when it ends the stream ends, and if it breaks with an error.
    #[must_use]
    pub const fn off() -> Self {
        let mut policy = Self::new();
        policy.enabled = false;
        policy
    }

    /// How many times in a row a connection may fail, or be lost without having delivered anything or too soon after
    /// (the rows of the table with a wait), before the stream ends with the error. The default is `None`, no limit.
    #[must_use]
    pub fn max_failures(mut self, failures: impl Into<Option<u32>>) -> Self {
        self.max_failures = failures.into();
        self
    }

    /// The wait after a network failure: `step` is added with every further one, up to `cap`. The defaults are 250 ms
    /// and 16 s.
    #[must_use]
    pub const fn network(mut self, step: Duration, cap: Duration) -> Self {
        self.network = (step, cap);
        self
    }

    /// The wait after status 5xx or 408: `first` doubles with every further one, up to `cap`. The defaults are 5 s and
    /// 320 s.
    #[must_use]
    pub const fn server_error(mut self, first: Duration, cap: Duration) -> Self {
        self.server = (first, cap);
        self
    }

    /// The wait after status 429: `first` doubles with every further one, up to `cap`, which also limits what the
    /// server asks for. The defaults are 60 s and 15 min.
    #[must_use]
    pub const fn rate_limited(mut self, first: Duration, cap: Duration) -> Self {
        self.limited = (first, cap);
        self
    }

    pub(crate) const fn is_enabled(&self) -> bool {
        self.enabled
    }
}

impl Default for ReconnectPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// The default policy, or none.
impl From<bool> for ReconnectPolicy {
    fn from(enabled: bool) -> Self {
        if enabled { Self::new() } else { Self::off() }
    }
}

/// What a disconnection counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A connection that had been opened was lost.
    Lost,
    /// There was no connection.
    Network,
    /// The server failed.
    Server,
    /// The server has had enough.
    Limited,
}

impl Class {
    /// The class of a failed attempt to connect; `None` for what waiting does not change.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => Some(Self::Network),
            ErrorKind::RateLimited | ErrorKind::TooManyConnections => Some(Self::Limited),
            ErrorKind::Api => {
                let status = error.status()?;
                if status == StatusCode::UNAUTHORIZED {
                    // A refusal has a cause only where refreshing the credential failed.
                    return error.source().filter(|failure| Error::is_passing(*failure)).map(|_| Self::Network);
                }
                (status.is_server_error() || status.as_u16() == 408).then_some(Self::Server)
            }
            _ => None,
        }
    }
}

/// How long the server itself asks to wait. Where it has too many connections, the end of the rate limit window means
/// nothing, only an explicit `Retry-After` does.
pub(crate) fn asked_wait(error: &Error) -> Option<Duration> {
    let explicit = error.headers().is_some_and(|headers| headers.contains_key(header::RETRY_AFTER));
    error.retry_after().filter(|_| explicit || error.kind() != ErrorKind::TooManyConnections)
}

/// Counts failures by class since the last sign of life, and connections that were lost too soon.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    /// Whether the connection at hand has delivered something.
    alive: bool,
    /// Losses of any kind since the last sign of life.
    losses: u32,
    /// Those that were no loss of a working connection.
    failures: u32,
    network: u32,
    server: u32,
    limited: u32,
    /// Connections that delivered something and were lost too soon, since one lived long enough.
    flaps: u32,
    /// When a connection was last replaced at once.
    at_once: Option<Duration>,
}

/// A connection that was lost or could not be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loss {
    pub(crate) class: Class,
    /// How long the server asks to wait.
    pub(crate) asked: Option<Duration>,
    /// How long the connection lived; zero where there was none.
    pub(crate) lived: Duration,
    /// The time on the client's clock.
    pub(crate) now: Duration,
}

impl Backoff {
    /// A sign of life: the waits begin anew.
    pub(crate) fn reset(&mut self) {
        *self = Self { alive: true, flaps: self.flaps, at_once: self.at_once, ..Self::default() };
    }

    /// How many connections in a row were lost or could not be made.
    pub(crate) fn losses(&self) -> u32 {
        self.losses.saturating_add(self.flaps)
    }

    /// The wait before the next connection; `None` if there shall be none.
    pub(crate) fn next(&mut self, policy: &ReconnectPolicy, loss: Loss) -> Option<Duration> {
        let worked = std::mem::take(&mut self.alive) && loss.class == Class::Lost;
        let settled = loss.lived >= SETTLED;
        if worked && settled {
            self.flaps = 0;
        }
        let at_once = worked && (settled || self.at_once.is_none_or(|last| loss.now.saturating_sub(last) >= SETTLED));
        if worked && !at_once {
            self.flaps = self.flaps.saturating_add(1);
        } else {
            self.losses = self.losses.saturating_add(1);
            self.failures = self.failures.saturating_add(u32::from(!worked));
        }
        let failed =
            !at_once && policy.max_failures.is_some_and(|most| self.failures.saturating_add(self.flaps) > most);
        if !policy.enabled || failed {
            return None;
        }
        let step = |times: u32| policy.network.0.saturating_mul(times).min(policy.network.1);
        let wait = match loss.class {
            Class::Lost if at_once => {
                self.at_once = Some(loss.now);
                Duration::ZERO
            }
            Class::Lost if worked => step(self.flaps),
            Class::Lost | Class::Network => {
                self.network = self.network.saturating_add(1);
                step(self.network)
            }
            Class::Server => doubled(policy.server, &mut self.server),
            Class::Limited => doubled(policy.limited, &mut self.limited),
        };
        Some(wait.max(loss.asked.unwrap_or_default().min(policy.limited.1)))
    }
}

fn doubled((first, cap): (Duration, Duration), times: &mut u32) -> Duration {
    let factor = 1u32.checked_shl(*times).unwrap_or(u32::MAX);
    *times = times.saturating_add(1);
    first.saturating_mul(factor).min(cap)
}
