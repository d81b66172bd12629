//! The root of the crate: what it is, its modules, and the names most callers need.

use std::collections::BTreeSet;

use crate::ir::{Group, Operation, TypeId};

use super::client::base_url;
use super::docs::{Docs, code, one_line};
use super::scope::{Context, File};
use super::{example, logins, servers};

/// So many types in cycles are within the compiler's limit for sure.
const CYCLIC: usize = 24;

/// The text of `lib.rs`.
pub(super) fn emit(cx: Context<'_>, ext: bool) -> String {
    let mut file = File::new(cx, None);
    file.about(if cx.api.types_only { about_types(cx) } else { about(cx) });
    // Whether types that hold each other are `Send` is asked along the whole cycle, some steps a type.
    let cyclic: BTreeSet<TypeId> = cx.facts.boxed.iter().map(|(id, _)| *id).collect();
    file.attributes.extend((cyclic.len() > CYCLIC).then(|| "recursion_limit = \"512\"".to_owned()));
    // With it, docs.rs says of each item which feature it needs.
    file.attributes.push("cfg_attr(docsrs, feature(doc_cfg))".to_owned());
    let mut mods: Vec<(String, &str)> = vec![("runtime".to_owned(), "pub mod"), ("types".to_owned(), "pub mod")];
    if !cx.api.types_only {
        mods.push(("client".to_owned(), "mod"));
        mods.push(("mock".to_owned(), "#[cfg(feature = \"mock\")]\npub mod"));
    }
    if ext {
        mods.push(("ext".to_owned(), "mod"));
    }
    if servers::is_needed(cx) {
        mods.push((servers::MODULE.to_owned(), "pub mod"));
    }
    for login in logins::MODULES.iter().filter(|login| login.is_needed(cx)) {
        mods.push((login.module.to_owned(), login.keyword));
    }
    let mut kinds: Vec<&str> = cx.api.hooks.iter().map(|hook| hook.kind.module()).collect();
    kinds.dedup();
    mods.extend(kinds.into_iter().map(|module| (module.to_owned(), "pub mod")));
    mods.extend(cx.api.groups.iter().map(|group| (group.module.to_string(), "pub mod")));
    mods.sort();
    let mods: String = mods.iter().map(|(name, keyword)| format!("#[rustfmt::skip]\n{keyword} {name};\n")).collect();
    file.source.text(mods);
    let mut uses = String::new();
    if !cx.api.schemes.is_empty() {
        uses.push_str("pub use client::AuthScheme;\n");
    }
    for scopes in cx.api.schemes.iter().filter_map(|scheme| scheme.scopes.as_ref()) {
        uses.push_str(&format!("#[cfg(feature = \"oauth2\")]\npub use oauth2_login::{};\n", scopes.name));
    }
    // One line of less than 100 characters, which rustfmt leaves alone whatever its width.
    uses.push_str(match cx.api.types_only {
        true => "pub use runtime::Timestamp;\n",
        false => {
            "pub use runtime::{CallOptions, Client, ClientBuilder, Error, ErrorKind, Meta, Response, Timestamp};\n"
        }
    });
    file.source.text(uses);
    file.finish()
}

/// What a caller has to know, from the first call to the last error.
fn about(cx: Context<'_>) -> Vec<String> {
    let info = &cx.api.info;
    let title = one_line(&info.title);
    let name = example::crate_name(cx);
    let mut docs = Docs::sentence(match title.as_str() {
        "" => "A client of the API.".to_owned(),
        title => format!("A client of {title}."),
    });
    docs.markdown(&info.docs);
    if !cx.api.operations.is_empty() {
        docs.paragraph("# Calling").paragraph(
            "A [`Client`] has a method per group of operations, which has a method per operation, which gives a \
             builder: set what is optional, then send it.",
        );
    }
    if let Some((group, operation)) = shown(cx) {
        let mut lines = vec![format!("use {name}::Client;"), String::new()];
        lines.push(format!("# async fn example() -> Result<(), {name}::Error> {{"));
        lines.extend(build(cx, operation));
        lines.push("# Ok(())".to_owned());
        lines.push("# }".to_owned());
        docs.example(lines);
        docs.paragraph(format!(
            "[`{}::{}`](crate::{}::{}::{}) is one of them; every operation has an example of its own.",
            group.name.bare(),
            operation.name.bare(),
            group.module.bare(),
            group.name.bare(),
            operation.name.bare(),
        ));
        docs.paragraph(
            "[`Response::body`] is the answer, [`Response::meta`] its status, headers, rate limit and raw bytes. \
             [`Client::request`] calls what is not described, with the same credentials, retries and errors.",
        );
    }
    if cx.api.operations.iter().any(|operation| operation.paging.is_some()) {
        docs.paragraph("# Pages").paragraph(
            "Where an answer continues, `items()` gives the items of all pages and `pages()` the pages, each fetched \
             when it is asked for. Both are streams and have `next` and `try_next` of their own.",
        );
    }
    if cx.api.operations.iter().any(|operation| operation.stream.is_some()) {
        docs.paragraph("# Streams").paragraph(
            "`connect()` gives a [`Live`](runtime::Live) stream. It connects again when the connection is lost; \
             dropping it closes the connection. Its [`events`](runtime::Live::events) tell of connections and \
             keep-alives too, and a connection that is silent for its \
             [`idle_timeout`](runtime::Live::idle_timeout) is given up.",
        );
    }
    super::hooks::about(cx, &mut docs);
    credentials(cx, &mut docs);
    docs.paragraph("# Limits").paragraph(
        "[`ClientBuilder`] has a limit for connecting, for an attempt and for a call with all its attempts, and \
         [`CallOptions`] the same for a call; what may be repeated is, as the \
         [`RetryPolicy`](runtime::RetryPolicy) says. A [`RateLimiter`](runtime::RateLimiter) waits for the \
         server's rate limits, and a [`Budget`](runtime::Budget) holds the program to its own.",
    );
    docs.paragraph("# Errors").paragraph(
        "[`Error::kind`] says what went wrong, [`Error::outcome`] whether the request may have taken effect, and \
         [`Error::typed`] gives the error that the API documents for the operation.",
    );
    docs.paragraph("# Testing").paragraph(
        "With feature `mock`, `mock::MockServer` is a server that knows the API: it answers by typed handlers, in memory or on \
         loopback, checks each request, and lets go wrong what can go wrong on the way. \
         [`MemoryTransport`](runtime::MemoryTransport) gives replies that are written by hand.",
    );
    docs.paragraph("# Features").paragraph(
        "`reqwest013` (default) is the transport, `rustls` (default) or `native-tls` its TLS; without it, give the client a \
         [`Transport`](runtime::Transport) of your own. `tracing` makes a span per call, `gzip` asks for compressed \
         answers, `jiff02`, `chrono04` and `time03` convert timestamps, `mock` is for tests, and `exhaustive` leaves `#[non_exhaustive]` off \
         enums.",
    );
    docs.paragraph("# Stability").paragraph(
        "What the API adds breaks no caller: structs and enums are `#[non_exhaustive]`, a value that is not known yet is kept \
         as `Unrecognized`, and a parameter that is added is a setter more. `runtime::wire` is what generated code is \
         made of, and no part of the public interface.",
    );
    docs.lines()
}

/// What a crate without a client is.
fn about_types(cx: Context<'_>) -> Vec<String> {
    let mut docs = Docs::sentence(match one_line(&cx.api.info.title).as_str() {
        "" => "The types of the API.".to_owned(),
        title => format!("The types of {title}."),
    });
    docs.markdown(&cx.api.info.docs);
    docs.paragraph("# Reading and writing").paragraph(
        "Every type of [`types`] is read and written by serde, in any of its formats. What a newer version of the API \
         adds is no error: unknown members are skipped, and unknown values of enums and unions are kept as \
         `Unrecognized`.",
    );
    docs.lines()
}

fn credentials(cx: Context<'_>, docs: &mut Docs) {
    if cx.api.schemes.is_empty() {
        return;
    }
    docs.paragraph("# Credentials").paragraph(
        "Each security scheme has a setter on [`ClientBuilder`]; an operation uses the first one it accepts, or the \
         one that [`CallOptions::auth`] names.",
    );
    let list: Vec<String> = cx
        .api
        .schemes
        .iter()
        .map(|scheme| format!("- [`{0}`](ClientBuilder::{0}) for {1}", scheme.setter.bare(), code(&scheme.wire)))
        .collect();
    docs.paragraph(list.join("\n"));
    logins::about(cx, docs);
}

/// The lines that build a client and make one call.
fn build(cx: Context<'_>, operation: &Operation) -> Vec<String> {
    let group = cx.api.group(operation.group);
    vec![
        format!("let client = Client::builder(){}.build()?;", settings(cx, Some(operation))),
        format!("let answer = client.{}().{}().send().await?;", group.module, operation.name),
        "println!(\"{:?}\", answer.body);".to_owned(),
    ]
}

/// The setters of a client's builder that a call cannot do without; of no operation, those of the first scheme.
pub(super) fn settings(cx: Context<'_>, operation: Option<&Operation>) -> String {
    let scheme = match operation {
        Some(operation) => operation.auth.first().and_then(|needs| needs.first()).map(|need| need.scheme),
        None => Some(0),
    };
    let scheme = scheme.and_then(|scheme| cx.api.schemes.get(scheme));
    let scheme = scheme.map(|scheme| format!(".{}(\"…\")", scheme.setter)).unwrap_or_default();
    let server = if base_url(cx.api).is_none() { ".base_url(\"https://api.example.com\")" } else { "" };
    format!("{server}{scheme}")
}

/// An operation that can be called without arguments: one that reads something, if there is one.
pub(super) fn shown(cx: Context<'_>) -> Option<(&Group, &Operation)> {
    let bare = cx.api.operations.iter().filter(|operation| {
        operation.stream.is_none()
            && !operation.deprecated
            && operation.arguments().next().is_none()
            && !operation.body.as_ref().is_some_and(|body| body.required)
    });
    let operation = bare.min_by_key(|operation| operation.method != "GET")?;
    Some((cx.api.group(operation.group), operation))
}
