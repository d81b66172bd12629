//! What a program allows itself: so many requests and items per window of time, refused before they cost anything.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::clock::Clock;
use super::hooks::Outgoing;

/// A limit of requests and items per window that a program sets for itself, shared by all clones: against surprises
/// where an API bills what it delivers.
///
/// Give it to [`ClientBuilder::budget`](super::ClientBuilder::budget). Before an attempt is sent one request is taken
/// from it, and as many items as the answer may hold ([`Outgoing::estimated_items`], the size of a page); an attempt
/// for which there is no room fails with [`ErrorKind::Refused`](super::ErrorKind::Refused),
/// [`Outcome::NotSent`](super::Outcome::NotSent) and a [`BudgetExceeded`] as its source, and nothing is sent. So a
/// smaller page may still fit where a larger one is refused.
///
/// **Requests**: every attempt that was handed to the transport, so retries, redirects and the connections of streams
/// count, and those that fail do. Requests for tokens do not, nor what [`RawRequest::into_request`] and its like give
/// out.
///
/// **Items**: the elements of a result that is a list. The estimate is replaced by their number when the answer is
/// there; where they are not in the place that the description names, it stays. An attempt that fails, and one that is
/// given up, has no items. A stream counts every item that it decodes, also a repeated one that it leaves out; it needs
/// room for one to connect, and when there is no more room it ends with the same error, after what had arrived.
///
/// The windows are **fixed**: one begins with the first request after the last one ended, and everything is forgotten
/// at its end. So two windows' worth can be used around an end within less than one window; a sliding window would have
/// to remember every single item. The time is that of the first client it is given to.
///
/// [`RawRequest::into_request`]: super::RawRequest::into_request
#[derive(Clone)]
#[must_use = "a budget does nothing until a client has it"]
pub struct Budget {
    shared: Arc<Shared>,
    max_requests: Option<u64>,
    max_items: Option<u64>,
}

struct Shared {
    window: Duration,
    clock: OnceLock<Arc<dyn Clock>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Counts the windows, so that nothing is given back to another one.
    number: u64,
    /// When the window ends; `None` before its first request.
    ends: Option<Duration>,
    requests: u64,
    items: u64,
}

/// What was used of a [`Budget`] in the window at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetUsed {
    /// Requests.
    pub requests: u64,
    /// Items, with those that are reserved for requests under way.
    pub items: u64,
}

/// What is left of a [`Budget`] in the window at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetLeft {
    /// Requests; `None` where they are not limited.
    pub requests: Option<u64>,
    /// Items; `None` where they are not limited.
    pub items: Option<u64>,
    /// How long until everything is there again; `None` where nothing was used.
    pub renewed_in: Option<Duration>,
}

/// Which limit of a [`Budget`] there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BudgetLimit {
    /// [`Budget::max_requests`].
    Requests,
    /// [`Budget::max_items`].
    Items,
}

/// Why a [`Budget`] refused an attempt. The source of the error of that call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetExceeded {
    /// The limit that has no room.
    pub which: BudgetLimit,
    /// How much it allows in a window.
    pub max: u64,
    /// How much of it was used.
    pub used: u64,
    /// How much more the attempt would have needed.
    pub wanted: u64,
    /// How long until the window has room for it; `None` where no window ever has.
    pub until: Option<Duration>,
}

impl Budget {
    /// A budget without limits, counted per window of this length. A length of zero limits nothing.
    pub fn per(window: Duration) -> Self {
        let shared = Shared { window, clock: OnceLock::new(), state: Mutex::default() };
        Self { shared: Arc::new(shared), max_requests: None, max_items: None }
    }

    /// How many requests a window allows. The default is no limit. Clones made before keep theirs, and what one of them
    /// uses counts for all.
    pub fn max_requests(mut self, requests: u64) -> Self {
        self.max_requests = Some(requests);
        self
    }

    /// How many items a window allows. The default is no limit. Clones made before keep theirs, and what one of them
    /// uses counts for all.
    pub fn max_items(mut self, items: u64) -> Self {
        self.max_items = Some(items);
        self
    }

    /// What was used in the window at hand.
    #[must_use]
    pub fn used(&self) -> BudgetUsed {
        let state = self.shared.state();
        BudgetUsed { requests: state.requests, items: state.items }
    }

    /// What is left in the window at hand.
    #[must_use]
    pub fn left(&self) -> BudgetLeft {
        let now = self.shared.now();
        let state = self.shared.state();
        BudgetLeft {
            requests: self.max_requests.map(|max| max.saturating_sub(state.requests)),
            items: self.max_items.map(|max| max.saturating_sub(state.items)),
            renewed_in: state.ends.map(|ends| ends.saturating_sub(now)),
        }
    }

    /// Takes one request and its estimated items, for a [`before_send`](super::ClientBuilder::before_send) hook that
    /// decides by itself which budget an attempt belongs to. A client does this for the budget it has, with
    /// corrections; what a hook takes is not given back and not corrected, except by
    /// [`count_items`](Self::count_items).
    ///
    /// # Errors
    ///
    /// There is no room; nothing is taken.
    pub fn take(&self, outgoing: &Outgoing<'_>) -> Result<(), BudgetExceeded> {
        self.attach(outgoing.clock);
        self.reserve(outgoing.estimated_items.unwrap_or_default()).map(|mut taken| taken.stage = Stage::Settled)
    }

    /// Counts items that arrived in another way, whether or not there is room for them. Before the budget was given to
    /// a client or asked by a hook there is no window, and nothing is counted.
    pub fn count_items(&self, items: u64) {
        if self.shared.clock.get().is_some() {
            let now = self.shared.now();
            let mut state = self.shared.state();
            state.begin(now, self.shared.window);
            state.items = state.items.saturating_add(items);
        }
    }

    /// Lives by this clock from now on, unless it has one.
    pub(super) fn attach(&self, clock: &Arc<dyn Clock>) {
        self.shared.clock.get_or_init(|| Arc::clone(clock));
    }

    /// Whether there is room for so many requests and items.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn check(&self, requests: u64, items: u64) -> Result<(), BudgetExceeded> {
        let now = self.shared.now();
        self.check_in(&self.shared.state(), now, requests, items)
    }

    /// Takes one request and so many items.
    ///
    /// # Errors
    ///
    /// There is no room; nothing is taken.
    pub(super) fn reserve(&self, items: u64) -> Result<Reservation, BudgetExceeded> {
        let now = self.shared.now();
        let mut state = self.shared.state();
        self.check_in(&state, now, 1, items)?;
        state.begin(now, self.shared.window);
        state.requests = state.requests.saturating_add(1);
        state.items = state.items.saturating_add(items);
        let number = state.number;
        Ok(Reservation { shared: Arc::clone(&self.shared), number, items, stage: Stage::Taken })
    }

    fn check_in(&self, state: &State, now: Duration, requests: u64, items: u64) -> Result<(), BudgetExceeded> {
        let limits = [
            (BudgetLimit::Requests, self.max_requests, state.requests, requests),
            (BudgetLimit::Items, self.max_items, state.items, items),
        ];
        for (which, max, used, wanted) in limits {
            if let Some(max) = max.filter(|max| wanted > 0 && used.saturating_add(wanted) > *max) {
                let rest = state.ends.map(|ends| ends.saturating_sub(now));
                return Err(BudgetExceeded { which, max, used, wanted, until: rest.filter(|_| wanted <= max) });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("per", &self.shared.window)
            .field("max_requests", &self.max_requests)
            .field("max_items", &self.max_items)
            .field("used", &self.used())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for BudgetLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requests => "requests",
            Self::Items => "items",
        })
    }
}

impl fmt::Display for BudgetExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { which, max, used, wanted, until } = self;
        write!(f, "{used} of {max} {which} are used, and {wanted} more are asked for")?;
        match until {
            Some(until) => write!(f, "; there is room in {until:?}"),
            None => f.write_str("; there never is room for them"),
        }
    }
}

impl StdError for BudgetExceeded {}

impl Shared {
    fn now(&self) -> Duration {
        self.clock.get().map(|clock| clock.now()).unwrap_or_default()
    }

    /// The counts of the window at hand.
    fn state(&self) -> MutexGuard<'_, State> {
        let now = self.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.ends.is_some_and(|ends| ends <= now) {
            *state = State { number: state.number + 1, ..State::default() };
        }
        state
    }
}

impl State {
    fn begin(&mut self, now: Duration, window: Duration) {
        self.ends.get_or_insert(now.saturating_add(window));
    }
}

/// What one attempt has taken from a budget. Dropping it gives back what was not used: everything before the attempt is
/// sent, its items afterwards.
#[derive(Debug)]
pub(super) struct Reservation {
    shared: Arc<Shared>,
    number: u64,
    items: u64,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Taken,
    Sent,
    Settled,
}

impl Reservation {
    /// The request is on its way.
    pub(super) fn sent(&mut self) {
        self.stage = Stage::Sent;
    }

    /// The answer is there; `items` are those it holds, where that is known.
    pub(super) fn settle(&mut self, items: Option<u64>) {
        self.stage = Stage::Settled;
        if let Some(items) = items {
            let mut state = self.shared.state();
            if state.number == self.number {
                state.items = state.items.saturating_sub(self.items).saturating_add(items);
                drop(state);
                self.items = items;
            }
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if self.stage != Stage::Settled && state.number == self.number {
            state.items = state.items.saturating_sub(self.items);
            if self.stage == Stage::Taken {
                state.requests = state.requests.saturating_sub(1);
            }
            // A window begins with a request.
            if (state.requests, state.items) == (0, 0) {
                state.ends = None;
            }
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("window", &self.window).finish_non_exhaustive()
    }
}
