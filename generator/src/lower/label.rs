//! What a schema is called when nobody named it: words taken from its own place in the document.

use std::borrow::Cow;

use crate::diag::{Diagnostics, Origin};
use crate::document::{Document, FOREIGN, JsonType, METHODS};
use crate::ir::Framing;

use super::alternative::alternative;
use super::body::sequence;
use super::brief;
use super::operation::media_kind;

/// The words of a schema's name, and the file it is printed into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The steps to its place, each in words, such as `Pet` and `favourite_food`.
    steps: Vec<String>,
    /// Longer forms for when the words of the steps collide.
    longer: Vec<String>,
    /// Where a schema is written whose place gives more of them.
    written: Option<Origin>,
    /// What owns it: a component or an operation. Types of one owner share a file.
    pub(super) owner: String,
    /// True for a component schema itself.
    pub(super) component: bool,
}

impl Label {
    /// The words of its whole place, such as `Pet favourite_food`.
    pub(super) fn words(&self) -> String {
        self.steps.join(" ")
    }

    /// The words to claim.
    pub(super) fn short(&self) -> String {
        brief::forms(&self.steps).swap_remove(0)
    }

    /// The longer forms for when the words to claim collide. Few do, and these take longer to find than a name.
    pub(super) fn longer(&self, document: &Document<'_>) -> Vec<String> {
        let written = self.written.iter().flat_map(|origin| longer(document, origin));
        brief::forms(&self.steps).into_iter().skip(1).chain(self.longer.iter().cloned()).chain(written).collect()
    }

    /// The label of something inside; `place` says what it is there.
    pub(super) fn inside(&self, step: Option<String>, place: &str) -> Self {
        let steps: Vec<String> = self.steps.iter().cloned().chain(step).collect();
        let longer = vec![format!("{} {place}", steps.join(" "))];
        Self { steps, longer, written: None, owner: self.owner.clone(), component: false }
    }

    /// A longer form to try before the others.
    pub(super) fn or(mut self, form: String) -> Self {
        self.longer.insert(0, form);
        self
    }
}

/// What the entries of a section of `components` are.
fn kind(section: &str) -> String {
    match section {
        "schemas" => "schema",
        "requestBodies" => "request body",
        other => return singular(other),
    }
    .to_owned()
}

/// The label of the schema at `origin`.
pub(super) fn label(document: &Document<'_>, origin: &Origin) -> Label {
    let way = Way::new(document, origin);
    let (owner, component) = (way.owner.clone(), document.component(origin).is_some());
    let steps = way.words(document, origin, false);
    Label { steps, longer: Vec::new(), written: Some(origin.clone()), owner, component }
}

/// The longer forms of the name of the schema at `origin`.
fn longer(document: &Document<'_>, origin: &Origin) -> Vec<String> {
    let way = Way::new(document, origin);
    let whole = way.words(document, origin, true);
    let (exact, kind) = (whole.join(" "), &way.kind);
    let mut longer = Vec::new();
    if document.component(origin).is_none() {
        let place = place_word(&way.rest);
        let own = kind_of_alternative(document, origin);
        let words = way.words(document, origin, false).join(" ");
        longer.extend(place.map(|place| format!("{words} {place}")));
        longer.extend(own.map(|kind| format!("{words} {kind}")));
        longer.extend(brief::forms(&whole));
        longer.extend([format!("{exact} {kind}"), format!("{exact} type")]);
        longer.extend(own.map(|kind| format!("{exact} {kind}")));
        longer.extend(place.map(|place| format!("{exact} {place}")));
    } else {
        longer.extend([format!("{exact} {kind}"), format!("{exact} type")]);
    }
    if origin.file != document.file() {
        // Files of one name lie in different folders.
        let path = document.sources().name(origin.file).unwrap_or_default();
        let folders: Vec<&str> = path.rsplit('/').skip(1).collect();
        longer = (1..=folders.len())
            .map(|count| {
                let mut words: Vec<&str> = folders[..count].to_vec();
                words.reverse();
                format!("{} {exact}", words.join(" "))
            })
            .chain(longer)
            .collect();
    }
    longer
}

/// The way to a schema: what owns it, and the segments from there.
struct Way<'o> {
    owner: String,
    /// What the owner is of its section of `components`, in words.
    kind: String,
    rest: Vec<Cow<'o, str>>,
    /// How many segments lead to the owner.
    depth: usize,
}

impl<'o> Way<'o> {
    fn new(document: &Document<'_>, origin: &'o Origin) -> Self {
        let mut segments: Vec<Cow<'o, str>> = origin.segments().collect();
        let texts: Vec<&str> = segments.iter().map(|segment| &**segment).collect();
        let (owner, kind, rest) = match texts.as_slice() {
            texts if let Some((name, depth)) = named(document, origin, texts.len()) => {
                (name, kind("schemas"), &texts[depth..])
            }
            ["components", section @ "parameters", name, rest @ ..] => {
                // Arguments are called by what they are, not by being parameters.
                (name.strip_suffix("Parameter").unwrap_or(name).to_owned(), kind(section), rest)
            }
            ["components", section @ "callbacks", name, _, _, rest @ ..] => ((*name).to_owned(), kind(section), rest),
            ["components", section, name, rest @ ..] => ((*name).to_owned(), kind(section), rest),
            [root @ ("paths" | "webhooks"), path, method, rest @ ..] if *method != "parameters" => {
                let operation = Origin::root(origin.file).child(root).child(path).child(method);
                let id = text(document, &operation, "operationId").unwrap_or_else(|| format!("{method} {path}"));
                (id, String::new(), rest)
            }
            ["paths", path, rest @ ..] => ((*path).to_owned(), String::new(), rest),
            rest if origin.file != document.file() => elsewhere(document, origin, rest),
            rest => ("inline".to_owned(), String::new(), rest),
        };
        let depth = segments.len() - rest.len();
        Self { owner, kind, depth, rest: segments.split_off(depth) }
    }

    /// The words of the way; `exact` says more at every step.
    fn words(&self, document: &Document<'_>, origin: &Origin, exact: bool) -> Vec<String> {
        let mut place = Place { document, origin, depth: self.depth, exact, words: vec![self.owner.clone()] };
        place.walk(&self.rest);
        place.words
    }
}

/// What a schema is of the one around it.
fn place_word(way: &[Cow<'_, str>]) -> Option<&'static str> {
    match way {
        [.., list, _] if list == "properties" => Some("member"),
        [.., list, _] if list == "oneOf" || list == "anyOf" => Some("alternative"),
        _ => None,
    }
}

/// What tells an alternative apart where it is listed: its name, or else what it asks for or has.
pub(super) fn arm_words(document: &Document<'_>, listed: &Origin, target: &Origin, few: usize) -> Option<String> {
    match document.component(target) {
        Some(name) => Some(name.into_owned()),
        None => alternative(document, listed, few),
    }
}

/// The name of the schema that holds a node and has one, and how many segments lead to it.
fn named(document: &Document<'_>, origin: &Origin, depth: usize) -> Option<(String, usize)> {
    (0..=depth).rev().find_map(|depth| Some((document.component(&ancestor(origin, depth))?.into_owned(), depth)))
}

/// The owner of a node in a file that is no description of its own.
fn elsewhere<'t>(document: &Document<'_>, origin: &Origin, rest: &'t [&'t str]) -> (String, String, &'t [&'t str]) {
    let root = Origin::root(origin.file);
    let id = |at: &Origin| text(document, at, "operationId");
    if let Some(id) = id(&root) {
        return (id, String::new(), rest);
    }
    match rest {
        [method, rest @ ..] if METHODS.contains(method) => {
            let id = id(&root.child(method)).unwrap_or_else(|| format!("{method} {}", document.stem(origin)));
            (id, String::new(), rest)
        }
        [name, rest @ ..] if !FOREIGN.contains(name) => (held(document, origin, name, rest), String::new(), rest),
        rest => (held(document, origin, document.stem(origin), rest), String::new(), rest),
    }
}

/// What owns the schemas of a body or a response: not its name alone, which is often that of the schema it carries.
fn held(document: &Document<'_>, origin: &Origin, name: &str, rest: &[&str]) -> String {
    let carries = rest.first().is_some_and(|first| *first == "content");
    let path = document.sources().name(origin.file).unwrap_or_default().to_ascii_lowercase();
    let word = if path.contains("request") { "request" } else { "response" };
    if carries && !name.to_ascii_lowercase().ends_with(word) { format!("{name} {word}") } else { name.to_owned() }
}

/// The way from the owner to the schema, in words. Positions in lists are no words: they change when something else is
/// added.
struct Place<'a> {
    document: &'a Document<'a>,
    origin: &'a Origin,
    /// How many segments lead to the owner.
    depth: usize,
    /// True for the longer form, which says more at every step.
    exact: bool,
    words: Vec<String>,
}

impl Place<'_> {
    fn walk(&mut self, rest: &[Cow<'_, str>]) {
        let mut index = 0;
        while let Some(segment) = rest.get(index) {
            index += self.step(segment, rest.get(index + 1).map(|next| &**next), index);
        }
    }

    /// Adds the words of one step and says how many segments it took.
    fn step(&mut self, segment: &str, next: Option<&str>, index: usize) -> usize {
        let target = || ancestor(self.origin, self.depth + index + 2);
        match (segment, next) {
            ("properties" | "patternProperties" | "headers" | "$defs" | "definitions", Some(name)) => {
                self.words.push(name.to_owned());
            }
            ("parameters", Some(_)) => self.words.extend(text(self.document, &target(), "name")),
            ("responses", Some(status)) => {
                if self.exact || !status.starts_with('2') {
                    self.words.push(status.to_owned());
                }
                self.words.push("response".to_owned());
            }
            // Expression and method of a callback: it has one of each, mostly.
            ("callbacks", Some(name)) if !self.exact => {
                self.words.push(name.to_owned());
                return 4;
            }
            ("content", Some(media_type)) => {
                if self.exact {
                    self.words.push(media_type.to_owned());
                } else if let Some(word) = notation(media_type)
                    && let Some(last) = self.words.last_mut().filter(|last| matches!(&***last, "request" | "response"))
                {
                    // So that another form of the same body or answer can be added without a clash.
                    word.clone_into(last);
                }
            }
            ("oneOf" | "anyOf", Some(_)) => {
                let few = if self.exact { 6 } else { 2 };
                self.words.extend(alternative(self.document, &target(), few));
            }
            ("allOf" | "prefixItems", Some(_)) => {}
            ("type" | "enum", Some(_)) => {
                self.words.extend(kind_of_alternative(self.document, &target()).map(str::to_owned))
            }
            (single, _) => {
                match single {
                    // A list of schemas: the place of one of them is no word.
                    "items"
                        if next.is_some_and(|next| {
                            self.document.value(&target()).is_some() && next.parse::<usize>().is_ok()
                        }) =>
                    {
                        return 2;
                    }
                    "items" => item(&mut self.words, self.exact),
                    "additionalProperties" => self.words.push("value".to_owned()),
                    "requestBody" => self.words.push("request".to_owned()),
                    "not" | "schema" | "itemSchema" => {}
                    other => self.words.push(other.to_owned()),
                }
                return 1;
            }
        }
        2
    }
}

/// What a schema of a media type is called that is not JSON.
fn notation(media_type: &str) -> Option<&'static str> {
    let kind = media_kind(media_type);
    match kind.as_str() {
        "application/x-www-form-urlencoded" => Some("form"),
        kind if kind.starts_with("multipart/") => Some("multipart"),
        kind => match sequence(kind)? {
            Framing::ServerSentEvents => Some("event"),
            Framing::JsonLines => Some("line"),
            Framing::JsonSeq => Some("element"),
        },
    }
}

/// The word for an alternative of a schema of several types: it stands at the name of its type, or at one of its values.
fn kind_of_alternative(document: &Document<'_>, at: &Origin) -> Option<&'static str> {
    Some(match document.schema(at, &mut Diagnostics::new())?.types.first()? {
        JsonType::Array => "list",
        JsonType::Boolean => "bool",
        JsonType::Integer | JsonType::Number => "number",
        JsonType::Null => "null",
        JsonType::Object => "object",
        JsonType::String => "text",
    })
}

/// A text member of a node.
pub(super) fn text(document: &Document<'_>, at: &Origin, member: &str) -> Option<String> {
    document.value(at)?.get(member)?.as_str().map(str::to_owned)
}

/// The node `depth` segments below the root on the way to `origin`.
fn ancestor(origin: &Origin, depth: usize) -> Origin {
    let end = origin.pointer.match_indices('/').nth(depth).map_or(origin.pointer.len(), |(at, _)| at);
    Origin { file: origin.file, pointer: origin.pointer[..end].to_owned() }
}

/// An item of a list is called by the singular of the list's last word.
fn item(words: &mut Vec<String>, exact: bool) {
    let Some(last) = words.last_mut() else { return };
    let one = singular(last);
    if exact || one == *last { words.push("item".to_owned()) } else { *last = one }
}

/// The singular of an English plural, where it is regular; anything else as it is.
pub(super) fn singular(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    for (plural, ending) in [("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")] {
        if lower.len() > plural.len() + 1 && lower.ends_with(plural) {
            return format!("{}{ending}", &word[..word.len() - plural.len()]);
        }
    }
    let regular = lower.len() > 2
        && lower.ends_with('s')
        && !["ss", "us", "is", "as", "os"].iter().any(|end| lower.ends_with(end));
    if regular { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn plurals_that_are_regular_become_singular() {
        for (plural, one) in [
            ("urls", "url"),
            ("entities", "entity"),
            ("boxes", "box"),
            ("status", "status"),
            ("ids", "id"),
            ("media", "media"),
            ("address", "address"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }
}
