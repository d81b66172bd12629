//! The report as Markdown: verdict and counts, what was not compared, an overview, and what does not fit into it.

use std::fmt::Write;

use super::change::{Change, Effect, Place};
use super::gaps::Gap;
use super::overview::{Entry, WIDTH, cut, entries, name};
use super::report::Report;
use super::values::{code, one_line};

/// The lines of the overview, without headings.
const LINES: usize = 32;

/// Lines that each effect has, if it needs them.
const LEAST: usize = 3;

/// More gaps than these are counted in the overview.
const GAPS: usize = 5;

/// The bytes of the details: a comment of a pull request has at most 65,536 where most of them are written.
const DETAILS: usize = 48_000;

pub(super) fn markdown(report: &Report) -> String {
    if report.changes.is_empty() && report.gaps.is_empty() {
        return "Nothing changes for callers.\n".to_owned();
    }
    let mut text = head(report);
    let mut folded = gaps(&mut text, &report.gaps);
    let room = LINES - if report.gaps.is_empty() { 0 } else { report.gaps.len().min(GAPS + 1) + 3 };
    let sections = sections(report, room);
    let rooms = rooms(&sections.each_ref().map(|(_, entries)| entries.len()), room);
    for ((effect, entries), room) in sections.iter().zip(rooms) {
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n### {}\n", heading(*effect));
        let fits = entries.len() <= room;
        let shown = if fits { entries.len() } else { room.saturating_sub(1) };
        for entry in &entries[..shown] {
            let _ = writeln!(text, "- {}", entry.text);
            folded |= !entry.is_whole;
        }
        if !fits {
            let _ = writeln!(text, "- and {} more of these", entries.len() - shown);
            folded = true;
        }
    }
    if folded {
        details(&mut text, report);
    }
    text
}

/// The verdict and the counts, a line each.
fn head(report: &Report) -> String {
    let Some(effect) = report.effect() else {
        return "Nothing changes for callers, as far as the two could be compared.\n".to_owned();
    };
    let version = match report.verdict() {
        "major" => "A new major version (before 1.0 a minor one)",
        "minor" => "A new minor version (before 1.0 a patch)",
        _ => "A patch",
    };
    let why = match effect {
        Effect::Breaking => "something breaks",
        Effect::Additive => "nothing breaks, and something is new",
        Effect::WireOnly => "callers compile as they are, and requests or answers differ",
        Effect::DocsOnly => "only descriptions differ",
    };
    let counts: Vec<String> = Effect::ALL
        .iter()
        .map(|effect| (report.count(*effect), effect))
        .filter(|(count, _)| *count > 0)
        .map(|(count, effect)| format!("{count} {effect}"))
        .collect();
    format!("**{version}**: {why}.\nChanges: {}.\n", counts.join(", "))
}

/// Says what was not compared, and gives whether some of it is left to the details.
fn gaps(text: &mut String, gaps: &[Gap]) -> bool {
    if gaps.is_empty() {
        return false;
    }
    let operations = gaps.iter().filter(|gap| gap.operation.is_some()).count();
    let left_out = match operations {
        0 => String::new(),
        1 => ", and 1 operation is left out".to_owned(),
        more => format!(", and {more} operations are left out"),
    };
    let _ = writeln!(text, "\n**Incomplete**: not everything of the descriptions could be read{left_out}.\n");
    let mut folded = gaps.len() > GAPS;
    for gap in gaps.iter().take(GAPS) {
        let (line, place) = gap_line(gap);
        let short = cut(&line, WIDTH.saturating_sub(place.chars().count()));
        folded |= short != line;
        let _ = writeln!(text, "- {short}{place}");
    }
    if gaps.len() > GAPS {
        let _ = writeln!(text, "- and {} more of these", gaps.len() - GAPS);
    }
    folded
}

/// What is missing, and where.
fn gap_line(gap: &Gap) -> (String, String) {
    let what = match &gap.operation {
        Some(operation) => format!("operation {} is left out: ", code(operation)),
        None => String::new(),
    };
    let place = gap.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    (format!("{}: {what}{} {}", gap.when, gap.code, one_line(&gap.message)), place)
}

/// The lines of each effect: one per change and reason if there is room for that, otherwise one per subject.
fn sections(report: &Report, room: usize) -> [(Effect, Vec<Entry>); 4] {
    let of = |tight: bool| {
        Effect::ALL.map(|effect| {
            let changes: Vec<&Change> = report.changes.iter().filter(|change| change.effect == effect).collect();
            (effect, entries(&changes, tight))
        })
    };
    let roomy = of(false);
    if roomy.iter().map(|(_, entries)| entries.len()).sum::<usize>() <= room { roomy } else { of(true) }
}

/// How many lines each section has: what it needs, as far as there are any, the first one first.
fn rooms(wanted: &[usize; 4], room: usize) -> [usize; 4] {
    let mut rooms = wanted.map(|count| count.min(LEAST));
    let mut left = room - rooms.iter().sum::<usize>();
    for (room, wanted) in rooms.iter_mut().zip(wanted) {
        let more = (wanted - *room).min(left);
        *room += more;
        left -= more;
    }
    rooms
}

fn heading(effect: Effect) -> &'static str {
    match effect {
        Effect::Breaking => "Breaking: callers have something to change",
        Effect::Additive => "Additive: callers compile as they are",
        Effect::WireOnly => "On the wire only: callers compile as they are, and requests or answers differ",
        Effect::DocsOnly => "Documentation only",
    }
}

/// Every gap and every change, with its reason and its place, in a block that is opened on demand.
fn details(text: &mut String, report: &Report) {
    text.push_str("\n<details>\n<summary>Every change</summary>\n\n");
    let start = text.len();
    let gaps = report.gaps.iter().map(gap_line).map(|(line, place)| format!("{line}{place}"));
    let changes = Effect::ALL.into_iter().flat_map(|effect| {
        let of = report.changes.iter().filter(move |change| change.effect == effect);
        of.map(move |change| format!("{effect}: {}{}", told(change), place(change)))
    });
    let all: Vec<String> = gaps.chain(changes).collect();
    for (at, line) in all.iter().enumerate() {
        if text.len() - start + line.len() > DETAILS {
            let _ = writeln!(text, "- and {} more, which `--format json` has", all.len() - at);
            break;
        }
        let _ = writeln!(text, "- {line}");
    }
    text.push_str("\n</details>\n");
}

/// A change with its reason.
pub(super) fn told(change: &Change) -> String {
    let why = if change.why.is_empty() { String::new() } else { format!("; {}", change.why) };
    format!("{}: {}{why}", name(&change.subject), change.what)
}

/// Where to look: the new place, or the old one of what is gone.
pub(super) fn place(change: &Change) -> String {
    let place = |place: &Place| place.to_string();
    match (&change.old, &change.new) {
        (_, Some(new)) => format!(" ({})", place(new)),
        (Some(old), None) => format!(" (was {})", place(old)),
        (None, None) => String::new(),
    }
}
