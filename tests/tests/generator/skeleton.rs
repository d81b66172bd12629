//! The pipeline on descriptions of real size, which lie beside the repository and not in it. The long test is run by hand:
//! `cargo test --release -p tests --test generator -- --ignored --nocapture skeleton`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Instant;

use spec2crate::diag::{Code, Severity};
use spec2crate::ir::{Api, Shape, TypeRef};
use spec2crate::source::MemoryLoader;
use spec2crate::{Outcome, Request, generate};

use crate::documents::root;

#[test]
#[ignore = "needs the descriptions beside the repository, and a minute"]
fn descriptions_of_real_size_become_crates() {
    let folder = root().join("../shared/corpus");
    if !folder.exists() {
        println!("skipped: there is no {}", folder.display());
        return;
    }
    for (name, operations, types) in [("x.json", 150, 400), ("github_api.json", 1000, 2500)] {
        let text = fs::read_to_string(folder.join(name)).expect("the description can be read");
        let start = Instant::now();
        let outcome = generate(&MemoryLoader::new().with(name, text), &Request::new(name));
        let elapsed = start.elapsed();
        println!("{name}: {:.1} s", elapsed.as_secs_f32());
        report(&outcome);
        let api = outcome.api.as_ref().expect("the description can be read");
        assert!(api.operations.len() >= operations, "{} operations of {name}", api.operations.len());
        assert!(api.types.len() >= types, "{} types of {name}", api.types.len());
        check_names(api);
        check_references(api);

        let files = outcome.files.as_ref().expect("there are files");
        let (mut rust, mut lines, mut longest) = (0, 0, (0, ""));
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let parsed = syn::parse_file(text);
            assert!(parsed.is_ok(), "{name}: {path}: {:?}", parsed.err());
            rust += 1;
            lines += text.lines().count();
            longest = longest.max((text.lines().count(), path));
        }
        println!("  {rust} files of Rust, {lines} lines, the longest is {} with {} lines", longest.1, longest.0);
        let public = files.get("api.txt").map_or(0, |text| text.lines().count());
        println!("  {public} public items");
        assert!(public > 1000, "the list of public items is there");
    }
}

/// The description of the whole API of which `spec/openapi.yaml` has a part. What it cannot say stands in tests/corpus.
#[test]
fn nothing_of_the_whole_api_is_left_out_and_its_streams_are_streams() {
    let path = root().join("../shared/corpus/x.json");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return;
    };
    let config = fs::read_to_string(root().join("tests/corpus/x.toml")).expect("the configuration is there");
    let tree: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let items = tree["paths"].as_object().into_iter().flatten().flat_map(|(_, item)| item.as_object()).flatten();
    let marked: BTreeSet<&str> = items
        .filter(|(_, operation)| operation["x-twitter-streaming"] == true)
        .filter_map(|(_, operation)| operation["operationId"].as_str())
        .collect();
    assert!(marked.len() >= 10, "{marked:?}");

    let loader = MemoryLoader::new().with("x.json", text.clone()).with("x.toml", config);
    let outcome = generate(&loader, &Request { config: Some("x.toml".to_owned()), ..Request::new("x.json") });
    let less: Vec<&str> = outcome
        .diagnostics
        .iter()
        .filter(|found| matches!(found.code, Code::Skipped | Code::Unsupported | Code::Reduced))
        .map(|found| found.message.as_str())
        .collect();
    assert!(outcome.is_complete() && less.is_empty(), "{less:?}");
    let api = outcome.api.as_ref().expect("the description can be read");
    assert_eq!(api.operations.len(), 171);
    let streams: BTreeSet<&str> = api
        .operations
        .iter()
        .filter(|operation| operation.stream.is_some())
        .map(|operation| operation.id.as_str())
        .collect();
    assert_eq!(streams, marked);
}

fn report(outcome: &Outcome) {
    let diagnostics = &outcome.diagnostics;
    println!("  {} errors, {} warnings", diagnostics.count(Severity::Error), diagnostics.count(Severity::Warning));
    let mut by_code: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for found in diagnostics.iter() {
        let entry = by_code.entry(format!("{} {} {}", found.severity, found.code, found.code.title())).or_default();
        entry.0 += 1;
        if entry.1.is_empty() {
            entry.1.clone_from(&found.message);
        }
    }
    for (code, (count, example)) in by_code {
        println!("    {count:5} {code}: {example}");
    }
    if let Some(api) = &outcome.api {
        let of = |shape: fn(&Shape) -> bool| api.types.iter().filter(|ty| shape(&ty.shape)).count();
        println!(
            "  {} operations in {} groups, {} types ({} structs, {} enums, {} unions, {} newtypes), {} schemes",
            api.operations.len(),
            api.groups.len(),
            api.types.len(),
            of(|shape| matches!(shape, Shape::Struct(_))),
            of(|shape| matches!(shape, Shape::Enum(_))),
            of(|shape| matches!(shape, Shape::Union(_))),
            of(|shape| matches!(shape, Shape::Newtype(_))),
            api.schemes.len(),
        );
        let parameters: usize = api.operations.iter().map(|operation| operation.params.len()).sum();
        let bodies = api.operations.iter().filter(|operation| operation.body.is_some()).count();
        println!("  {parameters} parameters, {bodies} bodies");
    }
}

/// Every type has a name of its own, and so has every operation of a group.
fn check_names(api: &Api) {
    let types: BTreeSet<&str> = api.types.iter().map(|ty| ty.name.as_str()).collect();
    assert_eq!(types.len(), api.types.len(), "types have different names");
    for (index, group) in api.groups.iter().enumerate() {
        let members: Vec<_> = api.operations.iter().filter(|operation| operation.group.0 == index).collect();
        let methods: BTreeSet<&str> = members.iter().map(|operation| operation.name.as_str()).collect();
        let builders: BTreeSet<&str> = members.iter().map(|operation| operation.builder.as_str()).collect();
        let homes: BTreeSet<&str> = members.iter().map(|operation| operation.home.bare()).collect();
        assert!(methods.len() == members.len() && builders.len() == members.len(), "{}", group.tag);
        assert_eq!(homes.len(), members.len(), "{}", group.tag);
    }
}

/// Every type that is named is there.
fn check_references(api: &Api) {
    let mut open: Vec<&TypeRef> = Vec::new();
    for ty in &api.types {
        match &ty.shape {
            Shape::Struct(object) => open.extend(object.fields.iter().map(|field| &field.ty)),
            Shape::Union(union) => open.extend(union.arms.iter().map(|arm| &arm.ty)),
            Shape::Newtype(newtype) => open.push(&newtype.inner),
            Shape::Enum(_) => {}
        }
    }
    for operation in &api.operations {
        open.extend(operation.params.iter().map(|param| &param.ty));
    }
    while let Some(ty) = open.pop() {
        match ty {
            TypeRef::Named(id) => assert!(id.0 < api.types.len()),
            TypeRef::List(elem) | TypeRef::Map(elem) => open.push(&elem.ty),
            TypeRef::Tuple(elems) => open.extend(elems.iter().map(|elem| &elem.ty)),
            _ => {}
        }
    }
}
