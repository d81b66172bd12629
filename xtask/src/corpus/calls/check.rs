//! Holds a recorded request against its operation as the description writes it, and against the values that were put in.

use serde_json::Value;

use super::body;
use super::operation::{Proof, RawOperation, RawParameter};
use super::raw::Raw;
use super::style::{Fault, decode, delimited, members_of, same, scalar};
use super::{Filled, Recorded};

/// Headers that belong to no parameter (OpenAPI 3.0.4, section "Parameter Object", and RFC 9110).
const USUAL: &[&str] =
    &["accept", "accept-encoding", "authorization", "content-length", "content-type", "cookie", "host", "user-agent"];

/// A query as it was written: names and values without their escapes, and the value with them.
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) written: String,
    pub(super) taken: bool,
}

/// Says what is wrong with a request. `filled` is what the caller put in.
pub(super) fn check(raw: &Raw, operation: &RawOperation, filled: &Filled, sent: &Recorded) -> Result<(), Fault> {
    if sent.method != operation.method {
        return Err(format!("the method is {}", sent.method));
    }
    let (address, query) = sent.url.split_once('?').unwrap_or((&sent.url, ""));
    path(raw, operation, filled, address)?;
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, written) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push(Pair { name: decode(name, true)?, written: written.to_owned(), taken: false });
    }
    fixed_query(operation, &mut pairs)?;
    let security = operation.security(raw);
    let mut headers: Vec<&str> = Vec::new();
    let cookies = sent.header("cookie").unwrap_or_default();
    let mut cookies: Vec<Pair> = cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| Pair { name: name.to_owned(), written: value.to_owned(), taken: false })
        .collect();
    for parameter in &operation.parameters {
        let value = filled.value(&parameter.name, &parameter.location);
        let result = match parameter.location.as_str() {
            "query" => in_query(parameter, value, &mut pairs),
            "cookie" => in_query(parameter, value, &mut cookies),
            "header" if USUAL.contains(&parameter.name.to_ascii_lowercase().as_str()) => Ok(()),
            _ if parameter.required && value.is_none() => Err("it is required".to_owned()),
            "header" => {
                headers.push(&parameter.name);
                in_header(parameter, value, sent)
            }
            _ => Ok(()),
        };
        result.map_err(|fault| format!("{} parameter `{}`: {fault}", parameter.location, parameter.name))?;
    }
    secured(&security, sent, &mut pairs, &mut cookies, &mut headers)?;
    if let Some(pair) = pairs.iter().find(|pair| !pair.taken)
        && !operation.parameters.iter().any(|parameter| parameter.location == "querystring")
    {
        return Err(format!("the query has `{}`, which nothing declares", pair.name));
    }
    if let Some(pair) = cookies.iter().find(|pair| !pair.taken) {
        return Err(format!("the cookie `{}` is declared nowhere", pair.name));
    }
    for (name, _) in &sent.headers {
        if !USUAL.contains(&name.as_str()) && !headers.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(format!("the header `{name}` is declared nowhere"));
        }
    }
    body::check(raw, operation, filled, sent).map_err(|fault| format!("body: {fault}"))
}

/// Matches the path with the template behind one of the addresses.
fn path(raw: &Raw, operation: &RawOperation, filled: &Filled, address: &str) -> Result<(), Fault> {
    let template = operation.template.split(['?', '#']).next().unwrap_or_default();
    let bases = operation.bases(raw);
    // The generator puts a slash between the address and a path that has none.
    let rest = bases.iter().filter_map(|base| address.strip_prefix(base.as_str())).find(|rest| rest.starts_with('/'));
    let rest = rest.ok_or_else(|| format!("`{address}` begins with none of {bases:?}"))?;
    let (wanted, found): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), rest.split('/').collect());
    if wanted.len() != found.len() {
        return Err(format!("`{rest}` does not match `{template}`"));
    }
    for (wanted, found) in wanted.iter().zip(&found) {
        segment(operation, filled, wanted, found)?;
    }
    Ok(())
}

/// One part of a path: literal texts around variables.
fn segment(operation: &RawOperation, filled: &Filled, wanted: &str, found: &str) -> Result<(), Fault> {
    let Some((before, rest)) = wanted.split_once('{') else {
        let (left, right) = (decode(wanted, false)?, decode(found, false)?);
        return if left == right { Ok(()) } else { Err(format!("the path has `{right}` in place of `{left}`")) };
    };
    let (name, after) = rest.split_once('}').ok_or_else(|| format!("`{wanted}` is no template"))?;
    let mismatch = || format!("the path has `{found}` in place of `{wanted}`");
    // The literals around a variable may be escaped in the request.
    let start = (0..=found.len())
        .filter(|end| found.is_char_boundary(*end))
        .find(|end| decode(&found[..*end], false).is_ok_and(|text| text == before))
        .ok_or_else(mismatch)?;
    let found = &found[start..];
    let parameter =
        operation.parameters.iter().find(|parameter| parameter.name == name && parameter.location == "path");
    let value = filled.value(name, "path").ok_or_else(|| format!("nothing was given for `{name}`"))?;
    let next = after.split('{').next().unwrap_or_default();
    let mut fault = mismatch();
    for end in (0..=found.len()).rev().filter(|end| found.is_char_boundary(*end)) {
        let (mine, others) = found.split_at(end);
        let fits = if next.is_empty() && !after.contains('{') {
            others.is_empty()
        } else {
            segment(operation, filled, after, others).is_ok()
        };
        if fits {
            match in_path(parameter, name, value, mine) {
                Ok(()) => return Ok(()),
                Err(why) => fault = format!("path parameter `{name}`: {why}"),
            }
        }
    }
    Err(fault)
}

fn in_path(parameter: Option<&RawParameter>, name: &str, value: &Value, written: &str) -> Result<(), Fault> {
    let read = |text: &str| decode(text, false);
    let Some(parameter) = parameter else { return scalar(&read(written)?, value) };
    if parameter.content.is_some() {
        return as_json(&read(written)?, value);
    }
    let (style, explode) = (parameter.style.as_str(), parameter.explode);
    match style {
        "label" => {
            let written = written.strip_prefix('.').ok_or("a label begins with a full stop")?;
            let delimiters: &[&str] = if explode { &["."] } else { &[",", "."] };
            delimited(written, delimiters, explode, value, read)
        }
        "matrix" => {
            let mut named = Vec::new();
            for pair in written.split(';').skip(1) {
                let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
                named.push((read(name)?, text));
            }
            match (value, explode) {
                (Value::Object(members), true) => {
                    let named: Result<Vec<_>, Fault> =
                        named.into_iter().map(|(name, text)| Ok((name, read(text)?))).collect();
                    members_of(&named?, members)
                }
                (Value::Array(values), true) => {
                    if named.len() != values.len() || named.iter().any(|(found, _)| found != name) {
                        return Err(format!("`{written}` stands for {value}"));
                    }
                    named.iter().zip(values).try_for_each(|((_, text), value)| scalar(&read(text)?, value))
                }
                (value, _) => match named.as_slice() {
                    [(found, text)] if found == name => delimited(text, &[","], false, value, read),
                    _ => Err(format!("`{written}` stands for {value}")),
                },
            }
        }
        _ => delimited(written, &[",", "%2C"], explode, value, read),
    }
}

/// What a path that is told apart by its query has there.
fn fixed_query(operation: &RawOperation, pairs: &mut [Pair]) -> Result<(), Fault> {
    let fixed = operation.template.split('#').next().and_then(|template| template.split_once('?'));
    for pair in fixed.map_or("", |(_, query)| query).split('&').filter(|pair| !pair.is_empty() && !pair.contains('{')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let found = pairs.iter_mut().find(|pair| pair.name == name && pair.written == value);
        found.ok_or_else(|| format!("the query has no `{pair}`"))?.taken = true;
    }
    Ok(())
}

/// Takes the pairs of a parameter of the query, a cookie or a member of a form, and compares them with its value.
pub(super) fn in_query(parameter: &RawParameter, value: Option<&Value>, pairs: &mut [Pair]) -> Result<(), Fault> {
    let name = parameter.name.as_str();
    let read = |text: &str| decode(text, parameter.location == "query");
    let Some(value) = value else {
        let written = pairs.iter().any(|pair| pair.name == name);
        return if written { Err("it was not given".to_owned()) } else { Ok(()) };
    };
    let mut mine: Vec<&mut Pair> = Vec::new();
    let spread = parameter.content.is_none() && value.is_object() && parameter.explode && parameter.style == "form";
    for pair in pairs.iter_mut().filter(|pair| !pair.taken) {
        let belongs = match value {
            // Two objects can have members of one name; each takes one pair of it.
            Value::Object(members) if spread => members
                .get(&pair.name)
                .is_some_and(|member| member.is_array() || !mine.iter().any(|taken| taken.name == pair.name)),
            Value::Object(_) | Value::Array(_) if parameter.style == "deepObject" => {
                pair.name.starts_with(&format!("{name}["))
            }
            _ => pair.name == name,
        };
        if belongs {
            mine.push(pair);
        }
    }
    mine.iter_mut().for_each(|pair| pair.taken = true);
    let only = || match mine.as_slice() {
        [pair] => Ok(pair.written.as_str()),
        [] => Err("it is missing".to_owned()),
        _ => Err("it stands more than once".to_owned()),
    };
    if parameter.content.is_some() {
        return as_json(&read(only()?)?, value);
    }
    match (value, parameter.style.as_str(), parameter.explode) {
        (Value::Object(_) | Value::Array(_), "deepObject", _) => {
            let named: Result<Vec<_>, Fault> = mine
                .iter()
                .map(|pair| {
                    let keys = pair.name[name.len()..].split('[').skip(1);
                    let path = keys.map(|key| key.trim_end_matches(']').to_owned()).collect();
                    Ok((path, read(&pair.written)?))
                })
                .collect();
            deep(&named?, value)
        }
        (Value::Object(members), _, true) => {
            let named: Result<Vec<_>, Fault> =
                mine.iter().map(|pair| Ok((pair.name.clone(), read(&pair.written)?))).collect();
            members_of(&named?, members)
        }
        (Value::Array(values), _, true) => {
            if mine.len() != values.len() {
                return Err(format!("it stands {} times for {value}", mine.len()));
            }
            mine.iter().zip(values).try_for_each(|(pair, value)| scalar(&read(&pair.written)?, value))
        }
        (value, "spaceDelimited", false) => delimited(only()?, &["%20", "+"], false, value, read),
        (value, "pipeDelimited", false) => delimited(only()?, &["|", "%7C"], false, value, read),
        (value, _, _) => delimited(only()?, &[",", "%2C"], false, value, read),
    }
}

/// The members of a `deepObject`. The specification gives the spelling of scalar members; those inside of members, and the
/// values of a list, are read in the way that is usual for it, a pair of brackets for each level.
fn deep(named: &[(Vec<String>, String)], value: &Value) -> Result<(), Fault> {
    let mut leaves = Vec::new();
    flatten(value, &mut Vec::new(), &mut leaves);
    if named.len() != leaves.len() {
        return Err(format!("it stands in {} pairs for {value}", named.len()));
    }
    for (path, written) in named {
        let fits = |(wanted, leaf): &(Vec<String>, &Value)| {
            let index = |part: &String| part.parse::<usize>().is_ok();
            let bare: Vec<&String> = wanted.iter().filter(|part| !index(part)).collect();
            let found: Vec<&String> = path.iter().filter(|part| !part.is_empty() && !index(part)).collect();
            bare == found && scalar(written, leaf).is_ok()
        };
        if !leaves.iter().any(fits) {
            return Err(format!("`{}` is not `{written}`", path.join(".")));
        }
    }
    Ok(())
}

fn flatten<'v>(value: &'v Value, path: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, &'v Value)>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        leaf => {
            leaves.push((path.clone(), leaf));
            return;
        }
    };
    for (name, value) in members {
        path.push(name);
        flatten(value, path, leaves);
        path.pop();
    }
}

fn in_header(parameter: &RawParameter, value: Option<&Value>, sent: &Recorded) -> Result<(), Fault> {
    match (sent.header(&parameter.name), value) {
        (None, None) => Ok(()),
        (Some(_), None) => Err("it was not given".to_owned()),
        (None, Some(_)) => Err("it is missing".to_owned()),
        (Some(written), Some(value)) if parameter.content.is_some() => as_json(written, value),
        (Some(written), Some(value)) => {
            delimited(written, &[","], parameter.explode, value, |text| Ok(text.trim().to_owned()))
        }
    }
}

/// Whether a text is the JSON of a value.
pub(super) fn as_json(written: &str, value: &Value) -> Result<(), Fault> {
    match serde_json::from_str::<Value>(written) {
        Ok(found) if same(&found, value) => Ok(()),
        _ => Err(format!("`{written}` stands for {value}")),
    }
}

/// Whether one of the alternatives of credentials is there.
fn secured<'s>(
    alternatives: &'s [Vec<Proof>],
    sent: &Recorded,
    pairs: &mut [Pair],
    cookies: &mut [Pair],
    headers: &mut Vec<&'s str>,
) -> Result<(), Fault> {
    let mut holds = alternatives.is_empty();
    for needs in alternatives {
        let mut all = true;
        for need in needs {
            all &= match need {
                Proof::Header(name) => {
                    headers.push(name);
                    sent.header(name).is_some()
                }
                Proof::Query(name) => take(pairs, name),
                Proof::Cookie(name) => take(cookies, name),
                Proof::Authorization(prefix) => sent
                    .header("authorization")
                    .is_some_and(|text| text.starts_with(prefix) && text.len() > prefix.len()),
                Proof::Unseen => true,
            };
        }
        holds |= all;
    }
    if holds { Ok(()) } else { Err("no credential that it asks for is there".to_owned()) }
}

fn take(pairs: &mut [Pair], name: &str) -> bool {
    pairs.iter_mut().find(|pair| pair.name == name && pair.written == "secret").is_some_and(|pair| {
        pair.taken = true;
        true
    })
}
