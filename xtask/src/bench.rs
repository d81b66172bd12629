//! `cargo xtask bench`: what generating costs, and what compiling the output costs, beside other generators.

mod cost;
mod documents;
mod failure;
mod plot;
mod report;
mod stage;
mod table;
mod tools;
mod verdict;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;

use self::cost::shown;
pub(crate) use self::cost::{Measured, measure};
use self::documents::{Document, GROWN, documents};
use self::report::{Report, Row};
use self::stage::{Job, Stage, Yard};
use self::tools::{OURS, Tool};
use self::verdict::Verdicts;
use crate::workspace::{self, write};

/// What is asked for on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What is measured; can be given several times
    #[arg(long, value_enum, value_name = "STAGE", default_values_t = [Stage::Generate])]
    stage: Vec<Stage>,
    /// Measure all stages
    #[arg(long, conflicts_with = "stage")]
    all: bool,
    /// The folder of the descriptions
    #[arg(long, value_name = "DIR", default_value = "../shared/corpus")]
    corpus: PathBuf,
    /// Only descriptions whose name holds this text, in all stages; can be given several times. Without it, only x.json is
    /// compiled
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Only this one of the other generators; can be given several times
    #[arg(long, value_name = "NAME")]
    against: Vec<String>,
    /// Measure this program instead of a release build of the generator as it is here
    #[arg(long, value_name = "FILE")]
    generator: Option<PathBuf>,
    /// How often each is run, after once that is not counted [default: 5 for generate, 3 for others, 1 for clean]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    rounds: Option<u16>,
    /// After how many seconds a run is stopped and counts as a failure
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// Do not compile what is generated only to see whether it compiles
    #[arg(long)]
    unchecked: bool,
    /// Write the figures as JSON to this file
    #[arg(long, value_name = "FILE", default_value = "target/bench/results.json")]
    json: PathBuf,
    /// Draw the figures into this file
    #[arg(long, value_name = "FILE", default_value = "target/bench/results.svg")]
    svg: PathBuf,
}

/// Measures all tools with all descriptions, and prints the tables.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let corpus = root.join(&arguments.corpus);
    if !corpus.is_dir() {
        bail!("there is no folder {}; name the one of the descriptions by --corpus", corpus.display());
    }
    tools::are_known(&arguments.against)?;
    let yard = Yard { folder: root.join("target/bench"), limit: Duration::from_secs(arguments.limit) };
    let _lock = yard.locked()?;
    let documents = documents(&corpus, &yard.folder.join("documents"), &arguments.only)?;
    let ours = match &arguments.generator {
        Some(file) if root.join(file).is_file() => root.join(file),
        Some(file) => bail!("there is no program {}", root.join(file).display()),
        // As users install it.
        None => {
            eprintln!("building {OURS}");
            workspace::built(root, &["--package", OURS, "--features", "cli"])?
        }
    };
    let (tools, missing) = tools::present(&ours, &arguments.against)?;
    missing.iter().for_each(|name| eprintln!("{name} is not on PATH and takes no part"));
    let compiler = workspace::rustc()?;
    let mut bench = Bench {
        root,
        arguments,
        verdicts: Verdicts::read(yard.folder.join("verdicts.json"), &compiler),
        yard,
        corpus,
        tools,
        made: BTreeMap::new(),
        asked: BTreeMap::new(),
    };
    let mut report = Report::new(compiler, !arguments.unchecked, &bench.tools, &missing);
    let json = root.join(&arguments.json);
    let stages = if arguments.all { &Stage::ALL[..] } else { &arguments.stage };
    for document in &documents {
        for &stage in stages.iter().filter(|stage| !arguments.only.is_empty() || stage.takes(document)) {
            eprintln!("{}: {}", stage.as_str(), document.name);
            let rows = bench.rows(stage, document)?;
            rows.iter().for_each(|row| eprintln!("  {}", table::line(row)));
            report.rows.extend(rows);
            // A run takes up to hours; what was found stays when it is stopped.
            write(&json, &report.to_json())?;
        }
    }
    bench.yard.clear();
    print!("{}", table::markdown(&report));
    eprintln!("wrote {}", shown(root, &json));
    // Without anyone to compare with, there is nothing to draw.
    if let Some(drawing) = plot::svg(&report) {
        let file = root.join(&arguments.svg);
        write(&file, &drawing)?;
        eprintln!("wrote {}", shown(root, &file));
    }
    let ours = report.rows.iter().filter(|row| row.tool == OURS);
    let failed = ours.filter(|row| row.failure.is_some()).count();
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What measuring needs.
struct Bench<'a> {
    root: &'a Path,
    arguments: &'a Arguments,
    yard: Yard,
    corpus: PathBuf,
    tools: Vec<Tool>,
    verdicts: Verdicts,
    /// The crates that were made in this run, by tool and description, or why there is none.
    made: BTreeMap<(&'static str, String), Result<PathBuf, String>>,
    /// Whether they compile, where it is known.
    asked: BTreeMap<(&'static str, String), Result<(), String>>,
}

impl Bench<'_> {
    /// Runs all tools in turn, so that a machine that is slower for a while is slower for all.
    fn rows(&mut self, stage: Stage, document: &Document) -> anyhow::Result<Vec<Row>> {
        let tools = self.tools.clone();
        let mut rows: Vec<Row> = tools.iter().map(|tool| Row::new(stage, document, tool)).collect();
        let mut jobs = Vec::new();
        for (tool, row) in tools.iter().zip(&mut rows) {
            let verdict = self.verdict(tool, document)?;
            row.compiles = verdict.as_ref().map(Result::is_ok);
            let job = match (stage, verdict) {
                (Stage::Generate, _) => Ok(self.yard.generation(tool, document)),
                (_, Some(Err(said))) => Err(said),
                _ => self.compilation(stage, tool, document),
            };
            let job = job.and_then(|job| {
                // Only where everything is new does it not matter what was run before.
                let warm = if stage == Stage::Clean { Ok(()) } else { job.warm_up(self.yard.limit) };
                warm.map(|()| job).map_err(|error| format!("{error:#}"))
            });
            jobs.push(job.map_err(|said| self.failed(row, &said)).ok());
        }
        for _ in 0..self.arguments.rounds.map_or(stage.rounds(), usize::from) {
            for (job, row) in jobs.iter_mut().zip(&mut rows) {
                match job.as_ref().map(|job| job.run(self.yard.limit)) {
                    Some(Ok(cost)) => row.costs.push(cost),
                    Some(Err(error)) => {
                        self.failed(row, &format!("{error:#}"));
                        *job = None;
                    }
                    None => {}
                }
            }
        }
        jobs.iter().flatten().for_each(|job| job.end(stage));
        for (tool, row) in tools.iter().zip(&mut rows) {
            match (stage, row.failure.is_none()) {
                (Stage::Check, succeeds) if self.made(tool, document).is_ok() => {
                    row.compiles = row.compiles.or(Some(succeeds));
                }
                (Stage::Generate, true) => row.written = Some(self.yard.written(tool)?),
                (Stage::Clean, true) => {
                    let folder = self.made(tool, document).map_err(anyhow::Error::msg)?;
                    row.dependencies = Some(self.yard.dependencies(&folder)?);
                }
                _ => {}
            }
            if let (true, Some(Err(said))) = (row.failure.is_none(), self.verdict(tool, document)?) {
                row.failure = Some(failure::reason(&said));
            }
        }
        Ok(rows)
    }

    /// What is run in a stage that compiles.
    fn compilation(&mut self, stage: Stage, tool: &Tool, document: &Document) -> Result<Job, String> {
        let folder = self.made(tool, document)?;
        self.yard.compilation(stage, tool, &folder).map_err(|error| format!("{error:#}"))
    }

    /// The crate that a tool makes of a description, which is made once.
    fn made(&mut self, tool: &Tool, document: &Document) -> Result<PathBuf, String> {
        let key = (tool.name(), document.name.clone());
        let make = || self.yard.make(tool, document).map_err(|error| format!("{error:#}"));
        self.made.entry(key).or_insert_with(make).clone()
    }

    /// Whether what a tool makes of a description compiles. `None` where that is not to be found out, or nothing is made.
    fn verdict(&mut self, tool: &Tool, document: &Document) -> anyhow::Result<Option<Result<(), String>>> {
        if self.arguments.unchecked {
            return Ok(None);
        }
        let original;
        let document = if document.is_original() {
            document
        } else {
            original = Document { name: GROWN.to_owned(), path: self.corpus.join(GROWN), factor: Some(1) };
            &original
        };
        let key = (tool.name(), document.name.clone());
        if let Some(verdict) = self.asked.get(&key) {
            return Ok(Some(verdict.clone()));
        }
        // That it makes nothing is found where it is run.
        let Ok(folder) = self.made(tool, document) else { return Ok(None) };
        let verdict = self.verdicts.of(&folder, || {
            eprintln!("does what {} makes of {} compile?", tool.name(), document.name);
            self.yard.compiles(tool, &folder)
        })?;
        Ok(Some(self.asked.entry(key).or_insert(verdict).clone()))
    }

    /// Notes that a row has no figures, and keeps all that was said.
    fn failed(&self, row: &mut Row, said: &str) {
        row.costs.clear();
        row.failure = Some(failure::reason(said));
        let name = format!("{}_{}_{}.log", row.tool, row.document, row.stage.as_str());
        let log = self.yard.folder.join("logs").join(name);
        match write(&log, said) {
            Ok(()) => eprintln!("{} fails; what it says is in {}", row.tool, shown(self.root, &log)),
            Err(_) => eprintln!("{} fails: {said}", row.tool),
        }
    }
}
