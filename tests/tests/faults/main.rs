//! The faults that the client survives, one row each, over real sockets on the loopback interface.
//!
//! ```text
//! cargo test -p tests --test faults -- --nocapture
//! ```
//!
//! prints the table: the fault, the protocol, how many requests the server saw, the virtual time that passed, the peak of
//! the memory in use where the row bounds it, and what the call came to (see [`calls`]). `FAULTS=text` picks the rows
//! whose names contain the text. That rows fail when a guard of the client is gone is shown by
//!
//! ```text
//! cargo test -p tests --test mutations -- --ignored --nocapture every_guard
//! ```

mod calls;
mod heap;
mod rig;
mod row;
mod rows;
mod side;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use tests::faulty::Protocol;

use crate::row::{Failure, Row};

#[global_allocator]
static HEAP: tests::heap::Counting = tests::heap::Counting(heap::note);

/// What is measured is the memory of the whole process, so nothing else may run beside it.
static ALONE: Mutex<()> = Mutex::new(());

/// All rows, one after the other. Those that fail are all reported.
#[test]
fn every_fault_is_survived() {
    let _alone = ALONE.lock();
    let wanted = std::env::var("FAULTS").unwrap_or_default();
    let rows = rows::all();
    let (mut tried, mut faults) = (0, Vec::new());
    println!(
        "\n{:6} {:58} {:5} {:>8} {:>9} {:>9} {:>6}  came to",
        "", "fault", "over", "requests", "waited", "peak", "real"
    );
    for row in rows.iter().filter(|row| row.fault.contains(&wanted)) {
        for protocol in row.over {
            tried += 1;
            if let Err(fault) = try_row(row, *protocol) {
                faults.push(fault);
            }
        }
    }
    assert!(tried > 0, "no row is called {wanted:?}");
    assert!(faults.is_empty(), "{} of {tried} rows failed:\n{}", faults.len(), faults.join("\n"));
}

/// A kind of error that no row produces is one that nobody has seen over a socket.
#[test]
fn every_kind_of_error_has_a_row() -> Result<(), Failure> {
    let _alone = ALONE.lock();
    /// All there are, so that whoever adds one meets this list and the rows.
    const KINDS: [&str; 13] = [
        "Api",
        "Connect",
        "Decode",
        "InvalidRequest",
        "MissingCredentials",
        "RateLimited",
        "Refused",
        "Stream",
        "Timeout",
        "TooLarge",
        "TooManyConnections",
        "Transport",
        "UsageCapped",
    ];
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/runtime/src/runtime/error.rs");
    let file = syn::parse_file(&fs::read_to_string(source)?)?;
    let kinds = file.items.into_iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == "ErrorKind" => Some(item.variants),
        _ => None,
    });
    let kinds: BTreeSet<String> =
        kinds.ok_or("there is no ErrorKind")?.into_iter().map(|kind| kind.ident.to_string()).collect();
    assert_eq!(kinds, BTreeSet::from(KINDS.map(str::to_owned)));
    let rows = rows::all();
    let words: BTreeSet<&str> =
        rows.iter().flat_map(|row| &row.expected.saw).flat_map(|saw| saw.split([' ', '/'])).collect();
    let missing: Vec<&String> = kinds.iter().filter(|kind| !words.contains(kind.as_str())).collect();
    assert!(missing.is_empty(), "no row produces {missing:?}");
    Ok(())
}

/// Two rows of one name cannot be told apart in the table.
#[test]
fn every_row_has_a_name_of_its_own() {
    let _alone = ALONE.lock();
    let mut names = BTreeSet::new();
    for row in rows::all() {
        assert!(names.insert(row.fault), "two rows are called `{}`", row.fault);
    }
}

#[test]
#[ignore = "is a process of its own, begun by other tests"]
fn another_process() -> Result<(), Failure> {
    rows::processes::play()
}

fn try_row(row: &Row, protocol: Protocol) -> Result<(), String> {
    let over = match protocol {
        Protocol::Http1 => "h1",
        Protocol::Http2 => "h2",
        Protocol::Words(_) | Protocol::Nothing => "-",
    };
    let started = Instant::now();
    let outcome = match rig::run(row, protocol) {
        Ok(outcome) => outcome,
        Err(error) => {
            println!("FAILED {:58} {over:5} {error}", row.fault);
            return Err(format!("{} ({over}): {error}", row.fault));
        }
    };
    let differences = rig::differences(&row.expected, &outcome);
    println!(
        "{:6} {:58} {over:5} {:>8} {:>9} {:>9} {:>6}  {}",
        if differences.is_empty() { "ok" } else { "FAILED" },
        row.fault,
        outcome.requests,
        format!("{:.2} s", outcome.time.as_secs_f64()),
        if row.expected.heap.is_some() { format!("{} KiB", outcome.heap / 1024) } else { String::new() },
        format!("{:.2} s", started.elapsed().as_secs_f64()),
        shortened(&outcome.saw),
    );
    if differences.is_empty() { Ok(()) } else { Err(format!("{} ({over}):\n{differences}", row.fault)) }
}

/// What a call came to, without the middle where it is long.
fn shortened(saw: &[String]) -> String {
    match saw {
        [first, second, .., third, last] if saw.len() > 8 => {
            format!("{first}, {second}, and {} more, {third}, {last}", saw.len() - 4)
        }
        _ => saw.join(", "),
    }
}
