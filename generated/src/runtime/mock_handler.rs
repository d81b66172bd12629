//! Handlers: from a request that arrived to the typed one that a closure takes, and from its typed answer to a reply.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::mock_answer::MockAnswer;
use super::mock_check::{Complaint, Sent};
use super::mock_fault::Outcome;
use super::mock_request::MockRequest;
use super::mock_route::MockRoute;
use super::scheme::Definition;
use super::transport::MaybeSend;

/// A closure that answers the requests for an operation: `FnMut(MockRequest<B>) -> MockAnswer<T>`.
pub trait MockHandler<B, T>: FnMut(MockRequest<B>) -> MockAnswer<T> + MaybeSend + 'static {}

impl<B, T, F> MockHandler<B, T> for F where F: FnMut(MockRequest<B>) -> MockAnswer<T> + MaybeSend + 'static {}

/// A request, and what it has to be known for an answer.
pub(super) struct Asked<'a> {
    pub(super) sent: Sent<'a>,
    pub(super) number: u64,
    pub(super) unix_now: Duration,
    pub(super) definition: &'static Definition,
    pub(super) allowed: &'a [String],
}

#[cfg(not(target_family = "wasm"))]
type Answer = dyn FnMut(&Asked<'_>) -> Result<Outcome, Vec<Complaint>> + Send;
#[cfg(target_family = "wasm")]
type Answer = dyn FnMut(&Asked<'_>) -> Result<Outcome, Vec<Complaint>>;

/// A handler without its types.
pub(super) struct Handler(Box<Answer>);

impl Handler {
    /// The handler of an operation: it is asked only where nothing is wrong with the request.
    pub(super) fn of<B: 'static, T: 'static>(route: MockRoute<B>, mut handler: impl MockHandler<B, T>) -> Self {
        Self(Box::new(move |asked| {
            let facts = &route.facts;
            let sent = &asked.sent;
            let mut complaints = sent.complaints(facts, asked.definition, asked.allowed);
            let has_media = !complaints.iter().any(|wrong| matches!(wrong.parameter.as_str(), "body" | "content-type"));
            let body = match (route.read)(&sent.received.body) {
                Ok(body) if complaints.is_empty() => body,
                Err(wrong) if has_media => {
                    complaints.extend(wrong);
                    return Err(complaints);
                }
                _ => return Err(complaints),
            };
            let request = MockRequest {
                body,
                received: sent.received.clone(),
                operation: Some(facts.operation),
                params: sent.texts(facts),
                number: asked.number,
            };
            handler(request).into_outcome(Some(facts), sent.received, asked.unix_now).map_err(failed)
        }))
    }

    /// The handler of a route.
    pub(super) fn of_route(mut handler: impl MockHandler<Bytes, Value>) -> Self {
        Self(Box::new(move |asked| {
            let received = asked.sent.received;
            let request = MockRequest {
                body: received.body.clone(),
                received: received.clone(),
                operation: None,
                params: asked.sent.pairs(),
                number: asked.number,
            };
            handler(request).into_outcome(None, received, asked.unix_now).map_err(failed)
        }))
    }

    pub(super) fn answer(&mut self, asked: &Asked<'_>) -> Result<Outcome, Vec<Complaint>> {
        (self.0)(asked)
    }
}

/// What a handler answered is no answer.
fn failed(message: String) -> Vec<Complaint> {
    let message = format!("the handler's answer is wrong: {message}");
    vec![Complaint::of(StatusCode::NOT_IMPLEMENTED, "", message)]
}
