//! One million events: in memory against a bare loop over their lines, and over the loopback interface.

use benches::{lines, plain, work};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use serde::de::DeserializeOwned;
use x_api_client::types::ActivityEvent;

/// How many events a stream has.
const EVENTS: usize = 1_000_000;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn in_memory(bencher: Bencher) {
    let chunks = lines::chunks();
    let blocks = work::blocks(EVENTS);
    counted(bencher).bench(|| work::stream(&chunks, blocks).expect("it is a stream"));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn bare_loop(bencher: Bencher) {
    bare::<ActivityEvent>(bencher);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn bare_loop_serde_derive(bencher: Bencher) {
    bare::<plain::ActivityEnvelope>(bencher);
}

#[cfg(feature = "loopback")]
#[divan::bench(sample_count = 5, sample_size = 1)]
fn loopback(bencher: Bencher) {
    let server = benches::loopback::Server::start(work::blocks(EVENTS)).expect("it listens");
    counted(bencher).bench(|| benches::loopback::stream(&server).expect("it is a stream"));
}

#[cfg(feature = "loopback")]
#[divan::bench(sample_count = 5, sample_size = 1)]
fn loopback_bare_loop(bencher: Bencher) {
    let server = benches::loopback::Server::start(work::blocks(EVENTS)).expect("it listens");
    counted(bencher).bench(|| benches::loopback::bare_loop::<ActivityEvent>(&server).expect("it is a stream"));
}

fn bare<T: DeserializeOwned>(bencher: Bencher) {
    let block = lines::block();
    counted(bencher).bench(|| work::bare_loop::<T>(&block, work::blocks(EVENTS)).expect("each line is an event"));
}

fn counted<'a, 'b>(bencher: Bencher<'a, 'b>) -> Bencher<'a, 'b> {
    let blocks = work::blocks(EVENTS);
    bencher.counter(ItemsCount::new(blocks * lines::LINES)).counter(BytesCount::new(blocks * lines::block().len()))
}
