//! Where the repository is.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context;

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

fn is_root(folder: &Path) -> bool {
    folder.join("xtask/Cargo.toml").is_file() && folder.join("spec").is_dir()
}
