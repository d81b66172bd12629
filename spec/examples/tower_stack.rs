//! A tower stack as the transport: at most two requests at a time, and ten in a second, whoever makes them.
//!
//! ```console
//! X_BEARER_TOKEN=… cargo run --example tower_stack
//! ```
use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use tower::{Service, ServiceBuilder, ServiceExt};
use x_api_client::Client;
use x_api_client::runtime::{
    Attempt, Body, BoxError, BoxFuture, Incoming, ReqwestTransport, Transport, TransportError,
};

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
            service.oneshot(request).await.map_err(|error| match error.into().downcast::<TransportError>() {
                Ok(error) => *error,
                // A layer's own error says nothing about what was sent: the request may have been.
                Err(error) => TransportError::exchange(error),
            })
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = env::var("X_BEARER_TOKEN").map_err(|_| "X_BEARER_TOKEN has to hold the app's bearer token")?;
    let reqwest = Arc::new(ReqwestTransport::build(Duration::from_secs(10))?);
    let send = tower::service_fn(move |mut request: Request<Body>| {
        let attempt = request.extensions_mut().remove().unwrap_or_else(|| Attempt::new("", ""));
        let reqwest = Arc::clone(&reqwest);
        async move { reqwest.send(request, attempt).await }
    });
    let stack =
        ServiceBuilder::new().buffer(64).concurrency_limit(2).rate_limit(10, Duration::from_secs(1)).service(send);

    let mut builder = Client::builder().bearer_token(token).transport(Tower(stack));
    if let Ok(url) = env::var("X_API_URL") {
        builder = builder.base_url(url);
    }
    let client = builder.build()?;
    let call = || client.connections().history().send();
    let (first, second, third) = tokio::try_join!(call(), call(), call())?;
    println!("{} connections, asked for three times", [first, second, third][0].body.data.len());
    Ok(())
}
