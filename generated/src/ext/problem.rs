//! What a problem is about.

use crate::types::{Problem, ProblemKind};

impl Problem {
    /// The kind of the problem: the last segment of the URI in `type`.
    ///
    /// X writes these URIs under two hosts, `api.twitter.com` and `api.x.com`, so only the last segment matters. A
    /// problem without a type is [`ProblemKind::AboutBlank`] (RFC 7807, section 3.1).
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        let uri = self.r#type.as_deref().unwrap_or_default();
        let segment = uri.rsplit('/').find(|segment| !segment.is_empty());
        ProblemKind::from(segment.unwrap_or("about:blank"))
    }
}
