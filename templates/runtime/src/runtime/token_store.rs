//! Where tokens are kept between calls, processes and restarts.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::token_pair::TokenPair;
use super::transport::{BoxError, BoxFuture, MaybeSend, MaybeSendSync};

/// Keeps the token pair of one user: in memory, in a file, in a database.
///
/// Refresh tokens work once, so two that refresh at the same time cost the user the login. Therefore a refresh takes
/// the lock, reads the pair again, asks the server only where the pair is still the old one, saves the new pair, uses
/// it, and lets go of the lock.
///
/// Errors of a store end up as the source of an [`OAuthError`](super::OAuthError), so they must not hold the tokens.
pub trait TokenStore: MaybeSendSync + 'static {
    /// The pair that was saved last, by whomever; `None` where nobody logged in yet.
    ///
    /// # Errors
    ///
    /// The store cannot be read, or what it holds is no pair.
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, BoxError>>;

    /// Waits until nobody else holds the lock, and takes it. It must keep out everybody who can reach the store, other
    /// processes too, and must not stay for ever where a holder died. Dropping the [`StoreLock`] releases it.
    ///
    /// # Errors
    ///
    /// There is no lock to be had.
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, BoxError>>;

    /// Keeps a pair in place of the one before. All of it or nothing: whoever loads, also after a crash, gets the old
    /// pair or the new one.
    ///
    /// # Errors
    ///
    /// The pair is not kept.
    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), BoxError>>;
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    #[inline]
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, BoxError>> {
        (**self).load()
    }

    #[inline]
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, BoxError>> {
        (**self).lock()
    }

    #[inline]
    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), BoxError>> {
        (**self).save(pair)
    }
}

/// The lock of a [`TokenStore`]; dropping it lets the next one in.
pub struct StoreLock {
    _guard: Box<dyn MaybeSend>,
}

impl StoreLock {
    /// A lock that is released by dropping `guard`.
    #[inline]
    pub fn new(guard: impl MaybeSend + 'static) -> Self {
        Self { _guard: Box::new(guard) }
    }
}

impl fmt::Debug for StoreLock {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreLock")
    }
}

/// Keeps the pair in memory, for tests and for processes that get their tokens from elsewhere at every start. Clones
/// share pair and lock.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Memory>);

#[derive(Default)]
struct Memory {
    pair: Mutex<Option<TokenPair>>,
    queue: Mutex<Queue>,
}

impl MemoryStore {
    /// A store without a pair.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The pair it holds now.
    #[inline]
    #[must_use]
    pub fn pair(&self) -> Option<TokenPair> {
        locked(&self.0.pair).clone()
    }
}

impl From<TokenPair> for MemoryStore {
    #[inline]
    fn from(pair: TokenPair) -> Self {
        let store = Self::new();
        *locked(&store.0.pair) = Some(pair);
        store
    }
}

impl TokenStore for MemoryStore {
    #[inline]
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, BoxError>> {
        Box::pin(async { Ok(self.pair()) })
    }

    #[inline]
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, BoxError>> {
        let waiter = Waiter { memory: Arc::clone(&self.0), ticket: None };
        Box::pin(async { Ok(StoreLock::new(waiter.await)) })
    }

    #[inline]
    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async {
            *locked(&self.0.pair) = Some(pair.clone());
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryStore {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("has_pair", &locked(&self.0.pair).is_some()).finish_non_exhaustive()
    }
}

/// Whether the lock is held, and those who wait for it by their tickets.
#[derive(Default)]
struct Queue {
    held: bool,
    last_ticket: u64,
    waiting: BTreeMap<u64, Waker>,
}

impl Queue {
    /// Everybody is woken, and the first to come takes the lock: one that was dropped in the meantime then loses
    /// nothing.
    #[inline]
    fn wake(&mut self) {
        std::mem::take(&mut self.waiting).into_values().for_each(Waker::wake);
    }
}

struct Waiter {
    memory: Arc<Memory>,
    ticket: Option<u64>,
}

impl Future for Waiter {
    type Output = Held;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Held> {
        let memory = Arc::clone(&self.memory);
        let mut queue = locked(&memory.queue);
        if !queue.held {
            queue.held = true;
            return Poll::Ready(Held(Arc::clone(&memory)));
        }
        let ticket = *self.ticket.get_or_insert_with(|| {
            queue.last_ticket += 1;
            queue.last_ticket
        });
        queue.waiting.insert(ticket, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Waiter {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            locked(&self.memory.queue).waiting.remove(&ticket);
        }
    }
}

struct Held(Arc<Memory>);

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        let mut queue = locked(&self.0.queue);
        queue.held = false;
        queue.wake();
    }
}

#[inline]
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
