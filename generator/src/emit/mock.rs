//! The server for tests: the table of the operations it knows, and a method per operation that takes a handler.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::files::{FileSet, Inside, Member, Taken};
use crate::ir::{Answer, Body, Group, GroupId, Operation, Payload, Place, TypeRef};

use super::accessors::field;
use super::docs::{Docs, code};
use super::scope::{Context, File};
use super::{answers, arguments, bodies, example};

/// What users need of the runtime for a server.
const NAMES: &str = "\
pub use crate::runtime::{Fault, MockAnswer, MockEvents, MockFaults, MockHandler, MockRequest, MockServer};
pub use crate::runtime::{MockedOperation, Recorder, RequestFault};
#[cfg(all(feature = \"reqwest013\", not(target_family = \"wasm\")))]
pub use crate::runtime::MockListener;
";

/// Prints the module `mock`: what the server is, and a file per group.
pub(super) fn emit(cx: Context<'_>, files: &mut FileSet) -> Result<(), Taken> {
    files.insert("src/mock.rs", root(cx))?;
    for (index, group) in cx.api.groups.iter().enumerate() {
        files.insert(format!("src/mock/{}.rs", group.module.bare()), of_group(cx, GroupId(index), group))?;
    }
    Ok(())
}

fn root(cx: Context<'_>) -> String {
    let mut file = File::new(cx, None);
    file.about(about(cx));
    let modules: String =
        cx.api.groups.iter().map(|group| format!("#[rustfmt::skip]\npub mod {};\n", group.module)).collect();
    if !modules.is_empty() {
        file.source.text(modules);
    }
    file.source.text(NAMES.to_owned());
    let table = file.wire("Operation");
    file.import("crate", "client");
    let known = cx.api.operations.iter().map(|operation| {
        let group = cx.api.group(operation.group);
        let (module, home) = (&group.module, &operation.home);
        let setter = format!("{}().{}", group.mock, operation.name);
        quote! { (&crate::#module::#home::OPERATION, #setter) }
    });
    file.source.item(&[], quote! { static OPERATIONS: &[(&#table, &str)] = &[#(#known),*]; });
    let mut methods = vec![Member::new(
        Docs::sentence("A server without handlers: it answers every request with what is wrong with it.").lines(),
        quote! {
            #[must_use]
            pub fn new() -> Self {
                Self::of(&client::DEFINITION, OPERATIONS)
            }
        },
    )];
    for group in &cx.api.groups {
        let (module, name, mock) = (&group.module, &group.name, &group.mock);
        methods.push(Member::new(
            Docs::sentence(format!("Handlers of {}.", what(group))).lines(),
            quote! {
                pub fn #mock(&self) -> #module::#name {
                    #module::#name(self.clone())
                }
            },
        ));
    }
    file.source.container(&[], quote! { impl MockServer }, Inside::Methods, methods);
    let method = Member::bare(quote! {
        fn default() -> Self {
            Self::new()
        }
    });
    file.source.container(&[], quote! { impl Default for MockServer }, Inside::Methods, vec![method]);
    file.finish()
}

/// The operations of a group, in a sentence.
fn what(group: &Group) -> String {
    if group.tag.is_empty() {
        "the operations without a tag".to_owned()
    } else {
        format!("the operations of {}", code(&group.tag))
    }
}

/// What the module is for, with an example of a whole test.
fn about(cx: Context<'_>) -> Vec<String> {
    let mut docs =
        Docs::sentence("A server for tests (feature `mock`): it knows the API, and never reaches the network.");
    docs.paragraph(
        "Each operation is answered by a handler, which gets a request that was checked and decoded, and returns the type \
         that the client reads. What is wrong with a request, and an operation without a handler, is answered by a problem \
         that says so; [`MockServer::verify`] fails then. [`Fault`] has what can go wrong on the way.",
    );
    if let Some((group, operation)) = super::library::shown(cx) {
        docs.example(example_lines(cx, group, operation));
    }
    docs.paragraph(
        "[`MockServer::client_builder`] gives clients that ask the server in memory, with a credential for everything and \
         with a clock that jumps where somebody waits. [`MockServer::transport`] is for clients that are built otherwise, and \
         with feature `reqwest013` `MockServer::listen` opens a port on loopback, for what has a transport of its own.",
    );
    docs.lines()
}

fn example_lines(cx: Context<'_>, group: &Group, operation: &Operation) -> Vec<String> {
    let name = example::crate_name(cx);
    vec![
        format!("use {name}::mock::{{Fault, MockAnswer, MockServer}};"),
        String::new(),
        "# async fn example() -> Result<(), Box<dyn std::error::Error>> {".to_owned(),
        "let server = MockServer::new();".to_owned(),
        format!("let asked = server.{}().{}(|_| {});", group.mock, operation.name, example_answer(operation)),
        "let client = server.client_builder().build()?;".to_owned(),
        String::new(),
        "// A connection that breaks is tried again, without a wait in real time.".to_owned(),
        "server.inject(Fault::ResetBeforeHeaders);".to_owned(),
        format!("let answer = client.{}().{}().send().await?;", group.module, operation.name),
        "println!(\"{:?}\", answer.body);".to_owned(),
        "assert_eq!(asked.requests().len(), 2);".to_owned(),
        String::new(),
        "server.verify()?;".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
    ]
}

/// An answer of the operation, as short as it can be.
pub(super) fn example_answer(operation: &Operation) -> &'static str {
    match operation.successes().find_map(Answer::main).map(|media| &media.payload) {
        None => "MockAnswer::ok(())",
        Some(Payload::Json(TypeRef::List(_))) => "MockAnswer::json(serde_json::json!([]))",
        Some(Payload::Json(_)) => "MockAnswer::json(serde_json::json!({}))",
        Some(_) => "MockAnswer::text(\"hello\")",
    }
}

fn of_group(cx: Context<'_>, id: GroupId, group: &Group) -> String {
    let mut file = File::new(cx, None);
    file.about(Docs::sentence(format!("Handlers of {}.", what(group))).lines());
    let server = file.runtime("MockServer");
    let name = &group.name;
    let mut docs = Docs::sentence(format!("Handlers of {}.", what(group)));
    docs.paragraph(format!("Made by [`MockServer::{0}`](crate::mock::MockServer::{0}).", group.mock.bare()));
    let head = quote! {
        #[derive(Clone, Debug)]
        #[must_use = "it does nothing until one of its methods is called"]
        pub struct #name(pub(super) #server);
    };
    file.source.item(&docs.lines(), head);
    let operations = cx.api.operations.iter().filter(|operation| operation.group == id);
    let methods = operations.map(|operation| method(&mut file, group, operation)).collect();
    file.source.container(&[], quote! { impl #name }, Inside::Methods, methods);
    file.finish()
}

fn method(file: &mut File<'_>, group: &Group, operation: &Operation) -> Member {
    let (handler, operation_type) = (file.runtime("MockHandler"), file.runtime("MockedOperation"));
    let (name, module, home) = (&operation.name, &group.module, &operation.home);
    let route_type = file.wire("MockRoute");
    file.import("crate", &module.to_string());
    let mut route = quote! { #route_type::new(&#module::#home::OPERATION) };
    let body = match &operation.body {
        None => quote! { () },
        Some(body) => taken(file, body, &mut route),
    };
    let required = operation.arguments().filter(|(_, param)| param.place != Place::Path);
    let required: Vec<Literal> = required.map(|(index, _)| Literal::usize_unsuffixed(index)).collect();
    if !required.is_empty() {
        route.extend(quote! { .required(&[#(#required),*]) });
    }
    if operation.params.iter().any(|param| arguments::names_are_hidden(file.cx, param)) {
        route.extend(quote! { .open_query() });
    }
    let answer = given(file, operation, &mut route);
    if let Some(paging) = &operation.paging {
        let names: Option<Vec<&str>> =
            paging.next.iter().map(|step| Some(field(file.cx, step)?.wire.as_str())).collect();
        if let Some(names) = names {
            route.extend(quote! { .next(&[#(#names),*]) });
        }
    }
    let docs = Docs::sentence(format!("Answers {}.", code(&format!("{} {}", operation.method, operation.path))));
    Member::new(
        docs.lines(),
        quote! {
            pub fn #name(&self, handler: impl #handler<#body, #answer>) -> #operation_type {
                let route = #route;
                self.0.on(route, handler)
            }
        },
    )
}

/// The type of a body in a handler, and what the server does to get it.
fn taken(file: &mut File<'_>, body: &Body, route: &mut TokenStream) -> TokenStream {
    let media: Vec<String> = body.media.iter().map(bodies::sent_as).collect();
    if let [only] = body.media.as_slice()
        && let Payload::Json(ty) = &only.payload
    {
        let ty = file.ty(ty);
        let method = super::scope::ident(if body.required { "json" } else { "json_or_none" });
        route.extend(quote! { .#method(&[#(#media),*]) });
        return if body.required {
            ty
        } else {
            quote! { Option<#ty> }
        };
    }
    let method = super::scope::ident(if body.required { "bytes" } else { "bytes_or_none" });
    route.extend(quote! { .#method(&[#(#media),*]) });
    file.bytes()
}

/// The type of an answer in a handler, and what the server has to know of it.
fn given(file: &mut File<'_>, operation: &Operation, route: &mut TokenStream) -> TokenStream {
    if let Some(stream) = operation.stream.as_ref().filter(|_| !operation.has_answer()) {
        return file.ty(&stream.item);
    }
    let given = answers::given(file, operation);
    if given.status != 200 || given.media.as_deref() != Some("application/json") {
        let status = Literal::u16_unsuffixed(given.status);
        let media = match &given.media {
            Some(media) => quote! { Some(#media) },
            None => quote! { None },
        };
        route.extend(quote! { .gives(#status, #media) });
    }
    given.ty
}
