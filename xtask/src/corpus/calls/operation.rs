//! An operation as the description writes it: its parameters, its body, its addresses and what proves who calls.

use serde_json::Value;

use super::raw::{Place, Raw};

/// The address of an API that gives none, or one without a host.
pub(super) const SOMEWHERE: &str = "https://corpus.test";

/// An operation and the path item that holds it.
#[derive(Clone, Debug)]
pub(super) struct RawOperation {
    pub(super) template: String,
    pub(super) method: String,
    pub(super) parameters: Vec<RawParameter>,
    pub(super) place: Place,
    item: Place,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(super) struct RawParameter {
    pub(super) name: String,
    /// `path`, `query`, `header`, `cookie` or `querystring`.
    pub(super) location: String,
    pub(super) style: String,
    pub(super) explode: bool,
    pub(super) required: bool,
    /// The media type of its value, in place of a style.
    pub(super) content: Option<String>,
    pub(super) schema: Option<Place>,
}

/// How a credential travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Header(String),
    Query(String),
    Cookie(String),
    /// The `Authorization` header with this scheme.
    Authorization(&'static str),
    /// Something that cannot be seen in a request.
    Unseen,
}

impl RawOperation {
    /// Finds an operation by its path template and its method in upper case.
    pub(super) fn find(raw: &Raw, template: &str, method: &str) -> Option<Self> {
        let paths = raw.get(&raw.root(), "paths")?;
        let item = raw.get(&paths, template).or_else(|| raw.get(&paths, template.strip_prefix('/')?))?;
        let place = raw
            .get(&item, &method.to_ascii_lowercase())
            .or_else(|| raw.get(&raw.get(&item, "additionalOperations")?, method))?;
        let mut parameters: Vec<RawParameter> = Vec::new();
        for at in [&item, &place].into_iter().flat_map(|at| raw.elements(&at.child("parameters"))) {
            let Some(parameter) = parameter(raw, &at) else { continue };
            parameters.retain(|known| known.name != parameter.name || known.location != parameter.location);
            parameters.push(parameter);
        }
        Some(Self { template: template.to_owned(), method: method.to_owned(), parameters, place, item })
    }

    /// The addresses that the request may go to, without a slash at the end.
    pub(super) fn bases(&self, raw: &Raw) -> Vec<String> {
        let root = raw.root();
        let level = [&self.place, &self.item, &root]
            .into_iter()
            .map(|at| raw.elements(&at.child("servers")))
            .find(|servers| !servers.is_empty())
            .unwrap_or_default();
        let mut bases: Vec<String> = level.iter().filter_map(|server| base(raw, server)).collect();
        if bases.is_empty() {
            bases.push(SOMEWHERE.to_owned());
        }
        bases
    }

    /// The media types of the body, and whether there has to be one.
    pub(super) fn body(&self, raw: &Raw) -> Option<(Vec<(String, Place)>, bool)> {
        let body = raw.get(&self.place, "requestBody")?;
        let content = body.child("content");
        let media = raw.keys(&content).into_iter().filter_map(|key| Some((key.clone(), raw.get(&content, &key)?)));
        Some((media.collect(), raw.flag(&body, "required").unwrap_or_default()))
    }

    /// The alternatives of credentials; one that is empty means that none is needed.
    pub(super) fn security(&self, raw: &Raw) -> Vec<Vec<Proof>> {
        let own = self.place.child("security");
        let at = if raw.value(&own).is_some() { own } else { raw.root().child("security") };
        let schemes = raw.root().child("components").child("securitySchemes");
        let alternatives = raw.value(&at).and_then(Value::as_array).cloned().unwrap_or_default();
        let alternatives = alternatives.iter().filter_map(Value::as_object).map(|needs| {
            needs.keys().map(|name| raw.get(&schemes, name).map_or(Proof::Unseen, |at| proof(raw, &at))).collect()
        });
        alternatives.collect()
    }
}

fn parameter(raw: &Raw, at: &Place) -> Option<RawParameter> {
    let location = raw.text(at, "in")?;
    let (usual, allowed): (&str, &[&str]) = match location {
        "query" => ("form", &["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        "cookie" => ("form", &["form", "cookie"]),
        "path" => ("simple", &["simple", "label", "matrix"]),
        _ => ("simple", &["simple"]),
    };
    let style = raw.text(at, "style").filter(|style| allowed.contains(style)).unwrap_or(usual);
    let content = raw.keys(&at.child("content")).into_iter().next();
    let schema = match &content {
        Some(media) => raw.get(&at.child("content"), media).map(|media| media.child("schema")),
        None => Some(at.child("schema")),
    };
    Some(RawParameter {
        name: raw.text(at, "name")?.to_owned(),
        location: location.to_owned(),
        style: style.to_owned(),
        explode: raw.flag(at, "explode").unwrap_or(matches!(style, "form" | "cookie")),
        required: location == "path" || raw.flag(at, "required").unwrap_or_default(),
        content,
        schema: schema.filter(|place| raw.value(place).is_some()),
    })
}

fn base(raw: &Raw, server: &Place) -> Option<String> {
    let mut url = raw.text(server, "url")?.to_owned();
    let variables = server.child("variables");
    for name in raw.keys(&variables) {
        let default = match raw.value(&variables.child(&name).child("default"))? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        url = url.replace(&format!("{{{name}}}"), &default);
    }
    let url = url.trim_end_matches('/');
    if let Some((scheme, rest)) = url.split_once("://") {
        // The usual port is left out of an URL (RFC 3986, section 6.2.3).
        let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
        let usual = if scheme == "http" { ":80" } else { ":443" };
        let host = host.strip_suffix(usual).unwrap_or(host);
        let path = path.map_or(String::new(), |path| format!("/{path}"));
        return Some(format!("{scheme}://{host}{path}"));
    }
    Some(format!("{SOMEWHERE}/{}", url.trim_start_matches('/')).trim_end_matches('/').to_owned())
}

fn proof(raw: &Raw, scheme: &Place) -> Proof {
    let name = || raw.text(scheme, "name").unwrap_or_default().to_owned();
    match (raw.text(scheme, "type"), raw.text(scheme, "in"), raw.text(scheme, "scheme")) {
        (Some("apiKey"), Some("header"), _) => Proof::Header(name()),
        (Some("apiKey"), Some("query"), _) => Proof::Query(name()),
        (Some("apiKey"), Some("cookie"), _) => Proof::Cookie(name()),
        (Some("http"), _, Some(scheme)) if scheme.eq_ignore_ascii_case("basic") => Proof::Authorization("Basic "),
        (Some("http"), _, Some(scheme)) if scheme.eq_ignore_ascii_case("bearer") => Proof::Authorization("Bearer "),
        (Some("oauth2" | "openIdConnect"), ..) => Proof::Authorization("Bearer "),
        _ => Proof::Unseen,
    }
}
