//! Operations: how they are called, where they are, and what is told of them.

use std::collections::BTreeSet;

use crate::diag::Origin;
use crate::ir::{Literal, Operation, OwnServer};

use super::Side;
use super::change::{Change, Changes, Effect, Subject};
use super::gaps::{Gap, When};
use super::lines::{Line, Lines, greatest, take};
use super::pair::{Construct, Pair};
use super::pairs::{Pairs, items, shape_of};
use super::values::{code, was_is, written};

/// Compares all operations.
pub(super) fn compare(
    old: Side<'_>,
    new: Side<'_>,
    (pairs, gaps): (&Pairs, &[Gap]),
    lines: &mut Lines,
    changes: &mut Changes,
) {
    // What cannot be read on the other side is there all the same.
    let is_left_out = |operation: &Operation, when: When| {
        // One without an operationId is known by its method and path.
        let address = format!("{} {}", operation.method, operation.path);
        let names = [operation.id.as_str(), address.as_str()];
        gaps.iter().any(|gap| gap.when == when && gap.operation.as_deref().is_some_and(|id| names.contains(&id)))
    };
    drop_handlers(old, new, lines);
    let (before, after): (BTreeSet<usize>, BTreeSet<usize>) = pairs.operations.iter().copied().unzip();
    for (old_at, new_at) in &pairs.operations {
        let (before, after) = (&old.api.operations[*old_at], &new.api.operations[*new_at]);
        // What only the old side has is among them.
        let own = lines.take_of(&[paths(new, after), paths(old, before)].concat());
        let exchanged = exchanged(old, new, before, after);
        Pair { old: (old, before), new: (new, after), own, changes }.compare(pairs, exchanged);
    }
    for (_, operation) in old.api.operations.iter().enumerate().filter(|(at, _)| !before.contains(at)) {
        let own = lines.take_of(&paths(old, operation));
        let effect = greatest(&own).unwrap_or(Effect::Breaking);
        let address = format!("{} {}", operation.method, operation.path);
        let subject = Subject::Operation(operation.id.clone());
        let change = match is_left_out(operation, When::After) {
            true => Change::new(subject, effect, format!("{} cannot be read any more", code(&address))),
            false => Change::new(subject, effect, format!("{} is removed", code(&address))),
        };
        let old_place = old.place(&operation.origin);
        changes.push(Change { old: old_place, ..change }).because(format!("`{}` is gone", called(old, operation))).kin(
            "operations",
            "are removed",
            code(&operation.id),
        );
    }
    for (_, operation) in new.api.operations.iter().enumerate().filter(|(at, _)| !after.contains(at)) {
        let own = lines.take_of(&paths(new, operation));
        let effect = greatest(&own).unwrap_or(Effect::Additive);
        let address = format!("{} {}", operation.method, operation.path);
        let subject = Subject::Operation(operation.id.clone());
        let change = match is_left_out(operation, When::Before) {
            true => Change::new(subject, effect, format!("{} can be read now", code(&address))),
            false => Change::new(subject, effect, format!("{} is added", code(&address))),
        };
        let new_place = new.place(&operation.origin);
        changes.push(Change { new: new_place, ..change }).because(format!("`{}` is new", called(new, operation))).kin(
            "operations",
            "are added",
            code(&operation.id),
        );
    }
}

/// Takes out what the server for tests has of the operations. What a handler takes and returns follows from its operation, and
/// is another only where calls of that are.
fn drop_handlers(old: Side<'_>, new: Side<'_>, lines: &mut Lines) {
    let groups = [old, new].into_iter().flat_map(|side| &side.api.groups);
    let handlers =
        groups.flat_map(|group| [format!("mock::{}", group.module), format!("mock::MockServer::{}", group.mock)]);
    lines.take_of(&handlers.collect::<Vec<_>>());
}

/// The operation that was called otherwise and now answers at the address that another one had, whose name lives on somewhere
/// else: two operations that have exchanged their names.
fn exchanged<'a>(old: Side<'_>, new: Side<'a>, before: &Operation, after: &Operation) -> Option<&'a Operation> {
    let address = |operation: &Operation| (operation.method.clone(), shape_of(&operation.path));
    if address(before) == address(after) {
        return None;
    }
    let holder = new.api.operations.iter().find(|other| address(other) == address(before))?;
    let known = old.api.operations.iter().any(|other| other.id == holder.id && address(other) != address(holder));
    known.then_some(holder)
}

/// The paths of what is made of an operation, as the new side calls them.
fn paths(side: Side<'_>, operation: &Operation) -> Vec<String> {
    items(side.api.group(operation.group), operation).iter().map(|item| side.renames.apply(item)).collect()
}

/// How a caller reaches an operation.
fn called(side: Side<'_>, operation: &Operation) -> String {
    format!("{}::{}", side.api.group(operation.group).module, operation.name)
}

impl Construct for Operation {
    fn subject(&self) -> Subject {
        Subject::Operation(self.id.clone())
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl Pair<'_, '_, Operation> {
    fn compare(mut self, pairs: &Pairs, exchanged: Option<&Operation>) {
        let (before, after) = (self.old.1, self.new.1);
        let Operation {
            id,
            group: _,
            name: _,
            builder,
            error: _,
            // The file is nothing that callers see.
            home: _,
            method,
            path,
            params: _,
            body: _,
            headers: _,
            answers: _,
            // Follow from the answers; what they are called is in the lines.
            forms: _,
            auth: _,
            paging: _,
            stream: _,
            summary: _,
            docs: _,
            link: _,
            deprecated,
            server,
            origin: _,
        } = before;
        let renamed = self.renamed(pairs, builder.as_str());
        if *id != after.id && !renamed {
            self.say(Effect::DocsOnly, format!("the operationId {}", was_is(id, &after.id)), Vec::new());
        }
        if (method, shape_of(path)) != (&after.method, shape_of(&after.path)) {
            self.moved(exchanged);
        }
        self.params();
        self.body();
        self.answers();
        self.headers();
        self.paging();
        self.stream();
        self.credentials();
        self.server(server.as_ref(), after.server.as_ref());
        self.told((*deprecated, after.deprecated), texts(before) == texts(after));
        let words: Vec<Line> = take(&mut self.own, |line| line.effect == Effect::DocsOnly);
        if let Some(first) = words.first().map(Line::told) {
            self.say(Effect::DocsOnly, "arguments are called another way", Vec::new()).because(first);
        }
        self.rest();
    }

    /// Says that it is called another way, and gives whether it is.
    fn renamed(&mut self, pairs: &Pairs, builder: &str) -> bool {
        let (before, after) = (self.old.1, self.new.1);
        let with_group = pairs.groups.contains(&(before.group.0, after.group.0));
        let (old, new) = (called(self.old.0, before), called(self.new.0, after));
        let same = if with_group { before.name == after.name } else { old == new };
        let renamed = !same || builder != after.builder.as_str();
        if renamed {
            self.say(Effect::Breaking, format!("it is called another way: {}", was_is(&old, &new)), Vec::new())
                .because(format!("`{old}` is gone"))
                .kin("operations", "are called another way", format!("`{old}` is `{new}`"));
        }
        renamed
    }

    fn moved(&mut self, exchanged: Option<&Operation>) {
        let (before, after) = (self.old.1, self.new.1);
        let (old, new) = (format!("{} {}", before.method, before.path), format!("{} {}", after.method, after.path));
        let repeated = |method: &str| matches!(method, "GET" | "HEAD" | "PUT" | "DELETE" | "QUERY");
        let (effect, why) = match exchanged {
            Some(holder) => (
                Effect::Breaking,
                format!(
                    "{} does what another operation did: {} is {} now",
                    code(&after.id),
                    code(&old),
                    code(&holder.id)
                ),
            ),
            None => {
                let repeats = match (repeated(&before.method), repeated(&after.method)) {
                    (true, false) => "; it is not repeated any more after a failure that may have reached the server",
                    (false, true) => "; it is repeated now after a failure that may have reached the server",
                    _ => "",
                };
                let why = "callers compile as they are; earlier releases use the old address, while it is served";
                (Effect::WireOnly, format!("{why}{repeats}"))
            }
        };
        let what = was_is(&old, &new);
        self.say(effect, what, Vec::new()).because(why).kin(
            "operations",
            "have another address",
            format!("{} is {}", code(&old), code(&new)),
        );
    }

    fn server(&mut self, old: Option<&OwnServer>, new: Option<&OwnServer>) {
        let shown = |server: Option<&OwnServer>| {
            let Some(OwnServer { url, template, defaults }) = server else { return String::new() };
            if url == template { url.clone() } else { format!("{url} ({template}, {defaults:?})") }
        };
        if old != new {
            let what = format!("its address {}", was_is(&shown(old), &shown(new)));
            self.say(Effect::WireOnly, what, Vec::new());
        }
    }

    /// The path of an item in the module of the operation, as it is now.
    pub(super) fn path(&self, item: &str) -> String {
        format!("{}::{item}", self.new.0.api.group(self.new.1.group).module)
    }

    /// The path of something of the builder, as it is now.
    pub(super) fn of_builder(&self, item: &str) -> String {
        self.path(&format!("{}::{item}", self.new.1.builder))
    }

    /// The path of the method that makes the builder, as it is now.
    pub(super) fn method(&self) -> String {
        let group = self.new.0.api.group(self.new.1.group);
        format!("{}::{}::{}", group.module, group.name, self.new.1.name)
    }

    /// Takes the lines with these paths.
    pub(super) fn take(&mut self, paths: &BTreeSet<String>) -> Vec<Line> {
        take(&mut self.own, |line| paths.contains(&line.path))
    }
}

/// All texts about an operation, but those of its parameters.
fn texts(operation: &Operation) -> Vec<String> {
    let example = |example: &Option<Literal>| example.as_ref().map(written).unwrap_or_default();
    let mut texts = vec![operation.summary.clone(), operation.docs.clone()];
    texts.push(operation.link.clone().unwrap_or_default());
    texts.extend(operation.body.iter().flat_map(|body| [body.docs.clone(), example(&body.example)]));
    for answer in &operation.answers {
        texts.push(answer.docs.clone());
        texts.extend(answer.headers.iter().map(|header| header.docs.clone()));
    }
    texts
}
