//! Parameters: their lines in the table of an operation, and the value a setter hands over.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::{Encoding, Param, Place, Shape, Style, TypeId, TypeRef};

use super::checks;
use super::scope::{Context, File};

/// True for types that a parameter can be written from directly; any other goes by way of its JSON form.
pub(super) fn is_argument(cx: Context<'_>, ty: &TypeRef) -> bool {
    is_argument_inside(cx, ty, &mut Vec::new())
}

/// `around` are the newtypes on the way here: one of them again is what it is, and no reason to go on.
fn is_argument_inside(cx: Context<'_>, ty: &TypeRef, around: &mut Vec<TypeId>) -> bool {
    match ty {
        TypeRef::Prim(_) | TypeRef::Json => true,
        TypeRef::Named(id) => match &cx.ty(*id).shape {
            Shape::Enum(_) => true,
            Shape::Newtype(_) if around.contains(id) => true,
            Shape::Newtype(newtype) => {
                around.push(*id);
                is_argument_inside(cx, &newtype.inner, around)
            }
            Shape::Struct(_) | Shape::Union(_) => false,
        },
        TypeRef::List(elem) | TypeRef::Map(elem) => is_argument_inside(cx, &elem.ty, around),
        TypeRef::Tuple(_) | TypeRef::Bytes | TypeRef::Upload | TypeRef::External(_) => false,
    }
}

/// `set` with a value of the parameter's type.
pub(super) fn set(
    file: &mut File<'_>,
    call: &TokenStream,
    index: usize,
    param: &Param,
    value: &TokenStream,
) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    if is_argument(file.cx, &param.ty) {
        quote! { #call.set(#index, &#value); }
    } else {
        let setter = super::scope::ident(if has_bounds(&param.ty) { "set_object" } else { "set_json" });
        quote! { #call.#setter(#index, &#value); }
    }
}

/// False for types that know nothing of the bounds of their members: those of somebody else.
fn has_bounds(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::External(_) => false,
        TypeRef::Tuple(elems) => elems.iter().all(|elem| has_bounds(&elem.ty)),
        TypeRef::List(elem) | TypeRef::Map(elem) => has_bounds(&elem.ty),
        TypeRef::Prim(_) | TypeRef::Named(_) | TypeRef::Json | TypeRef::Bytes | TypeRef::Upload => true,
    }
}

/// The line of a parameter in the table of its operation.
pub(super) fn line(file: &mut File<'_>, param: &Param) -> TokenStream {
    let param_type = file.wire("Param");
    let wire = &param.wire;
    let place = super::scope::ident(match param.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::QueryString => "querystring",
    });
    let mut line = quote! { #param_type::#place(#wire) };
    line.extend(spelling(param.place, param.style, param.explode, has_parts(file.cx, &param.ty)));
    if param.allow_reserved {
        line.extend(quote! { .allow_reserved() });
    }
    if let Some(check) = checks::of(file, &param.ty, &param.checks) {
        line.extend(quote! { .check(#check) });
    }
    line
}

/// The line of a member in the table of a form.
pub(super) fn form_line(file: &mut File<'_>, encoding: &Encoding) -> TokenStream {
    let param_type = file.wire("Param");
    let wire = &encoding.wire;
    let mut line = quote! { #param_type::query(#wire) };
    line.extend(spelling(Place::Query, encoding.style, encoding.explode, true));
    if encoding.allow_reserved {
        line.extend(quote! { .allow_reserved() });
    }
    line
}

fn spelling(place: Place, style: Style, explode: bool, parts: bool) -> TokenStream {
    match (place, style, explode) {
        (_, Style::Json, _) => quote! { .json() },
        (_, Style::SpaceDelimited, false) => quote! { .spaces() },
        (_, Style::SpaceDelimited, true) => quote! { .spaces().exploded() },
        (_, Style::PipeDelimited, false) => quote! { .pipes() },
        (_, Style::PipeDelimited, true) => quote! { .pipes().exploded() },
        (_, Style::DeepObject, _) => quote! { .deep_object() },
        (_, Style::Cookie, false) if parts => quote! { .plain().no_explode() },
        (_, Style::Cookie, _) => quote! { .plain() },
        (_, Style::Label, false) => quote! { .label() },
        (_, Style::Label, true) => quote! { .label().exploded() },
        (_, Style::Matrix, false) => quote! { .matrix() },
        (_, Style::Matrix, true) => quote! { .matrix().exploded() },
        (Place::Query | Place::Cookie | Place::QueryString, _, false) if parts => quote! { .csv() },
        (Place::Path | Place::Header, _, true) if parts => quote! { .exploded() },
        _ => TokenStream::new(),
    }
}

/// True for values that are written in parts. Of a single value, the style says nothing.
fn has_parts(cx: Context<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Prim(_) | TypeRef::Bytes | TypeRef::Upload => false,
        TypeRef::Named(id) => match &cx.ty(*id).shape {
            Shape::Enum(_) => false,
            Shape::Newtype(newtype) => !matches!(newtype.inner, TypeRef::Prim(_)),
            Shape::Struct(_) | Shape::Union(_) => true,
        },
        _ => true,
    }
}

/// True for a parameter whose value says which names the query has: an object in the style `form`, exploded.
pub(super) fn names_are_hidden(cx: Context<'_>, param: &Param) -> bool {
    param.place == Place::Query && param.style == Style::Form && param.explode && may_be_object(cx, &param.ty)
}

fn may_be_object(cx: Context<'_>, ty: &TypeRef) -> bool {
    let mut ty = ty;
    // Newtypes around each other are at most as many as there are types.
    for _ in 0..=cx.api.types.len() {
        ty = match ty {
            TypeRef::Map(_) | TypeRef::Json | TypeRef::External(_) => return true,
            TypeRef::Prim(_) | TypeRef::List(_) | TypeRef::Tuple(_) | TypeRef::Bytes | TypeRef::Upload => return false,
            TypeRef::Named(id) => match &cx.ty(*id).shape {
                Shape::Struct(_) | Shape::Union(_) => return true,
                Shape::Enum(_) => return false,
                Shape::Newtype(newtype) => &newtype.inner,
            },
        };
    }
    false
}
