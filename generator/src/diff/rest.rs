//! What nothing else accounts for: lines, what the manifest offers, and files.

use std::collections::{BTreeMap, BTreeSet};

use crate::embedded::Part;
use crate::files::FileSet;

use super::Side;
use super::change::{Changes, Effect};
use super::client::client;
use super::lines::{Line, Lines};
use super::values::code;

/// More names than these in a line are counted.
const NAMED: usize = 6;

pub(super) fn compare(old: Side<'_>, new: Side<'_>, left: &mut Lines, changes: &mut Changes) {
    let (Some(before), Some(after)) = (&old.outcome.files, &new.outcome.files) else { return };
    manifest(before, after, changes);
    lines(left, &parts(before, after), changes);
    if changes.is_empty() {
        files(before, after, changes);
    }
}

/// The parts of the runtime that only one side has, by name.
fn parts(old: &FileSet, new: &FileSet) -> Vec<&'static str> {
    let has = |files: &FileSet, part: Part| {
        part.files().iter().all(|file| files.get(&format!("src/runtime/{file}.rs")).is_some())
    };
    Part::ALL
        .iter()
        .filter(|part| !part.files().is_empty() && has(old, **part) != has(new, **part))
        .map(|part| part.name())
        .collect()
}

/// What is left, by what it stands in: where an item came or went as a whole, its members are not named. Those of the runtime
/// depend on what is used of it, and are named together.
pub(super) fn lines(left: &mut Lines, parts: &[&str], changes: &mut Changes) {
    let all = left.take(|_| true);
    let whole: BTreeSet<(&str, bool)> = all
        .iter()
        .filter_map(|line| match (&line.old, &line.new) {
            (Some(what), None) | (None, Some(what)) if !what.starts_with("impl") => {
                Some((line.path.as_str(), line.new.is_some()))
            }
            _ => None,
        })
        .collect();
    let within = |line: &Line| {
        let ends = line.path.match_indices([':', '.']).map(|(at, _)| &line.path[..at]);
        let of_whole = |path: &str| whole.contains(&(path, line.new.is_some()));
        let one_sided = line.old.is_none() || line.new.is_none();
        one_sided && (ends.into_iter().any(of_whole) || (line.is_impl() && of_whole(&line.path)))
    };
    let mut runtime: BTreeMap<Effect, Vec<&Line>> = BTreeMap::new();
    for line in all.iter().filter(|line| !within(line)) {
        if !parts.is_empty() && line.path.starts_with("runtime::") && (line.old.is_none() || line.new.is_none()) {
            runtime.entry(line.effect).or_default().push(line);
        } else {
            let fate = if line.new.is_none() { "are gone" } else { "are new or differ" };
            changes.push(client(line.effect, line.told())).kin("items", fate, code(&line.path));
        }
    }
    for (effect, lines) in runtime {
        let names: Vec<String> = lines.iter().take(NAMED).map(|line| code(&line.path)).collect();
        let more = if lines.len() > NAMED { format!(" and {} more", lines.len() - NAMED) } else { String::new() };
        let parts: Vec<String> = parts.iter().map(code).collect();
        let fate = if lines.iter().all(|line| line.new.is_none()) { "are gone" } else { "are new" };
        let what = format!("{} items of the runtime {fate}, with {}", lines.len(), parts.join(", "));
        changes.push(client(effect, what)).because(format!("{}{more}", names.join(", ")));
    }
}

/// What depends on the crate by name in a manifest: its features. What it is called is the choice of who generates it.
fn manifest(old: &FileSet, new: &FileSet, changes: &mut Changes) {
    let read = |files: &FileSet| files.get("Cargo.toml").and_then(|text| text.parse::<toml::Table>().ok());
    let (Some(before), Some(after)) = (read(old), read(new)) else { return };
    let table = |manifest: &toml::Table, name: &str| -> BTreeMap<String, String> {
        let entries = manifest.get(name).and_then(toml::Value::as_table);
        entries.into_iter().flatten().map(|(name, value)| (name.clone(), value.to_string())).collect()
    };
    let (was, is) = (table(&before, "features"), table(&after, "features"));
    for name in was.keys().filter(|name| !is.contains_key(*name)) {
        changes
            .push(client(Effect::Breaking, format!("the feature `{name}` is removed")))
            .because("a manifest that asks for it is refused");
    }
    for name in is.keys().filter(|name| !was.contains_key(*name)) {
        changes.push(client(Effect::Additive, format!("the feature `{name}` is added")));
    }
    let changed = |name: &&String| was.get(*name).is_some_and(|old| is.get(*name) != Some(old));
    for name in is.keys().filter(changed) {
        changes.push(client(Effect::WireOnly, format!("the feature `{name}` brings something else with it")));
    }
    let (was, is) = (table(&before, "dependencies"), table(&after, "dependencies"));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).filter(|name| was.get(*name) != is.get(*name)).collect();
    if !names.is_empty() {
        let names: Vec<String> = names.into_iter().map(code).collect();
        changes.push(client(Effect::WireOnly, format!("what the crate depends on differs: {}", names.join(", "))));
    }
}

/// Files that differ in more than words. Something is always said of it before; this is for what was forgotten.
fn files(old: &FileSet, new: &FileSet, changes: &mut Changes) {
    let sources = |files: &FileSet| -> BTreeMap<String, String> {
        files
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| (path.to_owned(), without_words(text)))
            .collect()
    };
    let (before, after) = (sources(old), sources(new));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs: Vec<String> =
        paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).map(code).collect();
    if !differs.is_empty() {
        changes.push(client(Effect::WireOnly, format!("the code of {} differs", differs.join(", "))));
    }
}

/// A file without its comments.
fn without_words(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}
