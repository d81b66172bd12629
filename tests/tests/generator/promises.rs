//! SECURITY.md promises nothing that no test holds.

use crate::documents::read;

/// The tests that the tables name, as file and function.
fn named(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter_map(|code| code.split_once("::"))
        .collect()
}

#[test]
fn every_promise_names_tests_that_are_there() {
    let text = read("SECURITY.md");
    let named = named(&text);
    assert!(named.len() > 30, "{} tests are named", named.len());
    for (file, test) in named {
        let source = read(file);
        let Some((head, _)) = source.split_once(&format!("fn {test}(")) else {
            unreachable!("{file} has no test `{test}`");
        };
        // What makes it a test stands in the lines before it.
        let attributes: Vec<&str> = head.lines().rev().take(6).collect();
        let is_test = attributes.iter().any(|line| line.contains("test]") || line.contains("test("))
            || head.contains("proptest!");
        assert!(is_test, "`{test}` of {file} is no test");
    }
    // Each row of promises has something behind it.
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise")) {
        assert!(line.contains("::") || line.contains("`.ci/run`"), "nothing holds this: {line}");
    }
}
