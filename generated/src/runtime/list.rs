//! What makes a type a page of a list. The requests are elsewhere.

use serde::de::DeserializeOwned;

/// A type that is one page of a list.
pub trait Page: DeserializeOwned + Default {
    /// What the list is of.
    type Item: DeserializeOwned;
    /// Where the items are in the JSON form, as a path of member names.
    const ITEMS: &'static [&'static str];

    /// Takes the items out of the page; what else it holds stays.
    fn take_items(&mut self) -> Vec<Self::Item>;

    /// The token of the next page; `None` on the last.
    fn next_token(&self) -> Option<&str>;

    /// The token of the page before; `None` on the first, and always where the API only goes forward.
    fn previous_token(&self) -> Option<&str> {
        None
    }
}
