//! Conversions between the ways of counting places in a text.

use crate::diag::Span;

/// How many characters lie between two remembered byte offsets.
const STEP: usize = 1024;

/// Turns character indexes of a text into byte offsets.
#[derive(Debug)]
pub(super) struct CharIndex {
    /// Byte offset of every `STEP`th character; empty if all characters are ASCII.
    offsets: Vec<usize>,
    ascii: bool,
    length: usize,
}

impl CharIndex {
    pub(super) fn new(text: &str) -> Self {
        let ascii = text.is_ascii();
        let offsets =
            if ascii { Vec::new() } else { text.char_indices().step_by(STEP).map(|(offset, _)| offset).collect() };
        Self { offsets, ascii, length: text.len() }
    }

    /// The byte offset of a character; the end of the text for one behind it.
    pub(super) fn byte(&self, text: &str, character: usize) -> usize {
        if self.ascii {
            return character.min(self.length);
        }
        let Some(&start) = self.offsets.get(character / STEP) else { return self.length };
        let rest = text.get(start..).unwrap_or_default();
        rest.char_indices().nth(character % STEP).map_or(self.length, |(offset, _)| start + offset)
    }
}

/// Cuts a span down to what an excerpt can underline: its first line, without blanks at the end. `None` if it lies
/// outside the text.
pub(super) fn trim(text: &str, span: Span) -> Option<Span> {
    let start = span.start.min(text.len());
    let cut = text.get(start..span.end.clamp(start, text.len()))?;
    let line = cut.lines().next().unwrap_or_default().trim_end();
    Some(start..start + line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_become_bytes() {
        let text: String = "aä€😀".repeat(700);
        let index = CharIndex::new(&text);
        for (character, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(index.byte(&text, character), offset);
        }
        assert_eq!(index.byte(&text, 1_000_000), text.len());
    }

    #[test]
    fn spans_end_with_their_line() {
        assert_eq!(trim("ab: cd  \nef", 4..11), Some(4..6));
        assert_eq!(trim("ab", 7..9), Some(2..2));
    }
}
