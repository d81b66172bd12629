//! The equality of JSON texts that went through a generated type and back.
//!
//! Two texts are equal if they are so as JSON, with numbers compared by value (in single precision where the schema says
//! `format: float`), except that
//!
//! - a member that a schema lists and does not require is absent where it is null, missing, `[]` or an empty map, an object
//!   without members of its own;
//! - a member that a schema does not list counts only where the schema keeps such members (`additionalProperties`).
//!
//! Where a schema says nothing about a value, the value is compared as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Number, Value};

/// The schemas of an API description.
#[derive(Clone, Debug)]
pub struct Schemas(Value);

impl Schemas {
    /// Reads an API description in YAML.
    ///
    /// # Errors
    ///
    /// The text is not YAML, or has keys that are no text.
    pub fn read(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text).map(Self)
    }

    /// Takes schemas, wherever they stand in a document that they refer to by pointers.
    #[must_use]
    pub fn new(document: Value) -> Self {
        Self(document)
    }

    /// The whole description.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.0
    }

    /// The component schemas by name.
    #[must_use]
    pub fn components(&self) -> BTreeMap<&str, &Value> {
        let schemas = self.0.pointer("/components/schemas").and_then(Value::as_object);
        schemas.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)).collect()
    }

    /// The first place at which two values of a schema differ, as a JSON path with both values; `None` if they are
    /// equal. `schema` may be a reference.
    #[must_use]
    pub fn difference(&self, schema: &Value, left: &Value, right: &Value) -> Option<String> {
        self.compare(schema, left, right, "$")
    }

    fn compare(&self, schema: &Value, left: &Value, right: &Value, at: &str) -> Option<String> {
        match (self.kind(schema, left), left, right) {
            (Kind::Object(members), Value::Object(left), Value::Object(right)) => {
                self.compare_members(&members, left, right, at)
            }
            (Kind::List(items), Value::Array(left), Value::Array(right)) => {
                let pairs = left.iter().zip(right).enumerate();
                let mut differences = pairs.map(|(index, (l, r))| {
                    self.compare(items.of(index).unwrap_or(&ANY), l, r, &format!("{at}[{index}]"))
                });
                let counts = || {
                    let (left, right) = (left.len(), right.len());
                    (left != right).then(|| format!("{at}: {left} elements, and {right} elements"))
                };
                differences.find_map(|found| found).or_else(counts)
            }
            (_, Value::Number(l), Value::Number(r)) if self.is_single(schema, left) => (l.as_f64().map(|l| l as f32)
                != r.as_f64().map(|r| r as f32))
            .then(|| format!("{at}: {left}, and {right}")),
            _ => compare_plainly(left, right, at),
        }
    }

    /// A value that says more than its absence.
    fn present<'v>(&self, schema: &Value, value: Option<&'v Value>) -> Option<&'v Value> {
        value.filter(|value| match value {
            Value::Null => false,
            Value::Array(elements) => !elements.is_empty(),
            Value::Object(members) => !members.is_empty() || !self.is_map(schema, value),
            _ => true,
        })
    }

    /// Whether objects of a schema have no members but those of any name.
    fn is_map(&self, schema: &Value, value: &Value) -> bool {
        let mut parts = Vec::new();
        self.flatten(schema, value, &mut parts);
        parts.iter().any(|part| part.get("type").is_some() || part.get("additionalProperties").is_some())
            && parts.iter().all(|part| part.get("properties").is_none())
    }

    /// Whether numbers of a schema have single precision (`format: float`).
    fn is_single(&self, schema: &Value, value: &Value) -> bool {
        let mut parts = Vec::new();
        self.flatten(schema, value, &mut parts);
        parts.iter().any(|part| part.get("format").is_some_and(|format| format == "float"))
    }

    fn compare_members(
        &self,
        members: &Members<'_>,
        left: &Map<String, Value>,
        right: &Map<String, Value>,
        at: &str,
    ) -> Option<String> {
        let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        names.into_iter().find_map(|name| {
            let at = format!("{at}.{name}");
            let (schema, left, right) = match (members.listed.get(name.as_str()), members.extra) {
                (Some(schema), _) if members.required.contains(name.as_str()) => {
                    (*schema, left.get(name), right.get(name))
                }
                (Some(schema), _) => {
                    (*schema, self.present(schema, left.get(name)), self.present(schema, right.get(name)))
                }
                (None, Some(extra)) => (extra, left.get(name), right.get(name)),
                (None, None) => return None,
            };
            match (left, right) {
                (None, None) => None,
                (Some(left), Some(right)) => self.compare(schema, left, right, &at),
                (Some(left), None) => Some(format!("{at}: {left}, and nothing")),
                (None, Some(right)) => Some(format!("{at}: nothing, and {right}")),
            }
        })
    }

    /// What a schema says about a value; the value decides which arms of a union it is.
    fn kind<'a>(&'a self, schema: &'a Value, value: &Value) -> Kind<'a> {
        let mut parts = Vec::new();
        self.flatten(schema, value, &mut parts);
        let mut members: Option<Members<'a>> = None;
        for part in parts {
            let items = Items { first: list(part, "prefixItems"), rest: part.get("items") };
            if value.is_array() && (items.rest.is_some() || !items.first.is_empty()) {
                return Kind::List(items);
            }
            let extra = match part.get("additionalProperties") {
                None | Some(Value::Bool(false)) => part.get("patternProperties").map(|_| &ANY),
                Some(extra) => Some(extra),
            };
            let listed = part.get("properties").and_then(Value::as_object);
            if listed.is_some() || extra.is_some() {
                let members = members.get_or_insert_default();
                members.extra = members.extra.or(extra);
                members.listed.extend(listed.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)));
            }
            // An arm of a union that only names members tells the arms apart, it does not make the members required.
            if let (Some(members), Some(_)) = (&mut members, listed) {
                members.required.extend(list(part, "required").iter().filter_map(Value::as_str));
            }
        }
        members.map_or(Kind::Other, Kind::Object)
    }

    /// The schemas that apply to a value together, without references, compositions and the arms it does not match.
    fn flatten<'a>(&'a self, schema: &'a Value, value: &Value, parts: &mut Vec<&'a Value>) {
        if let Some(target) = self.target(schema) {
            self.flatten(target, value, parts);
        }
        for part in list(schema, "allOf") {
            self.flatten(part, value, parts);
        }
        for arms in [list(schema, "oneOf"), list(schema, "anyOf")] {
            let fits = |care| arms.iter().filter(move |arm| self.admits(arm, value, care));
            let care = [Care::Values, Care::Members].into_iter().find(|care| fits(*care).next().is_some());
            fits(care.unwrap_or(Care::Top)).for_each(|arm| self.flatten(arm, value, parts));
        }
        parts.push(schema);
    }

    /// Whether a value can be of a schema, by its JSON type, the members it has and must have, and what `care` adds.
    fn admits(&self, schema: &Value, value: &Value, care: Care) -> bool {
        if schema == &Value::Bool(false) || self.target(schema).is_some_and(|target| !self.admits(target, value, care))
        {
            return false;
        }
        let has = |name: &Value| name.as_str().is_none_or(|name| value.get(name).is_some());
        let any = |keyword: &str| {
            let arms = list(schema, keyword);
            arms.is_empty() || arms.iter().any(|arm| self.admits(arm, value, care))
        };
        let listed = schema.get("properties").and_then(Value::as_object);
        let fits = |name: &String, member: &Value| match listed.and_then(|listed| listed.get(name)) {
            Some(schema) => !care.deep() || self.admits(schema, member, care.within()),
            None => schema.get("additionalProperties") != Some(&Value::Bool(false)),
        };
        is_of_type(schema, value)
            && (!care.closed() || schema.get("const").is_none_or(|only| only == value))
            && (!care.closed() || list(schema, "enum").is_empty() || list(schema, "enum").contains(value))
            && (!value.is_object() || list(schema, "required").iter().all(has))
            && value.as_object().is_none_or(|members| members.iter().all(|(name, member)| fits(name, member)))
            && value.as_array().is_none_or(|elements| {
                let items = Items { first: list(schema, "prefixItems"), rest: schema.get("items") };
                let mut elements = elements.iter().enumerate();
                elements.all(|(index, element)| {
                    items.of(index).is_none_or(|schema| !care.deep() || self.admits(schema, element, care.within()))
                })
            })
            && list(schema, "allOf").iter().all(|part| self.admits(part, value, care))
            && any("oneOf")
            && any("anyOf")
    }

    fn target(&self, schema: &Value) -> Option<&Value> {
        self.0.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
    }
}

/// How closely an arm of a union has to fit. Enums are open, and a member may be what no schema lists, so where no arm
/// fits closely, one that fits less is taken.
#[derive(Clone, Copy, PartialEq)]
enum Care {
    /// The value and what it holds, with the values of enums.
    Values,
    /// The value and what it holds, by type alone.
    Members,
    /// The value itself, with the values of an enum.
    Value,
    /// The value itself, by type alone.
    Top,
}

impl Care {
    /// For what the value holds.
    fn within(self) -> Self {
        if self == Self::Values { Self::Value } else { Self::Top }
    }

    /// Whether what the value holds matters.
    fn deep(self) -> bool {
        matches!(self, Self::Values | Self::Members)
    }

    /// Whether enums have no other values.
    fn closed(self) -> bool {
        matches!(self, Self::Values | Self::Value)
    }
}

/// The schema that says nothing.
static ANY: Value = Value::Bool(true);

enum Kind<'a> {
    Object(Members<'a>),
    List(Items<'a>),
    Other,
}

/// The schemas of the elements of a list.
struct Items<'a> {
    /// Those of its first elements.
    first: &'a [Value],
    /// That of the others.
    rest: Option<&'a Value>,
}

impl<'a> Items<'a> {
    fn of(&self, index: usize) -> Option<&'a Value> {
        self.first.get(index).or(self.rest)
    }
}

#[derive(Default)]
struct Members<'a> {
    listed: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
    /// What members that are not listed are; `None` where they do not count.
    extra: Option<&'a Value>,
}

/// Whether a value is of one of the types of a schema.
fn is_of_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("number") => value.is_number(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => true,
    };
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(is),
        Some(name) => is(name) || (value.is_null() && schema.get("nullable") == Some(&Value::Bool(true))),
        None => true,
    }
}

fn list<'a>(schema: &'a Value, keyword: &str) -> &'a [Value] {
    schema.get(keyword).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// JSON equality with numbers by value.
fn compare_plainly(left: &Value, right: &Value, at: &str) -> Option<String> {
    let equal = match (left, right) {
        (Value::Number(left), Value::Number(right)) => same_number(left, right),
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            return pairs.find_map(|(index, (l, r))| compare_plainly(l, r, &format!("{at}[{index}]")));
        }
        (Value::Object(left), Value::Object(right)) if left.keys().all(|name| right.contains_key(name)) => {
            let mut pairs = left.iter().filter_map(|(name, l)| Some((name, l, right.get(name)?)));
            if let Some(found) = pairs.find_map(|(name, l, r)| compare_plainly(l, r, &format!("{at}.{name}"))) {
                return Some(found);
            }
            left.len() == right.len()
        }
        (left, right) => left == right,
    };
    (!equal).then(|| format!("{at}: {left}, and {right}"))
}

fn same_number(left: &Number, right: &Number) -> bool {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left == right,
        (Some(integer), None) => is_integer(right, integer),
        (None, Some(integer)) => is_integer(left, integer),
        (None, None) => left.as_f64() == right.as_f64(),
    }
}

/// Whether a number that is written with a fraction or an exponent is this integer.
fn is_integer(number: &Number, integer: i128) -> bool {
    // A double in the range of an i128 that has no fraction converts exactly.
    number.as_f64().is_some_and(|float| float.fract() == 0.0 && float.abs() < 1e38 && float as i128 == integer)
}

/// The JSON pointers of everything in a value that has no parts: texts, numbers, truth values, nulls, empty containers.
#[must_use]
pub fn leaves(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect_leaves(value, "", &mut found);
    found
}

fn collect_leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(elements) if !elements.is_empty() => {
            for (index, element) in elements.iter().enumerate() {
                collect_leaves(element, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect_leaves(member, &format!("{at}/{name}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

/// The value with the leaf at a JSON pointer changed to another one of its kind; `None` where nothing is there, or
/// nothing that has another.
#[must_use]
pub fn with_other_leaf(value: &Value, pointer: &str) -> Option<Value> {
    let mut changed = value.clone();
    let leaf = changed.pointer_mut(pointer)?;
    *leaf = match &*leaf {
        Value::String(text) => format!("{text}~").into(),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integer.wrapping_add(1).into(),
            None => (number.as_f64()? + 0.5).into(),
        },
        Value::Bool(value) => (!value).into(),
        Value::Null => "~".into(),
        Value::Array(_) | Value::Object(_) => return None,
    };
    Some(changed)
}

/// The value without the member or element at a JSON pointer; `None` where nothing is there.
#[must_use]
pub fn without(value: &Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let mut changed = value.clone();
    match changed.pointer_mut(parent)? {
        Value::Object(members) => drop(members.remove(&name)?),
        Value::Array(elements) => {
            let index: usize = name.parse().ok().filter(|index| *index < elements.len())?;
            elements.remove(index);
        }
        _ => return None,
    }
    Some(changed)
}
