//! A description as it is written: its files read anew, and references followed by rules of its own.
//!
//! Nothing of the generator is used here, so that a request is held against the text and not against what the generator made
//! of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::yaml;

/// How many references one chain may have.
const LONGEST_CHAIN: usize = 32;

/// The files of one description.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    root: String,
    files: BTreeMap<String, Value>,
}

/// A place: a file and a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(super) file: String,
    pub(super) pointer: String,
}

impl Place {
    pub(super) fn child(&self, key: &str) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self { file: self.file.clone(), pointer: format!("{}/{key}", self.pointer) }
    }
}

impl Raw {
    /// Reads a description and every file that it refers to.
    pub(crate) fn read(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let mut raw = Self { root: name.to_owned(), files: BTreeMap::new() };
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            if raw.files.contains_key(&name) {
                continue;
            }
            let Ok(text) = fs::read_to_string(folder.join(&name)) else {
                // A reference to a file that is not there; whatever needs it is not called.
                continue;
            };
            let value = parse(&name, &text)?;
            let mut references = Vec::new();
            collect(&value, &mut references);
            open.extend(references.iter().filter_map(|text| file_of(text, &name)));
            raw.files.insert(name, value);
        }
        if raw.files.contains_key(&raw.root) { Ok(raw) } else { Err(anyhow!("{name} cannot be read")) }
    }

    /// The root of the description.
    pub(super) fn root(&self) -> Place {
        Place { file: self.root.clone(), pointer: String::new() }
    }

    /// Whether the description follows OpenAPI 3.0, where nothing beside a reference counts.
    pub(super) fn is_3_0(&self) -> bool {
        self.value(&self.root().child("openapi")).and_then(Value::as_str).is_some_and(|text| text.starts_with("3.0"))
    }

    /// What stands at a place.
    pub(super) fn value(&self, place: &Place) -> Option<&Value> {
        self.files.get(&place.file)?.pointer(&place.pointer)
    }

    /// A member, after following references.
    pub(super) fn get(&self, place: &Place, key: &str) -> Option<Place> {
        self.resolve(&place.child(key))
    }

    /// The texts of a list.
    pub(super) fn text(&self, place: &Place, key: &str) -> Option<&str> {
        self.value(&place.child(key))?.as_str()
    }

    /// A flag.
    pub(super) fn flag(&self, place: &Place, key: &str) -> Option<bool> {
        self.value(&place.child(key))?.as_bool()
    }

    /// Whether a flag stands at a place, or where its reference leads.
    pub(super) fn marked(&self, place: &Place, key: &str) -> bool {
        self.flag(place, key) == Some(true)
            || self.resolve(place).is_some_and(|place| self.flag(&place, key) == Some(true))
    }

    /// The names of the members of a mapping.
    pub(super) fn keys(&self, place: &Place) -> Vec<String> {
        self.value(place).and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key.clone()).collect()
    }

    /// The elements of a list, each after following its references.
    pub(super) fn elements(&self, place: &Place) -> Vec<Place> {
        let count = self.value(place).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).filter_map(|index| self.resolve(&place.child(&index.to_string()))).collect()
    }

    /// Follows references until there is none.
    pub(super) fn resolve(&self, place: &Place) -> Option<Place> {
        let mut place = place.clone();
        for _ in 0..LONGEST_CHAIN {
            match self.reference(&place)? {
                None => return Some(place),
                Some(target) => place = target,
            }
        }
        None
    }

    /// Where the reference at a place leads; nothing inside, if none stands there.
    pub(super) fn reference(&self, place: &Place) -> Option<Option<Place>> {
        let value = self.value(place)?;
        let Some(text) = value.get("$ref").and_then(Value::as_str) else { return Some(None) };
        let file = file_of(text, &place.file).unwrap_or_else(|| place.file.clone());
        let fragment = text.split_once('#').map_or("", |(_, fragment)| fragment);
        let pointer = percent_decode_str(fragment).decode_utf8().ok()?.into_owned();
        let target = Place { file, pointer };
        if self.value(&target).is_some() {
            return Some(Some(target));
        }
        // A part that was cut out of the root file and still names what stands there.
        let in_root = Place { file: self.root.clone(), ..target };
        self.value(&in_root).is_some().then_some(Some(in_root))
    }
}

fn parse(name: &str, text: &str) -> anyhow::Result<Value> {
    if name.ends_with(".json") {
        return serde_json::from_str(text).with_context(|| format!("{name} is no JSON"));
    }
    yaml::parse(text).with_context(|| format!("{name} is no YAML"))
}

fn collect<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            into.extend(map.get("$ref").and_then(Value::as_str));
            map.values().for_each(|value| collect(value, into));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, into)),
        _ => {}
    }
}

/// The file that a reference names, relative to the one it stands in; nothing where that is the same or on another host.
fn file_of(text: &str, base: &str) -> Option<String> {
    let path = text.split('#').next().filter(|path| !path.is_empty() && !path.contains("://"))?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
