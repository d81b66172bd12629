//! The command line of spec2crate.

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use spec2crate::Request;
use spec2crate::cli::{self, Format, Mode, Task};
use spec2crate::diag::Code;

/// Turns an OpenAPI description into a Rust client crate.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a crate, or bring one up to date
    ///
    /// Exits with 0 when the crate was written, warnings or not, and with 1 on errors. On errors nothing is written.
    Generate {
        /// The description: OpenAPI 3.0, 3.1 or 3.2 as YAML or JSON
        #[arg(long, value_name = "FILE")]
        spec: String,
        /// The folder of the crate; what was not generated in it is never touched
        #[arg(long, value_name = "DIR")]
        out: String,
        /// The name of the crate; the configuration can give it as well
        #[arg(long, value_name = "CRATE")]
        name: Option<String>,
        /// What the description cannot say: names, groups, types, conventions (codegen.toml)
        #[arg(long, value_name = "FILE")]
        config: Option<String>,
        /// A document that changes the description before it is read (Overlay 1.0 or 1.1); can be given several times, and
        /// they are applied in that order
        #[arg(long, value_name = "FILE")]
        overlay: Vec<String>,
        /// Write nothing; list every file that differs and exit with 1 if there is one
        #[arg(long, conflicts_with = "dry_run")]
        check: bool,
        /// Write nothing; list every file that would be written or deleted
        #[arg(long)]
        dry_run: bool,
        /// Treat warnings as errors
        #[arg(long)]
        deny_warnings: bool,
        /// How to report
        #[arg(long, value_enum, default_value_t = Report::Text)]
        format: Report,
    },
    /// Explain a code of a diagnostic, such as S2C0205; all of them without one
    Explain {
        /// The code
        code: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Report {
    /// For people
    Text,
    /// One JSON object on the standard output
    Json,
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Generate { spec, out, name, config, overlay, check, dry_run, deny_warnings, format } => {
            let named = name.as_ref().map(|name| format!(" --name {name}")).unwrap_or_default();
            let configured = config.as_ref().map(|config| format!(" --config {config}")).unwrap_or_default();
            let overlaid: String = overlay.iter().map(|overlay| format!(" --overlay {overlay}")).collect();
            let command = format!("spec2crate generate --spec {spec} --out {out}{named}{configured}{overlaid}");
            let request = Request { spec, config, name, overlays: overlay, ext: Vec::new(), command };
            let mode = match (check, dry_run) {
                (true, _) => Mode::Check,
                (_, true) => Mode::DryRun,
                _ => Mode::Write,
            };
            let format = match format {
                Report::Text => Format::Text,
                Report::Json => Format::Json,
            };
            let task = Task { root: Path::new(""), request: &request, out: &out, mode, deny_warnings, format };
            match cli::run(&task) {
                Ok(true) => ExitCode::SUCCESS,
                Ok(false) => ExitCode::FAILURE,
                Err(error) => {
                    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
                    eprintln!("error: {error}{cause}");
                    ExitCode::FAILURE
                }
            }
        }
        Command::Explain { code: None } => {
            Code::ALL.iter().for_each(explain);
            ExitCode::SUCCESS
        }
        Command::Explain { code: Some(wanted) } => {
            match Code::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(&wanted)) {
                Some(code) => {
                    explain(code);
                    ExitCode::SUCCESS
                }
                None => {
                    eprintln!("error: there is no code `{wanted}`; `spec2crate explain` lists all of them");
                    ExitCode::FAILURE
                }
            }
        }
    }
}

fn explain(code: &Code) {
    println!("{code}: {}\n  {}\n", code.title(), code.explanation());
}
