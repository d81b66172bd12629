//! The generator: whatever it is given, it ends, and what it makes reads as Rust and lies where it belongs.

use arbitrary::Unstructured;
use spec2crate::analyze::analyze;
use spec2crate::config::Config;
use spec2crate::diag::Diagnostics;
use spec2crate::document::{self, Document};
use spec2crate::lower::lower;
use spec2crate::source::{MemoryLoader, Sources};
use spec2crate::{Outcome, Request, generate};

use super::description;

/// The bytes are a description as it lies on the disk: JSON where the first one is a brace, otherwise YAML.
///
/// # Panics
///
/// Where the generator does, or makes something unsound.
pub fn document(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let name = if text.trim_start().starts_with('{') { "fuzz.json" } else { "fuzz.yaml" };
    // Printing a crate takes a hundred times as long as finding out what it has to be, and is what `pipeline` is about.
    if text.len().is_multiple_of(64) {
        return check(name, text);
    }
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let loader = MemoryLoader::from([(name, text)]);
    if let Some(file) = sources.load(&loader, name, &mut diagnostics) {
        document::load(&mut sources, &loader, file, &[], &mut diagnostics);
        document::instantiate(&mut sources, file, &[], &mut diagnostics);
        if let Some(document) = Document::read(&sources, file, &[], &mut diagnostics) {
            let api = lower(&document, &Config::empty(), &mut diagnostics);
            drop(analyze(&api));
        }
    }
    drop(diagnostics.render(&sources, false));
}

/// The bytes are made into a description that is mostly one, with every kind of schema, parameter, body and answer.
///
/// # Panics
///
/// Where the generator does, or makes something unsound.
pub fn pipeline(bytes: &[u8]) {
    let Ok(description) = description::description(&mut Unstructured::new(bytes)) else { return };
    check("fuzz.json", &description.to_string());
}

fn check(name: &str, text: &str) {
    let outcome = run(name, text);
    let said = outcome.diagnostics.render(&outcome.sources, false);
    assert!(outcome.files.is_some() || outcome.diagnostics.has_errors(), "nothing comes out, and nothing is said");
    assert!(!said.contains("defect of the generator"), "{said}");
    let Some(files) = &outcome.files else { return };
    for (path, text) in files.iter() {
        assert!(!path.starts_with('/') && !path.contains(".."), "{path} lies outside");
        // What is copied is the same each time.
        if path.ends_with(".rs") && !path.starts_with("src/runtime/") {
            syn::parse_file(text).unwrap_or_else(|error| unreachable!("{path} is no Rust: {error}\n{text}"));
        }
    }
    let manifest = files.get("Cargo.toml").expect("a crate has a manifest");
    manifest.parse::<toml::Table>().unwrap_or_else(|error| unreachable!("Cargo.toml is no TOML: {error}\n{manifest}"));
    // The length of the text decides whether it is tried twice, so that a finding comes again.
    if text.len().is_multiple_of(16) {
        let again = run(name, text);
        assert!(again.files.is_some_and(|again| again.iter().eq(files.iter())), "the same input gives another crate");
    }
}

fn run(name: &str, text: &str) -> Outcome {
    let loader = MemoryLoader::from([(name, text)]);
    generate(&loader, &Request { name: Some("fuzzed".to_owned()), ..Request::new(name) })
}
