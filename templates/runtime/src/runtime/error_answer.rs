//! What an answer that is no success says: which limit a 429 is about, and the words of its error.

use http::StatusCode;

use super::error::ErrorKind;
use super::problem::Problem;
use super::secret::Secrets;

/// What a 429 is about. The kinds are the last path segments of the problem types; titles stand in for bodies without.
pub(super) fn class_of_429(problems: &[Problem]) -> ErrorKind {
    let any = |kind: &str, title: &str| {
        problems.iter().any(|problem| problem.kind() == kind || problem.title.as_deref() == Some(title))
    };
    if any("usage-capped", "UsageCapExceeded") {
        ErrorKind::UsageCapped
    } else if any("streaming-connection", "ConnectionException")
        || problems.iter().any(|problem| problem.member("connection_issue") == Some("TooManyConnections"))
    {
        ErrorKind::TooManyConnections
    } else {
        ErrorKind::RateLimited
    }
}

/// Status and the first problem, or the beginning of a body that holds none.
pub(super) fn message_of(status: StatusCode, problems: &[Problem], raw: &[u8], secrets: &Secrets) -> String {
    let mut message = format!("the server answered {status}");
    if let Some(first) = problems.first() {
        message.push_str(": ");
        message.push_str(&secrets.censor(&first.summary()));
        if problems.len() > 1 {
            message.push_str(&format!(" (and {} more)", problems.len() - 1));
        }
    } else if !raw.is_empty() {
        message.push_str(": ");
        message.push_str(&excerpt(raw, secrets));
    }
    message
}

/// The beginning of a body in one line: at most 120 characters, control characters replaced. Secrets are taken out of
/// the whole text first, so that the cut leaves no part of one.
pub(crate) fn excerpt(raw: &[u8], secrets: &Secrets) -> String {
    const MOST: usize = 120;
    let read = if secrets.is_empty() { raw.len().min(4 * MOST) } else { raw.len() };
    let text = secrets.censor(&String::from_utf8_lossy(&raw[..read]));
    let mut characters = text.trim().chars();
    let mut excerpt: String = characters.by_ref().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if characters.next().is_some() || raw.len() > read {
        excerpt.push('…');
    }
    excerpt
}
