//! What the configuration says about one thing. Every look-up also offers its key, so that an entry that matches nothing
//! can be answered with the nearest one that would.

use crate::config::Table;
use crate::diag::{Code, Origin};
use crate::names::{Claim, Clash, Kind, Scope};

use super::Lower;

/// A help names at most as many keys as this.
const MOST_LINES: usize = 8;

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
            .add(Code::BadRename, &entry, format!("`{name}` is no name for {what}"))
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
                .add(Code::BadRename, &second, format!("[{table}] gives the name `{wanted}` to more than one"))
                .related(first, "the first one")
                .help("give each a name of its own");
            return;
        }
        let Some((_, first, _)) = parties.first() else { return };
        let mut keys: Vec<&str> = parties.iter().map(|(key, ..)| key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        let is_pinnable = keys.len() == parties.len();
        let lines: Vec<String> =
            parties.iter().take(MOST_LINES).map(|(key, _, name)| format!("\"{key}\" = \"{name}\"")).collect();
        let more = parties.len().saturating_sub(MOST_LINES);
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        // What is there for longer may have been called so; which one that is, the description does not say.
        let free = !parties.iter().any(|(.., name)| name == wanted);
        let free = if free { format!("; one of them can keep the name `{wanted}`") } else { String::new() };
        self.diagnostics
            .add(Code::NameClash, first, format!("{} things would be called `{wanted}`", clash.parties.len()))
            .help(if is_pinnable {
                let lines = lines.join(", ");
                format!("to keep these names whatever is added later, write in [{table}]: {lines}{more}{free}")
            } else {
                let names: Vec<String> = parties.iter().map(|(.., name)| format!("`{name}`")).collect();
                format!("they are called {}; name what they hold in the description to choose", names.join(", "))
            });
    }

    /// Moves the findings about schemas that the document implies to what somebody wrote.
    pub(super) fn place_findings(&mut self) {
        let document = self.document;
        self.diagnostics.relocate(|at| {
            let mut at = at.clone();
            while document.value(&at).is_none()
                && let Some(parent) = at.parent()
            {
                // An implied part is called by the reference to what it is made of.
                let part = at.last().and_then(|last| last.strip_prefix('#').map(str::to_owned));
                at = part.map_or(parent, |pointer| Origin { pointer, file: at.file });
            }
            at
        });
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

    /// The message that ends the stream of an operation.
    pub(super) fn stream_last(&self, id: &str) -> Option<String> {
        self.entry(Table::StreamLast, id).map(str::to_owned)
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
