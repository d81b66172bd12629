//! Reading a page, around the items in it that cannot be decoded if need be.

use std::collections::VecDeque;

use serde_json::Value;

use super::client::Client;
use super::decode::{self, Answer, DecodeFault};
use super::drift::{self, Drift};
use super::error::Error;
use super::list::Page;
use super::pager::Fetched;
use super::response::Response;
use super::secret::Secrets;

/// What decode errors say about an item.
const UNDECODABLE: &str = "an item of the page could not be decoded";

/// Decodes a page. Drift is reported once, by the reading that gave the page.
pub(crate) fn read<P: Page>(operation: &'static str, mut answer: Answer) -> Result<Fetched<P>, Error> {
    answer.count_items(P::ITEMS);
    answer.refuse_errors()?;
    let hook = answer.client.clone().filter(Client::watches_drift);
    let report = |found: &[Drift]| {
        if let Some(client) = &hook {
            client.report_drift(found);
        }
    };
    if hook.is_none()
        && let Ok(page) = serde_json::from_slice::<P>(&answer.body)
    {
        return Ok(Fetched { response: Response::new(page, answer.into_meta()), faults: VecDeque::new() });
    }
    let watched = drift::watch(operation, || decode::json::<P>(&answer.body));
    match watched.result {
        Ok(page) => {
            report(&watched.found);
            Ok(Fetched { response: Response::new(page, answer.into_meta()), faults: VecDeque::new() })
        }
        Err(fault) => match decode_around::<P>(operation, &answer) {
            Some(Around { page, faults, found }) => {
                report(&found);
                Ok(Fetched { response: Response::new(page, answer.into_meta()), faults })
            }
            None => {
                report(&watched.found);
                Err(answer.decode_error(fault.at(watched.path)))
            }
        },
    }
}

/// A page, what could not be decoded of its items by position, and the drift in all of it.
struct Around<P> {
    page: P,
    faults: VecDeque<(usize, Error)>,
    found: Vec<Drift>,
}

/// Decodes a page item by item; `None` if something else in it is wrong.
///
/// This is the second try, after the page as a whole could not be decoded, so it need not be fast.
fn decode_around<P: Page>(operation: &'static str, answer: &Answer) -> Option<Around<P>> {
    let mut root: Value = serde_json::from_slice(&answer.body).ok()?;
    let items = P::ITEMS.iter().try_fold(&mut root, |value, name| value.get_mut(*name))?.as_array_mut()?;
    let mut list = String::from("$");
    P::ITEMS.iter().for_each(|name| drift::push_name(&mut list, name));
    let secrets = Secrets::of(&answer.parts);
    let mut faults = VecDeque::new();
    let mut of_items = Vec::new();
    let mut good = Vec::with_capacity(items.len());
    for (position, item) in std::mem::take(items).into_iter().enumerate() {
        let watched = drift::watch(operation, || serde::Deserialize::deserialize(&item));
        let decoded: Result<P::Item, serde_json::Error> = watched.result;
        let full = |path: &str| format!("{list}[{position}]{}", path.strip_prefix('$').unwrap_or(path));
        of_items.extend(watched.found.into_iter().map(|drift| Drift { path: full(&drift.path), ..drift }));
        match decoded {
            Ok(_) => good.push(item),
            Err(error) => {
                let path = full(&watched.path);
                let text = item.to_string();
                let fault = DecodeFault::of_value(&error, path, text.as_bytes());
                let error = decode::error(operation.into(), UNDECODABLE, fault, text.as_bytes(), &secrets)
                    .with_answer(&answer.parts, answer.body.clone());
                faults.push_back((position, error));
            }
        }
    }
    *P::ITEMS.iter().try_fold(&mut root, |value, name| value.get_mut(*name))? = Value::Array(good);
    let watched = drift::watch(operation, || P::deserialize(root));
    let page = watched.result.ok()?;
    // The items have other positions here, and their drift was seen already.
    let in_list = |path: &str| path.strip_prefix(&*list).is_some_and(|rest| rest.starts_with('['));
    let mut found: Vec<Drift> = watched.found.into_iter().filter(|drift| !in_list(&drift.path)).collect();
    found.append(&mut of_items);
    (!faults.is_empty()).then_some(Around { page, faults, found })
}
