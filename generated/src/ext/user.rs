//! Users, and the organisations they belong to.

use serde::Deserialize;
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
    /// The accounts of the organisation, whether X sent one id or a list of them. What is no id is left out.
    #[must_use]
    pub fn user_ids(&self) -> Vec<UserId> {
        let sent = match self.user_id.as_ref() {
            Some(Value::Array(ids)) => ids.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        sent.iter().filter_map(|id| UserId::deserialize(id).ok()).collect()
    }
}
