//! Whatever is given for a description: other specifications and versions, texts that are none, and the names by which
//! schemas are referred to.

use spec2crate::diag::{Code, Severity};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

fn of(name: &str, text: &str) -> Outcome {
    generate(&MemoryLoader::from([(name, text)]), &Request::new(name))
}

/// Code, message and help of the first finding.
fn first(name: &str, text: &str) -> (Code, String, String) {
    let outcome = of(name, text);
    let found = outcome.diagnostics.iter().next().expect("there is something to say");
    assert!(outcome.files.is_none(), "{text} gives no crate");
    assert!(!outcome.diagnostics.render(&outcome.sources, false).is_empty());
    (found.code, found.message.clone(), found.help.clone().unwrap_or_default())
}

#[test]
fn a_hand_written_module_that_is_no_rust_is_shown_at_its_item() {
    let loader = MemoryLoader::from([("openapi.yaml", "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n")]);
    let right = "//! More.\n\nuse std::fmt;\n\n/// What it is.\nimpl crate::Client {\n    fn one() {}\n}\n";
    for (wrong, line) in [
        ("\n\nfn two( {\n}\n", "ext/more.rs:11:1"),
        ("fn two() {\n    let = 1;\n}\n\nfn three() {}\n", "ext/more.rs:9:1"),
        ("}\n", "ext/more.rs:9:1"),
    ] {
        let ext = vec![("more".to_owned(), format!("{right}{wrong}"))];
        let outcome = generate(&loader, &Request { ext, ..Request::new("openapi.yaml") });
        let said = outcome.diagnostics.render(&outcome.sources, false);
        assert!(said.contains("error[S2C0502]: a hand-written file is no Rust") && said.contains(line), "{said}");
    }
}

#[test]
fn a_document_of_another_kind_is_called_by_its_name() {
    for (text, says, helps) in [
        ("swagger: '2.0'\npaths: {}\n", "Swagger 2.0 is not supported", "convert the document to OpenAPI 3 first"),
        ("asyncapi: 3.0.0\n", "this is an AsyncAPI document", "nothing can be generated from it"),
        ("arazzo: 1.0.1\n", "this is an Arazzo document", "`sourceDescriptions`"),
        ("overlay: 1.0.0\n", "this is an overlay", "`--overlay`"),
        (
            "$schema: https://json-schema.org/draft/2020-12/schema\ntype: object\n",
            "this is a JSON Schema",
            "`components`",
        ),
        ("title: Anything\n", "this is no OpenAPI document", "`openapi: 3.0.3`"),
        ("openapi: 2.0.0\n", "OpenAPI 2.0.0 is not supported", "3.0, 3.1 and 3.2"),
        ("openapi: 4.0.0\n", "OpenAPI 4.0.0 is not supported", "3.0, 3.1 and 3.2"),
    ] {
        let (code, message, help) = first("openapi.yaml", text);
        assert_eq!(code, Code::UnsupportedVersion, "{text}");
        assert!(message.starts_with(says) && help.contains(helps), "{text}: {message} / {help}");
    }
}

#[test]
fn a_text_that_is_no_document_says_what_it_may_be() {
    for (name, text, says, helps) in [
        ("openapi.yaml", "", "there is nothing in this file", "`openapi: 3.0.3`"),
        ("openapi.yaml", "# Nothing yet.\n", "there is nothing in this file", "`openapi: 3.0.3`"),
        ("openapi.yaml", "<html><body>404</body></html>", "but this is a text", "web page"),
        ("openapi.yaml", "- openapi\n", "but this is a list", ""),
        ("openapi.json", "{\n  // about\n  \"openapi\": \"3.1.0\"}", "key must be a string", "no comments"),
        ("openapi.json", "{\"openapi\": \"3.1.0\",}", "trailing comma", "no comma behind the last"),
        ("openapi.yaml", "info:\n\ttitle: T\n", "cannot start any token", "indented by spaces"),
        ("openapi.yaml", "a: 1\n---\nb: 2\n", "more than one YAML document", ""),
        ("openapi.yaml", "a: *b\n", "unknown anchor", ""),
        ("openapi.yaml", "%PDF-1.4 \u{1}", "control characters are not allowed", ""),
    ] {
        let (_, message, help) = first(name, text);
        assert!(message.contains(says) && help.contains(helps), "{text}: {message} / {help}");
    }
}

#[test]
fn notations_of_one_document_give_one_crate() {
    let plain = "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\nservers: [{url: 'https://example.com'}]\npaths:\n  \
                 /pets:\n    get:\n      operationId: listPets\n      tags: [Pets]\n      responses: {'204': {description: \
                 None.}}\n";
    let wanted = of("openapi.yaml", plain);
    assert!(wanted.diagnostics.is_empty(), "{}", wanted.diagnostics.render(&wanted.sources, false));
    let files = |outcome: &Outcome| -> Vec<(String, String)> {
        let files = outcome.files.as_ref().expect("the document can be read");
        files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
    };
    let merged = plain
        .replace("info: {title: Pets, version: '1'}", "info: {<<: *info, title: Pets}")
        .replace("openapi: 3.1.0", "openapi: 3.1.0\nx-info: &info {title: Other, version: '1'}");
    let tree: serde_yaml::Value = serde_yaml::from_str(plain).expect("it is YAML");
    let json = serde_json::to_string_pretty(&tree).expect("it is JSON");
    for other in [format!("\u{feff}{plain}"), plain.replace('\n', "\r\n"), merged, json] {
        let outcome = of("openapi.yaml", &other);
        assert!(outcome.diagnostics.is_empty(), "{}", outcome.diagnostics.render(&outcome.sources, false));
        assert_eq!(files(&outcome), files(&wanted));
    }
    // A later minor version is read as the last one that is known.
    let outcome = of("openapi.yaml", &plain.replace("3.1.0", "3.3.0"));
    let said: Vec<(Severity, Code)> = outcome.diagnostics.iter().map(|found| (found.severity, found.code)).collect();
    assert_eq!(said, [(Severity::Warning, Code::LaterVersion)]);
    assert_eq!(files(&outcome), files(&wanted));
}

/// JSON Schema 2020-12, sections 8.2 and 9.2.1; OpenAPI 3.2, "$self".
#[test]
fn schemas_are_found_by_their_own_names() {
    let text = "\
openapi: 3.2.0
$self: https://example.com/api/openapi.yaml
info: {title: Names, version: '1'}
servers: [{url: 'https://example.com'}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [Pets]
      responses:
        '200':
          description: Pets.
          content:
            application/json:
              schema:
                type: object
                properties:
                  anchor: {$ref: '#pet'}
                  self: {$ref: 'https://example.com/api/openapi.yaml#/components/schemas/Pet'}
                  id: {$ref: 'https://example.com/schemas/tree'}
                  inside: {$ref: 'https://example.com/schemas/tree#/$defs/leaf'}
                  named: {$ref: 'https://example.com/schemas/tree#branch'}
                  other: {$ref: 'other.yaml#kind'}
components:
  schemas:
    Pet: {$anchor: pet, type: object, properties: {name: {type: string}}}
    Tree:
      $id: https://example.com/schemas/tree
      type: object
      properties: {leaf: {$ref: '#/$defs/leaf'}}
      $defs:
        leaf: {type: object, properties: {green: {type: boolean}}}
        branch: {$anchor: branch, type: integer}
";
    let other = "Kind: {$anchor: kind, type: string, enum: [cat, dog]}\n";
    let loader = MemoryLoader::from([("openapi.yaml", text), ("other.yaml", other)]);
    let outcome = generate(&loader, &Request::new("openapi.yaml"));
    assert!(outcome.diagnostics.is_empty(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    let files = outcome.files.expect("the document can be read");
    let answer = files.get("src/types/list_pets.rs").expect("the answer is a type");
    for field in
        ["anchor: Option<Pet>", "self_: Option<Pet>", "id: Option<Tree>", "named: Option<i64>", "other: Option<Kind>"]
    {
        assert!(answer.contains(&format!("pub {field}")), "{field}\n{answer}");
    }
    for (reference, says) in [
        ("'#missing'", "neither a JSON pointer nor an `$anchor`"),
        ("'https://example.com/schemas/none'", "references to other hosts are not followed"),
        ("'https://example.com/schemas/tree#/$defs/none'", "points"),
    ] {
        let loader =
            MemoryLoader::from([("openapi.yaml", text.replace("'#pet'", reference)), ("other.yaml", other.to_owned())]);
        let outcome = generate(&loader, &Request::new("openapi.yaml"));
        let said = outcome.diagnostics.render(&outcome.sources, false);
        assert!(outcome.diagnostics.has_errors() && said.contains(says), "{reference}\n{said}");
    }
}
