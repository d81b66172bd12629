//! `cargo xtask diff`: what the change of spec/ since another revision means for those who depend on generated/.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use spec2crate::cli;
use spec2crate::diff::listings;
use spec2crate::source::{LoadError, Loader};
use spec2crate::sync::DiskLoader;
use spec2crate::{Outcome, Request, generate};

use crate::codegen;

/// What is asked for on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to compare with: a revision of git, or the file of a description [default: where this branch left main]
    base: Option<String>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A text to be pasted into a pull request
    Markdown,
    /// One JSON object
    Json,
}

/// Generates both sides in memory, compares them, and prints the report.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let request = codegen::request(root)?;
    let (before, listed) = match &arguments.base {
        Some(file) if root.join(file).is_file() => {
            let request = Request { spec: file.clone(), ..request.clone() };
            (generate(&DiskLoader::new(root), &request), None)
        }
        base => {
            let revision = Revision::find(root, base.as_deref())?;
            let before = generate(&revision, &revision.request(&request)?);
            (before, revision.load("generated/api.txt").ok())
        }
    };
    let after = generate(&DiskLoader::new(root), &request);
    // What was checked in, against what the generator as it is now makes of the same description.
    let besides = listed.map(|listed| listings(&listed, listing(&before))).unwrap_or_default();
    let format = match arguments.format {
        Format::Markdown => cli::Format::Text,
        Format::Json => cli::Format::Json,
    };
    Ok(cli::diff(&before, &after, besides, format)?)
}

fn listing(outcome: &Outcome) -> &str {
    outcome.files.as_ref().and_then(|files| files.get("api.txt")).unwrap_or_default()
}

/// The files of a revision.
struct Revision<'r> {
    root: &'r Path,
    commit: String,
}

impl<'r> Revision<'r> {
    /// The commit of a revision, or the one where this branch left main.
    fn find(root: &'r Path, base: Option<&str>) -> anyhow::Result<Self> {
        let commit = |arguments: &[&str]| git(root, arguments).map(|text| text.trim().to_owned());
        let commit = match base {
            Some(base) => commit(&["rev-parse", "--verify", "--quiet", &format!("{base}^{{commit}}")])
                .with_context(|| format!("`{base}` is neither a file nor a revision of git"))?,
            None => commit(&["merge-base", "HEAD", "origin/main"])
                .or_else(|_| commit(&["merge-base", "HEAD", "main"]))
                .context("there is no branch `main` to compare with; name a revision or a file")?,
        };
        Ok(Self { root, commit })
    }

    /// What was generated from at that time.
    fn request(&self, now: &Request) -> anyhow::Result<Request> {
        let listed = |folder: &str, endings: &[&str]| -> anyhow::Result<Vec<String>> {
            let text = git(self.root, &["ls-tree", "--name-only", &self.commit, &format!("{folder}/")])?;
            let wanted = |path: &&str| endings.iter().any(|ending| path.ends_with(ending));
            Ok(text.lines().filter(wanted).map(str::to_owned).collect())
        };
        let mut ext = Vec::new();
        for path in listed("spec/ext", &[".rs"])? {
            let name = path.trim_start_matches("spec/ext/").trim_end_matches(".rs").to_owned();
            ext.push((name, self.load(&path).map_err(|error| anyhow::anyhow!("{path}: {error}"))?));
        }
        Ok(Request { overlays: listed(codegen::OVERLAYS, codegen::DOCUMENTS)?, ext, ..now.clone() })
    }
}

impl Loader for Revision<'_> {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        git(self.root, &["show", &format!("{}:{path}", self.commit)]).map_err(|error| LoadError::new(error.to_string()))
    }
}

/// What a command of git prints.
fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").current_dir(root).args(arguments).output().context("git could not be started")?;
    if !output.status.success() {
        bail!("`git {}`: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("git printed what is no text")
}
