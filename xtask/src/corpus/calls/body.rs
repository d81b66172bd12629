//! Bodies of requests: JSON, forms, parts, texts and bytes, read back.

use serde_json::Value;

use super::check::{Pair, as_json, in_query};
use super::operation::{RawOperation, RawParameter};
use super::raw::{Place, Raw};
use super::style::{Fault, decode, scalar};
use super::{Filled, Recorded};

/// Holds the body against the media types of the description and the value that was put in.
pub(super) fn check(raw: &Raw, operation: &RawOperation, filled: &Filled, sent: &Recorded) -> Result<(), Fault> {
    let Some((declared, required)) = operation.body(raw) else {
        return if sent.body.is_empty() { Ok(()) } else { Err("there is one, and none is declared".to_owned()) };
    };
    let Some((_, value)) = &filled.body else {
        return if sent.body.is_empty() && !required {
            Ok(())
        } else {
            Err("there is one, and none was given".to_owned())
        };
    };
    let kind = sent.header("content-type").ok_or("it has no media type")?;
    let (_, media) = declared
        .iter()
        .find(|(name, _)| essence(name) == essence(kind))
        .or_else(|| declared.iter().find(|(name, _)| covers(name, kind)))
        .ok_or_else(|| format!("the media type `{kind}` is not declared"))?;
    let text = || std::str::from_utf8(&sent.body).map_err(|_| "it is no text".to_owned());
    let essence = essence(kind);
    if essence == "application/x-www-form-urlencoded" {
        form(raw, media, text()?, value)
    } else if essence.starts_with("multipart/") {
        multipart(kind, &sent.body, value)
    } else if is_json(&essence) {
        as_json(text()?, value)
    } else {
        let wanted = value.as_str().unwrap_or_default().as_bytes();
        if sent.body == wanted { Ok(()) } else { Err("these are not the bytes that were given".to_owned()) }
    }
}

/// A media type without its parameters, in lower case.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether values of this media type are JSON.
fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence.ends_with("+json") || essence.ends_with("/json")
}

/// Whether a range such as `image/*` covers a media type. A key that is no media type covers any.
fn covers(range: &str, kind: &str) -> bool {
    match essence(range).split_once('/') {
        Some(("*", _)) | None => true,
        Some((family, "*")) => essence(kind).starts_with(&format!("{family}/")),
        Some(_) => false,
    }
}

/// A form: each member as a parameter of the query, by its `encoding`.
fn form(raw: &Raw, media: &Place, text: &str, value: &Value) -> Result<(), Fault> {
    let Value::Object(members) = value else { return Err("a form is made of an object".to_owned()) };
    let mut pairs = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, written) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push(Pair { name: decode(name, true)?, written: written.to_owned(), taken: false });
    }
    for (name, value) in members {
        let encoding = media.child("encoding").child(name);
        let style = raw.text(&encoding, "style").unwrap_or("form").to_owned();
        let json = raw.text(&encoding, "contentType").is_some_and(|kind| is_json(&essence(kind)));
        let parameter = RawParameter {
            explode: raw.flag(&encoding, "explode").unwrap_or(style == "form"),
            style,
            name: name.clone(),
            location: "query".to_owned(),
            required: true,
            content: json.then(|| "application/json".to_owned()),
            schema: None,
        };
        // Without an encoding an object is written as JSON (OpenAPI 3.0.4, section "Encoding Object", `contentType`).
        let plain = raw.value(&encoding).is_none() && value.is_object();
        let parameter =
            if plain { RawParameter { content: Some("application/json".to_owned()), ..parameter } } else { parameter };
        in_query(&parameter, Some(value), &mut pairs).map_err(|fault| format!("member `{name}`: {fault}"))?;
    }
    match pairs.iter().find(|pair| !pair.taken) {
        Some(pair) => Err(format!("`{}` was not given", pair.name)),
        None => Ok(()),
    }
}

/// A body in parts (RFC 7578): each part has the name of a member and holds its value.
fn multipart(kind: &str, body: &[u8], value: &Value) -> Result<(), Fault> {
    let Value::Object(members) = value else { return Err("parts are made of an object".to_owned()) };
    let boundary =
        kind.split(';').find_map(|part| part.trim().strip_prefix("boundary=")).ok_or("it has no boundary")?;
    let text = String::from_utf8_lossy(body);
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let mut found: Vec<(String, String)> = Vec::new();
    for part in text.split(&delimiter).skip(1).filter(|part| !part.starts_with("--")) {
        let (head, content) = part.split_once("\r\n\r\n").ok_or("a part has no head")?;
        let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("a part has no name")?;
        found.push((name.to_owned(), content.strip_suffix("\r\n").unwrap_or(content).to_owned()));
    }
    for (name, value) in members {
        let mine: Vec<&String> = found.iter().filter(|(known, _)| known == name).map(|(_, content)| content).collect();
        let values = match value {
            Value::Array(values) if mine.len() == values.len() => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        if mine.len() != values.len() {
            return Err(format!("the part `{name}` stands {} times", mine.len()));
        }
        for (content, value) in mine.iter().zip(values) {
            scalar(content, value).map_err(|fault| format!("part `{name}`: {fault}"))?;
        }
    }
    match found.iter().find(|(name, _)| !members.contains_key(name)) {
        Some((name, _)) => Err(format!("the part `{name}` was not given")),
        None => Ok(()),
    }
}
