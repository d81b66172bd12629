//! Scripts over HTTP/2. An exchange is a stream here, of which a connection has many.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::Response;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::script::{Script, Step};
use super::stage::EXCHANGE;
use super::{Exchange, Shared};
use crate::server::Request;

/// What an answer does to the connection that carries it.
enum Order {
    GoAway,
    GoAwayInError,
    Hang(oneshot::Sender<()>),
    Close,
}

/// Answers the requests of one connection.
pub(super) async fn serve(socket: TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut connection: Connection<TcpStream, Bytes> = h2::server::handshake(socket).await.map_err(io::Error::other)?;
    let (sender, mut orders) = unbounded_channel();
    let mut answers = JoinSet::new();
    loop {
        tokio::select! {
            accepted = connection.accept() => {
                let Some(accepted) = accepted else { return Ok(()) };
                let (request, respond) = accepted.map_err(io::Error::other)?;
                let (shared, orders) = (Arc::clone(shared), sender.clone());
                answers.spawn(async move {
                    // An answer that breaks is the client's business: its test sees it there.
                    drop(answer(request, respond, &shared, orders).await);
                });
            }
            Some(order) = orders.recv() => match order {
                Order::GoAway => connection.graceful_shutdown(),
                Order::GoAwayInError => connection.abrupt_shutdown(Reason::INTERNAL_ERROR),
                Order::Hang(done) => {
                    drop(done);
                    return std::future::pending().await;
                }
                Order::Close => return Ok(()),
            },
        }
    }
}

async fn answer(
    request: http::Request<RecvStream>,
    respond: SendResponse<Bytes>,
    shared: &Arc<Shared>,
    orders: UnboundedSender<Order>,
) -> Result<(), h2::Error> {
    let (parts, mut incoming) = request.into_parts();
    let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut body = Vec::new();
    while let Some(data) = incoming.data().await {
        let data = data?;
        body.extend_from_slice(&data);
        incoming.flow_control().release_capacity(data.len())?;
    }
    let (exchange, script) = shared.begin(Request {
        line: format!("{} {target} HTTP/2", parts.method),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body,
    });
    Answer { respond, body: None, exchange, orders, dribbles: false }.play(script).await
}

struct Answer {
    respond: SendResponse<Bytes>,
    /// The body, once the head was sent.
    body: Option<SendStream<Bytes>>,
    exchange: Exchange,
    orders: UnboundedSender<Order>,
    dribbles: bool,
}

impl Answer {
    async fn play(mut self, script: Script) -> Result<(), h2::Error> {
        for step in script {
            match step {
                Step::Head(status, headers) => self.head(status, &headers)?,
                // What these bytes do to an HTTP/1.1 client has no likeness here.
                Step::Raw(_) | Step::RawFlood(..) => return self.reset(Reason::PROTOCOL_ERROR),
                Step::Hints => self.respond.send_informational(response(103, &[]))?,
                Step::Body(bytes) => self.body(bytes).await?,
                Step::Pieces(pieces) => {
                    for piece in pieces {
                        self.exchange.taken().await;
                        self.body(piece).await?;
                    }
                }
                Step::Flood(piece, times) => {
                    for _ in 0..times {
                        self.body(piece.clone()).await?;
                    }
                }
                Step::Dribble => self.dribbles = true,
                Step::Taken => self.exchange.taken().await,
                Step::Silence(duration) => self.exchange.silence(duration).await,
                Step::Meet(requests) => self.exchange.meet(requests).await,
                Step::Alone => self.exchange.alone().await,
                Step::Hold => return self.hold().await,
                Step::Close => {
                    drop(self.orders.send(Order::Close));
                    return self.hold().await;
                }
                Step::Reset => return self.reset(Reason::INTERNAL_ERROR),
                Step::ResetWithoutError => return self.reset(Reason::NO_ERROR),
                Step::GoAway => drop(self.orders.send(Order::GoAway)),
                Step::Hang => {
                    let (sender, done) = oneshot::channel();
                    drop(self.orders.send(Order::Hang(sender)));
                    // Nothing is sent; that the other end is gone is the word.
                    drop(done.await);
                }
                Step::GoAwayInError => {
                    drop(self.orders.send(Order::GoAwayInError));
                    return self.hold().await;
                }
            }
        }
        match &mut self.body {
            Some(body) => body.send_data(Bytes::new(), true),
            None => Ok(()),
        }
    }

    fn head(&mut self, status: u16, headers: &[(&str, String)]) -> Result<(), h2::Error> {
        let mut head = response(status, headers);
        let number = http::HeaderValue::from(self.exchange.number);
        head.headers_mut().insert(EXCHANGE, number);
        self.body = Some(self.respond.send_response(head, false)?);
        self.exchange.sent(0);
        Ok(())
    }

    async fn body(&mut self, bytes: Bytes) -> Result<(), h2::Error> {
        if !self.dribbles {
            return self.data(bytes).await;
        }
        for index in 0..bytes.len() {
            self.data(bytes.slice(index..=index)).await?;
            self.exchange.taken().await;
        }
        Ok(())
    }

    async fn data(&mut self, mut bytes: Bytes) -> Result<(), h2::Error> {
        let Some(body) = &mut self.body else { return Ok(()) };
        self.exchange.sent(bytes.len());
        while !bytes.is_empty() {
            body.reserve_capacity(bytes.len());
            let capacity = self.exchange.noting_blocks(poll_fn(|context| body.poll_capacity(context))).await;
            let Some(capacity) = capacity.transpose()? else { return Err(Reason::STREAM_CLOSED.into()) };
            body.send_data(bytes.split_to(capacity.min(bytes.len())), false)?;
        }
        Ok(())
    }

    /// Waits for the client to end the stream.
    async fn hold(mut self) -> Result<(), h2::Error> {
        match &mut self.body {
            Some(body) => poll_fn(|context| body.poll_reset(context)).await?,
            None => poll_fn(|context| self.respond.poll_reset(context)).await?,
        };
        Ok(())
    }

    fn reset(mut self, reason: Reason) -> Result<(), h2::Error> {
        match &mut self.body {
            Some(body) => body.send_reset(reason),
            None => self.respond.send_reset(reason),
        }
        Ok(())
    }
}

fn response(status: u16, headers: &[(&str, String)]) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(*name), http::HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
