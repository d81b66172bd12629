//! The values of a description, each through its generated type and back: what the programs do that `cargo xtask corpus
//! --examples` writes.

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
    for value in data["values"].as_array().into_iter().flatten() {
        report.tried += 1;
        let through = value["type"].as_u64().and_then(|index| types.get(usize::try_from(index).ok()?));
        let found = match through {
            Some(through) => report.trip(&schemas, value, *through),
            None => Some("there is no such type".to_owned()),
        };
        match found {
            None => report.passed += 1,
            Some(why) => report.failures.push(json!({ "at": value["at"], "why": why, "value": value["value"] })),
        }
    }
    println!("{}", report.json());
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
    fn json(&self) -> Value {
        json!({
            "tried": self.tried,
            "passed": self.passed,
            "noticed": self.noticed,
            "outside": self.outside,
            "failures": self.failures,
        })
    }

    /// Why a value does not pass.
    fn trip(&mut self, schemas: &Schemas, entry: &Value, through: Through) -> Option<String> {
        let schema = json!({ "$ref": format!("#/$defs/{}", entry["schema"].as_str().unwrap_or_default()) });
        let value = &entry["value"];
        let back = match through(value.clone()) {
            Ok(back) => back,
            Err(error) => return Some(format!("it cannot be read: {error}")),
        };
        if let Some(difference) = schemas.difference(&schema, value, &back) {
            return Some(difference);
        }
        let leaves = leaves(value);
        let step = leaves.len().div_ceil(MOST_LEAVES).max(1);
        for leaf in leaves.iter().step_by(step) {
            let Some(changed) = with_other_leaf(value, leaf) else { continue };
            if schemas.difference(&schema, value, &changed).is_none() {
                self.outside += 1;
                continue;
            }
            match through(changed) {
                Ok(back) if schemas.difference(&schema, value, &back).is_none() => {
                    return Some(format!("nothing tells a change of {leaf}"));
                }
                _ => self.noticed += 1,
            }
        }
        None
    }
}
