//! Making a folder the generated crate.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::SyncError;
use super::lock::{self, Lock};
use super::plan::{Change, Plan, TEMPORARY, is_copy, is_marked, plan, walk};
use crate::files::{FileSet, each};

/// Writes what differs and deletes what is generated no more. Gives what was done.
///
/// All texts are written beside their targets first, and only then put in their places, so that a disk that is full changes
/// nothing.
///
/// # Errors
///
/// As [`plan`]; also when a file cannot be written or another run does not end. What was done until then stays: every
/// file has either its old or its new text, and the next run does the rest.
pub fn apply(files: &FileSet, root: &Path) -> Result<Plan, SyncError> {
    apply_with(files, root, &|_| Ok(()))
}

/// Is told a step before it happens, and can stop the run there.
type Before<'b> = dyn Fn(&str) -> Result<(), SyncError> + Sync + 'b;

fn apply_with(files: &FileSet, root: &Path, before: &Before<'_>) -> Result<Plan, SyncError> {
    // A folder that is not ours, or that needs nothing, gets no lock file either.
    let first = plan(files, root)?;
    if first.changes.is_empty() && leftovers(root)?.is_empty() && !left_locked(root) {
        return Ok(first);
    }
    let _lock = Lock::take(root)?;
    // Another run may have been first.
    let done = plan(files, root)?;
    for path in leftovers(root)? {
        remove(root, &path)?;
    }
    let mut steps: Vec<&Change> = done.changes.iter().collect();
    steps.sort_by_key(|change| order(change, files));
    let mut staged = Staged::default();
    staged.write(root, &steps, files, before)?;
    staged.sync()?;
    for change in steps {
        before(change.path())?;
        match change {
            Change::Missing { path } => staged.put(root, path, false)?,
            Change::Changed { path, .. } => staged.put(root, path, true)?,
            Change::Stale { path } => remove(root, path)?,
        }
    }
    Ok(done)
}

fn to_write<'f>(change: &Change, files: &'f FileSet) -> Option<&'f str> {
    match change {
        Change::Missing { path } | Change::Changed { path, .. } => files.get(path),
        Change::Stale { .. } => None,
    }
}

/// New files come before those that declare them, and files go after nothing declares them any more. A marked file comes
/// before the copies that it claims and goes after them, and the manifest comes last: copies alone, or a manifest or readme
/// alone, would look like somebody else's.
fn order(change: &Change, files: &FileSet) -> (u8, bool) {
    let path = change.path();
    let declares = path.ends_with("/mod.rs") || path == "src/lib.rs" || !path.starts_with("src/");
    match change {
        Change::Stale { .. } => (2, !is_copy(path)),
        Change::Missing { .. } | Change::Changed { .. } => {
            (u8::from(declares), !files.get(path).is_some_and(is_marked))
        }
    }
}

/// Texts that are written and not yet in their places; those that never get there are deleted.
#[derive(Default)]
struct Staged {
    temporaries: BTreeSet<PathBuf>,
    /// Those that replace another text.
    replacing: Vec<PathBuf>,
}

/// How many texts are brought to the disk at once: the system does those of several threads together, in half the time.
const AT_ONCE: usize = 8;

impl Staged {
    /// Writes the texts of all changes that have one. Each file takes the system longer than its text takes to be copied, so
    /// that several threads do it.
    fn write(
        &mut self,
        root: &Path,
        changes: &[&Change],
        files: &FileSet,
        before: &Before<'_>,
    ) -> Result<(), SyncError> {
        let texts: Vec<(&str, PathBuf, &str)> = changes
            .iter()
            .filter_map(|change| Some((change.path(), temporary(root, change.path()), to_write(change, files)?)))
            .collect();
        let folders: BTreeSet<&Path> = texts.iter().filter_map(|(_, temporary, _)| temporary.parent()).collect();
        for folder in folders {
            fs::create_dir_all(folder).map_err(SyncError::io("create", folder))?;
        }
        self.temporaries.extend(texts.iter().map(|(_, temporary, _)| temporary.clone()));
        let replaced = changes.iter().filter(|change| matches!(change, Change::Changed { .. }));
        self.replacing.extend(replaced.map(|change| temporary(root, change.path())));
        let stopped = AtomicBool::new(false);
        let written = each(&texts, |(path, temporary, text)| {
            if stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            let done = before(&format!("{path}{TEMPORARY}")).and_then(|()| create(temporary, text));
            if done.is_err() {
                stopped.store(true, Ordering::Relaxed);
            }
            done
        });
        written.into_iter().collect()
    }

    /// Brings to the disk what replaces another text. On some file systems a new name is on the disk before the text is. A file
    /// that is new has nothing to lose by that; one that is replaced would have neither its old nor its new text after a power
    /// cut.
    fn sync<'s>(&'s self) -> Result<(), SyncError> {
        let sync = |path: &PathBuf| {
            // Windows flushes only what is open for writing.
            let file = OpenOptions::new().read(true).write(cfg!(windows)).open(path);
            file.and_then(|file| file.sync_data()).map_err(SyncError::io("write", path))
        };
        let each = self.replacing.len().div_ceil(AT_ONCE).max(1);
        thread::scope(|scope| {
            // A system that has no threads to give leaves the work to this one.
            let start = |part: &'s [PathBuf]| {
                let work = move || part.iter().try_for_each(sync);
                thread::Builder::new().spawn_scoped(scope, work).map_err(|_| work)
            };
            let parts: Vec<_> = self.replacing.chunks(each).map(start).collect();
            parts.into_iter().try_for_each(|part| match part {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(work) => work(),
            })
        })
    }

    /// Puts a text in its place, with the permissions of the text that it replaces.
    fn put(&mut self, root: &Path, path: &str, replaces: bool) -> Result<(), SyncError> {
        let (target, temporary) = (root.join(path), temporary(root, path));
        if replaces && let Ok(old) = fs::metadata(&target) {
            fs::set_permissions(&temporary, old.permissions()).map_err(SyncError::io("write", &temporary))?;
        }
        fs::rename(&temporary, &target).map_err(SyncError::io("write", &target))?;
        self.temporaries.remove(&temporary);
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for temporary in &self.temporaries {
            // If it cannot be deleted, the next run does it.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Writes a file that is not there yet.
fn create(path: &Path, text: &str) -> Result<(), SyncError> {
    // It is created anew, so that nothing is written through a link of that name.
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::remove_file(path).map_err(SyncError::io("delete", path))?;
            OpenOptions::new().write(true).create_new(true).open(path)
        }
        opened => opened,
    }
    .map_err(SyncError::io("create", path))?;
    file.write_all(text.as_bytes()).map_err(SyncError::io("write", path))
}

fn temporary(root: &Path, path: &str) -> PathBuf {
    root.join(format!("{path}{TEMPORARY}"))
}

/// Deletes a file, and its folder if that is empty then.
fn remove(root: &Path, path: &str) -> Result<(), SyncError> {
    let target = root.join(path);
    fs::remove_file(&target).map_err(SyncError::io("delete", &target))?;
    let mut folder = target.parent();
    while let Some(empty) = folder.filter(|folder| *folder != root) {
        // A folder that is not empty stays.
        if fs::remove_dir(empty).is_err() {
            break;
        }
        folder = empty.parent();
    }
    Ok(())
}

/// Temporary files that a killed run left: those directly in the folder, and all below `src`.
fn leftovers(root: &Path) -> Result<Vec<String>, SyncError> {
    let mut found = Vec::new();
    if let Ok(entries) = fs::read_dir(root) {
        for entry in entries {
            let entry = entry.map_err(SyncError::io("read", root))?;
            if let Ok(name) = entry.file_name().into_string()
                && name.ends_with(TEMPORARY)
                && entry.file_type().is_ok_and(|kind| kind.is_file())
            {
                found.push(name);
            }
        }
    }
    walk(root, "src", &mut |path, _| {
        if path.ends_with(TEMPORARY) {
            found.push(path);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Whether the lock of a killed run, or of one that is not finished, is there.
fn left_locked(root: &Path) -> bool {
    root.join(lock::NAME).exists()
}

#[cfg(test)]
mod tests;
