//! An OAuth 2.0 server in memory: what it is asked and what it answers.
#![allow(dead_code, reason = "every test file uses a part of it")]

use std::time::Duration;

use client_runtime::runtime::{Endpoints, Login, Received, Reply, TokenPair};

pub(crate) static ENDPOINTS: Endpoints = Endpoints::new(
    "https://login.example.com/authorize",
    "https://auth.example.com/2/oauth2/token",
    "https://auth.example.com/2/oauth2/revoke",
);

pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The date of a manual clock.
pub(crate) const EPOCH: u64 = 1_700_000_000;

pub(crate) fn granted(access: &str, refresh: &str) -> Reply {
    Reply::json(
        200,
        format!(
            r#"{{"token_type":"bearer","expires_in":7200,"access_token":"{access}","refresh_token":"{refresh}","scope":"a b"}}"#
        ),
    )
}

pub(crate) fn refused(status: u16, code: &str) -> Reply {
    Reply::json(status, format!(r#"{{"error":"{code}","error_description":"it went wrong"}}"#))
}

pub(crate) fn form(request: &Received) -> Vec<(String, String)> {
    let body = std::str::from_utf8(&request.body).unwrap();
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

pub(crate) fn field(request: &Received, name: &str) -> Option<String> {
    form(request).into_iter().find(|(other, _)| other == name).map(|(_, value)| value)
}

pub(crate) fn login() -> Login {
    Login::restore("the-state", VERIFIER).unwrap()
}

pub(crate) fn pair(access: &str, refresh: &str, expires_in: u64) -> TokenPair {
    TokenPair::new(access).with_refresh_token(refresh).with_expiry(Duration::from_secs(EPOCH + expires_in))
}
