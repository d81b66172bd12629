//! References: from the text of a `$ref` to the node that it means.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Document;
use super::anchors::is_owner;
use super::external::{Target, locate};
use super::nodes::{Resolved, Siblings};
use super::shape::sorted_members;
use crate::diag::{Code, Diagnostics, FileId, Origin, unescape_segment};

/// How many references one chain may have, and how many may stand on the way of a pointer.
const LONGEST_CHAIN: usize = 64;

/// Annotations that may stand beside `$ref` and are used.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "summary",
    "title",
    "writeOnly",
];

/// Keywords that say nothing about a value.
const SILENT: &[&str] = &["$anchor", "$defs", "$dynamicAnchor", "$id", "$schema", "definitions"];

impl Document<'_> {
    /// Follows the references of a node to one that is none. A node that is no reference leads to itself.
    ///
    /// Gives `None`, with an error, if a reference leads nowhere, out of the document, or in a circle.
    pub fn resolve(&self, origin: &Origin, diags: &mut Diagnostics) -> Option<Resolved> {
        let mut resolved = Resolved { origin: origin.clone(), through: None, siblings: Siblings::default() };
        let mut seen: Vec<Origin> = Vec::new();
        loop {
            let here = resolved.origin.clone();
            let value = self.value(&here)?;
            let Some((text, node)) = reference(value) else { return Some(resolved) };
            if seen.contains(&here) || seen.len() >= LONGEST_CHAIN {
                // Every way into the circle reports the same about the same node.
                let start = seen.iter().position(|known| *known == here).unwrap_or_default();
                let first = seen.get(start..).unwrap_or_default().iter().min().unwrap_or(&here);
                let text = self.value(first).and_then(reference).map_or(text, |(text, _)| text);
                diags
                    .add(
                        Code::ReferenceCycle,
                        &first.child(self.value(first).and_then(Value::as_object).map_or("$ref", keyword)),
                        format!("the reference `{text}` leads back to itself"),
                    )
                    .help("let one of the nodes on the way say what is meant");
                return None;
            }
            self.siblings(node, &here, &mut resolved.siblings, diags);
            resolved.origin = self.follow(text, &here, &here.child(keyword(node)), diags)?;
            resolved.through = component_name(&resolved.origin);
            seen.push(here);
        }
    }

    /// The schema that an entry of a discriminator's mapping means: the name of a component or a reference.
    pub fn mapping_target(&self, text: &str, discriminator: &Origin, diags: &mut Diagnostics) -> Option<Origin> {
        let named = Origin::root(self.file).child("components").child("schemas").child(text);
        if self.value(&named).is_some() {
            return Some(named);
        }
        let mapping = discriminator.child("mapping");
        let entry = self.value(&mapping).and_then(Value::as_object).and_then(|map| {
            let mut keys = map.iter().filter(|(_, target)| target.as_str() == Some(text)).map(|(key, _)| key);
            keys.next().map(|key| mapping.child(key))
        });
        let at = entry.unwrap_or_else(|| discriminator.clone());
        if !text.contains(['#', '/', '.']) {
            let message = format!("the mapping names `{text}`, but there is no such schema in `components`");
            diags.add(Code::DanglingReference, &at, message);
            return None;
        }
        self.follow(text, discriminator, &at, diags)
    }

    /// The node that the `$ref` of a node means.
    pub(super) fn target(&self, text: &str, node: &Origin, diags: &mut Diagnostics) -> Option<Origin> {
        self.follow(text, node, &node.child("$ref"), diags)
    }

    /// The node that a reference means; `at` is the place of its text.
    pub(super) fn follow(&self, text: &str, node: &Origin, at: &Origin, diags: &mut Diagnostics) -> Option<Origin> {
        let pointer = pointer_of(text);
        let address = text.split('#').next().unwrap_or_default();
        if let Some(root) = self.anchors.id(address).filter(|_| !address.is_empty()) {
            let target = match pointer.as_ref() {
                path if path.is_empty() || path.starts_with('/') => {
                    Some(Origin { file: root.file, pointer: format!("{}{path}", root.pointer) })
                }
                name => self.anchors.anchor(root, name).cloned(),
            };
            let found = target.and_then(|target| self.walk(&target));
            if found.is_none() {
                diags.add(Code::DanglingReference, at, format!("`{text}` points to nothing"));
            }
            return found;
        }
        // What is missing was reported when files were loaded.
        let file = self.file_of(text, node)?;
        if !pointer.is_empty() && !pointer.starts_with('/') {
            let owner = if file == node.file { self.owner(node) } else { Origin::root(file) };
            if let Some(found) = self.anchors.anchor(&owner, &pointer) {
                return Some(found.clone());
            }
            diags.add(Code::DanglingReference, at, format!("`{text}` is neither a JSON pointer nor an `$anchor`")).help(format!(
                "a reference into the same document begins with `#/`; did you mean `#/components/schemas/{pointer}`?"
            ));
            return None;
        }
        let origin = Origin { file, pointer: pointer.into_owned() };
        if let Some(found) = self.walk(&origin) {
            return Some(found);
        }
        if let Some(found) = self.in_resource(&pointer_of(text), node).filter(|_| address.is_empty()) {
            return Some(found);
        }
        // A part of a description that was cut into files still names what stands in the root file.
        let in_root = Origin { file: self.file, pointer: origin.pointer.clone() };
        if file != self.file
            && let Some(found) = self.walk(&in_root)
        {
            let root = self.sources.name(self.file).unwrap_or_default();
            diags.add(Code::OtherFile, at, format!("`{text}` points to nothing in its own file")).help(format!(
                "the node of that name in `{root}` is taken; write `{root}{in_root}` with the path to it"
            ));
            return Some(found);
        }
        let diagnostic = diags.add(Code::DanglingReference, at, format!("`{text}` points to nothing"));
        if let Some(near) = self.near(&origin) {
            diagnostic.help(format!("did you mean `{near}`?"));
        }
        None
    }

    /// The node at a pointer that begins at the schema with an `$id` around a node (JSON Schema 2020-12, section 9.2.1).
    fn in_resource(&self, pointer: &str, node: &Origin) -> Option<Origin> {
        let mut here = node.clone();
        loop {
            let resource = self.value(&here).and_then(|value| value.get("$id")).is_some_and(Value::is_string);
            let wanted = Origin { file: here.file, pointer: format!("{}{pointer}", here.pointer) };
            if resource && self.value(&wanted).is_some() {
                return Some(wanted);
            }
            here = here.parent()?;
        }
    }

    /// The schema around a node whose names are its own, or the root of its file.
    fn owner(&self, node: &Origin) -> Origin {
        let around = std::iter::successors(Some(node.clone()), Origin::parent);
        let mut owners =
            around.filter(|at| self.value(at).and_then(Value::as_object).is_some_and(|map| is_owner(map, at)));
        owners.next().unwrap_or_else(|| Origin::root(node.file))
    }

    /// The file that a reference at a node leads into, if it was loaded.
    fn file_of(&self, text: &str, node: &Origin) -> Option<FileId> {
        match locate(text, self.sources.name(node.file).unwrap_or_default(), self.mirror) {
            Target::Here => Some(node.file),
            Target::File(name) => self.sources.find(&name),
            Target::Remote => None,
        }
    }

    /// The node at a pointer. Walks key by key and follows the references that stand on its way.
    fn walk(&self, wanted: &Origin) -> Option<Origin> {
        if self.value(wanted).is_some() {
            return Some(wanted.clone());
        }
        let mut here = Origin::root(wanted.file);
        let mut hops = 0;
        for segment in wanted.segments() {
            let mut next = here.child(&segment);
            while self.value(&next).is_none() {
                hops += 1;
                let (text, _) = reference(self.value(&here)?)?;
                if hops > LONGEST_CHAIN {
                    return None;
                }
                let file = self.file_of(text, &here)?;
                here = Origin { file, pointer: pointer_of(text).into_owned() };
                next = here.child(&segment);
            }
            here = next;
        }
        Some(here)
    }

    /// A sibling of a dangling target whose name is nearly the same.
    fn near(&self, wanted: &Origin) -> Option<Origin> {
        let parent = wanted.parent()?;
        let name = wanted.last()?;
        let map = self.value(&parent)?.as_object()?;
        let near = crate::diag::nearest(&name, map.keys().map(String::as_str))?;
        Some(parent.child(near))
    }

    /// Collects what stands beside a `$ref`. What an earlier reference of the chain said stays.
    fn siblings(&self, node: &Map<String, Value>, origin: &Origin, into: &mut Siblings, diags: &mut Diagnostics) {
        if node.len() == 1 {
            return;
        }
        let text = |name: &str| node.get(name).and_then(Value::as_str).map(str::to_owned);
        let flag = |name: &str| node.get(name).and_then(Value::as_bool);
        into.title = into.title.take().or_else(|| text("title"));
        into.summary = into.summary.take().or_else(|| text("summary"));
        into.description = into.description.take().or_else(|| text("description"));
        into.deprecated = into.deprecated.or_else(|| flag("deprecated"));
        into.nullable = into.nullable.or_else(|| flag("nullable"));
        into.read_only = into.read_only.or_else(|| flag("readOnly"));
        into.write_only = into.write_only.or_else(|| flag("writeOnly"));
        into.default = into.default.take().or_else(|| node.get("default").cloned());
        into.example = into
            .example
            .take()
            .or_else(|| node.get("example").or_else(|| node.get("examples").and_then(|list| list.get(0))).cloned());
        for (name, _) in sorted_members(node) {
            let says = ![keyword(node), "$ref"].contains(&name.as_str()) && !SILENT.contains(&name.as_str());
            if says && !name.starts_with("x-") && !ANNOTATIONS.contains(&name.as_str()) {
                diags
                    .add(Code::BesideReference, &origin.child(name), format!("`{name}` beside `$ref` is ignored"))
                    .on_key()
                    .help("put the reference and the keyword into the two arms of an `allOf`");
            }
        }
    }
}

/// The part of a reference behind `#`.
fn pointer_of(text: &str) -> Cow<'_, str> {
    percent_decode(text.split_once('#').map_or("", |(_, fragment)| fragment))
}

/// The text of a node's `$ref`, and the node. A `$dynamicRef` that [`instantiate`](super::instantiate) left means the same.
pub(super) fn reference(value: &Value) -> Option<(&str, &Map<String, Value>)> {
    let node = value.as_object()?;
    Some((node.get(keyword(node))?.as_str()?, node))
}

/// The keyword by which a node refers, if it does.
fn keyword(node: &Map<String, Value>) -> &'static str {
    if node.get("$dynamicRef").is_some_and(Value::is_string) && !node.contains_key("$ref") {
        "$dynamicRef"
    } else {
        "$ref"
    }
}

/// The name of a component, if the origin is one: `#/components/<kind>/<name>` or `#/$defs/<name>`.
fn component_name(origin: &Origin) -> Option<String> {
    let rest = origin.pointer.strip_prefix("/components/")?;
    let (_, name) = rest.split_once('/')?;
    (!name.contains('/')).then(|| unescape_segment(name).into_owned())
}

/// Decodes `%20` and its like (RFC 3986, section 2.1). What is no valid escape or no UTF-8 stays as it is.
pub(super) fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = match (byte, after) {
            (b'%', [high, low, tail @ ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| (high * 16 + low, tail)),
            _ => None,
        };
        match escaped {
            Some((byte, tail)) => {
                bytes.push(byte);
                rest = tail;
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
