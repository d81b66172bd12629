//! The constants of defaults: what the server assumes where a member or a parameter is left out.

use quote::quote;

use crate::files::Member;
use crate::ir::{Literal, Prim, Shape, TypeRef};
use crate::names::ConstName;

use super::docs::{Docs, code};
use super::enums::literal;
use super::lints;
use super::scope::File;

/// The constant of a default, which fits the type.
pub(super) fn emit(
    file: &mut File<'_>,
    name: &ConstName,
    wire: &str,
    ty: &TypeRef,
    default: &Literal,
) -> Option<Member> {
    let docs = Docs::sentence(format!("What the server assumes where {} is left out.", code(wire)));
    let scalar = |file: &mut File<'_>, prim: Prim| {
        let value = literal(prim, default)?;
        let ty = match prim {
            prim if prim.is_text() => quote! { &'static str },
            prim => file.prim(prim),
        };
        Some((ty, value))
    };
    let (ty, value) = match ty {
        TypeRef::Prim(prim) => scalar(file, *prim)?,
        TypeRef::Named(id) => match &file.cx.ty(*id).shape {
            Shape::Enum(values) => {
                let variant = &values.values.iter().find(|value| value.wire == *default)?.name;
                let own = file.named(*id);
                (own.clone(), quote! { #own::#variant })
            }
            Shape::Newtype(newtype) => match newtype.inner {
                TypeRef::Prim(prim) => scalar(file, prim)?,
                _ => return None,
            },
            Shape::Struct(_) | Shape::Union(_) => return None,
        },
        _ => return None,
    };
    let lint = lints::constant(default);
    Some(Member::new(docs.lines(), quote! { #lint pub const #name: #ty = #value; }))
}
