//! Which operation, group and type of the one side is which of the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Api, Group, GroupId, Operation, TypeId};

use super::renames::Renames;

/// What belongs together. Everything else was removed or added.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Operations, by their indexes.
    pub(super) operations: Vec<(usize, usize)>,
    /// Groups that are called another way, by their indexes.
    pub(super) groups: Vec<(usize, usize)>,
    /// Types, by their indexes.
    pub(super) types: Vec<(usize, usize)>,
    /// What of this is called another way.
    pub(super) renames: Renames,
}

impl Pairs {
    /// Compares two models.
    pub(super) fn between(old: &Api, new: &Api) -> Self {
        let operations = operations(old, new);
        let groups = groups(old, new, &operations);
        let types = super::alike::types(old, new, &operations);
        let mut renames = Renames::default();
        for (before, after) in &groups {
            let (before, after) = (&old.groups[*before], &new.groups[*after]);
            renames.note(before.module.to_string(), after.module.to_string());
            renames.note(format!("{}::{}", before.module, before.name), format!("{}::{}", after.module, after.name));
        }
        for (before, after) in &operations {
            let (before, after) = (&old.operations[*before], &new.operations[*after]);
            for (before, after) in
                items(old.group(before.group), before).into_iter().zip(items(new.group(after.group), after))
            {
                // What only one side has is called nothing on the other.
                if !is_nothing(&before) && !is_nothing(&after) {
                    renames.note(before, after);
                }
            }
        }
        for (before, after) in &types {
            let (before, after) = (old.ty(TypeId(*before)), new.ty(TypeId(*after)));
            renames.note(format!("types::{}", before.name), format!("types::{}", after.name));
        }
        Self { operations, groups, types, renames }
    }
}

/// Whether a path is that of something that an operation does not have: no line has such a name.
fn is_nothing(path: &str) -> bool {
    path.contains(' ')
}

/// The paths of what is made of an operation, always in the same order: the method, the builder, and the types of errors,
/// headers, bodies and answers.
pub(super) fn items(group: &Group, operation: &Operation) -> [String; 6] {
    let within = |name: &dyn std::fmt::Display| format!("{}::{name}", group.module);
    let body = operation.body.as_ref().and_then(|body| body.name.as_ref());
    [
        format!("{}::{}::{}", group.module, group.name, operation.name),
        within(&operation.builder),
        within(&operation.error),
        // What an operation does not have gets a name that no line has.
        operation
            .headers
            .as_ref()
            .map_or_else(|| within(&format!("{} headers", operation.builder)), |name| within(name)),
        body.map_or_else(|| within(&format!("{} body", operation.builder)), |name| within(name)),
        within(&format!("{}Answer", operation.builder.bare())),
    ]
}

/// A path whatever its parameters are called: their names are nothing that is sent.
pub(super) fn shape_of(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '{' => inside = true,
            '}' => {
                inside = false;
                shape.push_str("{}");
            }
            _ if inside => {}
            letter => shape.push(letter),
        }
    }
    shape
}

/// An operation is known by its operationId; what then is left, by method and path.
fn operations(old: &Api, new: &Api) -> Vec<(usize, usize)> {
    let by_id: BTreeMap<&str, usize> =
        new.operations.iter().enumerate().map(|(at, operation)| (operation.id.as_str(), at)).collect();
    let mut pairs: Vec<(usize, usize)> = old
        .operations
        .iter()
        .enumerate()
        .filter_map(|(at, operation)| Some((at, *by_id.get(operation.id.as_str())?)))
        .collect();
    let taken = |pairs: &[(usize, usize)]| -> (BTreeSet<usize>, BTreeSet<usize>) { pairs.iter().copied().unzip() };
    let (gone, come) = taken(&pairs);
    let mut by_address: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (at, operation) in new.operations.iter().enumerate().filter(|(at, _)| !come.contains(at)) {
        by_address.entry((&operation.method, shape_of(&operation.path))).or_default().push(at);
    }
    for (at, operation) in old.operations.iter().enumerate().filter(|(at, _)| !gone.contains(at)) {
        let Some(found) = by_address.get_mut(&(operation.method.as_str(), shape_of(&operation.path))) else { continue };
        let exact = found.iter().position(|other| new.operations[*other].path == operation.path).unwrap_or_default();
        if exact < found.len() {
            pairs.push((at, found.remove(exact)));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// A group is called another way where its name is gone, and all that is left of its operations is in one that is new.
fn groups(old: &Api, new: &Api, operations: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let has = |api: &Api, group: &Group| api.groups.iter().any(|other| other.module == group.module);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in old.groups.iter().enumerate().filter(|(_, group)| !has(new, group)) {
        let moved = operations.iter().filter(|(before, _)| old.operations[*before].group == GroupId(at));
        let to: BTreeSet<usize> = moved.map(|(_, after)| new.operations[*after].group.0).collect();
        if let (Some(to), 1) = (to.first(), to.len())
            && !has(old, &new.groups[*to])
            && pairs.iter().all(|(_, other)| other != to)
        {
            pairs.push((at, *to));
        }
    }
    pairs
}
