//! Counting instructions, by cachegrind without its caches: twice as fast as callgrind, and what is asked for is one number.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::table::{Figure, Kind};
use super::{figure, this_program};
use crate::workspace::{built, first_line};

/// A figure of the program `measured`: what it is called there, how often it is done, and what it is called in the table.
const WORK: &[(&str, u64, &str)] = &[
    ("decode", 10, "instructions: a page of 100 direct messages, decoded"),
    ("decode-plain", 10, "instructions: the same by serde's derive"),
    ("request", 200, "instructions: a request with 30 values in a parameter, sent"),
    ("stream", 5, "instructions: a stream of 500 events"),
    ("loop", 5, "instructions: the same lines in a bare loop"),
];

/// Counts all of them.
pub(super) fn count(root: &Path, has_large: bool) -> anyhow::Result<Vec<Figure>> {
    let version = first_line(Command::new("valgrind").arg("--version")).context(
        "valgrind counts the instructions and could not be started; install it (apt-get install valgrind), \
         or leave them out: cargo xtask budget --without-instructions",
    )?;
    println!("Counting instructions with {version}.");
    let measured = built(root, &["--package", "benches", "--bin", "measured", "--no-default-features"])?;
    let mut figures = Vec::new();
    for (work, times, name) in WORK {
        // Two runs of different length: what both do before and after it is not counted.
        let short = run(root, &measured, &[work, "1"])?;
        let long = run(root, &measured, &[work, &(times + 1).to_string()])?;
        figures.push(figure(*name, Kind::Instructions, long.saturating_sub(short) / times));
    }
    let of = |name: &str| figures.iter().find(|figure| figure.name.contains(name)).map_or(0, |figure| figure.measured);
    let decoding = percent(of("decoded"), of("derive"));
    let reading = percent(of("a stream"), of("bare loop"));
    figures.push(figure("percent: decoding a page, of serde's derive", Kind::Percent { promised: 105 }, decoding));
    // At least 90 % of the loop's speed.
    figures.push(figure("percent: reading a stream, of a bare loop", Kind::Percent { promised: 111 }, reading));
    // What they are compared with is not ours to keep small.
    figures.retain(|figure| !figure.name.contains("the same"));
    if has_large {
        let program = this_program()?;
        if program.parent().and_then(Path::file_name) != Some("tasks".as_ref()) {
            bail!("the instructions of generating are those of the profile `tasks`; call it as `cargo xtask budget`");
        }
        let counted = run(root, &program, &["budget", "--generate"])?;
        figures.push(figure("instructions: x.json, generated (profile tasks)", Kind::Instructions, counted));
    }
    Ok(figures)
}

/// Rounded up, so that a promise that is missed by a little is missed.
fn percent(part: u64, whole: u64) -> u64 {
    (part * 100).div_ceil(whole.max(1))
}

/// The instructions of one run.
fn run(root: &Path, program: &Path, arguments: &[&str]) -> anyhow::Result<u64> {
    let output = Command::new("valgrind")
        .current_dir(root)
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .output()
        .context("valgrind could not be started")?;
    let printed = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{} {} failed under valgrind:\n{printed}", program.display(), arguments.join(" "));
    }
    counted(&printed).with_context(|| format!("valgrind did not say how many instructions there were:\n{printed}"))
}

/// The number in a line such as `==17942== I   refs:      27,742,716`, or `I refs:` since version 3.21.
fn counted(printed: &str) -> Option<u64> {
    printed.lines().find_map(|line| {
        let (before, number) = line.split_once("refs:")?;
        before.trim_end().ends_with('I').then(|| number.trim().replace(',', "").parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::{counted, percent};

    #[test]
    fn both_forms_of_the_count_are_read() {
        let old = "==7== Cachegrind\n==7== \n==7== I   refs:      27,742,716\n==7== I1  misses: 276\n";
        let new = "==7== Cachegrind\n==7== I refs:        1,042\n";
        assert_eq!((counted(old), counted(new)), (Some(27_742_716), Some(1_042)));
        assert_eq!(counted("==7== D refs: 12\n"), None);
        assert_eq!(counted("==7== I refs: many\n"), None);
    }

    #[test]
    fn percentages_are_rounded_up() {
        assert_eq!((percent(105, 100), percent(1_051, 1_000), percent(7, 0)), (105, 106, 700));
    }
}
