//! The form of codegen.toml.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::Table;
use super::select::Select;

type Texts = BTreeMap<String, String>;

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) version: i64,
    #[serde(default, rename = "crate")]
    pub(super) package: Crate,
    #[serde(default)]
    pub(super) select: Select,
    #[serde(default)]
    rename: Rename,
    #[serde(default)]
    group: Texts,
    #[serde(default)]
    types: Types,
    #[serde(default)]
    pub(super) derive: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) enums: BTreeMap<String, Openness>,
    #[serde(default)]
    pub(super) nullable: BTreeMap<String, bool>,
    #[serde(default)]
    pub(super) required: BTreeMap<String, bool>,
    #[serde(default)]
    checks: Checks,
    #[serde(default)]
    pub(super) envelope: Envelope,
    #[serde(default)]
    pub(super) paging: Paging,
    #[serde(default)]
    pub(super) stream: Stream,
    #[serde(default)]
    pub(super) includes: BTreeMap<String, Include>,
    #[serde(default)]
    pub(super) coalesce: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) responses: Responses,
    #[serde(default)]
    pub(super) idempotency: Idempotency,
    #[serde(default)]
    gaps: Texts,
    #[serde(default)]
    pub(super) remote: Texts,
    #[serde(default)]
    docs: Docs,
    #[serde(default)]
    pub(super) auth: BTreeMap<String, Auth>,
}

/// The table `crate`: what goes into the manifest of the generated crate.
#[derive(Clone, PartialEq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Crate {
    /// Name of the crate.
    pub name: Option<String>,
    /// Version of the crate.
    pub version: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Its licence, as an SPDX expression.
    pub license: Option<String>,
    /// Address of its repository.
    pub repository: Option<String>,
    /// Address of its documentation.
    pub documentation: Option<String>,
    /// Address of its home page.
    pub homepage: Option<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Categories of the registry.
    pub categories: Vec<String>,
    /// Whether users of the crate receive webhooks whose challenges and bodies are signed with HMAC-SHA256.
    pub webhook: bool,
    /// What its types or hand-written modules need beyond what every client does, as it stands in a manifest.
    pub dependencies: BTreeMap<String, toml::Value>,
    /// What its examples need, as it stands in a manifest.
    #[serde(rename = "dev-dependencies")]
    pub dev_dependencies: BTreeMap<String, toml::Value>,
    /// The features without which an example is not built.
    pub examples: BTreeMap<String, Vec<String>>,
}

/// Whether an enum has room for values that the description does not list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Openness {
    /// Other values are read and kept.
    Open,
    /// Other values cannot be read.
    Closed,
}

/// The table `envelope`: which members of a response hold what.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Envelope {
    /// The member with the answer.
    pub data: Option<String>,
    /// The member with errors about parts of the answer.
    pub errors: Option<String>,
    /// The member with the objects that the answer refers to.
    pub includes: Option<String>,
    /// The member with figures about the answer.
    pub meta: Option<String>,
}

/// The table `paging`. Each entry is a text or a list of texts, of which the first that exists counts; members are written
/// as paths with dots.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paging {
    /// The parameter that takes the token of a page.
    #[serde(deserialize_with = "one_or_many")]
    pub parameter: Vec<String>,
    /// The parameter that sets how many items a page has.
    #[serde(deserialize_with = "one_or_many")]
    pub size: Vec<String>,
    /// The member with the items of a page.
    #[serde(deserialize_with = "one_or_many")]
    pub items: Vec<String>,
    /// The member with the token of the next page.
    #[serde(deserialize_with = "one_or_many")]
    pub next: Vec<String>,
    /// The member with the token of the page before.
    #[serde(deserialize_with = "one_or_many")]
    pub previous: Vec<String>,
}

/// The table `stream`.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stream {
    /// The extension that marks an operation as a stream.
    pub marker: Option<String>,
    /// How elements are separated: `json-lines`, `server-sent-events` or `json-seq`.
    pub framing: Option<String>,
    /// The parameter that asks for what was missed.
    pub backfill: Option<String>,
    /// The parameters that ask for a part of the past; with one of them a stream ends by itself.
    #[serde(deserialize_with = "one_or_many")]
    pub replay: Vec<String>,
    /// The member that tells elements apart, as a path with dots.
    #[serde(deserialize_with = "one_or_many")]
    pub event_id: Vec<String>,
    /// The text of the message after which nothing comes, by operation.
    pub last: BTreeMap<String, String>,
}

/// An entry of the table `includes`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Include {
    /// Name of the accessor.
    pub accessor: String,
    /// The member of the included objects that it looks for.
    pub key: String,
}

/// An entry of the table `auth`: addresses of a security scheme's login that the description cannot say.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// Where the user's browser is sent.
    pub authorize: Option<String>,
    /// Where tokens of OAuth 2.0 are obtained.
    pub token: Option<String>,
    /// Where tokens of OAuth 2.0 are revoked.
    pub revoke: Option<String>,
    /// Where a login with OAuth 1.0a begins.
    pub request_token: Option<String>,
    /// Where a login with OAuth 1.0a ends.
    pub access_token: Option<String>,
}

impl Auth {
    /// The addresses that are given, with their keys.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("access_token", &self.access_token),
            ("authorize", &self.authorize),
            ("request_token", &self.request_token),
            ("revoke", &self.revoke),
            ("token", &self.token),
        ]
        .into_iter()
        .filter_map(|(key, url)| Some((key, url.as_deref()?)))
    }
}

/// What a response member that is required and missing means.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequiredMembers {
    /// The response cannot be decoded.
    #[default]
    Strict,
    /// The member has its default.
    Lenient,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rename {
    operations: Texts,
    types: Texts,
    arms: Texts,
    fields: Texts,
    values: Texts,
    parameters: Texts,
    schemes: Texts,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Types {
    formats: Texts,
    replace: Texts,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Checks {
    skip: Texts,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Responses {
    pub(super) required: RequiredMembers,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Idempotency {
    pub(super) header: Option<String>,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Docs {
    operations: Texts,
}

impl Raw {
    /// The entries of a table of texts.
    pub(super) fn texts(&self, table: Table) -> Option<&Texts> {
        Some(match table {
            Table::RenameOperations => &self.rename.operations,
            Table::RenameTypes => &self.rename.types,
            Table::RenameArms => &self.rename.arms,
            Table::RenameFields => &self.rename.fields,
            Table::RenameValues => &self.rename.values,
            Table::RenameParameters => &self.rename.parameters,
            Table::RenameSchemes => &self.rename.schemes,
            Table::Group => &self.group,
            Table::TypesFormats => &self.types.formats,
            Table::TypesReplace => &self.types.replace,
            Table::ChecksSkip => &self.checks.skip,
            Table::StreamLast => &self.stream.last,
            Table::Gaps => &self.gaps,
            Table::DocsOperations => &self.docs.operations,
            _ => return None,
        })
    }

    /// The keys that are there, sorted; those of a list in its order.
    pub(super) fn keys(&self, table: Table) -> Vec<&str> {
        if let Some(texts) = self.texts(table) {
            return texts.keys().map(String::as_str).collect();
        }
        if let Some(list) = self.select.list(table) {
            return list.iter().map(String::as_str).collect();
        }
        let given =
            |keys: &[(&'static str, bool)]| keys.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect();
        match table {
            Table::Includes => self.includes.keys().map(String::as_str).collect(),
            Table::Derive => self.derive.keys().map(String::as_str).collect(),
            Table::Enums => self.enums.keys().map(String::as_str).collect(),
            Table::Nullable => self.nullable.keys().map(String::as_str).collect(),
            Table::Required => self.required.keys().map(String::as_str).collect(),
            Table::Coalesce => self.coalesce.keys().map(String::as_str).collect(),
            Table::Auth => self.auth.keys().map(String::as_str).collect(),
            Table::Envelope => given(&[
                ("data", self.envelope.data.is_some()),
                ("errors", self.envelope.errors.is_some()),
                ("includes", self.envelope.includes.is_some()),
                ("meta", self.envelope.meta.is_some()),
            ]),
            Table::Paging => given(&[
                ("items", !self.paging.items.is_empty()),
                ("next", !self.paging.next.is_empty()),
                ("parameter", !self.paging.parameter.is_empty()),
                ("previous", !self.paging.previous.is_empty()),
                ("size", !self.paging.size.is_empty()),
            ]),
            Table::Stream => given(&[
                ("backfill", self.stream.backfill.is_some()),
                ("event_id", !self.stream.event_id.is_empty()),
                ("framing", self.stream.framing.is_some()),
                ("marker", self.stream.marker.is_some()),
                ("replay", !self.stream.replay.is_empty()),
            ]),
            _ => Vec::new(),
        }
    }
}

/// Reads a text or a list of texts.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Visitor;

    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text or a list of texts")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(text) = access.next_element()? {
                list.push(text);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_any(Visitor)
}
