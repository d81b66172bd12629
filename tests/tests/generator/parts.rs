//! Descriptions that are cut into several files.

use spec2crate::diag::Severity;
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

const ROOT: &str = r#"
openapi: 3.0.3
info: {title: Zoo, version: '1'}
paths:
  /animals: {$ref: 'paths/animals.yaml'}
  /animals/{id}:
    get: {$ref: 'paths/get_animal.yaml'}
components:
  schemas:
    Animal: {$ref: 'schemas/beast.yaml'}
    Cage: {type: object, properties: {number: {type: integer}}}
"#;
const ANIMALS: &str = r#"
get:
  operationId: listAnimals
  tags: [Animals]
  parameters: [{$ref: '../parameters.yaml#/Most'}]
  responses:
    '200':
      description: The animals.
      content: {application/json: {schema: {type: array, items: {$ref: '../schemas/beast.yaml'}}}}
"#;
const GET_ANIMAL: &str = r#"
operationId: getAnimal
tags: [Animals]
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  '200': {$ref: '../responses/animal.yaml'}
"#;
const PARAMETERS: &str = "Most: {name: most, in: query, schema: {type: integer, maximum: 50}}\n";
const RESPONSE: &str = r#"
description: One animal, and its neighbour.
content:
  application/json:
    schema:
      type: object
      properties:
        animal: {$ref: '../schemas/beast.yaml'}
        neighbour: {$ref: '../schemas/kin/pet.yaml'}
        coat: {$ref: '../schemas/parts.yaml#/definitions/Coat'}
        cage: {$ref: '#/components/schemas/Cage'}
        keeper: {$ref: 'https://example.com/people/keeper.json'}
"#;
const BEAST: &str = r#"
type: object
properties:
  name: {type: string}
  parent: {$ref: './beast.yaml'}
  friends: {type: array, items: {$ref: 'kin/pet.yaml'}}
  colour: {$ref: '#/properties/name'}
"#;
const PET: &str = "type: object\nproperties: {of: {$ref: '../beast.yaml'}, name: {type: string}}\n";
const PARTS: &str = "definitions: {Coat: {type: string, enum: [fur, feathers]}}\n";
const KEEPER: &str = r#"{"type": "object", "properties": {"name": {"type": "string"}}}"#;

fn zoo() -> MemoryLoader {
    MemoryLoader::from([
        ("api/zoo.yaml", ROOT),
        ("api/paths/animals.yaml", ANIMALS),
        ("api/paths/get_animal.yaml", GET_ANIMAL),
        ("api/parameters.yaml", PARAMETERS),
        ("api/responses/animal.yaml", RESPONSE),
        ("api/schemas/beast.yaml", BEAST),
        ("api/schemas/kin/pet.yaml", PET),
        ("api/schemas/parts.yaml", PARTS),
        ("config/mirror/keeper.json", KEEPER),
        ("config/codegen.toml", "version = 1\n[remote]\n\"https://example.com/people/\" = \"mirror/\"\n"),
    ])
}

fn outcome(loader: &MemoryLoader, config: bool) -> Outcome {
    let config = config.then(|| "config/codegen.toml".to_owned());
    generate(loader, &Request { config, ..Request::new("api/zoo.yaml") })
}

fn said(outcome: &Outcome) -> String {
    outcome.diagnostics.render(&outcome.sources, false)
}

/// Files are followed from where they stand, in circles too; a schema is called by its component or by its file.
#[test]
fn a_description_in_many_files_is_one_crate() {
    let outcome = outcome(&zoo(), true);
    let said = said(&outcome);
    // The only finding: a part names what stands in the root file.
    assert_eq!(outcome.diagnostics.iter().count(), 1, "{said}");
    assert!(said.contains("S2C0217") && said.contains("api/responses/animal.yaml:11:"), "{said}");
    let api = outcome.api.as_ref().expect("the document can be read");
    let names: Vec<&str> = api.types.iter().map(|ty| ty.name.as_str()).collect();
    for name in ["Animal", "AnimalResponse", "Cage", "Coat", "Keeper", "Pet"] {
        assert!(names.contains(&name), "{name} is no type: {names:?}");
    }
    assert_eq!(names.len(), 6, "each schema is one type however it is reached: {names:?}");
    let files = outcome.files.as_ref().expect("there are files");
    let animal = files.get("src/types/animal.rs").expect("there is such a file");
    for field in ["parent: Option<Box<Animal>>", "friends: Vec<Pet>", "colour: Option<String>"] {
        assert!(animal.contains(field), "{field}:\n{animal}");
    }
    assert!(files.get("src/animals/list_animals.rs").is_some_and(|text| text.contains(r#"query("most")"#)));
}

/// A schema of another file that leaves a type open is copied into the one that says what it is. References of the copy
/// lead where they led before.
#[test]
fn what_a_schema_of_another_file_leaves_open_can_be_said() {
    let root = "\
openapi: 3.1.0
info: {title: Zoo, version: '1'}
components:
  schemas:
    Animal: {type: object, properties: {name: {type: string}}}
    Animals:
      $defs: {item: {$dynamicAnchor: T, $ref: '#/components/schemas/Animal'}}
      $ref: shared/page.yaml
    Alone:
      type: object
      properties: {name: {$dynamicAnchor: T, type: string}}
";
    let page = "\
type: object
properties:
  items: {type: array, items: {$dynamicRef: '#T'}}
  meta: {$ref: '#/$defs/meta'}
  size: {$ref: 'size.yaml'}
  next: {$ref: '#'}
$defs:
  meta: {type: object, properties: {first: {$dynamicRef: '#T'}}}
  item: {$dynamicAnchor: T}
";
    let loader = MemoryLoader::from([
        ("api/zoo.yaml", root),
        ("api/shared/page.yaml", page),
        ("api/shared/size.yaml", "{type: integer, format: int32, title: Size}"),
    ]);
    let outcome = generate(&loader, &Request::new("api/zoo.yaml"));
    let text = said(&outcome);
    assert_eq!(outcome.diagnostics.iter().count(), 1, "{text}");
    assert!(text.contains("`$dynamicAnchor` is not supported here") && text.contains("api/zoo.yaml:11:"), "{text}");
    let files = outcome.files.as_ref().expect("there are files");
    let animals = files.get("src/types/animals.rs").expect("there is such a file");
    for field in ["items: Vec<Animal>", "next: Option<Box<Animals>>", "size: Option<Size>", "first: Option<Animal>"] {
        assert!(animals.contains(field), "{field}:\n{animals}");
    }
}

/// The order in which files are found or hold their members changes nothing.
#[test]
fn the_same_files_give_the_same_crate() {
    let (once, again) = (outcome(&zoo(), true), outcome(&zoo(), true));
    let files = |outcome: &Outcome| {
        let files = outcome.files.as_ref().expect("there are files");
        files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(files(&once), files(&again));
}

/// The network is never asked, and a file that is missing is named where it is referred to.
#[test]
fn what_cannot_be_had_is_an_error_at_its_reference() {
    let remote = outcome(&zoo(), false);
    assert!(said(&remote).contains("references to other hosts are not followed"), "{}", said(&remote));
    assert!(said(&remote).contains("[remote]"), "{}", said(&remote));

    let torn = zoo().with("api/schemas/kin/pet.yaml", "type: object\nproperties: {of: {$ref: '../gone.yaml#/A'}}\n");
    let torn = outcome(&torn, true);
    let errors: Vec<_> = torn.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{}", said(&torn));
    assert!(said(&torn).contains("--> api/schemas/kin/pet.yaml:2:25"), "{}", said(&torn));
    assert!(said(&torn).contains("the file is `api/schemas/gone.yaml`"), "{}", said(&torn));

    let broken = outcome(&zoo().with("api/schemas/parts.yaml", "definitions: [\n"), true);
    assert!(said(&broken).contains("error[S2C0002]") && said(&broken).contains("api/schemas/parts.yaml"));
}

/// Files that do nothing but refer to each other end like every circle.
#[test]
fn circles_through_files_are_reported_once() {
    let circle = zoo().with("api/schemas/parts.yaml", "definitions: {Coat: {$ref: 'other.yaml'}}\n");
    let circle = circle.with("api/schemas/other.yaml", "$ref: 'parts.yaml#/definitions/Coat'\n");
    let outcome = outcome(&circle, true);
    let circles = outcome.diagnostics.iter().filter(|found| found.code.as_str() == "S2C0206").count();
    assert_eq!(circles, 1, "{}", said(&outcome));
}

/// A key of an example can be called `$ref`, and so can a member of a default.
#[test]
fn data_is_no_reference() {
    let text = ROOT.replace(
        "Cage: {type: object,",
        "Cage: {type: object, example: {$ref: 'no.yaml'}, default: {a: {$ref: 'no.yaml'}}, x-a: {$ref: 'no.yaml'},",
    );
    let outcome = outcome(&zoo().with("api/zoo.yaml", text), true);
    assert!(!said(&outcome).contains("no.yaml` points"), "{}", said(&outcome));
}
