//! The only place with judgement: from the nodes of a document to the model of a client.
//!
//! Two phases, so that cycles need no special case: component schemas are reserved first and defined second; inline
//! schemas are reserved when they are met and put on the same work list. Names are claimed while types are reserved and
//! given out once all of them are known. What cannot be expressed shrinks to the smallest honest thing (a JSON value, a
//! skipped operation) with a diagnostic.

mod accessors;
mod adapt;
mod alternative;
mod annotated;
mod apart;
mod body;
mod brief;
mod checks;
mod compose;
mod conventions;
mod defaults;
mod events;
mod discriminator;
mod finish;
mod header;
mod heavy;
mod hook;
mod label;
mod literal;
mod login;
mod look;
mod lookup;
mod merge;
mod object;
mod operation;
mod params;
mod parts;
mod plan;
pub(crate) mod reserved;
mod scalars;
mod schema;
mod security;
mod select;
mod server;
mod table;
mod union;

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::{Config, Envelope as Rules, RequiredMembers};
use crate::diag::{Code, Diagnostic, Diagnostics, Origin};
use crate::document::{Document, Resolved, SchemaNode};
use crate::ir::{Api, Envelope, Info};

use discriminator::Families;
use label::Label;
use merge::Meets;
use select::PathItems;
use table::Drafts;

/// What is lowered, and into what.
pub(crate) struct Lower<'a> {
    document: &'a Document<'a>,
    config: &'a Config,
    diagnostics: &'a mut Diagnostics,
    table: Drafts,
    /// What the document was asked before. Only looked up, never walked.
    resolved: FxHashMap<Origin, Option<Rc<Resolved>>>,
    nodes: FxHashMap<Origin, Option<Rc<SchemaNode>>>,
    /// What schemas are called that the document implies, but nowhere writes.
    implied: BTreeMap<Origin, Label>,
    meets: Meets,
    families: Families,
    /// Schemas that are taken without the others that they are put together of.
    heavy: FxHashSet<Origin>,
    path_items: PathItems,
}

/// Turns a document into the model of its client.
#[must_use]
pub fn lower(document: &Document<'_>, config: &Config, diagnostics: &mut Diagnostics) -> Api {
    let early = std::mem::take(diagnostics);
    let mut lower = Lower {
        document,
        config,
        diagnostics,
        table: Drafts::new(),
        resolved: FxHashMap::default(),
        nodes: FxHashMap::default(),
        implied: BTreeMap::new(),
        meets: Meets::default(),
        families: Families::default(),
        heavy: FxHashSet::default(),
        path_items: PathItems::default(),
    };
    lower.find_heavy();
    lower.find_families();
    if config.select().prunes() {
        // All schemas were read for that; what is about those that nothing reaches is not said.
        lower.nodes.clear();
        lower.resolved.clear();
        *lower.diagnostics = Diagnostics::new();
    }
    lower.reserve_components();
    let (groups, plans) = lower.plan();
    let schemes = lower.schemes(&plans);
    let hooks = lower.hooks(&plans);
    let operations = plans.into_iter().filter_map(|plan| lower.operation_or_reason(plan, &schemes)).collect();
    lower.define();
    let types = lower.finish_types();
    let mut api = Api {
        info: lower.info(),
        servers: lower.servers(),
        types,
        groups,
        operations,
        hooks,
        schemes,
        envelope: match config.envelope() {
            Rules { data: Some(data), errors: Some(errors), .. } => {
                Some(Envelope { data: data.clone(), errors: errors.clone() })
            }
            _ => None,
        },
        idempotency_header: config.idempotency_header().map(str::to_owned),
        lenient_responses: config.required_members() == RequiredMembers::Lenient,
        types_only: config.select().types_only,
    };
    if !api.types_only {
        lower.uploads(&mut api);
    }
    lower.texts(&mut api);
    if !api.types_only {
        lower.header_types(&mut api);
    }
    lower.end_cycles(&mut api);
    lower.add_tags(&mut api);
    lower.fix_tags(&mut api);
    lower.defaults(&mut api);
    lower.conventions(&mut api);
    lower.setters(&mut api);
    lower.place_findings();
    lower.retract(early, &api);
    lower.check_selection(&api);
    if api.types_only {
        // They were lowered for the types that they hold.
        api.operations.clear();
        api.groups.clear();
        api.schemes.clear();
        api.servers.clear();
    }
    api
}

impl Lower<'_> {
    fn info(&self) -> Info {
        let info = self.document.info();
        Info {
            title: info.title.clone(),
            version: info.version.clone(),
            docs: info.description.clone().or_else(|| info.summary.clone()).unwrap_or_default(),
        }
    }

    /// Reports something that is generated as less than it is.
    fn reduced(&mut self, at: &Origin, what: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.add(Code::Reduced, at, what)
    }
}
