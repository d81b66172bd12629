//! `cargo xtask codegen`: from spec/ to generated/.

use std::path::Path;
use std::process::ExitCode;

use spec2crate::Request;
use spec2crate::cli::{self, Format, Mode, Task};
use spec2crate::sync;

/// Generates, prints what there is to say, and writes or compares.
pub(crate) fn run(root: &Path, check: bool, deny_warnings: bool) -> anyhow::Result<ExitCode> {
    let request = Request {
        spec: "spec/openapi.yaml".to_owned(),
        config: Some("spec/codegen.toml".to_owned()),
        name: None,
        out: Some("generated".to_owned()),
        ext: sync::modules(&root.join("spec/ext"))?,
        command: "cargo xtask codegen".to_owned(),
    };
    let mode = if check { Mode::Check } else { Mode::Write };
    let task =
        Task { root, request: &request, out: "generated", mode, deny_warnings, format: Format::Text, all: false };
    Ok(if cli::run(&task)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
