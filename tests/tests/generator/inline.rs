//! Who pays for compiling the runtime: what few programs use is compiled in those that use it, not in every generated crate.
//!
//! A function without `#[inline]` is compiled in its own crate, and so is every such function that one with it calls, whether
//! anybody calls that or not.

use std::error::Error;
use std::fs;
use std::path::Path;

use syn::{Attribute, ImplItem, Item, TraitItem};

/// The files of the runtime that a program without logins, uploads, downloads and calls of its own making does not use.
const OPTIONAL: [&str; 21] = [
    "client_credentials",
    "download",
    "file_store",
    "flight",
    "memory",
    "multipart",
    "oauth1",
    "oauth1_login",
    "oauth2",
    "oauth2_login",
    "oauth_credential",
    "oauth_error",
    "oauth_http",
    "random",
    "raw_request",
    "renewal",
    "timestamp",
    "token_pair",
    "token_store",
    "upload",
    "user_token",
];

#[test]
fn what_few_programs_use_is_compiled_where_it_is_used() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/runtime/src/runtime");
    for name in OPTIONAL {
        let file = syn::parse_file(&fs::read_to_string(folder.join(name).with_extension("rs"))?)?;
        let mut functions = Vec::new();
        collect(file.items, &mut functions);
        assert!(!functions.is_empty(), "{name}.rs has no function");
        let eager: Vec<_> = functions.iter().filter(|(_, is_inline)| !is_inline).map(|(name, _)| name).collect();
        assert!(eager.is_empty(), "{name}.rs: without `#[inline]`, every generated crate compiles {eager:?}");
    }
    Ok(())
}

/// Every function with a body, and whether it is inline.
fn collect(items: Vec<Item>, out: &mut Vec<(String, bool)>) {
    for item in items {
        match item {
            Item::Fn(function) => out.push((function.sig.ident.to_string(), is_inline(&function.attrs))),
            Item::Impl(block) => out.extend(block.items.into_iter().filter_map(|item| match item {
                ImplItem::Fn(function) => Some((function.sig.ident.to_string(), is_inline(&function.attrs))),
                _ => None,
            })),
            Item::Trait(block) => out.extend(block.items.into_iter().filter_map(|item| match item {
                TraitItem::Fn(function) if function.default.is_some() => {
                    Some((function.sig.ident.to_string(), is_inline(&function.attrs)))
                }
                _ => None,
            })),
            Item::Mod(module) => collect(module.content.map(|(_, items)| items).unwrap_or_default(), out),
            _ => {}
        }
    }
}

fn is_inline(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("inline"))
}
