//! The async side: [`AsyncTransport`], the loop around a [`Machine`], and the [`AsyncCaller`] inside every async
//! client.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::adapter::reqwest::ReqwestTransport;
use crate::error::CallError;
use crate::exchange::{Exchange, Machine, Preparation, Session, Step, Surroundings};
use crate::fault::Fault;
use crate::operation::Operation;
use crate::time::{AsyncTimer, SystemTimer};
use crate::wire::{Request, Response};

/// Carries one request to its answer and does nothing else, as [`Transport`](crate::blocking::Transport) does.
///
/// Dropping the future may leave the request sent: whoever cancels does not know.
#[async_trait]
pub trait AsyncTransport: Send + Sync {
    /// Sends the request once and reads the answer to its end.
    ///
    /// # Errors
    /// [`Fault`] where there is no complete answer. An answer with any HTTP status is not an error.
    async fn send(&self, request: Request) -> Result<Response, Fault>;
}

/// Runs a machine, such as a call, to its end in this task.
///
/// # Errors
/// [`CallError`], which says whether anything can have been sent.
pub async fn drive<M: Machine<Output: Send> + Send>(
    transport: &dyn AsyncTransport,
    timer: &dyn AsyncTimer,
    mut machine: M,
) -> Result<M::Output, CallError> {
    loop {
        // Bound first: a guard or a clock reading in the scrutinee would live across the await.
        let step = machine.poll(timer.now());
        match step {
            Step::Send(request) => {
                let answer = transport.send(request).await;
                machine.answer(timer.now(), answer);
            }
            Step::WaitUntil(tick) => timer.wait_until(tick).await,
            Step::Done(result) => return result,
        }
    }
}

/// Makes calls of one vendor and app. Clones are cheap and share connections, token and pace.
#[derive(Clone)]
pub struct AsyncCaller {
    around: Surroundings,
    transport: Arc<dyn AsyncTransport>,
    timer: Arc<dyn AsyncTimer>,
}

impl AsyncCaller {
    /// A caller over reqwest and the clocks of the operating system.
    ///
    /// # Errors
    /// [`Fault`] where the HTTP library cannot be set up.
    pub fn new(around: Surroundings) -> Result<Self, Fault> {
        Ok(Self { around, transport: Arc::new(ReqwestTransport::new()?), timer: Arc::new(SystemTimer::new()) })
    }

    /// The same over another transport and timer.
    #[must_use]
    pub fn over(self, transport: Arc<dyn AsyncTransport>, timer: Arc<dyn AsyncTimer>) -> Self {
        Self { transport, timer, ..self }
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
    pub async fn call<O: Operation<Output: Send>>(&self, operation: O) -> Result<O::Output, CallError> {
        let exchange = Exchange::new(operation, self.around.clone(), fastrand::u64(..));
        drive(&*self.transport, &*self.timer, exchange).await
    }

    /// Sees to it that a token which outlives a call is at hand, so that the next call can leave at once. It is not an
    /// attempt and takes no turn of the pace; see [`Preparation`].
    ///
    /// # Errors
    /// [`CallError`] of no attempts, where no token is to be had.
    pub async fn ready(&self) -> Result<(), CallError> {
        let preparation = Preparation::new(self.around.clone(), fastrand::u64(..));
        drive(&*self.transport, &*self.timer, preparation).await
    }
}

impl fmt::Debug for AsyncCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncCaller").field("endpoint", &self.around.endpoint).finish_non_exhaustive()
    }
}
