//! Takes in the types that another generator makes, where `PEER_TYPES` names their file. CONTRIBUTING.md has the commands.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PEER_TYPES");
    println!("cargo::rustc-check-cfg=cfg(peer_types)");
    let Some(path) = env::var_os("PEER_TYPES") else { return Ok(()) };
    println!("cargo::rerun-if-changed={}", Path::new(&path).display());
    // An included file has neither documentation nor attributes of its own.
    let text: String = fs::read_to_string(&path)?
        .lines()
        .filter(|line| !line.starts_with("//!") && !line.starts_with("#!["))
        .flat_map(|line| [line, "\n"])
        .collect();
    fs::write(Path::new(&env::var("OUT_DIR")?).join("peer.rs"), text)?;
    println!("cargo::rustc-cfg=peer_types");
    Ok(())
}
