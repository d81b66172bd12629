//! Lints that a name or a count of the document sets off: expected where they are, with the reason.

use proc_macro2::TokenStream;
use quote::quote;

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

/// For a setter: `fn name(self, value) -> Self`.
pub(super) fn setter(name: &str) -> Option<TokenStream> {
    OPERATORS.contains(&name).then(|| {
        quote! {
            #[expect(clippy::should_implement_trait, reason = "named after the member it sets")]
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
