//! Bodies: the type of the argument, how it is handed over, and the enum of those that have several forms.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Body, Framing, Media, Operation, Payload, TypeRef};

use super::docs::{Docs, code};
use super::enums::trait_impl;
use super::scope::{File, ident};
use super::{lints, taking};

/// The type of a body.
pub(super) fn ty(file: &mut File<'_>, body: &Body) -> TokenStream {
    match (&body.name, body.media.first()) {
        (Some(name), _) => quote! { #name },
        (None, Some(media)) => form_ty(file, media),
        (None, None) => file.runtime("Body"),
    }
}

fn form_ty(file: &mut File<'_>, media: &Media) -> TokenStream {
    match &media.payload {
        Payload::Json(ty) | Payload::Form(ty) | Payload::Multipart(ty) => file.ty(ty),
        Payload::Sequence(_, ty) => {
            let ty = file.ty(ty);
            // Not imported: an operation may be called so.
            quote! { crate::runtime::Sequence<#ty> }
        }
        Payload::Text => quote! { String },
        Payload::Bytes => file.runtime("Body"),
    }
}

/// True for a body whose argument does not say what it becomes.
pub(super) fn is_map(body: &Body) -> bool {
    let payload = body.media.first().map(|media| &media.payload);
    body.name.is_none()
        && matches!(
            payload,
            Some(Payload::Json(TypeRef::Map(_)) | Payload::Form(TypeRef::Map(_)) | Payload::Multipart(TypeRef::Map(_)))
        )
}

/// The type of a body as an argument, and the value made of it.
pub(super) fn argument(file: &mut File<'_>, body: &Body) -> (TokenStream, TokenStream) {
    let ident = &body.ident;
    match body.media.first().map(|media| &media.payload) {
        Some(Payload::Json(ty) | Payload::Form(ty) | Payload::Multipart(ty)) if body.name.is_none() => {
            let taking = taking::required(file, ty, ident);
            (taking.ty, taking.value)
        }
        _ => {
            let ty = ty(file, body);
            (quote! { impl Into<#ty> }, quote! { #ident.into() })
        }
    }
}

/// The statements that hand a body over.
pub(super) fn set(file: &mut File<'_>, body: &Body, call: &TokenStream, value: &TokenStream) -> TokenStream {
    let Some(name) = &body.name else {
        return body.media.first().map(|media| set_form(file, media, call, value)).unwrap_or_default();
    };
    let arms: Vec<TokenStream> = body
        .media
        .iter()
        .zip(&body.variants)
        .map(|(media, variant)| {
            let form = ident("form");
            let set = set_form(file, media, call, &quote! { #form });
            quote! { #name::#variant(#form) => { #set } }
        })
        .collect();
    quote! { match #value { #(#arms)* } }
}

/// True for a media type that can be sent as it is written.
fn is_concrete(media: &Media) -> bool {
    !media.media_type.contains('*') && media.media_type.chars().all(|c| c.is_ascii_graphic())
}

/// The media type with which a body arrives; a range where the caller chooses it.
pub(super) fn sent_as(media: &Media) -> String {
    match &media.payload {
        Payload::Form(_) => "application/x-www-form-urlencoded".to_owned(),
        _ if is_concrete(media) => media.media_type.clone(),
        _ => "*/*".to_owned(),
    }
}

fn set_form(file: &mut File<'_>, media: &Media, call: &TokenStream, value: &TokenStream) -> TokenStream {
    let concrete = is_concrete(media);
    let media_type = |other: &str| if concrete { media.media_type.clone() } else { other.to_owned() };
    match &media.payload {
        Payload::Json(_) => {
            let set = quote! { #call.json_body(&#value); };
            let media_type = media_type("application/json");
            if media_type == "application/json" {
                return set;
            }
            quote! {
                #set
                #call.content_type(#media_type);
            }
        }
        Payload::Form(_) if media.encoding.is_empty() => quote! { #call.form_body(&#value, &[]); },
        Payload::Form(_) => quote! { #call.form_body(&#value, FORM); },
        Payload::Multipart(_) => {
            let types = media.encoding.iter().filter_map(|encoding| {
                let (name, media_type) = (&encoding.wire, encoding.content_type.as_ref()?);
                Some(quote! { (#name, #media_type) })
            });
            let media_type = media_type("multipart/form-data");
            quote! { #call.multipart_body(#media_type, &#value, &[#(#types),*]); }
        }
        Payload::Text => {
            let media_type = media_type("text/plain");
            quote! { #call.text_body(#media_type, #value); }
        }
        Payload::Bytes => {
            let media_type = media_type("application/octet-stream");
            quote! { #call.bytes_body(#media_type, #value); }
        }
        Payload::Sequence(framing, _) => {
            let (media_type, wire) = (media_type("application/jsonl"), file.wire("self"));
            let framing = ident(match framing {
                Framing::JsonLines => "JsonLines",
                Framing::JsonSeq => "JsonSeq",
                Framing::ServerSentEvents => "ServerSentEvents",
            });
            quote! { #call.sequence_body(#media_type, #wire::Framing::#framing, #value); }
        }
    }
}

/// Prints the enum of a body that has several forms. Whatever forms are added to it, a value of the type that only one
/// form has becomes that form by itself.
pub(super) fn emit(file: &mut File<'_>, operation: &Operation, body: &Body) {
    let Some(name) = &body.name else { return };
    let mut variants = Vec::new();
    let mut froms: Vec<(TokenStream, TokenStream)> = Vec::new();
    for (media, variant) in body.media.iter().zip(&body.variants) {
        let ty = form_ty(file, media);
        let about = match &media.payload {
            Payload::Json(_) | Payload::Form(_) | Payload::Multipart(_) => "An object",
            Payload::Sequence(..) => "Values one after the other",
            Payload::Text => "A text",
            Payload::Bytes => "Bytes, or a stream of them",
        };
        let about = match &media.payload {
            Payload::Json(ty) if !matches!(ty, TypeRef::Named(_) | TypeRef::Map(_)) => "A value",
            _ => about,
        };
        let mut docs = Docs::sentence(format!("{about}, as {}.", code(&media.media_type)));
        if media.media_type.contains('*') {
            docs.paragraph("What it is exactly can be said by an `extra_header` of the name `content-type`.");
        }
        variants.push(Member::new(docs.lines(), quote! { #variant(#ty) }));
        let mut from = vec![(ty.clone(), quote! { Self::#variant(value) })];
        let into = quote! { Self::#variant(value.into()) };
        match &media.payload {
            Payload::Text => from.push((quote! { &str }, into)),
            Payload::Bytes => {
                let bytes = file.bytes();
                from.extend([
                    (quote! { Vec<u8> }, into.clone()),
                    (bytes, into.clone()),
                    (quote! { String }, into.clone()),
                    (quote! { &'static str }, into),
                ]);
            }
            Payload::Sequence(_, ty) => {
                let item = file.ty(ty);
                from.push((quote! { Vec<#item> }, into));
            }
            _ => {}
        }
        for (ty, value) in from {
            let text = |ty: &TokenStream| ty.to_string().replace("'static ", "");
            if !froms.iter().any(|(known, _)| text(known) == text(&ty)) {
                froms.push((ty, value));
            }
        }
    }
    let size = lints::forms();
    let route = code(&format!("{} {}", operation.method, operation.path));
    let docs = Docs::sentence(format!("The forms of the body of {route}."));
    let head = quote! {
        #[derive(Debug)]
        #size
        #[non_exhaustive]
        pub enum #name
    };
    file.source.container(&docs.lines(), head, Inside::Variants, variants);
    for (ty, value) in froms {
        let complex = lints::complexity([&ty].into_iter());
        trait_impl(
            file,
            quote! { impl From<#ty> for #name },
            quote! { #complex fn from(value: #ty) -> Self { #value } },
        );
    }
}
