//! Whatever the text says, reading it ends, and what is found can be printed.

use proptest::prelude::*;
use serde_json::{Value, json};
use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::Document;
use spec2crate::source::Sources;

/// Reads every node that could be one of any kind, whatever stands there.
fn read_everything(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let mut diags = Diagnostics::new();
    if let Some(file) = sources.add(name, text, &mut diags)
        && let Some(document) = Document::read(&sources, file, &[], &mut diags)
    {
        let mut open = vec![Origin::root(file)];
        while let Some(origin) = open.pop() {
            document.resolve(&origin, &mut diags);
            document.operation(&origin, &mut diags);
            document.parameter(&origin, &mut diags);
            document.header(&origin, &mut diags);
            document.body(&origin, &mut diags);
            document.response(&origin, &mut diags);
            document.schema(&origin, &mut diags);
            document.mapping_target("nowhere", &origin, &mut diags);
            match document.value(&origin) {
                Some(Value::Object(map)) => open.extend(map.keys().map(|key| origin.child(key))),
                Some(Value::Array(list)) => open.extend((0..list.len()).map(|index| origin.index(index))),
                _ => {}
            }
        }
    }
    diags.render_json(&sources) + &diags.render(&sources, true)
}

fn sample() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://{host}/", "variables": {"host": {"default": "a", "enum": ["a"]}}}],
        "tags": [{"name": "t", "externalDocs": {"url": "u"}}],
        "security": [{"key": []}],
        "paths": {"/a/{b}": {
            "parameters": [{"name": "b", "in": "path", "required": true, "schema": {"type": "string"}}],
            "post": {
                "operationId": "o",
                "tags": ["t"],
                "parameters": [{"$ref": "#/components/parameters/P"}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}, "examples": {"e": {"value": 1}}}}},
                "responses": {"200": {"description": "d", "headers": {"h": {"schema": {"type": "integer"}}}, "content": {"a/b": {"schema": {}}}}}
            }
        }},
        "components": {
            "parameters": {"P": {"name": "p", "in": "query", "style": "form", "explode": false, "schema": {"type": "array", "items": {"type": "string"}}}},
            "securitySchemes": {"key": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "u", "scopes": {"s": "d"}}}}},
            "schemas": {"S": {
                "type": ["object", "null"], "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 1, "exclusiveMaximum": 5}},
                "additionalProperties": {"$ref": "#/components/schemas/S"}, "oneOf": [{"required": ["a"]}, {"type": "null"}],
                "discriminator": {"propertyName": "a", "mapping": {"x": "S"}}, "enum": [null, {"a": 1}], "default": {}
            }}
        }
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z#/~%$ü.0-9]{0,8}".prop_map(Value::from),
        Just(json!({"$ref": "#/components/schemas/S"})),
        Just(json!({"$ref": "#"})),
        Just(json!({"$ref": ""})),
        Just(json!({"$ref": 3})),
        Just(json!([])),
        Just(json!({})),
    ]
}

/// The pointers of all nodes of a tree.
fn pointers(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::Object(map) => open.extend(
                map.iter()
                    .map(|(key, value)| (format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), value)),
            ),
            Value::Array(list) => {
                open.extend(list.iter().enumerate().map(|(index, value)| (format!("{pointer}/{index}"), value)))
            }
            _ => {}
        }
        all.push(pointer);
    }
    all
}

proptest! {
    // Every case reads every node as every kind of node.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_text_can_be_read(text in "[-a&*!<{}\\[\\]:,#|>'\"? \n\t%ü0]{0,60}") {
        read_everything("a.yaml", &text);
        read_everything("a.json", &text);
    }

    #[test]
    fn any_node_may_be_anything(at in any::<prop::sample::Index>(), value in scalar(), more in any::<prop::sample::Index>(), other in scalar()) {
        let mut tree = sample();
        for (at, value) in [(at, value), (more, other)] {
            let pointers = pointers(&tree);
            if let Some(node) = tree.pointer_mut(pointers[at.index(pointers.len())].as_str()) {
                *node = value;
            }
        }
        let json = tree.to_string();
        let found = read_everything("a.json", &json);
        prop_assert_eq!(&found, &read_everything("a.json", &json));
        prop_assert!(!found.contains("S2C0213"), "{}", found);
    }
}
