//! One of several types: the enum, the conversions into it, and reading by tests in a fixed order.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Arm, JsonKind, Prim, Shape, Test, TypeDef, TypeId, TypeRef, Union};

use super::docs::Docs;
use super::enums::trait_impl;
use super::scope::{Context, File};
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
        quote! { #[inline] fn default() -> Self { Self::#other(serde_json::Value::Null) } },
    );
    conversions(file, id, ty, union);
    serialize(file, ty, union);
    deserialize(file, id, ty, union);
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
    let texts = union.arms.iter().filter(|arm| is_text(file.cx, &arm.ty)).count();
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
                #[inline]
                fn from(value: #held) -> Self {
                    Self::#variant(#value)
                }
            },
        );
        if texts == 1 && is_text(file.cx, &arm.ty) {
            let text = match &arm.ty {
                TypeRef::Prim(Prim::String) => quote! { value.to_owned() },
                _ => quote! { value.into() },
            };
            trait_impl(
                file,
                quote! { impl From<&str> for #name },
                quote! {
                    #[inline]
                    fn from(value: &str) -> Self {
                        Self::#variant(#text)
                    }
                },
            );
        }
    }
}

/// True for what any text can be made to.
fn is_text(cx: Context<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Prim(prim) => prim.is_text() && !prim.is_base64(),
        TypeRef::Named(id) => matches!(&cx.ty(*id).shape, Shape::Enum(values) if values.scalar == Prim::String),
        _ => false,
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

fn deserialize(file: &mut File<'_>, id: TypeId, ty: &TypeDef, union: &Union) {
    let name = &ty.name;
    let tests = tests(file, id, union);
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

/// The arms of `deserialize`, in their order. Those that are compared by their members stand together.
fn tests(file: &mut File<'_>, id: TypeId, union: &Union) -> TokenStream {
    let mut out = TokenStream::new();
    let mut compared: Vec<usize> = Vec::new();
    for (index, arm) in union.arms.iter().enumerate() {
        if matches!(arm.test, Test::Members { .. }) {
            compared.push(index);
        } else {
            out.extend(by_members(file, id, union, &std::mem::take(&mut compared)));
            out.extend(test(file, id, index, arm));
        }
    }
    out.extend(by_members(file, id, union, &compared));
    out
}

/// The test of one arm.
fn test(file: &mut File<'_>, id: TypeId, index: usize, arm: &Arm) -> TokenStream {
    let variant = &arm.name;
    match &arm.test {
        Test::Tag { key, values } => quote! {
            if wire::union::tag(&value, #key, &[#(#values),*]) {
                return wire::union::arm(value).map(Self::#variant);
            }
        },
        Test::HasKeys(sets) if sets.is_empty() => TokenStream::new(),
        Test::HasKeys(sets) => {
            let tests = sets.iter().map(|keys| quote! { wire::union::has_keys(&value, &[#(#keys),*]) });
            let test = if sets.len() == 1 {
                quote! { #(#tests)* && }
            } else {
                quote! { (#(#tests)||*) && }
            };
            attempt(file, id, index, arm, &test)
        }
        Test::JsonKind(kind) => {
            let kind = match kind {
                JsonKind::Null => quote! { Null },
                JsonKind::Bool => quote! { Boolean },
                JsonKind::Integer => quote! { Integer },
                JsonKind::Number => quote! { Number },
                JsonKind::String => quote! { String },
                JsonKind::Array => quote! { Array },
                JsonKind::Object => quote! { Object },
            };
            attempt(file, id, index, arm, &quote! { wire::union::is(&value, wire::union::Kind::#kind) && })
        }
        Test::Members { .. } | Test::Try => attempt(file, id, index, arm, &TokenStream::new()),
    }
}

/// Takes an arm if what comes before holds and it can be read. A union can always be read, so one of its own arms has to be found.
fn attempt(file: &mut File<'_>, id: TypeId, index: usize, arm: &Arm, before: &TokenStream) -> TokenStream {
    let variant = &arm.name;
    let inner = match arm.ty {
        TypeRef::Named(inner) => match &file.cx.ty(inner).shape {
            Shape::Union(union) => Some((inner, &union.unrecognized)),
            _ => None,
        },
        _ => None,
    };
    let Some((inner, other)) = inner else {
        return quote! {
            if #before let Some(arm) = wire::union::try_arm(&value) { return Ok(Self::#variant(arm)); }
        };
    };
    let name = file.named(inner);
    let held = if file.cx.boxed(id, index) {
        quote! { Box::new(arm) }
    } else {
        quote! { arm }
    };
    quote! {
        if #before let Some(arm) = wire::union::try_union(&value, |arm| !matches!(arm, #name::#other(_))) {
            return Ok(Self::#variant(#held));
        }
    }
}

/// The arms that are compared by how many members of a value they know.
fn by_members(file: &mut File<'_>, id: TypeId, union: &Union, compared: &[usize]) -> TokenStream {
    let mut table = Vec::new();
    let mut arms = Vec::new();
    for (place, index) in compared.iter().enumerate() {
        let arm = &union.arms[*index];
        let Test::Members { required, known, tags, open } = &arm.test else { continue };
        let required = required.iter().map(|keys| quote! { &[#(#keys),*] });
        let tags = tags.iter().map(|(key, values)| quote! { (#key, &[#(#values),*]) });
        let tagged = (tags.len() > 0).then(|| quote! { .tagged(&[#(#tags),*]) });
        let open = open.then(|| quote! { .and_others() });
        table.push(quote! { wire::union::Members::of(&[#(#required),*], &[#(#known),*])#tagged #open });
        let place = Literal::usize_unsuffixed(place);
        let attempt = attempt(file, id, *index, arm, &TokenStream::new());
        arms.push(quote! { #place => { #attempt } });
    }
    if arms.is_empty() {
        return TokenStream::new();
    }
    quote! {
        for arm in wire::union::by_members(&value, &[#(#table),*]) {
            match arm {
                #(#arms)*
                _ => {}
            }
        }
    }
}
