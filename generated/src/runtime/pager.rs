//! Fetching page after page: tokens, limits, and the end of a list. It knows nothing about what is done with a page.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::task::{Context, Poll, ready};

use super::body::Exclusive;
use super::call::Call;
use super::decode::Answer;
use super::error::{Error, ErrorKind, Outcome};
use super::list::Page;
use super::page_fault;
use super::response::Response;
use super::transport::BoxFuture;

/// A page with what could not be decoded of its items, by position.
pub(crate) struct Fetched<P> {
    pub(crate) response: Response<P>,
    pub(crate) faults: VecDeque<(usize, Error)>,
}

/// What to fetch.
enum Next {
    /// The page that the call itself asks for.
    First,
    Token(String),
    /// Tells the caller that the pages form a cycle, then ends.
    Cycle,
    /// The page could not be fetched; the token is kept for whoever asks.
    Failed(Option<String>),
    End,
}

/// Fetches page after page; everything about it that does not depend on the type of a page.
pub(crate) struct Pager {
    call: Call,
    next: Next,
    /// The token of the page that was fetched last.
    pub(crate) current: Option<String>,
    pub(crate) backwards: bool,
    /// How many pages may still be requested.
    pub(crate) left: Option<u64>,
    /// Hashes of the tokens that were used.
    used: HashSet<u64>,
    hasher: RandomState,
    fetch: Option<Exclusive<BoxFuture<'static, Result<Answer, Error>>>>,
}

impl Pager {
    /// Begins at the page that the call itself asks for, by its token if it has one.
    pub(crate) fn new(call: Call) -> Self {
        let token = call.operation().page_token.and_then(|index| call.text_of(index)).filter(|token| !token.is_empty());
        let mut pager = Self {
            call,
            next: Next::First,
            current: None,
            backwards: false,
            left: None,
            used: HashSet::new(),
            hasher: RandomState::new(),
            fetch: None,
        };
        if let Some(token) = token {
            pager.start(token);
        }
        pager
    }

    /// Begins at the page with this token instead.
    pub(crate) fn start(&mut self, token: String) {
        self.used.clear();
        self.use_token(&token);
        self.next = Next::Token(token);
        self.fetch = None;
    }

    pub(crate) fn upcoming(&self) -> Option<&str> {
        match &self.next {
            Next::Token(token) => Some(token),
            Next::Failed(token) => token.as_deref(),
            Next::First | Next::Cycle | Next::End => None,
        }
    }

    /// Notes that a token is used; `false` if it was before.
    fn use_token(&mut self, token: &str) -> bool {
        self.used.insert(self.hasher.hash_one(token))
    }

    pub(crate) fn poll_page<P: Page>(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Fetched<P>, Error>>> {
        let Some(answer) = ready!(self.poll_answer(context)) else { return Poll::Ready(None) };
        let fetched = answer.and_then(|answer| page_fault::read::<P>(self.call.operation().id, answer));
        match &fetched {
            Ok(page) => {
                let page = &page.response.body;
                self.turn(if self.backwards { page.previous_token() } else { page.next_token() });
            }
            Err(_) => self.fail(),
        }
        Poll::Ready(Some(fetched))
    }

    /// Fetches what is next, without looking into it.
    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Answer, Error>>> {
        if self.fetch.is_none() {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            let mut call = self.call.clone();
            match &self.next {
                Next::First => {}
                Next::Token(token) => {
                    if let Some(index) = self.call.operation().page_token {
                        call.set(index, token);
                    }
                }
                Next::Cycle => {
                    self.next = Next::End;
                    let message = "the server gave the token of a page for the second time, so its pages form a cycle";
                    let id = self.call.operation().id;
                    return Poll::Ready(Some(Err(Error::new(ErrorKind::Api, Outcome::Answered, id, message))));
                }
                Next::Failed(_) | Next::End => return Poll::Ready(None),
            }
            self.left = self.left.map(|left| left - 1);
            self.fetch = Some(Exclusive::new(Box::pin(call.send())));
        }
        let Some(fetch) = &mut self.fetch else { return Poll::Ready(None) };
        let answer = ready!(fetch.get_mut().as_mut().poll(context));
        self.fetch = None;
        Poll::Ready(Some(answer))
    }

    /// Goes on to the page with this token. Some servers write an empty text where there is none.
    fn turn(&mut self, token: Option<&str>) {
        let next = match token.filter(|token| !token.is_empty()) {
            Some(token) if self.call.operation().page_token.is_some() => {
                if self.use_token(token) {
                    Next::Token(token.to_owned())
                } else {
                    Next::Cycle
                }
            }
            _ => Next::End,
        };
        self.current = match std::mem::replace(&mut self.next, next) {
            Next::Token(token) => Some(token),
            _ => None,
        };
    }

    fn fail(&mut self) {
        self.next = match std::mem::replace(&mut self.next, Next::End) {
            Next::Token(token) => Next::Failed(Some(token)),
            Next::First => Next::Failed(None),
            end => end,
        };
    }

    pub(crate) fn debug(&self, mut debug: fmt::DebugStruct<'_, '_>) -> fmt::Result {
        debug
            .field("operation_id", &self.call.operation().id)
            .field("has_next", &!matches!(self.next, Next::End | Next::Cycle))
            .field("pages_left", &self.left)
            .finish_non_exhaustive()
    }
}
