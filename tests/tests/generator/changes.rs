//! What a change of a description means: a table of changes, each with what has to be said of it, and whether that is so.
//!
//! A program that was written before, and uses everything, is compiled against the crate of each change: where nothing breaks it
//! has to compile, and where something does it must not. What breaks without that is refused when the program runs.

use std::collections::{BTreeMap, BTreeSet};

use spec2crate::diff::{Effect, diff};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

use crate::compile::Yard;

const ZOO: &str = include_str!("../../fixtures/changes/zoo.yaml");
const CALLER: &str = include_str!("../../fixtures/changes/caller.rs");

/// A change: its name, texts that are replaced, what it means, and words that the report has to have.
type Row = (&'static str, &'static [(&'static str, &'static str)], Option<Effect>, &'static str);

/// The changes that break what the compiler does not see, with what of the program is refused.
const REFUSED: &[(&str, &str)] = &[
    ("bounds narrower", "bounds"),
    ("pattern added", "texts"),
    ("credentials removed", "key"),
    ("credentials together", "token"),
    ("credentials needed", "nothing"),
    ("member with narrower bounds", "members"),
    ("alternative by another tag", "tag"),
];

fn outcome(text: &str) -> Outcome {
    outcome_of(text, "zoo")
}

fn outcome_of(text: &str, name: &str) -> Outcome {
    let request = Request { name: Some(name.to_owned()), ..Request::new("zoo.yaml") };
    let outcome = generate(&MemoryLoader::from([("zoo.yaml", text)]), &request);
    assert!(outcome.is_complete(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    outcome
}

/// The zoo after a change.
fn changed(edits: &[(&str, &str)]) -> String {
    edited(ZOO, edits).expect("each text that is replaced stands once in the description")
}

/// A text after replacements, of each of which the old text has to be there once.
fn edited(text: &str, edits: &[(&str, &str)]) -> Option<String> {
    edits
        .iter()
        .try_fold(text.to_owned(), |text, (from, to)| (text.matches(from).count() == 1).then(|| text.replace(from, to)))
}

use Effect::{Additive, Breaking, DocsOnly, WireOnly};

const ROWS: &[Row] = &[
    ("nothing", &[], None, "Nothing changes for callers"),
    // Operations.
    (
        "operation added",
        &[(
            "  /keepers:\n",
            "  /doors:\n    get:\n      operationId: listDoors\n      tags: [Keepers]\n      responses: {'204': {description: None.}}\n  /keepers:\n",
        )],
        Some(Additive),
        "operation `listDoors`: `GET /doors` is added",
    ),
    (
        "operation removed",
        &[(
            "    delete:\n      operationId: removeAnimal\n      tags: [Animals]\n      summary: Removes an animal.\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string, minLength: 2}}\n        - {name: reason, in: query, required: true, schema: {type: string}}\n      responses:\n        '204': {description: It is gone.}\n",
            "    summary: An animal.\n",
        )],
        Some(Breaking),
        "operation `removeAnimal`: `DELETE /animals/{id}` is removed",
    ),
    (
        "operation renamed",
        &[("operationId: listKeepers", "operationId: allKeepers")],
        Some(Breaking),
        "it is called another way: was `keepers::list_keepers`, is `keepers::all_keepers`",
    ),
    (
        "operation of another tag",
        &[("operationId: listKeepers\n      tags: [Keepers]", "operationId: listKeepers\n      tags: [Animals]")],
        Some(Breaking),
        "is `animals::list_keepers`",
    ),
    (
        "path moved",
        &[("  /keepers:\n", "  /people/keepers:\n")],
        Some(WireOnly),
        "was `GET /keepers`, is `GET /people/keepers`",
    ),
    (
        "method changed",
        &[("    get:\n      operationId: listKeepers", "    put:\n      operationId: listKeepers")],
        Some(WireOnly),
        "was `GET /keepers`, is `PUT /keepers`",
    ),
    (
        "operation deprecated",
        &[("      summary: Lists keepers.", "      summary: Lists keepers.\n      deprecated: true")],
        Some(Additive),
        "operation `listKeepers`: it is deprecated",
    ),
    (
        "operation described",
        &[("summary: Lists keepers.", "summary: Lists all keepers.")],
        Some(DocsOnly),
        "descriptions: operation `listKeepers`",
    ),
    // Parameters.
    (
        "optional parameter added",
        &[(
            "        - {name: names,",
            "        - {name: page, in: query, schema: {type: string}}\n        - {name: names,",
        )],
        Some(Additive),
        "the query parameter `page` is added",
    ),
    (
        "required parameter added",
        &[(
            "        - {name: reason,",
            "        - {name: by, in: query, required: true, schema: {type: string}}\n        - {name: reason,",
        )],
        Some(Breaking),
        "the required query parameter `by` is added",
    ),
    (
        "parameter removed",
        &[("        - {name: names, in: query, schema: {type: array, items: {type: string}}}\n", "")],
        Some(Breaking),
        "the query parameter `names` is removed",
    ),
    (
        "parameter required",
        &[("{name: since, in: query,", "{name: since, in: query, required: true,")],
        Some(Breaking),
        "the parameter `since` is required now",
    ),
    (
        "parameter optional",
        &[("{name: reason, in: query, required: true,", "{name: reason, in: query,")],
        Some(Breaking),
        "the parameter `reason` is optional now",
    ),
    (
        "parameter of another type",
        &[(
            "{name: trace, in: header, schema: {type: string, maxLength: 20}}",
            "{name: trace, in: header, schema: {type: integer}}",
        )],
        Some(Breaking),
        "the parameter `trace` was `String`, is `i64`",
    ),
    (
        "parameter moved",
        &[("{name: trace, in: header,", "{name: trace, in: query,")],
        Some(WireOnly),
        "the parameter `trace` was `header`, is `query`",
    ),
    (
        "parameter written another way",
        &[("{name: names, in: query,", "{name: names, in: query, explode: false,")],
        Some(WireOnly),
        "the parameter `names` is written another way",
    ),
    (
        "bounds narrower",
        &[("maximum: 100, default: 20", "maximum: 50, default: 20")],
        Some(Breaking),
        "the bounds of the parameter `limit`: was `>= 1, <= 100`, is `>= 1, <= 50`",
    ),
    (
        "bounds wider",
        &[("maximum: 100, default: 20", "maximum: 500, default: 20")],
        Some(WireOnly),
        "the bounds of the parameter `limit`",
    ),
    (
        "pattern added",
        &[("maxLength: 20}", "maxLength: 20, pattern: '^[a-z]+$'}")],
        Some(Breaking),
        "the pattern `^[a-z]+$`",
    ),
    (
        "default changed",
        &[("default: 20", "default: 50")],
        Some(WireOnly),
        "the default of the parameter `limit` was `20`, is `50`",
    ),
    (
        "parameter described",
        &[("Only younger ones.", "Only those that are younger.")],
        Some(DocsOnly),
        "descriptions: operation `listAnimals`",
    ),
    (
        "parameter deprecated",
        &[("{name: trace, in: header,", "{name: trace, in: header, deprecated: true,")],
        Some(Additive),
        "the parameter `trace` is deprecated",
    ),
    // Bodies and answers.
    (
        "body optional",
        &[("      requestBody:\n        required: true\n", "      requestBody:\n")],
        Some(Breaking),
        "the body is optional now",
    ),
    (
        "body added",
        &[(
            "      summary: Lists keepers.\n",
            "      summary: Lists keepers.\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Keeper'}}}}\n",
        )],
        Some(Additive),
        "a body can be sent now",
    ),
    (
        "body required",
        &[(
            "      summary: Lists keepers.\n",
            "      summary: Lists keepers.\n      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Keeper'}}}}\n",
        )],
        Some(Breaking),
        "a body is required now",
    ),
    (
        "body of another type",
        &[(
            "application/json: {schema: {$ref: '#/components/schemas/NewAnimal'}}",
            "application/json: {schema: {$ref: '#/components/schemas/Animal'}}",
        )],
        Some(Breaking),
        "the body was `NewAnimal`, is `Animal`",
    ),
    (
        "body of another media type",
        &[(
            "application/json: {schema: {$ref: '#/components/schemas/NewAnimal'}}",
            "application/merge-patch+json: {schema: {$ref: '#/components/schemas/NewAnimal'}}",
        )],
        Some(WireOnly),
        "is `application/merge-patch+json of NewAnimal`",
    ),
    (
        "answer of another type",
        &[(
            "application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Keeper'}}}",
            "application/json: {schema: {$ref: '#/components/schemas/Keeper'}}",
        )],
        Some(Breaking),
        "its answer was `200 Vec<Keeper>`, is `200 Keeper`",
    ),
    (
        "answer of another status",
        &[("        '201':\n", "        '200':\n")],
        Some(WireOnly),
        "its answer was `201 Animal`, is `200 Animal`",
    ),
    (
        "error added",
        &[(
            "        '404':\n",
            "        '409':\n          description: Not now.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Problem'}}\n        '404':\n",
        )],
        Some(Additive),
        "its error",
    ),
    (
        "error removed",
        &[(
            "        '404':\n          description: There are none.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Problem'}}\n",
            "",
        )],
        Some(Breaking),
        "its error",
    ),
    // Credentials and addresses.
    (
        "credentials added",
        &[("security: [{token: []}]\n", "security: [{token: []}, {key: []}]\n")],
        Some(WireOnly),
        "was `token`, is `key, or token`",
    ),
    (
        "credentials removed",
        &[("security: [{token: []}, {key: []}]", "security: [{token: []}]")],
        Some(Breaking),
        "was `key, or token`, is `token`",
    ),
    (
        "credentials together",
        &[("security: [{token: []}]\n", "security: [{token: [], key: []}]\n")],
        Some(Breaking),
        "was `token`, is `key and token`",
    ),
    (
        "credentials needed",
        &[("      summary: Lists keepers.\n", "      summary: Lists keepers.\n      security: [{token: []}]\n")],
        Some(Breaking),
        "was nothing, is `token`",
    ),
    (
        "credentials optional",
        &[("security: [{token: []}]\n", "security: [{}, {token: []}]\n")],
        Some(WireOnly),
        "was `token`, is `none, or token`",
    ),
    (
        "scheme added",
        &[("    key: {type: apiKey", "    other: {type: http, scheme: basic}\n    key: {type: apiKey")],
        Some(Additive),
        "the security scheme `other` is added",
    ),
    (
        "address changed",
        &[("https://zoo.example/v1", "https://zoo.example/v2")],
        Some(WireOnly),
        "the default address was `https://zoo.example/v1`",
    ),
    (
        "API described",
        &[("description: The animals of a zoo.", "description: All animals of a zoo.")],
        Some(DocsOnly),
        "descriptions: the client",
    ),
    // Members.
    (
        "optional member added",
        &[("        next: {type: string}\n", "        next: {type: string}\n        last: {type: string}\n")],
        Some(Additive),
        "the member `last` is added",
    ),
    (
        "required member of an answer added",
        &[(
            "      required: [items]\n      properties:\n",
            "      required: [items, total]\n      properties:\n        total: {type: integer}\n",
        )],
        Some(Additive),
        "the required member `total` is added",
    ),
    (
        "required member of a body added",
        &[(
            "      required: [name, kind]\n      properties:\n",
            "      required: [name, kind, cage]\n      properties:\n        cage: {type: string}\n",
        )],
        Some(Breaking),
        "the required member `cage` is added",
    ),
    ("member removed", &[("        note: {type: string}\n", "")], Some(Breaking), "the member `note` is removed"),
    (
        "member of another type",
        &[(
            "weight: {type: number, description: In kilograms.}",
            "weight: {type: integer, description: In kilograms.}",
        )],
        Some(Breaking),
        "the member `weight` was `f64`, is `i64`",
    ),
    (
        "member required",
        &[("required: [items]", "required: [items, next]")],
        Some(Breaking),
        "the member `next` was `optional`, is `required`",
    ),
    (
        "member optional",
        &[("required: [id, name, kind]", "required: [id, kind]")],
        Some(Breaking),
        "the member `name` was `required`, is `optional`",
    ),
    (
        "member nullable",
        &[("        phone: {type: string}", "        phone: {type: [string, 'null']}")],
        Some(WireOnly),
        "the member `phone` was `optional`, is `optional and nullable`",
    ),
    (
        "member not nullable",
        &[("born: {type: [string, 'null'],", "born: {type: string,")],
        Some(WireOnly),
        "the member `born` was `optional and nullable`, is `optional`",
    ),
    (
        "member with narrower bounds",
        &[("maxLength: 40", "maxLength: 30")],
        Some(Breaking),
        "the bounds of the member `name`",
    ),
    (
        "member with wider bounds",
        &[("maxLength: 40", "maxLength: 50")],
        Some(WireOnly),
        "the bounds of the member `name`",
    ),
    (
        "member with another default",
        &[("default: 1}", "default: 2}")],
        Some(WireOnly),
        "the default of the member `weight` was `1`, is `2`",
    ),
    ("member described", &[("In kilograms.", "In kilograms, living.")], Some(DocsOnly), "descriptions: type `Animal`"),
    (
        "member deprecated",
        &[("        note: {type: string}", "        note: {type: string, deprecated: true}")],
        Some(Additive),
        "the member `note` is deprecated",
    ),
    (
        "member answered only",
        &[("        note: {type: string}", "        note: {type: string, readOnly: true}")],
        Some(Breaking),
        "the member `note` was `sent and answered`, is `answered only`",
    ),
    (
        "other members kept",
        &[("      required: [items]\n", "      required: [items]\n      additionalProperties: {type: string}\n")],
        Some(Additive),
        "other members: was `ignored`",
    ),
    (
        "values of a map",
        &[(
            "tags: {type: object, additionalProperties: {type: string}}",
            "tags: {type: object, additionalProperties: {type: integer}}",
        )],
        Some(Breaking),
        "the member `tags`",
    ),
    // Listed values.
    (
        "value added",
        &[("enum: [bear, lion, seal]", "enum: [bear, lion, seal, wolf]")],
        Some(Additive),
        "the value `\"wolf\"` is added",
    ),
    (
        "value removed",
        &[("enum: [bear, lion, seal]", "enum: [bear, seal]")],
        Some(Breaking),
        "the value `\"lion\"` is removed",
    ),
    ("values in another order", &[("enum: [bear, lion, seal]", "enum: [seal, bear, lion]")], None, "Nothing changes"),
    (
        "values listed no more",
        &[("      type: string\n      enum: [bear, lion, seal]\n", "      type: string\n")],
        Some(Breaking),
        "was `listed values`, is `a value with a name`",
    ),
    // Types.
    (
        "type added",
        &[("    Keeper:\n", "    Cage:\n      type: object\n      properties: {size: {type: integer}}\n    Keeper:\n")],
        Some(Additive),
        "types added: type `Cage`",
    ),
    (
        "type renamed",
        &[
            ("    Problem:\n", "    Fault:\n"),
            (
                "        '404':\n          description: There are none.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Problem'}}\n",
                "        '404':\n          description: There are none.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Fault'}}\n",
            ),
        ],
        Some(Breaking),
        "type `Problem`: it is called `Fault` now",
    ),
    ("type described", &[("description: What it eats.", "description: What it likes.")], Some(DocsOnly), "type `Food`"),
    (
        "alternative added",
        &[
            (
                "        - $ref: '#/components/schemas/Hay'\n",
                "        - $ref: '#/components/schemas/Hay'\n        - $ref: '#/components/schemas/Keeper'\n",
            ),
            (
                "hay: '#/components/schemas/Hay'}",
                "hay: '#/components/schemas/Hay', keeper: '#/components/schemas/Keeper'}",
            ),
        ],
        Some(Additive),
        "the alternative `Keeper` is added",
    ),
    (
        "alternative removed",
        &[
            ("        - $ref: '#/components/schemas/Hay'\n", "        - $ref: '#/components/schemas/Keeper'\n"),
            ("hay: '#/components/schemas/Hay'}", "hay: '#/components/schemas/Keeper'}"),
        ],
        Some(Breaking),
        "the alternative `Hay` is removed",
    ),
    (
        "alternative by another tag",
        &[("{meat: '#/components/schemas/Meat'", "{flesh: '#/components/schemas/Meat'")],
        Some(Breaking),
        "the alternative `Meat` was `type = meat`, is `type = flesh`",
    ),
    (
        "alternative by one more tag",
        &[(
            "{meat: '#/components/schemas/Meat'",
            "{meat: '#/components/schemas/Meat', flesh: '#/components/schemas/Meat'",
        )],
        Some(WireOnly),
        "is `type = flesh, meat`",
    ),
];

#[test]
fn changes_mean_what_the_table_says() {
    let old = outcome(ZOO);
    let mut wrong = Vec::new();
    for (name, edits, effect, words) in ROWS {
        let new = outcome(&changed(edits));
        let report = diff(&old, &new).expect("both can be read");
        let text = report.markdown();
        if report.effect() != *effect || !text.contains(words) {
            wrong.push(format!("{name}: wanted {effect:?} and `{words}`\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), ROWS.len(), wrong.join("\n"));
}

#[test]
fn callers_compile_or_not_as_the_table_says() {
    let cases = cases();
    let crates = cases.iter().map(|case| (case.package.clone(), case.files())).collect();
    let yard = Yard::open("changes", &crates);
    let check =
        ["check", "--workspace", "--examples", "--no-default-features", "--keep-going", "--message-format=json"];
    let mut broken: BTreeSet<String> = BTreeSet::new();
    for message in yard.messages(&check) {
        if message["reason"] != "compiler-message" || message["message"]["level"] != "error" {
            continue;
        }
        let said = &message["message"]["rendered"];
        assert_eq!(message["target"]["name"], "caller", "the crates themselves compile: {said}");
        let manifest = message["manifest_path"].as_str().unwrap_or_default();
        broken.extend(manifest.rsplit('/').nth(1).map(str::to_owned));
    }
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| broken.contains(&case.package) != case.breaks)
        .map(|case| {
            format!("{:?}: the caller {}", case.rows, if case.breaks { "compiles" } else { "does not compile" })
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));

    for (row, what) in REFUSED {
        let after = cases.iter().find(|case| case.rows.contains(row)).expect("it is a row of the table");
        for (package, passes) in [("kept-0", true), (after.package.as_str(), false)] {
            let run = ["run", "--quiet", "--no-default-features", "-p", package, "--example", "caller", "--", what];
            assert_eq!(yard.succeeds(&run), passes, "{row}: {what} with {package}");
        }
    }
}

/// A description after one change or several, and whether the program still compiles.
struct Case {
    package: String,
    rows: Vec<&'static str>,
    text: String,
    breaks: bool,
}

impl Case {
    fn new(package: String) -> Self {
        Self { package, rows: Vec::new(), text: ZOO.to_owned(), breaks: false }
    }

    fn files(&self) -> BTreeMap<String, String> {
        let files = outcome_of(&self.text, &self.package).files.expect("it is complete");
        let mut files: BTreeMap<String, String> =
            files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let library = self.package.replace('-', "_");
        files.insert("examples/caller.rs".to_owned(), CALLER.replace("zoo::", &format!("{library}::")));
        files
    }
}

/// What breaks stands alone. What does not is put together, as far as one change leaves the text that another one replaces, and
/// so is what is refused only when the program runs.
fn cases() -> Vec<Case> {
    let (mut kept, mut refused) = (vec![Case::new("kept-0".to_owned())], Vec::new());
    let mut alone = Vec::new();
    for (row, edits, effect, _) in ROWS {
        if REFUSED.iter().any(|(name, _)| name == row) {
            put("refused", &mut refused, row, edits);
        } else if *effect == Some(Breaking) {
            let case = Case::new(format!("breaks-{}", alone.len()));
            alone.push(Case { rows: vec![row], text: changed(edits), breaks: true, ..case });
        } else if edits.is_empty() {
            // The first one is the description as it was.
            kept[0].rows.push(row);
        } else {
            put("kept", &mut kept, row, edits);
        }
    }
    kept.into_iter().chain(refused).chain(alone).collect()
}

/// Adds a change to the first case in which its texts are as they were.
fn put(kind: &str, cases: &mut Vec<Case>, row: &'static str, edits: &[(&str, &str)]) {
    let fits = |case: &mut Case| {
        let text = edited(&case.text, edits).filter(|_| case.package != "kept-0")?;
        case.text = text;
        case.rows.push(row);
        Some(())
    };
    if cases.iter_mut().find_map(fits).is_none() {
        let case = Case::new(format!("{kind}-{}", cases.len()));
        cases.push(Case { rows: vec![row], text: changed(edits), ..case });
    }
}
