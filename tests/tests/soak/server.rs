//! The server of the soak: one connection at a time, each with the next lines and an end of its own.

use std::error::Error;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is sent in one write.
const BATCH: u64 = 100;

/// How many lines come again after an orderly end. After any other end all that the last connection sent does.
const REPEATED: u64 = 20;

/// How much is sent, and in what time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) connections: u64,
    /// New lines per connection.
    pub(crate) lines: u64,
    pub(crate) length: Duration,
}

/// The server, which ends with this value.
pub(crate) struct ServerProcess {
    child: Child,
    url: String,
    /// Held open, because the process prints how long it takes.
    _output: BufReader<ChildStdout>,
}

impl ServerProcess {
    /// Runs the test `serve` of this program as another process.
    pub(crate) fn spawn(plan: Plan) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--exact", "serve", "--ignored", "--nocapture"])
            .env("SOAK", format!("{} {} {}", plan.connections, plan.lines, plan.length.as_millis()))
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("the server has no output")?);
        let mut line = String::new();
        while output.read_line(&mut line)? > 0 {
            if let Some((_, url)) = line.trim_end().split_once("listens at ") {
                return Ok(Self { url: url.to_owned(), child, _output: output });
            }
            line.clear();
        }
        Err("the server did not start".into())
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a connection ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Orderly,
    /// In an orderly way, but inside a line.
    OrderlyInsideLine,
    /// After a message that says so.
    Announced,
    /// Without the end of the transfer coding.
    Cut,
    CutInsideLine,
    Reset,
    /// Nothing comes any more, until the client goes.
    Silent,
    /// In an orderly way, and the next requests are refused.
    Refused(&'static str),
}

const ENDS: [End; 10] = [
    End::Orderly,
    End::CutInsideLine,
    End::Reset,
    End::Announced,
    End::OrderlyInsideLine,
    End::Cut,
    End::Refused("503 Service Unavailable\r\nconnection: close\r\n\r\n"),
    End::Silent,
    End::CutInsideLine,
    End::Refused(concat!(
        "429 Too Many Requests\r\nconnection: close\r\n\r\n",
        r#"{"title":"ConnectionException","connection_issue":"TooManyConnections","type":"about:blank"}"#
    )),
];

/// Serves what the environment asks for.
pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let plan = std::env::var("SOAK")?;
    let plan: Vec<u64> = plan.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [connections, lines, millis] = plan[..] else { return Err("three numbers are expected".into()) };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("listens at http://{}", listener.local_addr()?);
    let began = Instant::now();
    let mut server = Server { listener, sent: 0, repeat_from: 0 };
    for number in 0..connections {
        let end = ENDS[usize::try_from(number)? % ENDS.len()];
        let until = Duration::from_millis(millis * (number + 1) / connections);
        let first = server.sent;
        if server.connection(end, first + lines, began + until).await.is_err() {
            // The client has gone before the end; what it has not read comes again.
            server.repeat_from = first.saturating_sub(lines);
        }
        server.sent = first + lines;
    }
    // What the last connection lost.
    let all = server.sent;
    server.connection(End::Silent, all, Instant::now()).await?;
    Ok(())
}

struct Server {
    listener: TcpListener,
    /// How many lines were sent so far.
    sent: u64,
    /// The line with which the next connection begins.
    repeat_from: u64,
}

impl Server {
    async fn accept(&self) -> io::Result<TcpStream> {
        let (mut socket, _) = self.listener.accept().await?;
        socket.set_nodelay(true)?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if socket.read_buf(&mut head).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(socket)
    }

    /// Sends the lines before `last` by `until`.
    async fn connection(&mut self, end: End, last: u64, until: Instant) -> io::Result<()> {
        let mut socket = self.accept().await?;
        socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
        let first = std::mem::replace(&mut self.repeat_from, self.sent);
        let mut at = first;
        let pause =
            until.saturating_duration_since(Instant::now()) / u32::try_from((last - at) / BATCH + 1).unwrap_or(1);
        while at < last {
            let to = (at + BATCH).min(last);
            let mut batch: String = (at..to).map(line).collect();
            if at.is_multiple_of(1_000) {
                batch.push_str("\r\n");
            }
            let is_cut = to == last && matches!(end, End::CutInsideLine | End::OrderlyInsideLine);
            if is_cut {
                batch.truncate(batch.trim_end().len() - 20);
            }
            chunk(&mut socket, &batch).await?;
            at = to;
            tokio::time::sleep(pause).await;
        }
        self.repeat_from = match end {
            End::Orderly | End::Refused(_) | End::Announced => last.saturating_sub(REPEATED),
            End::OrderlyInsideLine => last.saturating_sub(REPEATED + 1),
            _ => first,
        };
        match end {
            End::Announced => {
                let message = concat!(
                    r#"{"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","#,
                    r#""type":"https://api.example.com/2/problems/operational-disconnect"}]}"#,
                    "\r\n"
                );
                chunk(&mut socket, message).await?;
                // The client goes by itself.
                gone(&mut socket).await;
            }
            End::Orderly | End::OrderlyInsideLine => socket.write_all(b"0\r\n\r\n").await?,
            End::Cut | End::CutInsideLine => {}
            End::Reset => socket.set_zero_linger()?,
            End::Silent => gone(&mut socket).await,
            End::Refused(answer) => {
                socket.write_all(b"0\r\n\r\n").await?;
                drop(socket);
                let mut refused = self.accept().await?;
                refused.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await?;
            }
        }
        Ok(())
    }
}

/// Waits until the client has closed the connection.
async fn gone(socket: &mut TcpStream) {
    while socket.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
}

async fn chunk(socket: &mut TcpStream, text: &str) -> io::Result<()> {
    socket.write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes()).await
}

fn line(number: u64) -> String {
    format!(
        concat!(
            r#"{{"data":{{"event_uuid":"{number}","event_type":"follow.follow","filter":{{"user_id":"2244994945"}},"#,
            r#""tag":"soak","payload":{{"source":{{"id":"1","username":"some_name"}},"target":{{"id":"2","name":"…"}}}}}}}}"#,
            "\r\n"
        ),
        number = number
    )
}
