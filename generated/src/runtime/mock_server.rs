//! A typed server for tests: it answers in memory or on loopback, by handlers per operation, and checks each request as the
//! API description says.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::Value;

use super::auth::{Auth, AuthRequest, Authorization, Credential};
use super::client_builder::ClientBuilder;
use super::clock::{Clock, ManualClock};
use super::memory::{MemoryTransport, Received, Reply};
use super::mock_answer::refusal;
use super::mock_check::{Complaint, MockFaults, RequestFault, Sent};
use super::mock_exchange::Exchange;
use super::mock_fault::{Fault, Outcome};
use super::mock_handler::{Asked, Handler, MockHandler};
use super::mock_route::{Filled, Known, MockRoute, behind, fit, path_of};
use super::operation::Operation;
use super::scheme::{Definition, SchemeKind};
use super::secret::Secret;
use super::transport::{BoxError, BoxFuture};

/// A server for tests that knows the API: each operation is answered by a handler, every request is checked, and nothing
/// reaches the network. Clones are the same server.
///
/// What is wrong with a request, and an operation that has no handler, is answered by a problem that says so, and kept for
/// [`verify`](Self::verify).
#[derive(Clone)]
pub struct MockServer(Arc<Shared>);

struct Shared {
    definition: &'static Definition,
    operations: &'static [Known],
    clock: ManualClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    handlers: HashMap<Key, Arc<Mutex<Handler>>>,
    routes: Vec<(Method, String)>,
    requests: Vec<(Option<&'static Operation>, Received)>,
    numbers: HashMap<Key, u64>,
    faults: Vec<RequestFault>,
    injected: VecDeque<(Option<&'static str>, Fault)>,
    /// What was recorded and is not replayed yet; `None` where nothing is to be.
    exchanges: Option<Vec<Exchange>>,
    allowed: Vec<String>,
}

/// What a handler answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The operation with this index.
    Operation(usize),
    /// The route with this index.
    Route(usize),
}

impl MockServer {
    /// A server of an API.
    #[doc(hidden)]
    #[must_use]
    pub fn of(definition: &'static Definition, operations: &'static [Known]) -> Self {
        Self(Arc::new(Shared { definition, operations, clock: ManualClock::new(), state: Mutex::default() }))
    }

    /// A builder of clients that ask this server, in memory. They live in the time of its [`clock`](Self::clock), have the
    /// base URL `http://mock.invalid`, which no other transport would reach, and a credential for every security scheme;
    /// all of that can be set anew.
    pub fn client_builder(&self) -> ClientBuilder {
        self.builder().transport(self.transport()).clock(self.0.clock.clone()).base_url("http://mock.invalid")
    }

    /// A builder of clients with a credential for every security scheme.
    pub(super) fn builder(&self) -> ClientBuilder {
        let schemes = self.0.definition.schemes.iter();
        schemes.fold(ClientBuilder::new(self.0.definition), |builder, scheme| match scheme.kind {
            SchemeKind::Basic => builder.credential(scheme, Auth::basic("mock", "mock")),
            SchemeKind::OAuth1 => builder.credential(scheme, Signed),
            _ => builder.credential(scheme, "mock"),
        })
    }

    /// A transport that asks this server, in memory, for a client that is built in another way. Whatever the host of a
    /// request is, it comes here.
    #[must_use]
    pub fn transport(&self) -> MemoryTransport {
        let server = self.clone();
        let respond = move |received: &Received| server.answer(received, server.0.clock.unix_now()).in_memory();
        MemoryTransport::with(Some(Box::new(respond)), Some(Arc::new(self.0.clock.clone())))
    }

    /// The time in which the server and the clients of [`client_builder`](Self::client_builder) live: it stands still until
    /// somebody waits, and then jumps, so that no test waits for a retry.
    #[must_use]
    pub fn clock(&self) -> &ManualClock {
        &self.0.clock
    }

    /// Sets the handler of an operation, in place of an earlier one.
    #[doc(hidden)]
    pub fn on<B: 'static, T: 'static>(&self, route: MockRoute<B>, handler: impl MockHandler<B, T>) -> MockedOperation {
        let operation = route.facts.operation;
        if let Some(index) = self.0.operations.iter().position(|(known, _)| std::ptr::eq(*known, operation)) {
            let handler = Arc::new(Mutex::new(Handler::of(route, handler)));
            self.state().handlers.insert(Key::Operation(index), handler);
        }
        MockedOperation { server: self.clone(), operation }
    }

    /// Sets the handler of what the API description does not have, such as the endpoint of a login: a method and a path,
    /// without a query. Such a request is not checked.
    pub fn route(&self, method: Method, path: impl Into<String>, handler: impl MockHandler<Bytes, Value>) -> &Self {
        let mut state = self.state();
        let route = (method, path.into());
        let index = state.routes.iter().position(|known| *known == route).unwrap_or(state.routes.len());
        if index == state.routes.len() {
            state.routes.push(route);
        }
        state.handlers.insert(Key::Route(index), Arc::new(Mutex::new(Handler::of_route(handler))));
        drop(state);
        self
    }

    /// Lets the query of every request have a parameter that the API description does not know.
    pub fn allow_query(&self, name: impl Into<String>) -> &Self {
        self.state().allowed.push(name.into());
        self
    }

    /// Lets something go wrong with the next request that has nothing of the kind yet, whatever it is for. Where that takes
    /// the place of an answer, the request is not checked, and its handler not asked.
    pub fn inject(&self, fault: Fault) -> &Self {
        self.state().injected.push_back((None, fault));
        self
    }

    /// The requests so far, in the order in which they arrived.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.state().requests.iter().map(|(_, received)| received.clone()).collect()
    }

    /// What was wrong so far with requests and with answers of handlers, in this order.
    #[must_use]
    pub fn faults(&self) -> Vec<RequestFault> {
        self.state().faults.clone()
    }

    /// That all went well: no request was wrong, every one had a handler, and everything that was injected happened.
    ///
    /// # Errors
    ///
    /// It did not; the error says what was wrong, one line each.
    pub fn verify(&self) -> Result<(), MockFaults> {
        let state = self.state();
        let mut messages: Vec<String> = state.faults.iter().map(ToString::to_string).collect();
        messages.extend(state.injected.iter().map(|(of, fault)| match of {
            Some(id) => format!("`{fault:?}` was injected into `{id}`, and no request came"),
            None => format!("`{fault:?}` was injected, and no request came"),
        }));
        if messages.is_empty() { Ok(()) } else { Err(MockFaults(messages)) }
    }

    /// Forgets the requests and the faults so far, and what was injected; handlers stay.
    pub fn reset(&self) -> &Self {
        let mut state = self.state();
        state.requests.clear();
        state.faults.clear();
        state.injected.clear();
        state.numbers.clear();
        drop(state);
        self
    }

    pub(super) fn definition(&self) -> &'static Definition {
        self.0.definition
    }

    /// Keeps exchanges for replay, behind those that are there.
    pub(super) fn keep(&self, exchanges: Vec<Exchange>) {
        self.state().exchanges.get_or_insert_default().extend(exchanges);
    }

    /// Takes out the first exchange that fits.
    pub(super) fn take_exchange(&self, fits: impl Fn(&Exchange) -> bool) -> Option<Exchange> {
        let mut state = self.state();
        let exchanges = state.exchanges.as_mut()?;
        let index = exchanges.iter().position(fits)?;
        Some(exchanges.remove(index))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a request is answered.
    pub(super) fn answer(&self, received: &Received, unix_now: Duration) -> Outcome {
        let found = self.find(received);
        let known = match &found {
            Ok((Key::Operation(index), _)) => self.0.operations.get(*index),
            _ => None,
        };
        let operation = known.map(|(operation, _)| *operation);
        let (handler, injected, number, allowed, replays) = {
            let mut state = self.state();
            let mut kept = received.clone();
            if let Some(operation) = operation {
                kept.attempt.operation_id = operation.id.into();
                kept.attempt.url_template = operation.path.into();
            }
            state.requests.push((operation, kept));
            let of = operation.map(|operation| operation.id);
            let next = state.injected.iter().position(|(id, _)| id.is_none() || *id == of);
            let injected = next.and_then(|next| state.injected.remove(next)).map(|(_, fault)| fault);
            let key = found.as_ref().ok().map(|(key, _)| *key);
            let number = key.map_or(1, |key| {
                let number = state.numbers.entry(key).or_default();
                *number += 1;
                *number
            });
            let handler = key.and_then(|key| state.handlers.get(&key).cloned());
            let replays = handler.is_none() && state.exchanges.is_some();
            (handler, injected, number, state.allowed.clone(), replays)
        };
        let is_alone = handler.is_none() && !replays;
        if let Some(fault) = injected.filter(|fault| !fault.changes_an_answer() || is_alone) {
            return fault.apply(Reply::json(200, "{}"), received, unix_now);
        }
        if replays {
            return match (self.recorded(received), injected) {
                (Ok(reply), Some(fault)) => fault.apply(reply, received, unix_now),
                (Ok(reply), None) => Outcome::Reply(reply),
                (Err(message), _) => {
                    self.refuse(received, operation, vec![Complaint::of(StatusCode::NOT_IMPLEMENTED, "", message)])
                }
            };
        }
        let asked = match &found {
            Ok((_, filled)) => Sent::new(received, filled.clone()),
            Err((status, message)) => {
                return self.refuse(received, None, vec![Complaint::of(*status, "", message.as_str())]);
            }
        };
        let Some(handler) = handler else {
            let message = known.map_or_else(String::new, |(operation, setter)| {
                format!("`{}` has no handler: give it one by `server.{setter}(|request| …)`", operation.id)
            });
            return self.refuse(received, operation, vec![Complaint::of(StatusCode::NOT_IMPLEMENTED, "", message)]);
        };
        let definition = self.0.definition;
        let asked = Asked { sent: asked, number, unix_now, definition, allowed: &allowed };
        let answered = handler.lock().unwrap_or_else(PoisonError::into_inner).answer(&asked);
        match (answered, injected) {
            (Ok(Outcome::Reply(reply)), Some(fault)) => fault.apply(reply, received, unix_now),
            (Ok(outcome), _) => outcome,
            (Err(complaints), _) => self.refuse(received, operation, complaints),
        }
    }

    /// What a request is for.
    fn find(&self, received: &Received) -> Result<(Key, Filled), (StatusCode, String)> {
        let (path, query) = (received.uri.path(), received.uri.query().unwrap_or_default());
        let route = self.state().routes.iter().position(|(method, known)| *method == received.method && known == path);
        if let Some(index) = route {
            return Ok((Key::Route(index), Vec::new()));
        }
        let base = path_of(self.0.definition.base_url);
        let mut best: Option<(usize, usize, Filled)> = None;
        let mut methods: Vec<&str> = Vec::new();
        for (index, (operation, _)) in self.0.operations.iter().enumerate() {
            let own = operation.server.map_or(base, |server| path_of(server.url));
            let fits = [Some(path), behind(own, path), behind(base, path)];
            let Some((literals, filled)) = fits.into_iter().flatten().find_map(|path| fit(operation, path, query))
            else {
                continue;
            };
            if operation.method != received.method.as_str() {
                methods.push(operation.method);
            } else if best.as_ref().is_none_or(|(most, ..)| literals > *most) {
                best = Some((literals, index, filled));
            }
        }
        match best {
            Some((_, index, filled)) => Ok((Key::Operation(index), filled)),
            None if methods.is_empty() => {
                let message = format!("no operation of the API description has the path `{path}`");
                Err((StatusCode::NOT_FOUND, message))
            }
            None => {
                methods.sort_unstable();
                methods.dedup();
                let message =
                    format!("`{path}` is not asked with {}, but with {}", received.method, methods.join(", "));
                Err((StatusCode::METHOD_NOT_ALLOWED, message))
            }
        }
    }

    /// Keeps what is wrong with a request, and answers that.
    pub(super) fn refuse(
        &self,
        received: &Received,
        operation: Option<&'static Operation>,
        complaints: Vec<Complaint>,
    ) -> Outcome {
        let status = complaints.first().map_or(StatusCode::BAD_REQUEST, |complaint| complaint.status);
        let messages: Vec<(&str, &str)> =
            complaints.iter().map(|wrong| (wrong.parameter.as_str(), wrong.message.as_str())).collect();
        let reply = refusal(status, &messages);
        let faults = complaints.iter().map(|wrong| RequestFault {
            operation_id: operation.map(|operation| operation.id),
            method: received.method.clone(),
            path: received.uri.path().to_owned(),
            status: wrong.status,
            parameter: wrong.parameter.clone(),
            message: wrong.message.clone(),
        });
        self.state().faults.extend(faults);
        Outcome::Reply(reply)
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("MockServer")
            .field("requests", &state.requests.len())
            .field("faults", &state.faults)
            .finish_non_exhaustive()
    }
}

/// An operation of a [`MockServer`] that has a handler: what can be asked of it and done to it. It needs not be kept.
#[derive(Clone, Debug)]
pub struct MockedOperation {
    server: MockServer,
    operation: &'static Operation,
}

impl MockedOperation {
    /// The operation's id in the API description.
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// The requests for this operation so far, with those that were wrong.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        let state = self.server.state();
        let own = state.requests.iter().filter(|(of, _)| of.is_some_and(|of| std::ptr::eq(of, self.operation)));
        own.map(|(_, received)| received.clone()).collect()
    }

    /// Lets something go wrong with the next request for this operation that has nothing of the kind yet.
    pub fn inject(&self, fault: Fault) -> &Self {
        self.server.state().injected.push_back((Some(self.operation.id), fault));
        self
    }
}

/// A signature that is none, for schemes that take no text.
struct Signed;

impl Credential for Signed {
    fn authorize<'a>(&'a self, _request: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        let value = Secret::from("OAuth oauth_signature=\"mock\"");
        let authorization = Authorization::new().header(http::header::AUTHORIZATION, value.expose());
        Box::pin(std::future::ready(authorization))
    }
}
