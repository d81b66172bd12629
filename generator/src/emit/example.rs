//! A compiled example per operation, built from the document's own examples. What cannot be built from them becomes an
//! argument of the hidden function around the example, so that it always compiles.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::files::statements;
use crate::ir::{
    Access, Api, Body, Elem, Field, Group, Literal, Operation, Payload, Presence, Prim, Shape, Struct, TypeId, TypeRef,
    Union,
};

use super::scope::Context;
use super::{enums, taking};

/// How deep an example may nest, and how many values of a list it shows.
const DEEPEST: usize = 4;
const MOST: usize = 3;

/// How many optional parameters or members an example shows.
const OPTIONAL: usize = 2;

/// The lines of an operation's example.
pub(super) fn of(cx: Context<'_>, group: &Group, operation: &Operation) -> Vec<String> {
    let mut example = Example { cx, params: Vec::new() };
    let call = example.call(group, operation);
    let body = if !operation.has_answer() {
        quote! {
            let mut live = #call.connect();
            while let Some(item) = live.try_next().await? {
                println!("{item:?}");
            }
        }
    } else if operation.paging.is_some() {
        quote! {
            let mut items = #call.items();
            while let Some(item) = items.try_next().await? {
                println!("{item:?}");
            }
        }
    } else {
        quote! {
            let response = #call.send().await?;
            println!("{:?}", response.body);
        }
    };
    hidden(cx, &example.params, statements(cx.shapes, body))
}

/// The example between the hidden lines that make it a program.
fn hidden(cx: Context<'_>, params: &[String], body: Vec<String>) -> Vec<String> {
    let name = crate_name(cx);
    let mut params: Vec<String> = params.to_vec();
    params.insert(0, format!("client: {name}::Client"));
    let mut lines = Vec::new();
    if body.iter().any(|line| line.contains("types::")) {
        lines.push(format!("use {name}::types;"));
        lines.push(String::new());
    }
    lines.push(format!("# async fn example({}) -> Result<(), {name}::Error> {{", params.join(", ")));
    lines.extend(body.into_iter().map(|line| if line.starts_with('#') { format!("#{line}") } else { line }));
    lines.push("# Ok(())".to_owned());
    lines.push("# }".to_owned());
    lines
}

/// The crate as it is written in Rust.
pub(super) fn crate_name(cx: Context<'_>) -> String {
    cx.package.name.replace('-', "_")
}

struct Example<'a> {
    cx: Context<'a>,
    /// Arguments of the hidden function, as `name: Type`.
    params: Vec<String>,
}

impl Example<'_> {
    /// The call up to and without `send`.
    fn call(&mut self, group: &Group, operation: &Operation) -> TokenStream {
        let mut args = Vec::new();
        for (_, param) in operation.arguments() {
            let literal = param.example.as_ref().or(param.default.as_ref());
            args.push(match self.value(&param.ty, literal, 0) {
                Some(value) => value,
                None => self.param(&param.ident, self.concrete(&param.ty)),
            });
        }
        if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
            args.push(match self.body(body) {
                Some(value) => value,
                None => self.param(&body.ident, self.body_type(body)),
            });
        }
        let (module, name) = (&group.module, &operation.name);
        let mut call = quote! { client.#module().#name(#(#args),*) };
        let mut shown = 0;
        for (_, param) in operation.setters() {
            let Some(example) = &param.example else { continue };
            if shown == OPTIONAL || param.deprecated {
                continue;
            }
            if let Some(value) = self.value(&param.ty, Some(example), 0) {
                let ident = &param.ident;
                call.extend(quote! { .#ident(#value) });
                shown += 1;
            }
        }
        call
    }

    fn body(&self, body: &Body) -> Option<TokenStream> {
        match body.media.first().map(|media| &media.payload)? {
            Payload::Json(ty) | Payload::Form(ty) | Payload::Multipart(ty) => self.value(ty, body.example.as_ref(), 0),
            Payload::Text => match &body.example {
                Some(Literal::Text(text)) => Some(quote! { #text }),
                _ => None,
            },
            _ => None,
        }
    }

    fn body_type(&self, body: &Body) -> String {
        let name = crate_name(self.cx);
        match body.media.first().map(|media| &media.payload) {
            Some(Payload::Json(ty) | Payload::Form(ty) | Payload::Multipart(ty)) => self.concrete(ty),
            Some(Payload::Text) => "String".to_owned(),
            Some(Payload::Sequence(_, ty)) => format!("Vec<{}>", self.concrete(ty)),
            _ => format!("{name}::runtime::Body"),
        }
    }

    /// An argument of the hidden function.
    fn param(&mut self, ident: &impl ToTokens, ty: String) -> TokenStream {
        let name = ident.to_token_stream().to_string();
        let name = if name == "client" { "client_".to_owned() } else { name };
        let param = format!("{name}: {ty}");
        if !self.params.contains(&param) {
            self.params.push(param);
        }
        syn::parse_str::<syn::Ident>(&name).map_or_else(|_| ident.to_token_stream(), ToTokens::into_token_stream)
    }

    /// A type as a user writes it.
    fn concrete(&self, ty: &TypeRef) -> String {
        written_type(self.cx.api, ty, &crate_name(self.cx))
    }

    /// An expression that an argument of this type takes; nothing where none can be built.
    fn value(&self, ty: &TypeRef, literal: Option<&Literal>, depth: usize) -> Option<TokenStream> {
        if depth > DEEPEST {
            return None;
        }
        match (ty, literal) {
            (TypeRef::Prim(prim), literal) => self.scalar(*prim, literal?),
            (TypeRef::Named(id), literal) => self.named(*id, literal, depth),
            (TypeRef::List(elem), Some(Literal::List(values))) if !elem.nullable && !values.is_empty() => {
                let values: Option<Vec<TokenStream>> =
                    values.iter().take(MOST).map(|value| self.value(&elem.ty, Some(value), depth + 1)).collect();
                let values = values?;
                Some(quote! { [#(#values),*] })
            }
            (TypeRef::List(elem), None) if !elem.nullable => {
                let value = self.value(&elem.ty, None, depth + 1)?;
                Some(quote! { [#value] })
            }
            _ => None,
        }
    }

    fn scalar(&self, prim: Prim, literal: &Literal) -> Option<TokenStream> {
        let value = enums::literal(prim, literal)?;
        if !prim.is_base64() {
            return Some(value);
        }
        // What a description shows is the text, and what a caller has is the bytes.
        let ty: syn::Type = syn::parse_str(&self.concrete(&TypeRef::Prim(prim))).ok()?;
        Some(quote! { #ty::from_encoded(#value) })
    }

    fn named(&self, id: TypeId, literal: Option<&Literal>, depth: usize) -> Option<TokenStream> {
        if depth > DEEPEST {
            return None;
        }
        let ty = self.cx.ty(id);
        let name = &ty.name;
        match &ty.shape {
            Shape::Enum(values) => {
                let value = match literal {
                    Some(literal) => values.values.iter().find(|value| value.wire == *literal)?,
                    None => values.values.iter().find(|value| !value.deprecated)?,
                };
                let variant = (!value.deprecated).then_some(&value.name)?;
                Some(quote! { types::#name::#variant })
            }
            Shape::Newtype(newtype) => match newtype.inner {
                TypeRef::Prim(prim) => {
                    let value = self.scalar(prim, literal.or(newtype.example.as_ref())?)?;
                    let plain = taking::is_plain(prim);
                    Some(if plain {
                        quote! { types::#name::from(#value) }
                    } else {
                        value
                    })
                }
                _ => None,
            },
            Shape::Struct(object) if self.cx.requested(id) => self.object(id, object, literal, depth),
            Shape::Union(union) => self.union(union, literal, depth),
            Shape::Struct(_) => None,
        }
    }

    /// The first arm that the example has all required members of; a union is made from its arms.
    fn union(&self, union: &Union, literal: Option<&Literal>, depth: usize) -> Option<TokenStream> {
        let Some(example @ Literal::Object(members)) = literal else { return None };
        union.arms.iter().find_map(|arm| {
            let TypeRef::Named(id) = arm.ty else { return None };
            let Shape::Struct(object) = &self.cx.ty(id).shape else { return None };
            let known = members.keys().all(|name| object.fields.iter().any(|field| field.wire == *name));
            let complete = object.arguments.iter().all(|index| members.contains_key(&object.fields[*index].wire));
            let only = union.arms.iter().filter(|other| other.ty == arm.ty).count() == 1;
            if known && complete && only { self.named(id, Some(example), depth + 1) } else { None }
        })
    }

    fn object(&self, id: TypeId, object: &Struct, literal: Option<&Literal>, depth: usize) -> Option<TokenStream> {
        let name = &self.cx.ty(id).name;
        let members = match literal {
            Some(Literal::Object(members)) => Some(members),
            _ => None,
        };
        let shown =
            |field: &Field| members.and_then(|members| members.get(&field.wire)).or(field.example.as_ref()).cloned();
        let mut args = Vec::new();
        for &index in &object.arguments {
            let field = object.fields.get(index)?;
            args.push(if field.presence == Presence::Nullable {
                self.exact(&field.ty, shown(field).as_ref(), depth)?
            } else {
                self.held(field, shown(field).as_ref(), depth)?
            });
        }
        let mut value = quote! { types::#name::new(#(#args),*) };
        let mut setters = 0;
        for (index, field) in object.fields.iter().enumerate() {
            let settable = !object.arguments.contains(&index)
                && field.access != Access::ReadOnly
                && !field.deprecated
                && field.fixed.is_none();
            let example = match members {
                Some(members) => members.get(&field.wire),
                None => field.example.as_ref(),
            };
            if !settable || setters == OPTIONAL {
                continue;
            }
            if let Some(shown) = example.and_then(|example| self.held(field, Some(example), depth)) {
                let setter = &field.setter;
                value.extend(quote! { .#setter(#shown) });
                setters += 1;
            }
        }
        Some(value)
    }

    /// An `Option` of the type itself, for members that may be null.
    fn exact(&self, ty: &TypeRef, literal: Option<&Literal>, depth: usize) -> Option<TokenStream> {
        let value = self.value(ty, Some(literal?), depth + 1)?;
        match ty {
            TypeRef::Prim(Prim::String) => Some(quote! { Some(String::from(#value)) }),
            TypeRef::Prim(prim) if taking::is_plain(*prim) || prim.is_base64() => Some(value),
            TypeRef::Named(id) => match &self.cx.ty(*id).shape {
                Shape::Newtype(newtype) if newtype.inner == TypeRef::Prim(Prim::String) => {
                    let name = &self.cx.ty(*id).name;
                    Some(quote! { Some(types::#name::from(#value)) })
                }
                Shape::Enum(_) | Shape::Struct(_) => Some(quote! { Some(#value) }),
                Shape::Newtype(_) | Shape::Union(_) => None,
            },
            _ => None,
        }
    }

    fn held(&self, field: &Field, literal: Option<&Literal>, depth: usize) -> Option<TokenStream> {
        self.value(&field.ty, literal.or(field.default.as_ref()), depth + 1)
    }
}

/// A type as a user of the crate writes it, with paths that begin at `name`, the crate.
#[must_use]
pub fn written_type(api: &Api, ty: &TypeRef, name: &str) -> String {
    let elem = |elem: &Elem| {
        let ty = written_type(api, &elem.ty, name);
        if elem.nullable { format!("Option<{ty}>") } else { ty }
    };
    match ty {
        TypeRef::Prim(prim) => match prim {
            Prim::Base64 => format!("{name}::runtime::Base64"),
            Prim::Base64Url => format!("{name}::runtime::Base64Url"),
            Prim::Bool => "bool".to_owned(),
            Prim::I32 => "i32".to_owned(),
            Prim::I64 => "i64".to_owned(),
            Prim::U32 => "u32".to_owned(),
            Prim::U64 => "u64".to_owned(),
            Prim::F32 => "f32".to_owned(),
            Prim::F64 => "f64".to_owned(),
            Prim::String => "String".to_owned(),
            Prim::Timestamp => format!("{name}::Timestamp"),
        },
        TypeRef::Named(id) => format!("{name}::types::{}", api.ty(*id).name),
        TypeRef::List(item) => format!("Vec<{}>", elem(item)),
        TypeRef::Map(item) => format!("std::collections::BTreeMap<String, {}>", elem(item)),
        TypeRef::Tuple(items) if items.len() > 12 => "Vec<serde_json::Value>".to_owned(),
        TypeRef::Tuple(items) => {
            format!("({},)", items.iter().map(elem).collect::<Vec<_>>().join(", "))
        }
        TypeRef::Json => "serde_json::Value".to_owned(),
        TypeRef::Bytes => "Vec<u8>".to_owned(),
        TypeRef::Upload => format!("{name}::runtime::Upload"),
        TypeRef::External(path) => path.clone(),
    }
}
