//! Scripts over HTTP/1.1, byte for byte.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::script::{Script, Step};
use super::stage::EXCHANGE;
use super::{Exchange, Shared};
use crate::server;

/// Answers the requests of one connection.
pub(super) async fn serve(mut socket: TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut received = Vec::new();
    while let Some(request) = server::read(&mut socket, &mut received).await? {
        let has_body = request.method() != "HEAD";
        let (exchange, script) = shared.begin(request);
        let answer = Answer { socket: &mut socket, exchange, is_chunked: false, has_body, dribbles: false };
        if !answer.play(script).await? {
            break;
        }
    }
    Ok(())
}

struct Answer<'s> {
    socket: &'s mut TcpStream,
    exchange: Exchange,
    is_chunked: bool,
    has_body: bool,
    dribbles: bool,
}

impl Answer<'_> {
    /// Whether the connection can be used again.
    async fn play(mut self, script: Script) -> io::Result<bool> {
        for step in script {
            match step {
                Step::Head(status, headers) => self.head(status, &headers).await?,
                Step::Raw(bytes) => self.write(bytes.as_bytes()).await?,
                Step::RawFlood(bytes, times) => {
                    for _ in 0..times {
                        self.write(bytes.as_bytes()).await?;
                    }
                }
                Step::Hints => self.write(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n").await?,
                Step::Body(bytes) => self.body(&bytes).await?,
                Step::Pieces(pieces) => {
                    for piece in pieces {
                        self.exchange.taken().await;
                        self.body(&piece).await?;
                    }
                }
                Step::Flood(piece, times) => {
                    for _ in 0..times {
                        self.body(&piece).await?;
                    }
                }
                Step::Dribble => self.dribbles = true,
                Step::Taken => self.exchange.taken().await,
                Step::Silence(duration) => self.exchange.silence(duration).await,
                Step::Meet(requests) => self.exchange.meet(requests).await,
                Step::Alone => self.exchange.alone().await,
                Step::Hold => {
                    // Nothing more is expected from the client, so whatever ends this read ends the connection.
                    drop(self.socket.read(&mut [0; 1]).await);
                    return Ok(false);
                }
                Step::Close => return Ok(false),
                Step::Reset => {
                    self.socket.set_zero_linger()?;
                    return Ok(false);
                }
                Step::ResetWithoutError | Step::GoAway | Step::GoAwayInError | Step::Hang => {
                    return Err(io::Error::other("HTTP/1.1 has no such thing"));
                }
            }
        }
        if self.is_chunked {
            self.write(b"0\r\n\r\n").await?;
        }
        Ok(true)
    }

    async fn head(&mut self, status: u16, headers: &[(&str, String)]) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {status} scripted\r\n{EXCHANGE}: {}\r\n", self.exchange.number);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        self.is_chunked = self.has_body && status != 204 && !headers.iter().any(|(name, _)| *name == "content-length");
        if self.is_chunked {
            head.push_str("transfer-encoding: chunked\r\n");
        }
        head.push_str("\r\n");
        self.write(head.as_bytes()).await?;
        self.exchange.sent(0);
        Ok(())
    }

    async fn body(&mut self, bytes: &Bytes) -> io::Result<()> {
        if !self.dribbles {
            return self.chunk(bytes).await;
        }
        for byte in bytes.iter() {
            self.chunk(&[*byte]).await?;
            self.exchange.taken().await;
        }
        Ok(())
    }

    async fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        // Before the write: the client may take it while the server waits to write the rest.
        self.exchange.sent(bytes.len());
        if self.is_chunked {
            let size = format!("{:x}\r\n", bytes.len());
            return self.write(&[size.as_bytes(), bytes, b"\r\n"].concat()).await;
        }
        self.write(bytes).await
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (socket, exchange) = (&mut *self.socket, &self.exchange);
        if !self.dribbles {
            return exchange.noting_blocks(socket.write_all(bytes)).await;
        }
        for byte in bytes {
            socket.write_all(&[*byte]).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}
