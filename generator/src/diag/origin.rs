//! Places in the input: a file and a JSON pointer (RFC 6901).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A byte range of a text.
pub type Span = Range<usize>;

/// One file of the input, in the order of loading.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct FileId(pub u32);

/// A node of the input.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Origin {
    /// The file that holds the node.
    pub file: FileId,
    /// JSON pointer of the node; the empty text is the root.
    pub pointer: String,
}

impl Origin {
    /// The root of a file.
    #[must_use]
    pub fn root(file: FileId) -> Self {
        Self { file, pointer: String::new() }
    }

    /// The node under a key; `~` and `/` in it are escaped.
    #[must_use]
    pub fn child(&self, key: &str) -> Self {
        let mut pointer = String::with_capacity(self.pointer.len() + key.len() + 1);
        pointer.push_str(&self.pointer);
        pointer.push('/');
        pointer.push_str(&escape_segment(key));
        Self { file: self.file, pointer }
    }

    /// The element of a list, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self { file: self.file, pointer: format!("{}/{index}", self.pointer) }
    }

    /// The node that holds this one; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.pointer.rsplit_once('/')?;
        Some(Self { file: self.file, pointer: parent.to_owned() })
    }

    /// The last key of the pointer, unescaped; `None` for the root.
    #[must_use]
    pub fn last(&self) -> Option<Cow<'_, str>> {
        self.pointer.rsplit_once('/').map(|(_, key)| unescape_segment(key))
    }

    /// The keys from the root to the node, unescaped.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.pointer.split('/').skip(1).map(unescape_segment)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.pointer)
    }
}

/// Which part of a node a diagnostic points at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Place {
    /// The key under which the node stands.
    Key,
    /// The node itself.
    Value,
}

/// Finds places in texts. Implemented by whoever holds them.
pub trait Locate {
    /// The byte range of a node's key or value, or `None` where it cannot be found.
    fn locate(&self, origin: &Origin, place: Place) -> Option<Span>;

    /// Name and text of a file.
    fn text(&self, file: FileId) -> Option<(&str, &str)>;

    /// The other places where the key of this node is spelled in the same mapping. A document that repeats a key has
    /// several, and [`Locate::locate`] gives the last one.
    fn earlier_keys(&self, _origin: &Origin) -> Vec<Span> {
        Vec::new()
    }
}

/// Line and column, both from 1 and the column in characters, of a byte offset.
#[must_use]
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    // In runs that fit a byte, so that the machine counts many bytes at once: texts have megabytes, and many findings.
    let breaks = |run: &[u8]| usize::from(run.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>());
    let line = before.as_bytes().chunks(usize::from(u8::MAX)).map(breaks).sum::<usize>() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// Escapes one key for a JSON pointer (RFC 6901, section 3).
#[must_use]
pub fn escape_segment(key: &str) -> Cow<'_, str> {
    let special = key.bytes().any(|byte| matches!(byte, b'~' | b'/'));
    if special { Cow::Owned(key.replace('~', "~0").replace('/', "~1")) } else { Cow::Borrowed(key) }
}

/// Undoes [`escape_segment`].
#[must_use]
pub fn unescape_segment(segment: &str) -> Cow<'_, str> {
    if segment.bytes().any(|byte| byte == b'~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_the_way_through_a_pointer() {
        let origin = Origin::root(FileId(0)).child("paths").child("/a~b/{c}").index(3);
        assert_eq!(origin.to_string(), "#/paths/~1a~0b~1{c}/3");
        assert_eq!(origin.segments().collect::<Vec<_>>(), ["paths", "/a~b/{c}", "3"]);
        assert_eq!(origin.parent().and_then(|parent| parent.last().map(Cow::into_owned)).as_deref(), Some("/a~b/{c}"));
        assert_eq!(Origin::root(FileId(0)).parent(), None);
    }
}
