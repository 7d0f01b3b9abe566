//! Calls that answer page by page: [`Paged`], [`Page`], and [`Pages`], which says what to ask next.

use crate::operation::Operation;

/// A call whose answer is one page of a list.
pub trait Paged: Operation<Output = Page<Self::Item>> + Clone {
    /// What the list is of.
    type Item;

    /// The same call for the page that `token`, of the page before, names.
    #[must_use]
    fn after(&self, token: &str) -> Self;
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "there may be more pages"]
pub struct Page<T> {
    /// What stands on it, in the vendor's order.
    pub items: Vec<T>,
    /// What names the next page; `None` on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page, and what names the one behind it.
    pub const fn new(items: Vec<T>, next: Option<String>) -> Self {
        Self { items, next }
    }
}

/// What is asked next to see a whole list, page after page: pure, so that blocking and async callers turn the pages
/// with the same code. It holds one call and no item, however long the list is.
///
/// ```
/// use batchcast_transport::paging::{Page, Paged, Pages};
/// # use batchcast_transport::endpoint::Endpoint;
/// # use batchcast_transport::error::BuildError;
/// # use batchcast_transport::operation::{Operation, Replay, Verdict};
/// # use batchcast_transport::wire::{Request, Response};
/// #
/// # #[derive(Clone)]
/// # struct Members { page: Option<String> }
/// #
/// # impl Operation for Members {
/// #     type Output = Page<&'static str>;
/// #     fn request(&self, _: &Endpoint) -> Result<Request, BuildError> { Err(BuildError::text("not sent here")) }
/// #     fn parse(&self, _: &Response) -> Verdict<Self::Output> { Verdict::Done(Page::new(Vec::new(), None)) }
/// #     fn replay(&self) -> Replay { Replay::Safe }
/// # }
///
/// impl Paged for Members {
///     type Item = &'static str;
///
///     fn after(&self, token: &str) -> Self {
///         Self { page: Some(token.to_owned()) }
///     }
/// }
///
/// // A client's `call` stands here as a rule.
/// let send = |members: Members| match members.page.as_deref() {
///     None => Page::new(vec!["ann", "ben"], Some("second".to_owned())),
///     Some(_) => Page::new(vec!["cid"], None),
/// };
///
/// let mut pages = Pages::new(Members { page: None });
/// let mut all = Vec::new();
/// while let Some(members) = pages.next() {
///     all.extend(pages.turn(send(members)));
/// }
/// assert_eq!(all, ["ann", "ben", "cid"]);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Pages<O> {
    next: Option<O>,
}

impl<O: Paged> Pages<O> {
    /// The list from the page that this call asks for, as a rule the first.
    pub const fn new(first: O) -> Self {
        Self { next: Some(first) }
    }

    /// The call to make next; `None` after the last page. It stays the same until its page is [turned](Self::turn), so
    /// that a call that failed can be made again.
    #[must_use]
    pub fn next(&self) -> Option<O> {
        self.next.clone()
    }

    /// Takes the answer to [`next`](Self::next), and hands out what stands on it.
    pub fn turn(&mut self, page: Page<O::Item>) -> Vec<O::Item> {
        let next = page.next.as_deref();
        self.next = self.next.take().and_then(|asked| Some(asked.after(next?)));
        page.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoint;
    use crate::error::BuildError;
    use crate::operation::{Replay, Verdict};
    use crate::wire::{Request, Response};

    /// The call for a page, by the token that names it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Numbers(String);

    impl Operation for Numbers {
        type Output = Page<u32>;

        fn request(&self, _: &Endpoint) -> Result<Request, BuildError> {
            Err(BuildError::text("it is not sent"))
        }

        fn parse(&self, _: &Response) -> Verdict<Page<u32>> {
            Verdict::Done(Page::new(Vec::new(), None))
        }

        fn replay(&self) -> Replay {
            Replay::Safe
        }
    }

    impl Paged for Numbers {
        type Item = u32;

        fn after(&self, token: &str) -> Self {
            Self(token.to_owned())
        }
    }

    fn page(items: &[u32], next: Option<&str>) -> Page<u32> {
        Page::new(items.to_vec(), next.map(str::to_owned))
    }

    #[test]
    fn pages_are_asked_for_one_by_one_until_the_last() {
        let asks = |pages: &Pages<Numbers>| pages.next().map(|Numbers(token)| token);
        let mut pages = Pages::new(Numbers("first".to_owned()));
        assert_eq!(asks(&pages).as_deref(), Some("first"));
        // A call that failed is made again.
        assert_eq!(asks(&pages).as_deref(), Some("first"));
        assert_eq!(pages.turn(page(&[1, 2], Some("second"))), [1, 2]);
        assert_eq!(asks(&pages).as_deref(), Some("second"));
        assert!(pages.turn(page(&[], Some("third"))).is_empty());
        assert_eq!(asks(&pages).as_deref(), Some("third"));
        assert_eq!(pages.turn(page(&[3], None)), [3]);
        assert_eq!(asks(&pages), None);
        assert_eq!(pages.turn(page(&[4], Some("late"))), [4]);
        assert_eq!(asks(&pages), None);
    }
}
