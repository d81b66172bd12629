//! Reading a page around the items in it that cannot be decoded.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::Value;

use super::drift;
use super::error::{Error, ErrorKind, Outcome, excerpt};
use super::list::Page;

/// Decodes a page item by item; `None` if something else in it is wrong.
///
/// This is the second try, after the page as a whole could not be decoded, so it need not be fast.
pub(crate) fn decode_around<P: Page>(
    operation: &'static str,
    parts: &http::response::Parts,
    body: &Bytes,
) -> Option<(P, VecDeque<(usize, Error)>)> {
    let mut root: Value = serde_json::from_slice(body).ok()?;
    let items = P::ITEMS.iter().try_fold(&mut root, |value, name| value.get_mut(*name))?.as_array_mut()?;
    let mut faults = VecDeque::new();
    let mut good = Vec::with_capacity(items.len());
    for (position, item) in std::mem::take(items).into_iter().enumerate() {
        let watched = drift::watch(operation, || serde::Deserialize::deserialize(&item));
        let decoded: Result<P::Item, serde_json::Error> = watched.result;
        match decoded {
            Ok(_) => good.push(item),
            Err(error) => {
                let inner = watched.path.strip_prefix('$').unwrap_or(&watched.path);
                let path = format!("$.{}[{position}]{inner}", P::ITEMS.join("."));
                let text = item.to_string();
                let message = format!(
                    "an item of the page could not be decoded: {error} at `{path}`, which reads: {}",
                    excerpt(text.as_bytes())
                );
                let error = Error::new(ErrorKind::Decode, Outcome::Answered, operation, message)
                    .with_path(path)
                    .with_answer(parts, body.clone())
                    .with_source(error);
                faults.push_back((position, error));
            }
        }
    }
    *P::ITEMS.iter().try_fold(&mut root, |value, name| value.get_mut(*name))? = Value::Array(good);
    let page = P::deserialize(root).ok()?;
    (!faults.is_empty()).then_some((page, faults))
}
