//! An HTTP/1.1 server on the loopback interface that answers by a script and records what it was sent, byte for byte.
//!
//! Answers are given in the order in which they were pushed, one per request, on whatever connection the request comes.
//! A body can be sent in pieces with pauses between them, be cut off, or be left open until the client goes away.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// How long the server waits for what must happen at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running server; dropping it closes its port and all its connections.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    script: Mutex<VecDeque<Reply>>,
    requests: watch::Sender<Vec<Request>>,
    hung_up: watch::Sender<usize>,
}

impl Server {
    /// A server on a free port of 127.0.0.1, without a script.
    ///
    /// # Errors
    ///
    /// No port could be bound.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (requests, hung_up) = (watch::Sender::default(), watch::Sender::default());
        let shared = Arc::new(Shared { script: Mutex::default(), requests, hung_up });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// The server's address, `http://127.0.0.1:` and the port, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds an answer to the script.
    pub fn push(&self, reply: Reply) {
        lock(&self.shared.script).push_back(reply);
    }

    /// The requests so far, in the order in which they arrived.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.borrow().clone()
    }

    /// Waits until `count` requests have arrived.
    ///
    /// # Errors
    ///
    /// They have not within ten seconds.
    pub async fn received(&self, count: usize) -> io::Result<()> {
        reached(&self.shared.requests, |requests| requests.len() >= count).await
    }

    /// Waits until the client has closed `count` connections on which an answer was under way.
    ///
    /// # Errors
    ///
    /// It has not within ten seconds.
    pub async fn hung_up(&self, count: usize) -> io::Result<()> {
        reached(&self.shared.hung_up, |seen| *seen >= count).await
    }
}

async fn reached<T>(watched: &watch::Sender<T>, is_reached: impl FnMut(&T) -> bool) -> io::Result<()> {
    let mut watched = watched.subscribe();
    let outcome = tokio::time::timeout(PATIENCE, watched.wait_for(is_reached)).await;
    outcome.map_err(io::Error::other)?.map(drop).map_err(io::Error::other)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method, target and version.
    pub line: String,
    /// Names and values in the order and the spelling in which they came.
    pub headers: Vec<(String, String)>,
    /// The body without its transfer coding.
    pub body: Vec<u8>,
}

impl Request {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.line.split(' ').next().unwrap_or_default()
    }

    /// Path and query.
    #[must_use]
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    /// The first header of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `None` where it is none.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The request as text: the request line, the headers in the order of their names, an empty line and the body where
    /// there is one. `Host` and the version in `User-Agent` differ from run to run and are replaced by a word.
    #[must_use]
    pub fn transcript(&self) -> String {
        let mut lines: Vec<String> = self.headers.iter().map(|(name, value)| header_line(name, value)).collect();
        lines.sort();
        let mut text = format!("{}\n{}\n", self.line, lines.join("\n"));
        if !self.body.is_empty() {
            text.push('\n');
            text.push_str(&String::from_utf8_lossy(&self.body));
            text.push('\n');
        }
        text
    }
}

fn header_line(name: &str, value: &str) -> String {
    let name = name.to_ascii_lowercase();
    match (name.as_str(), value.split_once('/')) {
        ("host", _) => format!("{name}: <host>"),
        ("user-agent", Some((product, _))) => format!("{name}: {product}/<version>"),
        _ => format!("{name}: {value}"),
    }
}

/// An answer, or the lack of one.
#[derive(Clone, Debug)]
#[must_use]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Whole(Vec<u8>),
    Pieces(Vec<Piece>),
}

#[derive(Clone, Debug)]
enum Piece {
    Bytes(Vec<u8>),
    Pause(Duration),
    Cut,
    Hold,
}

impl Reply {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Content::Whole(Vec::new()) }
    }

    /// An answer with a JSON body.
    pub fn json(status: u16, body: impl ToString) -> Self {
        Self::status(status).header("content-type", "application/json").body(body.to_string())
    }

    /// An answer of status 200 whose body is given piece by piece, with the chunked transfer coding.
    pub fn stream() -> Self {
        let reply = Self::status(200).header("content-type", "application/json");
        Self { body: Content::Pieces(Vec::new()), ..reply }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body, which is sent as a whole.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Content::Whole(body.into());
        self
    }

    /// Sends these bytes as one chunk.
    pub fn chunk(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Piece::Bytes(bytes.into()))
    }

    /// Sends nothing for a while.
    pub fn pause(self, pause: Duration) -> Self {
        self.then(Piece::Pause(pause))
    }

    /// Closes the connection here, in the middle of the answer.
    pub fn cut(self) -> Self {
        self.then(Piece::Cut)
    }

    /// Leaves the answer open here until the client closes the connection.
    pub fn hold(self) -> Self {
        self.then(Piece::Hold)
    }

    fn then(mut self, piece: Piece) -> Self {
        match &mut self.body {
            Content::Pieces(pieces) => pieces.push(piece),
            Content::Whole(bytes) => self.body = Content::Pieces(vec![Piece::Bytes(std::mem::take(bytes)), piece]),
        }
        self
    }

    /// Writes the answer; `false` where the connection cannot be used again, an error where the client closed it.
    async fn write(self, socket: &mut TcpStream) -> io::Result<bool> {
        let mut head = format!("HTTP/1.1 {} scripted\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let pieces = match self.body {
            Content::Whole(_) if self.status == 204 => Vec::new(),
            Content::Whole(body) => {
                head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
                socket.write_all(&[head.as_bytes(), &body].concat()).await?;
                return Ok(true);
            }
            Content::Pieces(pieces) => {
                head.push_str("transfer-encoding: chunked\r\n");
                pieces
            }
        };
        head.push_str("\r\n");
        socket.write_all(head.as_bytes()).await?;
        if self.status == 204 {
            return Ok(true);
        }
        for piece in pieces {
            match piece {
                Piece::Bytes(bytes) if bytes.is_empty() => {}
                Piece::Bytes(bytes) => {
                    let size = format!("{:x}\r\n", bytes.len());
                    socket.write_all(&[size.as_bytes(), &bytes, b"\r\n"].concat()).await?;
                    socket.flush().await?;
                }
                Piece::Pause(pause) => tokio::time::sleep(pause).await,
                Piece::Cut => return Ok(false),
                Piece::Hold => {
                    // Nothing more is expected from the client, so whatever ends this read is the end of the connection.
                    drop(socket.read(&mut [0; 1]).await);
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
            }
        }
        socket.write_all(b"0\r\n\r\n").await?;
        Ok(true)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        // A connection that breaks is the client's business: its test sees it there.
        connections.spawn(async move { drop(serve(socket, &shared).await) });
    }
}

async fn serve(mut socket: TcpStream, shared: &Shared) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut received = Vec::new();
    while let Some(request) = read(&mut socket, &mut received).await? {
        shared.requests.send_modify(|requests| requests.push(request));
        let scripted = lock(&shared.script).pop_front();
        let reply = scripted.unwrap_or_else(|| Reply::status(418).body("the script has no answer left"));
        match reply.write(&mut socket).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                shared.hung_up.send_modify(|seen| *seen += 1);
                return Err(error);
            }
        }
    }
    Ok(())
}

/// The next request of a connection; `None` at its end. `received` holds what came beyond it.
pub(crate) async fn read(socket: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let Some(head) = read_until(socket, received, b"\r\n\r\n").await? else { return Ok(None) };
    let head = String::from_utf8(head).map_err(io::Error::other)?;
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut request = Request { line, headers, body: Vec::new() };
    if request.header("transfer-encoding").is_some() {
        loop {
            let size = read_until(socket, received, b"\r\n").await?.unwrap_or_default();
            let size = String::from_utf8_lossy(&size).trim().to_owned();
            let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
            request.body.extend(read_exactly(socket, received, size).await?);
            read_until(socket, received, b"\r\n").await?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = request.header("content-length") {
        let length = length.parse().map_err(io::Error::other)?;
        request.body = read_exactly(socket, received, length).await?;
    }
    Ok(Some(request))
}

/// Everything up to and with `end`; `None` where the connection ends before.
async fn read_until(socket: &mut TcpStream, received: &mut Vec<u8>, end: &[u8]) -> io::Result<Option<Vec<u8>>> {
    loop {
        if let Some(at) = received.windows(end.len()).position(|window| window == end) {
            let rest = received.split_off(at + end.len());
            return Ok(Some(std::mem::replace(received, rest)));
        }
        if socket.read_buf(received).await? == 0 {
            return Ok(None);
        }
    }
}

async fn read_exactly(socket: &mut TcpStream, received: &mut Vec<u8>, length: usize) -> io::Result<Vec<u8>> {
    while received.len() < length {
        if socket.read_buf(received).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let rest = received.split_off(length);
    Ok(std::mem::replace(received, rest))
}
