//! Every example, example object and default of a description through its Rust type and back.
//!
//! For each description there is a program in `target/corpus/examples`, which reads the values from a file beside it.
//! What decides whether a value is valid against its schema is the crate `boon`.

mod places;
pub(super) mod program;
mod schemas;
mod typing;

use serde_json::{Value, json};
use spec2crate::Outcome;
use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::Document;
use spec2crate::ir::TypeRef;

use self::program::Program;
pub(super) use self::schemas::Schemas;
pub(super) use self::typing::Typing;

/// The figures of one description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Values that are valid against their schema and have a type.
    pub(super) tried: usize,
    /// Those that came back the same; `None` until the program ran.
    pub(super) passed: Option<usize>,
    /// Values that are not valid against their schema.
    pub(super) invalid: usize,
    /// Values of schemas without a type of their own: parts of an `allOf`, contents that are no JSON, operations that
    /// are not generated.
    pub(super) untyped: usize,
    /// Changed leaves that made a difference.
    pub(super) noticed: usize,
    /// What did not pass, in words.
    pub(super) failures: Vec<String>,
}

/// Adds the values of a description to its program.
pub(super) fn prepare(program: &mut Program, spec: &str, outcome: &Outcome) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    let (Some(api), Some(file)) = (&outcome.api, outcome.sources.find(spec)) else { return Ok(figures) };
    let Some(document) = Document::read(&outcome.sources, file, &[], &mut Diagnostics::new()) else {
        return Ok(figures);
    };
    let typing = Typing::new(&document, api);
    let mut schemas = Schemas::new(&document);
    let places = places::places(&document);
    let names: Vec<(String, &Value)> = places.iter().map(|place| (schemas.key(&place.schema), &place.value)).collect();
    let valid = schemas.valid(&names)?;
    for ((place, (schema, value)), valid) in places.iter().zip(&names).zip(valid) {
        let at = name(&outcome.sources, &place.at);
        if !valid {
            figures.invalid += 1;
            program.others.push(json!({ "at": at, "why": "invalid" }));
            continue;
        }
        let ty = match typing.of(&place.schema) {
            Some(TypeRef::Upload | TypeRef::Bytes) | None => {
                figures.untyped += 1;
                program.others.push(json!({ "at": at, "why": "untyped" }));
                continue;
            }
            // Whether a null can be there is what the member says, not its type.
            Some(_) if value.is_null() && typing.takes_null(&place.schema) => TypeRef::Json,
            Some(ty) => ty,
        };
        let index = program.index(ty);
        figures.tried += 1;
        program.values.push(json!({ "at": at, "schema": schema, "type": index, "value": value }));
    }
    program.define(schemas.bundle());
    Ok(figures)
}

/// Notes what the program of a description printed about its examples.
pub(super) fn read(figures: &mut Figures, printed: &Result<Value, String>) {
    if figures.tried == 0 {
        figures.passed = Some(0);
        return;
    }
    let report = match printed {
        Ok(report) => report,
        Err(said) => return figures.failures.push(said.clone()),
    };
    let count = |name: &str| report[name].as_u64().and_then(|count| usize::try_from(count).ok());
    figures.passed = count("passed");
    figures.noticed = count("noticed").unwrap_or_default();
    for failure in report["failures"].as_array().into_iter().flatten() {
        let text = |name: &str| failure[name].as_str().unwrap_or_default();
        let value: String = failure["value"].to_string().chars().take(200).collect();
        figures.failures.push(format!("{}: {}\n    {value}", text("at"), text("why")));
    }
}

fn name(sources: &spec2crate::source::Sources, origin: &Origin) -> String {
    format!("{}{origin}", sources.name(origin.file).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};
    use spec2crate::source::MemoryLoader;
    use spec2crate::{Request, generate};

    use super::program::Program;
    use super::{Figures, prepare};

    const DESCRIPTION: &str = "
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets:
    get:
      operationId: pets
      parameters:
        - { name: size, in: query, schema: { type: integer, minimum: 1, exclusiveMinimum: true }, example: 1 }
        - { name: kinds, in: query, schema: { type: array, items: { type: string } }, example: [cat] }
      responses:
        '200':
          description: Pets
          headers:
            left: { schema: { type: integer, format: int32, default: 3000000000 } }
          content:
            application/json:
              schema: { type: array, items: { $ref: '#/components/schemas/Pet' } }
              examples:
                one: { $ref: '#/components/examples/One' }
                far: { externalValue: 'https://example.com/pets.json' }
components:
  examples:
    One: { value: [{ name: Rex, tag: null }] }
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: { type: string, pattern: '^(?!x)', example: Rex }
        tag: { type: string, nullable: true, default: null }
        example: { type: boolean, example: maybe }
    Puppy:
      allOf:
        - $ref: '#/components/schemas/Pet'
        - { type: object, properties: { weeks: { type: integer, example: 8 } }, example: { weeks: 8 } }
";

    fn values() -> anyhow::Result<(Figures, Value, String)> {
        let outcome = generate(&MemoryLoader::from([("pets.yaml", DESCRIPTION)]), &Request::new("pets.yaml"));
        let folder = tempfile::tempdir()?;
        let mut program = Program::default();
        let figures = prepare(&mut program, "pets.yaml", &outcome)?;
        program.write(folder.path(), "corpus-pets", outcome.api.as_ref().expect("there is a model"))?;
        let values = serde_json::from_str(&fs::read_to_string(folder.path().join("values.json"))?)?;
        Ok((figures, values, fs::read_to_string(folder.path().join("src/main.rs"))?))
    }

    #[test]
    fn every_value_is_tried_or_counted() -> anyhow::Result<()> {
        let (figures, data, program) = values()?;
        let places = |list: &str| -> Vec<String> {
            let values = data[list].as_array().into_iter().flatten();
            values.map(|value| value["at"].as_str().unwrap_or_default().replace("pets.yaml#", "")).collect()
        };
        assert_eq!(
            places("values"),
            [
                "/paths/~1pets/get/parameters/1/example",
                "/components/examples/One/value",
                "/components/schemas/Pet/properties/name/example",
                "/components/schemas/Pet/properties/tag/default",
                "/components/schemas/Puppy/allOf/1/properties/weeks/example",
            ]
        );
        assert_eq!(
            places("others"),
            [
                "/paths/~1pets/get/parameters/0/example",
                "/components/schemas/Pet/properties/example/example",
                "/paths/~1pets/get/responses/200/headers/left/schema/default",
                "/components/schemas/Puppy/allOf/1/example",
            ]
        );
        assert_eq!((figures.tried, figures.invalid, figures.untyped, figures.passed), (5, 3, 1, None));
        for line in ["through::<Vec < String >>,", "through::<Vec < types :: Pet >>,", "use corpus_pets::types;"] {
            assert!(program.contains(line), "{line} is not in {program}");
        }
        Ok(())
    }

    #[test]
    fn schemas_are_those_of_the_draft() -> anyhow::Result<()> {
        let (_, data, _) = values()?;
        let schema = |at: &str| {
            let values = data["values"].as_array().into_iter().flatten();
            let value = values.into_iter().find(|value| value["at"].as_str().is_some_and(|text| text.ends_with(at)));
            value.map(|value| data["schemas"]["$defs"][value["schema"].as_str().unwrap_or_default()].clone())
        };
        assert_eq!(schema("tag/default"), Some(json!({ "type": ["string", "null"] })));
        // A pattern that the validator cannot read is left out.
        assert_eq!(schema("name/example"), Some(json!({ "type": ["string"] })));
        assert!(schema("One/value").is_some_and(|list| list["items"]["$ref"].is_string()));
        Ok(())
    }
}
