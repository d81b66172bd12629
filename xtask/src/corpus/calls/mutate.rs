//! Requests that are wrong on purpose, each in one way.

use super::Recorded;

/// What was changed, in words, and the request with the change.
pub(super) fn mutants(sent: &Recorded) -> Vec<(String, Recorded)> {
    let mut mutants = vec![("another method".to_owned(), Recorded { method: "TRACE".to_owned(), ..sent.clone() })];
    let (address, query) = sent.url.split_once('?').unwrap_or((&sent.url, ""));
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    let with = |address: &str, pairs: &[String]| {
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        Recorded { url: format!("{address}{query}"), ..sent.clone() }
    };
    let owned: Vec<String> = pairs.iter().map(|pair| (*pair).to_owned()).collect();
    mutants.push(("a longer path".to_owned(), with(&format!("{address}/more"), &owned)));
    let mut more = owned.clone();
    more.push("s2c-unknown=1".to_owned());
    mutants.push(("a parameter that nothing declares".to_owned(), with(address, &more)));
    for (index, pair) in pairs.iter().enumerate() {
        let mut dropped = owned.clone();
        dropped.remove(index);
        mutants.push((format!("`{pair}` dropped"), with(address, &dropped)));
        let mut renamed = owned.clone();
        renamed[index] = format!("s2c-{pair}");
        mutants.push((format!("`{pair}` renamed"), with(address, &renamed)));
        let mut changed = owned.clone();
        changed[index] = format!("{pair}-s2c");
        mutants.push((format!("another value of `{pair}`"), with(address, &changed)));
    }
    let mut stranger = sent.clone();
    stranger.headers.push(("s2c-unknown".to_owned(), "1".to_owned()));
    mutants.push(("a header that nothing declares".to_owned(), stranger));
    if !sent.body.is_empty() {
        mutants.push(("no body".to_owned(), Recorded { body: Vec::new(), ..sent.clone() }));
        let mut cut = sent.clone();
        cut.body.truncate(sent.body.len() / 2);
        mutants.push(("half of the body".to_owned(), cut));
        let mut other = sent.clone();
        for (name, value) in &mut other.headers {
            if name == "content-type" {
                *value = "s2c/unknown".to_owned();
            }
        }
        mutants.push(("another media type".to_owned(), other));
    }
    mutants
}
