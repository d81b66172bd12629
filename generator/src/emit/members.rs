//! How a member of an object is held: the type of its field and the mode of its line in the table.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Access, Field, Presence, TypeId, TypeRef};

use super::scope::{Context, File};

/// How a field wraps the type of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `T`
    Plain,
    /// `Option<T>`
    Option,
    /// `Vec<T>` or a map that is empty when the member is absent
    Empty,
    /// `Patch<T>`
    Patch,
}

/// A field as it is printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) form: Form,
    /// The mode in the table of `object!`.
    pub(super) mode: &'static str,
    pub(super) boxed: bool,
}

/// How the field `index` of the struct `id` is held (requests keep what they leave out apart from what they empty;
/// answers need not).
pub(super) fn held(cx: Context<'_>, id: TypeId, index: usize, field: &Field) -> Held {
    let boxed = cx.boxed(id, index);
    let requested = cx.requested(id) && field.access != Access::ReadOnly;
    let (form, mode) = if requested {
        match field.presence {
            // An answer is not missed for what only requests carry.
            Presence::Required if field.access == Access::WriteOnly && cx.answered(id) => (Form::Plain, "sent"),
            Presence::Required => (Form::Plain, "required"),
            Presence::Optional => (Form::Option, "optional"),
            Presence::Nullable => (Form::Option, "nullable"),
            Presence::OptionalNullable => (Form::Patch, "patch"),
        }
    } else {
        // In a type of both directions a member that requests do not carry has to do without its value.
        match (field.presence, &field.ty) {
            (Presence::Required, _) if !cx.requested(id) && field.access != Access::WriteOnly => {
                (Form::Plain, if cx.api.lenient_responses { "default" } else { "required" })
            }
            // A list that is always there says something by being null.
            (Presence::Nullable, _) if !cx.requested(id) => (Form::Option, "nullable"),
            (_, TypeRef::List(_)) => (Form::Empty, "list"),
            (_, TypeRef::Map(_)) => (Form::Empty, "map"),
            _ => (Form::Option, "optional"),
        }
    };
    Held { form, mode, boxed }
}

/// The type of a field.
pub(super) fn field_type(file: &mut File<'_>, field: &Field, held: Held) -> TokenStream {
    let mut ty = file.ty(&field.ty);
    if held.boxed {
        ty = quote! { Box<#ty> };
    }
    match held.form {
        Form::Plain | Form::Empty => ty,
        Form::Option => quote! { Option<#ty> },
        Form::Patch => {
            let patch = file.runtime("Patch");
            quote! { #patch<#ty> }
        }
    }
}
