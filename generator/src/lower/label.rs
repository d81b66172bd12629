//! What a schema is called when nobody named it: words taken from its own place in the document.

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
    exact: Vec<String>,
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

    /// The words to claim, and the longer forms for when they collide.
    pub(super) fn forms(&self) -> (String, Vec<String>) {
        let mut forms = brief::forms(&self.steps).into_iter();
        (forms.next().unwrap_or_default(), forms.chain(self.exact.iter().cloned()).collect())
    }

    /// The label of something inside; `place` says what it is there.
    pub(super) fn inside(&self, step: Option<String>, place: &str) -> Self {
        let steps: Vec<String> = self.steps.iter().cloned().chain(step).collect();
        Self { exact: vec![format!("{} {place}", steps.join(" "))], steps, owner: self.owner.clone(), component: false }
    }

    /// A longer form to try before the others.
    pub(super) fn or(mut self, form: String) -> Self {
        self.exact.insert(0, form);
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
    let segments: Vec<String> = origin.segments().map(|segment| segment.into_owned()).collect();
    let texts: Vec<&str> = segments.iter().map(String::as_str).collect();
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
    let mut place =
        Place { document, origin, depth: segments.len() - rest.len(), exact: false, words: vec![owner.clone()] };
    place.walk(rest);
    let steps = place.words.clone();
    place.exact = true;
    place.words.truncate(1);
    place.words[0].clone_from(&owner);
    place.walk(rest);
    let exact = place.words.join(" ");
    let component = document.component(origin).is_some();
    let mut longer = Vec::new();
    if !component {
        let words = steps.join(" ");
        longer.extend(place_word(rest).map(|place| format!("{words} {place}")));
        longer.extend(kind_of_alternative(document, origin).map(|kind| format!("{words} {kind}")));
    }
    if !component {
        longer.extend(brief::forms(&place.words));
    }
    longer.extend([format!("{exact} {kind}"), format!("{exact} type")]);
    if !component {
        longer.extend(kind_of_alternative(document, origin).map(|kind| format!("{exact} {kind}")));
        longer.extend(place_word(rest).map(|place| format!("{exact} {place}")));
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
    Label { steps, exact: longer, owner, component }
}

/// What a schema is of the one around it.
fn place_word(way: &[&str]) -> Option<&'static str> {
    match way {
        [.., "properties", _] => Some("member"),
        [.., "oneOf" | "anyOf", _] => Some("alternative"),
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
    fn walk(&mut self, rest: &[&str]) {
        let mut index = 0;
        while let Some(segment) = rest.get(index) {
            index += self.step(segment, rest.get(index + 1).copied(), index);
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
            ("type" | "enum", Some(_)) => self.words.extend(kind_of_alternative(self.document, &target())),
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
fn kind_of_alternative(document: &Document<'_>, at: &Origin) -> Option<String> {
    let word = match document.schema(at, &mut Diagnostics::new())?.types.first()? {
        JsonType::Array => "list",
        JsonType::Boolean => "bool",
        JsonType::Integer | JsonType::Number => "number",
        JsonType::Null => "null",
        JsonType::Object => "object",
        JsonType::String => "text",
    };
    Some(word.to_owned())
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
