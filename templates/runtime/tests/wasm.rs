//! The client where WebAssembly runs beside JavaScript: under Node.js, by wasm-bindgen's test runner.
//!
//! ```console
//! CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
//! cargo test -p client-runtime --no-default-features --target wasm32-unknown-unknown --test wasm
//! ```
//!
//! With `--features reqwest013` the transport and the clock that a browser has by default run too.
#![cfg(target_family = "wasm")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::time::Duration;

use client_runtime::runtime::wire::{Operation, StreamRules};
use client_runtime::runtime::{
    BoxFuture, Client, Clock, DisconnectReason, ErrorKind, Live, ManualClock, MemoryTransport, Outcome,
    ReconnectPolicy, Reply, RetryPolicy, StreamEvent,
};
use common::*;
use js_sys::futures::JsFuture;
use js_sys::wasm_bindgen::{JsCast, JsValue};
use js_sys::{Function, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

static RULES: StreamRules = StreamRules::json_lines();
static STREAM: Operation = Operation::new("stream", "GET", "/stream").stream(&RULES);

/// A clock of one's own, over the host's timers: all it takes where feature `reqwest013` is off.
#[derive(Clone, Copy)]
struct Timers;

impl Clock for Timers {
    fn now(&self) -> Duration {
        self.unix_now()
    }

    fn unix_now(&self) -> Duration {
        Duration::from_secs_f64(js_sys::Date::now() / 1000.0)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let set_timeout: Function = Reflect::get(&js_sys::global(), &"setTimeout".into()).unwrap().unchecked_into();
            let promise = Promise::new(&mut |done, _| {
                let milliseconds = JsValue::from(duration.as_millis() as f64);
                set_timeout.call2(&JsValue::NULL, &done, &milliseconds).unwrap();
            });
            JsFuture::from(promise).await.unwrap();
        })
    }
}

/// A client whose time is real.
fn real(retry: RetryPolicy) -> (Client, MemoryTransport) {
    let transport = MemoryTransport::with_clock(Timers);
    let builder = setup().0.transport(transport.clone()).clock(Timers);
    (builder.retry(retry).attempt_timeout(Duration::from_millis(60)).build().unwrap(), transport)
}

#[wasm_bindgen_test]
async fn a_request_in_memory() {
    let (client, transport) = real(RetryPolicy::off());
    transport.push(Reply::json(201, r#"{"id":"1"}"#).after(Duration::from_millis(5)));
    let mut create = call(&client, &CREATE);
    create.json_body(&json!({"name": "a"}));
    let answer = create.json::<Value>().await.unwrap();
    assert_eq!((answer.meta.status().as_u16(), answer.body), (201, json!({"id": "1"})));
    let sent = &transport.requests()[0];
    assert_eq!((sent.method.as_str(), sent.target(), &sent.body[..]), ("POST", "/2/things", &br#"{"name":"a"}"#[..]));
}

#[wasm_bindgen_test]
async fn a_retry_with_a_real_wait() {
    let (client, transport) = real(RetryPolicy::new());
    transport.push(Reply::status(503).with_header("retry-after", "1"));
    transport.push(Reply::json(200, "[1]"));
    let start = Timers.now();
    let answer = call(&client, &PUBLIC).json::<Value>().await.unwrap();
    let waited = Timers.now() - start;
    assert_eq!((answer.body, answer.meta.attempts()), (json!([1]), 2));
    assert!(waited >= Duration::from_millis(990), "{waited:?}");
    assert!(waited < Duration::from_secs(20), "{waited:?}");
}

#[wasm_bindgen_test]
async fn a_timeout_in_real_time() {
    let (client, transport) = real(RetryPolicy::off());
    transport.push(Reply::hang());
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::MayHaveArrived));
    // The body that does not end meets the same limit.
    transport.push(Reply::status(200).chunk("[").then_hang());
    let error = call(&client, &PUBLIC).bytes().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Answered));
    assert_eq!(&error.raw().unwrap()[..], b"[");
}

#[wasm_bindgen_test]
async fn virtual_time_jumps_here_too() {
    let (builder, transport, clock) = setup();
    let client = builder.build().unwrap();
    transport.push(Reply::status(429).with_header("retry-after", "30"));
    transport.push(Reply::hang());
    transport.push(Reply::json(200, "7"));
    let start = Timers.now();
    let answer = call(&client, &PUBLIC).json::<u8>().await.unwrap();
    assert_eq!((answer.body, answer.meta.attempts()), (7, 3));
    // What the server asks for and the largest jitter, the attempt that hangs, and the back-off.
    assert_eq!(clock.waits(), [Duration::from_millis(30_500), Duration::from_secs(60), Duration::from_secs(1)]);
    assert!(Timers.now() - start < Duration::from_secs(20));
    assert_eq!(ManualClock::new().unix_now(), Duration::from_secs(1_700_000_000));
}

#[wasm_bindgen_test]
async fn a_stream_that_falls_silent_connects_again() {
    let (client, transport) = real(RetryPolicy::off());
    transport.push(Reply::status(200).chunk("1\n").then_hang());
    transport.push(Reply::status(200).then_wait(Duration::from_millis(5)).chunk("2\n").then_hang());
    let policy = ReconnectPolicy::new().network(Duration::from_millis(1), Duration::from_millis(5));
    let live = Live::<u8>::new(call(&client, &STREAM)).idle_timeout(Duration::from_millis(50)).reconnect(policy);
    let (mut items, mut silences, mut events) = (Vec::new(), 0, live.events());
    while items.len() < 2 {
        match events.try_next().await.unwrap().unwrap() {
            StreamEvent::Item(item) => items.push(item),
            StreamEvent::Disconnected { reason: DisconnectReason::Silent(_), .. } => silences += 1,
            _ => {}
        }
    }
    assert_eq!((items, silences), (vec![1, 2], 1));
}

/// What a browser has without further ado.
#[cfg(feature = "reqwest013")]
mod by_default {
    use std::future::poll_fn;
    use std::task::Poll;

    use client_runtime::runtime::{ClientBuilder, SystemClock};

    use super::*;

    #[wasm_bindgen_test]
    async fn the_clock() {
        let clock = SystemClock::new();
        assert!(clock.now() < Duration::from_secs(1));
        let off_by = clock.unix_now().abs_diff(Timers.unix_now());
        assert!(off_by < Duration::from_secs(1), "{off_by:?}");
        for wait in [Duration::ZERO, Duration::from_micros(1), Duration::from_millis(30)] {
            let start = clock.now();
            clock.sleep(wait).await;
            let waited = clock.now() - start;
            assert!(waited >= wait && waited < wait + Duration::from_secs(10), "{wait:?} became {waited:?}");
        }
        let numbers = [clock.random(), clock.random(), clock.random()];
        assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2], "{numbers:?}");
        // Both halves are random.
        assert!(numbers.iter().any(|number| number >> 32 != number & 0xffff_ffff));
    }

    /// Waits longer than `setTimeout` can count, and waits that are given up, of which none may keep the process alive.
    #[wasm_bindgen_test]
    async fn waits_that_do_not_end() {
        let clock = SystemClock::new();
        let mut long = [clock.sleep(Duration::MAX), clock.sleep(Duration::from_millis(1 << 31))];
        for _ in 0..2 {
            for wait in &mut long {
                assert!(poll_fn(|context| Poll::Ready(wait.as_mut().poll(context))).await.is_pending());
            }
            clock.sleep(Duration::from_millis(5)).await;
        }
    }

    /// A server of Node.js on a free port: `/gzip` is compressed, `/slow` never answers, the rest says what it was sent.
    async fn serve() -> String {
        let start = Function::new_no_args(
            "const load = process.mainModule?.require ?? process.getBuiltinModule;
            return new Promise((resolve) => {
                const server = load('http').createServer((request, response) => {
                    if (request.url === '/slow') return;
                    const text = JSON.stringify({ url: request.url, authorization: request.headers.authorization });
                    const gzip = request.url === '/gzip';
                    const body = gzip ? load('zlib').gzipSync(text) : Buffer.from(text);
                    const headers = { 'content-length': body.length, connection: 'close' };
                    if (gzip) headers['content-encoding'] = 'gzip';
                    response.writeHead(200, headers);
                    response.end(body);
                });
                server.listen(0, '127.0.0.1', () => resolve(server.address().port));
                server.unref();
            })",
        );
        let promise: Promise = start.call0(&JsValue::NULL).unwrap().unchecked_into();
        let port = JsFuture::from(promise).await.unwrap().as_f64().unwrap();
        format!("http://127.0.0.1:{port}")
    }

    #[wasm_bindgen_test]
    async fn a_client_over_fetch() {
        let url = serve().await;
        let builder = ClientBuilder::new(&DEFINITION).base_url(&url).credential(&APP, "token");
        let client = builder.attempt_timeout(Duration::from_millis(500)).retry(RetryPolicy::off()).build().unwrap();
        let get = |path: &str| client.request(http::Method::GET, path).send();

        let answer = get("/plain?a=b").await.unwrap();
        let expected = json!({"url": "/plain?a=b", "authorization": "Bearer token"});
        assert_eq!(answer.json::<Value>().unwrap(), expected);
        // The host decodes by itself and leaves the headers as they were.
        let answer = get("/gzip").await.unwrap();
        assert_eq!(answer.json::<Value>().unwrap()["url"], "/gzip");
        assert!(!answer.meta.headers().contains_key("content-encoding"), "{:?}", answer.meta.headers());
        let error = get("/slow").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    }
}
