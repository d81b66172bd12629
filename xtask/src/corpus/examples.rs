//! Every example, example object and default of a description through its Rust type and back.
//!
//! For each description there is a program in `target/corpus/examples`, which reads the values from a file beside it.
//! What decides whether a value is valid against its schema is the crate `boon`.

mod places;
mod schemas;
mod typing;

use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use spec2crate::analyze::analyze;
use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::Document;
use spec2crate::ir::TypeRef;
use spec2crate::{Outcome, emit};

use self::schemas::Schemas;
use self::typing::Typing;
use super::generating::package;
use super::report::progress;
use super::{Found, compiling};
use crate::workspace::write;

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

/// Writes the program for a description.
pub(super) fn prepare(folder: &Path, package: &str, spec: &str, outcome: &Outcome) -> anyhow::Result<Figures> {
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
    let mut types: Vec<TypeRef> = Vec::new();
    let (mut values, mut others) = (Vec::new(), Vec::new());
    for ((place, (schema, value)), valid) in places.iter().zip(&names).zip(valid) {
        let at = name(&outcome.sources, &place.at);
        if !valid {
            figures.invalid += 1;
            others.push(json!({ "at": at, "why": "invalid" }));
            continue;
        }
        let ty = match typing.of(&place.schema) {
            Some(TypeRef::Upload | TypeRef::Bytes) | None => {
                figures.untyped += 1;
                others.push(json!({ "at": at, "why": "untyped" }));
                continue;
            }
            // Whether a null can be there is what the member says, not its type.
            Some(_) if value.is_null() && typing.takes_null(&place.schema) => TypeRef::Json,
            Some(ty) => ty,
        };
        let index = types.iter().position(|known| *known == ty).unwrap_or_else(|| {
            types.push(ty);
            types.len() - 1
        });
        figures.tried += 1;
        values.push(json!({ "at": at, "schema": schema, "type": index, "value": value }));
    }
    let library = package.replace('-', "_");
    let (spelled, uses) = emit::spell(api, &analyze(api), &types);
    let data = json!({ "schemas": schemas.bundle(), "values": values, "others": others });
    write(&folder.join("values.json"), &data.to_string())?;
    write(&folder.join("Cargo.toml"), &manifest(package))?;
    write(&folder.join("src/main.rs"), &program(&library, &spelled, &uses))?;
    Ok(figures)
}

/// Builds and runs the program of each description.
pub(super) fn run_all(out: &Path, found: &mut [Found]) -> anyhow::Result<()> {
    let all = found.len();
    for (index, found) in found.iter_mut().enumerate() {
        progress("examples", index, all, &found.name);
        let Some(figures) = &mut found.examples else { continue };
        if figures.tried == 0 {
            figures.passed = Some(0);
            continue;
        }
        let output = compiling::cargo(out)
            .args(["run", "--quiet", "-p", &format!("{}-examples", package(&found.name))])
            .output()
            .context("cargo could not be started")?;
        let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) else {
            let text = String::from_utf8_lossy(&output.stderr);
            figures.failures.push(text.lines().take(20).collect::<Vec<_>>().join("\n"));
            continue;
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
    progress("examples", all, all, "");
    Ok(())
}

fn name(sources: &spec2crate::source::Sources, origin: &Origin) -> String {
    format!("{}{origin}", sources.name(origin.file).unwrap_or_default())
}

fn manifest(package: &str) -> String {
    let mut text = String::from("[package]\nedition = \"2024\"\npublish = false\n");
    text.push_str(&format!(
        "name = \"{package}-examples\"\n\n[dependencies]\n{package} = {{ path = \"../../crates/{package}\", default-features = false }}\n"
    ));
    text.push_str("serde_json = \"1\"\ntests = { path = \"../../../../tests\" }\n");
    text
}

fn program(library: &str, types: &[String], uses: &str) -> String {
    let uses = uses.replace("use crate::", &format!("use {library}::"));
    let lines: String = types.iter().map(|ty| format!("        tests::examples::through::<{ty}>,\n")).collect();
    format!(
        "//! The values of a description, each through its type and back.\n\n{uses}\nfn main() -> std::process::ExitCode {{\n    \
         tests::examples::run(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/values.json\"), &[\n{lines}    ])\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};
    use spec2crate::source::MemoryLoader;
    use spec2crate::{Request, generate};

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
        let figures = prepare(folder.path(), "corpus-pets", "pets.yaml", &outcome)?;
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
