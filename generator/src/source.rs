//! Texts and their trees.
//!
//! This module reads files through a [`Loader`], turns YAML and JSON into one kind of tree (`serde_json::Value` with
//! sorted mappings) and finds the place of a node in its text. It knows nothing of OpenAPI. Positions come from a second,
//! marked parse that runs once per file, and only when somebody asks for one.

mod graft;
mod json;
mod marks;
mod position;
mod toml;
mod tree;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;

use self::graft::Trail;
pub use self::graft::{Clash, Graft, Path, Step, Written};
use self::marks::Marks;
use self::tree::{Fault, FaultKind, SyntaxError};
use crate::diag::{Code, Diagnostics, FileId, Locate, Origin, Place, Span, escape_segment, unescape_segment};

/// How deep mappings and lists may nest. Real descriptions stay far below; the bound keeps every walk over a tree within
/// the stack.
pub const MAX_DEPTH: usize = 128;

/// Gives the text of a file. The only way by which the library reads anything.
pub trait Loader {
    /// The text of the file at `path`, which is written with `/` between its parts.
    ///
    /// # Errors
    ///
    /// Says why the text cannot be had.
    fn load(&self, path: &str) -> Result<String, LoadError>;
}

/// Why a file could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadError {
    reason: String,
}

impl LoadError {
    /// An error with a reason in words, without the file's name.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for LoadError {}

/// Files held in memory.
#[derive(Clone, Default, Debug)]
pub struct MemoryLoader(BTreeMap<String, String>);

impl MemoryLoader {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.0.insert(path.into(), text.into());
        self
    }
}

impl<P: Into<String>, T: Into<String>, const N: usize> From<[(P, T); N]> for MemoryLoader {
    /// Holds files given as paths and texts.
    fn from(files: [(P, T); N]) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.into(), text.into())).collect())
    }
}

impl Loader for MemoryLoader {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        self.0.get(path).cloned().ok_or_else(|| LoadError::new("no such file"))
    }
}

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Json,
    Yaml,
    Toml,
}

#[derive(Debug)]
struct File {
    name: String,
    text: String,
    format: Format,
    tree: Value,
    marks: OnceLock<Option<Marks>>,
    /// The tree as its text says, and where the nodes of the changed one are written.
    changed: Option<(Value, Trail)>,
}

impl File {
    /// The tree that the text and its marks belong to.
    fn as_written(&self) -> &Value {
        self.changed.as_ref().map_or(&self.tree, |(written, _)| written)
    }
}

/// The files of one run, with their trees.
#[derive(Default, Debug)]
pub struct Sources {
    files: Vec<File>,
    by_name: BTreeMap<String, FileId>,
}

impl Sources {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads a YAML or JSON file. It is JSON if its name ends in `.json` or its text begins with a brace or bracket and
    /// reads as JSON; otherwise it is YAML.
    ///
    /// Gives `None` after an error that leaves no tree: the file cannot be loaded, its text is neither YAML nor JSON, or
    /// it nests deeper than [`MAX_DEPTH`]. Lesser faults, such as a key that stands twice, are recorded too, and the tree
    /// is used.
    pub fn load(&mut self, loader: &dyn Loader, path: &str, diags: &mut Diagnostics) -> Option<FileId> {
        let text = self.fetch(loader, path, diags)?;
        self.add(path, text, diags)
    }

    /// Adds a YAML or JSON text under a name, as [`Sources::load`] does.
    pub fn add(&mut self, name: &str, text: impl Into<String>, diags: &mut Diagnostics) -> Option<FileId> {
        let text = without_mark(text.into());
        let (format, read) = read(name, &text);
        self.insert(name, text, format, read, diags)
    }

    /// Loads a TOML file.
    pub fn load_toml(&mut self, loader: &dyn Loader, path: &str, diags: &mut Diagnostics) -> Option<FileId> {
        let text = self.fetch(loader, path, diags)?;
        self.add_toml(path, text, diags)
    }

    /// Adds a TOML text under a name.
    pub fn add_toml(&mut self, name: &str, text: impl Into<String>, diags: &mut Diagnostics) -> Option<FileId> {
        let text = without_mark(text.into());
        let read = toml::tree(&text).map(|tree| (tree, Vec::new()));
        self.insert(name, text, Format::Toml, read, diags)
    }

    /// Adds a text that has no tree, for what is reported about it, and gives its id.
    pub fn add_text(&mut self, name: &str, text: impl Into<String>) -> FileId {
        self.push(name, text.into(), Format::Yaml, Value::Null)
    }

    /// The tree of a file.
    #[must_use]
    pub fn tree(&self, file: FileId) -> Option<&Value> {
        self.file(file).map(|file| &file.tree)
    }

    /// The node of an origin.
    #[must_use]
    pub fn value(&self, origin: &Origin) -> Option<&Value> {
        let mut node = self.tree(origin.file)?;
        // Asked of the whole pointer at once: this is called for every node that is looked at.
        let escaped = origin.pointer.contains('~');
        for segment in origin.pointer.split('/').skip(1) {
            node = match node {
                Value::Object(map) if !escaped => map.get(segment)?,
                Value::Object(map) => map.get(unescape_segment(segment).as_ref())?,
                // RFC 6901, section 4: no sign and no leading zero.
                Value::Array(list) if segment == "0" || !segment.starts_with(['0', '+']) => {
                    list.get(segment.parse::<usize>().ok()?)?
                }
                _ => return None,
            };
        }
        Some(node)
    }

    /// The tree of a file, to be changed. From then on origins mean nodes of the changed tree, until [`Sources::written`]
    /// says where their text is.
    pub fn graft(&mut self, file: FileId) -> Option<Graft<'_>> {
        let file = self.files.get_mut(usize::try_from(file.0).ok()?)?;
        let (_, trail) = file.changed.get_or_insert_with(|| (file.tree.clone(), Trail::default()));
        Some(Graft { tree: &mut file.tree, trail })
    }

    /// Where the text of a node is: for a node of a tree that was changed, maybe in another file or under another key.
    #[must_use]
    pub fn written(&self, origin: &Origin) -> Origin {
        let changed = self.file(origin.file).and_then(|file| file.changed.as_ref());
        changed.map_or_else(|| origin.clone(), |(_, trail)| trail.written(origin))
    }

    /// All files, in the order of loading.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len()).map(file_id)
    }

    /// The name under which a file was loaded.
    #[must_use]
    pub fn name(&self, file: FileId) -> Option<&str> {
        self.file(file).map(|file| file.name.as_str())
    }

    /// The text of a file, without a byte order mark.
    #[must_use]
    pub fn contents(&self, file: FileId) -> Option<&str> {
        self.file(file).map(|file| file.text.as_str())
    }

    /// The file that was loaded under this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<FileId> {
        self.by_name.get(name).copied()
    }

    fn file(&self, file: FileId) -> Option<&File> {
        self.files.get(usize::try_from(file.0).ok()?)
    }

    fn fetch(&mut self, loader: &dyn Loader, path: &str, diags: &mut Diagnostics) -> Option<String> {
        match loader.load(path) {
            Ok(text) => Some(text),
            Err(error) => {
                let file = self.push(path, String::new(), Format::Yaml, Value::Null);
                diags.add(Code::CannotRead, &Origin::root(file), format!("cannot read `{path}`: {error}"));
                None
            }
        }
    }

    fn push(&mut self, name: &str, text: String, format: Format, tree: Value) -> FileId {
        self.files.push(File { name: name.to_owned(), text, format, tree, marks: OnceLock::new(), changed: None });
        let file = file_id(self.files.len() - 1);
        self.by_name.entry(name.to_owned()).or_insert(file);
        file
    }

    fn insert(
        &mut self,
        name: &str,
        text: String,
        format: Format,
        read: Result<(Value, Vec<Fault>), SyntaxError>,
        diags: &mut Diagnostics,
    ) -> Option<FileId> {
        match read {
            Ok((tree, faults)) => {
                let file = self.push(name, text, format, tree);
                for fault in faults {
                    report(file, fault, diags);
                }
                Some(file)
            }
            Err(error) => {
                let hint = error.position.and_then(|position| hint(&text, format, position));
                let file = self.push(name, text, format, Value::Null);
                let code = if error.too_deep { Code::TooDeep } else { Code::Syntax };
                let diagnostic = diags.add(code, &Origin::root(file), error.message);
                if let Some((line, column)) = error.position {
                    diagnostic.at(line, column);
                }
                if let Some(hint) = hint {
                    diagnostic.help(hint);
                }
                if error.too_deep {
                    diagnostic.help(format!("mappings and lists may nest {MAX_DEPTH} levels"));
                }
                None
            }
        }
    }

    /// Finds the places of all nodes of a file now, and not when the first of them is asked for.
    pub fn mark(&self, file: FileId) {
        let _ = self.marks(file);
    }

    fn marks(&self, file: FileId) -> Option<&Marks> {
        let file = self.file(file)?;
        file.marks
            .get_or_init(|| match file.format {
                Format::Json => json::mark(&file.text),
                Format::Yaml => marks::mark(&file.text),
                Format::Toml => toml::mark(&file.text),
            })
            .as_ref()
    }
}

impl Locate for Sources {
    fn locate(&self, origin: &Origin, place: Place) -> Option<Span> {
        let file = self.file(origin.file)?;
        let span = self.marks(origin.file)?.find(&file.text, file.as_written(), &origin.pointer, place)?;
        position::trim(&file.text, span)
    }

    fn text(&self, file: FileId) -> Option<(&str, &str)> {
        self.file(file).map(|file| (file.name.as_str(), file.text.as_str()))
    }

    fn earlier_keys(&self, origin: &Origin) -> Vec<Span> {
        let (Some(file), Some(marks)) = (self.file(origin.file), self.marks(origin.file)) else { return Vec::new() };
        marks
            .earlier_keys(&file.text, file.as_written(), &origin.pointer)
            .into_iter()
            .filter_map(|span| position::trim(&file.text, span))
            .collect()
    }
}

fn file_id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// What people often do where a text cannot be read.
fn hint(text: &str, format: Format, (line, column): (usize, usize)) -> Option<&'static str> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let line = text[start..].lines().next()?;
    let column = line.char_indices().nth(column.checked_sub(1)?).map_or(line.len(), |(at, _)| at);
    let (before, rest) = text.split_at(start + column);
    let after_comma = before.trim_end().ends_with(',');
    match format {
        Format::Json if rest.starts_with(['/', '#']) => Some("JSON has no comments; remove them"),
        Format::Json if after_comma && rest.starts_with(['}', ']']) => {
            Some("JSON has no comma behind the last element")
        }
        Format::Yaml if rest.starts_with('\t') => Some("YAML is indented by spaces"),
        _ => None,
    }
}

fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn read(name: &str, text: &str) -> (Format, Result<(Value, Vec<Fault>), SyntaxError>) {
    let named_json = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("json"));
    if named_json {
        return (Format::Json, json::tree(text));
    }
    if text.trim_start().starts_with(['{', '[']) {
        let read = json::tree(text);
        if read.as_ref().map_or_else(|error| error.too_deep, |_| true) {
            return (Format::Json, read);
        }
    }
    (Format::Yaml, yaml::tree(text))
}

fn report(file: FileId, fault: Fault, diags: &mut Diagnostics) {
    let mut pointer = String::new();
    for segment in fault.path.iter().rev() {
        pointer.push('/');
        pointer.push_str(&escape_segment(segment));
    }
    let origin = Origin { file, pointer };
    match fault.kind {
        FaultKind::DuplicateKey => {
            let key = origin.last().unwrap_or_default().into_owned();
            diags
                .add(Code::DuplicateKey, &origin, format!("the key `{key}` stands more than once in this mapping"))
                .on_key()
                .help("remove one of them; the last one is used until then");
        }
        FaultKind::NotFinite => {
            diags
                .add(Code::NumberNotFinite, &origin, "infinity and NaN are no numbers of JSON")
                .help("write a finite number, or quote the text");
        }
        FaultKind::BadMerge => {
            diags
                .add(Code::BadMerge, &origin, "the merge key `<<` needs a mapping or a list of mappings")
                .help("quote the key if a key of that name is meant");
        }
        FaultKind::UnknownTag(tag) => {
            diags.add(Code::UnknownTag, &origin, format!("the YAML tag `!{tag}` is ignored; its value is used"));
        }
    }
}
