//! The table of budgets, and what it means to be over one.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, bail};

/// One measured figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) measured: u64,
}

/// What a figure counts, which decides how far it may be from its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Instructions, which change a little with the compiler and the processor.
    Instructions,
    /// Lines or bytes of what is generated.
    Size,
    /// A number of crates.
    Crates,
    /// A ratio in percent, whose budget is a promise and not what was measured last.
    Percent { promised: u64 },
}

impl Kind {
    /// By how many percent a figure may be over its budget.
    const fn tolerance(self) -> u64 {
        match self {
            Self::Instructions | Self::Size => 5,
            Self::Crates | Self::Percent { .. } => 0,
        }
    }

    /// By how many percent a figure has to be under its budget to be worth a word.
    const fn slack(self) -> u64 {
        match self {
            Self::Instructions | Self::Size => 5,
            Self::Crates => 0,
            Self::Percent { .. } => 100,
        }
    }
}

/// The budgets by the names of their figures, and the compiler that they were measured with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    rustc: Option<String>,
    budgets: BTreeMap<String, u64>,
}

/// What comes of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Every figure with its budget.
    pub(super) table: String,
    /// What is worth knowing.
    pub(super) hints: Vec<String>,
    /// A line per figure that is over its budget.
    pub(super) over: Vec<String>,
}

/// What begins the line that names the compiler.
const RUSTC: &str = "# Measured with ";

impl Table {
    /// Reads lines of a name, a tabulator and a number; a line that begins with `#` is none.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut table = Self::default();
        for (index, line) in text.lines().enumerate() {
            if let Some(rustc) = line.strip_prefix(RUSTC) {
                table.rustc = Some(rustc.trim_end_matches('.').to_owned());
            }
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let wrong = || format!("line {}: a name, a tabulator and a number are expected", index + 1);
            let (name, budget) = line.split_once('\t').with_context(wrong)?;
            if table.budgets.insert(name.to_owned(), budget.parse().with_context(wrong)?).is_some() {
                bail!("line {}: {name} is there twice", index + 1);
            }
        }
        Ok(table)
    }

    /// The same table with what was measured. What was not measured keeps its budget.
    pub(super) fn with(mut self, rustc: &str, figures: &[Figure]) -> Self {
        self.rustc = Some(rustc.to_owned());
        for Figure { name, kind, measured } in figures {
            let budget = match kind {
                Kind::Percent { promised } => *promised,
                _ => *measured,
            };
            self.budgets.insert(name.clone(), budget);
        }
        self
    }

    /// Holds the figures against their budgets.
    pub(super) fn compare(&self, rustc: &str, figures: &[Figure]) -> Verdict {
        let mut verdict = Verdict::default();
        let width = figures.iter().map(|figure| figure.name.len()).max().unwrap_or(0);
        for Figure { name, kind, measured } in figures {
            let Some(budget) = self.budgets.get(name).copied() else {
                verdict.over.push(format!("{name}: {} and no budget", number(*measured)));
                continue;
            };
            let change = change(budget, *measured);
            verdict.table +=
                &format!("{name:width$}  {:>15}  of {:>15}  {change}\n", number(*measured), number(budget));
            // Both sides as products, so that nothing is rounded away.
            let (measured, budget) = (u128::from(*measured), u128::from(budget));
            if measured * 100 > budget * u128::from(100 + kind.tolerance()) {
                let tolerance = kind.tolerance();
                let allowed = if tolerance == 0 { String::new() } else { format!(" (up to {tolerance} % is allowed)") };
                verdict.over.push(format!(
                    "{name}: {} of {}, {change}{allowed}",
                    number128(measured),
                    number128(budget)
                ));
            } else if measured * 100 < budget * u128::from(100 - kind.slack().min(100)) {
                verdict.hints.push(format!(
                    "{name}: {change}, so that the budget can be tightened by: cargo xtask budget --write",
                ));
            }
        }
        if let Some(before) = self.rustc.as_deref().filter(|before| *before != rustc) {
            verdict
                .hints
                .push(format!("The budgets were measured with {before}; this is {rustc}, which can change them."));
        }
        verdict
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Written by `cargo xtask budget --write`; CONTRIBUTING.md says what to do when a figure is over it."
        )?;
        if let Some(rustc) = &self.rustc {
            writeln!(f, "{RUSTC}{rustc}.")?;
        }
        self.budgets.iter().try_for_each(|(name, budget)| writeln!(f, "{name}\t{budget}"))
    }
}

/// By how much a figure differs from its budget, such as `+3.2 %`.
fn change(budget: u64, measured: u64) -> String {
    if budget == measured {
        return "as budgeted".to_owned();
    }
    if budget == 0 {
        return "none was budgeted".to_owned();
    }
    let percent = (measured as f64 / budget as f64 - 1.0) * 100.0;
    format!("{percent:+.1} %")
}

/// A number with its digits in groups of three.
fn number(number: u64) -> String {
    number128(number.into())
}

fn number128(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSTC: &str = "rustc 1.95.0 (59807616e 2026-04-14)";

    fn figure(name: &str, kind: Kind, measured: u64) -> Figure {
        Figure { name: name.to_owned(), kind, measured }
    }

    fn table() -> Table {
        Table::parse(
            "# A comment.\n# Measured with rustc 1.95.0 (59807616e 2026-04-14).\nlines\t1000\ncrates\t20\nratio\t105\nwork\t2000000\n",
        )
        .expect("it is a table")
    }

    #[test]
    fn what_was_written_reads_back_the_same() {
        let figures = [figure("work", Kind::Instructions, 123), figure("ratio", Kind::Percent { promised: 105 }, 99)];
        let table = Table::default().with(RUSTC, &figures);
        let text = table.to_string();
        assert!(
            text.ends_with("# Measured with rustc 1.95.0 (59807616e 2026-04-14).\nratio\t105\nwork\t123\n"),
            "{text}"
        );
        assert_eq!(Table::parse(&text).expect("it was written by itself"), table);
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        for (text, said) in [
            ("work", "line 1: a name, a tabulator and a number are expected"),
            ("# one\nwork\tmany", "line 2: a name, a tabulator and a number are expected"),
            ("work\t1\nwork\t2", "line 2: work is there twice"),
        ] {
            let error = Table::parse(text).expect_err("it is no table");
            assert_eq!(error.to_string(), said);
        }
    }

    #[test]
    fn each_kind_has_its_tolerance() {
        let over = |name, kind, measured| table().compare(RUSTC, &[figure(name, kind, measured)]).over;
        assert_eq!(over("work", Kind::Instructions, 2_100_000), Vec::<String>::new());
        assert_eq!(
            over("work", Kind::Instructions, 2_100_001),
            ["work: 2,100,001 of 2,000,000, +5.0 % (up to 5 % is allowed)"]
        );
        assert_eq!(over("lines", Kind::Size, 1_050), Vec::<String>::new());
        assert_eq!(over("lines", Kind::Size, 1_051), ["lines: 1,051 of 1,000, +5.1 % (up to 5 % is allowed)"]);
        assert_eq!(over("crates", Kind::Crates, 20), Vec::<String>::new());
        assert_eq!(over("crates", Kind::Crates, 21), ["crates: 21 of 20, +5.0 %"]);
        assert_eq!(over("ratio", Kind::Percent { promised: 105 }, 106), ["ratio: 106 of 105, +1.0 %"]);
        assert_eq!(over("new", Kind::Crates, 7), ["new: 7 and no budget"]);
    }

    #[test]
    fn what_costs_much_less_is_a_hint() {
        let hints = |name, kind, measured| table().compare(RUSTC, &[figure(name, kind, measured)]).hints;
        assert_eq!(hints("work", Kind::Instructions, 1_900_000), Vec::<String>::new());
        let tighten = "so that the budget can be tightened by: cargo xtask budget --write";
        assert_eq!(hints("work", Kind::Instructions, 1_899_999), [format!("work: -5.0 %, {tighten}")]);
        assert_eq!(hints("crates", Kind::Crates, 19), [format!("crates: -5.0 %, {tighten}")]);
        assert_eq!(hints("ratio", Kind::Percent { promised: 105 }, 60), Vec::<String>::new());
    }

    #[test]
    fn another_compiler_is_named() {
        let verdict = table().compare("rustc 1.96.0", &[figure("crates", Kind::Crates, 20)]);
        assert_eq!(
            verdict.hints,
            [
                "The budgets were measured with rustc 1.95.0 (59807616e 2026-04-14); this is rustc 1.96.0, which can change them."
            ]
        );
        assert_eq!(verdict.over, Vec::<String>::new());
    }

    #[test]
    fn what_was_not_measured_keeps_its_budget() {
        let kept = table().with(RUSTC, &[figure("work", Kind::Instructions, 5)]);
        assert!(kept.to_string().ends_with("crates\t20\nlines\t1000\nratio\t105\nwork\t5\n"), "{kept}");
    }
}
