//! Getting ready for a call without making one: [`Preparation`].

use std::time::Duration;

use super::Surroundings;
use super::authorization::{Authorization, Progress, no_token};
use super::machine::{Machine, Step};
use super::patience::Patience;
use crate::error::{CallError, Cause};
use crate::fault::Fault;
use crate::time::Now;
use crate::wire::{Request, Response};

/// How long after the preparation a call may begin and still find its token good.
const LASTS: Duration = Duration::from_secs(60);

/// Sees to it that a token which outlives an attempt is at hand, for callers that must know when a call can leave at
/// once: nobody is sent a message, no turn of the pace is taken, and no attempt is counted.
///
/// The token is good for the deadline of an attempt and a minute more, for every attempt that begins within the next
/// minute. A token that the vendor issues for shorter is taken as it comes.
///
/// Under [`RetryPolicy::once`](super::RetryPolicy::once) a token is asked for once at the most, and that is not
/// repeated. Where another call of the same session is asking already, its answer is waited for, but no longer than the
/// deadline of one request.
#[derive(Debug)]
pub struct Preparation {
    around: Surroundings,
    authorization: Authorization,
    patience: Patience,
    state: State,
}

#[derive(Debug)]
enum State {
    Open,
    Fetching,
    Failed(Cause),
    Ended,
}

impl Preparation {
    /// A preparation that has not begun. The seed decides the jitter of the backoff.
    #[must_use]
    pub fn new(around: Surroundings, seed: u64) -> Self {
        Self {
            authorization: Authorization::new(&around.policy, seed),
            patience: Patience::new(around.policy.patience),
            around,
            state: State::Open,
        }
    }

    fn end(cause: Cause) -> Step<()> {
        let error = CallError::new(cause, 0);
        log::debug!("not ready: {error}");
        Step::Done(Err(error))
    }

    fn send(&mut self, request: Request) -> Step<()> {
        self.state = State::Fetching;
        Step::Send(request)
    }
}

impl Machine for Preparation {
    type Output = ();

    fn poll(&mut self, now: Now) -> Step<()> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Open => {}
            State::Failed(cause) => return Self::end(cause),
            State::Fetching | State::Ended => {
                panic!("a preparation is polled after its end, or before the answer that it waits for")
            }
        }
        let good_until = self.around.good_until(now) + LASTS;
        let progress = match self.patience.left(now) {
            Some(left) => self.authorization.poll(&self.around, good_until, left, now),
            None => Progress::OutOfTime,
        };
        match progress {
            Progress::Granted(_) => Step::Done(Ok(())),
            Progress::Send(request) => self.send(request),
            Progress::WaitUntil(tick) => {
                self.state = State::Open;
                Step::WaitUntil(tick)
            }
            Progress::Failed(cause) => Self::end(cause),
            Progress::OutOfTime => {
                Self::end(self.authorization.failure().unwrap_or_else(|| no_token(Cause::OutOfTime)))
            }
        }
    }

    fn answer(&mut self, now: Now, answer: Result<Response, Fault>) {
        assert!(matches!(self.state, State::Fetching), "a preparation is given an answer that it does not wait for");
        self.state = match self.authorization.answer(&self.around, now, answer) {
            Ok(()) => State::Open,
            Err(cause) => State::Failed(cause),
        };
    }
}
