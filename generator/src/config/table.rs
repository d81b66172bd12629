//! The tables whose entries have to match something.

use std::fmt;

macro_rules! tables {
    ($($(#[doc = $doc:literal])+ $name:ident = [$($part:literal),+];)+) => {
        /// A table of the configuration whose entries are tracked for use.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub enum Table {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Table {
            /// All tables, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The keys that lead to the table.
            #[must_use]
            pub fn path(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($part),+],)+
                }
            }
        }
    };
}

tables! {
    /// Tags of operations that are generated.
    IncludeTags = ["select", "include", "tags"];
    /// Ids of operations that are generated.
    IncludeOperations = ["select", "include", "operations"];
    /// Patterns of paths that are generated.
    IncludePaths = ["select", "include", "paths"];
    /// Schemas that are generated even if nothing reaches them.
    IncludeSchemas = ["select", "include", "schemas"];
    /// Tags of operations that are left out.
    ExcludeTags = ["select", "exclude", "tags"];
    /// Ids of operations that are left out.
    ExcludeOperations = ["select", "exclude", "operations"];
    /// Patterns of paths that are left out.
    ExcludePaths = ["select", "exclude", "paths"];
    /// Name of an operation's method, by operation id.
    RenameOperations = ["rename", "operations"];
    /// Name of a type, by name or pointer of its schema.
    RenameTypes = ["rename", "types"];
    /// Name of a union's arm, by `Type.arm`.
    RenameArms = ["rename", "arms"];
    /// Name of a field, by `Type.member`.
    RenameFields = ["rename", "fields"];
    /// Name of an enum's value, by `Type.value`.
    RenameValues = ["rename", "values"];
    /// Name of a parameter's setter, by `operation.parameter`.
    RenameParameters = ["rename", "parameters"];
    /// Name of a security scheme, by its name.
    RenameSchemes = ["rename", "schemes"];
    /// Module of a tag, by its name.
    Group = ["group"];
    /// Rust type of a format, by its name.
    TypesFormats = ["types", "formats"];
    /// Rust type that stands for a schema, by its name.
    TypesReplace = ["types", "replace"];
    /// What a type derives beyond what every type does, by name or pointer of its schema, or `*`.
    Derive = ["derive"];
    /// Whether an enum is open or closed, by name or pointer of its schema, or `*`.
    Enums = ["enums"];
    /// Whether a member may be null, by `Type.member`.
    Nullable = ["nullable"];
    /// Whether a member must be there, by `Type.member`, or a parameter, by `operation.parameter`.
    Required = ["required"];
    /// Reason for which a parameter is not checked, by `operation.parameter`.
    ChecksSkip = ["checks", "skip"];
    /// Members of an enveloped response, by role.
    Envelope = ["envelope"];
    /// Parameters and members of pages, by role.
    Paging = ["paging"];
    /// Parameters and members of streams, by role.
    Stream = ["stream"];
    /// Text that ends the stream of an operation, by operation id.
    StreamLast = ["stream", "last"];
    /// Accessors of included objects, by member.
    Includes = ["includes"];
    /// Accessors over several members, by `Type.accessor`.
    Coalesce = ["coalesce"];
    /// Addresses of a security scheme's login, by its name.
    Auth = ["auth"];
    /// Reason for which a node is left out, by pointer.
    Gaps = ["gaps"];
    /// Address of an operation's documentation, by operation id.
    DocsOperations = ["docs", "operations"];
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path().join("."))
    }
}
