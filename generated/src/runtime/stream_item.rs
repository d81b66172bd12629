//! Reading the messages of a stream.

use bytes::Bytes;
use http::response::Parts;
use memchr::memmem::Finder;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::Call;
use super::client::Client;
use super::decode::{self, DecodeFault};
use super::drift;
use super::error::{Error, ErrorKind, Outcome};
use super::operation::{Message, StreamRules};
use super::problem::Problem;
use super::secret::Secrets;

/// Decodes an item. As for whole answers, only a drift hook or a failure costs more than the decoding itself.
pub(crate) fn decode<T: DeserializeOwned>(call: &Call, parts: &Parts, message: &Bytes) -> Result<T, Error> {
    if call.operation().stream.is_some_and(|rules| rules.message == Message::Text) {
        let text = Value::String(String::from_utf8_lossy(message).into_owned());
        return T::deserialize(text).map_err(|error| {
            let fault = DecodeFault::of_value(&error, "$".to_owned(), message);
            decode::error(call.operation().id.into(), "a message is no item", fault, message, &Secrets::of(parts))
        });
    }
    let hook = Some(call.client()).filter(|client| client.watches_drift());
    if hook.is_none()
        && let Ok(item) = serde_json::from_slice(message)
    {
        return Ok(item);
    }
    let operation = call.operation().id;
    let watched = drift::watch(operation, || decode::json(message));
    if let Some(client) = hook {
        client.report_drift(&watched.found);
    }
    watched.result.map_err(|fault| {
        decode::error(operation.into(), "a message is no item", fault.at(watched.path), message, &Secrets::of(parts))
            .with_answer(parts, Bytes::copy_from_slice(message))
    })
}

/// The problems of a message that has errors and no result: by it the server announces that it ends the stream. A
/// message with both is an item, and so is every message where the description names no such members.
///
/// `finder` finds the name of the errors. It is made once, because most messages are none of these.
pub(crate) fn announced_end(message: &[u8], rules: &StreamRules, finder: &Finder<'_>) -> Option<Vec<Problem>> {
    let (result, errors) = rules.envelope?;
    finder.find(message)?;
    let message_value: Value = serde_json::from_slice(message).ok()?;
    let has = |name: &str| match message_value.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    };
    (has(errors) && message_value.get(result).is_none_or(Value::is_null)).then(|| Problem::read(message))
}

/// Counts an item of a stream.
pub(super) fn count(client: &Client) {
    if let Some(budget) = &client.0.budget {
        budget.count_items(1);
    }
}

/// The error of a stream for whose next item the budget has no room.
pub(super) fn spent(client: &Client, operation_id: &'static str) -> Option<Error> {
    let exceeded = client.0.budget.as_ref()?.check(0, 1).err()?;
    let message = "the budget has no room for another item";
    Some(Error::new(ErrorKind::Refused, Outcome::Answered, operation_id, message).with_source(exceeded))
}
