//! What is generated: the operations and schemas that the configuration selects, and which findings are about them.
//!
//! What is left out is never lowered. It claims no name, so that no name depends on it, and reports nothing.

use serde_json::Value;

use crate::config::{Exclude, Selectable};
use crate::diag::{Code, Diagnostic, Diagnostics, Origin};
use crate::ir::Api;

use super::Lower;

/// Parts of a document that only calls are made of.
const OF_CALLS: &[&str] = &[
    "components/callbacks",
    "components/examples",
    "components/headers",
    "components/links",
    "components/parameters",
    "components/pathItems",
    "components/requestBodies",
    "components/responses",
    "components/securitySchemes",
    "paths",
    "security",
    "servers",
    "tags",
];

/// Path items by whether an operation of theirs is generated: what is found in the others is about nothing.
#[derive(Default)]
pub(super) struct PathItems {
    used: Vec<Origin>,
    unused: Vec<Origin>,
}

impl PathItems {
    /// True where the place belongs only to path items of which nothing is generated.
    fn leave_out(&self, at: &Origin) -> bool {
        self.unused.iter().any(|item| within(at, item)) && !self.used.iter().any(|item| within(at, item))
    }
}

impl Lower<'_> {
    /// Reserves a type for every component schema that gets one whether or not something reaches it, in the order of
    /// their names.
    pub(super) fn reserve_components(&mut self) {
        for (name, origin) in self.document.component_schemas() {
            if self.config.includes_schema(name) {
                self.elem(origin);
            }
        }
    }

    /// Whether an operation of the server is generated.
    pub(super) fn selects(&self, method: &str, path: &str, origin: &Origin) -> bool {
        self.selects_called(&format!("{method} {path}"), Some(path), origin)
    }

    /// Whether a request that the API sends by itself is generated. It has no path that could be selected.
    pub(super) fn selects_webhook(&self, name: &str, origin: &Origin) -> bool {
        self.selects_called(name, None, origin)
    }

    /// Whether what has an operationId, or else another name, is generated.
    fn selects_called(&self, unnamed: &str, path: Option<&str>, origin: &Origin) -> bool {
        let node = self.document.resolve(origin, &mut Diagnostics::new());
        let node = node.and_then(|resolved| self.document.value(&resolved.origin));
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let id = node.and_then(|node| node.get("operationId")).and_then(text).filter(|id| !id.is_empty());
        let tags = node.and_then(|node| node.get("tags")?.as_array());
        self.config.selects(&Selectable {
            names: vec![id.unwrap_or_else(|| unnamed.to_owned())],
            tags: tags.into_iter().flatten().filter_map(text).collect(),
            path,
        })
    }

    /// Notes whether a path item has an operation that is generated.
    pub(super) fn note_path(&mut self, item: &Origin, used: bool) {
        let places = if used { &mut self.path_items.used } else { &mut self.path_items.unused };
        let target = self.document.resolve(item, &mut Diagnostics::new()).map(|resolved| resolved.origin);
        places.extend(target.filter(|target| target != item));
        places.push(item.clone());
    }

    /// Takes back the findings about what is not generated. Those in `early` were made before anything was selected.
    pub(super) fn retract(&mut self, mut early: Diagnostics, api: &Api) {
        let select = self.config.select();
        let unreached: Vec<&Origin> = self
            .document
            .component_schemas()
            .iter()
            .map(|(_, origin)| origin)
            .filter(|origin| !self.nodes.contains_key(*origin) && !self.resolved.contains_key(*origin))
            .collect();
        let pruned = |at: &Origin| select.prunes() && unreached.iter().any(|schema| within(at, schema));
        early.retain(|finding| !self.path_items.leave_out(&finding.origin) && !pruned(&finding.origin));
        early.extend(std::mem::take(self.diagnostics));
        if select.types_only {
            early.retain(|finding| !self.is_about_calls(finding, api));
        }
        *self.diagnostics = early;
    }

    /// A selection that leaves nothing is a mistake, where the document has something.
    pub(super) fn check_selection(&mut self, api: &Api) {
        let select = self.config.select();
        let nothing = api.operations.is_empty() && api.types.is_empty();
        let something = self.document.paths().iter().any(|item| !item.operations.is_empty());
        // An entry that matches nothing is reported by itself, and is why there is nothing.
        let is_wrong = self.config.unused().iter().any(|entry| entry.table.path().starts_with(&["select", "include"]));
        if nothing && something && select.is_partial() && !is_wrong && !self.diagnostics.has_errors() {
            let at = self.config.origin_of_select();
            let help = if select.exclude == Exclude::default() {
                "none of what it includes is there"
            } else {
                "what it excludes is taken out of what it includes: one of the two is too much"
            };
            self.diagnostics.add(Code::NothingSelected, &at, "[select] leaves nothing to generate").on_key().help(help);
        }
    }

    /// True for findings about what is no part of any type.
    fn is_about_calls(&self, finding: &Diagnostic, api: &Api) -> bool {
        let at = &finding.origin;
        let root = Origin::root(self.document.file());
        let items = self.path_items.used.iter().chain(&self.path_items.unused);
        let of_calls = OF_CALLS.iter().map(|part| Origin { pointer: format!("/{part}"), ..root.clone() });
        of_calls.chain(items.cloned()).any(|part| within(at, &part))
            && !api.types.iter().any(|ty| within(at, &ty.origin))
    }
}

/// Whether a place is the other one or inside it.
fn within(at: &Origin, whole: &Origin) -> bool {
    at.file == whole.file
        && at.pointer.strip_prefix(&whole.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
