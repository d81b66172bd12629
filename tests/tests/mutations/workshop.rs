//! Where changes are tried: a workspace of two packages, a copy of the generated crate and the tests that must notice.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

/// One textual change of the generated crate.
#[derive(Debug)]
pub(crate) struct Change {
    /// A file or folder of the generated crate, in whose sources `from` stands exactly once.
    pub(crate) within: &'static str,
    /// What stands there.
    pub(crate) from: &'static str,
    /// What is put in its place. It must compile.
    pub(crate) to: &'static str,
}

/// A test binary of this package that a changed client is tried with.
#[derive(Debug)]
pub(crate) struct Suite {
    /// The folder in `tests/`.
    pub(crate) name: &'static str,
    /// What it depends on beside the dependencies of the library and the client.
    pub(crate) dev_dependencies: &'static [&'static str],
    /// The features of the client.
    pub(crate) features: &'static [&'static str],
    /// What it is called with.
    pub(crate) arguments: &'static [&'static str],
    /// Its environment.
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// How long it may run.
    pub(crate) patience: Duration,
    /// The failure that a line of its output reports.
    pub(crate) failure: fn(&str) -> Option<&str>,
}

/// The wire tests; they take a second or two, unless a change makes one of them wait.
pub(crate) const WIRE: Suite = Suite {
    name: "wire",
    dev_dependencies: &[],
    features: &["reqwest013"],
    arguments: &[],
    environment: &[],
    patience: Duration::from_secs(60),
    failure: |line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"),
};

/// The table of faults. A row that hangs is given up sooner than usual.
pub(crate) const FAULTS: Suite = Suite {
    name: "faults",
    dev_dependencies: &["futures-core", "reqwest", "syn", "tempfile"],
    features: &["oauth2", "reqwest013", "rustls"],
    arguments: &["--exact", "every_fault_is_survived", "--nocapture"],
    environment: &[("FAULTS_PATIENCE", "10")],
    patience: Duration::from_secs(600),
    failure: |line| line.strip_prefix("FAILED "),
};

/// What the tests made of a client.
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

/// The one file that a change is made in, relative to the generated crate.
///
/// # Errors
///
/// Its text does not stand in the sources it names, or more than once.
pub(crate) fn find(change: &Change) -> io::Result<PathBuf> {
    let mut places = Vec::new();
    search(&generated().join(change.within), change.from, &mut places)?;
    let [place] = places.as_slice() else {
        let Change { within, from, .. } = change;
        let message = format!("this must stand exactly once in {within}, and stands {} times:\n{from}", places.len());
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
    suite: &'static Suite,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Workshop {
    /// Sets the workspace up, or brings the one of an earlier run up to date.
    pub(crate) fn open(suite: &'static Suite) -> io::Result<Self> {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations").join(suite.name);
        let manifest = fs::read_to_string(repository().join("Cargo.toml"))?;
        write(&root.join("Cargo.toml"), &workspace_manifest(&manifest))?;
        write(&root.join("Cargo.lock"), &fs::read_to_string(repository().join("Cargo.lock"))?)?;
        write(&root.join("tests/Cargo.toml"), &tests_manifest(Path::new(env!("CARGO_MANIFEST_DIR")), suite)?)?;
        mirror(&generated(), &root.join("client"))?;
        Ok(Self { root, suite, _turn: turn })
    }

    /// Runs the tests against the client as it is.
    pub(crate) fn try_unchanged(&mut self) -> io::Result<Verdict> {
        self.run()
    }

    /// Runs the tests against the client with these changes, which are undone afterwards.
    pub(crate) fn try_changed<'c>(&mut self, changes: impl IntoIterator<Item = &'c Change>) -> io::Result<Verdict> {
        for change in changes {
            let copy = self.root.join("client").join(find(change)?);
            write(&copy, &fs::read_to_string(&copy)?.replacen(change.from, change.to, 1))?;
        }
        let verdict = self.run();
        mirror(&generated(), &self.root.join("client"))?;
        verdict
    }

    fn run(&self) -> io::Result<Verdict> {
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["test", "--offline", "--package", "tests", "--test", self.suite.name, "--no-run"])
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
        let mut tests = Command::new(program);
        tests.args(self.suite.arguments).envs(self.suite.environment.iter().copied());
        let (status, output) = self.finish(&mut tests, Some(self.suite.patience))?;
        if status.is_some_and(|status| status.success()) {
            return Ok(Verdict::Unnoticed);
        }
        let failed = output.lines().filter_map(self.suite.failure);
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
        "[workspace]\nresolver = \"3\"\nmembers = [\"client\", \"tests\"]\n\n\
         [workspace.dependencies]\n{}\n\n\
         [profile.dev]\ndebug = false\nincremental = true\n",
        dependencies.join("\n")
    )
}

/// The manifest of a package that has the library and one of the tests of this one, in their place.
fn tests_manifest(tests: &Path, suite: &Suite) -> io::Result<String> {
    let manifest = fs::read_to_string(tests.join("Cargo.toml"))?;
    let dependencies = section(&manifest, "dependencies");
    let own: String = suite.dev_dependencies.iter().map(|name| format!("{name}.workspace = true\n")).collect();
    Ok(format!(
        "[package]\nname = \"tests\"\nedition = \"2024\"\npublish = false\nautotests = false\n\n\
         [lib]\npath = {:?}\n\n\
         [[test]]\nname = {:?}\npath = {:?}\n\n\
         [dependencies]\n{dependencies}\n\n\
         [dev-dependencies]\n{own}\
         x-api-client = {{ path = \"../client\", default-features = false, features = {:?} }}\n",
        tests.join("src/lib.rs"),
        suite.name,
        tests.join("tests").join(suite.name).join("main.rs"),
        suite.features,
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
