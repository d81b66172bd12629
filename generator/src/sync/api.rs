//! What differs between two lists of public items, in terms of the API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::diff::{Effect, listings};

/// What callers get that they did not have, and what they have no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiChange {
    /// The greatest effect; nothing where nothing differs.
    pub effect: Option<Effect>,
    /// Operations, as `group.method`.
    pub operations: Moved,
    /// Types, by name.
    pub types: Moved,
    /// Anything else, by its path.
    pub others: Moved,
    /// What breaks of operations and types that are still there, in words.
    pub breaks: Vec<String>,
}

/// Names that differ, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that are gone.
    pub removed: Vec<String>,
    /// Those of which something differs.
    pub changed: Vec<String>,
}

impl ApiChange {
    /// Compares two lists of public items (`api.txt`).
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        if old == new {
            return Self::default();
        }
        let (before, after) = (Listing::of(old), Listing::of(new));
        let mut found: BTreeMap<Construct, [bool; 2]> = BTreeMap::new();
        for (own, other, side) in [(&before, &after, 0), (&after, &before, 1)] {
            for line in own.lines.difference(&other.lines) {
                found.entry(own.construct(line)).or_default()[side] = true;
            }
        }
        let mut change = Self::default();
        for construct in found.into_keys() {
            let there = [&before, &after].map(|listing| listing.has(&construct));
            let (moved, name) = match construct {
                Construct::Operation(name) => (&mut change.operations, name),
                Construct::Type(name) => (&mut change.types, name),
                Construct::Other(path) => (&mut change.others, path),
            };
            match there {
                [false, _] => moved.added.push(name),
                [true, false] => moved.removed.push(name),
                [true, true] => moved.changed.push(name),
            }
        }
        let changes = listings(old, new);
        change.effect = changes.iter().map(|change| change.effect).max();
        // Of an operation or a type that is gone, everything is; that it is says enough.
        let stays = |what: &str| match what
            .strip_prefix('`')
            .and_then(|what| what.split('`').next())
            .map(|line| before.construct(line))
        {
            None | Some(Construct::Other(_)) => true,
            Some(construct) => after.has(&construct),
        };
        let breaks = changes.into_iter().filter(|change| change.effect == Effect::Breaking).map(|change| change.what);
        change.breaks = breaks.filter(|what| stays(what)).collect();
        change
    }

    /// The three kinds with what they are called.
    pub(super) fn kinds(&self) -> [(&'static str, &Moved); 3] {
        [("operation", &self.operations), ("type", &self.types), ("other item", &self.others)]
    }

    /// One object: `effect` (`breaking`, `additive` or null), `breaks`, and `operations`, `types` and `others` with the lists
    /// `added`, `removed` and `changed`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let moved = |moved: &Moved| json!({ "added": moved.added, "removed": moved.removed, "changed": moved.changed });
        json!({
            "effect": self.effect.map(Effect::as_str),
            "operations": moved(&self.operations),
            "types": moved(&self.types),
            "others": moved(&self.others),
            "breaks": self.breaks,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Construct {
    Operation(String),
    Type(String),
    Other(String),
}

/// A list of public items, with what its lines are about.
struct Listing<'t> {
    lines: BTreeSet<&'t str>,
    /// The operations by the paths of their methods, builders and enums of errors.
    operations: BTreeMap<&'t str, String>,
    names: BTreeSet<Construct>,
}

impl<'t> Listing<'t> {
    fn of(text: &'t str) -> Self {
        let lines: BTreeSet<&str> = text.lines().collect();
        let pairs = || lines.iter().filter_map(|line| line.split_once(": "));
        // `Client::lists: fn(&self) -> lists::Lists` is a group, and `lists::Lists::pin: fn(&self, …) -> lists::Pin` an
        // operation of it.
        let groups: BTreeSet<&str> = pairs()
            .filter(|(path, _)| path.starts_with("Client::"))
            .filter_map(|(_, what)| what.strip_prefix("fn(&self) -> "))
            .filter(|group| group.contains("::") && !group.starts_with('&'))
            .collect();
        let mut operations = BTreeMap::new();
        for (path, what) in pairs() {
            let Some((group, method)) = path.rsplit_once("::").filter(|(group, _)| groups.contains(group)) else {
                continue;
            };
            let Some((_, builder)) = what.rsplit_once(" -> ").filter(|_| what.starts_with("fn(&self")) else {
                continue;
            };
            let module = group.split("::").next().unwrap_or_default();
            for own in [path, builder] {
                operations.insert(own, format!("{module}.{method}"));
            }
        }
        let mut listing = Self { lines, operations, names: BTreeSet::new() };
        listing.names = listing.lines.iter().map(|line| listing.construct(line)).collect();
        listing
    }

    /// What a line is about.
    fn construct(&self, line: &str) -> Construct {
        let path = line.split(": ").next().unwrap_or_default();
        // What takes a handler is called like the operation that it answers.
        let path = path.strip_prefix("mock::").filter(|rest| self.operations.contains_key(rest)).unwrap_or(path);
        // From the whole path to its first two parts: members belong to what they are members of.
        let ends = path.match_indices(['.', ':']).map(|(index, _)| &path[..index]);
        for own in ends.chain([path]) {
            let of_errors = || self.operations.get(own.strip_suffix("Error")?);
            if let Some(name) = self.operations.get(own).or_else(of_errors) {
                return Construct::Operation(name.clone());
            }
        }
        let mut parts = path.split(['.', ':']).filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some("types"), Some(name)) => Construct::Type(name.to_owned()),
            _ => Construct::Other(path.to_owned()),
        }
    }

    fn has(&self, construct: &Construct) -> bool {
        self.names.contains(construct)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "Client::lists: fn(&self) -> lists::Lists\nClient::drift: fn(&self) -> &runtime::DriftCounters\n\
                       lists::Lists::get: fn(&self, id: impl Into<String>) -> lists::Get\nlists::Get: struct(_)\n\
                       lists::Get::send: async fn(self) -> Result\nlists::GetError: enum #[non_exhaustive]\n\
                       lists::Lists::pin: fn(&self) -> lists::Pin\nlists::Pin: struct(_)\n\
                       types::List: struct #[non_exhaustive]\ntypes::List.name: Option<String>\ntypes::Gone: struct\n";

    #[test]
    fn operations_and_types_are_told_apart() {
        assert_eq!(ApiChange::between(OLD, OLD), ApiChange::default());
        let new = OLD
            .replace("lists::Lists::pin: fn(&self) -> lists::Pin\nlists::Pin: struct(_)\n", "")
            .replace("types::Gone: struct\n", "types::New: struct\ntypes::New.a: String\n")
            .replace(
                "lists::Get: struct(_)\n",
                "lists::Get: struct(_)\nlists::Get::limit: fn(mut self, value: i32) -> Self\n",
            )
            .replace(".name: Option<String>", ".name: Option<i64>")
            .replace("Client::drift", "Client::drifted");
        let change = ApiChange::between(OLD, &new);
        let moved = |added: &[&str], removed: &[&str], changed: &[&str]| {
            let [added, removed, changed] =
                [added, removed, changed].map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            Moved { added, removed, changed }
        };
        assert_eq!(change.operations, moved(&[], &["lists.pin"], &["lists.get"]));
        assert_eq!(change.types, moved(&["New"], &["Gone"], &["List"]));
        assert_eq!(change.others, moved(&["Client::drifted"], &["Client::drift"], &[]));
        assert_eq!(change.effect, Some(Effect::Breaking));
        let breaks = ["`Client::drift` is gone", "`types::List.name` was `Option<String>` and is `Option<i64>`"];
        assert_eq!(change.breaks, breaks);
        assert_eq!(change.to_json()["operations"]["removed"][0], "lists.pin");
    }

    #[test]
    fn an_error_of_an_operation_belongs_to_it() {
        let new = OLD.replace("lists::GetError: enum", "lists::GetError::NotFound: variant\nlists::GetError: enum");
        let change = ApiChange::between(OLD, &new);
        assert_eq!((change.operations.changed, change.others), (vec!["lists.get".to_owned()], Moved::default()));
        assert_eq!(change.effect, Some(Effect::Additive));
    }
}
