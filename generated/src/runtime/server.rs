//! Servers: the addresses of an API, with variables that a caller may choose.

use std::borrow::Cow;

/// A server that a client can call, for `ClientBuilder::server`: an address, and values for the variables in it.
///
/// A text is an address as it stands, without variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub(crate) url: Cow<'static, str>,
    pub(crate) has_variables: bool,
    pub(crate) values: Vec<(&'static str, String)>,
}

impl Server {
    /// A server of the API description. `url` is its address with `{name}` in the places of its variables.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(url: &'static str) -> Self {
        Self { url: Cow::Borrowed(url), has_variables: true, values: Vec::new() }
    }

    /// Sets a variable.
    #[doc(hidden)]
    #[must_use]
    pub fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value.into()));
        self
    }
}

impl From<String> for Server {
    fn from(url: String) -> Self {
        Self { url: url.into(), has_variables: false, values: Vec::new() }
    }
}

impl From<&str> for Server {
    fn from(url: &str) -> Self {
        url.to_owned().into()
    }
}

/// An address with variables that some operations have for themselves, and what stands for a variable that the caller
/// does not choose.
#[derive(Debug)]
pub struct OwnServer {
    pub(super) url: &'static str,
    defaults: &'static [(&'static str, &'static str)],
}

impl OwnServer {
    /// An address, with `{name}` in the places of its variables, and their defaults.
    #[must_use]
    pub const fn new(url: &'static str, defaults: &'static [(&'static str, &'static str)]) -> Self {
        Self { url, defaults }
    }

    /// The address, with the caller's values for variables that it shares with the server of the client.
    pub(crate) fn address(&self, values: &[(&'static str, String)]) -> Result<String, String> {
        fill(self.url, |name| {
            let chosen = values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
            chosen.or_else(|| self.defaults.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
        })
    }
}

/// An address with values in the places of its variables (OpenAPI 3.1.1, section 4.8.5). A value stays in its part of the
/// address: that of a host name cannot end it, and that of a path cannot leave it. A variable at the very beginning can
/// be a whole address.
pub(crate) fn fill<'v>(template: &str, value: impl Fn(&str) -> Option<&'v str>) -> Result<String, String> {
    let mut url = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{')
        && let Some((name, after)) = after.split_once('}')
    {
        url.push_str(before);
        let Some(value) = value(name) else {
            return Err(format!("the variable `{name}` of the server `{template}` has no value"));
        };
        let wrong = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '\\');
        let part = match url.split_once("://") {
            None if after.starts_with("://") => Some(("scheme", !value.chars().all(|c| c.is_ascii_alphanumeric()))),
            None if url.is_empty() => None,
            Some((_, authority)) if !authority.contains('/') => {
                Some(("host", value.contains(|c| wrong(c) || matches!(c, '/' | '@'))))
            }
            _ => Some(("path", value.contains(wrong) || value.split('/').any(|part| matches!(part, "." | "..")))),
        };
        if let Some((part, true)) = part {
            return Err(format!("`{value}` cannot stand for `{name}` in the {part} of the server `{template}`"));
        }
        url.push_str(value);
        rest = after;
    }
    url.push_str(rest);
    Ok(url)
}
