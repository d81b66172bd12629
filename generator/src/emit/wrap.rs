//! Lines of Markdown, broken so that a reader need not scroll: only between words of a paragraph, and only where the rest
//! stays what it was.

/// The most characters of a line; with `/// ` and an indentation of four they stay below 120.
const WIDTH: usize = 110;

/// How far away the end of code or a link is looked for. Without a limit, a text of openings would take quadratic time.
const FARTHEST: usize = 1024;

/// Breaks what is too long. Code, tables, headings and quotes stay as they are.
pub(super) fn wrapped(lines: Vec<String>) -> Vec<String> {
    let mut out = Vec::with_capacity(lines.len());
    let mut fence: Option<char> = None;
    for line in lines {
        let start = line.trim_start();
        let mark = ['`', '~'].into_iter().find(|mark| start.starts_with(&mark.to_string().repeat(3)));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        let fixed = fence.is_some() || mark.is_some() || start.starts_with(['#', '>', '|']) || line.contains(" | ");
        if fixed || line.chars().count() <= WIDTH {
            out.push(line);
        } else {
            broken(&line, &mut out);
        }
    }
    out
}

fn broken(line: &str, out: &mut Vec<String>) {
    let indent = " ".repeat(hanging(line));
    let mut row = String::new();
    for word in words(line) {
        let fits = row.chars().count() + 1 + word.chars().count() <= WIDTH;
        if row.is_empty() {
            row.push_str(word);
        } else if fits || !may_begin(word) {
            row.push(' ');
            row.push_str(word);
        } else {
            out.push(std::mem::take(&mut row));
            row.push_str(&indent);
            row.push_str(word);
        }
    }
    if !row.trim().is_empty() {
        out.push(row);
    }
}

/// The column at which a line's text begins: after its indentation and the marker of a list item.
fn hanging(line: &str) -> usize {
    let start = line.trim_start();
    let indent = line.len() - start.len();
    let digits = start.chars().take_while(char::is_ascii_digit).count();
    let marker = match start[digits..].get(..2) {
        Some("- " | "* " | "+ ") if digits == 0 => 2,
        Some(". " | ") ") if digits > 0 => digits + 2,
        _ => 0,
    };
    indent + marker
}

/// The words of a line. Code and links are one word each; the first one keeps the indentation.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut from = 0;
    let mut at = line.len() - line.trim_start().len();
    while at < line.len() {
        let rest = &line[at..];
        if rest.starts_with(' ') {
            words.push(&line[from..at]);
            from = at + (rest.len() - rest.trim_start_matches(' ').len());
            at = from;
            continue;
        }
        at += unit(rest);
    }
    if from < line.len() {
        words.push(&line[from..]);
    }
    words
}

/// The length of what stands at the start of a text and must not be broken.
fn unit(rest: &str) -> usize {
    let near = &rest[..(0..=rest.len().min(FARTHEST)).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(0)];
    let whole = |open: usize, close: &str| near.get(open..)?.find(close).map(|end| open + end + close.len());
    let first = rest.chars().next().map_or(1, char::len_utf8);
    match rest.as_bytes().first() {
        Some(b'\\') => first + rest[first..].chars().next().map_or(0, char::len_utf8),
        Some(b'`') => {
            let count = rest.bytes().take_while(|byte| *byte == b'`').count();
            whole(count, &"`".repeat(count)).unwrap_or(count)
        }
        Some(b'[') => whole(1, "]").map_or(first, |end| match near[end..].starts_with('(') {
            true => near[end..].find(')').map_or(end, |close| end + close + 1),
            false => end,
        }),
        Some(b'<') => whole(1, ">").unwrap_or(first),
        _ => first,
    }
}

/// False for a word that would begin a list, a heading, a quote or a rule at the start of a line.
fn may_begin(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let item = number.len() < word.len() && (number.starts_with('.') || number.starts_with(')'));
    !item && !word.starts_with(['-', '+', '*', '#', '>', '=', '|', '~', '_']) && !word.starts_with("```")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_are_broken_and_nothing_else() {
        let long = "word ".repeat(40);
        let lines = |text: &str| wrapped(vec![text.to_owned()]);
        for text in [format!("# {long}"), format!("| {long} |"), format!("> {long}"), "short".to_owned()] {
            assert_eq!(lines(&text), [text.as_str()]);
        }
        let code = vec!["```text".to_owned(), long.clone(), "```".to_owned()];
        assert_eq!(wrapped(code.clone()), code);
        let item = lines(&format!("  - {}", long.trim_end()));
        assert!(item.len() == 2 && item[0].starts_with("  - word") && item[1].starts_with("    word"), "{item:?}");
        assert!(item.iter().all(|line| line.chars().count() <= WIDTH), "{item:?}");
    }

    #[test]
    fn what_belongs_together_stays_together() {
        let before = "x".repeat(WIDTH - 3);
        for kept in ["`a b c`", "[a b](https://a.example/b)", "<https://a.example>"] {
            assert_eq!(wrapped(vec![format!("{before} {kept} end")]), [before.clone(), format!("{kept} end")]);
        }
        for kept in ["- a", "1. a", "# a", "=== a"] {
            let line = format!("{before} {kept} end");
            let broken = wrapped(vec![line.clone()]);
            assert!(broken[1..].iter().all(|line| may_begin(line)), "{broken:?}");
            assert_eq!(broken.join(" "), line);
        }
    }
}
