//! What generated types read: the crates of some fixtures are built with the tests that lie beside them, and run.

use std::collections::BTreeMap;

use crate::compile::Yard;
use crate::documents::{Input, fixtures, read};

#[test]
fn the_types_of_fixtures_read_and_write_what_their_schemas_allow() {
    let mut crates = BTreeMap::new();
    for fixture in fixtures("accept") {
        let path = format!("tests/fixtures/decoding/{fixture}.rs");
        if !tests_of_fixtures().contains(&path) {
            continue;
        }
        let mut files = Input::fixture("accept", &fixture).files();
        files.insert("tests/decoding.rs".to_owned(), read(&path));
        crates.insert(fixture.replace('_', "-"), files);
    }
    assert_eq!(crates.len(), tests_of_fixtures().len(), "every test belongs to a fixture");
    let yard = Yard::open("decoding", &crates);
    yard.run(&["test", "--workspace", "--tests", "--no-default-features", "--no-fail-fast"]);
}

fn tests_of_fixtures() -> Vec<String> {
    crate::documents::files_below("tests/fixtures/decoding", ".rs")
}
