//! A tower stack as the transport: limits, counts and whatever else there are layers for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use http::{Request, Response};
use tests::server::{Reply, Server};
use tower::{Service, ServiceBuilder, ServiceExt};
use x_api_client::Client;
use x_api_client::runtime::{
    Attempt, Body, BoxError, BoxFuture, Incoming, ReqwestTransport, Transport, TransportError,
};

use crate::support::{Outcome, Watched};

/// Sends with a service. What the client says beside the request, such as the number of the attempt, is an extension.
struct Tower<S>(S);

impl<S> Transport for Tower<S>
where
    S: Service<Request<Body>, Response = Response<Incoming>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
{
    fn send(
        &self,
        mut request: Request<Body>,
        attempt: Attempt,
    ) -> BoxFuture<'_, Result<Response<Incoming>, TransportError>> {
        request.extensions_mut().insert(attempt);
        let service = self.0.clone();
        Box::pin(async move {
            // A layer's own error, unlike the transport's, says nothing about what was sent: the request may have been.
            service.oneshot(request).await.map_err(|error| match error.into().downcast::<TransportError>() {
                Ok(error) => *error,
                Err(error) => TransportError::exchange(error),
            })
        })
    }
}

/// At most two requests at a time, each counted, over another transport.
fn stack(transport: impl Transport, sent: Arc<AtomicUsize>) -> impl Transport {
    let transport = Arc::new(transport);
    let http = tower::service_fn(move |mut request: Request<Body>| {
        let attempt = request.extensions_mut().remove().unwrap_or_else(|| Attempt::new("", ""));
        let transport = Arc::clone(&transport);
        async move { transport.send(request, attempt).await }
    });
    let count = move |request: Request<Body>| {
        sent.fetch_add(1, SeqCst);
        request
    };
    Tower(ServiceBuilder::new().concurrency_limit(2).map_request(count).service(http))
}

#[tokio::test]
async fn a_tower_stack() -> Outcome {
    let server = Server::start().await?;
    let sent = Arc::new(AtomicUsize::new(0));
    let watched = Watched::new(ReqwestTransport::build(Duration::from_secs(10))?);
    let most = watched.most();
    let client = Client::builder()
        .base_url(server.url())
        .bearer_token("token")
        .transport(stack(watched, sent.clone()))
        .build()?;

    (0..4).for_each(|_| server.push(Reply::json(200, r#"{"data":[{"id":"1"}]}"#)));
    let call = || client.connections().history().send();
    let (first, second, third, fourth) = tokio::join!(call(), call(), call(), call());
    for answer in [first, second, third, fourth] {
        assert_eq!(answer?.body.data.len(), 1);
    }
    assert_eq!((server.requests().len(), sent.load(SeqCst), most.load(SeqCst)), (4, 4, 2));
    Ok(())
}
