//! Fixed sets of values. Texts get the runtime's table; numbers and flags, which are rare, get their impls in full.

use proc_macro2::{Literal as Token, TokenStream};
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Enum, EnumValue, Literal, Prim, TypeDef, TypeId};
use crate::names::{TypeName, VariantName};

use super::docs::{Docs, one_line};
use super::scope::{File, quoted};
use super::{checks, words};

/// What is derived by types with a total order.
pub(super) const ORDER: &[&str] = &["Eq", "Hash", "PartialOrd", "Ord"];

/// Prints an enum and everything that belongs to it.
pub(super) fn emit(file: &mut File<'_>, id: TypeId, ty: &TypeDef, values: &Enum) {
    let name = &ty.name;
    let mut docs = Docs::of(&ty.docs, || words::titled(name.bare()));
    if let Some(default) = values.values.get(values.fallback).filter(|_| !values.open) {
        docs.paragraph(format!(
            "What holds another value than these cannot be read. None of them means nothing, so `Default` gives [`{0}`](Self::{0}).",
            default.name.bare()
        ));
    }
    if ty.deprecated {
        docs.paragraph("Deprecated.");
    }
    let texts = values.scalar.is_text();
    let known: Vec<(&EnumValue, TokenStream)> =
        values.values.iter().filter_map(|value| Some((value, literal(values.scalar, &value.wire)?))).collect();
    let mut variants = Vec::new();
    for (index, (value, _)) in known.iter().enumerate() {
        let variant = &value.name;
        let deprecated = file.deprecated(value.deprecated);
        let default = (!values.open && index == values.fallback).then(|| quote! { #[default] });
        let docs = Docs::of(&value.docs, || words::value(value));
        variants.push(Member::new(docs.lines(), quote! { #deprecated #default #variant }));
    }
    let other = &values.unrecognized;
    if values.open {
        let held = if texts {
            file.runtime("Unrecognized")
        } else {
            let (number, prim) = (file.runtime("UnrecognizedNumber"), file.prim(values.scalar));
            quote! { #number<#prim> }
        };
        let docs_of_other = "A value that this version does not know. It is sent back as it came.";
        variants.push(Member::new(vec![docs_of_other.to_owned()], quote! { #other(#held) }));
    }
    let mut own = vec!["Clone"];
    own.extend((!values.open).then_some("Copy"));
    own.push("Debug");
    own.extend((!values.open).then_some("Default"));
    own.push("PartialEq");
    own.extend(ORDER.iter().filter(|_| file.cx.ordered(id)));
    let derives = file.derives(&own, &ty.derives);
    let open = values.open.then(|| quote! { #[cfg_attr(not(feature = "exhaustive"), non_exhaustive)] });
    let head = quote! {
        #derives
        #open
        pub enum #name
    };
    file.source.container(&docs.lines(), head, Inside::Variants, variants);
    file.wire("self");
    if texts {
        file.source.text(table(&ty.name, &values.values, values.open));
    } else {
        match values.open {
            true => numbers(file, ty, values.scalar, other, &known),
            false => closed_numbers(file, ty, values, &known),
        }
        if file.cx.requested(id) {
            file.source.container(&[], quote! { impl wire::Validate for #name }, Inside::Methods, Vec::new());
        }
    }
}

/// Prints an enum of texts that is no type of the API, such as what else there is to choose from.
pub(super) fn texts(
    file: &mut File<'_>,
    name: &TypeName,
    docs: Vec<String>,
    values: &[EnumValue],
    other: &VariantName,
    about_other: &str,
) {
    let held = file.runtime("Unrecognized");
    let mut variants: Vec<Member> = values
        .iter()
        .map(|value| {
            let variant = &value.name;
            let about = one_line(&value.docs);
            let wire = words::value(value);
            let docs = if about.is_empty() { wire } else { format!("{}: {about}", wire.trim_end_matches('.')) };
            Member::new(vec![docs], quote! { #variant })
        })
        .collect();
    variants.push(Member::new(vec![about_other.to_owned()], quote! { #other(#held) }));
    let head = quote! {
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
        pub enum #name
    };
    file.source.container(&docs, head, Inside::Variants, variants);
    file.wire("self");
    file.source.text(table(name, values, true));
}

/// The table of an enum of texts.
fn table(name: &TypeName, values: &[EnumValue], open: bool) -> String {
    let table = if open { "string_enum" } else { "closed_enum" };
    let mut text = format!("wire::{table}! {{\n    {name} {{\n");
    for value in values {
        if let Literal::Text(wire) = &value.wire {
            text.push_str(&format!("        {} = {},\n", value.name, quoted(wire)));
        }
    }
    text.push_str("    }\n}\n");
    text
}

/// A value of the document as it stands in Rust; nothing where it is not of the scalar.
pub(super) fn literal(scalar: Prim, wire: &Literal) -> Option<TokenStream> {
    let integer = |value: i128, fits: bool| {
        let number = Token::i128_unsuffixed(value.checked_abs()?);
        fits.then(|| {
            if value < 0 {
                quote! { -#number }
            } else {
                quote! { #number }
            }
        })
    };
    match (scalar, wire) {
        (prim, Literal::Text(text)) if prim.is_text() => Some(quote! { #text }),
        (Prim::Bool, Literal::Bool(value)) => Some(quote! { #value }),
        (Prim::I32, Literal::Int(value)) => integer(*value, i32::try_from(*value).is_ok()),
        (Prim::I64, Literal::Int(value)) => integer(*value, i64::try_from(*value).is_ok()),
        (Prim::U32, Literal::Int(value)) => integer(*value, u32::try_from(*value).is_ok()),
        (Prim::U64, Literal::Int(value)) => integer(*value, u64::try_from(*value).is_ok()),
        (Prim::F32 | Prim::F64, Literal::Int(value)) => Some(checks::float(*value as f64)),
        (Prim::F32 | Prim::F64, Literal::Float(text)) => {
            text.parse().ok().filter(|value: &f64| value.is_finite()).map(checks::float)
        }
        _ => None,
    }
}

fn numbers(file: &mut File<'_>, ty: &TypeDef, scalar: Prim, other: &VariantName, known: &[(&EnumValue, TokenStream)]) {
    let name = &ty.name;
    let prim = file.prim(scalar);
    let names: Vec<&VariantName> = known.iter().map(|(value, _)| &value.name).collect();
    let wires: Vec<&TokenStream> = known.iter().map(|(_, wire)| wire).collect();
    let methods = vec![
        Member::new(
            vec!["The values that this version knows, in the order of the API description.".to_owned()],
            quote! { pub const ALL: &'static [Self] = &[#(Self::#names),*]; },
        ),
        Member::new(
            vec!["The value as it is sent.".to_owned()],
            quote! {
                #[inline]
                #[must_use]
                pub const fn get(&self) -> #prim {
                    match self {
                        #(Self::#names => #wires,)*
                        Self::#other(value) => value.get(),
                    }
                }
            },
        ),
        Member::new(
            vec!["Whether this version knows the value.".to_owned()],
            quote! {
                #[inline]
                #[must_use]
                pub const fn is_known(&self) -> bool {
                    !matches!(self, Self::#other(_))
                }
            },
        ),
    ];
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    let tests = known.iter().map(|(value, wire)| match value.wire {
        Literal::Bool(true) => quote! { value },
        Literal::Bool(false) => quote! { !value },
        _ => quote! { value == #wire },
    });
    let from = quote! {
        #(if #tests { return Self::#names; })*
        Self::#other(UnrecognizedNumber::new(value))
    };
    let default = match unlisted(scalar, known) {
        Some(value) => quote! { Self::#other(UnrecognizedNumber::new(#value)) },
        None => quote! { Self::from(#prim::default()) },
    };
    trait_impl(
        file,
        quote! { impl From<#prim> for #name },
        quote! { #[inline] fn from(value: #prim) -> Self { #from } },
    );
    trait_impl(file, quote! { impl Default for #name }, quote! { #[inline] fn default() -> Self { #default } });
    trait_impl(
        file,
        quote! { impl From<&Self> for #name },
        quote! { #[inline] fn from(value: &Self) -> Self { value.clone() } },
    );
    scalar_impls(file, ty, scalar, &quote! { self.get() });
    trait_impl(
        file,
        quote! { impl<'de> serde::Deserialize<'de> for #name },
        quote! {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <#prim as serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        },
    );
}

/// An enum of numbers or flags without room for others.
fn closed_numbers(file: &mut File<'_>, ty: &TypeDef, values: &Enum, known: &[(&EnumValue, TokenStream)]) {
    let name = &ty.name;
    let scalar = values.scalar;
    let prim = file.prim(scalar);
    let unlisted = file.runtime("UnlistedValue");
    let names: Vec<&VariantName> = known.iter().map(|(value, _)| &value.name).collect();
    let wires: Vec<&TokenStream> = known.iter().map(|(_, wire)| wire).collect();
    let methods = vec![
        Member::new(
            vec!["The values, in the order of the API description.".to_owned()],
            quote! { pub const ALL: &'static [Self] = &[#(Self::#names),*]; },
        ),
        Member::new(
            vec!["The value as it is sent.".to_owned()],
            quote! {
                #[inline]
                #[must_use]
                pub const fn get(&self) -> #prim {
                    match self {
                        #(Self::#names => #wires,)*
                    }
                }
            },
        ),
    ];
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    let tests = known.iter().map(|(value, wire)| match value.wire {
        Literal::Bool(true) => quote! { value },
        Literal::Bool(false) => quote! { !value },
        _ => quote! { value == #wire },
    });
    let label = name.bare();
    file.source.container(
        &[],
        quote! { impl TryFrom<#prim> for #name },
        Inside::Methods,
        vec![
            Member::bare(quote! { type Error = #unlisted; }),
            Member::bare(quote! {
                #[inline]
                fn try_from(value: #prim) -> Result<Self, #unlisted> {
                    #(if #tests { return Ok(Self::#names); })*
                    Err(#unlisted::new(#label, &value))
                }
            }),
        ],
    );
    trait_impl(
        file,
        quote! { impl From<&Self> for #name },
        quote! { #[inline] fn from(value: &Self) -> Self { *value } },
    );
    scalar_impls(file, ty, scalar, &quote! { self.get() });
    trait_impl(
        file,
        quote! { impl<'de> serde::Deserialize<'de> for #name },
        quote! {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <#prim as serde::Deserialize>::deserialize(deserializer)?;
                Self::try_from(value).map_err(serde::de::Error::custom)
            }
        },
    );
}

/// The value next to zero that is not listed: the default is none of those that mean something. Only both flags leave
/// nothing.
fn unlisted(scalar: Prim, known: &[(&EnumValue, TokenStream)]) -> Option<TokenStream> {
    let lists = |literal: &Literal| known.iter().any(|(value, _)| value.wire == *literal);
    let number = |literal: &Literal| match literal {
        Literal::Int(value) => Some(*value as f64),
        Literal::Float(text) => text.parse().ok(),
        _ => None,
    };
    let wire = match scalar {
        Prim::Bool => [false, true].into_iter().map(Literal::Bool).find(|value| !lists(value))?,
        Prim::F32 | Prim::F64 => (0..=known.len() as i128)
            .map(Literal::Int)
            .find(|value| known.iter().all(|(other, _)| number(&other.wire) != number(value)))?,
        _ => (0..=known.len() as i128).map(Literal::Int).find(|value| !lists(value))?,
    };
    literal(scalar, &wire)
}

/// `Display`, `Serialize` and `Argument` by the scalar that `get` gives.
pub(super) fn scalar_impls(file: &mut File<'_>, ty: &TypeDef, scalar: Prim, get: &TokenStream) {
    let name = &ty.name;
    trait_impl(
        file,
        quote! { impl std::fmt::Display for #name },
        quote! {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&#get, f)
            }
        },
    );
    trait_impl(
        file,
        quote! { impl serde::Serialize for #name },
        quote! {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #get.serialize(serializer)
            }
        },
    );
    let kind = match scalar {
        Prim::Bool => quote! { Boolean(#get) },
        Prim::F64 => quote! { Float(#get) },
        Prim::F32 => quote! { Float(f64::from(#get)) },
        _ => quote! { Integer(i128::from(#get)) },
    };
    trait_impl(
        file,
        quote! { impl wire::Argument for #name },
        quote! {
            #[inline]
            fn value(&self) -> wire::ArgumentValue<'_> {
                wire::ArgumentValue::#kind
            }
        },
    );
}

/// Prints an impl with one method.
pub(super) fn trait_impl(file: &mut File<'_>, head: TokenStream, method: TokenStream) {
    file.source.container(&[], head, Inside::Methods, vec![Member::bare(method)]);
}
