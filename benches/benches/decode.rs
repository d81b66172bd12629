//! Decoding a page of 100 direct messages with includes.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use serde::de::DeserializeOwned;

fn main() {
    benches::work::compare().expect("all types read the same");
    divan::main();
}

#[divan::bench]
fn generated(bencher: Bencher) {
    run::<x_api_client::types::DmEventList>(bencher);
}

#[divan::bench]
fn serde_derive(bencher: Bencher) {
    run::<benches::plain::DmEventList>(bencher);
}

#[cfg(all(feature = "peer", peer_types))]
#[divan::bench]
fn openapi_to_rust(bencher: Bencher) {
    run::<benches::peer::DmEventList>(bencher);
}

fn run<T: DeserializeOwned>(bencher: Bencher) {
    let page = benches::page::page();
    bencher
        .counter(BytesCount::of_slice(&page))
        .bench(|| benches::work::decode::<T>(black_box(&page)).expect("it is a page"));
}
