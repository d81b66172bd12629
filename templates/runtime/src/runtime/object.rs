//! The wire form of structs: one table per type, one visitor for all of them.
//!
//! `object!` turns a table of (field, wire name, mode) into an [`Object`], which says how one field is read and
//! written; everything else (looking up keys, required members, unknown members, drift) is here, once. A derive would
//! compile the same logic anew for every type.
//!
//! Any self-describing format of serde can read and write these types (JSON, YAML, CBOR, MessagePack). Formats that
//! need the number of members in front (bincode, postcard) cannot write them: only the modes know which members are
//! left out, and counting first would compile every type's table twice.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::drift::{self, DriftKind, Step};
use super::places::Places;

/// A struct whose wire form is a JSON object. Implemented by `object!` only.
pub trait Object: Default {
    /// Names the fields, so that [`Object::set`] is one jump.
    type Field: 'static;
    /// What there is to say about the members.
    const TABLE: Table<Self::Field>;
    /// Where a name stands in the table.
    #[doc(hidden)]
    const PLACES: Places = Places::of(Self::TABLE.names);
    /// Whether the absence of a field means anything.
    #[doc(hidden)]
    const NOTES_ABSENCE: bool = is_any_missed(Self::TABLE.absent);

    /// Reads the value of one field.
    ///
    /// # Errors
    ///
    /// What reading the value reports.
    fn set<'de, A: MapAccess<'de>>(&mut self, field: &Self::Field, map: &mut A) -> Result<(), A::Error>;

    /// Writes the fields, as far as their modes say so.
    fn write<M: SerializeMap>(&self, to: &mut Writer<M>);

    /// Reads the value of a member that the table does not list.
    ///
    /// # Errors
    ///
    /// What reading the value reports.
    fn set_extra<'de, A: MapAccess<'de>>(&mut self, _name: String, map: &mut A) -> Result<(), A::Error> {
        skip(map)
    }

    /// Writes the members that the table does not list.
    ///
    /// # Errors
    ///
    /// What writing a value reports.
    fn write_extra<M: SerializeMap>(&self, _map: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

/// What a type says about its members: one constant, since each costs the compiler as much as a function.
#[derive(Debug)]
pub struct Table<F: 'static> {
    /// The name of the type, for messages.
    pub name: &'static str,
    /// The wire names, in the order of writing.
    pub names: &'static [&'static str],
    /// The fields, in the same order.
    pub fields: &'static [F],
    /// What an absent member means, in the same order.
    pub absent: &'static [Absent],
    /// What happens to members that the table does not list.
    pub unknown: Unknown,
}

/// What it means that a member is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing.
    Fine,
    /// Drift: the field keeps its default.
    Drift,
    /// An error.
    Error,
}

/// What happens to members that the table of a type does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are skipped and reported as drift.
    Skip,
    /// They are kept in the field `extra`.
    Keep,
    /// They are an error.
    Deny,
}

/// Reads an [`Object`]. Of a member that comes twice, the last value counts.
///
/// # Errors
///
/// What the deserializer and the fields report; a missing required member; an unknown one where these are denied.
pub fn deserialize<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Writes an [`Object`].
///
/// # Errors
///
/// What the serializer and the fields report.
pub fn serialize<T: Object, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    // The length is not given, since only the modes know how many members are left out.
    let mut to = Writer { map: serializer.serialize_map(None)?, fault: None };
    value.write(&mut to);
    let Writer { mut map, fault } = to;
    if let Some(fault) = fault {
        return Err(fault);
    }
    value.write_extra(&mut map)?;
    map.end()
}

/// Takes the members of an object. It keeps the first fault and writes nothing after it, so that the code of a type is one
/// plain call per field.
#[derive(Debug)]
pub struct Writer<M: SerializeMap> {
    map: M,
    fault: Option<M::Error>,
}

impl<M: SerializeMap> Writer<M> {
    /// Writes a member.
    pub fn entry<T: Serialize>(&mut self, name: &'static str, value: &T) {
        if self.fault.is_none() {
            self.fault = self.map.serialize_entry(name, value).err();
        }
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::TABLE.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let tracking = drift::tracking();
        let is_kept = tracking || T::TABLE.unknown != Unknown::Skip;
        let mut value = T::default();
        let mut seen = if T::NOTES_ABSENCE { Some(Seen::new(T::TABLE.names.len())) } else { None };
        let mut name = String::new();
        while let Some(found) =
            map.next_key_seed(KeySeed::<T>(if is_kept { Some(&mut name) } else { None }, PhantomData))?
        {
            match found {
                Key::Known(index) => {
                    if let Some(seen) = &mut seen {
                        seen.mark(index);
                    }
                    if tracking {
                        drift::enter(Step::Name(T::TABLE.names[index]));
                    }
                    value.set(&T::TABLE.fields[index], &mut map)?;
                    if tracking {
                        drift::leave();
                    }
                }
                Key::Unknown => match T::TABLE.unknown {
                    Unknown::Skip => {
                        drift::report(DriftKind::IgnoredField, Some(&name), None);
                        skip(&mut map)?;
                    }
                    Unknown::Keep => {
                        if tracking {
                            drift::enter(Step::Key(name.as_str().into()));
                        }
                        value.set_extra(std::mem::take(&mut name), &mut map)?;
                        if tracking {
                            drift::leave();
                        }
                    }
                    Unknown::Deny => return Err(A::Error::unknown_field(&name, T::TABLE.names)),
                },
                Key::Skipped => skip(&mut map)?,
            }
        }
        if let Some(seen) = seen {
            for (index, absent) in T::TABLE.absent.iter().enumerate() {
                if *absent != Absent::Fine && !seen.has(index) {
                    if *absent == Absent::Error {
                        return Err(A::Error::missing_field(T::TABLE.names[index]));
                    }
                    drift::report(DriftKind::MissingRequired, Some(T::TABLE.names[index]), None);
                }
            }
        }
        Ok(value)
    }
}

fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    match map.next_value::<IgnoredAny>() {
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

const fn is_any_missed(absent: &[Absent]) -> bool {
    let mut index = 0;
    while index < absent.len() {
        if !matches!(absent[index], Absent::Fine) {
            return true;
        }
        index += 1;
    }
    false
}

enum Key {
    Known(usize),
    /// Somebody wants to know the name, and it was kept.
    Unknown,
    Skipped,
}

/// Looks a key up without keeping it, except for that of an unknown member, where somebody wants to know it.
struct KeySeed<'a, T>(Option<&'a mut String>, PhantomData<T>);

impl<'de, T: Object> DeserializeSeed<'de> for KeySeed<'_, T> {
    type Value = Key;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Object> Visitor<'_> for KeySeed<'_, T> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        Ok(match T::PLACES.find(T::TABLE.names, name) {
            Some(index) => Key::Known(index),
            None => unknown(self.0, name),
        })
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Key, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }
}

#[cold]
fn unknown(kept: Option<&mut String>, name: &str) -> Key {
    match kept {
        Some(kept) => {
            name.clone_into(kept);
            Key::Unknown
        }
        None => Key::Skipped,
    }
}

/// Which fields were read. 256 fields need no allocation.
struct Seen {
    few: [u64; 4],
    many: Vec<u64>,
}

impl Seen {
    fn new(fields: usize) -> Self {
        Self { few: [0; 4], many: if fields > 256 { vec![0; fields.div_ceil(64)] } else { Vec::new() } }
    }

    fn masks(&self) -> &[u64] {
        if self.many.is_empty() { &self.few } else { &self.many }
    }

    fn mark(&mut self, index: usize) {
        let masks = if self.many.is_empty() { &mut self.few[..] } else { &mut self.many[..] };
        masks[index / 64] |= 1 << (index % 64);
    }

    fn has(&self, index: usize) -> bool {
        self.masks()[index / 64] & (1 << (index % 64)) != 0
    }
}

/// Gives a struct its wire form: `Serialize`, `Deserialize` and [`Object`].
///
/// A line is `field: "wire name" mode`, in the order of writing; the modes are the modules of `mode`. The last line may
/// be `..field`, a map that takes the members the table does not list, or `..deny`, which refuses them.
#[allow(unused_macros, reason = "an API without objects does not use it")]
macro_rules! object {
    ($name:ident { $($field:ident: $wire:literal $mode:ident),* $(,)? }) => {
        $crate::runtime::wire::object! { @table $name [$($field: $wire $mode),*] Skip {} }
    };
    ($name:ident { $($field:ident: $wire:literal $mode:ident,)* ..deny $(,)? }) => {
        $crate::runtime::wire::object! { @table $name [$($field: $wire $mode),*] Deny {} }
    };
    ($name:ident { $($field:ident: $wire:literal $mode:ident,)* ..$extra:ident $(,)? }) => {
        $crate::runtime::wire::object! { @table $name [$($field: $wire $mode),*] Keep {
            fn set_extra<'de, A: ::serde::de::MapAccess<'de>>(
                &mut self,
                name: ::std::string::String,
                map: &mut A,
            ) -> ::std::result::Result<(), A::Error> {
                $crate::runtime::wire::extra::read(&mut self.$extra, name, map)
            }

            fn write_extra<M: ::serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> ::std::result::Result<(), M::Error> {
                $crate::runtime::wire::extra::write::<Self, _, _>(&self.$extra, map)
            }
        } }
    };
    (@table $name:ident [$($field:ident: $wire:literal $mode:ident),*] $unknown:ident { $($extra:item)* }) => {
        const _: () = {
            // A name that no type of an API has: `Field` could be this one's.
            #[allow(non_camel_case_types, reason = "named after the fields")]
            pub enum __Field { $($field),* }

            impl $crate::runtime::wire::Object for $name {
                type Field = __Field;
                const TABLE: $crate::runtime::wire::Table<__Field> = $crate::runtime::wire::Table {
                    name: ::std::stringify!($name),
                    names: &[$($wire),*],
                    fields: &[$(__Field::$field),*],
                    absent: &[$($crate::runtime::wire::mode::$mode::ABSENT),*],
                    unknown: $crate::runtime::wire::Unknown::$unknown,
                };

                // A binding may not be called like a variant of its type, and a member may be called `field`.
                #[inline]
                fn set<'de, A: ::serde::de::MapAccess<'de>>(
                    &mut self,
                    __field: &__Field,
                    _map: &mut A,
                ) -> ::std::result::Result<(), A::Error> {
                    match *__field {
                        $(__Field::$field => $crate::runtime::wire::mode::$mode::read(&mut self.$field, _map),)*
                    }
                }

                fn write<M: ::serde::ser::SerializeMap>(&self, _to: &mut $crate::runtime::wire::Writer<M>) {
                    $($crate::runtime::wire::mode::$mode::write(&self.$field, $wire, _to);)*
                }

                $($extra)*
            }

            impl ::serde::Serialize for $name {
                fn serialize<S: ::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    $crate::runtime::wire::serialize_object(self, serializer)
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $name {
                fn deserialize<D: ::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    $crate::runtime::wire::deserialize_object(deserializer)
                }
            }
        };
    };
}
#[allow(unused_imports, reason = "an API without objects does not use it")]
pub(crate) use object;
