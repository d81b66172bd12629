//! Operations: parameter by parameter, body, answers, credentials.

use std::collections::BTreeSet;

use crate::diag::Origin;
use crate::ir::{Media, Operation, Param, Payload, Place, Status};

use super::Side;
use super::change::{Change, Changes, Effect, Subject};
use super::lines::{Line, Lines, greatest, take};
use super::values::{bounds, ty, was_is, written};

/// Compares all operations. One that has another operationId is known by method and path.
pub(super) fn compare(old: Side<'_>, new: Side<'_>, lines: &mut Lines, changes: &mut Changes) {
    let mut rest: Vec<&Operation> = new.api.operations.iter().collect();
    let mut gone = Vec::new();
    let mut pairs = Vec::new();
    for operation in &old.api.operations {
        match rest.iter().position(|other| other.id == operation.id) {
            Some(at) => pairs.push((operation, rest.remove(at))),
            None => gone.push(operation),
        }
    }
    gone.retain(|operation| {
        let same = |other: &&Operation| (&other.method, &other.path) == (&operation.method, &operation.path);
        let found = rest.iter().position(same);
        pairs.extend(found.map(|at| (*operation, rest.remove(at))));
        found.is_none()
    });
    for (before, after) in pairs {
        Pair { old: (old, before), new: (new, after), lines, changes }.compare();
    }
    for operation in gone {
        let own = lines.take(|path| is_of(old, operation, path));
        changes.push(Change {
            subject: Subject::Operation(operation.id.clone()),
            effect: greatest(&own).unwrap_or(Effect::Breaking),
            what: format!("`{} {}` is removed", operation.method, operation.path),
            why: format!("`{}` is gone", called(old, operation)),
            old: old.place(&operation.origin),
            new: None,
        });
    }
    for operation in rest {
        let own = lines.take(|path| is_of(new, operation, path));
        changes.push(Change {
            subject: Subject::Operation(operation.id.clone()),
            effect: greatest(&own).unwrap_or(Effect::Additive),
            what: format!("`{} {}` is added", operation.method, operation.path),
            why: format!("`{}` is new", called(new, operation)),
            old: None,
            new: new.place(&operation.origin),
        });
    }
}

/// Whether the path of a line belongs to an operation.
fn is_of(side: Side<'_>, operation: &Operation, path: &str) -> bool {
    let module = side.api.group(operation.group).module.as_str();
    let Some(inner) = path.strip_prefix(module).and_then(|rest| rest.strip_prefix("::")) else { return false };
    let head = inner.split(['.', ':']).next().unwrap_or_default();
    head == operation.builder.as_str()
        || head == operation.error.as_str()
        || operation.headers.as_ref().is_some_and(|name| head == name.as_str())
        || path == method(side, operation)
}

/// The path of the method that makes the builder of an operation.
fn method(side: Side<'_>, operation: &Operation) -> String {
    let group = side.api.group(operation.group);
    format!("{}::{}::{}", group.module, group.name, operation.name)
}

/// How a caller reaches an operation.
fn called(side: Side<'_>, operation: &Operation) -> String {
    format!("{}::{}", side.api.group(operation.group).module, operation.name)
}

/// One operation on both sides.
struct Pair<'a, 'c> {
    old: (Side<'a>, &'a Operation),
    new: (Side<'a>, &'a Operation),
    lines: &'c mut Lines,
    changes: &'c mut Changes,
}

impl Pair<'_, '_> {
    fn compare(mut self) {
        let (before, after) = (self.old.1, self.new.1);
        let mut own = self.own_lines();
        if before.id != after.id {
            self.say(Effect::DocsOnly, format!("the operationId {}", was_is(&before.id, &after.id)), Vec::new());
        }
        let (old, new) = (called(self.old.0, before), called(self.new.0, after));
        if old != new || before.builder != after.builder {
            let moved = std::mem::take(&mut own);
            self.say(Effect::Breaking, format!("it is called another way: {}", was_is(&old, &new)), moved);
        }
        if (&before.method, &before.path) != (&after.method, &after.path) {
            let old = format!("{} {}", before.method, before.path);
            self.say(Effect::WireOnly, was_is(&old, &format!("{} {}", after.method, after.path)), Vec::new());
        }
        self.params(&mut own);
        self.body(&mut own);
        self.answers(&mut own);
        self.credentials();
        let server =
            |operation: &Operation| operation.server.as_ref().map(|server| server.url.clone()).unwrap_or_default();
        if server(before) != server(after) {
            let what = format!("its address {}", was_is(&server(before), &server(after)));
            self.say(Effect::WireOnly, what, Vec::new());
        }
        if before.deprecated != after.deprecated {
            let taken = take(&mut own, |line| line.effect == Effect::Additive);
            let what = if after.deprecated { "it is deprecated" } else { "it is deprecated no more" };
            self.say(Effect::Additive, what.to_owned(), taken);
        }
        let words = |operation: &Operation| (operation.summary.clone(), operation.docs.clone(), operation.link.clone());
        if words(before) != words(after) {
            self.say(Effect::DocsOnly, "its description differs".to_owned(), Vec::new());
        }
        if !own.is_empty() {
            let told: Vec<String> = own.iter().map(Line::told).collect();
            self.say(Effect::Additive, format!("its API differs: {}", told.join("; ")), own);
        }
    }

    /// The lines of the operation on either side.
    fn own_lines(&mut self) -> Vec<Line> {
        let (old, new) = (self.old, self.new);
        self.lines.take(|path| is_of(old.0, old.1, path) || is_of(new.0, new.1, path))
    }

    /// Reports a change with the lines that it is seen in, which can mean more than the change alone.
    fn say(&mut self, least: Effect, what: String, lines: Vec<Line>) {
        self.say_at(least, what, lines, None, None);
    }

    fn say_at(&mut self, least: Effect, what: String, lines: Vec<Line>, old: Option<&Origin>, new: Option<&Origin>) {
        let places =
            (self.old.0.place(old.unwrap_or(&self.old.1.origin)), self.new.0.place(new.unwrap_or(&self.new.1.origin)));
        self.changes.say(Subject::Operation(self.new.1.id.clone()), least, what, &lines, places);
    }

    fn params(&mut self, own: &mut Vec<Line>) {
        let (before, after) = (self.old.1, self.new.1);
        let find = |params: &[Param], param: &Param| {
            let same = |other: &&Param| other.wire == param.wire && other.place == param.place;
            let moved = |other: &&Param| other.wire == param.wire;
            params.iter().find(same).or_else(|| params.iter().find(moved)).cloned()
        };
        for param in &before.params {
            match find(&after.params, param) {
                Some(other) => self.param(param, &other, own),
                None => {
                    let lines = self.lines_of(param, param, own);
                    let what = format!("the {} parameter `{}` is removed", word(param.place), param.wire);
                    self.say_at(Effect::Breaking, what, lines, Some(&param.origin), None);
                }
            }
        }
        for param in &after.params {
            if find(&before.params, param).is_none() {
                let lines = self.lines_of(param, param, own);
                let needed = if param.required { "required " } else { "" };
                let what = format!("the {needed}{} parameter `{}` is added", word(param.place), param.wire);
                let effect = if param.required { Effect::Breaking } else { Effect::Additive };
                self.say_at(effect, what, lines, None, Some(&param.origin));
            }
        }
    }

    /// The lines of a parameter: its setter and its constant, or the method that takes it as an argument.
    fn lines_of(&self, old: &Param, new: &Param, own: &mut Vec<Line>) -> Vec<Line> {
        let mut paths = BTreeSet::new();
        for ((side, operation), param) in [(self.old, old), (self.new, new)] {
            let module = side.api.group(operation.group).module.as_str();
            paths.insert(format!("{module}::{}::{}", operation.builder, param.ident));
            if let Some(constant) = &param.constant {
                paths.insert(format!("{module}::{}::{constant}", operation.builder));
            }
            if param.required {
                paths.insert(method(side, operation));
            }
        }
        take(own, |line| paths.contains(&line.path))
    }

    fn param(&mut self, old: &Param, new: &Param, own: &mut Vec<Line>) {
        let name = format!("the parameter `{}`", new.wire);
        let mut said = false;
        let mut say = |pair: &mut Self, effect, what: String, own: &mut Vec<Line>| {
            let lines = if said { Vec::new() } else { pair.lines_of(old, new, own) };
            said = true;
            pair.say_at(effect, what, lines, Some(&old.origin), Some(&new.origin));
        };
        if old.required != new.required {
            let what = format!("{name} is {} now", if new.required { "required" } else { "optional" });
            say(self, Effect::Breaking, what, own);
        }
        let types = (ty(self.old.0, &old.ty), ty(self.new.0, &new.ty));
        if types.0 != types.1 {
            say(self, Effect::WireOnly, format!("{name} {}", was_is(&types.0, &types.1)), own);
        }
        if old.place != new.place {
            let what = format!("{name} {}", was_is(word(old.place), word(new.place)));
            say(self, Effect::WireOnly, what, own);
        }
        if (old.style, old.explode, old.allow_reserved) != (new.style, new.explode, new.allow_reserved) {
            say(self, Effect::WireOnly, format!("{name} is written another way"), own);
        }
        if old.ident != new.ident {
            say(self, Effect::Breaking, format!("{name} {}", was_is(old.ident.as_str(), new.ident.as_str())), own);
        }
        if let Some((effect, what)) = bounds(&name, &old.checks, &new.checks) {
            say(self, effect, what, own);
        }
        if old.default != new.default {
            let shown = |param: &Param| param.default.as_ref().map(written).unwrap_or_default();
            let what = format!("the default of {name} {}", was_is(&shown(old), &shown(new)));
            say(self, Effect::WireOnly, what, own);
        }
        if old.deprecated != new.deprecated {
            let what = format!("{name} is deprecated{}", if new.deprecated { "" } else { " no more" });
            say(self, Effect::Additive, what, own);
        }
        if old.docs != new.docs || old.example != new.example {
            say(self, Effect::DocsOnly, format!("the description of {name} differs"), own);
        }
    }

    fn body(&mut self, own: &mut Vec<Line>) {
        let (before, after) = (&self.old.1.body, &self.new.1.body);
        let what = match (before, after) {
            (None, None) => return,
            (None, Some(body)) if body.required => "a body is required now".to_owned(),
            (None, Some(_)) => "a body can be sent now".to_owned(),
            (Some(_), None) => "there is no body any more".to_owned(),
            (Some(old), Some(new)) => {
                let mut words = Vec::new();
                if old.required != new.required {
                    words.push(format!("is {} now", if new.required { "required" } else { "optional" }));
                }
                let shown = (media(self.old.0, &old.media), media(self.new.0, &new.media));
                if shown.0 != shown.1 {
                    words.push(was_is(&shown.0, &shown.1));
                } else if old.media.iter().map(|m| &m.encoding).ne(new.media.iter().map(|m| &m.encoding)) {
                    words.push("is written another way".to_owned());
                }
                if old.docs != new.docs && words.is_empty() {
                    self.say(Effect::DocsOnly, "the description of the body differs".to_owned(), Vec::new());
                }
                if words.is_empty() {
                    return;
                }
                format!("the body {}", words.join(" and "))
            }
        };
        let mut paths = BTreeSet::new();
        for (side, operation) in [self.old, self.new] {
            let module = side.api.group(operation.group).module.as_str();
            paths.insert(method(side, operation));
            let ident = operation.body.as_ref().map(|body| body.ident.to_string());
            paths.extend(ident.map(|ident| format!("{module}::{}::{ident}", operation.builder)));
            paths.insert(format!("{module}::{}::extra_body", operation.builder));
        }
        let lines = take(own, |line| paths.contains(&line.path));
        self.say(Effect::WireOnly, what, lines);
    }

    fn answers(&mut self, own: &mut Vec<Line>) {
        let shown = |side: Side<'_>, operation: &Operation, success: bool| {
            let answers = operation.answers.iter().filter(|answer| answer.status.is_success() == success);
            let shown = answers.map(|answer| format!("{} {}", status(answer.status), media(side, &answer.media)));
            shown.collect::<Vec<_>>().join("; ")
        };
        for success in [true, false] {
            let (old, new) = (shown(self.old.0, self.old.1, success), shown(self.new.0, self.new.1, success));
            if old == new {
                continue;
            }
            let errors = [self.old.1.error.to_string(), self.new.1.error.to_string()];
            let lines = take(own, |line| {
                let of_error =
                    line.path.split("::").nth(1).is_some_and(|name| errors.iter().any(|error| error == name));
                of_error != success
            });
            let kind = if success { "its answer" } else { "its error" };
            self.say(Effect::WireOnly, format!("{kind} {}", was_is(&old, &new)), lines);
        }
    }

    fn credentials(&mut self) {
        let names = |side: Side<'_>, operation: &Operation| -> BTreeSet<Vec<String>> {
            let one = |needs: &Vec<crate::ir::Need>| {
                let mut names: Vec<String> =
                    needs.iter().map(|need| side.api.schemes[need.scheme].wire.clone()).collect();
                names.sort();
                names
            };
            operation.auth.iter().map(one).collect()
        };
        let (old, new) = (names(self.old.0, self.old.1), names(self.new.0, self.new.1));
        let shown = |names: &BTreeSet<Vec<String>>| -> String {
            let one = |needs: &Vec<String>| if needs.is_empty() { "none".to_owned() } else { needs.join(" and ") };
            names.iter().map(one).collect::<Vec<_>>().join(", or ")
        };
        if old != new {
            // Whoever had one of the old ones is let in as long as each of them is enough.
            let enough = |needs: &Vec<String>| new.iter().any(|other| other.iter().all(|name| needs.contains(name)));
            let public = |names: &BTreeSet<Vec<String>>| names.is_empty() || names.iter().any(Vec::is_empty);
            let kept = public(&new) || (!public(&old) && old.iter().all(enough));
            let effect = if kept { Effect::WireOnly } else { Effect::Breaking };
            let what = format!("the credentials that it accepts: {}", was_is(&shown(&old), &shown(&new)));
            self.say(effect, what, Vec::new());
        } else {
            let scopes = |operation: &Operation| -> BTreeSet<Vec<Vec<String>>> {
                operation.auth.iter().map(|needs| needs.iter().map(|need| need.scopes.clone()).collect()).collect()
            };
            if scopes(self.old.1) != scopes(self.new.1) {
                self.say(Effect::WireOnly, "the scopes that it needs differ".to_owned(), Vec::new());
            }
        }
    }
}

fn word(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::QueryString => "whole query",
    }
}

fn status(status: Status) -> String {
    match status {
        Status::Exact(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "default".to_owned(),
    }
}

/// Media types with what they hold.
fn media(side: Side<'_>, all: &[Media]) -> String {
    let one = |media: &Media| match &media.payload {
        Payload::Json(inner) if media.media_type == "application/json" => ty(side, inner),
        payload => match payload.ty() {
            Some(inner) => format!("{} of {}", media.media_type, ty(side, inner)),
            None => media.media_type.clone(),
        },
    };
    if all.is_empty() { "empty".to_owned() } else { all.iter().map(one).collect::<Vec<_>>().join(" or ") }
}
