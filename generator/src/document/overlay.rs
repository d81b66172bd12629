//! Overlays: changes to a description that stand in a document of their own (Overlay Specification 1.0 and 1.1).
//!
//! The root document is changed before anything of it is read, and no other: files that it refers to stay as they are.
//! Findings about what an overlay put there lead into the overlay, because [`Sources::written`] knows where it came from.
//! Version 1.1 says more exactly what 1.0 means, so both are applied by its rules.

mod query;

use serde_json::{Map, Value};

use self::query::Query;
use super::shape::{article, describe};
use crate::diag::{Code, Diagnostics, FileId, Origin, nearest};
use crate::source::{Graft, Loader, MAX_DEPTH, Path, Sources, Step, Written};

/// How many values the actions of one overlay may add. `copy` can double a document with every action.
const MOST_ADDED: usize = 1_000_000;

/// Loads an overlay and applies its actions to a document, one after the other.
///
/// An action that cannot be applied is an error at its place, and the others are applied.
pub fn overlay(sources: &mut Sources, loader: &dyn Loader, document: FileId, path: &str, diags: &mut Diagnostics) {
    let Some(file) = sources.load(loader, path, diags) else { return };
    if !query::SUPPORTED {
        diags
            .add(Code::OverlayInvalid, &Origin::root(file), "this build of the generator applies no overlays")
            .help("enable the feature `overlay` of the crate `spec2crate`");
        return;
    }
    let actions = read(sources, file, diags);
    let Some(mut graft) = sources.graft(document) else { return };
    let mut room = MOST_ADDED;
    for action in actions {
        apply(&action, &mut graft, &mut room, diags);
    }
}

/// One entry of `actions`.
struct Action {
    target: (Query, Origin),
    change: Change,
    origin: Origin,
}

/// What is done with the nodes that are selected.
enum Change {
    Remove,
    Update(Value, Origin),
    Copy(Query, Origin),
}

/// The actions of an overlay that can be read.
fn read(sources: &Sources, file: FileId, diags: &mut Diagnostics) -> Vec<Action> {
    let root = Origin::root(file);
    let Some(tree) = sources.tree(file) else { return Vec::new() };
    let Some(node) = tree.as_object() else {
        diags.add(Code::OverlayInvalid, &root, format!("an overlay must be a mapping, but this is {}", describe(tree)));
        return Vec::new();
    };
    let Some(newer) = version(node, &root, diags) else { return Vec::new() };
    keywords(node, &root, "overlay", &["actions", "extends", "info", "overlay"], diags);
    info(node, &root, diags);
    if let Some(extends) = node.get("extends")
        && !extends.is_string()
    {
        kind(&root.child("extends"), "extends", "a text", extends, diags);
    }
    let at = root.child("actions");
    let Some(list) = node.get("actions").and_then(Value::as_array).filter(|list| !list.is_empty()) else {
        match node.get("actions") {
            Some(Value::Array(_)) => {
                diags.add(Code::OverlayInvalid, &at, "`actions` must hold at least one action");
            }
            Some(other) => kind(&at, "actions", "a list", other, diags),
            None => missing(&root, "overlay", "actions", diags),
        }
        return Vec::new();
    };
    let actions = list.iter().enumerate();
    actions.filter_map(|(index, action)| read_action(action, &at.index(index), newer, diags)).collect()
}

/// Whether the overlay follows version 1.1; `None`, with an error, if it follows none that is known.
fn version(node: &Map<String, Value>, root: &Origin, diags: &mut Diagnostics) -> Option<bool> {
    let at = root.child("overlay");
    let written = match node.get("overlay") {
        Some(Value::String(version)) => version.clone(),
        Some(Value::Number(number)) => {
            kind(&at, "overlay", "a text such as \"1.0.0\"", &Value::Number(number.clone()), diags);
            number.to_string()
        }
        Some(other) => {
            kind(&at, "overlay", "a text such as \"1.0.0\"", other, diags);
            return None;
        }
        None => {
            diags
                .add(Code::OverlayInvalid, root, "this is no overlay: the member `overlay` is missing")
                .help("an overlay begins with its version, such as `overlay: 1.0.0`");
            return None;
        }
    };
    match written.split('.').take(2).collect::<Vec<_>>().as_slice() {
        ["1", "0"] => Some(false),
        ["1", "1"] => Some(true),
        _ => {
            diags
                .add(Code::UnsupportedVersion, &at, format!("Overlay {written} is not supported"))
                .help("the versions 1.0 and 1.1 are");
            None
        }
    }
}

fn info(node: &Map<String, Value>, root: &Origin, diags: &mut Diagnostics) {
    let at = root.child("info");
    match node.get("info") {
        None => missing(root, "overlay", "info", diags),
        Some(Value::Object(info)) => {
            keywords(info, &at, "info", &["description", "title", "version"], diags);
            for name in ["title", "version"] {
                match info.get(name) {
                    None => missing(&at, "info", name, diags),
                    Some(Value::String(_)) => {}
                    Some(other) => kind(&at.child(name), name, "a text", other, diags),
                }
            }
        }
        Some(other) => kind(&at, "info", "a mapping", other, diags),
    }
}

fn read_action(action: &Value, at: &Origin, newer: bool, diags: &mut Diagnostics) -> Option<Action> {
    let Some(node) = action.as_object() else {
        let message = format!("an action must be a mapping, but this is {}", describe(action));
        diags.add(Code::OverlayInvalid, at, message);
        return None;
    };
    keywords(node, at, "action", &["copy", "description", "remove", "target", "update"], diags);
    let target = match node.get("target") {
        None => {
            missing(at, "action", "target", diags);
            None
        }
        Some(target) => query(target, &at.child("target"), diags),
    };
    let remove = match node.get("remove") {
        None => false,
        Some(Value::Bool(remove)) => *remove,
        Some(other) => {
            kind(&at.child("remove"), "remove", "true or false", other, diags);
            return None;
        }
    };
    let change = match (remove, node.get("update"), node.get("copy")) {
        (true, ..) => Change::Remove,
        (false, Some(_), Some(_)) => {
            diags
                .add(Code::OverlayInvalid, &at.child("copy"), "an action has either `update` or `copy`")
                .on_key()
                .help("make two actions of it");
            return None;
        }
        (false, Some(value), None) => Change::Update(value.clone(), at.child("update")),
        (false, None, Some(from)) => {
            let here = at.child("copy");
            if !newer {
                diags
                    .add(Code::LaterKeyword, &here, "`copy` is part of an action only from Overlay 1.1 on")
                    .on_key()
                    .help("it is used all the same");
            }
            Change::Copy(query(from, &here, diags)?, here)
        }
        (false, None, None) => {
            diags
                .add(Code::OverlayUnused, at, "this action changes nothing")
                .help("say what to do with `update`, `copy` or `remove: true`");
            return None;
        }
    };
    Some(Action { target: (target?, at.child("target")), change, origin: at.clone() })
}

fn query(value: &Value, at: &Origin, diags: &mut Diagnostics) -> Option<Query> {
    let Some(text) = value.as_str() else {
        kind(at, &at.last().unwrap_or_default(), "a JSONPath", value, diags);
        return None;
    };
    Query::parse(text)
        .map_err(|reason| {
            diags
                .add(Code::OverlayInvalid, at, format!("`{text}` is no JSONPath: {reason}"))
                .help("RFC 9535 defines its form, such as `$.paths['/pets'].get.parameters[?@.name == 'limit']`");
        })
        .ok()
}

/// Applies one action. `room` is how many values may be added yet.
fn apply(action: &Action, graft: &mut Graft<'_>, room: &mut usize, diags: &mut Diagnostics) {
    let (target, at) = &action.target;
    let mut selected = target.select(graft.tree());
    selected.sort();
    selected.dedup();
    if selected.is_empty() {
        diags
            .add(Code::OverlayUnused, at, format!("`{}` selects nothing in the description", target.text()))
            .help("correct the target, or remove the action");
        return;
    }
    let (value, written) = match &action.change {
        Change::Remove => return remove(&selected, graft, at, diags),
        Change::Update(value, at) => (value.clone(), Written::At(at.clone())),
        Change::Copy(from, at) => {
            let sources = from.select(graft.tree());
            let [source] = sources.as_slice() else {
                let message = format!("`{}` selects {} nodes, but one can be copied", from.text(), sources.len());
                diags.add(Code::OverlayClash, at, message);
                return;
            };
            let Some(value) = node(graft.tree(), source) else { return };
            (value.clone(), Written::By(at.clone()))
        }
    };
    let kinds = selected.iter().filter_map(|path| node(graft.tree(), path)).map(Group::of);
    if kinds.clone().any(|kind| Some(kind) != kinds.clone().next()) {
        let message = format!("`{}` selects values of different kinds", target.text());
        diags.add(Code::OverlayClash, at, message).help(
            "what is updated or copied to must be all mappings, all lists or all scalars (Overlay 1.1, section \"Action \
             Object\")",
        );
        return;
    }
    let (size, depth) = (size(&value).saturating_mul(selected.len()), depth(&value));
    let Some(left) = room.checked_sub(size) else {
        diags.add(Code::OverlayClash, &action.origin, format!("the overlay adds more than {MOST_ADDED} values"));
        return;
    };
    *room = left;
    for path in &selected {
        if path.len() + depth > MAX_DEPTH {
            diags
                .add(Code::TooDeep, &action.origin, "with this action the description nests too deep")
                .help(format!("mappings and lists may nest {MAX_DEPTH} levels"));
            return;
        }
        if let Err(clash) = graft.merge(path, &value, &written) {
            diags.add(Code::OverlayClash, &clash.origin, clash.to_string()).help(
                "a mapping is merged into a mapping, a list is added to a list, and a scalar replaces a scalar; to replace \
                 anything else, remove it first",
            );
        }
    }
}

/// Removes from the last to the first, so that no path moves before its turn.
fn remove(selected: &[Path], graft: &mut Graft<'_>, at: &Origin, diags: &mut Diagnostics) {
    for path in selected.iter().rev() {
        if !graft.remove(path) {
            diags.add(Code::OverlayClash, at, "the root of the description cannot be removed");
        }
    }
}

/// What can be selected together.
#[derive(PartialEq, Eq)]
enum Group {
    Mapping,
    List,
    Scalar,
}

impl Group {
    fn of(value: &Value) -> Self {
        match value {
            Value::Object(_) => Self::Mapping,
            Value::Array(_) => Self::List,
            _ => Self::Scalar,
        }
    }
}

fn node<'v>(tree: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(tree, |node, step| match step {
        Step::Member(name) => node.get(name),
        Step::Element(index) => node.get(index),
    })
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(size).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or_default(),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Warns of keywords that an object of an overlay does not have.
fn keywords(node: &Map<String, Value>, at: &Origin, what: &str, known: &[&str], diags: &mut Diagnostics) {
    for name in node.keys().filter(|name| !name.starts_with("x-") && !known.contains(&name.as_str())) {
        let message = format!("`{name}` is no keyword of {}", article(what));
        let diagnostic = diags.add(Code::UnknownKeyword, &at.child(name), message).on_key();
        if let Some(near) = nearest(name, known.iter().copied()) {
            diagnostic.help(format!("did you mean `{near}`?"));
        }
    }
}

fn kind(at: &Origin, name: &str, wanted: &str, value: &Value, diags: &mut Diagnostics) {
    let message = format!("`{name}` must be {wanted}, but this is {}", describe(value));
    diags.add(Code::OverlayInvalid, at, message);
}

fn missing(at: &Origin, what: &str, name: &str, diags: &mut Diagnostics) {
    diags.add(Code::OverlayInvalid, at, format!("{} needs `{name}`", article(what)));
}
