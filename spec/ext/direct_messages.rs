//! Direct message events, whose members X has moved and renamed.

use super::lists::joined;
use crate::types::{Cashtag, DmEvent, Entities, Hashtag, Mention, ReferencedTweet, UrlEntity};

impl DmEvent {
    /// The cashtags in the text: those in `entities`, then those in `cashtags`.
    ///
    /// Of two at the same position in the text, only the one in `entities` is given.
    #[must_use]
    pub fn cashtags(&self) -> Vec<&Cashtag> {
        by_position(self.nested(|entities| &entities.cashtags), &self.cashtags, |tag| (tag.start, tag.end))
    }

    /// The hashtags in the text: those in `entities`, then those in `hashtags`.
    ///
    /// Of two at the same position in the text, only the one in `entities` is given.
    #[must_use]
    pub fn hashtags(&self) -> Vec<&Hashtag> {
        by_position(self.nested(|entities| &entities.hashtags), &self.hashtags, |tag| (tag.start, tag.end))
    }

    /// The users in the text: those in `entities`, then those in `mentions`.
    ///
    /// Of two at the same position in the text, only the one in `entities` is given.
    #[must_use]
    pub fn mentions(&self) -> Vec<&Mention> {
        by_position(self.nested(|entities| &entities.mentions), &self.mentions, |user| (user.start, user.end))
    }

    /// The links in the text: those in `entities`, then those in `urls`.
    ///
    /// Of two at the same position in the text, only the one in `entities` is given. The one in `urls` may say more of
    /// the page that the link leads to.
    #[must_use]
    pub fn urls(&self) -> Vec<&UrlEntity> {
        by_position(self.nested(|entities| &entities.urls), &self.urls, |link| (link.start, link.end))
    }

    /// The posts the message refers to: those in `referenced_tweets`, then those in `referenced_posts`.
    ///
    /// A reference that is in both lists, with the same members, is given once.
    #[must_use]
    pub fn referenced(&self) -> Vec<&ReferencedTweet> {
        joined(&self.referenced_tweets, &self.referenced_posts, PartialEq::eq)
    }

    fn nested<T>(&self, list: impl FnOnce(&Entities) -> &Vec<T>) -> &[T] {
        self.entities.as_ref().map(list).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Both lists, without the elements of `second` that stand where one of `first` stands. Elements without a position are
/// the same if they are equal.
fn by_position<'a, T: PartialEq>(
    first: &'a [T],
    second: &'a [T],
    position: impl Fn(&T) -> (Option<i64>, Option<i64>),
) -> Vec<&'a T> {
    joined(first, second, |one, other| match position(one) {
        (Some(_), Some(_)) => position(one) == position(other),
        _ => one == other,
    })
}
