//! The transport over reqwest, against real sockets on loopback.
#![cfg(feature = "reqwest013")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::time::Duration;

use client_runtime::runtime::{Client, ClientBuilder, ErrorKind, Outcome, ReqwestTransport, RetryPolicy, SystemClock};
use common::*;
use reqwest::dns::{Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Answers one connection after the other with these bytes, and gives the requests it got.
async fn serve(answers: Vec<&'static str>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            loop {
                let read = socket.read(&mut buffer).await.unwrap();
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request);
                if read == 0 || text.ends_with("\r\n\r\n") || text.ends_with('}') {
                    break;
                }
            }
            requests.push(String::from_utf8(request).unwrap());
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
        requests
    });
    (url, server)
}

fn client(url: &str) -> Client {
    ClientBuilder::new(&DEFINITION)
        .base_url(url)
        .retry(RetryPolicy::off())
        .attempt_timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// Knows no host, so that no question leaves the machine.
struct NoHosts;

impl Resolve for NoHosts {
    fn resolve(&self, _name: Name) -> Resolving {
        Box::pin(async { Err("there is no such host".into()) })
    }
}

/// A client of a host that nobody knows.
fn client_of_nobody() -> ClientBuilder {
    let http = reqwest::Client::builder().no_proxy().dns_resolver(NoHosts).build().unwrap();
    ClientBuilder::new(&DEFINITION)
        .base_url("http://api.example.com")
        .transport(ReqwestTransport::new(http))
        .clock(SystemClock::new())
        .retry(RetryPolicy::off())
}

#[tokio::test]
async fn a_request_goes_over_the_wire() {
    let (url, server) = serve(vec!["HTTP/1.1 201 Created\r\nx-a: 1\r\ncontent-length: 7\r\n\r\n{\"b\":2}"]).await;
    let mut create = call(&client(&url), &CREATE);
    create.json_body(&serde_json::json!({"a": 1}));
    let response = create.json::<serde_json::Value>().await.unwrap();
    assert_eq!((response.meta.status().as_u16(), &response.body["b"]), (201, &2.into()));
    assert_eq!(response.meta.headers()["x-a"], "1");
    let request = &server.await.unwrap()[0];
    assert!(request.starts_with("POST /2/things HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nuser-agent: test-client/1.0\r\n"), "{request}");
    assert!(request.contains("\r\ncontent-length: 7\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"a\":1}"), "{request}");
}

#[tokio::test]
async fn redirects_are_left_to_the_client() {
    let (url, server) = serve(vec![
        "HTTP/1.1 302 Found\r\nlocation: /moved\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: http://localhost:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ])
    .await;
    let client = client(&url);
    assert_eq!(call(&client, &PUBLIC).empty().await.unwrap().meta.attempts(), 2);
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 302);
    assert!(error.to_string().contains("http://localhost:1"), "{error}");
    assert!(server.await.unwrap()[1].starts_with("GET /moved "));
}

#[tokio::test]
async fn a_foreign_client_that_follows_redirects_is_caught() {
    let (url, server) = serve(vec![
        "HTTP/1.1 302 Found\r\nlocation: /moved\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ])
    .await;
    let client = ClientBuilder::new(&DEFINITION)
        .base_url(url)
        .transport(ReqwestTransport::new(reqwest::Client::new()))
        .clock(SystemClock::new())
        .build()
        .unwrap();
    let error = call(&client, &PUBLIC).empty().await.unwrap_err();
    // It is not repeated, and it may have taken effect.
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, Outcome::MayHaveArrived));
    assert!(error.to_string().contains("redirect::Policy::none()"), "{error}");
    assert_eq!(server.await.unwrap().len(), 2);
}

#[tokio::test]
async fn broken_connections_are_told_apart() {
    // Nobody listens on a port that was just given back.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = call(&client(&format!("http://{free}")), &CREATE).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error:?}");

    let (url, _server) = serve(vec![""]).await;
    let error = call(&client(&url), &CREATE).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::MayHaveArrived), "{error:?}");

    let (url, _server) = serve(vec!["HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"]).await;
    let error = call(&client(&url), &CREATE).bytes().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Answered), "{error:?}");
    assert_eq!(&**error.raw().unwrap(), b"abc");

    let error = call(&client_of_nobody().build().unwrap(), &CREATE).empty().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error:?}");
}

#[tokio::test]
async fn keys_in_the_query_do_not_reach_errors() {
    use client_runtime::runtime::wire::{Need, Operation};
    static QUERY: Operation = Operation::new("query", "GET", "/query").auth(&[&[Need::new(&KEY_QUERY, &[])]]);
    let client = client_of_nobody().credential(&KEY_QUERY, "s3cr3t").build().unwrap();
    let error = call(&client, &QUERY).empty().await.unwrap_err();
    assert!(!format!("{error} {error:?} {error:#?}").contains("s3cr3t"), "{error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        assert!(!format!("{cause} {cause:?}").contains("s3cr3t"), "{cause:?}");
        source = cause.source();
    }
}
