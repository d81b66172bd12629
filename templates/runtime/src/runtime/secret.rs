//! Texts that are sent to the server and shown to nobody else.

use std::fmt;
use std::sync::Arc;

use super::argument::percent_encode;

/// A text that never shows itself: `Debug` prints a placeholder and there is no `Display`.
///
/// Clones share the text. The memory is not wiped on drop: the text also passes through headers and buffers of the
/// transport, where nobody could wipe it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// The text itself. Whoever calls this takes over the duty not to print it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// The secrets that a request was sent with, to keep them out of messages when the server repeats them. It travels in
/// the extensions of the answer's head, so that whoever makes an error of an answer has it.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<[String]>);

impl Secrets {
    /// Takes secret texts, also in the forms in which they stand in JSON and in URLs.
    pub(crate) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut forms = Vec::new();
        for text in texts {
            let json = serde_json::Value::from(text.as_str()).to_string();
            let json = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
            let mut url = String::new();
            percent_encode(&mut url, &text);
            forms.extend([json.replace('/', "\\/"), json, url, text]);
        }
        forms.retain(|form| !form.is_empty());
        // The longest first, so that a secret is not found as a part of another one.
        forms.sort_unstable_by(|left, right| right.len().cmp(&left.len()).then_with(|| left.cmp(right)));
        forms.dedup();
        Self(forms.into())
    }

    /// What the head of an answer carries; nothing where the answer was fetched by other means.
    pub(crate) fn of(parts: &http::response::Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with `…` in the place of every secret.
    pub(crate) fn censor(&self, text: &str) -> String {
        let mut censored = text.to_owned();
        for secret in self.0.iter().filter(|secret| text.contains(secret.as_str())) {
            censored = censored.replace(secret.as_str(), "…");
        }
        censored
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}
