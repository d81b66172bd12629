//! `cargo xtask codegen`: from spec/ to generated/.

use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use spec2crate::diag::Severity;
use spec2crate::source::Loader;
use spec2crate::sync::{self, DiskLoader, Run};
use spec2crate::{Request, generate};

const COMMAND: &str = "cargo xtask codegen";
const FOLDER: &str = "generated";

/// Generates, prints what there is to say, and writes or compares.
pub(crate) fn run(root: &Path, check: bool, deny_warnings: bool) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let loader = DiskLoader::new(root);
    let request = Request {
        spec: "spec/openapi.yaml".to_owned(),
        config: Some("spec/codegen.toml".to_owned()),
        ext: sync::modules(&root.join("spec/ext"))?,
        command: COMMAND.to_owned(),
    };
    let outcome = generate(&loader, &request);
    if !outcome.diagnostics.is_empty() {
        eprintln!("{}", outcome.diagnostics.render(&outcome.sources, colours()).trim_end());
    }
    let warnings = outcome.diagnostics.count(Severity::Warning);
    let (Some(files), true) = (&outcome.files, outcome.is_complete() && !(deny_warnings && warnings > 0)) else {
        let errors = outcome.diagnostics.count(Severity::Error);
        let verb = if check { "compared" } else { "written" };
        let denied = if errors == 0 { ", and warnings are denied" } else { "" };
        eprintln!("\nNothing was {verb}: {}, {}{denied}.", counted(errors, "error"), counted(warnings, "warning"));
        return Ok(ExitCode::FAILURE);
    };

    let folder = root.join(FOLDER);
    if check {
        let plan = sync::plan(files, &folder)?;
        if !plan.changes.is_empty() {
            if !outcome.diagnostics.is_empty() {
                eprintln!();
            }
            eprint!("{}", sync::drift(&plan, FOLDER));
            eprintln!(
                "\n{FOLDER}/ is not what the description gives. Of each file the first line that differs is shown: `-` as \
                 it is, `+` as it would be. To repair it, run: {COMMAND}"
            );
            return Ok(ExitCode::FAILURE);
        }
        println!("{}", Run { folder: FOLDER, plan: &plan, outcome: &outcome, listed: None, elapsed: start.elapsed() });
        return Ok(ExitCode::SUCCESS);
    }
    let listed = loader.load(&format!("{FOLDER}/api.txt")).ok();
    let plan = sync::apply(files, &folder)?;
    let (listed, elapsed) = (listed.as_deref(), start.elapsed());
    println!("{}", Run { folder: FOLDER, plan: &plan, outcome: &outcome, listed, elapsed });
    Ok(ExitCode::SUCCESS)
}

/// A number and what is counted, such as `1 error` and `2 errors`.
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Whether diagnostics may be coloured: only for a terminal, and not if `NO_COLOR` is set (no-color.org).
fn colours() -> bool {
    io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
