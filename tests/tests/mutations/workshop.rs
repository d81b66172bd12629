//! Where mutations are tried: a workspace of two packages, a copy of the generated crate and the wire tests.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::list::Mutation;

/// How long the wire tests may run; they take a second or two, unless a mutation makes one of them wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the wire tests made of a client.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// These of them failed.
    Noticed(Vec<String>),
    /// All of them passed.
    Unnoticed,
    /// The client did not compile, so nothing was tried.
    Broken(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noticed(tests) => match tests.as_slice() {
                [] => f.write_str("noticed: the tests did not come to an end"),
                [first] => write!(f, "noticed by {first}"),
                [first, others @ ..] => write!(f, "noticed by {first} and {} more", others.len()),
            },
            Self::Unnoticed => f.write_str("not noticed"),
            Self::Broken(errors) => write!(f, "does not compile:\n{errors}"),
        }
    }
}

/// The one file that a mutation changes, relative to the generated crate.
///
/// # Errors
///
/// Its text does not stand in the sources it names, or more than once.
pub(crate) fn find(mutation: &Mutation) -> io::Result<PathBuf> {
    let mut places = Vec::new();
    search(&generated().join(mutation.within), mutation.from, &mut places)?;
    let [place] = places.as_slice() else {
        let Mutation { name, within, from, .. } = mutation;
        let message =
            format!("`{name}`: this must stand exactly once in {within}, and stands {} times:\n{from}", places.len());
        return Err(io::Error::other(message));
    };
    place.strip_prefix(generated()).map(Path::to_owned).map_err(io::Error::other)
}

/// Adds a file for every time that a text stands in it.
fn search(at: &Path, wanted: &str, places: &mut Vec<PathBuf>) -> io::Result<()> {
    if at.is_dir() {
        for entry in fs::read_dir(at)? {
            search(&entry?.path(), wanted, places)?;
        }
        return Ok(());
    }
    let text = fs::read_to_string(at).map_err(|error| io::Error::other(format!("{}: {error}", at.display())))?;
    places.extend(text.matches(wanted).map(|_| at.to_owned()));
    Ok(())
}

/// The folder of the generated crate.
fn generated() -> PathBuf {
    repository().join("generated")
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A workspace in the target directory. Only one test uses it at a time.
pub(crate) struct Workshop {
    root: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Workshop {
    /// Sets the workspace up, or brings the one of an earlier run up to date.
    pub(crate) fn open() -> io::Result<Self> {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations");
        let manifest = fs::read_to_string(repository().join("Cargo.toml"))?;
        write(&root.join("Cargo.toml"), &workspace_manifest(&manifest))?;
        write(&root.join("Cargo.lock"), &fs::read_to_string(repository().join("Cargo.lock"))?)?;
        write(&root.join("wire/Cargo.toml"), &wire_manifest(Path::new(env!("CARGO_MANIFEST_DIR")))?)?;
        mirror(&generated(), &root.join("client"))?;
        Ok(Self { root, _turn: turn })
    }

    /// Runs the wire tests against the client as it is.
    pub(crate) fn try_unchanged(&mut self) -> io::Result<Verdict> {
        self.run()
    }

    /// Runs the wire tests against the client with one change, which is undone afterwards.
    pub(crate) fn try_mutation(&mut self, mutation: &Mutation) -> io::Result<Verdict> {
        let file = find(mutation)?;
        let text = fs::read_to_string(generated().join(&file))?;
        let copy = self.root.join("client").join(file);
        write(&copy, &text.replacen(mutation.from, mutation.to, 1))?;
        let verdict = self.run();
        write(&copy, &text)?;
        verdict
    }

    fn run(&self) -> io::Result<Verdict> {
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["test", "--offline", "--package", "tests", "--test", "wire", "--no-run"])
            .args(["--message-format", "json-render-diagnostics"])
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .env("CARGO_TERM_COLOR", "never");
        let (status, output) = self.finish(&mut build, None)?;
        let messages = output.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let program = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
        let (true, Some(program)) = (status.is_some_and(|status| status.success()), program) else {
            return Ok(Verdict::Broken(
                output.lines().filter(|line| !line.starts_with('{')).collect::<Vec<_>>().join("\n"),
            ));
        };
        let (status, output) = self.finish(&mut Command::new(program), Some(PATIENCE))?;
        if status.is_some_and(|status| status.success()) {
            return Ok(Verdict::Unnoticed);
        }
        let failed = output.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
        Ok(Verdict::Noticed(failed.map(str::to_owned).collect()))
    }

    /// Runs a program in the workspace and gives what it printed; no status where the time was up.
    fn finish(&self, program: &mut Command, patience: Option<Duration>) -> io::Result<(Option<ExitStatus>, String)> {
        let log = self.root.join("log");
        let output = File::create(&log)?;
        program.current_dir(&self.root).stdin(Stdio::null()).stderr(output.try_clone()?).stdout(output);
        let mut running = program.spawn()?;
        let started = Instant::now();
        let status = loop {
            if let Some(status) = running.try_wait()? {
                break Some(status);
            }
            if patience.is_some_and(|patience| started.elapsed() > patience) {
                running.kill()?;
                running.wait()?;
                break None;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        Ok((status, fs::read_to_string(&log)?))
    }
}

/// The manifest of the workspace: the dependencies are those of the repository, the profile is quick to build.
fn workspace_manifest(repository: &str) -> String {
    let dependencies = section(repository, "workspace.dependencies");
    let dependencies: Vec<&str> = dependencies.lines().filter(|line| !line.contains("path = ")).collect();
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"client\", \"wire\"]\n\n\
         [workspace.dependencies]\n{}\n\n\
         [profile.dev]\ndebug = false\nincremental = true\n",
        dependencies.join("\n")
    )
}

/// The manifest of a package that has the library and the wire tests of this one, in their place.
fn wire_manifest(tests: &Path) -> io::Result<String> {
    let manifest = fs::read_to_string(tests.join("Cargo.toml"))?;
    let dependencies = section(&manifest, "dependencies");
    Ok(format!(
        "[package]\nname = \"tests\"\nedition = \"2024\"\npublish = false\nautotests = false\n\n\
         [lib]\npath = {:?}\n\n\
         [[test]]\nname = \"wire\"\npath = {:?}\n\n\
         [dependencies]\n{dependencies}\n\n\
         [dev-dependencies]\nbytes.workspace = true\nhttp.workspace = true\n\
         x-api-client = {{ path = \"../client\", default-features = false, features = [\"reqwest013\"] }}\n",
        tests.join("src/lib.rs"),
        tests.join("tests/wire/main.rs"),
    ))
}

/// The lines of a section of a manifest.
fn section<'m>(manifest: &'m str, name: &str) -> &'m str {
    let head = format!("{name}]\n");
    manifest.split("\n[").find_map(|section| section.strip_prefix(&head)).unwrap_or_default().trim_end()
}

/// Makes one folder like another; files that are equal stay untouched, so that they are not built again.
fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        let original = from.join(entry.file_name());
        match (entry.file_type()?.is_dir(), original.is_dir(), original.exists()) {
            (true, true, _) | (false, false, true) => {}
            (true, ..) => fs::remove_dir_all(entry.path())?,
            (false, ..) => fs::remove_file(entry.path())?,
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            mirror(&entry.path(), &copy)?;
        } else {
            write(&copy, &fs::read_to_string(entry.path())?)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
