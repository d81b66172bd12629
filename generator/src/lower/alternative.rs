//! What an alternative is called in the names of schemas inside it, where it is no component.

use serde_json::{Map, Value};

use crate::diag::{Diagnostics, Origin};
use crate::document::Document;

use super::label::text;

/// A text of more words is a sentence, which as a whole is no part of a name.
const MOST_WORDS: usize = 5;

/// What tells an alternative apart from its siblings. What it says of itself comes first; only where a sibling says the
/// same it is what the sibling has not. The longer form, with `most` above two, prefers the members.
pub(super) fn alternative(document: &Document<'_>, at: &Origin, most: usize) -> Option<String> {
    let node = document.value(at)?;
    if most > 2 {
        let listed = few(texts(node.get("enum")), most);
        let members = || few(names(node), most).or_else(|| few(texts(node.get("required")), most));
        let own = || own_member(node, &siblings(document, at));
        let kind = || text(document, at, "type");
        return listed.or_else(own).or_else(members).or_else(kind).or_else(|| extended(document, at, node));
    }
    let word = itself(node).or_else(|| extended(document, at, node))?;
    let others = siblings(document, at);
    if others.iter().all(|other| itself(other).as_ref() != Some(&word)) {
        return Some(word);
    }
    let tag = node.get("properties").and_then(Value::as_object).and_then(|members| tag(members, &others));
    Some(tag.or_else(|| own_member(node, &others)).unwrap_or(word))
}

/// What an alternative is called by itself: its few values, the one value of a member, the members it asks for or has, or
/// its type.
fn itself(node: &Value) -> Option<String> {
    let tag = || tag(node.get("properties")?.as_object()?, &[]);
    let members = || few(texts(node.get("required")), 2).or_else(|| few(names(node), 2));
    let kind = || node.get("type")?.as_str().map(str::to_owned);
    few(texts(node.get("enum")), 2).or_else(tag).or_else(members).or_else(kind)
}

/// Names in words, where they are not too many.
fn few(names: Vec<&str>, most: usize) -> Option<String> {
    (!names.is_empty() && names.len() <= most).then(|| names.into_iter().map(said).collect::<Vec<_>>().join(" "))
}

/// The texts of a list that is a set, as `enum` and `required` are (JSON Schema Validation 2020-12, sections 6.1.2 and 6.5.3):
/// sorted, so that a name does not depend on their order.
fn texts(list: Option<&Value>) -> Vec<&str> {
    let mut texts: Vec<&str> = list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    texts.sort_unstable();
    texts
}

/// The names of an object's members.
fn names(node: &Value) -> Vec<&str> {
    let members = node.get("properties").and_then(Value::as_object);
    members.into_iter().flat_map(|members| members.keys().map(String::as_str)).collect()
}

/// The other alternatives of the list that has one at `at`.
fn siblings<'d>(document: &'d Document<'_>, at: &Origin) -> Vec<&'d Value> {
    let Some((list, own)) = at.pointer.rsplit_once('/') else { return Vec::new() };
    let list = Origin { file: at.file, pointer: list.to_owned() };
    let count = document.value(&list).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).filter(|index| index.to_string() != own).filter_map(|index| document.value(&list.index(index))).collect()
}

/// The member that an object of many has and no other alternative does: the first by name that it asks for, or else of all.
fn own_member(node: &Value, others: &[&Value]) -> Option<String> {
    let declared = names(node);
    if declared.len() < 3 {
        return None;
    }
    let has = |other: &Value, name: &str| other.get("properties").is_some_and(|members| members.get(name).is_some());
    let alone = |name: &&str| !others.iter().any(|other| has(other, name));
    texts(node.get("required")).into_iter().chain(declared).find(alone).map(str::to_owned)
}

/// The component that an alternative is made of: the first of its parts that is one.
fn extended(document: &Document<'_>, at: &Origin, node: &Value) -> Option<String> {
    let parts = node.get("allOf")?.as_array()?;
    (0..parts.len()).find_map(|index| {
        let part = document.resolve(&at.child("allOf").index(index), &mut Diagnostics::new())?;
        Some(document.component(&part.origin)?.into_owned())
    })
}

/// A text as a part of a name: something for nothing, and of a sentence its start.
fn said(text: &str) -> String {
    match text.split_whitespace().count() {
        0 => "empty".to_owned(),
        count if count > MOST_WORDS => text.split_whitespace().take(MOST_WORDS).collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    }
}

/// The text that a member always has, and has in no other alternative: that of `type` or `kind`, or of the first by name,
/// but no sentence where there is a name.
fn tag(members: &Map<String, Value>, others: &[&Value]) -> Option<String> {
    let mut names: Vec<&String> = members.keys().collect();
    names.sort_by_key(|name| (!matches!(name.as_str(), "type" | "kind"), *name));
    let own = |name: &String| {
        let text = only_text(members.get(name)?)?;
        let theirs = |other: &Value| other.get("properties")?.get(name).and_then(only_text).map(str::to_owned);
        (!others.iter().any(|other| theirs(other).as_deref() == Some(text))).then_some(text)
    };
    let mut texts: Vec<&str> = names.into_iter().filter_map(own).collect();
    texts.sort_by_key(|text| text.split_whitespace().count() > MOST_WORDS);
    texts.first().filter(|text| !text.is_empty()).map(|text| said(text))
}

/// The one text that a schema allows.
fn only_text(schema: &Value) -> Option<&str> {
    match (schema.get("const"), schema.get("enum").and_then(Value::as_array).map(Vec::as_slice)) {
        (Some(Value::String(text)), _) | (None, Some([Value::String(text)])) => Some(text),
        _ => None,
    }
}
