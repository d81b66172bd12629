//! Many changes in few lines: what several subjects have in common stands once, and what one subject has many of is listed.

use std::collections::BTreeMap;

use super::change::{Change, Effect, Subject};
use super::markdown::{place, told};
use super::values::{code, unclosed};

/// The most letters of a line.
pub(super) const WIDTH: usize = 156;

/// The most letters of a piece where several share a line.
const HALF: usize = 76;

/// As many changes as these, which say the same, share a line.
const MANY: usize = 3;

/// A line of the overview.
pub(super) struct Entry {
    /// Its text, as Markdown.
    pub(super) text: String,
    /// Whether it says everything about its changes.
    pub(super) is_whole: bool,
}

impl Entry {
    /// A text that is cut off where the line ends, but for the place behind it.
    fn new(text: &str, place: &str, is_whole: bool) -> Self {
        let short = cut(text, WIDTH.saturating_sub(place.chars().count()));
        Self { is_whole: is_whole && short == text, text: format!("{short}{place}") }
    }
}

/// The lines about changes of one effect. Where room is tight, each operation and each type has one line at the most.
pub(super) fn entries(changes: &[&Change], tight: bool) -> Vec<Entry> {
    let mut found: Vec<(usize, Entry)> = Vec::new();
    let mut rest: Vec<&Change> = changes.to_vec();
    shared(&mut rest, &mut found);
    let mut subjects: Vec<(&Subject, Vec<&Change>)> = Vec::new();
    for change in rest {
        match subjects.iter_mut().find(|(subject, _)| **subject == change.subject) {
            Some((_, changes)) => changes.push(change),
            None => subjects.push((&change.subject, vec![change])),
        }
    }
    for (subject, changes) in subjects {
        let lead = format!("{}: ", name(subject));
        let behind = changes.first().map_or(0, |change| place(change).chars().count());
        let width = if tight { HALF } else { WIDTH.saturating_sub(lead.chars().count() + behind) };
        let fragments = fragments(&changes, width);
        if tight && fragments.len() > 1 && *subject != Subject::Client {
            let texts: Vec<&str> = fragments.iter().map(|(text, _)| text.as_str()).collect();
            found.push((rank(subject), listed(&lead, &texts, "; ", WIDTH)));
            continue;
        }
        for (text, of) in fragments {
            let entry = match of.as_slice() {
                [change] => Entry::new(&told(change), &place(change), true),
                [first, ..] => Entry::new(&format!("{lead}{text}"), &place(first), false),
                [] => continue,
            };
            found.push((rank(subject), entry));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// What a change shares a line by: the place of its kind of subject, and what is said.
type Rule<'r> = &'r dyn Fn(&Change) -> Option<(usize, String)>;

/// Takes out what is true of many subjects.
fn shared(rest: &mut Vec<&Change>, found: &mut Vec<(usize, Entry)>) {
    // What became of subjects as a whole, such as types that are added.
    let whole = |change: &Change| {
        let kin = change.kin.as_ref().filter(|kin| kin.many == many(&change.subject))?;
        Some((rank(&change.subject), format!("{} {}", kin.many, kin.fate)))
    };
    // What is said of several subjects in the same words.
    let alike = |change: &Change| Some((rank(&change.subject), format!("{}: {}", many(&change.subject), change.what)));
    // What is told otherwise counts, and no more.
    let described = |change: &Change| {
        let is_text = change.effect == Effect::DocsOnly
            && change.what.contains("description")
            && change.what.ends_with("differs");
        is_text.then(|| (rank(&change.subject), "descriptions".to_owned()))
    };
    let rules: [(Rule<'_>, bool); 3] = [(&described, true), (&whole, false), (&alike, false)];
    for (rule, always) in rules {
        let mut groups: BTreeMap<(usize, String), Vec<&Change>> = BTreeMap::new();
        for change in rest.iter() {
            if let Some(key) = rule(change).filter(|(rank, _)| *rank > 0 || always) {
                groups.entry(key).or_default().push(change);
            }
        }
        groups.retain(|_, changes| always || changes.len() >= MANY);
        rest.retain(|change| !rule(change).is_some_and(|key| groups.contains_key(&key)));
        for ((rank, text), changes) in groups {
            let subject = &changes[0].subject;
            let mut names: Vec<String> = if always || text.starts_with(&format!("{}: ", many(subject))) {
                changes.iter().map(|change| bare(&change.subject)).collect()
            } else {
                changes.iter().filter_map(|change| Some(change.kin.as_ref()?.name.clone())).collect()
            };
            names.dedup();
            let count = names.len();
            let lead = match (always, count) {
                (true, 1) if rank == 0 => "described otherwise: ".to_owned(),
                (true, 1) => format!("described otherwise: {} ", name(subject).split(' ').next().unwrap_or_default()),
                (true, _) => format!("described otherwise: {count} {}: ", many(subject)),
                (false, _) => format!("{count} {text}: "),
            };
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let entry = listed(&lead, &names, ", ", WIDTH);
            // A reason or a place that is left out is for the details, but where there is nothing to look for.
            let is_whole = entry.is_whole && (always || text == "types are added");
            found.push((rank, Entry { is_whole, ..entry }));
        }
    }
}

/// What is said of one subject, in as few pieces as possible and each of this width, with the changes of each.
fn fragments<'a>(changes: &[&'a Change], width: usize) -> Vec<(String, Vec<&'a Change>)> {
    let mut groups: Vec<(String, Vec<&Change>)> = Vec::new();
    for change in changes {
        let key = change.kin.as_ref().map(|kin| format!("{} {}", kin.many, kin.fate));
        let key = key.unwrap_or_else(|| change.what.clone());
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, changes)) => changes.push(change),
            None => groups.push((key, vec![change])),
        }
    }
    let mut out = Vec::new();
    for (key, changes) in groups {
        let names: Vec<&str> =
            changes.iter().filter_map(|change| change.kin.as_ref()).map(|kin| kin.name.as_str()).collect();
        if changes.len() >= MANY && names.len() == changes.len() {
            let list = listed(&format!("{} {key}: ", changes.len()), &names, ", ", width);
            out.push((list.text, changes));
        } else {
            out.extend(changes.into_iter().map(|change| (change.what.clone(), vec![change])));
        }
    }
    out
}

/// A list that is cut off where the line ends, with the number of what is left out.
fn listed(lead: &str, names: &[&str], separator: &str, width: usize) -> Entry {
    let mut text = lead.to_owned();
    for (at, name) in names.iter().enumerate() {
        let before = if at == 0 { "" } else { separator };
        let left = names.len() - at;
        let reserve = if left > 1 { " and 1000 more".len() } else { 0 };
        if text.chars().count() + before.len() + name.chars().count() + reserve > width {
            if at == 0 {
                text.push_str(&cut(name, width.saturating_sub(text.chars().count() + reserve)));
                if left > 1 {
                    text.push_str(&format!(" and {} more", left - 1));
                }
            } else {
                text.push_str(&format!(" and {left} more"));
            }
            return Entry { text, is_whole: false };
        }
        text.push_str(before);
        text.push_str(name);
    }
    Entry { text, is_whole: separator == ", " }
}

/// A text that is cut off behind so many letters, and not within code.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    if let Some((at, fence)) = unclosed(&short) {
        // Where all of it is code, its end is put in place.
        if at > most / 2 {
            short.truncate(at);
        } else {
            let end = format!("{}{}", if fence > 1 { " " } else { "" }, "`".repeat(fence));
            let room = short.char_indices().rev().nth(end.len() - 1).map_or(0, |(last, _)| last);
            short.truncate(room);
            short.truncate(short.trim_end_matches('`').len());
            short.push_str(&end);
        }
    }
    format!("{}…", short.trim_end_matches([' ', ',', ';', ':']))
}

/// A subject in words.
pub(super) fn name(subject: &Subject) -> String {
    match subject {
        Subject::Client => "the client".to_owned(),
        Subject::Operation(_) => format!("operation {}", bare(subject)),
        Subject::Type(_) => format!("type {}", bare(subject)),
    }
}

fn bare(subject: &Subject) -> String {
    match subject {
        Subject::Client => "the client".to_owned(),
        Subject::Operation(name) | Subject::Type(name) => code(name),
    }
}

fn many(subject: &Subject) -> &'static str {
    match subject {
        Subject::Client => "clients",
        Subject::Operation(_) => "operations",
        Subject::Type(_) => "types",
    }
}

/// The client, then operations, then types.
fn rank(subject: &Subject) -> usize {
    match subject {
        Subject::Client => 0,
        Subject::Operation(_) => 1,
        Subject::Type(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn code_is_cut_off_before_it_or_with_its_end() {
        for (text, short) in [
            ("`abcdefghij`", "`abcdefg`…"),
            ("`` abc`defghij ``", "`` abc ``…"),
            ("`` öööööööööööööö`` ", "`` ööö ``…"),
            ("abcdef `xyz` and", "abcdef…"),
            ("abcdef `` x`z `` and", "abcdef…"),
            ("abcdefghi", "abcdefghi"),
        ] {
            assert_eq!(cut(text, 10), short, "{text}");
        }
    }
}
