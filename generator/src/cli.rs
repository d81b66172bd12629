//! One run from the command line: generate, say what there is to say, then write or compare.
//!
//! `spec2crate generate` and the tasks of a repository that keeps a generated crate are thin shells around [`run`].

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};

use crate::diag::{Code, FileId, Severity, counted};
use crate::diff;
use crate::files::both;
use crate::sync::{self, Before, Change, DiskLoader, Done, Plan, Run, SyncError};
use crate::{Outcome, Request, generate};

/// What to do with the finished files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write what differs, and delete what is generated no more.
    Write,
    /// Write nothing; any difference is a failure.
    Check,
    /// Write nothing; list what would be done.
    DryRun,
}

/// How a run reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: diagnostics on the standard error, the summary on the standard output.
    Text,
    /// For programs: one JSON object on the standard output. It has `success` and `written`, the numbers `operations`,
    /// `skipped` (operations), `types`, `errors` and `warnings`, `codes` with the number of findings of each, `files` with
    /// `path` and `change` (`created`, `changed` or `deleted`), `api` with what changes for callers
    /// ([`ApiChange`](crate::sync::ApiChange); null where there was no crate before), `milliseconds`, and the lists
    /// `diagnostics` and, for what `[gaps]` accepts, `accepted`. A finding has `code`, `severity`, `title`, `message`,
    /// `help`, `file`, `line` and `column` (from 1) and `pointer`; what is not known is null.
    Json,
}

/// A run.
#[derive(Clone, Copy, Debug)]
pub struct Task<'t> {
    /// The folder to which the paths of the request and `out` are relative.
    pub root: &'t Path,
    /// What to generate from.
    pub request: &'t Request,
    /// The folder of the crate, with `/` between its parts.
    pub out: &'t str,
    /// What to do with the files.
    pub mode: Mode,
    /// Whether warnings are failures like errors.
    pub deny_warnings: bool,
    /// The command that says what a change means for callers, for the summary.
    pub compare: &'t str,
    /// How to report.
    pub format: Format,
    /// Whether people get every diagnostic, and not at most [`MANY`] of a code.
    pub all: bool,
}

/// How many diagnostics of one code people get.
pub const MANY: usize = 20;

/// Does what a task says. Gives whether it succeeded: the crate is written or as it should be.
///
/// This is the end of a program: the memory of what was generated is left to the system, which takes it back in one piece.
///
/// # Errors
///
/// Files could not be compared or written, or the report could not be printed.
pub fn run(task: &Task<'_>) -> Result<bool, SyncError> {
    let start = Instant::now();
    let loader = DiskLoader::new(task.root);
    let outcome = generate(&loader, task.request);
    let warnings = outcome.diagnostics.count(Severity::Warning);
    let files = outcome.files.as_ref().filter(|_| outcome.is_complete() && !(task.deny_warnings && warnings > 0));
    let folder = task.root.join(task.out);
    let before = Before::read(&folder);
    let plan = || match (files, task.mode) {
        (None, _) => Ok(None),
        (Some(files), Mode::Write) => sync::apply(files, &folder).map(Some),
        (Some(files), Mode::Check | Mode::DryRun) => sync::plan(files, &folder).map(Some),
    };
    // To say where findings stand the texts are read a second time.
    let found: BTreeSet<FileId> = outcome.diagnostics.iter().map(|finding| finding.origin.file).collect();
    let (_, plan) = both(|| found.iter().for_each(|file| outcome.sources.mark(*file)), plan);
    let plan = plan?;
    let success = plan.as_ref().is_some_and(|plan| task.mode != Mode::Check || plan.changes.is_empty());
    let printed = match task.format {
        Format::Json => {
            let mut report = report(task, &outcome, plan.as_ref(), success);
            report["api"] =
                before.api_change(&outcome).filter(|_| plan.is_some()).map(|change| change.to_json()).into();
            report["milliseconds"] = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX).into();
            writeln!(io::stdout(), "{report:#}")
        }
        Format::Text => {
            let run = plan.as_ref().map(|plan| Run {
                folder: task.out,
                plan,
                outcome: &outcome,
                before: &before,
                done: if task.mode == Mode::Write { Done::Written } else { Done::Planned },
                compare: task.compare,
                elapsed: start.elapsed(),
                colours: colours(&io::stdout()),
            });
            print(task, &outcome, run, start)
        }
    };
    printed.map_err(SyncError::io("write", Path::new("the report")))?;
    std::mem::forget(outcome);
    Ok(success)
}

/// Compares what two descriptions gave, adds what is known besides, prints the report as Markdown or as JSON, and gives what
/// the program ends with: [`Report::exit_code`](diff::Report::exit_code).
///
/// # Errors
///
/// One of the descriptions could not be read, after its diagnostics were printed, or the report could not be printed.
pub fn diff(before: &Outcome, after: &Outcome, besides: Vec<diff::Change>, format: Format) -> io::Result<ExitCode> {
    let Some(mut report) = diff::diff(before, after) else {
        let (which, outcome) = if before.api.is_none() { ("before", before) } else { ("after", after) };
        write!(io::stderr(), "{}", outcome.diagnostics.render(&outcome.sources, colours(&io::stderr())))?;
        let message = format!("the description {which} cannot be read, so that there is nothing to compare");
        return Err(io::Error::other(message));
    };
    report.changes.extend(besides);
    match format {
        Format::Json => writeln!(io::stdout(), "{:#}", report.to_json())?,
        Format::Text => write!(io::stdout(), "{}", report.markdown())?,
    }
    Ok(ExitCode::from(report.exit_code()))
}

/// Whether output for people may be coloured: only on a terminal, and not if `NO_COLOR` is set to anything (no-color.org).
fn colours(to: &impl IsTerminal) -> bool {
    to.is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn print(task: &Task<'_>, outcome: &Outcome, run: Option<Run<'_>>, start: Instant) -> io::Result<()> {
    let mut errors = io::stderr().lock();
    if !outcome.diagnostics.is_empty() {
        let most = if task.all { usize::MAX } else { MANY };
        writeln!(errors, "{}", outcome.diagnostics.report(&outcome.sources, colours(&io::stderr()), most).trim_end())?;
    }
    let Some(run) = run else {
        let (wrong, warned) =
            (outcome.diagnostics.count(Severity::Error), outcome.diagnostics.count(Severity::Warning));
        let verb = if task.mode == Mode::Check { "compared" } else { "written" };
        let denied = if wrong == 0 { ", and warnings are denied" } else { "" };
        let (wrong, warned) = (counted(wrong, "error"), counted(warned, "warning"));
        let time = sync::time(start.elapsed());
        writeln!(errors, "\nNothing was {verb}: {wrong}, {warned}{denied}.{}\nRead in {time}.", sync::told(outcome))?;
        if only_faults(outcome) {
            writeln!(errors, "{WAYS_OUT}")?;
        }
        return Ok(());
    };
    if task.mode == Mode::Check && !run.plan.changes.is_empty() {
        if !outcome.diagnostics.is_empty() {
            writeln!(errors)?;
        }
        write!(errors, "{}", sync::drift(run.plan, task.out))?;
        let (out, command) = (task.out, &task.request.command);
        return writeln!(
            errors,
            "\n{}{}\nCompared in {}\n\n{out}/ is not what the description gives. Of each file the first line that differs is \
             shown: `-` as it is, `+` as it would be. To repair it, run: {command}",
            Run { colours: colours(&io::stderr()), ..run }.callers(),
            sync::told(outcome),
            run.time(),
        );
    }
    if !outcome.diagnostics.is_empty() {
        writeln!(errors)?;
    }
    if task.mode == Mode::DryRun {
        let drift = sync::drift(run.plan, task.out);
        write!(io::stdout(), "{drift}{}", if drift.is_empty() { "" } else { "\n" })?;
    }
    writeln!(io::stdout(), "{run}")?;
    let created =
        run.plan.changes.iter().any(|change| matches!(change, Change::Missing { path } if path == "Cargo.toml"));
    match next_step(task).filter(|_| created && task.mode == Mode::Write) {
        Some(step) => writeln!(io::stdout(), "\n{step}"),
        None => Ok(()),
    }
}

/// What to do about a description that is wrong.
const WAYS_OUT: &str = "The errors are faults of the description. Correct it, there or in an overlay; `[gaps]` of the \
                        configuration accepts a fault, and `spec2crate generate --keep-going` generates what is right all \
                        the same.";

/// Whether nothing but faults of the description is in the way.
fn only_faults(outcome: &Outcome) -> bool {
    let mut errors = outcome.diagnostics.iter().filter(|found| found.severity == Severity::Error).peekable();
    errors.peek().is_some() && errors.all(|found| found.code.blames())
}

/// What to do with a crate that is new: it compiles alone, but in the folder of a workspace only as a part of it.
fn next_step(task: &Task<'_>) -> Option<String> {
    let folder = fs::canonicalize(task.root.join(task.out)).ok()?;
    let out = task.out;
    for above in folder.ancestors().skip(1) {
        let Ok(text) = fs::read_to_string(above.join("Cargo.toml")) else { continue };
        let Ok(manifest) = text.parse::<toml::Table>() else { continue };
        let Some(workspace) = manifest.get("workspace") else { continue };
        let path = folder.strip_prefix(above).ok()?.to_string_lossy().replace('\\', "/");
        let listed = |list: &str| {
            let entries = workspace.get(list).and_then(toml::Value::as_array);
            entries.into_iter().flatten().filter_map(toml::Value::as_str).any(|entry| {
                entry.split('/').count() == path.split('/').count()
                    && entry.split('/').zip(path.split('/')).all(|(entry, name)| entry == "*" || entry == name)
            })
        };
        if !listed("members") && !listed("exclude") {
            let manifest = above.join("Cargo.toml");
            return Some(format!(
                "Next: {} is the manifest of a workspace; add \"{path}\" to its `members`, or to `exclude` to keep the \
                 crate apart.",
                manifest.display()
            ));
        }
        break;
    }
    Some(format!("Next: `cargo check` in {out}/; {out}/README.md shows the first call."))
}

fn report(task: &Task<'_>, outcome: &Outcome, plan: Option<&Plan>, success: bool) -> Value {
    let changes = plan.map(|plan| {
        let entry = |change: &Change| {
            let what = match change {
                Change::Missing { .. } => "created",
                Change::Changed { .. } => "changed",
                Change::Stale { .. } => "deleted",
            };
            json!({ "path": change.path(), "change": what })
        };
        plan.changes.iter().map(entry).collect::<Vec<_>>()
    });
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in outcome.diagnostics.iter() {
        *codes.entry(finding.code.as_str()).or_default() += 1;
    }
    json!({
        "success": success,
        "written": success && task.mode == Mode::Write,
        "operations": outcome.api.as_ref().map(|api| api.operations.len()),
        "skipped": outcome.diagnostics.iter().filter(|found| found.code == Code::Skipped).count(),
        "types": outcome.api.as_ref().map(|api| api.types.len()),
        "errors": outcome.diagnostics.count(Severity::Error),
        "warnings": outcome.diagnostics.count(Severity::Warning),
        "codes": codes,
        "files": changes,
        "accepted": outcome.accepted.to_json(&outcome.sources),
        "diagnostics": outcome.diagnostics.to_json(&outcome.sources),
    })
}
