//! Documentation: lines of Markdown that rustdoc takes without a warning, whatever the document said.

use super::markdown;
use super::wrap::wrapped;

/// The documentation of one item, without `///`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Docs {
    lines: Vec<String>,
}

impl Docs {
    /// A text of the document; `fallback` is a sentence of our own where the document has none.
    pub(super) fn of(text: &str, fallback: impl FnOnce() -> String) -> Self {
        let lines = markdown::safe(text);
        if lines.is_empty() { Self { lines: vec![fallback()] } } else { Self { lines } }
    }

    /// The first paragraph of a text, for a second place that is about the same.
    pub(super) fn brief(text: &str, fallback: impl FnOnce() -> String) -> Self {
        let lines = markdown::safe(text);
        let first: Vec<String> = lines.into_iter().take_while(|line| !line.is_empty()).collect();
        // Of a block of code this might be the half.
        let whole = !first.is_empty() && !first.iter().any(|line| line.contains("```"));
        if whole { Self { lines: first } } else { Self { lines: vec![fallback()] } }
    }

    /// A sentence of our own.
    pub(super) fn sentence(text: impl Into<String>) -> Self {
        Self { lines: vec![text.into()] }
    }

    /// Adds a paragraph of our own, or a list with a line per item.
    pub(super) fn paragraph(&mut self, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        if !text.is_empty() {
            self.gap();
            self.lines.extend(text.split('\n').map(str::to_owned));
        }
        self
    }

    /// Adds a text of the document as paragraphs.
    pub(super) fn markdown(&mut self, text: &str) -> &mut Self {
        let lines = markdown::safe(text);
        if !lines.is_empty() {
            self.gap();
            self.lines.extend(lines);
        }
        self
    }

    /// Adds a block of code that rustdoc compiles and does not run.
    pub(super) fn example(&mut self, lines: Vec<String>) -> &mut Self {
        self.gap();
        self.lines.push("```no_run".to_owned());
        self.lines.extend(lines);
        self.lines.push("```".to_owned());
        self
    }

    /// The lines, none of them too long to read.
    pub(super) fn lines(self) -> Vec<String> {
        wrapped(self.lines)
    }

    fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }
}

impl From<&str> for Docs {
    fn from(text: &str) -> Self {
        Self::sentence(text)
    }
}

/// A text as code in a line of Markdown.
pub(super) fn code(text: &str) -> String {
    let text = markdown::visible(text).replace(['\n', '\r'], " ");
    if text.trim().is_empty() {
        return "`\"\"`".to_owned();
    }
    let ticks = "`".repeat(markdown::longest_run(&text, '`') + 1);
    if text.starts_with('`') || text.ends_with('`') || (text.starts_with(' ') && text.ends_with(' ')) {
        format!("{ticks} {text} {ticks}")
    } else {
        format!("{ticks}{text}{ticks}")
    }
}

/// A text of the document that has to fit on one line, such as a title.
pub(super) fn one_line(text: &str) -> String {
    markdown::safe(&text.split_whitespace().collect::<Vec<_>>().join(" ")).join(" ")
}

/// A link to a page, or the text as code where it is no address of a page.
pub(super) fn link(url: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '\\');
    let address = url.starts_with("https://") || url.starts_with("http://");
    if address && url.chars().all(plain) { format!("<{url}>") } else { code(url) }
}
