//! Server-sent events: whether a schema describes an event or its data.

use std::rc::Rc;

use crate::diag::Origin;
use crate::document::{MediaNode, SchemaNode};
use crate::ir::{Framing, Message, Prim, TypeRef};

use super::Lower;

/// The members of a server-sent event (OpenAPI 3.2, section "Special Considerations for `text/event-stream` Content").
const EVENT: &[&str] = &["comment", "data", "event", "id", "retry"];

/// The text by which streams of events customarily end. It is no JSON, so a schema that names it is that of an event.
const LAST: &str = "[DONE]";

impl Lower<'_> {
    /// What the messages of a sequence are. Of server-sent events, a schema describes the event where it and its
    /// alternatives have no other members than an event has, and otherwise the data. One with the member `data` alone says
    /// it only as the schema of an item, or where it names the text that ends a stream: answers have such a member, too.
    pub(super) fn message(&mut self, framing: Framing, item: &TypeRef, node: &MediaNode) -> Message {
        if framing != Framing::ServerSentEvents {
            return Message::Json;
        }
        if *item == TypeRef::Prim(Prim::String) {
            return Message::Text;
        }
        let schema = node.item_schema.as_ref().or(node.schema.as_ref());
        let Some(whole) = schema.and_then(|schema| self.peek(schema)) else { return Message::Json };
        let mut parts: Vec<Rc<SchemaNode>> = Vec::new();
        for arm in whole.one_of.iter().chain(&whole.any_of) {
            let Some(arm) = self.peek(arm) else { return Message::Json };
            parts.push(arm);
        }
        if parts.iter().any(|part| part.properties.is_empty()) {
            return Message::Json;
        }
        parts.push(whole);
        let members: Vec<(String, Origin)> = parts.iter().flat_map(|part| part.properties.iter().cloned()).collect();
        let data: Vec<&Origin> = members.iter().filter(|(name, _)| name == "data").map(|(_, at)| at).collect();
        if data.is_empty() || !members.iter().all(|(name, _)| EVENT.contains(&name.as_str())) {
            return Message::Json;
        }
        let names_end = data.iter().any(|at| {
            let values = self.peek(at).and_then(|data| data.enum_values.clone());
            values.is_some_and(|values| values.iter().any(|value| value.as_str() == Some(LAST)))
        });
        if node.item_schema.is_none() && data.len() == members.len() && !names_end {
            return Message::Json;
        }
        let is_text = data.iter().all(|at| self.elem(at).ty == TypeRef::Prim(Prim::String));
        if is_text { Message::Event } else { Message::JsonEvent }
    }
}
