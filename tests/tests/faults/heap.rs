//! How much memory is in use.

use std::sync::atomic::{AtomicUsize, Ordering};

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// Takes note of a block that becomes another one. Both exist side by side while the one is copied to the other.
pub(crate) fn note(before: usize, after: usize) {
    let used = USED.fetch_add(after, Ordering::Relaxed) + after;
    PEAK.fetch_max(used, Ordering::Relaxed);
    USED.fetch_sub(before, Ordering::Relaxed);
}

/// What is in use now, in bytes; the peak begins anew.
pub(crate) fn begin() -> usize {
    let used = USED.load(Ordering::Relaxed);
    PEAK.store(used, Ordering::Relaxed);
    used
}

/// The most that was in use since [`begin`], in bytes.
pub(crate) fn peak() -> usize {
    PEAK.load(Ordering::Relaxed)
}
