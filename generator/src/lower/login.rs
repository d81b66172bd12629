//! Where the tokens of security schemes come from: the addresses of the document's flows, and those that only the
//! configuration can say.

use crate::config::{Auth, Table};
use crate::diag::{Code, Origin};
use crate::document::{OAuthFlow, SchemeKind as NodeKind, SchemeNode};
use crate::ir::{Endpoints, EnumValue, Literal, Login, Scheme, Scopes};
use crate::names::{Claim, MethodName, Methods, Scope, Types, Variants};

use super::Lower;
use super::scalars::value_wire;

/// Keys of an entry of `[auth]` by what the scheme is, and those of them that the entry cannot do without.
const OAUTH2: (&[&str], &[&str]) = (&["revoke"], &[]);
const TOKEN: (&[&str], &[&str]) = (&["authorize", "revoke", "token"], &["token"]);
const OAUTH1: (&[&str], &[&str]) =
    (&["access_token", "authorize", "request_token"], &["access_token", "authorize", "request_token"]);

impl Lower<'_> {
    /// Fills in where the tokens of each scheme come from, and which scopes they can have.
    pub(super) fn logins(&mut self, schemes: &mut [Scheme], nodes: &[(String, SchemeNode)]) {
        let mut names: Scope<Methods> = Scope::new(&[]);
        let mut found: Vec<(usize, Claim, Endpoints)> = Vec::new();
        let mut types: Scope<Types> = Scope::new(&["AuthScheme"]);
        let mut scoped: Vec<usize> = Vec::new();
        for (index, (wire, node)) in nodes.iter().enumerate() {
            let endpoints = self.endpoints(wire, node);
            let setter = schemes[index].setter.bare().to_owned();
            for (position, endpoints) in endpoints.into_iter().enumerate() {
                let own = if position == 0 { names.pin(&setter).ok() } else { None };
                let claim = own.unwrap_or_else(|| {
                    let words = format!("{setter} client credentials");
                    names.claim(&words, &[format!("{setter} application")], "", &format!("{wire} {position}"))
                });
                found.push((index, claim, endpoints));
            }
            if matches!(&node.kind, NodeKind::OAuth2(flows) if flows.iter().any(|flow| !flow.scopes.is_empty()))
                && found.iter().any(|(of, ..)| *of == index)
            {
                types.claim(&format!("{wire} scope"), &[format!("{wire} login scope")], "name", wire);
                scoped.push(index);
            }
        }
        let names: Vec<MethodName> = names.resolve().0;
        for (index, claim, endpoints) in found {
            schemes[index].logins.push(Login { name: names[claim.0].clone(), endpoints });
        }
        for (index, name) in scoped.into_iter().zip(types.resolve().0) {
            let NodeKind::OAuth2(flows) = &nodes[index].1.kind else { continue };
            let (values, unrecognized) = scopes(flows);
            schemes[index].scopes = Some(Scopes { name, values, unrecognized });
        }
    }

    /// The servers of a scheme; users log in at the first one, if they can at all.
    fn endpoints(&mut self, wire: &str, node: &SchemeNode) -> Vec<Endpoints> {
        let config = self.config;
        let given = config.auth(wire);
        let url = |key: &str| given.and_then(|given| given.given().find(|(known, _)| *known == key));
        let url = |key: &str| url(key).map(|(_, url)| url.to_owned());
        match &node.kind {
            NodeKind::OAuth2(flows) => {
                self.fits(wire, given, OAUTH2);
                self.flows(node, flows, url("revoke"))
            }
            NodeKind::HttpBearer { .. } | NodeKind::OpenIdConnect { .. } if given.is_some() => {
                if !self.fits(wire, given, TOKEN) {
                    return Vec::new();
                }
                let (authorize, revoke) = (url("authorize"), url("revoke"));
                let application = authorize.is_none();
                let token = url("token").unwrap_or_default();
                vec![Endpoints::OAuth2 { authorize, token, refresh: None, revoke, application }]
            }
            NodeKind::HttpOther(name) if name.eq_ignore_ascii_case("oauth") && given.is_some() => {
                if !self.fits(wire, given, OAUTH1) {
                    return Vec::new();
                }
                let url = |key| url(key).unwrap_or_default();
                let (request_token, authorize) = (url("request_token"), url("authorize"));
                vec![Endpoints::OAuth1 { request_token, authorize, access_token: url("access_token") }]
            }
            _ => {
                self.fits(wire, given, (&[], &[]));
                Vec::new()
            }
        }
    }

    /// The servers of the flows that a program can go through: the one of users, and that of the application where its
    /// address is another.
    fn flows(&mut self, node: &SchemeNode, flows: &[OAuthFlow], revoke: Option<String>) -> Vec<Endpoints> {
        let flow = |kind: &str| flows.iter().find(|flow| flow.kind == kind);
        let user = flow("authorizationCode").and_then(|flow| {
            let authorize = self.address(node, flow, "authorizationUrl", flow.authorization_url.as_deref());
            Some((Some(authorize?), self.token(node, flow)?))
        });
        let application = flow("clientCredentials").and_then(|flow| Some((None, self.token(node, flow)?)));
        let endpoints = |(authorize, (token, refresh)): (Option<String>, (String, Option<String>)), application| {
            Endpoints::OAuth2 { authorize, token, refresh, revoke: revoke.clone(), application }
        };
        match (user, application) {
            (Some(user), Some(application)) if user.1 == application.1 => vec![endpoints(user, true)],
            (user, application) => user
                .map(|user| endpoints(user, false))
                .into_iter()
                .chain(application.map(|application| endpoints(application, true)))
                .collect(),
        }
    }

    /// Where a flow obtains tokens, and where it renews them if that is elsewhere.
    fn token(&mut self, node: &SchemeNode, flow: &OAuthFlow) -> Option<(String, Option<String>)> {
        let token = self.address(node, flow, "tokenUrl", flow.token_url.as_deref())?;
        let refresh = match &flow.refresh_url {
            Some(url) => self.address(node, flow, "refreshUrl", Some(url)).filter(|url| *url != token),
            None => None,
        };
        Some((token, refresh))
    }

    /// An address of a flow, which must be one that a request can be sent to.
    fn address(&mut self, node: &SchemeNode, flow: &OAuthFlow, key: &str, url: Option<&str>) -> Option<String> {
        let at = node.origin.child("flows").child(&flow.kind);
        match url {
            Some(url) if is_address(url) => return Some(url.to_owned()),
            Some(_) => {
                self.diagnostics
                    .add(Code::Reduced, &at.child(key), format!("`{key}` is no address: no login is generated for it"))
                    .help("write the whole URL, with `https://`");
            }
            None => {
                self.diagnostics.add(
                    Code::Reduced,
                    &at,
                    format!("the flow has no `{key}`: no login is generated for it"),
                );
            }
        }
        None
    }

    /// Whether an entry of `[auth]` can be used: it has the keys that the scheme needs, no others, and only addresses.
    fn fits(&mut self, wire: &str, given: Option<&Auth>, keys: (&[&str], &[&str])) -> bool {
        let Some(given) = given else { return true };
        let at = self.config.origin(Table::Auth, wire);
        let (known, needed) = keys;
        let mut fits = true;
        for (key, url) in given.given() {
            if !known.contains(&key) {
                fits = false;
                let fault =
                    self.fault(&at.child(key), format!("`{key}` says nothing about the security scheme `{wire}`"));
                fault.on_key().help(match known {
                    [] => "this kind of scheme has no login; remove the entry".to_owned(),
                    known => format!(
                        "what can be said about this kind of scheme is `{}`; the rest is in the document",
                        known.join("`, `")
                    ),
                });
            } else if !is_address(url) {
                fits = false;
                self.fault(&at.child(key), format!("`{url}` is no address"))
                    .help("write the whole URL, with `https://`");
            }
        }
        let missing: Vec<&str> =
            needed.iter().filter(|key| given.given().all(|(known, _)| known != **key)).copied().collect();
        if !missing.is_empty() && fits {
            fits = false;
            self.fault(&at, format!("a login of `{wire}` needs `{}`", missing.join("` and `"))).on_key();
        }
        fits
    }

    fn fault(&mut self, at: &Origin, message: String) -> &mut crate::diag::Diagnostic {
        self.diagnostics.add(Code::ConfigInvalid, at, message)
    }
}

/// The scopes of all flows, sorted by name, each with its variant.
fn scopes(flows: &[OAuthFlow]) -> (Vec<EnumValue>, crate::names::VariantName) {
    let all: std::collections::BTreeMap<&String, &String> =
        flows.iter().flat_map(|flow| flow.scopes.iter().map(|(scope, about)| (scope, about))).collect();
    let mut names: Scope<Variants> = Scope::new(&["Self"]);
    for scope in all.keys() {
        names.claim(&value_wire(scope), &[], "scope", scope);
    }
    let catch_all = names.claim("Unrecognized", &["Unrecognized scope".to_owned()], "", "");
    let names = names.resolve().0;
    let unrecognized = names[catch_all.0].clone();
    let values = all
        .into_iter()
        .zip(names)
        .map(|((scope, about), name)| EnumValue {
            wire: Literal::Text(scope.clone()),
            name,
            docs: about.clone(),
            deprecated: false,
        })
        .collect();
    (values, unrecognized)
}

fn is_address(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme))
        && url.chars().all(|c| c.is_ascii_graphic())
}
