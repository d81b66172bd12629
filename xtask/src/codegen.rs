//! `cargo xtask codegen`: from spec/ to generated/.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use spec2crate::Request;
use spec2crate::cli::{self, Format, Mode, Task};
use spec2crate::sync;

/// Generates, prints what there is to say, and writes or compares.
pub(crate) fn run(root: &Path, check: bool, deny_warnings: bool) -> anyhow::Result<ExitCode> {
    let request = request(root)?;
    let mode = if check { Mode::Check } else { Mode::Write };
    let task = Task {
        root,
        request: &request,
        out: "generated",
        mode,
        deny_warnings,
        compare: "cargo xtask diff HEAD",
        format: Format::Text,
        all: false,
    };
    Ok(if cli::run(&task)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What generated/ is made from.
pub(crate) fn request(root: &Path) -> anyhow::Result<Request> {
    Ok(Request {
        spec: "spec/openapi.yaml".to_owned(),
        config: Some("spec/codegen.toml".to_owned()),
        name: None,
        overlays: overlays(root)?,
        keep_going: false,
        out: Some("generated".to_owned()),
        ext: sync::modules(&root.join("spec/ext"))?,
        examples: sync::modules(&root.join("spec/examples"))?,
        command: "cargo xtask codegen".to_owned(),
    })
}

/// The folder of the overlays.
pub(crate) const OVERLAYS: &str = "spec/overlays";

/// How the names of documents end.
pub(crate) const DOCUMENTS: &[&str] = &[".json", ".yaml", ".yml"];

/// The overlays, sorted by name, relative to the root. There need not be any.
fn overlays(root: &Path) -> anyhow::Result<Vec<String>> {
    let entries = match fs::read_dir(root.join(OVERLAYS)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).context(format!("{OVERLAYS} cannot be read")),
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if DOCUMENTS.iter().any(|ending| name.ends_with(ending)) {
            found.push(format!("{OVERLAYS}/{name}"));
        }
    }
    found.sort();
    Ok(found)
}
