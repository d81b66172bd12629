//! Work that many wait for and that is done once.
//!
//! A flight belongs to nobody: whoever waits for it moves it on, and when all of them go away it stays where it is
//! until somebody joins it again. So a refresh whose caller gave up still ends with its new tokens saved, without a
//! runtime to spawn it on.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};

use super::transport::BoxFuture;

/// At most one flight at a time.
pub(crate) struct Flights<T>(Mutex<Option<Arc<Flight<T>>>>);

struct Flight<T> {
    state: Mutex<State<T>>,
    waiting: Arc<Waiting>,
}

struct State<T> {
    /// `None` while it is polled, when it is over, and when polling it panicked.
    future: Option<BoxFuture<'static, T>>,
    output: Option<T>,
}

impl<T: Clone> Flights<T> {
    #[inline]
    pub(crate) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Joins the flight that is under way, or begins one; says whether it began here.
    #[inline]
    pub(crate) fn join(&self, begin: impl FnOnce() -> BoxFuture<'static, T>) -> (Passenger<T>, bool) {
        let mut current = lock(&self.0);
        if let Some(flight) = current.as_ref().filter(|flight| !flight.is_over()) {
            return (Passenger::new(flight), false);
        }
        let state = State { future: Some(begin()), output: None };
        let flight = Arc::new(Flight { state: Mutex::new(state), waiting: Arc::default() });
        let passenger = Passenger::new(&flight);
        *current = Some(flight);
        (passenger, true)
    }

    /// The flight that is under way, if there is one.
    #[inline]
    pub(crate) fn current(&self) -> Option<Passenger<T>> {
        lock(&self.0).as_ref().filter(|flight| !flight.is_over()).map(Passenger::new)
    }
}

impl<T> Flight<T> {
    #[inline]
    fn is_over(&self) -> bool {
        match self.state.try_lock() {
            Ok(state) => state.future.is_none(),
            Err(TryLockError::Poisoned(state)) => state.into_inner().future.is_none(),
            // Somebody polls it.
            Err(TryLockError::WouldBlock) => false,
        }
    }
}

/// One of those who wait. The output is `None` where the flight crashed: polling it panicked, in another task.
pub(crate) struct Passenger<T> {
    flight: Arc<Flight<T>>,
    seat: u64,
}

impl<T> Passenger<T> {
    #[inline]
    fn new(flight: &Arc<Flight<T>>) -> Self {
        let mut seats = lock(&flight.waiting.0);
        seats.0 += 1;
        Self { flight: Arc::clone(flight), seat: seats.0 }
    }
}

impl<T: Clone> Future for Passenger<T> {
    type Output = Option<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Flight { state, waiting } = &*self.flight;
        // Before anything else, so that nothing that happens from now on is missed.
        lock(&waiting.0).1.insert(self.seat, context.waker().clone());
        let mut state = match state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(state)) => state.into_inner(),
            // What it waits for wakes everybody, and so does whoever polls it when they are done with it.
            Err(TryLockError::WouldBlock) => return Poll::Pending,
        };
        let Some(mut future) = state.future.take() else { return Poll::Ready(state.output.clone()) };
        let waker = Waker::from(Arc::clone(waiting));
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        match polled {
            Poll::Ready(output) => state.output = Some(output),
            Poll::Pending => {
                state.future = Some(future);
                return Poll::Pending;
            }
        }
        Poll::Ready(state.output.clone())
    }
}

impl<T> Drop for Passenger<T> {
    #[inline]
    fn drop(&mut self) {
        lock(&self.flight.waiting.0).1.remove(&self.seat);
        // Because the flight is over; or because polling it panicked; or because this one goes away with a wake-up that
        // was meant for all.
        Arc::clone(&self.flight.waiting).wake();
    }
}

/// The last seat that was given away, and who is to be woken.
#[derive(Default)]
struct Waiting(Mutex<(u64, BTreeMap<u64, Waker>)>);

impl Wake for Waiting {
    #[inline]
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut lock(&self.0).1);
        wakers.into_values().for_each(Waker::wake);
    }
}

#[inline]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
