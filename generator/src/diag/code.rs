//! The codes: one for each class of finding.

use std::fmt;

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $title:literal;)+) => {
        /// A class of findings. Numbers are stable: a code keeps its meaning, and a retired one is not used again.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// All codes, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as printed, such as `S2C0001`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("S2C", $number),)+
                }
            }

            /// What it stands for, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }

            /// What it means and what to do, in one paragraph.
            #[must_use]
            pub fn explanation(self) -> String {
                let lines: &[&str] = match self {
                    $(Self::$name => &[$($doc),+],)+
                };
                let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
                lines.join(" ")
            }
        }
    };
}

codes! {
    /// A file that the run needs could not be read. The message gives the reason. Check the path, which is relative to the
    /// place where the command was started.
    CannotRead = "0001", "file cannot be read";

    /// The text is not valid YAML, JSON or TOML, so there is nothing to work on. Only the first place is reported, because
    /// everything behind it would be a guess.
    Syntax = "0002", "text cannot be parsed";

    /// Mappings and lists nest deeper than the generator follows. The bound protects every later step from running out of
    /// stack; no description written for people comes near it.
    TooDeep = "0003", "nested too deep";

    /// A key stands twice in one mapping. YAML 1.2 (section 3.2.1.3) demands unique keys, and RFC 8259 (section 4) calls
    /// the result of repeated names unpredictable, so one of the two values is lost to some reader. The last one is used, as
    /// most readers do.
    DuplicateKey = "0004", "duplicate key";

    /// YAML has `.inf` and `.nan`, JSON has not. A description is JSON in either notation (OpenAPI 3.0, section "Format"), so
    /// these values are read as null.
    NumberNotFinite = "0005", "number is not finite";

    /// The value of a YAML merge key `<<` is neither a mapping nor a list of mappings, so there is nothing to merge, and it
    /// is ignored.
    BadMerge = "0006", "merge key without a mapping";

    /// A value carries a YAML tag that is not part of the core schema. Descriptions use the JSON types only, so the tag is
    /// ignored and the value is read as if it were not there.
    UnknownTag = "0007", "unknown YAML tag";

    /// The configuration file does not have the form that is documented: an unknown table or key, a value of the wrong type,
    /// or a missing `version = 1`.
    ConfigInvalid = "0101", "invalid configuration";

    /// An entry of the configuration file matches nothing in the description: it is misspelled, or what it named is gone.
    /// Either way it has no effect, and a reader would think that it has.
    ConfigUnused = "0102", "configuration matches nothing";

    /// What `select` includes and what it excludes leave no operation and no schema, so there is nothing to generate.
    NothingSelected = "0103", "nothing is selected";

    /// An entry of the configuration file changes nothing: it names what `select` leaves out, or says what the description
    /// says already. It can be removed.
    ConfigIdle = "0104", "configuration changes nothing";

    /// An overlay does not have the form that the Overlay Specification (1.0 and 1.1) gives it: a keyword is missing or of the
    /// wrong kind, or a `target` is no JSONPath (RFC 9535). Actions that can be read are applied.
    OverlayInvalid = "0110", "invalid overlay";

    /// An action of an overlay has no effect: its target selects nothing, or it says nothing to do. The description has moved
    /// on, or the target is misspelled.
    OverlayUnused = "0111", "overlay action without effect";

    /// An action of an overlay cannot be applied to what its target selects: the kinds of the values differ, or the root
    /// would be removed (Overlay 1.1, section "Action Object").
    OverlayClash = "0112", "overlay does not fit the description";

    /// The document's version is not one that can be read. OpenAPI 3.0, 3.1 and 3.2 are; Swagger 2.0 has to be converted
    /// first.
    UnsupportedVersion = "0201", "unsupported version of OpenAPI";

    /// The value of a keyword is of the wrong kind, for example a text where the specification wants a list. The keyword is
    /// dropped, and the rest of its node is used.
    WrongKind = "0202", "wrong kind of value";

    /// A keyword that the specification requires is missing. What depends on it cannot be generated.
    MissingKeyword = "0203", "missing keyword";

    /// A keyword that the specification does not know at this place. It is ignored, which is why a spelling mistake would
    /// otherwise go unnoticed. Extensions begin with `x-`.
    UnknownKeyword = "0204", "unknown keyword";

    /// A `$ref` points to a node that does not exist, or into a file that cannot be read. Where a schema was meant, any JSON value is taken; a parameter, body or
    /// response that was meant is left out.
    DanglingReference = "0205", "reference to nowhere";

    /// References lead in a circle and never reach a node that says something. This is not recursion, which is fine: a
    /// schema may refer to itself from one of its members.
    ReferenceCycle = "0206", "references in a circle";

    /// A `$ref` points to a document on another host, and the network is never asked. Save the document, and say in the table
    /// `remote` of the configuration which folder stands for the beginning of its address.
    ExternalReference = "0207", "reference to another host";

    /// A keyword is part of the specification, but not supported yet, or it says something that Rust types cannot express.
    /// The message says what is done instead.
    UnsupportedKeyword = "0208", "unsupported keyword";

    /// The value of a keyword is of the right kind, but not one that the specification allows, such as an unknown `in` of a
    /// parameter.
    InvalidValue = "0209", "invalid value";

    /// Two parameters of one list have the same name and place. The specification forbids it, and the first one is used.
    DuplicateParameter = "0210", "duplicate parameter";

    /// A keyword stands beside `$ref` where it has no effect, or none that can be expressed. Descriptions, titles and other
    /// annotations beside `$ref` are used.
    BesideReference = "0211", "keyword beside a reference";

    /// A keyword of a later version of the specification than the document declares. It is used as if the document declared
    /// that version.
    LaterKeyword = "0212", "keyword of a later version";

    /// A node passed the check of its keywords, but does not have the form of the OpenAPI object that belongs there. The node
    /// is left out.
    NodeRejected = "0213", "node cannot be read";

    /// The value of a keyword is of the wrong kind, but can only mean one thing, such as `"8080"` where a number is wanted, or a
    /// text in place of a list that holds it alone. That is used.
    Reread = "0214", "value of another kind";

    /// A keyword that the specification requires is missing, but nothing is lost by that: an operation without `responses`, a
    /// response without a description. The help says what is assumed, where it is not plain.
    Assumed = "0215", "keyword is assumed";

    /// The document follows a later minor version of the specification than those that are known. It is read as the last one
    /// that is, and keywords that are new are reported as unknown.
    LaterVersion = "0216", "later version of OpenAPI";

    /// A reference of one file leads to nothing in that file, but to a node of the description that refers to the file. That
    /// one is taken, as tools do that put all files into one first.
    OtherFile = "0217", "reference into another file";

    /// `jsonSchemaDialect` or `$schema` names another dialect of JSON Schema than that of OpenAPI 3.1 and 3.2, which is draft
    /// 2020-12 with the keywords of OpenAPI. Schemas are read as that one all the same. Of earlier drafts, what is written in
    /// another way there is known as well: `definitions`, and `items` as a list with `additionalItems`.
    Dialect = "0218", "another dialect of JSON Schema";

    /// A name that the configuration gives cannot be used: it is no Rust identifier of the kind that is needed there, no path
    /// of a type or trait, no name that a crate can have, or it is given to two things.
    BadRename = "0301", "name cannot be used";

    /// Two things of one namespace would get the same name. Both get a longer one that depends on nothing but themselves; the
    /// help gives the lines for the configuration that keep the names whatever is added later.
    NameClash = "0302", "names collide";

    /// An accessor of `[coalesce]` names a member that does not exist, or members of different types.
    BadCoalesce = "0303", "accessor cannot be made";

    /// An operationId stands at two operations. It must be unique (OpenAPI 3.0, section "Operation Object"); both are called
    /// by their method and path instead.
    DuplicateOperation = "0304", "operationId is not unique";

    /// The variables of a path and the parameters with `in: path` must be the same (OpenAPI 3.0, section "Path Templating").
    /// A variable that is not declared takes any text; a parameter that the path has not is left out.
    PathParameter = "0305", "path and parameters disagree";

    /// A security requirement names a scheme that the document does not declare. The alternative that needs it is left out.
    UnknownScheme = "0306", "unknown security scheme";

    /// `required` names a member that no part of the schema declares, so nothing is known about its value. It is left out.
    UndeclaredRequired = "0307", "required member is not declared";

    /// A schema includes itself by `allOf`, which says nothing and, read literally, never ends. The inclusion is left out.
    SelfInclusion = "0308", "schema includes itself";

    /// Two parts of `allOf` declare the same member with different types. The later declaration is generated.
    Conflict = "0309", "parts of a schema disagree";

    /// A discriminator cannot tell the alternatives apart as it is written: its property is not a member of the object, or a
    /// mapping leads to none of the alternatives. What it says is ignored there.
    Discriminator = "0310", "discriminator cannot be used";

    /// A `default` is no value that its schema allows: of another type, not among the listed values, or outside of the bounds.
    /// It is documented as it stands, but has no constant.
    Default = "0311", "default is not allowed by its schema";

    /// A value stands more than once in the list of an enum, where the values should differ (JSON Schema, section "enum"). It
    /// becomes one variant.
    Repeated = "0312", "value is listed twice";

    /// An operation is left out, because something it cannot be called without cannot be generated. The message names it.
    Skipped = "0401", "operation is not generated";

    /// Something optional is left out, because it cannot be generated yet. The operation can be called without it.
    Unsupported = "0402", "left out";

    /// Something is generated as less than the document says, such as any JSON value where the schema says more.
    Reduced = "0403", "generated as less";

    /// A body or an answer has one schema in several media types, and is generated in one of them: JSON before any other, and
    /// parts where there are files. The others say the same in another notation, such as XML, and nothing here writes it.
    Notation = "0404", "another notation is left out";

    /// Two things want to be printed into one file. The names of their schemas, operations or groups are too much alike;
    /// give one of them another name in the configuration.
    FileTaken = "0501", "two things for one file";

    /// A file of the finished crate is no Rust that can be read. Hand-written files of `ext/` are checked here for the first
    /// time; any other file that is named is a defect of the generator.
    Unreadable = "0502", "file is not Rust";
}

impl Code {
    /// How bad every finding of this class is.
    ///
    /// An error stands in the way of writing anything: an input that cannot be read, a configuration that does not fit, a
    /// description that breaks the specification so that something of it is lost. What is right and cannot be expressed is a
    /// warning, and so is what is wrong and can only mean one thing.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::CannotRead
            | Self::Syntax
            | Self::TooDeep
            | Self::ConfigInvalid
            | Self::ConfigUnused
            | Self::NothingSelected
            | Self::OverlayInvalid
            | Self::OverlayClash
            | Self::UnsupportedVersion
            | Self::BadRename
            | Self::BadCoalesce
            | Self::FileTaken
            | Self::Unreadable => Severity::Error,
            _ if self.blames() => Severity::Error,
            _ => Severity::Warning,
        }
    }

    /// Whether a finding of this class says that the description breaks the specification, or needs what is not at hand.
    /// Everything else of it can be generated, so whoever cannot correct the description can have that ([`Request::keep_going`](crate::Request)).
    #[must_use]
    pub const fn blames(self) -> bool {
        matches!(
            self,
            Self::DuplicateKey
                | Self::NumberNotFinite
                | Self::BadMerge
                | Self::UnknownTag
                | Self::WrongKind
                | Self::MissingKeyword
                | Self::DanglingReference
                | Self::ReferenceCycle
                | Self::ExternalReference
                | Self::InvalidValue
                | Self::DuplicateParameter
                | Self::NodeRejected
                | Self::DuplicateOperation
                | Self::PathParameter
                | Self::UnknownScheme
                | Self::SelfInclusion
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_explained() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0].as_str() < pair[1].as_str(), "{} stands before {}", pair[0], pair[1]);
        }
        for code in Code::ALL {
            assert_eq!(code.as_str().len(), 7);
            assert!(code.explanation().ends_with('.') && code.explanation().len() > 60, "{code}");
        }
    }
}
