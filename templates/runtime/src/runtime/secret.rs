//! Texts that are sent to the server and shown to nobody else.

use std::fmt;
use std::sync::Arc;

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
