//! The entrance: the table of the API, the accessors of its groups, and one setter per security scheme.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::files::{Inside, Member};
use crate::ir::{Api, Scheme, SchemeKind};

use super::docs::{Docs, code, link};
use super::enums::trait_impl;
use super::scope::{Context, File};
use super::{logins, words};

/// A longer URL does not fit on the line of the definition.
const LONGEST: usize = 30;

/// The static that describes a scheme.
pub(super) fn scheme_static(scheme: &Scheme) -> Ident {
    format_ident!("{}", scheme.setter.bare().to_uppercase())
}

/// The text of `client.rs`.
pub(super) fn emit(cx: Context<'_>) -> String {
    let mut file = File::new(cx, None);
    file.about(vec!["The entrance to the API: what it is, and which credentials it takes.".to_owned()]);
    for scheme in &cx.api.schemes {
        scheme_item(&mut file, scheme);
    }
    definition(&mut file);
    client(&mut file);
    if !cx.api.schemes.is_empty() {
        builder(&mut file);
        scheme_enum(&mut file);
    }
    file.finish()
}

fn scheme_item(file: &mut File<'_>, scheme: &Scheme) {
    let scheme_type = file.wire("Scheme");
    let (name, wire) = (scheme_static(scheme), &scheme.wire);
    let value = match &scheme.kind {
        SchemeKind::Bearer => quote! { #scheme_type::bearer(#wire) },
        SchemeKind::Basic => quote! { #scheme_type::basic(#wire) },
        SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect(_) => quote! { #scheme_type::oauth2(#wire) },
        SchemeKind::OAuth1 => quote! { #scheme_type::oauth1(#wire) },
        SchemeKind::ApiKeyHeader(key) => quote! { #scheme_type::api_key_header(#wire, #key) },
        SchemeKind::ApiKeyQuery(key) => quote! { #scheme_type::api_key_query(#wire, #key) },
        SchemeKind::ApiKeyCookie(key) => quote! { #scheme_type::api_key_cookie(#wire, #key) },
        SchemeKind::Other(prefix) => quote! { #scheme_type::http(#wire, #prefix) },
    };
    let setter = scheme.setter.bare();
    file.source.item(&[], quote! { pub(crate) static #name: #scheme_type = #value.setter(#setter); });
}

/// The base URL of the description, if it is one.
pub(super) fn base_url(api: &Api) -> Option<&str> {
    let url = api.servers.first()?.url.as_str();
    let whole = url.starts_with("https://") || url.starts_with("http://");
    (whole && !url.contains('{')).then_some(url)
}

fn definition(file: &mut File<'_>) {
    let api = file.cx.api;
    let definition = file.wire("Definition");
    let url = api.servers.first().map(|server| server.template.as_str()).unwrap_or_default();
    file.source.item(
        &[],
        quote! { const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")); },
    );
    let mut value = if url.chars().count() > LONGEST {
        file.source.item(&[], quote! { const BASE_URL: &str = #url; });
        quote! { #definition::new(BASE_URL, USER_AGENT) }
    } else {
        quote! { #definition::new(#url, USER_AGENT) }
    };
    let variables = api.servers.first().map(|server| server.variables.as_slice()).unwrap_or_default();
    let defaults = variables.iter().filter_map(|variable| Some((&variable.wire, variable.default.as_ref()?)));
    let defaults: Vec<TokenStream> = defaults.map(|(name, value)| quote! { (#name, #value) }).collect();
    if !defaults.is_empty() {
        value.extend(quote! { .variables(&[#(#defaults),*]) });
    }
    if !api.schemes.is_empty() {
        let schemes = api.schemes.iter().map(scheme_static);
        value.extend(quote! { .schemes(&[#(&#schemes),*]) });
    }
    if let Some(envelope) = &api.envelope {
        let (data, errors) = (&envelope.data, &envelope.errors);
        value.extend(quote! { .envelope(#data, #errors) });
    }
    if let Some(header) = &api.idempotency_header {
        value.extend(quote! { .idempotency_header(#header) });
    }
    file.source.item(&[], quote! { pub(crate) static DEFINITION: #definition = #value; });
}

fn client(file: &mut File<'_>) {
    let (client, builder) = (file.runtime("Client"), file.runtime("ClientBuilder"));
    let mut docs = Docs::sentence("Starts to build a client.");
    docs.paragraph(match base_url(file.cx.api) {
        Some(url) => format!("It calls {} unless it is given another base URL.", link(url)),
        None => match file.cx.api.servers.first() {
            Some(server) if server.url.contains('{') => format!(
                "It calls {}, of which the variables have to be chosen by [`ClientBuilder::server`], or a whole address \
                 be given by [`ClientBuilder::base_url`].",
                code(&server.template)
            ),
            Some(server) if !server.url.is_empty() => format!(
                "The API description names no host, only the path {}: [`ClientBuilder::base_url`] must be called with \
                 both.",
                code(&server.url)
            ),
            _ => "The API description names no server: [`ClientBuilder::base_url`] must be called.".to_owned(),
        },
    });
    let mut methods = vec![Member::new(
        docs.lines(),
        quote! {
            pub fn builder() -> #builder {
                #builder::new(&DEFINITION)
            }
        },
    )];
    for group in &file.cx.api.groups {
        let (module, name) = (&group.module, &group.name);
        file.import_group(&group.module, &group.name);
        let docs = Docs::of(&group.docs, || super::groups::described(file.cx, group));
        methods.push(Member::new(
            docs.lines(),
            quote! {
                #[inline]
                pub fn #module(&self) -> #name {
                    #name(self.clone())
                }
            },
        ));
    }
    file.source.container(&[], quote! { impl #client }, Inside::Methods, methods);
}

fn builder(file: &mut File<'_>) {
    let (builder, auth) = (file.runtime("ClientBuilder"), file.runtime("Auth"));
    let mut methods = Vec::new();
    for scheme in &file.cx.api.schemes {
        let (name, setter) = (scheme_static(scheme), &scheme.setter);
        methods.push(Member::new(
            describe(scheme).lines(),
            quote! {
                pub fn #setter(self, credential: impl Into<#auth>) -> Self {
                    self.credential(&#name, credential)
                }
            },
        ));
    }
    file.source.container(&[], quote! { impl #builder }, Inside::Methods, methods);
}

fn describe(scheme: &Scheme) -> Docs {
    let travels = match &scheme.kind {
        SchemeKind::Bearer => "Sent as `Authorization: Bearer`.".to_owned(),
        SchemeKind::Basic => "Sent as `Authorization: Basic`.".to_owned(),
        SchemeKind::OAuth2 { .. } => "An OAuth 2.0 access token, sent as `Authorization: Bearer`.".to_owned(),
        SchemeKind::OpenIdConnect(url) => {
            format!("An OpenID Connect token ({}), sent as `Authorization: Bearer`.", link(url))
        }
        SchemeKind::OAuth1 => "A signature by OAuth 1.0a: a `runtime::OAuth1` with a token (feature `oauth1`), or a credential of your own.".to_owned(),
        SchemeKind::ApiKeyHeader(name) => format!("Sent in the header {}.", code(name)),
        SchemeKind::ApiKeyQuery(name) => format!("Sent in the query parameter {}.", code(name)),
        SchemeKind::ApiKeyCookie(name) => format!("Sent in the cookie {}.", code(name)),
        SchemeKind::Other(name) => format!("Sent as `Authorization` with the scheme {}.", code(name)),
    };
    let mut docs = Docs::of(&scheme.docs, || format!("The credential of {}.", code(&scheme.wire)));
    docs.paragraph(travels);
    for login in &scheme.logins {
        docs.paragraph(format!("Where it comes from: `{}`, which has an example.", logins::path(login)));
    }
    if let SchemeKind::OAuth2 { authorization_url, token_url, scopes } = &scheme.kind {
        if scheme.logins.is_empty() {
            docs.paragraph(
                authorization_url.as_ref().map(|url| format!("Users agree at {}.", link(url))).unwrap_or_default(),
            );
            docs.paragraph(
                token_url.as_ref().map(|url| format!("Tokens come from {}.", link(url))).unwrap_or_default(),
            );
        }
        let scopes: Vec<String> = scopes
            .iter()
            .map(|(scope, about)| {
                let about = super::docs::one_line(about);
                if about.is_empty() { format!("- {}", code(scope)) } else { format!("- {}: {about}", code(scope)) }
            })
            .collect();
        if !scopes.is_empty() {
            docs.paragraph("Scopes:").paragraph(scopes.join("\n"));
        }
    }
    docs
}

fn scheme_enum(file: &mut File<'_>) {
    let schemes = &file.cx.api.schemes;
    let name_type = file.runtime("SchemeName");
    file.import("std::convert", "Infallible");
    let mut variants: Vec<Member> = schemes
        .iter()
        .map(|scheme| {
            let variant = &scheme.variant;
            let docs = Docs::of(&scheme.docs, || words::titled(&scheme.wire));
            Member::new(docs.lines(), quote! { #variant })
        })
        .collect();
    // Without it `as` would give every variant a number, and a scheme that comes later would change those of others.
    let unnumbered = ["Never made. An enum with a field has no numbers, so that a new scheme changes none.".to_owned()];
    variants.push(Member::new(unnumbered.to_vec(), quote! { #[doc(hidden)] __Unnumbered(Infallible) }));
    let head = quote! {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AuthScheme
    };
    let docs = ["The security schemes of the API, for [`CallOptions::auth`](crate::CallOptions::auth).".to_owned()];
    file.source.container(&docs, head, Inside::Variants, variants);
    let arms: Vec<TokenStream> = schemes
        .iter()
        .map(|scheme| {
            let (variant, name) = (&scheme.variant, scheme_static(scheme));
            quote! { AuthScheme::#variant => Self::from(&#name) }
        })
        .collect();
    trait_impl(
        file,
        quote! { impl From<AuthScheme> for #name_type },
        quote! {
            fn from(scheme: AuthScheme) -> Self {
                match scheme {
                    #(#arms,)*
                    AuthScheme::__Unnumbered(never) => match never {},
                }
            }
        },
    );
}
