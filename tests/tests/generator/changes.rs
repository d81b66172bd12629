//! What a change of a description means: a table of changes, each with what has to be said of it, and whether that is so.
//!
//! A program that was written before, and uses everything, is compiled against the crates of the changes: where nothing breaks it
//! has to compile, and where something does, the part that uses it must not, for the reason that is given. What breaks without
//! that is refused, or read otherwise, when the program runs. Changes that leave each other's texts alone share a crate.

mod breaks;
mod gaps;
mod large;
mod more;
mod random;
mod rows;
mod semver;

use std::collections::{BTreeMap, BTreeSet};

use spec2crate::diff::{Effect, diff};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

use self::breaks::{BREAKS, FEATURES, REFUSED};
use crate::compile::Yard;

const ZOO: &str = include_str!("../../fixtures/changes/zoo.yaml");
const CONFIG: &str = include_str!("../../fixtures/changes/zoo.toml");
const CALLER: &str = include_str!("../../fixtures/changes/caller.rs");

/// Stands between the description and its configuration, where both are one text.
const BETWEEN: &str = "\n# codegen.toml\n";

/// A change: its name, texts that are replaced, what it means, and words that the report has to have.
type Row = (&'static str, &'static [(&'static str, &'static str)], Option<Effect>, &'static str);

fn rows() -> impl Iterator<Item = &'static Row> {
    rows::ROWS.iter().chain(more::ROWS)
}

/// The description of the zoo with its configuration.
fn zoo() -> String {
    format!("{ZOO}{BETWEEN}{CONFIG}")
}

fn outcome(text: &str) -> Outcome {
    let outcome = outcome_of(text, "zoo", false);
    assert!(outcome.is_complete(), "{}", outcome.diagnostics.render(&outcome.sources, false));
    outcome
}

fn outcome_of(text: &str, name: &str, keep_going: bool) -> Outcome {
    let (description, config) = text.split_once(BETWEEN).unwrap_or((text, "version = 1\n"));
    let request = Request {
        name: Some(name.to_owned()),
        config: Some("zoo.toml".to_owned()),
        keep_going,
        ..Request::new("zoo.yaml")
    };
    generate(&MemoryLoader::from([("zoo.yaml", description), ("zoo.toml", config)]), &request)
}

/// The zoo after a change.
fn changed(edits: &[(&str, &str)]) -> String {
    let text = edited(&zoo(), edits);
    assert!(text.is_some(), "each text that is replaced stands once in the description: {edits:?}");
    text.unwrap_or_default()
}

/// A text after replacements, of each of which the old text has to be there once.
fn edited(text: &str, edits: &[(&str, &str)]) -> Option<String> {
    edits
        .iter()
        .try_fold(text.to_owned(), |text, (from, to)| (text.matches(from).count() == 1).then(|| text.replace(from, to)))
}

#[test]
fn changes_mean_what_the_table_says() {
    let old = outcome(&zoo());
    let mut wrong = Vec::new();
    for (name, edits, effect, words) in rows() {
        let new = outcome(&changed(edits));
        let report = diff(&old, &new).expect("both can be read");
        let text = report.markdown();
        if report.effect() != *effect || !text.contains(words) {
            wrong.push(format!("{name}: wanted {effect:?} and `{words}`\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), rows().count(), wrong.join("\n"));
}

#[test]
fn an_address_that_can_be_chosen_is_a_type() {
    let second = |url: &str| changed(&[("/v1\n", &format!("/v1\n  - url: {url}\n"))]);
    let old = outcome(&second("https://backup.example"));
    let report = diff(&old, &outcome(&second("https://spare.example"))).expect("both can be read");
    let said: Vec<&str> = report.changes.iter().map(|change| change.what.as_str()).collect();
    assert_eq!(said, ["address 2 was `https://backup.example`, is `https://spare.example`"]);
    assert_eq!(report.changes[0].why, "`base_urls::BackupExample` is gone");
    assert_eq!(report.effect(), Some(Effect::Breaking));
}

#[test]
fn what_a_description_says_is_no_markdown() {
    let name = ("operationId: hearSounds", "operationId: \"hear`</details>\\n\\n# Sounds\"");
    let text = diff(&outcome(&zoo()), &outcome(&changed(&[name]))).expect("both can be read").markdown();
    assert!(text.contains("- operation `` hear`</details>\\n\\n# Sounds ``: it is called another way"), "{text}");
}

#[test]
fn what_was_is_called_as_it_was() {
    // `Trouble` stood in two lists, and makes room for two types: one of them is what it is called now.
    let old = "data: {type: array, items: {$ref: '#/components/schemas/Stay'}}\n        errors: {type: array, items: {$ref: '#/components/schemas/Trouble'}}\n        faults: {type: array, items: {$ref: '#/components/schemas/Trouble'}}";
    let new = changed(&[
        (old, &old.replacen("Trouble", "Alarm", 1).replacen("Trouble", "Fright", 1)),
        (
            "    Trouble:\n",
            "    Fright: {type: object, properties: {title: {type: string}, why: {type: string}}}\n    Alarm:\n",
        ),
    ]);
    let report = diff(&outcome(&zoo()), &outcome(&new)).expect("both can be read");
    let said: Vec<&str> = report.changes.iter().map(|change| change.what.as_str()).collect();
    assert_eq!(
        said,
        ["the member `faults` was `Vec<Trouble>`, is `Vec<Fright>`", "it is added", "it is called `Alarm` now"],
        "{}",
        report.markdown()
    );
}

#[test]
fn a_header_is_one_of_a_status() {
    let header = "          headers:\n            X-Days: {schema: {type: array, items: {type: integer}}}\n";
    let content = "          content:\n            application/json: {schema: {$ref: '#/components/schemas/Stay'}}\n";
    let second = |header: &str| format!("{content}        '404':\n          description: None.\n{header}");
    let whole = format!("{header}{content}");
    let after = |of: &str, headers: &str| outcome(&changed(&[(&whole, &format!("{of}{}", second(headers)))]));
    let (both, moved, alone) = (after(header, header), after("", header), after(header, ""));
    for (old, new, said, effect) in [
        (&both, &alone, "the header `X-Days` of its answers 404 is removed", Effect::WireOnly),
        (&both, &moved, "the header `X-Days` of its answers 200 is removed", Effect::WireOnly),
        (&alone, &both, "the header `X-Days` of its answers 404 is added", Effect::WireOnly),
        (&alone, &moved, "the header `X-Days` of its answers 200 is removed", Effect::WireOnly),
    ] {
        let report = diff(old, new).expect("both can be read");
        let found = report.changes.iter().find(|change| change.what == said);
        assert_eq!(found.map(|change| change.effect), Some(effect), "{said}\n{}", report.markdown());
    }
}

#[test]
fn changes_the_other_way_round_mean_something_else() {
    let new = outcome(&zoo());
    for (name, effect) in [
        ("required members may not be left out", Effect::WireOnly),
        ("optional parameter added", Effect::Breaking),
        ("bounds narrower", Effect::WireOnly),
        ("bounds wider", Effect::Breaking),
        ("value removed", Effect::Additive),
        ("path parameter renamed", Effect::DocsOnly),
        ("part of the runtime gone", Effect::Breaking),
        ("pages no more", Effect::Additive),
        ("alternative added behind", Effect::Breaking),
        ("scope needed", Effect::WireOnly),
        ("type renamed that is used", Effect::Breaking),
    ] {
        let (_, edits, ..) = rows().find(|(row, ..)| *row == name).expect("it is a row of the table");
        let report = diff(&outcome(&changed(edits)), &new).expect("both can be read");
        assert_eq!(report.effect(), Some(effect), "{name}:\n{}", report.markdown());
    }
}

#[test]
fn what_breaks_is_in_one_of_the_lists() {
    let breaking: BTreeSet<&str> =
        rows().filter(|(_, _, effect, _)| *effect == Some(Effect::Breaking)).map(|(name, ..)| *name).collect();
    let seen = BREAKS.iter().map(|(name, ..)| *name);
    let listed = seen.chain(REFUSED.iter().chain(FEATURES).map(|(name, _)| *name));
    assert_eq!(breaking, listed.collect());
    assert_eq!(breaking.len(), BREAKS.len() + REFUSED.len() + FEATURES.len(), "each stands in one list, once");
}

#[test]
fn a_feature_that_is_gone_cannot_be_asked_for() {
    let features = |text: &str| {
        let manifest = outcome(text).files.expect("it is complete").get("Cargo.toml").map(str::to_owned);
        let manifest: toml::Table = manifest.unwrap_or_default().parse().expect("it is a manifest");
        manifest["features"].as_table().cloned().unwrap_or_default()
    };
    for (row, feature) in FEATURES {
        let (_, edits, ..) = rows().find(|(name, ..)| name == row).expect("it is a row of the table");
        assert!(features(&zoo()).contains_key(*feature), "{row}");
        assert!(!features(&changed(edits)).contains_key(*feature), "{row}");
    }
}

#[test]
fn callers_compile_or_not_as_the_table_says() {
    let cases = cases();
    let crates = cases.iter().map(|case| (case.package.clone(), case.files())).collect();
    let yard = Yard::open("changes", &crates);
    let check =
        ["check", "--workspace", "--examples", "--no-default-features", "--keep-going", "--message-format=json"];
    let mut said: BTreeMap<(String, String), String> = BTreeMap::new();
    for message in yard.messages(&check) {
        if message["reason"] != "compiler-message" || message["message"]["level"] != "error" {
            continue;
        }
        let text = message["message"]["rendered"].as_str().unwrap_or_default();
        assert_eq!(message["target"]["kind"][0], "example", "the crates themselves compile: {text}");
        let package = message["manifest_path"].as_str().unwrap_or_default().rsplit('/').nth(1).unwrap_or_default();
        let example = message["target"]["name"].as_str().unwrap_or_default();
        said.entry((package.to_owned(), example.to_owned())).or_default().push_str(text);
    }
    let mut wrong = Vec::new();
    for case in &cases {
        for row in &case.rows {
            let Some((_, parts, word)) = BREAKS.iter().find(|(name, ..)| name == row) else { continue };
            let part = first(parts);
            match said.remove(&(case.package.clone(), part.to_owned())) {
                Some(text) if text.contains(word) => {}
                Some(text) => wrong.push(format!("{row}: `{part}` does not compile, but not for `{word}`:\n{text}")),
                None => wrong.push(format!("{row}: `{part}` compiles")),
            }
        }
    }
    wrong.extend(said.iter().map(|((package, example), text)| {
        let rows = cases.iter().find(|case| case.package == *package).map(|case| case.rows.clone());
        format!("{package}, {rows:?}: `{example}` does not compile:\n{text}")
    }));
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));

    for (row, part) in REFUSED {
        let after = cases.iter().find(|case| case.rows.contains(row)).expect("it is a row of the table");
        for (package, passes) in [("kept-0", true), (after.package.as_str(), false)] {
            let run = ["run", "--quiet", "--no-default-features", "-p", package, "--example", "caller", "--", part];
            assert_eq!(yard.succeeds(&run), passes, "{row}: {part} with {package}");
        }
    }
}

/// A description after one change or several.
struct Case {
    package: String,
    rows: Vec<&'static str>,
    text: String,
}

impl Case {
    /// The crate, with the programs that use it: one of all parts where nothing stops them from compiling, or one of each part
    /// that must not.
    fn files(&self) -> BTreeMap<String, String> {
        let files = outcome_of(&self.text, &self.package, false).files.expect("it is complete");
        let mut files: BTreeMap<String, String> =
            files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let parts: Vec<&str> =
            self.rows.iter().filter_map(|row| Some(first(BREAKS.iter().find(|(name, ..)| name == row)?.1))).collect();
        let library = format!("{}::", self.package.replace('-', "_"));
        let mut add = |name: &str, parts: &[&str]| {
            files.insert(format!("examples/{name}.rs"), caller(parts).replace("zoo::", &library));
        };
        parts.iter().for_each(|part| add(part, &[part]));
        if parts.is_empty() {
            add("caller", &[]);
        }
        files
    }
}

/// The part of the program that is compiled, of those that a change stops.
fn first(parts: &str) -> &str {
    parts.split(' ').next().unwrap_or_default()
}

/// The program with some of its parts; without any, with all of them.
fn caller(parts: &[&str]) -> String {
    let mut blocks = CALLER.split("\nmod ");
    let mut text = blocks.next().unwrap_or_default().to_owned();
    let mut arms = String::new();
    for block in blocks {
        let name = block.split(' ').next().unwrap_or_default();
        if parts.is_empty() || parts.contains(&name) {
            text.push_str(&format!("\nmod {block}"));
            arms.push_str(&format!("        \"{name}\" => {name}::run(),\n"));
        }
    }
    format!("{text}\nfn run(part: &str) -> bool {{\n    match part {{\n{arms}        _ => false,\n    }}\n}}\n")
}

/// The crates to build: the description as it was, and it with changes of one kind, as many of each as leave each other's
/// texts and parts of the program alone.
fn cases() -> Vec<Case> {
    let mut cases = vec![Case { package: "kept-0".to_owned(), rows: Vec::new(), text: zoo() }];
    for (row, edits, ..) in rows().filter(|(_, edits, ..)| !edits.is_empty()) {
        let part = |row: &str| {
            let broken = BREAKS.iter().find(|(name, ..)| *name == row).map(|(_, parts, _)| ("breaks", *parts));
            let refused = || REFUSED.iter().find(|(name, _)| *name == row).map(|(_, part)| ("refused", *part));
            broken.or_else(refused).unwrap_or(("kept", ""))
        };
        let (kind, of) = part(row);
        let fits = |case: &mut Case| {
            let of_other = |other: &str| of.split(' ').any(|one| part(other).1.split(' ').any(|two| one == two));
            let own = of.is_empty() || !case.rows.iter().any(|other| of_other(other));
            if !case.package.starts_with(kind) || case.package == "kept-0" || !own {
                return None;
            }
            case.text = edited(&case.text, edits).filter(|text| outcome_of(text, "zoo", false).is_complete())?;
            case.rows.push(row);
            Some(())
        };
        if cases.iter_mut().find_map(fits).is_none() {
            let package = format!("{kind}-{}", cases.len());
            cases.push(Case { package, rows: vec![row], text: changed(edits) });
        }
    }
    cases
}
