//! The client as a whole: addresses, groups, conventions, and what the API sends by itself.

use crate::ir::{Api, EnumValue, Envelope, Group, Hook, HookKind, Info, Server, ServerVariable, VariableValues};

use super::Side;
use super::change::{Change, Changes, Effect, Subject};
use super::lines::Lines;
use super::pairs::Pairs;
use super::values::{code, own_ty, ty, was_is, written};

pub(super) fn compare(old: Side<'_>, new: Side<'_>, pairs: &Pairs, lines: &mut Lines, changes: &mut Changes) {
    let Api {
        info,
        servers,
        types: _,
        groups: _,
        operations: _,
        hooks,
        schemes: _,
        envelope,
        idempotency_header,
        lenient_responses,
        types_only,
    } = old.api;
    if *types_only != new.api.types_only {
        let what = if new.api.types_only { "nothing but types is left" } else { "there is a client as well now" };
        changes.push(client(if new.api.types_only { Effect::Breaking } else { Effect::Additive }, what));
    }
    addresses(servers, &new.api.servers, lines, changes);
    super::schemes::compare(old, new, lines, changes);
    groups(old, new, pairs, lines, changes);
    hooks_of(old, hooks, new, lines, changes);
    conventions(envelope.as_ref(), new.api.envelope.as_ref(), changes);
    if *idempotency_header != new.api.idempotency_header {
        let shown = |header: &Option<String>| header.clone().unwrap_or_default();
        let what = was_is(&shown(idempotency_header), &shown(&new.api.idempotency_header));
        changes
            .push(client(Effect::WireOnly, format!("the header that makes a POST safe to repeat {what}")))
            .because("a POST is repeated after a failure only with it");
    }
    if *lenient_responses != new.api.lenient_responses {
        let (effect, what) = match new.api.lenient_responses {
            true => (Effect::WireOnly, "a required member that an answer leaves out takes its default now"),
            false => (Effect::Breaking, "an answer that leaves a required member out is an error now"),
        };
        changes.push(client(effect, what));
    }
    let Info { title, version, docs } = info;
    if (title, docs) != (&new.api.info.title, &new.api.info.docs) {
        changes.push(client(Effect::DocsOnly, "the title or the description of the API differs"));
    }
    if *version != new.api.info.version {
        let what = format!("the version of the description {}", was_is(version, &new.api.info.version));
        changes.push(client(Effect::DocsOnly, what));
    }
}

/// The address that is the default, and those that can be chosen, each at its place in the list.
fn addresses(old: &[Server], new: &[Server], lines: &mut Lines, changes: &mut Changes) {
    for at in 0..old.len().max(new.len()) {
        let name = if at == 0 { "the default address".to_owned() } else { format!("address {}", at + 1) };
        let (before, after) = (old.get(at), new.get(at));
        let url = |server: Option<&Server>| server.map(|server| server.url.clone()).unwrap_or_default();
        if url(before) != url(after) {
            let what = format!("{name} {}", was_is(&url(before), &url(after)));
            // Where there is a choice, each address is a type that is named after it.
            let types: Vec<String> =
                [before, after].into_iter().flatten().map(|server| format!("base_urls::{}", server.name)).collect();
            let own = lines.take_lines(|line| {
                let text = line.old.as_deref().or(line.new.as_deref()).unwrap_or_default();
                types.iter().any(|ty| {
                    let inner = line.path.strip_prefix(ty.as_str());
                    let is_own = inner.is_some_and(|inner| inner.is_empty() || inner.starts_with("::"));
                    is_own || text == format!("impl From<{ty}>")
                })
            });
            changes.say(Subject::Client, Effect::WireOnly, what, &own, (None, None));
        }
        let (Some(before), Some(after)) = (before, after) else { continue };
        // The name is in the lines, and so are the arguments and setters of variables.
        let Server { url: _, template, name: _, docs, variables } = before;
        if url_shape(template, variables) != url_shape(&after.template, &after.variables) && before.url == after.url {
            let what = format!("{name}: {}", was_is(template, &after.template));
            changes.push(client(Effect::WireOnly, what)).because("its variables are others, or have other values");
        }
        let words = |server: &Server| -> Vec<String> {
            server.variables.iter().map(|variable| variable.docs.clone()).collect()
        };
        if *docs != after.docs || words(before) != words(after) {
            changes.push(client(Effect::DocsOnly, format!("the description of {name} differs")));
        }
    }
}

/// What can be put into an address.
fn url_shape(template: &str, variables: &[ServerVariable]) -> String {
    let one = |variable: &ServerVariable| {
        let ServerVariable { wire, ident: _, default, values, docs: _ } = variable;
        let values = values.as_ref().map(|VariableValues { name: _, values, unrecognized: _ }| {
            let one = |EnumValue { wire, name: _, docs: _, deprecated: _ }: &EnumValue| written(wire);
            values.iter().map(one).collect::<Vec<_>>()
        });
        format!("{wire} {default:?} {values:?}")
    };
    format!("{template} {}", variables.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn groups(old: Side<'_>, new: Side<'_>, pairs: &Pairs, lines: &mut Lines, changes: &mut Changes) {
    for (before, after) in &pairs.groups {
        let (before, after) = (&old.api.groups[*before], &new.api.groups[*after]);
        let accessors = [before, after].map(|group| format!("Client::{}", group.module));
        let own = lines.take(|path| accessors.iter().any(|accessor| accessor == path));
        let what = format!("the group {}", was_is(before.module.as_str(), after.module.as_str()));
        changes
            .say(Subject::Client, Effect::Breaking, what, &own, (None, None))
            .because(format!("`{}` is gone; its operations are in `{}`", before.module, after.module));
    }
    let renamed = |at: usize, side: fn(&(usize, usize)) -> usize| pairs.groups.iter().any(|pair| side(pair) == at);
    for (at, group) in old.api.groups.iter().enumerate() {
        if !renamed(at, |pair| pair.0) && new.api.groups.iter().all(|other| other.module != group.module) {
            let own = lines.take_of(&of_group(group));
            changes
                .say(
                    Subject::Client,
                    Effect::Breaking,
                    format!("the group `{}` is removed", group.module),
                    &own,
                    (None, None),
                )
                .kin("groups", "are removed", code(&group.module));
        }
    }
    for (at, group) in new.api.groups.iter().enumerate() {
        if !renamed(at, |pair| pair.1) && old.api.groups.iter().all(|other| other.module != group.module) {
            let own = lines.take_of(&of_group(group));
            changes
                .say(
                    Subject::Client,
                    Effect::Additive,
                    format!("the group `{}` is added", group.module),
                    &own,
                    (None, None),
                )
                .kin("groups", "are added", code(&group.module));
        }
    }
    for group in &old.api.groups {
        let Group { tag: _, module, name: _, mock: _, docs } = group;
        let same = new.api.groups.iter().find(|other| other.module == *module);
        if same.is_some_and(|other| other.docs != *docs) {
            changes.push(client(Effect::DocsOnly, format!("the description of the group {} differs", code(module))));
        }
    }
}

/// What is made of a group, apart from its operations.
fn of_group(group: &Group) -> [String; 3] {
    let Group { tag: _, module, name, mock: _, docs: _ } = group;
    [format!("Client::{module}"), module.to_string(), format!("{module}::{name}")]
}

fn hooks_of(old: Side<'_>, hooks: &[Hook], new: Side<'_>, lines: &mut Lines, changes: &mut Changes) {
    for hook in hooks {
        let Hook { kind, name, wire, method, ty: inner, headers, summary, docs, deprecated } = hook;
        let path = format!("{}::{name}", kind.module());
        let same = |other: &&Hook| other.name == *name && other.kind.module() == kind.module();
        let Some(other) = new.api.hooks.iter().find(same) else { continue };
        let what = format!("what the API sends as `{path}`");
        let types = (ty(old, inner), ty(new, &other.ty));
        if types.0 != types.1 {
            let own = lines.take(|line| line == path);
            let what = format!("{what} {}", was_is(&own_ty(old, inner), &types.1));
            changes.say(Subject::Client, Effect::Breaking, what, &own, (None, None));
        }
        let address = |kind: &HookKind| match kind {
            HookKind::Webhook => String::new(),
            HookKind::Callback { of, address } => format!(" of {of} to {address}"),
        };
        let shown = |wire: &str, method: &str, kind: &HookKind, headers: &[String]| {
            let headers = if headers.is_empty() { String::new() } else { format!(" with {}", headers.join(", ")) };
            format!("{wire} by {method}{}{headers}", address(kind))
        };
        let before = shown(wire, method, kind, headers);
        let after = shown(&other.wire, &other.method, &other.kind, &other.headers);
        if before != after {
            changes.push(client(Effect::WireOnly, format!("{what} {}", was_is(&before, &after))));
        }
        if *deprecated != other.deprecated {
            let own = lines.take(|line| line == path);
            let no_more = if other.deprecated { "" } else { " no more" };
            let what = format!("{what} is deprecated{no_more}");
            changes.say(Subject::Client, Effect::Additive, what, &own, (None, None));
        }
        if (summary, docs) != (&other.summary, &other.docs) {
            changes.push(client(Effect::DocsOnly, format!("the description of {what} differs")));
        }
    }
}

fn conventions(old: Option<&Envelope>, new: Option<&Envelope>, changes: &mut Changes) {
    let shown = |envelope: Option<&Envelope>| {
        envelope.map(|Envelope { data, errors }| format!("{data} with {errors}")).unwrap_or_default()
    };
    if old != new {
        let what = format!("the members that an answer comes in: {}", was_is(&shown(old), &shown(new)));
        changes
            .push(client(Effect::Breaking, what))
            .because("an answer that has errors instead of data is an error where these members say so");
    }
}

pub(super) fn client(effect: Effect, what: impl Into<String>) -> Change {
    Change::new(Subject::Client, effect, what)
}
