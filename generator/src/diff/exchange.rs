//! What an operation sends and answers, and the credentials it takes.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{
    Answer, Body, Encoding, Framing, Header, HeaderForm, Media, Message, Need, Operation, Paging, Payload, Scheme,
    Shape, Status, Step, Stream, Switch, SwitchPlace,
};

use super::Side;
use super::change::Effect;
use super::pair::Pair;
use super::params::spelled;
use super::values::{code, ty, was_is};

impl Pair<'_, '_, Operation> {
    pub(super) fn body(&mut self) {
        let (before, after) = (&self.old.1.body, &self.new.1.body);
        let what = match (before, after) {
            (None, None) => return,
            (None, Some(body)) if body.required => "a body is required now".to_owned(),
            (None, Some(_)) => "a body can be sent now".to_owned(),
            (Some(_), None) => "there is no body any more".to_owned(),
            (Some(old), Some(new)) => {
                // The texts are compared with those of the operation; what it is called is in the lines.
                let Body { required, media: forms, name: _, variants: _, ident: _, docs: _, example: _ } = old;
                let mut words = Vec::new();
                if *required != new.required {
                    words.push(format!("is {} now", if new.required { "required" } else { "optional" }));
                }
                let shown = (media(self.old.0, forms), media(self.new.0, &new.media));
                if shown.0 != shown.1 {
                    words.push(was_is(&shown.0, &shown.1));
                }
                let how = (encodings(forms), encodings(&new.media));
                if how.0 != how.1 {
                    words.push(format!("is written another way: {}", was_is(&how.0, &how.1)));
                }
                if words.is_empty() {
                    return;
                }
                format!("the body {}", words.join(" and "))
            }
        };
        let mut paths = BTreeSet::from([self.method(), self.of_builder("extra_body")]);
        for body in [before, after].into_iter().flatten() {
            paths.insert(self.of_builder(body.ident.as_str()));
        }
        let lines = self.take(&paths);
        self.say(Effect::WireOnly, what, lines);
    }

    pub(super) fn answers(&mut self) {
        let shown = |side: Side<'_>, operation: &Operation, success: bool| {
            let answers = operation.answers.iter().filter(|answer| answer.status.is_success() == success);
            let one = |answer: &Answer| {
                // Texts and headers are compared for themselves; variants are in the lines.
                let Answer { status: code, docs: _, headers: _, media: forms, variants: _ } = answer;
                format!("{} {}", status(*code), media(side, forms))
            };
            answers.map(one).collect::<Vec<_>>().join("; ")
        };
        for success in [true, false] {
            let (old, new) = (shown(self.old.0, self.old.1, success), shown(self.new.0, self.new.1, success));
            if old == new {
                continue;
            }
            let error = self.path(self.new.1.error.as_str());
            let headers =
                self.new.1.headers.as_ref().or(self.old.1.headers.as_ref()).map(|name| self.path(name.as_str()));
            let lines = super::lines::take(&mut self.own, |line| {
                let of = |item: &String| line.path.starts_with(item.as_str());
                // What sets something up is not about what is answered.
                let setter = line.old.as_deref().or(line.new.as_deref()).is_some_and(|what| what.ends_with("-> Self"));
                of(&error) != success && !headers.as_ref().is_some_and(of) && !setter
            });
            let kind = if success { "its answer" } else { "its error" };
            self.say(Effect::WireOnly, format!("{kind} {}", was_is(&old, &new)), lines);
        }
    }

    pub(super) fn headers(&mut self) {
        let of = |operation: &Operation| -> BTreeMap<(String, String), Header> {
            let one =
                |answer: &Answer, header: &Header| ((header.name.to_string(), status(answer.status)), header.clone());
            let all = operation.answers.iter();
            all.flat_map(|answer| answer.headers.iter().map(move |header| one(answer, header))).collect()
        };
        let (before, after) = (of(self.old.1), of(self.new.1));
        // The method that reads it is there for as long as it is a header of any answer.
        let stays = |of: &BTreeMap<(String, String), Header>, name: &str| of.keys().any(|(known, _)| known == name);
        let answers = |name: &str, code: &str| {
            let several = [&before, &after].iter().any(|of| of.keys().filter(|(known, _)| known == name).count() > 1);
            let moved = stays(&before, name) && stays(&after, name) && !(several || before.keys().eq(after.keys()));
            if several || moved { format!("its answers {code}") } else { "its answers".to_owned() }
        };
        let reader = self.new.1.headers.as_ref().or(self.old.1.headers.as_ref()).map(ToString::to_string);
        let path = |pair: &Self, name: &str| {
            BTreeSet::from([pair.path(&format!("{}::{name}", reader.as_deref().unwrap_or_default()))])
        };
        for ((name, code_of), header) in &before {
            let answers = answers(name, code_of);
            // The name is that of the method; the texts are compared with those of the operation.
            let Header { wire, name: _, ty: inner, form, deprecated, docs: _, origin } = header;
            let lines = self.take(&path(self, name));
            let Some(other) = after.get(&(name.clone(), code_of.clone())) else {
                let what = format!("the header {} of {answers} is removed", code(wire));
                let effect = if stays(&after, name) { Effect::WireOnly } else { Effect::Breaking };
                self.say_at(effect, what, &lines, (Some(origin), None)).kin("headers", "are removed", code(wire));
                continue;
            };
            let places = (Some(origin), Some(&other.origin));
            let types = (ty(self.old.0, inner), ty(self.new.0, &other.ty));
            if types.0 != types.1 || wire != &other.wire || form != &other.form {
                let shown = |header: &Header, ty: &str| format!("{} {ty} {}", header.wire, written(header.form));
                let what = was_is(&shown(header, &types.0), &shown(other, &types.1));
                self.say_at(Effect::WireOnly, format!("a header of {answers} {what}"), &lines, places).kin(
                    "headers",
                    "are read another way",
                    code(wire),
                );
            } else if *deprecated != other.deprecated {
                let no_more = if other.deprecated { "" } else { " no more" };
                let what = format!("the header {} of {answers} is deprecated{no_more}", code(wire));
                self.say_at(Effect::Additive, what, &lines, places);
            } else {
                self.own.extend(lines);
            }
        }
        for ((name, code_of), header) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            let lines = self.take(&path(self, name));
            let what = format!("the header {} of {} is added", code(&header.wire), answers(name, code_of));
            let effect = if stays(&before, name) { Effect::WireOnly } else { Effect::Additive };
            self.say_at(effect, what, &lines, (None, Some(&header.origin))).kin(
                "headers",
                "are added",
                code(&header.wire),
            );
        }
    }

    pub(super) fn paging(&mut self) {
        let shown = |(side, operation): (Side<'_>, &Operation)| {
            operation.paging.as_ref().map(|paging| paged(side, operation, paging)).unwrap_or_default()
        };
        let (old, new) = (shown(self.old), shown(self.new));
        if old == new {
            return;
        }
        let (effect, what) = match (old.is_empty(), new.is_empty()) {
            (true, _) => (Effect::Additive, format!("it has pages now: {}", code(&new))),
            (_, true) => (Effect::Breaking, "it has no pages any more".to_owned()),
            _ => (Effect::WireOnly, format!("its pages are found another way: {}", was_is(&old, &new))),
        };
        let lines = self.take(&["pages", "items"].map(|method| self.of_builder(method)).into());
        self.say(effect, what, lines);
    }

    pub(super) fn stream(&mut self) {
        let (before, after) = (&self.old.1.stream, &self.new.1.stream);
        let shown = |(side, operation): (Side<'_>, &Operation)| {
            operation.stream.as_ref().map(|stream| streamed(side, operation, stream)).unwrap_or_default()
        };
        let (old, new) = (shown(self.old), shown(self.new));
        if old == new {
            return;
        }
        let (effect, what) = match (before, after) {
            (None, _) => (Effect::Additive, format!("it can be read as a stream now: {}", code(&new))),
            (_, None) => (Effect::Breaking, "it is no stream any more".to_owned()),
            // What is no JSON was a text before, or the other way round.
            (Some(before), Some(after)) if before.message != after.message => {
                (Effect::Breaking, format!("its stream is read another way: {}", was_is(&old, &new)))
            }
            _ => (Effect::WireOnly, format!("its stream is read another way: {}", was_is(&old, &new))),
        };
        let lines = self.take(&["connect", "stream", "live"].map(|method| self.of_builder(method)).into());
        self.say(effect, what, lines);
    }

    pub(super) fn credentials(&mut self) {
        let (old, new) = (needs(self.old.0, self.old.1), needs(self.new.0, self.new.1));
        let names = |all: &[Vec<(String, Vec<String>)>]| -> Vec<Vec<String>> {
            all.iter().map(|needs| needs.iter().map(|(name, _)| name.clone()).collect()).collect()
        };
        let (before, after) = (names(&old), names(&new));
        let set = |names: &[Vec<String>]| names.iter().cloned().collect::<BTreeSet<_>>();
        let shown = |names: &[Vec<String>]| {
            let one = |needs: &Vec<String>| if needs.is_empty() { "none".to_owned() } else { needs.join(" and ") };
            names.iter().map(one).collect::<Vec<_>>().join(", or ")
        };
        let what = format!("the credentials that it accepts: {}", was_is(&shown(&before), &shown(&after)));
        if set(&before) != set(&after) {
            // Whoever had one of the old ones is let in as long as each of them is enough.
            let enough = |needs: &Vec<String>| after.iter().any(|other| other.iter().all(|name| needs.contains(name)));
            let public = |names: &[Vec<String>]| names.is_empty() || names.iter().any(Vec::is_empty);
            let kept = public(&after) || (!public(&before) && before.iter().all(enough));
            let (effect, why) = match kept {
                true => (Effect::WireOnly, "every credential that was accepted still is"),
                false => {
                    (Effect::Breaking, "calls with a credential that was accepted are refused before they are sent")
                }
            };
            self.say(effect, what, Vec::new()).because(why);
        } else if before != after {
            self.say(Effect::WireOnly, what, Vec::new())
                .because("the first alternative of which all credentials are set is used");
        }
        self.scopes(&old, &new);
    }

    /// Scopes of alternatives that both sides have.
    fn scopes(&mut self, old: &[Vec<(String, Vec<String>)>], new: &[Vec<(String, Vec<String>)>]) {
        let mut words = Vec::new();
        let mut more = false;
        // An alternative can stand there more than once, with other scopes.
        let left: Vec<_> = new.iter().filter(|needs| !old.contains(needs)).collect();
        for needs in old.iter().filter(|needs| !new.contains(needs)) {
            let same = |other: &&Vec<(String, Vec<String>)>| other.iter().map(|n| &n.0).eq(needs.iter().map(|n| &n.0));
            let Some(others) = left.iter().copied().find(same) else { continue };
            for ((scheme, before), (_, after)) in needs.iter().zip(others) {
                if before != after {
                    more |= after.iter().any(|scope| !before.contains(scope));
                    words.push(format!("{} {}", code(scheme), was_is(&before.join(", "), &after.join(", "))));
                }
            }
        }
        if !words.is_empty() {
            let why = match more {
                true => {
                    "the client checks no scopes: the server refuses a token without them (403), whichever release sends it, so ask for them at the next login"
                }
                false => "every token that was enough still is",
            };
            let what = format!("the scopes that it needs: {}", words.join("; "));
            self.say(Effect::WireOnly, what, Vec::new()).because(why);
        }
    }
}

/// The credentials of each alternative with their scopes, both by name.
fn needs(side: Side<'_>, operation: &Operation) -> Vec<Vec<(String, Vec<String>)>> {
    let one = |need: &Need| {
        let Need { scheme, scopes } = need;
        let Scheme { wire, .. } = &side.api.schemes[*scheme];
        let mut scopes = scopes.clone();
        scopes.sort();
        (wire.clone(), scopes)
    };
    let all = operation.auth.iter().map(|needs| {
        let mut needs: Vec<_> = needs.iter().map(one).collect();
        needs.sort();
        needs
    });
    all.collect()
}

fn status(status: Status) -> String {
    match status {
        Status::Exact(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "default".to_owned(),
    }
}

fn written(form: HeaderForm) -> &'static str {
    match form {
        HeaderForm::Simple => "as it stands",
        HeaderForm::Exploded => "exploded",
        HeaderForm::Json => "as JSON",
    }
}

/// Media types with what they hold.
fn media(side: Side<'_>, all: &[Media]) -> String {
    let one = |media: &Media| {
        // What is written another way is said of bodies, which are the only ones to have it.
        let Media { media_type, payload, encoding: _ } = media;
        match payload {
            Payload::Json(inner) if media_type == "application/json" => ty(side, inner),
            payload => match payload.ty() {
                Some(inner) => format!("{media_type} of {}", ty(side, inner)),
                None => media_type.clone(),
            },
        }
    };
    if all.is_empty() { "empty".to_owned() } else { all.iter().map(one).collect::<Vec<_>>().join(" or ") }
}

/// How members of forms and parts are written, where that is not the usual way.
fn encodings(all: &[Media]) -> String {
    let one = |encoding: &Encoding| {
        let Encoding { wire, style, explode, allow_reserved, content_type } = encoding;
        let part = content_type.as_ref().map(|media| format!(" as {media}")).unwrap_or_default();
        format!("{wire}: {}{part}", spelled(*style, *explode, *allow_reserved))
    };
    all.iter().flat_map(|media| &media.encoding).map(one).collect::<Vec<_>>().join("; ")
}

fn name_of(operation: &Operation, param: usize) -> &str {
    operation.params.get(param).map(|param| param.wire.as_str()).unwrap_or_default()
}

/// How the pages of an operation are found.
fn paged(side: Side<'_>, operation: &Operation, paging: &Paging) -> String {
    let Paging { token, size, items, item, next, previous } = paging;
    let way = |steps: &[Step]| {
        let one = |Step { of, field }: &Step| match &side.api.ty(*of).shape {
            Shape::Struct(of) => of.fields.get(*field).map(|field| field.wire.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        steps.iter().map(one).collect::<Vec<_>>().join(".")
    };
    let mut words = format!("{} takes {}", name_of(operation, *token), way(next));
    if let Some((param, most)) = size {
        words.push_str(&format!(", {} at most {most} items", name_of(operation, *param)));
    }
    if let Some(previous) = previous {
        words.push_str(&format!(", back by {}", way(previous)));
    }
    format!("{words}, items {} of {}", way(items), ty(side, &item.ty))
}

/// How a stream of an operation is read.
fn streamed(side: Side<'_>, operation: &Operation, stream: &Stream) -> String {
    let Stream { framing, item, backfill, replay, event_id, message, ends, last, accept, switch } = stream;
    let framing = match framing {
        Framing::JsonLines => "lines",
        Framing::JsonSeq => "text sequence",
        Framing::ServerSentEvents => "server-sent events",
    };
    let message = match message {
        Message::Json => "JSON",
        Message::Text => "text",
        Message::Event => "events with text",
        Message::JsonEvent => "events with JSON",
    };
    let mut words = format!("{framing} of {message}, {}", ty(side, item));
    let mut add = |word: &str, text: String| {
        if !text.is_empty() {
            words.push_str(&format!(", {word} {text}"));
        }
    };
    add("missed items by", backfill.map(|at| name_of(operation, at).to_owned()).unwrap_or_default());
    add("ended by", replay.iter().map(|at| name_of(operation, *at)).collect::<Vec<_>>().join(", "));
    add("told apart by", event_id.join("."));
    add("which", if *ends { "ends".to_owned() } else { String::new() });
    add("the last message", last.clone().unwrap_or_default());
    add("asked for as", accept.clone().unwrap_or_default());
    if let Some(Switch { place, is_default }) = switch {
        let at = match place {
            SwitchPlace::Member(name) => format!("the member {name}"),
            SwitchPlace::Param(at) => format!("the parameter {}", name_of(operation, *at)),
        };
        add("switched by", format!("{at}{}", if *is_default { " (on by default)" } else { "" }));
    }
    words
}
