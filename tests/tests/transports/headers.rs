//! Headers on every request: one that is always the same, and one that is new for each attempt.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Request, Response};
use tests::server::{Reply, Server};
use x_api_client::Client;
use x_api_client::runtime::{
    Attempt, Body, BoxFuture, Clock, Incoming, ReqwestTransport, RetryPolicy, SystemClock, Transport, TransportError,
};

use crate::support::Outcome;

/// Marks each attempt as a span of one trace (W3C Trace Context, section 3.2), whatever sends it.
struct Traced<T> {
    transport: T,
    trace: u128,
}

impl<T: Transport> Transport for Traced<T> {
    fn send(
        &self,
        mut request: Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<Response<Incoming>, TransportError>> {
        let span = SystemClock::new().random().max(1);
        if let Ok(parent) = HeaderValue::try_from(format!("00-{:032x}-{span:016x}-01", self.trace)) {
            request.headers_mut().insert(HeaderName::from_static("traceparent"), parent);
        }
        self.transport.send(request, attempt)
    }
}

#[tokio::test]
async fn a_header_on_every_request() -> Outcome {
    let server = Server::start().await?;
    server.push(Reply::status(503));
    server.push(Reply::json(200, r#"{"data":[]}"#));

    let transport = Traced { transport: ReqwestTransport::build(Duration::from_secs(10))?, trace: 0xabc };
    let client = Client::builder()
        .base_url(server.url())
        .bearer_token("token")
        .default_header(HeaderName::from_static("x-team"), HeaderValue::from_static("billing"))
        .transport(transport)
        .retry(RetryPolicy::new().base(Duration::from_millis(1)))
        .build()?;
    assert_eq!(client.connections().history().send().await?.meta.attempts(), 2);

    let requests = server.requests();
    let headers = |name| requests.iter().filter_map(move |request| request.header(name)).collect::<Vec<_>>();
    assert_eq!(headers("x-team"), ["billing", "billing"]);
    let parents = headers("traceparent");
    assert_eq!(parents.len(), 2);
    assert_ne!(parents[0], parents[1], "each attempt is a span of its own");
    for parent in parents {
        assert!(parent.starts_with("00-00000000000000000000000000000abc-") && parent.len() == 55, "{parent}");
    }
    Ok(())
}
