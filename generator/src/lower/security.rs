//! Security schemes and what each operation needs.

use crate::config::Table;
use crate::diag::Code;
use crate::document::{ParameterPlace, SchemeKind as NodeKind, SchemeNode, Security};
use crate::ir::{Need, Scheme, SchemeKind};
use crate::names::{Methods, Scope, Variants};

use super::Lower;
use super::plan::Plan;
use super::reserved::{OF_VALUES, SETTERS, joined};

impl Lower<'_> {
    /// The schemes, sorted by name. Where only some operations are selected, those that they accept.
    pub(super) fn schemes(&mut self, plans: &[Plan]) -> Vec<Scheme> {
        let is_partial = self.config.select().is_partial();
        let global = self.document.global_security();
        let mut rules = plans.iter().flat_map(|plan| plan.node.security.as_ref().unwrap_or(global));
        let used: Vec<&String> = rules.by_ref().flatten().map(|(name, _)| name).collect();
        let (certificates, nodes): (Vec<_>, Vec<_>) = self
            .document
            .security_schemes()
            .iter()
            .filter(|(wire, _)| !is_partial || used.contains(&wire))
            .partition(|(_, node)| node.kind == NodeKind::MutualTls);
        for (wire, node) in certificates {
            self.diagnostics
                .add(
                    Code::Unsupported,
                    &node.origin,
                    format!("nothing is generated for the client certificate `{wire}`"),
                )
                .help("give it to the transport; calls that need it are sent with their other credentials");
        }
        let nodes: Vec<(String, SchemeNode)> = nodes.into_iter().cloned().collect();
        let nodes = nodes.as_slice();
        let mut setters: Scope<Methods> = Scope::new(&joined(&[SETTERS, OF_VALUES]));
        let mut variants: Scope<Variants> = Scope::new(&["Self"]);
        for (wire, node) in nodes {
            variants.claim(wire, &[], "scheme", wire);
            if !self.pin(&mut setters, Table::RenameSchemes, wire, "a method", &node.origin) {
                setters.claim(wire, &[], "credential", wire);
            }
        }
        let (setters, clashes) = setters.resolve();
        for clash in &clashes {
            self.clash(clash, Table::RenameSchemes, |claim| {
                nodes.get(claim.0).map(|(wire, node)| (wire.clone(), node.origin.clone()))
            });
        }
        let (variants, _) = variants.resolve();
        let mut schemes: Vec<Scheme> = nodes
            .iter()
            .zip(setters)
            .zip(variants)
            .map(|(((wire, node), setter), variant)| Scheme {
                wire: wire.clone(),
                setter,
                variant,
                kind: kind(node.kind.clone()),
                logins: Vec::new(),
                scopes: None,
                docs: node.description.clone().unwrap_or_default(),
                origin: node.origin.clone(),
            })
            .collect();
        self.logins(&mut schemes, nodes);
        schemes
    }

    /// What an operation needs: its own rule, or the document's. The alternatives keep their order, and the scopes of one
    /// are sorted, because they are a set (RFC 6749, section 3.3: "their order does not matter").
    pub(super) fn needs(&self, own: Option<&Security>, schemes: &[Scheme]) -> Vec<Vec<Need>> {
        let rules = match own {
            Some(rules) => rules.clone(),
            None => self.document.global_security().clone(),
        };
        let mut alternatives = Vec::new();
        for rule in &rules {
            let needs: Option<Vec<Need>> = rule
                .iter()
                // A certificate is part of the connection.
                .filter(|(name, _)| !self.is_certificate(name))
                .map(|(name, scopes)| {
                    let scheme = schemes.iter().position(|scheme| scheme.wire == *name)?;
                    let mut scopes = scopes.clone();
                    scopes.sort_unstable();
                    Some(Need { scheme, scopes })
                })
                .collect();
            // A scheme that is not declared, or that cannot be read, has been reported where it is named or declared.
            alternatives.extend(needs);
        }
        alternatives
    }
}

impl Lower<'_> {
    fn is_certificate(&self, name: &str) -> bool {
        let mut schemes = self.document.security_schemes().iter();
        schemes.any(|(known, node)| known == name && node.kind == NodeKind::MutualTls)
    }
}

fn kind(kind: NodeKind) -> SchemeKind {
    match kind {
        NodeKind::ApiKey { place: ParameterPlace::Query | ParameterPlace::QueryString, name } => {
            SchemeKind::ApiKeyQuery(name)
        }
        NodeKind::ApiKey { place: ParameterPlace::Cookie, name } => SchemeKind::ApiKeyCookie(name),
        NodeKind::ApiKey { name, .. } => SchemeKind::ApiKeyHeader(name),
        NodeKind::HttpBasic => SchemeKind::Basic,
        NodeKind::HttpBearer { .. } => SchemeKind::Bearer,
        NodeKind::HttpOther(name) if name.eq_ignore_ascii_case("oauth") => SchemeKind::OAuth1,
        NodeKind::HttpOther(name) => SchemeKind::Other(name),
        NodeKind::OAuth2(flows) => SchemeKind::OAuth2 {
            authorization_url: flows.iter().find_map(|flow| flow.authorization_url.clone()),
            token_url: flows.iter().find_map(|flow| flow.token_url.clone()),
            scopes: flows
                .into_iter()
                .flat_map(|flow| flow.scopes)
                .collect::<std::collections::BTreeMap<_, _>>()
                .into_iter()
                .collect(),
        },
        NodeKind::OpenIdConnect { url } => SchemeKind::OpenIdConnect(url),
        NodeKind::MutualTls => SchemeKind::Other("mutualTLS".to_owned()),
    }
}
