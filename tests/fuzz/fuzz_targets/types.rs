//! See `fuzz::types`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::types(bytes));
