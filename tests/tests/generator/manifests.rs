//! The manifests that users build alone say the same as the workspace's tables.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::documents::{Input, read};

/// The manifests that cannot inherit from the workspace.
const SELF_CONTAINED: &[&str] = &["generated/Cargo.toml", "templates/runtime/Cargo.toml"];

fn manifest(path: &str) -> Table {
    let parsed = read(path).parse::<Table>();
    assert!(parsed.is_ok(), "{path}: {:?}", parsed.err());
    parsed.unwrap_or_default()
}

fn workspace() -> Table {
    table(&manifest("Cargo.toml"), &["workspace"])
}

/// A table inside another; an absent one is empty.
fn table(from: &Table, path: &[&str]) -> Table {
    path.iter().fold(from.clone(), |table, key| table.get(*key).and_then(Value::as_table).cloned().unwrap_or_default())
}

/// Every table of dependencies of a manifest: the ordinary ones, those for tests, and those of single targets.
fn dependencies(manifest: &Table) -> Vec<(String, Table)> {
    let mut found = Vec::new();
    let mut add = |of: &Table| {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            found.extend(table(of, &[kind]).into_iter().map(|(name, value)| (name, specification(&value))));
        }
    };
    add(manifest);
    for (_, of) in table(manifest, &["target"]) {
        add(of.as_table().unwrap_or(&Table::new()));
    }
    found
}

/// A dependency in the long form, `name = { version = … }`.
fn specification(value: &Value) -> Table {
    match value {
        Value::String(version) => Table::from_iter([("version".to_owned(), Value::from(version.as_str()))]),
        other => other.as_table().cloned().unwrap_or_default(),
    }
}

fn features(dependency: &Table) -> BTreeSet<String> {
    let list = dependency.get("features").and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn default_features(dependency: &Table) -> bool {
    dependency.get("default-features").and_then(Value::as_bool).unwrap_or(true)
}

#[test]
fn versions_are_those_of_the_workspace() {
    let known: BTreeMap<String, Table> =
        table(&workspace(), &["dependencies"]).into_iter().map(|(name, value)| (name, specification(&value))).collect();
    let mut faults = Vec::new();
    for path in SELF_CONTAINED {
        let dependencies = dependencies(&manifest(path));
        assert!(dependencies.len() >= 8, "{path} has dependencies");
        for (name, found) in dependencies {
            let Some(expected) = known.get(&name) else {
                faults.push(format!("{path}: `{name}` is not in [workspace.dependencies]"));
                continue;
            };
            if found.get("version") != expected.get("version") {
                faults.push(format!(
                    "{path}: `{name}` is {:?}, the workspace has {:?}",
                    found.get("version"),
                    expected.get("version")
                ));
            }
            if default_features(&found) != default_features(expected) {
                faults.push(format!("{path}: `{name}` and the workspace differ in default-features"));
            }
            // A client derives nothing, which is what makes it quick to compile.
            let needless = ["derive".to_owned()].into();
            let missing: Vec<String> = (&(&features(expected) - &features(&found)) - &needless).into_iter().collect();
            if !missing.is_empty() {
                faults.push(format!("{path}: `{name}` has not the features {missing:?} of the workspace"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The two clients are built from the same runtime, so they need the same of everybody else.
#[test]
fn the_runtime_and_the_generated_crate_ask_for_the_same() {
    let of = |path: &str| {
        let manifest = manifest(path);
        let mut dependencies = BTreeMap::new();
        let mut add = |place: &str, of: &Table| {
            for (name, value) in table(of, &["dependencies"]) {
                let found = specification(&value);
                let optional = found.get("optional").and_then(Value::as_bool).unwrap_or(false);
                dependencies.insert(format!("{place}{name}"), (features(&found), default_features(&found), optional));
            }
        };
        add("", &manifest);
        for (target, of) in table(&manifest, &["target"]) {
            add(&format!("{target} "), of.as_table().unwrap_or(&Table::new()));
        }
        (dependencies, table(&manifest, &["features"]))
    };
    let (runtime, generated) = (of(SELF_CONTAINED[1]), of(SELF_CONTAINED[0]));
    assert_eq!(runtime.0, generated.0);
    // The generated crate has the feature that only enums need, and the runtime's own defaults may differ.
    let mut more = generated.1.clone();
    let mut less = runtime.1.clone();
    for features in [&mut more, &mut less] {
        features.remove("exhaustive");
        features.remove("default");
    }
    assert_eq!(less, more);
}

#[test]
fn lints_edition_and_rust_version_are_those_of_the_workspace() {
    let workspace = workspace();
    let package = table(&workspace, &["package"]);
    let lints = table(&workspace, &["lints"]);
    assert!(lints.contains_key("rust") && lints.contains_key("clippy"), "the workspace has lints");
    for path in SELF_CONTAINED {
        let manifest = manifest(path);
        assert_eq!(table(&manifest, &["lints"]), lints, "{path}");
        let own = table(&manifest, &["package"]);
        for key in ["edition", "rust-version", "license"] {
            assert_eq!(own.get(key), package.get(key), "{path}: {key}");
        }
        assert_eq!(own.get("publish"), path.starts_with("templates").then_some(&Value::from(false)), "{path}: publish");
    }
}

#[test]
fn the_other_members_inherit() {
    for path in ["generator/Cargo.toml", "xtask/Cargo.toml", "tests/Cargo.toml"] {
        let manifest = manifest(path);
        let inherits = |table: &Table| table.get("workspace").and_then(Value::as_bool) == Some(true);
        if path == "tests/Cargo.toml" {
            // It cannot inherit, because one of its tests has an allocator of its own.
            let mut lints = table(&workspace(), &["lints"]);
            let rust = lints.get_mut("rust").and_then(Value::as_table_mut).expect("the workspace has lints of rustc");
            assert_eq!(rust.insert("unsafe_code".to_owned(), "deny".into()), Some("forbid".into()));
            assert_eq!(table(&manifest, &["lints"]), lints, "{path}: lints");
        } else {
            assert!(inherits(&table(&manifest, &["lints"])), "{path}: lints");
        }
        for key in ["version", "edition", "rust-version", "license"] {
            assert!(inherits(&table(&manifest, &["package", key])), "{path}: {key}");
        }
        for (name, found) in dependencies(&manifest) {
            assert!(inherits(&found), "{path}: `{name}` takes its version from the workspace");
        }
    }
}

/// A crate for somebody else's API gets the same lints and the same versions.
#[test]
fn every_generated_manifest_has_the_lints_of_the_workspace() {
    let manifest: Table = Input::fixture("accept", "docs").files()["Cargo.toml"].parse().expect("a manifest is TOML");
    assert_eq!(table(&manifest, &["lints"]), table(&workspace(), &["lints"]));
    let known = table(&self::manifest(SELF_CONTAINED[0]), &["dependencies"]);
    let found = table(&manifest, &["dependencies"]);
    assert!(found.len() >= 8, "it has dependencies");
    for (name, dependency) in found {
        assert_eq!(Some(&dependency), known.get(&name), "{name}");
    }
}
