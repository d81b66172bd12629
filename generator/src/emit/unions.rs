//! One of several types: the enum, the conversions into it, and reading by tests in a fixed order.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Arm, JsonKind, Prim, Test, TypeDef, TypeId, TypeRef, Union};

use super::docs::Docs;
use super::enums::trait_impl;
use super::scope::File;
use super::{checks, lints, words};

/// Prints a union and everything that belongs to it.
pub(super) fn emit(file: &mut File<'_>, id: TypeId, ty: &TypeDef, union: &Union) {
    let name = &ty.name;
    let mut docs = Docs::of(&ty.docs, || words::titled(name.bare()));
    if ty.deprecated {
        docs.paragraph("Deprecated.");
    }
    file.wire("self");
    let mut variants = Vec::new();
    for (index, arm) in union.arms.iter().enumerate() {
        let variant = &arm.name;
        let held = arm_type(file, id, index, arm);
        let docs = Docs::of(&arm.docs, || words::titled(variant.bare()));
        variants.push(Member::new(docs.lines(), quote! { #variant(#held) }));
    }
    let other = &union.unrecognized;
    variants.push(Member::new(
        vec!["A value that fits none of the others. It is sent back as it came.".to_owned()],
        quote! { #other(serde_json::Value) },
    ));
    let size = lints::variants(union.arms.len());
    let derives = file.derives(&["Clone", "Debug", "PartialEq"], &ty.derives);
    let head = quote! {
        #derives
        #size
        #[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
        pub enum #name
    };
    file.source.container(&docs.lines(), head, Inside::Variants, variants);
    trait_impl(
        file,
        quote! { impl Default for #name },
        quote! { fn default() -> Self { Self::#other(serde_json::Value::Null) } },
    );
    conversions(file, id, ty, union);
    serialize(file, ty, union);
    deserialize(file, ty, union);
    checks::of_union(file, id, ty, union);
}

fn arm_type(file: &mut File<'_>, id: TypeId, index: usize, arm: &Arm) -> TokenStream {
    let ty = file.ty(&arm.ty);
    if file.cx.boxed(id, index) {
        quote! { Box<#ty> }
    } else {
        ty
    }
}

/// `From` for every type that only one arm holds.
fn conversions(file: &mut File<'_>, id: TypeId, ty: &TypeDef, union: &Union) {
    let name = &ty.name;
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for arm in &union.arms {
        *holders.entry(file.ty(&arm.ty).to_string()).or_default() += 1;
    }
    for (index, arm) in union.arms.iter().enumerate() {
        let held = file.ty(&arm.ty);
        if holders.get(&held.to_string()) != Some(&1) || arm.ty == TypeRef::Named(id) {
            continue;
        }
        let variant = &arm.name;
        let value = if file.cx.boxed(id, index) {
            quote! { Box::new(value) }
        } else {
            quote! { value }
        };
        trait_impl(
            file,
            quote! { impl From<#held> for #name },
            quote! {
                fn from(value: #held) -> Self {
                    Self::#variant(#value)
                }
            },
        );
        if arm.ty == TypeRef::Prim(Prim::String) {
            trait_impl(
                file,
                quote! { impl From<&str> for #name },
                quote! {
                    fn from(value: &str) -> Self {
                        Self::#variant(value.to_owned())
                    }
                },
            );
        }
    }
}

fn serialize(file: &mut File<'_>, ty: &TypeDef, union: &Union) {
    let name = &ty.name;
    let variants = union.arms.iter().map(|arm| &arm.name).chain([&union.unrecognized]);
    trait_impl(
        file,
        quote! { impl serde::Serialize for #name },
        quote! {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(Self::#variants(value) => value.serialize(serializer),)*
                }
            }
        },
    );
}

fn deserialize(file: &mut File<'_>, ty: &TypeDef, union: &Union) {
    let name = &ty.name;
    let tests: TokenStream = union.arms.iter().map(test).collect();
    let label = name.bare();
    let other = &union.unrecognized;
    trait_impl(
        file,
        quote! { impl<'de> serde::Deserialize<'de> for #name },
        quote! {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = wire::union::read(deserializer)?;
                #tests
                wire::union::unrecognized(#label, value).map(Self::#other)
            }
        },
    );
}

/// One arm of `deserialize`.
fn test(arm: &Arm) -> TokenStream {
    let variant = &arm.name;
    let chosen = quote! { return wire::union::arm(value).map(Self::#variant); };
    match &arm.test {
        Test::Tag { key, values } => quote! {
            if wire::union::tag(&value, #key, &[#(#values),*]) { #chosen }
        },
        Test::HasKeys(sets) if sets.is_empty() => TokenStream::new(),
        Test::HasKeys(sets) => {
            let tests = sets.iter().map(|keys| quote! { wire::union::has_keys(&value, &[#(#keys),*]) });
            quote! { if #(#tests)||* { #chosen } }
        }
        Test::JsonKind(kind) => {
            let kind = match (kind, &arm.ty) {
                (JsonKind::Null, _) => quote! { Null },
                (JsonKind::Bool, _) => quote! { Boolean },
                (JsonKind::Number, TypeRef::Prim(Prim::I32 | Prim::I64 | Prim::U32 | Prim::U64)) => {
                    quote! { Integer }
                }
                (JsonKind::Number, _) => quote! { Number },
                (JsonKind::String, _) => quote! { String },
                (JsonKind::Array, _) => quote! { Array },
                (JsonKind::Object, _) => quote! { Object },
            };
            quote! { if wire::union::is(&value, wire::union::Kind::#kind) { #chosen } }
        }
        Test::Try => quote! {
            if let Some(arm) = wire::union::try_arm(&value) { return Ok(Self::#variant(arm)); }
        },
    }
}
