//! The output as texts in memory: an ordered map from path to text, and the printing of Rust.
//!
//! Code goes through prettyplease item by item and member by member, because it prints no blank lines between them.
//! Comments never go through it: they are written as text around the code. Nothing here knows what the code is about,
//! and nothing here touches a disk.

mod apart;
mod print;
mod shape;
mod shapes;
mod split;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

pub use apart::{both, each, each_of};
pub use print::{Inside, Member, Source, statements};
pub use shapes::Shapes;

/// The files of a crate, by path relative to its folder, with `/` between the parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSet {
    files: BTreeMap<String, String>,
}

/// A path that was given a text twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The path.
    pub path: String,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "two things want to be printed into `{}`", self.path)
    }
}

impl std::error::Error for Taken {}

/// How a file differs from the one that should be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The file is not there.
    Missing {
        /// Its path.
        path: String,
    },
    /// The file is there, but should not be.
    Stale {
        /// Its path.
        path: String,
    },
    /// The file has another text.
    Changed {
        /// Its path.
        path: String,
        /// The first line that differs, counted from 1.
        line: usize,
    },
}

impl Difference {
    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path } | Self::Stale { path } | Self::Changed { path, .. } => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path } => write!(f, "missing {path}"),
            Self::Stale { path } => write!(f, "stale   {path}"),
            Self::Changed { path, line } => write!(f, "changed {path}:{line}"),
        }
    }
}

impl FileSet {
    /// A set without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    ///
    /// # Errors
    /// When the path has a text already.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) -> Result<(), Taken> {
        match self.files.entry(path.into()) {
            Entry::Vacant(entry) => {
                entry.insert(text.into());
                Ok(())
            }
            Entry::Occupied(entry) => Err(Taken { path: entry.key().clone() }),
        }
    }

    /// The text of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Every file with its text, in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True when there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What has to change in `present` to make it these files, in order of path.
    #[must_use]
    pub fn compare(&self, present: &BTreeMap<String, String>) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (path, wanted) in &self.files {
            match present.get(path) {
                None => differences.push(Difference::Missing { path: path.clone() }),
                Some(text) if text != wanted => {
                    differences.push(Difference::Changed { path: path.clone(), line: first_difference(wanted, text) });
                }
                Some(_) => {}
            }
        }
        let stale = present.keys().filter(|path| !self.files.contains_key(*path));
        differences.extend(stale.map(|path| Difference::Stale { path: path.clone() }));
        differences.sort_by(|a, b| a.path().cmp(b.path()));
        differences
    }
}

/// The first line of two different texts that is not the same, counted from 1.
fn first_difference(wanted: &str, present: &str) -> usize {
    let same = wanted.split('\n').zip(present.split('\n')).take_while(|(a, b)| a == b).count();
    same + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_names_every_kind_of_difference_once() {
        let mut files = FileSet::new();
        for (path, text) in [("a.rs", "1\n2\n"), ("b.rs", "1\n"), ("c.rs", "same\n")] {
            files.insert(path, text).expect("the paths are different");
        }
        let present = [("b.rs", "1\n2\n"), ("c.rs", "same\n"), ("d.rs", "")]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into();
        assert_eq!(
            files.compare(&present),
            [
                Difference::Missing { path: "a.rs".into() },
                Difference::Changed { path: "b.rs".into(), line: 2 },
                Difference::Stale { path: "d.rs".into() },
            ]
        );
        assert_eq!(files.insert("a.rs", ""), Err(Taken { path: "a.rs".into() }));
    }
}
