//! Random edits of descriptions, and what has to be true of every report: nothing that differs goes unsaid, nothing that is
//! called compatible takes anything away, and what stands in another order only is no change.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use spec2crate::diag::Diagnostics;
use spec2crate::diff::{Effect, Report, diff};
use spec2crate::source::{MemoryLoader, Sources};
use spec2crate::{Outcome, Request, generate};

use crate::documents::{fixtures, read, root};
use crate::order::reversed;

/// The fixtures of the short run.
const SHORT: &[&str] = &["bounds", "union_tag", "query_styles", "presence"];

#[test]
fn random_edits_are_reported_as_what_they_are() {
    for fixture in SHORT {
        edits_of(fixture, 12);
    }
}

#[test]
#[ignore = "20 minutes: 60 edits of every fixture"]
fn random_edits_of_all_fixtures_are_reported_as_what_they_are() {
    for fixture in fixtures("accept") {
        edits_of(&fixture, 60);
    }
}

fn edits_of(fixture: &str, count: u64) {
    let text = read(format!("tests/fixtures/accept/{fixture}.yaml"));
    let config = std::fs::read_to_string(root().join(format!("tests/fixtures/accept/{fixture}.toml")));
    let config = config.unwrap_or_else(|_| "version = 1\n".to_owned());
    let document = tree(&text);
    let old = outcome(&document, &config);
    assert!(old.api.is_some(), "{fixture} can be read");
    let report = diff(&old, &old).expect("it can be read");
    assert!(report.changes.is_empty(), "{fixture} against itself:\n{}", report.markdown());
    let tree = serde_yaml::to_value(&document).expect("a tree is YAML");
    let text = serde_yaml::to_string(&reversed(&tree)).expect("a tree is YAML");
    let reversed = outcome_of(&text, &config);
    let report = diff(&old, &reversed).expect("both can be read");
    assert!(report.changes.is_empty(), "{fixture} in another order:\n{}", report.markdown());
    for number in 0..count {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(number + 1));
        let mut document = document.clone();
        let done: Vec<String> = (0..=dice.below(3)).filter_map(|_| edit(&mut document, &mut dice)).collect();
        let new = outcome(&document, &config);
        let Some(report) = diff(&old, &new) else { continue };
        holds(&format!("{fixture}, {number}: {done:?}"), &old, &new, &report);
        if let Some(report) = diff(&new, &old) {
            holds(&format!("{fixture}, {number} back: {done:?}"), &new, &old, &report);
        }
    }
}

/// What is true of every report.
fn holds(what: &str, old: &Outcome, new: &Outcome, report: &Report) {
    let (before, after) = (listing(old), listing(new));
    let text = report.markdown();
    if before != after || code(old) != code(new) {
        assert!(!report.changes.is_empty(), "{what}: something differs, and nothing is said");
    }
    if report.effect() != Some(Effect::Breaking) {
        let bare = |line: &str| unnamed(&line.replace(" #[deprecated]", "").replace("const fn", "fn"));
        let kept: BTreeSet<String> = after.iter().map(|line| bare(line)).collect();
        let gone: Vec<&String> = before.iter().filter(|line| !kept.contains(&bare(line))).collect();
        assert!(gone.is_empty(), "{what}: gone without a break: {gone:#?}\n{text}");
    }
    if matches!(report.effect(), None | Some(Effect::WireOnly | Effect::DocsOnly)) {
        let names = |lines: &BTreeSet<String>| lines.iter().map(|line| unnamed(line)).collect::<BTreeSet<String>>();
        assert_eq!(names(&before), names(&after), "{what}: new or gone without a word\n{text}");
    }
    let json = report.to_json();
    for effect in Effect::ALL {
        let count = report.count(effect);
        assert_eq!(json["counts"][effect.as_str()], count, "{what}");
        let listed =
            json["changes"].as_array().into_iter().flatten().filter(|c| c["effect"] == effect.as_str()).count();
        assert_eq!(listed, count, "{what}");
        let said = text.lines().nth(1).unwrap_or_default().contains(&format!("{count} {effect}"));
        assert_eq!(said, count > 0, "{what}\n{text}");
    }
    let overview = text.split("\n<details>").next().unwrap_or_default();
    assert!(overview.lines().count() <= 50, "{what}: more than a screen\n{text}");
    assert!(overview.lines().all(|line| line.chars().count() <= 160), "{what}: a line is too long\n{text}");
}

/// One line per item and impl.
fn listing(outcome: &Outcome) -> BTreeSet<String> {
    let files = outcome.files.as_ref().expect("there is a crate");
    let mut lines = BTreeSet::new();
    for line in files.get("api.txt").unwrap_or_default().lines() {
        match line.split_once(": impl ").filter(|(_, traits)| !traits.contains(" for ")) {
            Some((path, traits)) => lines.extend(traits.split(" + ").map(|name| format!("{path}: impl {name}"))),
            None => _ = lines.insert(line.to_owned()),
        }
    }
    lines
}

/// A line without the names of arguments, which nobody writes who calls a function.
fn unnamed(line: &str) -> String {
    let Some((head, arguments)) = line.split_once("fn(") else { return line.to_owned() };
    let parts: Vec<&str> = arguments.split(", ").collect();
    let bare = parts.iter().map(|part| part.split_once(": ").map_or(*part, |(_, ty)| ty));
    format!("{head}fn({}", bare.collect::<Vec<_>>().join(", "))
}

/// Every file without its comments.
fn code(outcome: &Outcome) -> Vec<(String, String)> {
    let files = outcome.files.as_ref().expect("there is a crate");
    let code =
        |text: &str| text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(path, text)| (path.to_owned(), code(text))).collect()
}

fn outcome(document: &Value, config: &str) -> Outcome {
    outcome_of(&document.to_string(), config)
}

fn outcome_of(text: &str, config: &str) -> Outcome {
    let loader = MemoryLoader::from([("api.yaml", text), ("codegen.toml", config)]);
    let request = Request { config: Some("codegen.toml".to_owned()), keep_going: true, ..Request::new("api.yaml") };
    generate(&loader, &request)
}

/// A document as the generator reads it, with its anchors in place.
fn tree(text: &str) -> Value {
    let mut sources = Sources::new();
    let file = sources.add("api.yaml", text, &mut Diagnostics::new()).expect("it is YAML");
    sources.tree(file).cloned().unwrap_or_default()
}

/// Numbers that look random and are always the same (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next()).unwrap_or_default() % most.max(1)
    }
}

/// Changes something anywhere, and says what.
fn edit(document: &mut Value, dice: &mut Dice) -> Option<String> {
    let mut places = Vec::new();
    pointers(document, String::new(), &mut places);
    places
        .retain(|place| ["/paths", "/components", "/webhooks", "/servers"].iter().any(|root| place.starts_with(root)));
    let place = places.get(dice.below(places.len()))?.clone();
    let key = place.rsplit('/').next().unwrap_or_default().to_owned();
    let kind = dice.below(6);
    let said = format!("{kind} at {place}");
    if kind == 0 {
        let (parent, _) = place.rsplit_once('/')?;
        match document.pointer_mut(parent)? {
            Value::Object(map) => _ = map.remove(&key.replace("~1", "/").replace("~0", "~")),
            Value::Array(list) => _ = list.remove(key.parse().ok().filter(|at| *at < list.len())?),
            _ => return None,
        }
        return Some(said);
    }
    let value = document.pointer_mut(&place)?;
    match value {
        Value::Object(map) if kind == 1 => {
            let more = Value::Object(Map::from_iter([("type".to_owned(), "string".into())]));
            match map.get_mut("properties") {
                Some(Value::Object(properties)) => _ = properties.insert("addedByChance".to_owned(), more),
                _ => _ = map.insert("description".to_owned(), "By chance.".into()),
            }
        }
        Value::Object(map) if kind == 2 => {
            let first = map.keys().nth(dice.below(map.len()))?.clone();
            let moved = map.remove(&first)?;
            map.insert(format!("{first}X"), moved);
        }
        Value::Object(map) => _ = map.insert("deprecated".to_owned(), (kind == 3).into()),
        Value::Array(list) if kind == 1 => list.reverse(),
        Value::Array(list) if kind == 2 => {
            let first = list.first()?.clone();
            list.push(match first {
                Value::String(text) => format!("{text}2").into(),
                other => other,
            });
        }
        Value::Array(list) => _ = list.pop(),
        Value::Bool(flag) => *flag = !*flag,
        Value::Number(number) => *value = (number.as_i64().unwrap_or_default() + 1).into(),
        Value::String(text) => {
            let types = ["string", "integer", "number", "boolean", "array", "object"];
            *value = match types.iter().position(|name| name == text) {
                Some(at) => types[(at + kind) % types.len()].into(),
                None => format!("{text}x").into(),
            };
        }
        Value::Null => *value = true.into(),
    }
    Some(said)
}

fn pointers(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                pointers(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(at);
}
