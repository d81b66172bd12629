//! What is wrong in a description and can only mean one thing is read as that, with a warning.

use spec2crate::diag::{Code, Severity};
use spec2crate::ir::{Place, Presence, Shape, TypeRef};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: Zoo, version: '1'}\n";

/// Generates from the rest of a document and expects these codes, all of them of warnings once faults are put up with.
fn outcome(rest: &str, codes: &[Code]) -> Outcome {
    let loader = MemoryLoader::new().with("zoo.yaml", format!("{HEAD}{rest}"));
    let request = Request { keep_going: true, ..Request::new("zoo.yaml") };
    let faults = codes.iter().any(|code| code.blames());
    assert_eq!(generate(&loader, &Request::new("zoo.yaml")).is_complete(), !faults);
    let outcome = generate(&loader, &request);
    let rendered = outcome.diagnostics.render(&outcome.sources, false);
    let found: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(found, codes, "{rendered}");
    assert!(
        outcome.diagnostics.iter().all(|found| found.severity == Severity::Warning && found.help.is_some()),
        "{rendered}"
    );
    assert!(outcome.is_complete());
    outcome
}

fn operation(path: &str, rest: &str) -> String {
    format!(
        "paths:\n  {path}:\n    get:\n      operationId: look\n{rest}      responses: {{'204': {{description: Done.}}}}\n"
    )
}

#[test]
fn members_behind_a_reference_are_members() {
    let text = "paths: {}\ncomponents:\n  schemas:\n    Animal:\n      type: object\n      required: [name]\n      \
                properties: {$ref: '#/x-members'}\nx-members:\n  name: {type: string}\n";
    let api = outcome(text, &[Code::Reread]).api.expect("there is a model");
    let Shape::Struct(animal) = &api.types[0].shape else { unreachable!("{:?}", api.types[0]) };
    let names: Vec<(&str, Presence)> =
        animal.fields.iter().map(|field| (field.wire.as_str(), field.presence)).collect();
    assert_eq!(names, [("name", Presence::Required)]);
}

#[test]
fn a_list_of_items_is_a_tuple() {
    let schema = |items: &str| {
        let text = format!(
            "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    Pair:\n      type: object\n      properties:\n        \
             both: {{type: array, {items}: [{{type: string}}, {{type: integer}}], minItems: 2, maxItems: 2}}\n"
        );
        generate(&MemoryLoader::new().with("zoo.yaml", text), &Request::new("zoo.yaml"))
    };
    let (old, new) = (schema("items"), schema("prefixItems"));
    let helps: Vec<&str> = old.diagnostics.iter().filter_map(|found| found.help.as_deref()).collect();
    assert!(helps.iter().any(|help| help.contains("prefixItems")), "{helps:?}");
    assert!(old.is_complete() && new.is_complete());
    let shapes =
        |outcome: Outcome| outcome.api.map(|api| api.types.into_iter().map(|ty| ty.shape).collect::<Vec<Shape>>());
    let mut old = shapes(old).expect("there is a model");
    let mut new = shapes(new).expect("there is a model");
    for shape in old.iter_mut().chain(&mut new) {
        let Shape::Struct(pair) = shape else { unreachable!("{shape:?}") };
        pair.fields.iter_mut().for_each(|field| field.docs.clear());
    }
    assert_eq!(old, new);
}

#[test]
fn scalars_of_the_wrong_kind_are_read_as_what_they_mean() {
    let text = format!(
        "servers:\n  - url: https://example.com:{{port}}\n    variables: {{port: {{default: 8443, enum: [8443, '443']}}}}\n{}",
        operation(
            "/zoo",
            "      parameters: [{name: q, in: query, required: 'true', schema: {type: string, maxLength: '5'}}]\n"
        )
    );
    let api = outcome(&text, &[Code::Reread; 4]).api.expect("there is a model");
    assert_eq!(api.servers[0].url, "https://example.com:8443");
    let param = &api.operations[0].params[0];
    assert!(param.required);
    assert_eq!(param.checks.length.most, Some(5));
}

#[test]
fn a_path_without_a_slash_gets_one_and_its_variables_are_declared() {
    let api =
        outcome(&operation("zoo/{id}", ""), &[Code::InvalidValue, Code::PathParameter]).api.expect("there is a model");
    let operation = &api.operations[0];
    assert_eq!(operation.path, "/zoo/{id}");
    assert_eq!(
        operation.params.iter().map(|param| (param.place, param.wire.as_str())).collect::<Vec<_>>(),
        [(Place::Path, "id")]
    );
}

#[test]
fn a_path_that_is_there_with_a_slash_is_not_taken_twice() {
    let done = "{get: {responses: {'204': {description: Done.}}}}";
    let text = format!("paths:\n  /zoo: {done}\n  zoo: {done}\n");
    let api = outcome(&text, &[Code::InvalidValue]).api.expect("there is a model");
    assert_eq!(api.operations.len(), 1);
}

#[test]
fn a_variable_with_more_than_a_name_is_the_parameter_of_that_name() {
    let declared = "      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]\n";
    for variable in ["+id", "id+", "id*", "id=zoos/*", "id:.*"] {
        let text = operation(&format!("'/zoo/{{{variable}}}'"), declared);
        let api = outcome(&text, &[Code::Reread]).api.expect("there is a model");
        let operation = &api.operations[0];
        assert_eq!((operation.path.as_str(), operation.params.len()), ("/zoo/{id}", 1));
    }
    // What is declared in these words is meant in these words.
    let declared = declared.replace("name: id", "name: id+");
    let api = outcome(&operation("'/zoo/{id+}'", &declared), &[]).api.expect("there is a model");
    assert_eq!(api.operations[0].path, "/zoo/{id+}");
}

#[test]
fn a_key_without_a_value_is_not_there() {
    let text = "tags:\nsecurity:\npaths:\n  /zoo:\n    get:\n      operationId: look\n      tags:\n      parameters:\n      \
                responses:\n        '200':\n          description: Done.\n          headers:\n          content:\n            \
                application/json:\n              schema: {type: object, required: , properties: {name: {type: string, enum: }}}\n";
    let api = outcome(text, &[Code::Reread; 7]).api.expect("there is a model");
    assert_eq!(api.operations[0].answers.len(), 1);
}

#[test]
fn the_type_null_needs_no_quotes() {
    let text = "paths: {}\ncomponents:\n  schemas:\n    Animal:\n      type: object\n      required: [name, tag, kind]\n      \
                properties:\n        name: {type: [string, null]}\n        tag: {anyOf: [{type: string}, {type: null}]}\n        \
                kind: {type: null, anyOf: [{type: string}]}\n";
    let api = outcome(text, &[Code::Reread; 2]).api.expect("there is a model");
    let Shape::Struct(animal) = &api.types[0].shape else { unreachable!("{:?}", api.types[0]) };
    let names: Vec<(&str, Presence)> =
        animal.fields.iter().map(|field| (field.wire.as_str(), field.presence)).collect();
    assert_eq!(names, [("kind", Presence::Required), ("name", Presence::Nullable), ("tag", Presence::Nullable)]);
}

#[test]
fn a_reference_that_is_not_followed_costs_only_what_it_stands_for() {
    let text = "paths: {}\ncomponents:\n  schemas:\n    Animal:\n      type: object\n      required: [far, name, near]\n      \
                properties:\n        far: {$ref: 'https://zoo.example/far.yaml#/Animal'}\n        name: {type: string}\n        \
                near: {$ref: 'near.yaml#/Animal'}\n";
    let codes = [Code::ExternalReference, Code::DanglingReference];
    let api = outcome(text, &codes).api.expect("there is a model");
    let Shape::Struct(animal) = &api.types[0].shape else { unreachable!("{:?}", api.types[0]) };
    let types: Vec<&TypeRef> = animal.fields.iter().map(|field| &field.ty).collect();
    assert!(matches!(types.as_slice(), [TypeRef::Json, TypeRef::Prim(_), TypeRef::Json]), "{types:?}");
}

#[test]
fn a_file_is_known_by_the_address_that_it_gives_itself() {
    let library = "openapi: 3.2.0\n$self: https://zoo.example/v2/library.yaml\ninfo: {title: Library, version: '1'}\n\
                   components:\n  schemas:\n    Tag: {type: string}\n    Animal:\n      type: object\n      properties:\n        \
                   tag: {$ref: 'https://zoo.example/v2/library.yaml#/components/schemas/Tag'}\n";
    let text = format!(
        "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    Animal: {{$ref: 'library.yaml#/components/schemas/Animal'}}\n"
    );
    let loader = MemoryLoader::new().with("zoo.yaml", text).with("library.yaml", library);
    let outcome = generate(&loader, &Request::new("zoo.yaml"));
    assert!(outcome.diagnostics.is_empty(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    assert!(outcome.is_complete());
}

#[test]
fn an_empty_node_has_no_members() {
    let text = "paths:\n  /zoo:\n    post:\n      operationId: build\n      requestBody:\n        required: true\n        \
                content:\n          application/json:\n      responses:\n        '204': {description: Done.}\n";
    let api = outcome(text, &[Code::Reread]).api.expect("there is a model");
    assert_eq!(api.operations[0].body.as_ref().map(|body| body.media.len()), Some(1));
}
