//! The visitor that turns any self-describing format into the tree.
//!
//! It collects the members of a mapping, sorts them and only then makes the mapping, so that the order of the text shows
//! nowhere, whatever features of `serde_json` another crate has switched on.

use std::cell::RefCell;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};

/// Something wrong inside a text that is otherwise readable. The path is recorded from the node up to the root, so that
/// nothing has to be kept while all is well.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    pub(super) path: Vec<String>,
}

#[derive(Debug)]
pub(super) enum FaultKind {
    DuplicateKey,
    NotFinite,
    BadMerge,
    UnknownTag(String),
}

/// A text that cannot be read at all.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) message: String,
    /// Line and column from 1.
    pub(super) position: Option<(usize, usize)>,
    pub(super) too_deep: bool,
}

/// What the visitor may do beyond JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Json,
    Yaml,
}

/// Collects the faults of one text.
pub(super) struct Reader {
    dialect: Dialect,
    faults: RefCell<Vec<Fault>>,
}

impl Reader {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, faults: RefCell::new(Vec::new()) }
    }

    pub(super) fn node(&self) -> Node<'_> {
        Node(self)
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults.into_inner()
    }

    fn fault(&self, kind: FaultKind) {
        self.faults.borrow_mut().push(Fault { kind, path: Vec::new() });
    }

    fn count(&self) -> usize {
        self.faults.borrow().len()
    }

    /// Puts a key before the paths of all faults that were found since there were `before`.
    fn within(&self, before: usize, key: &str) {
        for fault in self.faults.borrow_mut().iter_mut().skip(before) {
            fault.path.push(key.to_owned());
        }
    }
}

/// Reads one node.
#[derive(Clone, Copy)]
pub(super) struct Node<'r>(&'r Reader);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping, a list or a scalar")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        Ok(Number::from_i128(value).map_or_else(|| self.float(value as f64), Value::Number))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        Ok(Number::from_u128(value).map_or_else(|| self.float(value as f64), Value::Number))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(self.float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let before = self.0.count();
            let Some(value) = access.next_element_seed(self)? else { break };
            if self.0.count() > before {
                self.0.within(before, &list.len().to_string());
            }
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    /// Keys are read as the text that stands there, so that `200:` and `"200":` mean the same.
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        let mut merged: Vec<Value> = Vec::new();
        while let Some(key) = access.next_key::<String>()? {
            let before = self.0.count();
            let value = access.next_value_seed(self)?;
            if self.0.count() > before {
                self.0.within(before, &key);
            }
            if self.0.dialect == Dialect::Yaml && key == "<<" {
                merged.push(value);
            } else {
                members.push((key, value));
            }
        }
        // A stable sort: of two equal keys the last in the text comes last and is kept.
        members.sort_by(|left, right| left.0.cmp(&right.0));
        for pair in members.windows(2) {
            if let [left, right] = pair
                && left.0 == right.0
            {
                let before = self.0.count();
                self.0.fault(FaultKind::DuplicateKey);
                self.0.within(before, &left.0);
            }
        }
        let mut merging = false;
        for value in merged {
            merging = true;
            self.merge(value, &mut members);
        }
        if merging {
            members.sort_by(|left, right| left.0.cmp(&right.0));
        }
        Ok(Value::Object(Map::from_iter(members)))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (tag, variant) = access.variant::<Tag>()?;
        if self.0.dialect == Dialect::Yaml {
            self.0.fault(FaultKind::UnknownTag(tag.0));
        }
        variant.newtype_variant_seed(self)
    }
}

impl Node<'_> {
    fn float(self, value: f64) -> Value {
        Number::from_f64(value).map_or_else(
            || {
                self.0.fault(FaultKind::NotFinite);
                Value::Null
            },
            Value::Number,
        )
    }

    /// Adds the members of a merge key that the mapping has not itself (<https://yaml.org/type/merge.html>): of several
    /// merged mappings the earlier one wins.
    fn merge(self, value: Value, members: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    if !members.iter().any(|(known, _)| *known == key) {
                        members.push((key, value));
                    }
                }
            }
            Value::Array(list) if list.iter().all(Value::is_object) => {
                for value in list {
                    self.merge(value, members);
                }
            }
            _ => {
                let before = self.0.count();
                self.0.fault(FaultKind::BadMerge);
                self.0.within(before, "<<");
            }
        }
    }
}

struct Tag(String);

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}
