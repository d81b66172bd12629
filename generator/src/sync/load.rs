//! Reading what a crate is generated from.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::SyncError;
use crate::source::{LoadError, Loader};

/// Reads files below a folder. The network is never asked.
#[derive(Clone, Debug)]
pub struct DiskLoader {
    root: PathBuf,
}

impl DiskLoader {
    /// A loader whose paths are relative to `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Loader for DiskLoader {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        if path.contains("://") {
            return Err(LoadError::new("only files are read; save the document beside this one and refer to that"));
        }
        let bytes = fs::read(self.root.join(path)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => LoadError::new("no such file"),
            ErrorKind::PermissionDenied => LoadError::new("permission denied"),
            ErrorKind::IsADirectory => LoadError::new("it is a folder"),
            _ => LoadError::new(error.to_string()),
        })?;
        text(bytes)
    }
}

/// The text of a file: UTF-8, or UTF-16 where a byte order mark says so (YAML 1.2, section 5.2).
fn text(bytes: Vec<u8>) -> Result<String, LoadError> {
    let units = |word: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| word([pair[0], pair[1]])).collect();
        match bytes.len() % 2 {
            0 => String::from_utf16(&units).map_err(|_| LoadError::new("it is not UTF-16, as it begins to be")),
            _ => Err(LoadError::new("it is not UTF-16, as it begins to be")),
        }
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        _ => String::from_utf8(bytes)
            .map_err(|error| LoadError::new(format!("byte {} is not UTF-8", error.utf8_error().valid_up_to() + 1))),
    }
}

/// The Rust files directly in a folder as pairs of module name and text, sorted by name. A folder that is not there
/// gives none. Line ends become `\n`.
///
/// # Errors
///
/// The folder or a file cannot be read, or is not UTF-8.
pub fn modules(folder: &Path) -> Result<Vec<(String, String)>, SyncError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(SyncError::io("read", folder)(error)),
    };
    let mut modules = Vec::new();
    for entry in entries {
        let path = entry.map_err(SyncError::io("read", folder))?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
        if let (Some(name), true) = (name, path.extension().is_some_and(|ending| ending == "rs")) {
            let text = fs::read_to_string(&path).map_err(SyncError::io("read", &path))?;
            modules.push((name, text.replace("\r\n", "\n")));
        }
    }
    modules.sort();
    Ok(modules)
}
