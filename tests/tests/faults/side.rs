//! The client's side of the stage: its clock, and a transport that reports how far the client has come.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tests::faulty::{EXCHANGE, Stage};
use x_api_client::runtime::{Attempt, Body, BoxFuture, Clock, Incoming, ReqwestTransport, Transport, TransportError};

/// The date of the stage's beginning: 2023-11-14T22:13:20Z.
pub(crate) const UNIX_ORIGIN: Duration = Duration::from_secs(1_700_000_000);

/// The time of the stage. Its random numbers are the largest, which makes every jittered wait its upper bound.
#[derive(Clone, Debug)]
pub(crate) struct StageClock(pub(crate) Arc<Stage>);

impl Clock for StageClock {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn unix_now(&self) -> Duration {
        UNIX_ORIGIN + self.0.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.0.sleep(duration))
    }

    fn random(&self) -> u64 {
        u64::MAX
    }
}

/// The transport over reqwest, with a report of every head and every part of a body that the client takes.
pub(crate) struct Reporting(pub(crate) ReqwestTransport, pub(crate) Arc<Stage>);

impl Transport for Reporting {
    fn send(
        &self,
        request: http::Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let answer = self.0.send(request, attempt).await?;
            let exchange = answer.headers().get(EXCHANGE).and_then(|number| number.to_str().ok()?.parse().ok());
            let Some(exchange) = exchange else { return Ok(answer) };
            self.1.take(exchange, 0);
            let stage = Arc::clone(&self.1);
            Ok(answer.map(|incoming| Incoming::new(Reported { incoming, stage, exchange })))
        })
    }
}

struct Reported {
    incoming: Incoming,
    stage: Arc<Stage>,
    exchange: usize,
}

impl Stream for Reported {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.incoming).poll_next(context);
        if let Poll::Ready(Some(Ok(chunk))) = &polled {
            self.stage.take(self.exchange, chunk.len());
        }
        polled
    }
}
