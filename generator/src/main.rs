//! The command line of spec2crate.

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use spec2crate::cli::{self, Format, Mode, Task};
use spec2crate::diag::Code;
use spec2crate::sync::DiskLoader;
use spec2crate::{Request, generate};

/// A run makes millions of short texts on several threads, on which the allocators of most systems spend a third of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
        #[arg(long, value_name = "FILE", value_parser = description)]
        spec: String,
        /// The folder of the crate; what was not generated in it is never touched
        #[arg(long, value_name = "DIR", value_parser = clap::builder::NonEmptyStringValueParser::new())]
        out: String,
        /// The name of the crate; the configuration can give it as well, and without a name it is that of the folder
        #[arg(long, value_name = "CRATE", value_parser = crate_name)]
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
        /// Write what is right of a description that is wrong: its faults are warnings then
        #[arg(long, conflicts_with = "deny_warnings")]
        keep_going: bool,
        /// Treat warnings as errors
        #[arg(long)]
        deny_warnings: bool,
        /// Print every diagnostic, not only the first 20 of each code
        #[arg(long)]
        all: bool,
        /// How to report
        #[arg(long, value_enum, default_value_t = Report::Text)]
        format: Report,
    },
    /// Say what a new description means for those who depend on the crate: Markdown for a pull request
    ///
    /// Both are generated, in memory and with faults as warnings, and compared: what callers can name, and what is sent and
    /// read. Exits with 0 when nothing breaks, with 3 when something does, and with 1 when a description cannot be read.
    Diff {
        /// The description before
        #[arg(value_name = "OLD", value_parser = description)]
        old: String,
        /// The description after
        #[arg(value_name = "NEW", value_parser = description)]
        new: String,
        /// The configuration of both (codegen.toml)
        #[arg(long, value_name = "FILE")]
        config: Option<String>,
        /// The configuration before, where it is another one
        #[arg(long, value_name = "FILE", requires = "config")]
        old_config: Option<String>,
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
        Command::Generate {
            spec,
            out,
            name,
            config,
            overlay,
            check,
            dry_run,
            keep_going,
            deny_warnings,
            all,
            format,
        } => {
            let (spec, out, config) = (slashed(spec), slashed(out), config.map(slashed));
            let overlays: Vec<String> = overlay.into_iter().map(slashed).collect();
            let mut command = format!("spec2crate generate --spec {} --out {}", quoted(&spec), quoted(&out));
            for (option, value) in [("--name", &name), ("--config", &config)] {
                if let Some(value) = value {
                    command.push_str(&format!(" {option} {}", quoted(value)));
                }
            }
            for overlay in &overlays {
                command.push_str(&format!(" --overlay {}", quoted(overlay)));
            }
            if keep_going {
                command.push_str(" --keep-going");
            }
            let request = Request {
                spec,
                config,
                name,
                overlays,
                keep_going,
                out: Some(out.clone()),
                ext: Vec::new(),
                examples: Vec::new(),
                command,
            };
            let mode = match (check, dry_run) {
                (true, _) => Mode::Check,
                (_, true) => Mode::DryRun,
                _ => Mode::Write,
            };
            let format = match format {
                Report::Text => Format::Text,
                Report::Json => Format::Json,
            };
            let compare =
                format!("spec2crate diff OLD {}, where OLD is the description as it was", quoted(&request.spec));
            let (root, request, out, compare) = (Path::new(""), &request, out.as_str(), compare.as_str());
            let task = Task { root, request, out, mode, deny_warnings, compare, format, all };
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
        Command::Diff { old, new, config, old_config, format } => {
            let request = |spec: String, config: Option<String>| Request {
                config: config.map(slashed),
                keep_going: true,
                ..Request::new(slashed(spec))
            };
            let old = request(old, old_config.or_else(|| config.clone()));
            let format = match format {
                Report::Text => Format::Text,
                Report::Json => Format::Json,
            };
            let loader = DiskLoader::new(Path::new(""));
            let (before, after) = (generate(&loader, &old), generate(&loader, &request(new, config)));
            cli::diff(&before, &after, Vec::new(), format).unwrap_or_else(|error| {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            })
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

/// The path of a description; what is no file is refused with what to do.
fn description(text: &str) -> Result<String, String> {
    if text == "-" {
        return Err("the description is read from a file, because other files are found by its path".to_owned());
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(format!("nothing is read from the network; save it first: curl -fLo openapi.yaml {text}"));
    }
    if text.is_empty() {
        return Err("the path is empty".to_owned());
    }
    Ok(text.to_owned())
}

fn crate_name(text: &str) -> Result<String, String> {
    spec2crate::package::check_name(text).map(|()| text.to_owned()).map_err(str::to_owned)
}

/// A path with `/` between its parts, as files of the crate name it on every system.
fn slashed(path: String) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path }
}

/// An argument as a shell takes it.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,~".contains(c);
    if argument.chars().all(plain) { argument.to_owned() } else { format!("'{}'", argument.replace('\'', "'\\''")) }
}

fn explain(code: &Code) {
    println!("{code}: {}\n  {}\n", code.title(), code.explanation());
}
