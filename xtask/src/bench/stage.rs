//! What is measured, and what is run for it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use super::cost::{Cost, Task};
use super::documents::{Document, GROWN};
use super::tools::{CRATE, Tool};
use crate::workspace::cargo;
use crate::workspace::write;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Stage {
    /// From the description to files, in an empty folder
    Generate,
    /// `cargo check` of the generated crate alone
    Check,
    /// `cargo build --release` of the generated crate alone
    Release,
    /// A release build of the generated crate and of a program that calls four of its operations
    Program,
    /// A release build of that program alone
    ProgramAlone,
    /// `cargo build` of the generated crate with all that it depends on
    Clean,
}

impl Stage {
    pub(super) const ALL: [Self; 6] =
        [Self::Generate, Self::Check, Self::Release, Self::Program, Self::ProgramAlone, Self::Clean];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Check => "check",
            Self::Release => "release",
            Self::Program => "program",
            Self::ProgramAlone => "program-alone",
            Self::Clean => "clean",
        }
    }

    /// What the figures are of.
    pub(super) fn explanation(self) -> &'static str {
        match self {
            Self::Generate => "From the description to files, in an empty folder.",
            Self::Check => {
                "`cargo check` of the generated crate alone: default features, dependencies built, `CARGO_INCREMENTAL=0`, \
                 src/lib.rs touched."
            }
            Self::Release => {
                "`cargo build --release` of the generated crate alone: default features, dependencies built, \
                 `CARGO_INCREMENTAL=0`, src/lib.rs touched."
            }
            Self::Program => {
                "`cargo build --release` of a program that calls four operations, and of the generated crate: \
                 dependencies built, `CARGO_INCREMENTAL=0`, src/lib.rs of the crate and src/main.rs of the program touched."
            }
            Self::ProgramAlone => {
                "`cargo build --release` of that program alone, the generated crate built too: what calling four operations \
                 makes the compiler do, and linking."
            }
            Self::Clean => "`cargo build` of the generated crate and all that it depends on in an empty target folder.",
        }
    }

    /// How often it is run, unless it is said.
    pub(super) fn rounds(self) -> usize {
        match self {
            Self::Generate => 5,
            Self::Check | Self::Release | Self::Program | Self::ProgramAlone => 3,
            Self::Clean => 1,
        }
    }

    /// Whether it is measured for a description although none was named: compiling takes minutes.
    pub(super) fn takes(self, document: &Document) -> bool {
        match self {
            Self::Generate => true,
            Self::Check | Self::Release | Self::Program | Self::ProgramAlone | Self::Clean => document.name == GROWN,
        }
    }
}

/// The folder where everything is made.
#[derive(Clone, Debug)]
pub(super) struct Yard {
    pub(super) folder: PathBuf,
    /// How long a run may take.
    pub(super) limit: Duration,
}

impl Yard {
    /// Keeps other runs out of the folder until what is given is dropped. They would measure each other.
    pub(super) fn locked(&self) -> anyhow::Result<Flock<fs::File>> {
        let path = self.folder.join("lock");
        write(&path, "")?;
        let file = fs::File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Ok(lock),
            Err((_, Errno::EWOULDBLOCK)) => {
                bail!("another bench works in {}; wait until it has ended", self.folder.display())
            }
            Err((_, error)) => Err(error).with_context(|| format!("{} cannot be locked", path.display())),
        }
    }

    /// Generates a crate and gives its folder.
    pub(super) fn make(&self, tool: &Tool, document: &Document) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join("crates").join(tool.name()).join(document.folder()).join(CRATE);
        self.emptied(&folder)?;
        tool.generate(&document.path, &folder).run(self.limit)?;
        tool.complete(&folder)?;
        // What it depends on is chosen and fetched before anything is measured.
        quietly(Command::new(cargo()).args(["fetch", "--quiet"]).current_dir(&folder))?;
        Ok(folder)
    }

    /// Compiles a crate to see whether it does. What it depends on is built by that too.
    pub(super) fn compiles(&self, tool: &Tool, folder: &Path) -> anyhow::Result<()> {
        self.cargo(tool, folder, &["check"]).run(self.limit).map(|_| ())
    }

    /// What is run to generate.
    pub(super) fn generation(&self, tool: &Tool, document: &Document) -> Job {
        let folder = self.folder.join("written").join(tool.name()).join(CRATE);
        let task = tool.generate(&document.path, &folder);
        Job { task, before: Before::Emptied(self.clone(), folder) }
    }

    /// What is run to compile a crate in a stage; all that has to be there besides is made.
    pub(super) fn compilation(&self, stage: Stage, tool: &Tool, folder: &Path) -> anyhow::Result<Job> {
        let library = folder.join("src/lib.rs");
        let (arguments, before): (&[&str], _) = match stage {
            Stage::Check => (&["check"], Before::Touched(vec![library])),
            Stage::Release => (&["build", "--release"], Before::Touched(vec![library])),
            Stage::Generate | Stage::Clean => (&["build"], Before::Emptied(self.clone(), self.targets(tool, "clean"))),
            Stage::Program | Stage::ProgramAlone => {
                let program = self.program(tool, folder)?;
                let main = program.join("src/main.rs");
                let touched = if stage == Stage::Program { vec![library, main] } else { vec![main] };
                let task = self.cargo(tool, &program, &["build", "--release"]);
                return Ok(Job { task, before: Before::Touched(touched) });
            }
        };
        let mut task = self.cargo(tool, folder, arguments);
        if stage == Stage::Clean {
            task.environment.push(("CARGO_TARGET_DIR", self.targets(tool, "clean").into_os_string()));
        }
        Ok(Job { task, before })
    }

    /// Where the compiler works for a tool. One folder for all of its crates, so that they share what they depend on.
    fn targets(&self, tool: &Tool, name: &str) -> PathBuf {
        self.folder.join("targets").join(tool.name()).join(name)
    }

    fn cargo(&self, tool: &Tool, folder: &Path, arguments: &[&str]) -> Task {
        let mut all: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        all.extend(["--quiet", "--offline"].map(OsString::from));
        let environment = vec![
            ("CARGO_TARGET_DIR", self.targets(tool, "shared").into_os_string()),
            ("CARGO_INCREMENTAL", OsString::from("0")),
        ];
        Task { folder: folder.to_owned(), program: cargo(), arguments: all, environment }
    }

    /// A program that calls four operations of a crate.
    fn program(&self, tool: &Tool, library: &Path) -> anyhow::Result<PathBuf> {
        let text = tool.program().context("no program is written for what it generates (xtask/programs)")?;
        let folder = self.folder.join("programs").join(tool.name());
        let package = "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
        let tokio = "tokio = { version = \"1\", default-features = false, features = [\"rt\", \"net\", \"time\"] }";
        let library = library.to_str().context("the path of the repository is no text")?;
        let dependencies = format!("[dependencies]\n{CRATE} = {{ path = {library:?} }}\n{tokio}\n");
        write(&folder.join("Cargo.toml"), &format!("{package}\n{dependencies}"))?;
        write(&folder.join("src/main.rs"), text)?;
        quietly(Command::new(cargo()).args(["fetch", "--quiet"]).current_dir(&folder))?;
        Ok(folder)
    }

    /// The number of crates that a crate depends on: to run and to be built, on this platform, with default features.
    pub(super) fn dependencies(&self, folder: &Path) -> anyhow::Result<usize> {
        let tree = ["tree", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
        Ok(crates(&quietly(Command::new(cargo()).args(tree).current_dir(folder))?))
    }

    /// Makes a folder anew. What was in it is put aside, because a file system that has just deleted thousands of files is slow
    /// in making others (ext4 looks for numbers that were not in use a moment ago), and that would be counted.
    fn emptied(&self, folder: &Path) -> anyhow::Result<()> {
        if folder.exists() {
            let aside = self.aside();
            fs::create_dir_all(&aside).with_context(|| format!("{} cannot be made", aside.display()))?;
            let number = fs::read_dir(&aside).map_or(0, Iterator::count);
            fs::rename(folder, aside.join(number.to_string()))
                .with_context(|| format!("{} cannot be put aside", folder.display()))?;
        }
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))
    }

    fn aside(&self) -> PathBuf {
        self.folder.join("aside")
    }

    /// Deletes what was put aside. What cannot be deleted is left to the next time.
    pub(super) fn clear(&self) {
        let _ = fs::remove_dir_all(self.aside());
    }

    /// The lines and bytes of Rust that the last run for `generate` wrote.
    pub(super) fn written(&self, tool: &Tool) -> anyhow::Result<(usize, u64)> {
        let (mut lines, mut bytes) = (0, 0);
        let mut folders = vec![self.folder.join("written").join(tool.name())];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let text = fs::read(&path)?;
                    lines += text.iter().filter(|byte| **byte == b'\n').count();
                    bytes += text.len() as u64;
                }
            }
        }
        Ok((lines, bytes))
    }
}

/// The crates in the output of `cargo tree`, without the first, whose tree it is. One that was shown before ends in `(*)`.
fn crates(tree: &str) -> usize {
    let mut lines = tree.lines().map(|line| line.trim().trim_end_matches(" (*)")).filter(|line| !line.is_empty());
    let first = lines.next();
    lines.filter(|line| Some(*line) != first).collect::<BTreeSet<_>>().len()
}

/// Runs what is not measured.
fn quietly(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{} cannot be started", command.get_program().display()))?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command that is run several times, each time from the same state.
#[derive(Clone, Debug)]
pub(super) struct Job {
    task: Task,
    before: Before,
}

#[derive(Clone, Debug)]
enum Before {
    /// The folder is made anew.
    Emptied(Yard, PathBuf),
    /// These files are newer than what was compiled of them. What they depend on stays built.
    Touched(Vec<PathBuf>),
}

impl Job {
    /// Runs it uncounted, so that the next runs find the caches of the system filled, and what a crate depends on built.
    pub(super) fn warm_up(&self, limit: Duration) -> anyhow::Result<()> {
        match self.before {
            Before::Emptied(..) => self.run(limit).map(|_| ()),
            Before::Touched(_) => self.task.run(limit).map(|_| ()),
        }
    }

    /// Runs it once.
    pub(super) fn run(&self, limit: Duration) -> anyhow::Result<Cost> {
        match &self.before {
            Before::Emptied(yard, folder) => yard.emptied(folder)?,
            Before::Touched(files) => {
                for file in files {
                    let opened = fs::File::options().append(true).open(file);
                    let touched = opened.and_then(|opened| opened.set_modified(SystemTime::now()));
                    touched.with_context(|| format!("{} cannot be touched", file.display()))?;
                }
            }
        }
        self.task.run(limit)
    }

    /// Deletes what the last run left, where nothing needs it and it is large.
    pub(super) fn end(&self, stage: Stage) {
        if let (Stage::Clean, Before::Emptied(yard, folder)) = (stage, &self.before) {
            // What cannot be deleted is emptied by the next run.
            let _ = fs::remove_dir_all(folder);
            yard.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_keep_apart() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let yard = Yard { folder: folder.path().to_owned(), limit: Duration::from_secs(1) };
        let first = yard.locked()?;
        assert!(yard.locked().is_err_and(|error| error.to_string().starts_with("another bench works in ")));
        drop(first);
        yard.locked().map(|_| ())
    }

    #[test]
    fn an_emptied_folder_is_empty_and_nothing_was_deleted() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let yard = Yard { folder: folder.path().to_owned(), limit: Duration::from_secs(1) };
        let made = folder.path().join("a/b");
        for round in 0..3 {
            yard.emptied(&made)?;
            assert_eq!(fs::read_dir(&made)?.count(), 0);
            fs::write(made.join("c"), "d")?;
            let aside = fs::read_dir(yard.aside()).map_or(0, Iterator::count);
            assert_eq!(aside, round);
        }
        yard.clear();
        assert!(!yard.aside().exists() && made.join("c").exists());
        Ok(())
    }

    #[test]
    fn every_crate_counts_once() {
        let tree = "measured v0.1.0 (/a)\nbytes v1.12.1\nserde v1.0.229\nserde_derive v1.0.229 (proc-macro)\n\
                    syn v2.0.1\nsyn v3.0.9\nbytes v1.12.1 (*)\nserde v1.0.229 (*)\n\n";
        assert_eq!(crates(tree), 5);
        assert_eq!(crates(""), 0);
    }

    #[test]
    fn names_are_those_of_the_command_line() {
        for stage in Stage::ALL {
            let value = clap::ValueEnum::to_possible_value(&stage);
            assert_eq!(value.as_ref().map(clap::builder::PossibleValue::get_name), Some(stage.as_str()));
        }
    }
}
