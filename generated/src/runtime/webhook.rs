//! Receiving webhooks: answering the server's challenge (CRC) and checking who sent a body. HMAC-SHA256 under a secret
//! that the server shares (RFC 2104, FIPS 180-4).

use std::error::Error as StdError;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName};
use sha2::Sha256;

use super::secret::Secret;

/// What signatures and answers begin with.
const PREFIX: &str = "sha256=";

/// The most characters of a challenge token.
const MAX_TOKEN: usize = 256;

/// The two duties of who receives webhooks: to answer challenges, and to check signatures. It reads and sends nothing;
/// the web server is yours.
///
/// All of it is HMAC-SHA256 (RFC 2104) in base64 (RFC 4648 section 4) behind `sha256=`.
///
/// A challenge is answered with the HMAC of a text that anybody may choose, and a body is signed with the HMAC of the
/// body, under the same secret. So an answer could pass for a signature, if any text were answered. Two rules keep them
/// apart: [`Webhook::answer`] takes only what looks like an opaque token, and [`Webhook::verify`] accepts no body that
/// looks like one. Events are JSON objects, and no token begins with a brace.
///
/// A signature does not say when a body was sent: keep the ids of events that were handled, because whoever sees a
/// delivery can repeat it.
#[derive(Clone)]
pub struct Webhook {
    challenge: Secret,
    keys: Vec<(HeaderName, Secret)>,
}

impl Webhook {
    /// Bodies are signed in this header with this secret, which also answers challenges.
    ///
    /// # Errors
    ///
    /// [`WebhookError::EmptySecret`]: anybody could sign with an empty secret.
    pub fn new(header: HeaderName, secret: impl Into<Secret>) -> Result<Self, WebhookError> {
        let secret = secret.into();
        if secret.expose().is_empty() {
            return Err(WebhookError::EmptySecret);
        }
        Ok(Self { challenge: secret.clone(), keys: vec![(header, secret)] })
    }

    /// Adds a header that is signed with a secret of its own and goes before those that are known: where a delivery has
    /// it, it alone counts. Challenges are still answered with the first secret.
    ///
    /// # Errors
    ///
    /// [`WebhookError::EmptySecret`]: anybody could sign with an empty secret.
    pub fn prefer(mut self, header: HeaderName, secret: impl Into<Secret>) -> Result<Self, WebhookError> {
        let secret = secret.into();
        if secret.expose().is_empty() {
            return Err(WebhookError::EmptySecret);
        }
        self.keys.insert(0, (header, secret));
        Ok(self)
    }

    /// Answers a challenge (`crc_token`): the JSON body to send back, `{"response_token":"sha256=…"}`, with
    /// `Content-Type: application/json` and status 200.
    ///
    /// # Errors
    ///
    /// [`WebhookError::NoToken`], if the text is no opaque token: 1 to 256 letters, digits and `-._~+/=`. Answer with
    /// status 400.
    pub fn answer(&self, token: &str) -> Result<String, WebhookError> {
        if !is_token(token.as_bytes()) {
            return Err(WebhookError::NoToken);
        }
        let signature = STANDARD.encode(mac(&self.challenge, token.as_bytes())?.finalize().into_bytes());
        Ok(format!(r#"{{"response_token":"{PREFIX}{signature}"}}"#))
    }

    /// Checks that the server sent a body: `body` must be the bytes as they arrived, before any decoding of JSON. The
    /// comparison takes the same time wherever the signatures differ.
    ///
    /// # Errors
    ///
    /// [`WebhookError::NoSignature`], [`WebhookError::MalformedSignature`], [`WebhookError::WrongSignature`] or
    /// [`WebhookError::NoEvent`]; every one means that the delivery must not be used: answer with status 401 or 403.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
        let signed = self.keys.iter().find(|(header, _)| headers.contains_key(header));
        let Some((header, secret)) = signed else { return Err(WebhookError::NoSignature) };
        let mut values = headers.get_all(header).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return Err(WebhookError::MalformedSignature) };
        let signature = value.to_str().ok().and_then(|value| STANDARD.decode(value.strip_prefix(PREFIX)?).ok());
        let Some(signature) = signature else { return Err(WebhookError::MalformedSignature) };
        mac(secret, body)?.verify_slice(&signature).map_err(|_| WebhookError::WrongSignature)?;
        if is_token(body) { Err(WebhookError::NoEvent) } else { Ok(()) }
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.keys.iter().map(|(header, _)| header.as_str()).collect();
        f.debug_struct("Webhook").field("headers", &headers).finish_non_exhaustive()
    }
}

/// Why a challenge is not answered or a delivery not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret is empty, or no key.
    EmptySecret,
    /// The challenge is no opaque token; answering it could sign a body.
    NoToken,
    /// The delivery has no header with a signature.
    NoSignature,
    /// The signature is not one `sha256=` with base64 behind it.
    MalformedSignature,
    /// The signature is not that of the body under the secret.
    WrongSignature,
    /// The body could be a challenge, whose answer is its signature.
    NoEvent,
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptySecret => "the webhook's secret is empty",
            Self::NoToken => "the challenge is no opaque token and is not answered",
            Self::NoSignature => "the delivery has no signature",
            Self::MalformedSignature => "the delivery's signature is none",
            Self::WrongSignature => "the delivery's signature is wrong",
            Self::NoEvent => "the delivery's body could be a challenge",
        })
    }
}

impl StdError for WebhookError {}

fn mac(secret: &Secret, text: &[u8]) -> Result<Hmac<Sha256>, WebhookError> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes());
    let mut mac = mac.map_err(|_| WebhookError::EmptySecret)?;
    mac.update(text);
    Ok(mac)
}

fn is_token(text: &[u8]) -> bool {
    (1..=MAX_TOKEN).contains(&text.len())
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte))
}
