//! The lines of the list, in their order.

use std::fmt::Write;
use std::ops::Range;

use super::attrs::Conditions;
use super::paths::Place;
use super::syntax::Rank;
use crate::files;

/// Into how many parts the lines are divided to be sorted.
const PARTS: u32 = 32;

/// The lines of a part of a crate, one behind the other in the order in which they were found.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    lines: Vec<Line>,
    /// Traits of an item share a line, if they hold under the same conditions.
    traits: Vec<Trait>,
}

/// A line with what sorts it.
struct Line {
    /// The place of the item that it belongs to, as [`Place::rank`].
    item: u32,
    rank: Rank,
    text: Range<u32>,
    /// The part of the text that sorts it among those of its rank.
    member: Range<u32>,
}

/// A trait of an item that needs no more than its name.
struct Trait {
    item: u32,
    /// The path of the item.
    path: Range<u32>,
    name: Range<u32>,
    conditions: Range<u32>,
}

impl Lines {
    /// Adds a line that belongs to an item. What writes it says which part of the text sorts it among those of its rank.
    pub(super) fn line(&mut self, place: &Place, rank: Rank, write: impl FnOnce(&mut String) -> Range<usize>) {
        let start = self.text.len();
        let member = write(&mut self.text);
        let (text, member) = (short(start..self.text.len()), short(member));
        self.lines.push(Line { item: place.rank, rank, text, member });
    }

    /// Adds a trait to the line that names those of an item.
    pub(super) fn add_trait(&mut self, place: &Place, conditions: &Conditions, write: impl FnOnce(&mut String)) {
        // Most follow another one of the same item.
        let before = self.traits.last().filter(|before| before.item == place.rank).map(|before| before.path.clone());
        let path = before.unwrap_or_else(|| {
            let start = self.text.len();
            self.text.push_str(&place.path);
            short(start..self.text.len())
        });
        let start = self.text.len();
        write(&mut self.text);
        let name = start..self.text.len();
        // Writing to a text does not fail.
        let _ = write!(self.text, "{conditions}");
        let conditions = short(name.end..self.text.len());
        self.traits.push(Trait { item: place.rank, path, name: short(name), conditions });
    }

    fn text(&self, range: &Range<u32>) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}

/// No part of a list is longer than four gigabytes.
fn short(range: Range<usize>) -> Range<u32> {
    let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    short(range.start)..short(range.end)
}

/// A line that is to be sorted, in the order of what sorts it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sorted<'s> {
    item: u32,
    rank: Rank,
    member: &'s str,
    text: &'s str,
}

/// The same for a trait.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SortedTrait<'s> {
    item: u32,
    conditions: &'s str,
    name: &'s str,
    path: &'s str,
}

/// The lines of some items.
#[derive(Default)]
struct Part<'s> {
    lines: Vec<Sorted<'s>>,
    traits: Vec<SortedTrait<'s>>,
}

impl Part<'_> {
    /// The lines in their order, those that traits share among them.
    fn text(self) -> String {
        let Self { lines, mut traits } = self;
        traits.sort_unstable();
        traits.dedup();
        let shared: Vec<_> = traits
            .chunk_by(|a, b| a.item == b.item && a.conditions == b.conditions)
            .filter_map(|of_item| {
                let first = *of_item.first()?;
                let names: Vec<&str> = of_item.iter().map(|one| one.name).collect();
                Some((first, format!("{}: impl {}{}", first.path, names.join(" + "), first.conditions)))
            })
            .collect();
        let mut lines = lines;
        lines.extend(shared.iter().map(|(first, text)| {
            // Before the impls that stand alone, and without conditions before those with some.
            Sorted { item: first.item, rank: Rank::Impl, member: first.conditions, text }
        }));
        lines.sort_unstable();
        lines.dedup();
        let mut out = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
        for line in &lines {
            out.push_str(line.text);
            out.push('\n');
        }
        out
    }
}

/// All lines, sorted by the paths of their items.
pub(super) fn sorted(found: &[Lines]) -> String {
    let items = found
        .iter()
        .flat_map(|found| found.lines.iter().map(|line| line.item).chain(found.traits.iter().map(|found| found.item)));
    let each = items.max().unwrap_or_default() / PARTS + 1;
    let mut parts: Vec<Part<'_>> = (0..PARTS).map(|_| Part::default()).collect();
    for found in found {
        for Line { item, rank, text, member } in &found.lines {
            if let Some(part) = parts.get_mut((item / each) as usize) {
                let (member, text) = (found.text(member), found.text(text));
                part.lines.push(Sorted { item: *item, rank: *rank, member, text });
            }
        }
        for Trait { item, path, name, conditions } in &found.traits {
            if let Some(part) = parts.get_mut((item / each) as usize) {
                let (path, name, conditions) = (found.text(path), found.text(name), found.text(conditions));
                part.traits.push(SortedTrait { item: *item, conditions, name, path });
            }
        }
    }
    files::each_of(parts, Part::text).concat()
}
