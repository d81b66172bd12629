//! Asking rustdoc, which gives JSON on a nightly toolchain only.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The JSON of the crate in a folder with these features and no others. `target` is a folder for what is built on the way.
///
/// `None` without a nightly toolchain, after saying so on standard error.
///
/// # Errors
///
/// What rustdoc says.
pub fn document_package(folder: &Path, name: &str, features: &[&str], target: &Path) -> Result<Option<Value>, String> {
    let Some(mut command) = nightly("cargo") else { return Ok(None) };
    command.args(["rustdoc", "--quiet", "--lib", "--no-default-features", "--manifest-path"]);
    command.arg(folder.join("Cargo.toml"));
    command.arg("--features").arg(features.join(",")).arg("--target-dir").arg(target);
    command.args(["--", "-Z", "unstable-options", "--output-format", "json"]);
    run(command, &target.join(format!("doc/{}.json", name.replace('-', "_")))).map(Some)
}

/// The JSON of a crate without dependencies, from its root file. `features` are those that are set; `out` is a folder
/// for the result.
///
/// `None` without a nightly toolchain, after saying so on standard error.
///
/// # Errors
///
/// What rustdoc says.
pub fn document_file(root: &Path, features: &[&str], out: &Path) -> Result<Option<Value>, String> {
    let Some(mut command) = nightly("rustdoc") else { return Ok(None) };
    command.arg(root).args(["--crate-name", "documented", "--edition", "2024", "--cap-lints", "allow"]);
    for feature in features {
        command.arg("--cfg").arg(format!("feature=\"{feature}\""));
    }
    command.args(["-Z", "unstable-options", "--output-format", "json", "--out-dir"]).arg(out);
    run(command, &out.join("documented.json")).map(Some)
}

fn nightly(tool: &str) -> Option<Command> {
    let there = Command::new("rustup").args(["run", "nightly", "rustdoc", "--version"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: comparing with rustdoc needs a nightly toolchain (rustup toolchain install nightly)");
        return None;
    }
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", tool]);
    Some(command)
}

fn run(mut command: Command, result: &Path) -> Result<Value, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = fs::read_to_string(result).map_err(|error| format!("{}: {error}", result.display()))?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}
