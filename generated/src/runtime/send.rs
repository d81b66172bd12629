//! Sending: one job, its attempts, and the judgement between them. The only place that waits for a retry.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method};

use super::auth::Alternative;
use super::body::{Body, Incoming};
use super::client::Client;
use super::clock::Clock;
use super::coding;
use super::decode::Answer;
use super::error::{Error, ErrorKind, Outcome};
use super::exchange::Exchange;
use super::options::Settings;
use super::retry;
use super::span::{self, Span};
use super::target::Base;
use super::transport::BoxFuture;

/// The least time for the head of a stream's answer: a quiet stream answers with its first keep-alive.
const STREAM_HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// Everything about a call that does not change between its attempts.
pub(crate) struct Job {
    pub(crate) client: Client,
    /// Where credentials may go.
    pub(crate) base: Arc<Base>,
    pub(crate) operation_id: Cow<'static, str>,
    pub(crate) template: Cow<'static, str>,
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) chosen: Alternative,
    pub(crate) settings: Settings,
    pub(crate) envelope: Option<(&'static str, &'static str)>,
    pub(crate) estimated_items: Option<u64>,
}

/// What the attempts so far left behind.
pub(super) struct Progress {
    pub(super) deadline: Option<Duration>,
    pub(super) attempts: u32,
    pub(super) retries: u32,
    pub(super) redirects: u32,
    pub(super) refreshed: bool,
    /// Whether an earlier attempt may have reached the server.
    pub(super) maybe_arrived: bool,
    /// Whether the body existed once and is sent.
    pub(super) spent: bool,
}

/// A success whose body is still arriving.
#[derive(Debug)]
pub struct Opened {
    /// Status and headers.
    pub parts: Parts,
    /// The body.
    pub incoming: Incoming,
    /// How many requests it took.
    pub attempts: u32,
}

impl Job {
    /// Adds what belongs to every request but depends on its method: a key by which the server knows it again.
    pub(crate) fn with_idempotency_key(mut self) -> Self {
        if let Some(name) = self.client.definition().idempotency_header
            && !retry::is_idempotent(&self.method)
            && !self.headers.contains_key(name)
            && let Ok(name) = http::HeaderName::try_from(name)
        {
            let clock = self.client.clock();
            let key = format!("{:016x}{:016x}", clock.random(), clock.random());
            if let Ok(key) = HeaderValue::try_from(key) {
                self.headers.insert(name, key);
            }
        }
        self
    }

    /// Sends until there is a success or an error that stays. Boxed, so that the future is compiled here once and not
    /// in every caller.
    pub(crate) fn run(self) -> BoxFuture<'static, Result<Answer, Error>> {
        let span = Span::of(&self);
        Box::pin(span.clone().around(async move {
            let mut progress = self.progress(self.settings.overall_timeout);
            let result = self.repeat(&mut progress).await;
            span.end(progress.attempts, result.as_ref().map(|answer| answer.parts.status));
            result
        }))
    }

    async fn repeat(mut self, progress: &mut Progress) -> Result<Answer, Error> {
        loop {
            let failure = match self.attempt(progress, false).await {
                Ok(exchange) if exchange.parts.status.is_success() => {
                    let answer = Answer {
                        operation_id: self.operation_id,
                        envelope: self.envelope,
                        fail_on_partial: self.settings.fail_on_partial,
                        client: Some(self.client),
                        parts: exchange.parts,
                        body: exchange.body,
                        attempts: progress.attempts,
                        reservation: exchange.reservation,
                    };
                    return Ok(answer.counted());
                }
                Ok(exchange) => match self.resend(progress, exchange).await {
                    Ok(()) => continue,
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            self.wait_for_retry(progress, failure).await?;
        }
    }

    /// Sends once, apart from a refreshed credential and redirects, and gives the body of a success while it arrives.
    pub(crate) fn open(mut self, gzip: bool) -> BoxFuture<'static, Result<Opened, Error>> {
        self.settings.gzip = gzip;
        self.settings.attempt_timeout = self.settings.attempt_timeout.map(|timeout| timeout.max(STREAM_HEAD_TIMEOUT));
        let span = Span::of(&self);
        Box::pin(span.clone().around(async move {
            let mut progress = self.progress(None);
            let result = self.connect(&mut progress).await;
            span.end(progress.attempts, result.as_ref().map(|opened| opened.parts.status));
            result
        }))
    }

    async fn connect(mut self, progress: &mut Progress) -> Result<Opened, Error> {
        loop {
            match self.attempt(progress, true).await? {
                Exchange { parts, open: Some(incoming), .. } => {
                    if let Some(fault) = coding::fault(&parts.headers) {
                        let error = self.error(ErrorKind::Decode, Outcome::Answered, fault);
                        return Err(error.with_answer(&parts, Bytes::new()));
                    }
                    return Ok(Opened { parts, incoming, attempts: progress.attempts });
                }
                exchange => self.resend(progress, exchange).await?,
            }
        }
    }

    /// The request as it would be sent now, with credentials that are at hand.
    pub(crate) fn into_request(mut self) -> Result<http::Request<Body>, Error> {
        let secrets = {
            let mut authorize = pin!(self.authorize());
            match authorize.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(secrets) => secrets?,
                Poll::Pending => {
                    return Err(self.error(
                        ErrorKind::MissingCredentials,
                        Outcome::NotSent,
                        "the credential has to wait for something; only `send` can do that",
                    ));
                }
            }
        };
        let body = std::mem::take(&mut self.body);
        self.build(secrets.authorizations(), body)
    }

    pub(super) fn progress(&self, overall: Option<Duration>) -> Progress {
        let deadline = overall.map(|overall| self.client.clock().now().saturating_add(overall));
        Progress {
            deadline,
            attempts: 0,
            retries: 0,
            redirects: 0,
            refreshed: false,
            maybe_arrived: false,
            spent: false,
        }
    }

    /// One request, one answer or failure.
    pub(super) async fn attempt(&mut self, progress: &mut Progress, stream: bool) -> Result<Exchange, Error> {
        let result = match self.admit(progress, stream).await {
            Ok(mut permit) => {
                let result = self.exchange(progress, &mut permit, stream).await;
                let reservation = self.settle(permit, &result);
                result.map(|exchange| Exchange { reservation, ..exchange })
            }
            Err(refusal) => Err(refusal),
        };
        // Whatever follows must not claim that nothing was sent.
        match result {
            Ok(exchange) => {
                // Every other refusal says that the request had no effect.
                progress.maybe_arrived |= exchange.parts.status.is_server_error();
                Ok(exchange)
            }
            Err(error) if progress.maybe_arrived => Err(error.after_earlier_attempts()),
            Err(error) => {
                progress.maybe_arrived = error.outcome() != Outcome::NotSent;
                Err(error)
            }
        }
    }

    /// Waits before another attempt, or gives the failure back where there is none.
    pub(super) async fn wait_for_retry(&self, progress: &mut Progress, failure: Error) -> Result<(), Error> {
        if progress.spent || !self.is_worth_retrying(&failure) {
            return Err(failure);
        }
        let clock = self.client.clock();
        let Some(wait) = self.settings.retry.wait(progress.retries + 1, failure.retry_after(), clock.random()) else {
            return Err(failure);
        };
        if progress.left(&**clock).is_some_and(|left| left <= wait) {
            return Err(failure);
        }
        progress.retries += 1;
        span::again("the request is repeated", self.known_id(), progress.attempts, wait, Some(failure.kind()));
        clock.sleep(wait).await;
        Ok(())
    }

    fn is_worth_retrying(&self, failure: &Error) -> bool {
        let is_repeatable = retry::is_idempotent(&self.method)
            || self.client.definition().idempotency_header.is_some_and(|name| self.headers.contains_key(name));
        match failure.kind() {
            // Without an answer it is the client's own limiter, which has waited as long as it may.
            ErrorKind::RateLimited => failure.status().is_some(),
            ErrorKind::Api => is_repeatable && failure.status().is_some_and(retry::is_passing),
            ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => {
                is_repeatable || failure.outcome() == Outcome::NotSent
            }
            _ => false,
        }
    }

    /// The operation's id, unless it was made of the path of a request that is not generated.
    pub(super) fn known_id(&self) -> Option<&'static str> {
        match self.operation_id {
            Cow::Borrowed(id) => Some(id),
            Cow::Owned(_) => None,
        }
    }

    pub(super) fn error(&self, kind: ErrorKind, outcome: Outcome, message: impl Into<String>) -> Error {
        Error::new(kind, outcome, self.operation_id.clone(), message)
    }

    pub(super) fn overall_timeout(&self, outcome: Outcome) -> Error {
        let limit = self.settings.overall_timeout.unwrap_or_default();
        self.error(ErrorKind::Timeout, outcome, format!("the call took longer than {limit:?} with all its attempts"))
    }
}

impl Progress {
    /// What is left of the overall time.
    pub(super) fn left(&self, clock: &dyn Clock) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_sub(clock.now()))
    }
}
