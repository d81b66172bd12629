//! The headers that the answers of an operation document: a view with a method per header.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Header, HeaderForm, Operation, Status};

use super::docs::{Docs, code};
use super::scope::{File, ident};
use super::{answers, lints};

/// Prints the view, where there is one.
pub(super) fn emit(file: &mut File<'_>, operation: &Operation) {
    let Some(name) = &operation.headers else { return };
    let (headers, error) = (file.runtime("Headers"), file.runtime("HeaderError"));
    file.import("http", "HeaderMap");
    let route = code(&format!("{} {}", operation.method, operation.path));
    let mut docs =
        Docs::sentence(format!("The headers that the answers of {route} have, each read when it is asked for."));
    docs.paragraph(
        "A header that an answer does not have is `None`, and one that is not of its type an error that names it.",
    );
    file.source.item(
        &docs.lines(),
        quote! {
            #[derive(Clone, Copy, Debug)]
            pub struct #name<'h>(#headers<'h>);
        },
    );
    let new = Docs::sentence(
        "The headers of an answer: [`Meta::headers`](crate::Meta::headers) of a success, \
         [`Error::headers`](crate::Error::headers) of a failure.",
    );
    let mut methods = vec![Member::new(
        new.lines(),
        quote! {
            #[must_use]
            #[inline]
            pub fn new(headers: &'h HeaderMap) -> Self {
                Self(#headers::new(headers))
            }
        },
    )];
    for (header, statuses) in union(operation) {
        methods.push(method(file, header, &statuses, &error));
    }
    file.source.container(&[], quote! { impl<'h> #name<'h> }, Inside::Methods, methods);
}

/// Every header once, sorted by method, with the answers that have it.
fn union(operation: &Operation) -> Vec<(&Header, Vec<Status>)> {
    let mut found: Vec<(&Header, Vec<Status>)> = Vec::new();
    for answer in &operation.answers {
        for header in &answer.headers {
            match found.iter_mut().find(|(known, _)| known.name == header.name) {
                Some((_, statuses)) => statuses.push(answer.status),
                None => found.push((header, vec![answer.status])),
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.name.as_str().cmp(b.name.as_str()));
    found
}

fn method(file: &mut File<'_>, header: &Header, statuses: &[Status], error: &TokenStream) -> Member {
    let ty = file.ty(&header.ty);
    let wire = header.wire.to_ascii_lowercase();
    let read = ident(match header.form {
        HeaderForm::Simple => "simple",
        HeaderForm::Exploded => "exploded",
        HeaderForm::Json => "json",
    });
    let mut docs = Docs::of(&header.docs, || format!("The header {}.", code(&header.wire)));
    if header.docs.trim().is_empty() {
        docs.paragraph(format!("It comes with {}.", answers::statuses_words(statuses)));
    } else {
        docs.paragraph(format!(
            "The header {}, which comes with {}.",
            code(&header.wire),
            answers::statuses_words(statuses)
        ));
    }
    docs.paragraph("# Errors").paragraph("The header is not of this type.");
    let deprecated = header.deprecated.then(|| quote! { #[deprecated] });
    let lint = lints::group_method(header.name.as_str(), 0);
    let name = &header.name;
    Member::new(
        docs.lines(),
        quote! {
            #deprecated
            #lint
            #[inline]
            pub fn #name(&self) -> Result<Option<#ty>, #error> {
                self.0.#read(#wire)
            }
        },
    )
}
