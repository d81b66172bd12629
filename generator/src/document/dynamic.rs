//! Schemas with a place that others fill: `$dynamicRef` and `$dynamicAnchor` (JSON Schema 2020-12 core, section 8.2.3.2).
//!
//! A `$dynamicRef` means the anchor of its own schema, unless the way there began in a schema that has an anchor of the same
//! name. Where a schema has such an anchor and refers to one with such a reference, a copy of the latter takes the place of
//! the reference, with every `$dynamicRef` bound to the anchor. What is left means what a `$ref` would.

use serde_json::{Map, Value, json};

use super::Document;
use super::anchors::is_owner;
use super::external::Mirror;
use crate::diag::{Code, Diagnostics, FileId, Origin};
use crate::source::{Path, Sources, Step, Written};

/// How many copies are made at most: schemas can refer to each other in circles.
const MOST: usize = 1000;

/// How many values the copies have at most: a copy can hold what is copied again.
const LARGEST: usize = 20_000;

/// How often copies are made of copies.
const ROUNDS: usize = 16;

/// Keywords that name a schema. A copy has none of them.
const NAMES: &[&str] = &["$anchor", "$dynamicAnchor", "$id"];

/// Puts copies in the places of references to schemas that leave something open.
pub fn instantiate(sources: &mut Sources, root: FileId, mirror: Mirror<'_>, diags: &mut Diagnostics) {
    let mentions = |file| sources.contents(file).is_some_and(|text| text.contains("$dynamicRef"));
    if !sources.files().any(mentions) {
        return;
    }
    let (mut copies, mut values) = (0, 0);
    let mut bound: Vec<Origin> = Vec::new();
    for round in 0..=ROUNDS {
        // What is wrong is reported when the result is read.
        let Some(document) = Document::read(sources, root, mirror, &mut Diagnostics::new()) else { return };
        let open = Open::find(&document);
        let mut sites = open.sites(&document);
        sites.truncate(MOST - copies);
        if sites.is_empty() || round == ROUNDS || values > LARGEST {
            open.report(&bound, diags);
            return;
        }
        copies += sites.len();
        bound.extend(sites.iter().flat_map(|site| site.anchors.iter().map(|anchor| anchor.1.clone())));
        let changes: Vec<_> = sites.iter().filter_map(|site| site.copy(&document)).collect();
        for change in changes {
            values += count(&change.copy);
            if values > LARGEST {
                break;
            }
            change.apply(sources);
        }
    }
}

/// The schemas that have dynamic anchors and dynamic references.
struct Open {
    /// The schema that it belongs to, its name, its place.
    anchors: Vec<(Origin, String, Origin)>,
    /// The same for `$dynamicRef`.
    dynamic: Vec<(Origin, String, Origin)>,
    /// By the schema they belong to: the places of all references.
    references: Vec<(Origin, Origin)>,
}

/// A copy that takes the place of a reference.
struct Change {
    /// The node with the reference.
    at: Origin,
    copy: Value,
    /// Whether it becomes a part of `allOf`, because the node says something that the copy says as well.
    is_part: bool,
    /// Where the copy is written.
    written: Written,
}

/// A reference in a schema with dynamic anchors to one with dynamic references of these names.
struct Site {
    at: Origin,
    template: Origin,
    /// Names and places of the anchors.
    anchors: Vec<(String, Origin)>,
}

impl Open {
    fn find(document: &Document<'_>) -> Self {
        let mut open = Self { anchors: Vec::new(), dynamic: Vec::new(), references: Vec::new() };
        for file in document.sources().files() {
            if let Some(tree) = document.sources().tree(file) {
                let root = Origin::root(file);
                open.collect(tree, &root, &root);
            }
        }
        open
    }

    /// `owner` is the schema around: one with an `$id`, a component, or all of a file.
    fn collect(&mut self, node: &Value, at: &Origin, owner: &Origin) {
        match node {
            Value::Object(map) => {
                let owner = if is_owner(map, at) { at } else { owner };
                let text = |keyword| map.get(keyword).and_then(Value::as_str);
                if let Some(name) = text("$dynamicAnchor") {
                    self.anchors.push((owner.clone(), name.to_owned(), at.clone()));
                }
                if let Some(name) = text("$dynamicRef").and_then(|text| text.strip_prefix('#')) {
                    self.dynamic.push((owner.clone(), name.to_owned(), at.clone()));
                }
                if text("$ref").is_some() {
                    self.references.push((owner.clone(), at.clone()));
                }
                for (key, value) in map.iter().filter(|(_, value)| value.is_object() || value.is_array()) {
                    self.collect(value, &at.child(key), owner);
                }
            }
            Value::Array(list) => {
                for (index, value) in list.iter().enumerate() {
                    self.collect(value, &at.index(index), owner);
                }
            }
            _ => {}
        }
    }

    /// The names that a schema leaves open: those of its dynamic references to a dynamic anchor of its own.
    fn names<'o>(&'o self, template: &'o Origin) -> impl Iterator<Item = &'o String> {
        let anchored =
            move |name: &String| self.anchors.iter().any(|(owner, known, _)| owner == template && known == name);
        self.dynamic.iter().filter(move |(owner, name, _)| owner == template && anchored(name)).map(|(_, name, _)| name)
    }

    /// No site stands inside another: the copy would be made from what is no longer there.
    fn sites(&self, document: &Document<'_>) -> Vec<Site> {
        let mut sites: Vec<Site> = Vec::new();
        for (owner, at) in &self.references {
            if !self.anchors.iter().any(|(known, ..)| known == owner) {
                continue;
            }
            let Some(template) = document.resolve(at, &mut Diagnostics::new()).map(|resolved| resolved.origin) else {
                continue;
            };
            let within = |inner: &Origin, outer: &Origin| rest(inner, outer).is_some();
            if template == *owner || within(at, &template) || at.file != owner.file {
                continue;
            }
            let mut anchors: Vec<(String, Origin)> = self
                .names(&template)
                .filter_map(|name| {
                    let own = self.anchors.iter().find(|(known, anchor, _)| known == owner && anchor == name);
                    own.map(|(_, name, place)| (name.clone(), place.clone()))
                })
                .collect();
            anchors.sort();
            anchors.dedup();
            let apart = sites.iter().all(|site| !within(at, &site.template) && !within(&site.at, &template));
            if !anchors.is_empty() && apart {
                sites.push(Site { at: at.clone(), template, anchors });
            }
        }
        sites
    }

    /// Reports the anchors by which a schema would fill a place of another one, had it a reference to it.
    fn report(&self, bound: &[Origin], diags: &mut Diagnostics) {
        for (owner, name, at) in &self.anchors {
            let fills = self.dynamic.iter().any(|(template, known, _)| template != owner && known == name);
            let own = self.names(owner).any(|known| known == name);
            if fills && !own && !bound.contains(at) {
                let message = "`$dynamicAnchor` is not supported here: nothing that is bound to it is found";
                diags
                    .add(Code::UnsupportedKeyword, &at.child("$dynamicAnchor"), message)
                    .on_key()
                    .help("a `$ref` in the same schema has to lead to the one with the `$dynamicRef`");
            }
        }
    }
}

impl Site {
    fn copy(&self, document: &Document<'_>) -> Option<Change> {
        let template = document.value(&self.template)?.as_object()?;
        let site = document.value(&self.at)?.as_object()?;
        let mut copy = template.clone();
        let is_bound = |schema: &Value| {
            let name = schema.get("$dynamicAnchor").and_then(Value::as_str);
            name.is_some_and(|name| self.anchors.iter().any(|(known, _)| known == name))
        };
        for section in ["$defs", "definitions"] {
            if let Some(Value::Object(schemas)) = copy.get_mut(section) {
                schemas.retain(|_, schema| !is_bound(schema));
                if schemas.is_empty() {
                    copy.remove(section);
                }
            }
        }
        // What the site says about the value holds before what the template says.
        let says = |key: &str| matches!(key, "description" | "title" | "$comment") && site.contains_key(key);
        copy.retain(|key, _| !NAMES.contains(&key.as_str()) && !says(key));
        let apart = copy.keys().all(|key| !site.contains_key(key));
        let to = match site.get("allOf") {
            _ if apart => self.at.clone(),
            Some(Value::Array(list)) => self.at.child("allOf").index(list.len()),
            _ => self.at.child("allOf").index(0),
        };
        let mut copy = Value::Object(copy);
        self.bind(document, &mut copy, &self.template, &to);
        let written = Written::At(document.sources().written(&self.template));
        Some(Change { at: self.at.clone(), copy, is_part: !apart, written })
    }

    /// Gives the references of a copy their meaning at the new place. `from` is where the node is copied from, `to` where the
    /// whole copy goes.
    fn bind(&self, document: &Document<'_>, node: &mut Value, from: &Origin, to: &Origin) {
        match node {
            Value::Object(map) => {
                if *from != self.template {
                    if map.get("$id").is_some_and(Value::is_string) {
                        return;
                    }
                    map.retain(|key, value| !NAMES.contains(&&**key) || !value.is_string());
                }
                self.bind_reference(document, map, from, to);
                for (key, value) in map.iter_mut() {
                    self.bind(document, value, &from.child(key), to);
                }
            }
            Value::Array(list) => {
                for (index, value) in list.iter_mut().enumerate() {
                    self.bind(document, value, &from.index(index), to);
                }
            }
            _ => {}
        }
    }

    fn bind_reference(&self, document: &Document<'_>, map: &mut Map<String, Value>, from: &Origin, to: &Origin) {
        let keyword = if map.contains_key("$ref") { "$ref" } else { "$dynamicRef" };
        let Some(text) = map.get(keyword).and_then(Value::as_str).map(str::to_owned) else { return };
        let anchor = self.anchors.iter().find(|(name, _)| text.strip_prefix('#') == Some(name));
        let target = match anchor.filter(|_| keyword == "$dynamicRef") {
            Some((_, anchor)) => anchor.clone(),
            None => {
                let at = from.child(keyword);
                let Some(target) = document.follow(&text, from, &at, &mut Diagnostics::new()) else { return };
                match rest(&target, &self.template) {
                    Some(rest) => Origin { file: to.file, pointer: format!("{}{rest}", to.pointer) },
                    None => target,
                }
            }
        };
        map.remove(keyword);
        map.insert("$ref".to_owned(), Value::String(reference_to(document.sources(), &target, to.file)));
    }
}

/// A reference to a node from a file: the names of files begin where that of the first one does.
fn reference_to(sources: &Sources, target: &Origin, from: FileId) -> String {
    let pointer = &target.pointer;
    if target.file == from {
        return format!("#{pointer}");
    }
    let (name, base) = (sources.name(target.file).unwrap_or_default(), sources.name(from).unwrap_or_default());
    let up = if name.starts_with('/') { 0 } else { base.matches('/').count() };
    format!("{}{name}#{pointer}", "../".repeat(up))
}

impl Change {
    fn apply(&self, sources: &mut Sources) {
        let Some(path) = steps(sources, &self.at) else { return };
        let Some(mut graft) = sources.graft(self.at.file) else { return };
        let inside = |name: &str| path.iter().cloned().chain([Step::Member(name.to_owned())]).collect::<Path>();
        graft.remove(&inside("$ref"));
        // An `allOf` that is no list is reported when it is read.
        let _ = if self.is_part {
            let list = graft.merge(&path, &json!({"allOf": []}), &self.written);
            list.and_then(|()| graft.merge(&inside("allOf"), &self.copy, &self.written))
        } else {
            graft.merge(&path, &self.copy, &self.written)
        };
    }
}

/// How many values a tree has.
fn count(node: &Value) -> usize {
    match node {
        Value::Object(map) => 1 + map.values().map(count).sum::<usize>(),
        Value::Array(list) => 1 + list.iter().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The way to a node.
fn steps(sources: &Sources, to: &Origin) -> Option<Path> {
    let mut node = sources.tree(to.file)?;
    let mut path = Path::new();
    for segment in to.segments() {
        path.push(match node {
            Value::Array(_) => Step::Element(segment.parse().ok()?),
            _ => Step::Member(segment.to_string()),
        });
        node = match node {
            Value::Object(map) => map.get(&*segment)?,
            Value::Array(list) => list.get(segment.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(path)
}

/// The pointer from a node to one inside it.
fn rest<'o>(inner: &'o Origin, outer: &Origin) -> Option<&'o str> {
    let rest = inner.pointer.strip_prefix(&outer.pointer).filter(|_| inner.file == outer.file)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}
