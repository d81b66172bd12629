//! A token store in a file that several processes share.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::clock::Clock;
use super::random::random_text;
use super::token_pair::TokenPair;
use super::token_store::{StoreLock, TokenStore};
use super::transport::{BoxError, BoxFuture};

/// After how long a lock counts as left behind: twice the time a refresh takes at most by default.
const STALE_AFTER: Duration = Duration::from_secs(60);

/// After how long a half-written file counts as left behind.
const LITTER_AFTER: Duration = Duration::from_secs(600);

/// The waits between looks at a lock that somebody else holds: the first, doubled up to the last.
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LAST_LOOK: Duration = Duration::from_millis(320);

/// Keeps the pair in a JSON file ([`TokenPair::to_json`]).
///
/// **Saving** writes a new file beside the old one, makes sure it is on the disk and renames it into place, so that a
/// process that is killed at any moment leaves a whole pair. On Unix the file is readable by its owner only, from its
/// first byte on; elsewhere it has the rights of its folder. The folder must exist. A symbolic link is replaced, not
/// followed.
///
/// **The lock** is a second file, `<name>.lock`, which only one process can create. A process that dies leaves it
/// behind; after 60 s ([`FileStore::stale_after`]) the next one takes it over. The lock works between processes of one
/// machine and on network file systems where creating a file is exclusive.
///
/// Files are read and written in the task that calls, without a thread of their own: they are a few kilobytes.
#[derive(Clone)]
pub struct FileStore {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    stale_after: Duration,
}

impl FileStore {
    /// Keeps the pair in the file at `path`, and waits for its lock on the system's clock.
    #[inline]
    #[cfg(feature = "reqwest013")]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::with_clock(path, super::clock::SystemClock::new())
    }

    /// Keeps the pair in the file at `path`, and waits for its lock on this clock.
    #[inline]
    pub fn with_clock(path: impl Into<PathBuf>, clock: impl Clock) -> Self {
        Self { path: path.into(), clock: Arc::new(clock), stale_after: STALE_AFTER }
    }

    /// After how long a lock counts as left behind by a process that died. The default is 60 s. It must be longer than
    /// a refresh can take, which is [`OAuth2Builder::timeout`](super::OAuth2Builder::timeout): a lock that is taken
    /// from a living process can cost the login.
    #[inline]
    #[must_use]
    pub fn stale_after(mut self, age: Duration) -> Self {
        self.stale_after = age;
        self
    }

    /// The file.
    #[inline]
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file beside the store's.
    #[inline]
    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.file_name().map_or_else(OsString::new, OsString::from);
        name.push(suffix);
        self.path.with_file_name(name)
    }

    #[inline]
    fn failed(&self, what: &str, error: &io::Error) -> BoxError {
        io::Error::new(error.kind(), format!("{what} {}: {error}", self.path.display())).into()
    }

    #[inline]
    fn read(&self) -> Result<Option<TokenPair>, BoxError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("could not read", &error)),
        };
        match TokenPair::from_json(&text) {
            Ok(pair) => Ok(Some(pair)),
            Err(error) => Err(format!("could not read {}: {error}", self.path.display()).into()),
        }
    }

    #[inline]
    fn write(&self, pair: &TokenPair) -> Result<(), BoxError> {
        let fresh = self.beside(&format!(".{}.tmp", random_text()?));
        let written = create_new(&fresh)
            .and_then(|mut file| {
                file.write_all(pair.to_json().expose().as_bytes())?;
                file.write_all(b"\n")?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&fresh, &self.path))
            .and_then(|()| sync_folder(&self.path));
        if let Err(error) = written {
            // Best effort: the error that counts is the one before.
            let _ = fs::remove_file(&fresh);
            return Err(self.failed("could not write", &error));
        }
        self.sweep();
        Ok(())
    }

    /// Removes what was left behind by processes that died while they wrote: it holds tokens.
    #[inline]
    fn sweep(&self) {
        let Some(folder) = self.path.parent() else { return };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Some(name) = self.path.file_name().and_then(|name| name.to_str()) else { return };
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let is_litter = entry.file_name().to_str().is_some_and(|other| {
                let middle = other.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
                middle.and_then(|rest| rest.strip_suffix(".tmp")).is_some_and(|random| random.len() == 43)
            });
            if is_litter && age(&entry.path()).is_some_and(|age| age > LITTER_AFTER) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Waits for the lock. Whether a holder is dead is judged by two ages, of which one is enough: that of the file, by
    /// the clocks of machine and file system, and the time for which this process has seen the same holder.
    #[inline]
    async fn acquire(&self) -> Result<LockFile, BoxError> {
        let path = self.beside(".lock");
        let owner = format!("{} {}", std::process::id(), random_text()?);
        let mut seen: Option<(Holder, Duration)> = None;
        let mut look = FIRST_LOOK;
        loop {
            match claim(&path, &owner) {
                Ok(()) => return Ok(LockFile { path, owner }),
                Err(error) if is_taken(&error) => {}
                Err(error) => return Err(self.failed("could not lock", &error)),
            }
            let now = self.clock.now();
            let holder = Holder::of(&path);
            let since = match &seen {
                Some((known, since)) if *known == holder => *since,
                _ => {
                    seen = Some((holder.clone(), now));
                    now
                }
            };
            let is_old = holder.since.and_then(elapsed).is_some_and(|age| age > self.stale_after);
            if (is_old || now.saturating_sub(since) > self.stale_after) && self.evict(&path, &holder) {
                seen = None;
                continue;
            }
            self.clock.sleep(look).await;
            look = (look * 2).min(LAST_LOOK);
        }
    }

    /// Removes a dead holder's lock, if it is still that one's. Of several that find the lock dead one does this at a
    /// time, so that nobody removes the lock that another one has just taken.
    #[inline]
    fn evict(&self, path: &Path, holder: &Holder) -> bool {
        let guard = self.beside(".lock.evict");
        if claim(&guard, "").is_err() {
            if age(&guard).is_some_and(|age| age > self.stale_after) {
                let _ = fs::remove_file(&guard);
            }
            return false;
        }
        let is_dead = Holder::of(path) == *holder;
        let evicted = is_dead && fs::remove_file(path).is_ok();
        let _ = fs::remove_file(&guard);
        evicted
    }
}

impl TokenStore for FileStore {
    #[inline]
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, BoxError>> {
        Box::pin(async { self.read() })
    }

    #[inline]
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, BoxError>> {
        Box::pin(async { Ok(StoreLock::new(self.acquire().await?)) })
    }

    #[inline]
    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async { self.write(pair) })
    }
}

impl fmt::Debug for FileStore {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Who holds a lock, as its file tells. One who has not yet written its name is a holder all the same, and another one
/// than somebody who died at that point: its file is younger.
#[derive(Clone, PartialEq)]
struct Holder {
    since: Option<SystemTime>,
    name: String,
}

impl Holder {
    #[inline]
    fn of(path: &Path) -> Self {
        Self { since: modified(path), name: fs::read_to_string(path).unwrap_or_default() }
    }
}

/// The lock while it is held.
struct LockFile {
    path: PathBuf,
    owner: String,
}

impl Drop for LockFile {
    #[inline]
    fn drop(&mut self) {
        // Somebody else's, if this process was taken for dead.
        if fs::read_to_string(&self.path).is_ok_and(|owner| owner == self.owner) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Creates a file that must not exist.
#[inline]
fn claim(path: &Path, owner: &str) -> io::Result<()> {
    let mut file = create_new(path)?;
    file.write_all(owner.as_bytes()).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// Whether a file could not be created because another one is there. Windows denies access to one that is being
/// removed.
#[inline]
fn is_taken(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AlreadyExists || (cfg!(windows) && error.kind() == ErrorKind::PermissionDenied)
}

/// How long ago a file was written, if it is there and time did not go backwards.
#[inline]
fn age(path: &Path) -> Option<Duration> {
    modified(path).and_then(elapsed)
}

#[inline]
fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

#[inline]
fn elapsed(since: SystemTime) -> Option<Duration> {
    SystemTime::now().duration_since(since).ok()
}

#[inline]
fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes sure that a renaming is on the disk (fsync of the folder, where there is such a thing).
#[inline]
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder)?.sync_all() {
        // Some file systems have no such thing for folders.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

#[inline]
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}
