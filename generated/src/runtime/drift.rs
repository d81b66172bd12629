//! Drift: what a server sends that this version of the client does not know, and where in the answer it stood.
//!
//! Decoding is lenient, so that a new enum value or field breaks nobody; this module keeps that from being silent.
//! It also keeps the path of the member being decoded, for drift and for decode errors alike. Both live in a
//! thread-local scope which one synchronous decode call opens and closes; where no scope is open, the only cost is the
//! read of one flag per object. The module knows neither clients nor transports.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Write as _};

/// How many deviations of one answer are described; what comes after them is only decoded.
const MAX_FOUND: usize = 1000;

/// How much of an unknown value is kept, in bytes.
const MAX_VALUE: usize = 64;

/// One difference between an answer and what this version of the client knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The operation that was answered, by its id in the API description.
    pub operation: &'static str,
    /// Where it stands in the answer, as a JSON path such as `$.data[3].status`.
    pub path: String,
    /// What differs.
    pub kind: DriftKind,
    /// For [`DriftKind::UnknownValue`] the value, for [`DriftKind::UnknownArm`] the name of the union; cut after 64
    /// bytes.
    pub value: Option<String>,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} at {}", self.operation, self.kind, self.path)?;
        match &self.value {
            Some(value) => write!(f, ": {value:?}"),
            None => Ok(()),
        }
    }
}

/// The ways in which an answer can differ from what this version of the client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DriftKind {
    /// A string enum got a value that it does not list; it was read as `Unrecognized`.
    UnknownValue,
    /// No arm of a union fitted the value; it was read as `Unrecognized`.
    UnknownArm,
    /// A member that the type does not have was ignored.
    IgnoredField,
    /// A member that the description calls required was absent or null, and read as its default.
    MissingRequired,
}

impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownValue => "unknown value",
            Self::UnknownArm => "unknown kind of value",
            Self::IgnoredField => "ignored field",
            Self::MissingRequired => "missing required field",
        })
    }
}

/// One step from a JSON value to a value inside it.
#[derive(Clone, Debug)]
pub enum Step {
    /// A member that the type has.
    Name(&'static str),
    /// A member of a map.
    Key(Box<str>),
    /// An element of a list.
    Index(usize),
}

struct Trace {
    operation: &'static str,
    path: Vec<Step>,
    found: Vec<Drift>,
}

impl Trace {
    const fn new(operation: &'static str) -> Self {
        Self { operation, path: Vec::new(), found: Vec::new() }
    }
}

thread_local! {
    static TRACKING: Cell<bool> = const { Cell::new(false) };
    static TRACE: RefCell<Trace> = const { RefCell::new(Trace::new("")) };
}

/// What a watched decode call gave.
#[derive(Debug)]
pub struct Watched<R> {
    /// What the call returned.
    pub result: R,
    /// Where decoding stood when the call returned: after a failure the member that could not be read, otherwise `$`.
    pub path: String,
    /// The drift that was met, in the order of the answer.
    pub found: Vec<Drift>,
}

/// Runs `read`, a synchronous decode call, with the path recorder on.
///
/// The core uses it in two cases: around every decode of a client with a drift hook, and around a second decode of an
/// answer that failed without one, to learn the path. The hook is called by the core from `found`, after the scope is
/// closed, so that a hook may decode things itself. Scopes nest; the inner one has its own path.
pub fn watch<R>(operation: &'static str, read: impl FnOnce() -> R) -> Watched<R> {
    struct Restore {
        tracking: bool,
        trace: Option<Trace>,
    }
    impl Drop for Restore {
        fn drop(&mut self) {
            TRACKING.set(self.tracking);
            if let Some(trace) = self.trace.take() {
                TRACE.replace(trace);
            }
        }
    }

    let restore = Restore { tracking: TRACKING.replace(true), trace: Some(TRACE.replace(Trace::new(operation))) };
    let result = read();
    let trace = TRACE.take();
    drop(restore);
    Watched { result, path: render(&trace.path), found: trace.found }
}

impl Default for Trace {
    fn default() -> Self {
        Self::new("")
    }
}

/// Whether a scope of [`watch`] is open on this thread.
#[inline]
#[must_use]
pub(crate) fn tracking() -> bool {
    TRACKING.get()
}

/// Notes that decoding goes into `step`; only called while [`tracking`].
pub(crate) fn enter(step: Step) {
    TRACE.with_borrow_mut(|trace| trace.path.push(step));
}

/// Notes that decoding left the step entered last. After a failure it is not called, so the path stays where it was.
pub(crate) fn leave() {
    TRACE.with_borrow_mut(|trace| {
        trace.path.pop();
    });
}

/// Reports drift at the current position, or at the member `name` of it. Does nothing where no scope is open.
pub(crate) fn report(kind: DriftKind, name: Option<&str>, value: Option<&str>) {
    if !tracking() {
        return;
    }
    TRACE.with_borrow_mut(|trace| {
        if trace.found.len() >= MAX_FOUND {
            return;
        }
        let mut path = render(&trace.path);
        if let Some(name) = name {
            push_name(&mut path, name);
        }
        let value = value.map(|value| start_of(value, MAX_VALUE).to_owned());
        trace.found.push(Drift { operation: trace.operation, path, kind, value });
    });
}

/// Runs `read`, and forgets its path and its drift if it gives `None`: for trying the arms of a union.
pub(crate) fn attempt<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    if !tracking() {
        return read();
    }
    let (path, found) = TRACE.with_borrow(|trace| (trace.path.len(), trace.found.len()));
    let result = read();
    if result.is_none() {
        TRACE.with_borrow_mut(|trace| {
            trace.path.truncate(path);
            trace.found.truncate(found);
        });
    }
    result
}

fn render(path: &[Step]) -> String {
    let mut text = String::from("$");
    for step in path {
        match step {
            Step::Name(name) => push_name(&mut text, name),
            Step::Key(name) => push_name(&mut text, name),
            Step::Index(index) => {
                // Writing to a String cannot fail.
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text
}

/// Appends a member: `.name` where the name is an identifier, `['name']` otherwise (RFC 9535 section 2.3.1).
pub(crate) fn push_name(path: &mut String, name: &str) {
    let plain = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        path.push('.');
        path.push_str(name);
    } else {
        path.push_str("['");
        for c in name.chars() {
            if matches!(c, '\'' | '\\') {
                path.push('\\');
            }
            path.push(c);
        }
        path.push_str("']");
    }
}

/// The start of `text`, at most `limit` bytes long and cut between characters.
fn start_of(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
