//! Objects: the struct, its table, and for requests `new` and one setter per optional member.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::files::{Inside, Member};
use crate::ir::{Access, Checks, Extra, Field, Literal, Presence, Prim, Shape, Struct, TypeDef, TypeId, TypeRef};

use super::docs::{Docs, code};
use super::members::{Form, Held, field_type, held};
use super::scope::{File, quoted};
use super::{accessors, checks, constants, lints, pages, taking, words};

/// Prints a struct and everything that belongs to it.
pub(super) fn emit(file: &mut File<'_>, id: TypeId, ty: &TypeDef, object: &Struct) {
    let name = &ty.name;
    let fields = fields(file, id, object);
    let mut docs = Docs::of(&ty.docs, || words::titled(name.bare()));
    docs.paragraph(words::members(object.members));
    if ty.deprecated {
        docs.paragraph("Deprecated.");
    }
    let derives = file.derives(&["Clone", "Debug", "Default", "PartialEq"], &ty.derives);
    let head = quote! {
        #derives
        #[non_exhaustive]
        pub struct #name
    };
    file.source.container(&docs.lines(), head, Inside::Fields, fields);
    let methods = methods(file, id, ty, object);
    if !methods.is_empty() {
        file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    }
    let table = table(file, id, ty, object);
    file.source.text(table);
    checks::of_struct(file, id, ty, object);
    pages::emit(file, id, ty, object);
}

fn fields(file: &mut File<'_>, id: TypeId, object: &Struct) -> Vec<Member> {
    let mut fields = Vec::new();
    for (index, field) in object.fields.iter().enumerate() {
        let held = held(file.cx, id, index, field);
        let ty = field_type(file, field, held);
        let ident = &field.ident;
        let deprecated = file.deprecated(field.deprecated);
        let complex = lints::complexity([&ty].into_iter());
        fields.push(Member::new(
            describe(field, file.cx.requested(id)).lines(),
            quote! { #deprecated #complex pub #ident: #ty },
        ));
    }
    if let Extra::Keep(elem, ident) = &object.extra {
        let elem = file.elem(elem);
        file.import("std::collections", "BTreeMap");
        let mut docs = Docs::sentence("Members that have no field of their own, by name.");
        docs.paragraph(words::extra_names(&object.extra_checks));
        let values = Checks { names: None, ..object.extra_checks.clone() };
        let facts = words::facts(&values, None, None);
        docs.paragraph(if facts.is_empty() { facts } else { format!("Each value: {facts}") });
        fields.push(Member::new(docs.lines(), quote! { pub #ident: BTreeMap<String, #elem> }));
    }
    fields
}

/// The documentation of a member.
fn describe(field: &Field, requested: bool) -> Docs {
    let mut docs = Docs::of(&field.docs, || words::member(&field.wire, &field.ty));
    docs.paragraph(words::facts(&field.checks, field.default.as_ref(), field.example.as_ref()));
    if let (true, Some(Literal::Text(wire))) = (requested, &field.fixed) {
        docs.paragraph(format!("[`Self::new`] sets it to {}, which says what this object is.", code(wire)));
    }
    match field.access {
        Access::Both => {}
        Access::ReadOnly => {
            docs.paragraph("Only in answers.");
        }
        Access::WriteOnly => {
            docs.paragraph("Only in requests.");
        }
    }
    docs
}

fn methods(file: &mut File<'_>, id: TypeId, ty: &TypeDef, object: &Struct) -> Vec<Member> {
    let mut methods = Vec::new();
    for field in &object.fields {
        if let (Some(name), Some(default)) = (&field.constant, &field.default) {
            methods.extend(constants::emit(file, name, &field.wire, &field.ty, default));
        }
    }
    if file.cx.requested(id) {
        methods.push(constructor(file, id, ty, object));
        for (index, field) in object.fields.iter().enumerate() {
            let optional = matches!(field.presence, Presence::Optional | Presence::OptionalNullable);
            if optional && field.access != Access::ReadOnly && !object.arguments.contains(&index) {
                let held = held(file.cx, id, index, field);
                setters(file, field, held, &mut methods);
            }
        }
    }
    for accessor in &ty.accessors {
        methods.extend(accessors::emit(file, id, object, accessor));
    }
    methods
}

/// `new` with the required members.
fn constructor(file: &mut File<'_>, id: TypeId, ty: &TypeDef, object: &Struct) -> Member {
    let mut args = Vec::new();
    let mut values = Vec::new();
    for &index in &object.arguments {
        let Some(field) = object.fields.get(index) else { continue };
        let held = held(file.cx, id, index, field);
        let ident = &field.ident;
        let taking = match held.form {
            Form::Option => taking::optional(file, &field.ty, ident),
            _ => taking::required(file, &field.ty, ident),
        };
        let (ty, value) = (taking.ty, wrapped(&taking.value, held));
        args.push(quote! { #ident: #ty });
        values.push(if value.to_string() == ident.to_string() {
            quote! { #ident }
        } else {
            quote! { #ident: #value }
        });
    }
    let arguments = values.len();
    for (index, field) in object.fields.iter().enumerate() {
        let ident = &field.ident;
        let form = held(file.cx, id, index, field).form;
        values.extend(fixed(file, field).map(|value| match form {
            Form::Option => quote! { #ident: Some(#value) },
            _ => quote! { #ident: #value },
        }));
    }
    let complete = values.len() == object.fields.len() && !matches!(object.extra, Extra::Keep(..));
    let body = match (values.is_empty(), complete) {
        (true, _) => quote! { Self::default() },
        (false, true) => quote! { Self { #(#values),* } },
        (false, false) => quote! { Self { #(#values,)* ..Default::default() } },
    };
    let docs = if arguments == 0 {
        format!("{} without any member.", article(ty))
    } else {
        format!("{} of the members that a request must have.", article(ty))
    };
    let expect = lints::arguments(args.len());
    let named = lints::constructor(ty.name.bare());
    let idents = object.arguments.iter().filter_map(|index| Some(&object.fields.get(*index)?.ident));
    let placeholders = lints::placeholders(idents);
    Member::new(
        vec![docs],
        quote! {
            #expect
            #named
            #placeholders
            #[inline]
            #[must_use]
            pub fn new(#(#args),*) -> Self {
                #body
            }
        },
    )
}

/// The value of a member that can have no other.
fn fixed(file: &mut File<'_>, field: &Field) -> Option<TokenStream> {
    let Some(Literal::Text(wire)) = &field.fixed else { return None };
    match &field.ty {
        TypeRef::Prim(Prim::String) => Some(quote! { #wire.to_owned() }),
        TypeRef::Named(id) => {
            let name = file.named(*id);
            let value = match &file.cx.ty(*id).shape {
                Shape::Enum(values) => values.values.iter().find(|value| value.wire == Literal::Text(wire.clone())),
                _ => None,
            };
            Some(match value.map(|value| &value.name) {
                Some(variant) => quote! { #name::#variant },
                None => quote! { #name::from(#wire) },
            })
        }
        _ => None,
    }
}

fn article(ty: &TypeDef) -> String {
    let name = ty.name.bare();
    let vowel = name.starts_with(['A', 'E', 'I', 'O']);
    format!("{} [`{name}`]", if vowel { "An" } else { "A" })
}

/// The setter of an optional member, and what clears it where clearing is not the same as leaving it out.
fn setters(file: &mut File<'_>, field: &Field, held: Held, out: &mut Vec<Member>) {
    let ident = &field.ident;
    let setter = &field.setter;
    let list = matches!(field.ty, TypeRef::List(_) | TypeRef::Map(_));
    let argument = if list { format_ident!("values") } else { format_ident!("value") };
    let plain = matches!(&field.ty, TypeRef::Prim(prim) if taking::is_plain(*prim));
    let (ty, value) = if plain && held.form == Form::Option {
        let taking = taking::optional(file, &field.ty, &argument);
        (taking.ty, taking.value)
    } else {
        let taking = taking::required(file, &field.ty, &argument);
        let value = if held.boxed {
            let value = taking.value;
            quote! { Box::new(#value) }
        } else {
            taking.value
        };
        let value = match held.form {
            Form::Patch => {
                let patch = file.runtime("Patch");
                quote! { #patch::Set(#value) }
            }
            _ => quote! { Some(#value) },
        };
        (taking.ty, value)
    };
    let deprecated = file.deprecated(field.deprecated);
    let lint = lints::setter(setter.as_str(), "member");
    let mut docs = Docs::brief(&field.docs, || words::member(&field.wire, &field.ty));
    docs.paragraph(words::facts(&field.checks, field.default.as_ref(), field.example.as_ref()));
    out.push(Member::new(
        docs.lines(),
        quote! {
            #deprecated
            #lint
            #[inline]
            #[must_use]
            pub fn #setter(mut self, #argument: #ty) -> Self {
                self.#ident = #value;
                self
            }
        },
    ));
    if held.form == Form::Patch {
        let patch = file.runtime("Patch");
        let clear = &field.clearer;
        let docs = format!("Removes the value of `{}` on the server.", ident.bare());
        out.push(Member::new(
            vec![docs],
            quote! {
                #deprecated
                #[inline]
                #[must_use]
                pub fn #clear(mut self) -> Self {
                    self.#ident = #patch::Clear;
                    self
                }
            },
        ));
    }
}

fn wrapped(value: &TokenStream, held: Held) -> TokenStream {
    match (held.form, held.boxed) {
        (Form::Option, true) => quote! { Option::map(#value, Box::new) },
        (_, true) => quote! { Box::new(#value) },
        (_, false) => value.clone(),
    }
}

/// The table of wire names.
fn table(file: &mut File<'_>, id: TypeId, ty: &TypeDef, object: &Struct) -> String {
    file.wire("self");
    let mut text = format!("wire::object! {{\n    {} {{\n", ty.name);
    for (index, field) in object.fields.iter().enumerate() {
        let mode = held(file.cx, id, index, field).mode;
        text.push_str(&format!("        {}: {} {mode},\n", field.ident, quoted(&field.wire)));
    }
    match &object.extra {
        Extra::Ignore => {}
        Extra::Keep(_, ident) => text.push_str(&format!("        ..{ident},\n")),
        Extra::Deny => text.push_str("        ..deny,\n"),
    }
    text.push_str("    }\n}\n");
    text
}
