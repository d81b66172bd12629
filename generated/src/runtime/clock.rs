//! Time as a part of the client: what a client waits for and measures with, so that tests need not wait.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::transport::{BoxFuture, MaybeSendSync};

/// The time a client lives in: every timeout, wait and window is measured by it, and nothing else tells the client the
/// time. Nothing can fail.
pub trait Clock: MaybeSendSync + 'static {
    /// Time that never goes backwards, since an origin of the clock's own choice.
    fn now(&self) -> Duration;

    /// The time since the Unix epoch, for what a server states as a date.
    fn unix_now(&self) -> Duration;

    /// A future that is ready when `duration` has passed; dropping it ends the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// A random number, for the jitter of retries and for idempotency keys. Not for cryptography.
    fn random(&self) -> u64 {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        // The keys of `RandomState` come from the operating system; where it has no randomness to give, the time and a
        // counter still keep two numbers apart.
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(COUNTER.fetch_add(1, Ordering::Relaxed));
        hasher.write_u128(self.unix_now().as_nanos());
        hasher.finish()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Duration {
        (**self).now()
    }

    fn unix_now(&self) -> Duration {
        (**self).unix_now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }

    fn random(&self) -> u64 {
        (**self).random()
    }
}

#[cfg(all(feature = "reqwest013", target_family = "wasm"))]
pub use super::clock_browser::SystemClock;

/// The system's clock over tokio's timer: the default with feature `reqwest013`. It needs a running tokio runtime with
/// its time driver enabled.
#[cfg(all(feature = "reqwest013", not(target_family = "wasm")))]
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: std::time::Instant,
}

#[cfg(all(feature = "reqwest013", not(target_family = "wasm")))]
impl SystemClock {
    /// A clock whose origin is now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: std::time::Instant::now() }
    }
}

#[cfg(all(feature = "reqwest013", not(target_family = "wasm")))]
impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(feature = "reqwest013", not(target_family = "wasm")))]
impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    fn unix_now(&self) -> Duration {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock for tests: time stands still until somebody sleeps, then it jumps.
///
/// Of all that sleep, the one with the earliest deadline wakes first, and only after everything else has had the chance
/// to run, so a timeout around an in-memory exchange does not fire by accident. Clones share their time. Around real
/// sockets use [`ManualClock::stopped`] and [`ManualClock::advance`], because a socket can be slower than that chance.
///
/// [`Clock::random`] gives the largest number, which makes every jittered wait its upper bound;
/// [`ManualClock::with_random`] sets another.
#[derive(Clone)]
pub struct ManualClock {
    state: Arc<Mutex<State>>,
    jumps: bool,
    random: u64,
}

struct State {
    now: Duration,
    unix_origin: Duration,
    next_sleeper: u64,
    sleepers: BTreeMap<(Duration, u64), Option<Waker>>,
    waits: Vec<Duration>,
    /// Counts what happened: whoever came, went or moved the time.
    events: u64,
}

/// How often a sleeper lets others run, while nothing happens, before it moves the time.
const PATIENCE: u32 = 64;

/// After how many such rounds it no longer waits for sleepers with an earlier deadline: nobody polls them.
const ABANDONED: u32 = 8 * PATIENCE;

impl ManualClock {
    /// A clock that jumps whenever somebody sleeps. Its date is 2023-11-14T22:13:20Z, Unix time 1 700 000 000.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            now: Duration::ZERO,
            unix_origin: Duration::from_secs(1_700_000_000),
            next_sleeper: 0,
            sleepers: BTreeMap::new(),
            waits: Vec::new(),
            events: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), jumps: true, random: u64::MAX }
    }

    /// A clock that only [`ManualClock::advance`] moves.
    #[must_use]
    pub fn stopped() -> Self {
        Self { jumps: false, ..Self::new() }
    }

    /// Sets the number that [`Clock::random`] gives.
    #[must_use]
    pub fn with_random(mut self, random: u64) -> Self {
        self.random = random;
        self
    }

    /// Sets the date of the clock's origin, as the time since the Unix epoch.
    #[must_use]
    pub fn with_unix_origin(self, origin: Duration) -> Self {
        self.lock().unix_origin = origin;
        self
    }

    /// Moves the time and wakes everybody whose wait is over.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.lock();
        state.now = state.now.saturating_add(duration);
        state.wake();
    }

    /// The waits that came to their end, in that order; a wait that was given up does not count.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.lock().waits.clone()
    }

    /// The number of those who sleep now.
    #[must_use]
    pub fn sleepers(&self) -> usize {
        self.lock().sleepers.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualClock").field("now", &self.lock().now).finish_non_exhaustive()
    }
}

impl State {
    fn wake(&mut self) {
        for ((deadline, _), waker) in &mut self.sleepers {
            if *deadline > self.now {
                break;
            }
            if let Some(waker) = waker.take() {
                waker.wake();
            }
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        self.lock().now
    }

    fn unix_now(&self) -> Duration {
        let state = self.lock();
        state.unix_origin.saturating_add(state.now)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.lock();
        let key = (state.now.saturating_add(duration), state.next_sleeper);
        state.next_sleeper += 1;
        state.sleepers.insert(key, None);
        state.events += 1;
        drop(state);
        Box::pin(Sleep { clock: self.clone(), key, duration, rounds: 0, seen: 0 })
    }

    fn random(&self) -> u64 {
        self.random
    }
}

struct Sleep {
    clock: ManualClock,
    key: (Duration, u64),
    duration: Duration,
    rounds: u32,
    seen: u64,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut state = this.clock.lock();
        if this.seen != state.events {
            this.seen = state.events;
            this.rounds = 0;
        }
        this.rounds = this.rounds.saturating_add(1);
        if state.now < this.key.0 && this.clock.jumps && this.rounds > PATIENCE {
            let earliest = state.sleepers.first_key_value().map(|(key, _)| *key);
            if earliest == Some(this.key) || this.rounds > ABANDONED {
                state.now = this.key.0;
                state.events += 1;
            }
        }
        if state.now >= this.key.0 {
            if state.sleepers.remove(&this.key).is_some() {
                state.waits.push(this.duration);
                state.events += 1;
            }
            state.wake();
            return Poll::Ready(());
        }
        state.sleepers.insert(this.key, Some(context.waker().clone()));
        if this.clock.jumps {
            context.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let mut state = self.clock.lock();
        if state.sleepers.remove(&self.key).is_some() {
            state.events += 1;
        }
    }
}
