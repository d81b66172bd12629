//! A row of the table: a fault, what the client is asked to do, and what it must make of it.

use std::error::Error as StdError;
use std::pin::Pin;
use std::time::Duration;

use tests::faulty::{Protocol, Script};
use x_api_client::{Client, ClientBuilder};

use crate::calls;
use crate::rig::Rig;

/// What a call came to, in words: see [`crate::calls`].
pub(crate) type Saw = Vec<String>;

pub(crate) type Failure = Box<dyn StdError + Send + Sync>;

pub(crate) type Calling<'r> = Pin<Box<dyn Future<Output = Result<Saw, Failure>> + 'r>>;

/// What the client is asked to do.
pub(crate) type Call = Box<dyn for<'r> Fn(&'r Rig) -> Calling<'r>>;

/// A row of the table.
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    pub(crate) over: &'static [Protocol],
    pub(crate) scripts: Vec<Script>,
    pub(crate) setup: fn(ClientBuilder) -> ClientBuilder,
    pub(crate) call: Call,
    pub(crate) expected: Expected,
    /// What are limits beside the usual ones.
    pub(crate) limits: Vec<Duration>,
}

/// What a row must come to.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) saw: Saw,
    /// `None` where that depends on luck.
    pub(crate) requests: Option<usize>,
    pub(crate) connections: Option<usize>,
    pub(crate) waits: Vec<Duration>,
    pub(crate) heap: Option<usize>,
}

/// A fault over both protocols, met by a `GET`.
pub(crate) fn row(fault: &'static str) -> Row {
    Row {
        fault,
        over: &[Protocol::Http1, Protocol::Http2],
        scripts: Vec::new(),
        setup: |builder| builder,
        call: Box::new(|rig| Box::pin(calls::get(rig))),
        expected: Expected { requests: Some(1), ..Expected::default() },
        limits: Vec::new(),
    }
}

impl Row {
    /// What is the same with HTTP/2, or cannot happen there, is tried over HTTP/1.1 only.
    pub(crate) fn http1(self) -> Self {
        Self { over: &[Protocol::Http1], ..self }
    }

    /// What HTTP/1.1 does not have.
    pub(crate) fn http2(self) -> Self {
        Self { over: &[Protocol::Http2], ..self }
    }

    /// What the server speaks, where it is no HTTP.
    pub(crate) fn over(self, over: &'static [Protocol]) -> Self {
        Self { over, ..self }
    }

    /// What happens to one request after the other.
    pub(crate) fn answers(mut self, scripts: impl IntoIterator<Item = Script>) -> Self {
        self.scripts = scripts.into_iter().collect();
        self
    }

    /// What happens to every one of so many requests.
    pub(crate) fn always(self, times: usize, script: Script) -> Self {
        self.answers(vec![script; times])
    }

    /// Settings of the client.
    pub(crate) fn client(self, setup: fn(ClientBuilder) -> ClientBuilder) -> Self {
        Self { setup, ..self }
    }

    /// What else the client's limits are, in milliseconds.
    pub(crate) fn limits(mut self, millis: &[u64]) -> Self {
        self.limits = millis.iter().copied().map(Duration::from_millis).collect();
        self
    }

    /// Asks for one answer by a `POST`.
    pub(crate) fn post(self) -> Self {
        self.call(|rig| Box::pin(calls::post(rig)))
    }

    /// Asks for everything that is on a stream.
    pub(crate) fn stream(self) -> Self {
        self.stream_of(|client| client.activity().stream().connect())
    }

    /// Asks for everything that is on a stream, with settings of its own.
    pub(crate) fn stream_of(self, connect: fn(&Client) -> calls::Stream) -> Self {
        self.call(move |rig| Box::pin(calls::stream(rig, connect)))
    }

    /// Asks for something else.
    pub(crate) fn call(mut self, call: impl for<'r> Fn(&'r Rig) -> Calling<'r> + 'static) -> Self {
        self.call = Box::new(call);
        self
    }

    /// What the call comes to.
    pub(crate) fn sees(mut self, saw: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.expected.saw = saw.into_iter().map(Into::into).collect();
        self
    }

    /// How many requests the server sees; the default is one.
    pub(crate) fn requests(mut self, requests: usize) -> Self {
        self.expected.requests = Some(requests);
        self
    }

    /// How many requests the server sees depends on luck.
    pub(crate) fn any_requests(mut self) -> Self {
        self.expected.requests = None;
        self
    }

    /// How many connections the server sees, where that says more than the requests.
    pub(crate) fn connections(mut self, connections: usize) -> Self {
        self.expected.connections = Some(connections);
        self
    }

    /// The waits between requests, in milliseconds; the default is none.
    pub(crate) fn waits(mut self, millis: impl IntoIterator<Item = u64>) -> Self {
        self.expected.waits = millis.into_iter().map(Duration::from_millis).collect();
        self
    }

    /// The most memory that may be in use beyond what was before, in bytes.
    pub(crate) fn heap(mut self, bytes: usize) -> Self {
        self.expected.heap = Some(bytes);
        self
    }
}
