//! A repository of its own, with what the tasks read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The folder of the repository, which is deleted in the end.
pub(crate) struct Repository {
    folder: TempDir,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be created");
        let repository = Self { folder };
        repository.write("xtask/Cargo.toml", "");
        for file in ["spec/openapi.yaml", "spec/codegen.toml"] {
            repository.write(file, &original(file));
        }
        for folder in ["spec/ext", "spec/examples"] {
            for entry in fs::read_dir(root().join(folder)).expect("the folder can be read") {
                let name = entry.expect("the folder can be read").file_name();
                let file = format!("{folder}/{}", name.to_string_lossy());
                repository.write(&file, &original(&file));
            }
        }
        repository
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("it lies below")).expect("a folder can be created");
        fs::write(path, text).expect("a file can be written");
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("the file can be read")
    }

    /// Runs a task and gives its exit code, what it printed, and what it reported.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .env("CARGO_MANIFEST_DIR", self.path("xtask"))
            .output()
            .expect("the program can be started");
        (status.code(), String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned())
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn original(file: &str) -> String {
    fs::read_to_string(root().join(file)).expect("the file can be read")
}
