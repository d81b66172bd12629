//! The check of a request, seen from outside: what is right passes, and each way of being wrong is refused.

use std::fs;

use serde_json::{Value, json};

use super::check::check;
use super::operation::RawOperation;
use super::raw::Raw;
use super::sample::{Extent, Texts, sample};
use super::{Filled, Planned, Recorded, mutate, too_few};
use crate::corpus::Found;

const ZOO: &str = r"
openapi: 3.0.3
info: {title: Zoo, version: '1'}
servers: [{url: 'https://{host}/v1', variables: {host: {default: zoo.example}}}]
paths:
  /animals/{id}.{form}/{dots}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: form, in: path, required: true, schema: {type: string}}
      - {name: dots, in: path, required: true, style: label, explode: true, schema: {type: array, items: {type: string}}}
    post:
      parameters:
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, style: deepObject, explode: true, schema: {$ref: '#/components/schemas/Filter'}}
        - {name: with, in: query, style: deepObject, explode: true, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, schema: {type: string}}
      security: [{key: []}]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [id, name]
              properties:
                id: {type: integer, readOnly: true}
                name: {type: string, nullable: true, minLength: 3}
                age: {type: integer, minimum: 0, exclusiveMinimum: true}
                ring: {type: string, pattern: '^[A-Z][0-9]+$', minLength: 4}
                lock: {type: object, required: [by], properties: {until: {type: string}}}
      responses: {'204': {description: Done.}}
components:
  schemas:
    Filter: {type: object, properties: {kind: {enum: [cat, dog]}, size: {type: object, properties: {least: {type: number}}}}}
  securitySchemes: {key: {type: apiKey, in: query, name: key}}
";

fn zoo() -> anyhow::Result<(Raw, RawOperation, Filled, Recorded)> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("zoo.yaml"), ZOO)?;
    let raw = Raw::read(folder.path(), "zoo.yaml")?;
    let operation = RawOperation::find(&raw, "/animals/{id}.{form}/{dots}", "POST").expect("it is there");
    let given = |name: &str, place: &str, value: Value| (name.to_owned(), place.to_owned(), value);
    let filled = Filled {
        parameters: vec![
            given("id", "path", json!(7)),
            given("form", "path", json!("a/b")),
            given("dots", "path", json!(["x", "y z"])),
            given("tags", "query", json!(["a,b", "c"])),
            given("filter", "query", json!({ "kind": "cat", "size": { "least": 1.5 } })),
            given("with", "query", json!(["keeper", "food"])),
            given("X-Trace", "header", json!("t")),
        ],
        body: Some(("application/json".to_owned(), json!({ "name": "Ada", "age": 1 }))),
    };
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let sent = Recorded {
        method: "POST".to_owned(),
        url: "https://zoo.example/v1/animals/7.a%2Fb/.x.y%20z?tags=a%2Cb,c&filter%5Bkind%5D=cat&filter[size][least]=1.50&with[0]=keeper&with[1]=food&key=secret"
            .to_owned(),
        headers: vec![header("x-trace", "t"), header("content-type", "application/json; charset=utf-8")],
        body: br#"{"age":1.0,"name":"Ada"}"#.to_vec(),
    };
    Ok((raw, operation, filled, sent))
}

#[test]
fn a_request_as_described_passes_and_every_mutant_is_refused() -> anyhow::Result<()> {
    let (raw, operation, filled, sent) = zoo()?;
    assert_eq!(check(&raw, &operation, &filled, &sent), Ok(()));
    let mutants = mutate::mutants(&sent);
    assert!(mutants.len() > 15, "{} mutants", mutants.len());
    for (what, wrong) in mutants {
        assert!(check(&raw, &operation, &filled, &wrong).is_err(), "{what}: {wrong:?}");
    }
    Ok(())
}

#[test]
fn a_request_that_is_wrong_in_one_place_is_refused_for_it() -> anyhow::Result<()> {
    let (raw, operation, filled, sent) = zoo()?;
    let url = |from: &str, to: &str| Recorded { url: sent.url.replace(from, to), ..sent.clone() };
    let body = |text: &str| Recorded { body: text.as_bytes().to_vec(), ..sent.clone() };
    let headers = |headers: &[(usize, &str)]| {
        let mut wrong = sent.clone();
        for (index, value) in headers {
            wrong.headers[*index].1 = (*value).to_owned();
        }
        wrong
    };
    for (wrong, fault) in [
        (url("7.a", "seven.a"), "path parameter `id`"),
        (url("%2Fb", "/b"), "does not match"),
        (url(".x.y%20z", "x,y%20z"), "path parameter `dots`"),
        (url("/v1/", "/v2/"), "begins with none"),
        (url("a%2Cb,c", "a,b,c"), "query parameter `tags`"),
        (url("tags=a%2Cb,c", "tags=a%2Cb&tags=c"), "query parameter `tags`"),
        (url("=cat", "=cow"), "query parameter `filter`"),
        (url("&with[1]=food", ""), "query parameter `with`"),
        (url("with[1]=food", "with=food"), "query parameter `with`"),
        (url("&key=secret", ""), "no credential"),
        (headers(&[(0, "u")]), "header parameter `X-Trace`"),
        (headers(&[(1, "text/plain")]), "is not declared"),
        (body(r#"{"age":"1","name":"Ada"}"#), "body"),
        (body(r#"{"name":"Ada"}"#), "body"),
    ] {
        let found = check(&raw, &operation, &filled, &wrong);
        assert!(found.as_ref().is_err_and(|text| text.contains(fault)), "{fault}: {found:?}");
    }
    Ok(())
}

#[test]
fn samples_satisfy_their_schema_and_leave_out_what_answers_alone_have() -> anyhow::Result<()> {
    let (raw, operation, ..) = zoo()?;
    let (media, required) = operation.body(&raw).expect("there is a body");
    assert!(required);
    let value = sample(&raw, &media[0].1.child("schema"), Texts::Escaped, Extent::Some).expect("a sample can be made");
    assert_eq!(value, json!({ "age": 1, "name": "a b/c&ü", "ring": "A111" }));
    Ok(())
}

#[test]
fn fewer_calls_than_operations_are_a_fault() -> anyhow::Result<()> {
    let (_, raw, filled, _) = zoo()?;
    let planned = vec![Planned { index: 0, id: "one".to_owned(), extent: Extent::Some, raw, filled }];
    let found = |operations| Found { operations, planned: planned.clone(), ..Found::default() };
    assert_eq!(too_few(&found(1)), None);
    let said = too_few(&found(5)).unwrap_or_default();
    assert_eq!(said, "of 3 operations to be called, arguments can be made for 1");
    Ok(())
}
