//! Everything a generated client shares with every other: the client and its calls, credentials, retries, limits,
//! errors, transports and time.

mod argument;
mod argument_impls;
mod assemble;
mod auth;
mod body;
mod call;
mod call_decode;
mod check;
mod client;
mod clock;
mod decode;
mod drift;
mod error;
mod frame;
mod hooks;
#[cfg(feature = "reqwest013")]
mod http_reqwest;
mod list;
mod live;
mod locate;
mod memory;
mod mode;
mod object;
mod operation;
mod options;
mod page;
mod page_fault;
mod pager;
mod patch;
mod pattern;
mod problem;
mod rate_limit;
mod raw_request;
mod reader;
mod recent;
mod reconnect;
mod response;
mod retry;
mod scheme;
mod secret;
mod send;
mod stream;
mod stream_event;
mod stream_item;
mod string_enum;
mod target;
mod text;
mod timestamp;
mod transport;
mod union;
mod unrecognized;
mod validate;
#[doc(hidden)]
pub mod wire;

pub use auth::{Auth, AuthRequest, Authorization, Credential};
pub use body::{Body, Incoming};
pub use client::{Client, ClientBuilder};
#[cfg(all(feature = "reqwest013", not(target_family = "wasm")))]
pub use clock::SystemClock;
pub use clock::{Clock, ManualClock};
pub use drift::{Drift, DriftCounters, DriftKind};
pub use error::{Error, ErrorKind, Outcome, TypedError};
#[doc(hidden)]
pub use frame::{Frame, Framer};
pub use hooks::Outgoing;
#[cfg(feature = "reqwest013")]
pub use http_reqwest::ReqwestTransport;
pub use live::Live;
pub use memory::{MemoryTransport, Received, Reply};
pub use options::CallOptions;
pub use page::{Items, Pages};
pub use patch::Patch;
pub use problem::Problem;
pub use rate_limit::RateLimit;
pub use raw_request::RawRequest;
pub use reconnect::ReconnectPolicy;
pub use response::{Meta, Response};
pub use retry::RetryPolicy;
pub use scheme::SchemeName;
pub use secret::Secret;
pub use stream::Events;
pub use stream_event::{DisconnectReason, StreamEvent, StreamStats};
pub use timestamp::Timestamp;
pub use transport::{Attempt, BoxError, BoxFuture, BoxStream, MaybeSend, MaybeSendSync, Transport, TransportError};
pub use unrecognized::Unrecognized;
