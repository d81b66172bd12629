//! Which messages of a stream were delivered lately: a server that is asked to repeat what was missed also repeats what
//! was not.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// How many messages are remembered unless the caller says otherwise: five minutes at 250 messages per second, and
/// some.
pub(crate) const REMEMBERED: usize = 100_000;

/// Remembers a bounded number of messages, by a hash of their id or of their text. With 64 bits, one message in 10^14
/// is taken for another.
#[derive(Debug)]
pub(crate) struct Recent {
    seen: HashMap<u64, u64>,
    order: VecDeque<u64>,
    capacity: usize,
    hasher: RandomState,
}

impl Recent {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { seen: HashMap::new(), order: VecDeque::new(), capacity, hasher: RandomState::new() }
    }

    /// Whether the message was there before; from now on it was.
    ///
    /// An id stands for one event, so it never counts twice. Without an id the whole text stands for it; two equal
    /// texts in one connection can be two events, and only one from an earlier connection is a repetition.
    pub(crate) fn is_repeated(&mut self, message: &[u8], id_path: &[&str], connection: u64) -> bool {
        let id = id_of(message, id_path);
        let key = match &id {
            Some(id) => self.hasher.hash_one(("id", id)),
            None => self.hasher.hash_one(("text", message.trim_ascii())),
        };
        match self.seen.get_mut(&key) {
            Some(seen) => id.is_some() || std::mem::replace(seen, connection) < connection,
            None => {
                self.remember(key, connection);
                false
            }
        }
    }

    fn remember(&mut self, key: u64, connection: u64) {
        if self.capacity == 0 {
            return;
        }
        if self.order.len() >= self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        self.order.push_back(key);
        self.seen.insert(key, connection);
    }
}

/// The text or number at `path` in a JSON text, read without building the rest.
fn id_of(message: &[u8], path: &[&str]) -> Option<String> {
    if path.is_empty() {
        return None;
    }
    IdSeed(path).deserialize(&mut serde_json::Deserializer::from_slice(message)).ok().flatten()
}

struct IdSeed<'p>(&'p [&'p str]);

impl<'de> DeserializeSeed<'de> for IdSeed<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for IdSeed<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            match self.0 {
                [first, rest @ ..] if *first == name => found = map.next_value_seed(IdSeed(rest))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok((self.0.is_empty() && !text.is_empty()).then(|| text.to_owned()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.0.is_empty().then(|| value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self.0.is_empty().then(|| value.to_string()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
