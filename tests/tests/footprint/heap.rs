//! How often memory is asked for: per thread, so that tests beside each other are not counted.

use std::cell::Cell;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// Takes note of a block, unless it is given back.
pub(crate) fn note(_before: usize, after: usize) {
    if after > 0 {
        // A thread that ends has no counters any more.
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
        let _ = BYTES.try_with(|bytes| bytes.set(bytes.get() + after));
    }
}

/// How often this thread has asked for memory so far; to make a block larger counts as well.
pub(crate) fn asked() -> usize {
    ASKED.get()
}

/// How many bytes this thread has asked for so far.
pub(crate) fn bytes() -> usize {
    BYTES.get()
}
