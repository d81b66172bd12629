//! The client: what all calls share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};

use super::auth::Prepared;
use super::budget::Budget;
use super::clock::Clock;
use super::drift::Drift;
use super::drift_counters::DriftCounters;
use super::error::Error;
use super::hooks::Outgoing;
use super::operation::Operation;
use super::options::Settings;
use super::rate_limiter::RateLimiter;
use super::raw_request::RawRequest;
use super::scheme::{Definition, Scheme};
use super::span;
use super::target::Base;
use super::transport::{BoxError, Transport};

#[cfg(not(target_family = "wasm"))]
pub(super) type BeforeSend = dyn Fn(&Outgoing<'_>) -> Result<(), BoxError> + Send + Sync;
#[cfg(target_family = "wasm")]
pub(super) type BeforeSend = dyn Fn(&Outgoing<'_>) -> Result<(), BoxError>;

#[cfg(not(target_family = "wasm"))]
pub(super) type OnDrift = dyn Fn(&Drift) + Send + Sync;
#[cfg(target_family = "wasm")]
pub(super) type OnDrift = dyn Fn(&Drift);

/// A client of the API. Cloning it is cheap, and clones share connections, credentials and counters.
///
/// With feature `tracing` every call is a span, and so is every connection of a stream, at level `INFO` and named
/// `http_client`. Its fields are those of OpenTelemetry's semantic conventions for HTTP clients: `otel.name` and
/// `otel.kind`, `http.request.method`, `url.template`, `server.address`, `server.port`, `http.request.resend_count`
/// where there was more than one attempt, `http.response.status_code`, and `error.type` (the status, or the
/// [`ErrorKind`](super::ErrorKind)) where it failed; and `operation_id`. Retries, refreshed credentials and
/// reconnections are events of level `INFO`, drift is one of level `DEBUG`. No URL, header, body or token is recorded.
#[derive(Clone)]
pub struct Client(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) definition: &'static Definition,
    pub(super) base: Arc<Base>,
    /// Whether every operation goes there, also one with an address of its own.
    pub(super) takes_all: bool,
    /// What was chosen for the variables of servers.
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) headers: HeaderMap,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) credentials: Vec<(&'static Scheme, Prepared)>,
    pub(super) settings: Settings,
    pub(super) limiter: Option<RateLimiter>,
    pub(super) budget: Option<Budget>,
    pub(super) before_send: Option<Arc<BeforeSend>>,
    pub(super) on_drift: Option<Arc<OnDrift>>,
    pub(super) drift: DriftCounters,
}

impl Client {
    /// Prepares a request that is not generated, with the same authentication, retries, limits and errors as those
    /// that are. `path` is relative to the base URL, may hold a query, and must be percent-encoded; an absolute URL is
    /// accepted where it has the base URL's origin.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest::new(self, method, path.into())
    }

    /// How often answers differed from what this version of the client knows. Counted while a hook is set
    /// ([`ClientBuilder::on_drift`](super::ClientBuilder::on_drift)).
    #[must_use]
    pub fn drift(&self) -> &DriftCounters {
        &self.0.drift
    }

    pub(crate) fn definition(&self) -> &'static Definition {
        self.0.definition
    }

    pub(crate) fn schemes(&self) -> &'static [&'static Scheme] {
        self.0.definition.schemes
    }

    pub(crate) fn base(&self) -> &Arc<Base> {
        &self.0.base
    }

    /// Where an operation is sent.
    pub(crate) fn base_of(&self, operation: &'static Operation) -> Result<Arc<Base>, Error> {
        match operation.server.filter(|_| !self.0.takes_all) {
            None => Ok(Arc::clone(&self.0.base)),
            Some(server) => {
                let address = server.address(&self.0.variables).map_err(|why| Error::invalid(operation.id, why))?;
                self.0.base.other(&address).map(Arc::new)
            }
        }
    }

    /// The headers of every request.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }

    pub(crate) fn settings(&self) -> Settings {
        self.0.settings
    }

    pub(crate) fn credential(&self, scheme: &Scheme) -> Option<&Prepared> {
        self.0.credentials.iter().find(|(known, _)| known.name == scheme.name).map(|(_, auth)| auth)
    }

    /// The schemes for which a credential is set.
    pub(crate) fn credential_names(&self) -> Vec<&'static str> {
        names(&self.0.credentials)
    }

    pub(crate) fn before_send(&self, outgoing: &Outgoing<'_>) -> Result<(), BoxError> {
        self.0.before_send.as_ref().map_or(Ok(()), |hook| hook(outgoing))
    }

    pub(crate) fn unix_now(&self) -> Duration {
        self.0.clock.unix_now()
    }

    pub(crate) fn watches_drift(&self) -> bool {
        self.0.on_drift.is_some()
    }

    pub(crate) fn report_drift(&self, found: &[Drift]) {
        let Some(hook) = &self.0.on_drift else { return };
        for drift in found {
            self.0.drift.record(drift.kind);
            span::drift(drift);
            hook(drift);
        }
    }

    /// The clock the client lives by.
    #[doc(hidden)]
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base)
            .field("credentials", &names(&self.0.credentials))
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

/// The schemes of some credentials.
pub(super) fn names<A>(credentials: &[(&'static Scheme, A)]) -> Vec<&'static str> {
    credentials.iter().map(|(scheme, _)| scheme.name).collect()
}
