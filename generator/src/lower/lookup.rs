//! What the configuration says about one thing. Every look-up also offers its key, so that an entry that matches nothing
//! can be answered with the nearest one that would.

use crate::config::Table;

use super::Lower;

impl<'a> Lower<'a> {
    /// The name given to a component schema, or to an inline one by its pointer.
    pub(super) fn rename_type(&self, key: &str) -> Option<&'a str> {
        self.entry(Table::RenameTypes, key)
    }

    /// The name given to an alternative.
    pub(super) fn rename_arm(&self, union: &str, schema: &str) -> Option<&'a str> {
        self.entry(Table::RenameArms, &format!("{union}.{schema}"))
    }

    /// The name given to a member.
    pub(super) fn rename_field(&self, schema: &str, wire: &str) -> Option<&'a str> {
        self.entry(Table::RenameFields, &format!("{schema}.{wire}"))
    }

    /// The name given to a value.
    pub(super) fn rename_value(&self, schema: &str, wire: &str) -> Option<&'a str> {
        self.entry(Table::RenameValues, &format!("{schema}.{wire}"))
    }

    /// The name given to a parameter.
    pub(super) fn rename_parameter(&self, operation: &str, wire: &str) -> Option<&'a str> {
        self.entry(Table::RenameParameters, &format!("{operation}.{wire}"))
    }

    /// The setter given to a security scheme.
    pub(super) fn rename_scheme(&self, wire: &str) -> Option<&'a str> {
        self.entry(Table::RenameSchemes, wire)
    }

    /// The method given to an operation.
    pub(super) fn rename_operation(&self, id: &str) -> Option<&'a str> {
        self.entry(Table::RenameOperations, id)
    }

    /// The module given to a tag.
    pub(super) fn rename_group(&self, tag: &str) -> Option<&'a str> {
        self.entry(Table::Group, tag)
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
