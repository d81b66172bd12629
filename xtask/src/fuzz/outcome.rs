//! What libFuzzer says of a run.

use anyhow::Context;

/// A run of a target.
#[derive(Debug)]
pub(super) struct Outcome {
    runs: u64,
    seconds: u64,
    /// How many places of the program were reached.
    reached: u64,
    /// What it said of the input that is wrong.
    finding: Option<String>,
}

/// How many lines of a finding are shown: the panic, and where its input lies.
const SHOWN: usize = 40;

impl Outcome {
    /// The names of what [`line`](Self::line) gives.
    pub(super) const HEADER: &str = "target      inputs       seconds  places reached  findings";

    /// Reads what it wrote.
    pub(super) fn read(said: &str, success: bool) -> anyhow::Result<Self> {
        let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        let runs = |line: &str| number(line.strip_prefix('#')?.split_whitespace().next());
        let reached = |line: &str| number(line.split_once(" cov: ")?.1.split_whitespace().next());
        let (last, covered) = (said.lines().rev().find_map(runs), said.lines().rev().find_map(reached));
        let done = said.lines().find_map(|line| line.strip_prefix("Done ")?.split_once(" runs in "));
        let seconds = done.and_then(|(_, seconds)| number(seconds.split_whitespace().next()));
        let finding = (!success).then(|| {
            let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with('#')).collect();
            let from = lines.iter().position(|line| line.contains("panicked at") || line.contains("ERROR: libFuzzer"));
            let from = from.unwrap_or(lines.len().saturating_sub(SHOWN));
            let written = lines.iter().find(|line| line.contains("Test unit written to"));
            let mut shown: Vec<&str> = lines[from..].iter().copied().take(SHOWN).collect();
            shown.extend(written);
            shown.join("\n")
        });
        let runs = done.and_then(|(runs, _)| runs.parse().ok()).or(last).context("libFuzzer did not say what it did");
        match (runs, finding) {
            (Ok(runs), finding) => {
                Ok(Self { runs, seconds: seconds.unwrap_or(0), reached: covered.unwrap_or(0), finding })
            }
            // A seed that is wrong ends the run before anything is counted.
            (Err(_), Some(finding)) => Ok(Self { runs: 0, seconds: 0, reached: 0, finding: Some(finding) }),
            (Err(error), None) => Err(error),
        }
    }

    /// A row of the table.
    pub(super) fn line(&self, target: &str) -> String {
        let Self { runs, seconds, reached, .. } = self;
        format!("{target:<10}  {runs:>11}  {seconds:>7}  {reached:>14}  {:>8}", u8::from(self.finding.is_some()))
    }

    /// What is wrong, where something is.
    pub(super) fn finding(&self) -> Option<&str> {
        self.finding.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_to_the_end_is_counted() {
        let said = "INFO: seed\n#2\tINITED cov: 12 ft: 13 corp: 1/1b\n#500\tNEW    cov: 40 ft: 90 corp: 9/1Kb\n\
                    #1000\tDONE   cov: 41 ft: 91 corp: 9/1Kb\nDone 1000 runs in 7 second(s)\n";
        let outcome = Outcome::read(said, true).expect("it says what it did");
        assert_eq!((outcome.runs, outcome.seconds, outcome.reached), (1000, 7, 41));
        assert_eq!(outcome.finding(), None);
    }

    #[test]
    fn a_finding_shows_the_panic_and_its_input() {
        let said = "#2\tINITED cov: 12 ft: 13\n#77\tNEW cov: 13 ft: 14\n\
                    thread '<unnamed>' panicked at src/a.rs:1:1:\nleft is not right\nSUMMARY: libFuzzer: deadly signal\n\
                    artifact_prefix='x/'; Test unit written to x/crash-1\n";
        let outcome = Outcome::read(said, false).expect("it says what it did");
        assert_eq!((outcome.runs, outcome.reached), (77, 13));
        let finding = outcome.finding().unwrap_or_default();
        assert!(finding.starts_with("thread") && finding.contains("left is not right") && finding.contains("crash-1"));
    }

    #[test]
    fn a_seed_that_is_wrong_is_a_finding() {
        let outcome = Outcome::read("thread panicked at src/a.rs\n", false).expect("it fails");
        assert!(outcome.finding().is_some_and(|finding| finding.contains("src/a.rs")));
        assert!(Outcome::read("", true).is_err());
    }
}
