//! What the reader says about documents that are wrong, and what it reads from documents that are right.

use spec2crate::diag::{Code, Diagnostics, FileId, Origin, Severity};
use spec2crate::document::{self, Additional, Document, JsonType, ParameterPlace, SchemaNode, StatusKey, Style};
use spec2crate::source::{MAX_DEPTH, MemoryLoader, Sources};

/// Reads a document and every node that its paths and components lead to, and renders what was found.
fn diagnose(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    if let Some(file) = sources.add(name, text, &mut diags) {
        document::load(&mut sources, &MemoryLoader::new(), file, &[], &mut diags);
        if let Some(document) = Document::read(&sources, file, &[], &mut diags) {
            visit(&document, &mut diags);
        }
    }
    diags.render(&sources, false)
}

fn visit(document: &Document<'_>, diags: &mut Diagnostics) {
    for item in document.paths() {
        for (_, origin) in &item.operations {
            let Some(operation) = document.operation(origin, diags) else { continue };
            for origin in &operation.parameters {
                let schema = document.parameter(origin, diags).and_then(|parameter| parameter.schema);
                schema.and_then(|origin| document.schema(&origin, diags));
            }
            operation.body.and_then(|origin| document.body(&origin, diags));
            for (_, origin) in operation.responses {
                for media in document.response(&origin, diags).into_iter().flat_map(|response| response.content) {
                    media.schema.and_then(|origin| document.schema(&origin, diags));
                }
            }
        }
    }
    for (_, origin) in document.component_schemas() {
        for (_, member) in document.schema(origin, diags).into_iter().flat_map(|schema| schema.properties) {
            document.schema(&member, diags);
        }
    }
}

/// Wraps schemas into a document of a version.
fn with_schemas(version: &str, schemas: &str) -> String {
    let indented: String = schemas.lines().map(|line| format!("    {line}\n")).collect();
    format!("openapi: {version}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{indented}")
}

/// Reads one component schema of a document that must have no errors, and gives the codes of its warnings.
fn schema(version: &str, text: &str) -> (SchemaNode, Vec<&'static str>) {
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    let file = sources.add("openapi.yaml", with_schemas(version, text), &mut diags).expect("the text is YAML");
    let document = Document::read(&sources, file, &[], &mut diags).expect("the document can be read");
    let (_, origin) = document.component_schemas().first().expect("the document has a schema").clone();
    let node = document.schema(&origin, &mut diags).expect("the schema can be read");
    assert!(!diags.has_errors(), "{}", diags.render(&sources, false));
    (node, diags.iter().map(|one| one.code.as_str()).collect())
}

#[test]
fn nine_faults_are_nine_diagnostics() {
    let text = r#"openapi: 3.0.3
info:
  title: Zoo
  version: 1
paths:
  /animals/{id}:
    get:
      operationID: getAnimal
      parameters:
        - {name: id, in: path, required: true, schema: {type: strnig}}
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Animl'}
        '2000':
          description: no such code
components:
  schemas:
    Animal:
      type: object
      type: object
      properties:
        name: [string]
        loop: {$ref: '#/components/schemas/Loop'}
        file: {$ref: 'other.yaml#/Thing'}
    Loop: {$ref: '#/components/schemas/Loop'}
"#;
    insta::assert_snapshot!(diagnose("zoo.yaml", text), @"
    warning[S2C0214]: `version` must be a text, but it is a number
     --> zoo.yaml:4:12
      |
    4 |   version: 1
      |            ^
      |
      = help: it is read as a text, `1`

    warning[S2C0204]: `operationID` is no keyword of an operation and is ignored
     --> zoo.yaml:8:7
      |
    8 |       operationID: getAnimal
      |       ^^^^^^^^^^^
      |
      = help: did you mean `operationId`?

    error[S2C0209]: `strnig` is no type of JSON Schema
      --> zoo.yaml:10:63
       |
    10 |         - {name: id, in: path, required: true, schema: {type: strnig}}
       |                                                               ^^^^^^
       |
       = help: the types are array, boolean, integer, number, object and string; `format` refines them

    error[S2C0210]: the parameter `id` stands twice in this list
      --> zoo.yaml:11:11
       |
    11 |         - {name: id, in: path, required: true, schema: {type: string}}
       |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: remove one of them; the first one is used until then

    error[S2C0205]: `#/components/schemas/Animl` points to nothing
      --> zoo.yaml:17:30
       |
    17 |               schema: {$ref: '#/components/schemas/Animl'}
       |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `#/components/schemas/Animal`?

    error[S2C0209]: `2000` is no status code
      --> zoo.yaml:18:9
       |
    18 |         '2000':
       |         ^^^^^^
       |
       = help: a response stands under a code such as `200`, a range such as `4XX`, or `default`

    error[S2C0004]: the key `type` stands more than once in this mapping
      --> zoo.yaml:24:7
       |
    24 |       type: object
       |       ^^^^
       |
      ::: zoo.yaml:23:7
       |
    23 |       type: object
       |       ---- it stands here too
       |
       = help: remove one of them; the last one is used until then

    error[S2C0202]: a schema must be a mapping, but this is a list
      --> zoo.yaml:26:15
       |
    26 |         name: [string]
       |               ^^^^^^^^
       |
       = help: any value is taken where it is used

    error[S2C0205]: `other.yaml#/Thing` points into a file that cannot be read: no such file
      --> zoo.yaml:28:22
       |
    28 |         file: {$ref: 'other.yaml#/Thing'}
       |                      ^^^^^^^^^^^^^^^^^^^
       |
       = help: the file is `other.yaml`

    error[S2C0206]: the reference `#/components/schemas/Loop` leads back to itself
      --> zoo.yaml:29:18
       |
    29 |     Loop: {$ref: '#/components/schemas/Loop'}
       |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: let one of the nodes on the way say what is meant
    ");
}

#[test]
fn text_that_is_no_yaml() {
    insta::assert_snapshot!(diagnose("zoo.yaml", "openapi: 3.0.3\ninfo: {title: [}\n"), @"
    error[S2C0002]: this is not valid YAML: did not find expected node content
     --> zoo.yaml:2:16
      |
    2 | info: {title: [}
      |                ^
    ");
    insta::assert_snapshot!(diagnose("zoo.json", "{\n  \"openapi\": \"3.0.3\",\n  \"info\": }\n"), @r#"
    error[S2C0002]: this is not valid JSON: expected value
     --> zoo.json:3:11
      |
    3 |   "info": }
      |           ^
    "#);
    insta::assert_snapshot!(diagnose("zoo.yaml", ""), @"
    error[S2C0201]: there is nothing in this file
     --> zoo.yaml:1:1
      |
    1 |
      | ^
      |
      = help: an OpenAPI document begins with its version, such as `openapi: 3.0.3`
    ");
    insta::assert_snapshot!(diagnose("zoo.yaml", "a: 1\n---\nb: 2\n"), @"
    error[S2C0002]: the text holds more than one YAML document
    --> zoo.yaml
    ");
}

#[test]
fn versions_that_are_not_supported() {
    insta::assert_snapshot!(diagnose("old.yaml", "swagger: '2.0'\ninfo: {}\n"), @"
    error[S2C0201]: Swagger 2.0 is not supported
     --> old.yaml:1:10
      |
    1 | swagger: '2.0'
      |          ^^^^^
      |
      = help: convert the document to OpenAPI 3 first, for example with `npx swagger2openapi`
    ");
    insta::assert_snapshot!(diagnose("new.json", "{\"openapi\": \"4.0.0\"}"), @r#"
    error[S2C0201]: OpenAPI 4.0.0 is not supported
     --> new.json:1:13
      |
    1 | {"openapi": "4.0.0"}
      |             ^^^^^^^
      |
      = help: the versions 3.0, 3.1 and 3.2 are
    "#);
    insta::assert_snapshot!(diagnose("thing.yaml", "kind: Deployment\n"), @"
    error[S2C0201]: this is no OpenAPI document: the member `openapi` is missing
     --> thing.yaml:1:1
      |
    1 | kind: Deployment
      | ^^^^^^^^^^^^^^^^
      |
      = help: an OpenAPI document begins with its version, such as `openapi: 3.0.3`
    ");
}

#[test]
fn long_lines_are_cut() {
    let text = format!(
        "{{\"openapi\":\"3.0.3\",\"info\":{{\"title\":\"{}\",\"version\":7,\"description\":\"{}\"}},\"paths\":{{}}}}",
        "ü".repeat(300),
        "x".repeat(300)
    );
    insta::assert_snapshot!(diagnose("zoo.json", &text), @r#"
    warning[S2C0214]: `version` must be a text, but it is a number
     --> zoo.json:1:349
      |
    1 | üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü","version":7,"descriptio...
      |                                                                                                                         ^
      |
      = help: it is read as a text, `7`
    "#);
}

#[test]
fn faults_of_yaml_are_found() {
    let text = "openapi: 3.0.3\ninfo: !local {title: T, version: '1', x-big: .inf}\npaths:\n  <<: 3\n";
    insta::assert_snapshot!(diagnose("zoo.yaml", text), @"
    error[S2C0007]: the YAML tag `!local` is ignored; its value is used
     --> zoo.yaml:2:7
      |
    2 | info: !local {title: T, version: '1', x-big: .inf}
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[S2C0005]: infinity and NaN are no numbers of JSON
     --> zoo.yaml:2:46
      |
    2 | info: !local {title: T, version: '1', x-big: .inf}
      |                                              ^^^^
      |
      = help: write a finite number, or quote the text

    error[S2C0006]: the merge key `<<` needs a mapping or a list of mappings
     --> zoo.yaml:4:7
      |
    4 |   <<: 3
      |       ^
      |
      = help: quote the key if a key of that name is meant
    ");
}

#[test]
fn as_json() {
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    let file = sources.add("zoo.yaml", "openapi: 3.0.3\ninfo: []\npaths: {}\n", &mut diags).expect("the text is YAML");
    Document::read(&sources, file, &[], &mut diags);
    insta::assert_snapshot!(diags.render_json(&sources), @r##"
    [
      {"code":"S2C0202","column":7,"file":"zoo.yaml","help":"it is ignored","line":2,"message":"`info` must be a mapping, but it is a list","pointer":"#/info","severity":"error","title":"wrong kind of value"}
    ]
    "##);
}

#[test]
fn nesting_is_bounded() {
    for depth in [MAX_DEPTH + 1, 5000, 200_000] {
        for text in [
            format!("{}{}", "[".repeat(depth), "]".repeat(depth)),
            format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)),
            format!("- {}", "- ".repeat(depth.min(5000))),
        ] {
            let mut sources = Sources::new();
            let mut diags = Diagnostics::new();
            assert_eq!(sources.add("deep.yaml", text, &mut diags), None);
            assert_eq!(diags.count(Severity::Error), 1);
            assert!(!diags.render(&sources, false).is_empty());
        }
    }
}

#[test]
fn a_file_that_is_absent() {
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    assert_eq!(sources.load(&MemoryLoader::new(), "openapi.yaml", &mut diags), None);
    insta::assert_snapshot!(diags.render(&sources, false), @"
    error[S2C0001]: cannot read `openapi.yaml`: no such file
    --> openapi.yaml
    ");
}

#[test]
fn merge_keys_anchors_and_keys_that_are_no_texts() {
    let text = "base: &base {a: 1, b: 2}\nlist: [*base, *base]\nmore:\n  <<: [*base, {c: 3}]\n  b: 5\n200: yes\ntrue: on\n1.10: x\n";
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    let file = sources.add("a.yaml", text, &mut diags).expect("the text is YAML");
    assert!(diags.is_empty(), "{}", diags.render(&sources, false));
    let tree = serde_json::to_string(sources.tree(file).expect("the file has a tree")).expect("a tree is JSON");
    let expected = r#"{"1.10":"x","200":"yes","base":{"a":1,"b":2},"list":[{"a":1,"b":2},{"a":1,"b":2}],"more":{"a":1,"b":5,"c":3},"true":"on"}"#;
    assert_eq!(tree, expected);
    use spec2crate::diag::{Locate, Place};
    let at = |pointer: &str, place| {
        sources.locate(&Origin { file, pointer: pointer.to_owned() }, place).and_then(|span| text.get(span))
    };
    assert_eq!(at("/more/c", Place::Value), Some("3"));
    assert_eq!(at("/more/a", Place::Key), Some("a"));
    assert_eq!(at("/list/1/b", Place::Value), Some("2"));
    assert_eq!(at("/200", Place::Value), Some("yes"));
    assert_eq!(at("/nowhere", Place::Value), None);
}

#[test]
fn numbers_keep_their_digits() {
    let text = "a: 18446744073709551615\nb: -9223372036854775808\nc: 1.0\nd: 340282366920938463463374607431768211455\n";
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    let file = sources.add("a.yaml", text, &mut diags).expect("the text is YAML");
    let tree = sources.tree(file).expect("the file has a tree").to_string();
    assert_eq!(tree, r#"{"a":18446744073709551615,"b":-9223372036854775808,"c":1.0,"d":3.402823669209385e+38}"#);
}

#[test]
fn schemas_of_both_versions_read_alike() {
    let old = "S: {type: integer, nullable: true, minimum: 1, exclusiveMinimum: true, example: 2}";
    let new = "S: {type: [integer, 'null'], exclusiveMinimum: 1, examples: [2]}";
    let (old, old_codes) = schema("3.0.3", old);
    let (new, new_codes) = schema("3.1.0", new);
    assert_eq!(old, new);
    assert_eq!((old.types.as_slice(), old.nullable), ([JsonType::Integer].as_slice(), true));
    assert!(old.minimum.is_some_and(|bound| bound.exclusive && bound.value.as_i64() == Some(1)));
    assert!(old_codes.is_empty() && new_codes.is_empty());
    // The same in a document that declares 3.0 is said and used.
    let (mixed, codes) = schema("3.0.3", "S: {type: [integer, 'null'], const: 3}");
    assert!(mixed.nullable && mixed.is_const);
    assert_eq!(codes, ["S2C0212", "S2C0212"]);
}

#[test]
fn null_has_many_spellings() {
    for text in [
        "S: {anyOf: [{type: string}, {type: 'null'}]}",
        "S: {oneOf: [{type: string}, {type: 'null'}]}",
        "S: {type: [string, 'null']}",
        "S: {enum: [a, null]}",
        "S: {type: string, nullable: true}",
    ] {
        assert!(schema("3.1.0", text).0.nullable, "{text}");
    }
    assert_eq!(schema("3.1.0", "S: {type: 'null'}").0.types, [JsonType::Null]);
    assert_eq!(schema("3.1.0", "S: {const: null}").0.types, [JsonType::Null]);
    assert_eq!(schema("3.1.0", "S: {anyOf: [{type: string}, {type: 'null'}]}").0.any_of.len(), 1);
}

#[test]
fn a_schema_is_read_whole() {
    let text = "S:
  type: object
  title: T
  required: [b, a, b]
  properties:
    b: {type: string}
    a: {type: string}
    x-y: {type: string}
  additionalProperties: {type: integer}
  maxProperties: 18446744073709551615
  default: {a: 1}
  x-note: yes
  discriminator: {propertyName: a, mapping: {one: S, two: '#/components/schemas/S'}}
  externalDocs: {url: https://example.com}";
    let (node, codes) = schema("3.0.3", text);
    assert_eq!(node.required, ["b", "a"]);
    assert_eq!(node.properties.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "b", "x-y"]);
    assert_eq!(node.properties[0].1.to_string(), "#/components/schemas/S/properties/a");
    assert!(
        matches!(&node.additional, Additional::Schema(origin) if origin.to_string() == "#/components/schemas/S/additionalProperties")
    );
    assert_eq!(node.max_properties, Some(u64::MAX));
    assert_eq!(node.extensions.keys().collect::<Vec<_>>(), ["x-note"]);
    assert_eq!(node.discriminator.map(|one| one.mapping.len()), Some(2));
    assert_eq!(node.external_docs.map(|docs| docs.url).as_deref(), Some("https://example.com"));
    assert!(codes.is_empty());
}

#[test]
fn schemas_that_only_require() {
    assert!(schema("3.0.3", "S: {anyOf: [{required: [a]}, {required: [b]}]}").0.only_required());
    assert!(schema("3.0.3", "S: {required: [a], description: D}").0.only_required());
    assert!(!schema("3.0.3", "S: {type: object, required: [a]}").0.only_required());
    assert!(!schema("3.0.3", "S: {}").0.only_required());
}

#[test]
fn references_are_followed() {
    let text = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a/{b}: {$ref: '#/components/x-paths/~1a~1%7Bb%7D'}
components:
  x-paths:
    /a/{b}:
      parameters:
        - {name: b, in: path, required: true, schema: {type: string}}
        - {$ref: '#/components/parameters/Limit'}
      get:
        parameters:
          - {name: limit, in: query, explode: false, schema: {type: array, items: {type: string}}}
        responses:
          default: {description: D}
          4XX: {description: C}
          '404': {$ref: '#/components/responses/Gone'}
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer}}
  responses:
    Gone: {description: G}
  schemas:
    Name: {$ref: '#/components/schemas/Text', description: outer}
    Text: {$ref: '#/components/schemas/Plain', description: inner, nullable: true}
    Plain: {type: string}
    Deep: {$ref: '#/components/x-paths/~1a~1%7Bb%7D/get/parameters/0/schema/items'}
    Through: {$ref: '#/paths/~1a~1%7Bb%7D/get/parameters/0/schema'}
";
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    let file = sources.add("api/openapi.yaml", text, &mut diags).expect("the text is YAML");
    let document = Document::read(&sources, file, &[], &mut diags).expect("the document can be read");
    let item = &document.paths()[0];
    assert_eq!((item.template.as_str(), item.operations[0].0.as_str()), ("/a/{b}", "GET"));
    let operation = document.operation(&item.operations[0].1, &mut diags).expect("the operation can be read");
    let parameters: Vec<_> =
        operation.parameters.iter().filter_map(|origin| document.parameter(origin, &mut diags)).collect();
    assert_eq!(parameters.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["b", "limit"]);
    assert_eq!((parameters[0].place, parameters[0].style), (ParameterPlace::Path, Style::Simple));
    assert_eq!((parameters[1].style, parameters[1].explode, &parameters[1].name_of_ref), (Style::Form, false, &None));
    let statuses: Vec<_> = operation.responses.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [StatusKey::Exact(404), StatusKey::Range(4), StatusKey::Default]);
    let gone = document.response(&operation.responses[0].1, &mut diags).expect("the response can be read");
    assert_eq!(gone.name_of_ref.as_deref(), Some("Gone"));

    let origin = |name: &str| Origin::root(file).child("components").child("schemas").child(name);
    let name = document.resolve(&origin("Name"), &mut diags).expect("the reference leads somewhere");
    assert_eq!((name.origin, name.through.as_deref()), (origin("Plain"), Some("Plain")));
    assert_eq!((name.siblings.description.as_deref(), name.siblings.nullable), (Some("outer"), Some(true)));
    let deep = document.resolve(&origin("Deep"), &mut diags).expect("the reference leads somewhere");
    assert_eq!((deep.through, deep.origin.last().as_deref() == Some("items")), (None, true));
    assert!(document.resolve(&origin("Through"), &mut diags).is_some());
    assert!(diags.is_empty(), "{}", diags.render(&sources, false));
}

#[test]
fn the_order_of_mappings_is_not_seen() {
    let forward =
        "{\"openapi\": \"3.0.3\", \"info\": {\"title\": 1, \"version\": 2}, \"paths\": {\"/b\": {}, \"/a\": []}}";
    let backward =
        "{\"paths\": {\"/a\": [], \"/b\": {}}, \"info\": {\"version\": 2, \"title\": 1}, \"openapi\": \"3.0.3\"}";
    let codes = |text: &str| {
        let mut sources = Sources::new();
        let mut diags = Diagnostics::new();
        let file = sources.add("a.json", text, &mut diags).expect("the text is JSON");
        Document::read(&sources, file, &[], &mut diags);
        diags.iter().map(|one| (one.code, one.origin.clone())).collect::<Vec<(Code, Origin)>>()
    };
    assert_eq!(codes(forward), codes(backward));
    assert_eq!(codes(forward).len(), 3);
    assert_eq!(codes(forward)[0].1.file, FileId(0));
}
