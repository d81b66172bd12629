//! How much one edit touches: the construct itself and what names it, and nothing else.
//!
//! The edits are made up (`random`), and the same in every run. What may be touched is read off the models before and after,
//! so that it does not depend on what was printed:
//!
//! - files that name the types and operations that are edited, or a construct that does,
//! - types that began or ceased to be sent or answered, because what is sent has a constructor and setters,
//! - parts of the runtime that are used for the first time, or no more,
//! - the lists of all items, in the lines that name one of these.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;
use spec2crate::analyze::analyze;
use spec2crate::ir::{Api, TypeDef, TypeId};
use spec2crate::source::MemoryLoader;
use spec2crate::{Request, generate};

use super::difference;
use super::random::{Edited, Kind, Numbers, edit};
use crate::documents::{read, root};

/// The description of the repository.
#[test]
fn an_edit_touches_what_it_is_about() {
    let document: Value = serde_yaml::from_str(&read("spec/openapi.yaml")).expect("it is YAML");
    judge(&Original::new(document, read("spec/codegen.toml")), 2);
}

/// The whole of the API of which the repository's description is a part, ten times as large.
#[test]
fn an_edit_of_the_whole_api_touches_what_it_is_about() {
    if let Some(original) = whole_api() {
        judge(&original, 2);
    }
}

/// `cargo test --release -p tests --test generator -- --ignored --nocapture many_edits`
#[test]
#[ignore = "takes minutes, and needs the description beside the repository"]
fn many_edits_of_the_whole_api_touch_what_they_are_about() {
    if let Some(original) = whole_api() {
        judge(&original, 20);
    }
}

fn whole_api() -> Option<Original> {
    let path = root().join("../shared/corpus/x.json");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return None;
    };
    let document = serde_json::from_str(&text).expect("it is JSON");
    Some(Original::new(document, read("tests/corpus/x.toml")))
}

/// A description with its configuration.
struct Original {
    document: Value,
    config: String,
    made: Made,
}

/// What is made of a description.
struct Made {
    files: BTreeMap<String, String>,
    api: Api,
}

impl Original {
    fn new(document: Value, config: String) -> Self {
        let made = make(&document, &config);
        Self { document, config, made }
    }
}

/// Faults that an edit brings about are put up with; what is right is generated.
fn make(document: &Value, config: &str) -> Made {
    let loader = MemoryLoader::new().with("api.json", document.to_string()).with("codegen.toml", config);
    let config = Some("codegen.toml".to_owned());
    let outcome = generate(&loader, &Request { config, keep_going: true, ..Request::new("api.json") });
    let files = outcome.files.as_ref().expect("the description can be read");
    let files = files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    Made { files, api: outcome.api.expect("the description can be read") }
}

/// What one edit touched.
struct Touched {
    kind: Kind,
    files: usize,
    lines: usize,
    /// For people.
    report: String,
    /// Files and lines that have nothing to do with the edit.
    noise: Vec<String>,
}

/// Makes as many edits of each kind, on all cores.
fn touched(original: &Original, each: u64) -> Vec<Touched> {
    let jobs: Vec<(Kind, u64)> = Kind::all().flat_map(|kind| (1..=each).map(move |round| (kind, round))).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let job = next.fetch_add(1, Ordering::Relaxed);
                    let Some((kind, round)) = jobs.get(job) else { return };
                    let start = 1000 * round + u64::try_from(job).expect("there are few");
                    let edited = edit(&original.document, *kind, &mut Numbers::new(start));
                    let touched = compare(original, *kind, &edited);
                    done.lock().expect("no other has failed").insert(job, touched);
                }
            });
        }
    });
    done.into_inner().expect("no other has failed").into_values().collect()
}

fn compare(original: &Original, kind: Kind, edited: &Edited) -> Touched {
    let (before, after) = (&original.made, &make(&edited.document, &original.config));
    let sides = [before, after];
    // What is edited, and the files that name it with what these define.
    let own: BTreeSet<String> = sides.iter().flat_map(|made| named(&made.api, edited)).collect();
    let mut related = own.clone();
    for (path, text) in sides.iter().flat_map(|made| &made.files) {
        if !is_list(path) && words(text).any(|word| own.contains(word)) {
            related.extend(defined(path, text));
        }
    }
    related.extend(turned(&before.api, &after.api));

    let mut noise = Vec::new();
    let mut report = format!("{kind}: {}\n", edited.what);
    let (mut files, mut lines) = (0, 0);
    let paths: BTreeSet<&String> = sides.iter().flat_map(|made| made.files.keys()).collect();
    for path in paths {
        let [old, new] = sides.map(|made| made.files.get(path).map_or("", String::as_str));
        if old == new {
            continue;
        }
        let (added, removed) = difference(old, new);
        files += 1;
        lines += added + removed;
        report.push_str(&format!("    {path}: +{added} -{removed}\n"));
        if tells_of_parts(path) && other_parts(before, after) {
            continue;
        }
        if is_list(path) {
            let (known, wanted): (BTreeSet<&str>, BTreeSet<&str>) = (old.lines().collect(), new.lines().collect());
            let others =
                known.symmetric_difference(&wanted).filter(|line| !words(line).any(|word| related.contains(word)));
            // Lines that hold no name, such as blank ones and ends of a list, come and go with those that do.
            let others = others.filter(|line| words(line).any(|word| word.len() > 3 && word != "self"));
            noise.extend(others.map(|line| format!("{path}: {line}")));
        } else if path.starts_with("src/runtime/")
            || ![old, new].iter().any(|text| words(text).any(|word| related.contains(word)))
        {
            noise.push(path.clone());
        }
    }
    Touched { kind, files, lines, report, noise }
}

/// The lists of what there is: what they name is everything, so their lines are looked at one by one.
fn is_list(path: &str) -> bool {
    matches!(path, "api.txt" | "src/lib.rs" | "src/client.rs" | "src/types/mod.rs" | "src/types/scalars.rs")
}

/// The types and operations that an edit is about: what its schema or operation has become, with all types inside.
fn named(api: &Api, edited: &Edited) -> BTreeSet<String> {
    let inside = |pointer: &str| {
        edited.places.iter().any(|place| {
            pointer.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let mut names = BTreeSet::new();
    for ty in api.types.iter().filter(|ty| inside(&ty.origin.pointer)) {
        names.extend([ty.name.to_string(), ty.home.to_string()]);
    }
    for operation in api.operations.iter().filter(|operation| edited.names.contains(&operation.id)) {
        let group = api.group(operation.group);
        names.extend([operation.name.to_string(), operation.builder.to_string(), operation.home.to_string()]);
        // A group is there for its operations.
        if api.operations.iter().filter(|other| other.group == operation.group).count() == 1 {
            names.extend([group.name.to_string(), group.module.to_string()]);
        }
    }
    names
}

/// What a file defines: its own name, and the names of its types and operations.
fn defined(path: &str, text: &str) -> BTreeSet<String> {
    let file = path.rsplit('/').find(|part| *part != "mod.rs").unwrap_or(path).trim_end_matches(".rs");
    let item = |line: &str| {
        let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
        words(rest).next().map(str::to_owned)
    };
    text.lines().filter_map(item).chain([file.to_owned()]).collect()
}

/// Types that travel in other directions than before, with all that follows from it.
fn turned(before: &Api, after: &Api) -> BTreeSet<String> {
    let [old, new] = [before, after].map(|api| {
        let facts = analyze(api);
        let of = |(index, ty): (usize, &TypeDef)| {
            let (id, usage) = (TypeId(index), facts.usage[index]);
            let answers = (facts.pages.contains_key(&id), facts.envelopes.contains_key(&id));
            (ty.name.to_string(), (usage, facts.validated[index], answers, ty.home.to_string()))
        };
        api.types.iter().enumerate().map(of).collect::<BTreeMap<_, _>>()
    });
    let changed = old.iter().filter(|(name, facts)| new.get(*name).is_some_and(|now| now != *facts));
    changed.flat_map(|(name, (.., home))| [name.clone(), home.clone()]).collect()
}

/// Whether another part of the runtime is used than before, which is copied only where it is.
fn other_parts(before: &Made, after: &Made) -> bool {
    let [old, new] = [before, after].map(|made| made.files.keys().filter(|path| path.starts_with("src/runtime/")));
    !old.eq(new)
}

/// What tells of parts of the runtime, beside the parts themselves.
fn tells_of_parts(path: &str) -> bool {
    path.starts_with("src/runtime/") || matches!(path, "Cargo.toml" | "README.md" | "src/lib.rs")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Prints what each kind of edit touches, and fails if one touches what it is not about.
fn judge(original: &Original, each: u64) {
    let all = touched(original, each);
    println!("{:20} {:>5} {:>15} {:>15}   (files / lines)", "", "edits", "median", "most");
    for kind in Kind::all() {
        let of = |count: fn(&Touched) -> usize| {
            let mut counts: Vec<usize> = all.iter().filter(|touched| touched.kind == kind).map(count).collect();
            counts.sort_unstable();
            (counts[counts.len() / 2], counts[counts.len() - 1])
        };
        let ((files, most_files), (lines, most_lines)) = (of(|touched| touched.files), of(|touched| touched.lines));
        println!(
            "{kind:20} {each:>5} {:>15} {:>15}",
            format!("{files} / {lines}"),
            format!("{most_files} / {most_lines}")
        );
    }
    let all_lines = {
        let mut lines: Vec<usize> = all.iter().map(|touched| touched.lines).collect();
        lines.sort_unstable();
        lines
    };
    println!("all: {} edits, median {} lines, most {}", all.len(), all_lines[all.len() / 2], all_lines[all.len() - 1]);
    let noisy = all.iter().filter(|touched| !touched.noise.is_empty());
    let noisy: Vec<String> = noisy
        .map(|touched| format!("{}  not about it:\n    {}\n", touched.report, touched.noise.join("\n    ")))
        .collect();
    assert!(noisy.is_empty(), "{}", noisy.concat());
    assert!(all.iter().all(|touched| touched.files > 0), "an edit that changes nothing shows nothing");
}
