//! The blocking side: [`Transport`], the loop around a [`Machine`], and the [`Caller`] inside every blocking client.

use std::fmt;
use std::sync::Arc;

use crate::adapter::ureq::UreqTransport;
use crate::error::CallError;
use crate::exchange::{Exchange, Machine, Preparation, Session, Step, Surroundings};
use crate::fault::Fault;
use crate::operation::Operation;
use crate::time::{SystemTimer, Timer};
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

/// Runs a machine, such as a call, to its end on this thread.
///
/// # Errors
/// [`CallError`], which says whether anything can have been sent.
pub fn drive<M: Machine>(transport: &dyn Transport, timer: &dyn Timer, mut machine: M) -> Result<M::Output, CallError> {
    loop {
        match machine.poll(timer.now()) {
            Step::Send(request) => {
                let answer = transport.send(request);
                machine.answer(timer.now(), answer);
            }
            Step::WaitUntil(tick) => timer.wait_until(tick),
            Step::Done(result) => return result,
        }
    }
}

/// Makes calls of one vendor and app. Clones are cheap and share connections, token and pace.
#[derive(Clone)]
pub struct Caller {
    around: Surroundings,
    transport: Arc<dyn Transport>,
    timer: Arc<dyn Timer>,
}

impl Caller {
    /// A caller over ureq and the clocks of the operating system.
    #[must_use]
    pub fn new(around: Surroundings) -> Self {
        Self { around, transport: Arc::new(UreqTransport::new()), timer: Arc::new(SystemTimer::new()) }
    }

    /// The same over another transport and timer.
    #[must_use]
    pub fn over(self, transport: Arc<dyn Transport>, timer: Arc<dyn Timer>) -> Self {
        Self { transport, timer, ..self }
    }

    /// The same by another timer.
    #[must_use]
    pub fn with_timer(self, timer: Arc<dyn Timer>) -> Self {
        Self { timer, ..self }
    }

    /// The same for calls that this session authorizes.
    #[must_use]
    pub fn with_session(mut self, session: Arc<Session>) -> Self {
        self.around = self.around.with_session(session);
        self
    }

    /// Makes one call.
    ///
    /// # Errors
    /// [`CallError`], which says whether anything can have been sent.
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Output, CallError> {
        let exchange = Exchange::new(operation, self.around.clone(), fastrand::u64(..));
        drive(&*self.transport, &*self.timer, exchange)
    }

    /// Sees to it that a token which outlives a call is at hand, so that the next call can leave at once. It is not an
    /// attempt and takes no turn of the pace; see [`Preparation`].
    ///
    /// # Errors
    /// [`CallError`] of no attempts, where no token is to be had.
    pub fn ready(&self) -> Result<(), CallError> {
        drive(&*self.transport, &*self.timer, Preparation::new(self.around.clone(), fastrand::u64(..)))
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("endpoint", &self.around.endpoint).finish_non_exhaustive()
    }
}
