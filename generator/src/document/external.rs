//! References into other files: loading what they name, and finding a loaded file again.

use std::collections::VecDeque;

use serde_json::Value;

use super::anchors::Anchors;
use super::reference::percent_decode;
use crate::diag::{Code, Diagnostics, FileId, Origin, escape_segment};
use crate::source::{LoadError, Loader, Sources};

/// Members whose values are data and no part of the description, whatever they look like.
const DATA: &[&str] = &["const", "dataValue", "default", "enum", "example", "examples", "value"];

/// Where the documents of other hosts lie: the beginning of their addresses, and the folder or file that stands for it.
pub type Mirror<'m> = &'m [(String, String)];

/// Loads every file that a document refers to, and every file that those refer to.
pub fn load(sources: &mut Sources, loader: &dyn Loader, root: FileId, mirror: Mirror<'_>, diags: &mut Diagnostics) {
    let mut open = VecDeque::from([root]);
    // An address may be the `$id` of a schema in a file that is yet to be loaded.
    let mut failed: Vec<(Origin, String, String, Option<LoadError>)> = Vec::new();
    while let Some(file) = open.pop_front() {
        let mut wanted = Vec::new();
        if let Some(tree) = sources.tree(file) {
            collect(tree, &mut Origin::root(file), &mut wanted);
        }
        for (at, text) in wanted {
            let name = sources.name(file).unwrap_or_default();
            match locate(&text, name, mirror) {
                Target::Here => {}
                Target::Remote => failed.push((at, text, String::new(), None)),
                Target::File(name) if sources.find(&name).is_some() => {}
                Target::File(name) => match loader.load(&name) {
                    Ok(text) => open.extend(sources.add(&name, text, diags)),
                    Err(error) => failed.push((at, text, name, Some(error))),
                },
            }
        }
    }
    if failed.is_empty() {
        return;
    }
    let anchors = Anchors::read(sources);
    for (at, text, name, error) in failed {
        if anchors.id(text.split('#').next().unwrap_or_default()).is_some() {
            continue;
        }
        match error {
            None => {
                let message = format!("references to other hosts are not followed: `{text}`");
                diags.add(Code::ExternalReference, &at, message).help(
                    "save the document beside this one, and say in [remote] of the configuration which folder \
                     stands for the beginning of its address",
                );
            }
            Some(error) => {
                let message = format!("`{text}` points into a file that cannot be read: {error}");
                diags.add(Code::DanglingReference, &at, message).help(format!("the file is `{name}`"));
            }
        }
    }
}

/// What the part of a reference before `#` means.
pub(super) enum Target {
    /// The file that it stands in.
    Here,
    /// Another file, by its name.
    File(String),
    /// A document on a host that no folder stands for.
    Remote,
}

/// The file that a reference in the file `base` names (RFC 3986, section 5.2, for paths).
pub(super) fn locate(text: &str, base: &str, mirror: Mirror<'_>) -> Target {
    let (path, _) = text.split_once('#').unwrap_or((text, ""));
    if path.is_empty() {
        return Target::Here;
    }
    let near = mirror.iter().filter(|(address, _)| path.starts_with(address.as_str()));
    let name = match near.max_by_key(|(address, _)| address.len()) {
        // A whole address stands for a whole name, which is that of a file that was loaded.
        Some((address, name)) if address.len() == path.len() => name.clone(),
        Some((address, folder)) => joined("", &format!("{folder}{}", percent_decode(&path[address.len()..]))),
        None if is_remote(path) => return Target::Remote,
        None => joined(base, &percent_decode(path)),
    };
    if name == base { Target::Here } else { Target::File(name) }
}

/// Whether an address has a scheme, as in `https://…` (RFC 3986, section 3.1). One letter is a drive of Windows.
fn is_remote(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    }) || path.starts_with("//")
}

/// A path relative to the folder of `base`, without `.` and `..` where they can be resolved.
fn joined(base: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { base.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let rooted = path.starts_with('/') || folder.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{}{}", if rooted { "/" } else { "" }, parts.join("/"))
}

/// The texts of all references in a tree that name a file, each with its place. `at` is the place of the node, and is so
/// again at the end.
fn collect(node: &Value, at: &mut Origin, found: &mut Vec<(Origin, String)>) {
    match node {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "$ref" && !text.starts_with('#') => {
                        found.push((at.child(key), text.clone()));
                    }
                    Value::Object(mapping) if key == "mapping" && map.contains_key("propertyName") => {
                        let at = at.child(key);
                        let targets = mapping.iter().filter_map(|(value, target)| Some((value, target.as_str()?)));
                        let files = targets.filter(|(_, text)| !text.starts_with('#') && is_path(text));
                        found.extend(files.map(|(value, text)| (at.child(value), text.to_owned())));
                    }
                    Value::Array(alternatives) if key == "security" => {
                        let at = at.child(key);
                        for (index, needs) in alternatives.iter().enumerate() {
                            let schemes = needs.as_object().into_iter().flatten().map(|(scheme, _)| scheme);
                            let files = schemes.filter(|text| !text.starts_with('#') && is_path(text));
                            found.extend(files.map(|text| (at.index(index).child(text), text.clone())));
                        }
                    }
                    value if !is_data(key, map) => inside(&escape_segment(key), value, at, found),
                    _ => {}
                }
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                inside(&index.to_string(), value, at, found);
            }
        }
        _ => {}
    }
}

/// Goes into a member, if it has any itself. Documents have millions of nodes and few references: no place is copied on
/// the way.
fn inside(segment: &str, value: &Value, at: &mut Origin, found: &mut Vec<(Origin, String)>) {
    if value.is_object() || value.is_array() {
        let length = at.pointer.len();
        at.pointer.push('/');
        at.pointer.push_str(segment);
        collect(value, at, found);
        at.pointer.truncate(length);
    }
}

/// Whether the value of a member is data. A property can have any name, and its value is a schema all the same, which the
/// siblings tell: no keyword beside it is one of a schema.
fn is_data(key: &str, siblings: &serde_json::Map<String, Value>) -> bool {
    let keywords = ["$ref", "content", "description", "in", "items", "name", "properties", "schema", "type"];
    key.starts_with("x-") || DATA.contains(&key) && keywords.iter().any(|keyword| siblings.contains_key(*keyword))
}

/// Whether an entry of a mapping or a security requirement can name a file: the name of a component has neither a fragment
/// nor the ending of one.
pub(super) fn is_path(text: &str) -> bool {
    text.contains('#') || [".yaml", ".yml", ".json"].iter().any(|ending| text.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::{Target, joined, locate};

    #[test]
    fn paths_are_relative_to_the_file_they_stand_in() {
        for (base, path, whole) in [
            ("spec/openapi.yaml", "./pet.yaml", "spec/pet.yaml"),
            ("spec/paths/pets.yaml", "../schemas/pet.yaml", "spec/schemas/pet.yaml"),
            ("openapi.yaml", "../pet.yaml", "../pet.yaml"),
            ("/spec/openapi.yaml", "pet.yaml", "/spec/pet.yaml"),
            ("spec/openapi.yaml", "/pet.yaml", "/pet.yaml"),
            ("a/b.yaml", "b.yaml", "a/b.yaml"),
        ] {
            assert_eq!(joined(base, path), whole);
        }
    }

    #[test]
    fn other_hosts_are_read_from_the_folder_that_stands_for_them() {
        let mirror = [("https://example.com/schemas/".to_owned(), "mirror/".to_owned())];
        assert!(matches!(locate("https://example.com/a.json", "b.yaml", &mirror), Target::Remote));
        assert!(matches!(
            locate("https://example.com/schemas/a%20b.json#/c", "x/b.yaml", &mirror),
            Target::File(name) if name == "mirror/a b.json"
        ));
        assert!(matches!(locate("./b.yaml#/c", "x/b.yaml", &mirror), Target::Here));
        assert!(matches!(locate("C:/b.yaml", "b.yaml", &[]), Target::File(_)));
    }
}
