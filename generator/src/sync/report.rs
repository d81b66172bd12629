//! What a run says about files and lines.

use std::collections::BTreeSet;

use super::plan::{Change, Plan};

/// How many columns of a line are shown.
const WIDTH: usize = 100;

/// All files that differ, each with its first line that does. `folder` is put before the paths.
#[must_use]
pub fn drift(plan: &Plan, folder: &str) -> String {
    let mut out = String::new();
    for change in &plan.changes {
        match change {
            Change::Missing { path } => out.push_str(&format!("missing  {folder}/{path}\n")),
            Change::Stale { path } => out.push_str(&format!("stale    {folder}/{path}\n")),
            Change::Changed { path, line, old, new } => {
                out.push_str(&format!("changed  {folder}/{path}:{line}\n"));
                for (sign, text) in [('-', old), ('+', new)] {
                    match text {
                        Some(text) => out.push_str(&format!("         {sign} {}\n", short(text))),
                        None => out.push_str(&format!("         {sign} (end of file)\n")),
                    }
                }
            }
        }
    }
    out
}

/// The lines that one text has and the other has not, removed ones with `-` and added ones with `+`, in the order of
/// the lines. Meant for `api.txt`, where a line says everything about one item.
#[must_use]
pub fn lines_changed(old: &str, new: &str) -> Vec<String> {
    let (known, wanted): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
    let removed = old.lines().filter(|line| !wanted.contains(line)).map(|line| (line, '-'));
    let added = new.lines().filter(|line| !known.contains(line)).map(|line| (line, '+'));
    let mut changed: Vec<_> = removed.chain(added).collect();
    // Both lists are sorted by path; a stable sort by path puts the old line of an item before the new one.
    changed.sort_by_key(|(line, _)| line.split(": ").next().unwrap_or_default().to_owned());
    changed.into_iter().map(|(line, sign)| format!("{sign} {line}")).collect()
}

fn short(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_stand_beside_each_other() {
        let old = "a: mod\na::B: struct\na::C: struct;\n";
        let new = "a: mod\na::B: enum\na::B::D: variant\n";
        let changed = ["- a::B: struct", "+ a::B: enum", "+ a::B::D: variant", "- a::C: struct;"];
        assert_eq!(lines_changed(old, new), changed);
    }

    #[test]
    fn every_file_is_named_with_its_first_line() {
        let changes = vec![
            Change::Changed { path: "src/a.rs".to_owned(), line: 7, old: Some("x".repeat(200)), new: None },
            Change::Missing { path: "src/b.rs".to_owned() },
            Change::Stale { path: "src/c.rs".to_owned() },
        ];
        let text = drift(&Plan { changes, other_line_ends: 0 }, "generated");
        let long = "x".repeat(WIDTH - 1);
        assert_eq!(
            text,
            format!(
                "changed  generated/src/a.rs:7\n         - {long}…\n         + (end of file)\n\
                 missing  generated/src/b.rs\nstale    generated/src/c.rs\n"
            )
        );
    }
}
