//! The samples of a schema: values at its bounds, made from the description as it is written.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::flat::{Flat, Members, ways};
use super::{Way, edges};
use crate::corpus::pattern::candidates;
use crate::corpus::raw::{Place, Raw};

/// How many samples a schema has at most.
pub(super) const MOST: usize = 160;

/// How many ways through its alternatives are taken, of a schema of its own and of one inside it.
const MOST_WAYS: [usize; 2] = [96, 8];

/// How deep schemas inside a schema are varied; those with a name have samples of their own.
const DEEPEST: usize = 3;

/// How many values a schema inside a schema has at most.
const MOST_INSIDE: usize = 24;

/// How many elements are made to reach a bound.
const LONGEST: usize = 64;

/// The member that no description knows.
const UNKNOWN: &str = "s2c_unknown";

/// What a sample shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shows {
    /// Everything that is required, and nothing else.
    Least,
    /// Everything that is listed.
    All,
    /// Bounds, alternatives and values of enums.
    Bounds,
    /// Members that no description knows.
    Extra,
    /// One optional member.
    Alone,
}

/// A sample.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Made {
    pub(super) shows: Shows,
    pub(super) value: Value,
    /// The same one by one, for where schemas do not take them together.
    pub(super) apart: Vec<Value>,
}

/// Makes the samples of one description in one direction.
pub(super) struct Maker<'r> {
    raw: &'r Raw,
    way: Way,
    known: RefCell<BTreeMap<Vec<Place>, Value>>,
    within: RefCell<BTreeSet<Vec<Place>>>,
}

impl<'r> Maker<'r> {
    pub(super) fn new(raw: &'r Raw, way: Way) -> Self {
        Self { raw, way, known: RefCell::default(), within: RefCell::default() }
    }

    /// The samples of the schema at a place, none twice, and the same ones each time.
    pub(super) fn samples(&self, place: &Place) -> Vec<Made> {
        let mut made = self.all(std::slice::from_ref(place), 0);
        made.sort_by_key(|made| made.shows);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        made.retain(|made| seen.insert(made.value.to_string()));
        // The values of an enum are cheap, and each is its own type's.
        let objects = made.iter().any(|made| made.value.is_object() || made.value.is_array());
        if objects {
            made.truncate(MOST);
        }
        made
    }

    fn all(&self, places: &[Place], depth: usize) -> Vec<Made> {
        let ways = ways(self.raw, places, MOST_WAYS[depth.min(1)]);
        ways.iter().flat_map(|flat| self.of_way(flat, depth)).collect()
    }

    /// The values of a schema inside another, first the simplest.
    fn inside(&self, places: &[Place], depth: usize) -> Vec<Value> {
        let Some(least) = self.least(places) else { return Vec::new() };
        let mut values = vec![least];
        if ways(self.raw, places, MOST_WAYS[1]).iter().any(|flat| self.takes_null(flat)) {
            values.push(Value::Null);
        }
        let named = places.iter().any(|place| self.raw.text(place, "$ref").is_some());
        if depth < DEEPEST && !named {
            let mut made = self.all(places, depth);
            made.sort_by_key(|made| made.shows);
            for made in made {
                if !values.contains(&made.value) && values.len() < MOST_INSIDE {
                    values.push(made.value);
                }
            }
        }
        values
    }

    /// Whether this way leads to null. What lists its values has null only if that is one of them (OpenAPI 3.0.4, section
    /// "Schema Object", `nullable`).
    fn takes_null(&self, flat: &Flat) -> bool {
        let values = closed(&flat.keywords(self.raw));
        flat.kind.as_deref() == Some("null") && values.is_none_or(|values| values.contains(&Value::Null))
    }

    /// The simplest value of schemas that apply together; `None` where it would have no end.
    fn least(&self, places: &[Place]) -> Option<Value> {
        if let Some(known) = self.known.borrow().get(places) {
            return Some(known.clone());
        }
        if !self.within.borrow_mut().insert(places.to_vec()) {
            return None;
        }
        let ways = ways(self.raw, places, MOST_WAYS[1]);
        let mut made = ways.iter().filter_map(|flat| self.least_of_way(flat));
        // A null says the least of all, so it is taken where there is nothing else.
        let mut null = None;
        let value = made.find(|value| !value.is_null() || null.replace(value.clone()).is_some_and(|_| false)).or(null);
        self.within.borrow_mut().remove(places);
        if let Some(value) = &value {
            self.known.borrow_mut().insert(places.to_vec(), value.clone());
        }
        value
    }

    fn least_of_way(&self, flat: &Flat) -> Option<Value> {
        let keywords = flat.keywords(self.raw);
        if let Some(values) = closed(&keywords) {
            return values.iter().find(|value| !value.is_null()).or(values.first()).cloned();
        }
        match flat.kind.as_deref().unwrap_or_default() {
            "object" => {
                let members = flat.members(self.raw, self.way);
                let marks = self.marks(flat, &members);
                self.object(flat, &members, &marks.iter().map(|(name, value)| (*name, value)).collect())
            }
            "array" => {
                let least = count(&keywords, "minItems").unwrap_or_default();
                let fixed = self.fixed(flat);
                if !fixed.is_empty() {
                    return fixed.iter().map(|place| self.least(std::slice::from_ref(place))).collect();
                }
                let items = flat.children(self.raw, "items");
                let Some(item) = (if items.is_empty() { Some(json!("text")) } else { self.least(&items) }) else {
                    return (least == 0).then(|| json!([]));
                };
                if least > 1 && keywords.get("uniqueItems") == Some(&Value::Bool(true)) {
                    let mut values = self.inside(&items, 1);
                    values.truncate(least);
                    return (values.len() == least).then(|| values.into());
                }
                (least <= LONGEST)
                    .then(|| vec![item; least.max(1).min(count(&keywords, "maxItems").unwrap_or(usize::MAX))].into())
            }
            kind => plain(kind, &keywords).into_iter().next(),
        }
    }

    /// An object with the given optional members, and those it must have; `None` where one of them has no value.
    fn object(&self, flat: &Flat, members: &Members, given: &BTreeMap<&str, &Value>) -> Option<Value> {
        let mut object = Map::new();
        for (name, (places, required)) in &members.listed {
            let value = match given.get(name.as_str()) {
                Some(value) => (*value).clone(),
                None if *required => self.member(flat, name, places)?,
                None => continue,
            };
            object.insert(name.clone(), value);
        }
        for name in &members.unlisted {
            // No type has what nothing declares, which the generator says of the description, unless it keeps any member.
            let value = if members.open {
                json!("text")
            } else {
                self.least(Some(&members.extra).filter(|extra| !extra.is_empty())?)?
            };
            object.insert(name.clone(), flat.tags.get(name).map_or(value, |tag| json!(tag)));
        }
        let least = count(&flat.keywords(self.raw), "minProperties").unwrap_or_default();
        for (name, (places, _)) in &members.listed {
            if object.len() < least && !object.contains_key(name) {
                object.extend(self.member(flat, name, places).map(|value| (name.clone(), value)));
            }
        }
        if object.len() < least && !members.closed {
            let extra = if members.extra.is_empty() { Some(json!("text")) } else { self.least(&members.extra) };
            object.insert("key".to_owned(), extra?);
        }
        Some(object.into())
    }

    /// The simplest value of a member; that of a discriminator is the one that it wants.
    fn member(&self, flat: &Flat, name: &str, places: &[Place]) -> Option<Value> {
        let least = self.least(places)?;
        Some(self.tag(flat, name, places).unwrap_or(least))
    }

    /// What tells alternatives apart, though it is optional: members with one value, and those of a discriminator.
    fn marks<'m>(&self, flat: &Flat, members: &'m Members) -> Vec<(&'m str, Value)> {
        let several = flat.is_one_of_several();
        let mark = |name: &str, places: &[Place]| {
            let keywords = ways(self.raw, places, 1).first()?.keywords(self.raw);
            self.tag(flat, name, places).or_else(|| match &closed(&keywords)?[..] {
                [only] => Some(only.clone()),
                _ => None,
            })
        };
        let optional = members.listed.iter().filter(|(_, (_, required))| several && !required);
        optional.filter_map(|(name, (places, _))| Some((name.as_str(), mark(name, places)?))).collect()
    }

    fn tag(&self, flat: &Flat, name: &str, places: &[Place]) -> Option<Value> {
        let tag = json!(flat.tags.get(name)?);
        let ways = ways(self.raw, places, 1);
        let values = closed(&ways.first()?.keywords(self.raw));
        values.is_none_or(|values| values.contains(&tag)).then_some(tag)
    }

    fn fixed(&self, flat: &Flat) -> Vec<Place> {
        for place in &flat.nodes {
            for key in ["prefixItems", "items"] {
                let at = place.child(key);
                let count = self.raw.value(&at).and_then(Value::as_array).map_or(0, Vec::len);
                if count > 0 {
                    return (0..count).map(|index| at.child(&index.to_string())).collect();
                }
            }
        }
        Vec::new()
    }

    fn of_way(&self, flat: &Flat, depth: usize) -> Vec<Made> {
        let keywords = flat.keywords(self.raw);
        let bounds = |value: Value| Made { shows: Shows::Bounds, value, apart: Vec::new() };
        if let Some(values) = closed(&keywords) {
            return values.into_iter().map(bounds).collect();
        }
        match flat.kind.as_deref().unwrap_or_default() {
            "object" => self.objects(flat, depth),
            "array" => self.arrays(flat, &keywords, depth).into_iter().map(bounds).collect(),
            kind => plain(kind, &keywords).into_iter().map(bounds).collect(),
        }
    }

    fn objects(&self, flat: &Flat, depth: usize) -> Vec<Made> {
        let members = flat.members(self.raw, self.way);
        let mut made = Vec::new();
        let mut add = |shows, value: Option<Value>| {
            made.extend(value.map(|value| Made { shows, value, apart: Vec::new() }));
        };
        let bare = self.object(flat, &members, &BTreeMap::new());
        let marks = self.marks(flat, &members);
        let with = |given: &[(&'_ str, &Value)]| {
            let mut all: BTreeMap<&str, &Value> = marks.iter().map(|(name, value)| (*name, value)).collect();
            all.extend(given.iter().copied());
            self.object(flat, &members, &all)
        };
        let least = with(&[]);
        add(Shows::Least, least.clone());
        if !marks.is_empty() {
            add(Shows::Alone, bare);
        }
        let mut values: Vec<(&str, Vec<Value>)> = Vec::new();
        for (name, (places, _)) in &members.listed {
            let tag = self.tag(flat, name, places);
            let all = tag.map_or_else(|| self.inside(places, depth + 1), |tag| vec![tag]);
            if !all.is_empty() {
                values.push((name, all));
            }
        }
        let most = values.iter().map(|(_, all)| all.len()).max().unwrap_or_default();
        let nth =
            |index: usize| values.iter().filter_map(move |(name, all)| Some((*name, all.get(index % all.len())?)));
        // Where only some may be there at once, there is each alone.
        let together = count(&flat.keywords(self.raw), "maxProperties").is_none_or(|most| most >= values.len());
        let all = self.object(flat, &members, &nth(0).collect()).filter(|_| together);
        add(Shows::All, all.clone());
        if let Some(all) = &all {
            for extra in self.extras(&members, depth) {
                for base in [Some(all), least.as_ref()].into_iter().flatten() {
                    let mut base = base.clone();
                    base.as_object_mut().into_iter().for_each(|base| base.extend(extra.clone()));
                    add(Shows::Extra, Some(base));
                }
            }
        }
        for (name, all) in values.iter().filter(|(name, _)| !members.listed[*name].1) {
            add(
                Shows::Alone,
                all.first().and_then(|first| self.object(flat, &members, &BTreeMap::from([(*name, first)]))),
            );
        }
        for index in 1..most {
            let apart = values
                .iter()
                .filter_map(|(name, all)| self.object(flat, &members, &BTreeMap::from([(*name, all.get(index)?)])));
            let apart = apart.collect();
            let value = self.object(flat, &members, &nth(index).collect());
            made.extend(value.map(|value| Made { shows: Shows::Bounds, value, apart }));
        }
        made
    }

    /// Members beside those that are listed.
    fn extras(&self, members: &Members, depth: usize) -> Vec<Map<String, Value>> {
        let mut extras = Vec::new();
        for (pattern, place) in &members.patterns {
            let names = candidates(pattern);
            if let (Some(name), Some(value)) = (names.first(), self.least(std::slice::from_ref(place))) {
                extras.push(Map::from_iter([(name.clone(), value)]));
            }
        }
        if !members.extra.is_empty() {
            for value in self.inside(&members.extra, depth + 1) {
                extras.push(Map::from_iter([(UNKNOWN.to_owned(), value.clone()), ("a b/c~&ü".to_owned(), value)]));
            }
        } else if !members.closed {
            extras.push(Map::from_iter([(UNKNOWN.to_owned(), json!({ "deep": [null, 1, "text"] }))]));
        }
        extras
    }

    fn arrays(&self, flat: &Flat, keywords: &Map<String, Value>, depth: usize) -> Vec<Value> {
        let fixed = self.fixed(flat);
        let mut made: Vec<Value> = self.least_of_way(flat).into_iter().collect();
        if !fixed.is_empty() {
            let all: Vec<Vec<Value>> =
                fixed.iter().map(|place| self.inside(std::slice::from_ref(place), depth + 1)).collect();
            let most = all.iter().map(Vec::len).max().unwrap_or_default();
            for index in 1..most {
                let nth: Option<Vec<Value>> =
                    all.iter().map(|all| all.get(index % all.len().max(1)).cloned()).collect();
                made.extend(nth.map(Value::from));
            }
            return made;
        }
        let (least, most) = (count(keywords, "minItems").unwrap_or_default(), count(keywords, "maxItems"));
        let items = flat.children(self.raw, "items");
        let unique = keywords.get("uniqueItems") == Some(&Value::Bool(true));
        let mut values =
            if items.is_empty() { vec![json!("text"), json!(1), json!(null)] } else { self.inside(&items, depth + 1) };
        if least == 0 {
            made.push(json!([]));
        }
        if unique {
            // Elements are not the same only by what no type has.
            values.retain(|value| !value.to_string().contains(UNKNOWN));
        }
        // All values, in lists as long as they may be.
        let longest = most.unwrap_or(LONGEST).min(LONGEST);
        if longest > 0 && least <= LONGEST {
            for part in values.chunks(longest) {
                let mut list = part.to_vec();
                while !unique && list.len() < least {
                    list.extend(part.first().cloned());
                }
                made.push(list.into());
            }
            let repeated =
                most.filter(|most| *most <= LONGEST && !unique).or((!unique && most.is_none()).then_some(least + 2));
            if let (Some(length), Some(first)) = (repeated, values.first()) {
                made.push(vec![first.clone(); length].into());
            }
        }
        made
    }
}

/// The values of an enum or a constant, where it is one.
fn closed(keywords: &Map<String, Value>) -> Option<Vec<Value>> {
    if let Some(only) = keywords.get("const") {
        return Some(vec![only.clone()]);
    }
    keywords.get("enum").and_then(Value::as_array).cloned()
}

fn count(keywords: &Map<String, Value>, key: &str) -> Option<usize> {
    keywords.get(key).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
}

/// The values of a type without parts; of any type where none is said.
fn plain(kind: &str, keywords: &Map<String, Value>) -> Vec<Value> {
    match kind {
        "string" => edges::texts(keywords),
        "integer" => edges::integers(keywords),
        "number" => edges::numbers(keywords),
        "boolean" => vec![json!(true), json!(false)],
        "null" => vec![Value::Null],
        _ => vec![json!("text"), json!({ "any": [null, 1, { "deep": "" }] }), json!(-1.5), json!(true), json!([[]])],
    }
}
