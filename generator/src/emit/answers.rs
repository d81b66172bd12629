//! What a call gives: the type of a success, and how it is read.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::files::{Inside, Member};
use crate::ir::{Answer, Operation, Payload, Presence, Shape, Status, TypeRef};
use crate::names::VariantName;

use super::docs::{Docs, code};
use super::enums::trait_impl;
use super::scope::{Context, File, ident};
use super::{lints, words};

/// How the success of an operation is read.
pub(super) struct Reading {
    /// The type of the body.
    pub(super) ty: TokenStream,
    /// The method of `Call`; `decode_` before it is the associated function.
    pub(super) method: &'static str,
}

/// What a success may be made of.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Json(TypeRef),
    Text,
    Bytes,
    Nothing,
}

fn content(answer: &Answer) -> Content {
    match answer.main().map(|media| &media.payload) {
        Some(Payload::Json(ty)) => Content::Json(ty.clone()),
        Some(Payload::Text) => Content::Text,
        Some(Payload::Form(_) | Payload::Multipart(_) | Payload::Bytes | Payload::Sequence(..)) => Content::Bytes,
        None => Content::Nothing,
    }
}

/// How the success of an operation is read.
pub(super) fn reading(file: &mut File<'_>, operation: &Operation) -> Reading {
    let mut contents: Vec<Content> = Vec::new();
    for answer in operation.successes() {
        let content = content(answer);
        if !contents.contains(&content) {
            contents.push(content);
        }
    }
    let bodiless = contents.contains(&Content::Nothing);
    let bodies: Vec<&Content> = contents.iter().filter(|content| **content != Content::Nothing).collect();
    match bodies.as_slice() {
        [] => Reading { ty: quote! { () }, method: "empty" },
        [Content::Json(ty)] => {
            let name = file.ty(ty);
            let method = match (bodiless, is_envelope(file.cx, ty)) {
                (true, _) if is_optional(file.cx, ty) => "json_or_default",
                (true, _) => return Reading { ty: quote! { Option<#name> }, method: "json_or_none" },
                (false, true) => "envelope",
                (false, false) => "json",
            };
            Reading { ty: name, method }
        }
        [Content::Text] => Reading { ty: quote! { String }, method: "text" },
        [_] => Reading { ty: file.bytes(), method: "bytes" },
        _ => Reading { ty: answer_name(operation).into_token_stream(), method: "by_status" },
    }
}

/// What a server answers in success.
pub(super) struct Given {
    /// The type that a handler returns: that of the body, and JSON of any form where it depends on the status.
    pub(super) ty: TokenStream,
    /// The status, of several the first that comes with a body.
    pub(super) status: u16,
    /// The media type, where it has a body.
    pub(super) media: Option<String>,
}

/// What a server answers in success.
pub(super) fn given(file: &mut File<'_>, operation: &Operation) -> Given {
    let reading = reading(file, operation);
    let answer = operation.successes().find(|answer| answer.main().is_some()).or(operation.successes().next());
    let main = answer.and_then(Answer::main);
    let ty = match (reading.method, main.map(|media| &media.payload)) {
        ("by_status", _) => quote! { serde_json::Value },
        ("json_or_none", Some(Payload::Json(ty))) => file.ty(ty),
        _ => reading.ty,
    };
    let status = match answer.map(|answer| answer.status) {
        Some(Status::Exact(status)) => status,
        _ => 200,
    };
    Given { ty, status, media: main.map(|media| media.media_type.clone()) }
}

/// The media types of the successes, for the `Accept` header; nothing where it is JSON alone.
pub(super) fn accept(operation: &Operation) -> Option<String> {
    let mut types: Vec<&str> = Vec::new();
    for answer in operation.successes() {
        if let Some(media) = answer.main()
            && !types.contains(&media.media_type.as_str())
        {
            types.push(&media.media_type);
        }
    }
    let text = types.join(", ");
    let plain = text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (!types.is_empty() && plain && text != "application/json").then_some(text)
}

/// The enum of an operation whose successes differ in type.
pub(super) fn emit(file: &mut File<'_>, operation: &Operation) {
    let name = answer_name(operation);
    let mut variants = Vec::new();
    let mut tests = TokenStream::new();
    for answer in operation.successes() {
        let Some(variant) = answer.variants.first() else { continue };
        let content = content(answer);
        let held = match &content {
            Content::Json(ty) => Some(file.ty(ty)),
            Content::Text => Some(quote! { String }),
            Content::Bytes => Some(file.bytes()),
            Content::Nothing => None,
        };
        let docs = Docs::of(&answer.docs, || format!("An answer with {}.", status_words(answer.status)));
        variants.push(Member::new(
            docs.lines(),
            match held {
                Some(held) => quote! { #variant(#held) },
                None => quote! { #variant },
            },
        ));
        // Only successes come here, so a range is all that is left.
        let test = match answer.status {
            Status::Exact(_) => status_pattern(answer.status),
            Status::Range(_) | Status::Default => quote! { _ },
        };
        let read = read(file, variant, &content);
        tests.extend(quote! { #test => #read, });
    }
    let size = lints::variants(variants.len());
    let head = quote! {
        #[derive(Clone, Debug, PartialEq)]
        #size
        #[non_exhaustive]
        pub enum #name
    };
    let route = code(&format!("{} {}", operation.method, operation.path));
    let docs = vec![format!("What {route} answers, by status.")];
    file.source.container(&docs, head, Inside::Variants, variants);
    file.wire("self");
    let exact = operation.successes().all(|answer| matches!(answer.status, Status::Exact(_)));
    let (media, catch_all) = if exact {
        (quote! { media }, quote! { _ => Err(wire::DecodeFault::unexpected(status, media)), })
    } else {
        (quote! { _media }, TokenStream::new())
    };
    trait_impl(
        file,
        quote! { impl wire::ByStatus for #name },
        quote! {
            #[inline]
            fn decode(status: u16, #media: &str, body: &[u8]) -> Result<Self, wire::DecodeFault> {
                match status {
                    #tests
                    #catch_all
                }
            }
        },
    );
}

fn read(file: &mut File<'_>, variant: &VariantName, content: &Content) -> TokenStream {
    match content {
        Content::Json(_) => {
            file.wire("self");
            quote! { wire::json(body).map(Self::#variant) }
        }
        Content::Text => quote! { Ok(Self::#variant(String::from_utf8_lossy(body).into_owned())) },
        Content::Bytes => {
            let bytes = file.bytes();
            quote! { Ok(Self::#variant(#bytes::copy_from_slice(body))) }
        }
        Content::Nothing => quote! { Ok(Self::#variant) },
    }
}

fn answer_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Answer", operation.builder.bare())
}

/// A status as a pattern over `u16`.
pub(super) fn status_pattern(status: Status) -> TokenStream {
    match status {
        Status::Exact(code) => proc_macro2::Literal::u16_unsuffixed(code).into_token_stream(),
        Status::Range(digit) => {
            let first = proc_macro2::Literal::u16_unsuffixed(u16::from(digit) * 100);
            let last = proc_macro2::Literal::u16_unsuffixed(u16::from(digit) * 100 + 99);
            quote! { #first..=#last }
        }
        Status::Default => ident("_").into_token_stream(),
    }
}

/// A status in a sentence.
pub(super) fn status_words(status: Status) -> String {
    match status {
        Status::Exact(code) => format!("status {code}"),
        Status::Range(digit) => format!("a status from {digit}00 to {digit}99"),
        Status::Default => "any other status".to_owned(),
    }
}

/// Several statuses in a sentence.
pub(super) fn statuses_words(statuses: &[Status]) -> String {
    let codes: Vec<String> = statuses
        .iter()
        .filter_map(|status| match status {
            Status::Exact(code) => Some(code.to_string()),
            Status::Range(_) | Status::Default => None,
        })
        .collect();
    if codes.len() == statuses.len() && codes.len() > 1 {
        return format!("the statuses {}", words::list(&codes, "and"));
    }
    let each: Vec<String> = statuses.iter().copied().map(status_words).collect();
    words::list(&each, "and")
}

/// True where a success can hold errors beside its result, whatever else the operation answers.
pub(super) fn has_envelope(cx: Context<'_>, operation: &Operation) -> bool {
    operation.successes().any(|answer| matches!(content(answer), Content::Json(ty) if is_envelope(cx, &ty)))
}

fn is_envelope(cx: Context<'_>, ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Named(id) if cx.facts.envelopes.contains_key(id))
}

/// True for an object whose members may all be absent: no body and an empty object are then the same.
fn is_optional(cx: Context<'_>, ty: &TypeRef) -> bool {
    let TypeRef::Named(id) = ty else { return false };
    match &cx.ty(*id).shape {
        Shape::Struct(object) => {
            object.fields.iter().all(|field| !matches!(field.presence, Presence::Required | Presence::Nullable))
        }
        _ => false,
    }
}
