//! Posts, whose members X renames piece by piece.

use super::lists::joined;
use crate::types::{PlaceId, ReferencedTweet, Tweet, TweetId};

impl Tweet {
    /// The posts it reposts, quotes or replies to: those in `referenced_tweets`, then those in `referenced_posts`.
    ///
    /// A reference that is in both lists, with the same members, is given once.
    #[must_use]
    pub fn referenced(&self) -> Vec<&ReferencedTweet> {
        joined(&self.referenced_tweets, &self.referenced_posts, PartialEq::eq)
    }

    /// The ids of the posts of its edit history: `edit_history_tweet_ids`, or else `edit_history_post_ids`.
    #[must_use]
    pub fn edit_history(&self) -> &[TweetId] {
        if self.edit_history_tweet_ids.is_empty() { &self.edit_history_post_ids } else { &self.edit_history_tweet_ids }
    }

    /// The place it names, to be looked up among the included places.
    #[must_use]
    pub fn place_id(&self) -> Option<PlaceId> {
        self.geo.as_ref()?.get("place_id")?.as_str().map(PlaceId::from)
    }
}
