//! What the generator says about documents that are wrong, and that nothing is written then.

use std::collections::{BTreeMap, BTreeSet};

use spec2crate::diag::{Code, Severity};
use spec2crate::source::{LoadError, Loader, MAX_DEPTH, MemoryLoader};
use spec2crate::{Request, generate};

use crate::documents::{Input, fixtures};

#[test]
fn the_diagnostics_of_every_bad_document_are_the_accepted_ones() {
    let mut changed = Vec::new();
    for name in fixtures("reject") {
        let outcome = Input::fixture("reject", &name).generate();
        let text = outcome.diagnostics.render(&outcome.sources, false);
        assert!(!text.is_empty(), "{name} has faults");
        let matches = std::panic::catch_unwind(|| accept(&name, &text));
        if matches.is_err() {
            changed.push(name);
        }
    }
    assert!(changed.is_empty(), "the diagnostics of these documents changed: {}", changed.join(", "));
}

fn accept(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("reject__{name}"), text));
}

#[test]
fn every_class_of_findings_is_shown_by_a_document() {
    let mut shown = BTreeSet::new();
    for name in fixtures("reject") {
        let outcome = Input::fixture("reject", &name).generate();
        shown.extend(outcome.diagnostics.iter().map(|found| found.code.as_str()));
    }
    // The first three need more than a document, and the others are guards: a document that reaches one of them has found a
    // fault of the generator.
    let elsewhere =
        [Code::CannotRead, Code::OtherFile, Code::TooDeep, Code::NodeRejected, Code::FileTaken, Code::Unreadable]
            .map(Code::as_str);
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !shown.contains(code) && !elsewhere.contains(code))
        .collect();
    assert!(missing.is_empty(), "no document of tests/fixtures/reject shows {missing:?}");
}

#[test]
fn nine_faults_of_nine_classes_are_nine_errors_each_with_its_place() {
    let input = Input::fixture("reject", "nine");
    let outcome = input.generate();
    let rendered = outcome.diagnostics.render(&outcome.sources, false);
    let codes: BTreeSet<&str> = outcome.diagnostics.iter().map(|found| found.code.as_str()).collect();
    assert_eq!((outcome.diagnostics.iter().count(), codes.len()), (9, 9), "{rendered}");
    assert!(outcome.diagnostics.iter().all(|found| found.severity == Severity::Error), "{rendered}");
    // Each stands at the line that has the fault.
    let places: BTreeMap<&str, &str> = [
        ("S2C0004", "description: A pet."),
        ("S2C0202", "kind: [string]"),
        ("S2C0203", "- {name: colour, schema: {type: string}}"),
        ("S2C0205", "schema: {$ref: '#/components/schemas/Animl'}"),
        ("S2C0206", "Circle: {$ref: '#/components/schemas/Circle'}"),
        ("S2C0207", "owner: {$ref: 'https://example.com/people.yaml#/Owner'}"),
        ("S2C0209", "name: {type: strnig}"),
        ("S2C0304", "operationId: addAnimal"),
        ("S2C0305", "get:"),
    ]
    .into();
    for part in rendered.trim_end().split("\n\n") {
        let code = part.split(['[', ']']).nth(1).unwrap_or_default();
        let arrow = part.lines().find_map(|line| line.trim_start().strip_prefix("--> ")).unwrap_or_default();
        let mut place = arrow.split(':');
        assert_eq!(place.next(), Some("nine.yaml"), "{part}");
        let mut number = || place.next().and_then(|number| number.parse::<usize>().ok()).unwrap_or_default();
        let (line, column) = (number(), number());
        let text = input.text.lines().nth(line.wrapping_sub(1)).unwrap_or_default();
        assert_eq!(Some(&text.trim_start()), places.get(code), "{part}");
        assert!(column > text.len() - text.trim_start().len() && column <= text.len(), "{part}");
        assert!(
            part.contains(&format!("{line} | {text}")) && part.contains('^'),
            "the excerpt shows the line:\n{part}"
        );
    }
}

#[test]
fn a_text_that_is_no_yaml_is_one_error_and_gives_no_files() {
    let outcome = Input::fixture("reject", "yaml").generate();
    let codes: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::Syntax]);
    assert!(outcome.files.is_none() && outcome.api.is_none() && !outcome.is_complete());
    let rendered = outcome.diagnostics.render(&outcome.sources, false);
    assert!(rendered.contains("--> yaml.yaml:"), "{rendered}");
}

#[test]
fn one_bad_schema_leaves_the_other_operations() {
    let good = Input::fixture("accept", "union_tag");
    let mut bad = good.clone();
    bad.text = good.text.replacen("radius: {type: number,", "radius: {type: nmuber,", 1);
    let other = "  /colours:\n    get:\n      operationId: listColours\n      tags: [Colours]\n      responses:\n        \
                 '200':\n          description: Colours.\n          content:\n            application/json:\n              \
                 schema: {type: array, items: {type: string}}\n";
    bad.text = bad.text.replacen("paths:\n", &format!("paths:\n{other}"), 1);
    let outcome = bad.generate();
    assert_eq!(outcome.diagnostics.count(Severity::Error), 1);
    assert!(!outcome.is_complete(), "nothing may be written");
    let files = outcome.files.as_ref().expect("everything that is right is generated");
    for path in
        ["src/colours/list_colours.rs", "src/shapes/create_shape.rs", "src/types/square.rs", "src/types/circle.rs"]
    {
        assert!(files.get(path).is_some(), "{path}");
    }
    // The member that is wrong is there, as any JSON value, and its neighbour is what it was.
    let circle = files.get("src/types/circle.rs").unwrap_or_default();
    assert!(circle.contains("pub radius: serde_json::Value,") && circle.contains("pub kind: String,"), "{circle}");
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        assert!(syn::parse_file(text).is_ok(), "{path}");
    }
}

#[test]
fn documents_that_cannot_be_had_or_nest_too_deep_are_errors() {
    let outcome = generate(&MemoryLoader::new(), &Request::new("absent.yaml"));
    assert_eq!(outcome.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::CannotRead]);
    let deep = format!("openapi: 3.0.3\nx: {}{}\n", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
    let outcome = generate(&MemoryLoader::new().with("deep.yaml", deep), &Request::new("deep.yaml"));
    assert_eq!(outcome.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::TooDeep]);
    assert!(outcome.files.is_none());
}

#[test]
fn every_class_of_findings_has_one_severity() {
    for name in fixtures("reject").into_iter().chain(fixtures("accept")) {
        let folder = if fixtures("reject").contains(&name) { "reject" } else { "accept" };
        for found in Input::fixture(folder, &name).generate().diagnostics.iter() {
            assert_eq!(found.severity, found.code.severity(), "{name}: {} {}", found.code, found.message);
        }
    }
}

/// A loader that fails in its own words.
struct Refusing;

impl Loader for Refusing {
    fn load(&self, _path: &str) -> Result<String, LoadError> {
        Err(LoadError::new("the disk is on fire"))
    }
}

#[test]
fn the_reason_of_a_loader_is_passed_on() {
    let outcome = generate(&Refusing, &Request::new("openapi.yaml"));
    let rendered = outcome.diagnostics.render(&outcome.sources, false);
    assert!(rendered.contains("the disk is on fire"), "{rendered}");
}
