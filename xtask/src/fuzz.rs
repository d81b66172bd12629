//! `cargo xtask fuzz`: inputs that nobody thought of, made by libFuzzer, for the targets in tests/fuzz.
//!
//! It needs a nightly compiler and cargo-fuzz, because coverage is measured by flags that are not stable. What is found in a run
//! stays in target/fuzz/corpus and is where the next one begins; tests/fuzz/seeds is where the first one does.

mod outcome;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::{fs, thread};

use anyhow::{Context, bail};

use self::outcome::Outcome;
use crate::workspace::first_line;

/// The targets, and the folders besides their own that hold seeds for them.
const TARGETS: &[(&str, &[&str])] = &[
    ("document", &["tests/fixtures/accept", "tests/fixtures/reject"]),
    ("pipeline", &[]),
    ("framer", &[]),
    ("url", &[]),
    ("types", &[]),
];

/// The longest that one input may take, in seconds, and the most memory, in megabytes.
const LONGEST: u32 = 20;
const MOST_MEMORY: u32 = 3072;

/// What is asked for on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The targets; all of them where none is named
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TARGETS.iter().map(|(name, _)| *name)))]
    targets: Vec<String>,
    /// How long each runs, in seconds
    #[arg(long, default_value_t = 60, conflicts_with = "runs")]
    seconds: u32,
    /// How many inputs each is tried with, in place of a time
    #[arg(long)]
    runs: Option<u64>,
}

/// Builds the targets, runs them on all cores, and prints what each did.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Err(why) = first_line(fuzz(root).arg("--version")) {
        println!("Skipped: `cargo +nightly fuzz` cannot be run ({why:#}). Nothing was tried.");
        println!("It needs `rustup toolchain install nightly` and `cargo install cargo-fuzz`.");
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = TARGETS
        .iter()
        .filter(|(name, _)| arguments.targets.is_empty() || arguments.targets.iter().any(|target| target == name));
    let chosen: Vec<_> = chosen.collect();
    let place = Place { root, build: root.join("target/fuzz") };
    for (target, _) in &chosen {
        place.build(target)?;
    }
    let (waiting, done) = (Mutex::new(chosen.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((target, seeds)) = take(&waiting) {
                    let outcome = place.run(target, seeds, arguments);
                    done.lock().unwrap_or_else(|broken| broken.into_inner()).push((*target, outcome));
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(|broken| broken.into_inner());
    let mut sound = true;
    println!("{}", Outcome::HEADER);
    for (target, outcome) in done {
        let outcome = outcome.with_context(|| target.to_owned())?;
        println!("{}", outcome.line(target));
        if let Some(finding) = outcome.finding() {
            sound = false;
            println!("\n{finding}\n");
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn take<'t, T>(waiting: &Mutex<impl Iterator<Item = &'t T>>) -> Option<&'t T> {
    waiting.lock().unwrap_or_else(|broken| broken.into_inner()).next()
}

/// `cargo fuzz` of the nightly compiler. Inside `cargo xtask` the name `cargo` means that of the compiler it was started with, so
/// rustup is asked for the other one.
fn fuzz(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", "fuzz"]).current_dir(root).env_remove("CARGO_TARGET_DIR");
    command
}

struct Place<'a> {
    root: &'a Path,
    build: PathBuf,
}

impl Place<'_> {
    /// There is no `unsafe` in this repository for AddressSanitizer to watch, and without it twice as much is tried.
    fn fuzz(&self, verb: &str, target: &str) -> Command {
        let mut command = fuzz(self.root);
        command.args([verb, "--fuzz-dir", "tests/fuzz", "--sanitizer", "none", "--target-dir"]);
        command.arg(&self.build).arg(target).env("RUST_BACKTRACE", "0");
        command
    }

    fn build(&self, target: &str) -> anyhow::Result<()> {
        if !self.fuzz("build", target).status().context("rustup cannot be started")?.success() {
            bail!("the target `{target}` does not compile");
        }
        Ok(())
    }

    fn run(&self, target: &str, seeds: &[&str], arguments: &Arguments) -> anyhow::Result<Outcome> {
        let grown = self.build.join("corpus").join(target);
        let findings = self.build.join("findings").join(target);
        for folder in [&grown, &findings] {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        let mut command = self.fuzz("run", target);
        command.arg(grown).arg(Path::new("tests/fuzz/seeds").join(target)).args(seeds).arg("--");
        command.arg(format!("-artifact_prefix={}/", findings.display()));
        command.args([format!("-timeout={LONGEST}"), format!("-rss_limit_mb={MOST_MEMORY}")]);
        command.arg(match arguments.runs {
            Some(runs) => format!("-runs={runs}"),
            None => format!("-max_total_time={}", arguments.seconds),
        });
        let output = command.stdout(Stdio::null()).output().context("rustup cannot be started")?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Outcome::read(&said, output.status.success())
    }
}
