//! The generators, and how each is called.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::cost::Task;

/// The name of this one.
pub(super) const OURS: &str = "spec2crate";

/// The name of every generated crate.
pub(super) const CRATE: &str = "measured";

/// What is known of a generator.
#[derive(Debug)]
struct Known {
    /// The name of the program.
    name: &'static str,
    /// Words before all others.
    subcommand: &'static [&'static str],
    /// The arguments with which it fills a folder.
    arguments: fn(&Path, &Path) -> Vec<OsString>,
    /// Makes a crate of what lies in the folder, where it is none yet.
    complete: fn(&Path) -> anyhow::Result<()>,
    /// A program that calls four operations of `GROWN`.
    program: Option<&'static str>,
}

/// This generator and those of others.
const KNOWN: [Known; 5] = [
    Known {
        name: OURS,
        subcommand: &["generate"],
        arguments: |description, folder| {
            let paths = words(&["--spec".as_ref(), description, "--out".as_ref(), folder]);
            [paths, words(&["--name", CRATE, "--keep-going"])].concat()
        },
        complete: alone,
        program: Some(include_str!("../../programs/spec2crate.rs")),
    },
    Known {
        name: "openapi-to-rust",
        subcommand: &["generate"],
        arguments: |description, folder| words(&[description, "--output-dir".as_ref(), folder, "--quiet".as_ref()]),
        complete: |folder| around_modules(folder, "REQUIRED_DEPS.toml"),
        program: Some(include_str!("../../programs/openapi-to-rust.rs")),
    },
    Known {
        name: "oas3-gen",
        subcommand: &["generate", "client-mod", "--workspace", "--quiet"],
        arguments: |description, folder| words(&["--input".as_ref(), description, "--output".as_ref(), folder]),
        complete: alone,
        program: None,
    },
    Known {
        name: "ploidy",
        subcommand: &["generate", "rust", "--name", CRATE],
        arguments: |description, folder| words(&[description, "--output".as_ref(), folder]),
        complete: alone,
        program: Some(include_str!("../../programs/ploidy.rs")),
    },
    Known {
        name: "cargo-progenitor",
        subcommand: &["progenitor", "--name", CRATE, "--version", "0.1.0"],
        arguments: |description, folder| words(&["--input".as_ref(), description, "--output".as_ref(), folder]),
        complete: alone,
        program: None,
    },
];

fn words<W: AsRef<std::ffi::OsStr>>(words: &[W]) -> Vec<OsString> {
    words.iter().map(|word| word.as_ref().to_owned()).collect()
}

/// A generator that takes part.
#[derive(Clone, Debug)]
pub(super) struct Tool {
    known: &'static Known,
    pub(super) version: String,
    path: PathBuf,
}

/// Refuses names that are none of the other generators.
pub(super) fn are_known(wanted: &[String]) -> anyhow::Result<()> {
    let [_, others @ ..] = &KNOWN;
    if let Some(unknown) = wanted.iter().find(|name| !others.iter().any(|other| other.name == **name)) {
        let names: Vec<&str> = others.iter().map(|other| other.name).collect();
        bail!("{unknown} is not known here; there are {}", names.join(", "));
    }
    Ok(())
}

/// This generator, and those of the others that are found on PATH, all or the wanted ones; and the names of those that are not.
pub(super) fn present(ours: &Path, wanted: &[String]) -> anyhow::Result<(Vec<Tool>, Vec<&'static str>)> {
    let [this, others @ ..] = &KNOWN;
    let mut tools = vec![Tool { known: this, version: version(this, ours)?, path: ours.to_owned() }];
    let mut missing = Vec::new();
    let folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    for known in others.iter().filter(|other| wanted.is_empty() || wanted.iter().any(|name| name == other.name)) {
        match folders.iter().map(|folder| folder.join(known.name)).find(|path| path.is_file()) {
            Some(path) => tools.push(Tool { known, version: version(known, &path)?, path }),
            None => missing.push(known.name),
        }
    }
    Ok((tools, missing))
}

/// The last word of what `--version` prints, or what cargo noted when it installed the program.
fn version(known: &Known, path: &Path) -> anyhow::Result<String> {
    let output = Command::new(path).arg("--version").output();
    let output = output.with_context(|| format!("{} cannot be started", path.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said.lines().next().and_then(|line| line.split_whitespace().next_back());
    if let Some(version) = last.filter(|word| output.status.success() && word.starts_with(|c: char| c.is_ascii_digit()))
    {
        return Ok(version.to_owned());
    }
    let notes = path.parent().and_then(Path::parent).map(|root| root.join(".crates.toml"));
    let notes = notes.and_then(|notes| fs::read_to_string(notes).ok()).unwrap_or_default();
    Ok(installed(&notes, known.name).unwrap_or("of unknown version").to_owned())
}

/// The version of a crate in the notes of `cargo install`, whose keys are `"name version (source)"`.
fn installed<'a>(notes: &'a str, name: &str) -> Option<&'a str> {
    notes.lines().find_map(|line| line.strip_prefix('"')?.strip_prefix(name)?.strip_prefix(' ')?.split(' ').next())
}

impl Tool {
    pub(super) fn name(&self) -> &'static str {
        self.known.name
    }

    /// The program that calls four operations of what it generates from `GROWN`.
    pub(super) fn program(&self) -> Option<&'static str> {
        self.known.program
    }

    /// Fills a folder, which exists and is empty.
    pub(super) fn generate(&self, description: &Path, folder: &Path) -> Task {
        let arguments = [words(self.known.subcommand), (self.known.arguments)(description, folder)].concat();
        let program = self.path.clone().into_os_string();
        Task { folder: folder.to_owned(), program, arguments, environment: Vec::new() }
    }

    /// Makes a crate of what it wrote, and says what is missing for one.
    pub(super) fn complete(&self, folder: &Path) -> anyhow::Result<()> {
        (self.known.complete)(folder)?;
        if !folder.join("src/lib.rs").is_file() {
            bail!("it writes no library");
        }
        Ok(())
    }
}

/// A crate that must not be taken for a part of the workspace around it.
fn alone(folder: &Path) -> anyhow::Result<()> {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).context("it writes no Cargo.toml")?;
    if !text.lines().any(|line| line.trim() == "[workspace]") {
        fs::write(&manifest, format!("{text}\n[workspace]\n"))?;
    }
    Ok(())
}

/// A crate around modules, which say in a file what they need.
fn around_modules(folder: &Path, needs: &str) -> anyhow::Result<()> {
    let needed = fs::read_to_string(folder.join(needs)).with_context(|| format!("it writes no {needs}"))?;
    let source = folder.join("src");
    fs::create_dir_all(&source)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.file_name().unwrap_or_default();
            let name = if name == "mod.rs" { "lib.rs".as_ref() } else { name };
            fs::rename(&path, source.join(name))?;
        }
    }
    let package = format!("[package]\nname = \"{CRATE}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n");
    fs::write(folder.join("Cargo.toml"), format!("{package}{needed}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_notes_of_cargo() {
        let notes = "[v1]\n\"cargo-progenitor 0.15.1 (registry+https://example.com)\" = [\"cargo-progenitor\"]\n\
                     \"ploidy-extra 1.0.0 (path)\" = [\"ploidy-extra\"]\n\"ploidy 0.15.0 (path)\" = [\"ploidy\"]\n";
        assert_eq!(installed(notes, "cargo-progenitor"), Some("0.15.1"));
        assert_eq!(installed(notes, "ploidy"), Some("0.15.0"));
        assert_eq!(installed(notes, "oas3-gen"), None);
    }

    #[test]
    fn modules_become_a_crate() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name);
        fs::write(at("mod.rs"), "pub mod types;\n")?;
        fs::write(at("types.rs"), "")?;
        let missing = around_modules(folder.path(), "NEEDS.toml").map_err(|error| error.to_string());
        assert_eq!(missing, Err("it writes no NEEDS.toml".to_owned()));
        fs::write(at("NEEDS.toml"), "[dependencies]\nserde = \"1\"\n")?;
        around_modules(folder.path(), "NEEDS.toml")?;
        assert!(at("src/lib.rs").is_file() && at("src/types.rs").is_file() && !at("mod.rs").exists());
        assert!(fs::read_to_string(at("Cargo.toml"))?.ends_with("[workspace]\n\n[dependencies]\nserde = \"1\"\n"));
        Ok(())
    }

    #[test]
    fn a_crate_is_its_own_workspace_once() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let manifest = folder.path().join("Cargo.toml");
        assert!(alone(folder.path()).is_err());
        fs::write(&manifest, "[package]\n")?;
        alone(folder.path())?;
        alone(folder.path())?;
        assert_eq!(fs::read_to_string(&manifest)?, "[package]\n\n[workspace]\n");
        Ok(())
    }

    #[test]
    fn a_name_that_is_not_known_is_refused() {
        let fault = are_known(&["ploidy".to_owned(), "other".to_owned()]).map_err(|error| error.to_string());
        let known = "openapi-to-rust, oas3-gen, ploidy, cargo-progenitor";
        assert_eq!(fault, Err(format!("other is not known here; there are {known}")));
    }
}
