//! Sentences of our own: what an item is called where the document does not say, and the bounds of its values.

use crate::ir::{Bound, Bounds, Checks, EnumValue, Literal, Prim, TypeRef};

use super::docs::code;

/// Words that are written in capitals.
const INITIALS: &[&str] = &[
    "api", "cpu", "css", "csv", "dm", "dns", "html", "http", "https", "id", "ip", "json", "jwt", "oauth", "pdf", "sql",
    "ssh", "ssl", "tls", "ui", "uri", "url", "utc", "uuid", "xml",
];

/// Words that begin or end no name of a thing.
const LINKS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "has", "if", "in", "is", "not", "of", "on",
    "or", "since", "the", "to", "until", "was", "were", "will", "with",
];

/// Longer values are no help in a sentence.
const LONGEST: usize = 80;

/// The words of a name in any case: `public_metrics` and `PublicMetrics` are both "public metrics".
pub(super) fn words(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            lower = false;
            continue;
        }
        if words.is_empty() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        lower = c.is_lowercase() || c.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    for word in &mut words {
        if INITIALS.contains(&word.as_str()) {
            *word = word.to_uppercase();
        } else if let Some(one) = word.strip_suffix('s').filter(|one| INITIALS.contains(one)) {
            *word = format!("{}s", one.to_uppercase());
        }
    }
    words.join(" ")
}

/// What a member or a parameter is, from its name and its type.
pub(super) fn member(wire: &str, ty: &TypeRef) -> String {
    let words = words(wire);
    let mut parts = words.split(' ');
    let odd = |word: Option<&str>| word.is_none_or(|word| word.is_empty() || LINKS.contains(&word));
    let phrase = if odd(parts.next()) || odd(words.rsplit(' ').next()) || words.chars().count() < 2 {
        format!("The value of {}.", code(wire))
    } else {
        format!("The {words}.")
    };
    match ty {
        TypeRef::Prim(Prim::Bool) => match words.split_once(' ') {
            Some(("is", rest)) => format!("Whether it is {rest}."),
            Some(("has", rest)) => format!("Whether it has {rest}."),
            Some(("can", rest)) => format!("Whether it can {rest}."),
            _ if phrase.contains('`') => phrase,
            _ => format!("The {words} flag."),
        },
        TypeRef::Prim(Prim::Timestamp) => match words.strip_suffix(" at") {
            Some(done) if done.ends_with("ed") => format!("When it was {done}."),
            Some(does) => format!("When it {does}."),
            None => phrase,
        },
        _ => phrase,
    }
}

/// What a type is, from its name.
pub(super) fn titled(name: &str) -> String {
    let words = words(name);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => format!("The type {}.", code(name)),
    }
}

/// What the value of an enum is.
pub(super) fn value(value: &EnumValue) -> String {
    literal(&value.wire).unwrap_or_else(|| code("null"))
}

/// Bounds, default and example of a value, each as far as there is one.
pub(super) fn facts(checks: &Checks, default: Option<&Literal>, example: Option<&Literal>) -> String {
    let mut parts = Vec::new();
    bounds(checks, &mut parts);
    if checks.skipped && !parts.is_empty() {
        parts.push("left to the server to check".to_owned());
    }
    parts.extend(default.and_then(literal).map(|value| format!("the server assumes {value}")));
    let mut text = sentence(&parts);
    if let Some(format) = &checks.format {
        let format = format_sentence(format);
        text = if text.is_empty() { format } else { format!("{format} {text}") };
    }
    if let Some(example) = example.and_then(literal) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("Example: {example}."));
    }
    text
}

/// What the names of a map's members are, as the end of a sentence; empty where nothing is known.
fn names(checks: &Checks) -> String {
    let Some(names) = &checks.names else { return String::new() };
    let mut parts = Vec::new();
    bounds(names, &mut parts);
    parts.extend(names.format.as_ref().map(|format| format!("of the format {}", code(format))));
    format!("each name {}", parts.join(", "))
}

/// What the names of members without a field of their own are, as a sentence.
pub(super) fn extra_names(checks: &Checks) -> String {
    sentence(&[names(checks)])
}

/// How many members an object may have.
pub(super) fn members(bounds: Bounds) -> String {
    let mut parts = Vec::new();
    parts.extend(counted(bounds, "member"));
    sentence(&parts)
}

/// A list in a sentence: `a`, `b` and `c`.
pub(super) fn list(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., one] => format!("{} {last} {one}", others.join(", ")),
    }
}

fn bounds(checks: &Checks, parts: &mut Vec<String>) {
    let values: Option<Vec<String>> = checks.values.iter().map(literal).collect();
    match values.as_deref() {
        None | Some([]) => {}
        Some([only]) => parts.push(format!("always {only}")),
        Some(values) => parts.push(format!("one of {}", list(values, "and"))),
    }
    parts.extend(range(checks.minimum.as_ref(), checks.maximum.as_ref()));
    parts.extend(checks.multiple_of.as_ref().map(|of| format!("a multiple of {}", number(of))));
    parts.extend(counted(checks.length, "character"));
    parts.extend(checks.pattern.as_ref().map(|pattern| format!("of the form {}", code(&pattern.source))));
    parts.extend(counted(checks.items, "value"));
    parts.extend(counted(checks.members, "member"));
    if checks.unique_items {
        parts.push("no value twice".to_owned());
    }
    parts.extend(Some(names(checks)).filter(|names| !names.is_empty()));
    if let Some(each) = &checks.each {
        let mut inner = Vec::new();
        bounds(each, &mut inner);
        if !inner.is_empty() {
            parts.push(format!("each {}", inner.join(", ")));
        }
    }
}

/// What a text of a format is (OpenAPI Format Registry; JSON Schema 2020-12 validation, section 7.3).
fn format_sentence(format: &str) -> String {
    let known = match format {
        "base16" => "Base16 (RFC 4648 section 8).",
        "base32" => "Base32 (RFC 4648 section 6).",
        "base32hex" => "Base32 with the extended hex alphabet (RFC 4648 section 7).",
        "date" => "A date (RFC 3339, `full-date`).",
        "decimal" => "A decimal number as text.",
        "duration" => "A duration (RFC 3339 appendix A).",
        "email" => "An email address (RFC 5321 section 4.1.2).",
        "hostname" => "A host name (RFC 1123 section 2.1).",
        "idn-email" => "An internationalized email address (RFC 6531).",
        "idn-hostname" => "An internationalized host name (RFC 5890 section 2.3.2.3).",
        "ip" => "An IP address.",
        "ipv4" => "An IPv4 address (RFC 2673 section 3.2).",
        "ipv6" => "An IPv6 address (RFC 4291 section 2.2).",
        "iri" => "An IRI (RFC 3987).",
        "iri-reference" => "An IRI or a relative reference (RFC 3987).",
        "json-pointer" => "A JSON pointer (RFC 6901 section 5).",
        "password" => "A password.",
        "quoted-printable" => "Quoted-printable text (RFC 2045 section 6.7).",
        "regex" => "A regular expression (ECMA 262).",
        "relative-json-pointer" => "A relative JSON pointer.",
        "time" => "A time of day (RFC 3339, `full-time`).",
        "uri" | "url" => "A URI (RFC 3986).",
        "uri-reference" => "A URI or a relative reference (RFC 3986 section 4.1).",
        "uri-template" => "A URI template (RFC 6570).",
        "uuid" => "A UUID (RFC 9562).",
        _ => return format!("Of the format {}.", code(format)),
    };
    known.to_owned()
}

fn range(minimum: Option<&Bound>, maximum: Option<&Bound>) -> Option<String> {
    let least =
        |bound: &Bound| format!("{} {}", if bound.exclusive { "more than" } else { "at least" }, number(&bound.value));
    let most =
        |bound: &Bound| format!("{} {}", if bound.exclusive { "less than" } else { "at most" }, number(&bound.value));
    match (minimum, maximum) {
        (Some(low), Some(high)) if !low.exclusive && !high.exclusive => {
            Some(format!("between {} and {}", number(&low.value), number(&high.value)))
        }
        (Some(low), Some(high)) => Some(format!("{} and {}", least(low), most(high))),
        (Some(low), None) => Some(least(low)),
        (None, Some(high)) => Some(most(high)),
        (None, None) => None,
    }
}

fn counted(bounds: Bounds, unit: &str) -> Option<String> {
    let unit = |count: u64| if count == 1 { unit.to_owned() } else { format!("{unit}s") };
    match (bounds.least, bounds.most) {
        (Some(least), Some(most)) if least == most => Some(format!("exactly {most} {}", unit(most))),
        (Some(least), Some(most)) if least > 0 => Some(format!("{least} to {most} {}", unit(most))),
        (_, Some(most)) => Some(format!("at most {most} {}", unit(most))),
        (Some(least), None) if least > 0 => Some(format!("at least {least} {}", unit(least))),
        (_, None) => None,
    }
}

/// A number as written is code where it is anything but digits.
fn number(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
    if plain { text.to_owned() } else { code(text) }
}

fn literal(value: &Literal) -> Option<String> {
    let text = match value {
        Literal::Null | Literal::Object(_) => return None,
        Literal::Bool(value) => code(&value.to_string()),
        Literal::Int(value) => value.to_string(),
        Literal::Float(text) => number(text),
        Literal::Text(text) if text.chars().count() > LONGEST => return None,
        Literal::Text(text) => code(text),
        Literal::List(values) => {
            let values: Option<Vec<String>> = values.iter().map(literal).collect();
            list(&values?, "and")
        }
    };
    (text.len() <= 4 * LONGEST && !text.is_empty()).then_some(text)
}

fn sentence(parts: &[String]) -> String {
    let text = parts.join("; ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        for (name, said) in [
            ("public_metrics", "public metrics"),
            ("PublicMetrics", "public metrics"),
            ("client_ip", "client IP"),
            ("mediaIDs", "media IDs"),
            ("x-rate-limit", "x rate limit"),
            ("OAuth2Token", "oauth2 token"),
        ] {
            assert_eq!(words(name), said);
        }
        assert_eq!(member("is_open", &TypeRef::Prim(Prim::Bool)), "Whether it is open.");
        assert_eq!(member("created_at", &TypeRef::Prim(Prim::Timestamp)), "When it was created.");
        assert_eq!(member("!", &TypeRef::Json), "The value of `!`.");
        assert_eq!(member("at", &TypeRef::Prim(Prim::Timestamp)), "The value of `at`.");
        assert_eq!(member("created_by", &TypeRef::Json), "The value of `created_by`.");
        assert_eq!(member("client_ip", &TypeRef::Json), "The client IP.");
    }

    #[test]
    fn bounds_and_default_are_one_sentence() {
        let bound = |value: &str| Some(Bound { value: value.to_owned(), exclusive: false });
        let checks = Checks { minimum: bound("1"), maximum: bound("100"), ..Checks::default() };
        assert_eq!(facts(&checks, Some(&Literal::Int(10)), None), "Between 1 and 100; the server assumes 10.");
        let checks = Checks { length: Bounds { least: Some(1), most: Some(1) }, skipped: true, ..Checks::default() };
        let example = Literal::Text("`".to_owned());
        assert_eq!(
            facts(&checks, None, Some(&example)),
            "Exactly 1 character; left to the server to check. Example: `` ` ``."
        );
    }
}
