//! The values of a description, each through its generated type and back: what the programs do that `cargo xtask corpus
//! --examples` and `--samples` write.

use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::equality::{Schemas, leaves, with_other_leaf};

/// How many leaves of a value are changed.
const MOST_LEAVES: usize = 40;

/// Reads a value into a type and writes it again.
pub type Through = fn(Value) -> Result<Value, serde_json::Error>;

/// Reads a value into a type and writes it again, as text, because that is what is sent.
///
/// # Errors
///
/// The value is none of the type.
pub fn through<T: DeserializeOwned + Serialize>(value: Value) -> Result<Value, serde_json::Error> {
    let text = serde_json::to_string(&serde_json::from_value::<T>(value)?)?;
    serde_json::from_str(&text)
}

/// Takes the values of a file through their types, and prints what came of it as JSON.
///
/// A value passes if it comes back as it was ([`Schemas::difference`]), and if it does not when one of its leaves is
/// changed to another value of its kind, for every leaf that a schema lists. The file has `schemas`, a document with
/// schemas in `$defs`, and `values`, each with the place (`at`), the name of its schema, the index of its type and the
/// value.
///
/// It may have `samples` too, which look the same. What each of them came back as is printed (`back`), and where it did not
/// pass why (`why`); leaves are changed only in those that say so (`probe`).
#[must_use]
pub fn run(path: &str, types: &[Through]) -> ExitCode {
    let data: Value = match std::fs::read_to_string(path).map(|text| serde_json::from_str(&text)) {
        Ok(Ok(data)) => data,
        other => {
            eprintln!("{path}: {:?}", other.err());
            return ExitCode::FAILURE;
        }
    };
    let schemas = Schemas::new(data["schemas"].clone());
    let mut report = Report::default();
    let type_of = |entry: &Value| entry["type"].as_u64().and_then(|index| types.get(usize::try_from(index).ok()?));
    let samples = data["samples"].as_array().into_iter().flatten();
    let samples: Vec<Value> = samples.map(|entry| sample(&schemas, entry, type_of(entry).copied())).collect();
    for value in data["values"].as_array().into_iter().flatten() {
        report.tried += 1;
        let found = match type_of(value) {
            Some(through) => report.trip(&schemas, value, *through),
            None => Some("there is no such type".to_owned()),
        };
        match found {
            None => report.passed += 1,
            Some(why) => report.failures.push(json!({ "at": value["at"], "why": why, "value": value["value"] })),
        }
    }
    println!("{}", report.json(&samples));
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Debug, Default)]
struct Report {
    tried: usize,
    passed: usize,
    /// Changes that made a difference.
    noticed: usize,
    /// Changes of what no schema lists.
    outside: usize,
    failures: Vec<Value>,
}

impl Report {
    fn json(&self, samples: &[Value]) -> Value {
        json!({
            "samples": samples,
            "tried": self.tried,
            "passed": self.passed,
            "noticed": self.noticed,
            "outside": self.outside,
            "failures": self.failures,
        })
    }

    /// Why a value does not pass.
    fn trip(&mut self, schemas: &Schemas, entry: &Value, through: Through) -> Option<String> {
        let schema = schema(entry);
        let value = &entry["value"];
        let back = match through(value.clone()) {
            Ok(back) => back,
            Err(error) => return Some(format!("it cannot be read: {error}")),
        };
        schemas.difference(&schema, value, &back).or_else(|| self.probe(schemas, &schema, value, through))
    }

    /// The first leaf of a value whose change makes no difference, though a schema lists it.
    fn probe(&mut self, schemas: &Schemas, schema: &Value, value: &Value, through: Through) -> Option<String> {
        let leaves = leaves(value);
        let step = leaves.len().div_ceil(MOST_LEAVES).max(1);
        for leaf in leaves.iter().step_by(step) {
            let Some(changed) = with_other_leaf(value, leaf) else { continue };
            if schemas.difference(schema, value, &changed).is_none() {
                self.outside += 1;
                continue;
            }
            match through(changed) {
                Ok(back) if schemas.difference(schema, value, &back).is_none() => {
                    return Some(format!("nothing tells a change of {leaf}"));
                }
                _ => self.noticed += 1,
            }
        }
        None
    }
}

/// What became of a sample.
fn sample(schemas: &Schemas, entry: &Value, through: Option<Through>) -> Value {
    let Some(through) = through else { return json!({ "kind": "unread", "why": "there is no such type" }) };
    let (schema, value) = (schema(entry), &entry["value"]);
    let back = match through(value.clone()) {
        Ok(back) => back,
        Err(error) => return json!({ "kind": "unread", "why": error.to_string() }),
    };
    if let Some(difference) = schemas.difference(&schema, value, &back) {
        return json!({ "kind": "changed", "why": difference, "back": back });
    }
    let mut report = Report::default();
    if entry["probe"] == true
        && let Some(blind) = report.probe(schemas, &schema, value, through)
    {
        return json!({ "kind": "blind", "why": blind, "back": back });
    }
    json!({ "back": back, "noticed": report.noticed })
}

fn schema(entry: &Value) -> Value {
    json!({ "$ref": format!("#/$defs/{}", entry["schema"].as_str().unwrap_or_default()) })
}
