//! Values that satisfy a schema, made from the description alone.

use serde_json::{Map, Value, json};

use super::leaf::{fitted, formatted, matching, number};
use super::raw::{Place, Raw};
use super::schema::{Schema, is_read_only};

/// How many optional members are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A few.
    Some,
    /// None, where a value without any is right.
    Least,
    /// All, as far as a value does not hold itself.
    All,
}

impl Extent {
    /// The ways in which the judge is asked about an operation.
    pub(crate) const JUDGED: [Self; 2] = [Self::Least, Self::All];

    /// How deep they are filled; where no value of that depth is right, the next one is tried.
    fn depths(self) -> &'static [usize] {
        match self {
            Self::Some => &[3, 0],
            Self::Least => &[0, 1, 3],
            Self::All => &[5, 3, 0],
        }
    }

    /// What a call is called that has as many.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Some => "some of it set",
            Self::Least => "minimal",
            Self::All => "everything set",
        }
    }

    /// How many are filled of one object.
    fn most(self) -> usize {
        if self == Self::All { usize::MAX } else { 5 }
    }
}

/// How deep a value may nest before it is given up.
const LIMIT: usize = 12;

/// What plain texts are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    /// Letters, where other characters would be told apart from delimiters by nobody.
    Plain,
    /// Characters that have to be escaped.
    Escaped,
}

/// A value that the schema at a place accepts: with optional members, or else with those that are required alone.
pub(super) fn sample(raw: &Raw, place: &Place, texts: Texts, extent: Extent) -> Option<Value> {
    let schema = Schema::new(raw, place)?;
    let most = extent.most();
    let made = extent.depths().iter().filter_map(|depth| Sampler { raw, texts, depth: *depth, most }.value(place, 0));
    let example =
        ["example", "default"].into_iter().filter_map(|key| raw.value(&raw.resolve(place)?.child(key)).cloned());
    made.chain(example).find(|value| !value.is_null() && schema.accepts(value))
}

struct Sampler<'r> {
    raw: &'r Raw,
    texts: Texts,
    depth: usize,
    most: usize,
}

impl Sampler<'_> {
    fn value(&self, place: &Place, depth: usize) -> Option<Value> {
        self.inside(place, depth, false)
    }

    /// `composed` where other schemas say something about the same value.
    fn inside(&self, place: &Place, depth: usize, composed: bool) -> Option<Value> {
        if depth > LIMIT {
            return None;
        }
        let place = self.raw.resolve(place)?;
        let node = match self.raw.value(&place)? {
            Value::Object(node) => node,
            Value::Bool(true) => return Some(json!("text")),
            _ => return None,
        };
        if let Some(value) = node.get("const") {
            return Some(value.clone());
        }
        if let Some(Value::Array(values)) = node.get("enum") {
            return values.iter().find(|value| !value.is_null() && **value != json!("")).cloned();
        }
        let parts = self.parts(&place, depth)?;
        let own = match kind(node) {
            Some("object") => Some(self.object(&place, node, depth, composed || parts.is_some())?),
            Some("array") => Some(self.array(&place, node, depth)?),
            Some("string") => Some(Value::String(self.string(&place, node))),
            Some("integer") => Some(number(node, true)),
            Some("number") => Some(number(node, false)),
            Some("boolean") => Some(Value::Bool(true)),
            Some("null") => Some(Value::Null),
            _ => None,
        };
        match (own, parts) {
            (Some(Value::Object(mut own)), Some(Value::Object(parts))) => {
                own.extend(parts);
                Some(Value::Object(own))
            }
            (Some(Value::Object(own)), Some(parts)) if own.is_empty() => Some(parts),
            (Some(own), _) => Some(own),
            (None, Some(parts)) => Some(parts),
            // Nothing is said: any value will do.
            (None, None) => Some(json!("text")),
        }
    }

    /// What `allOf` demands together with the first alternatives that can be made.
    #[expect(clippy::option_option, reason = "nothing to add is something else than nothing that can be made")]
    fn parts(&self, place: &Place, depth: usize) -> Option<Option<Value>> {
        let mut all: Option<Value> = None;
        let mut merge = |value: Value| match (&mut all, value) {
            (Some(Value::Object(all)), Value::Object(more)) => all.extend(more),
            (Some(_), _) => {}
            (none, value) => *none = Some(value),
        };
        for part in self.raw.elements(&place.child("allOf")) {
            merge(self.inside(&part, depth + 1, true)?);
        }
        for key in ["oneOf", "anyOf"] {
            let arms = self.raw.elements(&place.child(key));
            if arms.is_empty() {
                continue;
            }
            let made = arms.iter().filter(|arm| !self.only_requires(arm));
            let mut made = made.filter_map(|arm| self.inside(arm, depth + 1, true)).filter(|value| !value.is_null());
            if let Some(mut value) = made.next() {
                self.discriminate(place, &mut value, &arms);
                merge(value);
            }
        }
        Some(all)
    }

    /// True for an alternative that says nothing but which members are required.
    fn only_requires(&self, arm: &Place) -> bool {
        self.raw.keys(arm).iter().all(|key| key == "required")
    }

    /// Sets the property of a discriminator to what its mapping, or the name of the schema, wants for the first alternative.
    fn discriminate(&self, place: &Place, value: &mut Value, arms: &[Place]) {
        let discriminator = place.child("discriminator");
        let (Some(property), Some(Value::Object(own)), Some(first)) =
            (self.raw.text(&discriminator, "propertyName"), Some(&mut *value), arms.first())
        else {
            return;
        };
        let mapping = discriminator.child("mapping");
        let mapped = self.raw.keys(&mapping).into_iter().find(|key| {
            let target = self.raw.text(&mapping, key).unwrap_or_default();
            target.rsplit(['/', '#']).next() == first.pointer.rsplit('/').next()
        });
        let name = mapped.or_else(|| first.pointer.rsplit('/').next().map(str::to_owned));
        if let (Some(name), true) = (name, own.get(property).is_none_or(|tag| tag == "text" || tag == "a b/c&ü")) {
            own.insert(property.to_owned(), Value::String(name));
        }
    }

    fn object(&self, place: &Place, node: &Map<String, Value>, depth: usize, composed: bool) -> Option<Value> {
        let mut at = place.child("properties");
        if node.get("properties").is_some_and(|list| list.get("$ref").is_some_and(Value::is_string)) {
            at = self.raw.resolve(&at)?;
        }
        let required: Vec<&str> =
            node.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut object = Map::new();
        let mut optional = 0;
        for name in self.raw.keys(&at) {
            let property = at.child(&name);
            if is_read_only(self.raw, &property) {
                continue;
            }
            if required.contains(&name.as_str()) {
                object.insert(name, self.value(&property, depth + 1)?);
            } else if depth < self.depth
                && optional < self.most
                && let Some(value) = self.value(&property, depth + 1).filter(|value| !value.is_null())
            {
                optional += 1;
                object.insert(name, value);
            }
        }
        for name in required {
            if !object.contains_key(name) && !is_read_only(self.raw, &at.child(name)) {
                if !composed && !self.raw.keys(&at).is_empty() {
                    // It is declared nowhere, so that no builder has it.
                    return None;
                }
                object.insert(name.to_owned(), json!("text"));
            }
        }
        if object.is_empty()
            && node.get("additionalProperties").is_some_and(|schema| schema.is_object())
            && depth < LIMIT
        {
            object.insert("key".to_owned(), self.value(&place.child("additionalProperties"), depth + 1)?);
        }
        Some(Value::Object(object))
    }

    fn array(&self, place: &Place, node: &Map<String, Value>, depth: usize) -> Option<Value> {
        let listed = if node.get("items").is_some_and(Value::is_array) { "items" } else { "prefixItems" };
        let fixed = self.raw.elements(&place.child(listed));
        if !fixed.is_empty() {
            return fixed.iter().map(|item| self.value(item, depth + 1)).collect();
        }
        let count = |key: &str| node.get(key).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
        let least = count("minItems").unwrap_or_default();
        let unique = node.get("uniqueItems") == Some(&Value::Bool(true));
        let wanted = if unique || depth > 0 { 1 } else { 2 };
        let wanted = wanted.max(least).min(count("maxItems").unwrap_or(usize::MAX));
        let item = if node.contains_key("items") {
            match self.value(&place.child("items"), depth + 1) {
                Some(item) => item,
                None if least == 0 => return Some(json!([])),
                None => return None,
            }
        } else {
            json!("text")
        };
        (wanted < 1000).then(|| Value::Array(vec![item; wanted]))
    }

    fn string(&self, place: &Place, node: &Map<String, Value>) -> String {
        let of = |key: &str| node.get(key).and_then(Value::as_str);
        if let Some(pattern) = of("pattern") {
            // Which texts a pattern allows is found by trying; the description often has one.
            if let Some(text) = of("example").or_else(|| of("default")) {
                return text.to_owned();
            }
            let schema = Schema::new(self.raw, place);
            let right = |text: &String| schema.as_ref().is_some_and(|schema| schema.accepts(&json!(text)));
            if let Some(text) = matching(pattern, node).find(right) {
                return text;
            }
        }
        let plain = if self.texts == Texts::Plain { "text" } else { "a b/c&ü" };
        fitted(formatted(node).unwrap_or(plain), node)
    }
}

/// The type of a schema, also where it does not say it.
fn kind(node: &Map<String, Value>) -> Option<&str> {
    match node.get("type") {
        Some(Value::String(name)) => Some(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ if node.contains_key("properties") => Some("object"),
        _ if node.contains_key("items") || node.contains_key("prefixItems") => Some("array"),
        _ if node.get("additionalProperties").is_some_and(Value::is_object) => Some("object"),
        _ => None,
    }
}
