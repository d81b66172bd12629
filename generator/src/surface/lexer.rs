//! The tokens of a text, as slices of it.
//!
//! Comments are no tokens, those for documentation neither: nothing of the surface is in them. A pair of brackets knows how
//! far it reaches, so that it is passed over in one step. The bodies of functions and what macros are given in place of items
//! are one token each: nobody reads the former, and the latter are read when the macros are known.

use super::scan::{block_comment, closing, group, number, prefix, word};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or keyword, with `r#` if it is raw.
    Word,
    /// A lifetime or a label, with its `'`.
    Lifetime,
    /// A number or a text.
    Literal,
    /// One character of an operator.
    Symbol,
    /// An opening bracket of any kind.
    Open,
    /// A closing bracket.
    Close,
    /// A pair of brackets with everything in it, none of it read.
    Unread,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    /// How it is written.
    pub(super) text: &'t str,
    /// True for a symbol directly before another.
    pub(super) joint: bool,
    /// For an opening bracket the number of tokens to the closing one.
    reach: u32,
}

impl<'t> Token<'t> {
    /// A token that is no bracket.
    pub(super) fn new(kind: Kind, text: &'t str) -> Self {
        Self { kind, text, joint: false, reach: 0 }
    }

    /// Whether it is this identifier, keyword, symbol or bracket.
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text && !matches!(self.kind, Kind::Literal | Kind::Lifetime | Kind::Unread)
    }

    /// For an opening bracket the number of tokens to the closing one.
    pub(super) fn reach(&self) -> usize {
        self.reach as usize
    }

    /// How many tokens it and what is inside of it are.
    pub(super) fn width(&self) -> usize {
        self.reach() + 1
    }

    /// Whether an item can follow it.
    fn ends_item(&self) -> bool {
        self.kind == Kind::Unread || matches!(self.text, ";" | "}" | "{" | "]")
    }
}

/// The symbols of operators.
const SYMBOLS: &[u8] = b"~!@#$%^&*-=+|;:,<.>/?'";

/// How long a token is about, with what is left out.
const LENGTH: usize = 16;

/// Reads a text of items.
pub(super) fn lex(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut lexer =
        Lexer { text, at: 0, tokens: Vec::with_capacity(text.len() / LENGTH), items: true, depth: 0, function: None };
    lexer.header();
    lexer.all()
}

/// Reads what a macro is given: every token counts.
pub(super) fn lex_whole(text: &str) -> Result<Vec<Token<'_>>, String> {
    Lexer { text, at: 0, tokens: Vec::with_capacity(text.len() / LENGTH), items: false, depth: 0, function: None }.all()
}

/// Finds out how far brackets reach.
pub(super) fn link(tokens: &mut [Token<'_>]) -> Result<(), String> {
    let mut open = Vec::new();
    for at in 0..tokens.len() {
        match tokens[at].kind {
            Kind::Open => open.push(at),
            Kind::Close => {
                let wanted = |text: &str| matches!((text, tokens[at].text), ("(", ")") | ("[", "]") | ("{", "}"));
                match open.pop() {
                    Some(start) if wanted(tokens[start].text) => {
                        tokens[start].reach = u32::try_from(at - start).unwrap_or(u32::MAX);
                    }
                    _ => return Err(format!("`{}` closes nothing", tokens[at].text)),
                }
            }
            _ => {}
        }
    }
    match open.last() {
        Some(start) => Err(format!("`{}` is not closed", tokens[*start].text)),
        None => Ok(()),
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token<'t>>,
    /// Whether bodies and what macros are given stay unread.
    items: bool,
    /// How many brackets are open.
    depth: usize,
    /// In the signature of a function: how many brackets are open around it, and how many angle brackets in it.
    function: Option<(usize, i32)>,
}

impl<'t> Lexer<'t> {
    fn all(mut self) -> Result<Vec<Token<'t>>, String> {
        while self.step()? {}
        link(&mut self.tokens)?;
        Ok(self.tokens)
    }

    /// Passes over a byte order mark and a `#!` line.
    fn header(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        let rest = &self.text[self.at..];
        if rest.starts_with("#!") && !rest.starts_with("#![") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    /// Takes a token, a comment or a space. False at the end.
    fn step(&mut self) -> Result<bool, String> {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let Some(&first) = bytes.first() else { return Ok(false) };
        let second = bytes.get(1).copied().unwrap_or_default();
        match first {
            b'b' | b'c' | b'r' if matches!(second, b'"' | b'\'' | b'r' | b'#') && prefix(bytes).is_some() => {
                self.literal(prefix(bytes).unwrap_or_default())?;
            }
            b' ' | b'\n' | b'\t' | b'\r' => {
                self.at += bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
            }
            b'/' if second == b'/' => self.at += rest.find('\n').unwrap_or(rest.len()),
            b'/' if second == b'*' => self.at += block_comment(rest).ok_or("a comment is not closed")?,
            b'(' | b'[' | b'{' if self.items && self.stays_unread(first) => {
                self.function = None;
                self.take(Kind::Unread, group(rest).ok_or_else(|| format!("`{}` is not closed", char::from(first)))?);
            }
            b'(' | b'[' | b'{' => {
                self.depth += 1;
                self.take(Kind::Open, 1);
            }
            b')' | b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                self.take(Kind::Close, 1);
            }
            b'"' => self.literal(0)?,
            b'\'' => self.quote(rest)?,
            b'0'..=b'9' => self.take(Kind::Literal, number(bytes)),
            b'r' if second == b'#' => {
                let name = word(&bytes[2..]);
                self.take(Kind::Word, 2 + name);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                // Not the type of a function.
                if self.tokens.last().is_some_and(|token| token.kind == Kind::Word && token.text == "fn") {
                    self.function = Some((self.depth, 0));
                }
                self.take(Kind::Word, word(bytes));
            }
            _ if SYMBOLS.contains(&first) => {
                self.symbol(first);
                self.take(Kind::Symbol, 1);
                if let Some(token) = self.tokens.last_mut() {
                    token.joint = SYMBOLS.contains(&second);
                }
            }
            _ => {
                let found = rest.chars().next().unwrap_or_default();
                if found.is_whitespace() {
                    self.at += found.len_utf8();
                } else if found.is_alphabetic() {
                    self.take(Kind::Word, word(bytes));
                } else {
                    return Err(format!("`{found}` is no token"));
                }
            }
        }
        Ok(true)
    }

    /// Follows a signature to its body, which is the first brace outside of all brackets.
    fn symbol(&mut self, symbol: u8) {
        let arrow = self.tokens.last().is_some_and(|token| token.joint && token.text == "-");
        match (&mut self.function, symbol) {
            (Some((_, angles)), b'<') => *angles += 1,
            (Some((_, angles)), b'>') if !arrow => *angles -= 1,
            (Some((depth, _)), b';') if *depth == self.depth => self.function = None,
            _ => {}
        }
    }

    /// Whether the bracket that comes next begins the body of a function or what a macro is given in place of an item.
    fn stays_unread(&self, open: u8) -> bool {
        if open == b'{' && self.function.is_some_and(|(depth, angles)| depth == self.depth && angles <= 0) {
            return true;
        }
        let before = match self.tokens.as_slice() {
            [before @ .., rules, bang, name] if name.kind == Kind::Word && bang.is("!") && rules.is("macro_rules") => {
                before
            }
            [before @ .., name, bang] if bang.is("!") && name.kind == Kind::Word => {
                let mut before = before;
                while let [rest @ .., name, first, second] = before
                    && (first.is(":") && second.is(":") && name.kind == Kind::Word)
                {
                    before = rest;
                }
                match before {
                    [rest @ .., first, second] if first.is(":") && second.is(":") => rest,
                    before => before,
                }
            }
            _ => return false,
        };
        before.last().is_none_or(Token::ends_item)
    }

    fn take(&mut self, kind: Kind, length: usize) {
        let end = self.at + length;
        self.tokens.push(Token::new(kind, &self.text[self.at..end]));
        self.at = end;
    }

    /// Takes a text in quotation marks behind a prefix of so many bytes, such as `b` or `r#`.
    fn literal(&mut self, prefix: usize) -> Result<(), String> {
        let rest = &self.text[self.at..];
        let raw = rest[..prefix].contains('r');
        let quote = rest.as_bytes().get(prefix).copied().unwrap_or_default();
        let end = if raw {
            let marks = rest[..prefix].bytes().filter(|byte| *byte == b'#').count();
            let close = format!("\"{}", "#".repeat(marks));
            rest[prefix + 1..].find(&close).map(|at| prefix + 1 + at + close.len())
        } else {
            closing(&rest.as_bytes()[prefix + 1..], quote).map(|at| prefix + 1 + at)
        };
        let end = end.ok_or("a text is not closed")?;
        self.take(Kind::Literal, end);
        Ok(())
    }

    /// Takes a lifetime or a character.
    fn quote(&mut self, rest: &'t str) -> Result<(), String> {
        let name = word(&rest.as_bytes()[1..]);
        if name > 0 && !rest[1 + name..].starts_with('\'') {
            self.take(Kind::Lifetime, 1 + name);
            return Ok(());
        }
        self.literal(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_numbers_and_lifetimes_are_one_token_each() {
        let text = "a r#type 'b 'c' '\\'' b'd' \"e \\\" // f\" r#\"g \" h\"# br\"i\" c\"j\" 1_0u8 2.5e-3 0..4 5.max /* k /* l */ */ é";
        let found: Vec<&str> = lex(text).expect("these are tokens").iter().map(|token| token.text).collect();
        assert_eq!(
            found,
            [
                "a",
                "r#type",
                "'b",
                "'c'",
                "'\\''",
                "b'd'",
                "\"e \\\" // f\"",
                "r#\"g \" h\"#",
                "br\"i\"",
                "c\"j\"",
                "1_0u8",
                "2.5e-3",
                "0",
                ".",
                ".",
                "4",
                "5",
                ".",
                "max",
                "é"
            ]
        );
    }

    #[test]
    fn bodies_and_what_macros_are_given_are_one_token() {
        for (text, unread) in [
            ("fn f<T>(a: [u8; { 1 }]) -> A<{ 2 }> where T: B, { 3 } fn", Some("{ 3 }")),
            (
                "fn f() { \"}\" r#\"}\"}\"# r\"\\\" '}' '\\'' 'a: loop {} // }\n /* } /* } */ } */ b'}' b\"\\\"}\" }",
                None,
            ),
            ("#[a] b::c! { d!(e) }", Some("{ d!(e) }")),
            ("macro_rules! a { () => { fn b() {} } }", Some("{ () => { fn b() {} } }")),
            ("const A: B = c!(d);", Some("")),
            ("trait A { fn b(c: fn() -> D); const E: F = { 1 }; }", Some("")),
        ] {
            let tokens = lex(text).expect("these are tokens");
            let found: Vec<&str> =
                tokens.iter().filter(|token| token.kind == Kind::Unread).map(|token| token.text).collect();
            // All of the body.
            let unread = unread.unwrap_or_else(|| text.split_at(text.find('{').unwrap_or_default()).1);
            assert_eq!(found.concat(), unread, "{text}");
        }
    }

    #[test]
    fn brackets_know_how_far_they_reach() {
        let reach: Vec<usize> = lex("a(b[c]{})").expect("these are tokens").iter().map(Token::reach).collect();
        assert_eq!(reach, [0, 7, 0, 2, 0, 0, 1, 0, 0]);
        for (text, wrong) in [("(]", "`]` closes nothing"), ("{", "`{` is not closed"), ("\"a", "a text is not closed")]
        {
            assert_eq!(lex(text).expect_err("something is wrong"), wrong);
        }
    }
}
