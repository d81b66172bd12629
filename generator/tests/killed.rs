//! Runs of the real program that are killed, that get in each other's way, or that the system refuses something: every file
//! has its old or its new text, nothing of somebody else is touched, and the next run repairs the folder.
#![cfg(all(feature = "cli", unix))]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const LOCK: &str = ".codegen.lock";
const TEMPORARY: &str = ".codegen-tmp";

/// Files of a folder by path.
type Files = BTreeMap<String, String>;

/// A folder with descriptions that differ in everything, and what is made of each.
struct Yard {
    folder: tempfile::TempDir,
    made: Vec<Files>,
}

/// What is in the folder of the crate and not generated.
const NOTES: [(&str, &str); 3] =
    [("notes.md", "mine\n"), ("src/mine.rs", "fn mine() {}\n"), ("tests/mine.rs", "// Mine.\n")];

impl Yard {
    fn new(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut made = Vec::new();
        for number in 0..count {
            fs::write(folder.path().join(format!("{number}.yaml")), description(number)).unwrap();
            let made_alone = run(folder.path(), number, "out", &[]);
            assert!(made_alone.status.success(), "{made_alone:?}");
            made.push(read(&folder.path().join("out")));
            fs::remove_dir_all(folder.path().join("out")).unwrap();
        }
        for pair in made.windows(2) {
            assert!(pair[0]["src/types/mod.rs"] != pair[1]["src/types/mod.rs"], "they differ");
        }
        Self { folder, made }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// A crate, and what is not generated beside it.
    fn settle(&self, number: usize) {
        let written = run(self.folder.path(), number, "out", &[]);
        assert!(written.status.success(), "{written:?}");
        for (path, text) in NOTES {
            let path = self.out().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn start(&self, number: usize) -> Child {
        command(self.folder.path(), number, "out", &[]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Every file is one of these crates', byte for byte, but for what a killed run leaves.
    fn assert_old_or_new(&self) {
        let mut found = read(&self.out());
        take_notes(&mut found);
        for (path, text) in found {
            let known = self.made.iter().any(|files| files.get(&path) == Some(&text));
            assert!(known || path == LOCK || path.ends_with(TEMPORARY), "{path}:\n{text}");
        }
    }

    /// The folder is exactly this crate.
    fn assert_is(&self, number: usize) {
        let mut found = read(&self.out());
        take_notes(&mut found);
        assert_eq!(found.keys().collect::<Vec<_>>(), self.made[number].keys().collect::<Vec<_>>());
        assert!(found == self.made[number], "the files have other texts");
    }
}

fn take_notes(found: &mut Files) {
    for (path, text) in NOTES {
        assert_eq!(found.remove(path).as_deref(), Some(text), "{path}");
    }
}

/// An API whose schemas, operations and groups have names of their own, as long as `number` differs.
fn description(number: usize) -> String {
    let mut text = format!(
        "openapi: 3.0.3\ninfo: {{title: Api {number}, version: '1'}}\nservers: [{{url: 'https://example.com'}}]\npaths:\n"
    );
    for index in 0..12 {
        text.push_str(&format!(
            "  /things{number}/{index}:\n    get:\n      operationId: get{number}Thing{index}\n      tags: [Group{}]\n      \
             responses: {{'200': {{description: It., content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Thing{number}x{index}'}}}}}}}}}}\n",
            if index < 4 { "All".to_owned() } else { format!("{number}n{}", index % 3) }
        ));
    }
    text.push_str("components:\n  schemas:\n");
    for index in 0..40 {
        text.push_str(&format!(
            "    Thing{number}x{index}: {{type: object, properties: {{a{number}: {{type: string}}, b: {{type: integer}}}}}}\n    \
             Shared{index}: {{type: object, properties: {{a{number}: {{type: string}}}}}}\n"
        ));
    }
    text
}

fn command(folder: &Path, number: usize, out: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spec2crate"));
    command.args(["generate", "--spec", &format!("{number}.yaml"), "--out", out, "--name", "things"]).args(more);
    command.current_dir(folder);
    command
}

fn run(folder: &Path, number: usize, out: &str, more: &[&str]) -> Output {
    command(folder, number, out, more).output().unwrap()
}

fn read(root: &Path) -> Files {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// Waits until a run has begun to write; false if it has ended.
fn writes(child: &mut Child, out: &Path) -> bool {
    while child.try_wait().unwrap().is_none() {
        if out.join(LOCK).exists() {
            return true;
        }
        thread::sleep(Duration::from_micros(100));
    }
    false
}

/// Waits until a run puts texts beside those of the types, which it does with the lock; false if it ended before.
fn stages(child: &mut Child, out: &Path) -> bool {
    while child.try_wait().unwrap().is_none() {
        if has_temporaries(out) {
            return true;
        }
    }
    false
}

fn has_temporaries(out: &Path) -> bool {
    let names = fs::read_dir(out.join("src/types")).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.filter_map(|name| name.into_string().ok()).any(|name| name.ends_with(TEMPORARY))
}

fn end(mut child: Child) {
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().unwrap();
}

/// Numbers that look random (xorshift64*, Vigna 2016).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }
}

#[test]
fn killed_at_any_moment_every_file_is_old_or_new_and_the_next_run_repairs() {
    let yard = Yard::new(2);
    yard.settle(0);
    // How long a run writes here and now.
    let mut child = yard.start(1);
    assert!(writes(&mut child, &yard.out()), "it replaces every file");
    let start = Instant::now();
    child.wait().unwrap();
    let length = u64::try_from(start.elapsed().as_micros()).unwrap().max(1);
    yard.assert_is(1);

    let mut numbers = Numbers(7);
    let mut inside = 0;
    for round in 0..24 {
        let number = usize::from(round % 2 == 1);
        let mut child = yard.start(number);
        if round % 8 == 0 {
            // Before it writes, too.
            thread::sleep(Duration::from_micros(numbers.below(length)));
        } else if writes(&mut child, &yard.out()) {
            thread::sleep(Duration::from_micros(numbers.below(length)));
        }
        end(child);
        inside += usize::from(yard.out().join(LOCK).exists());
        yard.assert_old_or_new();
        // What several killed runs left is repaired as well.
        if round % 3 == 2 {
            let repaired = run(yard.folder.path(), number, "out", &[]);
            assert!(repaired.status.success(), "{repaired:?}");
            yard.assert_is(number);
        }
    }
    println!("{inside} of 24 runs were killed while they wrote, which takes {length} µs");
    assert!(inside > 0, "none was killed while it wrote");
}

#[test]
fn runs_at_once_do_not_mix() {
    let yard = Yard::new(8);
    for (together, killed) in [(2, None), (8, None), (8, Some(3))] {
        yard.settle(0);
        let mut running: Vec<Child> = (0..together).map(|number| yard.start(number)).collect();
        if let Some(killed) = killed {
            let mut child = running.remove(killed);
            writes(&mut child, &yard.out());
            end(child);
        }
        for child in running {
            let ended = child.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        if killed.is_some() {
            // It may have been the last that wrote.
            yard.assert_old_or_new();
            assert!(run(yard.folder.path(), 5, "out", &[]).status.success());
        }
        let mut found = read(&yard.out());
        take_notes(&mut found);
        let same: Vec<usize> = (0..8).filter(|number| found == yard.made[*number]).collect();
        assert_eq!(same.len(), 1, "the folder is one of the crates: {:?}", found.keys().collect::<Vec<_>>());
    }
}

/// The folder is not there yet, and its first run is none of these alone.
#[test]
fn first_runs_at_once_do_not_mix() {
    let yard = Yard::new(4);
    for _ in 0..3 {
        let running: Vec<Child> = (0..4).map(|number| yard.start(number)).collect();
        for child in running {
            let ended = child.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        let found = read(&yard.out());
        assert_eq!(yard.made.iter().filter(|files| **files == found).count(), 1, "the folder is one of the crates");
        fs::remove_dir_all(yard.out()).unwrap();
    }
}

/// A run that sleeps, such as on a laptop that is closed, has the lock for as long as it does.
#[test]
fn a_run_that_is_stopped_is_waited_for() {
    let yard = Yard::new(2);
    yard.settle(0);
    let signal = |child: &Child, name: &str| {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
        assert!(sent.success());
    };
    for _ in 0..100 {
        let mut first = yard.start(1);
        if stages(&mut first, &yard.out()) {
            signal(&first, "STOP");
            // It stops when the system is done with what it was asked for last, which may be to delete the lock.
            thread::sleep(Duration::from_millis(200));
            // A lock file alone may be one that it has made and not locked yet. What it writes, it writes with the lock.
            if has_temporaries(&yard.out()) {
                let mut second = yard.start(0);
                thread::sleep(Duration::from_secs(6));
                assert!(second.try_wait().unwrap().is_none(), "it waits");
                yard.assert_old_or_new();
                signal(&first, "CONT");
                assert!(first.wait().unwrap().success() && second.wait().unwrap().success());
                yard.assert_is(0);
                return;
            }
            signal(&first, "CONT");
        }
        first.wait().unwrap();
        assert!(run(yard.folder.path(), 0, "out", &[]).status.success());
    }
    unreachable!("of 100 runs one is stopped while it writes");
}

/// A limit on the size of files stands for a disk that is full: a part of a file can be written, and no more.
#[test]
fn a_disk_that_is_full_changes_nothing() {
    let yard = Yard::new(2);
    yard.settle(0);
    let limited = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_spec2crate"), "generate", "--spec", "1.yaml", "--out", "out"]);
        command.args(["--name", "things"]).current_dir(yard.folder.path()).output().unwrap()
    };
    let refused = limited("trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(said.contains("error: cannot write out/") && said.contains("too large"), "{said}");
    yard.assert_is(0);
    // The system ends a process that does not expect it.
    let killed = limited("ulimit -c 0; ulimit -f 8; exec \"$0\" \"$@\"");
    assert_eq!(killed.status.code(), None, "{killed:?}");
    yard.assert_old_or_new();
    assert!(run(yard.folder.path(), 1, "out", &[]).status.success());
    yard.assert_is(1);
}

#[test]
fn a_folder_that_is_read_only_is_compared_and_not_written() {
    use std::os::unix::fs::PermissionsExt;

    let yard = Yard::new(2);
    yard.settle(0);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(yard.folder.path(), 0o755);
    mode(&yard.out(), 0o555);
    // The superuser may write everywhere.
    let superuser = fs::write(yard.out().join("written"), "").is_ok();
    let _ = fs::remove_file(yard.out().join("written"));
    let as_user = |number: usize, more: &[&str]| {
        let plain = command(yard.folder.path(), number, "out", more);
        if !superuser {
            return Some({ plain }.output().unwrap());
        }
        let mut other = Command::new("setpriv");
        other
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(plain.get_program())
            .args(plain.get_args());
        let output = other.current_dir(yard.folder.path()).output().ok()?;
        // 126 and 127: the program cannot be reached by that user.
        (!matches!(output.status.code(), Some(126 | 127))).then_some(output)
    };
    let Some(refused) = as_user(1, &[]) else {
        println!("skipped: the superuser may write everywhere, and `setpriv` gives no other user");
        return;
    };
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(said.contains("error: cannot lock out/.codegen.lock: Permission denied"), "{said}");
    for (number, code) in [(0, 0), (1, 1)] {
        assert_eq!(as_user(number, &["--check"]).unwrap().status.code(), Some(code));
    }
    assert_eq!(as_user(0, &[]).unwrap().status.code(), Some(0), "there is nothing to do");
    mode(&yard.out(), 0o755);
    yard.assert_is(0);
}
