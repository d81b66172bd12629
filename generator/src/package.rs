//! What a crate is called, and what its manifest says besides.

use crate::config::Config;
use crate::diag::{Code, Diagnostics, Origin};
use crate::emit::{Dependency, Package};
use crate::ir::Api;
use crate::names::kebab;

/// The most characters of a name in the registry.
const LONGEST: usize = 64;

/// Names that a crate cannot have beside those of the compiler, the names of folders of cargo's among them.
const TAKEN: &[&str] = &["alloc", "build", "core", "deps", "examples", "incremental", "proc-macro", "std", "test"];

/// Where a package comes from besides its configuration and its description.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'r> {
    /// The name that was asked for.
    pub(crate) name: Option<&'r str>,
    /// The folder it is written to.
    pub(crate) out: Option<&'r str>,
    /// The path of the description.
    pub(crate) spec: &'r str,
    /// The command that repeats the run.
    pub(crate) command: &'r str,
}

/// The package of a crate. A name that is given and cannot be used is an error.
pub(crate) fn package(
    config: &Config,
    api: &Api,
    asked: Asked<'_>,
    root: &Origin,
    diagnostics: &mut Diagnostics,
) -> Package {
    let of = config.package();
    let (given, at) = match (asked.name, &of.name) {
        (Some(name), _) => (Some(name), root.clone()),
        (None, Some(name)) => (Some(name.as_str()), config.origin_of_crate("name")),
        (None, None) => (None, root.clone()),
    };
    if let Some(Err(fault)) = given.map(check_name) {
        diagnostics
            .add(Code::BadRename, &at, format!("`{}` is no name for a crate: {fault}", given.unwrap_or_default()))
            .help("give letters and digits with `-` between words, such as `pet-store-client`");
    }
    let tables = [("dependencies", &of.dependencies), ("dev-dependencies", &of.dev_dependencies)];
    for (table, name, value) in
        tables.iter().flat_map(|(table, of)| of.iter().map(move |(name, value)| (table, name, value)))
    {
        if !value.is_str() && !value.is_table() {
            diagnostics
                .add(
                    Code::ConfigInvalid,
                    &config.origin_of_crate(table).child(name),
                    format!("the dependency `{name}` is neither a version nor a table"),
                )
                .help("write it as in a manifest, such as `\"1\"` or `{ version = \"1\", features = [\"serde\"] }`");
        }
    }
    let name = given.map_or_else(|| default_name(asked.out, &api.info.title), str::to_owned);
    let what = if api.types_only { "The types of" } else { "A client for" };
    Package {
        // Without a name of its own, a crate is not meant for the registry.
        add: if of.name.is_some() { name.clone() } else { format!("{name} --path path/to/{name}") },
        name,
        version: of.version.clone().unwrap_or_else(|| "0.1.0".to_owned()),
        description: of.description.clone().unwrap_or_else(|| format!("{what} {}.", api.info.title)),
        license: of.license.clone().unwrap_or_else(|| "MIT OR Apache-2.0".to_owned()),
        repository: of.repository.clone(),
        documentation: of.documentation.clone(),
        homepage: of.homepage.clone(),
        keywords: of.keywords.clone(),
        categories: of.categories.clone(),
        dependencies: of.dependencies.iter().map(|(name, value)| dependency(name, value)).collect(),
        dev_dependencies: of.dev_dependencies.iter().map(|(name, value)| dependency(name, value)).collect(),
        examples: of.examples.iter().map(|(name, features)| (name.clone(), features.clone())).collect(),
        source: asked.spec.to_owned(),
        command: asked.command.to_owned(),
    }
}

fn dependency(name: &str, value: &toml::Value) -> Dependency {
    let optional = value.get("optional").and_then(toml::Value::as_bool).unwrap_or_default();
    Dependency { name: name.to_owned(), value: value.to_string(), optional }
}

/// The name of the folder, as cargo names a new package, or else words of the title.
fn default_name(out: Option<&str>, title: &str) -> String {
    let folder = out.and_then(|out| out.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next());
    if let Some(folder) = folder.filter(|folder| check_name(folder).is_ok()) {
        return folder.to_owned();
    }
    let words = kebab(title);
    let named = if words.ends_with("api") { format!("{words}-client") } else { format!("{words}-api-client") };
    let start = named.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    if !words.is_empty() && check_name(start).is_ok() { start.to_owned() } else { "api-client".to_owned() }
}

/// Whether a crate can have a name: by the rules of the registry and the language.
///
/// # Errors
///
/// What is wrong with it, as the end of a sentence.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err("it does not begin with a letter");
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return Err("it may hold letters, digits, `-` and `_`");
    }
    if name.len() > LONGEST {
        return Err("it is longer than 64 characters");
    }
    let ident = name.replace('-', "_");
    if syn::parse_str::<syn::Ident>(&ident).is_err() {
        return Err("it is a keyword of Rust");
    }
    if TAKEN.contains(&ident.replace('_', "-").to_ascii_lowercase().as_str()) {
        return Err("cargo and the compiler have something of that name");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check_name, default_name};

    #[test]
    fn the_folder_gives_the_name_and_else_the_title() {
        for (out, title, expected) in [
            (Some("clients/pets"), "Pet Store API", "pets"),
            (Some("clients\\pets\\"), "Pet Store API", "pets"),
            (Some("."), "Pet Store API", "pet-store-api-client"),
            (Some("test"), "Swagger Petstore - OpenAPI 3.0", "swagger-petstore-open-api-3-0-api-client"),
            (None, "1st Zoo", "st-zoo-api-client"),
            (None, "動物園", "dong-wu-yuan-api-client"),
            (None, "", "api-client"),
        ] {
            assert_eq!(default_name(out, title), expected, "{out:?} {title}");
        }
    }

    #[test]
    fn names_are_those_of_packages() {
        for name in ["pets", "pet-store_2", "Pets"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "2pets", "pet store", "pets!", "fn", "async", "test", "proc_macro", "-pets", &"p".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
