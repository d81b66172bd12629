//! Arguments of functions: what a caller may hand over for a type, and how it becomes that type.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::ir::{Elem, Prim, Shape, TypeRef};

use super::scope::File;

/// An argument.
pub(super) struct Taking {
    /// Its type.
    pub(super) ty: TokenStream,
    /// The value made of it.
    pub(super) value: TokenStream,
}

/// An argument that always holds a value: anything that becomes the type, plain numbers as they are.
pub(super) fn required(file: &mut File<'_>, ty: &TypeRef, name: &impl ToTokens) -> Taking {
    match ty {
        TypeRef::Prim(prim) if is_plain(*prim) => {
            let ty = file.prim(*prim);
            Taking { ty, value: quote! { #name } }
        }
        TypeRef::List(elem) => {
            let (item, into) = item(file, elem);
            let value = if into {
                let wire = file.wire("self");
                quote! { #wire::list(#name) }
            } else {
                quote! { Vec::from_iter(#name) }
            };
            Taking { ty: quote! { impl IntoIterator<Item = #item> }, value }
        }
        TypeRef::Map(elem) => {
            let (item, into) = item(file, elem);
            let value = if into {
                quote! { value.into() }
            } else {
                quote! { value }
            };
            Taking {
                ty: quote! { impl IntoIterator<Item = (impl Into<String>, #item)> },
                value: quote! { #name.into_iter().map(|(name, value)| (name.into(), #value)).collect() },
            }
        }
        TypeRef::Tuple(_) => {
            let ty = file.ty(ty);
            Taking { ty, value: quote! { #name } }
        }
        _ => {
            let ty = file.ty(ty);
            Taking { ty: quote! { impl Into<#ty> }, value: quote! { #name.into() } }
        }
    }
}

/// An argument that may be `None`.
pub(super) fn optional(file: &mut File<'_>, ty: &TypeRef, name: &impl ToTokens) -> Taking {
    let ty = file.ty(ty);
    Taking { ty: quote! { impl Into<Option<#ty>> }, value: quote! { #name.into() } }
}

/// True for numbers and flags: there is nothing they could be made of, so an optional one is taken as an `Option`.
pub(super) fn is_plain(prim: Prim) -> bool {
    !prim.is_text()
}

/// True for types of which a builder takes an `Option`: numbers, flags and enums.
pub(super) fn as_option(file: &File<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Prim(prim) => is_plain(*prim),
        TypeRef::Named(id) => matches!(file.cx.ty(*id).shape, Shape::Enum(_)),
        _ => false,
    }
}

/// An element of a list, and whether it has to be converted.
fn item(file: &mut File<'_>, elem: &Elem) -> (TokenStream, bool) {
    let exact = match &elem.ty {
        TypeRef::Prim(prim) => is_plain(*prim),
        TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Tuple(_) => true,
        _ => false,
    };
    let ty = file.elem(elem);
    if exact || elem.nullable { (ty, false) } else { (quote! { impl Into<#ty> }, true) }
}
