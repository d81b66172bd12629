//! Which operations there are and what they are called, decided for all of them before any is lowered.

use std::collections::BTreeMap;

use crate::config::Table;
use crate::diag::{Code, Origin};
use crate::document::OperationNode;
use crate::ir::{Group, GroupId};
use crate::names::{MethodName, Methods, ModName, Modules, Scope, TypeName, Types};

use super::Lower;
use super::reserved::{CLIENT_METHODS, MODULES, OF_VALUES, joined};

/// Modules that the file of a group imports.
const RESERVED_HOMES: &[&str] = &["mod", "types", "wire"];
/// Names that the file of an operation imports or that every group has.
const RESERVED_BUILDERS: &[&str] = &[
    "Auth",
    "BTreeMap",
    "Body",
    "Box",
    "Bytes",
    "Call",
    "CallOptions",
    "Check",
    "Client",
    "Clone",
    "Debug",
    "Default",
    "Err",
    "Error",
    "From",
    "HeaderName",
    "HeaderValue",
    "Into",
    "IntoIterator",
    "Items",
    "Iterator",
    "Live",
    "Need",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Pages",
    "Param",
    "PartialEq",
    "Pattern",
    "Response",
    "Result",
    "Scheme",
    "Self",
    "Some",
    "StreamRules",
    "String",
    "Timestamp",
    "ToString",
    "TypedError",
    "Vec",
];

/// An operation with everything that names it.
pub(super) struct Plan {
    pub(super) node: OperationNode,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) group: GroupId,
    pub(super) name: MethodName,
    pub(super) builder: TypeName,
    pub(super) error: TypeName,
    pub(super) home: ModName,
}

struct Found {
    node: OperationNode,
    method: String,
    path: String,
    id: String,
}

impl Lower<'_> {
    /// Groups, sorted by module, and operations, sorted by path, then method.
    pub(super) fn plan(&mut self) -> (Vec<Group>, Vec<Plan>) {
        let mut found = self.find();
        let tags: Vec<String> = found.iter().map(|found| tag_of(&found.node)).collect();
        let groups = self.groups(&tags, &found);
        let order: BTreeMap<&str, usize> =
            groups.iter().enumerate().map(|(index, group)| (group.tag.as_str(), index)).collect();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
        for (index, tag) in tags.iter().enumerate() {
            members[order[tag.as_str()]].push(index);
        }
        let mut named: BTreeMap<usize, (GroupId, MethodName, TypeName, TypeName, ModName)> = BTreeMap::new();
        let mut group_names = Vec::new();
        for (group, members) in members.iter().enumerate() {
            let (name, operations) = self.name_group(&groups[group], members, &found);
            group_names.push(name);
            for (index, names) in members.iter().zip(operations) {
                let (method, builder, error, home) = names;
                named.insert(*index, (GroupId(group), method, builder, error, home));
            }
        }
        let groups = groups
            .into_iter()
            .zip(group_names)
            .map(|(group, name)| Group { tag: group.tag, module: group.module, name, docs: group.docs })
            .collect();
        let plans = found
            .drain(..)
            .enumerate()
            .filter_map(|(index, found)| {
                let (group, name, builder, error, home) = named.remove(&index)?;
                let Found { node, method, path, id } = found;
                Some(Plan { node, method, path, id, group, name, builder, error, home })
            })
            .collect();
        (groups, plans)
    }

    fn find(&mut self) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut ids: BTreeMap<String, Origin> = BTreeMap::new();
        for item in self.document.paths() {
            for (method, origin) in &item.operations {
                let Some(node) = self.document.operation(origin, self.diagnostics) else { continue };
                let unnamed = format!("{method} {}", item.template);
                let id = match node.id.clone().filter(|id| !id.is_empty()) {
                    Some(id) => match ids.get(&id) {
                        None => id,
                        Some(first) => {
                            self.diagnostics
                                .warn(Code::DuplicateOperation, &node.origin.child("operationId"), format!("`{id}` names two operations"))
                                .related(first.clone(), "the other one")
                                .help("give one of them another operationId; until then both are called by method and path");
                            if let Some(other) = found.iter_mut().find(|other| other.id == id) {
                                other.id = format!("{} {}", other.method, other.path);
                            }
                            unnamed
                        }
                    },
                    None => unnamed,
                };
                if let Some(id) = &node.id {
                    ids.entry(id.clone()).or_insert_with(|| node.origin.child("operationId"));
                }
                found.push(Found { node, method: method.clone(), path: item.template.clone(), id });
            }
        }
        found
    }

    fn groups(&mut self, tags: &[String], found: &[Found]) -> Vec<Draft> {
        // A tag need not be declared; it stands where an operation has it.
        let origin = |tag: &String| {
            let first = tags.iter().position(|other| other == tag).and_then(|index| found.get(index))?;
            Some(if tag.is_empty() { first.node.origin.clone() } else { first.node.origin.child("tags").index(0) })
        };
        let docs: BTreeMap<String, String> = self
            .document
            .tags()
            .iter()
            .map(|tag| (tag.name.clone(), tag.description.clone().unwrap_or_default()))
            .collect();
        let mut distinct: Vec<String> = tags.to_vec();
        distinct.sort();
        distinct.dedup();
        // A group is a module and a method of the client.
        let mut scope: Scope<Modules> = Scope::new(&joined(&[MODULES, CLIENT_METHODS, OF_VALUES]));
        for tag in &distinct {
            let Some(at) = origin(tag) else { continue };
            if !self.pin(&mut scope, Table::Group, tag, "a module", &at) {
                let wire = if tag.is_empty() { "api" } else { tag };
                scope.claim(wire, &[format!("{wire} operations")], "api", tag);
            }
        }
        let (modules, clashes) = scope.resolve();
        for clash in &clashes {
            self.clash(clash, Table::Group, |claim| {
                distinct.get(claim.0).and_then(|tag| Some((tag.clone(), origin(tag)?)))
            });
        }
        let mut groups: Vec<Draft> = distinct
            .into_iter()
            .zip(modules)
            .map(|(tag, module)| Draft { docs: docs.get(&tag).cloned().unwrap_or_default(), tag, module })
            .collect();
        groups.sort_by(|a, b| a.module.cmp(&b.module));
        groups
    }

    /// The names of a group's struct and of its operations: method, builder, error enum, file.
    fn name_group(
        &mut self,
        group: &Draft,
        members: &[usize],
        found: &[Found],
    ) -> (TypeName, Vec<(MethodName, TypeName, TypeName, ModName)>) {
        let mut methods: Scope<Methods> = Scope::new(&joined(&[&["new"], OF_VALUES]));
        let mut types: Scope<Types> = Scope::new(RESERVED_BUILDERS);
        let mut homes: Scope<Modules> = Scope::new(RESERVED_HOMES);
        types.claim(group.module.bare(), &[format!("{} group", group.module.bare())], "group", "");
        for &member in members {
            let found = &found[member];
            let origin = &found.node.origin;
            let pinned = self.pin(&mut methods, Table::RenameOperations, &found.id, "a method", origin);
            let renamed = self.renamed(Table::RenameOperations, &found.id).filter(|_| pinned);
            let text = renamed.unwrap_or(&found.id).to_owned();
            let exact = [format!("{} {}", found.method, found.path)];
            let unique = &found.node.origin.pointer;
            if !pinned {
                methods.claim(&text, &exact, "operation", unique);
            }
            homes.claim(&text, &exact, "operation", unique);
            types.claim(&text, &exact, "operation", unique);
            let error = |text: &str| format!("{text} error");
            types.claim(&error(&text), &[error(&exact[0])], "operation", unique);
        }
        let (methods, clashes) = methods.resolve();
        for clash in &clashes {
            self.clash(clash, Table::RenameOperations, |claim| {
                let found = &found[*members.get(claim.0)?];
                Some((found.id.clone(), found.node.origin.clone()))
            });
        }
        let (homes, _) = homes.resolve();
        let mut types = types.resolve().0.into_iter();
        let name = types.next();
        let mut names = Vec::new();
        for (method, home) in methods.into_iter().zip(homes) {
            let (Some(builder), Some(error)) = (types.next(), types.next()) else { continue };
            names.push((method, builder, error, home));
        }
        let name = name.unwrap_or_else(|| names[0].1.clone());
        (name, names)
    }
}

struct Draft {
    tag: String,
    module: ModName,
    docs: String,
}

/// An operation belongs to its first tag.
fn tag_of(node: &OperationNode) -> String {
    node.tags.first().cloned().unwrap_or_default()
}
