//! A [`MockServer`](super::MockServer) that speaks HTTP/1.1 on loopback, for what is outside of the process or has a transport
//! of its own.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::client_builder::ClientBuilder;
use super::memory::{BodyStep, Head, Received, Reply};
use super::mock_fault::Outcome;
use super::mock_server::MockServer;
use super::transport::Attempt;

/// The most bytes of a request's head.
const MAX_HEAD: usize = 256 * 1024;

/// The most bytes of a request's body.
const MAX_BODY: usize = 64 * 1024 * 1024;

impl MockServer {
    /// Listens on a free port of 127.0.0.1, on the tokio runtime that runs this, until what it gives is dropped. All
    /// listeners of a server share its handlers and its records.
    ///
    /// # Errors
    ///
    /// No port can be bound.
    pub async fn listen(&self) -> io::Result<MockListener> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, self.clone()));
        Ok(MockListener { address, server: self.clone(), accepting })
    }
}

/// A [`MockServer`] on loopback. Dropping it closes its port and its connections.
#[derive(Debug)]
#[must_use = "dropping it closes its port"]
pub struct MockListener {
    address: SocketAddr,
    server: MockServer,
    accepting: JoinHandle<()>,
}

impl MockListener {
    /// The address and the port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for clients: `http://127.0.0.1:` and the port.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A builder of clients that ask this server by the default transport, in real time, with a credential for every
    /// security scheme; all of that can be set anew.
    pub fn client_builder(&self) -> ClientBuilder {
        self.server.builder().base_url(self.url())
    }
}

impl Drop for MockListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, server: MockServer) {
    // They end with it.
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let server = server.clone();
                connections.spawn(async move {
                    // The client went away, or what it sent is no HTTP: there is nobody to tell.
                    let _ = Connection { stream, read: BytesMut::new() }.serve(&server).await;
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

struct Connection {
    stream: TcpStream,
    read: BytesMut,
}

impl Connection {
    async fn serve(mut self, server: &MockServer) -> io::Result<()> {
        while let Some(received) = self.request().await? {
            let unix_now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let is_last = received.header("connection").is_some_and(|text| text.eq_ignore_ascii_case("close"));
            let goes_on = match server.answer(&received, unix_now) {
                Outcome::Raw(bytes) => {
                    self.stream.write_all(&bytes).await?;
                    self.stream.shutdown().await?;
                    self.until_closed().await?;
                    false
                }
                Outcome::Reply(reply) => self.reply(&received.method, reply).await?,
            };
            if is_last || !goes_on {
                break;
            }
        }
        Ok(())
    }

    /// The next request; `None` where the client has closed the connection.
    async fn request(&mut self) -> io::Result<Option<Received>> {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            if self.read.len() > MAX_HEAD {
                return Err(wrong("the head of the request is too long"));
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(None);
            }
        };
        let head = self.read.split_to(end);
        let head = std::str::from_utf8(&head).map_err(|_| wrong("the head of the request is no text"))?;
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(wrong("there is no request line"));
        };
        let method: Method = method.parse().map_err(|_| wrong("the method is none"))?;
        let mut headers = HeaderMap::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or_else(|| wrong("a header has no colon"))?;
            let name = HeaderName::try_from(name).map_err(|_| wrong("the name of a header is none"))?;
            let value = HeaderValue::try_from(value.trim()).map_err(|_| wrong("the value of a header is none"))?;
            headers.append(name, value);
        }
        let of = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let host = of(header::HOST).unwrap_or("localhost");
        let uri: Uri = if target.starts_with('/') { format!("http://{host}{target}") } else { target.to_owned() }
            .parse()
            .map_err(|_| wrong("the target of the request is none"))?;
        if of(header::EXPECT).is_some_and(|text| text.eq_ignore_ascii_case("100-continue")) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let chunked = of(header::TRANSFER_ENCODING).is_some_and(|text| text.to_ascii_lowercase().contains("chunked"));
        let length = of(header::CONTENT_LENGTH).and_then(|text| text.parse().ok()).unwrap_or(0);
        let body = if chunked { self.chunks().await? } else { self.take(length).await? };
        let attempt = Attempt::new("", "");
        Ok(Some(Received { method, uri, headers, body, attempt }))
    }

    async fn chunks(&mut self) -> io::Result<Bytes> {
        let mut body = BytesMut::new();
        loop {
            let line = self.line().await?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| wrong("the size of a chunk is no number"))?;
            if size == 0 {
                // Trailers end with an empty line.
                while !self.line().await?.is_empty() {}
                return Ok(body.freeze());
            }
            if body.len().saturating_add(size) > MAX_BODY {
                return Err(wrong("the body of the request is too long"));
            }
            body.extend_from_slice(&self.take(size).await?);
            self.line().await?;
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.read.windows(2).position(|bytes| bytes == b"\r\n") {
                let line = self.read.split_to(end);
                self.read.advance(2);
                return Ok(String::from_utf8_lossy(&line).into_owned());
            }
            if self.read.len() > MAX_HEAD {
                return Err(wrong("a line of the request is too long"));
            }
            self.more().await?;
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Bytes> {
        if length > MAX_BODY {
            return Err(wrong("the body of the request is too long"));
        }
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.read.split_to(length).freeze())
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(wrong("the request breaks off")),
            _ => Ok(()),
        }
    }

    /// Writes an answer; `true` where another request may come.
    async fn reply(&mut self, method: &Method, reply: Reply) -> io::Result<bool> {
        if let Some(delay) = reply.delay {
            tokio::time::sleep(delay).await;
        }
        let (status, headers) = match reply.head {
            Head::Answer(status, headers) => (status, headers),
            Head::Silence => return self.until_closed().await.map(|()| false),
            Head::Failure(_) => {
                self.stream.set_zero_linger()?;
                return Ok(false);
            }
        };
        let is_bodiless = *method == Method::HEAD
            || status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let chunked = !is_bodiless && !headers.contains_key(header::CONTENT_LENGTH);
        let mut head =
            format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or("")).into_bytes();
        for (name, value) in &headers {
            head.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        head.extend_from_slice(if chunked { b"transfer-encoding: chunked\r\n\r\n" } else { b"\r\n" });
        self.stream.write_all(&head).await?;
        for step in reply.steps.into_iter().filter(|_| !is_bodiless) {
            match step {
                // An empty chunk would be the end.
                BodyStep::Chunk(bytes) if bytes.is_empty() => {}
                BodyStep::Chunk(bytes) if chunked => {
                    let size = format!("{:x}\r\n", bytes.len());
                    self.stream.write_all(&[size.as_bytes(), &bytes, b"\r\n"].concat()).await?;
                }
                BodyStep::Chunk(bytes) => self.stream.write_all(&bytes).await?,
                BodyStep::Wait(delay) => tokio::time::sleep(delay).await,
                BodyStep::Hang => return self.until_closed().await.map(|()| false),
                // An end in order lets the client take what was sent before; without the last chunk it is none.
                BodyStep::Fail(_) => {
                    self.stream.shutdown().await?;
                    return self.until_closed().await.map(|()| false);
                }
            }
        }
        if chunked {
            self.stream.write_all(b"0\r\n\r\n").await?;
        }
        Ok(true)
    }

    /// Waits until the client has closed the connection.
    async fn until_closed(&mut self) -> io::Result<()> {
        while self.stream.read_buf(&mut self.read).await? > 0 {
            self.read.clear();
        }
        Ok(())
    }
}

fn wrong(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
