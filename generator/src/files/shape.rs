//! Tokens in one line, with a placeholder for each name and text that their layout cannot depend on.

use std::fmt::{Display, Write};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// What a placeholder begins with: a letter that no description has in a name. Two digits follow.
pub(super) const MARK: char = 'ꙮ';

/// The bytes of a placeholder. Shorter names stay what they are.
pub(super) const LENGTH: usize = MARK.len_utf8() + 2;

/// How many placeholders an item can have; two digits tell so many apart.
pub(super) const MOST: usize = 36 * 36;

/// What makes a placeholder longer. Nothing else can follow its digits that belongs to a name.
const PADDING: char = '_';

/// The digits of a placeholder.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Longer words of small letters are no keywords.
const LONGEST_KEYWORD: usize = 8;

/// Tokens in one line, with placeholders.
#[derive(Default)]
pub(super) struct Shape {
    /// The line.
    pub(super) text: String,
    /// What the placeholders stand for.
    pub(super) names: Vec<String>,
    /// Where the last placeholder ends, if it is one of a name.
    name_ends: usize,
    /// True if something has the letter of placeholders in it already.
    pub(super) marked: bool,
}

impl Shape {
    pub(super) fn of(tokens: impl IntoIterator<Item = TokenTree>) -> Self {
        let mut shape = Self::default();
        shape.add(&mut tokens.into_iter(), true);
        shape
    }

    /// The tokens of a head, and of pieces behind it between brackets.
    pub(super) fn around(head: Self, open: &str, pieces: Vec<Self>, separator: &str, close: &str) -> Self {
        let mut all = head;
        all.text.push_str(open);
        for (index, piece) in pieces.into_iter().enumerate() {
            if index > 0 {
                all.text.push_str(separator);
            }
            all.append(piece);
        }
        all.text.push_str(close);
        all
    }

    /// Adds a shape, whose placeholders get other numbers.
    fn append(&mut self, other: Self) {
        self.marked |= other.marked;
        let mut rest = other.text.as_str();
        for number in self.names.len()..self.names.len() + other.names.len() {
            let Some((before, behind)) = rest.split_once(MARK) else { break };
            self.text.push_str(before);
            self.text.extend(placeholder(number));
            rest = behind.get(2..).unwrap_or_default();
        }
        self.text.push_str(rest);
        self.names.extend(other.names);
    }

    /// How many bytes are printed at least, spaces and what can be left out aside.
    pub(super) fn least(&self) -> usize {
        let written = self.text.bytes().filter(|byte| *byte != b' ').count();
        written + self.names.iter().map(|name| name.len() - LENGTH).sum::<usize>()
    }

    /// Adds tokens; those of attributes keep their names.
    fn add(&mut self, tokens: &mut dyn Iterator<Item = TokenTree>, replaced: bool) {
        let mut attribute = false;
        for token in tokens {
            // `#` or `#!`.
            let opens = match &token {
                TokenTree::Punct(punct) => punct.as_char() == '#' || (attribute && punct.as_char() == '!'),
                _ => false,
            };
            match token {
                TokenTree::Group(group) => {
                    let delimiter = group.delimiter();
                    let inside: TokenStream = group.stream();
                    // The stream has one owner then, and need not be copied.
                    drop(group);
                    let (open, close) = match delimiter {
                        Delimiter::Parenthesis => ("(", ") "),
                        Delimiter::Brace => ("{ ", "} "),
                        Delimiter::Bracket => ("[", "] "),
                        Delimiter::None => ("", ""),
                    };
                    self.text.push_str(open);
                    self.add(&mut inside.into_iter(), replaced && !attribute);
                    self.text.push_str(close);
                }
                TokenTree::Ident(ident) => {
                    self.word(&ident, replaced && !attribute, is_name);
                    self.name_ends = self.text.len();
                }
                TokenTree::Literal(literal) => self.word(&literal, replaced, is_text),
                TokenTree::Punct(punct) => {
                    if punct.as_char() == '!' && self.name_ends == self.text.len() {
                        self.restore();
                    }
                    self.text.push(punct.as_char());
                    if punct.spacing() == Spacing::Alone {
                        self.text.push(' ');
                    }
                }
            }
            attribute = opens;
        }
    }

    /// Adds a name or a text, or a placeholder for it.
    fn word(&mut self, word: &dyn Display, replaced: bool, fits: fn(&str) -> bool) {
        let start = self.text.len();
        // Writing to a text does not fail.
        let _ = write!(self.text, "{word}");
        let written = &self.text[start..];
        self.marked |= written.contains(MARK);
        if replaced && fits(written) {
            let quote = if written.starts_with('"') { "\"" } else { "" };
            let number = self.names.len();
            self.names.push(written[quote.len()..written.len() - quote.len()].to_owned());
            self.text.truncate(start);
            self.text.push_str(quote);
            self.text.extend(placeholder(number));
            self.text.push_str(quote);
        }
        self.text.push(' ');
    }

    /// Puts back the name that the last placeholder stands for, because it is that of a macro.
    fn restore(&mut self) {
        // A name of few letters is no placeholder.
        if let Some(start) = self.text.len().checked_sub(LENGTH + 1)
            && self.text.get(start..).is_some_and(|last| last.starts_with(MARK))
            && let Some(name) = self.names.pop()
        {
            self.text.truncate(start);
            self.text.push_str(&name);
            self.text.push(' ');
        }
    }

    /// Adds the tokens to a text, with placeholders of so many bytes each.
    pub(super) fn write(&self, out: &mut String, lengths: &[usize]) {
        let mut rest = self.text.as_str();
        if lengths.iter().any(|length| *length > LENGTH) {
            for length in lengths {
                let end = rest.find(MARK).map_or(rest.len(), |at| at + LENGTH);
                out.push_str(&rest[..end]);
                out.extend(std::iter::repeat_n(PADDING, length - LENGTH));
                rest = &rest[end..];
            }
        }
        out.push_str(rest);
    }

    /// The tokens in one line, without placeholders.
    pub(super) fn line(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        for name in &self.names {
            let Some((before, behind)) = rest.split_once(MARK) else { break };
            out.extend([before, name]);
            rest = behind.get(2..).unwrap_or_default();
        }
        out + rest
    }
}

fn placeholder(number: usize) -> [char; 3] {
    let digit = |number: usize| char::from(DIGITS[number % DIGITS.len()]);
    [MARK, digit(number / DIGITS.len()), digit(number)]
}

/// Whether a name can be replaced. Every keyword but `Self` has small letters only.
fn is_name(word: &str) -> bool {
    let keyword = word.len() <= LONGEST_KEYWORD && word.bytes().all(|byte| byte.is_ascii_lowercase());
    word.len() >= LENGTH && !keyword && !word.starts_with("r#")
}

/// Whether a literal can be replaced: a text in quotation marks.
fn is_text(literal: &str) -> bool {
    literal.len() >= LENGTH + 2 && literal.starts_with('"') && literal.ends_with('"')
}

/// The printed text of a shape between its placeholders: a text, and the number of the name behind it.
#[derive(Debug)]
pub(super) struct Layout {
    parts: Vec<(String, usize)>,
    end: String,
}

impl Layout {
    /// Takes a text with placeholders apart. `None` if they are not what they should be.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(MARK) {
            let number = usize::from_str_radix(behind.get(..2)?, 36).ok()?;
            parts.push((before.to_owned(), number));
            rest = behind[2..].trim_start_matches(PADDING);
        }
        Some(Self { parts, end: rest.to_owned() })
    }

    /// The text with the names in it, and for each line that has some their numbers. A number that is none of a name
    /// stands for nothing.
    pub(super) fn fill(&self, names: &[String], mut line: impl FnMut(&str, &[usize])) -> String {
        let mut text = String::with_capacity(self.end.len() + self.parts.len() * 40);
        let (mut start, mut on_line) = (0, Vec::new());
        let parts = self.parts.iter().map(|(before, number)| (before.as_str(), Some(*number)));
        for (before, number) in parts.chain([(self.end.as_str(), None)]) {
            if let (Some(first), Some(last)) = (before.find('\n'), before.rfind('\n')) {
                text.push_str(&before[..first]);
                if !on_line.is_empty() {
                    line(&text[start..], &on_line);
                    on_line.clear();
                }
                text.push_str(&before[first..=last]);
                start = text.len();
                text.push_str(&before[last + 1..]);
            } else {
                text.push_str(before);
            }
            if let Some(number) = number {
                text.push_str(names.get(number).map_or("", String::as_str));
                on_line.push(number);
            }
        }
        if !on_line.is_empty() {
            line(&text[start..], &on_line);
        }
        text
    }
}
