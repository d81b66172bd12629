//! The descriptions that are measured.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use crate::workspace::write;

/// Real descriptions, from 1 to 13 MB.
const REAL: [&str; 4] = [GROWN, "github_api.json", "stripe.yaml", "openai.yaml"];

/// The description that is multiplied; what is compiled is compiled for this one, unless others are named.
pub(super) const GROWN: &str = "x.json";

/// By what it is multiplied: these show how time grows with size.
const FACTORS: [usize; 3] = [2, 4, 8];

/// A description that takes part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document {
    /// The name in the tables.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// How often it holds `GROWN`, where it is made of that.
    pub(super) factor: Option<usize>,
}

impl Document {
    /// What is compiled to know whether the output compiles. Copies under other names compile as the original does.
    pub(super) fn is_original(&self) -> bool {
        self.factor.is_none_or(|factor| factor == 1)
    }

    /// The name of a folder for what belongs to it.
    pub(super) fn folder(&self) -> &str {
        self.name.split_once('.').map_or(&*self.name, |(stem, _)| stem)
    }
}

/// The descriptions of a folder that are wanted, the real ones first. Those that are made are written to `yard`.
pub(super) fn documents(corpus: &Path, yard: &Path, only: &[String]) -> anyhow::Result<Vec<Document>> {
    let wanted = |name: &str| only.is_empty() || only.iter().any(|part| name.contains(part.as_str()));
    let mut found = Vec::new();
    for name in REAL.into_iter().filter(|name| wanted(name)) {
        let path = corpus.join(name);
        if !path.is_file() {
            bail!("{} is not there; name the folder that holds it by --corpus, or others by --only", path.display());
        }
        let path = fs::canonicalize(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        found.push(Document { name: name.to_owned(), path, factor: (name == GROWN).then_some(1) });
    }
    let mut original = None;
    for factor in FACTORS {
        let name = format!("{}_times_{factor}.json", GROWN.trim_end_matches(".json"));
        if wanted(&name) {
            let original = match &original {
                Some(original) => original,
                None => original.insert(read(&corpus.join(GROWN))?),
            };
            let path = yard.join(&name);
            write(&path, &serde_json::to_string_pretty(&multiplied(original, factor))?)?;
            found.push(Document { name, path, factor: Some(factor) });
        }
    }
    if found.is_empty() {
        let factors = FACTORS.map(|factor| format!("{}_times_{factor}.json", GROWN.trim_end_matches(".json")));
        bail!("no description has such a name; there are {}, {}", REAL.join(", "), factors.join(", "));
    }
    Ok(found)
}

fn read(path: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
}

/// A description whose paths and components stand `factor` times in it, each time under other names. Security schemes and tags
/// are shared, as they are in one large API.
fn multiplied(original: &Value, factor: usize) -> Value {
    let mut all = original.clone();
    for number in 2..=factor {
        let copy = copied(original, number);
        extend(all.get_mut("paths"), copy.get("paths"), |path| format!("/copy{number}{path}"));
        let (Some(Value::Object(kinds)), Some(components)) = (all.get_mut("components"), copy.get("components")) else {
            continue;
        };
        for (kind, map) in kinds.iter_mut().filter(|(kind, _)| *kind != SHARED) {
            extend(Some(map), components.get(kind), |name| format!("{name}Copy{number}"));
        }
    }
    all
}

/// The components that copies share, because they are referred to by name and not by `$ref`.
const SHARED: &str = "securitySchemes";

/// Puts what a copy holds beside what is there, under another name.
fn extend(all: Option<&mut Value>, copy: Option<&Value>, name: impl Fn(&str) -> String) {
    if let (Some(Value::Object(all)), Some(Value::Object(copy))) = (all, copy) {
        all.extend(copy.iter().map(|(key, value)| (name(key), value.clone())));
    }
}

/// The same with other operation ids, and with references (OpenAPI 3.0.4, 4.7.23) and mappings of discriminators (4.7.25) that
/// lead to the components of the copy.
fn copied(node: &Value, number: usize) -> Value {
    match node {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| match value {
                Value::String(id) if key == "operationId" => (key.clone(), format!("{id}Copy{number}").into()),
                value => (key.clone(), copied(value, number)),
            };
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| copied(item, number)).collect(),
        Value::String(text) if refers(text) => format!("{text}Copy{number}").into(),
        value => value.clone(),
    }
}

fn refers(text: &str) -> bool {
    text.strip_prefix("#/components/").is_some_and(|rest| !rest.starts_with(SHARED))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    /// A property and a parameter that are named like a schema, a reference in a mapping, and a shared security scheme.
    fn small() -> Value {
        json!({
            "openapi": "3.0.0",
            "paths": {
                "/pets": { "get": {
                    "operationId": "listPets",
                    "security": [{ "Token": [] }],
                    "parameters": [{ "$ref": "#/components/parameters/Pet" }],
                    "responses": { "200": { "content": { "application/json": {
                        "schema": { "$ref": "#/components/schemas/Pet" } } } } },
                } },
                "/pets/{id}": { "delete": { "operationId": "deletePet" } },
            },
            "components": {
                "parameters": { "Pet": { "name": "Pet", "in": "query" } },
                "schemas": {
                    "Pet": {
                        "required": ["Pet"],
                        "properties": { "Pet": { "type": "string" }, "operationId": { "type": "string" } },
                        "discriminator": { "propertyName": "Pet", "mapping": { "cat": "#/components/schemas/Cat" } },
                    },
                    "Cat": { "type": "object" },
                },
                "securitySchemes": { "Token": { "type": "http", "scheme": "bearer" } },
            },
        })
    }

    fn each<'a>(node: &'a Value, visit: &mut impl FnMut(&'a str, &'a Value)) {
        match node {
            Value::Object(members) => members.iter().for_each(|(key, value)| {
                visit(key, value);
                each(value, visit);
            }),
            Value::Array(items) => items.iter().for_each(|item| each(item, visit)),
            _ => {}
        }
    }

    #[test]
    fn references_of_copies_resolve_and_operation_ids_are_unique() {
        let all = multiplied(&small(), 4);
        let (mut ids, mut references) = (BTreeSet::new(), 0);
        each(&all, &mut |key, value| match value.as_str() {
            Some(id) if key == "operationId" => assert!(ids.insert(id.to_owned()), "{id} stands twice"),
            Some(text) if text.starts_with('#') => {
                references += 1;
                assert!(all.pointer(&text[1..]).is_some(), "{text} leads nowhere");
            }
            _ => {}
        });
        assert_eq!((ids.len(), references), (8, 12));
        assert_eq!(all["paths"].as_object().map(Map::len), Some(8));
        assert_eq!(all["components"]["schemas"].as_object().map(Map::len), Some(8));
        assert_eq!(all["components"]["parameters"].as_object().map(Map::len), Some(4));
        assert_eq!(all["components"]["securitySchemes"].as_object().map(Map::len), Some(1));
    }

    #[test]
    fn a_copy_refers_to_itself_and_says_the_same() {
        let all = multiplied(&small(), 2);
        let copy = &all["components"]["schemas"]["PetCopy2"];
        assert_eq!(copy["discriminator"]["mapping"]["cat"], "#/components/schemas/CatCopy2");
        assert_eq!(copy["required"], json!(["Pet"]));
        assert_eq!(copy["properties"], small()["components"]["schemas"]["Pet"]["properties"]);
        assert_eq!(all["components"]["parameters"]["PetCopy2"]["name"], "Pet");
        assert_eq!(all["paths"]["/copy2/pets"]["get"]["security"], json!([{ "Token": [] }]));
        assert_eq!(multiplied(&small(), 1), small());
    }

    #[test]
    fn what_is_missing_is_named() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let fault = |only: &[String]| documents(folder.path(), folder.path(), only).map_err(|error| error.to_string());
        let missing = folder.path().join("stripe.yaml");
        let expected = format!(
            "{} is not there; name the folder that holds it by --corpus, or others by --only",
            missing.display()
        );
        assert_eq!(fault(&["stripe".to_owned()]), Err(expected));
        let none = fault(&["petstore".to_owned()]).err().unwrap_or_default();
        assert!(none.starts_with("no description has such a name; there are x.json, "), "{none}");
        Ok(())
    }

    #[test]
    fn what_is_made_has_a_folder_and_an_original() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join(GROWN), small().to_string())?;
        let found = documents(folder.path(), folder.path(), &["x".to_owned()])?;
        let names: Vec<(&str, bool)> = found.iter().map(|found| (found.folder(), found.is_original())).collect();
        assert_eq!(names, [("x", true), ("x_times_2", false), ("x_times_4", false), ("x_times_8", false)]);
        Ok(())
    }
}
