//! Parameters: path parameters in path order, then the others in the document's order.

use crate::config::Table;
use crate::diag::{Code, Diagnostics, Origin};
use crate::document::{OperationNode, ParameterNode, ParameterPlace, Style as NodeStyle};
use crate::ir::{Checks, Param, Place, Style, TypeRef};
use crate::names::{Scope, ValueName, Values};

use super::Lower;
use super::header::is_token;
use super::literal::literal;
use super::look::{Kind, Look};
use super::operation::{is_json, media_kind};
use super::plan::Plan;
use super::reserved::{OF_VALUES, joined};

/// Methods that every builder of a call has.
const RESERVED: &[&str] = &[
    "body",
    "connect",
    "decode",
    "download",
    "extra_body",
    "extra_header",
    "extra_query",
    "into_request",
    "items",
    "new",
    "pages",
    "send",
    "with",
];

impl Lower<'_> {
    /// The template of a path with variables that are names alone.
    ///
    /// Gateways and other notations of paths write how far a variable reaches beside its name, as in `{+name}`, `{name*}` and
    /// `{name=users/*}`. OpenAPI has no such thing (OpenAPI 3.0, section "Path Templating"), so where the name is declared
    /// as a parameter and stands there in no other way, the variable is that parameter.
    pub(super) fn plain_template(&mut self, template: &str, node: &OperationNode) -> String {
        let known = variables(template);
        let mut plain = template.to_owned();
        for variable in known.iter().filter(|variable| bare(variable) != variable.as_str()) {
            let name = bare(variable);
            let declares = |wanted: &str| {
                node.parameters.iter().any(|origin| {
                    let declared = self.document.parameter(origin, &mut Diagnostics::new());
                    declared.is_some_and(|node| node.place == ParameterPlace::Path && node.name == wanted)
                })
            };
            if name.is_empty() || known.iter().any(|other| other == name) || declares(variable) || !declares(name) {
                continue;
            }
            plain = plain.replace(&format!("{{{variable}}}"), &format!("{{{name}}}"));
            self.diagnostics
                .add(Code::Reread, &node.origin, format!("`{{{variable}}}` of the path is no name, but holds one"))
                .help(format!(
                    "it is read as `{{{name}}}`, a parameter that is declared; its value is one segment of the path"
                ));
        }
        plain
    }

    /// The parameters of an operation and the name of its body.
    pub(super) fn params(&mut self, plan: &Plan) -> (Vec<Param>, ValueName) {
        let variables = variables(&plan.path);
        let mut nodes: Vec<ParameterNode> = Vec::new();
        for origin in &plan.node.parameters {
            let Some(mut node) = self.document.parameter(origin, self.diagnostics) else { continue };
            if node.place != ParameterPlace::Path {
                node.required = self.adapted_parameter(&plan.id, &node.name, node.required);
            }
            nodes.push(node);
        }
        let (in_path, others): (Vec<_>, Vec<_>) =
            nodes.into_iter().partition(|node| node.place == ParameterPlace::Path);
        let mut sorted = Vec::new();
        for name in &variables {
            match in_path.iter().find(|node| node.name == *name) {
                Some(node) => sorted.push(node.clone()),
                None => {
                    self.diagnostics
                        .add(
                            Code::PathParameter,
                            &plan.node.origin,
                            format!("`{{{name}}}` of the path is not declared as a parameter"),
                        )
                        .help(format!(
                            "add a parameter with `name: {name}` and `in: path`; until then it takes any text"
                        ));
                    sorted.push(undeclared(name, &plan.node.origin));
                }
            }
        }
        for node in in_path.iter().filter(|node| !variables.contains(&node.name)) {
            self.diagnostics
                .add(Code::PathParameter, &node.origin, format!("the path `{}` has no `{{{}}}`", plan.path, node.name))
                .help("take the parameter out, or name it in the path");
        }
        sorted.extend(others);
        let kept: Vec<ParameterNode> = sorted.into_iter().filter(|node| self.counts(node)).collect();
        let (names, body) = self.param_names(plan, &kept);
        let params = kept.into_iter().zip(names).map(|(node, ident)| self.param(plan, node, ident)).collect();
        (params, body)
    }

    fn param_names(&mut self, plan: &Plan, nodes: &[ParameterNode]) -> (Vec<ValueName>, ValueName) {
        let mut scope: Scope<Values> = Scope::new(&joined(&[RESERVED, OF_VALUES]));
        for node in nodes {
            let key = format!("{}.{}", plan.id, node.name);
            if self.pin(&mut scope, Table::RenameParameters, &key, "a parameter", &node.origin) {
                continue;
            }
            let place = match node.place {
                ParameterPlace::Path => "path",
                ParameterPlace::Query | ParameterPlace::QueryString => "query",
                ParameterPlace::Header => "header",
                ParameterPlace::Cookie => "cookie",
            };
            scope.claim(&node.name, &[format!("{} {place}", node.name)], "param", &format!("{place} {}", node.name));
        }
        let (names, clashes) = scope.resolve();
        for clash in &clashes {
            self.clash(clash, Table::RenameParameters, |claim| {
                nodes.get(claim.0).map(|node| (format!("{}.{}", plan.id, node.name), node.origin.clone()))
            });
        }
        let mut body: Scope<Values> = Scope::new(&[]);
        body.claim("body", &[], "", "");
        let (mut bodies, _) = body.resolve();
        (names, bodies.remove(0))
    }

    /// Whether all parameters that a call needs can be sent; otherwise the operation is reported as left out.
    pub(super) fn can_send(&mut self, plan: &Plan) -> bool {
        for origin in &plan.node.parameters {
            let Some(node) = self.document.parameter(origin, self.diagnostics) else { continue };
            let required = self.adapted_parameter(&plan.id, &node.name, node.required);
            if required && is_unspeakable(&node) {
                let message = format!(
                    "`{}` is not generated: `{}` is required, and cannot be the name of a header",
                    plan.id, node.name
                );
                self.diagnostics.add(Code::Skipped, &plan.node.origin, message).help(
                    "a name of a header has letters, digits and a few signs, but no spaces (RFC 9110, section 5.1)",
                );
                return false;
            }
        }
        true
    }

    /// Whether a parameter says something: a header of these names does not (OpenAPI 3.0.3, section "Parameter Object").
    fn counts(&mut self, node: &ParameterNode) -> bool {
        if is_unspeakable(node) {
            self.diagnostics
                .add(
                    Code::InvalidValue,
                    &node.origin,
                    format!("`{}` cannot be the name of a header, and is left out", node.name),
                )
                .help("a name of a header has letters, digits and a few signs, but no spaces (RFC 9110, section 5.1)");
            return false;
        }
        let is_ignored = node.place == ParameterPlace::Header
            && ["accept", "authorization", "content-type"].contains(&node.name.to_ascii_lowercase().as_str());
        if is_ignored {
            let what = if node.name.eq_ignore_ascii_case("authorization") {
                "security schemes describe credentials"
            } else {
                "the media types of bodies and answers give its value"
            };
            self.diagnostics
                .add(
                    Code::Unsupported,
                    &node.origin,
                    format!("the header `{}` is no parameter and is left out", node.name),
                )
                .help(format!("{what}; a caller can set another by `extra_header`"));
        }
        !is_ignored
    }

    fn param(&mut self, plan: &Plan, node: ParameterNode, ident: ValueName) -> Param {
        let style = self.style_of(&node);
        let schema = match (&node.content, style) {
            (None, _) => node.schema.clone(),
            (Some((_, schema)), Some(_)) => schema.clone(),
            (Some((media_type, _)), None) => {
                let message =
                    format!("the parameter `{}` takes a text, because nothing here writes `{media_type}`", node.name);
                self.reduced(&node.origin, message).help("callers write it themselves; it is sent as they wrote it");
                None
            }
        };
        let notation = node.content.as_ref().filter(|_| style.is_none()).map(|(media_type, _)| media_type.clone());
        let style = style.unwrap_or_else(|| spelled(node.style));
        let inner = schema.as_ref().and_then(|schema| self.peek(schema));
        let ty = match &schema {
            Some(schema) => self.elem(schema).ty,
            None => TypeRef::Prim(crate::ir::Prim::String),
        };
        let mut checks = match &inner {
            Some(inner) => self.checks(inner),
            None => Checks::default(),
        };
        checks.skipped = self.skips_check(&plan.id, &node.name);
        let default = inner.as_ref().and_then(|inner| inner.default.as_ref()).map(literal);
        let example = node.example.as_ref().or(inner.as_ref().and_then(|inner| inner.examples.first())).map(literal);
        let mut docs =
            node.description.clone().or_else(|| inner.and_then(|inner| inner.description.clone())).unwrap_or_default();
        if let Some(notation) = notation {
            docs = format!("{docs}\n\nA text in the notation of `{notation}`.").trim_start().to_owned();
        }
        Param {
            wire: node.name,
            ident,
            place: place(node.place),
            style,
            // The members of a whole query are its parameters (OpenAPI 3.2, "querystring").
            explode: node.explode || node.place == ParameterPlace::QueryString,
            allow_reserved: node.allow_reserved,
            required: node.required,
            ty,
            checks,
            default,
            constant: None,
            deprecated: node.deprecated,
            docs,
            example,
            origin: node.origin,
        }
    }

    /// A value with a media type is written as that. A text or a number is the same under any but JSON, whose texts have
    /// quotes; for a whole query the other is that of forms. `None` for what is neither.
    fn style_of(&mut self, node: &ParameterNode) -> Option<Style> {
        let Some((media_type, schema)) = &node.content else { return Some(spelled(node.style)) };
        let is_plain =
            |look: Look| matches!(look.kind, Kind::Bool | Kind::Integer | Kind::Number | Kind::Text | Kind::ListedText);
        if is_json(&media_kind(media_type)) {
            return Some(Style::Json);
        }
        let as_it_is =
            node.place == ParameterPlace::QueryString || schema.as_ref().is_none_or(|at| is_plain(self.look(at)));
        as_it_is.then(|| spelled(node.style))
    }
}

/// A header that no request can have.
fn is_unspeakable(node: &ParameterNode) -> bool {
    node.place == ParameterPlace::Header && !is_token(&node.name)
}

/// The names between braces, in order.
pub(super) fn variables(path: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = path;
    while let Some((_, after)) = rest.split_once('{')
        && let Some((name, after)) = after.split_once('}')
    {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

/// A variable without an operator before it (RFC 6570, section 2.2), a modifier behind it, or a pattern.
fn bare(variable: &str) -> &str {
    let name = variable.trim_start_matches(['+', '#', '.', '/', ';', '?', '&']);
    let end = name.find(['=', ':', '*', '+']).unwrap_or(name.len());
    &name[..end]
}

fn undeclared(name: &str, operation: &Origin) -> ParameterNode {
    ParameterNode {
        name: name.to_owned(),
        place: ParameterPlace::Path,
        required: true,
        style: NodeStyle::Simple,
        explode: false,
        allow_reserved: false,
        allow_empty_value: false,
        schema: None,
        content: None,
        description: None,
        deprecated: false,
        example: None,
        extensions: std::collections::BTreeMap::new(),
        origin: operation.clone(),
        name_of_ref: None,
    }
}

fn place(place: ParameterPlace) -> Place {
    match place {
        ParameterPlace::Path => Place::Path,
        ParameterPlace::Query => Place::Query,
        ParameterPlace::QueryString => Place::QueryString,
        ParameterPlace::Header => Place::Header,
        ParameterPlace::Cookie => Place::Cookie,
    }
}

pub(super) fn spelled(style: NodeStyle) -> Style {
    match style {
        NodeStyle::Form => Style::Form,
        NodeStyle::Cookie => Style::Cookie,
        NodeStyle::Simple => Style::Simple,
        NodeStyle::SpaceDelimited => Style::SpaceDelimited,
        NodeStyle::PipeDelimited => Style::PipeDelimited,
        NodeStyle::DeepObject => Style::DeepObject,
        NodeStyle::Label => Style::Label,
        NodeStyle::Matrix => Style::Matrix,
    }
}
