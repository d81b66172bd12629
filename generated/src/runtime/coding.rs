//! The codings of an answer's body (RFC 9110, section 8.4): which is asked for, which is undone, and what is said about
//! one that is not.

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, RANGE};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::body::Incoming;

/// Asks for gzip, unless the request says itself what it accepts. A part of a body is the part of one in its coding,
/// which cannot be decoded alone.
pub(crate) fn accept_gzip(headers: &mut HeaderMap) {
    if !headers.contains_key(RANGE) {
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
    }
}

/// The answer with its body decoded, where that is possible. What described the encoded body is gone then:
/// `Content-Encoding` and `Content-Length`.
pub(crate) fn decoded(mut answer: Response<Incoming>, method: &Method) -> Response<Incoming> {
    let has_body = *method != Method::HEAD && answer.status() != StatusCode::PARTIAL_CONTENT;
    if !cfg!(feature = "gzip") || !has_body || coding(answer.headers()) != Some("gzip") {
        return answer;
    }
    answer.headers_mut().remove(CONTENT_ENCODING);
    let length = answer.headers_mut().remove(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    // These have no body whatever they say of its length (RFC 9110, sections 15.3.5 and 15.4.5).
    let is_bodiless = matches!(answer.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    undo(answer, length.filter(|_| !is_bodiless).unwrap_or(0))
}

#[cfg(feature = "gzip")]
fn undo(answer: Response<Incoming>, least: u64) -> Response<Incoming> {
    answer.map(|body| super::gzip::decoded(body, least))
}

#[cfg(not(feature = "gzip"))]
fn undo(answer: Response<Incoming>, _least: u64) -> Response<Incoming> {
    answer
}

/// What is wrong with a body whose headers still name a coding.
pub(crate) fn fault(headers: &HeaderMap) -> Option<String> {
    Some(match coding(headers)? {
        "gzip" if !cfg!(feature = "gzip") => {
            "the body is encoded as gzip, which the client decodes with its feature `gzip`".to_owned()
        }
        name => format!("the body is encoded as {name}, which is not decoded here"),
    })
}

/// The same about a body that turned out to be unreadable. Where it is text after all, whoever fetched it has decoded
/// it and left the headers as they were.
pub(crate) fn fault_of(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    fault(headers).filter(|_| std::str::from_utf8(body).is_err())
}

/// The coding that the headers name; `None` for a body that is as it should be. Only known names are given back,
/// because they go into messages.
fn coding(headers: &HeaderMap) -> Option<&'static str> {
    const KNOWN: &[(&str, &str)] =
        &[("gzip", "gzip"), ("x-gzip", "gzip"), ("br", "br"), ("deflate", "deflate"), ("zstd", "zstd")];
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let names = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let mut names = names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(b"identity"));
    let first = names.next()?;
    if names.next().is_some() {
        return Some("several codings");
    }
    let known = KNOWN.iter().find(|(name, _)| first.eq_ignore_ascii_case(name.as_bytes()));
    Some(known.map_or("something unknown", |(_, name)| name))
}
