//! The table `select`: which part of a description is generated.

use std::collections::{BTreeSet, VecDeque};

use serde::Deserialize;

use super::{Config, Table};
use crate::diag::{Origin, nearest};

/// The table `select`.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Select {
    /// Whether only the types are generated, without a client.
    pub types_only: bool,
    /// What becomes of component schemas that nothing selected reaches. Without a word they are pruned where something is
    /// included or excluded, and kept otherwise.
    pub unreached: Option<Unreached>,
    /// What is generated; everything if there is no entry.
    pub include: Include,
    /// Operations that are left out of what is included.
    pub exclude: Exclude,
}

/// What becomes of component schemas that nothing selected reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unreached {
    /// They become types.
    Keep,
    /// They are left out.
    Prune,
}

/// The table `select.include`.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Include {
    /// Tags, as written in the description. Any tag of an operation counts, not only the first.
    pub tags: Vec<String>,
    /// Operation ids, or `METHOD /path` where there is none; of a webhook its name.
    pub operations: Vec<String>,
    /// Paths, with `*` for anything within a segment and `**` for any number of segments.
    pub paths: Vec<String>,
    /// Component schemas that are generated even if no operation reaches them.
    pub schemas: Vec<String>,
}

/// The table `select.exclude`.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exclude {
    /// Tags, as written in the description. Any tag of an operation counts, not only the first.
    pub tags: Vec<String>,
    /// Operation ids, or `METHOD /path` where there is none; of a webhook its name.
    pub operations: Vec<String>,
    /// Paths, with `*` for anything within a segment and `**` for any number of segments.
    pub paths: Vec<String>,
}

/// What an operation is selected by.
#[derive(Clone, Debug, Default)]
pub struct Selectable<'o> {
    /// The names by which `operations` can name it.
    pub names: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The template of its path; absent where it has none.
    pub path: Option<&'o str>,
}

impl Select {
    /// True if a part of the description may be left out.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.include != Include::default() || self.exclude != Exclude::default() || self.prunes()
    }

    /// True if component schemas that nothing selected reaches are left out.
    #[must_use]
    pub fn prunes(&self) -> bool {
        let named = self.include != Include::default() || self.exclude != Exclude::default();
        self.unreached.map_or(named, |unreached| unreached == Unreached::Prune)
    }

    /// The entries of one of its lists.
    pub(super) fn list(&self, table: Table) -> Option<&[String]> {
        Some(match table {
            Table::IncludeTags => &self.include.tags,
            Table::IncludeOperations => &self.include.operations,
            Table::IncludePaths => &self.include.paths,
            Table::IncludeSchemas => &self.include.schemas,
            Table::ExcludeTags => &self.exclude.tags,
            Table::ExcludeOperations => &self.exclude.operations,
            Table::ExcludePaths => &self.exclude.paths,
            _ => return None,
        })
    }
}

impl Config {
    /// The table `select`.
    #[must_use]
    pub fn select(&self) -> &Select {
        &self.raw.select
    }

    /// The place of the table `select`.
    #[must_use]
    pub fn origin_of_select(&self) -> Origin {
        Origin::root(self.file).child("select")
    }

    /// The place of an entry of the table `crate`.
    #[must_use]
    pub fn origin_of_crate(&self, key: &str) -> Origin {
        Origin::root(self.file).child("crate").child(key)
    }

    /// The same configuration for the whole description, with no entry marked as used.
    #[must_use]
    pub fn without_selection(&self) -> Self {
        let mut raw = self.raw.clone();
        raw.select = Select::default();
        Self { file: self.file, raw, ..Self::default() }
    }

    /// Whether an operation is generated; marks every entry that names it.
    #[must_use]
    pub fn selects(&self, operation: &Selectable<'_>) -> bool {
        let named = |tables: [Table; 3]| {
            let [tags, operations, paths] = tables;
            let mut found = false;
            for (table, own) in [(tags, &operation.tags), (operations, &operation.names)] {
                for name in own {
                    self.offer(table, name);
                    if self.raw.keys(table).contains(&name.as_str()) {
                        self.mark(table, name);
                        found = true;
                    }
                }
            }
            let Some(path) = operation.path else { return found };
            self.offer(paths, path);
            for pattern in self.raw.keys(paths) {
                if matches(pattern, path) {
                    self.mark(paths, pattern);
                    found = true;
                }
            }
            found
        };
        let included = named([Table::IncludeTags, Table::IncludeOperations, Table::IncludePaths]);
        let excluded = named([Table::ExcludeTags, Table::ExcludeOperations, Table::ExcludePaths]);
        (included || self.select().include == Include::default()) && !excluded
    }

    /// Whether a component schema is generated even if nothing reaches it; marks the entry that names it.
    #[must_use]
    pub fn includes_schema(&self, name: &str) -> bool {
        self.offer(Table::IncludeSchemas, name);
        let found = self.select().include.schemas.iter().any(|schema| schema == name);
        if found {
            self.mark(Table::IncludeSchemas, name);
        }
        found || !self.select().prunes()
    }
}

/// Whether a path is one of those that a pattern stands for, segment by segment: `**` is any number of segments, none
/// among them, and `*` any number of characters of one.
fn matches(pattern: &str, path: &str) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    // The places in the path that the pattern so far can have reached.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for segment in pattern.split('/') {
        let mut next = vec![false; path.len() + 1];
        if segment == "**" {
            let mut open = false;
            for (after, before) in next.iter_mut().zip(&reached) {
                open |= *before;
                *after = open;
            }
        } else {
            for (index, name) in path.iter().enumerate() {
                next[index + 1] = reached[index] && matches_segment(segment, name);
            }
        }
        reached = next;
    }
    reached[path.len()]
}

/// The pattern that would match one of the paths and is most like another. What follows the first `*` of a pattern is not
/// compared.
pub(super) fn nearest_pattern<'p>(pattern: &str, paths: impl Iterator<Item = &'p str>) -> Option<String> {
    let rest = pattern.find("/*").map_or("", |start| &pattern[start..]);
    let fixed = pattern.strip_suffix(rest)?;
    let depth = fixed.split('/').count();
    let starts: BTreeSet<String> =
        paths.map(|path| path.split('/').take(depth).collect::<Vec<_>>().join("/")).collect();
    nearest(fixed, starts.iter().map(String::as_str)).map(|near| format!("{near}{rest}"))
}

fn matches_segment(pattern: &str, name: &str) -> bool {
    let mut parts: VecDeque<&str> = pattern.split('*').collect();
    let (Some(first), Some(last)) = (parts.pop_front(), parts.pop_back()) else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_stand_for_whole_segments() {
        for (pattern, path, expected) in [
            ("/2/users/**", "/2/users", true),
            ("/2/users/**", "/2/users/{id}/posts", true),
            ("/2/users/**", "/2/users_by", false),
            ("/2/*/posts", "/2/users/posts", true),
            ("/2/*/posts", "/2/users/{id}/posts", false),
            ("/2/{id*}", "/2/{id_of_user}", true),
            ("/**/posts", "/posts", true),
            ("/**/posts/**", "/a/b/posts/c", true),
            ("**", "/anything/at/all", true),
            ("/*-*-*", "/a-b-c", true),
            ("/*-*-*", "/a-b", false),
            ("/a*a", "/a", false),
            ("/pets", "/pets/", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} and {path}");
        }
    }
}
