//! Bodies of several parts: `multipart/form-data` (RFC 7578) and its relatives.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderValue;
use serde::Serialize;
use serde_json::Value;

use super::body::Body;
use super::call::Call;
use super::check::{self, Validate};
use super::transport::BoxError;
use super::upload::{Content, SetAside, Upload};

/// How much of a file is read at a time, in bytes.
#[cfg(not(target_family = "wasm"))]
const PIECE: usize = 64 * 1024;

impl Call {
    /// Sets the body to the members of a value, each a part of its own: a list becomes a part for each of its elements, an
    /// object is written as JSON, an [`Upload`] as a file, anything else as text (OpenAPI 3.0.3, "Special Considerations
    /// for multipart Content"). `types` gives the media types of parts that have another than these.
    #[inline]
    pub fn multipart_body<T: Serialize + Validate + ?Sized>(
        &mut self,
        media: &str,
        body: &T,
        types: &[(&'static str, &'static str)],
    ) {
        let clock = self.client().clock();
        let boundary = format!("part-{:016x}{:016x}", clock.random(), clock.random());
        let content_type = format!("{media}; boundary={boundary}");
        let parts = SetAside::of(body).map_err(|error| error.to_string()).and_then(|aside| {
            let mut parts = Parts::new(boundary, types);
            match &aside.value {
                Value::Object(members) => members.iter().for_each(|(name, value)| parts.add(name, value, &aside)),
                _ => return Err("only an object can be sent in parts".to_owned()),
            }
            Ok(parts.finish())
        });
        let (content_type, parts) = match HeaderValue::try_from(content_type) {
            Ok(content_type) => (content_type, parts),
            Err(_) => (HeaderValue::from_static(""), Err(format!("`{media}` is no media type"))),
        };
        self.checked_body(content_type, parts, check::validate(body));
    }
}

/// A body in parts while it is put together.
struct Parts<'t> {
    boundary: String,
    types: &'t [(&'static str, &'static str)],
    text: BytesMut,
    pieces: VecDeque<Piece>,
}

/// What is sent one after the other.
#[derive(Clone)]
enum Piece {
    Bytes(Bytes),
    File(Content),
}

impl<'t> Parts<'t> {
    #[inline]
    fn new(boundary: String, types: &'t [(&'static str, &'static str)]) -> Self {
        Self { boundary, types, text: BytesMut::new(), pieces: VecDeque::new() }
    }

    #[inline]
    fn add(&mut self, name: &str, value: &Value, aside: &SetAside) {
        let known = self.types.iter().find(|(part, _)| *part == name).map(|(_, media_type)| *media_type);
        match value {
            Value::Null => {}
            Value::Array(items) => items.iter().for_each(|item| self.add(name, item, aside)),
            value => match aside.upload(value) {
                Some(upload) => self.file(name, upload, known),
                None => {
                    let media_type = known.or(value.is_object().then_some("application/json"));
                    self.head(name, None, media_type);
                    let is_json = media_type.is_some_and(|kind| kind.contains("json"));
                    match value {
                        Value::String(text) if !is_json => self.text.extend_from_slice(text.as_bytes()),
                        value => self.text.extend_from_slice(value.to_string().as_bytes()),
                    }
                    self.text.extend_from_slice(b"\r\n");
                }
            },
        }
    }

    #[inline]
    fn file(&mut self, name: &str, upload: &Upload, known: Option<&str>) {
        // A description may allow several types, or any of a kind; none of them is the type of this file.
        let known = known.filter(|known| !known.contains([',', '*']));
        let media_type = upload.media_type().or(known).unwrap_or("application/octet-stream");
        self.head(name, Some(upload.name().unwrap_or(name)), Some(media_type));
        match &upload.content {
            Content::Bytes(bytes) => self.text.extend_from_slice(bytes),
            other => {
                self.flush();
                self.pieces.push_back(Piece::File(other.clone()));
            }
        }
        self.text.extend_from_slice(b"\r\n");
    }

    #[inline]
    fn head(&mut self, name: &str, file_name: Option<&str>, media_type: Option<&str>) {
        let mut head = format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"", self.boundary, quoted(name));
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(media_type) = media_type {
            let media_type: String = media_type.chars().filter(|c| !c.is_control()).collect();
            head.push_str(&format!("\r\nContent-Type: {media_type}"));
        }
        head.push_str("\r\n\r\n");
        self.text.extend_from_slice(head.as_bytes());
    }

    #[inline]
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push_back(Piece::Bytes(self.text.split().freeze()));
        }
    }

    #[inline]
    fn finish(mut self) -> Body {
        self.text.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        self.flush();
        match self.pieces.front() {
            Some(Piece::Bytes(bytes)) if self.pieces.len() == 1 => bytes.clone().into(),
            _ => {
                let pieces = self.pieces;
                Body::replayable(move || Sending { pieces: pieces.clone(), open: None })
            }
        }
    }
}

/// What browsers escape in the names of parts and files (HTML, "Multipart form data"; RFC 7578 section 2).
#[inline]
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The pieces of a body on their way.
struct Sending {
    pieces: VecDeque<Piece>,
    open: Option<Body>,
}

impl Stream for Sending {
    type Item = Result<Bytes, BoxError>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(open) = &mut self.open {
                match Pin::new(open).poll_next(context) {
                    Poll::Ready(None) => self.open = None,
                    other => return other,
                }
            }
            match self.pieces.pop_front() {
                None => return Poll::Ready(None),
                Some(Piece::Bytes(bytes)) => return Poll::Ready(Some(Ok(bytes))),
                Some(Piece::File(Content::Bytes(bytes))) => return Poll::Ready(Some(Ok(bytes))),
                Some(Piece::File(Content::Source(source))) => self.open = Some(source()),
                #[cfg(not(target_family = "wasm"))]
                Some(Piece::File(Content::Path(path))) => match Reading::open(&path) {
                    Ok(reading) => self.open = Some(Body::stream(reading)),
                    Err(error) => return Poll::Ready(Some(Err(error))),
                },
            }
        }
    }
}

/// A file on disk that is being read.
#[cfg(not(target_family = "wasm"))]
struct Reading(std::fs::File);

#[cfg(not(target_family = "wasm"))]
impl Reading {
    #[inline]
    fn open(path: &std::path::Path) -> Result<Self, BoxError> {
        std::fs::File::open(path).map(Self).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
    }
}

#[cfg(not(target_family = "wasm"))]
impl Stream for Reading {
    type Item = Result<Bytes, BoxError>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        use std::io::Read;
        let mut piece = vec![0; PIECE];
        Poll::Ready(match self.0.read(&mut piece) {
            Ok(0) => None,
            Ok(length) => {
                piece.truncate(length);
                Some(Ok(piece.into()))
            }
            Err(error) => Some(Err(error.into())),
        })
    }
}
