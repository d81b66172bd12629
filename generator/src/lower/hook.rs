//! Requests that the API sends by itself: webhooks, and callbacks of operations. What they carry is a type, and each gets an
//! alias of its own name.

use std::collections::BTreeMap;

use crate::diag::{Code, Origin};
use crate::document::{ParameterPlace, PathItem};
use crate::ir::{Hook, HookKind, TypeRef};
use crate::names::{Scope, TypeName, Types};

use super::Lower;
use super::body::preference;
use super::operation::{is_json, media_kind};
use super::plan::Plan;

/// Names that the module of the aliases uses itself.
const RESERVED: &[&str] = &["BTreeMap", "Option", "Self", "String", "Timestamp", "Upload", "Vec"];

/// A request of which only the name is missing.
struct Draft {
    wire: String,
    /// Longer names for when the short one collides.
    longer: Vec<String>,
    unique: String,
    finish: Box<dyn FnOnce(TypeName) -> Hook>,
}

impl Lower<'_> {
    /// The requests that the API sends by itself, by kind, then name.
    pub(super) fn hooks(&mut self, plans: &[Plan]) -> Vec<Hook> {
        let mut drafts = Vec::new();
        for item in self.document.webhooks() {
            let mut item = item.clone();
            let is_empty = item.operations.is_empty();
            let name = item.template.clone();
            item.operations.retain(|(_, origin)| self.selects_webhook(&name, origin));
            self.note_path(&item.origin, is_empty || !item.operations.is_empty());
            self.hook_drafts(&name, &item, |_| HookKind::Webhook, &[], &mut drafts);
        }
        let webhooks = self.named_hooks(drafts);
        let mut drafts = Vec::new();
        // A callback of `components` is one, however many operations use it.
        let mut known: BTreeMap<Origin, String> = BTreeMap::new();
        for plan in plans {
            let of = format!("{} {}", plan.method, plan.path);
            for (name, at) in &plan.node.callbacks {
                for item in self.document.callback(at, self.diagnostics) {
                    if known.insert(item.origin.clone(), name.clone()).is_some() {
                        continue;
                    }
                    let kind = |address: &str| HookKind::Callback { of: of.clone(), address: address.to_owned() };
                    let longer = [format!("{} {name}", plan.id), format!("{of} {name}")];
                    self.hook_drafts(name, &item, kind, &longer, &mut drafts);
                }
            }
        }
        webhooks.into_iter().chain(self.named_hooks(drafts)).collect()
    }

    /// One draft per method of a path item that carries something.
    fn hook_drafts(
        &mut self,
        wire: &str,
        item: &PathItem,
        kind: impl Fn(&str) -> HookKind,
        longer: &[String],
        drafts: &mut Vec<Draft>,
    ) {
        for (method, origin) in &item.operations {
            let Some(node) = self.document.operation(origin, self.diagnostics) else { continue };
            let Some(body) = &node.body else {
                let message = format!("`{wire}` carries no body, so there is no type for it");
                self.diagnostics.add(Code::Unsupported, origin, message).on_key();
                continue;
            };
            let Some(ty) = self.hook_body(wire, body) else { continue };
            let mut headers = Vec::new();
            for at in &node.parameters {
                let parameter = self.document.parameter(at, self.diagnostics);
                headers.extend(parameter.filter(|node| node.place == ParameterPlace::Header).map(|node| node.name));
            }
            let methods = longer.iter().map(|text| format!("{text} {method}"));
            let longer = longer.iter().cloned().chain([format!("{method} {wire}")]).chain(methods).collect();
            let unique = node.origin.pointer.clone();
            let (kind, wire, method) = (kind(&item.template), wire.to_owned(), method.clone());
            let summary = node.summary.or_else(|| item.summary.clone()).unwrap_or_default();
            let docs = node.description.or_else(|| item.description.clone()).unwrap_or_default();
            let deprecated = node.deprecated;
            drafts.push(Draft {
                wire: wire.clone(),
                longer,
                unique,
                finish: Box::new(move |name| Hook { kind, name, wire, method, ty, headers, summary, docs, deprecated }),
            });
        }
    }

    /// The type of a body, if it is JSON.
    fn hook_body(&mut self, wire: &str, at: &Origin) -> Option<TypeRef> {
        let node = self.document.body(at, self.diagnostics)?;
        let mut content: Vec<_> = node.content.iter().collect();
        content.sort_by_key(|form| preference(&form.media_type));
        let Some(form) = content.first().filter(|form| is_json(&media_kind(&form.media_type))) else {
            let message = format!("the body of `{wire}` is no JSON, so there is no type for it");
            self.diagnostics.add(Code::Unsupported, &node.origin, message);
            return None;
        };
        Some(self.content_type(form.schema.as_ref()))
    }

    fn named_hooks(&mut self, drafts: Vec<Draft>) -> Vec<Hook> {
        let mut scope: Scope<Types> = Scope::new(RESERVED);
        for draft in &drafts {
            scope.claim(&draft.wire, &draft.longer, "event", &draft.unique);
        }
        let names = scope.resolve().0;
        let mut hooks: Vec<Hook> = drafts.into_iter().zip(names).map(|(draft, name)| (draft.finish)(name)).collect();
        hooks.sort_by(|a, b| a.name.cmp(&b.name));
        hooks
    }
}
