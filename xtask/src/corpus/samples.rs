//! Samples of every schema of a description, through its Rust type and back.
//!
//! They are made from the description as it is written ([`maker`]): values at bounds, each alternative, each value of an enum,
//! optional members together, alone and left out, members that no description knows. What the crate `jsonschema` does not take
//! for valid is no sample ([`judge`]). The program of the examples reads and writes each: it must come back as it was, and what
//! comes back must be valid again. What differs for a known reason stands in a table ([`listed`]).

mod edges;
mod flat;
mod judge;
mod listed;
mod maker;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::{Map, Value, json};
use spec2crate::Outcome;
use spec2crate::analyze::{Usage, analyze};
use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::Document;
use spec2crate::ir::{Api, TypeRef};

use self::judge::Judge;
pub(super) use self::listed::Listed;
use self::maker::{Maker, Shows};
use super::examples::program::Program;
use super::examples::{Schemas, Typing};
use super::raw::{Place, Raw};

/// A direction in which values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// From the client, without what is `readOnly`.
    Request,
    /// To the client, without what is `writeOnly`.
    Response,
}

impl Way {
    /// The keyword of members that do not travel this way.
    pub(super) fn foreign(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }

    /// What the names of schemas of this direction begin with.
    pub(super) fn initial(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// The figures of one description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Its schemas: those of its components, and others that types are made of.
    pub(super) schemas: usize,
    /// Those without a type of their own: contents that are no JSON, parts of others.
    pub(super) untyped: usize,
    /// Those for which nothing sound was made.
    pub(super) bare: Vec<String>,
    /// What was made and is not valid, by what is wrong with it.
    pub(super) unsound: BTreeMap<String, usize>,
    /// What was made and is valid.
    pub(super) tried: usize,
    /// Those that came back as they were; `None` until the program ran.
    pub(super) passed: Option<usize>,
    /// Changed leaves that made a difference.
    pub(super) noticed: usize,
    /// What did not pass.
    pub(super) mismatches: Vec<Mismatch>,
    /// Of those, how many have a reason that the table gives.
    pub(super) excused: usize,
    /// Why the program did not run.
    pub(super) failure: Option<String>,
}

impl Figures {
    /// Adds those of another description, but for what did not run.
    pub(super) fn add(&mut self, other: &Self) {
        self.schemas += other.schemas;
        self.untyped += other.untyped;
        self.bare.extend(other.bare.iter().cloned());
        for (word, count) in &other.unsound {
            *self.unsound.entry(word.clone()).or_default() += count;
        }
        self.tried += other.tried;
        *self.passed.get_or_insert_default() += other.passed.unwrap_or_default();
        self.noticed += other.noticed;
        self.mismatches.extend(other.mismatches.iter().cloned());
        self.excused += other.excused;
    }

    /// How many mismatches there are of each kind.
    pub(super) fn kinds(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        for mismatch in &self.mismatches {
            *kinds.entry(mismatch.kind.to_owned()).or_default() += 1;
        }
        kinds
    }

    /// Everything that is known, as one object.
    pub(super) fn json(&self) -> Value {
        let mismatches = self.mismatches.iter().map(|mismatch| {
            let Mismatch { schema, kind, place, why, value } = mismatch;
            json!({ "schema": schema, "kind": kind, "place": place, "why": why, "value": value })
        });
        json!({
            "schemas": self.schemas,
            "untyped": self.untyped,
            "bare": self.bare,
            "unsound": self.unsound,
            "tried": self.tried,
            "passed": self.passed,
            "noticed": self.noticed,
            "excused": self.excused,
            "mismatches": mismatches.collect::<Vec<_>>(),
            "failure": self.failure,
        })
    }
}

/// What the program says of samples: the type cannot read it, it came back otherwise, or a changed leaf came back as it was.
const KINDS: [&str; 3] = ["unread", "changed", "blind"];

/// A sample that did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// Where the schema stands.
    pub(super) schema: String,
    /// One of [`KINDS`], or `invalid`: what came back is not valid.
    pub(super) kind: &'static str,
    /// Where in the value, as in `$.list[].name`.
    pub(super) place: String,
    /// What is wrong, in words.
    pub(super) why: String,
    /// The sample, cut.
    pub(super) value: String,
}

/// Adds the samples of a description to its program.
pub(super) fn prepare(program: &mut Program, folder: &Path, spec: &str, outcome: &Outcome) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    let (Some(api), Some(file)) = (&outcome.api, outcome.sources.find(spec)) else { return Ok(figures) };
    let Some(document) = Document::read(&outcome.sources, file, &[], &mut Diagnostics::new()) else {
        return Ok(figures);
    };
    let raw = Raw::read(folder, spec)?;
    let typing = Typing::new(&document, api);
    let usage = analyze(api).usage;
    let makers = [Way::Response, Way::Request].map(|way| (way, Maker::new(&raw, way)));
    let mut schemas = makers.each_ref().map(|(way, _)| Schemas::of(&document, Some(*way), judge::reads));
    let mut tried = Vec::new();
    for origin in origins(&document, api) {
        figures.schemas += 1;
        let at = format!("{}{origin}", outcome.sources.name(origin.file).unwrap_or_default());
        let ty = match typing.of(&origin) {
            Some(TypeRef::Upload | TypeRef::Bytes) | None => {
                figures.untyped += 1;
                continue;
            }
            Some(ty) => ty,
        };
        let Some((file, pointer)) = at.split_once('#') else { continue };
        let place = Place { file: file.to_owned(), pointer: pointer.to_owned() };
        let used = used(&ty, &usage);
        let ty = program.index(ty);
        let mut known = None;
        for ((way, maker), schemas) in makers.iter().zip(&mut schemas) {
            if *way == Way::Request && !used.request || *way == Way::Response && used.request && !used.response {
                continue;
            }
            let made = maker.samples(&place);
            if known.as_ref() != Some(&made) {
                tried.push((at.clone(), schemas.key(&origin), ty, made.clone()));
                known = Some(made);
            }
        }
    }
    schemas.iter_mut().for_each(|schemas| program.define(schemas.bundle()));
    let names: Vec<&str> = tried.iter().map(|(_, name, ..)| name.as_str()).collect();
    let judge = Judge::new(&program.definitions, &names)?;
    for (at, name, ty, made) in tried {
        let before = program.samples.len();
        let mut add = |shows: Shows, value: &Value| {
            // Whether a null can be there is what a member says, not the type of its value.
            let fault = if value.is_null() { return None } else { judge.fault(&name, value) };
            match &fault {
                None => {
                    let probe = shows == Shows::All;
                    let sample = json!({ "at": at, "schema": name, "type": ty, "value": value, "probe": probe });
                    program.samples.push(sample);
                }
                Some(fault) => {
                    let why = format!("{} at {}", fault.why, fault.place);
                    program.others.push(json!({ "at": at, "why": why, "value": value }));
                }
            }
            fault.map(|fault| fault.why)
        };
        for made in made {
            let Some(fault) = add(made.shows, &made.value) else { continue };
            let faults = made.apart.iter().filter_map(|value| add(made.shows, value));
            let mut faults: Vec<String> = faults.collect();
            if made.apart.is_empty() {
                faults.push(fault);
            }
            for fault in faults {
                *figures.unsound.entry(fault).or_default() += 1;
            }
        }
        let sound = program.samples.len() - before;
        figures.tried += sound;
        if sound == 0 {
            figures.bare.push(at);
        }
    }
    Ok(figures)
}

/// The schemas of the components, and those that types were made of elsewhere.
fn origins(document: &Document<'_>, api: &Api) -> Vec<Origin> {
    let mut origins: Vec<Origin> = document.component_schemas().iter().map(|(_, origin)| origin.clone()).collect();
    let root = Origin::root(document.file()).child("components").child("schemas").to_string();
    let inside = |origin: &Origin| origin.file == document.file() && origin.to_string().starts_with(&root);
    let others: BTreeSet<Origin> = api
        .types
        .iter()
        .map(|ty| ty.origin.clone())
        .filter(|origin| !inside(origin) && document.value(origin).is_some_and(Value::is_object))
        .collect();
    origins.extend(others);
    origins
}

/// The directions that a type travels in.
fn used(ty: &TypeRef, usage: &[Usage]) -> Usage {
    match ty {
        TypeRef::Named(id) => usage.get(id.0).copied().unwrap_or_default(),
        TypeRef::List(elem) | TypeRef::Map(elem) => used(&elem.ty, usage),
        TypeRef::Tuple(elems) => elems.iter().map(|elem| used(&elem.ty, usage)).fold(Usage::default(), |one, other| {
            Usage { request: one.request || other.request, response: one.response || other.response }
        }),
        _ => Usage::default(),
    }
}

/// Notes what the program of a description printed about its samples, and judges what came back.
pub(super) fn read(figures: &mut Figures, folder: &Path, printed: &Result<Value, String>) -> anyhow::Result<()> {
    let report = match printed {
        Ok(report) => report,
        Err(said) => {
            figures.failure = Some(said.clone());
            return Ok(());
        }
    };
    let path = folder.join("values.json");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let data: Value = serde_json::from_str(&text)?;
    let samples = data["samples"].as_array().map(Vec::as_slice).unwrap_or_default();
    let results = report["samples"].as_array().map(Vec::as_slice).unwrap_or_default();
    let none = Map::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let names: BTreeSet<&str> = samples.iter().filter_map(|sample| sample["schema"].as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let judge = Judge::new(data["schemas"]["$defs"].as_object().unwrap_or(&none), &names)?;
    let mut passed = 0;
    for (sample, result) in samples.iter().zip(results) {
        figures.noticed += result["noticed"].as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        let (kind, place, why) = if let Some(kind) = result["kind"].as_str() {
            let (place, why) = placed(result["why"].as_str().unwrap_or_default());
            let kind = KINDS.into_iter().find(|known| *known == kind).unwrap_or(KINDS[0]);
            (kind, place, why)
        } else if let Some(fault) = judge.fault(sample["schema"].as_str().unwrap_or_default(), &result["back"]) {
            ("invalid", fault.place, fault.why)
        } else {
            passed += 1;
            continue;
        };
        let value = sample["value"].to_string().chars().take(300).collect();
        figures.mismatches.push(Mismatch { schema: text(&sample["at"]), kind, place, why, value });
    }
    figures.passed = Some(passed);
    Ok(())
}

/// The place at which a text about a difference begins, without the numbers of elements, and the rest of it.
fn placed(text: &str) -> (String, String) {
    let Some((place, why)) = text.split_once(": ").filter(|(place, _)| place.starts_with('$')) else {
        return ("$".to_owned(), text.to_owned());
    };
    let mut parts = place.split('[');
    let mut place = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']').filter(|(index, _)| index.bytes().all(|byte| byte.is_ascii_digit())) {
            Some((_, rest)) => place.push_str(&format!("[]{rest}")),
            None => place.push_str(&format!("[{part}")),
        }
    }
    (place, why.to_owned())
}
