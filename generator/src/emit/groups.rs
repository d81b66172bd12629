//! A module of operations: the struct that carries them, with one method per operation.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Group, GroupId, Operation};

use super::docs::{Docs, code, one_line};
use super::scope::{Context, File};
use super::{bodies, example, lints, operations, taking, words};

/// The text of a group's `mod.rs`.
pub(super) fn emit(cx: Context<'_>, id: GroupId, group: &Group) -> String {
    let mut file = File::new(cx, None);
    let operations: Vec<&Operation> = cx.api.operations.iter().filter(|operation| operation.group == id).collect();
    let mut about = Docs::sentence(described(cx, group));
    about.markdown(&group.docs);
    file.about(about.lines());
    modules(&mut file, group, &operations);
    let client = file.runtime("Client");
    let name = &group.name;
    let mut docs = Docs::of(&group.docs, || described(cx, group));
    docs.paragraph(format!("Made by [`Client::{0}`](crate::Client::{0}). Cloning it is cheap.", group.module.bare()));
    let head = quote! {
        #[derive(Clone, Debug)]
        #[must_use = "it does nothing until one of its methods is called"]
        pub struct #name(pub(crate) #client);
    };
    file.source.item(&docs.lines(), head);
    let methods = operations.iter().map(|operation| method(&mut file, group, operation)).collect();
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    file.finish()
}

/// Which operations a group has.
pub(super) fn described(cx: Context<'_>, group: &Group) -> String {
    if !group.tag.is_empty() {
        format!("The operations of {}.", code(&group.tag))
    } else if cx.api.groups.len() > 1 {
        "The operations that have no tag in the API description.".to_owned()
    } else {
        match one_line(&cx.api.info.title).as_str() {
            "" => "All operations of the API.".to_owned(),
            title => format!("All operations of {title}."),
        }
    }
}

fn modules(file: &mut File<'_>, group: &Group, operations: &[&Operation]) {
    let mut homes: Vec<_> = operations.iter().map(|operation| &operation.home).collect();
    homes.sort();
    homes.dedup();
    let mut text = String::new();
    for home in homes {
        text.push_str("#[rustfmt::skip]\n");
        if home == &group.module {
            text.push_str("#[expect(clippy::module_inception, reason = \"an operation is named like its group\")]\n");
        }
        text.push_str(&format!("pub(crate) mod {home};\n"));
    }
    file.source.text(text);
    let mut uses = Vec::new();
    for operation in operations {
        let mut names = vec![operation.builder.as_str().to_owned(), operation.error.as_str().to_owned()];
        names.extend(operations::answer_enum(file.cx, operation));
        names.extend(operation.body.as_ref().and_then(|body| body.name.as_ref()).map(|name| name.as_str().to_owned()));
        names.extend(operation.headers.as_ref().map(|name| name.as_str().to_owned()));
        names.sort();
        // Without `self`, a module that is called like a crate would be ambiguous.
        uses.push(format!("pub use self::{}::{{{}}};\n", operation.home, names.join(", ")));
    }
    uses.sort();
    file.source.text(uses.concat());
}

fn method(file: &mut File<'_>, group: &Group, operation: &Operation) -> Member {
    let mut args = Vec::new();
    let mut values: Vec<TokenStream> = Vec::new();
    for (_, param) in operation.arguments() {
        let ident = &param.ident;
        let taking = taking::required(file, &param.ty, ident);
        let ty = taking.ty;
        args.push(quote! { #ident: #ty });
        values.push(taking.value);
    }
    if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
        let ident = &body.ident;
        let (ty, value) = bodies::argument(file, body);
        args.push(quote! { #ident: #ty });
        values.push(value);
    }
    let lint = lints::arguments(args.len() + 1);
    let placeholders = lints::placeholders(operation.arguments().map(|(_, param)| &param.ident));
    let new = lints::group_method(operation.name.as_str(), args.len());
    let deprecated = operation.deprecated.then(|| quote! { #[deprecated] });
    let (name, builder) = (&operation.name, &operation.builder);
    Member::new(
        describe(file.cx, group, operation).lines(),
        quote! {
            #deprecated
            #lint
            #new
            #placeholders
            #[inline]
            pub fn #name(&self, #(#args),*) -> #builder {
                #builder::new(&self.0, #(#values),*)
            }
        },
    )
}

/// Everything there is to say about an operation.
fn describe(cx: Context<'_>, group: &Group, operation: &Operation) -> Docs {
    let mut docs = Docs::of(&sentence(&operation.summary), || words::titled(operation.name.bare()));
    if one_line(&operation.docs) != one_line(&operation.summary) {
        docs.markdown(&operation.docs);
    }
    docs.paragraph(code(&format!("{} {}", operation.method, operation.path)));
    docs.paragraph(credentials(cx, operation));
    let arguments: Vec<String> = operation
        .arguments()
        .map(|(_, param)| {
            let facts = words::facts(&param.checks, param.default.as_ref(), param.example.as_ref());
            let about = Docs::of(&param.docs, || words::member(&param.wire, &param.ty)).lines().join(" ");
            let facts = if facts.is_empty() { facts } else { format!(" {facts}") };
            format!("- {}: {}{facts}", code(param.ident.bare()), about.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect();
    let mut arguments: Vec<String> = arguments;
    if let Some(body) = operation.body.as_ref().filter(|body| body.required && !body.docs.trim().is_empty()) {
        arguments.push(format!("- {}: {}", code(body.ident.bare()), one_line(&body.docs)));
    }
    if !arguments.is_empty() {
        docs.paragraph(arguments.join("\n"));
    }
    if let Some(server) = &operation.server {
        let url = if server.url.contains('{') { code(&server.template) } else { super::docs::link(&server.url) };
        docs.paragraph(format!(
            "It is sent to {url}, unless the client has a [`base_url`](crate::ClientBuilder::base_url) of the caller."
        ));
    }
    if let Some(link) = &operation.link {
        docs.paragraph(format!("See {}.", super::docs::link(link)));
    }
    docs.example(example::of(cx, group, operation));
    docs
}

/// A summary as a sentence: most have no full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}

fn credentials(cx: Context<'_>, operation: &Operation) -> String {
    let alternatives: Vec<String> = operation
        .auth
        .iter()
        .map(|needs| {
            let needs: Vec<String> = needs
                .iter()
                .filter_map(|need| {
                    let scheme = code(&cx.api.schemes.get(need.scheme)?.wire);
                    let scopes: Vec<String> = need.scopes.iter().map(|scope| code(scope)).collect();
                    Some(match scopes.len() {
                        0 => scheme,
                        1 => format!("{scheme} with the scope {}", scopes[0]),
                        _ => format!("{scheme} with the scopes {}", words::list(&scopes, "and")),
                    })
                })
                .collect();
            if needs.is_empty() { "no credentials at all".to_owned() } else { words::list(&needs, "together with") }
        })
        .collect();
    match alternatives.as_slice() {
        [] => "Needs no credentials.".to_owned(),
        [only] => format!("Accepts {only}."),
        several => format!("Accepts {}.", several.join("; or ")),
    }
}
