//! Subscriptions, which X's documentation writes in several shapes.

use crate::types::{CreatedSubscription, Subscription, SubscriptionData, UpdatedSubscription, UserId};

impl Subscription {
    /// The account whose events are delivered: `user_id`, or else the user of `filter`.
    ///
    /// `None` where the filter names no user, as that of a subscription to news, which names a keyword.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        self.user_id.as_ref().or_else(|| self.filter.as_ref()?.user_id.as_ref())
    }

    /// The names of what is delivered: all of `event_types`, or else the one of `event_type`.
    ///
    /// The two members use different names for the same thing, `favorite_events` and `like.create` for example.
    #[must_use]
    pub fn kinds(&self) -> Vec<&str> {
        match self.event_types.as_slice() {
            [] => self.event_type.as_deref().into_iter().collect(),
            names => names.iter().map(AsRef::as_ref).collect(),
        }
    }
}

impl SubscriptionData {
    /// The subscriptions in the answer, in whichever shape it came: by itself, in a list, or in an object under
    /// `subscription` or `subscriptions`.
    ///
    /// X's pages show all of these but `subscriptions`, which third-party clients read. Empty when the answer has
    /// another shape.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<&Subscription> {
        match self {
            Self::Wrapped(wrapped) => wrapped.subscription.iter().chain(&wrapped.subscriptions).collect(),
            Self::List(subscriptions) => subscriptions.iter().collect(),
            Self::Flat(subscription) => vec![subscription],
            Self::Unrecognized(_) => Vec::new(),
        }
    }
}

impl CreatedSubscription {
    /// The subscription that was created; the first one where the answer holds several.
    #[must_use]
    pub fn subscription(&self) -> Option<&Subscription> {
        self.subscriptions().into_iter().next()
    }

    /// All subscriptions in the answer. X shows one, and where it shows a list, a list of one.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<&Subscription> {
        self.data.as_ref().map(SubscriptionData::subscriptions).unwrap_or_default()
    }
}

impl UpdatedSubscription {
    /// The subscription as it is now.
    #[must_use]
    pub fn subscription(&self) -> Option<&Subscription> {
        self.data.as_ref().and_then(|data| data.subscriptions().into_iter().next())
    }
}
