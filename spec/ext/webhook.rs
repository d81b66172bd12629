//! X's webhooks: which header is signed with which secret.

#![cfg(feature = "webhook")]

use http::HeaderName;

use crate::runtime::{Secret, Webhook, WebhookError};

/// The header that is signed with the consumer secret (X documentation, topic "Account Activity API", part "Securing
/// webhooks").
const CONSUMER: HeaderName = HeaderName::from_static("x-twitter-webhooks-signature");

/// The header that is signed with the OAuth 2.0 client secret; X recommends it over the other.
const CLIENT: HeaderName = HeaderName::from_static("x-twitter-webhooks-signature-oauth2");

impl Webhook {
    /// The webhook of an app, by its consumer secret (also called API secret): it answers X's challenge
    /// (`?crc_token=…`) and checks the header `x-twitter-webhooks-signature`.
    ///
    /// # Errors
    ///
    /// [`WebhookError::EmptySecret`]: anybody could sign with an empty secret.
    pub fn of_app(consumer_secret: impl Into<Secret>) -> Result<Self, WebhookError> {
        Self::new(CONSUMER, consumer_secret)
    }

    /// Prefers the header `x-twitter-webhooks-signature-oauth2`, which is signed with the app's OAuth 2.0 client secret.
    /// A delivery without it is checked by the consumer secret.
    ///
    /// # Errors
    ///
    /// [`WebhookError::EmptySecret`]: anybody could sign with an empty secret.
    pub fn prefer_oauth2(self, client_secret: impl Into<Secret>) -> Result<Self, WebhookError> {
        self.prefer(CLIENT, client_secret)
    }
}
