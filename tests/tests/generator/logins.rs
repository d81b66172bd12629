//! What a crate has of OAuth and webhooks follows from the security schemes of its description.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::compile::Yard;
use crate::documents::Input;

/// Files and dependencies that only logins, signatures or webhooks need.
const FILES: &[&str] = &["oauth", "random", "token", "flight", "renewal", "file_store", "credentials", "webhook"];
const DEPENDENCIES: &[&str] = &["getrandom", "hmac", "sha1", "sha2"];

fn manifest(files: &BTreeMap<String, String>) -> Table {
    files["Cargo.toml"].parse().expect("a manifest is TOML")
}

fn features(files: &BTreeMap<String, String>) -> Vec<String> {
    let table = manifest(files)["features"].as_table().cloned().unwrap_or_default();
    table.keys().filter(|name| ["oauth1", "oauth2", "webhook"].contains(&name.as_str())).cloned().collect()
}

/// All optional dependencies, wherever they are declared.
fn optional(files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let manifest = manifest(files);
    let mut tables = vec![manifest["dependencies"].clone()];
    for of in manifest["target"].as_table().into_iter().flat_map(Table::values) {
        tables.push(of["dependencies"].clone());
    }
    let names = tables.iter().filter_map(Value::as_table).flat_map(Table::keys).cloned();
    names.filter(|name| DEPENDENCIES.contains(&name.as_str())).collect()
}

/// The document with one key, with another scheme in the key's place.
fn with_scheme(name: &str, scheme: &str) -> BTreeMap<String, String> {
    let mut input = Input::fixture("accept", "api_key");
    let key = "{type: apiKey, in: header, name: X-Key, description: The key of an account.}";
    assert!(input.text.contains(key), "the document has a key");
    input.text = input.text.replace(key, scheme);
    input.config = input.config.replace("api-key", name);
    input.files()
}

const OAUTH1: &str = "{type: http, scheme: OAuth}";
const OAUTH2: &str = "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example', scopes: {all: All.}}}}";

#[test]
fn a_key_brings_nothing_of_a_login() {
    let files = Input::fixture("accept", "api_key").files();
    let found: Vec<&String> = files.keys().filter(|path| FILES.iter().any(|part| path.contains(part))).collect();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!((features(&files), optional(&files)), (Vec::new(), BTreeSet::new()));
    assert_eq!(manifest(&files)["features"]["default"], Value::from(vec!["reqwest013", "rustls"]));
    for path in ["README.md", "src/lib.rs", "src/client.rs", "src/runtime/mod.rs"] {
        for word in ["oauth", "OAuth", "webhook"] {
            assert!(!files[path].contains(word), "{path} has the word {word}");
        }
    }
}

#[test]
fn a_scheme_brings_its_protocol_and_no_other() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    let signed = with_scheme("signed", OAUTH1);
    assert_eq!(
        (features(&signed), optional(&signed)),
        (vec!["oauth1".to_owned()], set(&["getrandom", "hmac", "sha1"]))
    );
    assert!(signed.contains_key("src/runtime/oauth1.rs") && !signed.contains_key("src/runtime/oauth2.rs"));
    assert!(!signed.contains_key("src/oauth1_login.rs"), "nobody said where users log in");
    let granted = with_scheme("granted", OAUTH2);
    assert_eq!((features(&granted), optional(&granted)), (vec!["oauth2".to_owned()], set(&["getrandom", "sha2"])));
    assert!(granted.contains_key("src/runtime/oauth2.rs") && !granted.contains_key("src/runtime/oauth1.rs"));
    let default = &manifest(&granted)["features"]["default"];
    assert_eq!(*default, Value::from(vec!["oauth2", "reqwest013", "rustls"]));
    assert!(granted["README.md"].contains("| `oauth2` |") && !granted["README.md"].contains("| `oauth1` |"));
}

#[test]
fn webhooks_are_checked_where_the_configuration_asks_for_it() {
    let mut input = Input::fixture("accept", "api_key");
    input.config = input.config.replace("[crate]\n", "[crate]\nwebhook = true\n");
    let files = input.files();
    assert_eq!(features(&files), ["webhook"]);
    assert!(files.contains_key("src/runtime/webhook.rs") && files["README.md"].contains("| `webhook` |"));
}

/// The transport over reqwest is left out: it takes a minute to build, and no login depends on it.
#[test]
fn crates_with_some_of_the_protocols_compile_without_a_warning() {
    let crates: BTreeMap<String, BTreeMap<String, String>> = [
        ("api-key", Input::fixture("accept", "api_key").files()),
        ("login", Input::fixture("accept", "login").files()),
        ("signed", with_scheme("signed", OAUTH1)),
        ("granted", with_scheme("granted", OAUTH2)),
    ]
    .map(|(name, files)| (name.to_owned(), files))
    .into();
    let yard = Yard::open("logins", &crates);
    for (name, files) in &crates {
        let mut features = features(files);
        features.push("exhaustive".to_owned());
        for features in [features.join(","), "exhaustive".to_owned()] {
            yard.run(&["clippy", "-p", name, "--no-default-features", "--features", &features, "--", "-D", "warnings"]);
        }
    }
}
