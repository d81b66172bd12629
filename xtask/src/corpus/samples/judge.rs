//! What is a value of a schema, by the crate `jsonschema`: another judge than the one of examples and calls.

use anyhow::anyhow;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// A validator of every schema of a description.
pub(super) struct Judge(Validator);

/// What is wrong with a value that fits several alternatives of a `oneOf`, which want just one.
pub(super) const SEVERAL: &str = "several of oneOf";

/// What is wrong with a value: the place as in `$.list[].name`, and the keyword that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) place: String,
    pub(super) why: String,
}

impl Judge {
    /// Reads schemas that have names in `$defs`.
    pub(super) fn new(definitions: &Map<String, Value>, names: &[&str]) -> anyhow::Result<Self> {
        // One schema with a member for each, so that everything is read once.
        let members: Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), json!({ "$ref": format!("#/$defs/{name}") }))).collect();
        let whole = json!({ "$defs": definitions, "properties": members });
        let mut options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(false);
        options = options.offline();
        Ok(Self(options.build(&whole).map_err(|error| anyhow!("{error}"))?))
    }

    /// What is wrong with a value of the schema of a name.
    pub(super) fn fault(&self, name: &str, value: &Value) -> Option<Fault> {
        let whole = json!({ name: value });
        let error = self.0.validate(&whole).err()?;
        let mut place = String::from("$");
        for part in error.instance_path().as_str().split('/').skip(2) {
            if part.bytes().all(|byte| byte.is_ascii_digit()) {
                place.push_str("[]");
            } else {
                place.push('.');
                place.push_str(part);
            }
        }
        let why = match error.kind() {
            ValidationErrorKind::OneOfMultipleValid { .. } => SEVERAL,
            kind => kind.keyword(),
        };
        Some(Fault { place, why: why.to_owned() })
    }
}

/// Whether the validator knows all of a pattern.
pub(super) fn reads(pattern: &str) -> bool {
    jsonschema::options().offline().build(&json!({ "pattern": pattern, "patternProperties": { pattern: {} } })).is_ok()
}
