//! Changing a tree after it was read, without losing the place where each of its nodes is written.
//!
//! A [`Graft`] is a changed tree together with a [`Trail`]: for every node that no longer stands where its text says, the
//! origin of that text. Nodes that were never touched cost nothing.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::diag::{Origin, escape_segment, unescape_segment};

/// One step from a node to a node inside it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// The member of this name.
    Member(String),
    /// The element at this index.
    Element(usize),
}

/// The way from the root of a tree to a node.
pub type Path = Vec<Step>;

/// Where new content comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Written {
    /// It is written at this origin, and what is inside it inside that.
    At(Origin),
    /// All of it is there because of what is written at this origin.
    By(Origin),
}

impl Written {
    fn member(&self, name: &str) -> Self {
        match self {
            Self::At(origin) => Self::At(origin.child(name)),
            Self::By(origin) => Self::By(origin.clone()),
        }
    }

    fn element(&self, index: usize) -> Self {
        match self {
            Self::At(origin) => Self::At(origin.index(index)),
            Self::By(origin) => Self::By(origin.clone()),
        }
    }

    fn origin(&self) -> &Origin {
        match self {
            Self::At(origin) | Self::By(origin) => origin,
        }
    }
}

/// A change that cannot be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clash {
    /// The place of the new content that does not fit.
    pub origin: Origin,
    /// The node it was meant for, as a JSON pointer.
    pub target: String,
    /// What that node is.
    pub is: &'static str,
    /// What was to be merged into it.
    pub given: &'static str,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, is, given, .. } = self;
        write!(f, "{given} cannot be merged into `#{target}`, which is {is}")
    }
}

/// How a node came to its place.
#[derive(Clone, Default, Debug)]
enum Came {
    /// It stands in its parent as its text says.
    #[default]
    Here,
    /// It was the element of this index.
    From(usize),
    /// It was put there.
    Put(Written),
}

/// Where the nodes of a changed tree are written. Only nodes that changed, and those on the way to them, have an entry.
#[derive(Clone, Default, Debug)]
pub(super) struct Trail {
    came: Came,
    inside: BTreeMap<String, Self>,
}

impl Trail {
    fn put(written: Written) -> Self {
        Self { came: Came::Put(written), inside: BTreeMap::new() }
    }

    /// The place in a text of the node at an origin of the changed tree.
    pub(super) fn written(&self, origin: &Origin) -> Origin {
        let mut place = Written::At(Origin::root(origin.file));
        let mut trail = Some(self);
        for segment in origin.pointer.split('/').skip(1) {
            let name = unescape_segment(segment);
            trail = trail.and_then(|trail| trail.inside.get(name.as_ref()));
            place = match trail.map(|trail| &trail.came) {
                None | Some(Came::Here) => place.member(&name),
                Some(Came::From(index)) => place.element(*index),
                Some(Came::Put(written)) => written.clone(),
            };
        }
        place.origin().clone()
    }

    /// What is known of an element moves with it when an earlier one is taken away.
    fn close_gap(&mut self, removed: usize, length: usize) {
        self.inside.remove(&removed.to_string());
        for index in removed + 1..length {
            let mut moved = self.inside.remove(&index.to_string()).unwrap_or_default();
            if matches!(moved.came, Came::Here) {
                moved.came = Came::From(index);
            }
            self.inside.insert((index - 1).to_string(), moved);
        }
    }
}

/// A tree that can be changed. Made by [`Sources::graft`](super::Sources::graft).
#[derive(Debug)]
pub struct Graft<'s> {
    pub(super) tree: &'s mut Value,
    pub(super) trail: &'s mut Trail,
}

impl Graft<'_> {
    /// The tree as it is now.
    #[must_use]
    pub fn tree(&self) -> &Value {
        self.tree
    }

    /// Merges a value into the node at a path: members of mappings are merged one by one, a list is added to the end of a
    /// list, as is anything else that is given for one directly, and a scalar takes the place of a scalar.
    ///
    /// A path that leads to nothing changes nothing.
    ///
    /// # Errors
    ///
    /// Two values of kinds that cannot be merged meet. What was merged before stays.
    pub fn merge(&mut self, path: &[Step], value: &Value, written: &Written) -> Result<(), Clash> {
        let Some((node, trail)) = descend(self.tree, self.trail, path) else { return Ok(()) };
        if let Value::Array(list) = node
            && !value.is_array()
        {
            trail.inside.insert(list.len().to_string(), Trail::put(written.clone()));
            list.push(value.clone());
            return Ok(());
        }
        merge(node, trail, value, written, &mut pointer(path))
    }

    /// Takes the node at a path out of its mapping or list. Gives whether there was one; the root cannot be taken out.
    pub fn remove(&mut self, path: &[Step]) -> bool {
        let Some((last, parent)) = path.split_last() else { return false };
        let Some((node, trail)) = descend(self.tree, self.trail, parent) else { return false };
        match (node, last) {
            (Value::Object(map), Step::Member(name)) => {
                trail.inside.remove(name);
                map.remove(name).is_some()
            }
            (Value::Array(list), Step::Element(index)) if *index < list.len() => {
                trail.close_gap(*index, list.len());
                list.remove(*index);
                true
            }
            _ => false,
        }
    }
}

/// The node at a path with its trail; the trail gets entries on the way.
fn descend<'t>(tree: &'t mut Value, trail: &'t mut Trail, path: &[Step]) -> Option<(&'t mut Value, &'t mut Trail)> {
    let (mut node, mut trail) = (tree, trail);
    for step in path {
        let name = match step {
            Step::Member(name) => {
                node = node.as_object_mut()?.get_mut(name)?;
                name.clone()
            }
            Step::Element(index) => {
                node = node.as_array_mut()?.get_mut(*index)?;
                index.to_string()
            }
        };
        trail = trail.inside.entry(name).or_default();
    }
    Some((node, trail))
}

/// `at` is the pointer of the node, and is so again at the end.
fn merge(node: &mut Value, trail: &mut Trail, value: &Value, written: &Written, at: &mut String) -> Result<(), Clash> {
    match (node, value) {
        (Value::Object(map), Value::Object(new)) => {
            for (name, value) in new {
                let written = written.member(name);
                let Some(node) = map.get_mut(name) else {
                    map.insert(name.clone(), value.clone());
                    trail.inside.insert(name.clone(), Trail::put(written));
                    continue;
                };
                let length = at.len();
                at.push('/');
                at.push_str(&escape_segment(name));
                merge(node, trail.inside.entry(name.clone()).or_default(), value, &written, at)?;
                at.truncate(length);
            }
        }
        (Value::Array(list), Value::Array(new)) => {
            for (index, value) in new.iter().enumerate() {
                trail.inside.insert(list.len().to_string(), Trail::put(written.element(index)));
                list.push(value.clone());
            }
        }
        (node, value) if is_scalar(node) && is_scalar(value) => {
            *node = value.clone();
            *trail = Trail::put(written.clone());
        }
        (node, value) => {
            return Err(Clash {
                origin: written.origin().clone(),
                target: at.clone(),
                is: kind(node),
                given: kind(value),
            });
        }
    }
    Ok(())
}

fn pointer(path: &[Step]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Member(name) => format!("/{}", escape_segment(name)),
            Step::Element(index) => format!("/{index}"),
        })
        .collect()
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diag::FileId;

    fn member(name: &str) -> Step {
        Step::Member(name.to_owned())
    }

    fn origin(file: u32, pointer: &str) -> Origin {
        Origin { file: FileId(file), pointer: pointer.to_owned() }
    }

    #[test]
    fn every_node_of_a_changed_tree_leads_to_its_text() {
        let mut tree = json!({"a": [{"x": 0}, {"x": 1}, {"x": 2}], "b": {"c": 1}, "d": 0});
        let mut trail = Trail::default();
        let mut graft = Graft { tree: &mut tree, trail: &mut trail };
        let list = [member("a")];
        let new = Written::At(origin(1, "/update"));
        assert!(graft.remove(&[member("a"), Step::Element(0)]));
        assert_eq!(graft.merge(&list, &json!([{"x": 3}]), &new), Ok(()));
        assert_eq!(graft.merge(&list, &json!({"x": 4}), &new), Ok(()));
        assert!(graft.remove(&[member("a"), Step::Element(0)]));
        assert_eq!(graft.merge(&[], &json!({"b": {"c": 2, "e/": [{}]}}), &new), Ok(()));
        assert_eq!(graft.merge(&[], &json!({"f": {"g": 1}}), &Written::By(origin(1, "/copy"))), Ok(()));
        assert_eq!(
            tree,
            json!({"a": [{"x": 2}, {"x": 3}, {"x": 4}], "b": {"c": 2, "e/": [{}]}, "d": 0, "f": {"g": 1}})
        );
        for (pointer, file, written) in [
            ("", 0, ""),
            ("/d", 0, "/d"),
            ("/a/0/x", 0, "/a/2/x"),
            ("/a/1/x", 1, "/update/0/x"),
            ("/a/2/x", 1, "/update/x"),
            ("/b", 0, "/b"),
            ("/b/c", 1, "/update/b/c"),
            ("/b/e~1/0/new", 1, "/update/b/e~1/0/new"),
            ("/f/g", 1, "/copy"),
        ] {
            assert_eq!(trail.written(&origin(0, pointer)), origin(file, written), "{pointer}");
        }
    }

    #[test]
    fn kinds_that_do_not_fit_are_told() {
        let mut tree = json!({"a": {"b": [1], "c": "text"}});
        let mut trail = Trail::default();
        let mut graft = Graft { tree: &mut tree, trail: &mut trail };
        let new = Written::At(origin(1, "/update"));
        let clash = graft.merge(&[member("a")], &json!({"b": {"x": 1}}), &new).expect_err("a mapping is no list");
        assert_eq!(clash.to_string(), "a mapping cannot be merged into `#/a/b`, which is a list");
        assert_eq!(clash.origin, origin(1, "/update/b"));
        assert!(graft.merge(&[member("a")], &json!({"c": ["x"]}), &new).is_err());
        assert!(graft.merge(&[member("a"), member("c")], &Value::Null, &new).is_ok(), "null is a scalar");
        assert!(!graft.remove(&[]) && !graft.remove(&[member("z")]));
    }
}
