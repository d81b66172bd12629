//! The configuration, codegen.toml: what a description cannot say.
//!
//! This module owns the form of the file and knows for every entry whether it had an effect. It does not know what an entry
//! means: whoever lowers the document looks entries up, and a look-up that finds one marks it as used. An entry that nobody
//! found is an error with the candidates that were offered for its table.

mod adapt;
mod form;
mod raw;
mod select;
mod table;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

pub use self::adapt::ALL;
pub use self::raw::{Auth, Crate, Envelope, Include, Openness, Paging, RequiredMembers, Stream};
pub use self::select::{Exclude, Include as Included, Select, Selectable, Unreached};
pub use self::table::Table;

use self::raw::Raw;
use crate::diag::{Code, Diagnostics, FileId, Origin, nearest};
use crate::source::Sources;

/// An entry of the configuration.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ConfigEntry {
    /// The table it stands in.
    pub table: Table,
    /// Its key.
    pub key: String,
    /// Its place.
    pub origin: Origin,
}

/// A configuration that was read.
#[derive(Default, Debug)]
pub struct Config {
    file: FileId,
    raw: Raw,
    used: RefCell<BTreeSet<(Table, String)>>,
    effective: RefCell<BTreeSet<(Table, String)>>,
    offered: RefCell<BTreeMap<Table, BTreeSet<String>>>,
}

impl Config {
    /// A configuration without entries.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads the configuration from a TOML file that was loaded.
    ///
    /// Gives `None`, with an error at the place, if the file does not have the form of a configuration.
    pub fn read(sources: &Sources, file: FileId, diags: &mut Diagnostics) -> Option<Self> {
        let text = sources.contents(file)?;
        let raw: Raw = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                form::report(&error, text, file, diags);
                return None;
            }
        };
        if raw.version != 1 {
            let message = format!("version {} of the configuration is not known", raw.version);
            diags.add(Code::ConfigInvalid, &Origin::root(file).child("version"), message).help("write `version = 1`");
            return None;
        }
        Some(Self { file, raw, ..Self::default() })
    }

    /// The table `crate`: what goes into the manifest of the generated crate.
    #[must_use]
    pub fn package(&self) -> &Crate {
        &self.raw.package
    }

    /// The table `envelope`. Whoever finds the members that it names calls [`Config::mark`].
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.raw.envelope
    }

    /// The table `paging`. Whoever finds what it names calls [`Config::mark`].
    #[must_use]
    pub fn paging(&self) -> &Paging {
        &self.raw.paging
    }

    /// The table `stream`. Whoever finds what it names calls [`Config::mark`].
    #[must_use]
    pub fn stream(&self) -> &Stream {
        &self.raw.stream
    }

    /// The table `includes`: member of the includes object, accessor and key, sorted by member.
    pub fn includes(&self) -> impl Iterator<Item = (&str, &Include)> {
        self.raw.includes.iter().map(|(member, include)| (member.as_str(), include))
    }

    /// The addresses that `auth` gives for a security scheme, and marks them as used.
    pub fn auth(&self, scheme: &str) -> Option<&Auth> {
        self.offer(Table::Auth, scheme);
        let found = self.raw.auth.get(scheme)?;
        self.mark(Table::Auth, scheme);
        Some(found)
    }

    /// `responses.required`: what a response member that is required and missing means.
    #[must_use]
    pub fn required_members(&self) -> RequiredMembers {
        self.raw.responses.required
    }

    /// The table `remote`: the beginnings of addresses, and the folders or files that stand for them, as the loader knows
    /// them. In the file they are relative to the file, whose path is given.
    #[must_use]
    pub fn remote(&self, path: &str) -> Vec<(String, String)> {
        let folder = path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        let remote = self.raw.remote.iter();
        remote.map(|(address, local)| (address.clone(), format!("{folder}{local}"))).collect()
    }

    /// `idempotency.header`: the header that makes a repeated POST or PATCH harmless.
    #[must_use]
    pub fn idempotency_header(&self) -> Option<&str> {
        self.raw.idempotency.header.as_deref()
    }

    /// Looks an entry with a text up and marks it as used. Serves the tables of `rename`, `group`, `types`, `checks.skip`,
    /// `gaps` and `docs.operations`.
    pub fn get(&self, table: Table, key: &str) -> Option<&str> {
        let text = self.raw.texts(table)?.get(key)?;
        self.mark(table, key);
        Some(text)
    }

    /// Looks the reason up for which what is reported at a place is accepted, and marks the entry as used. The place is
    /// written as `#/paths/...`, in a file other than the description's with the name of the file before it.
    pub fn gap(&self, place: &str) -> Option<&str> {
        self.offer(Table::Gaps, place);
        self.get(Table::Gaps, place)
    }

    /// The accessors of a type that stand in `coalesce`, with the members that they read, and marks them as used.
    pub fn coalesce(&self, ty: &str) -> Vec<(&str, &[String])> {
        let mut found = Vec::new();
        for (key, members) in &self.raw.coalesce {
            if let Some((owner, accessor)) = key.rsplit_once('.')
                && owner == ty
            {
                self.mark(Table::Coalesce, key);
                found.push((accessor, members.as_slice()));
            }
        }
        found
    }

    /// The keys of a table, sorted, without marking them.
    #[must_use]
    pub fn keys(&self, table: Table) -> Vec<&str> {
        self.raw.keys(table)
    }

    /// The place of an entry.
    #[must_use]
    pub fn origin(&self, table: Table, key: &str) -> Origin {
        let at = table.path().iter().fold(Origin::root(self.file), |origin, part| origin.child(part));
        match self.raw.select.list(table).and_then(|list| list.iter().position(|entry| entry == key)) {
            Some(index) => at.index(index),
            None => at.child(key),
        }
    }

    /// Marks an entry as used.
    pub fn mark(&self, table: Table, key: &str) {
        self.used.borrow_mut().insert((table, key.to_owned()));
    }

    /// Marks every entry about an operation as used: its id cannot be told from that of another, which is reported, and
    /// the entries are right as soon as it can.
    pub fn excuse(&self, operation: &str) {
        for &table in Table::ALL {
            for key in self.raw.keys(table) {
                let own = match table {
                    Table::RenameOperations | Table::DocsOperations | Table::StreamLast => key == operation,
                    Table::RenameParameters | Table::ChecksSkip | Table::Required => {
                        key.strip_prefix(operation).is_some_and(|rest| rest.starts_with('.'))
                    }
                    _ => false,
                };
                if own {
                    self.mark(table, key);
                    self.note_effect(table, key);
                }
            }
        }
    }

    /// Says which key would have matched something, for the help of entries that match nothing.
    pub fn offer(&self, table: Table, key: &str) {
        // Nobody asks for candidates of a table without entries.
        if !self.raw.keys(table).is_empty() {
            self.offered.borrow_mut().entry(table).or_default().insert(key.to_owned());
        }
    }

    /// The entries that nobody found, sorted by table and key.
    #[must_use]
    pub fn unused(&self) -> Vec<ConfigEntry> {
        let used = self.used.borrow();
        let mut unused = Vec::new();
        for &table in Table::ALL {
            for key in self.raw.keys(table) {
                if !used.contains(&(table, key.to_owned())) {
                    unused.push(ConfigEntry { table, key: key.to_owned(), origin: self.origin(table, key) });
                }
            }
        }
        unused
    }

    /// Reports the entries that nobody found, each with the nearest candidate that was offered. `whole` is the
    /// configuration as it was used for the whole description, where only a part was selected: what matched something there
    /// is right, and has no effect here.
    pub fn report_unused(&self, whole: Option<&Self>, diags: &mut Diagnostics) {
        for &table in Table::ALL {
            for key in self.raw.keys(table) {
                if self.used.borrow().contains(&(table, key.to_owned())) && self.is_idle(table, key) {
                    let reason = match table {
                        Table::Enums => "every other enum is the same",
                        _ => "the description says the same",
                    };
                    let message = format!("`{key}` in [{table}] changes nothing: {reason}");
                    let origin = self.origin(table, key);
                    diags.add(Code::ConfigIdle, &origin, message).on_key().help("remove the entry");
                }
            }
        }
        for entry in self.unused() {
            let ConfigEntry { table, key, origin } = &entry;
            if whole.is_some_and(|whole| whole.used.borrow().contains(&(*table, key.clone()))) {
                diags
                    .add(Code::ConfigIdle, origin, format!("`{key}` in [{table}] names what [select] leaves out"))
                    .on_key()
                    .help("it has no effect until that is selected");
                continue;
            }
            let message = match table {
                Table::Gaps => format!("nothing is reported at `{key}`, so there is nothing to accept"),
                _ => format!("`{key}` in [{table}] matches nothing in the description"),
            };
            let diagnostic = diags.add(Code::ConfigUnused, origin, message);
            if self.raw.select.list(*table).is_none() {
                diagnostic.on_key();
            }
            diagnostic.help(self.advice(*table, key, whole));
        }
    }

    /// What to do about an entry that matches nothing.
    fn advice(&self, table: Table, key: &str, whole: Option<&Self>) -> String {
        let own = self.offered.borrow();
        let others = whole.map(|whole| whole.offered.borrow());
        let others = others.as_deref().and_then(|offered| offered.get(&table));
        let candidates = || own.get(&table).into_iter().chain(others).flatten().map(String::as_str);
        let near = match table {
            Table::IncludePaths | Table::ExcludePaths => select::nearest_pattern(key, candidates()),
            _ => nearest(key, candidates()).map(str::to_owned),
        };
        match (table, near) {
            (_, Some(near)) => format!("did you mean `{near}`?"),
            (Table::Paging, None) => {
                "an operation is read page by page if it has `parameter` and its answer has `items` and `next`: correct \
                 the one that is wrong, or remove the entry"
                    .to_owned()
            }
            (Table::Gaps, None) if !key.starts_with("#/") => {
                "a place begins with `#/`, such as `#/components/schemas/Name`".to_owned()
            }
            (Table::IncludePaths | Table::ExcludePaths, None) if !key.starts_with(['/', '*']) => {
                "a pattern of paths begins with `/`, such as `/pets/**`".to_owned()
            }
            (_, None) => "remove the entry".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
