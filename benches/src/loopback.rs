//! Streams over the loopback interface: the client as users have it, and the HTTP library with a bare loop over its chunks.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use memchr::memchr;
use serde::de::DeserializeOwned;
use x_api_client::Client;
use x_api_client::runtime::ReconnectPolicy;
use x_api_client::types::ActivityEvent;

use crate::lines;

/// What goes wrong with a stream.
type Fault = Box<dyn std::error::Error>;

/// A server that answers every request with the same stream.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Listens on a free port, for as long as the process lives. Each stream has so many blocks of lines.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub fn start(blocks: usize) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            let chunks: Vec<Vec<u8>> = lines::chunks()
                .iter()
                .map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())
                .collect();
            for socket in listener.incoming().flatten() {
                // A client that goes early ends its own stream only.
                let _ = serve(socket, &chunks, blocks);
            }
        });
        Ok(Self { address })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn serve(mut socket: TcpStream, chunks: &[Vec<u8>], blocks: usize) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    socket.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n")?;
    for _ in 0..blocks {
        for chunk in chunks {
            socket.write_all(chunk)?;
        }
    }
    socket.write_all(b"0\r\n\r\n")
}

/// Reads a stream by the client, and gives the number of its items.
///
/// # Errors
///
/// The stream ended with an error.
pub fn stream(server: &Server) -> Result<u64, Fault> {
    runtime()?.block_on(async {
        let client = Client::builder().bearer_token("token").base_url(server.url()).build()?;
        let mut live = client.activity().stream().connect().reconnect(ReconnectPolicy::off());
        let mut items = 0;
        while let Some(event) = live.try_next().await? {
            items += u64::from(matches!(event, ActivityEvent::Envelope(_)));
        }
        Ok(items)
    })
}

/// Reads a stream by the HTTP library alone, and gives the number of its lines.
///
/// # Errors
///
/// The stream ended with an error, or a line is no `T`.
pub fn bare_loop<T: DeserializeOwned>(server: &Server) -> Result<u64, Fault> {
    runtime()?.block_on(async {
        let mut response = reqwest::get(format!("{}/2/activity/stream", server.url())).await?;
        let (mut items, mut partial) = (0, Vec::new());
        while let Some(chunk) = response.chunk().await? {
            let mut rest = &chunk[..];
            while let Some(end) = memchr(b'\n', rest) {
                let line = &rest[..end];
                let item: T = if partial.is_empty() {
                    serde_json::from_slice(line)?
                } else {
                    partial.extend_from_slice(line);
                    let item = serde_json::from_slice(&partial)?;
                    partial.clear();
                    item
                };
                std::hint::black_box(&item);
                items += 1;
                rest = &rest[end + 1..];
            }
            partial.extend_from_slice(rest);
        }
        Ok(items)
    })
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
