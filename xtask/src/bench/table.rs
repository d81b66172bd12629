//! The figures as tables for people.

use std::fmt::Write as _;

use super::report::{FIGURES, Report, Row};
use super::stage::Stage;
use super::tools::OURS;

/// Markdown: what was measured on what, ours beside the best of the others, and a table for each stage.
pub(super) fn markdown(report: &Report) -> String {
    let tools: Vec<String> = report.tools.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let mut text = format!("{}; {}; {}.", report.machine, report.compiler, tools.join(", "));
    if !report.missing.is_empty() {
        let _ = write!(text, " Not on PATH: {}.", report.missing.join(", "));
    }
    if let Some(load) = report.load {
        let _ = write!(text, " Load before: {load:.1}.");
    }
    text.push_str(
        "\nMedians of runs in turn. CPU is that of all processes, MB (10^6 bytes) the largest of them; a ratio is ours divided \
         by theirs.\n",
    );
    text.push_str(&best(report));
    for stage in Stage::ALL {
        let rows: Vec<&Row> = report.rows.iter().filter(|row| row.stage == stage).collect();
        if !rows.is_empty() {
            text.push_str(&of_stage(report, stage, &rows));
        }
    }
    text.push_str(&growth(report));
    text
}

/// What became of a tool, while the others are still run.
pub(super) fn line(row: &Row) -> String {
    match (row.cost(), &row.failure) {
        (Some(cost), _) => format!("{}: {:.3} s of CPU, {:.3} s, {:.0} MB", row.tool, cost.cpu, cost.wall, cost.memory),
        (None, why) => format!("{}: {}", row.tool, why.as_deref().unwrap_or("it was not run")),
    }
}

/// Ours beside the fastest of the others that succeeds.
fn best(report: &Report) -> String {
    let mut text = String::new();
    for ours in report.rows.iter().filter(|row| row.is_ours()) {
        let (Some(cost), Some(best)) = (ours.cost(), report.best(ours)) else { continue };
        let its = best.cost().unwrap_or_default();
        let ratios = ratios(report, best);
        let (stage, document, tool) = (ours.stage.as_str(), &ours.document, best.tool);
        let _ = writeln!(text, "| {stage} | {document} | {:.3} | {tool} | {:.3} | {ratios} |", cost.cpu, its.cpu);
    }
    let known = if report.checked { "whose output compiles" } else { "(nobody asked whether their output compiles)" };
    if text.is_empty() {
        return "\nNone of the others succeeds, so there is nothing to compare with.\n".to_owned();
    }
    let head = "| stage | description | our CPU s | the fastest that succeeds | its CPU s | CPU ratio | wall ratio | MB ratio |";
    format!("\n## Beside the fastest of the others {known}\n\n{head}\n|---|---|---:|---|---:|---:|---:|---:|\n{text}")
}

/// Everybody's figures in a stage.
fn of_stage(report: &Report, stage: Stage, rows: &[&Row]) -> String {
    let written = rows.iter().any(|row| row.written.is_some());
    let dependencies = rows.iter().any(|row| row.dependencies.is_some());
    let mut head = "| description | tool | compiles | CPU s | wall s | MB |".to_owned();
    let mut rule = "|---|---|---|---:|---:|---:|".to_owned();
    for (_, title) in [(written, "lines"), (written, "kB"), (dependencies, "crates")].iter().filter(|(shown, _)| *shown)
    {
        let _ = write!(head, " {title} |");
        rule.push_str("---:|");
    }
    let runs: Vec<usize> = rows.iter().map(|row| row.costs.len()).filter(|runs| *runs > 0).collect();
    let runs = match (runs.iter().min(), runs.iter().max()) {
        (Some(1), Some(1)) => "One run.".to_owned(),
        (Some(least), Some(most)) if least == most => format!("{least} runs."),
        (Some(least), Some(most)) => format!("{least} to {most} runs."),
        _ => String::new(),
    };
    let mut text = format!("\n## {}\n\n{} {runs}\n\n", stage.as_str(), stage.explanation());
    let _ = writeln!(text, "{head} CPU ratio | wall ratio | MB ratio |\n{rule}---:|---:|---:|");
    for row in rows {
        let compiles = match row.compiles {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let _ = write!(text, "| {} | {} | {compiles} |", row.document, row.tool);
        match row.cost() {
            Some(cost) => {
                let _ = write!(text, " {:.3} | {:.3} | {:.0} |", cost.cpu, cost.wall, cost.memory);
            }
            None => {
                let why = row.failure.as_deref().unwrap_or("it was not run").replace('|', "\\|");
                let _ = write!(text, " {why} | | |");
            }
        }
        if written {
            let sizes = row.written.map(|(lines, bytes)| format!("{lines} | {}", bytes / 1000));
            let _ = write!(text, " {} |", sizes.as_deref().unwrap_or("|"));
        }
        if dependencies {
            let _ = write!(text, " {} |", row.dependencies.map(|count| count.to_string()).unwrap_or_default());
        }
        let _ = writeln!(text, " {} |", ratios(report, row));
    }
    let refused =
        rows.iter().filter(|row| row.compiles == Some(false) && row.failure.is_some() && row.cost().is_some());
    for row in refused {
        let why = row.failure.as_deref().unwrap_or_default();
        let _ = writeln!(text, "\n{} with {} does not compile: `{}`", row.tool, row.document, why.replace('`', "'"));
    }
    text
}

/// CPU, time and memory of ours divided by those of another; nothing in our own row.
fn ratios(report: &Report, row: &Row) -> String {
    let ratio = |figure| report.ratio(row, figure).filter(|_| !row.is_ours()).map(|ratio| format!("{ratio:.2}"));
    FIGURES.map(|(_, figure)| ratio(figure).unwrap_or_default()).join(" | ")
}

/// How CPU grows with the size of the description: ours, and the others beside it.
fn growth(report: &Report) -> String {
    let mut text = String::new();
    if let Some((factor, cpu)) = report.growth(OURS) {
        let _ = write!(
            text,
            "\nGrowth: a description {factor} times as large takes {cpu:.2} times the CPU to generate from"
        );
        let others = report.tools.iter().filter(|(name, _)| *name != OURS);
        let others: Vec<String> =
            others.filter_map(|(name, _)| Some(format!("{name} {:.2}", report.growth(name)?.1))).collect();
        let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        let _ = writeln!(text, "{others}.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::report;
    use super::*;

    #[test]
    fn a_line_is_of_figures_or_of_what_failed() {
        let report = report();
        assert_eq!(line(&report.rows[0]), "spec2crate: 0.250 s of CPU, 0.125 s, 25 MB");
        assert_eq!(line(&report.rows[3]), "none: it | failed");
    }

    #[test]
    fn the_text_is_as_expected() {
        let expected = "\
a machine; rustc 1; spec2crate 0.1.0, slow 2.0.0. Not on PATH: absent. Load before: 0.2.
Medians of runs in turn. CPU is that of all processes, MB (10^6 bytes) the largest of them; a ratio is ours divided by theirs.

## Beside the fastest of the others whose output compiles

| stage | description | our CPU s | the fastest that succeeds | its CPU s | CPU ratio | wall ratio | MB ratio |
|---|---|---:|---|---:|---:|---:|---:|
| generate | x.json | 0.250 | slow | 1.000 | 0.25 | 0.25 | 0.25 |
| generate | x_times_8.json | 2.000 | slow | 5.000 | 0.40 | 0.40 | 0.40 |

## generate

From the description to files, in an empty folder. 1 to 3 runs.

| description | tool | compiles | CPU s | wall s | MB | lines | kB | CPU ratio | wall ratio | MB ratio |
|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|
| x.json | spec2crate | yes | 0.250 | 0.125 | 25 | 1000 | 32 |  |  |  |
| x.json | slow | yes | 1.000 | 0.500 | 100 | 1000 | 32 | 0.25 | 0.25 | 0.25 |
| x.json | wrong | no | 0.125 | 0.062 | 12 | 1000 | 32 | 2.00 | 2.00 | 2.00 |
| x.json | none |  | it \\| failed | | | | |  |  |  |
| x_times_8.json | spec2crate | yes | 2.000 | 1.000 | 200 | 1000 | 32 |  |  |  |
| x_times_8.json | slow | yes | 5.000 | 2.500 | 500 | 1000 | 32 | 0.40 | 0.40 | 0.40 |

## clean

`cargo build` of the generated crate and all that it depends on in an empty target folder. One run.

| description | tool | compiles | CPU s | wall s | MB | crates | CPU ratio | wall ratio | MB ratio |
|---|---|---|---:|---:|---:|---:|---:|---:|---:|
| x.json | spec2crate | yes | 30.000 | 15.000 | 3000 | 7 |  |  |  |

Growth: a description 8 times as large takes 8.00 times the CPU to generate from (slow 5.00).
";
        assert_eq!(markdown(&report()), expected);
    }
}
