//! Objects that an answer refers to, under both of X's names for posts and in both of its shapes for users.

use crate::types::{ActivityEventData, DmEventList, Includes, Tweet, User};

impl Includes {
    /// Every included post: those in `tweets`, then those in `posts`.
    pub fn all_tweets(&self) -> impl Iterator<Item = &Tweet> {
        self.tweets.iter().chain(&self.posts)
    }

    /// Every included user, without the object that X wraps some of them in.
    pub fn all_users(&self) -> impl Iterator<Item = &User> {
        self.users.iter().map(User::unwrapped)
    }

    /// The included post of this id, from `tweets` or `posts`.
    #[must_use]
    pub fn tweet(&self, id: impl AsRef<str>) -> Option<&Tweet> {
        let id = id.as_ref();
        self.all_tweets().find(|tweet| tweet.id.as_ref().is_some_and(|own| own.as_str() == id))
    }

    /// The included user of this id, wrapped or not.
    #[must_use]
    pub fn user(&self, id: impl AsRef<str>) -> Option<&User> {
        let id = id.as_ref();
        self.all_users().find(|user| user.id.as_ref().is_some_and(|own| own.as_str() == id))
    }
}

impl ActivityEventData {
    /// The included post of this id, from `includes.tweets` or `includes.posts`.
    #[must_use]
    pub fn tweet(&self, id: impl AsRef<str>) -> Option<&Tweet> {
        self.includes.as_ref()?.tweet(id)
    }

    /// The included user of this id, wrapped or not.
    #[must_use]
    pub fn user(&self, id: impl AsRef<str>) -> Option<&User> {
        self.includes.as_ref()?.user(id)
    }
}

impl DmEventList {
    /// The included post of this id, from `includes.tweets` or `includes.posts`.
    #[must_use]
    pub fn tweet(&self, id: impl AsRef<str>) -> Option<&Tweet> {
        self.includes.as_ref()?.tweet(id)
    }

    /// The included user of this id, wrapped or not.
    #[must_use]
    pub fn user(&self, id: impl AsRef<str>) -> Option<&User> {
        self.includes.as_ref()?.user(id)
    }
}
