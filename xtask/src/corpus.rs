//! `cargo xtask corpus`: every description of a folder becomes a crate, and every crate has to compile.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use spec2crate::diag::{Code, Severity};
use spec2crate::sync::{self, DiskLoader};
use spec2crate::{Request, generate};

mod positions;

/// What is asked for on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the descriptions
    #[arg(default_value = "../shared/corpus")]
    folder: PathBuf,
    /// Only descriptions whose name holds this text; can be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Do not compile the crates
    #[arg(long)]
    no_check: bool,
    /// Fail where less is generated than this table says, or a crate that compiled does not
    #[arg(long, value_name = "FILE", default_value = "tests/corpus.tsv")]
    expected: PathBuf,
    /// Write what was found to that table instead
    #[arg(long)]
    accept: bool,
    /// Write the results as JSON to this file
    #[arg(long, value_name = "FILE", default_value = "target/corpus/results.json")]
    json: PathBuf,
}

/// What became of one description.
#[derive(Clone, Debug, Default)]
struct Found {
    name: String,
    generated: bool,
    errors: usize,
    warnings: usize,
    operations: usize,
    skipped: usize,
    positions: usize,
    reduced: usize,
    files: usize,
    lines: usize,
    milliseconds: u128,
    codes: BTreeMap<&'static str, usize>,
    /// Errors and warnings of the compiler and of clippy; `None` where it was not asked.
    compiler: Option<usize>,
    first: Option<String>,
}

/// Generates, compiles, prints and compares.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = root.join(&arguments.folder);
    if !folder.is_dir() {
        println!("Skipped: there is no folder {}", folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<String> = descriptions(&folder)?
        .into_iter()
        .filter(|name| arguments.only.is_empty() || arguments.only.iter().any(|part| name.contains(part)))
        .collect();
    if names.is_empty() {
        bail!("no description in {} has such a name", folder.display());
    }
    let crates = root.join("target/corpus/crates");
    let mut found = generate_all(&folder, &crates, &names)?;
    if !arguments.no_check {
        check_all(root, &crates, &mut found)?;
    }
    print(&found);
    let results: Vec<Value> = found.iter().map(Found::json).collect();
    let path = root.join(&arguments.json);
    write(&path, &format!("{:#}\n", Value::from(results)))?;
    let expected = root.join(&arguments.expected);
    if arguments.accept {
        let mut table = Table::read(&expected)?;
        found.iter().for_each(|found| table.set(found));
        write(&expected, &table.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let worse = Table::read(&expected)?.worse(&found);
    worse.iter().for_each(|line| eprintln!("worse: {line}"));
    Ok(if worse.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The paths of the descriptions below a folder. Of a subfolder it is those that say which version they follow.
fn descriptions(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).with_context(|| format!("{} cannot be read", here.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ["json", "yaml", "yml"].iter().any(|known| ending == *known))
            {
                let text = fs::read_to_string(&path).unwrap_or_default();
                if text.lines().any(|line| line.trim_start().trim_matches('"').starts_with("openapi")) || here == folder
                {
                    found.push(path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/"));
                }
            }
        }
    }
    found.sort();
    Ok(found)
}

fn generate_all(folder: &Path, crates: &Path, names: &[String]) -> anyhow::Result<Vec<Found>> {
    let next = AtomicUsize::new(0);
    let found: Mutex<Vec<Found>> = Mutex::default();
    let failed: Mutex<Option<anyhow::Error>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            // The generator walks deep documents, so it gets the stack of a main thread.
            let work = || {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match one(folder, crates, name) {
                        Ok(one) => lock(&found).push(one),
                        Err(error) => *lock(&failed) = Some(error.context(name.clone())),
                    }
                    progress("generated", lock(&found).len(), names.len(), name);
                }
            };
            let spawned = std::thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, work);
            if let Err(error) = spawned {
                *lock(&failed) = Some(error.into());
            }
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_default() {
        return Err(error);
    }
    let mut found = found.into_inner().unwrap_or_default();
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

fn one(folder: &Path, crates: &Path, name: &str) -> anyhow::Result<Found> {
    let mut request = Request::new(name);
    request.name = Some(package(name));
    let start = Instant::now();
    let outcome = generate(&DiskLoader::new(folder), &request);
    let milliseconds = start.elapsed().as_millis();
    let count = |code| outcome.diagnostics.iter().filter(|found| found.code == code).count();
    let mut found = Found {
        name: name.to_owned(),
        errors: outcome.diagnostics.count(Severity::Error),
        warnings: outcome.diagnostics.count(Severity::Warning),
        skipped: count(Code::Skipped),
        reduced: count(Code::Reduced) + count(Code::Unsupported),
        milliseconds,
        ..Found::default()
    };
    for diagnostic in outcome.diagnostics.iter() {
        *found.codes.entry(diagnostic.code.as_str()).or_default() += 1;
    }
    if let Some(api) = &outcome.api {
        found.operations = api.operations.len();
        found.positions = positions::count(api);
    }
    if let Some(files) = &outcome.files {
        found.generated = true;
        found.files = files.iter().count();
        found.lines = files.iter().map(|(_, text)| text.lines().count()).sum();
        sync::apply(files, &crates.join(package(name)))?;
    }
    Ok(found)
}

/// The name of the crate for a description: its path with what no name can hold left out.
fn package(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("corpus-{}", name.trim_matches('-'))
}

/// Compiles each crate with warnings denied and lints it, in one workspace, so that dependencies are built once.
fn check_all(root: &Path, crates: &Path, found: &mut [Found]) -> anyhow::Result<()> {
    let members: Vec<String> = found.iter().filter(|found| found.generated).map(|found| package(&found.name)).collect();
    let members: Vec<String> = members.iter().map(|name| format!("\"{name}\"")).collect();
    write(&crates.join("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", ")))?;
    fs::copy(root.join("Cargo.lock"), crates.join("Cargo.lock"))?;
    let all = found.len();
    for (index, found) in found.iter_mut().enumerate().filter(|(_, found)| found.generated) {
        progress("checked", index, all, &found.name);
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["clippy", "--quiet", "--message-format=json", "-p", &package(&found.name)])
            .current_dir(crates)
            .env("CARGO_TARGET_DIR", root.join("target/corpus/target"))
            .output()
            .context("cargo could not be started")?;
        let mut first = None;
        let mut count = 0;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
            let level = message["message"]["level"].as_str().unwrap_or_default();
            if message["reason"] == "compiler-message" && (level == "error" || level == "warning") {
                if message["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty()) {
                    count += 1;
                }
                first = first.or_else(|| message["message"]["rendered"].as_str().map(str::to_owned));
            }
        }
        if !output.status.success() && count == 0 {
            count = 1;
            first = first.or_else(|| Some(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        found.compiler = Some(count);
        found.first = first;
    }
    Ok(())
}

impl Found {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "generated": self.generated,
            "errors": self.errors,
            "warnings": self.warnings,
            "operations": self.operations,
            "skipped": self.skipped,
            "positions": self.positions,
            "reduced": self.reduced,
            "files": self.files,
            "lines": self.lines,
            "milliseconds": u64::try_from(self.milliseconds).unwrap_or(u64::MAX),
            "codes": self.codes,
            "compiler": self.compiler,
            "first": self.first,
        })
    }
}

fn print(found: &[Found]) {
    let width = found.iter().map(|found| found.name.len()).max().unwrap_or_default();
    println!(
        "{:width$}  errors warnings operations skipped positions reduced   files    lines     ms  compiler",
        "description"
    );
    for found in found {
        let compiler = match found.compiler {
            None => "-".to_owned(),
            Some(0) => "ok".to_owned(),
            Some(count) => count.to_string(),
        };
        println!(
            "{:width$}  {:6} {:8} {:10} {:7} {:9} {:7} {:7} {:8} {:6}  {:>8}",
            found.name,
            found.errors,
            found.warnings,
            found.operations,
            found.skipped,
            found.positions,
            found.reduced,
            found.files,
            found.lines,
            found.milliseconds,
            compiler
        );
        if let Some(first) = &found.first {
            first.lines().take(12).for_each(|line| println!("    {line}"));
        }
    }
    let sum = |of: fn(&Found) -> usize| found.iter().map(of).sum::<usize>();
    println!(
        "\n{} of {} generated; {} operations, {} skipped; {} type positions, {} reduced",
        found.iter().filter(|found| found.generated).count(),
        found.len(),
        sum(|found| found.operations),
        sum(|found| found.skipped),
        sum(|found| found.positions),
        sum(|found| found.reduced),
    );
}

/// What is expected of each description, checked in.
#[derive(Debug, Default)]
struct Table(BTreeMap<String, [usize; 5]>);

const COLUMNS: [&str; 5] = ["errors", "operations", "skipped", "positions", "reduced"];

impl Table {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        let mut table = Self::default();
        for (index, line) in text.lines().enumerate().skip(1) {
            let mut cells = line.split('\t');
            let name = cells.next().unwrap_or_default().to_owned();
            let numbers: Vec<usize> = cells.filter_map(|cell| cell.parse().ok()).collect();
            let Ok(numbers) = <[usize; 5]>::try_from(numbers) else {
                bail!("{}:{}: a name and {} numbers are expected", path.display(), index + 1, COLUMNS.len());
            };
            table.0.insert(name, numbers);
        }
        Ok(table)
    }

    fn set(&mut self, found: &Found) {
        self.0.insert(found.name.clone(), row(found));
    }

    /// What is worse than expected: more errors, more left out, or a crate that does not compile.
    fn worse(&self, found: &[Found]) -> Vec<String> {
        let mut worse = Vec::new();
        for found in found {
            let name = &found.name;
            if let Some(count) = found.compiler.filter(|count| *count > 0) {
                worse.push(format!("{name}: the compiler has {count} findings"));
            }
            let Some(expected) = self.0.get(name) else { continue };
            for ((column, expected), now) in COLUMNS.iter().zip(expected).zip(row(found)) {
                let is_worse = match *column {
                    "operations" | "positions" => now < *expected,
                    _ => now > *expected,
                };
                if is_worse {
                    worse.push(format!("{name}: {column} was {expected} and is {now}"));
                }
            }
        }
        worse
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "description\t{}", COLUMNS.join("\t"))?;
        for (name, numbers) in &self.0 {
            let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
            writeln!(f, "{name}\t{}", numbers.join("\t"))?;
        }
        Ok(())
    }
}

fn row(found: &Found) -> [usize; 5] {
    [found.errors, found.operations, found.skipped, found.positions, found.reduced]
}

fn progress(what: &str, done: usize, all: usize, name: &str) {
    if !io::stderr().is_terminal() {
        return;
    }
    let width = 30;
    let filled = width * done / all.max(1);
    let _ = write!(io::stderr(), "\r\x1b[2K{what} [{:width$}] {done}/{all} {name}", "#".repeat(filled));
    if done == all {
        let _ = writeln!(io::stderr());
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
