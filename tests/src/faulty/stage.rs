//! What client and server share in a test: the time, and how far the client has come.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::watch;

/// The header by which an answer names its exchange, so that the client's side can report on it.
pub const EXCHANGE: &str = "x-exchange";

/// Virtual time, and the progress of a client.
///
/// A client sleeps for two reasons. A *wait* between two attempts is over at once: time jumps to its end. A *limit* on
/// something that may happen before ends only when the server lets time pass. They are told apart by their lengths, so
/// the limits of a test must be other ones than its waits.
#[derive(Debug)]
pub struct Stage {
    limits: Vec<Duration>,
    time: Mutex<Time>,
    progress: watch::Sender<Progress>,
}

#[derive(Debug, Default)]
struct Time {
    now: Duration,
    waits: Vec<Duration>,
    /// Those whose limit is not reached, by their numbers.
    sleepers: BTreeMap<u64, (Duration, Waker)>,
    sleeps: u64,
}

#[derive(Debug, Default)]
struct Progress {
    /// How many times somebody has looked at a limit: what a client does that has nothing else to do.
    idle: u64,
    exchanges: BTreeMap<usize, Taken>,
}

#[derive(Clone, Copy, Debug)]
struct Taken {
    bytes: u64,
    /// What `idle` was then.
    idle: u64,
}

impl Stage {
    /// A stage on which sleeps of these lengths are limits.
    #[must_use]
    pub fn new(limits: &[Duration]) -> Arc<Self> {
        Arc::new(Self { limits: limits.to_vec(), time: Mutex::default(), progress: watch::Sender::default() })
    }

    /// The time since the beginning.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.time().now
    }

    /// The waits that are over, in their order.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.time().waits.clone()
    }

    /// Lets time pass.
    pub fn pass(&self, duration: Duration) {
        let mut time = self.time();
        time.now += duration;
        time.wake();
    }

    /// Sleeps, as a clock does it.
    #[must_use]
    pub fn sleep(self: &Arc<Self>, duration: Duration) -> Sleep {
        let is_limit = self.limits.contains(&duration);
        let mut time = self.time();
        time.sleeps += 1;
        let (number, until) = (time.sleeps, time.now.saturating_add(duration));
        Sleep { stage: Arc::clone(self), number, duration, until, is_limit, yielded: false }
    }

    /// Reports that the client's side has taken the head of an exchange's answer, or bytes of its body.
    pub fn take(&self, exchange: usize, bytes: usize) {
        self.progress.send_modify(|progress| {
            let taken = progress.exchanges.entry(exchange).or_insert(Taken { bytes: 0, idle: 0 });
            *taken = Taken { bytes: taken.bytes + bytes as u64, idle: progress.idle };
        });
    }

    /// Waits until the client has taken the head of an exchange's answer and so many bytes of its body.
    pub(super) async fn taken(&self, exchange: usize, bytes: u64) {
        self.until(|progress| progress.exchanges.get(&exchange).is_some_and(|taken| taken.bytes >= bytes)).await;
    }

    /// The same, and until it then waits for more.
    pub(super) async fn idle(&self, exchange: usize, bytes: u64) {
        self.until(|progress| {
            progress.exchanges.get(&exchange).is_some_and(|taken| taken.bytes >= bytes && progress.idle > taken.idle)
        })
        .await;
    }

    async fn until(&self, is_reached: impl FnMut(&Progress) -> bool) {
        // The sender is in the same place, so it cannot be gone.
        drop(self.progress.subscribe().wait_for(is_reached).await);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Time {
    fn wake(&mut self) {
        let now = self.now;
        self.sleepers.retain(|_, (until, waker)| {
            if *until <= now {
                waker.wake_by_ref();
            }
            *until > now
        });
    }
}

/// A sleep in virtual time.
#[derive(Debug)]
pub struct Sleep {
    stage: Arc<Stage>,
    number: u64,
    duration: Duration,
    until: Duration,
    is_limit: bool,
    yielded: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.is_limit {
            let mut time = self.stage.time();
            if time.now >= self.until {
                return Poll::Ready(());
            }
            time.sleepers.insert(self.number, (self.until, context.waker().clone()));
            drop(time);
            self.stage.progress.send_modify(|progress| progress.idle += 1);
            return Poll::Pending;
        }
        // Whoever waits lets others run once, so that a loop of waits cannot keep them from it.
        if !std::mem::replace(&mut self.yielded, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let mut time = self.stage.time();
        time.now = time.now.max(self.until);
        time.waits.push(self.duration);
        time.wake();
        Poll::Ready(())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.stage.time().sleepers.remove(&self.number);
    }
}
