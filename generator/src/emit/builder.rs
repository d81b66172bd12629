//! The builder of one operation's call: a newtype over the call that its setters write into.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::files::{Inside, Member};
use crate::ir::{Group, Operation, Param, Payload, Shape, Stream, SwitchPlace, TypeRef};

use super::answers::Reading;
use super::docs::{Docs, code};
use super::scope::{Context, File, ident};
use super::{arguments, bodies, constants, lints, taking, words};

/// Prints the builder.
pub(super) fn emit(file: &mut File<'_>, group: &Group, operation: &Operation, reading: Option<&Reading>) {
    let call = file.wire("Call");
    let name = &operation.builder;
    let route = code(&format!("{} {}", operation.method, operation.path));
    let mut docs = Docs::sentence(format!("A call of {route}."));
    docs.paragraph(format!(
        "Made by [`{}::{}`](super::{}::{}), which says what it does.",
        group.name.bare(),
        operation.name.bare(),
        group.name.bare(),
        operation.name.bare()
    ));
    file.source.item(
        &docs.lines(),
        quote! {
            #[derive(Clone, Debug)]
            #[must_use = "a request does nothing until it is sent"]
            pub struct #name(#call);
        },
    );
    let mut methods = Vec::new();
    for param in &operation.params {
        if let (Some(name), Some(default)) = (&param.constant, &param.default) {
            methods.extend(constants::emit(file, name, &param.wire, &param.ty, default));
        }
    }
    methods.push(constructor(file, operation));
    for (index, param) in operation.setters() {
        methods.push(setter(file, index, param));
    }
    if let Some(body) = operation.body.as_ref().filter(|body| !body.required) {
        let ident = &body.ident;
        let (ty, value) = bodies::argument(file, body);
        let set = if bodies::is_map(body) {
            let own = bodies::ty(file, body);
            let set = bodies::set(file, body, &quote! { self.0 }, &ident.to_token_stream());
            quote! { let #ident: #own = #value; #set }
        } else {
            bodies::set(file, body, &quote! { self.0 }, &value)
        };
        let docs = Docs::of(&body.docs, || "The body.".to_owned());
        methods.push(Member::new(
            docs.lines(),
            quote! {
                #[inline]
                pub fn #ident(mut self, #ident: #ty) -> Self {
                    #set
                    self
                }
            },
        ));
    }
    sending(file, operation, reading, &mut methods);
    common(file, operation, &mut methods);
    if let Some(reading) = reading {
        methods.push(decode(file, reading));
    }
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
}

/// `new` with the required arguments and the required body.
fn constructor(file: &mut File<'_>, operation: &Operation) -> Member {
    let client = file.runtime("Client");
    let taken = |name: &str| {
        operation.arguments().any(|(_, param)| param.ident.as_str() == name)
            || operation.body.as_ref().is_some_and(|body| body.required && body.ident.as_str() == name)
    };
    let free = |name: &str| if taken(name) { format_ident!("{}_", name) } else { ident(name) };
    let (origin, call) = (free("client"), free("call"));
    let mut args = Vec::new();
    let mut types = Vec::new();
    let mut sets = TokenStream::new();
    for (index, param) in operation.arguments() {
        let name = &param.ident;
        let ty = file.ty(&param.ty);
        args.push(quote! { #name: #ty });
        types.push(ty);
        sets.extend(arguments::set(file, &call.to_token_stream(), index, param, &name.to_token_stream()));
    }
    if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
        let name = &body.ident;
        let ty = bodies::ty(file, body);
        args.push(quote! { #name: #ty });
        types.push(ty);
        sets.extend(bodies::set(file, body, &call.to_token_stream(), &name.to_token_stream()));
    }
    let lint = lints::arguments(args.len() + 1);
    let named = lints::constructor(operation.builder.bare());
    let placeholders = lints::placeholders(operation.arguments().map(|(_, param)| &param.ident));
    let complex = lints::complexity(types.iter());
    let call_type = file.wire("Call");
    let body = if args.is_empty() {
        quote! { Self(#call_type::new(#origin, &OPERATION)) }
    } else {
        quote! {
            let mut #call = #call_type::new(#origin, &OPERATION);
            #sets
            Self(#call)
        }
    };
    Member::bare(quote! {
        #lint
        #named
        #placeholders
        #complex
        #[inline]
        pub(super) fn new(#origin: &#client, #(#args),*) -> Self {
            #body
        }
    })
}

fn setter(file: &mut File<'_>, index: usize, param: &Param) -> Member {
    let name = &param.ident;
    let many = matches!(param.ty, TypeRef::List(_) | TypeRef::Map(_));
    let argument = ident(if many { "values" } else { "value" });
    let taking = if taking::as_option(file, &param.ty) {
        taking::optional(file, &param.ty, &argument)
    } else {
        taking::required(file, &param.ty, &argument)
    };
    let (ty, value) = (taking.ty, taking.value);
    let set = if matches!(param.ty, TypeRef::Map(_)) {
        // What a map is made of does not say what it becomes.
        let own = file.ty(&param.ty);
        let set = arguments::set(file, &quote! { self.0 }, index, param, &argument.to_token_stream());
        quote! { let #argument: #own = #value; #set }
    } else {
        arguments::set(file, &quote! { self.0 }, index, param, &value)
    };
    let deprecated = param.deprecated.then(|| quote! { #[deprecated] });
    let lint = lints::setter(name.as_str(), "parameter");
    let mut docs = Docs::of(&param.docs, || words::member(&param.wire, &param.ty));
    docs.paragraph(words::facts(&param.checks, param.default.as_ref(), param.example.as_ref()));
    Member::new(
        docs.lines(),
        quote! {
            #deprecated
            #lint
            #[inline]
            pub fn #name(mut self, #argument: #ty) -> Self {
                #set
                self
            }
        },
    )
}

fn sending(file: &mut File<'_>, operation: &Operation, reading: Option<&Reading>, methods: &mut Vec<Member>) {
    let error = file.runtime("Error");
    if let Some(Reading { ty, method }) = reading {
        let response = file.runtime("Response");
        let method = ident(method);
        let mut docs = Docs::sentence("Sends the request and reads the answer.");
        if let Some(headers) = &operation.headers {
            docs.paragraph(format!("[`{}`] reads its headers.", headers.bare()));
        }
        docs.paragraph("# Errors").paragraph(format!(
            "The request is wrong, it failed on its way, or the answer is no success; [`{}`] is what the API documents.",
            operation.error.bare()
        ));
        let off = operation.stream.as_ref().and_then(|stream| switched(stream, false));
        methods.push(Member::new(
            docs.lines(),
            match off {
                Some(off) => quote! {
                    pub async fn send(mut self) -> Result<#response<#ty>, #error> {
                        #off
                        self.0.#method().await
                    }
                },
                None => quote! {
                    pub async fn send(self) -> Result<#response<#ty>, #error> {
                        self.0.#method().await
                    }
                },
            },
        ));
        if method == "bytes" {
            let docs = download(operation.error.bare(), None);
            let download = streamed(file, operation);
            methods.push(Member::new(
                docs.lines(),
                quote! {
                    pub async fn download(self) -> Result<#response<#download>, #error> {
                        self.0.download().await
                    }
                },
            ));
        }
        other_forms(file, operation, methods);
        if operation.paging.is_some() {
            let (pages, items) = (file.runtime("Pages"), file.runtime("Items"));
            methods.push(Member::new(
                vec!["All pages from this one on, fetched as they are asked for.".to_owned()],
                quote! {
                    #[inline]
                    pub fn pages(self) -> #pages<#ty> {
                        #pages::new(self.0)
                    }
                },
            ));
            methods.push(Member::new(
                vec!["The items of all pages from this one on, fetched as they are asked for.".to_owned()],
                quote! {
                    #[inline]
                    pub fn items(self) -> #items<#ty> {
                        #items::new(self.0)
                    }
                },
            ));
        }
    }
    if let Some(stream) = &operation.stream {
        let live = file.runtime("Live");
        let item = file.ty(&stream.item);
        let mut docs =
            Docs::sentence("Opens the stream when its first item is asked for; dropping it closes the connection.");
        let on = switched(stream, true);
        if let Some(switch) = &stream.switch {
            let name = match &switch.place {
                SwitchPlace::Member(name) => format!("the member {} of the body", code(name)),
                SwitchPlace::Param(index) => format!("the parameter {}", code(&operation.params[*index].wire)),
            };
            docs.paragraph(format!(
                "It asks for {} and sets {name}.",
                code(stream.accept.as_deref().unwrap_or_default())
            ));
        }
        methods.push(Member::new(
            docs.lines(),
            match on {
                Some(on) => quote! {
                    #[inline]
                    pub fn connect(mut self) -> #live<#item> {
                        #on
                        #live::new(self.0)
                    }
                },
                None => quote! {
                    #[inline]
                    pub fn connect(self) -> #live<#item> {
                        #live::new(self.0)
                    }
                },
            },
        ));
    }
}

/// The statement that turns the stream of an operation on or off, where its answer depends on a flag. Off is what a server
/// assumes, unless the description says otherwise.
fn switched(stream: &Stream, on: bool) -> Option<TokenStream> {
    let switch = stream.switch.as_ref().filter(|switch| on || switch.is_default)?;
    Some(match &switch.place {
        SwitchPlace::Member(name) => quote! { self.0.extra_body(#name, #on); },
        SwitchPlace::Param(index) => {
            let index = proc_macro2::Literal::usize_unsuffixed(*index);
            quote! { self.0.set(#index, &#on); }
        }
    })
}

/// The methods for answers in other forms than the usual one.
fn other_forms(file: &mut File<'_>, operation: &Operation, methods: &mut Vec<Member>) {
    let (response, error) = (file.runtime("Response"), file.runtime("Error"));
    for form in &operation.forms {
        let (name, media) = (&form.name, &form.media_type);
        let (ty, method) = match &form.payload {
            Payload::Json(ty) => (file.ty(ty), ident("json")),
            Payload::Text => (quote! { String }, ident("text")),
            _ => (file.bytes(), ident("bytes")),
        };
        let mut docs = Docs::sentence(format!("Sends the request, asks for {} and reads that.", code(media)));
        docs.paragraph("# Errors").paragraph(format!(
            "The request is wrong, it failed on its way, the answer is of another media type, or it is no success; [`{}`] \
             is what the API documents.",
            operation.error.bare()
        ));
        let result = quote! { Result<#response<#ty>, #error> };
        let complex = lints::complexity([&result].into_iter());
        methods.push(Member::new(
            docs.lines(),
            quote! {
                #complex
                pub async fn #name(mut self) -> #result {
                    self.0.accept(#media);
                    self.0.#method().await
                }
            },
        ));
        if let Some(name) = &form.download {
            let docs = download(operation.error.bare(), Some(media));
            let download = streamed(file, operation);
            methods.push(Member::new(
                docs.lines(),
                quote! {
                    pub async fn #name(mut self) -> Result<#response<#download>, #error> {
                        self.0.accept(#media);
                        self.0.download().await
                    }
                },
            ));
        }
    }
}

fn download(error: &str, media: Option<&str>) -> Docs {
    let mut docs = Docs::sentence(match media {
        Some(media) => format!("Sends the request, asks for {} and gives it while it arrives.", code(media)),
        None => "Sends the request and gives the body of the answer while it arrives.".to_owned(),
    });
    docs.paragraph("Its size is not limited, and dropping it ends the exchange.");
    docs.paragraph("# Errors").paragraph(format!(
        "The request is wrong, it failed on its way, or the answer is no success; [`{error}`] is what the API documents."
    ));
    docs
}

/// What every builder has.
fn common(file: &mut File<'_>, operation: &Operation, methods: &mut Vec<Member>) {
    let (options, error, body) = (file.runtime("CallOptions"), file.runtime("Error"), file.runtime("Body"));
    file.import("http", "HeaderName");
    file.import("http", "HeaderValue");
    methods.push(Member::new(
        vec!["Overrides settings of the client for this call.".to_owned()],
        quote! {
            #[inline]
            pub fn with(mut self, options: #options) -> Self {
                self.0.with(options);
                self
            }
        },
    ));
    methods.push(Member::new(
        vec!["Adds a query parameter that the API description does not know.".to_owned()],
        quote! {
            pub fn extra_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.0.extra_query(name, value);
                self
            }
        },
    ));
    methods.push(Member::new(
        vec!["Sets a header that the API description does not know.".to_owned()],
        quote! {
            #[inline]
            pub fn extra_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
                self.0.extra_header(name, value);
                self
            }
        },
    ));
    if has_object_body(file.cx, operation) {
        methods.push(Member::new(
            vec!["Sets a member of the body that the API description does not know.".to_owned()],
            quote! {
                pub fn extra_body(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                    self.0.extra_body(name, value);
                    self
                }
            },
        ));
    }
    let mut docs = Docs::sentence("The request as it would be sent, with its credentials.");
    docs.paragraph("# Errors")
        .paragraph("An argument is wrong, credentials are missing, or a credential is not at hand without waiting.");
    methods.push(Member::new(
        docs.lines(),
        quote! {
            #[inline]
            pub fn into_request(self) -> Result<http::Request<#body>, #error> {
                self.0.into_request()
            }
        },
    ));
}

fn has_object_body(cx: Context<'_>, operation: &Operation) -> bool {
    operation.body.iter().flat_map(|body| &body.media).any(|media| match &media.payload {
        Payload::Json(TypeRef::Named(id)) => matches!(cx.ty(*id).shape, Shape::Struct(_) | Shape::Union(_)),
        Payload::Json(TypeRef::Map(_) | TypeRef::Json) => true,
        _ => false,
    })
}

fn decode(file: &mut File<'_>, reading: &Reading) -> Member {
    let Reading { ty, method } = reading;
    let function = format_ident!("decode_{}", method);
    let (call, response, error) = (file.wire("Call"), file.runtime("Response"), file.runtime("Error"));
    let bytes = file.bytes();
    let mut docs = Docs::sentence("Reads an answer that was fetched by other means.");
    docs.paragraph("# Errors").paragraph("The answer is no success, or its body could not be decoded.");
    let result = quote! { Result<#response<#ty>, #error> };
    let complex = lints::complexity([&result].into_iter());
    Member::new(
        docs.lines(),
        quote! {
            #complex
            #[inline]
            pub fn decode(parts: &http::response::Parts, body: #bytes) -> #result {
                #call::#function(&OPERATION, parts, body)
            }
        },
    )
}

/// A body that is read bit by bit, by its path where the operation itself is called so.
fn streamed(file: &mut File<'_>, operation: &Operation) -> TokenStream {
    if operation.builder.bare() == "Download" {
        quote! { crate::runtime::Download }
    } else {
        file.runtime("Download")
    }
}
