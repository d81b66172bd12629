//! The two renderings.

use annotate_snippets::{AnnotationKind, Element, Level, Origin as Header, Renderer, Snippet};
use serde_json::{Value, json};

use super::{Code, Diagnostic, Locate, Origin, Place, Severity, Span, line_column};

/// How many characters of a line an excerpt shows before and behind the start of what is marked. Documents without line
/// breaks are common in JSON.
const AROUND: usize = 120;

/// The line of a text that holds a span.
struct Excerpt {
    text: String,
    /// Counted from 1.
    line: usize,
    /// In characters, counted from 1, in the uncut line.
    column: usize,
    /// What is marked, in bytes of the excerpt.
    span: Span,
    /// The column in the excerpt, if the line was cut at its start.
    cut_column: Option<usize>,
}

/// The parts of one diagnostic as they are given to the renderer.
#[derive(Default)]
struct Parts<'a> {
    elements: Vec<Element<'a>>,
    /// Places as the renderer will print them, and as they are: it does not know that a line was cut.
    places: Vec<(String, String)>,
}

/// The bytes that a diagnostic points at.
pub(super) fn span(diagnostic: &Diagnostic, texts: &dyn Locate) -> Option<Span> {
    match diagnostic.position {
        Some((line, column)) => at(texts.text(diagnostic.origin.file)?.1, line, column),
        None => texts.locate(&diagnostic.origin, diagnostic.on).or_else(|| {
            // What nobody wrote belongs to what it stands in.
            let ancestors = std::iter::successors(diagnostic.origin.parent(), Origin::parent);
            ancestors.filter(|at| !at.pointer.is_empty()).find_map(|at| texts.locate(&at, Place::Key))
        }),
    }
}

pub(super) fn text(list: &[&Diagnostic], texts: &dyn Locate, colours: bool) -> String {
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for diagnostic in list {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&one(diagnostic, texts, &renderer));
        out.push('\n');
    }
    out
}

pub(super) fn json(list: &[&Diagnostic], texts: &dyn Locate) -> String {
    let lines: Vec<String> = values(list, texts).map(|value| format!("\n  {value}")).collect();
    format!("[{}{}]\n", lines.join(","), if lines.is_empty() { "" } else { "\n" })
}

/// Each finding as a JSON object.
pub(super) fn values(list: &[&Diagnostic], texts: &dyn Locate) -> impl Iterator<Item = Value> {
    list.iter().map(move |diagnostic| {
        let name = texts.text(diagnostic.origin.file).map(|(name, _)| name);
        let place = diagnostic.position.or_else(|| {
            let (_, text) = texts.text(diagnostic.origin.file)?;
            Some(line_column(text, span(diagnostic, texts)?.start))
        });
        json!({
            "code": diagnostic.code.as_str(),
            "severity": diagnostic.severity.to_string(),
            "title": diagnostic.code.title(),
            "message": diagnostic.message,
            "help": diagnostic.help,
            "file": name,
            "line": place.map(|place| place.0),
            "column": place.map(|place| place.1),
            "pointer": diagnostic.origin.to_string(),
        })
    })
}

fn one(diagnostic: &Diagnostic, texts: &dyn Locate, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut parts = Parts::default();
    let pointer = diagnostic.origin.to_string();
    match (texts.text(diagnostic.origin.file), span(diagnostic, texts)) {
        (Some((name, text)), Some(span)) => {
            snippet(name, text, &span, AnnotationKind::Primary, "", &mut parts);
            if diagnostic.code == Code::DuplicateKey {
                for span in texts.earlier_keys(&diagnostic.origin) {
                    snippet(name, text, &span, AnnotationKind::Context, "it stands here too", &mut parts);
                }
            }
        }
        (Some((name, _)), None) => {
            let origin =
                if diagnostic.origin.pointer.is_empty() { name.to_owned() } else { format!("{name} {pointer}") };
            parts.elements.push(Header::path(origin).into());
        }
        (None, _) => parts.elements.push(Level::NOTE.message(format!("at {pointer}")).into()),
    }
    if let Some((origin, label)) = &diagnostic.related
        && let Some((name, text)) = texts.text(origin.file)
        && let Some(span) = texts.locate(origin, Place::Key)
    {
        snippet(name, text, &span, AnnotationKind::Context, label, &mut parts);
    }
    if let Some(help) = &diagnostic.help {
        parts.elements.push(Level::HELP.message(help.as_str()).into());
    }
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let mut rendered = renderer.render(&[title.elements(parts.elements)]);
    for (printed, meant) in parts.places {
        rendered = rendered.replacen(&printed, &meant, 1);
    }
    rendered
}

fn snippet<'a>(name: &'a str, text: &str, span: &Span, kind: AnnotationKind, label: &'a str, parts: &mut Parts<'a>) {
    let excerpt = excerpt(text, span);
    let annotation = kind.span(excerpt.span);
    let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
    if let Some(column) = excerpt.cut_column {
        let place = |column| format!("{name}:{}:{column}", excerpt.line);
        parts.places.push((place(column), place(excerpt.column)));
    }
    parts
        .elements
        .push(Snippet::source(excerpt.text).line_start(excerpt.line).path(name).annotation(annotation).into());
}

/// The span of the character at a line and column, both from 1.
fn at(text: &str, line: usize, column: usize) -> Option<Span> {
    let mut start = 0;
    for (index, content) in text.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            let content = content.trim_end();
            let (offset, length) = content
                .char_indices()
                .nth(column.saturating_sub(1))
                .map_or((content.len(), 0), |(offset, character)| (offset, character.len_utf8()));
            return Some(start + offset..start + offset + length);
        }
        start += content.len();
    }
    // An error at the end of the text may lie one line below the last.
    Some(text.len()..text.len())
}

/// The line that holds the start of a span, without what lies far from it.
fn excerpt(text: &str, span: &Span) -> Excerpt {
    let start = span.start.min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let (line, column) = line_column(text, start);
    let left = before.rsplit('\n').next().unwrap_or_default();
    let right = text.get(start..).unwrap_or_default().split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let skipped = left.char_indices().rev().nth(AROUND - 1).map_or(0, |(offset, _)| offset);
    let kept = right.char_indices().nth(AROUND).map_or(right.len(), |(offset, _)| offset);
    let (left, shown) = (left.get(skipped..).unwrap_or_default(), right.get(..kept).unwrap_or_default());
    let length = span.end.saturating_sub(span.start).min(shown.len());
    Excerpt {
        text: format!("{left}{shown}"),
        line,
        column,
        span: left.len()..left.len() + length,
        cut_column: (skipped > 0).then(|| left.chars().count() + 1),
    }
}
