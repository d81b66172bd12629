//! A server for examples that have no async runtime of their own, and a transport that watches another.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use tests::server::{Reply, Request, Server};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use x_api_client::runtime::{Attempt, Body, BoxFuture, Incoming, Transport, TransportError};

/// What an example returns, so that it can use `?`.
pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A server in a thread of its own.
pub(crate) struct Background {
    pub(crate) url: String,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<io::Result<Vec<Request>>>,
}

impl Background {
    /// Starts a server with these answers.
    pub(crate) fn start(replies: Vec<Reply>) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (started, url) = mpsc::channel();
        let thread = thread::spawn(move || {
            Builder::new_current_thread().enable_all().build()?.block_on(async {
                let server = Server::start().await?;
                replies.into_iter().for_each(|reply| server.push(reply));
                started.send(server.url()).map_err(io::Error::other)?;
                // Whoever started it may have failed, which stops it too.
                drop(stopped.await);
                Ok(server.requests())
            })
        });
        Ok(Self { url: url.recv().map_err(io::Error::other)?, stop, thread })
    }

    /// Stops it and gives what it was sent.
    pub(crate) fn stop(self) -> io::Result<Vec<Request>> {
        drop(self.stop);
        self.thread.join().map_err(|_| io::Error::other("the server panicked"))?
    }
}

/// Notes how many requests are under way at once.
pub(crate) struct Watched<T> {
    transport: T,
    running: AtomicUsize,
    most: Arc<AtomicUsize>,
}

impl<T> Watched<T> {
    pub(crate) fn new(transport: T) -> Self {
        Self { transport, running: AtomicUsize::new(0), most: Arc::default() }
    }

    /// The most there were.
    pub(crate) fn most(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.most)
    }
}

impl<T: Transport> Transport for Watched<T> {
    fn send(
        &self,
        request: http::Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            self.most.fetch_max(self.running.fetch_add(1, SeqCst) + 1, SeqCst);
            let answer = self.transport.send(request, attempt).await;
            self.running.fetch_sub(1, SeqCst);
            answer
        })
    }
}
