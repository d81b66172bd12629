//! Small questions to the syntax of a file.

use proc_macro2::TokenStream;
use syn::{Item, UseTree, Visibility};

use super::blank::blank;

/// A file without the comments, bodies and values that say nothing about its surface.
///
/// Most of a generated file is docs, which cost more to read than code. A line of a string may look like a comment, so
/// what cannot be read without them is read as it is.
pub(super) fn parse(text: &str) -> Result<syn::File, String> {
    let lean: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    whole(&lean).or_else(|_| whole(text))
}

fn whole(text: &str) -> Result<syn::File, String> {
    let tokens: TokenStream = without_header(text).parse().map_err(|error: proc_macro2::LexError| error.to_string())?;
    syn::parse2(blank(tokens)).map_err(|error| error.to_string())
}

/// The text without a byte order mark and `#!` line.
fn without_header(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.starts_with("#!") && !text.starts_with("#![") {
        return text.split_once('\n').map_or("", |(_, rest)| rest);
    }
    text
}

/// Attributes of an item and whether it is `pub`.
pub(super) fn outside(item: &Item) -> (&[syn::Attribute], bool) {
    let public = |vis: &Visibility| matches!(vis, Visibility::Public(_));
    match item {
        Item::Const(item) => (&item.attrs, public(&item.vis)),
        Item::Enum(item) => (&item.attrs, public(&item.vis)),
        Item::ExternCrate(item) => (&item.attrs, public(&item.vis)),
        Item::Fn(item) => (&item.attrs, public(&item.vis)),
        Item::Impl(item) => (&item.attrs, false),
        Item::Macro(item) => (&item.attrs, false),
        Item::Mod(item) => (&item.attrs, public(&item.vis)),
        Item::Static(item) => (&item.attrs, public(&item.vis)),
        Item::Struct(item) => (&item.attrs, public(&item.vis)),
        Item::Trait(item) => (&item.attrs, public(&item.vis)),
        Item::Type(item) => (&item.attrs, public(&item.vis)),
        Item::Union(item) => (&item.attrs, public(&item.vis)),
        Item::Use(item) => (&item.attrs, public(&item.vis)),
        _ => (&[], false),
    }
}

/// The name of an item that has one and is neither a module nor a macro.
pub(super) fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}

/// The paths and names of a `use` tree.
pub(super) fn flatten(tree: &UseTree, path: &mut Vec<String>, out: &mut Vec<(Vec<String>, Option<String>)>) {
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            flatten(&tree.tree, path, out);
            path.pop();
        }
        UseTree::Name(tree) if tree.ident == "self" => out.push((path.clone(), path.last().cloned())),
        UseTree::Name(tree) => {
            let name = tree.ident.to_string();
            let full = [path.as_slice(), std::slice::from_ref(&name)].concat();
            out.push((full, Some(name)));
        }
        UseTree::Rename(tree) => {
            let full =
                if tree.ident == "self" { path.clone() } else { [path.as_slice(), &[tree.ident.to_string()]].concat() };
            out.push((full, Some(tree.rename.to_string())));
        }
        UseTree::Glob(_) => out.push((path.clone(), None)),
        UseTree::Group(tree) => tree.items.iter().for_each(|tree| flatten(tree, path, out)),
    }
}
