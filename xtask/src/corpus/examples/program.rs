//! The program that takes values through their types: which types it needs, its files, and what it prints.

use std::path::Path;

use anyhow::Context;
use serde_json::{Map, Value, json};
use spec2crate::analyze::analyze;
use spec2crate::emit;
use spec2crate::ir::{Api, TypeRef};

use crate::corpus::compiling;
use crate::workspace::write;

/// What goes into the file that the program reads (`tests::examples::run`).
#[derive(Debug, Default)]
pub(in crate::corpus) struct Program {
    types: Vec<TypeRef>,
    /// Schemas by their names.
    pub(in crate::corpus) definitions: Map<String, Value>,
    /// Examples and defaults.
    pub(in crate::corpus) values: Vec<Value>,
    /// Those that are not tried, and why.
    pub(in crate::corpus) others: Vec<Value>,
    /// Values that were made.
    pub(in crate::corpus) samples: Vec<Value>,
}

impl Program {
    /// The index of a type.
    pub(in crate::corpus) fn index(&mut self, ty: TypeRef) -> usize {
        self.types.iter().position(|known| *known == ty).unwrap_or_else(|| {
            self.types.push(ty);
            self.types.len() - 1
        })
    }

    /// Takes over schemas that have names in `$defs`.
    pub(in crate::corpus) fn define(&mut self, bundle: Value) {
        if let Value::Object(mut bundle) = bundle
            && let Some(Value::Object(definitions)) = bundle.remove("$defs")
        {
            self.definitions.extend(definitions);
        }
    }

    /// Writes the program.
    pub(in crate::corpus) fn write(&self, folder: &Path, package: &str, api: &Api) -> anyhow::Result<()> {
        let library = package.replace('-', "_");
        let (spelled, uses) = emit::spell(api, &analyze(api), &self.types);
        let data = json!({
            "schemas": { "$defs": self.definitions },
            "values": self.values,
            "others": self.others,
            "samples": self.samples,
        });
        write(&folder.join("values.json"), &data.to_string())?;
        write(&folder.join("Cargo.toml"), &manifest(package))?;
        write(&folder.join("src/main.rs"), &main(&library, &spelled, &uses))
    }
}

/// Builds and runs the program of a crate: what it printed, or else what the compiler said.
pub(in crate::corpus) fn run(out: &Path, package: &str) -> anyhow::Result<Result<Value, String>> {
    let output = compiling::cargo(out)
        .args(["run", "--quiet", "-p", &format!("{package}-examples")])
        .output()
        .context("cargo could not be started")?;
    Ok(serde_json::from_slice::<Value>(&output.stdout).map_err(|_| {
        let text = String::from_utf8_lossy(&output.stderr);
        text.lines().take(20).collect::<Vec<_>>().join("\n")
    }))
}

fn manifest(package: &str) -> String {
    let mut text = String::from("[package]\nedition = \"2024\"\npublish = false\n");
    text.push_str(&format!(
        "name = \"{package}-examples\"\n\n[dependencies]\n{package} = {{ path = \"../../crates/{package}\", default-features = false }}\n"
    ));
    text.push_str("serde_json = \"1\"\ntests = { path = \"../../../../tests\" }\n");
    text
}

fn main(library: &str, types: &[String], uses: &str) -> String {
    let uses = uses.replace("use crate::", &format!("use {library}::"));
    let lines: String = types.iter().map(|ty| format!("        tests::examples::through::<{ty}>,\n")).collect();
    format!(
        "//! The values of a description, each through its type and back.\n\n{uses}\nfn main() -> std::process::ExitCode {{\n    \
         tests::examples::run(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/values.json\"), &[\n{lines}    ])\n}}\n"
    )
}
