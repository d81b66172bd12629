//! Addresses: the base URL, what is joined to it, and what counts as the same origin.

use std::fmt;

use url::{Origin, Url};

use super::error::Error;

/// A checked base URL.
pub(crate) struct Base {
    /// Without query, and with a path that has no slash at its end.
    prefix: String,
    origin: Origin,
}

impl Base {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |why: &str| Err(Error::invalid("", format!("the base URL cannot be used: {why}")));
        if text.is_empty() {
            return wrong("there is none; set one with `ClientBuilder::base_url`");
        }
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                let why = format!("`{text}` is relative; set a whole one with `ClientBuilder::base_url`");
                return wrong(&why);
            }
            Err(error) => return wrong(&error.to_string()),
        };
        if !matches!(url.scheme(), "http" | "https") {
            return wrong("it must begin with `http://` or `https://`");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("it must not hold a user or a password; set a credential instead");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("it must not hold a query or a fragment");
        }
        Ok(Self { prefix: url.as_str().trim_end_matches('/').to_owned(), origin: url.origin() })
    }

    /// The base URL of operations that have another address than the others. Where that is relative, it counts from here.
    pub(crate) fn other(&self, address: &str) -> Result<Self, Error> {
        match Url::parse(address) {
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                let whole = Url::parse(&format!("{}/", self.prefix)).and_then(|base| base.join(address));
                Self::parse(whole.as_ref().map_or(address, Url::as_str))
            }
            _ => Self::parse(address),
        }
    }

    /// What every URL begins with; a path follows.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The URL of a path, which begins with a slash; `query` is appended where it is not empty.
    pub(crate) fn join(&self, path: &str, query: &str) -> String {
        let mut url = String::with_capacity(self.prefix.len() + path.len() + query.len() + 1);
        url.push_str(&self.prefix);
        url.push_str(path);
        if !query.is_empty() {
            url.push('?');
            url.push_str(query);
        }
        url
    }

    /// The URL of a path or URL that a caller gave, if it stays in the origin.
    pub(crate) fn resolve(&self, path: &str) -> Result<Url, String> {
        let has_scheme = path.split_once("://").is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        });
        let text = if has_scheme {
            path.to_owned()
        } else if path.starts_with('/') {
            self.join(path, "")
        } else {
            self.join(&format!("/{path}"), "")
        };
        let mut url = Url::parse(&text).map_err(|error| format!("the path cannot be used: {error}"))?;
        url.set_fragment(None);
        if !self.is_same_origin(&url) {
            return Err(format!(
                "a request to {} is refused, because it is another origin than the client's base URL",
                url.origin().ascii_serialization()
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the URL must not hold a user or a password".to_owned());
        }
        Ok(url)
    }

    /// Where a redirect leads, if it stays in the origin; otherwise the other origin, to be named. Query parameters of
    /// the names in `without` are left out: a server repeats the whole query, and the credential adds its own again.
    pub(crate) fn redirect(&self, from: &str, location: &str, without: &[&str]) -> Result<String, String> {
        self.target_of(from, location).map(|mut to| {
            if let Some(query) = to.query().filter(|_| !without.is_empty()) {
                let kept: Vec<&str> = query.split('&').filter(|pair| !has_name(pair, without)).collect();
                let kept = kept.join("&");
                to.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
            }
            to.into()
        })
    }

    fn target_of(&self, from: &str, location: &str) -> Result<Url, String> {
        let to = Url::parse(from).and_then(|from| from.join(location));
        match to {
            Ok(mut to) if self.is_same_origin(&to) && to.username().is_empty() && to.password().is_none() => {
                to.set_fragment(None);
                Ok(to)
            }
            Ok(to) => Err(to.origin().ascii_serialization()),
            Err(_) => Err("an address that is none".to_owned()),
        }
    }

    fn is_same_origin(&self, url: &Url) -> bool {
        url.origin() == self.origin
    }
}

/// Whether a pair of a query has one of these names, however it is encoded.
fn has_name(pair: &str, names: &[&str]) -> bool {
    url::form_urlencoded::parse(pair.as_bytes()).any(|(name, _)| names.contains(&name.as_ref()))
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.prefix, f)
    }
}
