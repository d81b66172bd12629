//! What the client asks memory for, and what it does not copy. The allocator of this test counts.

mod heap;

use std::error::Error;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use x_api_client::Client;
use x_api_client::runtime::wire::Framing;
use x_api_client::runtime::{
    Attempt, Body, BoxFuture, Frame, Framer, Incoming, ManualClock, Transport, TransportError,
};
use x_api_client::types::TweetField;

#[global_allocator]
static HEAP: tests::heap::Counting = tests::heap::Counting(heap::note);

/// Notes how often memory was asked for when the request arrived.
#[derive(Clone, Default)]
struct Arrivals(Arc<Mutex<Vec<(usize, http::Uri)>>>);

impl Transport for Arrivals {
    fn send(
        &self,
        request: http::Request<Body>,
        _: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        let asked = heap::asked();
        self.0.lock().expect("nobody panicked").push((asked, request.uri().clone()));
        Box::pin(async { Ok(http::Response::new(Incoming::from(Bytes::from_static(b"{}")))) })
    }
}

/// How often memory is asked for between the call and the transport, with so many values in a parameter.
async fn asked_for(client: &Client, arrivals: &Arrivals, values: usize) -> Result<usize, Box<dyn Error>> {
    let before = heap::asked();
    let answer = client
        .direct_messages()
        .events_with("2244994945")
        .max_results(100)
        .tweet_fields(TweetField::ALL.iter().take(values))
        .send()
        .await?;
    assert!(answer.body.data.is_empty());
    let (asked, uri) = arrivals.0.lock().expect("nobody panicked").pop().ok_or("the request did not arrive")?;
    assert_eq!(uri.query().map(|query| query.matches(',').count() + 1), Some(values), "{uri}");
    Ok(asked - before)
}

/// What a request is made of, each of which is one block of memory: the texts of three arguments and the table of them; the id
/// as the caller gave it, the list of values, and what they are to the parameter; the URL, which stays for another attempt, and
/// the one that is sent; the headers, as an index of them and their names and values, for the same two.
const BUFFERS: usize = 4 + 3 + 2 + 4;

/// What else there is: the future of the call, and the handle by which the parts of a URL share its text.
const BEYOND: usize = 2;

#[tokio::test]
async fn a_request_asks_for_its_buffers_and_twice_beyond_them() -> Result<(), Box<dyn Error>> {
    let arrivals = Arrivals::default();
    let client = Client::builder()
        .oauth2_user_token("a-user-token-of-some-length")
        .transport(arrivals.clone())
        .clock(ManualClock::new())
        .build()?;
    // What is made once.
    asked_for(&client, &arrivals, 30).await?;
    let thirty = asked_for(&client, &arrivals, 30).await?;
    println!("memory is asked for {thirty} times");
    assert!(thirty <= BUFFERS + BEYOND, "{thirty}, {BUFFERS} of them for buffers");
    assert_eq!(asked_for(&client, &arrivals, 1).await?, thirty, "the number of values does not matter");
    Ok(())
}

/// Lines of a hundred bytes and more, one after the other.
fn lines(count: usize, end: &str) -> Vec<u8> {
    (0..count)
        .flat_map(|number| format!("{{\"number\":{number},\"text\":\"{:0>100}\"}}{end}", number).into_bytes())
        .collect()
}

/// Where a text lies in memory.
fn place(text: &[u8]) -> std::ops::Range<usize> {
    let start = text.as_ptr() as usize;
    start..start + text.len()
}

#[test]
fn a_line_that_lies_in_one_chunk_is_not_copied() {
    for (framing, end) in
        [(Framing::JsonLines, "\n"), (Framing::JsonLines, "\r\n"), (Framing::ServerSentEvents, "\n\n")]
    {
        let body: Vec<u8> = match framing {
            Framing::ServerSentEvents => {
                String::from_utf8(lines(200, end)).expect("it is text").replace('{', "data: {").into_bytes()
            }
            _ => lines(200, end),
        };
        let body = Bytes::from(body);
        for length in [1_000, 4_096, body.len()] {
            let mut framer = Framer::new(framing, 1 << 20);
            let (mut messages, mut copied) = (0, 0);
            for start in (0..body.len()).step_by(length) {
                let chunk = body.slice(start..body.len().min(start + length));
                framer.push(chunk.clone());
                // What is left of the chunk before ends in this one and had to be put together.
                let mut is_first = start > 0;
                while let Some(frame) = framer.next() {
                    let Frame::Message(message) = frame else { continue };
                    messages += 1;
                    let (whole, here) = (place(&chunk), place(&message));
                    if whole.contains(&here.start) && here.end <= whole.end {
                        continue;
                    }
                    assert!(std::mem::take(&mut is_first), "a line inside of a chunk was copied: {message:?}");
                    copied += 1;
                }
            }
            assert_eq!(messages, 200, "{framing:?} in chunks of {length}");
            assert!(copied < body.len().div_ceil(length), "{copied} of {messages}");
        }
    }
}

#[test]
fn splitting_a_chunk_into_lines_asks_for_no_memory() {
    let chunk = Bytes::from(lines(500, "\r\n"));
    // The first reference to a text makes it shared, once.
    let _shared = chunk.clone();
    let mut framer = Framer::new(Framing::JsonLines, 1 << 20);
    let before = (heap::asked(), heap::bytes());
    framer.push(chunk.clone());
    let mut messages = 0;
    while let Some(frame) = framer.next() {
        messages += usize::from(matches!(frame, Frame::Message(_)));
    }
    assert_eq!((heap::asked(), heap::bytes()), before);
    assert_eq!(messages, 500);
}
