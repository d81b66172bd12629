//! What the configuration says about one thing. Every look-up also offers its key, so that an entry that matches nothing
//! can be answered with the nearest one that would.

use crate::config::Table;
use crate::diag::{Code, Origin};
use crate::names::{Claim, Clash, Kind, Scope};

use super::Lower;

impl<'a> Lower<'a> {
    /// The name that the configuration gives to something, by its key.
    pub(super) fn renamed(&self, table: Table, key: &str) -> Option<&'a str> {
        self.entry(table, key)
    }

    /// Takes the name that the configuration gives, if it gives one. One that cannot be used is reported where it stands,
    /// and the thing at `at` is called as if it were not there.
    pub(super) fn pin<K: Kind>(
        &mut self,
        scope: &mut Scope<K>,
        table: Table,
        key: &str,
        what: &str,
        at: &Origin,
    ) -> bool {
        let Some(name) = self.entry(table, key) else { return false };
        let pinned = scope.pin(name).is_ok();
        if !pinned {
            self.bad_name(table, key, name, what, at);
        }
        pinned
    }

    /// Reports a name of the configuration that cannot be used.
    pub(super) fn bad_name(&mut self, table: Table, key: &str, name: &str, what: &str, at: &Origin) {
        let entry = self.config.origin(table, key);
        self.diagnostics
            .error(Code::BadRename, &entry, format!("`{name}` is no name for {what}"))
            .related(at.clone(), "what it is given to")
            .help("give an identifier of Rust in the case that such names have");
    }

    /// Reports names that had to change, with the lines that would keep them, or names that the configuration gives
    /// twice. `party` says which entry would name a claim, and where the thing stands that it names.
    pub(super) fn clash(&mut self, clash: &Clash, table: Table, party: impl Fn(Claim) -> Option<(String, Origin)>) {
        let parties: Vec<(String, Origin, &str)> = clash
            .parties
            .iter()
            .filter_map(|(claim, name)| party(*claim).map(|(key, origin)| (key, origin, name.as_str())))
            .collect();
        let wanted = &clash.wanted;
        if clash.pinned {
            // Of the parties, those with an entry are to blame.
            let known = self.config.keys(table);
            let given = parties.iter().filter(|(key, ..)| known.contains(&key.as_str()));
            let mut places = given.map(|(key, ..)| self.config.origin(table, key));
            let (Some(first), Some(second)) = (places.next(), places.next()) else { return };
            self.diagnostics
                .error(Code::BadRename, &second, format!("[{table}] gives the name `{wanted}` to more than one"))
                .related(first, "the first one")
                .help("give each a name of its own");
            return;
        }
        let Some((_, first, _)) = parties.first() else { return };
        let lines: Vec<String> = parties.iter().map(|(key, _, name)| format!("\"{key}\" = \"{name}\"")).collect();
        self.diagnostics
            .warn(Code::NameClash, first, format!("{} things would be called `{wanted}`", clash.parties.len()))
            .help(format!("to keep these names whatever is added later, write in [{table}]: {}", lines.join(", ")));
    }

    /// The type that stands for a component schema.
    pub(super) fn replaced_type(&self, schema: &str) -> Option<&'a str> {
        self.entry(Table::TypesReplace, schema)
    }

    /// The type that stands for a format.
    pub(super) fn format_type(&self, format: &str) -> Option<&'a str> {
        self.entry(Table::TypesFormats, format)
    }

    /// The documentation of an operation.
    pub(super) fn operation_link(&self, id: &str) -> Option<&'a str> {
        self.entry(Table::DocsOperations, id)
    }

    /// Whether a parameter is not checked before it is sent.
    pub(super) fn skips_check(&self, operation: &str, wire: &str) -> bool {
        self.entry(Table::ChecksSkip, &format!("{operation}.{wire}")).is_some()
    }

    fn entry(&self, table: Table, key: &str) -> Option<&'a str> {
        self.config.offer(table, key);
        self.config.get(table, key)
    }
}
