//! `cargo xtask corpus`: every description of a folder becomes a crate, and every crate has to compile.

pub(crate) mod calls;
mod compiling;
mod confirmed;
mod examples;
mod generating;
mod leaf;
mod pattern;
mod positions;
pub(crate) mod raw;
mod report;
mod samples;
mod table;
mod yaml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use serde_json::Value;

use self::confirmed::Confirmed;
use self::samples::Listed;
use self::table::Table;
use crate::workspace::write;

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
    /// Call operations of each crate and hold the requests against the description
    #[arg(long)]
    calls: bool,
    /// Take every example and default of the descriptions through its type and back
    #[arg(long)]
    examples: bool,
    /// Make values for every schema, at its bounds and of each alternative, and take them through its type and back
    #[arg(long)]
    samples: bool,
    /// Generate everything, but compile only a fixed sample, and take its examples through its types
    #[arg(long, conflicts_with_all = ["only", "no_check", "examples"])]
    sample: bool,
    /// Fail where less is generated than this table says, or a crate that compiled does not
    #[arg(long, value_name = "FILE", default_value = "tests/corpus.tsv")]
    expected: PathBuf,
    /// Fail where a known description is called wrong at a place that this table does not confirm
    #[arg(long, value_name = "FILE", default_value = "tests/corpus-errors.tsv")]
    confirmed: PathBuf,
    /// Fail where a sample does not come back as it was for a reason that this table does not give
    #[arg(long, value_name = "FILE", default_value = "tests/corpus-samples.tsv")]
    listed: PathBuf,
    /// Write what was found to that table instead
    #[arg(long)]
    accept: bool,
    /// Write the results as JSON to this file
    #[arg(long, value_name = "FILE", default_value = "target/corpus/results.json")]
    json: PathBuf,
}

/// What `--sample` compiles: small descriptions, one for each kind of construct, and one large one.
const SAMPLE: &[&str] = &[
    "multi_hey_api_full31/full.yaml",
    "multi_oas32_cafe_split/cafe.yaml",
    "oas32_media_types.yaml",
    "oas32_query_operation.yaml",
    "oas32_sse.yaml",
    "ollama.yaml",
    "testsuite_burgershop31.yaml",
    "testsuite_oapi_codegen_name_conflicts.yaml",
    "testsuite_oas_discriminators.yaml",
    "testsuite_ogen_parameters.json",
    "testsuite_ogen_sample31.json",
    "testsuite_petstore_fake_endpoints.yaml",
    "testsuite_python_client_31.yaml",
    "testsuite_security31.json",
    "testsuite_swift_content_types31.yaml",
    "train_travel.yaml",
    "x.json",
];

/// What is done with the crates.
#[derive(Clone, Copy, Debug)]
struct Steps {
    check: bool,
    examples: bool,
    samples: bool,
    calls: bool,
    /// Where it is not done with all of them.
    only: Option<&'static [&'static str]>,
}

impl Steps {
    /// Whether the crate of a description is more than generated.
    fn takes(self, name: &str) -> bool {
        self.only.is_none_or(|only| only.contains(&name))
    }
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
    positions: positions::Positions,
    reduced: usize,
    files: usize,
    lines: usize,
    milliseconds: u128,
    codes: BTreeMap<&'static str, usize>,
    /// What is wrong in the description: codes and places.
    faults: Vec<(&'static str, String)>,
    /// Errors and warnings of the compiler and of clippy; `None` where it was not asked.
    compiler: Option<usize>,
    /// How long that took.
    seconds: Option<u64>,
    first: Option<String>,
    /// What became of the examples; `None` where that was not asked.
    examples: Option<examples::Figures>,
    /// What became of the samples of its schemas; `None` where that was not asked.
    samples: Option<samples::Figures>,
    /// The operations that are called, how many of the requests are as described, and what is wrong with the others.
    planned: Vec<calls::Planned>,
    passed: usize,
    refused: Vec<String>,
}

/// Generates, compiles, prints and compares.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = root.join(&arguments.folder);
    if !folder.is_dir() {
        println!("Skipped: there is no folder {}", folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<String> = generating::descriptions(&folder)?
        .into_iter()
        .filter(|name| arguments.only.is_empty() || arguments.only.iter().any(|part| name.contains(part)))
        .collect();
    if names.is_empty() {
        bail!("no description in {} has such a name", folder.display());
    }
    if let Some((one, other)) = generating::twins(&names) {
        bail!("{one} and {other} would be one crate; rename one of them, or choose by --only");
    }
    let steps = Steps {
        check: !arguments.no_check,
        examples: arguments.examples || arguments.sample,
        samples: arguments.samples,
        calls: arguments.calls,
        only: arguments.sample.then_some(SAMPLE),
    };
    if let Some(missing) = steps.only.and_then(|sample| sample.iter().find(|name| !names.iter().any(|n| n == *name))) {
        bail!("{missing} of the sample is not in {}", folder.display());
    }
    let out = root.join("target/corpus");
    let mut found = generating::generate_all(&folder, &out, &names, steps)?;
    compiling::workspace(root, &out, &found)?;
    if steps.check {
        compiling::check_all(&out, &mut found, steps)?;
    }
    if steps.examples || steps.samples {
        run_programs(&out, &mut found)?;
    }
    if arguments.calls {
        calls::call_all(root, &folder, &out.join("crates"), &mut found)?;
    }
    let mut worse = Vec::new();
    if steps.samples {
        let listed = Listed::read(&root.join(&arguments.listed))?;
        worse.extend(found.iter_mut().flat_map(|found| listed.differences(found)));
    }
    report::print(&found);
    report::print_samples(&found);
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
    let table = Table::read(&expected)?;
    worse.extend(table.worse(&found));
    for found in &found {
        worse.extend(found.refused.iter().map(|fault| format!("{}: {fault}", found.name)));
    }
    let confirmed = Confirmed::read(&root.join(&arguments.confirmed))?;
    for found in found.iter().filter(|found| table.knows(&found.name)) {
        worse.extend(confirmed.differences(found));
    }
    worse.iter().for_each(|line| eprintln!("worse: {line}"));
    Ok(if worse.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds and runs the program of each description, and notes what it printed.
fn run_programs(out: &Path, found: &mut [Found]) -> anyhow::Result<()> {
    let all = found.len();
    for (index, found) in found.iter_mut().enumerate() {
        report::progress("read and written", index, all, &found.name);
        if found.examples.is_none() && found.samples.is_none() {
            continue;
        }
        let package = generating::package(&found.name);
        let printed = examples::program::run(out, &package)?;
        if let Some(figures) = &mut found.examples {
            examples::read(figures, &printed);
        }
        if let Some(figures) = &mut found.samples {
            samples::read(figures, &out.join("examples").join(package), &printed)?;
        }
    }
    report::progress("read and written", all, all, "");
    Ok(())
}
