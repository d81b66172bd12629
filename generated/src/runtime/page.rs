//! Pages: from one list request to all its pages, or to all items in them.
//!
//! [`Pages`] and [`Items`] fetch one page at a time, and only when they are asked for what is in it. Both are streams
//! and have the same methods of their own, so that no other crate is needed to use them.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::call::Call;
use super::error::Error;
use super::list::Page;
use super::pager::{Fetched, Pager};
use super::response::{Meta, Response};

/// The pages of a list, one request each.
///
/// It ends after a page without a next token; an empty page with one is delivered, and the list goes on. A token that
/// comes a second time is an error ([`ErrorKind::Api`](super::ErrorKind::Api)) after the page that holds it, because
/// the list would never end. Items that cannot be decoded are left out of their page, which is delivered; then every
/// one of them is an `Err` ([`ErrorKind::Decode`](super::ErrorKind::Decode), with the path of the item), and the list
/// goes on. Every other error ends the list: after it comes `None`, and [`next_token`](Self::next_token) gives the
/// token of the page that failed, to go on from there later.
///
/// Dropping it ends a request that is under way.
#[must_use = "pages are fetched only when they are asked for"]
pub struct Pages<P> {
    pager: Pager,
    faults: VecDeque<(usize, Error)>,
    page: PhantomData<fn() -> P>,
}

impl<P: Page> Pages<P> {
    /// The pages that `call` asks for.
    #[doc(hidden)]
    pub fn new(call: Call) -> Self {
        Self { pager: Pager::new(call), faults: VecDeque::new(), page: PhantomData }
    }

    /// Begins at the page with this token, as [`next_token`](Self::next_token) gave it, in place of one that the call
    /// has. It is sent as it is: tokens are the server's business and not checked.
    pub fn from_token(mut self, token: impl Into<String>) -> Self {
        self.pager.start(token.into());
        self
    }

    /// Ends after so many pages. The default is no limit; 0 requests nothing.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.pager.left = Some(pages);
        self
    }

    /// Goes from page to page by their previous tokens rather than their next ones. Where the API gives none, the first
    /// page is the only one.
    pub fn backwards(mut self) -> Self {
        self.pager.backwards = true;
        self
    }

    /// The token of the page that was delivered last; `None` where none was needed to get it.
    #[must_use]
    pub fn page_token(&self) -> Option<&str> {
        self.pager.current.as_deref()
    }

    /// The token of the page that is requested next; `None` at the beginning, unless the call has one, and at the end.
    #[must_use]
    pub fn next_token(&self) -> Option<&str> {
        self.pager.upcoming()
    }

    /// The next page, or `None` at the end. Cancelling the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Response<P>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The same with the error outside.
    ///
    /// # Errors
    ///
    /// The request or an item in its answer failed.
    pub async fn try_next(&mut self) -> Result<Option<Response<P>>, Error> {
        self.next().await.transpose()
    }

    /// The next `count` pages, or fewer if the list ends.
    ///
    /// # Errors
    ///
    /// The first error there is; the pages before it are lost then.
    pub async fn collect_up_to(&mut self, count: usize) -> Result<Vec<Response<P>>, Error> {
        let mut pages = Vec::new();
        while pages.len() < count
            && let Some(page) = self.try_next().await?
        {
            pages.push(page);
        }
        Ok(pages)
    }
}

impl<P> Unpin for Pages<P> {}

impl<P: Page> Stream for Pages<P> {
    type Item = Result<Response<P>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some((_, fault)) = this.faults.pop_front() {
            return Poll::Ready(Some(Err(fault)));
        }
        match ready!(this.pager.poll_page::<P>(context)) {
            Some(Ok(fetched)) => {
                this.faults = fetched.faults;
                Poll::Ready(Some(Ok(fetched.response)))
            }
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            None => Poll::Ready(None),
        }
    }
}

impl<P> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pager.debug(f.debug_struct("Pages"))
    }
}

/// The items of a list, across its pages.
///
/// What holds for [`Pages`] holds here; an item that cannot be decoded is an `Err` at its place, and the next call
/// gives the item behind it.
#[must_use = "pages are fetched only when they are asked for"]
pub struct Items<P: Page> {
    pager: Pager,
    page: P,
    meta: Option<Meta>,
    items: std::vec::IntoIter<P::Item>,
    faults: VecDeque<(usize, Error)>,
    position: usize,
    left: Option<u64>,
}

impl<P: Page> Items<P> {
    /// The items that `call` asks for.
    #[doc(hidden)]
    pub fn new(call: Call) -> Self {
        Self {
            pager: Pager::new(call),
            page: P::default(),
            meta: None,
            items: Vec::new().into_iter(),
            faults: VecDeque::new(),
            position: 0,
            left: None,
        }
    }

    /// Begins at the page with this token, as [`next_token`](Self::next_token) or [`page_token`](Self::page_token) gave
    /// it, in place of one that the call has. It is sent as it is: tokens are the server's business and not checked.
    pub fn from_token(mut self, token: impl Into<String>) -> Self {
        self.pager.start(token.into());
        self
    }

    /// Requests at most so many pages. The default is no limit; 0 requests nothing.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.pager.left = Some(pages);
        self
    }

    /// Ends after so many items; those that could not be decoded are not counted. The default is no limit.
    pub fn max_items(mut self, items: u64) -> Self {
        self.left = Some(items);
        self
    }

    /// Goes from page to page by their previous tokens rather than their next ones; within a page the order stays.
    /// Where the API gives none, the first page is the only one.
    pub fn backwards(mut self) -> Self {
        self.pager.backwards = true;
        self
    }

    /// The page that the last item was on, without its items: what else the answer says, such as errors and included
    /// objects. The default before the first page.
    #[must_use]
    pub fn page(&self) -> &P {
        &self.page
    }

    /// Status, headers and text of the answer that the last item was in; `None` before the first page.
    #[must_use]
    pub fn meta(&self) -> Option<&Meta> {
        self.meta.as_ref()
    }

    /// The token of the page that the last item was on, to read that page again; `None` where none was needed to get
    /// it.
    #[must_use]
    pub fn page_token(&self) -> Option<&str> {
        self.pager.current.as_deref()
    }

    /// The token of the page that is requested next, to go on from there; `None` at the beginning, unless the call has
    /// one, and at the end.
    #[must_use]
    pub fn next_token(&self) -> Option<&str> {
        self.pager.upcoming()
    }

    /// The next item, or `None` at the end. Cancelling the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<P::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The same with the error outside.
    ///
    /// # Errors
    ///
    /// A request failed, or this item could not be decoded.
    pub async fn try_next(&mut self) -> Result<Option<P::Item>, Error> {
        self.next().await.transpose()
    }

    /// The next `count` items, or fewer if the list ends.
    ///
    /// # Errors
    ///
    /// The first error there is; the items before it are lost then. Use [`next`](Self::next) to keep them.
    pub async fn collect_up_to(&mut self, count: usize) -> Result<Vec<P::Item>, Error> {
        let mut items = Vec::new();
        while items.len() < count
            && let Some(item) = self.try_next().await?
        {
            items.push(item);
        }
        Ok(items)
    }

    /// What is next on the page at hand.
    fn take(&mut self) -> Option<Result<P::Item, Error>> {
        let fault = match self.faults.front() {
            Some((position, _)) if *position == self.position || self.items.len() == 0 => self.faults.pop_front(),
            _ => None,
        };
        self.position += 1;
        match fault {
            Some((_, fault)) => Some(Err(fault)),
            None => self.items.next().map(Ok),
        }
    }
}

impl<P: Page> Unpin for Items<P> {}

impl<P: Page> Stream for Items<P> {
    type Item = Result<P::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = this.take() {
                if let (Ok(_), Some(left)) = (&item, &mut this.left) {
                    *left -= 1;
                }
                return Poll::Ready(Some(item));
            }
            match ready!(this.pager.poll_page::<P>(context)) {
                Some(Ok(Fetched { response, faults })) => {
                    this.page = response.body;
                    this.meta = Some(response.meta);
                    this.items = this.page.take_items().into_iter();
                    this.faults = faults;
                    this.position = 0;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<P: Page> fmt::Debug for Items<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pager.debug(f.debug_struct("Items"))
    }
}
