//! No connection, and what the client itself does not let through.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use reqwest::dns::{Name, Resolve, Resolving};
use tests::faulty::{Protocol, Server, Step, head};
use tokio::net::TcpListener;
use x_api_client::runtime::ReqwestTransport;

use crate::calls::{describe, subscription, told};
use crate::rig::Rig;
use crate::row::{Failure, Row, Saw, row};

pub(super) fn rows() -> Vec<Row> {
    const TLS: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n";
    vec![
        row("connection refused: GET")
            .call(|rig| Box::pin(refused(rig, false)))
            .sees(["Connect/NotSent"])
            .requests(0)
            .waits([500, 1000]),
        row("connection refused: POST")
            .call(|rig| Box::pin(refused(rig, true)))
            .sees(["Connect/NotSent"])
            .requests(0)
            .waits([500, 1000]),
        row("TLS refused: GET")
            .over(&[Protocol::Words(TLS)])
            .call(|rig| Box::pin(encrypted(rig)))
            .sees(["Connect/NotSent"])
            .requests(0)
            .connections(3)
            .waits([500, 1000]),
        row("TLS never answered: GET")
            .over(&[Protocol::Nothing])
            .client(|builder| builder.connect_timeout(Duration::from_millis(50)))
            .call(|rig| Box::pin(encrypted(rig)))
            .sees(["Timeout/NotSent"])
            .requests(0)
            .connections(3)
            .waits([500, 1000]),
        row("DNS failure: GET")
            .call(|rig| Box::pin(unresolved(rig, false)))
            .sees(["Connect/NotSent", "names asked for: 3"])
            .requests(0)
            .waits([500, 1000]),
        row("DNS failure: POST")
            .call(|rig| Box::pin(unresolved(rig, true)))
            .sees(["Connect/NotSent", "names asked for: 3"])
            .requests(0)
            .waits([500, 1000]),
        row("header with control characters: outgoing")
            .call(|rig| Box::pin(unspeakable(rig)))
            .sees(["user agent: InvalidRequest/NotSent", "credential: InvalidRequest/NotSent", "own header: none"])
            .requests(0),
        row("an argument out of bounds")
            .call(|rig| Box::pin(out_of_bounds(rig)))
            .sees(["InvalidRequest/NotSent"])
            .requests(0),
        row("no credential").call(|rig| Box::pin(nobody(rig))).sees(["MissingCredentials/NotSent"]).requests(0),
        row("an attempt is refused by a hook")
            .client(|builder| builder.before_send(|_| Err("not now")))
            .sees(["Refused/NotSent"])
            .requests(0),
        row("a retry is refused by a hook")
            .answers([vec![Step::Reset]])
            .client(|builder| {
                builder.before_send(|outgoing| if outgoing.attempt > 1 { Err("once only") } else { Ok(()) })
            })
            .sees(["Refused/MayHaveArrived"])
            .waits([500]),
    ]
}

/// An address at which nobody listens: that of a port which was just given back.
async fn refused(rig: &Rig, post: bool) -> Result<Saw, Failure> {
    let free = TcpListener::bind(("127.0.0.1", 0)).await?.local_addr()?;
    let client = rig.builder(&format!("http://{free}"))?.build()?;
    Ok(vec![if post {
        told(client.activity().create_subscription(subscription()).send().await)
    } else {
        told(client.connections().history().send().await)
    }])
}

/// Speaks TLS to the row's server.
async fn encrypted(rig: &Rig) -> Result<Saw, Failure> {
    let url = rig.serve().await?.url().replace("http://", "https://");
    let client = rig.builder(&url)?.build()?;
    Ok(vec![told(client.connections().history().send().await)])
}

/// Resolves no name, and counts how many times it was asked.
struct NoNames(Arc<AtomicUsize>);

impl Resolve for NoNames {
    fn resolve(&self, _name: Name) -> Resolving {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Err(io::Error::from(io::ErrorKind::NotFound).into()) })
    }
}

async fn unresolved(rig: &Rig, post: bool) -> Result<Saw, Failure> {
    let asked = Arc::new(AtomicUsize::new(0));
    let http = reqwest::Client::builder().no_proxy().dns_resolver(NoNames(Arc::clone(&asked)));
    let http = if rig.protocol == Protocol::Http2 { http.http2_prior_knowledge() } else { http };
    let builder = rig.builder("http://api.example.com")?;
    let client = builder.transport(ReqwestTransport::new(http.build()?)).build()?;
    let told = if post {
        told(client.activity().create_subscription(subscription()).send().await)
    } else {
        told(client.connections().history().send().await)
    };
    Ok(vec![told, format!("names asked for: {}", asked.load(Ordering::Relaxed))])
}

async fn unspeakable(rig: &Rig) -> Result<Saw, Failure> {
    let url = rig.serve().await?.url();
    let agent = rig.builder(&url)?.user_agent("a\r\nx-b: c").build();
    let credential = rig.builder(&url)?.bearer_token("a\r\nx-b: c").build();
    let own = HeaderValue::from_str("a\r\nx-b: c").map(|value| {
        // This is how it would get into a request.
        let builder = rig.builder(&url)?.default_header(HeaderName::from_static("x-a"), value);
        builder.build().map_err(Failure::from)
    });
    Ok(vec![
        format!("user agent: {}", told(agent)),
        format!("credential: {}", told(credential)),
        format!("own header: {}", if own.is_err() { "none" } else { "a value" }),
    ])
}

async fn out_of_bounds(rig: &Rig) -> Result<Saw, Failure> {
    let client = rig.client().await?;
    Ok(vec![told(client.connections().history().max_results(1000).send().await)])
}

async fn nobody(rig: &Rig) -> Result<Saw, Failure> {
    let server = Server::with_scripts(rig.protocol, &rig.stage, [head(200, &[], "{}")]).await?;
    let server = rig.keep(server)?;
    let client = x_api_client::Client::builder().base_url(server.url()).clock(rig.clock()).build()?;
    match client.connections().history().send().await {
        Ok(_) => Ok(vec!["Ok".to_owned()]),
        Err(error) => Ok(vec![describe(&error)]),
    }
}
