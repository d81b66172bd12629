//! [`Argument`] for what parameters are made of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::argument::{Argument, ArgumentValue};
use super::patch::Patch;

impl Argument for bool {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::Boolean(*self)
    }
}

macro_rules! integer_arguments {
    ($($integer:ty),*) => {
        $(impl Argument for $integer {
            fn value(&self) -> ArgumentValue<'_> {
                ArgumentValue::Integer(i128::from(*self))
            }
        })*
    };
}
integer_arguments!(i8, i16, i32, i64, i128, u8, u16, u32, u64);

impl Argument for f64 {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::Float(*self)
    }
}

/// By way of its shortest text: 0.1 stays 0.1.
impl Argument for f32 {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::Float(self.to_string().parse().unwrap_or_else(|_| f64::from(*self)))
    }
}

impl Argument for str {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::text(self)
    }
}

impl Argument for String {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::text(self)
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> ArgumentValue<'_> {
        (**self).value()
    }
}

impl<T: Argument + ?Sized> Argument for Box<T> {
    fn value(&self) -> ArgumentValue<'_> {
        (**self).value()
    }
}

/// `None` is unset.
impl<T: Argument> Argument for Option<T> {
    fn value(&self) -> ArgumentValue<'_> {
        self.as_ref().map_or(ArgumentValue::Unset, T::value)
    }
}

/// Only a value to set is one.
impl<T: Argument> Argument for Patch<T> {
    fn value(&self) -> ArgumentValue<'_> {
        self.as_set().map_or(ArgumentValue::Unset, T::value)
    }
}

impl<T: Argument> Argument for [T] {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::List(self.iter().map(T::value).collect())
    }
}

impl<T: Argument> Argument for Vec<T> {
    fn value(&self) -> ArgumentValue<'_> {
        self.as_slice().value()
    }
}

impl<T: Argument> Argument for BTreeMap<String, T> {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::Object(self.iter().map(|(name, value)| (name.as_str().into(), value.value())).collect())
    }
}

/// Null is unset.
impl Argument for Value {
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::from_json(self)
    }
}
