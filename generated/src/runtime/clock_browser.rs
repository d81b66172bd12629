//! The clock of browsers, and of whatever else runs WebAssembly beside JavaScript.

use std::future::pending;
use std::time::Duration;

use js_sys::futures::JsFuture;
use js_sys::wasm_bindgen::{JsCast, JsValue};
use js_sys::{Date, Function, Math, Promise, Reflect, global};

use super::clock::Clock;
use super::transport::BoxFuture;

/// The longest wait that `setTimeout` knows, in milliseconds; a longer one would end at once (WHATWG HTML, section 8.6:
/// the argument is a signed number of 32 bits).
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// The host's clock over `setTimeout`: the default with feature `reqwest013`. It needs `setTimeout` and `clearTimeout`
/// on the global object, which pages, workers and Node.js have; where they are missing no wait ends.
///
/// A browser may slow the timers of a page down that nobody looks at, to one a second or fewer, so waits can take
/// longer there than they should.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: Duration,
}

impl SystemClock {
    /// A clock whose origin is now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: monotonic() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        monotonic().saturating_sub(self.origin)
    }

    fn unix_now(&self) -> Duration {
        milliseconds(Date::now())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let end = monotonic().saturating_add(duration);
        Box::pin(async move {
            // A timer can be early by the rounding of the clock, and a long wait takes several.
            loop {
                let left = end.saturating_sub(monotonic());
                if left.is_zero() {
                    return;
                }
                match Timer::start(left.min(LONGEST)) {
                    Some(mut timer) => timer.over().await,
                    None => pending().await,
                }
            }
        })
    }

    /// The host's own numbers: the standard library has no randomness on this platform.
    fn random(&self) -> u64 {
        let half = || (Math::random() * f64::from(u32::MAX)) as u64;
        half() << 32 | half()
    }
}

/// One `setTimeout`, which ends with the value.
struct Timer {
    id: JsValue,
    /// Settles the promise, and so frees what waits for it.
    settle: Function,
    settled: JsFuture,
}

impl Timer {
    fn start(duration: Duration) -> Option<Self> {
        let start = function(&global(), "setTimeout")?;
        // Rounded up, because a timer that is too early is one for nothing.
        let delay = (duration.as_secs_f64() * 1000.0).ceil();
        let mut started = None;
        let promise = Promise::new(&mut |settle, _| {
            let id = start.call2(&JsValue::UNDEFINED, &settle, &delay.into());
            started = id.ok().map(|id| (id, settle));
        });
        let (id, settle) = started?;
        Some(Self { id, settle, settled: promise.into() })
    }

    async fn over(&mut self) {
        // The promise is never rejected.
        drop((&mut self.settled).await);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(clear) = function(&global(), "clearTimeout") {
            drop(clear.call1(&JsValue::UNDEFINED, &self.id));
        }
        drop(self.settle.call0(&JsValue::UNDEFINED));
    }
}

/// Time that never goes backwards, since an origin of the host; the date where the host has no such time.
fn monotonic() -> Duration {
    let read = || {
        let performance = Reflect::get(&global(), &"performance".into()).ok()?;
        function(&performance, "now")?.call0(&performance).ok()?.as_f64()
    };
    milliseconds(read().unwrap_or_else(Date::now))
}

fn milliseconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number / 1000.0).unwrap_or_default()
}

fn function(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}
