//! What a change of a description means: a table of changes, each with what has to be said of it, and whether that is so.
//!
//! A program that was written before, and uses everything, is compiled against the crate of each change: where nothing breaks it
//! has to compile, and where something does it must not. What breaks without that is refused when the program runs.

mod rows;
mod semver;

use std::collections::{BTreeMap, BTreeSet};

use spec2crate::diff::{Effect, diff};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

use self::rows::ROWS;
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
        } else if *effect == Some(Effect::Breaking) {
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
