//! The table of operations and ways to call them.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::corpus::calls::Extent;

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) description: String,
    pub(super) operation: String,
    pub(super) extent: Extent,
    pub(super) verdict: Verdict,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The request is as described, and the answer was read.
    Right,
    /// The request is as described; the answer is a stream, which Prism cannot give.
    Streamed,
    /// Prism names what is wrong with the request.
    Violation(String),
    /// The checks that do not need Prism find the request wrong.
    Unlike(String),
    /// The answer of Prism cannot be read.
    Unread(String),
    /// No arguments can be made.
    Impossible,
}

impl Verdict {
    /// From what the program printed about the judge, and what was found without it.
    pub(super) fn of(stream: bool, said: Option<&Value>, checked: Result<(), String>) -> Self {
        let Some(said) = said else { return Self::Unlike("the program says nothing about it".to_owned()) };
        let answers = said["said"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let Some(fault) = answers.iter().find_map(|answer| of_request(answer[1].as_str()?)) {
            return Self::Violation(fault);
        }
        if let Err(fault) = checked {
            return Self::Unlike(fault);
        }
        match (said["result"].as_str(), answers) {
            (_, []) => Self::Unlike("the judge was not asked".to_owned()),
            (Some(fault), _) => Self::Unread(fault.to_owned()),
            (None, _) if stream => Self::Streamed,
            (None, _) => Self::Right,
        }
    }

    /// Whether nothing is wrong.
    pub(super) fn is_right(&self) -> bool {
        matches!(self, Self::Right | Self::Streamed)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Right => f.write_str("right"),
            Self::Streamed => f.write_str("right (stream)"),
            Self::Violation(fault) => write!(f, "violation: {fault}"),
            Self::Unlike(fault) => write!(f, "not as described: {fault}"),
            Self::Unread(fault) => write!(f, "answer not read: {fault}"),
            Self::Impossible => f.write_str("no arguments can be made"),
        }
    }
}

/// What is wrong with the request, of what Prism says. It checks its own answers too, and gives texts where a pattern wants
/// digits.
fn of_request(violations: &str) -> Option<String> {
    let Ok(list) = serde_json::from_str::<Vec<Value>>(violations) else { return Some(violations.to_owned()) };
    let own = list.iter().filter(|found| found["location"][0] != "response");
    let messages: Vec<&str> = own.map(|found| found["message"].as_str().unwrap_or("no message")).collect();
    (!messages.is_empty()).then(|| messages.join("; "))
}

/// Prints how many operations of a description are right, and every call that is not.
pub(super) fn print(description: &Path, rows: &[Row]) {
    let operations: BTreeSet<&str> = rows.iter().map(|row| row.operation.as_str()).collect();
    println!("{}: {} operations", description.display(), operations.len());
    for extent in Extent::JUDGED {
        let own = || rows.iter().filter(|row| row.extent == extent);
        let right = own().filter(|row| row.verdict.is_right()).count();
        let read = own().filter(|row| row.verdict == Verdict::Right).count();
        println!("  {}: {right} of {} right, {read} answers read", extent.words(), own().count());
    }
    for row in rows.iter().filter(|row| !row.verdict.is_right()) {
        println!("  {} ({}): {}", row.operation, row.extent.words(), row.verdict);
    }
}

/// All rows, one line each.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = String::from("description\toperation\tvariant\tverdict\n");
    for row in rows {
        text.push_str(&format!("{}\t{}\t{}\t{}\n", row.description, row.operation, row.extent.words(), row.verdict));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_right_only_where_everybody_says_so() {
        let of =
            |said: Value, checked: Result<(), &str>| Verdict::of(false, Some(&said), checked.map_err(str::to_owned));
        let fine = json!({ "said": [[200, null]], "result": null });
        assert_eq!(of(fine.clone(), Ok(())), Verdict::Right);
        assert_eq!(Verdict::of(true, Some(&fine), Ok(())), Verdict::Streamed);
        assert!(!of(fine, Err("the query has `a`")).is_right());
        let violation = |place: &str| json!([{ "location": [place], "message": "no" }]).to_string();
        assert_eq!(of(json!({ "said": [[200, violation("response")]], "result": null }), Ok(())), Verdict::Right);
        let refused = of(json!({ "said": [[422, violation("request")]], "result": null }), Ok(()));
        assert_eq!(refused, Verdict::Violation("no".to_owned()));
        assert!(!of(json!({ "said": [[0, "no answer"]], "result": null }), Ok(())).is_right());
        assert!(!of(json!({ "said": [[200, null]], "result": "no JSON" }), Ok(())).is_right());
        assert!(!of(json!({ "said": [], "result": null }), Ok(())).is_right());
        assert!(!Verdict::of(false, None, Ok(())).is_right());
    }
}
