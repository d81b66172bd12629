//! Security schemes and requirements.

use std::borrow::Cow;

use serde_json::Value;

use super::external::is_path;

use super::nodes::{OAuthFlow, ParameterPlace, SchemeKind, SchemeNode, Security};
use super::shape::{Fields, check, describe, sorted_members, wrong};
use super::{Document, tables};
use crate::diag::{Code, Diagnostics, Origin, escape_segment};

impl Document<'_> {
    pub(super) fn scheme(&self, at: &Origin, diags: &mut Diagnostics) -> Option<SchemeNode> {
        let origin = self.resolve(at, diags)?.origin;
        let node = self.object(&origin, "security scheme", diags)?;
        let fields = check(node, &origin, "security scheme", tables::SECURITY_SCHEME, self.version, diags);
        let kind = match self.needed(&fields, "type", &origin, diags)?.as_str() {
            "apiKey" => self.api_key(&fields, &origin, diags)?,
            "http" => {
                let scheme = self.needed(&fields, "scheme", &origin, diags)?.to_ascii_lowercase();
                match scheme.as_str() {
                    "basic" => SchemeKind::HttpBasic,
                    "bearer" => SchemeKind::HttpBearer { format: fields.text("bearerFormat") },
                    _ => SchemeKind::HttpOther(scheme),
                }
            }
            "oauth2" => SchemeKind::OAuth2(self.flows(&fields, &origin, diags)),
            "openIdConnect" => {
                SchemeKind::OpenIdConnect { url: self.needed(&fields, "openIdConnectUrl", &origin, diags)? }
            }
            "mutualTLS" => SchemeKind::MutualTls,
            other => {
                diags
                    .add(Code::InvalidValue, &origin.child("type"), format!("`{other}` is no type of security scheme"))
                    .help("the types are apiKey, http, oauth2, openIdConnect and, from OpenAPI 3.1 on, mutualTLS");
                return None;
            }
        };
        Some(SchemeNode {
            kind,
            description: fields.text("description"),
            extensions: fields.extensions().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
            origin,
        })
    }

    /// A list of security requirements: alternatives of needs, the needs sorted by scheme.
    pub(super) fn requirements(&self, list: &[Value], at: &Origin, diags: &mut Diagnostics) -> Security {
        let mut alternatives = Vec::new();
        for (index, requirement) in list.iter().enumerate() {
            let place = at.index(index);
            let Some(node) = requirement.as_object() else {
                let message =
                    format!("a security requirement must be a mapping, but this is {}", describe(requirement));
                diags.add(Code::WrongKind, &place, message).help("it is left out");
                continue;
            };
            let mut needs = Vec::new();
            for (name, scopes) in sorted_members(node) {
                let here = place.child(name);
                let name = self.scheme_name(name, &place);
                let name = &*name;
                if !self.schemes.iter().any(|(known, _)| known == name) {
                    let declared = Origin::root(self.file).child("components").child("securitySchemes").child(name);
                    if self.value(&declared).is_none() {
                        let diagnostic = diags.add(
                            Code::UnknownScheme,
                            &here,
                            format!("the security scheme `{name}` is not declared in `components`"),
                        );
                        diagnostic.on_key();
                        let names = self.schemes.iter().map(|(name, _)| name.as_str());
                        if let Some(near) = crate::diag::nearest(name, names) {
                            diagnostic.help(format!("did you mean `{near}`?"));
                        }
                    }
                }
                if !scopes.is_array() {
                    wrong(&here, name, "a list of scopes", scopes, diags);
                }
                needs.push((name.to_owned(), super::root::texts(scopes.as_array().map(Vec::as_slice))));
            }
            alternatives.push(needs);
        }
        alternatives
    }

    /// The name of the scheme that a requirement names: a component, or from OpenAPI 3.2 on a reference to one. A component
    /// of that very name comes first.
    fn scheme_name<'n>(&self, name: &'n str, place: &Origin) -> Cow<'n, str> {
        let referred = self.referred_scheme(name, place);
        let found = referred.and_then(|origin| self.schemes.iter().find(|(_, scheme)| scheme.origin == origin));
        found.map_or(Cow::Borrowed(name), |(name, _)| Cow::Owned(name.clone()))
    }

    /// The scheme that a requirement refers to, if it does.
    fn referred_scheme(&self, name: &str, place: &Origin) -> Option<Origin> {
        if !is_path(name) || self.schemes.iter().any(|(known, _)| known == name) {
            return None;
        }
        // What leads nowhere is reported as a name that is not declared.
        let mut aside = Diagnostics::new();
        let target = self.follow(name, place, &place.child(name), &mut aside)?;
        Some(self.resolve(&target, &mut aside)?.origin)
    }

    /// Reads the schemes that requirements refer to and that are no components of the description. Each is called by its key;
    /// where a component or another one of them has that, by its file and its key, or else by all of its address.
    pub(super) fn schemes_elsewhere(&mut self, diags: &mut Diagnostics) {
        let mut references = Vec::new();
        for file in self.sources.files() {
            if let Some(tree) = self.sources.tree(file) {
                required(tree, &mut Origin::root(file), &mut references);
            }
        }
        references.sort();
        let mut found: Vec<([String; 3], SchemeNode)> = Vec::new();
        for (place, name) in references {
            let Some(origin) = self.referred_scheme(&name, &place) else { continue };
            let known = found.iter().map(|(_, scheme)| scheme).chain(self.schemes.iter().map(|(_, scheme)| scheme));
            if known.into_iter().any(|scheme| scheme.origin == origin) {
                continue;
            }
            let Some(scheme) = self.scheme(&origin, diags) else { continue };
            let stem = self.stem(&origin).to_owned();
            let own = origin.last().map_or_else(|| stem.clone(), Cow::into_owned);
            let address = format!("{} {}", self.sources.name(origin.file).unwrap_or_default(), origin.pointer);
            found.push(([own.clone(), format!("{stem} {own}"), address], scheme));
        }
        let taken = |form: usize, name: &String| {
            let same = found.iter().filter(|(names, _)| names[form] == *name).count();
            same > 1 || self.schemes.iter().any(|(known, _)| known == name)
        };
        let names: Vec<String> = found
            .iter()
            .map(|(names, _)| (0..2).find(|form| !taken(*form, &names[*form])).map_or(&names[2], |form| &names[form]))
            .cloned()
            .collect();
        self.schemes.extend(names.into_iter().zip(found.into_iter().map(|(_, scheme)| scheme)));
        self.schemes.sort_by(|(left, _), (right, _)| left.cmp(right));
    }

    fn api_key(&self, fields: &Fields<'_>, origin: &Origin, diags: &mut Diagnostics) -> Option<SchemeKind> {
        let place = self.needed(fields, "in", origin, diags)?;
        let name = self.needed(fields, "name", origin, diags)?;
        let place = match place.as_str() {
            "header" => ParameterPlace::Header,
            "query" => ParameterPlace::Query,
            "cookie" => ParameterPlace::Cookie,
            other => {
                diags
                    .add(Code::InvalidValue, &origin.child("in"), format!("an API key cannot be in `{other}`"))
                    .help("it is in `header`, `query` or `cookie`");
                return None;
            }
        };
        Some(SchemeKind::ApiKey { place, name })
    }

    fn flows(&self, fields: &Fields<'_>, origin: &Origin, diags: &mut Diagnostics) -> Vec<OAuthFlow> {
        let Some(node) = fields.object("flows") else {
            self.missing(fields, "flows", origin, diags);
            return Vec::new();
        };
        let at = origin.child("flows");
        let flows = check(node, &at, "flows", tables::FLOWS, self.version, diags);
        let mut list = Vec::new();
        for (kind, value) in flows.iter().filter(|(kind, _)| !kind.starts_with("x-")) {
            let Some(node) = value.as_object() else { continue };
            let here = at.child(kind);
            let flow = check(node, &here, "flow", tables::FLOW, self.version, diags);
            let scopes = flow.object("scopes").map(sorted_members).unwrap_or_default();
            list.push(OAuthFlow {
                kind: kind.to_owned(),
                authorization_url: flow.text("authorizationUrl"),
                token_url: flow.text("tokenUrl"),
                refresh_url: flow.text("refreshUrl"),
                scopes: scopes
                    .into_iter()
                    .map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned()))
                    .collect(),
            });
        }
        list
    }

    /// The text of a keyword that a security scheme of its kind cannot do without.
    fn needed(&self, fields: &Fields<'_>, name: &str, origin: &Origin, diags: &mut Diagnostics) -> Option<String> {
        let text = fields.text(name);
        if text.is_none() {
            self.missing(fields, name, origin, diags);
        }
        text
    }

    fn missing(&self, fields: &Fields<'_>, name: &str, origin: &Origin, diags: &mut Diagnostics) {
        // A value of the wrong kind has its own diagnostic.
        let written = self.value(origin).and_then(Value::as_object).is_some_and(|node| node.contains_key(name));
        if !written && !fields.has(name) {
            diags
                .add(Code::MissingKeyword, origin, format!("this security scheme needs `{name}`"))
                .help("the scheme is left out");
        }
    }
}

/// The names of schemes in requirements that can be references, with the place of the requirement. `at` is the place of the
/// node, and is so again at the end.
fn required(node: &Value, at: &mut Origin, found: &mut Vec<(Origin, String)>) {
    match node {
        Value::Object(map) => {
            for (key, value) in map {
                if let ("security", Value::Array(list)) = (key.as_str(), value) {
                    let at = at.child("security");
                    for (index, needs) in list.iter().enumerate() {
                        let names = needs.as_object().into_iter().flatten().map(|(name, _)| name);
                        found.extend(names.filter(|name| is_path(name)).map(|name| (at.index(index), name.clone())));
                    }
                } else if value.is_object() || value.is_array() {
                    required_below(value, &escape_segment(key), at, found);
                }
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate().filter(|(_, value)| value.is_object() || value.is_array()) {
                required_below(value, &index.to_string(), at, found);
            }
        }
        _ => {}
    }
}

/// The same of a child, by the last segment of its pointer.
fn required_below(node: &Value, segment: &str, at: &mut Origin, found: &mut Vec<(Origin, String)>) {
    let length = at.pointer.len();
    at.pointer.push('/');
    at.pointer.push_str(segment);
    required(node, at, found);
    at.pointer.truncate(length);
}
