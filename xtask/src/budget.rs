//! `cargo xtask budget`: what the generator and the client cost, held against figures that are checked in.
//!
//! Instructions are counted, not seconds: the same program does the same number of them whatever else the machine does. They
//! are those of this program, which generates, and of the program `measured` in benches/, which uses the client.

mod instructions;
mod output;
mod table;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use self::table::{Figure, Table};
use crate::workspace;

/// What is asked for on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write the measured figures to tests/budgets.tsv instead of comparing them
    #[arg(long)]
    write: bool,
    /// Leave out the instructions, which take valgrind
    #[arg(long)]
    without_instructions: bool,
    /// Generate from the large description in memory and do nothing else: what is counted
    #[arg(long, hide = true, conflicts_with_all = ["write", "without_instructions"])]
    generate: bool,
}

/// The large description, which is not a part of the repository, and what it cannot say itself.
const LARGE: &str = "../shared/corpus/x.json";
const LARGE_CONFIG: &str = "tests/corpus/x.toml";

/// The figures that are checked in.
const TABLE: &str = "tests/budgets.tsv";

/// Measures and compares.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.generate {
        output::large(root)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rustc = workspace::rustc()?;
    let has_large = root.join(LARGE).is_file();
    let mut figures = Vec::new();
    if arguments.without_instructions {
        println!("Left out: the instructions, as asked for.");
    } else {
        figures.extend(instructions::count(root, has_large)?);
    }
    figures.extend(tree::count(root)?);
    figures.extend(output::count(root, has_large)?);
    if !has_large {
        println!("Left out: what is generated from x.json, because there is no {LARGE}.");
    }

    let path = root.join(TABLE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && arguments.write => String::new(),
        Err(error) => return Err(error).context(format!("{TABLE} cannot be read")),
    };
    let table = Table::parse(&text).with_context(|| format!("{TABLE} cannot be read"))?;
    if arguments.write {
        fs::write(&path, table.with(&rustc, &figures).to_string()).context(format!("{TABLE} cannot be written"))?;
        println!("{} figures are written to {TABLE}.", figures.len());
        return Ok(ExitCode::SUCCESS);
    }
    let verdict = table.compare(&rustc, &figures);
    print!("{}", verdict.table);
    verdict.hints.iter().for_each(|line| println!("{line}"));
    if verdict.over.is_empty() {
        println!("All {} figures are within their budgets.", figures.len());
        return Ok(ExitCode::SUCCESS);
    }
    verdict.over.iter().for_each(|line| eprintln!("{line}"));
    eprintln!(
        "To accept what is meant to cost more, run: cargo xtask budget --write, and say why where it is reviewed."
    );
    Ok(ExitCode::FAILURE)
}

/// Where this program is.
fn this_program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("this program does not find itself")
}

/// A figure whose name is put together.
fn figure(name: impl Into<String>, kind: table::Kind, measured: u64) -> Figure {
    Figure { name: name.into(), kind, measured }
}
