//! Drafts: text in its final form but for the paths in it, which mean nothing before the whole crate is known.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

/// An index into the paths of a [`Sheet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PathId(u32);

impl PathId {
    /// Stands for the type an impl is for.
    pub(super) const SELF: Self = Self(u32::MAX);

    /// Where it is in a list of all paths.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place where a path goes.
#[derive(Clone, Copy, Debug)]
struct Hole {
    /// How much text of the sheet stands before it.
    at: u32,
    path: PathId,
}

/// A place in a sheet: behind so much text and so many holes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    text: u32,
    holes: u32,
}

/// A piece of a sheet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Draft {
    start: Mark,
    end: Mark,
}

impl Draft {
    /// Whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// The drafts of a module.
#[derive(Debug, Default)]
pub(super) struct Sheet<'t> {
    text: String,
    holes: Vec<Hole>,
    /// The names of the paths, one path behind the other; an empty one comes first in `::path`.
    names: Vec<&'t str>,
    /// Where the names of each path end.
    ends: Vec<u32>,
    /// The paths in the order of their keys, each behind its own.
    order: Vec<(u32, PathId)>,
    /// Names of generic parameters, which hide those of the module while an item with them is read.
    params: Vec<&'t str>,
    /// Whether `Self` leaves a hole.
    replaces_self: bool,
    /// Room for the names of the path that is being read.
    spare: Vec<&'t str>,
}

impl<'t> Sheet<'t> {
    /// Where the next piece begins.
    pub(super) fn mark(&self) -> Mark {
        Mark { text: short(self.text.len()), holes: short(self.holes.len()) }
    }

    /// What was written since.
    pub(super) fn since(&self, start: Mark) -> Draft {
        Draft { start, end: self.mark() }
    }

    /// Forgets what was written since.
    pub(super) fn rewind(&mut self, to: Mark) {
        self.text.truncate(to.text as usize);
        self.holes.truncate(to.holes as usize);
    }

    /// Writes a draft once more.
    pub(super) fn repeat(&mut self, draft: Draft) {
        if draft.is_empty() {
            return;
        }
        let (start, end) = (draft.start, draft.end);
        let before = short(self.text.len());
        let text = self.text.get(start.text as usize..end.text as usize).unwrap_or_default().to_owned();
        self.text.push_str(&text);
        for index in start.holes as usize..end.holes as usize {
            let Some(Hole { at, path }) = self.holes.get(index).copied() else { break };
            self.holes.push(Hole { at: at - start.text + before, path });
        }
    }

    /// Writes text that stays as it is.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a path of these names; the id of what has to be looked up. What begins with a generic parameter has not.
    pub(super) fn path(&mut self, names: &[&'t str]) -> Option<PathId> {
        let [first, rest @ ..] = names else { return None };
        let path = if *first == "Self" {
            if self.replaces_self {
                self.holes.push(Hole { at: short(self.text.len()), path: PathId::SELF });
            } else {
                self.push(first);
            }
            None
        } else if self.params.contains(first) {
            self.push(first);
            None
        } else {
            let path = self.intern(names);
            self.holes.push(Hole { at: short(self.text.len()), path });
            return Some(path);
        };
        for name in rest {
            self.push("::");
            self.push(name);
        }
        path
    }

    /// An empty list for the names of a path, which [`Sheet::take_back`] makes use of again.
    pub(super) fn spare(&mut self) -> Vec<&'t str> {
        let mut names = std::mem::take(&mut self.spare);
        names.clear();
        names
    }

    /// Keeps such a list for the next path.
    pub(super) fn take_back(&mut self, names: Vec<&'t str>) {
        self.spare = names;
    }

    /// The id of a path, without writing it.
    pub(super) fn intern(&mut self, names: &[&'t str]) -> PathId {
        let key = key(names);
        let place = self.order.partition_point(|(known, _)| *known < key);
        let same = self.order.iter().skip(place).take_while(|(known, _)| *known == key);
        if let Some((_, path)) = same.into_iter().find(|(_, path)| self.names(*path) == names) {
            return *path;
        }
        let id = PathId(short(self.ends.len()));
        self.names.extend_from_slice(names);
        self.ends.push(short(self.names.len()));
        self.order.insert(place, (key, id));
        id
    }

    /// The names of a path.
    pub(super) fn names(&self, path: PathId) -> &[&'t str] {
        let end = |index: usize| self.ends.get(index).map_or(0, |end| *end as usize);
        let start = path.index().checked_sub(1).map_or(0, end);
        self.names.get(start..end(path.index())).unwrap_or_default()
    }

    /// How many paths there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text of a draft, piece by piece, and the path behind each piece.
    pub(super) fn pieces(&self, draft: Draft) -> impl Iterator<Item = (&str, Option<PathId>)> {
        let holes = self.holes.get(draft.start.holes as usize..draft.end.holes as usize).unwrap_or_default();
        let mut at = draft.start.text;
        let ends = holes.iter().map(|hole| (hole.at, Some(hole.path))).chain([(draft.end.text, None)]);
        ends.map(move |(end, path)| {
            let text = self.text.get(at as usize..end as usize).unwrap_or_default();
            at = end;
            (text, path)
        })
    }

    /// Adds names that are generic parameters until [`Sheet::leave`] is called with what this gives.
    pub(super) fn enter(&mut self, params: impl IntoIterator<Item = &'t str>) -> usize {
        let around = self.params.len();
        self.params.extend(params);
        around
    }

    /// How many generic parameters there are.
    pub(super) fn scope(&self) -> usize {
        self.params.len()
    }

    /// Ends what [`Sheet::enter`] began.
    pub(super) fn leave(&mut self, around: usize) {
        self.params.truncate(around);
    }

    /// Sets whether `Self` leaves a hole, for the head of an impl.
    pub(super) fn replace_self(&mut self, replaces: bool) {
        self.replaces_self = replaces;
    }

    /// Gives back memory that nothing was written to.
    pub(super) fn trim(&mut self) {
        self.text.shrink_to_fit();
        self.holes.shrink_to_fit();
        self.names.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.order.shrink_to_fit();
        self.spare = Vec::new();
    }
}

/// A number that few paths share.
fn key(names: &[&str]) -> u32 {
    // The upper half is as good as the whole.
    (FxBuildHasher.hash_one(names) >> 32) as u32
}

/// No module has more than four billion of anything.
fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
