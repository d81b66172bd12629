//! Schemas that references name by `$id` or `$anchor` (JSON Schema 2020-12, section 8.2) instead of by their place, and
//! documents that they name by `$self` (OpenAPI 3.2).

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::diag::{FileId, Origin, escape_segment};
use crate::source::Sources;

/// The names that schemas of some files give to themselves. Only looked up, never walked.
#[derive(Clone, Default, Debug)]
pub(super) struct Anchors {
    /// By the value of `$id` or `$self`, as written.
    ids: HashMap<String, Origin>,
    /// By file and the value of `$anchor` or `$dynamicAnchor`.
    anchors: HashMap<(FileId, String), Origin>,
    /// The same by the schema around that has an `$id` or is a component.
    own: HashMap<(Origin, String), Origin>,
}

impl Anchors {
    /// Reads the names of all files.
    pub(super) fn read(sources: &Sources) -> Self {
        let mut anchors = Self::default();
        for file in sources.files() {
            if let Some(tree) = sources.tree(file) {
                // OpenAPI 3.2: the address by which a document calls itself.
                if let Some(address) = tree.get("$self").and_then(Value::as_str) {
                    anchors.ids.entry(address.to_owned()).or_insert_with(|| Origin::root(file));
                }
                anchors.collect(tree, &mut Origin::root(file), &Origin::root(file));
            }
        }
        anchors
    }

    /// The schema whose `$id` is this address.
    pub(super) fn id(&self, address: &str) -> Option<&Origin> {
        self.ids.get(address)
    }

    /// The schema that has this anchor, as seen from one with an `$id` or a component: inside of it, or else in its file.
    pub(super) fn anchor(&self, owner: &Origin, name: &str) -> Option<&Origin> {
        let own = self.own.get(&(owner.clone(), name.to_owned()));
        own.or_else(|| self.anchors.get(&(owner.file, name.to_owned())))
    }

    /// `at` is the place of the node, and is so again at the end. Of two equal names the first one counts.
    fn collect(&mut self, node: &Value, at: &mut Origin, owner: &Origin) {
        let length = at.pointer.len();
        match node {
            Value::Object(map) => {
                let owner = if is_owner(map, at) { &at.clone() } else { owner };
                if let Some(Value::String(id)) = map.get("$id") {
                    let id = id.strip_suffix('#').unwrap_or(id);
                    self.ids.entry(id.to_owned()).or_insert_with(|| at.clone());
                }
                for keyword in ["$anchor", "$dynamicAnchor"] {
                    if let Some(Value::String(name)) = map.get(keyword) {
                        self.anchors.entry((at.file, name.clone())).or_insert_with(|| at.clone());
                        self.own.entry((owner.clone(), name.clone())).or_insert_with(|| at.clone());
                    }
                }
                for (key, value) in map {
                    if value.is_object() || value.is_array() {
                        at.pointer.push('/');
                        at.pointer.push_str(&escape_segment(key));
                        self.collect(value, at, owner);
                        at.pointer.truncate(length);
                    }
                }
            }
            Value::Array(list) => {
                for (index, value) in list.iter().enumerate() {
                    if value.is_object() || value.is_array() {
                        at.pointer.push_str(&format!("/{index}"));
                        self.collect(value, at, owner);
                        at.pointer.truncate(length);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether names inside of a schema are its own: it has an `$id`, or is a component, which stands for itself although OpenAPI
/// makes all of a description one resource (OpenAPI 3.1, section 4.6).
pub(super) fn is_owner(node: &Map<String, Value>, at: &Origin) -> bool {
    let component = || at.pointer.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'));
    node.get("$id").is_some_and(Value::is_string) || component()
}
