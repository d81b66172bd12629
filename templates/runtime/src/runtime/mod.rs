//! Everything a generated client shares with every other: the client and its calls, credentials, retries, limits,
//! errors, transports and time.

mod admission;
mod argument;
mod argument_impls;
mod assemble;
mod auth;
mod authorization;
mod body;
mod budget;
mod call;
mod call_decode;
mod check;
mod client;
mod client_builder;
#[cfg(feature = "oauth2")]
mod client_credentials;
mod clock;
#[cfg(all(feature = "reqwest013", target_family = "wasm"))]
mod clock_browser;
mod closed_enum;
mod coding;
mod decode;
mod download;
mod drift;
mod drift_counters;
mod encoded;
mod error;
mod error_answer;
mod exchange;
#[cfg(all(feature = "oauth2", not(target_family = "wasm")))]
mod file_store;
#[cfg(feature = "oauth2")]
mod flight;
mod frame;
#[cfg(feature = "gzip")]
mod gzip;
mod header;
mod hooks;
#[cfg(feature = "reqwest013")]
mod http_reqwest;
mod item_count;
mod list;
mod live;
mod locate;
mod media;
mod memory;
#[cfg(feature = "mock")]
mod mock_answer;
#[cfg(feature = "mock")]
mod mock_check;
#[cfg(feature = "mock")]
mod mock_events;
#[cfg(feature = "mock")]
mod mock_exchange;
#[cfg(feature = "mock")]
mod mock_fault;
#[cfg(feature = "mock")]
mod mock_handler;
#[cfg(all(feature = "mock", feature = "reqwest013", not(target_family = "wasm")))]
mod mock_listen;
#[cfg(feature = "mock")]
mod mock_record;
#[cfg(feature = "mock")]
mod mock_replay;
#[cfg(feature = "mock")]
mod mock_request;
#[cfg(feature = "mock")]
mod mock_route;
#[cfg(feature = "mock")]
mod mock_server;
mod mode;
mod multipart;
#[cfg(feature = "oauth1")]
mod oauth1;
#[cfg(feature = "oauth1")]
mod oauth1_login;
#[cfg(feature = "oauth2")]
mod oauth2;
#[cfg(feature = "oauth2")]
mod oauth2_login;
#[cfg(feature = "oauth2")]
mod oauth_credential;
#[cfg(any(feature = "oauth1", feature = "oauth2"))]
mod oauth_error;
#[cfg(any(feature = "oauth1", feature = "oauth2"))]
mod oauth_http;
mod object;
mod operation;
mod options;
mod page;
mod page_fault;
mod pager;
mod param;
mod patch;
mod pattern;
mod places;
mod problem;
#[cfg(any(feature = "oauth1", feature = "oauth2"))]
mod random;
mod rate_limit;
mod rate_limiter;
mod rate_window;
mod raw_request;
mod reader;
mod recent;
mod reconnect;
#[cfg(feature = "oauth2")]
mod renewal;
mod resend;
mod response;
mod retry;
mod scheme;
mod secret;
mod send;
mod sequence;
mod server;
mod span;
mod stream;
mod stream_event;
mod stream_item;
mod string_enum;
mod target;
mod text;
mod timestamp;
#[cfg(any(feature = "chrono04", feature = "jiff02", feature = "time03"))]
mod timestamp_dates;
#[cfg(feature = "oauth2")]
mod token_pair;
#[cfg(feature = "oauth2")]
mod token_store;
mod transport;
mod union;
mod unrecognized;
mod upload;
#[cfg(feature = "oauth2")]
mod user_token;
mod validate;
#[cfg(feature = "webhook")]
mod webhook;
#[doc(hidden)]
pub mod wire;

pub use auth::{Auth, AuthRequest, Authorization, Credential};
pub use body::{Body, Incoming};
pub use budget::{Budget, BudgetExceeded, BudgetLeft, BudgetLimit, BudgetUsed};
pub use client::Client;
pub use client_builder::ClientBuilder;
#[cfg(feature = "oauth2")]
pub use client_credentials::ClientCredentials;
#[cfg(feature = "reqwest013")]
pub use clock::SystemClock;
pub use clock::{Clock, ManualClock};
pub use closed_enum::UnlistedValue;
pub use download::Download;
pub use drift::{Drift, DriftKind};
pub use drift_counters::DriftCounters;
pub use encoded::{Base64, Base64Error, Base64Url};
pub use error::{Error, ErrorKind, Outcome, TypedError};
#[cfg(all(feature = "oauth2", not(target_family = "wasm")))]
pub use file_store::FileStore;
#[doc(hidden)]
pub use frame::{Frame, Framer};
pub use header::{HeaderError, Headers};
pub use hooks::Outgoing;
#[cfg(feature = "reqwest013")]
pub use http_reqwest::ReqwestTransport;
pub use live::Live;
pub use memory::{MemoryTransport, Received, Reply};
#[cfg(feature = "mock")]
pub use mock_answer::MockAnswer;
#[cfg(feature = "mock")]
pub use mock_check::{MockFaults, RequestFault};
#[cfg(feature = "mock")]
pub use mock_events::MockEvents;
#[cfg(feature = "mock")]
pub use mock_fault::Fault;
#[cfg(feature = "mock")]
pub use mock_handler::MockHandler;
#[cfg(all(feature = "mock", feature = "reqwest013", not(target_family = "wasm")))]
pub use mock_listen::MockListener;
#[cfg(feature = "mock")]
pub use mock_record::Recorder;
#[cfg(feature = "mock")]
pub use mock_request::MockRequest;
#[cfg(feature = "mock")]
pub use mock_server::{MockServer, MockedOperation};
#[cfg(any(feature = "oauth1", feature = "oauth2"))]
pub use oauth_error::{OAuthError, OAuthErrorKind};
#[cfg(feature = "oauth1")]
pub use oauth1::{OAuth1, OAuth1Token};
#[cfg(feature = "oauth1")]
pub use oauth1_login::{OAuth1Endpoints, OAuth1Flow, OAuth1Grant};
#[cfg(feature = "oauth2")]
pub use oauth2::{Endpoints, OAuth2, OAuth2Builder};
#[cfg(feature = "oauth2")]
pub use oauth2_login::Login;
pub use options::CallOptions;
pub use page::{Items, Pages};
pub use patch::Patch;
pub use problem::Problem;
pub use rate_limit::RateLimit;
pub use rate_limiter::RateLimiter;
pub use raw_request::RawRequest;
pub use reconnect::ReconnectPolicy;
pub use response::{Meta, Response};
pub use retry::RetryPolicy;
pub use scheme::SchemeName;
pub use secret::Secret;
pub use sequence::Sequence;
pub use server::Server;
pub use stream::Events;
pub use stream_event::{DisconnectReason, StreamEvent, StreamStats};
pub use timestamp::Timestamp;
#[cfg(any(feature = "chrono04", feature = "jiff02", feature = "time03"))]
pub use timestamp_dates::TimestampError;
#[cfg(feature = "oauth2")]
pub use token_pair::TokenPair;
#[cfg(feature = "oauth2")]
pub use token_store::{MemoryStore, StoreLock, TokenStore};
pub use transport::{Attempt, BoxError, BoxFuture, BoxStream, MaybeSend, MaybeSendSync, Transport, TransportError};
pub use unrecognized::{Unrecognized, UnrecognizedNumber};
pub use upload::Upload;
#[cfg(feature = "oauth2")]
pub use user_token::UserToken;
#[cfg(feature = "webhook")]
pub use webhook::{Webhook, WebhookError};
