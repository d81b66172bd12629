//! Whether what a generator writes compiles. To know that takes minutes, so it is remembered for the very same files.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::cost::TimeOver;
use crate::workspace::write;

/// What is known of crates, by their content and by the compiler: nothing is wrong with them, or what is.
#[derive(Debug)]
pub(super) struct Verdicts {
    file: PathBuf,
    compiler: String,
    known: BTreeMap<String, Option<String>>,
}

impl Verdicts {
    /// Reads what was found out before. What cannot be read is found out again.
    pub(super) fn read(file: PathBuf, compiler: &str) -> Self {
        let text = fs::read_to_string(&file).unwrap_or_default();
        Self { file, compiler: compiler.to_owned(), known: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// Whether a crate compiles, as `compile` says, which is asked once for what is the same.
    pub(super) fn of(
        &mut self,
        folder: &Path,
        compile: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<Result<(), String>> {
        let key = format!("{:016x} {}", content(folder)?, self.compiler);
        if let Some(fault) = self.known.get(&key) {
            return Ok(fault.clone().map_or(Ok(()), Err));
        }
        let outcome = compile();
        // With more time, or on a machine that has less to do, it may compile.
        let lasting = outcome.as_ref().err().is_none_or(|error| !error.is::<TimeOver>());
        let fault = outcome.err().map(|error| format!("{error:#}"));
        if lasting {
            self.known.insert(key, fault.clone());
            write(&self.file, &serde_json::to_string_pretty(&self.known)?)?;
        }
        Ok(fault.map_or(Ok(()), Err))
    }
}

/// A number that differs where a file of a folder does.
fn content(folder: &Path) -> anyhow::Result<u64> {
    let mut hasher = DefaultHasher::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        let failure = || format!("{} cannot be read", path.display());
        if path.is_dir() {
            let entries = fs::read_dir(&path).with_context(failure)?;
            let mut inside = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
            inside.sort();
            left.extend(inside);
        } else {
            let text = fs::read(&path).with_context(failure)?;
            hasher.write(path.strip_prefix(folder).unwrap_or(&path).as_os_str().as_encoded_bytes());
            hasher.write_usize(text.len());
            hasher.write(&text);
        }
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_same_files_are_compiled_once() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let (notes, made) = (folder.path().join("notes.json"), folder.path().join("crate"));
        write(&made.join("src/lib.rs"), "wrong")?;
        let mut verdicts = Verdicts::read(notes.clone(), "rustc 1");
        assert_eq!(verdicts.of(&made, || Err(anyhow!("it is wrong")))?, Err("it is wrong".to_owned()));
        let mut verdicts = Verdicts::read(notes.clone(), "rustc 1");
        assert_eq!(verdicts.of(&made, || Ok(()))?, Err("it is wrong".to_owned()));
        assert_eq!(Verdicts::read(notes, "rustc 2").of(&made, || Ok(()))?, Ok(()));
        write(&made.join("src/lib.rs"), "right")?;
        assert_eq!(verdicts.of(&made, || Ok(()))?, Ok(()));
        Ok(())
    }
}
