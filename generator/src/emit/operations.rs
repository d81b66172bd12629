//! The file of one operation: its table, its builder, what it answers and how it fails.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::{Framing, Group, Message, Need, Operation, Payload, Stream};

use super::answers::{self, Reading};
use super::docs::code;
use super::scope::{Context, File, ident, quoted};
use super::{arguments, bodies, builder, errors, headers};

/// A longer line is broken.
const WIDTH: usize = 89;

/// The text of an operation's file.
pub(super) fn emit(cx: Context<'_>, group: &Group, operation: &Operation) -> String {
    let mut file = File::new(cx, None);
    let route = format!("{} {}", operation.method, operation.path);
    file.about(vec![format!("{}.", code(&route))]);
    let reading = operation.has_answer().then(|| answers::reading(&mut file, operation));
    table(&mut file, operation, reading.as_ref());
    builder::emit(&mut file, group, operation, reading.as_ref());
    if let Some(body) = &operation.body {
        bodies::emit(&mut file, operation, body);
    }
    if reading.as_ref().is_some_and(|reading| reading.method == "by_status") {
        answers::emit(&mut file, operation);
    }
    errors::emit(&mut file, operation);
    headers::emit(&mut file, operation);
    file.finish()
}

/// The name of the enum for successes of several types, where there is one.
pub(super) fn answer_enum(cx: Context<'_>, operation: &Operation) -> Option<String> {
    let mut file = File::new(cx, None);
    if !operation.has_answer() {
        return None;
    }
    let reading = answers::reading(&mut file, operation);
    (reading.method == "by_status").then(|| reading.ty.to_string())
}

fn table(file: &mut File<'_>, operation: &Operation, reading: Option<&Reading>) {
    if let Some(stream) = &operation.stream {
        let rules = rules(file, stream);
        file.source.item(&[], rules);
    }
    let table = file.wire("Operation");
    let (id, method, path) = (&operation.id, &operation.method, &operation.path);
    // What does not fit on one line stands before it: the chain of calls reads better without a break in its head.
    let head = format!("pub(crate) static OPERATION: Operation = Operation::new({id:?}, {method:?}, {path:?});");
    let mut value = if head.chars().count() > WIDTH {
        file.source.text(format!("const ID: &str = {};\nconst PATH: &str = {};\n", quoted(id), quoted(path)));
        quote! { #table::new(ID, #method, PATH) }
    } else {
        quote! { #table::new(#id, #method, #path) }
    };
    if let Some(server) = &operation.server {
        let wire = file.wire("self");
        let own = quote! { #wire::OwnServer };
        let template = &server.template;
        let defaults = server.defaults.iter().map(|(name, value)| quote! { (#name, #value) });
        file.source.item(&[], quote! { static SERVER: #own = #own::new(#template, &[#(#defaults),*]); });
        value.extend(quote! { .server(&SERVER) });
    }
    if !operation.params.is_empty() {
        let lines: Vec<TokenStream> = operation.params.iter().map(|param| arguments::line(file, param)).collect();
        let param = file.wire("Param");
        file.source.item(&[], quote! { const PARAMS: &[#param] = &[#(#lines),*]; });
        value.extend(quote! { .params(PARAMS) });
    }
    let encoding = operation.body.iter().flat_map(|body| &body.media).filter_map(|media| match media.payload {
        Payload::Form(_) => Some(&media.encoding),
        _ => None,
    });
    let lines: Vec<TokenStream> = encoding.flatten().map(|encoding| arguments::form_line(file, encoding)).collect();
    if !lines.is_empty() {
        let param = file.wire("Param");
        file.source.item(&[], quote! { const FORM: &[#param] = &[#(#lines),*]; });
    }
    if !operation.auth.is_empty() {
        let needs: Vec<TokenStream> = operation.auth.iter().map(|needs| alternative(file, needs)).collect();
        if operation.auth.iter().map(Vec::len).sum::<usize>() > 1 {
            let need = file.wire("Need");
            file.source.item(&[], quote! { const AUTH: &[&[#need]] = &[#(#needs),*]; });
            value.extend(quote! { .auth(AUTH) });
        } else {
            value.extend(quote! { .auth(&[#(#needs),*]) });
        }
    }
    if reading.is_some()
        && answers::has_envelope(file.cx, operation)
        && let Some(envelope) = &file.cx.api.envelope
    {
        let (data, errors) = (&envelope.data, &envelope.errors);
        value.extend(quote! { .envelope(#data, #errors) });
    }
    if let Some(paging) = &operation.paging {
        let index = Literal::usize_unsuffixed(paging.token);
        value.extend(quote! { .page_token(#index) });
        if let Some((index, default)) = paging.size {
            let (index, default) = (Literal::usize_unsuffixed(index), Literal::u64_unsuffixed(default));
            value.extend(quote! { .page_size(#index, #default) });
        }
    }
    if operation.stream.is_some() {
        value.extend(quote! { .stream(&STREAM) });
    }
    if let Some(media) = answers::accept(operation) {
        value.extend(quote! { .accept(#media) });
    }
    file.source.item(&[], quote! { pub(crate) static OPERATION: #table = #value; });
}

fn alternative(file: &mut File<'_>, needs: &[Need]) -> TokenStream {
    let needs: Vec<TokenStream> = needs
        .iter()
        .filter_map(|need| {
            let scheme = file.cx.api.schemes.get(need.scheme)?;
            let name = super::client::scheme_static(scheme);
            file.import("crate", "client");
            let need_type = file.wire("Need");
            let scopes = &need.scopes;
            Some(quote! { #need_type::new(&client::#name, &[#(#scopes),*]) })
        })
        .collect();
    quote! { &[#(#needs),*] }
}

fn rules(file: &mut File<'_>, stream: &Stream) -> TokenStream {
    let rules = file.wire("StreamRules");
    let framing = ident(match stream.framing {
        Framing::JsonLines => "json_lines",
        Framing::JsonSeq => "json_seq",
        Framing::ServerSentEvents => "server_sent_events",
    });
    let mut value = quote! { #rules::#framing() };
    if let Some(index) = stream.backfill {
        let index = Literal::usize_unsuffixed(index);
        value.extend(quote! { .backfill(#index) });
    }
    if !stream.replay.is_empty() {
        let indexes = stream.replay.iter().map(|index| Literal::usize_unsuffixed(*index));
        value.extend(quote! { .replay(&[#(#indexes),*]) });
    }
    if !stream.event_id.is_empty() {
        let path = &stream.event_id;
        value.extend(quote! { .event_id(&[#(#path),*]) });
    }
    if let Some(envelope) = &file.cx.api.envelope {
        let (data, errors) = (&envelope.data, &envelope.errors);
        value.extend(quote! { .envelope(#data, #errors) });
    }
    if let Some(last) = &stream.last {
        value.extend(quote! { .last(#last) });
    }
    if stream.ends {
        value.extend(quote! { .ends() });
    }
    if let Some(media) = &stream.accept {
        value.extend(quote! { .accept(#media) });
    }
    let message = match stream.message {
        Message::Json => None,
        Message::Text => Some("Text"),
        Message::Event => Some("Event"),
        Message::JsonEvent => Some("JsonEvent"),
    };
    if let Some(message) = message {
        let (wire, message) = (file.wire("self"), ident(message));
        value.extend(quote! { .message(#wire::Message::#message) });
    }
    quote! { static STREAM: #rules = #value; }
}
