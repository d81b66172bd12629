//! The transport over reqwest 0.13, the default with feature `reqwest013`.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::body::{Body, Incoming};
use super::error::Error;
use super::transport::{Attempt, BoxFuture, BoxStream, Transport, TransportError};

/// How long an HTTP/2 connection with open exchanges may be quiet before it is asked for a sign of life: longer than
/// the 20 s between the keep-alives of a live stream, so that nobody is asked who speaks.
#[cfg(not(target_family = "wasm"))]
const PING_AFTER: Duration = Duration::from_secs(25);

/// How long that sign of life may take: a round trip and a busy server.
#[cfg(not(target_family = "wasm"))]
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends requests with a [`reqwest::Client`].
///
/// The default one follows no redirects, retries nothing, keeps no cookies, and gives up opening a connection after the
/// client's connect timeout. It decodes no `Content-Encoding`. An HTTP/2 connection that is quiet for 25 s while an
/// answer is awaited is asked for a sign of life (`PING`, RFC 9113 section 6.7) and closed after 10 s without one;
/// otherwise a connection that hangs would be used for every further request.
///
/// In a browser (WebAssembly) redirects are followed by the browser. An answer out of the origin that was asked is
/// accepted; one of another origin is refused ([`ErrorKind::Refused`](super::ErrorKind::Refused)) and the call is not
/// repeated. By then the request has left: the browser itself takes the `Authorization` header off across origins, but
/// not keys in headers of other names or what a server copies into its `Location`. Against that only the server helps.
/// Bodies come decoded from a browser, which asks for the codings that it likes.
#[derive(Clone, Debug)]
pub struct ReqwestTransport(reqwest::Client);

impl ReqwestTransport {
    /// Sends with a client that was built elsewhere, to set proxies, certificates or pools; [`builder`](Self::builder)
    /// is what to build it from.
    ///
    /// Outside of browsers an answer that comes from another URL than the one asked is refused, because credentials may
    /// have gone along: a client that follows redirects is of no use here.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self(client)
    }

    /// The settings of the default transport but for the connect timeout: no redirects, no `Referer`, no retries, no
    /// decoding, and the signs of life over HTTP/2.
    pub fn builder() -> reqwest::ClientBuilder {
        let builder = reqwest::Client::builder();
        #[cfg(not(target_family = "wasm"))]
        let builder = builder
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http2_keep_alive_interval(PING_AFTER)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            // Some other crate of the program can turn these on for all; the client decodes by itself.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        builder
    }

    /// The transport that a client has by default, for those who put a transport of their own in front of it. It gives
    /// up opening a connection after `connect_timeout`; `None` for no limit.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](super::ErrorKind::InvalidRequest): the TLS library or the resolver could not be
    /// set up.
    pub fn build(connect_timeout: impl Into<Option<Duration>>) -> Result<Self, Error> {
        let builder = Self::builder();
        #[cfg(not(target_family = "wasm"))]
        let builder = match connect_timeout.into() {
            Some(timeout) => builder.connect_timeout(timeout),
            None => builder,
        };
        // A browser opens connections as it likes.
        #[cfg(target_family = "wasm")]
        let _: Option<Duration> = connect_timeout.into();
        let client = builder.build();
        Ok(Self(client.map_err(|error| Error::invalid("", "the transport could not be set up").with_source(error))?))
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<Body>,
        _attempt: Attempt,
    ) -> BoxFuture<'_, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = parts.uri.to_string();
            let url = reqwest::Url::parse(&url).map_err(|error| TransportError::exchange(error).not_sent())?;
            let mut request = reqwest::Request::new(parts.method, url.clone());
            *request.headers_mut() = parts.headers;
            if let Some(body) = outgoing(body).await? {
                *request.body_mut() = Some(body);
            }
            let response = self.0.execute(request).await.map_err(failure)?;
            if let Some(fault) = strayed(&url, response.url()) {
                return Err(TransportError::strayed(fault));
            }
            let mut head = http::Response::new(());
            *head.status_mut() = response.status();
            *head.headers_mut() = response.headers().clone();
            // A browser has decoded the body and says so nowhere.
            #[cfg(target_family = "wasm")]
            for name in [http::header::CONTENT_ENCODING, http::header::CONTENT_LENGTH] {
                head.headers_mut().remove(name);
            }
            #[cfg(not(target_family = "wasm"))]
            {
                *head.version_mut() = response.version();
            }
            Ok(head.map(|()| Incoming::new(Chunks(Box::pin(response.bytes_stream())))))
        })
    }
}

/// What is wrong with the address that an answer comes from: only the client may follow redirects.
#[cfg(not(target_family = "wasm"))]
fn strayed(asked: &reqwest::Url, answered: &reqwest::Url) -> Option<String> {
    (asked != answered).then(|| {
        "the answer is refused, because reqwest followed a redirect; build its client with `redirect::Policy::none()`"
            .to_owned()
    })
}

/// What is wrong with the address that an answer comes from. A browser cannot be kept from following redirects; those
/// inside the origin are as good as the client's own.
#[cfg(target_family = "wasm")]
fn strayed(asked: &reqwest::Url, answered: &reqwest::Url) -> Option<String> {
    (asked.origin() != answered.origin()).then(|| {
        format!(
            "the answer is refused, because the browser followed a redirect to {}, where the request has gone already",
            answered.origin().ascii_serialization()
        )
    })
}

/// What reqwest reports, without the URL, whose query can hold a key.
fn failure(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    #[cfg(not(target_family = "wasm"))]
    if error.is_connect() {
        return if error.is_timeout() {
            TransportError::timeout(error).not_sent()
        } else {
            TransportError::connect(error)
        };
    }
    if error.is_builder() {
        return TransportError::exchange(error).not_sent();
    }
    if error.is_timeout() { TransportError::timeout(error) } else { TransportError::exchange(error) }
}

#[cfg(not(target_family = "wasm"))]
async fn outgoing(body: Body) -> Result<Option<reqwest::Body>, TransportError> {
    Ok(match body.to_bytes() {
        Some(bytes) if bytes.is_empty() => None,
        Some(bytes) => Some(bytes.into()),
        None => Some(reqwest::Body::wrap_stream(body)),
    })
}

/// A browser takes a body as a whole.
#[cfg(target_family = "wasm")]
async fn outgoing(mut body: Body) -> Result<Option<reqwest::Body>, TransportError> {
    let bytes = match body.to_bytes() {
        Some(bytes) => bytes,
        None => {
            let mut bytes = bytes::BytesMut::new();
            while let Some(chunk) = std::future::poll_fn(|context| Pin::new(&mut body).poll_next(context)).await {
                bytes.extend_from_slice(&chunk.map_err(|error| TransportError::exchange(error).not_sent())?);
            }
            bytes.freeze()
        }
    };
    Ok((!bytes.is_empty()).then(|| bytes.into()))
}

/// The chunks of an answer with reqwest's errors translated.
struct Chunks(BoxStream<reqwest::Result<Bytes>>);

impl Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map(|chunk| chunk.map(|chunk| chunk.map_err(failure)))
    }
}
