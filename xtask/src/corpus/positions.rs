//! The places of a model where a type stands: how many there are, and where they say less than the schema.
//!
//! This counts by itself, from the model and the text of the description, and does not believe the diagnostics: a place
//! that says less and that no diagnostic names is silent.

use std::collections::BTreeSet;

use serde_json::Value;
use spec2crate::Outcome;
use spec2crate::diag::{Diagnostics, Origin};
use spec2crate::document::Document;
use spec2crate::ir::{Api, Extra, Media, Operation, Payload, Shape, Status, TypeRef};

/// Keywords that say something of a value which a type could say.
const TELLING: [&str; 12] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "enum",
    "items",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "properties",
    "then",
    "type",
];

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Positions {
    /// Types that are named in the model, with those inside of lists, maps and tuples.
    pub(super) all: usize,
    /// Any JSON value where the schema says more.
    pub(super) json: usize,
    /// Bodies and answers of bytes or text where the schema says more than a string.
    pub(super) bytes: usize,
    /// Those of both kinds that no diagnostic names.
    pub(super) silent: Vec<String>,
}

/// Counts the places of an outcome.
pub(super) fn count(outcome: &Outcome, spec: &str) -> Positions {
    let (Some(api), Some(file)) = (&outcome.api, outcome.sources.find(spec)) else { return Positions::default() };
    let Some(document) = Document::read(&outcome.sources, file, &[], &mut Diagnostics::new()) else {
        return Positions::default();
    };
    let named = outcome.diagnostics.iter().map(|found| found.origin.clone()).collect();
    let mut count = Count { document: &document, named, found: Positions::default(), seen: BTreeSet::new() };
    count.types(api);
    api.operations.iter().for_each(|operation| count.operation(operation));
    count.found.silent.sort();
    count.found
}

struct Count<'a> {
    document: &'a Document<'a>,
    /// Where diagnostics are.
    named: BTreeSet<Origin>,
    found: Positions,
    /// Schemas that were counted as saying more than the model; each counts once.
    seen: BTreeSet<Origin>,
}

impl Count<'_> {
    fn types(&mut self, api: &Api) {
        for ty in &api.types {
            match &ty.shape {
                Shape::Struct(object) => {
                    for field in &object.fields {
                        self.at(&field.origin, &field.ty);
                    }
                    if let Extra::Keep(elem, _) = &object.extra {
                        self.at(&ty.origin.child("additionalProperties"), &elem.ty);
                    }
                }
                Shape::Union(union) => {
                    self.found.all += union.arms.iter().map(|arm| size(&arm.ty)).sum::<usize>();
                    if union.arms.iter().any(|arm| arm.ty == TypeRef::Json) {
                        self.arms(&ty.origin);
                    }
                }
                Shape::Newtype(newtype) => self.at(&ty.origin, &newtype.inner),
                Shape::Enum(_) => self.found.all += 1,
            }
        }
    }

    /// A union of which one arm is any JSON. Which arm of the text that is, its type does not tell; it says less if all of
    /// them say more.
    fn arms(&mut self, at: &Origin) {
        let arms: Vec<Origin> = ["anyOf", "oneOf"]
            .iter()
            .flat_map(|list| {
                let list = at.child(list);
                let count = self.document.value(&list).and_then(Value::as_array).map_or(0, Vec::len);
                (0..count).map(move |index| list.index(index))
            })
            .collect();
        if !arms.is_empty() && arms.iter().all(|arm| self.says(arm, &|_| true)) && self.seen.insert(at.clone()) {
            self.found.json += 1;
            self.silent(at, "json");
        }
    }

    fn operation(&mut self, operation: &Operation) {
        for param in &operation.params {
            self.within(&param.origin, &param.ty);
        }
        if let Some(body) = &operation.body {
            let at = operation.origin.child("requestBody");
            body.media.iter().for_each(|media| self.media(&at, media));
        }
        for answer in &operation.answers {
            let at = operation.origin.child("responses");
            let keys = match answer.status {
                Status::Exact(code) => vec![code.to_string()],
                Status::Range(digit) => vec![format!("{digit}XX"), format!("{digit}xx"), "default".to_owned()],
                Status::Default => vec!["default".to_owned()],
            };
            let there = keys.iter().map(|key| at.child(key)).find(|at| self.document.value(at).is_some());
            let at = there.unwrap_or(at);
            answer.media.iter().for_each(|media| self.media(&at, media));
            for header in &answer.headers {
                let holder = self.resolved(&at).unwrap_or_else(|| at.clone());
                self.within(&holder.child("headers").child(&header.wire), &header.ty);
            }
        }
    }

    /// A parameter or a header.
    fn within(&mut self, at: &Origin, ty: &TypeRef) {
        let at = self.resolved(at).unwrap_or_else(|| at.clone());
        let content = at.child("content");
        let first = self.document.value(&content).and_then(Value::as_object).and_then(|map| map.keys().next());
        match first {
            Some(key) => self.at(&content.child(key).child("schema"), ty),
            None => self.at(&at.child("schema"), ty),
        }
    }

    fn media(&mut self, holder: &Origin, media: &Media) {
        let holder = self.resolved(holder).unwrap_or_else(|| holder.clone());
        let content = holder.child("content");
        // The model names the JSON that a range of media types stands for.
        let keys = [media.media_type.as_str(), "*/*", "application/*"];
        let there = keys.map(|key| content.child(key)).into_iter().find(|at| self.document.value(at).is_some());
        let node = there.unwrap_or_else(|| content.child(&media.media_type));
        let node = self.resolved(&node).unwrap_or(node);
        let item = node.child("itemSchema");
        let schema = if self.document.value(&item).is_some() { item } else { node.child("schema") };
        match media.payload.ty() {
            Some(ty) => self.at(&schema, ty),
            None => {
                self.found.all += 1;
                let text = media.payload == Payload::Text;
                if self.says(&schema, &|kind| kind != "string" && (!text || kind == "object" || kind == "array"))
                    && !self.is_json_too(&holder, &schema)
                    && self.seen.insert(node.clone())
                {
                    self.found.bytes += 1;
                    self.silent(&node, "bytes");
                }
            }
        }
    }

    /// Whether the schema of a content is that of its JSON too: then the value has a type, and this is another notation.
    fn is_json_too(&self, holder: &Origin, schema: &Origin) -> bool {
        let content = holder.child("content");
        let Some(map) = self.document.value(&content).and_then(Value::as_object) else { return false };
        let wanted = self.resolved(schema);
        let mut json = map.keys().filter(|key| key.contains("json"));
        json.any(|key| self.resolved(&content.child(key).child("schema")) == wanted)
    }

    /// A type of the model at its schema.
    fn at(&mut self, schema: &Origin, ty: &TypeRef) {
        match ty {
            TypeRef::List(elem) => {
                self.found.all += 1;
                match self.inside(schema, "items") {
                    Some(items) => self.at(&items, &elem.ty),
                    None => self.found.all += size(&elem.ty),
                }
            }
            TypeRef::Map(elem) => {
                self.found.all += 1;
                match self.inside(schema, "additionalProperties") {
                    Some(items) => self.at(&items, &elem.ty),
                    None => self.found.all += size(&elem.ty),
                }
            }
            TypeRef::Json => {
                self.found.all += 1;
                let target = self.resolved(schema).unwrap_or_else(|| schema.clone());
                if self.says(&target, &|_| true) && self.seen.insert(target.clone()) {
                    self.found.json += 1;
                    self.silent(&target, "json");
                }
            }
            other => self.found.all += size(other),
        }
    }

    /// The schema of what a list or a map holds, through references and the one part or arm that holds it.
    fn inside(&self, schema: &Origin, keyword: &str) -> Option<Origin> {
        let mut here = self.resolved(schema)?;
        for _ in 0..8 {
            let at = here.child(keyword);
            if self.document.value(&at).is_some() {
                return Some(at);
            }
            let next = ["allOf", "anyOf", "oneOf"].iter().find_map(|list| {
                let arms = self.document.value(&here.child(list))?.as_array()?.len();
                let arms = (0..arms).filter_map(|index| self.resolved(&here.child(list).index(index)));
                arms.into_iter().find(|arm| !is_null(self.document.value(arm)))
            });
            here = next?;
        }
        None
    }

    /// Whether a schema says what its values are; of `type` alone only the given kinds count.
    fn says(&self, schema: &Origin, counts: &dyn Fn(&str) -> bool) -> bool {
        let target = self.resolved(schema).unwrap_or_else(|| schema.clone());
        let Some(Value::Object(node)) = self.document.value(&target) else { return false };
        let kinds: Vec<&str> = match node.get("type") {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let every = ["array", "boolean", "number", "object", "string"];
        if every.iter().all(|kind| kinds.contains(kind)) {
            return false;
        }
        TELLING.iter().any(|keyword| match node.get(*keyword) {
            None => false,
            Some(_) if *keyword == "type" => kinds.iter().any(|kind| *kind != "null" && counts(kind)),
            Some(Value::Bool(_)) => false,
            Some(Value::Array(list)) if list.is_empty() => false,
            Some(Value::Object(map)) if map.is_empty() => false,
            // A text with fixed values is still a text.
            Some(_) if matches!(*keyword, "enum" | "const") && kinds.contains(&"string") => counts("string"),
            Some(Value::Array(list)) if matches!(*keyword, "allOf" | "anyOf" | "oneOf") => {
                (0..list.len()).any(|index| self.says(&target.child(keyword).index(index), counts))
            }
            Some(_) => true,
        })
    }

    /// Notes a place that no diagnostic names, neither itself nor what it lies in or holds.
    fn silent(&mut self, at: &Origin, what: &str) {
        let inside = |outer: &Origin, inner: &Origin| {
            outer.file == inner.file
                && inner
                    .pointer
                    .strip_prefix(&outer.pointer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let parent = at.parent().unwrap_or_else(|| at.clone());
        if !self.named.iter().any(|named| inside(at, named) || *named == parent) {
            self.found.silent.push(format!("{what} at {at}"));
        }
    }

    fn resolved(&self, at: &Origin) -> Option<Origin> {
        self.document.resolve(at, &mut Diagnostics::new()).map(|resolved| resolved.origin)
    }
}

fn is_null(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("type")).is_some_and(|kind| kind == "null")
}

/// The types that a type is made of.
fn size(ty: &TypeRef) -> usize {
    match ty {
        TypeRef::List(elem) | TypeRef::Map(elem) => 1 + size(&elem.ty),
        TypeRef::Tuple(elems) => 1 + elems.iter().map(|elem| size(&elem.ty)).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use spec2crate::source::MemoryLoader;
    use spec2crate::{Request, generate};

    use super::count;

    const DESCRIPTION: &str = "
openapi: 3.1.0
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      operationId: things
      responses:
        '200':
          description: Things
          content:
            application/xml: { schema: { $ref: '#/components/schemas/Thing' } }
        '404':
          description: None
          content:
            application/json: { schema: { $ref: '#/components/schemas/Thing' } }
            application/xml: { schema: { $ref: '#/components/schemas/Thing' } }
components:
  schemas:
    Thing:
      type: object
      properties:
        names: { type: array, items: { type: string } }
        any: {}
        every: { type: [array, boolean, number, object, string] }
        none: { type: 'null' }
";

    #[test]
    fn what_says_less_is_counted_and_what_a_diagnostic_names_is_not_silent() {
        let outcome = generate(&MemoryLoader::from([("things.yaml", DESCRIPTION)]), &Request::new("things.yaml"));
        let found = count(&outcome, "things.yaml");
        assert_eq!((found.json, found.bytes, found.silent), (0, 1, Vec::new()));
        // The list and what it holds, three more members, the contents of the answers (of the second its JSON alone), and the
        // five alternatives of a member of five types with what its list and its object hold.
        assert_eq!(found.all, 14);
        // Without its diagnostics, it is silent.
        let outcome = spec2crate::Outcome { diagnostics: spec2crate::diag::Diagnostics::new(), ..outcome };
        let found = count(&outcome, "things.yaml");
        assert_eq!(found.silent, ["bytes at #/paths/~1things/get/responses/200/content/application~1xml"]);
    }
}
