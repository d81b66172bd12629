//! What the configuration says otherwise than the document: nullability and presence, closed enums, derives.

use crate::config::{ALL, Openness, Table};
use crate::diag::{Code, Origin};

use super::Lower;

impl Lower<'_> {
    /// Whether a member must be there and may be null. It goes by its type, or by the schema that declares it: what is
    /// said there holds for all that include it.
    pub(super) fn adapted(&self, owner: &str, wire: &str, at: &Origin, required: bool, nullable: bool) -> (bool, bool) {
        let declared = at.parent().and_then(|members| members.parent());
        let declared = declared.and_then(|schema| Some(format!("{}.{wire}", self.document.component(&schema)?)));
        let own = format!("{owner}.{wire}");
        let keys: Vec<&String> = [&own].into_iter().chain(declared.as_ref().filter(|key| **key != own)).collect();
        let flag = |table, said| self.flag(table, &keys, said);
        (flag(Table::Required, required), flag(Table::Nullable, nullable))
    }

    /// Whether a parameter must be there.
    pub(super) fn adapted_parameter(&self, operation: &str, wire: &str, required: bool) -> bool {
        self.flag(Table::Required, &[&format!("{operation}.{wire}")], required)
    }

    fn flag(&self, table: Table, keys: &[&String], said: bool) -> bool {
        let found: Vec<(&String, bool)> =
            keys.iter().filter_map(|key| Some((*key, self.config.flag(table, key)?))).collect();
        let Some((key, meant)) = found.first() else { return said };
        if *meant != said {
            self.config.note_effect(table, key);
        }
        *meant
    }

    /// Whether an enum is open. Every enum is, unless the configuration closes it.
    pub(super) fn is_open(&self, schema: &str) -> bool {
        let Some(own) = self.config.openness(schema) else {
            return self.config.openness(ALL) != Some(Openness::Closed);
        };
        let every = self.config.openness(ALL).unwrap_or(Openness::Open);
        if own != every {
            self.config.note_effect(Table::Enums, schema);
        }
        own == Openness::Open
    }

    /// What a type derives beyond what every type does. Paths that are none are reported.
    pub(super) fn derives(&mut self, keys: &[String], at: &Origin) -> Vec<String> {
        let mut derives: Vec<String> = Vec::new();
        for key in keys.iter().map(String::as_str).chain([ALL]) {
            for path in self.config.derives(key) {
                if syn::parse_str::<syn::Path>(path).is_err() {
                    let entry = self.config.origin(Table::Derive, key);
                    self.diagnostics
                        .add(Code::BadRename, &entry, format!("`{path}` is no path of a trait that can be derived"))
                        .related(at.clone(), "what derives it")
                        .help("give a path, such as `Hash` or `schemars::JsonSchema`");
                } else if !derives.contains(path) {
                    derives.push(path.clone());
                }
            }
        }
        derives
    }

    /// A path of the configuration that stands for a type, or nothing, with an error, if it is none.
    pub(super) fn external<'p>(&mut self, table: Table, key: &str, path: &'p str, at: &Origin) -> Option<&'p str> {
        if syn::parse_str::<syn::TypePath>(path).is_ok() {
            return Some(path);
        }
        let entry = self.config.origin(table, key);
        self.diagnostics
            .add(Code::BadRename, &entry, format!("`{path}` is no path of a type"))
            .related(at.clone(), "what it stands for")
            .help("give the path of a type, such as `chrono::DateTime<chrono::Utc>`");
        None
    }
}
