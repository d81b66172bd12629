//! Named scalars, and named lists, maps and tuples: one value in a struct of its own.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Newtype, Prim, TypeDef, TypeId, TypeRef};

use super::docs::Docs;
use super::enums::{ORDER, scalar_impls, trait_impl};
use super::scope::File;
use super::{checks, lints, taking, words};

/// Prints a newtype and everything that belongs to it.
pub(super) fn emit(file: &mut File<'_>, id: TypeId, ty: &TypeDef, newtype: &Newtype) {
    let name = &ty.name;
    let mut docs = Docs::of(&ty.docs, || words::titled(name.bare()));
    docs.paragraph(words::facts(&newtype.checks, None, newtype.example.as_ref()));
    if ty.deprecated {
        docs.paragraph("Deprecated.");
    }
    file.wire("self");
    let inner = file.ty(&newtype.inner);
    let inner = if file.cx.boxed(id, 0) {
        quote! { Box<#inner> }
    } else {
        inner
    };
    let scalar = matches!(newtype.inner, TypeRef::Prim(_));
    let copy = matches!(newtype.inner, TypeRef::Prim(prim) if taking::is_plain(prim));
    let open = (!scalar).then(|| quote! { pub });
    let complex = lints::complexity([&inner].into_iter());
    let mut own = vec!["Clone"];
    own.extend(copy.then_some("Copy"));
    own.extend(["Debug", "Default", "PartialEq"]);
    own.extend(ORDER.iter().filter(|_| file.cx.ordered(id)));
    let derives = file.derives(&own, &ty.derives);
    let item = quote! {
        #complex
        #derives
        pub struct #name(#open #inner);
    };
    file.source.item(&docs.lines(), item);
    let mut methods = Vec::new();
    if checks::is_checked(file.cx, id) {
        methods.push(Member::bare(checks::constant(file, newtype)));
    }
    match newtype.inner {
        TypeRef::Prim(Prim::String) => text(file, ty, methods),
        TypeRef::Prim(Prim::Timestamp) => timestamp(file, ty, methods, &inner),
        TypeRef::Prim(prim) if prim.is_base64() => encoded(file, ty, methods, &inner),
        TypeRef::Prim(prim) => number(file, ty, methods, prim, &inner),
        _ => container(file, ty, methods, newtype, &inner),
    }
    checks::of_newtype(file, id, ty, newtype);
}

fn text(file: &mut File<'_>, ty: &TypeDef, mut methods: Vec<Member>) {
    let name = &ty.name;
    methods.push(as_str(&quote! { &self.0 }));
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    from(file, ty, &quote! { &str }, &quote! { Self(value.to_owned()) });
    from(file, ty, &quote! { String }, &quote! { Self(value) });
    from(file, ty, &quote! { &String }, &quote! { Self(value.clone()) });
    from(file, ty, &quote! { &Self }, &quote! { value.clone() });
    from_self(file, ty, &quote! { String }, &quote! { value.0 });
    as_ref(file, ty);
    display(file, ty);
    serialize(file, ty);
    trait_impl(
        file,
        quote! { impl<'de> serde::Deserialize<'de> for #name },
        quote! {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                wire::text::deserialize(deserializer).map(Self)
            }
        },
    );
    argument(file, ty);
}

fn timestamp(file: &mut File<'_>, ty: &TypeDef, methods: Vec<Member>, inner: &TokenStream) {
    around(file, ty, methods, inner, "The point in time.", &[quote! { &str }, quote! { String }]);
    spoken(file, ty);
}

fn encoded(file: &mut File<'_>, ty: &TypeDef, methods: Vec<Member>, inner: &TokenStream) {
    let about = "The bytes as a text; its `decode` gives the bytes themselves.";
    around(file, ty, methods, inner, about, &[quote! { &[u8] }, quote! { Vec<u8> }]);
    from_self(file, ty, inner, &quote! { value.0 });
    spoken(file, ty);
}

/// What gives and takes the value inside, and takes what that is made from.
fn around(
    file: &mut File<'_>,
    ty: &TypeDef,
    mut methods: Vec<Member>,
    inner: &TokenStream,
    about: &str,
    sources: &[TokenStream],
) {
    let name = &ty.name;
    methods.push(as_str(&quote! { self.0.as_str() }));
    methods.push(Member::new(
        vec![about.to_owned()],
        quote! {
            #[inline]
            #[must_use]
            pub fn get(&self) -> &#inner {
                &self.0
            }
        },
    ));
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    from(file, ty, inner, &quote! { Self(value) });
    for source in sources {
        from(file, ty, source, &quote! { Self(value.into()) });
    }
    from(file, ty, &quote! { &Self }, &quote! { value.clone() });
}

/// What everything has that is sent as a text.
fn spoken(file: &mut File<'_>, ty: &TypeDef) {
    as_ref(file, ty);
    display(file, ty);
    serialize(file, ty);
    deserialize(file, ty);
    argument(file, ty);
}

fn number(file: &mut File<'_>, ty: &TypeDef, mut methods: Vec<Member>, prim: Prim, inner: &TokenStream) {
    let name = &ty.name;
    methods.push(Member::new(
        vec!["The value.".to_owned()],
        quote! {
            #[inline]
            #[must_use]
            pub const fn get(self) -> #inner {
                self.0
            }
        },
    ));
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    from(file, ty, inner, &quote! { Self(value) });
    from(file, ty, &quote! { &Self }, &quote! { *value });
    from_self(file, ty, inner, &quote! { value.0 });
    scalar_impls(file, ty, prim, &quote! { self.0 });
    deserialize(file, ty);
}

/// Lists, maps, tuples and whatever else has a name of its own: the value is open.
fn container(file: &mut File<'_>, ty: &TypeDef, methods: Vec<Member>, newtype: &Newtype, inner: &TokenStream) {
    let name = &ty.name;
    if !methods.is_empty() {
        file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    }
    from(file, ty, inner, &quote! { Self(value) });
    from(file, ty, &quote! { &Self }, &quote! { value.clone() });
    from_self(file, ty, inner, &quote! { value.0 });
    if let TypeRef::List(elem) = &newtype.inner {
        let item = file.elem(elem);
        trait_impl(
            file,
            quote! { impl<E: Into<#item>> FromIterator<E> for #name },
            quote! {
                fn from_iter<I: IntoIterator<Item = E>>(values: I) -> Self {
                    Self(wire::list(values))
                }
            },
        );
    }
    trait_impl(
        file,
        quote! { impl serde::Serialize for #name },
        quote! {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        },
    );
    deserialize(file, ty);
    if super::arguments::is_argument(file.cx, &newtype.inner) {
        trait_impl(
            file,
            quote! { impl wire::Argument for #name },
            quote! {
                #[inline]
                fn value(&self) -> wire::ArgumentValue<'_> {
                    self.0.value()
                }
            },
        );
    }
}

fn as_str(text: &TokenStream) -> Member {
    Member::new(
        vec!["The value as it is sent.".to_owned()],
        quote! {
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                #text
            }
        },
    )
}

fn from(file: &mut File<'_>, ty: &TypeDef, source: &TokenStream, value: &TokenStream) {
    let name = &ty.name;
    let complex = lints::complexity([source].into_iter());
    trait_impl(
        file,
        quote! { impl From<#source> for #name },
        quote! {
            #complex
            #[inline]
            fn from(value: #source) -> Self {
                #value
            }
        },
    );
}

fn from_self(file: &mut File<'_>, ty: &TypeDef, target: &TokenStream, value: &TokenStream) {
    let name = &ty.name;
    trait_impl(
        file,
        quote! { impl From<#name> for #target },
        quote! {
            #[inline]
            fn from(value: #name) -> Self {
                #value
            }
        },
    );
}

fn as_ref(file: &mut File<'_>, ty: &TypeDef) {
    let name = &ty.name;
    trait_impl(
        file,
        quote! { impl AsRef<str> for #name },
        quote! {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        },
    );
}

fn display(file: &mut File<'_>, ty: &TypeDef) {
    let name = &ty.name;
    trait_impl(
        file,
        quote! { impl std::fmt::Display for #name },
        quote! {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        },
    );
}

fn serialize(file: &mut File<'_>, ty: &TypeDef) {
    let name = &ty.name;
    trait_impl(
        file,
        quote! { impl serde::Serialize for #name },
        quote! {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        },
    );
}

fn deserialize(file: &mut File<'_>, ty: &TypeDef) {
    let name = &ty.name;
    trait_impl(
        file,
        quote! { impl<'de> serde::Deserialize<'de> for #name },
        quote! {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer).map(Self)
            }
        },
    );
}

fn argument(file: &mut File<'_>, ty: &TypeDef) {
    let name = &ty.name;
    trait_impl(
        file,
        quote! { impl wire::Argument for #name },
        quote! {
            #[inline]
            fn value(&self) -> wire::ArgumentValue<'_> {
                wire::ArgumentValue::text(self.as_str())
            }
        },
    );
}
