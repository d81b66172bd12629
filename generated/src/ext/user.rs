//! Users, and the organisations they belong to.

use serde_json::Value;

use crate::types::{User, UserAffiliation, UserId};

impl User {
    /// The user itself, where X wrapped it in an object with the single member `data`; otherwise `self`.
    #[must_use]
    pub fn unwrapped(&self) -> &Self {
        self.data.as_deref().unwrap_or(self)
    }
}

impl UserAffiliation {
    /// The accounts of the organisation, whether X sent one id or a list of them.
    #[must_use]
    pub fn user_ids(&self) -> Vec<UserId> {
        match self.user_id.as_ref() {
            Some(Value::Array(ids)) => ids.iter().filter_map(id).collect(),
            Some(one) => id(one).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

fn id(value: &Value) -> Option<UserId> {
    match value {
        Value::String(text) => Some(UserId::from(text.as_str())),
        Value::Number(number) => Some(UserId::from(number.to_string())),
        _ => None,
    }
}
