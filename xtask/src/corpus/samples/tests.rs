//! What is made of small schemas, and that what is lost on the way is seen.

use std::fs;

use serde_json::{Map, Value, json};
use spec2crate::sync::DiskLoader;
use spec2crate::{Request, generate};

use super::judge::{Judge, SEVERAL};
use super::maker::{Made, Maker, Shows};
use super::{Figures, Program, Way, prepare, read};
use crate::corpus::raw::{Place, Raw};

const ZOO: &str = "
openapi: 3.0.3
info: { title: Zoo, version: '1' }
paths:
  /animals:
    post:
      operationId: addAnimal
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Animal' } } } }
      responses:
        '200': { description: It, content: { application/json: { schema: { $ref: '#/components/schemas/Animal' } } } }
components:
  schemas:
    Age: { type: integer, format: int32, minimum: 0, exclusiveMinimum: true }
    Even: { type: integer, minimum: -3, maximum: 9, multipleOf: 4 }
    Share: { type: number, minimum: 0, maximum: 1, exclusiveMaximum: true }
    Name: { type: string, minLength: 2, maxLength: 4 }
    Code: { type: string, pattern: '^[A-Z]{2}$' }
    Kind: { type: string, enum: [cat, dog, '', 'a b'] }
    Legs: { type: array, minItems: 1, maxItems: 2, items: { type: boolean } }
    Tags: { type: object, additionalProperties: { type: string, enum: [a] } }
    Either:
      oneOf:
        - { type: object, required: [paw], properties: { paw: { type: boolean }, left: { type: boolean } } }
        - { type: object, required: [fin], properties: { fin: { type: boolean } } }
        - { type: string, enum: [none] }
    Tree: { type: object, required: [leaf], properties: { leaf: { type: boolean }, next: { $ref: '#/components/schemas/Tree' } } }
    Endless: { type: object, required: [next], properties: { next: { $ref: '#/components/schemas/Endless' } } }
    Animal:
      allOf:
        - { type: object, required: [id], properties: { id: { type: integer, readOnly: true } } }
        - type: object
          required: [name, secret]
          additionalProperties: true
          properties:
            name: { type: string, enum: [Ada], nullable: false }
            secret: { type: string, enum: [s], writeOnly: true }
            owner: { type: string, enum: [Bob, null], nullable: true }
    Herd:
      type: object
      properties:
        legs: { $ref: '#/components/schemas/Legs' }
        tags: { $ref: '#/components/schemas/Tags' }
";

fn raw(folder: &std::path::Path) -> anyhow::Result<Raw> {
    fs::write(folder.join("zoo.yaml"), ZOO)?;
    Raw::read(folder, "zoo.yaml")
}

fn made(name: &str, way: Way) -> anyhow::Result<Vec<Made>> {
    let folder = tempfile::tempdir()?;
    let raw = raw(folder.path())?;
    let place = Place { file: "zoo.yaml".to_owned(), pointer: format!("/components/schemas/{name}") };
    Ok(Maker::new(&raw, way).samples(&place))
}

fn values(name: &str) -> anyhow::Result<Value> {
    Ok(made(name, Way::Response)?.into_iter().map(|made| made.value).collect())
}

#[test]
fn plain_schemas_have_the_values_at_their_bounds() -> anyhow::Result<()> {
    assert_eq!(values("Age")?, json!([1, i32::MAX]));
    assert_eq!(values("Even")?, json!([4, 0, 8]));
    assert_eq!(values("Share")?, json!([0.0, 0.9990234375, 1e-7]));
    assert_eq!(values("Name")?, json!(["a b/", "xx", "xxxx"]));
    assert_eq!(values("Code")?, json!(["AA"]));
    assert_eq!(values("Kind")?, json!(["cat", "dog", "", "a b"]));
    Ok(())
}

#[test]
fn lists_and_maps_have_as_many_as_they_may() -> anyhow::Result<()> {
    assert_eq!(values("Legs")?, json!([[true], [true, false], [true, true]]));
    assert_eq!(values("Tags")?, json!([{}, { "s2c_unknown": "a", "a b/c~&ü": "a" }]));
    Ok(())
}

#[test]
fn every_alternative_is_taken_with_and_without_its_members() -> anyhow::Result<()> {
    let made = values("Either")?;
    for wanted in [
        json!({ "paw": true }),
        json!({ "paw": true, "left": true }),
        json!({ "paw": false, "left": false }),
        json!({ "fin": true }),
        json!({ "fin": false }),
        json!("none"),
    ] {
        assert!(made.as_array().is_some_and(|made| made.contains(&wanted)), "{wanted} is not in {made}");
    }
    Ok(())
}

#[test]
fn what_holds_itself_has_an_end() -> anyhow::Result<()> {
    let made = values("Tree")?;
    assert!(
        made.as_array().is_some_and(|made| made.contains(&json!({ "leaf": true, "next": { "leaf": true } }))),
        "{made}"
    );
    assert_eq!(values("Endless")?, json!([]));
    Ok(())
}

#[test]
fn members_are_there_together_alone_and_not_at_all_in_their_direction() -> anyhow::Result<()> {
    let shown = |way| -> anyhow::Result<Vec<(Shows, Value)>> {
        Ok(made("Animal", way)?.into_iter().map(|made| (made.shows, made.value)).collect())
    };
    let answered = shown(Way::Response)?;
    assert_eq!(answered[0], (Shows::Least, json!({ "id": 1, "name": "Ada" })));
    assert_eq!(answered[1], (Shows::All, json!({ "id": 1, "name": "Ada", "owner": "Bob" })));
    let requested = shown(Way::Request)?;
    assert_eq!(requested[0], (Shows::Least, json!({ "name": "Ada", "secret": "s" })));
    for wanted in [
        (Shows::Bounds, json!({ "name": "Ada", "secret": "s", "owner": null })),
        (Shows::Extra, json!({ "name": "Ada", "secret": "s", "s2c_unknown": { "deep": [null, 1, "text"] } })),
    ] {
        assert!(requested.contains(&wanted), "{wanted:?} is not in {requested:?}");
    }
    Ok(())
}

#[test]
fn the_judge_names_the_place_and_the_keyword() -> anyhow::Result<()> {
    let definitions = json!({
        "a": { "type": "object", "properties": { "list": { "items": { "$ref": "#/$defs/b" } } } },
        "b": { "oneOf": [{ "type": "integer" }, { "minimum": 5 }] },
    });
    let none = Map::new();
    let judge = Judge::new(definitions.as_object().unwrap_or(&none), &["a", "b"])?;
    let fault = |name: &str, value: Value| judge.fault(name, &value).map(|fault| (fault.place, fault.why));
    assert_eq!(fault("a", json!({ "list": [3, 7.5] })), None);
    assert_eq!(fault("a", json!({ "list": [3, 7] })), Some(("$.list[]".to_owned(), SEVERAL.to_owned())));
    assert_eq!(fault("b", json!(2.5)), Some(("$".to_owned(), "oneOf".to_owned())));
    assert_eq!(fault("a", json!([])), Some(("$".to_owned(), "type".to_owned())));
    Ok(())
}

#[test]
fn what_comes_back_otherwise_is_a_mismatch() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    raw(folder.path())?;
    let outcome = generate(&DiskLoader::new(folder.path()), &Request::new("zoo.yaml"));
    let mut program = Program::default();
    let figures = prepare(&mut program, folder.path(), "zoo.yaml", &outcome)?;
    assert_eq!((figures.schemas, figures.untyped), (13, 0));
    assert_eq!(figures.bare, ["zoo.yaml#/components/schemas/Endless"]);
    assert_eq!(figures.tried, program.samples.len());
    program.write(folder.path(), "corpus-zoo", outcome.api.as_ref().expect("there is a model"))?;

    let run = |change: &dyn Fn(usize, &Value) -> Value| -> anyhow::Result<Figures> {
        let samples: Vec<Value> =
            program.samples.iter().enumerate().map(|(index, entry)| change(index, entry)).collect();
        let mut figures = figures.clone();
        read(&mut figures, folder.path(), &Ok(json!({ "samples": samples })))?;
        Ok(figures)
    };
    let same = run(&|_, entry| json!({ "back": entry["value"], "noticed": 1 }))?;
    assert_eq!((same.passed, same.noticed, same.mismatches), (Some(figures.tried), figures.tried, Vec::new()));

    // A member is lost that must be there: the comparison says so, or else the judge.
    let animal = program.samples.iter().position(|entry| entry["value"]["secret"] == "s").unwrap_or_default();
    let lost = run(&|index, entry| {
        let mut back = entry["value"].clone();
        if index == animal {
            back.as_object_mut().into_iter().for_each(|back| drop(back.remove("secret")));
        }
        json!({ "back": back })
    })?;
    let said: Vec<_> =
        lost.mismatches.iter().map(|found| (found.kind, found.place.as_str(), found.why.as_str())).collect();
    assert_eq!(said, [("invalid", "$", "required")]);
    let changed = run(&|index, entry| match index == animal {
        true => json!({ "kind": "changed", "why": "$.list[3].name: 1, and 2", "back": {} }),
        false => json!({ "back": entry["value"] }),
    })?;
    let said: Vec<_> =
        changed.mismatches.iter().map(|found| (found.kind, found.place.as_str(), found.why.as_str())).collect();
    assert_eq!(said, [("changed", "$.list[].name", "1, and 2")]);

    let mut failed = figures;
    read(&mut failed, folder.path(), &Err("it does not compile".to_owned()))?;
    assert_eq!(failed.failure.as_deref(), Some("it does not compile"));
    Ok(())
}
