//! The documented failures of an operation: one enum, read by status.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Operation, Payload, Status};

use super::answers::{status_pattern, status_words};
use super::docs::{Docs, code};
use super::enums::trait_impl;
use super::lints;
use super::scope::File;

/// Prints the enum and how it is read.
pub(super) fn emit(file: &mut File<'_>, operation: &Operation) {
    let name = &operation.error;
    let bytes = file.bytes();
    let mut variants = Vec::new();
    let mut reads = Reads::default();
    for answer in operation.failures() {
        let docs =
            |what: &str| Docs::of(&answer.docs, || format!("An answer with {}{what}.", status_words(answer.status)));
        if answer.media.is_empty() {
            if let Some(variant) = answer.variants.first() {
                variants.push(Member::new(docs(" and no body").lines(), quote! { #variant }));
                reads.always(answer.status, quote! { Self::#variant });
            }
            continue;
        }
        for (media, variant) in answer.media.iter().zip(&answer.variants) {
            let (held, read) = match &media.payload {
                Payload::Json(ty) => (file.ty(ty), None),
                Payload::Text => {
                    (quote! { String }, Some(quote! { Self::#variant(String::from_utf8_lossy(body).into_owned()) }))
                }
                _ => (bytes.clone(), Some(quote! { Self::#variant(#bytes::copy_from_slice(body)) })),
            };
            variants.push(Member::new(docs("").lines(), quote! { #variant(#held) }));
            match read {
                Some(read) => reads.always(answer.status, read),
                None => reads.json(answer.status, quote! { Self::#variant }),
            }
        }
    }
    let documented = variants.len();
    variants.push(Member::new(vec!["Any other answer: its body as it came.".to_owned()], quote! { Other(#bytes) }));
    let route = code(&format!("{} {}", operation.method, operation.path));
    let mut docs = Docs::sentence(format!("How {route} fails, by status."));
    docs.paragraph("[`Error::typed`](crate::Error::typed) gives it.");
    let size = lints::variants(documented);
    let head = quote! {
        #[derive(Clone, Debug, PartialEq)]
        #size
        #[non_exhaustive]
        pub enum #name
    };
    file.source.container(&docs.lines(), head, Inside::Variants, variants);
    let typed = file.runtime("TypedError");
    let body = reads.finish(quote! { Self::Other(#bytes::copy_from_slice(body)) });
    let used = |word: &str| body.clone().into_iter().any(|token| contains(&token, word));
    let status = if used("status") {
        quote! { status }
    } else {
        quote! { _status }
    };
    let content = if used("body") {
        quote! { body }
    } else {
        quote! { _body }
    };
    trait_impl(
        file,
        quote! { impl #typed for #name },
        quote! {
            #[inline]
            fn decode(#status: u16, #content: &[u8]) -> Self {
                #body
            }
        },
    );
}

fn contains(token: &proc_macro2::TokenTree, word: &str) -> bool {
    match token {
        proc_macro2::TokenTree::Ident(ident) => ident == word,
        proc_macro2::TokenTree::Group(group) => group.stream().into_iter().any(|token| contains(&token, word)),
        _ => false,
    }
}

/// The statements that try one documented form after the other.
#[derive(Default)]
struct Reads {
    statements: TokenStream,
    /// What is left when nothing before it fitted; nothing after it can be reached.
    last: Option<TokenStream>,
}

impl Reads {
    fn json(&mut self, status: Status, variant: TokenStream) {
        if self.last.is_some() {
            return;
        }
        let read = quote! { let Ok(body) = serde_json::from_slice(body) };
        let test = match condition(status) {
            Some(condition) => quote! { #condition && #read },
            None => read,
        };
        self.statements.extend(quote! { if #test { return #variant(body); } });
    }

    fn always(&mut self, status: Status, value: TokenStream) {
        match condition(status) {
            _ if self.last.is_some() => {}
            Some(condition) => self.statements.extend(quote! { if #condition { return #value; } }),
            None => self.last = Some(value),
        }
    }

    fn finish(self, other: TokenStream) -> TokenStream {
        let (statements, last) = (self.statements, self.last.unwrap_or(other));
        quote! { #statements #last }
    }
}

fn condition(status: Status) -> Option<TokenStream> {
    let pattern = status_pattern(status);
    match status {
        Status::Exact(_) => Some(quote! { status == #pattern }),
        Status::Range(_) => Some(quote! { (#pattern).contains(&status) }),
        Status::Default => None,
    }
}
