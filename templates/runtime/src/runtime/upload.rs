//! Files that are sent as parts of a body.

use std::cell::RefCell;
use std::fmt;
#[cfg(not(target_family = "wasm"))]
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::body::Body;
use super::transport::{BoxError, MaybeSend, MaybeSendSync};

/// The member by which an upload that was set aside is found again; no member of a description has such a name.
const MARK: &str = "\0upload";

thread_local! {
    /// The uploads of the value that is being serialised for a multipart body, if one is.
    static ASIDE: RefCell<Option<Vec<Upload>>> = const { RefCell::new(None) };
}

/// A file that is sent as a part of a `multipart/form-data` body (RFC 7578): from memory, from a path or from a stream.
///
/// What is not in memory is read while it is sent and never held as a whole; the request then has no `Content-Length`
/// and goes out in chunks. Each attempt reads it anew, so a request with files can be repeated like every other.
///
/// Where an object with such a member is sent in another way, as JSON, a file in memory that is text is written as that
/// text; serialising any other is an error.
#[derive(Clone)]
pub struct Upload {
    file_name: Option<String>,
    content_type: Option<String>,
    pub(super) content: Content,
}

#[cfg(not(target_family = "wasm"))]
type Source = dyn Fn() -> Body + Send + Sync;
#[cfg(target_family = "wasm")]
type Source = dyn Fn() -> Body;

#[derive(Clone)]
pub(super) enum Content {
    Bytes(Bytes),
    #[cfg(not(target_family = "wasm"))]
    Path(PathBuf),
    Source(Arc<Source>),
}

impl Upload {
    /// A file whose bytes are in memory.
    #[inline]
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self { file_name: None, content_type: None, content: Content::Bytes(bytes.into()) }
    }

    /// A file on disk, under its own name. It is opened when the request is sent, and a file that cannot be read fails
    /// the attempt. Reading blocks the task for one piece of 64 KiB at a time; [`Upload::stream`] can do otherwise.
    #[inline]
    #[cfg(not(target_family = "wasm"))]
    #[must_use]
    pub fn path(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Self { file_name, content_type: None, content: Content::Path(path.to_owned()) }
    }

    /// A file whose bytes come from a stream, which `source` gives as often as the request is sent.
    #[inline]
    pub fn stream<F, S>(source: F) -> Self
    where
        F: Fn() -> S + MaybeSendSync + 'static,
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self { file_name: None, content_type: None, content: Content::Source(Arc::new(move || Body::stream(source()))) }
    }

    /// The name that the server is told. The default is that of the path, or the name of the part.
    #[inline]
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// The media type of the file. The default is what the description says of the part, or
    /// `application/octet-stream`.
    #[inline]
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// The bytes, where they are in memory; those of a value that was received always are.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            #[cfg(not(target_family = "wasm"))]
            Content::Path(_) => None,
            Content::Source(_) => None,
        }
    }

    #[inline]
    pub(super) fn name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    #[inline]
    pub(super) fn media_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }
}

/// An empty file.
impl Default for Upload {
    #[inline]
    fn default() -> Self {
        Self::bytes(Bytes::new())
    }
}

impl From<Bytes> for Upload {
    #[inline]
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes)
    }
}

impl From<Vec<u8>> for Upload {
    #[inline]
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl From<&'static [u8]> for Upload {
    #[inline]
    fn from(bytes: &'static [u8]) -> Self {
        Self::bytes(Bytes::from_static(bytes))
    }
}

#[cfg(not(target_family = "wasm"))]
impl From<PathBuf> for Upload {
    #[inline]
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

#[cfg(not(target_family = "wasm"))]
impl From<&Path> for Upload {
    #[inline]
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

/// Two uploads are equal if they are named alike and have the same bytes, the same path or the very same source.
impl PartialEq for Upload {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.content, &other.content) {
            (Content::Bytes(one), Content::Bytes(two)) => one == two,
            #[cfg(not(target_family = "wasm"))]
            (Content::Path(one), Content::Path(two)) => one == two,
            (Content::Source(one), Content::Source(two)) => Arc::ptr_eq(one, two),
            _ => false,
        };
        same && self.file_name == other.file_name && self.content_type == other.content_type
    }
}

impl fmt::Debug for Upload {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Upload");
        out.field("file_name", &self.file_name).field("content_type", &self.content_type);
        match &self.content {
            Content::Bytes(bytes) => out.field("bytes", &bytes.len()),
            #[cfg(not(target_family = "wasm"))]
            Content::Path(path) => out.field("path", path),
            Content::Source(_) => out.field("content", &"stream"),
        };
        out.finish()
    }
}

impl Serialize for Upload {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = ASIDE.with_borrow_mut(|aside| {
            let aside = aside.as_mut()?;
            aside.push(self.clone());
            Some(aside.len() - 1)
        });
        let Some(place) = place else {
            let text = self.as_bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
            let text =
                text.ok_or_else(|| S::Error::custom("a file that is no text can only be sent in a multipart body"));
            return serializer.serialize_str(text?);
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(MARK, &place)?;
        map.end()
    }
}

/// Reads the bytes of a text.
impl<'de> Deserialize<'de> for Upload {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::bytes)
    }
}

/// The JSON of a value with its uploads set aside.
pub(super) struct SetAside {
    pub(super) value: Value,
    uploads: Vec<Upload>,
}

impl SetAside {
    #[inline]
    pub(super) fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        struct Open(Option<Vec<Upload>>);
        impl Drop for Open {
            #[inline]
            fn drop(&mut self) {
                ASIDE.set(self.0.take());
            }
        }
        let _open = Open(ASIDE.replace(Some(Vec::new())));
        let value = serde_json::to_value(value)?;
        let uploads = ASIDE.with_borrow_mut(|aside| aside.take().unwrap_or_default());
        Ok(Self { value, uploads })
    }

    /// The upload that a part of the value stands for.
    #[inline]
    pub(super) fn upload(&self, part: &Value) -> Option<&Upload> {
        let place = part.as_object()?.get(MARK)?.as_u64()?;
        self.uploads.get(usize::try_from(place).ok()?)
    }
}
