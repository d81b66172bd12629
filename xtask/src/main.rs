//! The tasks of this repository, run as `cargo xtask <task>`.

#[cfg(unix)]
mod bench;
mod budget;
mod codegen;
mod corpus;
mod diff;
mod fuzz;
mod judge;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// As in the program that users run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Generate the crate in generated/ from spec/openapi.yaml, spec/codegen.toml and spec/ext
    Codegen {
        /// Write nothing; list every file that differs and exit with 1 if there is one
        #[arg(long)]
        check: bool,
        /// Treat warnings as errors
        #[arg(long)]
        deny_warnings: bool,
    },
    /// Say what the change of spec/ means for those who depend on generated/: Markdown for a pull request
    ///
    /// Exits with 0 when nothing breaks, with 3 when something does, and with 1 on errors.
    Diff(diff::Arguments),
    /// Hold what the generator and the client cost against tests/budgets.tsv: instructions, crates, lines and bytes
    ///
    /// Exits with 1 when a figure is over its budget.
    Budget(budget::Arguments),
    /// Generate a crate from every description of a folder, and compile it
    Corpus(corpus::Arguments),
    /// Ask Prism, a server of somebody else, whether every request is what the description asks for
    ///
    /// Every operation is called with what is required alone, and with everything set, on this machine alone. Prism is
    /// installed by npm as tests/prism pins it; without node it says that it skipped. Exits with 1 when a request is wrong or an
    /// answer cannot be read.
    Judge(judge::Arguments),
    /// Try inputs that nobody thought of, made by libFuzzer, on the generator and the client
    ///
    /// Needs a nightly compiler and cargo-fuzz; without them it says that it skipped. What is found lies in target/fuzz/findings.
    /// Exits with 1 when something is.
    Fuzz(fuzz::Arguments),
    /// Measure what generating and compiling the output cost, beside other generators
    ///
    /// Those generators take part that are on PATH: openapi-to-rust, oas3-gen, ploidy, cargo-progenitor. Nothing is installed.
    /// All are run in turn, and medians are compared, of CPU time, time and memory, so a machine that has other things to do
    /// spoils the seconds more than the ratios. Tables go to the standard output. Exits with 1 when this generator fails.
    #[cfg(unix)]
    Bench(bench::Arguments),
    /// Run a command and print what it took: what `bench` starts, because the system counts per parent
    #[cfg(unix)]
    #[command(hide = true)]
    Measure(bench::Measured),
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().task {
        Task::Codegen { check, deny_warnings } => codegen::run(&workspace::root()?, check, deny_warnings),
        Task::Diff(arguments) => diff::run(&workspace::root()?, &arguments),
        Task::Budget(arguments) => budget::run(&workspace::root()?, &arguments),
        Task::Corpus(arguments) => corpus::run(&workspace::root()?, &arguments),
        Task::Judge(arguments) => judge::run(&workspace::root()?, &arguments),
        Task::Fuzz(arguments) => fuzz::run(&workspace::root()?, &arguments),
        #[cfg(unix)]
        Task::Bench(arguments) => bench::run(&workspace::root()?, &arguments),
        #[cfg(unix)]
        Task::Measure(arguments) => bench::measure(&arguments),
    }
}
