//! From the files of crates to what the compiler and clippy say.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Context;
use serde_json::Value;

use super::generating::package;
use super::report::progress;
use super::{Found, Steps};
use crate::workspace::write;

/// Makes one workspace of all crates and programs, so that dependencies are built once.
pub(super) fn workspace(root: &Path, out: &Path, found: &[Found]) -> anyhow::Result<()> {
    let mut members = Vec::new();
    for found in found.iter().filter(|found| found.generated) {
        for folder in ["crates", "examples"] {
            let member = format!("{folder}/{}", package(&found.name));
            if out.join(&member).join("Cargo.toml").is_file() {
                members.push(format!("    \"{member}\",\n"));
            }
        }
    }
    write(&out.join("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n", members.concat()))?;
    fs::copy(root.join("Cargo.lock"), out.join("Cargo.lock"))?;
    Ok(())
}

/// A command of cargo in that workspace.
pub(super) fn cargo(out: &Path) -> Command {
    let mut command = Command::new(crate::workspace::cargo());
    // Nothing is compiled twice, and nobody steps through it.
    command.current_dir(out).env("CARGO_TARGET_DIR", out.join("target"));
    command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "false");
    command
}

/// Compiles each crate with warnings denied and lints it.
pub(super) fn check_all(out: &Path, found: &mut [Found], steps: Steps) -> anyhow::Result<()> {
    let all = found.len();
    for (index, found) in found.iter_mut().enumerate() {
        if !found.generated || !steps.takes(&found.name) {
            continue;
        }
        progress("checked", index, all, &found.name);
        let start = Instant::now();
        let output = cargo(out)
            .args(["clippy", "--quiet", "--message-format=json", "-p", &package(&found.name)])
            .output()
            .context("cargo could not be started")?;
        found.seconds = Some(start.elapsed().as_secs());
        let mut first = None;
        let mut count = 0;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
            let level = message["message"]["level"].as_str().unwrap_or_default();
            if message["reason"] == "compiler-message" && (level == "error" || level == "warning") {
                if message["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty()) {
                    count += 1;
                }
                first = first.or_else(|| message["message"]["rendered"].as_str().map(str::to_owned));
            }
        }
        if !output.status.success() && count == 0 {
            count = 1;
            first = first.or_else(|| Some(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        found.compiler = Some(count);
        found.first = first;
    }
    progress("checked", all, all, "");
    Ok(())
}
