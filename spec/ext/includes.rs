//! Objects that an answer refers to, under both of X's names for posts and in both of its shapes for users.

use crate::types::{Includes, Tweet, TweetId, User, UserId};

impl Includes {
    /// Every included post: those in `tweets`, then those in `posts`.
    pub fn all_tweets(&self) -> impl Iterator<Item = &Tweet> {
        self.tweets.iter().chain(&self.posts)
    }

    /// Every included user, without the object that X wraps some of them in.
    pub fn all_users(&self) -> impl Iterator<Item = &User> {
        self.users.iter().map(User::unwrapped)
    }

    /// The included post of this id, from either list.
    #[must_use]
    pub fn tweet(&self, id: &TweetId) -> Option<&Tweet> {
        self.all_tweets().find(|tweet| tweet.id.as_ref() == Some(id))
    }

    /// The included user of this id, wrapped or not.
    #[must_use]
    pub fn user(&self, id: &UserId) -> Option<&User> {
        self.all_users().find(|user| user.id.as_ref() == Some(id))
    }
}
