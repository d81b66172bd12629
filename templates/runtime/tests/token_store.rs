//! Token stores: what is saved is whole, and one at a time renews, over tasks and over processes.
#![cfg(all(feature = "oauth2", not(target_family = "wasm")))]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use client_runtime::runtime::{
    BoxFuture, Clock, Endpoints, FileStore, ManualClock, MemoryStore, MemoryTransport, OAuth2, Reply, TokenPair,
    TokenStore, UserToken,
};
use common::*;

/// Real time: other processes do not live in ours.
#[derive(Clone, Copy)]
struct RealClock(Instant);

impl RealClock {
    fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn unix_now(&self) -> Duration {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

fn store(folder: &Path) -> FileStore {
    FileStore::with_clock(folder.join("token.json"), RealClock::new())
}

fn numbered(number: usize) -> TokenPair {
    TokenPair::new(format!("access-{number}")).with_refresh_token(format!("refresh-{number}"))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_pair_survives_its_json() {
    let pair = numbered(1).with_expiry(Duration::from_millis(1_700_000_000_999)).with_scopes(["a", "b"]);
    let json = pair.to_json();
    assert_eq!(
        json.expose(),
        r#"{"access_token":"access-1","expires_at":1700000000,"refresh_token":"refresh-1","scope":"a b"}"#
    );
    assert_eq!(TokenPair::from_json(json.expose()).unwrap(), pair);
    assert_eq!(TokenPair::from_json(r#"{"access_token":"a","new":1}"#).unwrap(), TokenPair::new("a"));
    for text in ["", "[]", "{}", r#"{"access_token":1}"#, r#"{"access_token":"a","expires_at":"soon"}"#] {
        assert!(TokenPair::from_json(text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn a_file_keeps_the_pair() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    assert_eq!(store.load().await.unwrap(), None);
    store.save(&numbered(1)).await.unwrap();
    store.save(&numbered(2)).await.unwrap();
    assert_eq!(store.load().await.unwrap(), Some(numbered(2)));
    assert_eq!(names(folder.path()), ["token.json"]);

    fs::write(store.path(), r#"{"access_token":"access-2","refresh_to"#).unwrap();
    let error = store.load().await.unwrap_err().to_string();
    assert!(error.contains("token.json") && !error.contains("access-2"), "{error}");
    let nowhere = FileStore::with_clock(folder.path().join("no/token.json"), ManualClock::new());
    assert_eq!(nowhere.load().await.unwrap(), None);
    assert!(nowhere.save(&numbered(1)).await.is_err());
    assert!(nowhere.lock().await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mode = || fs::metadata(store.path()).unwrap().permissions().mode() & 0o777;
    store.save(&numbered(1)).await.unwrap();
    assert_eq!(mode(), 0o600);
    fs::set_permissions(store.path(), PermissionsExt::from_mode(0o644)).unwrap();
    store.save(&numbered(2)).await.unwrap();
    assert_eq!(mode(), 0o600);
    let lock = store.lock().await.unwrap();
    let lock_mode = fs::metadata(folder.path().join("token.json.lock")).unwrap().permissions().mode();
    assert_eq!(lock_mode & 0o777, 0o600);
    drop(lock);
}

#[tokio::test]
async fn what_dead_writers_left_is_swept_away() {
    let folder = tempfile::tempdir().unwrap();
    let old = SystemTime::now() - Duration::from_secs(3600);
    let random = "a".repeat(43);
    for (name, is_old) in [
        (format!("token.json.{random}.tmp"), true),
        (format!("token.json.{}.tmp", "b".repeat(43)), false),
        (format!("other.json.{random}.tmp"), true),
        ("token.json.backup.tmp".to_owned(), true),
    ] {
        let file = File::create(folder.path().join(name)).unwrap();
        if is_old {
            file.set_modified(old).unwrap();
        }
    }
    store(folder.path()).save(&numbered(1)).await.unwrap();
    let left = [
        format!("other.json.{random}.tmp"),
        "token.json".to_owned(),
        "token.json.backup.tmp".to_owned(),
        format!("token.json.{}.tmp", "b".repeat(43)),
    ];
    assert_eq!(names(folder.path()), left);
}

#[tokio::test]
async fn a_lock_lets_one_in_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (store(folder.path()), store(folder.path()));
    let memory = MemoryStore::new();
    let stores: [(&dyn TokenStore, &dyn TokenStore); 2] = [(&first, &second), (&memory, &memory)];
    for (first, second) in stores {
        let held = first.lock().await.unwrap();
        let waits = tokio::time::timeout(Duration::from_millis(50), second.lock()).await;
        assert!(waits.is_err(), "two have the lock");
        let mut waiting = second.lock();
        let mut other = second.lock();
        assert!(tokio::time::timeout(Duration::from_millis(5), &mut waiting).await.is_err());
        assert!(tokio::time::timeout(Duration::from_millis(5), &mut other).await.is_err());
        drop(held);
        drop(waiting);
        tokio::time::timeout(Duration::from_secs(5), other).await.unwrap().unwrap();
    }
    assert!(names(folder.path()).is_empty());
}

#[tokio::test]
async fn a_lock_whose_holder_never_moves_is_taken_over_in_virtual_time() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::new();
    let path = folder.path().join("token.json");
    let held = FileStore::with_clock(&path, clock.clone()).lock().await.unwrap();
    let taken = FileStore::with_clock(&path, clock.clone()).lock().await.unwrap();
    let waited: Duration = clock.waits().iter().sum();
    assert!(waited > Duration::from_secs(60) && waited < Duration::from_secs(62), "{waited:?}");
    // The one that was taken for dead does not remove the lock of the other.
    drop(held);
    assert_eq!(names(folder.path()), ["token.json.lock"]);
    drop(taken);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_lock_that_is_left_behind_is_taken_over_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let inside = AtomicUsize::new(0);
    for _ in 0..20 {
        let left = File::create(folder.path().join("token.json.lock")).unwrap();
        left.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    block_on(async {
                        let lock = store(folder.path()).lock().await.unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    });
                });
            }
        });
        assert!(names(folder.path()).is_empty());
    }
}

#[test]
fn who_looks_while_another_writes_sees_a_whole_pair() {
    let folder = tempfile::tempdir().unwrap();
    let writes = 300;
    std::thread::scope(|scope| {
        for offset in [0, 1] {
            let store = store(folder.path());
            scope.spawn(move || {
                for number in 0..writes {
                    block_on(store.save(&numbered(2 * number + offset))).unwrap();
                }
            });
        }
        let store = store(folder.path());
        for _ in 0..2 * writes {
            if let Some(pair) = block_on(store.load()).unwrap() {
                assert_is_whole(&pair);
            }
        }
    });
    assert_eq!(names(folder.path()), ["token.json"]);
}

fn assert_is_whole(pair: &TokenPair) -> usize {
    let number = pair.access_token().expose().strip_prefix("access-").unwrap().parse().unwrap();
    assert_eq!(pair.refresh_token().unwrap().expose(), format!("refresh-{number}"));
    number
}

const ROLE: &str = "TOKEN_STORE_TEST_ROLE";
const FOLDER: &str = "TOKEN_STORE_TEST_FOLDER";

/// How many tokens each of the processes that renew asks for.
const ROUNDS: usize = 20;

fn spawn(role: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "another_process", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(30), "{} never came", path.display());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The child of the tests below.
#[test]
#[ignore = "is a process of its own, begun by other tests"]
fn another_process() {
    let (Ok(role), Ok(folder)) = (std::env::var(ROLE), std::env::var(FOLDER)) else { return };
    let folder = Path::new(&folder);
    match role.as_str() {
        "writes" => {
            for number in 0.. {
                block_on(store(folder).save(&numbered(number))).unwrap();
            }
        }
        "holds" => block_on(async {
            let _lock = store(folder).lock().await.unwrap();
            File::create(folder.join("holding")).unwrap();
            std::future::pending::<()>().await;
        }),
        "renews" => {
            let token = user(folder, 0);
            wait_for(&folder.join("go"));
            for _ in 0..ROUNDS {
                block_on(token.pair()).unwrap();
            }
        }
        "is refused" => {
            let clock = RealClock::new();
            let api = MemoryTransport::from_fn(|request| match request.header("authorization") {
                Some("Bearer access-1") => Reply::status(401),
                _ => Reply::json(200, "{}"),
            });
            let builder = setup().0.transport(api).clock(clock).credential(&USER, user(folder, 7200));
            let client = builder.build().unwrap();
            wait_for(&folder.join("go"));
            block_on(call(&client, &LIST).empty()).unwrap();
        }
        other => unreachable!("no role {other}"),
    }
}

/// A user's token over the file, and a server in the folder that takes every refresh token once.
fn user(folder: &Path, expires_in: u32) -> UserToken {
    let spent = folder.to_owned();
    let server = MemoryTransport::from_fn(move |request| {
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let number = body.split('&').find_map(|pair| pair.strip_prefix("refresh_token=refresh-")).unwrap();
        let number: usize = number.parse().unwrap();
        std::thread::sleep(Duration::from_millis(3));
        if File::create_new(spent.join(format!("spent-{number}"))).is_err() {
            File::create(spent.join("reused")).unwrap();
            return Reply::json(400, r#"{"error":"invalid_grant"}"#);
        }
        let next = number + 1;
        Reply::json(
            200,
            format!(
                r#"{{"access_token":"access-{next}","refresh_token":"refresh-{next}","expires_in":{expires_in},"token_type":"bearer"}}"#
            ),
        )
    });
    let endpoints = Endpoints::new("", "https://auth.example.com/token", "");
    let app = OAuth2::builder(endpoints, "client").transport(server).clock(RealClock::new()).build().unwrap();
    UserToken::new(app, store(folder))
}

#[test]
fn a_process_that_is_killed_while_it_saves_leaves_a_whole_pair() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for round in 0..15 {
        fs::remove_file(store.path()).unwrap_or_default();
        let mut child = spawn("writes", folder.path());
        wait_for(store.path());
        // It is past its first save, so the kill comes between two.
        let start = Instant::now();
        while assert_is_whole(&block_on(store.load()).unwrap().unwrap()) == 0 {
            assert!(start.elapsed() < Duration::from_secs(30), "the second save never came");
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(Duration::from_micros(200 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(assert_is_whole(&block_on(store.load()).unwrap().unwrap()) > 0);
    }
}

#[test]
fn a_lock_outlives_the_process_that_held_it_for_a_while_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = spawn("holds", folder.path());
    wait_for(&folder.path().join("holding"));
    let patient = store(folder.path());
    let waits = block_on(async { tokio::time::timeout(Duration::from_millis(100), patient.lock()).await });
    assert!(waits.is_err(), "two processes have the lock");
    child.kill().unwrap();
    child.wait().unwrap();
    let start = Instant::now();
    block_on(store(folder.path()).stale_after(Duration::from_millis(300)).lock()).unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn processes_never_spend_a_refresh_token_twice() {
    let folder = tempfile::tempdir().unwrap();
    let expired = numbered(0).with_expiry(Duration::from_secs(1));
    block_on(store(folder.path()).save(&expired)).unwrap();
    let children: Vec<Child> = (0..3).map(|_| spawn("renews", folder.path())).collect();
    File::create(folder.path().join("go")).unwrap();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert!(!folder.path().join("reused").exists());
    assert_eq!(assert_is_whole(&block_on(store(folder.path()).load()).unwrap().unwrap()), 3 * ROUNDS);
}

#[test]
fn two_processes_that_are_refused_renew_once() {
    let folder = tempfile::tempdir().unwrap();
    block_on(store(folder.path()).save(&numbered(1))).unwrap();
    let children: Vec<Child> = (0..2).map(|_| spawn("is refused", folder.path())).collect();
    File::create(folder.path().join("go")).unwrap();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(names(folder.path()), ["go", "spent-1", "token.json"]);
}

#[test]
fn tasks_with_credentials_of_their_own_share_the_lock_of_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let expired = numbered(0).with_expiry(Duration::from_secs(1));
    block_on(store(folder.path()).save(&expired)).unwrap();
    let path = Arc::new(folder.path().to_owned());
    block_on(async {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let path = Arc::clone(&path);
                tokio::spawn(async move { user(&path, 7200).pair().await.unwrap() })
            })
            .collect();
        for task in tasks {
            assert_eq!(assert_is_whole(&task.await.unwrap()), 1);
        }
    });
    assert_eq!(names(folder.path()), ["spent-0", "token.json"]);
}
