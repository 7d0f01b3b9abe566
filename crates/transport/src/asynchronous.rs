//! The async side: [`AsyncTransport`], and the loop around an [`Exchange`].

use async_trait::async_trait;

use crate::error::CallError;
use crate::exchange::{Exchange, Step};
use crate::fault::Fault;
use crate::operation::Operation;
use crate::time::AsyncTimer;
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

/// Runs a call to its end in this task.
///
/// # Errors
/// [`CallError`], which says whether anything can have been sent.
pub async fn drive<O: Operation<Output: Send>>(
    transport: &dyn AsyncTransport,
    timer: &dyn AsyncTimer,
    mut exchange: Exchange<O>,
) -> Result<O::Output, CallError> {
    loop {
        // Bound first: a guard or a clock reading in the scrutinee would live across the await.
        let step = exchange.poll(timer.now());
        match step {
            Step::Send(request) => {
                let answer = transport.send(request).await;
                exchange.answer(timer.now(), answer);
            }
            Step::WaitUntil(tick) => timer.wait_until(tick).await,
            Step::Done(result) => return result,
        }
    }
}
