//! JSON: the tree through `serde_json`, and the places of its nodes.
//!
//! JSON is not quite a part of YAML (a surrogate pair such as `\ud83d\ude00` is two broken characters there), so its places
//! are found by a scanner of our own. It only sees texts that `serde_json` has read.

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::MAX_DEPTH;
use super::marks::{Entry, Kind, Mark, Marks};
use super::tree::{Dialect, Fault, Reader, SyntaxError};
use crate::diag::Span;

/// Reads a whole text.
pub(super) fn tree(text: &str) -> Result<(Value, Vec<Fault>), SyntaxError> {
    let reader = Reader::new(Dialect::Json);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tree = reader.node().deserialize(&mut deserializer).and_then(|tree| deserializer.end().map(|()| tree));
    match tree {
        Ok(tree) => Ok((tree, reader.into_faults())),
        Err(error) => Err(syntax_error(text, &error)),
    }
}

/// Reads the places of a text; `None` if it is no JSON or nests too deep.
pub(super) fn mark(text: &str) -> Option<Marks> {
    let mut scanner = Scanner { text, at: 0, nodes: Vec::new(), open: Vec::new() };
    loop {
        scanner.blanks();
        let start = scanner.at;
        match scanner.peek() {
            None => break,
            Some(b'{') => scanner.open(Kind::Mapping(Vec::new()))?,
            Some(b'[') => scanner.open(Kind::List(Vec::new()))?,
            Some(b'}' | b']') => scanner.close()?,
            Some(b',' | b':') => scanner.at += 1,
            Some(b'"') => {
                scanner.string()?;
                if !scanner.key(start..scanner.at)? {
                    scanner.leaf(start..scanner.at)?;
                }
            }
            Some(_) => {
                scanner.word();
                if scanner.at == start {
                    return None;
                }
                scanner.leaf(start..scanner.at)?;
            }
        }
    }
    scanner.open.is_empty().then(|| Marks::from_bytes(scanner.nodes))
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    nodes: Vec<Mark>,
    open: Vec<Open>,
}

struct Open {
    node: usize,
    /// The key that waits for its value.
    key: Option<(String, Span)>,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    fn word(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')) {
            self.at += 1;
        }
    }

    /// Takes a string as a key, if a mapping waits for one.
    fn key(&mut self, span: Span) -> Option<bool> {
        let Some(parent) = self.open.last_mut() else { return Some(false) };
        if parent.key.is_some() || !matches!(self.nodes.get(parent.node)?.kind, Kind::Mapping(_)) {
            return Some(false);
        }
        let written = self.text.get(span.clone())?;
        let key = match written.get(1..written.len().checked_sub(1)?)? {
            plain if !plain.contains('\\') => plain.to_owned(),
            _ => serde_json::from_str(written).ok()?,
        };
        parent.key = Some((key, span));
        Some(true)
    }

    fn leaf(&mut self, span: Span) -> Option<()> {
        self.nodes.push(Mark { span, kind: Kind::Scalar });
        self.attach(self.nodes.len() - 1)
    }

    fn open(&mut self, kind: Kind) -> Option<()> {
        if self.open.len() > MAX_DEPTH {
            return None;
        }
        self.nodes.push(Mark { span: self.at..self.at + 1, kind });
        self.open.push(Open { node: self.nodes.len() - 1, key: None });
        self.at += 1;
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        self.at += 1;
        let node = self.open.pop()?.node;
        self.nodes.get_mut(node)?.span.end = self.at;
        self.attach(node)
    }

    fn attach(&mut self, node: usize) -> Option<()> {
        let Some(parent) = self.open.last_mut() else { return Some(()) };
        match &mut self.nodes.get_mut(parent.node)?.kind {
            Kind::List(elements) => elements.push(node),
            Kind::Mapping(entries) => {
                let (key, key_span) = parent.key.take()?;
                entries.push(Entry { key, key_span, value: node });
            }
            Kind::Scalar | Kind::Alias(_) => return None,
        }
        Some(())
    }
}

fn syntax_error(text: &str, error: &serde_json::Error) -> SyntaxError {
    let said = error.to_string();
    let message = said.split_once(" at line ").map_or(said.as_str(), |(message, _)| message);
    let too_deep = message.contains("recursion limit exceeded");
    // Columns of `serde_json` count bytes and may be 0 at the start of a line.
    let line = error.line().max(1);
    let column = text.split('\n').nth(line - 1).map_or(1, |content| {
        let end = error.column().saturating_sub(1).min(content.len());
        content.as_bytes().get(..end).map_or(0, |bytes| String::from_utf8_lossy(bytes).chars().count()) + 1
    });
    let message =
        if too_deep { "the text nests too deep".to_owned() } else { format!("this is not valid JSON: {message}") };
    SyntaxError { message, position: Some((line, column)), too_deep }
}
