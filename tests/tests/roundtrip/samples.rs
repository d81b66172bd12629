//! A sample of every schema with all its members, made from the description.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tests::equality::{Schemas, leaves, with_other_leaf};

use crate::types::{NAMES, description, through_type};

/// How often a schema may stand inside itself.
const MOST_NESTED: usize = 2;

/// Makes values that have every member of their schema, all of them different.
struct Sampler<'a> {
    description: &'a Schemas,
    count: i64,
    within: Vec<&'a str>,
}

impl<'a> Sampler<'a> {
    /// A value of a schema; of a union the arm with this number. `None` where the schema is too deep inside itself.
    fn sample(&mut self, schema: &'a Value, arm: usize) -> Option<Value> {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()) {
            if self.within.iter().filter(|outer| **outer == name).count() >= MOST_NESTED {
                return None;
            }
            let target = self.description.document()["components"]["schemas"].get(name)?;
            self.within.push(name);
            let sample = self.sample(target, arm);
            self.within.pop();
            return sample;
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.sample(parts.first()?, arm);
        }
        if let Some(arms) = arms(schema) {
            return self.sample(arms.get(arm)?, 0);
        }
        self.count += 1;
        Some(match schema.get("type").and_then(Value::as_str) {
            Some("object") => self.members(schema),
            Some("array") => match self.sample(&schema["items"], 0) {
                Some(element) => vec![element].into(),
                None => return None,
            },
            Some("string") => match schema.get("enum").and_then(Value::as_array) {
                // A value of its own each time, and now and then one that is not listed.
                Some(values) if self.count % 5 != 0 => values[self.count as usize % values.len()].clone(),
                _ => format!("text {}", self.count).into(),
            },
            Some("integer") => (self.count << 33).into(),
            Some("number") => (self.count as f64 + 0.25).into(),
            Some("boolean") => (self.count % 2 == 0).into(),
            _ => json!({ "any": [self.count, null, { "deep": "…" }] }),
        })
    }

    /// All members, and one that no description knows.
    fn members(&mut self, schema: &'a Value) -> Value {
        let mut members = Map::new();
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if let Some(value) = self.sample(schema, 0) {
                members.insert(name.clone(), value);
            }
        }
        members.insert("brand_new".to_owned(), json!({ "kept": [self.count, null, []] }));
        members.into()
    }
}

fn arms(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()
}

fn samples(description: &Schemas) -> Vec<(String, Value)> {
    let mut samples = Vec::new();
    for (name, schema) in description.components() {
        for arm in 0..arms(schema).map_or(1, Vec::len) {
            let mut sampler = Sampler { description, count: arm as i64, within: vec![name] };
            let sample = sampler.sample(schema, arm).expect("a schema is not too deep inside itself at its top");
            samples.push((name.to_owned(), sample));
        }
    }
    samples
}

#[test]
fn every_member_of_every_schema_comes_back() {
    let description = description();
    let samples = samples(&description);
    let mut members = 0;
    for (name, sample) in &samples {
        let back = through_type(name, sample).expect("every schema has a type");
        let back = back.unwrap_or_else(|error| unreachable!("{name} cannot read {sample}: {error}"));
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        assert_eq!(description.difference(&schema, sample, &back), None, "{name}");
        members += leaves(sample).len();
    }
    assert!(samples.len() > 100 && members > 2_000, "{} samples with {members} leaves", samples.len());
}

/// A sample in which one leaf of a member is another is read into another value, unless no schema lists the leaf or
/// keeps it. One leaf for each member is enough, because what is inside a member has a schema of its own.
#[test]
fn every_member_of_every_schema_is_carried() {
    let description = description();
    for (name, sample) in samples(&description) {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        let mut leaves = leaves(&sample);
        leaves.dedup_by_key(|leaf| leaf.split('/').nth(1).map(str::to_owned));
        for leaf in leaves {
            let changed = with_other_leaf(&sample, &leaf).expect("the first leaf of a member is no empty container");
            let counts = description.difference(&schema, &sample, &changed).is_some();
            assert!(counts || leaf.contains("/brand_new/"), "{name}: nothing tells a change of {leaf}");
            let back = through_type(&name, &changed).expect("every schema has a type");
            let back = back.unwrap_or_else(|error| unreachable!("{name} with another {leaf}: {error}"));
            let carried = description.difference(&schema, &sample, &back).is_some();
            assert_eq!(carried, counts, "{name}: {leaf}");
        }
    }
}

#[test]
fn every_schema_has_a_type_here() {
    let description = description();
    let schemas: BTreeSet<&str> = description.components().into_keys().collect();
    let types: BTreeSet<&str> = NAMES.iter().copied().collect();
    assert_eq!(types, schemas);
}
