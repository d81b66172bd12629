//! The documents that the tests give to the generator.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of a file of the repository.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| unreadable(&path, &error))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> String {
    assert!(path.as_os_str().is_empty(), "{}: {error}", path.display());
    String::new()
}

/// All files below a folder of the repository that have this ending, sorted; paths are relative to the repository.
pub(crate) fn files_below(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(root().join(&folder)).expect("the folder can be read");
        for entry in entries {
            let entry = entry.expect("the folder can be read");
            let path = format!("{folder}/{}", entry.file_name().to_str().expect("names are text"));
            let kind = entry.file_type().expect("the kind is known");
            if kind.is_dir() && entry.file_name() != "target" {
                open.push(path);
            } else if kind.is_file() && path.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The names of the documents in `tests/fixtures/<kind>`, without their ending, sorted.
pub(crate) fn fixtures(kind: &str) -> Vec<String> {
    let folder = format!("tests/fixtures/{kind}/");
    let found: Vec<String> = files_below(folder.trim_end_matches('/'), ".yaml")
        .iter()
        .filter_map(|path| path.strip_prefix(&folder)?.strip_suffix(".yaml"))
        // `<name>.overlay.yaml` belongs to a document.
        .filter(|name| !name.contains('.'))
        .map(str::to_owned)
        .collect();
    assert!(!found.is_empty(), "there are documents in {folder}");
    found
}

/// A document with everything else that a run reads.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) config: String,
    /// An overlay, with its name.
    pub(crate) overlay: Option<(String, String)>,
    pub(crate) ext: Vec<(String, String)>,
    pub(crate) examples: Vec<(String, String)>,
    pub(crate) command: String,
}

impl Input {
    /// The description of the repository, as `cargo xtask codegen` reads it.
    pub(crate) fn shipped() -> Self {
        let written = |folder: &str| {
            let files = files_below(folder, ".rs").into_iter().map(|path| {
                let name = path.trim_start_matches(folder).trim_matches('/').trim_end_matches(".rs").to_owned();
                (name, read(path))
            });
            files.collect()
        };
        Self {
            name: "spec/openapi.yaml".to_owned(),
            text: read("spec/openapi.yaml"),
            config: read("spec/codegen.toml"),
            overlay: None,
            ext: written("spec/ext"),
            examples: written("spec/examples"),
            command: "cargo xtask codegen".to_owned(),
        }
    }

    /// A document of `tests/fixtures`, with the configuration beside it. Without one, only the crate's name is set.
    pub(crate) fn fixture(kind: &str, name: &str) -> Self {
        let path = format!("tests/fixtures/{kind}/{name}");
        let config = match root().join(format!("{path}.toml")).exists() {
            true => read(format!("{path}.toml")),
            false => format!("version = 1\n\n[crate]\nname = \"{}\"\n", name.replace('_', "-")),
        };
        let overlay = root().join(format!("{path}.overlay.yaml")).exists();
        let overlay = overlay.then(|| (format!("{name}.overlay.yaml"), read(format!("{path}.overlay.yaml"))));
        let name = format!("{name}.yaml");
        let command = format!("spec2crate generate --spec {name}");
        Self {
            text: read(format!("{path}.yaml")),
            config,
            overlay,
            ext: Vec::new(),
            examples: Vec::new(),
            command,
            name,
        }
    }

    /// What the generator makes of it.
    pub(crate) fn generate(&self) -> Outcome {
        let config = self
            .name
            .rsplit_once('/')
            .map_or_else(|| "codegen.toml".to_owned(), |(folder, _)| format!("{folder}/codegen.toml"));
        let mut loader = MemoryLoader::new().with(&self.name, &self.text).with(&config, &self.config);
        if let Some((name, text)) = &self.overlay {
            loader = loader.with(name, text);
        }
        let request = Request {
            spec: self.name.clone(),
            config: Some(config),
            name: None,
            overlays: self.overlay.iter().map(|(name, _)| name.clone()).collect(),
            keep_going: false,
            out: None,
            ext: self.ext.clone(),
            examples: self.examples.clone(),
            command: self.command.clone(),
        };
        generate(&loader, &request)
    }

    /// The files of the crate, by path. There must be no diagnostic, not even a warning.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let outcome = self.generate();
        let said = outcome.diagnostics.render(&outcome.sources, false);
        assert!(said.is_empty(), "{} has no faults:\n{said}", self.name);
        texts(&outcome)
    }
}

/// The files of a crate, by path.
pub(crate) fn texts(outcome: &Outcome) -> BTreeMap<String, String> {
    let files = outcome.files.as_ref().expect("the document can be read");
    files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}
