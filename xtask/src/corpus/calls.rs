//! Calls through the generated builders, recorded and held against the description.
//!
//! Three operations of every description are chosen, as different from each other as it has them. Their arguments are made
//! from the schemas as they are written ([`mod@sample`]), and a program calls the builders with them over a transport that
//! records ([`program`]). What it recorded is compared, by code that shares nothing with the generator, with the path template,
//! the parameters, the body and the security of the description, and with the values that were put in ([`check`]).

mod body;
mod check;
mod mutate;
mod operation;
pub(crate) mod program;
mod sample;
mod schema;
mod style;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use spec2crate::ir::{Api, Operation, Payload, Place, Style, TypeRef};

use self::operation::RawOperation;
pub(crate) use self::sample::Extent;
use self::sample::{Texts, sample};
use super::generating::package;
use super::raw::{self, Raw};
use super::report::progress;
use super::{Found, leaf};

/// How many operations of a description are called.
const WANTED: usize = 3;

/// An operation that is called.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Its index in [`Api::operations`].
    pub(crate) index: usize,
    pub(crate) id: String,
    pub(crate) extent: Extent,
    raw: RawOperation,
    filled: Filled,
}

/// The values that a call puts in.
#[derive(Clone, Debug, Default)]
struct Filled {
    /// Name, place and value of parameters.
    parameters: Vec<(String, String, Value)>,
    /// Media type and value of the body.
    body: Option<(String, Value)>,
}

/// A request as the transport saw it.
#[derive(Clone, Debug, Default)]
struct Recorded {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Recorded {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Every operation, called in each way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    pub(crate) planned: Vec<Planned>,
    /// For which no arguments can be made.
    pub(crate) impossible: Vec<(String, Extent)>,
}

/// Plans a call of every operation, at its least and with everything set, and writes the program.
pub(crate) fn prepare_all(raw: &Raw, crates: &Path, package: &str, api: &Api) -> anyhow::Result<Calls> {
    let mut calls = Calls::default();
    for (index, operation) in api.operations.iter().enumerate() {
        let found = RawOperation::find(raw, &operation.path, &operation.method);
        for extent in Extent::JUDGED {
            match found.as_ref().and_then(|raw_operation| fill(raw, raw_operation, operation, extent)) {
                Some(filled) => {
                    let raw = found.clone();
                    calls.planned.extend(raw.map(|raw| Planned {
                        index,
                        id: operation.id.clone(),
                        extent,
                        raw,
                        filled,
                    }));
                }
                None => calls.impossible.push((operation.id.clone(), extent)),
            }
        }
    }
    program::emit(crates, package, api, &calls.planned)?;
    Ok(calls)
}

/// Chooses the operations of a description, makes their arguments and writes the program.
pub(super) fn prepare(folder: &Path, crates: &Path, name: &str, api: &Api) -> anyhow::Result<Vec<Planned>> {
    let raw = Raw::read(folder, name)?;
    let mut planned: Vec<Planned> = Vec::new();
    let mut open: Vec<(usize, BTreeSet<String>)> =
        api.operations.iter().map(|operation| features(api, operation)).enumerate().collect();
    let mut shown: BTreeSet<String> = BTreeSet::new();
    while planned.len() < WANTED && !open.is_empty() {
        let news = |features: &BTreeSet<String>| features.difference(&shown).count();
        let best = (0..open.len()).max_by_key(|at| (news(&open[*at].1), open[*at].1.len(), std::cmp::Reverse(*at)));
        let Some(best) = best else { break };
        let (index, features) = open.remove(best);
        let operation = &api.operations[index];
        // The default of a variable in an address is sometimes a note of what to put there.
        if operation.server.as_ref().is_some_and(|server| server.url.contains(['{', '<'])) {
            continue;
        }
        let Some(raw_operation) = RawOperation::find(&raw, &operation.path, &operation.method) else { continue };
        let Some(filled) = fill(&raw, &raw_operation, operation, Extent::Some) else { continue };
        shown.extend(features);
        let extent = Extent::Some;
        planned.push(Planned { index, id: operation.id.clone(), extent, raw: raw_operation, filled });
    }
    if !planned.is_empty() {
        program::emit(crates, &package(name), api, &planned)?;
    }
    Ok(planned)
}

/// What a call of an operation would show.
fn features(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let mut features = BTreeSet::new();
    for param in &operation.params {
        let shape = match &param.ty {
            TypeRef::List(_) => "list",
            TypeRef::Named(id) if matches!(api.ty(*id).shape, spec2crate::ir::Shape::Struct(_)) => "object",
            TypeRef::Map(_) => "object",
            _ => "scalar",
        };
        features.insert(format!("{} {shape}", location(param.place)));
        if !matches!(param.style, Style::Form | Style::Simple) {
            features.insert(format!("{:?} {shape}", param.style));
        }
    }
    if let Some(media) = operation.body.as_ref().and_then(|body| body.media.first()) {
        let kind = match media.payload {
            Payload::Json(_) => "json",
            Payload::Form(_) => "form",
            Payload::Multipart(_) => "multipart",
            Payload::Text => "text",
            Payload::Bytes => "bytes",
            Payload::Sequence(..) => "sequence",
        };
        features.insert(format!("{kind} body"));
    }
    if operation.stream.is_some() {
        features.insert("stream".to_owned());
    }
    features
}

/// The name of a place of parameters in a description.
fn location(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::QueryString => "querystring",
    }
}

/// Values for the parameters and the body of an operation; nothing where one that is needed cannot be made.
fn fill(raw: &Raw, operation: &RawOperation, model: &Operation, extent: Extent) -> Option<Filled> {
    let mut filled = Filled::default();
    let left_out = |required: bool| extent == Extent::Least && !required;
    for param in model.params.iter().filter(|param| !left_out(param.required)) {
        let (name, at) = (&param.wire, location(param.place));
        let declared = operation.parameters.iter().find(|known| known.name == *name && known.location == at);
        let value = match declared {
            _ if at == "querystring" => None,
            None => Some(json!("text")),
            Some(declared) => {
                let spaced = ["spaceDelimited", "pipeDelimited"].contains(&declared.style.as_str());
                let plain = at == "header" || at == "cookie" || spaced;
                let texts = if plain { Texts::Plain } else { Texts::Escaped };
                match &declared.schema {
                    Some(schema) => sample(raw, schema, texts, extent),
                    None => Some(json!("text")),
                }
            }
        };
        // An empty list leaves an optional parameter out.
        let value = value.filter(|value| *value != json!([]) && *value != json!({}));
        match value {
            Some(value) => filled.parameters.push((name.clone(), at.to_owned(), value)),
            None if param.required => return None,
            None => {}
        }
    }
    if let Some(body) = model.body.as_ref().filter(|body| !left_out(body.required)) {
        let media = body.media.first()?;
        let (declared, _) = operation.body(raw)?;
        let (_, place) = declared.iter().find(|(name, _)| *name == media.media_type)?;
        let schema = place.child("schema");
        let value = match media.payload {
            Payload::Json(_) | Payload::Form(_) | Payload::Multipart(_) if raw.value(&schema).is_some() => {
                sample(raw, &schema, Texts::Escaped, extent)
            }
            Payload::Json(_) | Payload::Form(_) | Payload::Multipart(_) => Some(json!({ "key": "text" })),
            Payload::Text | Payload::Bytes | Payload::Sequence(..) => Some(json!("some text\n")),
        };
        match value {
            Some(value) => filled.body = Some((media.media_type.clone(), value)),
            None if body.required => return None,
            None => {}
        }
    }
    Some(filled)
}

/// Runs every program and checks what it recorded.
pub(super) fn call_all(root: &Path, folder: &Path, crates: &Path, found: &mut [Found]) -> anyhow::Result<()> {
    let members = found.iter().filter(|found| !found.planned.is_empty()).map(|found| package(&found.name));
    program::workspace(root, crates, &members.collect::<Vec<_>>())?;
    for found in found.iter_mut() {
        let too_few = too_few(found);
        found.refused.extend(too_few);
    }
    let all = found.len();
    for (index, found) in found.iter_mut().enumerate().filter(|(_, found)| !found.planned.is_empty()) {
        progress("called", index, all, &found.name);
        let output = program::cargo(root, crates, "run", &package(&found.name)).output();
        let output = output.context("cargo could not be started")?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let first: Vec<&str> = text.lines().take(12).collect();
            found.refused.push(format!("the program of the calls fails: {}", first.join("\n")));
        }
        let raw = Raw::read(folder, &found.name)?;
        let lines = program::printed(&output.stdout);
        for (call, planned) in found.planned.iter().enumerate() {
            match verdict(&raw, planned, call, &lines) {
                Ok(()) => found.passed += 1,
                Err(fault) => found.refused.push(format!("{}: {fault}", planned.id)),
            }
        }
    }
    Ok(())
}

/// Says so where fewer operations are called than there should be.
fn too_few(found: &Found) -> Option<String> {
    let wanted = found.operations.min(WANTED);
    let planned = found.planned.len();
    (planned < wanted).then(|| format!("of {wanted} operations to be called, arguments can be made for {planned}"))
}

/// What is wrong with a call, if anything is.
pub(crate) fn verdict(raw: &Raw, planned: &Planned, call: usize, lines: &[Value]) -> Result<(), String> {
    let mut mine = lines.iter().filter(|line| line["call"] == call && line.get("judge").is_none());
    let line = mine.next().ok_or("nothing was recorded")?;
    if let Some(error) = line["error"].as_str() {
        return Err(error.to_owned());
    }
    let headers = line["headers"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let bytes = line["body"].as_array().into_iter().flatten();
    let sent = Recorded {
        method: text(&line["method"]),
        url: text(&line["url"]),
        headers: headers.map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
        body: bytes.filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect(),
    };
    check::check(raw, &planned.raw, &planned.filled, &sent)?;
    // A check that accepts what is wrong proves nothing.
    for (what, wrong) in mutate::mutants(&sent) {
        if check::check(raw, &planned.raw, &planned.filled, &wrong).is_ok() {
            return Err(format!("the check is blind: {what} makes no difference"));
        }
    }
    Ok(())
}
