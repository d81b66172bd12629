//! Texts that are sent to the server and shown to nobody else.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::argument::percent_encode;
use super::authorization::Authorization;

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

/// What authenticated a request, and the secrets in it, to keep them out of messages when the server repeats them. It
/// travels in the extensions of the answer's head, so that whoever makes an error of an answer has it.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Option<Arc<Source>>);

struct Source {
    authorizations: Vec<Authorization>,
    /// The secret texts in all forms; only messages need them, so they are found when the first one does.
    forms: OnceLock<Vec<String>>,
}

impl Secrets {
    /// What is secret in these; nothing where there are none.
    pub(crate) fn new(authorizations: Vec<Authorization>) -> Self {
        Self((!authorizations.is_empty()).then(|| Arc::new(Source { authorizations, forms: OnceLock::new() })))
    }

    /// What authenticated the request.
    pub(crate) fn authorizations(&self) -> &[Authorization] {
        self.0.as_ref().map_or(&[], |source| &source.authorizations)
    }

    fn forms(&self) -> &[String] {
        self.0
            .as_ref()
            .map_or(&[], |source| source.forms.get_or_init(|| forms(Authorization::secrets(&source.authorizations))))
    }

    /// What the head of an answer carries; nothing where the answer was fetched by other means.
    pub(crate) fn of(parts: &http::response::Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.forms().is_empty()
    }

    /// The text with `…` in the place of every secret.
    pub(crate) fn censor(&self, text: &str) -> String {
        let mut censored = text.to_owned();
        for secret in self.forms().iter().filter(|secret| text.contains(secret.as_str())) {
            censored = censored.replace(secret.as_str(), "…");
        }
        censored
    }
}

/// Secret texts, also in the forms in which they stand in JSON and in URLs.
fn forms(texts: Vec<String>) -> Vec<String> {
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
    forms
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}
