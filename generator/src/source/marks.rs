//! Places of keys and values, and those of YAML through the event parser of `saphyr`; the only file that names it.
//!
//! The parser is driven event by event with a stack of our own, so nesting costs no stack, aliases are followed instead
//! of copied, and keys that stand twice keep all their places.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser};
use serde_json::Value;

use super::MAX_DEPTH;
use super::position::CharIndex;
use crate::diag::{Place, Span, unescape_segment};

/// The places of all nodes of one text. The first node is the root.
#[derive(Debug)]
pub(super) struct Marks {
    nodes: Vec<Mark>,
    unit: Unit,
}

/// What the spans count.
#[derive(Debug)]
enum Unit {
    Bytes,
    Characters(CharIndex),
}

/// One node.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Scalar,
    List(Vec<usize>),
    Mapping(Vec<Entry>),
    Alias(usize),
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: usize,
}

/// What a pointer leads to: the index of its value, and the places of its key.
struct Found {
    value: usize,
    keys: Vec<Span>,
}

/// Reads the places of a YAML text; `None` if the parser does not understand it.
pub(super) fn mark(text: &str) -> Option<Marks> {
    let mut builder = Builder::default();
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let span = span.start.index()..span.end.index();
        match event {
            Event::Scalar(value, _, anchor, _) => builder.leaf(span, Kind::Scalar, anchor, &value)?,
            Event::Alias(anchor) => {
                let target = *builder.anchors.get(&anchor)?;
                builder.leaf(span, Kind::Alias(target), 0, "*")?;
            }
            Event::SequenceStart(anchor, _) => {
                depth += 1;
                builder.open(span, Kind::List(Vec::new()), anchor)?;
            }
            Event::MappingStart(anchor, _) => {
                depth += 1;
                builder.open(span, Kind::Mapping(Vec::new()), anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                depth = depth.checked_sub(1)?;
                builder.close(span.end)?;
            }
            Event::DocumentEnd => break,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        if depth > 2 * MAX_DEPTH {
            return None;
        }
    }
    Some(Marks { nodes: builder.nodes, unit: Unit::Characters(CharIndex::new(text)) })
}

/// Line and column, both from 1, of the place where a YAML text nests deeper than is read; `None` if it does not.
pub(super) fn too_deep(text: &str) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let place = match event {
            Ok((Event::SequenceStart(..) | Event::MappingStart(..), span)) => {
                depth += 1;
                span.start
            }
            Ok((Event::SequenceEnd | Event::MappingEnd, _)) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Ok(_) => continue,
            // The parser has a bound of its own for brackets.
            Err(error) if error.info().contains("recursion limit") => {
                return Some((error.marker().line(), error.marker().col() + 1));
            }
            Err(_) => return None,
        };
        if depth > MAX_DEPTH {
            return Some((place.line(), place.col() + 1));
        }
    }
    None
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Mark>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, usize>,
}

struct Open {
    node: usize,
    /// The key that waits for its value. Keys that are lists or mappings wait as an empty text that no pointer meets.
    key: Option<(String, Span)>,
}

impl Builder {
    fn leaf(&mut self, span: Span, kind: Kind, anchor: usize, text: &str) -> Option<()> {
        if let Some(parent) = self.open.last_mut()
            && parent.key.is_none()
            && matches!(self.nodes.get(parent.node)?.kind, Kind::Mapping(_))
        {
            parent.key = Some((text.to_owned(), span));
            return Some(());
        }
        let node = self.add(span, kind, anchor);
        self.attach(node)
    }

    fn open(&mut self, span: Span, kind: Kind, anchor: usize) -> Option<()> {
        let node = self.add(span, kind, anchor);
        self.open.push(Open { node, key: None });
        Some(())
    }

    fn close(&mut self, end: usize) -> Option<()> {
        let node = self.open.pop()?.node;
        let mark = self.nodes.get_mut(node)?;
        mark.span.end = end.max(mark.span.start);
        self.attach(node)
    }

    fn add(&mut self, span: Span, kind: Kind, anchor: usize) -> usize {
        self.nodes.push(Mark { span, kind });
        let node = self.nodes.len() - 1;
        if anchor > 0 {
            self.anchors.insert(anchor, node);
        }
        node
    }

    fn attach(&mut self, node: usize) -> Option<()> {
        let Some(parent) = self.open.last_mut() else { return Some(()) };
        let span = self.nodes.get(node)?.span.clone();
        match &mut self.nodes.get_mut(parent.node)?.kind {
            Kind::List(elements) => elements.push(node),
            Kind::Mapping(entries) => match parent.key.take() {
                Some((key, key_span)) => entries.push(Entry { key, key_span, value: node }),
                None => parent.key = Some((String::new(), span)),
            },
            Kind::Scalar | Kind::Alias(_) => return None,
        }
        Some(())
    }
}

impl Marks {
    /// Marks that another parser made, with spans in bytes.
    pub(super) fn from_bytes(nodes: Vec<Mark>) -> Self {
        Self { nodes, unit: Unit::Bytes }
    }

    /// The bytes of a node's key or value. `None` if the tree that was read and these marks disagree on the way to it.
    pub(super) fn find(&self, text: &str, tree: &Value, pointer: &str, place: Place) -> Option<Span> {
        let found = self.walk(tree, pointer)?;
        let value = self.nodes.get(found.value)?;
        let span = self.bytes(text, &value.span);
        let Some(key) = found.keys.last().map(|key| self.bytes(text, key)) else { return Some(span) };
        // A collection in block style starts on the line below its key, and nothing at all has no place: the key says more.
        let key_says_more = place == Place::Key
            || span.is_empty()
            || match value.kind {
                Kind::List(_) | Kind::Mapping(_) => {
                    text.get(key.end..span.start).is_none_or(|between| between.contains('\n'))
                }
                Kind::Scalar | Kind::Alias(_) => false,
            };
        Some(if key_says_more { key } else { span })
    }

    /// The bytes of all keys of a node's name in its mapping but the last.
    pub(super) fn earlier_keys(&self, text: &str, tree: &Value, pointer: &str) -> Vec<Span> {
        let Some(mut found) = self.walk(tree, pointer) else { return Vec::new() };
        found.keys.pop();
        found.keys.iter().map(|span| self.bytes(text, span)).collect()
    }

    fn walk(&self, tree: &Value, pointer: &str) -> Option<Found> {
        let mut found = Found { value: 0, keys: Vec::new() };
        let mut tree = tree;
        for segment in pointer.split('/').skip(1) {
            let key = unescape_segment(segment);
            let node = self.target(found.value)?;
            found = match (&self.nodes.get(node)?.kind, tree) {
                (Kind::List(elements), Value::Array(list)) => {
                    let index: usize = key.parse().ok()?;
                    tree = list.get(index)?;
                    Found { value: *elements.get(index)?, keys: Vec::new() }
                }
                // Merged members have taken the place of the merge key in the tree.
                (Kind::Mapping(_), Value::Object(map)) if key == "<<" && !map.contains_key("<<") => {
                    return self.member(node, &key, 0);
                }
                (Kind::Mapping(_), Value::Object(map)) => {
                    tree = map.get(key.as_ref())?;
                    self.member(node, &key, 0)?
                }
                _ => return None,
            };
        }
        let agrees = match (&self.nodes.get(self.target(found.value)?)?.kind, tree) {
            (Kind::List(_), tree) => tree.is_array(),
            (Kind::Mapping(_), tree) => tree.is_object(),
            (Kind::Scalar, tree) => !tree.is_array() && !tree.is_object(),
            (Kind::Alias(_), _) => false,
        };
        agrees.then_some(found)
    }

    fn target(&self, node: usize) -> Option<usize> {
        match self.nodes.get(node)?.kind {
            Kind::Alias(target) => Some(target),
            _ => Some(node),
        }
    }

    /// A member of a mapping, its own or one that a merge key brings.
    fn member(&self, node: usize, key: &str, depth: usize) -> Option<Found> {
        let Kind::Mapping(entries) = &self.nodes.get(node)?.kind else { return None };
        let mut keys = Vec::new();
        let mut value = None;
        for entry in entries.iter().filter(|entry| entry.key == key) {
            keys.push(entry.key_span.clone());
            value = Some(entry.value);
        }
        if let Some(value) = value {
            return Some(Found { value, keys });
        }
        if depth > MAX_DEPTH {
            return None;
        }
        entries.iter().filter(|entry| entry.key == "<<").find_map(|entry| {
            let merged = self.target(entry.value)?;
            match &self.nodes.get(merged)?.kind {
                Kind::Mapping(_) => self.member(merged, key, depth + 1),
                Kind::List(elements) => {
                    elements.iter().find_map(|&element| self.member(self.target(element)?, key, depth + 1))
                }
                Kind::Scalar | Kind::Alias(_) => None,
            }
        })
    }

    fn bytes(&self, text: &str, span: &Span) -> Span {
        match &self.unit {
            Unit::Bytes => span.clone(),
            Unit::Characters(index) => index.byte(text, span.start)..index.byte(text, span.end),
        }
    }
}
