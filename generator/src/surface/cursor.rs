//! A place among tokens, and the ways to go on from it.

use super::lexer::{Kind, Token};
use super::sheet::Sheet;

/// What was read, or why it is no Rust.
pub(super) type Read<T> = Result<T, String>;

/// A place among tokens.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'c, 't> {
    pub(super) tokens: &'c [Token<'t>],
    pub(super) at: usize,
}

impl<'c, 't> Cursor<'c, 't> {
    /// The start of some tokens.
    pub(super) fn new(tokens: &'c [Token<'t>]) -> Self {
        Self { tokens, at: 0 }
    }

    /// How many tokens are behind it.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The token after so many others.
    pub(super) fn ahead(&self, count: usize) -> Option<&'c Token<'t>> {
        self.tokens.get(self.at + count)
    }

    /// True behind the last token.
    pub(super) fn is_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Whether these are the next tokens.
    pub(super) fn sees(&self, texts: &[&str]) -> bool {
        texts.iter().enumerate().all(|(index, text)| self.ahead(index).is_some_and(|token| token.is(text)))
    }

    /// Passes over these tokens if they are the next ones.
    pub(super) fn eat(&mut self, texts: &[&str]) -> bool {
        let found = self.sees(texts);
        if found {
            self.at += texts.len();
        }
        found
    }

    /// Passes over a token that has to be there.
    pub(super) fn expect(&mut self, text: &str) -> Read<()> {
        if self.eat(&[text]) { Ok(()) } else { Err(format!("expected `{text}`, found {}", self.found())) }
    }

    /// The next token in words.
    pub(super) fn found(&self) -> String {
        self.ahead(0).map_or_else(|| "the end".to_owned(), |token| format!("`{}`", token.text))
    }

    /// Takes a token of a kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<&'t str> {
        let token = self.ahead(0).filter(|token| token.kind == kind)?;
        self.at += 1;
        Some(token.text)
    }

    /// Takes a name.
    pub(super) fn name(&mut self) -> Read<&'t str> {
        self.take(Kind::Word).ok_or_else(|| format!("expected a name, found {}", self.found()))
    }

    /// Takes what is between brackets, if they are the next tokens.
    pub(super) fn group(&mut self, open: &str) -> Option<&'c [Token<'t>]> {
        let token = self.ahead(0).filter(|token| token.kind == Kind::Open && token.text == open)?;
        let inside = self.tokens.get(self.at + 1..self.at + token.reach())?;
        self.at += token.width();
        Some(inside)
    }

    /// Passes over one token with what is inside of it.
    pub(super) fn skip(&mut self) {
        self.at += self.ahead(0).map_or(1, Token::width);
    }

    /// Whether one of these symbols comes next; a brace may begin what is not read.
    pub(super) fn stops(&self, symbols: &[&str]) -> bool {
        self.ahead(0).is_some_and(|token| {
            symbols.iter().any(|symbol| token.is(symbol) || (token.kind == Kind::Unread && *symbol == "{"))
        })
    }

    /// Takes everything before the first of these symbols.
    pub(super) fn until(&mut self, symbols: &[&str]) -> &'c [Token<'t>] {
        let start = self.at;
        while !self.is_end() && !self.stops(symbols) {
            self.skip();
        }
        self.tokens.get(start..self.at).unwrap_or_default()
    }

    /// Reads what commas separate, to the end.
    pub(super) fn list(&mut self, mut read: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        while !self.is_end() {
            read(self)?;
            if !self.is_end() {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    /// The same, each behind a comma of the sheet but the first.
    pub(super) fn written(
        &mut self,
        out: &mut Sheet<'t>,
        mut read: impl FnMut(&mut Self, &mut Sheet<'t>) -> Read<()>,
    ) -> Read<()> {
        let mut between = "";
        self.list(|inside| {
            out.push(between);
            between = ", ";
            read(inside, out)
        })
    }

    /// Whether a colon that is no part of a path comes after so many tokens.
    pub(super) fn is_named(&self, count: usize) -> bool {
        let colon = |at: usize| self.ahead(at).is_some_and(|token| token.is(":"));
        colon(count) && !colon(count + 1)
    }

    /// Passes over attributes.
    pub(super) fn attributes(&mut self) {
        while self.sees(&["#", "["]) {
            self.at += 1;
            self.skip();
        }
    }
}
