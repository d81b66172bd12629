//! `cargo xtask judge`: somebody else's server says whether every request is what the description asks for.
//!
//! The server is Prism, which answers from the description and names what is wrong with a request. Every operation is called
//! twice, with what is required alone and with everything set, and each answer has to be one that the client can read. What
//! Prism does not look at (parameters that nothing declares, how lists are written, streams) is held against the description
//! by the checks of `cargo xtask corpus --calls`, which use neither Prism nor the generator.

mod prism;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::Value;
use spec2crate::sync::{self, DiskLoader};
use spec2crate::{Request, generate};

use self::prism::Prism;
use self::table::{Row, Verdict};
use crate::codegen;
use crate::corpus::calls::{prepare_all, program, verdict};
use crate::corpus::raw::Raw;
use crate::workspace;

/// What is asked for on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The descriptions; those that are not there are skipped
    #[arg(default_values = [OWN, "../shared/corpus/x.json"])]
    descriptions: Vec<PathBuf>,
    /// Write the table of all operations to this file
    #[arg(long, value_name = "FILE", default_value = "target/judge/results.tsv")]
    table: PathBuf,
}

/// The description of generated/, which comes with its configuration.
const OWN: &str = "spec/openapi.yaml";

/// Generates, calls, asks and prints.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let out = root.join("target/judge");
    let Some(prism) = prism::install(root, &out)? else {
        println!("Skipped: Prism needs node and npm, and they are not on PATH. Nothing was judged.");
        return Ok(ExitCode::SUCCESS);
    };
    let mut rows: Vec<Row> = Vec::new();
    for description in &arguments.descriptions {
        if !root.join(description).is_file() {
            println!("Skipped: there is no {}", description.display());
            continue;
        }
        let found = one(root, &out, &prism, description).with_context(|| description.display().to_string())?;
        table::print(description, &found);
        rows.extend(found);
    }
    let path = root.join(&arguments.table);
    workspace::write(&path, &table::text(&rows))?;
    let refused = rows.iter().filter(|row| !row.verdict.is_right()).count();
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn one(root: &Path, out: &Path, prism: &Path, description: &Path) -> anyhow::Result<Vec<Row>> {
    let name = description.file_name().and_then(|name| name.to_str()).context("it has no name")?;
    let own = description == Path::new(OWN);
    let stem = name.split('.').next().unwrap_or(name).replace(['_', ' '], "-");
    let package = format!("judged-{}", if own { "own" } else { &stem });
    let folder = root.join(description).parent().map(Path::to_owned).context("it is in no folder")?;
    let request = if own {
        // Its sources become another crate, which has no examples.
        Request { name: Some(package.clone()), examples: Vec::new(), ..codegen::request(root)? }
    } else {
        Request { name: Some(package.clone()), ..Request::new(name) }
    };
    let loader = if own { DiskLoader::new(root) } else { DiskLoader::new(&folder) };
    let outcome = generate(&loader, &request);
    let (Some(files), Some(api)) = (&outcome.files, &outcome.api) else { bail!("nothing can be generated from it") };
    let crates = out.join("crates");
    sync::apply(files, &crates.join(&package))?;
    let raw = Raw::read(&folder, name)?;
    let calls = prepare_all(&raw, &crates, &package, api)?;
    let lines = call(root, &crates, prism, &root.join(description), &package)?;
    let judged = calls.planned.iter().enumerate().map(|(call, planned)| {
        let streams = api.operations[planned.index].stream.is_some();
        let verdict = Verdict::of(streams, said(&lines, call), verdict(&raw, planned, call, &lines));
        Row { description: name.to_owned(), operation: planned.id.clone(), extent: planned.extent, verdict }
    });
    let mut rows: Vec<Row> = judged.collect();
    rows.extend(calls.impossible.into_iter().map(|(operation, extent)| Row {
        description: name.to_owned(),
        operation,
        extent,
        verdict: Verdict::Impossible,
    }));
    Ok(rows)
}

/// What the judge said about a call.
fn said(lines: &[Value], call: usize) -> Option<&Value> {
    lines.iter().find(|line| line["call"] == call && line.get("judge").is_some())
}

/// Builds the program, and runs it beside the judge. Gives what it printed.
fn call(root: &Path, crates: &Path, prism: &Path, description: &Path, package: &str) -> anyhow::Result<Vec<Value>> {
    program::workspace(root, crates, &[package.to_owned()])?;
    let program = |verb| program::cargo(root, crates, verb, package);
    if !program("build").status().context("cargo cannot be started")?.success() {
        bail!("the program that makes the calls does not compile");
    }
    let judge = Prism::start(prism, description)?;
    let output = program("run").env(program::JUDGE, judge.address()).output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("the program that makes the calls fails: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(program::printed(&output.stdout))
}
