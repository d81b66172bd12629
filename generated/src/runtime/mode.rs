//! The modes of a field in the table of `object!`: how it is read, when it is written, what its absence means.
//!
//! One module per mode, each with the constant `ABSENT` and the functions `read` and `write`; the table names them.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap};

use super::drift::{self, Step};
use super::object::{Absent, Writer};

/// `T`: an absent member is an error; always written.
pub mod required {
    use super::{Absent, Deserialize, MapAccess, Serialize, SerializeMap, Writer};

    /// An absent member is an error.
    pub const ABSENT: Absent = Absent::Error;

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// What the value reports.
    #[inline]
    pub fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(field: &mut T, map: &mut A) -> Result<(), A::Error> {
        super::assign(field, map.next_value())
    }

    /// Writes the value.
    pub fn write<T: Serialize, M: SerializeMap>(field: &T, name: &'static str, to: &mut Writer<M>) {
        to.entry(name, field);
    }
}

/// `T`: an absent or null member is drift and reads as the default; always written.
pub mod default {
    use super::super::drift::{self, DriftKind};
    use super::{Absent, Deserialize, MapAccess};

    /// An absent member is drift.
    pub const ABSENT: Absent = Absent::Drift;

    /// Reads the value; a null is the default.
    ///
    /// # Errors
    ///
    /// What the value reports.
    pub fn read<'de, T: Deserialize<'de> + Default, A: MapAccess<'de>>(
        field: &mut T,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match map.next_value::<Option<T>>() {
            Ok(Some(value)) => *field = value,
            Ok(None) => {
                drift::report(DriftKind::MissingRequired, None, None);
                *field = T::default();
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    pub use super::required::write;
}

/// `T`: a member of requests alone; absent and null read as the default; always written.
pub mod sent {
    use super::{Absent, Deserialize, MapAccess};

    /// An absent member is the default, because answers do not have it.
    pub const ABSENT: Absent = Absent::Fine;

    /// Reads the value; a null is the default.
    ///
    /// # Errors
    ///
    /// What the value reports.
    pub fn read<'de, T: Deserialize<'de> + Default, A: MapAccess<'de>>(
        field: &mut T,
        map: &mut A,
    ) -> Result<(), A::Error> {
        super::assign(field, map.next_value::<Option<T>>().map(Option::unwrap_or_default))
    }

    pub use super::required::write;
}

/// `Option<T>`: null reads as `None`; `None` is not written.
pub mod optional {
    use super::{Absent, Serialize, SerializeMap, Writer};

    /// An absent member is `None`.
    pub const ABSENT: Absent = Absent::Fine;

    pub use super::required::read;

    /// Writes the value, if there is one.
    pub fn write<T: Serialize, M: SerializeMap>(field: &Option<T>, name: &'static str, to: &mut Writer<M>) {
        if let Some(value) = field {
            to.entry(name, value);
        }
    }
}

/// `Option<T>`: absent and null read as `None`; always written, `None` as null.
pub mod nullable {
    use super::Absent;

    /// An absent member is `None`.
    pub const ABSENT: Absent = Absent::Fine;

    pub use super::required::{read, write};
}

/// `Vec<T>`: absent and null read as empty; empty is not written.
pub mod list {
    use super::{Absent, Deserialize, ListSeed, MapAccess, PhantomData, Serialize, SerializeMap, Writer};

    /// An absent member is an empty list.
    pub const ABSENT: Absent = Absent::Fine;

    /// Reads the elements; a null is an empty list.
    ///
    /// # Errors
    ///
    /// What an element reports.
    pub fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(field: &mut Vec<T>, map: &mut A) -> Result<(), A::Error> {
        super::assign(field, map.next_value_seed(ListSeed(PhantomData)))
    }

    /// Writes the elements, if there are any.
    pub fn write<T: Serialize, M: SerializeMap>(field: &Vec<T>, name: &'static str, to: &mut Writer<M>) {
        if !field.is_empty() {
            to.entry(name, field);
        }
    }
}

/// `BTreeMap<String, T>`: absent and null read as empty; empty is not written.
pub mod map {
    use super::{Absent, BTreeMap, Deserialize, MapAccess, MapSeed, PhantomData, Serialize, SerializeMap, Writer};

    /// An absent member is an empty map.
    pub const ABSENT: Absent = Absent::Fine;

    /// Reads the members; a null is an empty map.
    ///
    /// # Errors
    ///
    /// What a member reports.
    pub fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        field: &mut BTreeMap<String, T>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        super::assign(field, map.next_value_seed(MapSeed(PhantomData)))
    }

    /// Writes the members, if there are any.
    pub fn write<T: Serialize, M: SerializeMap>(field: &BTreeMap<String, T>, name: &'static str, to: &mut Writer<M>) {
        if !field.is_empty() {
            to.entry(name, field);
        }
    }
}

/// `Patch<T>`: absent reads as `Keep`, null as `Clear`; `Keep` is not written, `Clear` is written as null.
pub mod patch {
    use super::super::patch::Patch;
    use super::{Absent, Serialize, SerializeMap, Writer};

    /// An absent member is [`Patch::Keep`].
    pub const ABSENT: Absent = Absent::Fine;

    pub use super::required::read;

    /// Writes what is to change, if anything is.
    pub fn write<T: Serialize, M: SerializeMap>(field: &Patch<T>, name: &'static str, to: &mut Writer<M>) {
        if !field.is_keep() {
            to.entry(name, field);
        }
    }
}

/// The members that the table of an object does not list.
pub mod extra {
    use super::super::object::Object;
    use super::{BTreeMap, Deserialize, MapAccess, Serialize, SerializeMap};

    /// Reads one such member.
    ///
    /// # Errors
    ///
    /// What the value reports.
    pub fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        field: &mut BTreeMap<String, T>,
        name: String,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match map.next_value() {
            Ok(value) => {
                field.insert(name, value);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Writes all such members. A name that the table lists is left out: an object has a member once.
    ///
    /// # Errors
    ///
    /// What a value reports.
    pub fn write<O: Object, T: Serialize, M: SerializeMap>(
        field: &BTreeMap<String, T>,
        map: &mut M,
    ) -> Result<(), M::Error> {
        for (name, value) in field {
            if !O::TABLE.names.contains(&name.as_str()) {
                map.serialize_entry(name, value)?;
            }
        }
        Ok(())
    }
}

fn assign<T, E>(field: &mut T, value: Result<T, E>) -> Result<(), E> {
    match value {
        Ok(value) => {
            *field = value;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// At most so many elements are allocated for because a format says how many will come.
const MAX_HINT: usize = 1024;

struct ListSeed<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for ListSeed<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListSeed<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or null")
    }

    fn visit_none<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::with_capacity(elements.size_hint().unwrap_or(0).min(MAX_HINT));
        if !drift::tracking() {
            while let Some(element) = elements.next_element()? {
                list.push(element);
            }
            return Ok(list);
        }
        loop {
            drift::enter(Step::Index(list.len()));
            let element = elements.next_element()?;
            drift::leave();
            match element {
                Some(element) => list.push(element),
                None => return Ok(list),
            }
        }
    }
}

struct MapSeed<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for MapSeed<T> {
    type Value = BTreeMap<String, T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for MapSeed<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or null")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let tracking = drift::tracking();
        let mut map = BTreeMap::new();
        while let Some(name) = members.next_key::<String>()? {
            if tracking {
                drift::enter(Step::Key(name.as_str().into()));
            }
            let value = members.next_value()?;
            if tracking {
                drift::leave();
            }
            map.insert(name, value);
        }
        Ok(map)
    }
}
