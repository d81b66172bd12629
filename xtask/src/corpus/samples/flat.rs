//! Schemas without their compositions: which plain schemas a value has to satisfy together, by the alternatives it takes.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};

use super::Way;
use crate::corpus::raw::{Place, Raw};

/// One way through the alternatives of a schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    /// The schemas that apply, without references.
    pub(super) nodes: Vec<Place>,
    /// The JSON type, where one is named.
    pub(super) kind: Option<String>,
    /// What discriminators want in these members.
    pub(super) tags: BTreeMap<String, String>,
    /// What was taken where there were alternatives, and of how many.
    taken: Vec<(usize, usize)>,
    /// Whether a schema stands within itself here, so that no value has an end.
    endless: bool,
}

/// The members of objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    /// Those that are listed: their schemas, and whether they are required.
    pub(super) listed: BTreeMap<String, (Vec<Place>, bool)>,
    /// Required members that no schema lists.
    pub(super) unlisted: Vec<String>,
    /// The schemas of those with any name.
    pub(super) extra: Vec<Place>,
    /// Whether it is said that there may be any.
    pub(super) open: bool,
    /// Whether there are none with any name.
    pub(super) closed: bool,
    /// Patterns of names with their schemas.
    pub(super) patterns: Vec<(String, Place)>,
}

/// Every way through the alternatives of schemas that apply together: first those that differ from the first in one
/// alternative, then those in several, as many as are wanted.
pub(super) fn ways(raw: &Raw, places: &[Place], most: usize) -> Vec<Flat> {
    let mut open = VecDeque::from([Vec::new()]);
    let mut found = Vec::new();
    // Ways without an end lead to others that have one.
    let mut tries = 4 * most;
    while let Some(choice) = open.pop_front()
        && found.len() < most
        && tries > 0
    {
        tries -= 1;
        let mut walk = Walk { raw, choice: &choice, flat: Flat::default(), within: Vec::new() };
        places.iter().for_each(|place| walk.schema(place));
        let flat = walk.flat;
        for at in choice.len()..flat.taken.len() {
            for other in 1..flat.taken[at].1 {
                let mut next: Vec<usize> = flat.taken[..at].iter().map(|(taken, _)| *taken).collect();
                next.push(other);
                open.push_back(next);
            }
        }
        if !flat.endless {
            found.push(flat);
        }
    }
    found
}

struct Walk<'r> {
    raw: &'r Raw,
    choice: &'r [usize],
    flat: Flat,
    within: Vec<Place>,
}

impl Walk<'_> {
    /// Takes one of some alternatives.
    fn take(&mut self, of: usize) -> usize {
        let taken = self.choice.get(self.flat.taken.len()).copied().unwrap_or_default();
        self.flat.taken.push((taken, of));
        taken
    }

    fn schema(&mut self, place: &Place) {
        if self.within.contains(place) {
            self.flat.endless = true;
            return;
        }
        self.within.push(place.clone());
        match self.raw.reference(place) {
            Some(Some(target)) => {
                self.schema(&target);
                // OpenAPI 3.0 gives no meaning to what stands beside a reference.
                if !self.raw.is_3_0() && self.raw.keys(place).len() > 1 {
                    self.own(place);
                }
            }
            Some(None) => self.own(place),
            None => {}
        }
        self.within.pop();
    }

    fn own(&mut self, place: &Place) {
        let Some(Value::Object(node)) = self.raw.value(place) else { return };
        let types = types(node);
        // An integer is a number.
        let known = self.flat.kind.as_deref();
        if let [only] = &types[..]
            && (known.is_none() || known == Some("number") && only == "integer")
            && node.get("nullable") != Some(&Value::Bool(true))
        {
            self.flat.kind = Some(only.clone());
        }
        for part in self.list(place, "allOf") {
            self.schema(&part);
        }
        for key in ["oneOf", "anyOf"] {
            let arms = self.list(place, key);
            if arms.is_empty() {
                continue;
            }
            let taken = self.take(arms.len());
            if let Some(arm) = arms.get(taken) {
                self.tag(place, Some(arm));
                self.schema(arm);
            }
        }
        if node.contains_key("discriminator") && !node.contains_key("oneOf") && !node.contains_key("anyOf") {
            self.tag(place, None);
        }
        if types.len() > 1 {
            // What other parts say about the type goes for this one too.
            let known =
                self.flat.kind.clone().filter(|kind| types.contains(kind) || types.iter().any(String::is_empty));
            let types = match known {
                Some(kind) if types.iter().any(|name| name == "null") && kind != "null" => {
                    vec![kind, "null".to_owned()]
                }
                Some(kind) => vec![kind],
                None => types,
            };
            let taken = if types.len() > 1 { self.take(types.len()) } else { 0 };
            self.flat.kind = types.get(taken).filter(|kind| !kind.is_empty()).cloned();
        }
        self.flat.nodes.push(place.clone());
    }

    fn list(&self, place: &Place, key: &str) -> Vec<Place> {
        let at = place.child(key);
        let count = self.raw.value(&at).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).map(|index| at.child(&index.to_string())).collect()
    }

    /// What the discriminator of a schema wants: the name of the alternative, or where there are none of the outermost
    /// schema that has this one as a part.
    fn tag(&mut self, place: &Place, arm: Option<&Place>) {
        let discriminator = place.child("discriminator");
        let Some(property) = self.raw.text(&discriminator, "propertyName") else { return };
        let target = match arm {
            Some(arm) => self.raw.resolve(arm),
            None => self
                .within
                .iter()
                .find_map(|outer| self.raw.resolve(outer).filter(|at| at.pointer.contains("/schemas/"))),
        };
        let Some(target) = target else { return };
        let name = last(&target.pointer);
        let mapping = discriminator.child("mapping");
        let mapped = self.raw.keys(&mapping).into_iter().find(|key| {
            let text = self.raw.text(&mapping, key).unwrap_or_default();
            last(text) == name
        });
        let named = arm.is_none_or(|arm| self.raw.text(arm, "$ref").is_some());
        if let Some(tag) = mapped.or_else(|| named.then(|| name.to_owned())) {
            self.flat.tags.entry(property.to_owned()).or_insert(tag);
        }
    }
}

fn last(pointer: &str) -> &str {
    pointer.rsplit(['/', '#']).next().unwrap_or_default()
}

/// The types of a schema, with that of null where it is `nullable`, also where it says them by other keywords.
fn types(node: &Map<String, Value>) -> Vec<String> {
    let mut types: Vec<String> = match node.get("type") {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ if node.contains_key("enum") || node.contains_key("const") => Vec::new(),
        _ if has(node, &["properties", "additionalProperties", "patternProperties"]) => vec!["object".to_owned()],
        _ if has(node, &["items", "prefixItems"]) => vec!["array".to_owned()],
        _ if has(node, &["pattern", "minLength", "maxLength"]) => vec!["string".to_owned()],
        _ if has(node, &["minimum", "maximum", "multipleOf"]) => vec!["number".to_owned()],
        _ => Vec::new(),
    };
    // What is null comes last, so that a value is the first choice.
    let nullable = node.get("nullable") == Some(&Value::Bool(true)) || types.iter().any(|name| name == "null");
    types.retain(|name| name != "null");
    if nullable {
        if types.is_empty() {
            types.push(String::new());
        }
        types.push("null".to_owned());
    }
    types
}

fn has(node: &Map<String, Value>, keys: &[&str]) -> bool {
    keys.iter().any(|key| node.contains_key(*key))
}

impl Flat {
    /// Whether it is one of several alternatives.
    pub(super) fn is_one_of_several(&self) -> bool {
        !self.taken.is_empty()
    }

    /// The keywords of all schemas together, each as narrow as it is anywhere.
    pub(super) fn keywords(&self, raw: &Raw) -> Map<String, Value> {
        let mut all = Map::new();
        for place in &self.nodes {
            let Some(Value::Object(node)) = raw.value(place) else { continue };
            for (key, value) in node {
                let narrower = match (key.as_str(), all.get(key)) {
                    (_, None) => true,
                    ("minimum" | "minLength" | "minItems" | "exclusiveMinimum", Some(known)) => {
                        value.as_f64() > known.as_f64()
                    }
                    ("maximum" | "maxLength" | "maxItems" | "exclusiveMaximum", Some(known)) => {
                        value.as_f64() < known.as_f64()
                    }
                    ("enum", Some(Value::Array(known))) => {
                        let both =
                            known.iter().filter(|known| value.as_array().is_some_and(|list| list.contains(known)));
                        let both: Vec<Value> = both.cloned().collect();
                        all.insert(key.clone(), both.into());
                        false
                    }
                    _ => false,
                };
                if narrower {
                    all.insert(key.clone(), value.clone());
                }
            }
        }
        all
    }

    /// The schemas that a keyword holds.
    pub(super) fn children(&self, raw: &Raw, key: &str) -> Vec<Place> {
        let here = self.nodes.iter().map(|place| place.child(key));
        here.filter(|at| raw.value(at).is_some_and(|value| value.is_object() || value.is_boolean())).collect()
    }

    /// The members that objects have in a direction.
    pub(super) fn members(&self, raw: &Raw, way: Way) -> Members {
        let mut members = Members::default();
        let mut required = Vec::new();
        for place in &self.nodes {
            let Some(Value::Object(node)) = raw.value(place) else { continue };
            let names = node.get("required").and_then(Value::as_array).into_iter().flatten();
            required.extend(names.filter_map(Value::as_str).map(str::to_owned));
            let at = place.child("properties");
            let at = raw.resolve(&at).unwrap_or(at);
            for name in raw.keys(&at) {
                members.listed.entry(name.clone()).or_default().0.push(at.child(&name));
            }
            match node.get("additionalProperties") {
                Some(Value::Bool(false)) => members.closed = true,
                Some(Value::Bool(true)) => members.open = true,
                Some(Value::Object(_)) => members.extra.push(place.child("additionalProperties")),
                _ => {}
            }
            if node.get("unevaluatedProperties") == Some(&Value::Bool(false)) || node.contains_key("propertyNames") {
                members.closed = true;
            }
            let at = place.child("patternProperties");
            members.patterns.extend(raw.keys(&at).into_iter().map(|pattern| (pattern.clone(), at.child(&pattern))));
        }
        let foreign = |places: &[Place]| places.iter().any(|at| raw.marked(at, way.foreign()));
        for name in required {
            match members.listed.get_mut(&name) {
                Some((_, required)) => *required = true,
                None if !members.unlisted.contains(&name) => members.unlisted.push(name),
                None => {}
            }
        }
        members.listed.retain(|_, (places, _)| !foreign(places));
        members
    }
}
