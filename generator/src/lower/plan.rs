//! Which operations there are and what they are called, decided for all of them before any is lowered.

use std::collections::BTreeMap;

use crate::config::Table;
use crate::diag::{Code, Diagnostics, Origin};
use crate::document::{OperationNode, Server};
use crate::ir::{Group, GroupId};
use crate::names::{MethodName, Methods, ModName, Modules, Scope, TypeName, Types};

use super::Lower;
use super::header;
use super::reserved::{CLIENT_METHODS, MOCK_METHODS, MODULES, OF_VALUES, joined};

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
    "HeaderError",
    "HeaderMap",
    "HeaderName",
    "HeaderValue",
    "Headers",
    "Into",
    "IntoIterator",
    "Items",
    "Iterator",
    "Live",
    "MockHandler",
    "MockRoute",
    "MockServer",
    "MockedOperation",
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
    /// Its own servers, or those of its path.
    pub(super) servers: Vec<Server>,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) group: GroupId,
    pub(super) name: MethodName,
    pub(super) builder: TypeName,
    pub(super) error: TypeName,
    /// The enum of the forms of its body, should there be several.
    pub(super) body: Option<TypeName>,
    pub(super) headers: Option<TypeName>,
    pub(super) home: ModName,
}

struct Found {
    node: OperationNode,
    servers: Vec<Server>,
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
        let mut named: BTreeMap<usize, (GroupId, Names)> = BTreeMap::new();
        let mut group_names = Vec::new();
        for (group, members) in members.iter().enumerate() {
            let (name, operations) = self.name_group(&groups[group], members, &found);
            group_names.push(name);
            for (index, names) in members.iter().zip(operations) {
                named.insert(*index, (GroupId(group), names));
            }
        }
        let accessors = mock_accessors(&groups);
        let groups = groups
            .into_iter()
            .zip(group_names)
            .zip(accessors)
            .map(|((group, name), mock)| Group { tag: group.tag, module: group.module, name, mock, docs: group.docs })
            .collect();
        let plans = found
            .drain(..)
            .enumerate()
            .filter_map(|(index, found)| {
                let (group, Names { method: name, builder, error, body, headers, home }) = named.remove(&index)?;
                let Found { node, servers, method, path, id } = found;
                Some(Plan { node, servers, method, path, id, group, name, builder, error, body, headers, home })
            })
            .collect();
        (groups, plans)
    }

    fn find(&mut self) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut ids: BTreeMap<String, Origin> = BTreeMap::new();
        for item in self.document.paths() {
            let mut operations = item.operations.clone();
            operations.retain(|(method, origin)| self.selects(method, &item.template, origin));
            self.note_path(&item.origin, !operations.is_empty() || item.operations.is_empty());
            for (method, origin) in &operations {
                let Some(node) = self.document.operation(origin, self.diagnostics) else { continue };
                let path = self.plain_template(&item.template, &node);
                let unnamed = format!("{method} {path}");
                let id = match node.id.clone().filter(|id| !id.is_empty()) {
                    Some(id) => match ids.get(&id) {
                        None => id,
                        Some(first) => {
                            self.config.excuse(&id);
                            self.diagnostics
                                .add(Code::DuplicateOperation, &node.origin.child("operationId"), format!("`{id}` names two operations"))
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
                let servers = if node.servers.is_empty() { &item.servers } else { &node.servers }.clone();
                found.push(Found { node, servers, method: method.clone(), path, id });
            }
        }
        found
    }

    /// Whether any answer has a header that can be read.
    fn describes_headers(&mut self, node: &OperationNode) -> bool {
        node.responses.iter().any(|(_, origin)| {
            let answer = self.document.response(origin, self.diagnostics);
            answer.is_some_and(|answer| answer.headers.iter().any(|(wire, _)| header::is_described(wire)))
        })
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
        let modules = [
            ("callbacks", found.iter().any(|found| !found.node.callbacks.is_empty())),
            ("webhooks", !self.document.webhooks().is_empty()),
        ];
        let hooks: Vec<&str> = modules.into_iter().filter(|(_, needed)| *needed).map(|(module, _)| module).collect();
        let mut scope: Scope<Modules> = Scope::new(&joined(&[MODULES, CLIENT_METHODS, OF_VALUES, &hooks]));
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

    /// The names of a group's struct and of its operations.
    fn name_group(&mut self, group: &Draft, members: &[usize], found: &[Found]) -> (TypeName, Vec<Names>) {
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
            if self.has_forms(&found.node) {
                let body = |text: &str| format!("{text} body");
                types.claim(&body(&text), &[body(&exact[0])], "operation", unique);
            }
            if self.describes_headers(&found.node) {
                let headers = |text: &str| format!("{text} headers");
                types.claim(&headers(&text), &[headers(&exact[0])], "operation", unique);
            }
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
        for ((method, home), &member) in methods.into_iter().zip(homes).zip(members) {
            let (Some(builder), Some(error)) = (types.next(), types.next()) else { continue };
            let body = if self.has_forms(&found[member].node) { types.next() } else { None };
            let headers = if self.describes_headers(&found[member].node) { types.next() } else { None };
            names.push(Names { method, builder, error, body, headers, home });
        }
        let name = name.unwrap_or_else(|| names[0].builder.clone());
        (name, names)
    }

    /// Whether the body of an operation may have several forms.
    fn has_forms(&self, node: &OperationNode) -> bool {
        // What is wrong with it is reported where it is read.
        let mut silent = Diagnostics::new();
        let body = node.body.as_ref().and_then(|at| self.document.body(at, &mut silent));
        body.is_some_and(|body| body.content.len() > 1)
    }
}

/// What an operation is called.
struct Names {
    method: MethodName,
    builder: TypeName,
    error: TypeName,
    body: Option<TypeName>,
    headers: Option<TypeName>,
    home: ModName,
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

/// The methods of the server for tests that lead to groups.
fn mock_accessors(groups: &[Draft]) -> Vec<MethodName> {
    let mut scope: Scope<Methods> = Scope::new(&joined(&[MOCK_METHODS, OF_VALUES]));
    for group in groups {
        scope.claim(group.module.bare(), &[], "operations", group.module.bare());
    }
    // Modules differ, so that only what a group is called on the server does where one of its own methods is called so.
    scope.resolve().0
}
