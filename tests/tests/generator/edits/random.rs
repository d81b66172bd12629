//! Edits of a description that are made up: one construct is added, removed or renamed, and nothing else.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value, json};

/// What is done to a construct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    Add,
    Remove,
    Rename,
}

/// What kind of construct it is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Noun {
    Schema,
    Operation,
    Property,
    Value,
}

/// A kind of edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind(pub(super) Noun, pub(super) Verb);

impl Kind {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let nouns = [Noun::Schema, Noun::Operation, Noun::Property, Noun::Value];
        nouns.into_iter().flat_map(|noun| [Verb::Add, Verb::Remove, Verb::Rename].map(|verb| Self(noun, verb)))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.1 {
            Verb::Add => "add",
            Verb::Remove => "remove",
            Verb::Rename => "rename",
        };
        let noun = match self.0 {
            Noun::Schema => "schema",
            Noun::Operation => "operation",
            Noun::Property => "property",
            Noun::Value => "enum value",
        };
        f.pad(&format!("{verb} {noun}"))
    }
}

/// An edited description.
#[derive(Clone, Debug)]
pub(super) struct Edited {
    pub(super) document: Value,
    /// What was done, for people.
    pub(super) what: String,
    /// The names of the construct in the description, before and after.
    pub(super) names: BTreeSet<String>,
    /// The pointers of the component or operation that it is a part of, before and after.
    pub(super) places: BTreeSet<String>,
}

/// Numbers that look random and are the same in every run (xorshift64*, Vigna 2016).
#[derive(Clone, Debug)]
pub(super) struct Numbers(u64);

impl Numbers {
    /// A sequence of its own for each number but zero.
    pub(super) fn new(start: u64) -> Self {
        Self(start.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).expect("31 bits fit") % end
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// Words that no description of the tests has, so that a new name is one.
const ADJECTIVES: &[&str] =
    &["amber", "brisk", "cobalt", "dusty", "eager", "frosty", "gilded", "hollow", "ivory", "jagged"];
const NOUNS: &[&str] =
    &["badger", "curlew", "dormouse", "ermine", "ferret", "gannet", "heron", "ibex", "jackal", "kestrel"];

/// One edit of a kind.
pub(super) fn edit(document: &Value, kind: Kind, numbers: &mut Numbers) -> Edited {
    let mut document = document.clone();
    let fresh = [*numbers.of(ADJECTIVES), *numbers.of(NOUNS)];
    let (what, names, places) = match kind {
        Kind(Noun::Schema, verb) => schema(&mut document, verb, fresh, numbers),
        Kind(Noun::Operation, verb) => operation(&mut document, verb, fresh, numbers),
        Kind(Noun::Property, verb) => property(&mut document, verb, fresh, numbers),
        Kind(Noun::Value, verb) => value(&mut document, verb, fresh, numbers),
    };
    Edited { document, what, names: names.into_iter().collect(), places: places.into_iter().collect() }
}

/// What was done, the names and the places.
type Done = (String, Vec<String>, Vec<String>);

/// The pointer of a component, or of the component that something is in.
fn component(name_or_pointer: &str) -> String {
    let inside = name_or_pointer.strip_prefix("/components/schemas/").unwrap_or(name_or_pointer);
    format!("/components/schemas/{}", inside.split('/').next().unwrap_or_default())
}

fn schema(document: &mut Value, verb: Verb, fresh: [&str; 2], numbers: &mut Numbers) -> Done {
    let known: Vec<String> = object(document, "/components/schemas").keys().cloned().collect();
    let new = fresh.map(capital).concat();
    let old = numbers.of(&known).clone();
    match verb {
        Verb::Add => {
            let other = json!({ "$ref": format!("#/components/schemas/{old}") });
            let text = json!({ "type": "string", "description": "A text." });
            let made = numbers
                .of(&[
                    json!({ "type": "object", "properties": { "label": text, "weight": { "type": "integer" } } }),
                    json!({ "type": "object", "required": ["label"], "properties": { "label": text, "other": other } }),
                    json!({ "type": "string", "enum": ["small", "large"] }),
                    json!({ "type": "string", "pattern": "^[0-9]{1,19}$", "description": "An id." }),
                    json!({ "type": "array", "items": other }),
                ])
                .clone();
            object(document, "/components/schemas").insert(new.clone(), made.clone());
            (format!("{new}, {made}"), vec![new.clone()], vec![component(&new)])
        }
        Verb::Remove => {
            object(document, "/components/schemas").remove(&old);
            refer(document, &old, None);
            (old.clone(), vec![old.clone()], vec![component(&old)])
        }
        Verb::Rename => {
            let schemas = object(document, "/components/schemas");
            let schema = schemas.remove(&old).expect("it was found there");
            schemas.insert(new.clone(), schema);
            refer(document, &old, Some(&new));
            let places = vec![component(&old), component(&new)];
            (format!("{old} to {new}"), vec![old, new], places)
        }
    }
}

/// Lets what refers to a schema refer to another one, or be a text.
fn refer(node: &mut Value, old: &str, new: Option<&str>) {
    let pointer = format!("#/components/schemas/{old}");
    match node {
        Value::Object(members) => {
            if members.get("$ref").is_some_and(|target| *target == pointer) {
                match new {
                    Some(new) => members.insert("$ref".to_owned(), format!("#/components/schemas/{new}").into()),
                    None => {
                        members.remove("$ref");
                        members.insert("type".to_owned(), "string".into())
                    }
                };
            }
            if let Some(Value::Object(mapping)) = members.get_mut("mapping") {
                match new {
                    Some(new) => mapping.values_mut().filter(|target| **target == pointer).for_each(|target| {
                        *target = format!("#/components/schemas/{new}").into();
                    }),
                    None => mapping.retain(|_, target| *target != pointer),
                }
            }
            members.values_mut().for_each(|value| refer(value, old, new));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| refer(value, old, new)),
        _ => {}
    }
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn operation(document: &mut Value, verb: Verb, fresh: [&str; 2], numbers: &mut Numbers) -> Done {
    let paths = object(document, "/paths");
    let known: Vec<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(method, _)| (path, method)))
        .filter(|(_, method)| METHODS.contains(&method.as_str()))
        .map(|(path, method)| (path.clone(), method.clone()))
        .collect();
    let (path, method) = numbers.of(&known).clone();
    let mut operation = paths[&path][&method].clone();
    let at = |path: &str| format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1"));
    let old = operation["operationId"].as_str().expect("it has a name").to_owned();
    let new = format!("{}{}", fresh[0], capital(fresh[1]));
    match verb {
        Verb::Add => {
            operation["operationId"] = new.clone().into();
            let shared = paths[&path].get("parameters").cloned();
            let mut item = json!({ method.clone(): operation });
            if let Some(shared) = shared {
                item["parameters"] = shared;
            }
            let other = format!("/{}{path}", fresh.join("_"));
            paths.insert(other.clone(), item);
            (format!("{new}, {method} {other}"), vec![new], vec![at(&other)])
        }
        Verb::Remove => {
            let item = paths[&path].as_object_mut().expect("it has methods");
            item.remove(&method);
            (old.clone(), vec![old], vec![at(&path)])
        }
        Verb::Rename => {
            paths[&path][&method]["operationId"] = new.clone().into();
            (format!("{old} to {new}"), vec![old, new], vec![at(&path)])
        }
    }
}

fn property(document: &mut Value, verb: Verb, fresh: [&str; 2], numbers: &mut Numbers) -> Done {
    let mut known = Vec::new();
    find(document, "properties", &mut String::new(), &mut |pointer, members| {
        let names = members["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
        known.extend(names.map(|name| (pointer.to_owned(), name)));
    });
    let (pointer, old) = numbers.of(&known).clone();
    let schemas: Vec<String> = object(document, "/components/schemas").keys().cloned().collect();
    let other = json!({ "$ref": format!("#/components/schemas/{}", numbers.of(&schemas)) });
    let owner = object(document, &pointer);
    let new = fresh.join("_");
    match verb {
        Verb::Add => {
            let made = numbers
                .of(&[
                    json!({ "type": "string", "description": "A text." }),
                    json!({ "type": "boolean", "default": false }),
                    json!({ "type": "array", "items": { "type": "integer", "format": "int32" } }),
                    json!({ "type": "string", "enum": ["small", "large"] }),
                    json!({ "type": "object", "properties": { "weight": { "type": "number" } } }),
                    other,
                ])
                .clone();
            if numbers.below(4) == 0
                && let Value::Array(required) = owner.entry("required").or_insert_with(|| json!([]))
            {
                required.push(new.clone().into());
            }
            owner["properties"][&new] = made.clone();
            (format!("{new} of {pointer}, {made}"), vec![new], vec![component(&pointer)])
        }
        Verb::Remove | Verb::Rename => {
            let renamed = (verb == Verb::Rename).then_some(&new);
            if let Some(Value::Array(required)) = owner.get_mut("required") {
                match renamed {
                    Some(new) => required.iter_mut().filter(|name| **name == old).for_each(|name| {
                        *name = new.clone().into();
                    }),
                    None => required.retain(|name| *name != old),
                }
                if required.is_empty() {
                    owner.remove("required");
                }
            }
            let properties = owner["properties"].as_object_mut().expect("it was found there");
            let schema = properties.remove(&old).expect("it was found there");
            let mut names = vec![old.clone()];
            let mut what = format!("{old} of {pointer}");
            if let Some(new) = renamed {
                properties.insert(new.clone(), schema);
                what.push_str(&format!(" to {new}"));
                names.push(new.clone());
            }
            (what, names, vec![component(&pointer)])
        }
    }
}

fn value(document: &mut Value, verb: Verb, fresh: [&str; 2], numbers: &mut Numbers) -> Done {
    let mut known = Vec::new();
    find(document, "enum", &mut String::new(), &mut |pointer, members| {
        let values = members["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        // A value that is the default is named elsewhere, too.
        let values: Vec<String> = values
            .filter(|value| members.get("default").is_none_or(|default| default != value))
            .map(str::to_owned)
            .collect();
        if values.len() > 2 {
            known.extend(values.into_iter().map(|value| (pointer.to_owned(), value)));
        }
    });
    let (pointer, old) = numbers.of(&known).clone();
    let places = vec![component(&pointer)];
    let values = object(document, &pointer)["enum"].as_array_mut().expect("it was found there");
    let new = fresh.join("_");
    match verb {
        Verb::Add => {
            let at = numbers.below(values.len() + 1);
            values.insert(at, new.clone().into());
            (format!("{new} at {at} of {pointer}"), vec![new], places)
        }
        Verb::Remove => {
            values.retain(|value| *value != old);
            (format!("{old} of {pointer}"), vec![old], places)
        }
        Verb::Rename => {
            values.iter_mut().filter(|value| **value == old).for_each(|value| *value = new.clone().into());
            (format!("{old} of {pointer} to {new}"), vec![old, new], places)
        }
    }
}

/// Visits the schemas below `components` that have a keyword, with their pointers.
fn find(node: &Value, keyword: &str, pointer: &mut String, visit: &mut dyn FnMut(&str, &Map<String, Value>)) {
    if pointer.is_empty() {
        pointer.push_str("/components/schemas");
        let schemas = node.pointer(pointer).expect("there are schemas");
        return find(schemas, keyword, pointer, visit);
    }
    let length = pointer.len();
    match node {
        Value::Object(members) => {
            let of_names = pointer.ends_with("/properties") || pointer.as_str() == "/components/schemas";
            let is_keyword = |value: &Value| if keyword == "enum" { value.is_array() } else { value.is_object() };
            if !of_names && members.get(keyword).is_some_and(is_keyword) {
                visit(pointer, members);
            }
            for (key, value) in members {
                if of_names || !matches!(key.as_str(), "example" | "examples" | "default" | "enum") {
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    find(value, keyword, pointer, visit);
                    pointer.truncate(length);
                }
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                find(value, keyword, pointer, visit);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

fn object<'d>(document: &'d mut Value, pointer: &str) -> &'d mut Map<String, Value> {
    document.pointer_mut(pointer).and_then(Value::as_object_mut).expect("there is an object")
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
