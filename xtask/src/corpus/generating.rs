//! From descriptions to the files of crates.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;
use spec2crate::diag::{Code, Severity};
use spec2crate::sync::{self, DiskLoader};
use spec2crate::{Request, generate};

use super::examples::program::Program;
use super::report::progress;
use super::{Found, Steps, examples, positions, samples};

/// The paths of the descriptions below a folder. Of a subfolder it is those that say which version they follow.
pub(super) fn descriptions(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).with_context(|| format!("{} cannot be read", here.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ["json", "yaml", "yml"].iter().any(|known| ending == *known))
            {
                let text = fs::read_to_string(&path).unwrap_or_default();
                if text.lines().any(|line| line.trim_start().trim_matches('"').starts_with("openapi")) || here == folder
                {
                    found.push(path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/"));
                }
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Generates every crate, several at a time.
///
/// Where the steps say so, the programs that take examples and samples of the descriptions through their types are written
/// too.
pub(super) fn generate_all(folder: &Path, out: &Path, names: &[String], steps: Steps) -> anyhow::Result<Vec<Found>> {
    let next = AtomicUsize::new(0);
    let found: Mutex<Vec<Found>> = Mutex::default();
    let failed: Mutex<Option<anyhow::Error>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            // The generator walks deep documents, so it gets the stack of a main thread.
            let work = || {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match one(folder, out, name, steps) {
                        Ok(one) => lock(&found).push(one),
                        Err(error) => *lock(&failed) = Some(error.context(name.clone())),
                    }
                    progress("generated", lock(&found).len(), names.len(), name);
                }
            };
            let spawned = std::thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, work);
            if let Err(error) = spawned {
                *lock(&failed) = Some(error.into());
            }
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_default() {
        return Err(error);
    }
    let mut found = found.into_inner().unwrap_or_default();
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

fn one(folder: &Path, out: &Path, name: &str, steps: Steps) -> anyhow::Result<Found> {
    let mut request = Request::new(name);
    request.name = Some(package(name));
    request.config = configuration(name);
    let start = Instant::now();
    let outcome = generate(&DiskLoader::new(folder), &request);
    let milliseconds = start.elapsed().as_millis();
    let count = |code| outcome.diagnostics.iter().filter(|found| found.code == code).count();
    let mut found = Found {
        name: name.to_owned(),
        errors: outcome.diagnostics.count(Severity::Error),
        warnings: outcome.diagnostics.count(Severity::Warning),
        skipped: count(Code::Skipped),
        reduced: count(Code::Reduced) + count(Code::Unsupported),
        milliseconds,
        ..Found::default()
    };
    for diagnostic in outcome.diagnostics.iter() {
        *found.codes.entry(diagnostic.code.as_str()).or_default() += 1;
        let blames = diagnostic.code.blames() || matches!(diagnostic.code, Code::Reread | Code::Assumed);
        if blames || diagnostic.severity == Severity::Error {
            let origin = &diagnostic.origin;
            let file = outcome.sources.name(origin.file).unwrap_or_default();
            let beside = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let file =
                if file == name { "" } else { file.strip_prefix(beside).unwrap_or(file).trim_start_matches('/') };
            found.faults.push((diagnostic.code.as_str(), format!("{file}{origin}")));
        }
    }
    if let Some(api) = &outcome.api {
        found.operations = api.operations.len();
        found.positions = positions::count(&outcome, name);
    }
    if let Some(files) = &outcome.files {
        found.generated = true;
        found.files = files.iter().count();
        found.lines = files.iter().map(|(_, text)| text.lines().count()).sum();
        sync::apply(files, &out.join("crates").join(package(name)))?;
        if (steps.examples || steps.samples)
            && steps.takes(name)
            && let Some(api) = &outcome.api
        {
            let mut program = Program::default();
            if steps.examples {
                found.examples = Some(examples::prepare(&mut program, name, &outcome)?);
            }
            if steps.samples {
                found.samples = Some(samples::prepare(&mut program, folder, name, &outcome)?);
            }
            program.write(&out.join("examples").join(package(name)), &package(name), api)?;
        }
        if let Some(api) = outcome.api.as_ref().filter(|_| steps.calls) {
            found.planned = super::calls::prepare(folder, &out.join("crates"), name, api)?;
        }
    }
    Ok(found)
}

/// What a description cannot say about itself, where tests/corpus has that: by the name of its file.
fn configuration(name: &str) -> Option<String> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace('/', "-");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("tests/corpus").join(format!("{stem}.toml"));
    path.is_file().then(|| path.to_string_lossy().into_owned())
}

/// The longest name of a crate (crates.io).
const LONGEST: usize = 64;

/// The name of the crate for a description: its path with what no name can hold left out.
pub(super) fn package(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words: Vec<String> = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let mut package = format!("corpus-{}", words.join("-"));
    if package.len() > LONGEST {
        // The whole name tells it apart from others that begin like it (FNV-1a).
        let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let sum = stem.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        package.truncate(LONGEST - 17);
        package = format!("{}-{sum:016x}", package.trim_end_matches('-'));
    }
    package
}

/// Two descriptions whose crates would have one name, as with two notations of one description.
pub(super) fn twins(names: &[String]) -> Option<(&str, &str)> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    names.iter().find_map(|name| Some((known.insert(package(name), name)?, name.as_str())))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_a_name_that_a_crate_can_have() {
        assert_eq!(package("x.json"), "corpus-x");
        assert_eq!(package("multi_a/b__c.d-.yaml"), "corpus-multi-a-b-c-d");
        let long = |end: &str| package(&format!("{}{end}.yaml", "a_b".repeat(40)));
        assert_eq!(long("").len(), LONGEST);
        assert!(long("c") != long("d") && long("c").len() <= LONGEST);
        let names = ["a.json", "b.yaml", "a.yaml"].map(str::to_owned);
        assert_eq!(twins(&names), Some(("a.json", "a.yaml")));
        assert_eq!(twins(&names[..2]), None);
    }
}
