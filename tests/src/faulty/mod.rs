//! A server on the loopback interface that does what servers do when they fail: it resets, cuts, dribbles, floods and
//! falls silent, by a script, over HTTP/1.1 (byte for byte) and over HTTP/2 without TLS.
//!
//! Time is virtual. Client and server share a [`Stage`], on which the server lets time pass, but only when the client
//! has taken everything that was sent and waits. So no test depends on how fast the machine is.

mod http1;
mod http2;
mod script;
mod stage;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

pub use script::{Script, Step, head, length, raw, status, stream};
pub use stage::{EXCHANGE, Sleep, Stage};

use crate::server::Request;

/// What the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 with prior knowledge (RFC 9113 section 3.3).
    Http2,
    /// Nothing that a client expects: these bytes to whatever comes, then the end of the connection.
    Words(&'static str),
    /// Nothing at all; connections stay open.
    Nothing,
}

/// A running server; dropping it closes its port and all its connections.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

type Answer = dyn FnMut(&Request) -> Script + Send;

struct Shared {
    stage: Arc<Stage>,
    answer: Mutex<Box<Answer>>,
    seen: watch::Sender<Seen>,
}

/// What the server has seen.
#[derive(Debug, Default)]
struct Seen {
    connections: usize,
    requests: Vec<Request>,
    /// Requests whose answers are not over.
    open: usize,
    /// How many writes wait for the client to read.
    blocked: usize,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.seen.borrow().fmt(f)
    }
}

impl Server {
    /// A server on a free port of 127.0.0.1 that answers one request after the other, on whatever connection it comes,
    /// with one script after the other.
    ///
    /// # Errors
    ///
    /// No port could be bound.
    pub async fn with_scripts(
        protocol: Protocol,
        stage: &Arc<Stage>,
        scripts: impl IntoIterator<Item = Script>,
    ) -> io::Result<Self> {
        let mut scripts: VecDeque<Script> = scripts.into_iter().collect();
        Self::with_answers(protocol, stage, move |_| scripts.pop_front().unwrap_or_else(|| status(418))).await
    }

    /// The same with scripts that depend on the request.
    ///
    /// # Errors
    ///
    /// No port could be bound.
    pub async fn with_answers(
        protocol: Protocol,
        stage: &Arc<Stage>,
        answer: impl FnMut(&Request) -> Script + Send + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let answer: Mutex<Box<Answer>> = Mutex::new(Box::new(answer));
        let shared = Arc::new(Shared { stage: Arc::clone(stage), answer, seen: watch::Sender::default() });
        let accepting = tokio::spawn(accept(listener, protocol, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// The server's address, `http://127.0.0.1:` and the port, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in the order in which they arrived.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.seen.borrow().requests.clone()
    }

    /// How many connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.seen.borrow().connections
    }

    /// Waits until the server can write no more, because the client does not read.
    pub async fn blocked(&self) {
        self.shared.until(|seen| seen.blocked > 0).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    async fn until(&self, is_reached: impl FnMut(&Seen) -> bool) {
        // The sender is in the same place, so it cannot be gone.
        drop(self.seen.subscribe().wait_for(is_reached).await);
    }

    /// Takes note of a request and decides how it is answered.
    fn begin(self: &Arc<Self>, request: Request) -> (Exchange, Script) {
        let script = (self.answer.lock().unwrap_or_else(PoisonError::into_inner))(&request);
        let mut number = 0;
        self.seen.send_modify(|seen| {
            number = seen.requests.len();
            seen.requests.push(request);
            seen.open += 1;
        });
        (Exchange { shared: Arc::clone(self), number, taken: None }, script)
    }
}

/// A request that is being answered.
struct Exchange {
    shared: Arc<Shared>,
    number: usize,
    /// Bytes of the body that were sent; `None` before the head was.
    taken: Option<u64>,
}

impl Exchange {
    /// Notes that a head, or bytes of the body, were sent.
    fn sent(&mut self, bytes: usize) {
        self.taken = Some(self.taken.unwrap_or_default() + bytes as u64);
    }

    /// Waits until the client has taken everything that was sent.
    async fn taken(&self) {
        if let Some(bytes) = self.taken {
            self.shared.stage.taken(self.number, bytes).await;
        }
    }

    /// Lets time pass, once the client has taken everything and waits for more.
    async fn silence(&self, duration: std::time::Duration) {
        if let Some(bytes) = self.taken {
            self.shared.stage.idle(self.number, bytes).await;
        }
        self.shared.stage.pass(duration);
    }

    /// Waits until every other exchange is over.
    async fn alone(&self) {
        self.shared.until(|seen| seen.open <= 1).await;
    }

    /// Waits until so many requests have arrived, this one and earlier ones counted.
    async fn meet(&self, requests: usize) {
        self.shared.until(|seen| seen.requests.len() >= requests).await;
    }

    /// Runs a write and notes where it has to wait.
    async fn noting_blocks<T>(&self, write: impl Future<Output = T>) -> T {
        let mut write = std::pin::pin!(write);
        let mut is_blocked = false;
        std::future::poll_fn(|context| {
            let polled = write.as_mut().poll(context);
            match (is_blocked, polled.is_pending()) {
                (false, true) => self.shared.seen.send_modify(|seen| seen.blocked += 1),
                (true, false) => self.shared.seen.send_modify(|seen| seen.blocked -= 1),
                _ => {}
            }
            is_blocked = polled.is_pending();
            polled
        })
        .await
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.shared.seen.send_modify(|seen| seen.open -= 1);
    }
}

async fn accept(listener: TcpListener, protocol: Protocol, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        shared.seen.send_modify(|seen| seen.connections += 1);
        let shared = Arc::clone(&shared);
        // A connection that breaks is the client's business: its test sees it there.
        connections.spawn(async move {
            drop(match protocol {
                Protocol::Http1 => http1::serve(socket, &shared).await,
                Protocol::Http2 => http2::serve(socket, &shared).await,
                Protocol::Words(words) => say(socket, words).await,
                Protocol::Nothing => listen(socket).await,
            });
        });
    }
}

async fn say(mut socket: TcpStream, words: &str) -> io::Result<()> {
    socket.read_buf(&mut Vec::with_capacity(1024)).await?;
    socket.write_all(words.as_bytes()).await
}

async fn listen(mut socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while socket.read(&mut buffer).await? > 0 {}
    Ok(())
}
