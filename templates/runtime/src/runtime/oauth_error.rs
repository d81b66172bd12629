//! What can go wrong while tokens are obtained, renewed and kept. No message holds a secret.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use super::transport::BoxError;

/// What kind of failure an [`OAuthError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OAuthErrorKind {
    /// A setting cannot be used, or something is missing on this machine; nothing was sent.
    Configuration,
    /// The redirect that came back does not belong to the login that was begun, or it is none. Nothing was sent: take
    /// it for an attack (RFC 6749 section 10.12) and begin the login anew.
    Redirect,
    /// The user or the server refused the login; [`OAuthError::code`] says why.
    Denied,
    /// The user has to log in again: nobody ever did, or the refresh token is spent, revoked or missing. Trying again
    /// changes nothing.
    LoginRequired,
    /// The server answered with an error; [`OAuthError::code`] and [`OAuthError::status`] say which.
    Refused,
    /// The server answered with something that is no token.
    Malformed,
    /// There was no answer: no connection, an exchange that broke off, or a time limit that passed. Stored tokens are
    /// as they were.
    Unreachable,
    /// The token store failed.
    Store,
}

/// A failure to obtain, renew or keep a token. Cloning it is cheap, because all that wait for one token get the same
/// error.
///
/// Where a credential failed, it is among the sources of the call's [`Error`](super::Error), and [`OAuthError::of`]
/// finds it there. Neither `Display` nor `Debug` shows a secret, not even one that the server repeated.
#[derive(Clone)]
pub struct OAuthError(Arc<Inner>);

struct Inner {
    kind: OAuthErrorKind,
    message: String,
    code: Option<String>,
    status: Option<StatusCode>,
    source: Option<BoxError>,
}

impl OAuthError {
    #[inline]
    pub(crate) fn new(kind: OAuthErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), code: None, status: None, source: None }))
    }

    /// What the server said about a failure (RFC 6749 sections 4.1.2.1 and 5.2), with everything left out that holds
    /// one of `secrets`.
    #[inline]
    pub(crate) fn said(
        kind: OAuthErrorKind,
        message: impl Into<String>,
        code: Option<&str>,
        description: Option<&str>,
        secrets: &[&str],
    ) -> Self {
        let mut message = message.into();
        let code = code.and_then(|code| harmless(code, 64, secrets)).filter(|code| !code.contains('…'));
        if let Some(code) = &code {
            message.push_str(": ");
            message.push_str(code);
        }
        if let Some(description) = description.and_then(|description| harmless(description, 200, secrets)) {
            message.push_str(if code.is_some() { " (" } else { ": (" });
            message.push_str(&description);
            message.push(')');
        }
        Self(Arc::new(Inner { kind, message, code, status: None, source: None }))
    }

    #[inline]
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    #[inline]
    pub(crate) fn with_source(self, source: impl Into<BoxError>) -> Self {
        self.change(|inner| inner.source = Some(source.into()))
    }

    /// The one among an error and its sources, for example of the [`Error`](super::Error) of a call whose credential
    /// failed.
    #[inline]
    #[must_use]
    pub fn of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    /// The kind of the failure.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> OAuthErrorKind {
        self.0.kind
    }

    /// Whether only a new login helps.
    #[inline]
    #[must_use]
    pub fn is_login_required(&self) -> bool {
        self.0.kind == OAuthErrorKind::LoginRequired
    }

    /// The server's code for the failure, such as `invalid_grant` (RFC 6749 section 5.2) or `access_denied` (section
    /// 4.1.2.1). `None` where the server gave none, or one that repeats a secret.
    #[inline]
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The status of the server's answer, if there was one.
    #[inline]
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Changes an error that is still being put together, which nobody shares yet.
    #[inline]
    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            change(inner);
        }
        self
    }
}

/// A text of the server's in one line of at most `most` characters, unless it holds a secret. Words that look like a
/// token, which the server may have made up just now, are left out.
#[inline]
fn harmless(text: &str, most: usize, secrets: &[&str]) -> Option<String> {
    if text.is_empty() || secrets.iter().any(|secret| repeats(text, secret)) {
        return None;
    }
    let mut line = String::new();
    for part in text.split_inclusive(|c: char| !is_token_character(c)) {
        let word = part.trim_end_matches(|c: char| !is_token_character(c));
        line.push_str(if looks_like_a_token(word) { "…" } else { word });
        line.extend(part[word.len()..].chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    if let Some((end, _)) = line.char_indices().nth(most) {
        line.truncate(end);
        line.push('…');
    }
    Some(line)
}

#[inline]
fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/=%".contains(c)
}

/// Longer than words are, or long and with a digit. No code of RFC 6749 is either.
#[inline]
fn looks_like_a_token(word: &str) -> bool {
    word.len() > 32 || (word.len() >= 12 && word.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether a text holds a secret, or a part of it that is long enough to be of use.
#[inline]
fn repeats(text: &str, secret: &str) -> bool {
    const TELLING: usize = 12;
    let text = text.as_bytes();
    let length = secret.len().min(TELLING);
    length > 0 && secret.as_bytes().windows(length).any(|part| text.windows(length).any(|other| other == part))
}

impl fmt::Display for OAuthError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for OAuthError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("OAuthError");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        if let Some(status) = self.0.status {
            debug.field("status", &status.as_u16());
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for OAuthError {
    #[inline]
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
