//! Bounds: the constant that a parameter or a newtype carries, and the walk over a request body.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use crate::files::{Inside, Member};
use crate::ir::{
    Bound, Bounds, Checks, Extra, Field, Newtype, Pattern, Prim, Shape, Struct, TypeDef, TypeId, TypeRef, Union,
};

use super::members::{Form, Held, held};
use super::scope::{Context, File};

/// The check of a value of this type with these bounds of its own; absent where there is nothing to check.
pub(super) fn of(file: &mut File<'_>, ty: &TypeRef, checks: &Checks) -> Option<TokenStream> {
    if checks.skipped {
        return None;
    }
    let scalar = match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::List(elem) => match elem.ty {
            TypeRef::Named(id) => Some(id),
            _ => None,
        },
        _ => None,
    };
    if let Some(id) = scalar.filter(|id| is_checked(file.cx, *id)) {
        let name = file.named(id);
        // The bounds of a named type are not repeated where it is used.
        let list = matches!(ty, TypeRef::List(_));
        let repeated = !list && matches!(&file.cx.ty(id).shape, Shape::Newtype(newtype) if newtype.checks == *checks);
        let own = if repeated { TokenStream::new() } else { steps(file, checks) };
        return Some(quote! { #name::CHECK #own });
    }
    let own = steps(file, checks);
    if own.is_empty() {
        return None;
    }
    let check = check(file);
    Some(quote! { #check::new() #own })
}

/// True for a newtype with a constant `CHECK`.
pub(super) fn is_checked(cx: Context<'_>, id: TypeId) -> bool {
    match &cx.ty(id).shape {
        Shape::Newtype(newtype) => {
            cx.requested(id)
                && matches!(newtype.inner, TypeRef::Prim(prim) if prim != Prim::Bool)
                && !newtype.checks.skipped
                && is_active(&newtype.checks)
        }
        _ => false,
    }
}

/// The constant of a newtype.
pub(super) fn constant(file: &mut File<'_>, newtype: &Newtype) -> TokenStream {
    let own = steps(file, &newtype.checks);
    let check = check(file);
    quote! { pub(crate) const CHECK: #check = #check::new() #own; }
}

/// `Check` by its own name in operations, where every parameter has one, and as `wire::Check` beside types.
fn check(file: &mut File<'_>) -> TokenStream {
    if file.is_types() {
        file.wire("self");
        quote! { wire::Check }
    } else {
        file.wire("Check")
    }
}

fn steps(file: &mut File<'_>, checks: &Checks) -> TokenStream {
    let mut out = TokenStream::new();
    let flat = checks.each.as_deref();
    for checks in [Some(checks), flat].into_iter().flatten() {
        if let Some(bound) = &checks.minimum {
            out.extend(number(bound, "min"));
        }
        if let Some(bound) = &checks.maximum {
            out.extend(number(bound, "max"));
        }
        if let Some(divisor) = &checks.multiple_of {
            out.extend(numeric(divisor, "multiple_of"));
        }
        for (bound, name) in [
            (checks.length.least, "min_length"),
            (checks.length.most, "max_length"),
            (checks.items.least, "min_items"),
            (checks.items.most, "max_items"),
            (checks.members.least, "min_items"),
            (checks.members.most, "max_items"),
        ] {
            // No value reaches a count that a machine word of 32 bits does not hold.
            if let Some(count) = bound.filter(|count| u32::try_from(*count).is_ok()) {
                let name = super::scope::ident(name);
                let count = Literal::u64_unsuffixed(count);
                out.extend(quote! { .#name(#count) });
            }
        }
        if checks.unique_items {
            out.extend(quote! { .unique_items() });
        }
        if let Some(pattern) = &checks.pattern {
            out.extend(matching(file, pattern));
        }
    }
    out
}

/// What [`steps`] turns into code.
fn is_active(checks: &Checks) -> bool {
    checks.minimum.is_some()
        || checks.maximum.is_some()
        || checks.multiple_of.is_some()
        || checks.length != Default::default()
        || checks.items != Default::default()
        || checks.members != Default::default()
        || checks.unique_items
        || checks.pattern.as_ref().is_some_and(|pattern| pattern.runs.is_some())
        || checks.each.as_ref().is_some_and(|each| is_active(each))
}

fn number(bound: &Bound, name: &str) -> Option<TokenStream> {
    if bound.exclusive { numeric(&bound.value, &format!("exclusive_{name}")) } else { numeric(&bound.value, name) }
}

fn numeric(text: &str, name: &str) -> Option<TokenStream> {
    if let Ok(value) = text.parse::<i128>() {
        let (name, value) = (super::scope::ident(name), Literal::i128_unsuffixed(value));
        return Some(quote! { .#name(#value) });
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    if value.fract() == 0.0 && value.abs() < 1e15 {
        // `1.0` and `1e3` are integers to JSON Schema.
        let (name, value) = (super::scope::ident(name), Literal::i128_unsuffixed(value as i128));
        return Some(quote! { .#name(#value) });
    }
    let name = format_ident!("{name}_float");
    let value = float(value);
    Some(quote! { .#name(#value) })
}

/// A float as a literal; a negative one as an expression.
pub(super) fn float(value: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(value.abs());
    if value < 0.0 {
        quote! { -#literal }
    } else {
        quote! { #literal }
    }
}

fn matching(file: &mut File<'_>, pattern: &Pattern) -> Option<TokenStream> {
    let runs = pattern.runs.as_ref()?;
    let (pattern_type, run_type) = if file.is_types() {
        file.wire("self");
        (quote! { wire::Pattern }, quote! { wire::Run })
    } else {
        (file.wire("Pattern"), file.wire("Run"))
    };
    let source = &pattern.source;
    let runs = runs.iter().map(|run| {
        let ranges = run.ranges.iter().map(|(first, last)| quote! { (#first, #last) });
        let least = Literal::u32_unsuffixed(run.least);
        let most = match run.most {
            Some(most) => Literal::u32_unsuffixed(most).into_token_stream(),
            None => quote! { usize::MAX },
        };
        quote! { #run_type::of(&[#(#ranges),*], #least, #most) }
    });
    Some(quote! { .pattern(&#pattern_type::new(#source, &[#(#runs),*])) })
}

/// `impl Validate` for a struct that requests carry.
pub(super) fn of_struct(file: &mut File<'_>, id: TypeId, ty: &TypeDef, object: &Struct) {
    if !file.cx.requested(id) {
        return;
    }
    let mut constants = Vec::new();
    let mut steps = Vec::new();
    if file.cx.validated(id) {
        steps.extend(members_step(object.members));
        for (index, field) in object.fields.iter().enumerate() {
            let held = held(file.cx, id, index, field);
            steps.extend(field_step(file, field, held, &mut constants));
        }
        steps.extend(extra_step(file, object, &mut constants));
    }
    constants.append(&mut steps);
    implement(file, ty, constants);
}

/// `impl Validate` for a union: the arm that is there.
pub(super) fn of_union(file: &mut File<'_>, id: TypeId, ty: &TypeDef, union: &Union) {
    if !file.cx.requested(id) {
        return;
    }
    let mut arms = Vec::new();
    if file.cx.validated(id) {
        for arm in &union.arms {
            if is_validated(file.cx, &arm.ty) {
                let name = &arm.name;
                arms.push(quote! { Self::#name(value) });
            }
        }
    }
    let steps = match arms.as_slice() {
        [] => Vec::new(),
        [only] => vec![quote! { if let #only = self { value.validate(at); } }],
        several => vec![quote! { match self { #(#several => value.validate(at),)* _ => {} } }],
    };
    implement(file, ty, steps);
}

/// `impl Validate` for a newtype.
pub(super) fn of_newtype(file: &mut File<'_>, id: TypeId, ty: &TypeDef, newtype: &Newtype) {
    if !file.cx.requested(id) {
        return;
    }
    let step = if is_checked(file.cx, id) {
        Some(quote! { at.value("", self, &Self::CHECK); })
    } else if is_validated(file.cx, &newtype.inner) {
        Some(quote! { self.0.validate(at); })
    } else {
        None
    };
    implement(file, ty, step.into_iter().collect());
}

fn implement(file: &mut File<'_>, ty: &TypeDef, steps: Vec<TokenStream>) {
    file.wire("self");
    let name = &ty.name;
    let methods = if steps.is_empty() {
        Vec::new()
    } else {
        vec![Member::bare(quote! {
            #[inline]
            fn validate(&self, at: &mut wire::Checker<'_>) {
                #(#steps)*
            }
        })]
    };
    file.source.container(&[], quote! { impl wire::Validate for #name }, Inside::Methods, methods);
}

/// The check of how many members are sent, where the schema bounds their number.
fn members_step(bounds: Bounds) -> Option<TokenStream> {
    if bounds == Bounds::default() {
        return None;
    }
    let count = |bound: u64| usize::try_from(bound).unwrap_or(usize::MAX);
    let least = Literal::usize_unsuffixed(bounds.least.map_or(0, count));
    let most = match bounds.most {
        Some(most) => Literal::usize_unsuffixed(count(most)).into_token_stream(),
        None => quote! { usize::MAX },
    };
    Some(quote! { at.members(self, #least, #most); })
}

/// The check of the members without a field of their own.
fn extra_step(file: &mut File<'_>, object: &Struct, constants: &mut Vec<TokenStream>) -> Option<TokenStream> {
    let Extra::Keep(elem, ident) = &object.extra else { return None };
    if is_validated(file.cx, &elem.ty) {
        return Some(quote! { wire::Validate::validate(&self.#ident, at); });
    }
    let own = steps(file, &object.extra_checks);
    if own.is_empty() || !is_scalar(file.cx, &elem.ty) {
        return None;
    }
    constants.push(quote! { const EXTRA: wire::Check = wire::Check::new() #own; });
    Some(quote! { at.value("", &self.#ident, &EXTRA); })
}

fn field_step(file: &mut File<'_>, field: &Field, held: Held, constants: &mut Vec<TokenStream>) -> Option<TokenStream> {
    let (ident, wire) = (&field.ident, &field.wire);
    let check = of(file, &field.ty, &field.checks);
    let nested = is_validated(file.cx, &field.ty) && !is_scalar(file.cx, &field.ty);
    let nested = nested.then(|| quote! { at.nested(#wire, &self.#ident); });
    let Some(check) = check else { return nested };
    // A pattern is a constant; outside of one its parts would not live long enough.
    let check = if field_has_pattern(field) {
        let name = format_ident!("{}", ident.bare().to_uppercase());
        constants.push(quote! { const #name: wire::Check = #check; });
        name.into_token_stream()
    } else {
        check
    };
    let step = match (&field.ty, held.form) {
        (TypeRef::Prim(Prim::String), Form::Plain) => {
            quote! { at.text(#wire, self.#ident.as_str(), &#check); }
        }
        (TypeRef::Prim(Prim::String), Form::Patch) => {
            quote! { at.text(#wire, self.#ident.as_set().map(String::as_str), &#check); }
        }
        (TypeRef::Prim(Prim::String), _) => quote! { at.text(#wire, self.#ident.as_deref(), &#check); },
        (TypeRef::List(elem), form) if !is_scalar(file.cx, &elem.ty) => {
            let items = match form {
                Form::Plain | Form::Empty => quote! { self.#ident.as_slice() },
                Form::Option => quote! { self.#ident.as_deref() },
                Form::Patch => quote! { self.#ident.as_set().map(Vec::as_slice) },
            };
            quote! { at.items(#wire, #items, &#check); }
        }
        // Of values that are no arguments only the number can be checked: that of the keys.
        (TypeRef::Map(elem), form) if !is_scalar(file.cx, &elem.ty) => {
            let keys = match form {
                Form::Plain | Form::Empty => quote! { self.#ident.keys().collect::<Vec<_>>().as_slice() },
                Form::Option => quote! { self.#ident.as_ref().map(|map| map.keys().collect::<Vec<_>>()).as_deref() },
                Form::Patch => quote! { self.#ident.as_set().map(|map| map.keys().collect::<Vec<_>>()).as_deref() },
            };
            quote! { at.items(#wire, #keys, &#check); }
        }
        _ => quote! { at.value(#wire, &self.#ident, &#check); },
    };
    Some(quote! { #step #nested })
}

fn field_has_pattern(field: &Field) -> bool {
    let has = |checks: &Checks| checks.pattern.as_ref().is_some_and(|pattern| pattern.runs.is_some());
    has(&field.checks) || field.checks.each.as_ref().is_some_and(|each| has(each))
}

/// True where a value of the type may hold bounded values.
fn is_validated(cx: Context<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Named(id) => cx.validated(*id),
        TypeRef::List(elem) | TypeRef::Map(elem) => is_validated(cx, &elem.ty),
        TypeRef::Tuple(elems) => elems.iter().any(|elem| is_validated(cx, &elem.ty)),
        _ => false,
    }
}

/// True for what is one text, number or flag, or a list of such: its check sees the values themselves.
fn is_scalar(cx: Context<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Prim(_) => true,
        TypeRef::Named(id) => match &cx.ty(*id).shape {
            Shape::Enum(_) => true,
            Shape::Newtype(newtype) => matches!(newtype.inner, TypeRef::Prim(_)),
            Shape::Struct(_) | Shape::Union(_) => false,
        },
        TypeRef::List(elem) => is_scalar(cx, &elem.ty),
        _ => false,
    }
}
