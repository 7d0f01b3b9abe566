//! The blocking side: [`Transport`], and the loop around an [`Exchange`].

use crate::error::CallError;
use crate::exchange::{Exchange, Step};
use crate::fault::Fault;
use crate::operation::Operation;
use crate::time::Timer;
use crate::wire::{Request, Response};

/// Carries one request to its answer and does nothing else: no retry, no redirect, no authorization, no reading of the
/// answer, no look at the environment.
///
/// A closure is a transport, which is all that a test needs.
pub trait Transport: Send + Sync {
    /// Sends the request once and reads the answer to its end.
    ///
    /// # Errors
    /// [`Fault`] where there is no complete answer. An answer with any HTTP status is not an error.
    fn send(&self, request: Request) -> Result<Response, Fault>;
}

impl<F: Fn(Request) -> Result<Response, Fault> + Send + Sync> Transport for F {
    fn send(&self, request: Request) -> Result<Response, Fault> {
        self(request)
    }
}

/// Runs a call to its end on this thread.
///
/// # Errors
/// [`CallError`], which says whether anything can have been sent.
pub fn drive<O: Operation>(
    transport: &dyn Transport,
    timer: &dyn Timer,
    mut exchange: Exchange<O>,
) -> Result<O::Output, CallError> {
    loop {
        match exchange.poll(timer.now()) {
            Step::Send(request) => {
                let answer = transport.send(request);
                exchange.answer(timer.now(), answer);
            }
            Step::WaitUntil(tick) => timer.wait_until(tick),
            Step::Done(result) => return result,
        }
    }
}
