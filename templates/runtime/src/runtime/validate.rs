//! [`Validate`] for what bodies are made of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::check::{Checker, Validate};
use super::patch::Patch;

macro_rules! without_bounds {
    ($($type:ty),*) => { $(impl Validate for $type {})* };
}
without_bounds!((), bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, str, String, Value);

impl<T: Validate + ?Sized> Validate for &T {
    fn validate(&self, at: &mut Checker<'_>) {
        (**self).validate(at);
    }
}

impl<T: Validate + ?Sized> Validate for Box<T> {
    fn validate(&self, at: &mut Checker<'_>) {
        (**self).validate(at);
    }
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, at: &mut Checker<'_>) {
        if let Some(value) = self {
            value.validate(at);
        }
    }
}

impl<T: Validate> Validate for Patch<T> {
    fn validate(&self, at: &mut Checker<'_>) {
        if let Some(value) = self.as_set() {
            value.validate(at);
        }
    }
}

impl<T: Validate> Validate for [T] {
    fn validate(&self, at: &mut Checker<'_>) {
        for (index, value) in self.iter().enumerate() {
            at.item(index, value);
        }
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, at: &mut Checker<'_>) {
        self.as_slice().validate(at);
    }
}

macro_rules! tuples {
    ($(($($type:ident $index:tt),+))*) => { $(
        impl<$($type: Validate),+> Validate for ($($type,)+) {
            fn validate(&self, at: &mut Checker<'_>) {
                $(at.item($index, &self.$index);)+
            }
        }
    )* };
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
}

impl<T: Validate> Validate for BTreeMap<String, T> {
    fn validate(&self, at: &mut Checker<'_>) {
        for (name, value) in self {
            at.nested(name, value);
        }
    }
}
