//! Getting a token that is good until a certain moment: [`Authorization`].
//!
//! Asking for a token has a budget and a backoff of its own, and is never an attempt. One call asks at a time; whoever
//! comes meanwhile waits for that answer.

use std::time::Duration;

use super::patience::Patience;
use super::session::{Access, Fetch, Grant};
use super::{RetryPolicy, Surroundings};
use crate::class::Class;
use crate::error::{ApiError, Cause};
use crate::fault::Fault;
use crate::operation::Verdict;
use crate::time::{Now, Tick, Unix};
use crate::wire::{Request, Response};

/// How often asking for a token may fail before it is given up.
const MOST_FAILURES: u32 = 5;

/// The part of a machine that gets a token. It may be asked again whenever a token is needed again; the budget is one.
#[derive(Debug)]
pub(super) struct Authorization {
    rng: fastrand::Rng,
    /// Not before this is a token asked for again.
    from: Tick,
    /// What was asked, while an answer is waited for.
    fetch: Option<Fetch>,
    /// How long the fetch of somebody else may be waited for.
    for_others: Patience,
    /// Why there is no token so far, until one is at hand.
    failure: Option<Cause>,
    failures: u32,
    throttles: u32,
}

/// What is next on the way to a token.
#[derive(Debug)]
pub(super) enum Progress {
    Granted(Grant),
    Send(Request),
    WaitUntil(Tick),
    Failed(Cause),
    /// The next step would come too late.
    OutOfTime,
}

impl Authorization {
    pub(super) fn new(policy: &RetryPolicy, seed: u64) -> Self {
        // Whoever does not wait for a retry of its own does not wait for those of others.
        let for_others = if policy.waits() { Duration::MAX } else { policy.deadline };
        Self {
            rng: fastrand::Rng::with_seed(seed),
            from: Tick::ZERO,
            fetch: None,
            for_others: Patience::new(for_others),
            failure: None,
            failures: 0,
            throttles: 0,
        }
    }

    /// What is next on the way to a token that is good until `good_until`, when `left` may still be waited.
    pub(super) fn poll(&mut self, around: &Surroundings, good_until: Unix, left: Duration, now: Now) -> Progress {
        if self.from > now.tick {
            return wait(self.from, left, now);
        }
        match around.session.access(now, good_until) {
            Ok(Access::Granted(grant)) => {
                self.failure = None;
                self.for_others = self.for_others.renewed();
                Progress::Granted(grant)
            }
            Ok(Access::WaitUntil(from)) => match self.for_others.left(now) {
                Some(for_others) => wait(from, left.min(for_others), now),
                None => Progress::OutOfTime,
            },
            Ok(Access::NotYet(from, why)) => {
                self.failure = Some(no_token(Cause::NotYet(why)));
                match self.for_others.left(now) {
                    Some(for_others) => wait(from, left.min(for_others), now),
                    None => Progress::OutOfTime,
                }
            }
            Ok(Access::Fetch(request, fetch)) => {
                log::debug!("asking for a token: {request:?}");
                self.fetch = Some(fetch);
                Progress::Send(request)
            }
            Err(error) => Progress::Failed(Cause::Build(error)),
        }
    }

    /// The answer to the last [`Progress::Send`].
    ///
    /// The token endpoint: unreachable, broken or unreadable is "not sent", since no message was on the way.
    ///
    /// # Errors
    /// Why there will be no token.
    pub(super) fn answer(
        &mut self,
        around: &Surroundings,
        now: Now,
        answer: Result<Response, Fault>,
    ) -> Result<(), Cause> {
        let fetch = self.fetch.take().expect("a token was asked for");
        let verdict = match answer {
            Ok(response) => around.session.fetched(fetch, &response, now),
            Err(fault) => {
                around.session.not_fetched(&fetch);
                return self.again(Cause::Fault(fault.into_unsent()), &around.policy, now);
            }
        };
        match verdict {
            Verdict::Done(()) => Ok(()),
            Verdict::Unknown(error) => self.again(Cause::Api(error.with_class(Class::NotSent)), &around.policy, now),
            Verdict::Refused(error) => self.refused(error, around, now),
        }
    }

    /// Asks for no token after all: another may.
    pub(super) fn leave_it(&mut self, around: &Surroundings) {
        if let Some(fetch) = self.fetch.take() {
            around.session.not_fetched(&fetch);
        }
    }

    /// Why there is no token, where none is at hand since.
    pub(super) const fn failure(&mut self) -> Option<Cause> {
        self.failure.take()
    }

    fn refused(&mut self, error: ApiError, around: &Surroundings, now: Now) -> Result<(), Cause> {
        match error.class() {
            Class::Throttled { after } => {
                let least = around.hold_back(after, now);
                if !around.policy.waits() {
                    return Err(no_token(Cause::Api(error)));
                }
                let wait = least.saturating_add(around.policy.backoff(self.throttles, &mut self.rng));
                self.throttles += 1;
                self.wait(Cause::Api(error), wait, now);
                Ok(())
            }
            Class::NotSent | Class::TryAgain | Class::Unknown => {
                self.again(Cause::Api(error.with_class(Class::NotSent)), &around.policy, now)
            }
            // A request for a token holds nothing but credentials, so whatever is wrong with it is wrong with them.
            Class::Token | Class::Message | Class::Recipient | Class::Recipients => {
                Err(no_token(Cause::Api(error.with_class(Class::Permission))))
            }
            Class::Permission | Class::Quota | Class::Endpoint => Err(no_token(Cause::Api(error))),
        }
    }

    fn again(&mut self, cause: Cause, policy: &RetryPolicy, now: Now) -> Result<(), Cause> {
        self.failures += 1;
        if self.failures >= MOST_FAILURES.min(policy.retries.saturating_add(1)) {
            return Err(no_token(cause));
        }
        let wait = policy.backoff(self.failures - 1, &mut self.rng);
        self.wait(cause, wait, now);
        Ok(())
    }

    fn wait(&mut self, cause: Cause, wait: Duration, now: Now) {
        self.failure = Some(no_token(cause));
        self.from = now.tick + wait;
    }
}

fn wait(until: Tick, left: Duration, now: Now) -> Progress {
    if until.since(now.tick) > left { Progress::OutOfTime } else { Progress::WaitUntil(until) }
}

pub(super) fn no_token(cause: Cause) -> Cause {
    Cause::NoToken(Box::new(cause))
}
