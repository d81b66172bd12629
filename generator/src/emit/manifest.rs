//! The manifest and the README, from their templates.
//!
//! A placeholder is a name between double braces. In the manifest it stands for a TOML value, and a line whose value is
//! not there is left out; in the README it stands for text, with the same rule.

use crate::embedded::Part;
use crate::ir::{Operation, Shape};

use super::docs::one_line;
use super::example::crate_name;
use super::markdown::visible;
use super::scope::Context;
use super::{Copied, Dependency, Package, library, logins, mock};

/// The most characters of a line of the README, as its template has them.
const WIDTH: usize = 120;

/// The text of `Cargo.toml`.
pub(super) fn cargo(cx: Context<'_>, copied: &Copied) -> String {
    let package = cx.package;
    let client = copied.parts.contains(&Part::Client);
    let mut default = if client { vec!["reqwest013".to_owned(), "rustls".to_owned()] } else { Vec::new() };
    if copied.parts.contains(&Part::OAuth2) {
        default.insert(0, "oauth2".to_owned());
    }
    let text = |value: &str| Some(toml::Value::String(value.to_owned()).to_string());
    let list = |values: &[String]| {
        let values: Vec<toml::Value> = values.iter().cloned().map(toml::Value::String).collect();
        (!values.is_empty()).then(|| toml::Value::Array(values).to_string())
    };
    let optional = |value: &Option<String>| value.as_deref().and_then(text);
    let mut values = marks(&copied.parts);
    values.extend([
        ("default", list(&default)),
        ("name", text(&package.name)),
        ("version", text(&package.version)),
        ("description", text(&visible(&package.description))),
        ("license", text(&package.license)),
        ("repository", optional(&package.repository)),
        ("documentation", optional(&package.documentation)),
        ("homepage", optional(&package.homepage)),
        ("keywords", list(&package.keywords)),
        ("categories", list(&package.categories)),
    ]);
    let manifest = depending(&fill(&copied.manifest, &values), &package.dependencies);
    match (copied.examples.is_empty(), manifest.split_once("[lints.rust]")) {
        (false, Some((before, lints))) => format!("{before}{}[lints.rust]{lints}", examples(package)),
        _ => manifest,
    }
}

/// What examples need: dependencies and features.
fn examples(package: &Package) -> String {
    let mut out = String::new();
    if !package.dev_dependencies.is_empty() {
        out.push_str("[dev-dependencies]\n");
        package.dev_dependencies.iter().for_each(|one| out.push_str(&format!("{} = {}\n", key(&one.name), one.value)));
        out.push('\n');
    }
    for (name, features) in &package.examples {
        let features: Vec<toml::Value> = features.iter().cloned().map(toml::Value::String).collect();
        let (name, features) = (toml::Value::String(name.clone()), toml::Value::Array(features));
        out.push_str(&format!("[[example]]\nname = {name}\nrequired-features = {features}\n\n"));
    }
    out
}

/// A manifest with more dependencies. One that is there already is replaced, and if it is optional no more, no feature
/// turns it on.
fn depending(manifest: &str, more: &[Dependency]) -> String {
    let mut out = String::with_capacity(manifest.len() + 64 * more.len());
    let mut table = "";
    for line in manifest.split_inclusive('\n') {
        if line.starts_with('[') {
            table = line.trim_end();
        }
        let name = line.split_once(" = ").map_or("", |(name, _)| name);
        if table == "[dependencies]" && more.iter().any(|other| other.name == name) {
            continue;
        }
        if table == "[features]" {
            out.push_str(&without_dependencies(line, more));
        } else {
            out.push_str(line);
        }
        if line.starts_with("[dependencies]") {
            more.iter().for_each(|one| out.push_str(&format!("{} = {}\n", key(&one.name), one.value)));
        }
    }
    out
}

/// A line of `[features]` without the dependencies that are always there.
fn without_dependencies(line: &str, more: &[Dependency]) -> String {
    let Some((name, list)) = line.trim_end().split_once(" = [") else { return line.to_owned() };
    let Some(list) = list.strip_suffix(']') else { return line.to_owned() };
    let always = |item: &str| more.iter().any(|one| item == format!("\"dep:{}\"", one.name) && !one.optional);
    let kept: Vec<&str> = list.split(", ").filter(|item| !always(item)).collect();
    format!("{name} = [{}]\n", kept.join(", "))
}

/// A key of TOML, between quotes where it has to be.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { name.to_owned() } else { toml::Value::String(name.to_owned()).to_string() }
}

/// Lines that begin with one of these names are left out where the crate has none of the parts behind it; the name
/// itself stands for nothing.
const MARKS: &[(&str, &[Part])] = &[
    // Every client writes credentials in base64.
    ("with-base64", &[Part::Base64, Part::Client]),
    ("with-client", &[Part::Client]),
    ("with-hmac", &[Part::OAuth1, Part::Webhook]),
    ("with-oauth1", &[Part::OAuth1]),
    ("with-oauth2", &[Part::OAuth2]),
    ("with-random", &[Part::OAuth1, Part::OAuth2]),
    ("with-sha2", &[Part::OAuth2, Part::Webhook]),
    ("with-webhook", &[Part::Webhook]),
];

fn marks(parts: &[Part]) -> Vec<(&'static str, Option<String>)> {
    MARKS.iter().map(|(name, any)| (*name, any.iter().any(|part| parts.contains(part)).then(String::new))).collect()
}

/// The text of `README.md`.
pub(super) fn readme(cx: Context<'_>, copied: &Copied) -> String {
    let package = cx.package;
    let title = one_line(&cx.api.info.title);
    let shown = library::shown(cx);
    let build = library::settings(cx, shown.map(|(_, operation)| operation));
    let decode =
        shown.map(|(group, operation)| format!("{}::{}::{}::decode", crate_name(cx), group.module, operation.builder));
    let call = shown.map_or_else(
        || "client.request(http::Method::GET, \"/\")".to_owned(),
        |(group, operation)| format!("client.{}().{}()", group.module, operation.name),
    );
    let mark = |there: bool| there.then(String::new);
    let hook = cx.api.hooks.first().filter(|_| cx.api.operations.is_empty());
    let hook = hook.map(|hook| format!("{}::{}::{}", crate_name(cx), hook.kind.module(), hook.name));
    let ty = cx.api.types.iter().find(|ty| matches!(ty.shape, Shape::Struct(_))).or(cx.api.types.first());
    let ty = ty.map_or_else(|| "serde_json::Value".to_owned(), |ty| format!("{}::types::{}", crate_name(cx), ty.name));
    let mut values = marks(&copied.parts);
    values.extend(logins::readme(cx));
    values.extend([
        ("name", Some(package.name.clone())),
        ("add", Some(package.add.clone())),
        ("crate", Some(crate_name(cx))),
        ("version", Some(package.version.clone())),
        ("description", Some(one_line(&package.description))),
        ("title", Some(if title.is_empty() { "the API".to_owned() } else { title })),
        ("license", Some(package.license.clone())),
        ("scheme", Some(build)),
        ("call", Some(call)),
        ("with-operations", mark(!cx.api.operations.is_empty())),
        ("with-request", mark(shown.is_none() && hook.is_none())),
        ("with-decode", mark(decode.is_some())),
        ("with-hooks", mark(hook.is_some())),
        ("without-hooks", mark(hook.is_none())),
        ("hook", Some(hook.unwrap_or_default())),
        ("operations", Some(operations(cx))),
        ("type", Some(ty)),
        ("decode", decode),
        ("mock-answer", shown.map(|(_, operation)| mock::example_answer(operation).to_owned())),
        ("mock-call", shown.map(|(group, operation)| format!("{}().{}", group.mock, operation.name))),
        ("source", Some(package.source.clone())),
        ("command", Some(package.command.clone())),
    ]);
    fill(&copied.readme, &values)
}

/// What can be done with an operation, of what this API has.
fn operations(cx: Context<'_>) -> String {
    let has = |test: fn(&Operation) -> bool| cx.api.operations.iter().any(test);
    let mut text = "Every operation has a builder with an example in its documentation (`cargo doc --open`): optional \
                    parameters are setters, "
        .to_owned();
    let (pages, streams) = (has(|operation| operation.paging.is_some()), has(|operation| operation.stream.is_some()));
    text.push_str(if pages || streams { "`send` gives the answer" } else { "and `send` gives the answer" });
    if pages {
        text.push_str(", `items` the items of all pages");
    }
    if streams {
        text.push_str(", `connect` a stream, whose `events` tell of its connections too");
    }
    text.push_str(". What the API description does not know is called by `client.request(method, path)`.");
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= WIDTH => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// Puts values in the place of placeholders. Values are not looked at again.
fn fill(template: &str, values: &[(&str, Option<String>)]) -> String {
    let mut out = String::with_capacity(template.len() + 256);
    for line in template.split_inclusive('\n') {
        out.push_str(&fill_line(line, values).unwrap_or_default());
    }
    out
}

/// Nothing when a placeholder of the line has no value.
fn fill_line(line: &str, values: &[(&str, Option<String>)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        out.push_str(before);
        match values.iter().find(|(known, _)| *known == name.trim()) {
            Some((_, value)) => out.push_str(value.as_deref()?),
            None => out.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
