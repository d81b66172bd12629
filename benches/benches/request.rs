//! A request with 30 values in an array parameter, from the call to the transport and back, and what it asks memory for.

use divan::Bencher;

#[global_allocator]
static HEAP: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench]
fn thirty_values(bencher: Bencher) {
    let client = benches::work::client().expect("it is configured");
    bencher.bench(|| benches::work::request(&client).expect("it is answered"));
}
