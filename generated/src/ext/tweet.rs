//! Posts, whose members X renames piece by piece.

use crate::types::{PlaceId, ReferencedTweet, Tweet, TweetId};

impl Tweet {
    /// The posts it repeats, quotes or answers: those in `referenced_tweets`, then those in `referenced_posts` that are
    /// not among them.
    #[must_use]
    pub fn referenced(&self) -> Vec<&ReferencedTweet> {
        let others = self.referenced_posts.iter().filter(|other| !self.referenced_tweets.contains(other));
        self.referenced_tweets.iter().chain(others).collect()
    }

    /// The ids of its versions, the oldest first: `edit_history_tweet_ids`, or else `edit_history_post_ids`.
    #[must_use]
    pub fn edit_history(&self) -> &[TweetId] {
        if self.edit_history_tweet_ids.is_empty() { &self.edit_history_post_ids } else { &self.edit_history_tweet_ids }
    }

    /// The place it was posted from, to be looked up among the included places.
    #[must_use]
    pub fn place_id(&self) -> Option<PlaceId> {
        self.geo.as_ref()?.get("place_id")?.as_str().map(PlaceId::from)
    }
}
