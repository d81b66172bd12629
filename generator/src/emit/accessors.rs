//! Methods that read members: the first of several that holds a value, and the join of an id with the list that
//! explains it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::Member;
use crate::ir::{Accessor, AccessorKind, Field, Prim, Shape, Step, Struct, TypeId, TypeRef};

use super::docs::code;
use super::members::{Form, held};
use super::scope::{Context, File};
use super::{taking, words};

/// The method of an accessor; nothing where its members do not fit together.
pub(super) fn emit(file: &mut File<'_>, id: TypeId, object: &Struct, accessor: &Accessor) -> Option<Member> {
    match &accessor.kind {
        AccessorKind::Coalesce { fields } => coalesce(file, id, object, accessor, fields),
        AccessorKind::Include { includes, list, key } => include(file, accessor, includes, list, key),
    }
}

/// The field a step leads to.
pub(super) fn field<'a>(cx: Context<'a>, step: &Step) -> Option<&'a Field> {
    match &cx.ty(step.of).shape {
        Shape::Struct(object) => object.fields.get(step.field),
        _ => None,
    }
}

/// How the field of a step is held.
pub(super) fn form(cx: Context<'_>, step: &Step) -> Option<Form> {
    Some(held(cx, step.of, step.field, field(cx, step)?).form)
}

/// The way to the struct of the last of `steps`, with `?` wherever a member may be absent.
pub(super) fn way(cx: Context<'_>, steps: &[Step]) -> Option<TokenStream> {
    let mut way = quote! { self };
    for step in steps.iter().take(steps.len().saturating_sub(1)) {
        let ident = &field(cx, step)?.ident;
        way.extend(match form(cx, step)? {
            Form::Plain => quote! { .#ident },
            Form::Option => quote! { .#ident.as_ref()? },
            Form::Patch => quote! { .#ident.as_set()? },
            Form::Empty => return None,
        });
    }
    Some(way)
}

/// The text at the end of `steps` as an `Option<&str>`.
pub(super) fn text(file: &mut File<'_>, steps: &[Step]) -> Option<TokenStream> {
    let cx = file.cx;
    let last = steps.last()?;
    let way = way(cx, steps)?;
    text_of(file, &way, field(cx, last)?, form(cx, last)?)
}

fn text_of(file: &mut File<'_>, way: &TokenStream, field: &Field, form: Form) -> Option<TokenStream> {
    if !is_text(file.cx, &field.ty) {
        return None;
    }
    let ident = &field.ident;
    let string = field.ty == TypeRef::Prim(Prim::String);
    Some(match form {
        Form::Plain => quote! { Some(#way.#ident.as_str()) },
        Form::Option if string => quote! { #way.#ident.as_deref() },
        Form::Option => {
            let ty = file.ty(&field.ty);
            quote! { #way.#ident.as_ref().map(#ty::as_str) }
        }
        Form::Patch => {
            let ty = file.ty(&field.ty);
            quote! { #way.#ident.as_set().map(#ty::as_str) }
        }
        Form::Empty => return None,
    })
}

/// True for types with `as_str`.
pub(super) fn is_text(cx: Context<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Prim(prim) => prim.is_text(),
        TypeRef::Named(id) => match &cx.ty(*id).shape {
            Shape::Enum(values) => values.scalar.is_text(),
            Shape::Newtype(newtype) => newtype.inner == TypeRef::Prim(Prim::String),
            Shape::Struct(_) | Shape::Union(_) => false,
        },
        _ => false,
    }
}

fn coalesce(
    file: &mut File<'_>,
    id: TypeId,
    object: &Struct,
    accessor: &Accessor,
    indexes: &[usize],
) -> Option<Member> {
    let cx = file.cx;
    let fields: Vec<(usize, &Field)> =
        indexes.iter().map(|index| Some((*index, object.fields.get(*index)?))).collect::<Option<_>>()?;
    let (_, first) = fields.first()?;
    let same = fields.iter().all(|(_, field)| field.ty == first.ty);
    let texts = fields.iter().all(|(_, field)| is_text(cx, &field.ty));
    let mut ways = Vec::new();
    for (index, field) in &fields {
        let form = held(cx, id, *index, field).form;
        ways.push(if texts && (!same || first.ty == TypeRef::Prim(Prim::String)) {
            text_of(file, &quote! { self }, field, form)?
        } else if same {
            borrowed(field, form)
        } else {
            return None;
        });
    }
    let ty = if texts && (!same || first.ty == TypeRef::Prim(Prim::String)) {
        quote! { &str }
    } else {
        match &first.ty {
            TypeRef::Prim(prim) if taking::is_plain(*prim) => file.prim(*prim),
            TypeRef::List(elem) => {
                let elem = file.elem(elem);
                quote! { &[#elem] }
            }
            ty => {
                let ty = file.ty(ty);
                quote! { &#ty }
            }
        }
    };
    let names: Vec<String> = fields.iter().map(|(_, field)| code(field.ident.bare())).collect();
    let docs = format!("The first of {} that holds a value.", words::list(&names, "and"));
    let name = &accessor.name;
    let mut ways = ways.into_iter();
    let start = ways.next()?;
    let body = ways.fold(start, |body, way| quote! { #body.or(#way) });
    Some(Member::new(
        vec![docs],
        quote! {
            #[must_use]
            #[inline]
            pub fn #name(&self) -> Option<#ty> {
                #body
            }
        },
    ))
}

fn borrowed(field: &Field, form: Form) -> TokenStream {
    let ident = &field.ident;
    let plain = matches!(&field.ty, TypeRef::Prim(prim) if taking::is_plain(*prim));
    let list = matches!(&field.ty, TypeRef::List(_));
    match form {
        Form::Plain if plain => quote! { Some(self.#ident) },
        Form::Plain | Form::Empty if list => {
            quote! { Some(self.#ident.as_slice()).filter(|values| !values.is_empty()) }
        }
        Form::Plain => quote! { Some(&self.#ident) },
        Form::Empty => quote! { Some(&self.#ident).filter(|values| !values.is_empty()) },
        Form::Option if plain => quote! { self.#ident },
        Form::Option if list => quote! { self.#ident.as_deref() },
        Form::Option => quote! { self.#ident.as_ref() },
        Form::Patch if plain => quote! { self.#ident.as_set().copied() },
        Form::Patch if list => quote! { self.#ident.as_set().map(Vec::as_slice) },
        Form::Patch => quote! { self.#ident.as_set() },
    }
}

fn include(file: &mut File<'_>, accessor: &Accessor, includes: &Step, list: &Step, key: &Step) -> Option<Member> {
    let cx = file.cx;
    let (list_field, key_field) = (field(cx, list)?, field(cx, key)?);
    let TypeRef::List(elem) = &list_field.ty else { return None };
    if !is_text(cx, &key_field.ty) {
        return None;
    }
    let way = way(cx, &[includes.clone(), list.clone()])?;
    let list_ident = &list_field.ident;
    let values = match form(cx, list)? {
        Form::Plain | Form::Empty => quote! { #way.#list_ident.iter() },
        Form::Option => quote! { #way.#list_ident.as_ref()?.iter() },
        Form::Patch => quote! { #way.#list_ident.as_set()?.iter() },
    };
    let values = if elem.nullable {
        quote! { #values.flatten() }
    } else {
        values
    };
    let key_ident = &key_field.ident;
    let test = match form(cx, key)? {
        Form::Plain => quote! { item.#key_ident.as_str() == key },
        form => {
            let text = text_of(file, &quote! { item }, key_field, form)?;
            quote! { #text == Some(key) }
        }
    };
    let ty = file.ty(&elem.ty);
    let name = &accessor.name;
    let docs = format!(
        "The element of {} whose {} is `key`.",
        code(&format!("{}.{}", field(cx, includes)?.ident.bare(), list_ident.bare())),
        code(key_ident.bare()),
    );
    Some(Member::new(
        vec![docs],
        quote! {
            #[must_use]
            pub fn #name(&self, key: impl AsRef<str>) -> Option<&#ty> {
                let key = key.as_ref();
                #values.find(|item| #test)
            }
        },
    ))
}
