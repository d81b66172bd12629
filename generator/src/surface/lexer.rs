//! The tokens of a text, as slices of it.
//!
//! Comments are no tokens, those for documentation neither: nothing of the surface is in them. A pair of brackets knows how
//! far it reaches, so that a body is passed over in one step.

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
    pub(super) reach: usize,
}

impl<'t> Token<'t> {
    /// A token that is no bracket.
    pub(super) fn new(kind: Kind, text: &'t str) -> Self {
        Self { kind, text, joint: false, reach: 0 }
    }

    /// Whether it is this identifier, keyword, symbol or bracket.
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text && !matches!(self.kind, Kind::Literal | Kind::Lifetime)
    }

    /// How many tokens it and what is inside of it are.
    pub(super) fn width(&self) -> usize {
        self.reach + 1
    }
}

/// The symbols of operators.
const SYMBOLS: &str = "~!@#$%^&*-=+|;:,<.>/?'";

/// Reads a text.
pub(super) fn lex(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    lexer.header();
    while lexer.step()? {}
    link(&mut lexer.tokens)?;
    Ok(lexer.tokens)
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
                    Some(start) if wanted(tokens[start].text) => tokens[start].reach = at - start,
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
}

impl<'t> Lexer<'t> {
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
        if let Some(prefix) = prefix(bytes) {
            self.literal(prefix)?;
            return Ok(true);
        }
        match first {
            b' ' | b'\n' | b'\t' | b'\r' => {
                self.at += bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
            }
            b'/' if second == b'/' => self.at += rest.find('\n').unwrap_or(rest.len()),
            b'/' if second == b'*' => self.at += block_comment(rest).ok_or("a comment is not closed")?,
            b'(' | b'[' | b'{' => self.take(Kind::Open, 1),
            b')' | b']' | b'}' => self.take(Kind::Close, 1),
            b'"' => self.literal(0)?,
            b'\'' => self.quote(rest)?,
            b'0'..=b'9' => self.take(Kind::Literal, number(bytes)),
            b'r' if second == b'#' => {
                let name = word(&rest[2..]);
                self.take(Kind::Word, 2 + name);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.take(Kind::Word, word(rest)),
            _ if SYMBOLS.as_bytes().contains(&first) => {
                self.take(Kind::Symbol, 1);
                if let Some(token) = self.tokens.last_mut() {
                    token.joint = SYMBOLS.as_bytes().contains(&second);
                }
            }
            _ => {
                let found = rest.chars().next().unwrap_or_default();
                if found.is_whitespace() {
                    self.at += found.len_utf8();
                } else if found.is_alphabetic() {
                    self.take(Kind::Word, word(rest));
                } else {
                    return Err(format!("`{found}` is no token"));
                }
            }
        }
        Ok(true)
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
        let name = word(&rest[1..]);
        if name > 0 && !rest[1 + name..].starts_with('\'') {
            self.take(Kind::Lifetime, 1 + name);
            return Ok(());
        }
        self.literal(0)
    }
}

/// The length of an identifier at the start of a text.
fn word(text: &str) -> usize {
    let ascii = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    match text.as_bytes().get(ascii) {
        _ if !text.starts_with(|c: char| c.is_alphabetic() || c == '_') => 0,
        Some(byte) if !byte.is_ascii() => text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len()),
        _ => ascii,
    }
}

/// The length of what stands before the quotation mark of a literal, such as `b` and `br#`; none if this is no literal.
fn prefix(bytes: &[u8]) -> Option<usize> {
    let letters = match bytes {
        [b'b' | b'c', b'r', ..] => 2,
        [b'r' | b'b' | b'c', ..] => 1,
        _ => return None,
    };
    let raw = bytes[letters - 1] == b'r';
    let marks = if raw { bytes[letters..].iter().take_while(|byte| **byte == b'#').count() } else { 0 };
    match bytes.get(letters + marks) {
        Some(b'"') => Some(letters + marks),
        Some(b'\'') if bytes[0] == b'b' && letters == 1 => Some(1),
        _ => None,
    }
}

/// The index behind a closing quotation mark.
fn closing(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// The length of a number, its suffix included. `1..2` are two of them.
fn number(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let part = byte.is_ascii_alphanumeric()
            || *byte == b'_'
            || (*byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) && !bytes[..at].contains(&b'.'))
            || (matches!(byte, b'+' | b'-') && matches!(bytes[at - 1], b'e' | b'E') && !bytes.starts_with(b"0x"));
        if !part {
            break;
        }
        at += 1;
    }
    at
}

/// The length of a comment between `/*` and `*/`, which may hold others.
fn block_comment(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
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
    fn brackets_know_how_far_they_reach() {
        let reach: Vec<usize> = lex("a(b[c]{})").expect("these are tokens").iter().map(|token| token.reach).collect();
        assert_eq!(reach, [0, 7, 0, 2, 0, 0, 1, 0, 0]);
        for (text, wrong) in [("(]", "`]` closes nothing"), ("{", "`{` is not closed"), ("\"a", "a text is not closed")]
        {
            assert_eq!(lex(text).expect_err("something is wrong"), wrong);
        }
    }
}
