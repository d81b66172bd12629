//! One run at a time.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::SyncError;

/// The file that is locked.
pub(super) const NAME: &str = ".codegen.lock";

/// How long to wait for another run.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait before the next attempt.
const PAUSE: Duration = Duration::from_millis(20);

/// The right to write to a folder, until it is dropped.
///
/// The system keeps the lock, on an open file, and ends it with the process, however that ends: no time of a file and no
/// number of a process says whether another run is alive, so that a clock that jumps and a process that sleeps do no harm.
/// What is left of a killed run is a file that nobody has locked. The standard library has such locks since Rust 1.89.
///
/// A file system without locks (some that are mounted over a network) keeps nobody out.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Waits for the lock of a folder, which is created if need be.
    pub(super) fn take(root: &Path) -> Result<Self, SyncError> {
        Self::take_within(root, PATIENCE)
    }

    fn take_within(root: &Path, patience: Duration) -> Result<Self, SyncError> {
        fs::create_dir_all(root).map_err(SyncError::io("create", root))?;
        let path = root.join(NAME);
        let start = Instant::now();
        loop {
            if let Some(file) = attempt(&path).map_err(SyncError::io("lock", &path))? {
                return Ok(Self { path, file });
            }
            if start.elapsed() >= patience {
                return Err(SyncError::Busy { lock: path });
            }
            thread::sleep(PAUSE);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Deleted before it is unlocked, so that whoever locks it next sees that it is not the file at that path any more.
        // If it cannot be deleted, the next run locks it as it is.
        if is_at(&self.file, &self.path).unwrap_or(false) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The locked file; none if another run has it.
#[cfg(unix)]
fn attempt(path: &Path) -> io::Result<Option<File>> {
    use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
    use rustix::io::Errno;

    // A link of this name is not followed: nothing is created outside of the folder.
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = File::from(open(path, flags, Mode::from_raw_mode(0o644))?);
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) | Err(Errno::NOTSUP | Errno::NOLCK | Errno::NOSYS) => {}
        Err(Errno::WOULDBLOCK | Errno::INTR) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    // The run that had it may have deleted it after it was opened here; then the lock of another file is the one.
    Ok(is_at(&file, path)?.then_some(file))
}

/// Whether an open file is the one at a path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let open = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The open file; none if another run has it open. Windows shares it with nobody and deletes it when it is closed, also
/// when the process is killed.
#[cfg(windows)]
fn attempt(path: &Path) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt;

    const WRITE_AND_DELETE: u32 = 0x4000_0000 | 0x0001_0000;
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const SHARING_VIOLATION: i32 = 32;
    const DELETE_PENDING: i32 = 303;

    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).access_mode(WRITE_AND_DELETE).share_mode(0).custom_flags(DELETE_ON_CLOSE);
    match options.open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if matches!(error.raw_os_error(), Some(SHARING_VIOLATION | DELETE_PENDING)) => Ok(None),
        // A file that is being deleted refuses everything, too; where there is none, the folder does.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && path.try_exists().unwrap_or(true) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Closing the file deletes it.
#[cfg(windows)]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(60);

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder can be created")
    }

    #[test]
    fn a_lock_excludes_others_until_it_is_dropped() {
        let folder = folder();
        let lock = Lock::take(folder.path()).expect("the folder is free");
        let start = Instant::now();
        let busy = Lock::take_within(folder.path(), SHORT);
        assert!(matches!(busy, Err(SyncError::Busy { .. })), "{busy:?}");
        assert!(start.elapsed() >= SHORT, "it waited");
        drop(lock);
        drop(Lock::take_within(folder.path(), SHORT).expect("the folder is free again"));
        assert!(!folder.path().join(NAME).exists(), "nothing is left");
    }

    /// Only the lock counts, and not that the file is there or what its time is.
    #[test]
    fn the_file_of_a_killed_run_locks_nobody_out() {
        let folder = folder();
        for time in [std::time::SystemTime::UNIX_EPOCH, std::time::SystemTime::now() + Duration::from_secs(1 << 30)] {
            let left = File::create(folder.path().join(NAME)).expect("it can be created");
            left.set_modified(time).expect("it has a time");
            drop(left);
            drop(Lock::take_within(folder.path(), SHORT).expect("nobody has locked it"));
            assert!(!folder.path().join(NAME).exists(), "nothing is left");
        }
    }

    /// Whoever deletes the file of a run that is alive lets another one in, and the first does not delete what is the
    /// other's then.
    #[cfg(unix)]
    #[test]
    fn a_lock_deletes_no_other() {
        let folder = folder();
        let first = Lock::take(folder.path()).expect("the folder is free");
        fs::remove_file(folder.path().join(NAME)).expect("it is there");
        let second = Lock::take_within(folder.path(), SHORT).expect("there is no file");
        drop(first);
        assert!(folder.path().join(NAME).exists());
        let busy = Lock::take_within(folder.path(), SHORT);
        assert!(matches!(busy, Err(SyncError::Busy { .. })), "{busy:?}");
        drop(second);
        assert!(!folder.path().join(NAME).exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_its_place_is_not_followed() {
        let folder = folder();
        let target = folder.path().join("elsewhere");
        std::os::unix::fs::symlink(&target, folder.path().join(NAME)).expect("a link can be made");
        let refused = Lock::take_within(folder.path(), SHORT);
        assert!(matches!(refused, Err(SyncError::Io { action: "lock", .. })), "{refused:?}");
        assert!(!target.exists());
    }

    /// Many at once: never do two hold it.
    #[test]
    fn of_many_only_one_has_it() {
        use std::sync::atomic::{AtomicUsize, Ordering};

        let folder = folder();
        let (inside, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let lock = Lock::take(folder.path()).expect("the others let go");
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "nobody else is inside");
                        taken.fetch_add(1, Ordering::SeqCst);
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        assert_eq!(taken.load(Ordering::SeqCst), 160);
    }
}
