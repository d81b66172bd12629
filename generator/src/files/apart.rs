//! Work on many things that have nothing to do with each other, on all cores.

use std::num::NonZeroUsize;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// More threads than this gain nothing: half of a run is one thing after the other.
const MOST: usize = 4;

/// Below this many things a thread costs more than it saves.
const FEW: usize = 16;

/// What a function gives for each of some things, in their order. Where there are no threads (WebAssembly), or few things,
/// they are done one after the other.
pub fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = if cfg!(target_family = "wasm") || things.len() < FEW {
        1
    } else {
        thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST)
    };
    if threads == 1 {
        return things.iter().map(work).collect();
    }
    // Things differ in size, so that each thread takes the next one when it is done with its last.
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(thing) = things.get(index) else { return done };
            done.push((index, work(thing)));
        }
    };
    let mut done = thread::scope(|scope| {
        // A system that has no threads to give leaves more of the work to this one.
        let other = |_| thread::Builder::new().spawn_scoped(scope, some).ok();
        let others: Vec<_> = (1..threads).filter_map(other).collect();
        let mut done = some();
        for other in others {
            done.extend(other.join().unwrap_or_else(|fault| panic::resume_unwind(fault)));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The same with the things themselves, which the work may use up.
pub fn each_of<T: Send, R: Send>(things: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let things: Vec<_> = things.into_iter().map(|thing| Mutex::new(Some(thing))).collect();
    // Each is taken once, so that no lock is waited for.
    let take = |thing: &Mutex<Option<T>>| thing.lock().unwrap_or_else(PoisonError::into_inner).take();
    each(&things, |thing| take(thing).map(&work)).into_iter().flatten().collect()
}

/// Does one thing on another thread while the other is done on this one, where there are threads.
pub fn both<A: Send, B>(there: impl Fn() -> A + Sync, here: impl FnOnce() -> B) -> (A, B) {
    let (other, done) = thread::scope(|scope| {
        let threads = !cfg!(target_family = "wasm");
        let started = threads.then(|| thread::Builder::new().spawn_scoped(scope, &there).ok()).flatten();
        let done = here();
        (started.map(|other| other.join().unwrap_or_else(|fault| panic::resume_unwind(fault))), done)
    });
    (other.unwrap_or_else(there), done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_things() {
        for count in [0, 1, FEW - 1, FEW, 1000] {
            let things: Vec<usize> = (0..count).collect();
            let results = each(&things, |thing| {
                // The first ones take longest.
                (0..(count - thing) % 7).for_each(|_| thread::yield_now());
                thing * 2
            });
            assert_eq!(results, things.iter().map(|thing| thing * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn things_can_be_used_up() {
        let things: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(each_of(things.clone(), |thing| thing), things);
    }

    #[test]
    fn a_fault_in_a_thread_is_one_of_the_caller() {
        let things: Vec<usize> = (0..100).collect();
        let fault = panic::catch_unwind(|| each(&things, |thing| assert!(*thing < 50, "thing {thing}")));
        assert!(fault.is_err());
    }
}
