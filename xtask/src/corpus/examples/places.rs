//! Where a description gives values: the `example`, `examples` and `default` of schemas, media types, parameters and
//! headers, each with the schema that it is a value of.

use std::collections::BTreeSet;

use serde_json::Value;
use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::{Document, METHODS};

/// A value of a description.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Where the value stands.
    pub(super) at: Origin,
    /// The schema that it is a value of.
    pub(super) schema: Origin,
    /// The value.
    pub(super) value: Value,
}

/// Every value of a description, in the order in which they are come by. What callbacks hold is left out, because they
/// are not generated, and so is what stands outside of the description (`externalValue`).
pub(super) fn places(document: &Document<'_>) -> Vec<Place> {
    let mut walk = Walk { document, seen: BTreeSet::new(), found: Vec::new() };
    let root = Origin::root(document.file());
    for section in ["paths", "webhooks"] {
        walk.each(&root.child(section), Walk::path_item);
    }
    let components = root.child("components");
    walk.each(&components.child("schemas"), Walk::schema);
    walk.each(&components.child("parameters"), Walk::parameter);
    walk.each(&components.child("headers"), Walk::parameter);
    walk.each(&components.child("requestBodies"), Walk::contents);
    walk.each(&components.child("responses"), Walk::response);
    walk.each(&components.child("pathItems"), Walk::path_item);
    walk.each(&components.child("mediaTypes"), Walk::media);
    walk.found
}

struct Walk<'a> {
    document: &'a Document<'a>,
    seen: BTreeSet<Origin>,
    found: Vec<Place>,
}

impl Walk<'_> {
    /// Does something with every member of a mapping, or every element of a list.
    fn each(&mut self, at: &Origin, mut visit: impl FnMut(&mut Self, &Origin)) {
        match self.document.value(at) {
            Some(Value::Object(map)) => map.keys().for_each(|key| visit(self, &at.child(key))),
            Some(Value::Array(list)) => (0..list.len()).for_each(|index| visit(self, &at.index(index))),
            _ => {}
        }
    }

    /// The node that an origin means, if it was not come by before.
    fn enter(&mut self, at: &Origin) -> Option<Origin> {
        let target = self.document.resolve(at, &mut Diagnostics::new())?.origin;
        (self.document.value(&target)?.is_object() && self.seen.insert(target.clone())).then_some(target)
    }

    fn path_item(&mut self, at: &Origin) {
        let Some(at) = self.enter(at) else { return };
        self.each(&at.child("parameters"), Self::parameter);
        for method in METHODS {
            self.operation(&at.child(method));
        }
        self.each(&at.child("additionalOperations"), Self::operation);
    }

    fn operation(&mut self, at: &Origin) {
        let Some(at) = self.enter(at) else { return };
        self.each(&at.child("parameters"), Self::parameter);
        self.contents(&at.child("requestBody"));
        self.each(&at.child("responses"), Self::response);
    }

    fn response(&mut self, at: &Origin) {
        let Some(target) = self.document.resolve(at, &mut Diagnostics::new()) else { return };
        self.contents(at);
        self.each(&target.origin.child("headers"), Self::parameter);
    }

    /// A request body, or a response.
    fn contents(&mut self, at: &Origin) {
        let Some(at) = self.enter(at) else { return };
        self.each(&at.child("content"), Self::media);
    }

    /// A parameter, or a header.
    fn parameter(&mut self, at: &Origin) {
        let Some(at) = self.enter(at) else { return };
        self.each(&at.child("content"), Self::media);
        let schema = at.child("schema");
        self.values(&at, &schema);
        self.schema(&schema);
    }

    fn media(&mut self, at: &Origin) {
        let Some(at) = self.enter(at) else { return };
        let (schema, items) = (at.child("schema"), at.child("itemSchema"));
        if self.document.value(&schema).is_some() {
            self.values(&at, &schema);
        }
        if self.document.value(&items).is_some() {
            let before = self.found.len();
            self.values(&at, &items);
            // The values of a sequence are written down as a list.
            for place in self.found.split_off(before) {
                if let Value::Array(values) = &place.value {
                    let places = values.iter().enumerate().map(|(index, value)| Place {
                        at: place.at.index(index),
                        schema: items.clone(),
                        value: value.clone(),
                    });
                    self.found.extend(places);
                }
            }
        }
        self.schema(&schema);
        self.schema(&items);
        self.each(&at.child("encoding"), |walk, at| walk.each(&at.child("headers"), Self::parameter));
    }

    /// The `example` and the Example Objects of a node, as values of a schema.
    fn values(&mut self, at: &Origin, schema: &Origin) {
        if self.document.value(schema).is_none() {
            return;
        }
        self.push(&at.child("example"), schema);
        let mut named = Vec::new();
        self.each(&at.child("examples"), |_, at| named.push(at.clone()));
        for at in named {
            let Some(target) = self.document.resolve(&at, &mut Diagnostics::new()) else { continue };
            self.push(&target.origin.child("value"), schema);
            self.push(&target.origin.child("dataValue"), schema);
        }
    }

    fn push(&mut self, at: &Origin, schema: &Origin) {
        if let Some(value) = self.document.value(at) {
            self.found.push(Place { at: at.clone(), schema: schema.clone(), value: value.clone() });
        }
    }

    fn schema(&mut self, at: &Origin) {
        let Some(Value::Object(node)) = self.document.value(at) else { return };
        if node.get("$ref").is_some_and(Value::is_string) {
            if let Some(target) = self.enter(at) {
                self.inside(&target);
            }
            // What stands beside the reference.
            if self.seen.insert(at.clone()) {
                self.own_values(at);
            }
        } else if self.seen.insert(at.clone()) {
            self.inside(at);
        }
    }

    fn inside(&mut self, at: &Origin) {
        self.own_values(at);
        for keyword in ["properties", "patternProperties", "$defs", "allOf", "anyOf", "oneOf", "prefixItems"] {
            self.each(&at.child(keyword), Self::schema);
        }
        for keyword in ["items", "additionalProperties", "then", "else"] {
            self.schema(&at.child(keyword));
        }
    }

    fn own_values(&mut self, at: &Origin) {
        self.push(&at.child("default"), at);
        self.push(&at.child("example"), at);
        let examples = at.child("examples");
        if self.document.value(&examples).is_some_and(Value::is_array) {
            let mut listed = Vec::new();
            self.each(&examples, |_, at| listed.push(at.clone()));
            listed.iter().for_each(|value| self.push(value, at));
        }
    }
}
