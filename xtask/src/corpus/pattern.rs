//! Texts that a pattern allows.

use regex_syntax::Parser;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest text that is made.
const LONGEST: usize = 4096;

/// Texts that are likely to match, with few characters where their number is open and then with more. The pattern is that
/// of JSON Schema, which the regular expressions of Rust are close to; there are none where it cannot be read.
pub(super) fn candidates(pattern: &str) -> Vec<String> {
    let Ok(hir) = Parser::new().parse(pattern) else { return Vec::new() };
    let mut texts: Vec<String> = Vec::new();
    for times in [1, 0, 2, 8, 32] {
        let mut text = String::new();
        if write(&hir, times, &mut text).is_some() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Appends what a part of the pattern matches; nothing where nothing does, or only what is too long.
fn write(hir: &Hir, times: u32, text: &mut String) -> Option<()> {
    match hir.kind() {
        // What stands at the beginning, the end or between words adds nothing.
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(character(class)?),
        HirKind::Repetition(part) => {
            for _ in 0..times.max(part.min).min(part.max.unwrap_or(u32::MAX)) {
                write(&part.sub, times, text)?;
            }
        }
        HirKind::Capture(part) => write(&part.sub, times, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, times, text))?,
        HirKind::Alternation(parts) => write(parts.first()?, times, text)?,
    }
    (text.len() <= LONGEST).then_some(())
}

/// A character of a class: a letter or a digit where it has one.
fn character(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let within = |wanted: &char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(wanted));
    ['a', 'A', '1', '0'].into_iter().find(within).or_else(|| class.ranges().first().map(|range| range.start()))
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn texts_are_made_from_the_pattern() {
        for (pattern, text) in [
            ("^AC[0-9a-fA-F]{4}$", "ACaaaa"),
            ("^[0-9]{1,19}$", "1"),
            (r"^(news|sport)/\d{2,}-[^a-z]+$", "news/11-A"),
            ("x", "x"),
        ] {
            assert_eq!(candidates(pattern).first().map(String::as_str), Some(text), "{pattern}");
        }
        assert_eq!(candidates("^a*$"), ["a", "", "aa", "aaaaaaaa", "a".repeat(32).as_str()]);
        assert!(candidates("^(?!a)b$").is_empty(), "what looks ahead is none of Rust's");
        assert!(candidates("^(a{500}){500}$").is_empty(), "a text has an end");
    }
}
