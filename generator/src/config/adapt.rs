//! The tables that change what the description says: `derive`, `enums`, `nullable` and `required`.

use super::raw::Openness;
use super::{Config, Table};

/// The key that stands for all types.
pub const ALL: &str = "*";

impl Config {
    /// What a type derives beyond what every type does; marks the entry.
    pub fn derives(&self, key: &str) -> &[String] {
        self.offer(Table::Derive, key);
        let Some(found) = self.raw.derive.get(key) else { return &[] };
        self.mark(Table::Derive, key);
        found
    }

    /// Whether an enum is open, where the configuration says so; marks the entry.
    pub fn openness(&self, key: &str) -> Option<Openness> {
        self.offer(Table::Enums, key);
        let found = self.raw.enums.get(key)?;
        self.mark(Table::Enums, key);
        Some(*found)
    }

    /// What `nullable` or `required` says about a member or a parameter; marks the entry.
    pub fn flag(&self, table: Table, key: &str) -> Option<bool> {
        self.offer(table, key);
        let flags = if table == Table::Nullable { &self.raw.nullable } else { &self.raw.required };
        let found = flags.get(key)?;
        self.mark(table, key);
        Some(*found)
    }

    /// Notes that an entry says something else than the description, which is what it is for.
    pub fn note_effect(&self, table: Table, key: &str) {
        self.effective.borrow_mut().insert((table, key.to_owned()));
    }

    /// Whether an entry that was found says nothing else than the description does.
    pub(super) fn is_idle(&self, table: Table, key: &str) -> bool {
        let told_apart = matches!(table, Table::Enums | Table::Nullable | Table::Required);
        told_apart && key != ALL && !self.effective.borrow().contains(&(table, key.to_owned()))
    }
}
