//! Reads real descriptions node by node. They lie beside the project and not in it, so the tests are run by hand:
//! `cargo test --release -p spec2crate --test front_corpus -- --ignored --nocapture`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use spec2crate::diag::{Diagnostics, Locate, Origin, Place, Severity};
use spec2crate::document::{Additional, Document, MediaNode};
use spec2crate::source::Sources;

/// The names of all documents and the folder that holds them, or `None` where it is absent.
fn corpus() -> Option<(PathBuf, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(index) = fs::read_to_string(folder.join("INDEX.tsv")) else {
        eprintln!("skipped: there is no {}", folder.display());
        return None;
    };
    let names = index.lines().skip(1).filter_map(|line| line.split('\t').next()).map(str::to_owned).collect();
    Some((folder, names))
}

#[derive(Default)]
struct Walk {
    schemas: BTreeSet<Origin>,
    open: Vec<Origin>,
    operations: usize,
}

impl Walk {
    fn document(&mut self, document: &Document<'_>, diags: &mut Diagnostics) {
        for (_, origin) in document.component_schemas() {
            self.open.push(origin.clone());
        }
        for item in document.paths() {
            for (_, origin) in &item.operations {
                self.operation(document, origin, diags);
            }
        }
        while let Some(origin) = self.open.pop() {
            self.schema(document, &origin, diags);
        }
    }

    fn operation(&mut self, document: &Document<'_>, origin: &Origin, diags: &mut Diagnostics) {
        let Some(operation) = document.operation(origin, diags) else { return };
        self.operations += 1;
        for parameter in operation.parameters.iter().filter_map(|origin| document.parameter(origin, diags)) {
            self.open.extend(parameter.schema);
            self.open.extend(parameter.content.and_then(|(_, schema)| schema));
        }
        if let Some(body) = operation.body.and_then(|origin| document.body(&origin, diags)) {
            self.media(body.content);
        }
        for (_, origin) in operation.responses {
            let Some(response) = document.response(&origin, diags) else { continue };
            self.media(response.content);
            for (_, origin) in response.headers {
                self.open.extend(document.header(&origin, diags).and_then(|header| header.schema));
            }
        }
    }

    fn media(&mut self, content: Vec<MediaNode>) {
        for media in content {
            self.open.extend(media.schema);
            self.open.extend(media.item_schema);
        }
    }

    fn schema(&mut self, document: &Document<'_>, origin: &Origin, diags: &mut Diagnostics) {
        let Some(resolved) = document.resolve(origin, diags) else { return };
        if !self.schemas.insert(resolved.origin.clone()) {
            return;
        }
        let Some(schema) = document.schema(&resolved.origin, diags) else { return };
        let named = schema.properties.into_iter().chain(schema.pattern_properties).map(|(_, origin)| origin);
        self.open.extend(named);
        self.open.extend(schema.items);
        self.open.extend(schema.not);
        self.open.extend(schema.property_names);
        self.open
            .extend(schema.prefix_items.into_iter().chain(schema.all_of).chain(schema.one_of).chain(schema.any_of));
        if let Additional::Schema(origin) = schema.additional {
            self.open.push(origin);
        }
        if let Some(discriminator) = schema.discriminator {
            for (_, target) in discriminator.mapping {
                document.mapping_target(&target, &discriminator.origin, diags);
            }
        }
    }
}

#[test]
#[ignore = "reads documents that are not part of the project"]
fn every_document_is_read_node_by_node() {
    let Some((folder, names)) = corpus() else { return };
    let details = std::env::var("DETAILS").unwrap_or_default();
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    println!(
        "{:45} {:>6} {:>6} {:>8} {:>8} {:>8} {:>6} {:>6}",
        "document", "ops", "nodes", "text ms", "walk ms", "print ms", "errors", "warn"
    );
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).expect("the index names files that exist");
        let mut diags = Diagnostics::new();
        let mut sources = Sources::new();
        let start = Instant::now();
        let file = sources.add(&name, text, &mut diags);
        let parsed = start.elapsed();
        let mut walk = Walk::default();
        if let Some(document) = file.and_then(|file| Document::read(&sources, file, &[], &mut diags)) {
            walk.document(&document, &mut diags);
        }
        let walked = start.elapsed() - parsed;
        let start = Instant::now();
        let sorted = diags.sorted(&sources);
        let lost =
            sorted.iter().filter(|one| one.position.is_none() && sources.locate(&one.origin, one.on).is_none()).count();
        let printed = start.elapsed();
        println!(
            "{name:45} {:>6} {:>6} {:>8.1} {:>8.1} {:>8.1} {:>6} {:>6}{}",
            walk.operations,
            walk.schemas.len(),
            millis(parsed),
            millis(walked),
            millis(printed),
            diags.count(Severity::Error),
            diags.count(Severity::Warning),
            if lost > 0 { format!("  {lost} without a place") } else { String::new() },
        );
        for one in diags.iter() {
            *codes.entry(format!("{} {} {}", one.code, one.severity, one.code.title())).or_default() += 1;
        }
        if !details.is_empty() && name.contains(&details) {
            println!("{}", diags.render(&sources, false));
        }
        assert!(
            walk.operations > 0 || name.contains("webhook") || name.starts_with("multi_"),
            "{name}: no operation was read"
        );
    }
    for (code, count) in codes {
        println!("{count:>6} {code}");
    }
}

#[test]
#[ignore = "reads documents that are not part of the project"]
fn places_agree_with_the_tree() {
    let Some((folder, names)) = corpus() else { return };
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).expect("the index names files that exist");
        let mut diags = Diagnostics::new();
        let mut sources = Sources::new();
        let Some(file) = sources.add(&name, text, &mut diags) else { continue };
        let mut count = 0_usize;
        let mut misses = Vec::new();
        let mut open = vec![(Origin::root(file), None::<String>)];
        while let Some((origin, key)) = open.pop() {
            let value = sources.value(&origin).expect("the walk follows the tree");
            match value {
                serde_json::Value::Object(map) => {
                    open.extend(map.keys().map(|key| (origin.child(key), Some(key.clone()))))
                }
                serde_json::Value::Array(list) => open.extend((0..list.len()).map(|index| (origin.index(index), None))),
                _ => {}
            }
            // A sample: every node would take minutes in the largest documents.
            count += 1;
            if !count.is_multiple_of(37) {
                continue;
            }
            let text = sources.contents(file).unwrap_or_default();
            let at = |place| sources.locate(&origin, place).and_then(|span| text.get(span));
            let key_agrees = match &key {
                Some(key) => at(Place::Key)
                    .is_some_and(|found| found.contains(key.as_str()) || found.contains('\\') || found.contains("''")),
                None => true,
            };
            let value_agrees = match value {
                serde_json::Value::String(text) if text.len() < 30 && text.chars().all(char::is_alphanumeric) => {
                    at(Place::Value)
                        .is_some_and(|found| found.contains(text.as_str()) || found.starts_with(['|', '>', '*']))
                }
                _ => at(Place::Value).is_some(),
            };
            if !key_agrees || !value_agrees {
                misses.push(format!("{origin}: key {:?}, value {:?}", at(Place::Key), at(Place::Value)));
            }
        }
        println!("{name:45} {count:>8} nodes, {} misses {:?}", misses.len(), misses.iter().take(3).collect::<Vec<_>>());
        assert!(misses.is_empty(), "{name}");
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
