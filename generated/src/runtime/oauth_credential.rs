//! A failure to obtain a token, as the call that needed the token reports it.

use super::error::{Error, ErrorKind, Outcome};
use super::oauth_error::{OAuthError, OAuthErrorKind};
use super::transport::BoxError;

impl OAuthError {
    /// The failure as a credential reports it: one that trying again does not change is an [`Error`] that says so.
    #[inline]
    pub(crate) fn of_credential(self) -> BoxError {
        let passes = match self.kind() {
            OAuthErrorKind::Unreachable | OAuthErrorKind::Store => true,
            OAuthErrorKind::Refused => {
                self.status().is_some_and(|status| status.is_server_error() || matches!(status.as_u16(), 408 | 429))
            }
            _ => false,
        };
        if passes {
            return self.into();
        }
        Error::new(ErrorKind::MissingCredentials, Outcome::NotSent, "", self.to_string()).with_source(self).into()
    }
}
