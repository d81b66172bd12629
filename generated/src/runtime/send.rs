//! Sending: one job, its attempts, and the judgement between them. The only place that waits.

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use super::argument::percent_encode;
use super::auth::{AuthRequest, Authorization, Chosen};
use super::body::{Body, Incoming};
use super::client::Client;
use super::clock::Clock;
use super::coding;
use super::decode::Answer;
use super::error::{Error, ErrorKind, Outcome};
use super::hooks::Outgoing;
use super::options::Settings;
use super::reader::{Broken, Reader};
use super::retry;
use super::secret::Secrets;
use super::transport::{Attempt, BoxError, BoxFuture};

/// How many redirects inside the origin are followed.
const MAX_REDIRECTS: u32 = 5;

/// The least time for the head of a stream's answer: a quiet stream answers with its first keep-alive.
const STREAM_HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// Everything about a call that does not change between its attempts.
pub(crate) struct Job {
    pub(crate) client: Client,
    pub(crate) operation_id: Cow<'static, str>,
    pub(crate) template: Cow<'static, str>,
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) chosen: Vec<Chosen>,
    pub(crate) settings: Settings,
    pub(crate) envelope: Option<(&'static str, &'static str)>,
    pub(crate) estimated_items: Option<u64>,
}

/// What the attempts so far left behind.
struct Progress {
    deadline: Option<Duration>,
    attempts: u32,
    retries: u32,
    redirects: u32,
    refreshed: bool,
    /// Whether an earlier attempt may have reached the server.
    maybe_arrived: bool,
    /// Whether the body existed once and is sent.
    spent: bool,
}

/// What one attempt brought: an answer, complete unless it is an open stream.
struct Exchange {
    parts: Parts,
    body: Bytes,
    open: Option<Incoming>,
    authorizations: Vec<Authorization>,
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
        Box::pin(async move {
            let mut job = self;
            let mut progress = job.progress(job.settings.overall_timeout);
            loop {
                let failure = match job.attempt(&mut progress, false).await {
                    Ok(exchange) if exchange.parts.status.is_success() => {
                        return Ok(Answer {
                            operation_id: job.operation_id,
                            envelope: job.envelope,
                            fail_on_partial: job.settings.fail_on_partial,
                            client: Some(job.client),
                            parts: exchange.parts,
                            body: exchange.body,
                            attempts: progress.attempts,
                        });
                    }
                    Ok(exchange) => match job.resend(&mut progress, exchange).await {
                        Ok(()) => continue,
                        Err(failure) => failure,
                    },
                    Err(failure) => failure,
                };
                job.wait_for_retry(&mut progress, failure).await?;
            }
        })
    }

    /// Sends once, apart from a refreshed credential and redirects, and gives the body of a success while it arrives.
    pub(crate) fn open(mut self, gzip: bool) -> BoxFuture<'static, Result<Opened, Error>> {
        self.settings.gzip = gzip;
        self.settings.attempt_timeout = self.settings.attempt_timeout.map(|timeout| timeout.max(STREAM_HEAD_TIMEOUT));
        Box::pin(async move {
            let mut job = self;
            let mut progress = job.progress(None);
            loop {
                match job.attempt(&mut progress, true).await? {
                    Exchange { parts, open: Some(incoming), .. } => {
                        if let Some(fault) = coding::fault(&parts.headers) {
                            let error = job.error(ErrorKind::Decode, Outcome::Answered, fault);
                            return Err(error.with_answer(&parts, Bytes::new()));
                        }
                        return Ok(Opened { parts, incoming, attempts: progress.attempts });
                    }
                    exchange => job.resend(&mut progress, exchange).await?,
                }
            }
        })
    }

    /// The request as it would be sent now, with credentials that are at hand.
    pub(crate) fn into_request(mut self) -> Result<http::Request<Body>, Error> {
        let authorizations = {
            let mut authorize = pin!(self.authorize());
            match authorize.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(authorizations) => authorizations?,
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
        self.build(&authorizations, body)
    }

    fn progress(&self, overall: Option<Duration>) -> Progress {
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
    async fn attempt(&mut self, progress: &mut Progress, stream: bool) -> Result<Exchange, Error> {
        let result = self.exchange(progress, stream).await;
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

    async fn exchange(&mut self, progress: &mut Progress, stream: bool) -> Result<Exchange, Error> {
        let clock = self.client.clock().clone();
        let left = progress.left(&*clock);
        if left.is_some_and(|left| left.is_zero()) {
            return Err(self.overall_timeout(Outcome::NotSent));
        }
        progress.attempts += 1;
        self.client
            .before_send(&Outgoing {
                operation_id: &self.operation_id,
                method: &self.method,
                url_template: &self.template,
                attempt: progress.attempts,
                estimated_items: self.estimated_items,
            })
            .map_err(|refusal| {
                self.error(ErrorKind::Refused, Outcome::NotSent, "a `before_send` hook refused the attempt")
                    .with_source(refusal)
            })?;
        let Some(authorizations) = race(&*clock, left.or(self.settings.attempt_timeout), self.authorize()).await else {
            return Err(match (left, self.settings.attempt_timeout) {
                (None, Some(limit)) => {
                    let message = format!("the credential took longer than {limit:?}");
                    self.error(ErrorKind::Timeout, Outcome::NotSent, message)
                }
                _ => self.overall_timeout(Outcome::NotSent),
            });
        };
        let authorizations = authorizations?;
        let body = self.body.try_clone().unwrap_or_else(|| {
            progress.spent = true;
            std::mem::take(&mut self.body)
        });
        let mut request = self.build(&authorizations, body)?;
        if self.settings.gzip {
            coding::accept_gzip(request.headers_mut());
        }
        let attempt = Attempt {
            operation_id: self.operation_id.clone(),
            url_template: self.template.clone(),
            number: progress.attempts,
            connect_timeout: self.settings.connect_timeout,
            // A transport could take it for a limit of the whole exchange, which a stream does not have.
            attempt_timeout: self.settings.attempt_timeout.filter(|_| !stream),
        };
        // Authenticating may have taken time from the overall limit.
        let left = progress.left(&*clock);
        let limit = match (self.settings.attempt_timeout, left) {
            (Some(attempt), Some(left)) => Some(attempt.min(left)),
            (limit, None) | (None, limit) => limit,
        };
        let is_overall = left.is_some() && limit == left;

        // Head and body are kept out here, so that a timeout does not lose what had arrived.
        let mut head = None;
        let secrets = Authorization::secrets(&authorizations);
        let mut reader = Reader::new(self.settings.max_body, self.method != Method::HEAD);
        let outcome = race(&*clock, limit, async {
            let response = self.client.transport().send(request, attempt).await.map_err(Broken::Before)?;
            let (mut parts, incoming) = coding::decoded(response, &self.method).into_parts();
            parts.extensions.insert(secrets);
            let is_success = parts.status.is_success();
            reader.expect(&parts);
            head = Some(parts);
            if stream && is_success {
                return Ok(Some(incoming));
            }
            reader.read(incoming, is_success).await?;
            Ok(None)
        })
        .await;
        let exchange = |parts, body, open| Exchange { parts, body, open, authorizations: authorizations.clone() };
        match (outcome, head) {
            (Some(Ok(open)), Some(parts)) => Ok(exchange(parts, reader.finish(), open)),
            // An error answer that could not be read to its end is still that answer.
            (_, Some(parts)) if !parts.status.is_success() => Ok(exchange(parts, reader.finish(), None)),
            (Some(Err(Broken::TooLarge)), Some(parts)) => {
                let message = format!("the answer is larger than {} bytes", self.settings.max_body);
                Err(self.error(ErrorKind::TooLarge, Outcome::Answered, message).with_answer(&parts, reader.finish()))
            }
            (Some(Err(Broken::Before(error) | Broken::After(error))), head) => {
                let error = Error::transport(self.operation_id.clone(), error);
                Err(match head {
                    Some(parts) => error.note("the answer had begun").with_answer(&parts, reader.finish()),
                    None => error,
                })
            }
            (_, head) => {
                let error = if is_overall {
                    self.overall_timeout(Outcome::MayHaveArrived)
                } else {
                    let limit = limit.unwrap_or_default();
                    let message = format!("the attempt took longer than {limit:?}");
                    self.error(ErrorKind::Timeout, Outcome::MayHaveArrived, message)
                };
                Err(match head {
                    Some(parts) => error.note("the answer had begun").with_answer(&parts, reader.finish()),
                    None => error,
                })
            }
        }
    }

    async fn authorize(&self) -> Result<Vec<Authorization>, Error> {
        let mut authorizations = Vec::with_capacity(self.chosen.len());
        for chosen in &self.chosen {
            let authorization =
                chosen.auth.authorize(chosen.scheme, &self.auth_request(chosen)).await.map_err(|error| {
                    let (kind, message) = if Error::is_passing(&*error) {
                        (ErrorKind::Transport, format!("the credential for `{}` failed", chosen.scheme.name))
                    } else {
                        let message = format!("the credential for `{}` has nothing to give", chosen.scheme.name);
                        (ErrorKind::MissingCredentials, message)
                    };
                    self.error(kind, Outcome::NotSent, message).with_source(error)
                })?;
            authorizations.push(authorization);
        }
        Ok(authorizations)
    }

    fn auth_request(&self, chosen: &Chosen) -> AuthRequest<'_> {
        AuthRequest {
            operation_id: &self.operation_id,
            method: &self.method,
            url: &self.url,
            headers: &self.headers,
            body: self.body.to_bytes(),
            scheme: chosen.scheme.into(),
            scopes: chosen.scopes,
        }
    }

    fn build(&self, authorizations: &[Authorization], body: Body) -> Result<http::Request<Body>, Error> {
        let mut url = self.url.clone();
        let mut headers = self.headers.clone();
        if let Some(message) = conflict(&self.chosen, authorizations) {
            return Err(Error::invalid(self.operation_id.clone(), message));
        }
        let mut separator = if url.contains('?') { '&' } else { '?' };
        for authorization in authorizations {
            for (name, value) in &authorization.headers {
                headers.insert(name.clone(), value.clone());
            }
            for (name, value) in &authorization.query {
                url.push(separator);
                percent_encode(&mut url, name);
                url.push('=');
                percent_encode(&mut url, value.expose());
                separator = '&';
            }
            for (name, value) in &authorization.cookies {
                let pair = format!("{name}={}", value.expose());
                let cookies = match headers.get(header::COOKIE) {
                    Some(others) => [others.as_bytes(), b"; ", pair.as_bytes()].concat(),
                    None => pair.into_bytes(),
                };
                let Ok(mut cookies) = HeaderValue::from_bytes(&cookies) else {
                    let message = format!("the credential cannot be sent as the cookie `{name}`");
                    return Err(self.error(ErrorKind::MissingCredentials, Outcome::NotSent, message));
                };
                cookies.set_sensitive(true);
                headers.insert(header::COOKIE, cookies);
            }
        }
        let Ok(uri) = Uri::try_from(url) else {
            return Err(Error::invalid(self.operation_id.clone(), "the URL of the request is none, or it is too long"));
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// What to do about an answer that is no success: `Ok` to send again at once, otherwise the error it means.
    async fn resend(&mut self, progress: &mut Progress, exchange: Exchange) -> Result<(), Error> {
        let status = exchange.parts.status;
        if status == StatusCode::UNAUTHORIZED && !progress.refreshed && !progress.spent {
            progress.refreshed = true;
            match self.refresh(progress, &exchange.authorizations).await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => return Err(self.refused(exchange).with_source(error)),
            }
        }
        let location = exchange.parts.headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        if let (301 | 302 | 303 | 307 | 308, Some(location)) = (status.as_u16(), location) {
            let keys = exchange.authorizations.iter().flat_map(|authorization| &authorization.query);
            let keys: Vec<&str> = keys.map(|(name, _)| name.as_str()).collect();
            let note = match self.client.base().redirect(&self.url, location, &keys) {
                Err(origin) => {
                    let origin = Secrets::of(&exchange.parts).censor(&origin);
                    format!("it redirects to {origin}, where no credentials are sent")
                }
                Ok(_) if !matches!(self.method, Method::GET | Method::HEAD) => {
                    format!("redirects of {} are not followed", self.method)
                }
                Ok(_) if self.body.as_bytes().is_none_or(|body| !body.is_empty()) => {
                    "redirects of requests with a body are not followed".to_owned()
                }
                Ok(_) if progress.redirects >= MAX_REDIRECTS => {
                    format!("it is the redirect after {MAX_REDIRECTS} others")
                }
                Ok(url) => {
                    progress.redirects += 1;
                    self.url = url;
                    return Ok(());
                }
            };
            return Err(self.refused(exchange).note(&note));
        }
        Err(self.refused(exchange))
    }

    /// Asks every credential of the refused request for a new authentication.
    async fn refresh(&self, progress: &Progress, refused: &[Authorization]) -> Result<bool, BoxError> {
        let clock = self.client.clock();
        let mut refreshed = false;
        for (chosen, refused) in self.chosen.iter().zip(refused) {
            let request = self.auth_request(chosen);
            let limit = progress.left(&**clock).or(self.settings.attempt_timeout);
            match race(&**clock, limit, chosen.auth.refresh(&request, refused)).await {
                Some(result) => refreshed |= result?,
                None => return Err("refreshing the credential took longer than it may take".into()),
            }
        }
        Ok(refreshed)
    }

    /// The error that an answer means.
    fn refused(&self, exchange: Exchange) -> Error {
        let unix_now = Some(self.client.unix_now());
        Error::answered(self.operation_id.clone(), &exchange.parts, exchange.body, unix_now)
    }

    /// Waits before another attempt, or gives the failure back where there is none.
    async fn wait_for_retry(&self, progress: &mut Progress, failure: Error) -> Result<(), Error> {
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
        clock.sleep(wait).await;
        Ok(())
    }

    fn is_worth_retrying(&self, failure: &Error) -> bool {
        let is_repeatable = retry::is_idempotent(&self.method)
            || self.client.definition().idempotency_header.is_some_and(|name| self.headers.contains_key(name));
        match failure.kind() {
            ErrorKind::RateLimited => true,
            ErrorKind::Api => is_repeatable && failure.status().is_some_and(retry::is_passing),
            ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => {
                is_repeatable || failure.outcome() == Outcome::NotSent
            }
            _ => false,
        }
    }

    fn error(&self, kind: ErrorKind, outcome: Outcome, message: impl Into<String>) -> Error {
        Error::new(kind, outcome, self.operation_id.clone(), message)
    }

    fn overall_timeout(&self, outcome: Outcome) -> Error {
        let limit = self.settings.overall_timeout.unwrap_or_default();
        self.error(ErrorKind::Timeout, outcome, format!("the call took longer than {limit:?} with all its attempts"))
    }
}

impl Progress {
    /// What is left of the overall time.
    fn left(&self, clock: &dyn Clock) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_sub(clock.now()))
    }
}

/// What two credentials of one request set to different values: the second would silently take the place of the first.
fn conflict(chosen: &[Chosen], authorizations: &[Authorization]) -> Option<String> {
    let all = || chosen.iter().zip(authorizations);
    all().enumerate().find_map(|(index, (second, later))| {
        all().take(index).find_map(|(first, earlier)| {
            let what = earlier.conflict(later)?;
            Some(format!("the credentials for `{}` and `{}` both set {what}", first.scheme.name, second.scheme.name))
        })
    })
}

/// The future's result, unless the time is up before.
async fn race<F: Future>(clock: &dyn Clock, limit: Option<Duration>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let Some(limit) = limit else { return Some(future.await) };
    let mut sleep = clock.sleep(limit);
    poll_fn(move |context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        sleep.as_mut().poll(context).map(|()| None)
    })
    .await
}
