//! The rate limits that a server reports, shared by everything that uses them up: how long until a call is allowed, and
//! waiting for it before it is sent.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use super::clock::Clock;
use super::exchange::race;
use super::rate_window::{Heard, Pool};
use super::retry::RetryPolicy;
use super::scheme::SchemeName;

/// The most windows that are remembered: some hundred operations for some ten accounts.
const MAX_POOLS: usize = 4096;

/// How many windows there are before those that are over are looked for.
const FIRST_SWEEP: usize = 64;

/// What is left of the server's rate limits, learned from the answers and shared by all clones.
///
/// Give it to [`ClientBuilder::rate_limiter`](super::ClientBuilder::rate_limiter). It reads `x-rate-limit-limit`,
/// `-remaining` and `-reset` (also spelled `x-ratelimit-…`) of every answer, and the `Retry-After` (RFC 9110 section
/// 10.2.3) of a 429 that is about the rate limit; a 429 about a usage cap or about connections teaches nothing. Every
/// operation has a window of its own per security scheme it is called with, because servers count the application and
/// its users apart. Every attempt counts: retries, redirects and the connections of streams.
///
/// **By default it only watches**: [`until_allowed`](Self::until_allowed) tells how long to wait, nothing waits and
/// nothing is refused. With [`wait_up_to`](Self::wait_up_to) attempts wait before they are sent, and fail before they
/// are sent where the wait would be too long.
///
/// Attempts that are made at once take their places when they are sent, not when they are answered, so with three
/// requests left three of ten are sent. When a window ends, no more go than it allowed until the first answer of the
/// next one. Times are measured against the answer's own `Date`, so a wrong local clock does not matter. Windows that
/// are over are forgotten, and of more than 4,096 the one that ends first.
///
/// Share it only among clients that use the same credentials. Where several users share one, give each client the
/// limiter [`labelled`](Self::labelled) by its user. The time is that of the first client it is given to.
#[derive(Clone)]
#[must_use = "a limiter does nothing until a client has it"]
pub struct RateLimiter {
    shared: Arc<Shared>,
    label: Arc<str>,
    most: Option<Duration>,
}

#[derive(Default)]
struct Shared {
    clock: OnceLock<Arc<dyn Clock>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pools: BTreeMap<Key, Entry>,
    /// The number of pools at which to look for those that are over.
    sweep_at: usize,
}

#[derive(Default)]
struct Entry {
    pool: Pool,
    /// How many attempts wait for a place.
    waiting: usize,
    /// Counts the requests that ended.
    changes: u64,
    /// The number that the next attempt which waits gets.
    next: u64,
    /// Whom to wake, by the numbers of those that wait.
    wakers: BTreeMap<u64, Waker>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    label: Arc<str>,
    operation: Arc<str>,
    /// All that authenticate the request together; none for a public operation.
    schemes: Arc<[&'static str]>,
}

impl RateLimiter {
    /// A limiter that knows nothing yet and only watches.
    pub fn new() -> Self {
        Self { shared: Arc::default(), label: "".into(), most: None }
    }

    /// Makes attempts wait for the window before they are sent, each at most so long; of the attempts of one call each
    /// may. Zero never waits.
    ///
    /// An attempt that would have to wait longer, or longer than the overall timeout leaves time for, fails at once
    /// with [`ErrorKind::RateLimited`](super::ErrorKind::RateLimited), [`Outcome::NotSent`](super::Outcome::NotSent)
    /// and the wait as [`Error::retry_after`](super::Error::retry_after); it is not repeated. A stream treats that like
    /// a 429 of the server. Whoever waited until the end of a window waits for a random time up to
    /// [`RetryPolicy::base`] more, so that not all go in the same moment; those that wait go in no particular order.
    ///
    /// A 429 that comes nevertheless is a matter of the [`RetryPolicy`]. Clones made before are not changed.
    pub fn wait_up_to(mut self, most: Duration) -> Self {
        self.most = Some(most);
        self
    }

    /// The same limiter for the credentials that `label` stands for, such as the id of a user. Windows of different
    /// labels have nothing to do with each other; the label is compared and never sent. It is printed by `Debug`, so it
    /// must not be a secret.
    pub fn labelled(&self, label: impl Into<Arc<str>>) -> Self {
        Self { label: label.into(), ..self.clone() }
    }

    /// How long until a call of this operation is allowed: zero if it is now, or if nothing is known. `operation_id` is
    /// the id in the API description, as [`Error::operation_id`] and [`Outgoing::operation_id`] give it. Where the
    /// operation was called with several security schemes it is the longest of their waits.
    ///
    /// [`Error::operation_id`]: super::Error::operation_id
    /// [`Outgoing::operation_id`]: super::Outgoing::operation_id
    #[must_use]
    pub fn until_allowed(&self, operation_id: &str) -> Duration {
        self.longest(operation_id, None)
    }

    /// The same for calls that use this security scheme.
    #[must_use]
    pub fn until_allowed_with(&self, operation_id: &str, scheme: impl Into<SchemeName>) -> Duration {
        self.longest(operation_id, Some(scheme.into()))
    }

    fn longest(&self, operation_id: &str, scheme: Option<SchemeName>) -> Duration {
        let now = self.shared.now();
        let mut state = self.shared.lock();
        let waits = state.pools.iter_mut().filter_map(|(key, entry)| {
            let is_meant = key.label == self.label
                && &*key.operation == operation_id
                && scheme.is_none_or(|scheme| key.schemes.contains(&scheme.as_str()));
            if is_meant { entry.pool.wait(now) } else { None }
        });
        waits.max().unwrap_or_default()
    }

    /// Lives by this clock from now on, unless it has one.
    pub(super) fn attach(&self, clock: &Arc<dyn Clock>) {
        self.shared.clock.get_or_init(|| Arc::clone(clock));
    }

    /// Waits until an attempt may be sent, `deadline` on `clock` permitting.
    ///
    /// # Errors
    ///
    /// How long it takes until one is allowed, where that is too long.
    pub(super) async fn admit(
        &self,
        operation: &str,
        schemes: impl Iterator<Item = &'static str>,
        policy: &RetryPolicy,
        clock: &dyn Clock,
        deadline: Option<Duration>,
    ) -> Result<Slot, Duration> {
        let key = Key { label: Arc::clone(&self.label), operation: operation.into(), schemes: schemes.collect() };
        let begun = clock.now();
        let mut place = Place { shared: &self.shared, key: &key, number: None };
        loop {
            let (seen, wait) = match place.take(self.most.is_none()) {
                Ok(epoch) => {
                    return Ok(Slot { shared: Arc::clone(&self.shared), key: key.clone(), epoch, state: Stage::Taken });
                }
                Err(refusal) => refusal,
            };
            let now = clock.now();
            let with_jitter = wait.saturating_add(policy.jitter(clock.random()));
            let waited = now.saturating_sub(begun);
            let in_time = deadline.is_none_or(|deadline| deadline.saturating_sub(now) > with_jitter);
            if !in_time || self.most.is_some_and(|most| waited.saturating_add(wait) > most) {
                return Err(wait);
            }
            // Whatever ends meanwhile can leave a place; after the end of the window that would be everybody's place.
            if race(clock, Some(with_jitter), place.changed(seen)).await.is_some() {
                let since = clock.now().saturating_sub(now);
                if since >= wait {
                    clock.sleep(with_jitter.saturating_sub(since)).await;
                }
            }
        }
    }
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter")
            .field("label", &self.label)
            .field("wait_up_to", &self.most)
            .field("windows", &self.shared.lock().pools.len())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn now(&self) -> Duration {
        self.clock.get().map(|clock| clock.now()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how a request ended, and tells those that wait.
    fn end(&self, key: &Key, change: impl FnOnce(&mut Pool)) {
        let mut state = self.lock();
        let Some(entry) = state.pools.get_mut(key) else { return };
        change(&mut entry.pool);
        entry.changes += 1;
        let wakers = std::mem::take(&mut entry.wakers);
        drop(state);
        wakers.into_values().for_each(Waker::wake);
    }
}

impl State {
    fn entry(&mut self, key: &Key, now: Duration) -> &mut Entry {
        if !self.pools.contains_key(key) {
            if self.pools.len() >= self.sweep_at.max(FIRST_SWEEP) {
                self.pools.retain(|_, entry| entry.waiting > 0 || !entry.pool.is_idle(now));
                self.sweep_at = 2 * self.pools.len();
            }
            if self.pools.len() >= MAX_POOLS {
                let first = self.pools.iter().filter(|(_, entry)| entry.waiting == 0);
                let first = first.min_by_key(|(_, entry)| entry.pool.ends()).map(|(key, _)| key.clone());
                first.map(|key| self.pools.remove(&key));
            }
        }
        self.pools.entry(key.clone()).or_default()
    }
}

/// An attempt that is not sent yet.
struct Place<'a> {
    shared: &'a Shared,
    key: &'a Key,
    /// Its number among those that wait, once it does.
    number: Option<u64>,
}

impl Place<'_> {
    /// The number of the window in which the attempt may go, or the number of changes so far and how long to wait.
    fn take(&mut self, force: bool) -> Result<u64, (u64, Duration)> {
        let now = self.shared.now();
        let mut state = self.shared.lock();
        let entry = state.entry(self.key, now);
        entry.pool.take(now, force).map_err(|wait| {
            self.number.get_or_insert_with(|| {
                entry.waiting += 1;
                entry.next += 1;
                entry.next
            });
            (entry.changes, wait)
        })
    }

    /// Ready when a request of the same window ended since there were `seen` changes.
    async fn changed(&self, seen: u64) {
        poll_fn(|context| {
            let mut state = self.shared.lock();
            let Some((number, entry)) = self.number.zip(state.pools.get_mut(self.key)) else {
                return Poll::Ready(());
            };
            if entry.changes != seen {
                return Poll::Ready(());
            }
            let waker = context.waker();
            let replaced = match entry.wakers.get(&number) {
                Some(known) if known.will_wake(waker) => None,
                _ => entry.wakers.insert(number, waker.clone()),
            };
            // A waker can hold the last of a task, and that may come back to here.
            drop(state);
            drop(replaced);
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut state = self.shared.lock();
        let waker = state.pools.get_mut(self.key).and_then(|entry| {
            entry.waiting = entry.waiting.saturating_sub(1);
            entry.wakers.remove(&number)
        });
        drop(state);
        drop(waker);
    }
}

/// The place of one attempt in its window. Dropping it gives the place back before the attempt is sent; afterwards it
/// counts as used, whether or not there is an answer.
pub(super) struct Slot {
    shared: Arc<Shared>,
    key: Key,
    epoch: u64,
    state: Stage,
}

enum Stage {
    Taken,
    Sent,
    Ended,
}

impl Slot {
    /// The request is on its way.
    pub(super) fn sent(&mut self) {
        self.state = Stage::Sent;
    }

    /// Nothing reached the server.
    pub(super) fn unsent(&mut self) {
        self.state = Stage::Taken;
    }

    /// The server answered.
    pub(super) fn answered(mut self, heard: Option<Heard>) {
        self.end(heard);
    }

    fn end(&mut self, heard: Option<Heard>) {
        let now = self.shared.now();
        let epoch = self.epoch;
        match std::mem::replace(&mut self.state, Stage::Ended) {
            Stage::Taken => self.shared.end(&self.key, |pool| pool.returned(epoch)),
            Stage::Sent => self.shared.end(&self.key, |pool| pool.ended(epoch, heard, now)),
            Stage::Ended => {}
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.end(None);
    }
}
