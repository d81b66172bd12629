//! Direct message events, whose members X has moved and renamed.

use crate::types::{Cashtag, DmEvent, Entities, Hashtag, Mention, ReferencedTweet, UrlEntity};

impl DmEvent {
    /// The cashtags in the text: those in `entities`, then those in `cashtags` that are not among them.
    #[must_use]
    pub fn cashtags(&self) -> Vec<&Cashtag> {
        joined(self.nested(|entities| &entities.cashtags), &self.cashtags)
    }

    /// The hashtags in the text: those in `entities`, then those in `hashtags` that are not among them.
    #[must_use]
    pub fn hashtags(&self) -> Vec<&Hashtag> {
        joined(self.nested(|entities| &entities.hashtags), &self.hashtags)
    }

    /// The users in the text: those in `entities`, then those in `mentions` that are not among them.
    #[must_use]
    pub fn mentions(&self) -> Vec<&Mention> {
        joined(self.nested(|entities| &entities.mentions), &self.mentions)
    }

    /// The links in the text: those in `entities`, then those in `urls` that are not among them.
    #[must_use]
    pub fn urls(&self) -> Vec<&UrlEntity> {
        joined(self.nested(|entities| &entities.urls), &self.urls)
    }

    /// The posts the message shares: those in `referenced_tweets`, then those in `referenced_posts` that are not among
    /// them.
    #[must_use]
    pub fn referenced(&self) -> Vec<&ReferencedTweet> {
        joined(&self.referenced_tweets, &self.referenced_posts)
    }

    fn nested<T>(&self, list: impl FnOnce(&Entities) -> &Vec<T>) -> &[T] {
        self.entities.as_ref().map(list).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The elements of both lists, each of them once.
fn joined<'a, T: PartialEq>(first: &'a [T], second: &'a [T]) -> Vec<&'a T> {
    first.iter().chain(second.iter().filter(|element| !first.contains(element))).collect()
}
