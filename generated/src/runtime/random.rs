//! Random texts nobody can guess: from the operating system, or from the platform on WebAssembly.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::oauth_error::{OAuthError, OAuthErrorKind};

/// 256 random bits as 43 characters of the alphabet of base64url (RFC 4648 section 5), all of them unreserved in URLs.
#[inline]
pub(crate) fn random_text() -> Result<String, OAuthError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        OAuthError::new(OAuthErrorKind::Configuration, "the system gives no random numbers")
            .with_source(error.to_string())
    })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
