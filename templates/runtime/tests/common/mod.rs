//! An API for tests: its schemes, its operations, and a client that lives in memory and in virtual time.
#![allow(dead_code, reason = "every test file uses a part of it")]

use client_runtime::runtime::wire::{Call, Check, Definition, Need, Operation, Param, Scheme};
use client_runtime::runtime::{Client, ClientBuilder, ManualClock, MemoryTransport};

pub(crate) static APP: Scheme = Scheme::bearer("AppToken").setter("app_token");
pub(crate) static USER: Scheme = Scheme::oauth2("UserToken").setter("user_token");
pub(crate) static KEY_QUERY: Scheme = Scheme::api_key_query("KeyQuery", "api key");
pub(crate) static KEY_HEADER: Scheme = Scheme::api_key_header("KeyHeader", "x-api-key");
pub(crate) static KEY_COOKIE: Scheme = Scheme::api_key_cookie("KeyCookie", "session");
pub(crate) static BASIC: Scheme = Scheme::basic("Basic");
pub(crate) static SIGNED: Scheme = Scheme::oauth1("Signed");

pub(crate) static DEFINITION: Definition = Definition {
    base_url: "https://api.example.com",
    variables: &[],
    user_agent: "test-client/1.0",
    schemes: &[&APP, &USER, &KEY_QUERY, &KEY_HEADER, &KEY_COOKIE, &BASIC, &SIGNED],
    envelope: Some(("data", "errors")),
    idempotency_header: None,
};

pub(crate) static KEYED: Definition =
    Definition::new("https://api.example.com", "test-client/1.0").idempotency_header("idempotency-key");

/// Takes the app token or the user token.
pub(crate) static LIST: Operation = Operation::new("listThings", "GET", "/2/things")
    .params(&[
        Param::query("status"),
        Param::query("fields").csv(),
        Param::query("max_results").check(Check::new().min(1).max(100)),
        Param::query("page_token"),
    ])
    .auth(&[&[Need::new(&APP, &[])], &[Need::new(&USER, &["thing.read", "user.read"])]])
    .envelope("data", "errors")
    .page_token(3)
    .page_size(2, 10);

/// Takes the user token only.
pub(crate) static MESSAGES: Operation = Operation::new("listMessages", "GET", "/2/users/{user_id}/messages")
    .params(&[Param::path("user_id"), Param::header("x-trace")])
    .auth(&[&[Need::new(&USER, &["message.read"])]]);

pub(crate) static CREATE: Operation = Operation::new("createThing", "POST", "/2/things");

pub(crate) static DELETE: Operation =
    Operation::new("deleteThing", "DELETE", "/2/things/{id}").params(&[Param::path("id")]);

pub(crate) static PUBLIC: Operation = Operation::new("getStatus", "GET", "/status");

pub(crate) static PUBLIC_HEAD: Operation = Operation::new("headStatus", "HEAD", "/status");

/// A client without credentials, its transport and its clock.
pub(crate) fn setup() -> (ClientBuilder, MemoryTransport, ManualClock) {
    setup_of(&DEFINITION)
}

pub(crate) fn setup_of(definition: &'static Definition) -> (ClientBuilder, MemoryTransport, ManualClock) {
    let clock = ManualClock::new();
    let transport = MemoryTransport::with_clock(clock.clone());
    let builder = ClientBuilder::new(definition).transport(transport.clone()).clock(clock.clone());
    (builder, transport, clock)
}

pub(crate) fn call(client: &Client, operation: &'static Operation) -> Call {
    Call::new(client, operation)
}
