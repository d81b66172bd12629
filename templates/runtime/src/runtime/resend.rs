//! What is sent again at once: a request with a refreshed credential, and one that the server redirects.

use http::response::Parts;
use http::{Method, StatusCode, header};

use super::authorization::Authorization;
use super::error::{Error, ErrorKind};
use super::exchange::{Exchange, race};
use super::retry;
use super::scheme::SchemeKind;
use super::secret::Secrets;
use super::send::{Job, Progress};
use super::span;
use super::transport::BoxError;

/// How many redirects inside the origin are followed.
const MAX_REDIRECTS: u32 = 5;

impl Job {
    /// What to do about an answer that is no success: `Ok` to send again at once, otherwise the error it means.
    pub(super) async fn resend(&mut self, progress: &mut Progress, exchange: Exchange) -> Result<(), Error> {
        let status = exchange.parts.status;
        if status == StatusCode::UNAUTHORIZED && !progress.refreshed && !progress.spent {
            progress.refreshed = true;
            match self.refresh(progress, exchange.secrets.authorizations()).await {
                Ok(true) => {
                    span::refreshed(self.known_id());
                    return Ok(());
                }
                Ok(false) => {}
                Err(error) => return Err(self.refused(exchange).with_source(error)),
            }
        }
        let location = exchange.parts.headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        if let (301 | 302 | 303 | 307 | 308, Some(location)) = (status.as_u16(), location) {
            let keys = exchange.secrets.authorizations().iter().flat_map(|authorization| &authorization.query);
            let keys: Vec<&str> = keys.map(|(name, _)| name.as_str()).collect();
            let note = match self.base.redirect(&self.url, location, &keys) {
                Err(origin) => {
                    let origin = Secrets::of(&exchange.parts).censor(&origin);
                    format!("it redirects to {origin}, where no credentials are sent")
                }
                Ok(_) if !matches!(self.method, Method::GET | Method::HEAD) => {
                    format!("redirects of {} are not followed", self.method)
                }
                Ok(_) if progress.spent || self.body.as_bytes().is_none_or(|body| !body.is_empty()) => {
                    "redirects of requests with a body are not followed".to_owned()
                }
                Ok(_) if progress.redirects >= MAX_REDIRECTS => {
                    format!("it is the redirect after {MAX_REDIRECTS} others")
                }
                Ok(url) => {
                    progress.redirects += 1;
                    self.url = url;
                    return Ok(());
                }
            };
            return Err(self.refused(exchange).note(&note));
        }
        Err(self.refused(exchange))
    }

    /// Asks every credential of the refused request for a new authentication.
    async fn refresh(&self, progress: &Progress, refused: &[Authorization]) -> Result<bool, BoxError> {
        let clock = self.client.clock();
        let mut refreshed = false;
        for (chosen, refused) in self.chosen.iter().zip(refused) {
            let request = self.auth_request(chosen);
            let limit = progress.left(&**clock).or(self.settings.attempt_timeout);
            match race(&**clock, limit, chosen.auth.refresh(&request, refused)).await {
                Some(result) => refreshed |= result?,
                None => return Err("refreshing the credential took longer than it may take".into()),
            }
        }
        Ok(refreshed)
    }

    /// The error that an answer means.
    fn refused(&self, exchange: Exchange) -> Error {
        let unix_now = Some(self.client.unix_now());
        let advice = self.advice(&exchange.parts);
        let error = Error::answered(self.operation_id.clone(), &exchange.parts, exchange.body, unix_now);
        match (advice, error.kind(), error.retry_after()) {
            (Some(advice), ..) => error.note(&advice),
            (None, ErrorKind::RateLimited, Some(wait)) => {
                error.note(&format!("there is room again in {} s", wait.as_secs()))
            }
            _ => error,
        }
    }

    /// What the caller has to look at where a credential is refused.
    fn advice(&self, parts: &Parts) -> Option<String> {
        let names =
            || self.chosen.iter().map(|chosen| format!("`{}`", chosen.scheme.name)).collect::<Vec<_>>().join(" and ");
        match parts.status {
            StatusCode::UNAUTHORIZED if self.chosen.is_empty() => Some("no credential was sent".to_owned()),
            StatusCode::UNAUTHORIZED => {
                let signed = self.chosen.iter().any(|chosen| chosen.scheme.kind == SchemeKind::OAuth1);
                let off = signed.then(|| self.clock_off(parts)).flatten().unwrap_or_default();
                Some(format!("the credential for {} was not accepted{off}", names()))
            }
            StatusCode::FORBIDDEN => {
                let scopes: Vec<&str> = self.chosen.iter().flat_map(|chosen| chosen.scopes).copied().collect();
                (!scopes.is_empty()).then(|| format!("{} needs the scopes {} for it", names(), scopes.join(", ")))
            }
            _ => None,
        }
    }

    /// How wrong the clock here is by the answer's `Date`, where that is more than servers put up with: a signature holds the time
    /// it was made at (RFC 5849 section 3.3).
    fn clock_off(&self, parts: &Parts) -> Option<String> {
        const MOST: u64 = 300;
        let date = retry::stated_date(&parts.headers)?;
        let here = self.client.unix_now().as_secs();
        let side = if here < date { "behind" } else { "ahead of" };
        let off = here.abs_diff(date);
        (off > MOST).then(|| format!("; the clock here is {off} s {side} the server's, and signatures hold the time"))
    }
}
