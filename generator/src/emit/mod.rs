//! The model and its facts in, the files of a crate out. One dull function per construct: it asks facts and decides
//! nothing, and no text of a document becomes code without being a name or a literal first.

mod accessors;
mod answers;
mod arguments;
mod bodies;
mod builder;
mod checks;
mod client;
mod constants;
mod docs;
mod enums;
mod errors;
mod example;
mod groups;
mod headers;
mod hooks;
mod inline;
mod library;
mod lints;
mod logins;
mod manifest;
mod markdown;
mod members;
mod mock;
mod newtypes;
mod operations;
mod pages;
mod scope;
mod servers;
mod structs;
mod taking;
mod types;
mod unions;
mod words;
mod wrap;

pub use self::example::written_type;

use crate::analyze::Facts;
use crate::embedded::Part;
use crate::files::{FileSet, Shapes, Taken, each};
use crate::ir::{Api, Group, GroupId, Operation, TypeRef};

use scope::Context;

/// What the generated crate is called, and what made it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The name of the crate.
    pub name: String,
    /// What `cargo add` takes to depend on it.
    pub add: String,
    /// Its version.
    pub version: String,
    /// Its description in one line.
    pub description: String,
    /// Its licence, as an SPDX expression.
    pub license: String,
    /// The URL of its repository.
    pub repository: Option<String>,
    /// The URL of its documentation.
    pub documentation: Option<String>,
    /// The URL of its home page.
    pub homepage: Option<String>,
    /// Its keywords in the registry.
    pub keywords: Vec<String>,
    /// Its categories in the registry.
    pub categories: Vec<String>,
    /// What it depends on beyond what every crate does: names, and values as they stand in a manifest.
    pub dependencies: Vec<Dependency>,
    /// What its examples depend on.
    pub dev_dependencies: Vec<Dependency>,
    /// The examples that need features: names, with these features.
    pub examples: Vec<(String, Vec<String>)>,
    /// The path of the document, for the first line of every file.
    pub source: String,
    /// The command that made it, for the first line of every file.
    pub command: String,
}

/// What a crate depends on because its types or hand-written modules need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// Its name in the manifest.
    pub name: String,
    /// Its value, as it stands in a manifest.
    pub value: String,
    /// True if a feature turns it on.
    pub optional: bool,
}

/// Texts that go into the crate as they are, and the templates of those that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// The parts of the runtime.
    pub parts: Vec<Part>,
    /// The runtime: paths relative to its folder, with their texts.
    pub runtime: Vec<(String, String)>,
    /// Hand-written modules: their names, with their texts.
    pub ext: Vec<(String, String)>,
    /// Examples: their names, with their texts.
    pub examples: Vec<(String, String)>,
    /// The template of `Cargo.toml`.
    pub manifest: String,
    /// The template of `README.md`.
    pub readme: String,
}

/// Prints a crate.
///
/// # Errors
/// When two things want to be printed into one file.
pub fn emit(api: &Api, facts: &Facts, package: &Package, copied: &Copied) -> Result<FileSet, Taken> {
    let shapes = Shapes::new();
    let cx = Context { api, facts, package, shapes: &shapes };
    let mut files = FileSet::new();
    files.insert("Cargo.toml", manifest::cargo(cx, copied))?;
    files.insert("README.md", manifest::readme(cx, copied))?;
    files.insert("src/lib.rs", library::emit(cx, !copied.ext.is_empty()))?;
    if !api.types_only {
        files.insert("src/client.rs", client::emit(cx))?;
        mock::emit(cx, &mut files)?;
    }
    if servers::is_needed(cx) {
        files.insert(format!("src/{}.rs", servers::MODULE), servers::emit(cx))?;
    }
    logins::emit(cx, &mut files)?;
    types::emit(cx, &mut files)?;
    of_groups(cx, &mut files)?;
    hooks::emit(cx, copied, &mut files)?;
    extensions(cx, copied, &mut files)?;
    for (name, text) in &copied.examples {
        let header = cx.header_of(&format!("a copy of examples/{name}.rs"));
        files.insert(format!("examples/{name}.rs"), format!("{header}\n{text}"))?;
    }
    for (path, text) in &copied.runtime {
        files.insert(format!("src/runtime/{path}"), text.clone())?;
    }
    Ok(files)
}

/// A folder for each group, and in it a file for each of its operations.
fn of_groups(cx: Context<'_>, files: &mut FileSet) -> Result<(), Taken> {
    let mut all: Vec<(GroupId, &Group, Option<&Operation>)> = Vec::new();
    for (index, group) in cx.api.groups.iter().enumerate() {
        let id = GroupId(index);
        let own = cx.api.operations.iter().filter(|operation| operation.group == id);
        all.push((id, group, None));
        all.extend(own.map(|operation| (id, group, Some(operation))));
    }
    let texts = each(&all, |(id, group, operation)| match operation {
        None => groups::emit(cx, *id, group),
        Some(operation) => operations::emit(cx, group, operation),
    });
    for ((_, group, operation), text) in all.iter().zip(texts) {
        let file = operation.map_or_else(|| "mod.rs".to_owned(), |operation| operation.home.file());
        files.insert(format!("src/{}/{file}", group.module.bare()), text)?;
    }
    Ok(())
}

/// How types are written in Rust, in a file that has the returned `use` lines. What is tried with generated types, by a
/// program outside of their crate, reads `crate` as the name of that crate.
#[must_use]
pub fn spell(api: &Api, facts: &Facts, types: &[TypeRef]) -> (Vec<String>, String) {
    let (package, shapes) = (Package::default(), Shapes::new());
    let mut file = scope::File::new(Context { api, facts, package: &package, shapes: &shapes }, None);
    let spelled = types.iter().map(|ty| file.ty(ty).to_string()).collect();
    (spelled, file.uses())
}

/// The hand-written modules, and the one that names them.
fn extensions(cx: Context<'_>, copied: &Copied, files: &mut FileSet) -> Result<(), Taken> {
    if copied.ext.is_empty() {
        return Ok(());
    }
    let mut names: Vec<&str> = copied.ext.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let mut text = format!("{}\n//! What is written by hand.\n\n", cx.header());
    for name in names {
        text.push_str(&format!("#[rustfmt::skip]\nmod {name};\n"));
    }
    files.insert("src/ext/mod.rs", text)?;
    for (name, text) in &copied.ext {
        files.insert(format!("src/ext/{name}.rs"), text.clone())?;
    }
    Ok(())
}
