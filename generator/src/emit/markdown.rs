//! Markdown of a document, made safe: what rustdoc would compile, resolve or take for HTML becomes plain text.
//!
//! The blocks of CommonMark are recognised line by line and written again with an indentation of our own, so that no
//! indentation turns into code and no line continues a list by accident. The text of a paragraph goes through
//! [`inline`](super::inline).

use super::inline;

/// How deep quotes may nest before `>` is text.
const DEEPEST_QUOTE: usize = 6;

/// Languages of code blocks that rustdoc does not compile. Any other becomes `text`.
const LANGUAGES: &[&str] = &[
    "bash",
    "c",
    "console",
    "cpp",
    "csharp",
    "css",
    "csv",
    "curl",
    "diff",
    "go",
    "graphql",
    "html",
    "http",
    "ini",
    "java",
    "javascript",
    "js",
    "json",
    "jsonc",
    "jsx",
    "kotlin",
    "markdown",
    "php",
    "powershell",
    "properties",
    "python",
    "ruby",
    "scala",
    "sh",
    "shell",
    "sql",
    "swift",
    "text",
    "toml",
    "ts",
    "tsx",
    "typescript",
    "xml",
    "yaml",
    "yml",
];

/// The lines of a text, without blank ones at its ends.
pub(super) fn safe(text: &str) -> Vec<String> {
    let text = visible(&text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n"));
    let lines: Vec<&str> = text.split('\n').collect();
    trimmed(Blocks::new(0).run(&lines))
}

/// A text in which what a reader cannot see is written out: control characters but the line feed, and everything that
/// changes the direction of text (rustc refuses it in comments).
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push_str("    "),
            '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{ad}' => {}
            '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&format!("U+{:04X}", u32::from(c)));
            }
            c if c.is_control() => out.push_str(&format!("U+{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// The length of the longest run of one character.
pub(super) fn longest_run(text: &str, mark: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == mark { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn trimmed(mut lines: Vec<String>) -> Vec<String> {
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
    lines
}

/// A list item that is open.
struct Item {
    /// The column of its content in the document.
    content: usize,
    /// The column of its content in the output.
    out: usize,
}

struct Blocks {
    depth: usize,
    out: Vec<String>,
    items: Vec<Item>,
    paragraph: Vec<String>,
    /// What the first line of the next block begins with: the marker of a list item.
    prefix: Option<String>,
    blank: bool,
}

impl Blocks {
    fn new(depth: usize) -> Self {
        Self { depth, out: Vec::new(), items: Vec::new(), paragraph: Vec::new(), prefix: None, blank: true }
    }

    fn run(mut self, lines: &[&str]) -> Vec<String> {
        let mut at = 0;
        while at < lines.len() {
            at += self.block(&lines[at..]);
        }
        self.end_paragraph();
        self.end_item();
        self.out
    }

    /// Takes the block at the start of `lines` and says how many lines it had.
    fn block(&mut self, lines: &[&str]) -> usize {
        let line = lines[0];
        let text = line.trim();
        if text.is_empty() {
            self.end_paragraph();
            if self.prefix.is_none() && self.out.last().is_some_and(|line| !line.is_empty()) {
                self.out.push(String::new());
            }
            self.blank = true;
            return 1;
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(rest) = self.marker(indent, text) {
            if let Some(fence) = Fence::open(rest) {
                return self.fenced(lines, &fence, indent + text.len() - rest.len());
            }
            if !rest.is_empty() {
                self.paragraph.push(rest.to_owned());
            }
            return 1;
        }
        if self.blank {
            self.leave(indent);
        }
        let base = self.items.last().map_or(0, |item| item.content);
        if let Some(fence) = Fence::open(text) {
            return self.fenced(lines, &fence, indent);
        }
        if self.blank && self.paragraph.is_empty() && indent >= base + 4 {
            return self.indented(lines, base + 4);
        }
        if text.starts_with('>') && self.depth < DEEPEST_QUOTE {
            return self.quote(lines);
        }
        self.blank = false;
        if is_heading(text) || is_rule(text) {
            self.end_paragraph();
            // `- ---` would be a rule and no item.
            let rule = if self.items.is_empty() { "---" } else { "***" };
            let line = if is_rule(text) { rule.to_owned() } else { inline::safe(text) };
            if is_rule(text) && self.out.last().is_some_and(|line| !line.is_empty()) {
                self.out.push(String::new());
            }
            self.line(line);
            return 1;
        }
        self.paragraph.push(text.to_owned());
        1
    }

    /// Opens a list item, if the line begins with a marker, and gives the text behind it.
    fn marker<'t>(&mut self, indent: usize, text: &'t str) -> Option<&'t str> {
        let (marker, rest) = marker(text)?;
        let ordered = !matches!(marker, "-" | "*" | "+");
        // Only a list that begins with 1 may interrupt a paragraph (CommonMark 0.31.2, section 5.2).
        let interrupts = !self.blank && self.items.last().is_none_or(|item| indent >= item.content);
        if is_rule(text) || (ordered && interrupts && !matches!(marker, "1." | "1)")) {
            return None;
        }
        self.end_paragraph();
        self.end_item();
        while self.items.last().is_some_and(|item| indent < item.content) {
            self.items.pop();
        }
        if self.items.is_empty() && self.out.last().is_some_and(|line| !line.is_empty() && !is_item(line)) {
            self.out.push(String::new());
        }
        let column = self.items.last().map_or(0, |item| item.out);
        // Another mark than the one of the list before would begin another list.
        let marker = if ordered { marker.to_owned() } else { "-".to_owned() };
        let gap = text.len() - marker.len() - rest.len();
        let content = indent + marker.len() + if gap > 4 || rest.is_empty() { 1 } else { gap };
        self.items.push(Item { content, out: column + marker.len() + 1 });
        self.prefix = Some(format!("{}{marker} ", " ".repeat(column)));
        self.blank = false;
        Some(rest)
    }

    /// Leaves the items that a line of this indentation no longer belongs to.
    fn leave(&mut self, indent: usize) {
        if self.prefix.is_some() && self.items.last().is_some_and(|item| indent < item.content) {
            self.end_item();
            self.out.push(String::new());
        }
        while self.items.last().is_some_and(|item| indent < item.content) {
            self.items.pop();
        }
    }

    fn fenced(&mut self, lines: &[&str], fence: &Fence, indent: usize) -> usize {
        self.end_paragraph();
        self.separate();
        let mut taken = 1;
        let mut body = Vec::new();
        for line in &lines[1..] {
            taken += 1;
            if fence.closes(line.trim()) {
                break;
            }
            let spaces = line.len() - line.trim_start_matches(' ').len();
            body.push(&line[spaces.min(indent)..]);
        }
        self.code(&fence.language, &body);
        taken
    }

    fn indented(&mut self, lines: &[&str], column: usize) -> usize {
        self.separate();
        let inside = |line: &str| line.trim().is_empty() || line.len() - line.trim_start_matches(' ').len() >= column;
        let mut body: Vec<&str> = lines.iter().take_while(|line| inside(line)).copied().collect();
        let taken = body.len();
        while body.last().is_some_and(|line| line.trim().is_empty()) {
            body.pop();
        }
        let body: Vec<&str> = body.iter().map(|line| line.get(column..).unwrap_or("")).collect();
        self.code("text", &body);
        taken
    }

    fn code(&mut self, language: &str, body: &[&str]) {
        let longest = body.iter().map(|line| longest_run(line, '`')).max().unwrap_or(0);
        let ticks = "`".repeat(longest.max(2) + 1);
        self.line(format!("{ticks}{language}"));
        for line in body {
            self.line(line.trim_end().to_owned());
        }
        self.line(ticks);
        self.out.push(String::new());
        self.blank = true;
    }

    fn quote(&mut self, lines: &[&str]) -> usize {
        self.end_paragraph();
        self.separate();
        let quoted = |line: &&&str| !line.trim().is_empty();
        let lines: Vec<&str> = lines.iter().take_while(quoted).copied().collect();
        let body: Vec<&str> = lines
            .iter()
            .map(|line| {
                let line = line.trim_start();
                let line = line.strip_prefix('>').unwrap_or(line);
                line.strip_prefix(' ').unwrap_or(line)
            })
            .collect();
        for line in trimmed(Self::new(self.depth + 1).run(&body)) {
            self.line(if line.is_empty() { ">".to_owned() } else { format!("> {line}") });
        }
        self.out.push(String::new());
        self.blank = true;
        lines.len()
    }

    /// A block that is no paragraph stands apart from the paragraph before it.
    fn separate(&mut self) {
        if self.prefix.is_none() && self.out.last().is_some_and(|line| !line.is_empty()) {
            self.out.push(String::new());
        }
    }

    fn end_paragraph(&mut self) {
        if self.paragraph.is_empty() {
            return;
        }
        let lines = std::mem::take(&mut self.paragraph);
        let rows = lines.iter().skip(1).position(|line| is_delimiter(line)).unwrap_or(lines.len());
        let (prose, table) = lines.split_at(rows);
        for line in inline::safe(&prose.join("\n")).lines().map(guarded) {
            if !line.is_empty() {
                self.line(line);
            }
        }
        for row in table {
            // In a table a `|` ends the cell, also inside of code.
            let cells: Vec<String> = row.split('|').map(inline::safe).collect();
            self.line(guarded(&cells.join("|")));
        }
    }

    /// An item without text still has its marker, and a space to hold it.
    fn end_item(&mut self) {
        if self.prefix.is_some() {
            self.line("&nbsp;".to_owned());
        }
    }

    fn line(&mut self, text: String) {
        let line = match self.prefix.take() {
            Some(prefix) => format!("{prefix}{text}"),
            None if text.is_empty() => text,
            None => format!("{}{text}", " ".repeat(self.items.last().map_or(0, |item| item.out))),
        };
        self.out.push(line.trim_end().to_owned());
    }
}

/// The opening line of a block of code.
struct Fence {
    mark: char,
    count: usize,
    language: String,
}

impl Fence {
    fn open(text: &str) -> Option<Self> {
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let count = text.chars().take_while(|c| *c == mark).count();
        let info = text.get(count..)?.trim();
        if count < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        let word = info.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
        let language = if LANGUAGES.contains(&word.as_str()) { word } else { "text".to_owned() };
        Some(Self { mark, count, language })
    }

    fn closes(&self, text: &str) -> bool {
        text.chars().all(|c| c == self.mark) && text.chars().count() >= self.count
    }
}

/// The marker of a list item and the text behind it.
fn marker(text: &str) -> Option<(&str, &str)> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let end = match text.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let rest = &text[end..];
    if rest.is_empty() || rest.starts_with(' ') { Some((&text[..end], rest.trim_start())) } else { None }
}

/// A line of a paragraph. What is escaped or left out in it must not turn its start into the start of a block, and what
/// has no room for a block where it stands (a second marker on one line, a quote too deep) is text.
fn guarded(line: &str) -> String {
    let line = line.trim();
    if let Some((marker, _)) = marker(line) {
        let (number, mark) = marker.split_at(marker.len() - 1);
        return format!("{number}\\{mark}{}", &line[marker.len()..]);
    }
    let block = line.starts_with('>') || is_heading(line) || is_rule(line) || Fence::open(line).is_some();
    if block { format!("\\{line}") } else { line.to_owned() }
}

/// The line below the head of a table: `|---|:--:|`.
fn is_delimiter(line: &str) -> bool {
    line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn is_item(line: &str) -> bool {
    marker(line.trim_start()).is_some() || line.starts_with("  ")
}

fn is_heading(text: &str) -> bool {
    let marks = text.chars().take_while(|c| *c == '#').count();
    (1..=6).contains(&marks) && text[marks..].starts_with(' ')
}

fn is_rule(text: &str) -> bool {
    let Some(mark) = text.chars().next().filter(|c| matches!(c, '-' | '*' | '_')) else { return false };
    text.chars().filter(|c| *c == mark).count() >= 3 && text.chars().all(|c| c == mark || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::safe;

    fn shown(text: &str) -> String {
        safe(text).join("\n")
    }

    #[test]
    fn what_rustdoc_would_compile_is_text() {
        assert_eq!(
            shown("Use:\n\n    let x = 1;\n\nor\n\n```\ny\n```"),
            "Use:\n\n```text\nlet x = 1;\n```\n\nor\n\n```text\ny\n```"
        );
        assert_eq!(shown("```rust,no_run\nx"), "```text\nx\n```");
        assert_eq!(shown("~~~json\n{\"a\": \"```\"}\n~~~"), "````json\n{\"a\": \"```\"}\n````");
    }

    #[test]
    fn what_rustdoc_would_resolve_is_text() {
        assert_eq!(shown("[link] and [a](b) and [c](https://d.e)."), "\\[link\\] and a (`b`) and [c](https://d.e).");
        assert_eq!(shown("See https://a.b/c_d. (https://e.f)"), "See <https://a.b/c_d>. (<https://e.f>)");
        assert_eq!(shown("<b>x</b> and a<br>b"), "\\<b>x\\</b> and a b");
        assert_eq!(shown("`[code]` and `rest"), "`[code]` and \\`rest");
    }

    #[test]
    fn lists_keep_their_depth_and_lose_their_accidents() {
        assert_eq!(
            shown("Values:\n* one\nmore\n    * two\n\n  text\n* three"),
            "Values:\n\n- one\n  more\n  - two\n\n  text\n- three"
        );
        assert_eq!(shown("1. a\n\n   b\n2. c\nend"), "1. a\n\n   b\n2. c\n   end");
        assert_eq!(shown("in\n2024. A year"), "in\n2024\\. A year");
    }

    #[test]
    fn what_nobody_can_see_is_written_out() {
        assert_eq!(shown("a\u{202e}b\u{0}\tc\u{feff}"), "aU+202EbU+0000    c");
        assert_eq!(shown("  one  \r\n\r\n> quote\n> - item\nlazy"), "one\n\n> quote\n>\n> - item\n>   lazy");
    }

    #[test]
    fn a_long_text_of_openings_takes_no_long_time() {
        for piece in ["[", "<", "`a", "((", "![", "> ", "- "] {
            assert!(!safe(&piece.repeat(50_000)).is_empty());
        }
    }
}
