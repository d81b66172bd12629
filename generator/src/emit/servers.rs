//! The servers that a client can choose from: a type each, with a setter per variable of the address.

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Inside, Member};
use crate::ir::{Server, ServerVariable};

use super::docs::{Docs, code, one_line};
use super::enums::{self, trait_impl};
use super::scope::{Context, File};

/// The module of the servers.
pub(super) const MODULE: &str = "base_urls";

/// Whether there is anything to choose.
pub(super) fn is_needed(cx: Context<'_>) -> bool {
    cx.api.servers.len() > 1 || cx.api.servers.iter().any(|server| !server.variables.is_empty())
}

/// The text of the file.
pub(super) fn emit(cx: Context<'_>) -> String {
    let mut file = File::new(cx, None);
    file.about(vec![
        "The servers of the API, for [`ClientBuilder::server`](crate::ClientBuilder::server). The first one is the \
         default."
            .to_owned(),
    ]);
    for server in &cx.api.servers {
        one(&mut file, server);
    }
    file.finish()
}

fn one(file: &mut File<'_>, server: &Server) {
    let server_type = file.runtime("Server");
    let (name, template) = (&server.name, &server.template);
    let mut docs = Docs::of(&server.docs, || format!("The server {}.", code(template)));
    docs.paragraph(format!("Its address is {}.", code(if template.is_empty() { "/" } else { template })));
    file.source.item(
        &docs.lines(),
        quote! {
            #[derive(Clone, Debug, PartialEq, Eq)]
            #[must_use]
            pub struct #name(#server_type);
        },
    );
    let (given, asked): (Vec<&ServerVariable>, Vec<&ServerVariable>) =
        server.variables.iter().partition(|variable| variable.default.is_some());
    let mut value = quote! { #server_type::new(#template) };
    for variable in &server.variables {
        let (wire, ident) = (&variable.wire, &variable.ident);
        value.extend(match &variable.default {
            Some(default) => quote! { .variable(#wire, #default) },
            None => quote! { .variable(#wire, #ident) },
        });
    }
    let args: Vec<TokenStream> = asked
        .iter()
        .map(|variable| {
            let ident = &variable.ident;
            quote! { #ident: impl Into<String> }
        })
        .collect();
    let about = match (given.is_empty(), asked.is_empty()) {
        (true, true) => "This server.",
        (false, true) => "This server with the defaults of its variables.",
        (_, false) => "This server; what has a default takes it.",
    };
    let mut methods = vec![Member::new(
        vec![about.to_owned()],
        quote! {
            pub fn new(#(#args),*) -> Self {
                Self(#value)
            }
        },
    )];
    for variable in given {
        methods.push(setter(variable));
    }
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    if asked.is_empty() {
        trait_impl(file, quote! { impl Default for #name }, quote! { fn default() -> Self { Self::new() } });
    }
    trait_impl(
        file,
        quote! { impl From<#name> for #server_type },
        quote! { fn from(server: #name) -> Self { server.0 } },
    );
    for (variable, values) in server.variables.iter().filter_map(|variable| Some((variable, variable.values.as_ref()?)))
    {
        let docs = vec![format!("The values of the variable {} of {}.", code(&variable.wire), code(template))];
        enums::texts(file, &values.name, docs, &values.values, &values.unrecognized, "Another value.");
    }
}

fn setter(variable: &ServerVariable) -> Member {
    let (wire, ident) = (&variable.wire, &variable.ident);
    let mut docs = Docs::of(&variable.docs, || format!("Sets the variable {} of the address.", code(wire)));
    if let Some(default) = &variable.default {
        docs.paragraph(format!("Default: {}.", code(&one_line(default))));
    }
    let (ty, value) = match &variable.values {
        Some(values) => {
            let name = &values.name;
            (quote! { impl Into<#name> }, quote! { value.into().as_str() })
        }
        None => (quote! { impl Into<String> }, quote! { value }),
    };
    Member::new(
        docs.lines(),
        quote! {
            pub fn #ident(self, value: #ty) -> Self {
                Self(self.0.variable(#wire, #value))
            }
        },
    )
}
