//! The text of a paragraph: code, links and addresses stay, everything else that Markdown or HTML would act on is escaped.

/// How deep brackets may nest in the text of a link.
const DEEPEST: usize = 8;

/// How many bytes a link may have. Without a limit, a text of opening brackets would take quadratic time.
const LONGEST: usize = 4096;

/// A paragraph in which nothing is left that rustdoc resolves, reports or takes for HTML.
pub(super) fn safe(text: &str) -> String {
    let text = breaks(text);
    Inline { links: true }.text(&text, 0)
}

/// `<br>` is a space: the lines of a comment are short anyway.
fn breaks(text: &str) -> String {
    ["<br>", "<br/>", "<br />", "<BR>", "<BR/>"].iter().fold(text.to_owned(), |text, mark| text.replace(mark, " "))
}

#[derive(Clone, Copy)]
struct Inline {
    /// False inside the text of a link, where no other link may stand.
    links: bool,
}

impl Inline {
    fn text(self, text: &str, depth: usize) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        let mut before = ' ';
        while let Some(c) = rest.chars().next() {
            let taken = self.special(rest, c, before, depth, &mut out);
            let taken = if taken == 0 {
                out.push(c);
                c.len_utf8()
            } else {
                taken
            };
            before = rest[..taken].chars().next_back().unwrap_or(' ');
            rest = &rest[taken..];
        }
        out
    }

    /// Writes what stands at the start of `rest` and says how long it was; 0 for an ordinary character.
    fn special(self, rest: &str, c: char, before: char, depth: usize, out: &mut String) -> usize {
        match c {
            '\\' => escaped(rest, out),
            '`' => code(rest, out),
            '!' if rest[1..].starts_with('[') => match self.link(&rest[1..], depth, out) {
                0 => 0,
                taken => taken + 1,
            },
            '[' => match self.link(rest, depth, out) {
                0 => escape(c, out),
                taken => taken,
            },
            ']' => escape(c, out),
            '<' => match self.autolink(rest, out) {
                0 => escape(c, out),
                taken => taken,
            },
            'h' | 'H' if self.links && !before.is_alphanumeric() => address(rest, out),
            _ => 0,
        }
    }

    /// `[text](address "title")`
    fn link(self, rest: &str, depth: usize, out: &mut String) -> usize {
        if !self.links || depth >= DEEPEST {
            return 0;
        }
        let Some(end) = closing(rest, '[', ']') else { return 0 };
        let Some(target) = rest[end + 1..].strip_prefix('(') else { return 0 };
        let Some(close) = closing(&rest[end + 1..], '(', ')') else { return 0 };
        let target = target[..close - 1].trim();
        let (address, _title) = target.split_once([' ', '\n']).unwrap_or((target, ""));
        let address = address.trim_start_matches('<').trim_end_matches('>');
        let text = Self { links: false }.text(&rest[1..end], depth + 1);
        if is_address(address) {
            if text.trim().is_empty() {
                out.push_str(&format!("<{address}>"));
            } else {
                out.push_str(&format!("[{text}]({address})"));
            }
        } else if address.is_empty() {
            out.push_str(&text);
        } else {
            out.push_str(&format!("{text} ({})", super::docs::code(address)));
        }
        end + 1 + close + 1
    }

    /// `<https://…>`
    fn autolink(self, rest: &str, out: &mut String) -> usize {
        if !has_scheme(&rest[1..]) {
            return 0;
        }
        let Some(end) = rest.bytes().take(LONGEST).position(|c| c == b'>') else { return 0 };
        let address = &rest[1..end];
        if !is_address(address) {
            return 0;
        }
        out.push_str(if self.links { &rest[..=end] } else { address });
        end + 1
    }
}

/// A backslash and what it escapes stay as they are.
fn escaped(rest: &str, out: &mut String) -> usize {
    match rest[1..].chars().next() {
        Some(next) if next.is_ascii_punctuation() => {
            out.push('\\');
            out.push(next);
            2
        }
        _ => 0,
    }
}

/// Code stays as it is, on one line, where nothing in it begins a block; a backtick without its partner is text.
fn code(rest: &str, out: &mut String) -> usize {
    let count = rest.chars().take_while(|c| *c == '`').count();
    let mut at = count;
    while let Some(found) = rest[at..].find('`') {
        let start = at + found;
        let run = rest[start..].chars().take_while(|c| *c == '`').count();
        at = start + run;
        if run == count {
            out.push_str(&rest[..at].replace('\n', " "));
            return at;
        }
    }
    out.push_str(&"\\`".repeat(count));
    count
}

fn escape(c: char, out: &mut String) -> usize {
    out.push('\\');
    out.push(c);
    1
}

/// A bare address becomes a link.
fn address(rest: &str, out: &mut String) -> usize {
    let scheme = ["https://", "http://"]
        .iter()
        .find(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let Some(scheme) = scheme else { return 0 };
    let stop =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '[' | ']' | '\\' | '|');
    let mut found = rest.split(stop).next().unwrap_or("");
    loop {
        let open = found.matches('(').count();
        let close = found.matches(')').count();
        let trimmed = found.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
        let trimmed = if close > open { trimmed.strip_suffix(')').unwrap_or(trimmed) } else { trimmed };
        if trimmed.len() == found.len() {
            break;
        }
        found = trimmed;
    }
    if found.len() <= scheme.len() || !is_address(found) {
        return 0;
    }
    out.push_str(&format!("<{found}>"));
    found.len()
}

/// An address that may stand between `<` and `>` or in the parentheses of a link.
fn is_address(text: &str) -> bool {
    let open = text.matches('(').count();
    let plain =
        |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"' | '`' | '\\' | '[' | ']');
    has_scheme(text) && open == text.matches(')').count() && text.chars().all(plain)
}

/// True for a text that begins like an address and goes on.
fn has_scheme(text: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| {
        text.len() > scheme.len() && text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The position of the bracket that closes the one at the start.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut skip = false;
    for (at, c) in text.char_indices().take(LONGEST) {
        if std::mem::take(&mut skip) {
            continue;
        }
        if c == '\\' {
            skip = true;
        } else if c == open {
            depth += 1;
            if depth > DEEPEST {
                return None;
            }
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}
