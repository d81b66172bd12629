//! From the files of crates to what the compiler and clippy say.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use super::generating::package;
use super::report::progress;
use super::{Found, write};

/// Compiles each crate with warnings denied and lints it, in one workspace, so that dependencies are built once.
pub(super) fn check_all(root: &Path, crates: &Path, found: &mut [Found]) -> anyhow::Result<()> {
    let members: Vec<String> = found.iter().filter(|found| found.generated).map(|found| package(&found.name)).collect();
    let members: Vec<String> = members.iter().map(|name| format!("\"{name}\"")).collect();
    write(&crates.join("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", ")))?;
    fs::copy(root.join("Cargo.lock"), crates.join("Cargo.lock"))?;
    let all = found.len();
    for (index, found) in found.iter_mut().enumerate().filter(|(_, found)| found.generated) {
        progress("checked", index, all, &found.name);
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["clippy", "--quiet", "--message-format=json", "-p", &package(&found.name)])
            .current_dir(crates)
            .env("CARGO_TARGET_DIR", root.join("target/corpus/target"))
            .output()
            .context("cargo could not be started")?;
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
    Ok(())
}
