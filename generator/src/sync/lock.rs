//! One run at a time.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::SyncError;

const NAME: &str = ".codegen.lock";

/// How long a lock stays valid without being renewed. A run renews it with every file it touches.
const LIFETIME: Duration = Duration::from_secs(5);

/// How long to wait for another run.
const PATIENCE: Duration = Duration::from_secs(60);

/// The right to write to a folder, until it is dropped.
///
/// A lock is a file that only one run can create. The run renews its time of change while it works; a lock whose time
/// stands still for five seconds belongs to a run that was killed, and is taken over. The system's own file locks would
/// end with their process, but the standard library has them only since Rust 1.89.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Waits for the lock of a folder, which is created if need be.
    pub(super) fn take(root: &Path) -> Result<Self, SyncError> {
        Self::take_after(root, LIFETIME, PATIENCE)
    }

    fn take_after(root: &Path, lifetime: Duration, patience: Duration) -> Result<Self, SyncError> {
        fs::create_dir_all(root).map_err(SyncError::io("create", root))?;
        let path = root.join(NAME);
        let start = Instant::now();
        let mut seen: Option<(SystemTime, Instant)> = None;
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok(Self { path, file }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(SyncError::io("create", &path)(error)),
            }
            if start.elapsed() > patience {
                return Err(SyncError::Busy { lock: path });
            }
            if let Some(renewed) = renewed(&path) {
                match seen {
                    Some((time, since)) if time == renewed => {
                        if since.elapsed() > lifetime {
                            remove_stale(&path, renewed);
                        }
                    }
                    _ => seen = Some((renewed, Instant::now())),
                }
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Says that the run is alive. What goes wrong here only makes the lock look older than it is.
    pub(super) fn renew(&self) {
        let _ = self.file.set_modified(SystemTime::now());
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it cannot be removed, the next run takes it over.
        let _ = fs::remove_file(&self.path);
    }
}

fn renewed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// Removes the lock that was last renewed at `time`. Of several runs that try, one succeeds in renaming it; if it turns
/// out to be a newer lock, which another run has created in between, it is put back.
fn remove_stale(path: &Path, time: SystemTime) {
    let aside = path.with_extension(format!("{}.codegen-tmp", std::process::id()));
    if fs::rename(path, &aside).is_err() {
        return;
    }
    if renewed(&aside) != Some(time) {
        // A link is made only where nothing is, so no third lock is overwritten.
        let _ = fs::hard_link(&aside, path);
    }
    let _ = fs::remove_file(&aside);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_excludes_others_until_it_is_dropped() {
        let folder = tempfile::tempdir().expect("a folder can be created");
        let short = Duration::from_millis(60);
        let lock = Lock::take(folder.path()).expect("the folder is free");
        let busy = Lock::take_after(folder.path(), Duration::from_secs(9), short);
        assert!(matches!(busy, Err(SyncError::Busy { .. })), "{busy:?}");
        drop(lock);
        Lock::take_after(folder.path(), Duration::from_secs(9), short).expect("the folder is free again");
    }

    #[test]
    fn the_lock_of_a_killed_run_is_taken_over() {
        let folder = tempfile::tempdir().expect("a folder can be created");
        std::mem::forget(Lock::take(folder.path()).expect("the folder is free"));
        let lifetime = Duration::from_millis(50);
        let start = Instant::now();
        let lock = Lock::take_after(folder.path(), lifetime, PATIENCE).expect("nobody renews it");
        assert!(start.elapsed() >= lifetime);
        drop(lock);
        let left: Vec<_> = fs::read_dir(folder.path()).expect("the folder is there").collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn a_lock_that_is_renewed_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder can be created");
        let lock = Lock::take(folder.path()).expect("the folder is free");
        let path = folder.path().to_owned();
        let other = thread::spawn(move || {
            Lock::take_after(&path, Duration::from_millis(200), Duration::from_millis(600)).map(|_| ())
        });
        while !other.is_finished() {
            lock.renew();
            thread::sleep(Duration::from_millis(10));
        }
        let outcome = other.join().expect("the other run ends");
        assert!(matches!(outcome, Err(SyncError::Busy { .. })), "{outcome:?}");
    }
}
