//! Printing what has the same shape once.
//!
//! Most of the items of a crate differ in nothing but names and texts: thousands of setters, conversions and fields. To
//! read such tokens as Rust and to lay them out costs ten times what it costs to look at them. So an item is first
//! written in one line with a placeholder for each name and text that its layout cannot depend on. The first item of a
//! shape is laid out with the placeholders in it, and the names of all of them are put into that. Where a line becomes too
//! long then, the same is tried with longer placeholders, which break it.
//!
//! # Why this gives what prettyplease gives
//!
//! It breaks a line only where the rest does not fit. A placeholder is not longer than what it stands for, so whatever
//! does not fit with placeholders does not fit with names either; and while no line is longer than [`WIDTH`], whatever did
//! fit still does. Only the members of a struct on one line have a limit of their own, so that they hold no placeholder.
//! Everything else is printed as it is. Of names it asks more than their length in three cases, in which they are no
//! placeholders: keywords, what stands in attributes, and macros. Names of at most four letters are laid out in another
//! way at the start of a chain of calls.

use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The longest line of prettyplease, in bytes.
const WIDTH: usize = 89;

/// What a placeholder begins with: a letter that no description has in a name. Two digits follow.
const MARK: char = 'ꙮ';

/// The bytes of a placeholder. Shorter names stay what they are.
const LENGTH: usize = MARK.len_utf8() + 2;

/// How many placeholders an item can have; two digits tell so many apart.
const MOST: usize = 36 * 36;

/// What makes a placeholder longer. Nothing else can follow its digits that belongs to a name.
const PADDING: char = '_';

/// By how many bytes the lengths of longer placeholders differ.
const STEP: usize = 8;

/// The digits of a placeholder.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Longer words of small letters are no keywords.
const LONGEST_KEYWORD: usize = 8;

/// The layouts of the shapes that were printed so far, for several threads. Who finds one first makes no difference.
#[derive(Debug, Default)]
pub struct Shapes(Mutex<Known>);

/// Layouts by shape; `None` for those that have to be printed as they are.
type Known = HashMap<String, Option<Arc<Layout>>>;

/// The printed text of a shape between its placeholders: a text, and the number of the name behind it.
#[derive(Debug)]
struct Layout {
    parts: Vec<(String, usize)>,
    end: String,
}

impl Shapes {
    /// No shapes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Prints items. Tokens that are no Rust are a bug of the emitter; they stay in one line, so that the compiler shows
    /// them.
    #[must_use]
    pub fn print(&self, tokens: TokenStream) -> String {
        let shape = Shape::of(tokens);
        self.fitting(&shape).unwrap_or_else(|| {
            let line = shape.line();
            laid_out(&line).unwrap_or_else(|| format!("{line}\n"))
        })
    }

    /// The layout of the shape with the names in it, if it has one and no line becomes too long: with the shortest
    /// placeholders, else with some that are nearly as long as the names.
    fn fitting(&self, shape: &Shape) -> Option<String> {
        if shape.marked || shape.names.len() > MOST {
            return None;
        }
        self.filled(&shape.text, &shape.names)?.or_else(|| self.filled(&shape.lengthened()?, &shape.names)?)
    }

    /// The outer `None` says that placeholders are of no use in this text, the inner one that they are too short.
    fn filled(&self, text: &str, names: &[String]) -> Option<Option<String>> {
        let known = self.known().get(text).cloned();
        if let Some(layout) = known {
            return layout.map(|layout| layout.fill(names));
        }
        let layout = laid_out(text).filter(|text| !limits_members(text)).and_then(|text| Layout::read(&text));
        let filled = layout.as_ref().map(|layout| layout.fill(names));
        self.known().insert(text.to_owned(), layout.map(Arc::new));
        filled
    }

    /// A thread that failed leaves the layouts whole.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether braces with something in them stand on one line with a placeholder.
fn limits_members(text: &str) -> bool {
    text.lines().any(|line| line.contains("{ ") && line.contains(MARK))
}

/// Items as prettyplease prints them; `None` for what is no Rust.
fn laid_out(text: &str) -> Option<String> {
    syn::parse_str(text).ok().map(|file| prettyplease::unparse(&file))
}

/// Tokens in one line, with placeholders.
#[derive(Default)]
struct Shape {
    text: String,
    /// What the placeholders stand for.
    names: Vec<String>,
    /// Where the last placeholder ends, if it is one of a name.
    name_ends: usize,
    /// True if something has the letter of placeholders in it already.
    marked: bool,
}

impl Shape {
    fn of(tokens: TokenStream) -> Self {
        let mut shape = Self::default();
        shape.stream(tokens, true);
        shape
    }

    /// Adds tokens; those of attributes keep their names.
    fn stream(&mut self, tokens: TokenStream, replaced: bool) {
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
                    let inside = group.stream();
                    // The stream has one owner then, and need not be copied.
                    drop(group);
                    let (open, close) = match delimiter {
                        Delimiter::Parenthesis => ("(", ") "),
                        Delimiter::Brace => ("{ ", "} "),
                        Delimiter::Bracket => ("[", "] "),
                        Delimiter::None => ("", ""),
                    };
                    self.text.push_str(open);
                    self.stream(inside, replaced && !attribute);
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
            let (first, second) = (digit(number / DIGITS.len()), digit(number));
            self.names.push(written[quote.len()..written.len() - quote.len()].to_owned());
            self.text.truncate(start);
            self.text.push_str(quote);
            self.text.extend([MARK, first, second]);
            self.text.push_str(quote);
        }
        self.text.push(' ');
    }

    /// Puts back the name that the last placeholder stands for, because it is that of a macro.
    fn restore(&mut self) {
        let start = self.text.len() - LENGTH - 1;
        if self.text.get(start..).is_some_and(|last| last.starts_with(MARK))
            && let Some(name) = self.names.pop()
        {
            self.text.truncate(start);
            self.text.push_str(&name);
            self.text.push(' ');
        }
    }

    /// The tokens with placeholders whose lengths are those of the names, but for at most [`STEP`] bytes.
    fn lengthened(&self) -> Option<String> {
        let longer = |(number, name): (usize, &String)| {
            let length = (name.len() / STEP * STEP).max(LENGTH);
            let mut placeholder: String = [MARK, digit(number / DIGITS.len()), digit(number)].into_iter().collect();
            placeholder.extend(std::iter::repeat_n(PADDING, length - LENGTH));
            placeholder
        };
        let names: Vec<String> = self.names.iter().enumerate().map(longer).collect();
        Some(Layout::read(&self.text)?.with(&names))
    }

    /// The tokens in one line, without placeholders.
    fn line(&self) -> String {
        Layout::read(&self.text).map_or_else(|| self.text.clone(), |line| line.with(&self.names))
    }
}

fn digit(number: usize) -> char {
    char::from(DIGITS[number % DIGITS.len()])
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

impl Layout {
    /// Takes a text with placeholders apart. `None` if they are not what they should be.
    fn read(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(MARK) {
            let number = usize::from_str_radix(behind.get(..2)?, 36).ok()?;
            parts.push((before.to_owned(), number));
            rest = behind[2..].trim_start_matches(PADDING);
        }
        Some(Self { parts, end: rest.to_owned() })
    }

    /// The text with the names in it, unless a line becomes too long.
    fn fill(&self, names: &[String]) -> Option<String> {
        let text = self.with(names);
        text.split('\n').all(|line| line.len() <= WIDTH).then_some(text)
    }

    /// The text with the names in it.
    fn with(&self, names: &[String]) -> String {
        let mut text = String::with_capacity(self.end.len() + self.parts.len() * 40);
        for (before, number) in &self.parts {
            text.push_str(before);
            text.push_str(names.get(*number).map_or("", String::as_str));
        }
        text.push_str(&self.end);
        text
    }
}

#[cfg(test)]
mod tests {
    use quote::{format_ident, quote};

    use super::*;

    /// What prettyplease prints of the same tokens.
    fn plainly(tokens: &TokenStream) -> String {
        prettyplease::unparse(&syn::parse2(tokens.clone()).expect("the tokens are Rust"))
    }

    /// Constructs of every kind with names and texts of every length: each has to look as if there were no shapes.
    #[test]
    fn every_length_is_printed_as_without_shapes() {
        let shapes = Shapes::new();
        for length in (1..120).step_by(4) {
            for other in [1, 4, 5, 9, 40] {
                let (name, ty) = (format_ident!("a{}", "b".repeat(length)), format_ident!("C{}", "d".repeat(other)));
                let (short, text) = (format_ident!("{}", "e".repeat(other)), "f ".repeat(length));
                for tokens in [
                    quote! { struct Shell { #[deprecated] pub #name: Option<Vec<#ty>> } },
                    quote! { impl Shell { pub fn #name(mut self, value: impl Into<#ty>) -> Self { self.#name = Some(value.into()); self } } },
                    quote! { static OPERATION: Operation = Operation::new(#text, "GET", #text).params(&[Param::new(#text).#name()]).#short(); },
                    quote! { impl From<#ty> for #name { fn from(#short: #ty) -> Self { Self::#name(#short.#name().iter().map(|#short| #ty { #name, #short: 1 }).collect()) } } },
                    quote! { fn #short(#name: #ty, #short: &str) -> Result<#ty, #name> { match #name { #ty::#name(#short) if #short => #text, #ty::B => { return Err(#name); } _ => -1 } } },
                    quote! { fn f() { if #name(#short) && #short.#name(#text) { matches!(#short, #ty::#name(_)) } else { #name!(#short, #text) } } },
                    quote! { #[expect(clippy::#name, reason = #text)] pub enum #ty { #name(Box<#ty>), #short } },
                    quote! { impl<'de> serde::Deserialize<'de> for #ty where #name: #ty { const A: &'static [(&str, #ty)] = &[(#text, #ty::#name), (#text, #short)]; } },
                ] {
                    // The second time the shape is known.
                    for _ in 0..2 {
                        assert_eq!(shapes.print(tokens.clone()), plainly(&tokens));
                    }
                }
            }
        }
    }

    #[test]
    fn names_of_one_shape_are_laid_out_once() {
        let shapes = Shapes::new();
        for name in ["created_at", "updated_at", "deleted_at"] {
            let (name, text) = (format_ident!("{name}"), format!("the {name}"));
            let printed = shapes.print(quote! { const #name: &str = #text; });
            assert_eq!(printed, format!("const {name}: &str = \"{text}\";\n"));
        }
        assert_eq!(shapes.known().len(), 1);
    }

    #[test]
    fn what_looks_like_a_placeholder_is_kept() {
        let shapes = Shapes::new();
        let text = format!("{MARK}00 and {MARK}");
        assert_eq!(shapes.print(quote! { const A: &str = #text; }), format!("const A: &str = \"{text}\";\n"));
        let name = format_ident!("a{}00", MARK);
        assert_eq!(shapes.print(quote! { static #name: u8 = 0; }), format!("static {name}: u8 = 0;\n"));
    }

    #[test]
    fn what_is_no_rust_is_printed_for_the_compiler() {
        let printed = Shapes::new().print(quote! { fn created_at { "a b c d" } });
        assert_eq!(printed.split_whitespace().collect::<Vec<_>>().join(" "), "fn created_at { \"a b c d\" }");
    }
}
