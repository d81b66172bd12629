//! One attempt: its credentials, the request on the wire, and the answer or what there is instead of one.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, Uri, header};

use super::admission::Permit;
use super::argument::percent_encode;
use super::auth::{AuthRequest, Authorization, Chosen};
use super::body::{Body, Incoming};
use super::budget::Reservation;
use super::clock::Clock;
use super::coding;
use super::error::{Error, ErrorKind, Outcome};
use super::reader::{Broken, Reader};
use super::secret::Secrets;
use super::send::{Job, Progress};
use super::transport::Attempt;

/// What one attempt brought: an answer, complete unless it is an open stream.
pub(super) struct Exchange {
    pub(super) parts: Parts,
    pub(super) body: Bytes,
    pub(super) open: Option<Incoming>,
    /// What the request was authenticated with.
    pub(super) secrets: Secrets,
    /// What a success has taken from the budget.
    pub(super) reservation: Option<Reservation>,
}

impl Job {
    /// Sends the request once and takes the answer.
    pub(super) async fn exchange(
        &mut self,
        progress: &mut Progress,
        permit: &mut Permit,
        stream: bool,
    ) -> Result<Exchange, Error> {
        let clock = self.client.clock().clone();
        let left = progress.left(&*clock);
        let Some(secrets) = race(&*clock, left.or(self.settings.attempt_timeout), self.authorize()).await else {
            return Err(match (left, self.settings.attempt_timeout) {
                (None, Some(limit)) => {
                    let message = format!("the credential took longer than {limit:?}");
                    self.error(ErrorKind::Timeout, Outcome::NotSent, message)
                }
                _ => self.overall_timeout(Outcome::NotSent),
            });
        };
        let secrets = secrets?;
        let body = self.body.try_clone().unwrap_or_else(|| {
            progress.spent = true;
            std::mem::take(&mut self.body)
        });
        let mut request = self.build(secrets.authorizations(), body)?;
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
        let sent_with = secrets.clone();
        let mut reader = Reader::new(self.settings.max_body, self.method != Method::HEAD);
        permit.sent();
        let outcome = race(&*clock, limit, async {
            let response = self.client.transport().send(request, attempt).await.map_err(Broken::Before)?;
            let (mut parts, incoming) = coding::decoded(response, &self.method).into_parts();
            if !sent_with.authorizations().is_empty() {
                parts.extensions.insert(sent_with);
            }
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
        let exchange = |parts, body, open| Exchange { parts, body, open, secrets: secrets.clone(), reservation: None };
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

    pub(super) async fn authorize(&self) -> Result<Secrets, Error> {
        // The usual case: one fixed text, of which there is nothing to make.
        if let [chosen] = &*self.chosen
            && let Some(ready) = chosen.auth.fixed()
        {
            return Ok(ready.clone());
        }
        let mut authorizations = Vec::with_capacity(self.chosen.len());
        for chosen in &*self.chosen {
            let authorization = chosen.auth.authorize(&self.auth_request(chosen)).await.map_err(|error| {
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
        Ok(Secrets::new(authorizations))
    }

    pub(super) fn auth_request(&self, chosen: &Chosen) -> AuthRequest<'_> {
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

    pub(super) fn build(&self, authorizations: &[Authorization], body: Body) -> Result<http::Request<Body>, Error> {
        let mut url = self.url.clone();
        let mut headers = with_room(&self.headers, authorizations.iter().map(|one| one.headers.len() + 1).sum());
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
pub(super) async fn race<F: Future>(clock: &dyn Clock, limit: Option<Duration>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let Some(limit) = limit else { return Some(future.await) };
    let began = clock.now();
    // A timer only where there is something to wait for.
    let mut sleep = None;
    poll_fn(move |context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let sleep = sleep.get_or_insert_with(|| clock.sleep(limit.saturating_sub(clock.now().saturating_sub(began))));
        sleep.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// The same headers with room for so many more, so that adding them copies nothing.
pub(super) fn with_room(headers: &HeaderMap, more: usize) -> HeaderMap {
    let mut copy = HeaderMap::with_capacity(headers.len() + more);
    copy.extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
    copy
}
