//! What a driver drives: [`Machine`], one [`Step`] after the other.

use crate::error::CallError;
use crate::fault::Fault;
use crate::time::{Now, Tick};
use crate::wire::{Request, Response};

/// What the driver does next.
#[derive(Debug)]
#[must_use]
pub enum Step<T> {
    /// Send this and feed the answer to [`Machine::answer`].
    Send(Request),
    /// Ask again at this moment or later.
    WaitUntil(Tick),
    /// The end.
    Done(Result<T, CallError>),
}

/// A state machine without IO: it is fed the time and the last answer, and says what is next.
///
/// The drivers [`blocking::drive`](crate::blocking::drive) and [`asynchronous::drive`](crate::asynchronous::drive) run
/// any of these; one of your own is a loop of ten lines.
pub trait Machine {
    /// What a success yields.
    type Output;

    /// What is next. After [`Step::Send`], the next call must be [`answer`](Self::answer).
    ///
    /// # Panics
    /// When called after [`Step::Done`], or between a `Send` and its answer: an error in the driver.
    fn poll(&mut self, now: Now) -> Step<Self::Output>;

    /// The answer to the last [`Step::Send`], or why there is none.
    ///
    /// # Panics
    /// When nothing was sent: an error in the driver.
    fn answer(&mut self, now: Now, answer: Result<Response, Fault>);
}
