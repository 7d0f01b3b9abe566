//! Turning the pages of a list with a client: [`PageIter`] and `AsyncPages`. What to ask next is [`Pages`]' to say.

#[cfg(feature = "async")]
use crate::asynchronous::AsyncCaller;
#[cfg(feature = "blocking")]
use crate::blocking::Caller;
use crate::error::CallError;
use crate::paging::{Paged, Pages};

/// The pages of a list, each asked for when it is wanted. After an error there are no more.
#[cfg(feature = "blocking")]
#[derive(Debug)]
#[must_use]
pub struct PageIter<'c, O> {
    caller: &'c Caller,
    pages: Option<Pages<O>>,
}

#[cfg(feature = "blocking")]
impl<'c, O: Paged> PageIter<'c, O> {
    /// The pages of the list that begins with this one.
    pub const fn new(caller: &'c Caller, first: O) -> Self {
        Self { caller, pages: Some(Pages::new(first)) }
    }
}

#[cfg(feature = "blocking")]
impl<O: Paged> Iterator for PageIter<'_, O> {
    type Item = Result<Vec<O::Item>, CallError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut pages = self.pages.take()?;
        let page = self.caller.call(pages.next()?);
        Some(page.map(|page| {
            let items = pages.turn(page);
            self.pages = Some(pages);
            items
        }))
    }
}

/// The pages of a list, each asked for when it is wanted. After an error there are no more.
#[cfg(feature = "async")]
#[derive(Debug)]
#[must_use]
pub struct AsyncPages<'c, O> {
    caller: &'c AsyncCaller,
    pages: Option<Pages<O>>,
}

#[cfg(feature = "async")]
impl<'c, O: Paged<Output: Send> + Send> AsyncPages<'c, O> {
    /// The pages of the list that begins with this one.
    pub const fn new(caller: &'c AsyncCaller, first: O) -> Self {
        Self { caller, pages: Some(Pages::new(first)) }
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    /// [`CallError`] where it could not be had.
    pub async fn next(&mut self) -> Option<Result<Vec<O::Item>, CallError>> {
        let mut pages = self.pages.take()?;
        let page = self.caller.call(pages.next()?).await;
        Some(page.map(|page| {
            let items = pages.turn(page);
            self.pages = Some(pages);
            items
        }))
    }
}
