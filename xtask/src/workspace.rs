//! Where the repository is, and what builds it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// The root of the repository. `cargo xtask` says where the manifest of this crate is, whatever folder it is called
/// from; without cargo, the root is searched from the current folder upwards.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    if let Some(root) = manifest.as_deref().and_then(Path::parent).filter(|folder| is_root(folder)) {
        return Ok(root.to_owned());
    }
    let here = env::current_dir().context("the current folder cannot be read")?;
    let root = here.ancestors().find(|folder| is_root(folder));
    Ok(root.context("this is not a folder of the repository; call `cargo xtask` inside it")?.to_owned())
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// What `rustc --version` says.
pub(crate) fn rustc() -> anyhow::Result<String> {
    first_line(Command::new("rustc").arg("--version")).context("rustc cannot be started; install Rust by rustup")
}

/// The first line that a program prints.
pub(crate) fn first_line(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("it failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}

/// Builds a program of the repository for release, and says where it is.
pub(crate) fn built(root: &Path, arguments: &[&str]) -> anyhow::Result<PathBuf> {
    let output = Command::new(cargo())
        .args(["build", "--release", "--message-format=json-render-diagnostics"])
        .args(arguments)
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("`cargo build --release {}` failed", arguments.join(" "));
    }
    executable(&String::from_utf8_lossy(&output.stdout)).context("cargo did not say where it put the program")
}

/// The program that cargo's messages name.
fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message.get("executable")?.as_str().map(PathBuf::from)
    })
}

/// Writes a file and the folders it lies in.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn is_root(folder: &Path) -> bool {
    folder.join("xtask/Cargo.toml").is_file() && folder.join("spec").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_one_that_cargo_names() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"benches"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"measured"},"executable":"/a/release/measured"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(executable(messages), Some(PathBuf::from("/a/release/measured")));
        assert_eq!(executable("{}\nno message"), None);
    }
}
