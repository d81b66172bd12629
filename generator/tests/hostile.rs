//! Documents that were written to do harm: texts that try to become code, and structures that try to exhaust.
//!
//! Whatever a text holds, it stays data: every file reads as Rust, none of its code is the text's, and no character in it shows
//! something else than it says. Whatever a structure asks for, an answer comes, with a finding that names
//! the place, on the two megabytes of stack of a test's thread.

use std::str::FromStr;
use std::sync::LazyLock;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Map, Value, json};
use spec2crate::diag::Code;
use spec2crate::files::FileSet;
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

/// What is put wherever a text can stand.
const TEXTS: &[&str] = &[
    "\"); oUt!(); (\"",
    "*/ #![feature(oUt)] /*",
    "#![allow(oUt)]",
    "first\nfn oUt() {}\n// last",
    "first\r\npub mod oUt;\r\n",
    "r#\"raw\"# and \"#",
    "'a' and '",
    "back \\ slash \\u{41} \\n",
    "{} {0} {oUt} ${oUt} #oUt $crate",
    "//! inner",
    "/// oUter",
    "``` \nfn oUt() {}\n```",
    "</code><script>oUt()</script>",
    "[link](javascript:oUt) ![image](x)",
    "oUt!(include_str!(\"/etc/passwd\"))",
    "oUt!(env!(\"HOME\"))",
    "../../oUt",
    "/etc/oUt",
    "C:\\oUt\\con.rs",
    "crate",
    "self",
    "r#type",
    "_",
    "",
    " ",
    "\u{202e}tuo\u{2066}x\u{2069}\u{200f}",
    "nul \0 and \u{7} and \u{1b}[31m",
    "\u{feff}mark \u{2028} line",
    "é\u{301} 日本語 😀",
    "%2e%2e%2f%00",
];

/// A description with a text in every place that takes one.
fn with(text: &str) -> Value {
    let schema = |more: Value| {
        let mut node = json!({ "title": text, "description": text, "x-out": text });
        if let (Some(node), Value::Object(more)) = (node.as_object_mut(), more) {
            node.extend(more);
        }
        node
    };
    let key = format!("k {text}");
    let members: Map<String, Value> = [
        (key.clone(), schema(json!({ "type": "string", "default": text, "example": text }))),
        ("kind".to_owned(), schema(json!({ "type": "string", "enum": ["one", text, format!("v {text}")] }))),
        ("pattern".to_owned(), schema(json!({ "type": "string", "pattern": text }))),
        ("format".to_owned(), schema(json!({ "type": "string", "format": text }))),
        ("fixed".to_owned(), schema(json!({ "type": "string", "const": text }))),
    ]
    .into_iter()
    .collect();
    let name = format!("S {text}");
    let reference = format!("#/components/schemas/{}", name.replace('~', "~0").replace('/', "~1").replace('%', "%25"));
    let body = json!({ "schema": { "$ref": reference } });
    json!({
        "openapi": "3.1.0",
        "info": { "title": text, "description": text, "version": text, "x-out": text },
        "servers": [{ "url": format!("https://out.test/{{v}}/{text}"), "description": text,
                      "variables": { "v": { "default": "a", "enum": ["a", text], "description": text } } }],
        "tags": [{ "name": format!("t {text}"), "description": text, "externalDocs": { "url": text, "description": text } }],
        "security": [{ "key": [] }],
        "paths": { format!("/p/{text}/{{id}}"): {
            "summary": text,
            "post": {
                "operationId": format!("o {text}"), "summary": text, "description": text, "tags": [format!("t {text}")],
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "description": text, "schema": { "type": "string" } },
                    { "name": format!("q {text}"), "in": "query", "description": text, "example": text,
                      "schema": { "type": "string", "default": text } },
                    { "name": format!("h{text}"), "in": "header", "description": text, "schema": { "type": "string" } },
                ],
                "requestBody": { "description": text, "content": { "application/json": body, (text): body } },
                "responses": {
                    "200": { "description": text, "content": { "application/json": body },
                             "headers": { format!("X-{text}"): { "description": text, "schema": { "type": "string" } } } },
                    "404": { "description": text },
                },
            },
        } },
        "webhooks": { text: { "post": { "description": text, "requestBody": { "content": { "application/json": body } },
                                        "responses": { "200": { "description": text } } } } },
        "components": {
            "schemas": {
                (name): schema(json!({ "type": "object", "properties": members, "required": ["kind"] })),
                "Either": schema(json!({
                    "oneOf": [{ "$ref": reference }, { "type": "object", "title": text, "required": ["z"],
                                                       "properties": { "z": { "type": "integer" } } }],
                    "discriminator": { "propertyName": "kind", "mapping": { (text): reference } },
                })),
            },
            "securitySchemes": {
                "key": { "type": "apiKey", "in": "header", "name": format!("k{text}"), "description": text },
                text: { "type": "oauth2", "description": text, "flows": { "clientCredentials": {
                    "tokenUrl": format!("https://out.test/{text}"), "scopes": { text: text } } } },
            },
        },
    })
}

fn run(document: &Value) -> Outcome {
    let mut request = Request::new("document.json");
    request.name = Some("hostile".to_owned());
    request.keep_going = true;
    generate(&MemoryLoader::from([("document.json", document.to_string())]), &request)
}

/// What a text would be as code. Names are written in another way.
const MARK: &str = "oUt";

/// Whether some code has a word that only a text can have put there.
fn is_intruded(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => is_intruded(group.stream()),
        TokenTree::Ident(ident) => ident == MARK,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether a file of the crate reads as Rust.
fn assert_rust(path: &str, content: &str) {
    let read = syn::parse_file(content);
    assert!(read.is_ok(), "{path}: {:?}", read.err());
}

/// What is generated for each of the texts.
static CRATES: LazyLock<Vec<(&str, FileSet)>> = LazyLock::new(|| {
    let files = |text: &&'static str| (*text, run(&with(text)).files.expect("there are files"));
    TEXTS.iter().map(files).collect()
});

/// Characters that show something else than what stands there, or nothing at all.
fn misleads(c: char) -> bool {
    let bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    bidi || c.is_control() && c != '\n' || c == '\u{feff}'
}

#[test]
fn a_text_never_becomes_code() {
    let caught = TokenStream::from_str("fn a() { #![x] { oUt } }").expect("these are tokens");
    assert!(is_intruded(caught), "the search is not blind");
    for (text, files) in CRATES.iter() {
        for (path, content) in files.iter() {
            if path.ends_with(".rs") {
                assert_rust(path, content);
                let tokens = TokenStream::from_str(content).expect("it was parsed");
                assert!(!is_intruded(tokens), "{path} of {text:?}");
            }
            let misleading = content.chars().find(|c| misleads(*c));
            assert_eq!(misleading, None, "{path} of {text:?}");
        }
        let manifest = files.get("Cargo.toml").expect("there is a manifest");
        let manifest: toml::Table = manifest.parse().expect("the manifest is TOML");
        assert_eq!(manifest["package"]["name"].as_str(), Some("hostile"));
    }
}

#[test]
fn no_file_lies_outside() {
    for (text, files) in CRATES.iter() {
        for (path, _) in files.iter() {
            let plain = |part: &str| {
                !part.is_empty()
                    && part.len() <= 100
                    && part != "."
                    && !part.starts_with("..")
                    && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
            };
            assert!(path.split('/').all(plain), "{path} of {text:?}");
        }
    }
}

/// A description of these schemas and an operation that answers with the first of them.
fn of_schemas(schemas: impl IntoIterator<Item = (String, Value)>) -> Value {
    let schemas: Map<String, Value> = schemas.into_iter().collect();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Exhausting", "version": "1" },
        "paths": { "/all": { "get": { "operationId": "getAll", "responses": { "200": {
            "description": "All.", "content": { "application/json": { "schema": to("S0") } } } } } } },
        "components": { "schemas": schemas },
    })
}

fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Makes a schema that means the one of a name.
type Link = dyn Fn(&str) -> Value;

/// A chain of schemas: each is what `link` makes of the name of the next.
fn chain(length: usize, link: impl Fn(&str) -> Value) -> Value {
    let links = (0..length).map(|index| (format!("S{index}"), link(&format!("S{}", index + 1))));
    of_schemas(
        links.chain([(format!("S{length}"), json!({ "type": "object", "properties": { "x": { "type": "string" } } }))]),
    )
}

fn findings(outcome: &Outcome, code: Code) -> usize {
    outcome.diagnostics.iter().filter(|found| found.code == code).count()
}

/// Each of forty schemas means the next one twice, so that the first means the last 2^40 times.
#[test]
fn compositions_that_multiply_are_cut() {
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let outcome =
            run(&chain(40, |next| json!({ keyword: [to(next), { "allOf": [to(next)], "description": "again" }] })));
        assert!(outcome.is_complete() && findings(&outcome, Code::Reduced) > 0, "{keyword}");
    }
    let twice = run(&chain(40, |next| {
        json!({ "type": "object", "required": ["a", "b"],
                                              "properties": { "a": to(next), "b": to(next) } })
    }));
    assert!(twice.is_complete() && twice.diagnostics.is_empty(), "members are types of their own: nothing multiplies");
}

#[test]
fn chains_of_any_length_end() {
    let members =
        |next: &str| json!({ "allOf": [to(next), { "type": "object", "properties": { next: { "type": "string" } } }] });
    let links: [(&str, Box<Link>, bool); 7] = [
        ("allOf", Box::new(members), true),
        ("oneOf", Box::new(|next| json!({ "oneOf": [to(next), { "type": "integer" }] })), true),
        ("items", Box::new(|next| json!({ "type": "array", "items": to(next) })), true),
        ("values", Box::new(|next| json!({ "type": "object", "additionalProperties": to(next) })), true),
        ("one arm", Box::new(|next| json!({ "anyOf": [to(next)] })), true),
        (
            "members",
            Box::new(|next| json!({ "type": "object", "required": ["n"], "properties": { "n": to(next) } })),
            false,
        ),
        ("references", Box::new(to), true),
    ];
    for (what, link, told) in links {
        let outcome = run(&chain(1_000, link));
        assert!(outcome.is_complete(), "{what}");
        assert_eq!(!outcome.diagnostics.is_empty(), told, "{what}");
    }
}

#[test]
fn circles_of_any_length_are_opened() {
    let circle = (0..3_000).map(|index| {
        let next = to(&format!("S{}", (index + 1) % 3_000));
        (format!("S{index}"), json!({ "type": "object", "required": ["n"], "properties": { "n": next } }))
    });
    let outcome = run(&of_schemas(circle));
    assert!(outcome.is_complete());
    assert_eq!(findings(&outcome, Code::Reduced), 3_000, "no value can end: each member is optional");
}

/// Every construct that refers, referring to itself.
#[test]
fn a_circle_through_any_construct_ends() {
    let own = || to("S0");
    let circles = [
        json!({ "allOf": [own()] }),
        json!({ "oneOf": [own()] }),
        json!({ "anyOf": [own(), { "type": "null" }] }),
        json!({ "not": own() }),
        json!({ "type": "array", "items": own() }),
        json!({ "type": "array", "prefixItems": [own(), own()] }),
        json!({ "type": "object", "additionalProperties": own() }),
        json!({ "type": "object", "patternProperties": { "^x": own() } }),
        json!({ "type": "object", "propertyNames": own() }),
        json!({ "type": "object", "required": ["own"], "properties": { "own": own() } }),
        json!({ "type": "object", "dependentSchemas": { "a": own() } }),
        json!({ "if": own(), "then": own(), "else": own() }),
        json!({ "type": "string", "contentSchema": own() }),
        json!({ "oneOf": [own()], "discriminator": { "propertyName": "t", "mapping": { "s": "S0" } } }),
        json!({ "type": ["array", "object"], "items": own(), "additionalProperties": own() }),
        json!({ "$ref": "#/components/schemas/S0/properties/x", "properties": { "x": own() } }),
        json!({ "$dynamicRef": "#own", "$dynamicAnchor": "own" }),
        own(),
    ];
    for schema in circles {
        let mut document =
            of_schemas([("S0".to_owned(), schema.clone()), ("S1".to_owned(), json!({ "oneOf": [own(), to("S1")] }))]);
        for section in ["responses", "parameters", "requestBodies", "headers", "examples", "pathItems"] {
            document["components"][section] = json!({ "Own": { "$ref": format!("#/components/{section}/Own") } });
        }
        document["paths"]["/own"] = json!({
            "post": {
                "operationId": "own",
                "parameters": [{ "$ref": "#/components/parameters/Own" }, { "name": "q", "in": "query", "schema": own() }],
                "requestBody": { "content": { "application/json": { "schema": own() } } },
                "responses": { "200": { "description": "Own.", "content": { "application/json": { "schema": own() } } },
                               "400": { "$ref": "#/components/responses/Own" } },
            },
        });
        document["paths"]["/item"] = json!({ "$ref": "#/components/pathItems/Own" });
        let outcome = run(&document);
        let rendered = outcome.diagnostics.render(&outcome.sources, false);
        assert!(outcome.is_complete() && rendered.contains("document.json:1:"), "{schema}: {rendered}");
    }
}

#[test]
fn what_no_compiler_could_take_is_reduced() {
    let members: Map<String, Value> =
        (0..20_000).map(|index| (format!("m{index}"), json!({ "type": "string" }))).collect();
    let values: Vec<String> = (0..20_000).map(|index| format!("v{index}")).collect();
    for schema in [json!({ "type": "object", "properties": members }), json!({ "type": "string", "enum": values })] {
        let outcome = run(&of_schemas([("S0".to_owned(), schema)]));
        assert_eq!((outcome.is_complete(), findings(&outcome, Code::Reduced)), (true, 1));
        let lines: usize =
            outcome.files.iter().flat_map(|files| files.iter()).map(|(_, text)| text.lines().count()).sum();
        assert!(lines < 60_000, "{lines} lines");
    }
}

#[test]
fn names_of_a_megabyte_become_names() {
    let long = "long".repeat(250_000);
    let mut document = of_schemas([
        ("S0".to_owned(), to(&long)),
        (
            long.clone(),
            json!({ "type": "object", "properties": { (long.clone()): { "type": "string", "enum": [long, "b"] } } }),
        ),
    ]);
    document["paths"]["/all"]["get"]["operationId"] = json!(long);
    document["paths"]["/all"]["get"]["tags"] = json!([long]);
    let outcome = run(&document);
    assert!(outcome.is_complete());
    for (path, text) in outcome.files.as_ref().expect("there are files").iter() {
        assert!(path.split('/').all(|part| part.len() <= 100), "{} bytes of a path", path.len());
        if path.ends_with(".rs") {
            assert_rust(path, text);
        }
    }
}

#[test]
fn texts_that_unfold_or_nest_are_refused_where_they_do() {
    let bomb: String = ('b'..='j').fold(String::from("x-a: &a [l, l, l, l, l, l, l, l, l, l]\n"), |text, c| {
        let before = char::from_u32(u32::from(c) - 1).unwrap_or('a');
        format!("{text}x-{c}: &{c} [{}]\n", vec![format!("*{before}"); 10].join(", "))
    });
    let deep = |open: &str, close: &str| format!("x-deep: {}{}\n", open.repeat(100_000), close.repeat(100_000));
    for (what, more) in [("aliases", bomb), ("lists", deep("[", "]")), ("itself", "x-own: &own [*own]\n".to_owned())] {
        let text = format!("openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths: {{}}\n{more}");
        let outcome = generate(&MemoryLoader::from([("document.yaml", text)]), &Request::new("document.yaml"));
        assert!(!outcome.is_complete() && outcome.diagnostics.has_errors(), "{what}");
        let rendered = outcome.diagnostics.render(&outcome.sources, false);
        assert!(rendered.contains("document.yaml"), "{what}: {rendered}");
    }
    let text = format!("{{\"openapi\":\"3.1.0\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let outcome = generate(&MemoryLoader::from([("document.json", text)]), &Request::new("document.json"));
    assert!(outcome.diagnostics.has_errors());
}
