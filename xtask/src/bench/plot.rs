//! The figures as a drawing: how many times what the fastest of the others takes.

use std::fmt::Write as _;

use super::cost::Cost;
use super::report::{Figure, Report, Row};
use super::tools::OURS;

/// Units of the drawing, which is as wide as a readme is.
const WIDTH: f64 = 760.0;
const LABELS: f64 = 206.0;
const PANEL: f64 = 214.0;
/// Beside each panel, for our ratio.
const NUMBERS: f64 = 50.0;
const GAP: f64 = 12.0;
const HEAD: f64 = 66.0;
const LINE: f64 = 24.0;
/// Between stages.
const REST: f64 = 8.0;

/// What is drawn beside each other.
const PANELS: [(&str, Figure); 2] = [("CPU time", |cost| cost.cpu), ("Peak memory", |cost| cost.memory)];

/// The colours on a light and on a dark page.
const STYLE: &str = "\
.page { fill: #ffffff; stroke: #d1d9e0 } text { fill: #1f2328 } .title { font-weight: 600 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 } \
.one { stroke: #59636e } .ours { fill: #bc4c00; stroke: #bc4c00 } text.ours { stroke: none } \
.t0 { fill: #0969da; stroke: #0969da } .t1 { fill: #1a7f37; stroke: #1a7f37 } .t2 { fill: #8250df; stroke: #8250df } \
.t3 { fill: #59636e; stroke: #59636e } .hollow { fill: #ffffff }\n\
@media (prefers-color-scheme: dark) { \
.page { fill: #0d1117; stroke: #3d444d } text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #3d444d } \
.one { stroke: #9198a1 } .ours { fill: #f0883e; stroke: #f0883e } text.ours { stroke: none } \
.t0 { fill: #4493f8; stroke: #4493f8 } .t1 { fill: #3fb950; stroke: #3fb950 } .t2 { fill: #ab7df8; stroke: #ab7df8 } \
.t3 { fill: #9198a1; stroke: #9198a1 } .hollow { fill: #0d1117 } }";

/// A line for each stage and description where one of the others succeeds, with a mark for each tool. `None` without any.
pub(super) fn svg(report: &Report) -> Option<String> {
    let lines: Vec<&Row> =
        report.rows.iter().filter(|row| row.is_ours() && row.cost().is_some() && report.best(row).is_some()).collect();
    let scale = Scale::over(lines.iter().flat_map(|ours| {
        let values = PANELS.map(|(_, figure)| values(report, ours, figure));
        values.into_iter().flatten().map(|(_, value)| value)
    }))?;
    let heights = heights(&lines);
    let bottom = heights.last().copied().unwrap_or(HEAD) + LINE / 2.0;
    let mut body = String::new();
    for (number, (title, figure)) in PANELS.into_iter().enumerate() {
        let left = LABELS + (PANEL + NUMBERS + GAP) * number as f64;
        let one = if report.checked { "1: the fastest other that compiles" } else { "1: the fastest other" };
        axis(&mut body, (title, one), left, bottom, &scale);
        for (ours, &y) in lines.iter().zip(&heights) {
            let mut values = values(report, ours, figure);
            // Ours is drawn last, so that nothing hides it.
            values.sort_by_key(|(row, _)| row.is_ours());
            for (row, value) in &values {
                let hollow = row.compiles == Some(false);
                mark(&mut body, left + scale.at(*value), y, class(report, row.tool), hollow);
            }
            if let Some((_, value)) = values.iter().find(|(row, _)| row.is_ours()) {
                let x = left + PANEL + NUMBERS - 8.0;
                text(&mut body, (x, y + 4.0), "ours", "end", &format!("{value:.2}"));
            }
        }
    }
    for (ours, y) in lines.iter().zip(&heights) {
        text(&mut body, (12.0, y + 4.0), "", "start", &format!("{} {}", ours.stage.as_str(), ours.document));
    }
    let height = legend(&mut body, report, &lines, bottom + 44.0) + 16.0;
    let (right, low) = (WIDTH - 1.0, height - 1.0);
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<title>CPU time and peak memory, as \
         multiples of what the fastest of the other generators takes</title>\n<style>\n{STYLE}\n</style>\n\
         <rect class=\"page\" x=\"0.5\" y=\"0.5\" width=\"{right}\" height=\"{low}\" rx=\"6\"/>\n{body}</svg>\n"
    ))
}

/// The middle of each line; stages stand apart.
fn heights(lines: &[&Row]) -> Vec<f64> {
    let mut y = HEAD - LINE / 2.0;
    let before = std::iter::once(None).chain(lines.iter().map(|line| Some(line.stage)));
    let lines = lines.iter().zip(before).map(|(line, before)| {
        y += LINE + if before.is_some_and(|before| before != line.stage) { REST } else { 0.0 };
        y
    });
    lines.collect()
}

/// What each tool takes, divided by what the fastest of the others takes.
fn values<'a>(report: &'a Report, ours: &'a Row, figure: fn(&Cost) -> f64) -> Vec<(&'a Row, f64)> {
    let best = report.best(ours).and_then(Row::cost).map(|cost| figure(&cost)).filter(|best| *best > 0.0);
    let rows = report.rows.iter().filter(|row| row.is_beside(ours));
    rows.filter_map(|row| Some((row, figure(&row.cost()?) / best?))).filter(|(_, value)| *value > 0.0).collect()
}

/// A logarithmic scale between two values of the series 1, 2, 5, 10.
#[derive(Debug, PartialEq)]
struct Scale {
    ticks: Vec<f64>,
}

impl Scale {
    fn over(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (low, high) = values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        if !low.is_finite() || !high.is_finite() {
            return None;
        }
        let series: Vec<f64> =
            (-4..=4).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10.0_f64.powi(power))).collect();
        let first = series.iter().rposition(|tick| *tick <= low.min(0.5)).unwrap_or_default();
        let last = series.iter().position(|tick| *tick >= high.max(2.0)).unwrap_or(series.len() - 1);
        Some(Self { ticks: series.get(first..=last)?.to_vec() })
    }

    /// How far from the left a value is drawn; beyond the ends it is drawn at the end.
    fn at(&self, value: f64) -> f64 {
        let (Some(first), Some(last)) = (self.ticks.first(), self.ticks.last()) else { return 0.0 };
        ((value / first).ln() / (last / first).ln()).clamp(0.0, 1.0) * PANEL
    }
}

fn axis(body: &mut String, (title, one): (&str, &str), left: f64, bottom: f64, scale: &Scale) {
    text(body, (left + PANEL / 2.0, 24.0), "title", "middle", title);
    text(body, (left + PANEL / 2.0, 42.0), "faint", "middle", one);
    text(body, (left + PANEL + NUMBERS - 8.0, HEAD - 6.0), "faint", "end", "ours");
    for tick in &scale.ticks {
        let x = left + scale.at(*tick);
        let class = if *tick == 1.0 { "one" } else { "grid" };
        let _ = writeln!(body, r#"<path class="{class}" d="M{x:.1} {HEAD}V{bottom}"/>"#);
        text(body, (x, bottom + 16.0), "faint", "middle", &tick.to_string());
    }
}

/// The class of a tool: its colour and its shape.
fn class(report: &Report, tool: &str) -> usize {
    report.tools.iter().position(|(name, _)| *name == tool).unwrap_or_default()
}

fn mark(body: &mut String, x: f64, y: f64, class: usize, hollow: bool) {
    let name = match class {
        0 => "ours".to_owned(),
        other => format!("t{}", (other - 1) % 4),
    };
    let hollow = if hollow { " hollow" } else { "" };
    let shape = match class {
        0 => format!("M{x:.1} {:.1}l6.5 6.5l-6.5 6.5l-6.5-6.5z", y - 6.5),
        1 => format!("M{:.1} {y:.1}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z", x - 4.5),
        2 => format!("M{:.1} {:.1}h8v8h-8z", x - 4.0, y - 4.0),
        3 => format!("M{x:.1} {:.1}l5 9h-10z", y - 5.0),
        _ => format!("M{x:.1} {:.1}l5-9h-10z", y + 5.0),
    };
    let _ = writeln!(body, r#"<path class="{name}{hollow}" stroke-width="1.5" d="{shape}"/>"#);
}

fn text(body: &mut String, (x, y): (f64, f64), class: &str, anchor: &str, words: &str) {
    let class = if class.is_empty() { String::new() } else { format!(r#" class="{class}""#) };
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(body, r#"<text{class} x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{words}</text>"#);
}

/// The tools that are drawn; gives where the legend ends.
fn legend(body: &mut String, report: &Report, lines: &[&Row], top: f64) -> f64 {
    let drawn = |row: &&Row| row.cost().is_some() && lines.iter().any(|line| line.is_beside(row));
    let (mut x, y) = (18.0, top);
    for (number, (name, _)) in report.tools.iter().enumerate() {
        if report.rows.iter().any(|row| row.tool == *name && drawn(&row)) {
            mark(body, x, y - 4.0, number, false);
            text(body, (x + 12.0, y), if *name == OURS { "ours" } else { "" }, "start", name);
            x += 34.0 + 6.8 * name.len() as f64;
        }
    }
    if report.rows.iter().any(|row| row.compiles == Some(false) && drawn(&row)) {
        text(body, (x, y), "faint", "start", "hollow: its output does not compile");
    }
    y
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::report;
    use super::*;

    #[test]
    fn a_scale_holds_all_values_and_one() {
        let scale = Scale::over([0.3, 7.0].into_iter());
        assert_eq!(scale, Some(Scale { ticks: vec![0.2, 0.5, 1.0, 2.0, 5.0, 10.0] }));
        assert_eq!(Scale::over([1.0].into_iter()), Some(Scale { ticks: vec![0.5, 1.0, 2.0] }));
        assert_eq!(Scale::over(std::iter::empty()), None);
        let scale = Scale { ticks: vec![0.1, 1.0, 10.0] };
        assert_eq!([0.1, 1.0, 10.0, 0.01, 100.0].map(|value| scale.at(value).round()), [0.0, 107.0, 214.0, 0.0, 214.0]);
    }

    #[test]
    fn marks_are_of_those_with_figures() {
        let mut report = report();
        let drawing = svg(&report).unwrap_or_default();
        assert_eq!(drawing.matches("class=\"ours\" stroke-width").count(), 5, "2 lines, 2 panels, legend: {drawing}");
        assert_eq!(drawing.matches(" hollow\"").count(), 2);
        assert!(drawing.contains(">0.25</text>") && drawing.contains("hollow: its output does not compile"));
        assert!(drawing.contains(">generate x_times_8.json</text>") && !drawing.contains(">clean"));
        report.rows.retain(Row::is_ours);
        assert_eq!(svg(&report), None);
    }

    #[test]
    fn text_is_text() {
        let mut body = String::new();
        text(&mut body, (0.0, 0.0), "", "start", "a<b&c");
        assert_eq!(body, "<text x=\"0.0\" y=\"0.0\" text-anchor=\"start\">a&lt;b&amp;c</text>\n");
    }
}
