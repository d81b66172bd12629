//! The only way from a wire string to a Rust identifier.
//!
//! A name depends on its own wire string, its own origin and the configuration, never on what stands beside it. Where
//! two names of a scope collide, every one of them moves to its next, longer candidate, so the result does not depend on
//! an order. Names can only come from a [`Scope`], which is why nothing here turns a string into a name.

mod scope;
mod words;

use std::fmt;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt};

pub use scope::{Claim, Clash, Scope};
pub use words::{Case, plain, spelled};

macro_rules! name {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub(in crate::names) fn new(text: String) -> Self {
                Self(text)
            }

            /// The identifier as it stands in Rust, with `r#` where it is a keyword.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The identifier without `r#`, as it stands in a file name or in prose.
            #[must_use]
            pub fn bare(&self) -> &str {
                self.0.strip_prefix("r#").unwrap_or(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ToTokens for $name {
            fn to_tokens(&self, tokens: &mut TokenStream) {
                tokens.append(match self.0.strip_prefix("r#") {
                    Some(bare) => Ident::new_raw(bare, Span::call_site()),
                    None => Ident::new(&self.0, Span::call_site()),
                });
            }
        }
    };
}

name! {
    /// A type: `UpperCamelCase`.
    TypeName
}
name! {
    /// A variant of an enum: `UpperCamelCase`.
    VariantName
}
name! {
    /// A field or an argument: `snake_case`.
    ValueName
}
name! {
    /// A method: `snake_case`.
    MethodName
}
name! {
    /// A constant: `UPPER_SNAKE_CASE`.
    ConstName
}
name! {
    /// A module and its file: `snake_case`.
    ModName
}

impl ModName {
    /// The file that holds the module, without a folder.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.rs", self.bare())
    }
}

impl ValueName {
    /// The method of the same name.
    #[must_use]
    pub fn method(&self) -> MethodName {
        MethodName::new(self.0.clone())
    }
}

impl TypeName {
    /// The module a type of this name is printed into.
    #[must_use]
    pub fn module(&self) -> ModName {
        ModName::new(words::finish(Case::Module, plain(Case::Module, self.bare())))
    }
}

/// What a scope can name.
pub trait Kind {
    /// The name it gives.
    type Name;
    /// How its words are joined.
    const CASE: Case;
    /// Turns a checked identifier into the name.
    fn name(text: String) -> Self::Name;
}

macro_rules! kind {
    ($(#[$docs:meta])* $kind:ident -> $name:ident, $case:expr) => {
        $(#[$docs])*
        #[derive(Debug)]
        pub enum $kind {}

        impl Kind for $kind {
            type Name = $name;
            const CASE: Case = $case;
            fn name(text: String) -> $name {
                $name::new(text)
            }
        }
    };
}

kind! {
    /// Types.
    Types -> TypeName, Case::Type
}
kind! {
    /// Variants.
    Variants -> VariantName, Case::Variant
}
kind! {
    /// Fields, arguments and setters.
    Values -> ValueName, Case::Value
}
kind! {
    /// Methods.
    Methods -> MethodName, Case::Value
}
kind! {
    /// Constants.
    Constants -> ConstName, Case::Constant
}
kind! {
    /// Modules.
    Modules -> ModName, Case::Module
}
