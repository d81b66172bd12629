//! Media types of messages: what was asked for and what came, and the characters of a text.

use http::{HeaderMap, header};

/// The media type of an answer or a request without its parameters, in lower case; nothing where none is named.
pub(super) fn kind(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(essence(text)).filter(|kind| !kind.is_empty())
}

/// What is wrong with the media type of an answer to a request that asked for `asked` (RFC 9110 section 12.5.1). A
/// server that knows nothing better may call any bytes `application/octet-stream` and any text `text/plain`, and one that
/// says nothing is believed.
pub(super) fn other(headers: &HeaderMap, asked: &str) -> Option<String> {
    let found = kind(headers)?;
    let family = found.split('/').next().unwrap_or("");
    let fits = found == "application/octet-stream"
        || asked.split(',').map(essence).any(|asked| {
            let (first, second) = asked.split_once('/').unwrap_or((&asked, "*"));
            found == asked
                || first == "*"
                || (first == family && (second == "*" || (first == "text" && found == "text/plain")))
        });
    (!fits).then(|| format!("`{asked}` was asked for, and the answer is `{found}`"))
}

/// The media type of an answer that should be JSON and says that it is not.
pub(super) fn not_json(headers: &HeaderMap) -> Option<String> {
    kind(headers).filter(|kind| !kind.ends_with("/json") && !kind.ends_with("+json"))
}

/// A text in the charset that the answer names: UTF-8, where it names none, or one of those whose bytes are the first 256
/// characters of Unicode (ISO 8859-1).
pub(super) fn text(headers: &HeaderMap, body: &[u8]) -> Result<String, String> {
    let charset = charset(headers).unwrap_or_default();
    match charset.as_str() {
        "iso-8859-1" | "iso8859-1" | "latin1" => Ok(body.iter().map(|byte| char::from(*byte)).collect()),
        _ => match std::str::from_utf8(body) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) if charset.is_empty() || charset == "utf-8" => Err(error.to_string()),
            Err(error) => Err(format!("the charset `{charset}` cannot be read, and {error}")),
        },
    }
}

fn charset(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    text.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    })
}

/// A media type without its parameters, in lower case.
pub(super) fn essence(text: &str) -> String {
    text.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}
