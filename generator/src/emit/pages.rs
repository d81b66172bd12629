//! Answers that continue on another page, and answers with a result beside problems.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Paging, Shape, Step, Struct, TypeDef, TypeId, TypeRef};

use super::accessors::{field, form, text};
use super::members::{Form, held};
use super::scope::File;

/// Prints `impl Page` and `impl Envelope`, as far as they apply.
pub(super) fn emit(file: &mut File<'_>, id: TypeId, ty: &TypeDef, object: &Struct) {
    if let Some(paging) = file.cx.facts.pages.get(&id) {
        page(file, ty, paging);
    }
    if let Some(errors) = file.cx.facts.envelopes.get(&id)
        && let Some(field) = object.fields.get(*errors)
    {
        let ident = &field.ident;
        let test = match held(file.cx, id, *errors, field).form {
            Form::Plain | Form::Empty => quote! { !self.#ident.is_empty() },
            Form::Option => quote! { self.#ident.as_ref().is_some_and(|errors| !errors.is_empty()) },
            Form::Patch => quote! { self.#ident.as_set().is_some_and(|errors| !errors.is_empty()) },
        };
        file.wire("self");
        let name = &ty.name;
        let method = Member::bare(quote! {
            #[inline]
            fn has_errors(&self) -> bool {
                #test
            }
        });
        file.source.container(&[], quote! { impl wire::Envelope for #name }, Inside::Methods, vec![method]);
    }
}

fn page(file: &mut File<'_>, ty: &TypeDef, paging: &Paging) {
    let Some(take) = take(file, &paging.items) else { return };
    let Some(next) = text(file, &paging.next) else { return };
    let previous = paging.previous.as_ref().and_then(|steps| text(file, steps));
    file.wire("self");
    let item = file.elem(&paging.item);
    let names: Vec<&str> = paging.items.iter().filter_map(|step| Some(field(file.cx, step)?.wire.as_str())).collect();
    let mut members = vec![
        Member::bare(quote! { type Item = #item; }),
        Member::bare(quote! { const ITEMS: &'static [&'static str] = &[#(#names),*]; }),
        Member::bare(quote! {
            #[inline]
            fn take_items(&mut self) -> Vec<#item> {
                #take
            }
        }),
        Member::bare(quote! {
            #[inline]
            fn next_token(&self) -> Option<&str> {
                #next
            }
        }),
    ];
    members.extend(previous.map(|previous| {
        Member::bare(quote! {
            #[inline]
            fn previous_token(&self) -> Option<&str> {
                #previous
            }
        })
    }));
    let name = &ty.name;
    file.source.container(&[], quote! { impl wire::Page for #name }, Inside::Methods, members);
}

/// The statements that take the items out of `self`.
fn take(file: &mut File<'_>, steps: &[Step]) -> Option<TokenStream> {
    let cx = file.cx;
    let mut way = quote! { self };
    let mut statements = TokenStream::new();
    let (last, before) = steps.split_last()?;
    for step in before {
        let ident = &field(cx, step)?.ident;
        match form(cx, step)? {
            Form::Plain => way.extend(quote! { .#ident }),
            Form::Option => {
                statements.extend(quote! { let Some(#ident) = &mut #way.#ident else { return Vec::new(); }; });
                way = quote! { #ident };
            }
            Form::Patch => {
                let patch = file.runtime("Patch");
                statements.extend(quote! { let #patch::Set(#ident) = &mut #way.#ident else { return Vec::new(); }; });
                way = quote! { #ident };
            }
            Form::Empty => return None,
        }
    }
    let items = field(cx, last)?;
    let ident = &items.ident;
    let list = match &items.ty {
        TypeRef::Named(id) => match &cx.ty(*id).shape {
            Shape::Newtype(_) => quote! { .0 },
            _ => return None,
        },
        _ => TokenStream::new(),
    };
    statements.extend(match form(cx, last)? {
        Form::Plain | Form::Empty => quote! { std::mem::take(&mut #way.#ident)#list },
        Form::Option => quote! { #way.#ident.take().unwrap_or_default()#list },
        Form::Patch => {
            let patch = file.runtime("Patch");
            quote! {
                match std::mem::take(&mut #way.#ident) {
                    #patch::Set(items) => items #list,
                    #patch::Keep | #patch::Clear => Vec::new(),
                }
            }
        }
    });
    Some(statements)
}
