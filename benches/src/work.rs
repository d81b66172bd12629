//! The work that is measured: one function per figure, and for each what it is compared with.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use memchr::memchr;
use serde::de::DeserializeOwned;
use x_api_client::runtime::{
    Attempt, Body, BoxFuture, Error, Incoming, ManualClock, MemoryTransport, Reply, Transport, TransportError,
};
use x_api_client::types::{ActivityEvent, DmEventList, TweetField};
use x_api_client::{Client, Response};

use crate::lines;

/// Reads a page of direct messages into the generated types.
///
/// # Errors
///
/// The text is no such page.
pub fn decode<T: DeserializeOwned>(page: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(page)
}

/// How many values the array parameter of [`request`] has.
pub const VALUES: usize = 30;

/// A client without a network, whose transport answers each request with an empty page.
///
/// # Errors
///
/// The client cannot be built.
pub fn client() -> Result<Client, Error> {
    Client::builder()
        .oauth2_user_token("a-user-token-of-some-length")
        .transport(Nowhere)
        .clock(ManualClock::new())
        .build()
}

/// Takes requests and answers them with an empty page.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl Transport for Nowhere {
    fn send(
        &self,
        request: http::Request<Body>,
        _: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        drop(request);
        Box::pin(async { Ok(http::Response::new(Incoming::from(Bytes::from_static(b"{}")))) })
    }
}

/// Builds a request with [`VALUES`] values in an array parameter and sends it: everything from the call to the transport, and
/// the way back of an empty page.
///
/// # Errors
///
/// The call failed.
pub fn request(client: &Client) -> Result<Response<DmEventList>, Error> {
    let call = client
        .direct_messages()
        .events_with("2244994945")
        .max_results(100)
        .tweet_fields(TweetField::ALL.iter().take(VALUES));
    block_on(call.send())
}

/// Reads `count` blocks of lines as a stream, and gives the number of its items.
///
/// # Errors
///
/// The stream ended with an error.
pub fn stream(chunks: &[Bytes], count: usize) -> Result<u64, Error> {
    let transport = MemoryTransport::from_fn({
        let chunks = chunks.to_vec();
        move |_| (0..count).flat_map(|_| &chunks).fold(Reply::status(200), |reply, chunk| reply.chunk(chunk.clone()))
    });
    let client = Client::builder().bearer_token("token").transport(transport).clock(ManualClock::new()).build()?;
    let mut live = client.activity().stream().connect().reconnect(x_api_client::runtime::ReconnectPolicy::off());
    block_on(async {
        let mut items = 0;
        while let Some(event) = live.try_next().await? {
            items += u64::from(matches!(event, ActivityEvent::Envelope(_)));
        }
        Ok(items)
    })
}

/// What a stream is compared with: `serde_json::from_slice` for each line of `count` blocks, and nothing else.
///
/// # Errors
///
/// A line is no `T`.
pub fn bare_loop<T: DeserializeOwned>(block: &[u8], count: usize) -> Result<u64, serde_json::Error> {
    let mut items = 0;
    for _ in 0..count {
        let mut rest = block;
        while let Some(end) = memchr(b'\n', rest) {
            let item: T = serde_json::from_slice(&rest[..end])?;
            std::hint::black_box(&item);
            items += 1;
            rest = &rest[end + 1..];
        }
    }
    Ok(items)
}

/// How many blocks make a stream of at least so many events.
#[must_use]
pub const fn blocks(events: usize) -> usize {
    events.div_ceil(lines::LINES)
}

/// Runs a future that never waits for anything outside of this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// The words of a value without the members of the generated types that the hand-written ones do not have: two values with the
/// same words were read alike.
#[must_use]
pub fn words(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").replace(", extra: {}", "")
}

/// Fails unless both kinds of types read the same out of the payloads.
///
/// # Errors
///
/// They do not, or a payload cannot be read.
pub fn compare() -> Result<(), Box<dyn std::error::Error>> {
    let page = crate::page::page();
    let (ours, plain) = (decode::<DmEventList>(&page)?, decode::<crate::plain::DmEventList>(&page)?);
    if words(&ours) != words(&plain) {
        return Err("the hand-written types read something else".into());
    }
    Ok(())
}
