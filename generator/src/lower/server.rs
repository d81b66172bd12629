//! Servers: what each is called, and what can be chosen about its address.

use crate::diag::{Code, Origin};
use crate::document::{self, ServerVariable as VariableNode};
use crate::ir::{EnumValue, Literal, OwnServer, Server, ServerVariable, VariableValues};
use crate::names::{Scope, Types, Values, Variants};

use super::Lower;
use super::params::variables;
use super::reserved::{OF_VALUES, joined};
use super::scalars::value_wire;

/// Names that the file of the servers uses.
const RESERVED: &[&str] =
    &["Clone", "Debug", "Default", "Eq", "From", "Into", "PartialEq", "Self", "Server", "String", "Unrecognized"];

/// A description of more words says what a server is for, and not what it is called.
const LONGEST: usize = 4;

impl Lower<'_> {
    /// The servers of the document, each address once.
    pub(super) fn servers(&mut self) -> Vec<Server> {
        let mut nodes: Vec<&document::Server> = Vec::new();
        for node in self.document.servers() {
            if !nodes.iter().any(|known| address(&known.url) == address(&node.url)) {
                nodes.push(node);
            }
        }
        let mut types: Scope<Types> = Scope::new(RESERVED);
        let mut servers = Vec::new();
        for node in nodes {
            let words = words(node);
            let claim = types.claim(&words, &[format!("{words} {}", node.url)], "server", &node.url);
            let variables = self.variables(node, &words, &mut types);
            servers.push((node, claim, variables));
        }
        let names = types.resolve().0;
        servers
            .into_iter()
            .map(|(node, claim, variables)| Server {
                url: expand(node),
                template: address(&node.url).to_owned(),
                name: names[claim.0].clone(),
                docs: node.description.clone().unwrap_or_default(),
                variables: variables
                    .into_iter()
                    .map(|(variable, values)| ServerVariable {
                        values: values.map(|(claim, values, unrecognized)| VariableValues {
                            name: names[claim.0].clone(),
                            values,
                            unrecognized,
                        }),
                        ..variable
                    })
                    .collect(),
            })
            .collect()
    }

    /// The server of an operation, where it is not that of all others.
    pub(super) fn own_server(&mut self, servers: &[document::Server]) -> Option<OwnServer> {
        let node = servers.first()?;
        self.tell_others(servers);
        let usual = self.document.servers().first();
        if usual.is_some_and(|usual| address(&usual.url) == address(&node.url)) {
            return None;
        }
        let names = self.declared(node);
        let defaults = names.into_iter().filter_map(|(name, node)| Some((name, node?.default.clone()))).collect();
        Some(OwnServer { url: expand(node), template: address(&node.url).to_owned(), defaults })
    }

    /// Reports the servers of an operation that nobody can choose: those of the document are for all operations that have
    /// none of their own.
    fn tell_others(&mut self, servers: &[document::Server]) {
        let Some((first, others)) = servers.split_first() else { return };
        let usual = self.document.servers();
        let is_among = |list: &[document::Server], node: &document::Server| {
            list.iter().any(|known| address(&known.url) == address(&node.url))
        };
        let follows = usual.first().is_some_and(|usual| address(&usual.url) == address(&first.url));
        let lost =
            others.iter().find(|node| address(&node.url) != address(&first.url) && !(follows && is_among(usual, node)));
        if let Some(lost) = lost {
            let at = lost.origin.clone();
            let message =
                format!("`{}` is left out: an operation with servers of its own calls the first one", lost.url);
            self.diagnostics
                .add(Code::Unsupported, &at, message)
                .help("put the one that is meant first, for example by an overlay");
        }
    }

    fn variables(&mut self, node: &document::Server, words: &str, types: &mut Scope<Types>) -> Vec<Draft> {
        let declared = self.declared(node);
        let mut scope: Scope<Values> = Scope::new(&joined(&[&["new"], OF_VALUES]));
        for (name, _) in &declared {
            scope.claim(name, &[], "variable", name);
        }
        let idents = scope.resolve().0;
        declared
            .into_iter()
            .zip(idents)
            .map(|((wire, node), ident)| {
                let values = node.map(|node| &node.values).filter(|values| !values.is_empty()).map(|values| {
                    let claim = types.claim(&format!("{words} {wire}"), &[], "variable", &format!("{words} {wire}"));
                    let (values, unrecognized) = choices(values);
                    (claim, values, unrecognized)
                });
                let variable = ServerVariable {
                    wire,
                    ident,
                    default: node.map(|node| node.default.clone()),
                    values: None,
                    docs: node.and_then(|node| node.description.clone()).unwrap_or_default(),
                };
                (variable, values)
            })
            .collect()
    }

    /// The variables of an address in its order, with what the document says about each.
    fn declared<'n>(&mut self, node: &'n document::Server) -> Vec<(String, Option<&'n VariableNode>)> {
        let mut found = Vec::new();
        for name in variables(&node.url) {
            let declared = node.variables.iter().find(|variable| variable.name == name);
            if declared.is_none() {
                let at: Origin = node.origin.child("url");
                let message = format!("the variable `{{{name}}}` of the server has no default");
                self.diagnostics
                    .add(Code::MissingKeyword, &at, message)
                    .help("declare it in `variables`; until then a caller has to choose its value");
            }
            found.push((name, declared));
        }
        found
    }
}

type Draft = (ServerVariable, Option<(crate::names::Claim, Vec<EnumValue>, crate::names::VariantName)>);

/// What a server is called: by its name, by a description that is one, or else by its address.
fn words(node: &document::Server) -> String {
    if let Some(name) = node.name.as_ref().filter(|name| !name.trim().is_empty()) {
        return name.clone();
    }
    let mut words: Vec<&str> =
        node.description.as_deref().unwrap_or_default().trim().trim_end_matches('.').split_whitespace().collect();
    let is = |word: Option<&&str>, list: &[&str]| word.is_some_and(|word| list.contains(&&*word.to_lowercase()));
    if is(words.first(), &["a", "an", "our", "the"]) {
        words.remove(0);
    }
    if words.len() > 1 && is(words.last(), &["server", "url", "endpoint"]) {
        words.pop();
    }
    if words.is_empty() || words.len() > LONGEST {
        return node.url.split_once("://").map_or(node.url.as_str(), |(_, rest)| rest).to_owned();
    }
    words.join(" ")
}

fn choices(texts: &[String]) -> (Vec<EnumValue>, crate::names::VariantName) {
    let mut distinct: Vec<&String> = Vec::new();
    for text in texts {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    let mut names: Scope<Variants> = Scope::new(&["Self"]);
    for text in &distinct {
        names.claim(&value_wire(text), &[], "value", text);
    }
    let other = names.claim("Unrecognized", &["Unrecognized value".to_owned()], "", "");
    let names = names.resolve().0;
    let unrecognized = names[other.0].clone();
    let values = distinct.into_iter().zip(names).map(|(text, name)| EnumValue {
        wire: Literal::Text(text.clone()),
        name,
        docs: String::new(),
        deprecated: false,
    });
    (values.collect(), unrecognized)
}

/// An address without the slash at its end: every path begins with one.
fn address(url: &str) -> &str {
    url.trim_end_matches('/')
}

/// The URL of a server with the defaults of its variables.
fn expand(server: &document::Server) -> String {
    let url = server
        .variables
        .iter()
        .fold(server.url.clone(), |url, variable| url.replace(&format!("{{{}}}", variable.name), &variable.default));
    address(&url).to_owned()
}
