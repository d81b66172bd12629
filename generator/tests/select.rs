//! What a selection and what a reader of the output meets beyond operations: webhooks, security schemes, failures in
//! several notations, findings about schemas that nobody wrote.

use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

const ZOO: &str = r##"
openapi: 3.1.0
info: { title: Zoo, version: '1' }
servers: [{ url: 'https://zoo.example.com' }]
security: [{ Guest: [] }]
paths:
  /animals:
    get:
      operationId: listAnimals
      tags: [animals]
      responses:
        '204': { description: None. }
        '404':
          description: Nobody is there.
          content:
            application/problem+xml: { schema: { type: object, properties: { text: { type: string } } } }
            application/problem+json: { schema: { $ref: '#/components/schemas/Problem' } }
  /keepers:
    get:
      operationId: listKeepers
      tags: [keepers]
      security: [{ Staff: [] }]
      responses: { '204': { description: None. } }
webhooks:
  animalBorn:
    post:
      tags: [animals]
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Birth' } } } }
      responses: { '200': { description: Thanks. } }
  keeperLeft:
    post:
      tags: [keepers]
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Leave' } } } }
      responses: { '200': { description: Thanks. } }
components:
  securitySchemes:
    Guest: { type: apiKey, in: header, name: X-Guest }
    Staff: { type: apiKey, in: header, name: X-Staff }
  schemas:
    Problem: { type: object, properties: { detail: { type: string } } }
    Birth: { type: object, properties: { name: { type: string } } }
    Leave: { type: object, properties: { who: { type: string } } }
"##;

fn run(spec: &str, config: &str) -> Outcome {
    let mut request = Request::new("zoo.yaml");
    request.config = Some("codegen.toml".to_owned());
    let config = format!("version = 1\n{config}");
    let loader = MemoryLoader::from([("zoo.yaml", spec), ("codegen.toml", config.as_str())]);
    let outcome = generate(&loader, &request);
    assert!(outcome.is_complete(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    outcome
}

fn file<'o>(outcome: &'o Outcome, path: &str) -> Option<&'o str> {
    outcome.files.iter().flat_map(|files| files.iter()).find(|(name, _)| *name == path).map(|(_, text)| text)
}

#[test]
fn webhooks_and_credentials_are_selected_too() {
    let outcome = run(ZOO, "[select.include]\ntags = [\"animals\"]\n");
    let hooks = file(&outcome, "src/webhooks.rs").expect("a file of the crate");
    assert!(hooks.contains("AnimalBorn") && !hooks.contains("KeeperLeft"), "{hooks}");
    let listing = file(&outcome, "api.txt").expect("a file of the crate");
    assert!(listing.contains("ClientBuilder::guest") && !listing.contains("ClientBuilder::staff"), "{listing}");
    assert!(!listing.contains("types::Leave"), "{listing}");
    let named = run(ZOO, "[select.include]\noperations = [\"keeperLeft\"]\n");
    assert!(file(&named, "src/webhooks.rs").expect("a file of the crate").contains("KeeperLeft"));
    assert!(file(&run(ZOO, "[select.include]\npaths = [\"/animals\"]\n"), "src/webhooks.rs").is_none());
    let types = run(ZOO, "[select]\ntypes_only = true\n[select.include]\ntags = [\"keepers\"]\n");
    let listing = file(&types, "api.txt").expect("a file of the crate");
    assert!(listing.contains("types::Leave") && !listing.contains("types::Birth"), "{listing}");
}

#[test]
fn a_failure_in_two_notations_has_one_variant_of_its_status() {
    let outcome = run(ZOO, "");
    let text = file(&outcome, "src/animals/list_animals.rs").expect("a file of the crate");
    assert!(text.contains("    NotFound(types::Problem),\n") && !text.contains("NotFoundX"), "{text}");
}

/// What stands beside `oneOf` and each of its alternatives are schemas together that nobody wrote.
#[test]
fn every_finding_has_a_line() {
    let union = "
    Guest:
      type: object
      properties: { id: { type: string } }
      required: [ghost]
      oneOf:
      - { type: object, properties: { age: { type: integer } }, required: [age] }
      - { type: object, properties: { fur: { type: string } }, required: [fur, claw] }
";
    let outcome = run(&format!("{}{}", ZOO.trim_end(), union), "");
    let rendered = outcome.diagnostics.render(&outcome.sources, false);
    assert!(rendered.contains("`ghost`") && rendered.contains("`claw`"), "{rendered}");
    let places: Vec<&str> = rendered.lines().filter(|line| line.trim_start().starts_with("-->")).collect();
    assert!(places.len() > 1 && places.iter().all(|place| place.contains("zoo.yaml:")), "{rendered}");
}

#[test]
fn a_dependency_is_a_version_or_a_table() {
    let mut request = Request::new("zoo.yaml");
    request.config = Some("codegen.toml".to_owned());
    let config = "version = 1\n[crate]\ndependencies.uuid = 3\n";
    let outcome = generate(&MemoryLoader::from([("zoo.yaml", ZOO), ("codegen.toml", config)]), &request);
    let rendered = outcome.diagnostics.render(&outcome.sources, false);
    assert!(!outcome.is_complete() && rendered.contains("codegen.toml:3"), "{rendered}");
}
