//! From text to identifiers: words, cases, symbols, keywords, lengths.

use deunicode::deunicode;
use heck::{ToKebabCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// How the words of a name are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `UpperCamelCase`, for types.
    Type,
    /// `UpperCamelCase`, for variants.
    Variant,
    /// `snake_case`, for fields, arguments and methods.
    Value,
    /// `snake_case`, for modules: they are file names too.
    Module,
    /// `UPPER_SNAKE_CASE`, for constants.
    Constant,
}

/// Longer names are cut; what a file system and a reader bear.
const LONGEST: usize = 96;
/// The letters of `abstract`, `continue` and `override`.
const LONGEST_KEYWORD: usize = 8;
/// Of a text of more words, a name has the first ones.
const MOST_WORDS: usize = 6;

/// The name of a text by its letters and digits. Symbols are spelled only where nothing else would be left, or where a
/// digit would come first.
#[must_use]
pub fn plain(case: Case, wire: &str) -> String {
    let simple = join(case, wire);
    match simple.chars().next() {
        None => spelled(case, wire),
        Some(first) if first.is_ascii_digit() && wire.starts_with(|c| symbol(c).is_some()) => spelled(case, wire),
        Some(_) => simple,
    }
}

/// The start of a sentence as a name; absent where a text is none.
pub(super) fn start(case: Case, wire: &str) -> Option<String> {
    let words = wire.split_whitespace();
    (words.clone().count() > MOST_WORDS + 2).then(|| plain(case, &words.take(MOST_WORDS).collect::<Vec<_>>().join(" ")))
}

/// The words of a text in lower case, joined by `-`, as packages are named.
#[must_use]
pub fn kebab(text: &str) -> String {
    let words: Vec<String> =
        deunicode(text).split(|c: char| !c.is_ascii_alphanumeric()).map(ToKebabCase::to_kebab_case).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// The name of a text with the symbols before and behind its words as words: `-created_at` is the order that begins with a
/// minus, and what joins its words says nothing.
pub(super) fn edges(case: Case, wire: &str) -> String {
    let inner = wire.trim_matches(|c: char| !c.is_alphanumeric());
    match wire.split_once(inner).filter(|_| !inner.is_empty()) {
        Some((before, after)) => join(case, &format!("{} {inner} {}", in_words(before), in_words(after))),
        None => symbols(case, wire),
    }
}

/// The name of a text with every symbol as a word.
pub(super) fn symbols(case: Case, wire: &str) -> String {
    spell(case, wire, "")
}

/// The name of a text with every symbol as a word, and with its case as a word where casing would be lost.
#[must_use]
pub fn spelled(case: Case, wire: &str) -> String {
    let letters = || wire.chars().filter(|c| c.is_alphabetic());
    let bare = letters().count() > 0 && wire.chars().all(char::is_alphanumeric);
    if bare && letters().all(char::is_lowercase) {
        spell(case, wire, " lowercase")
    } else if bare && letters().all(char::is_uppercase) && letters().count() > 1 {
        spell(case, wire, " uppercase")
    } else {
        spell(case, wire, "")
    }
}

fn spell(case: Case, wire: &str, suffix: &str) -> String {
    if wire.is_empty() {
        return join(case, "empty");
    }
    let joined = join(case, &format!("{}{suffix}", in_words(wire)));
    if joined.is_empty() { join(case, &format!("blank {}", wire.chars().count())) } else { joined }
}

/// A text with a word for every symbol.
fn in_words(wire: &str) -> String {
    let mut text = String::with_capacity(wire.len() * 2);
    for c in wire.chars() {
        match symbol(c) {
            Some(word) => text.extend([" ", word, " "]),
            None if c.is_alphanumeric() => text.push(c),
            None => text.push_str(&format!(" u{:04x} ", u32::from(c))),
        }
    }
    text
}

/// What every identifier goes through last: a first character that may stand first, no keyword, no file name that a
/// system reserves, no excessive length.
pub(super) fn finish(case: Case, text: String) -> String {
    if text.starts_with("r#") {
        return text;
    }
    let mut text = shorten(case, text);
    if text.starts_with(|c: char| !c.is_alphabetic() && c != '_') {
        text.insert_str(
            0,
            match case {
                Case::Type | Case::Variant | Case::Constant => "N",
                Case::Value | Case::Module => "n",
            },
        );
    }
    if matches!(text.as_str(), "self" | "Self" | "super" | "crate" | "_" | "") {
        text.push('_');
    }
    if case == Case::Module && matches!(text.as_str(), "mod" | "con" | "aux" | "nul" | "prn") {
        text.push('_');
    }
    if !is_identifier(&text) {
        let raw = format!("r#{text}");
        text = if is_identifier(&raw) { raw } else { shorten(case, ascii(case, &text)) };
    }
    text
}

/// Whether a text is an identifier and no keyword. Most texts tell it without being read as Rust: every keyword but `Self`
/// has at most eight letters, all of them small.
fn is_identifier(text: &str) -> bool {
    let ascii = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let keyword = text.len() <= LONGEST_KEYWORD && text.bytes().all(|byte| byte.is_ascii_lowercase());
    if ascii && !keyword && text != "Self" && text != "_" && text.starts_with(|c: char| !c.is_ascii_digit()) {
        return true;
    }
    syn::parse_str::<syn::Ident>(text).is_ok()
}

/// Cuts what is too long, and tells what was cut apart by a fingerprint of the whole.
fn shorten(case: Case, text: String) -> String {
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut: String = text.chars().take(LONGEST - 17).collect();
    join(case, &format!("{cut} {}", fingerprint(&text)))
}

/// A short text that depends on nothing but its argument (FNV-1a), for names that nothing else tells apart.
pub(super) fn fingerprint(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("x{hash:016x}")
}

fn join(case: Case, text: &str) -> String {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return join_small(case, text);
    }
    let text = &whole(case, text);
    match case {
        Case::Type | Case::Variant => text.to_upper_camel_case(),
        Case::Value => text.to_snake_case(),
        // A module is a file, and the compiler looks only for files whose names are ASCII.
        Case::Module => deunicode(text).to_snake_case(),
        Case::Constant => text.to_shouty_snake_case(),
    }
}

/// The words of a text of small ASCII letters, joined: its words end only where something is neither letter nor digit.
fn join_small(case: Case, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let start = out.len();
        match case {
            Case::Type | Case::Variant => {
                out.push_str(word);
                out[start..=start].make_ascii_uppercase();
            }
            Case::Value | Case::Module | Case::Constant => {
                if start > 0 {
                    out.push('_');
                }
                out.push_str(word);
            }
        }
    }
    if case == Case::Constant {
        out.make_ascii_uppercase();
    }
    out
}

/// The text with words whose own capitals would split them written as one: `OAuth2`, `IPv6`, `iOS`, and the plural of an
/// acronym, such as `IDs`.
fn whole(case: Case, text: &str) -> String {
    let camel = matches!(case, Case::Type | Case::Variant);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = out.chars().next_back().filter(|c| c.is_alphabetic());
        let word = match rest {
            _ if before.is_some_and(char::is_uppercase) => None,
            // In a type it stays as everybody writes it.
            rest if rest.starts_with("OAuth") && !camel => Some(5),
            rest if rest.starts_with("IPv") && rest[3..].starts_with(|c: char| c.is_ascii_digit()) => Some(3),
            rest if rest.starts_with("iOS") && before.is_none() && !rest[3..].starts_with(char::is_alphabetic) => {
                Some(3)
            }
            rest => acronyms(rest),
        };
        let taken = word.unwrap_or(first.len_utf8());
        match word {
            Some(_) => {
                out.extend(first.to_uppercase());
                out.push_str(&rest[first.len_utf8()..taken].to_lowercase());
            }
            None => out.push(first),
        }
        rest = &rest[taken..];
    }
    out
}

/// How many bytes the acronym takes whose plural a text starts with.
fn acronyms(text: &str) -> Option<usize> {
    let capitals = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let plural = capitals >= 2 && text[capitals..].starts_with('s');
    (plural && !text[capitals + 1..].starts_with(char::is_lowercase)).then_some(capitals)
}

/// Characters that are letters but may not stand in an identifier become their code points.
fn ascii(case: Case, text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            out.push(c);
        } else {
            out.push_str(&format!(" u{:04x} ", u32::from(c)));
        }
    }
    join(case, &out)
}

/// The word for a symbol.
fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '+' => "plus",
        '-' => "minus",
        '=' => "equal",
        '!' => "not",
        '<' => "less",
        '>' => "greater",
        '*' => "star",
        '/' => "slash",
        '\\' => "backslash",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '~' => "tilde",
        '^' => "caret",
        '#' => "hash",
        '@' => "at",
        '$' => "dollar",
        '?' => "question",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '\'' => "quote",
        '"' => "double quote",
        '`' => "backtick",
        '(' => "open paren",
        ')' => "close paren",
        '[' => "open bracket",
        ']' => "close bracket",
        '{' => "open brace",
        '}' => "close brace",
        '_' => "underscore",
        ' ' => "space",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_are_joined_like_all_others() {
        for text in ["", "a", "a b", "created_at", "x-rate.limit  12ab", "_a_", "2fa", "a1b2 c3", "- -", "ios v2"] {
            assert_eq!(join_small(Case::Type, text), text.to_upper_camel_case());
            assert_eq!(join_small(Case::Variant, text), text.to_upper_camel_case());
            assert_eq!(join_small(Case::Value, text), text.to_snake_case());
            assert_eq!(join_small(Case::Module, text), text.to_snake_case());
            assert_eq!(join_small(Case::Constant, text), text.to_shouty_snake_case());
        }
    }
}
