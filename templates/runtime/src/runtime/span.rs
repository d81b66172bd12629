//! What a subscriber of `tracing` learns: one span per call, and one per connection of a stream. Nothing else in the
//! runtime knows that crate, and without feature `tracing` everything here compiles to nothing.
//!
//! The names are those of the semantic conventions of OpenTelemetry for HTTP clients. What is recorded is known from
//! the API description or a number; no URL, header, body or token, and nothing that the server says in words. The path
//! of a request that is not generated can hold anything, so it is not recorded either.

use std::time::Duration;

use http::StatusCode;

use super::drift::Drift;
use super::error::{Error, ErrorKind};
use super::send::Job;

/// The span of a call.
#[derive(Clone)]
pub(super) struct Span(#[cfg(feature = "tracing")] tracing::Span);

impl Span {
    /// Begins the span of a call that is about to be sent.
    #[cfg(feature = "tracing")]
    pub(super) fn of(job: &Job) -> Self {
        use tracing::field::Empty;

        let operation = job.known_id();
        let template = operation.map(|_| &*job.template);
        let enabled = tracing::span_enabled!(tracing::Level::INFO);
        let server = enabled.then(|| http::Uri::try_from(&job.url).ok()).flatten();
        let port = server.as_ref().map(|server| {
            let default = if server.scheme_str() == Some("http") { 80 } else { 443 };
            server.port_u16().unwrap_or(default)
        });
        Self(tracing::info_span!(
            "http_client",
            otel.kind = "client",
            otel.name = %format_args!("{}{}{}", job.method, template.map_or("", |_| " "), template.unwrap_or_default()),
            operation_id = operation,
            http.request.method = job.method.as_str(),
            url.template = template,
            // An address of IP version 6 stands in brackets in a URL only.
            server.address = server.as_ref().and_then(|server| server.host()).map(|host| host.trim_matches(['[', ']'])),
            server.port = port,
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        ))
    }

    #[cfg(not(feature = "tracing"))]
    pub(super) fn of(_: &Job) -> Self {
        Self()
    }

    /// The same future, inside of the span whenever it runs.
    #[cfg(feature = "tracing")]
    pub(super) fn around<F: Future>(self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.0)
    }

    #[cfg(not(feature = "tracing"))]
    pub(super) fn around<F: Future>(self, future: F) -> F {
        future
    }

    /// Notes how the call ended, after so many attempts.
    #[cfg(feature = "tracing")]
    pub(super) fn end(&self, attempts: u32, result: Result<StatusCode, &Error>) {
        let status = result.map_or_else(Error::status, Some);
        if attempts > 1 {
            self.0.record("http.request.resend_count", attempts - 1);
        }
        if let Some(status) = status {
            self.0.record("http.response.status_code", status.as_u16());
        }
        match (result, status.filter(|status| !status.is_success())) {
            (Ok(_), _) => {}
            (Err(_), Some(status)) => drop(self.0.record("error.type", status.as_str())),
            (Err(error), None) => drop(self.0.record("error.type", tracing::field::debug(error.kind()))),
        }
    }

    #[cfg(not(feature = "tracing"))]
    pub(super) fn end(&self, _: u32, _: Result<StatusCode, &Error>) {}
}

/// Something is done again after a wait: a request after its attempt number `attempt`, or a connection of a stream.
#[cfg(feature = "tracing")]
pub(super) fn again(
    what: &'static str,
    id: Option<&'static str>,
    attempt: u32,
    wait: Duration,
    failure: Option<ErrorKind>,
) {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    let failure = failure.map(tracing::field::debug);
    tracing::info!(operation_id = id, attempt, wait_ms, error.type = failure, "{what}");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn again(_: &'static str, _: Option<&'static str>, _: u32, _: Duration, _: Option<ErrorKind>) {}

/// A credential was refreshed after the server refused it.
#[cfg(feature = "tracing")]
pub(super) fn refreshed(id: Option<&'static str>) {
    tracing::info!(operation_id = id, "the credential is refreshed");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn refreshed(_: Option<&'static str>) {}

/// An answer differs from what the client knows. Path and value are the server's, so only the hook gets them.
#[cfg(feature = "tracing")]
pub(super) fn drift(drift: &Drift) {
    tracing::debug!(operation_id = drift.operation, kind = %drift.kind, "the answer is not quite as described");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn drift(_: &Drift) {}
