//! A stream that is left running: many connections that end in every way a connection can end, millions of lines, and
//! at the end nothing is lost, nothing came twice, and the process is as large as it was.
//!
//! The ordinary run is a sample. The whole one takes ten minutes, in which the client lives through ten hours:
//!
//! ```text
//! cargo test --release -p tests --test soak -- --ignored --nocapture the_whole_soak
//! ```
//!
//! The server is a process of its own, so that its memory is not counted.

mod server;

use std::error::Error;
use std::time::{Duration, Instant};

use server::{Plan, ServerProcess};
use x_api_client::Client;
use x_api_client::runtime::{BoxFuture, Clock, StreamEvent, StreamStats};
use x_api_client::types::ActivityEvent;

/// How much memory the process may gain.
const GROWTH: u64 = 32 << 20;

/// How long no item may come.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_sample() -> Result<(), Box<dyn Error>> {
    soak(Plan { connections: 20, lines: 100, length: Duration::from_secs(1) }).await
}

#[tokio::test]
#[ignore = "ten minutes"]
async fn the_whole_soak() -> Result<(), Box<dyn Error>> {
    soak(Plan { connections: 1_000, lines: 10_000, length: Duration::from_secs(570) }).await
}

/// The server's part, in a process that [`ServerProcess::spawn`] starts.
#[tokio::test]
#[ignore = "not a test: the server of the others"]
async fn serve() -> Result<(), Box<dyn Error>> {
    server::serve().await
}

async fn soak(plan: Plan) -> Result<(), Box<dyn Error>> {
    let server = ServerProcess::spawn(plan)?;
    let client =
        Client::builder().base_url(server.url()).bearer_token("token").clock(Hurried(Instant::now())).build()?;
    let mut events = client.activity().stream().backfill_minutes(5).connect().events();
    let lines = plan.connections * plan.lines;
    let (began, at_start) = (Instant::now(), resident());
    let (mut next, mut largest, mut last) = (0, at_start, tokio::time::Instant::now());
    while next < lines {
        // A connection that is not let go of keeps the next one waiting for ever, and a server that is gone never comes.
        let event = tokio::time::timeout_at(last + PATIENCE, events.try_next()).await;
        let event = event.map_err(|_| format!("nothing came for {PATIENCE:?}: {:?}", events.stats()))??;
        match event.ok_or("the stream ended")? {
            StreamEvent::Item(event) => {
                let number = number(&event).ok_or_else(|| format!("not an event of the server: {event:?}"))?;
                if number != next {
                    let what = if number < next { "came twice" } else { "is missing" };
                    return Err(format!("event {} {what}: {:?}", next.min(number), events.stats()).into());
                }
                (next, last) = (next + 1, tokio::time::Instant::now());
                if next.is_multiple_of(lines / 20) {
                    let now = resident();
                    largest = largest.max(now);
                    report(next, began.elapsed(), now, events.stats());
                }
            }
            // A line that the end of its connection cut; it comes again.
            StreamEvent::Malformed { .. } => {}
            StreamEvent::Connected(_) | StreamEvent::KeepAlive | StreamEvent::Disconnected { .. } => {}
            other => return Err(format!("unexpected: {other:?}").into()),
        }
    }
    let stats = events.stats();
    let growth = largest.map_or(0, |largest| largest - at_start.unwrap_or_default());
    let measured = if at_start.is_some() { "" } else { " (not measured on this system)" };
    println!("{next} lines in order, none lost, none twice; resident memory grew by {} KiB{measured}", growth >> 10);
    assert!(stats.connections >= plan.connections, "{stats:?}");
    assert_eq!(stats.items, lines);
    assert!(stats.duplicates > 0 && stats.malformed > 0 && stats.keep_alives > 0, "{stats:?}");
    assert!(growth <= GROWTH, "resident memory grew by {growth} bytes");
    Ok(())
}

/// The number that the server gave to an event.
fn number(event: &ActivityEvent) -> Option<u64> {
    match event {
        ActivityEvent::Envelope(envelope) => envelope.data.as_ref()?.event_uuid.as_ref()?.as_str().parse().ok(),
        _ => None,
    }
}

fn report(lines: u64, elapsed: Duration, resident: Option<u64>, stats: StreamStats) {
    println!(
        "{:5.1} s  {lines:9} lines  {:5} connections  {:7} duplicates  {:4} malformed  {:6} KiB resident",
        elapsed.as_secs_f64(),
        stats.connections,
        stats.duplicates,
        stats.malformed,
        resident.unwrap_or_default() >> 10
    );
}

/// The resident memory of this process in bytes, where the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib << 10)
}

/// A clock that runs sixty times as fast, so that a connection of half a second counts as one of half a minute.
struct Hurried(Instant);

impl Clock for Hurried {
    fn now(&self) -> Duration {
        self.0.elapsed() * 60
    }

    fn unix_now(&self) -> Duration {
        Duration::from_secs(1_700_000_000) + self.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration / 60))
    }
}
