//! Lints that a name or a count of the document sets off: expected where they are, with the reason.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use crate::ir::Literal;
use crate::names::ValueName;

/// The weight that clippy bears in a type.
const HEAVIEST: u64 = 250;

/// What clippy takes for a method of the standard library's operators, when it takes a value and gives one.
const OPERATORS: &[&str] = &["add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub"];

/// For a function with so many arguments, `self` included.
pub(super) fn arguments(count: usize) -> Option<TokenStream> {
    (count > 7).then(|| {
        quote! {
            #[expect(clippy::too_many_arguments, reason = "the API requires all of them")]
        }
    })
}

/// For a setter: `fn name(self, value) -> Self`. `what` is what it sets.
pub(super) fn setter(name: &str, what: &str) -> Option<TokenStream> {
    let reason = format!("named after the {what} it sets");
    OPERATORS.contains(&name).then(|| {
        quote! {
            #[expect(clippy::should_implement_trait, reason = #reason)]
        }
    })
}

/// For a number of the document that clippy takes for one of the standard library's.
pub(super) fn constant(value: &Literal) -> Option<TokenStream> {
    use std::f64::consts;
    let Literal::Float(text) = value else { return None };
    let value = text.parse::<f64>().ok()?.abs();
    let known = [
        consts::E,
        consts::FRAC_1_PI,
        consts::FRAC_1_SQRT_2,
        consts::FRAC_2_PI,
        consts::FRAC_2_SQRT_PI,
        consts::FRAC_PI_2,
        consts::FRAC_PI_3,
        consts::FRAC_PI_4,
        consts::FRAC_PI_6,
        consts::FRAC_PI_8,
        consts::LN_10,
        consts::LN_2,
        consts::LOG10_2,
        consts::LOG10_E,
        consts::LOG2_10,
        consts::LOG2_E,
        consts::PI,
        consts::SQRT_2,
        consts::TAU,
    ];
    known.iter().any(|known| (known - value).abs() < 0.01).then(|| {
        quote! {
            #[allow(clippy::approx_constant, reason = "it is the number of the API description")]
        }
    })
}

/// For an enum whose variants hold types of any size.
pub(super) fn variants(count: usize) -> Option<TokenStream> {
    (count > 0).then(|| {
        quote! {
            #[allow(clippy::large_enum_variant, reason = "its size is that of the answer itself")]
        }
    })
}

/// For an enum of the forms of a body.
pub(super) fn forms() -> TokenStream {
    quote! {
        #[allow(clippy::large_enum_variant, reason = "its size is that of the body itself")]
    }
}

/// For a method of a group: `fn name(&self, …) -> Builder`, where clippy expects something else of that name.
pub(super) fn group_method(name: &str, count: usize) -> Option<TokenStream> {
    let lint = match (name, count) {
        ("new", _) => quote! { clippy::new_ret_no_self },
        ("as_ref" | "borrow" | "clone" | "deref", 0) | ("cmp" | "eq" | "hash", 1) => {
            quote! { clippy::should_implement_trait }
        }
        _ => return None,
    };
    Some(quote! { #[expect(#lint, reason = "named after the operation it calls")] })
}

/// For `new` of a type that is called `New`.
pub(super) fn constructor(ty: &str) -> Option<TokenStream> {
    ty.eq_ignore_ascii_case("new").then(|| {
        quote! {
            #[expect(clippy::self_named_constructors, reason = "the type is named after what the API calls it")]
        }
    })
}

/// For a function that binds a name which clippy takes for a placeholder.
pub(super) fn placeholders<'n>(mut names: impl Iterator<Item = &'n ValueName>) -> Option<TokenStream> {
    names.any(|name| matches!(name.as_str(), "foo" | "baz" | "quux")).then(|| {
        quote! {
            #[expect(clippy::disallowed_names, reason = "named after what the API calls it")]
        }
    })
}

/// For a field, a parameter or a result of a type that clippy finds too complex.
pub(super) fn complexity<'t>(mut types: impl Iterator<Item = &'t TokenStream>) -> Option<TokenStream> {
    let heavy = |ty: &TokenStream| !is_light(ty) && syn::parse2(ty.clone()).is_ok_and(|ty| weight(&ty, 1) > HEAVIEST);
    types.any(heavy).then(|| {
        quote! {
            #[expect(clippy::type_complexity, reason = "the API nests its values so")]
        }
    })
}

/// Whether a type cannot be too heavy, which nearly all are: the most that so few names weigh is what they do one inside
/// of the other.
fn is_light(ty: &TokenStream) -> bool {
    let mut names = 0;
    let plain = ty.clone().into_iter().all(|token| match token {
        TokenTree::Ident(_) => {
            names += 1;
            true
        }
        TokenTree::Punct(punct) => punct.as_char() != '&',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    });
    plain && (1..=names).map(|depth| 10 * depth).sum::<u64>() <= HEAVIEST
}

/// What clippy counts: ten for every type, times how deep it stands.
fn weight(ty: &Type, depth: u64) -> u64 {
    match ty {
        Type::Path(path) => {
            let mut sum = 10 * depth;
            for segment in &path.path.segments {
                if let PathArguments::AngleBracketed(arguments) = &segment.arguments {
                    for argument in &arguments.args {
                        if let GenericArgument::Type(ty) = argument {
                            sum += weight(ty, depth + 1);
                        }
                    }
                }
            }
            sum
        }
        Type::Tuple(tuple) => 10 * depth + tuple.elems.iter().map(|ty| weight(ty, depth + 1)).sum::<u64>(),
        Type::Reference(reference) => depth + weight(&reference.elem, depth),
        _ => 0,
    }
}
