//! What the crates of fixtures send and read: each has a test of its own in `tests/fixtures/wire`, which is compiled into
//! its crate and calls its builders, with a transport in memory.

use std::collections::BTreeMap;
use std::fs;

use crate::compile::Yard;
use crate::documents::{Input, read, root};

#[test]
fn the_crates_of_fixtures_say_on_the_wire_what_their_descriptions_say() {
    let mut crates = BTreeMap::new();
    let support = read("tests/fixtures/wire/support.rs");
    for entry in fs::read_dir(root().join("tests/fixtures/wire")).expect("the folder can be read") {
        let file = entry.expect("the folder can be read").file_name().to_string_lossy().into_owned();
        let fixture = file.trim_end_matches(".rs");
        if fixture == "support" {
            continue;
        }
        let mut files = Input::fixture("accept", fixture).files();
        files.insert("tests/wire.rs".to_owned(), read(&format!("tests/fixtures/wire/{file}")));
        files.insert("tests/support/mod.rs".to_owned(), support.replace("CRATE", fixture));
        crates.insert(fixture.replace('_', "-"), files);
    }
    assert!(!crates.is_empty(), "no fixture has a test");
    let yard = Yard::open("wire", &crates);
    yard.run(&["test", "--workspace", "--tests", "--no-default-features", "--no-fail-fast"]);
}
