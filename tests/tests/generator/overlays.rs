//! Overlays: what they change, that findings lead to where the text is, and what a crate says of them.

use serde_json::{Value, json};
use spec2crate::diag::{Code, Locate, Place};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

const PETS: &str = "\
openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: 'https://example.com'}]
tags: [{name: Pets}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [Pets, Old]
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: old, in: query, deprecated: true, schema: {type: string}}
        - {name: older, in: query, deprecated: true, schema: {type: string}}
        - {name: colour, in: query, schema: {type: string}}
      responses: {'204': {description: None.}}
";

fn overlaid(actions: &str) -> Outcome {
    let overlay = format!("overlay: 1.1.0\ninfo: {{title: Test, version: '1'}}\nactions:\n{actions}");
    let loader = MemoryLoader::from([("pets.yaml", PETS.to_owned()), ("overlay.yaml", overlay)]);
    let request = Request { overlays: vec!["overlay.yaml".to_owned()], ..Request::new("pets.yaml") };
    generate(&loader, &request)
}

fn node(outcome: &Outcome, pointer: &str) -> Value {
    let file = outcome.sources.find("pets.yaml").expect("the document was loaded");
    let tree = outcome.sources.tree(file).expect("the document was read");
    tree.pointer(pointer).cloned().unwrap_or_default()
}

/// The rules of Overlay 1.1, section "Action Object", one by one.
#[test]
fn actions_change_the_description_as_the_specification_says() {
    let get = "/paths/~1pets/get";
    for (actions, pointer, expected) in [
        ("- {target: $.info.title, update: Cats}", "/info/title".to_owned(), json!("Cats")),
        (
            "- {target: $.info, update: {x-a: {b: 1}}}",
            "/info".to_owned(),
            json!({"title": "Pets", "version": "1", "x-a": {"b": 1}}),
        ),
        (
            "- {target: $, update: {tags: [{name: Cats}]}}",
            "/tags".to_owned(),
            json!([{"name": "Pets"}, {"name": "Cats"}]),
        ),
        ("- {target: $.tags, update: {name: Cats}}", "/tags".to_owned(), json!([{"name": "Pets"}, {"name": "Cats"}])),
        ("- {target: $.tags, update: [{name: Cats}, {name: Dogs}]}", "/tags/2/name".to_owned(), json!("Dogs")),
        ("- {target: \"$.paths.*.get.tags[?@ == 'Old']\", remove: true}", format!("{get}/tags"), json!(["Pets"])),
        (
            "- {target: '$.paths.*.get.parameters[?@.deprecated]', remove: true}",
            format!("{get}/parameters/1/name"),
            json!("colour"),
        ),
        ("- {target: '$..[?@.deprecated]', remove: true, update: {x: 1}}", format!("{get}/parameters/2"), Value::Null),
        (
            "- {target: '$.paths.*.get.parameters[1:3]', update: {deprecated: false}}",
            format!("{get}/parameters/2/deprecated"),
            json!(false),
        ),
        (
            "- {target: $.servers, remove: true}\n- {target: $, update: {servers: [{url: /}]}}",
            "/servers".to_owned(),
            json!([{"url": "/"}]),
        ),
        (
            "- {target: $.paths, update: {/cats: {}}}\n- {target: \"$.paths['/cats']\", copy: \"$.paths['/pets']\"}\n\
             - {target: \"$.paths['/pets']\", remove: true}",
            "/paths/~1cats/get/operationId".to_owned(),
            json!("listPets"),
        ),
        ("- {target: $.info.title, copy: $.info.version}", "/info/title".to_owned(), json!("1")),
    ] {
        let outcome = overlaid(actions);
        let said = outcome.diagnostics.render(&outcome.sources, false);
        assert!(!said.contains("S2C01"), "{actions}\n{said}");
        assert_eq!(node(&outcome, &pointer), expected, "{actions}");
    }
}

/// The line that each finding of a code points at.
fn lines(outcome: &Outcome, code: Code) -> Vec<(String, String)> {
    let found = outcome.diagnostics.sorted(&outcome.sources).into_iter().filter(|found| found.code == code);
    found
        .map(|found| {
            let (name, text) = outcome.sources.text(found.origin.file).expect("the file is known");
            let span = outcome.sources.locate(&found.origin, Place::Value).expect("the node is written there");
            let start = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
            (name.to_owned(), text[start..].lines().next().unwrap_or_default().trim().to_owned())
        })
        .collect()
}

#[test]
fn a_finding_leads_to_the_text_that_it_is_about() {
    let outcome = overlaid(
        "- target: $.paths.*.get.parameters[?@.deprecated]\n  remove: true\n\
         - target: $.paths.*.get.parameters[?@.name == 'colour']\n  update:\n    schema: {minimum: none}\n\
         - target: $.paths.*.get.parameters\n  update:\n    - {name: shape, in: query, schema: {type: shape}}\n\
         - target: $.paths\n  update: {/zoo: {}}\n\
         - target: $.paths['/zoo']\n  copy: $.paths['/pets']\n",
    );
    let overlay = |line: &str| ("overlay.yaml".to_owned(), line.to_owned());
    let wrong = lines(&outcome, Code::WrongKind);
    assert!(wrong.contains(&overlay("schema: {minimum: none}")), "{wrong:?}");
    let invalid = lines(&outcome, Code::InvalidValue);
    assert!(invalid.contains(&overlay("- {name: shape, in: query, schema: {type: shape}}")), "{invalid:?}");
    let twice = lines(&outcome, Code::DuplicateOperation);
    assert!(twice.contains(&overlay("copy: $.paths['/pets']")), "{twice:?}");
    // What an overlay leaves alone is still found in the description, also behind an element that is gone.
    let text = PETS.replace("name: colour, in: query", "name: colour, in: qery");
    let overlay =
        "overlay: 1.1.0\ninfo: {title: Test, version: '1'}\nactions:\n- {target: '$..[?@.deprecated]', remove: true}";
    let loader = MemoryLoader::from([("pets.yaml", text.as_str()), ("overlay.yaml", overlay)]);
    let outcome =
        generate(&loader, &Request { overlays: vec!["overlay.yaml".to_owned()], ..Request::new("pets.yaml") });
    let colour = ("pets.yaml".to_owned(), "- {name: colour, in: qery, schema: {type: string}}".to_owned());
    assert_eq!(lines(&outcome, Code::InvalidValue), [colour]);
}

#[test]
fn overlays_are_applied_in_their_order_and_only_to_the_document() {
    let overlay = |title: &str| {
        format!(
            "overlay: 1.0.0\ninfo: {{title: Test, version: '1'}}\nactions:\n- target: $\n  update: {{info: {{title: \
             {title}}}}}\n"
        )
    };
    let text = PETS.replace("schema: {type: integer}", "schema: {$ref: 'info.yaml#/info/title'}");
    let loader = MemoryLoader::from([
        ("pets.yaml", text),
        ("info.yaml", "info: {title: {type: integer}}\n".to_owned()),
        ("one.yaml", overlay("One")),
        ("two.yaml", overlay("Two")),
    ]);
    let overlays = vec!["one.yaml".to_owned(), "two.yaml".to_owned()];
    let outcome = generate(&loader, &Request { overlays, ..Request::new("pets.yaml") });
    assert!(!outcome.diagnostics.has_errors(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    assert_eq!(outcome.api.expect("it can be read").info.title, "Two");
}

/// `copy` doubles what it copies into itself; neither depth nor size may run away.
#[test]
fn copies_of_copies_come_to_an_end() {
    let deep = "- {target: $.info, update: {x-a: {}}}\n".to_owned()
        + &"- {target: \"$.info['x-a']\", update: {x-a: {}}}\n- {target: \"$.info['x-a']['x-a']\", copy: \"$.info['x-a']\"}\n"
            .repeat(140);
    let outcome = overlaid(&deep);
    assert!(outcome.diagnostics.iter().any(|found| found.code == Code::TooDeep), "{:?}", outcome.diagnostics);
    let wide = "- {target: $.info, update: {x-a: [1]}}\n".to_owned()
        + &"- {target: \"$.info['x-a']\", copy: \"$.info['x-a']\"}\n".repeat(40);
    let outcome = overlaid(&wide);
    let last = outcome.diagnostics.iter().filter(|found| found.code == Code::OverlayClash).last();
    assert_eq!(last.map(|found| found.message.as_str()), Some("the overlay adds more than 1000000 values"));
}
