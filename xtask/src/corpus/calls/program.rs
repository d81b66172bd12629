//! The program that makes the calls: the generated crate with a `main` behind it.
//!
//! The calls stand in the crate itself and not in one that depends on it, so that only what they reach is compiled to machine
//! code. They use nothing but what is public.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::Value;
use spec2crate::emit::written_type;
use spec2crate::ir::{Api, Operation, Param, Payload, SchemeKind, TypeRef};

use super::operation::SOMEWHERE;
use super::{Filled, Planned, location};
use crate::workspace::{self, write};

/// The variable that tells a program where the judge listens, an address of this machine. Without it there is none.
pub(crate) const JUDGE: &str = "JUDGE";

/// What a program has behind the text of the crate, before its calls.
const HELPERS: &str = r#"
fn s2c_value<T: ::serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    ::serde_json::from_str(text).map_err(|error| format!("a value of the description is refused: {error}: {text}"))
}

fn s2c_wait<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..10_000 {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Ok(value);
        }
    }
    Err("the call never ends".to_owned())
}

fn s2c_print(call: usize, method: &::http::Method, uri: &::http::Uri, headers: &::http::HeaderMap, body: &[u8]) {
    let headers: Vec<[String; 2]> = headers
        .iter()
        .map(|(name, value)| [name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()])
        .collect();
    println!(
        "{}",
        ::serde_json::json!({ "call": call, "method": method.as_str(), "url": uri.to_string(), "headers": headers, "body": body })
    );
}

fn s2c_report(call: usize, transport: &crate::runtime::MemoryTransport, result: Result<(), String>) {
    let requests = transport.requests();
    if let Ok(judge) = std::env::var(JUDGE) {
        // What a stream asks for is made, and not sent: the judge answers it with one value and an end.
        let said = S2C_SAID.lock().map(|mut said| std::mem::take(&mut *said)).unwrap_or_default();
        println!("{}", ::serde_json::json!({ "call": call, "judge": judge, "said": said, "result": result.as_ref().err() }));
    }
    if let (Err(error), true) = (result, requests.is_empty()) {
        println!("{}", ::serde_json::json!({ "call": call, "error": error }));
    }
    for request in requests {
        s2c_print(call, &request.method, &request.uri, &request.headers, &request.body);
    }
    transport.clear();
}

/// Status and violations of each answer of the judge.
static S2C_SAID: std::sync::Mutex<Vec<(u16, Option<String>)>> = std::sync::Mutex::new(Vec::new());

fn s2c_said(status: u16, violations: Option<String>) {
    if let Ok(mut said) = S2C_SAID.lock() {
        said.push((status, violations));
    }
}

fn s2c_reply(method: &::http::Method, target: &str, headers: &::http::HeaderMap, body: &[u8]) -> crate::runtime::Reply {
    let Ok(judge) = std::env::var(JUDGE) else { return crate::runtime::Reply::status(418) };
    match s2c_ask(&judge, method, target, headers, body) {
        Ok((status, fields, body)) => {
            let violations = fields.iter().find(|(name, _)| name == "sl-violations").map(|(_, value)| value.clone());
            s2c_said(status, violations);
            let mut reply = crate::runtime::Reply::status(status);
            for (name, value) in &fields {
                reply = reply.with_header(name, value);
            }
            reply.chunk(body)
        }
        Err(error) => {
            s2c_said(0, Some(format!("no answer: {error}")));
            crate::runtime::Reply::status(418)
        }
    }
}

/// One exchange by HTTP/1.0, so that the answer ends with its connection and comes in one piece.
fn s2c_ask(
    judge: &str,
    method: &::http::Method,
    target: &str,
    headers: &::http::HeaderMap,
    body: &[u8],
) -> std::io::Result<(u16, Vec<(String, String)>, Vec<u8>)> {
    use std::io::{Read, Write};

    let mut head = format!("{method} {target} HTTP/1.0\r\nhost: {judge}\r\n");
    for (name, value) in headers {
        if !["host", "content-length", "accept-encoding"].contains(&name.as_str()) {
            head.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
        }
    }
    if !body.is_empty() {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    let mut stream = std::net::TcpStream::connect(judge)?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
    let fields = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Ok((status, fields.collect(), answer[end + 4..].to_vec()))
}

fn s2c_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
"#;

/// Writes the program of a crate and the manifest that runs it.
pub(super) fn emit(crates: &Path, package: &str, api: &Api, planned: &[Planned]) -> anyhow::Result<()> {
    let own = crates.join(package);
    let library = fs::read_to_string(own.join("src/lib.rs")).context("the crate has no lib.rs")?;
    let mut text = format!("#![allow(warnings)]\n{library}{HELPERS}\nconst JUDGE: &str = {JUDGE:?};\n");
    for (call, planned) in planned.iter().enumerate() {
        text.push_str(&function(api, call, planned));
    }
    text.push_str(&main(api, planned.len()));
    // A module cannot have this name, so that no file of the crate has it.
    let path = own.join("src/calls-main.rs");
    write(&path, &text)?;
    let manifest = fs::read_to_string(own.join("Cargo.toml")).context("the crate has no manifest")?;
    let manifest = manifest
        .replace(&format!("name = \"{package}\""), &format!("name = \"calls-{package}\""))
        .replace("readme = \"README.md\"\n", "")
        .replace("[lib]\npath = \"src/lib.rs\"\n", &format!("[[bin]]\nname = \"calls-{package}\"\npath = {path:?}\n"));
    write(&folder(crates).join(package).join("Cargo.toml"), &manifest)
}

/// The folder of the workspace of the programs.
fn folder(crates: &Path) -> PathBuf {
    crates.with_file_name("calls")
}

/// Makes the programs of these packages a workspace, with the versions of the repository.
pub(crate) fn workspace(root: &Path, crates: &Path, packages: &[String]) -> anyhow::Result<()> {
    let folder = folder(crates);
    write(&folder.join("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = {packages:?}\n"))?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).context("Cargo.lock cannot be copied")?;
    Ok(())
}

/// What builds or runs the program of a package.
pub(crate) fn cargo(root: &Path, crates: &Path, verb: &str, package: &str) -> Command {
    let mut command = Command::new(workspace::cargo());
    command
        .args([verb, "--quiet", "--no-default-features", "-p", &format!("calls-{package}")])
        .current_dir(folder(crates))
        .env("CARGO_TARGET_DIR", root.join("target/corpus/target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    command
}

/// The objects that a program printed, one in each line.
pub(crate) fn printed(output: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(output).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn main(api: &Api, count: usize) -> String {
    let mut builder =
        String::from("crate::Client::builder().transport(transport.clone()).clock(crate::runtime::ManualClock::new())");
    let absolute = api.servers.first().is_some_and(|server| server.url.contains("://"));
    if !absolute {
        let path = api.servers.first().map_or("", |server| server.url.trim_start_matches('/'));
        let _ = write!(builder, ".base_url({:?})", format!("{SOMEWHERE}/{path}").trim_end_matches('/'));
    }
    for scheme in api.schemes.iter().filter(|scheme| scheme.kind != SchemeKind::OAuth1) {
        let secret = if scheme.kind == SchemeKind::Basic { "user:secret" } else { "secret" };
        let _ = write!(builder, ".{}({secret:?})", scheme.setter);
    }
    let mut text = format!(
        "\nfn main() {{\n    let transport = crate::runtime::MemoryTransport::from_fn(|sent| s2c_reply(&sent.method, sent.target(), &sent.headers, &sent.body));\n    \
         let client = match {builder}.build() {{\n        Ok(client) => client,\n        Err(error) => {{\n            \
         for call in 0..{count} {{\n                s2c_report(call, &transport, Err(s2c_chain(&error)));\n            }}\n            return;\n        }}\n    }};\n"
    );
    for call in 0..count {
        let _ = writeln!(
            text,
            "    let result = s2c_wait(s2c_call_{call}(&client)).and_then(|result| result);\n    s2c_report({call}, &transport, result);"
        );
    }
    text.push_str("}\n");
    text
}

fn function(api: &Api, call: usize, planned: &Planned) -> String {
    let operation = &api.operations[planned.index];
    let mut arguments = Vec::new();
    for (_, param) in operation.arguments() {
        arguments.push(value(api, &param.ty, planned.filled.value(&param.wire, location(param.place))));
    }
    let body = operation.body.as_ref().zip(planned.filled.body.as_ref());
    let body = body.map(|(body, (_, sample))| (body, payload(api, operation, sample)));
    if let Some((body, text)) = &body
        && body.required
    {
        arguments.push(text.clone());
    }
    let group = api.group(operation.group);
    let mut chain = format!("client.{}().{}({})", group.module, operation.name, arguments.join(", "));
    for (_, param) in operation.setters() {
        if let Some(sample) = planned.filled.value(&param.wire, location(param.place)) {
            chain.push_str(&set(api, param, sample));
        }
    }
    if let Some((body, text)) = body.filter(|(body, _)| !body.required) {
        let _ = write!(chain, ".{}({text})", body.ident);
    }
    let end = if operation.stream.is_some() {
        format!(
            "    let request = {chain}.into_request().map_err(|error| s2c_chain(&error))?;\n    \
             let body = request.body().as_bytes().unwrap_or_default().to_vec();\n    \
             s2c_print({call}, request.method(), request.uri(), request.headers(), &body);\n    \
             let target = request.uri().path_and_query().map_or(\"/\", |target| target.as_str());\n    \
             let _ = s2c_reply(request.method(), target, request.headers(), &body);\n    Ok(())\n"
        )
    } else {
        format!("    {chain}.send().await.map(|_| ()).map_err(|error| s2c_chain(&error))\n")
    };
    format!("\nasync fn s2c_call_{call}(client: &crate::Client) -> Result<(), String> {{\n{end}}}\n")
}

fn set(api: &Api, param: &Param, sample: &Value) -> String {
    format!(".{}({})", param.ident, value(api, &param.ty, Some(sample)))
}

/// An expression of a type that holds a value of the description.
fn value(api: &Api, ty: &TypeRef, sample: Option<&Value>) -> String {
    let sample = sample.unwrap_or(&Value::Null);
    if *ty == TypeRef::Bytes {
        return format!("{:?}.as_bytes().to_vec()", sample.as_str().unwrap_or_default());
    }
    format!("s2c_value::<{}>({:?})?", written_type(api, ty, "crate"), sample.to_string())
}

fn payload(api: &Api, operation: &Operation, sample: &Value) -> String {
    let media = operation.body.as_ref().and_then(|body| body.media.first());
    match media.map(|media| &media.payload) {
        Some(Payload::Json(ty) | Payload::Form(ty) | Payload::Multipart(ty)) => value(api, ty, Some(sample)),
        _ => format!("{:?}.to_owned()", sample.as_str().unwrap_or_default()),
    }
}

impl Filled {
    /// The value that a parameter was given.
    pub(super) fn value(&self, name: &str, location: &str) -> Option<&Value> {
        self.parameters.iter().find(|(known, place, _)| known == name && place == location).map(|(_, _, value)| value)
    }
}
