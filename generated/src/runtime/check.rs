//! Checks of arguments and request bodies before anything is sent.
//!
//! A violation names the parameter or member, the bound and the size of the value; never a text itself, because it may
//! be a secret.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::argument::{Argument, ArgumentValue};
use super::pattern::Pattern;

/// How many elements of a list in a body are compared with one another.
const MAX_COMPARED: usize = 1000;

/// What a value is checked for: the bounds of its schema. Built as a constant.
///
/// For a list, `min_items`, `max_items` and `unique_items` are about the list, everything else about each element.
#[derive(Clone, Copy, Debug, Default)]
pub struct Check {
    pub(super) min: Option<Bound>,
    pub(super) max: Option<Bound>,
    pub(super) exclusive_min: bool,
    pub(super) exclusive_max: bool,
    pub(super) multiple_of: Option<Bound>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) unique_items: bool,
    pub(super) pattern: Option<&'static Pattern>,
}

/// A numeric bound.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    Integer(i128),
    Float(f64),
}

macro_rules! setters {
    ($($(#[$docs:meta])* $name:ident($argument:ident: $type:ty) { $($field:ident = $value:expr),* })*) => {
        $(
            $(#[$docs])*
            #[must_use]
            pub const fn $name(mut self, $argument: $type) -> Self {
                $(self.$field = $value;)*
                self
            }
        )*
    };
}

impl Check {
    /// A check that everything passes.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            min: None,
            max: None,
            exclusive_min: false,
            exclusive_max: false,
            multiple_of: None,
            min_length: None,
            max_length: None,
            min_items: None,
            max_items: None,
            unique_items: false,
            pattern: None,
        }
    }

    setters! {
        /// The least number that passes.
        min(bound: i128) { min = Some(Bound::Integer(bound)), exclusive_min = false }
        /// The greatest number that passes.
        max(bound: i128) { max = Some(Bound::Integer(bound)), exclusive_max = false }
        /// Only greater numbers pass.
        exclusive_min(bound: i128) { min = Some(Bound::Integer(bound)), exclusive_min = true }
        /// Only smaller numbers pass.
        exclusive_max(bound: i128) { max = Some(Bound::Integer(bound)), exclusive_max = true }
        /// The least number that passes.
        min_float(bound: f64) { min = Some(Bound::Float(bound)), exclusive_min = false }
        /// The greatest number that passes.
        max_float(bound: f64) { max = Some(Bound::Float(bound)), exclusive_max = false }
        /// Only greater numbers pass.
        exclusive_min_float(bound: f64) { min = Some(Bound::Float(bound)), exclusive_min = true }
        /// Only smaller numbers pass.
        exclusive_max_float(bound: f64) { max = Some(Bound::Float(bound)), exclusive_max = true }
        /// Only multiples of this number pass.
        multiple_of(divisor: i128) { multiple_of = Some(Bound::Integer(divisor)) }
        /// Only multiples of this number pass, up to the precision of a double.
        multiple_of_float(divisor: f64) { multiple_of = Some(Bound::Float(divisor)) }
        /// The least number of characters (Unicode code points, as in JSON Schema).
        min_length(characters: usize) { min_length = Some(characters) }
        /// The greatest number of characters (Unicode code points, as in JSON Schema).
        max_length(characters: usize) { max_length = Some(characters) }
        /// The least number of elements.
        min_items(count: usize) { min_items = Some(count) }
        /// The greatest number of elements.
        max_items(count: usize) { max_items = Some(count) }
        /// What a text must look like.
        pattern(pattern: &'static Pattern) { pattern = Some(pattern) }
    }

    /// No two elements may be equal. Of a list in a body only the first 1,000 elements are compared, because types of
    /// bodies know equality alone, and comparing every two of a longer list takes longer than the server's answer.
    #[must_use]
    pub const fn unique_items(mut self) -> Self {
        self.unique_items = true;
        self
    }

    /// What is wrong with the argument `name`, if anything is. An unset one is never wrong.
    #[must_use]
    pub fn violation(&self, name: &str, value: &ArgumentValue<'_>) -> Option<Violation> {
        let mut first = None;
        Checker::new(&mut first).argument(name, value, self);
        first
    }

    fn text_fault(&self, text: &str) -> Option<String> {
        if self.min_length.is_some() || self.max_length.is_some() {
            let length = text.chars().count();
            if let Some(bound) = self.min_length.filter(|bound| length < *bound) {
                return Some(format!("must have at least {}, it has {length}", count(bound, "character")));
            }
            if let Some(bound) = self.max_length.filter(|bound| length > *bound) {
                return Some(format!("must have at most {}, it has {length}", count(bound, "character")));
            }
        }
        match self.pattern {
            Some(pattern) if !pattern.is_match(text) => {
                Some(format!("must match {pattern}, and does not ({})", count(text.chars().count(), "character")))
            }
            _ => None,
        }
    }

    fn number_fault(&self, number: Bound) -> Option<String> {
        // A number that cannot be compared, NaN, is beyond every bound.
        let passes = |bound: Bound, beyond: Ordering, exclusive: bool| {
            number.compare(bound).is_some_and(|order| order == beyond || order.is_eq() && !exclusive)
        };
        if let Some(bound) = self.min.filter(|bound| !passes(*bound, Ordering::Greater, self.exclusive_min)) {
            let relation = if self.exclusive_min { "more than" } else { "at least" };
            return Some(format!("must be {relation} {bound}, it is {number}"));
        }
        if let Some(bound) = self.max.filter(|bound| !passes(*bound, Ordering::Less, self.exclusive_max)) {
            let relation = if self.exclusive_max { "less than" } else { "at most" };
            return Some(format!("must be {relation} {bound}, it is {number}"));
        }
        match self.multiple_of {
            Some(divisor) if !number.is_multiple_of(divisor) => {
                Some(format!("must be a multiple of {divisor}, it is {number}"))
            }
            _ => None,
        }
    }

    fn items_fault<T: PartialEq>(&self, items: &[T]) -> Option<String> {
        self.count_fault(items.len()).or_else(|| {
            let compared = &items[..items.len().min(MAX_COMPARED)];
            let pair = compared.iter().enumerate().filter(|_| self.unique_items).find_map(|(index, item)| {
                let first = compared[..index].iter().position(|other| other == item)?;
                Some((first, index))
            });
            pair.map(equal_items)
        })
    }

    /// The same for arguments, whose texts tell them apart.
    fn arguments_fault(&self, items: &[ArgumentValue<'_>]) -> Option<String> {
        self.count_fault(items.len()).or_else(|| {
            if let Some(pair) = self.equal_texts(items) {
                return pair.map(equal_items);
            }
            let mut seen = HashMap::new();
            let pair = items.iter().enumerate().find_map(|(index, item)| {
                // NaN equals nothing, and its JSON form is that of what is unset.
                let key = match item {
                    ArgumentValue::Float(number) if number.is_nan() => return None,
                    ArgumentValue::Text(text) => (true, Cow::Borrowed(text.as_ref())),
                    other => (false, Cow::Owned(other.to_json().to_string())),
                };
                match seen.entry(key) {
                    Entry::Occupied(first) => Some((*first.get(), index)),
                    Entry::Vacant(free) => {
                        free.insert(index);
                        None
                    }
                }
            });
            pair.map(equal_items)
        })
    }

    /// The first two equal ones of a few texts, which are compared one by one: for so many that costs less than to remember
    /// them. `None` where there are more, or other values.
    fn equal_texts(&self, items: &[ArgumentValue<'_>]) -> Option<Option<(usize, usize)>> {
        const FEW: usize = 64;
        if !self.unique_items {
            return Some(None);
        }
        if items.len() > FEW || !items.iter().all(|item| matches!(item, ArgumentValue::Text(_))) {
            return None;
        }
        Some(items.iter().enumerate().find_map(|(second, item)| {
            let ArgumentValue::Text(text) = item else { return None };
            // Most texts differ in length, which is seen at once.
            let is_equal = |earlier: &ArgumentValue<'_>| match earlier {
                ArgumentValue::Text(earlier) => earlier.len() == text.len() && earlier == text,
                _ => false,
            };
            let first = items[..second].iter().position(is_equal)?;
            Some((first, second))
        }))
    }

    fn count_fault(&self, length: usize) -> Option<String> {
        if let Some(bound) = self.min_items.filter(|bound| length < *bound) {
            return Some(format!("must have at least {}, it has {length}", count(bound, "item")));
        }
        let bound = self.max_items.filter(|bound| length > *bound)?;
        Some(format!("must have at most {}, it has {length}", count(bound, "item")))
    }
}

fn equal_items((first, second): (usize, usize)) -> String {
    format!("must not have equal items, items {first} and {second} are equal")
}

impl Bound {
    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(&right)),
            (left, right) => left.as_float().partial_cmp(&right.as_float()),
        }
    }

    fn is_multiple_of(self, divisor: Self) -> bool {
        match (self, divisor) {
            (_, Self::Integer(0)) => true,
            (Self::Integer(number), Self::Integer(divisor)) => number % divisor == 0,
            (number, divisor) => {
                let quotient = number.as_float() / divisor.as_float();
                (quotient - quotient.round()).abs() <= 1e-9 * quotient.abs().max(1.0)
            }
        }
    }

    fn as_float(self) -> f64 {
        match self {
            // Only bounds beyond 2^53 lose digits, and only against numbers that are floats themselves.
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
        }
    }
}

fn count(number: usize, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// What is wrong with an argument or a member of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The parameter, or the path of the member: `filter.keyword`, `rules[2].tag`.
    pub parameter: String,
    /// What is wrong with it, as a sentence that names it and does not quote it.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A body that knows the bounds of its members.
pub trait Validate {
    /// Shows every bounded member to `at`. Without bounds there is nothing to do.
    fn validate(&self, at: &mut Checker<'_>) {
        let _ = at;
    }
}

/// What is wrong with a body, if anything is; the first member in the order of its checks.
#[must_use]
pub fn validate<T: Validate + ?Sized>(body: &T) -> Option<Violation> {
    let mut first = None;
    body.validate(&mut Checker::new(&mut first));
    first
}

/// Walks a body, knows where it is, and keeps the first violation.
#[derive(Debug)]
pub struct Checker<'a> {
    at: Option<&'a Link<'a>>,
    first: &'a mut Option<Violation>,
}

#[derive(Debug)]
struct Link<'a> {
    parent: Option<&'a Link<'a>>,
    step: Step<'a>,
}

#[derive(Debug)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Checker<'a> {
    pub(super) fn new(first: &'a mut Option<Violation>) -> Self {
        Self { at: None, first }
    }

    /// Checks a text, if there is one.
    pub fn text<'v>(&mut self, name: &str, text: impl Into<Option<&'v str>>, check: &Check) {
        if let Some(text) = text.into() {
            self.note(name, || check.text_fault(text));
        }
    }

    /// Checks a number, if there is one.
    pub fn number(&mut self, name: &str, number: &impl Argument, check: &Check) {
        self.argument(name, &number.value(), check);
    }

    /// Checks the number of elements of a list, if there is one, and that no two are equal.
    pub fn items<'v, T: PartialEq + 'v>(&mut self, name: &str, items: impl Into<Option<&'v [T]>>, check: &Check) {
        if let Some(items) = items.into() {
            self.note(name, || check.items_fault(items));
        }
    }

    /// Checks anything that could be an argument: a scalar, or a list or a map of scalars together with its elements.
    pub fn value(&mut self, name: &str, value: &(impl Argument + ?Sized), check: &Check) {
        self.argument(name, &value.value(), check);
    }

    /// Checks with how many members an object is sent, against the least and the greatest number.
    pub fn members<T: Serialize>(&mut self, object: &T, least: usize, most: usize) {
        self.note("", || {
            let count = match serde_json::to_value(object) {
                Ok(Value::Object(members)) => members.len(),
                // What is no object is found when the body is written.
                _ => return None,
            };
            let are = |count: usize| if count == 1 { "1 member".to_owned() } else { format!("{count} members") };
            if count < least {
                Some(format!("has {}, but needs at least {least}", are(count)))
            } else {
                (count > most).then(|| format!("has {}, but at most {most} are allowed", are(count)))
            }
        });
    }

    /// Goes into the member `name`.
    pub fn nested(&mut self, name: &str, value: &(impl Validate + ?Sized)) {
        self.step(Step::Name(name), value);
    }

    /// Goes into an element.
    pub fn item(&mut self, index: usize, value: &(impl Validate + ?Sized)) {
        self.step(Step::Index(index), value);
    }

    fn step(&mut self, step: Step<'_>, value: &(impl Validate + ?Sized)) {
        if self.first.is_none() {
            let link = Link { parent: self.at, step };
            value.validate(&mut Checker { at: Some(&link), first: &mut *self.first });
        }
    }

    fn argument(&mut self, name: &str, value: &ArgumentValue<'_>, check: &Check) {
        match value {
            ArgumentValue::Text(text) => self.note(name, || check.text_fault(text)),
            ArgumentValue::Integer(number) => self.note(name, || check.number_fault(Bound::Integer(*number))),
            ArgumentValue::Float(number) => self.note(name, || check.number_fault(Bound::Float(*number))),
            ArgumentValue::List(items) if !items.is_empty() => {
                self.note(name, || check.arguments_fault(items));
                // The name of an item is put together only where there is something to say of it.
                let list = Link { parent: self.at, step: Step::Name(name) };
                for (index, item) in items.iter().enumerate() {
                    let link = Link { parent: Some(&list), step: Step::Index(index) };
                    Checker { at: Some(&link), first: &mut *self.first }.argument("", item, check);
                }
            }
            ArgumentValue::Object(members) => {
                self.note(name, || check.count_fault(members.len()));
                for (member, value) in members {
                    let name = if name.is_empty() { member.to_string() } else { format!("{name}.{member}") };
                    self.argument(&name, value, check);
                }
            }
            ArgumentValue::List(_) | ArgumentValue::Unset | ArgumentValue::Boolean(_) => {}
        }
    }

    fn note(&mut self, name: &str, fault: impl FnOnce() -> Option<String>) {
        if self.first.is_some() {
            return;
        }
        if let Some(fault) = fault() {
            let mut parameter = String::new();
            render(&mut parameter, self.at);
            push_name(&mut parameter, name);
            if parameter.is_empty() {
                parameter.push_str("body");
            }
            *self.first = Some(Violation { message: format!("`{parameter}` {fault}"), parameter });
        }
    }
}

fn render(path: &mut String, link: Option<&Link<'_>>) {
    if let Some(link) = link {
        render(path, link.parent);
        match link.step {
            Step::Name(name) => push_name(path, name),
            Step::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
}

/// Adds a member to a path; the empty name is the value itself.
fn push_name(path: &mut String, name: &str) {
    if !path.is_empty() && !name.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
