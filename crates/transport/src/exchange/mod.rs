//! What happens around a call, as a state machine without IO: [`Exchange`].
//!
//! Retry, backoff, pacing, authorization and deadlines stand here and nowhere else. The machine is fed the time and
//! the last answer, and says what is next; the blocking and the async driver are two short loops around it.
//!
//! ```text
//!      ┌──────────────── a retry is worth it: wait, then ─────────────────┐
//!      ▼                                                                  │
//!   Ready ── a token? a slot of the pace? its time? ──▶ Send ──▶ Calling ─┴─▶ Done
//!    │  ▲
//!    ▼  │  no token: its own budget, never counted as an attempt
//!  Fetching
//! ```
//!
//! A token comes before the slot, so that a slow token endpoint does not let calls bunch up behind it, and is looked
//! at again when the slot has come.

mod pace;
mod retry;
mod session;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use pace::{Counted, Limit, MemoryPace, Pace, Unpaced};
pub use retry::RetryPolicy;
use session::{Access, Grant, Lease, Refusal};
pub use session::{Credentials, Issue, Session, Token};

use crate::class::Class;
use crate::endpoint::Endpoint;
use crate::error::{ApiError, BuildError, CallError, Cause};
use crate::fault::{Fault, Sent};
use crate::operation::{Operation, Replay, Verdict};
use crate::time::{Now, Tick};
use crate::wire::{Request, Response};

/// A token must outlive the attempt that it is for by this much.
const TOKEN_MARGIN: Duration = Duration::from_secs(60);

/// How often one call asks for a token before it gives up.
const MOST_FETCHES: u32 = 5;

/// How often one call may be refused for its token. The session ends this sooner; it is a bound, should other calls
/// replace the token again and again.
const MOST_REFUSALS: u32 = 3;

/// The least wait after "too frequent".
const LEAST_THROTTLE: Duration = Duration::from_secs(1);

/// A slot that was missed by more than this is given up for a new one, once an attempt: the pace has counted the call
/// where it was, and would let others go as if it had left then. A driver that is always late is late by the same for
/// everybody, and must get on nevertheless.
const SLOT_LASTS: Duration = pace::JITTER_GUARD;

/// What every call of one client shares.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// Who authorizes them.
    pub session: Arc<Session>,
    /// Who says when they may leave.
    pub pace: Arc<dyn Pace>,
    /// What is tried again.
    pub policy: RetryPolicy,
}

/// What the driver does next.
#[derive(Debug)]
#[must_use]
pub enum Step<T> {
    /// Send this and feed the answer to [`Exchange::answer`].
    Send(Request),
    /// Ask again at this moment or later.
    WaitUntil(Tick),
    /// The end.
    Done(Result<T, CallError>),
}

/// One call from its start to its end. See the [module](self).
#[derive(Debug)]
pub struct Exchange<O: Operation> {
    operation: O,
    around: Surroundings,
    rng: fastrand::Rng,
    state: State<O::Output>,
    give_up: Option<Tick>,
    /// The first byte of the first attempt, from which a key's life is counted.
    first_sent: Option<Tick>,
    /// An earlier attempt that may have been processed. Whatever comes after, the call stays in doubt.
    doubt: Option<Cause>,
    last: Option<Cause>,
    /// The id of the last attempt, where we choose it.
    request_id: Option<String>,
    attempts: u32,
    fetches: u32,
    refusals: u32,
    retries: u32,
    throttles: u32,
    /// The slot that this attempt has is its second one.
    missed_a_slot: bool,
}

#[derive(Debug)]
enum State<T> {
    /// Waiting until `from` and then for a token; with a slot of the pace, about to send.
    Ready {
        slot: Option<Tick>,
        from: Tick,
    },
    Fetching {
        slot: Option<Tick>,
        lease: Lease,
    },
    Calling {
        grant: Grant,
        request_id: Option<String>,
    },
    Done(Result<T, CallError>),
    Taken,
}

impl<O: Operation> Exchange<O> {
    /// A call that has not begun. The seed decides the jitter of the backoff.
    #[must_use]
    pub fn new(operation: O, around: Surroundings, seed: u64) -> Self {
        Self {
            operation,
            around,
            rng: fastrand::Rng::with_seed(seed),
            state: State::Ready { slot: None, from: Tick::ZERO },
            give_up: None,
            first_sent: None,
            doubt: None,
            last: None,
            request_id: None,
            attempts: 0,
            fetches: 0,
            refusals: 0,
            retries: 0,
            throttles: 0,
            missed_a_slot: false,
        }
    }

    /// What is next. After [`Step::Send`], the next call must be [`Exchange::answer`].
    ///
    /// # Panics
    /// When called after [`Step::Done`], or between a `Send` and its answer: an error in the driver.
    pub fn poll(&mut self, now: Now) -> Step<O::Output> {
        let give_up = *self.give_up.get_or_insert(now.tick + self.around.policy.patience);
        loop {
            match std::mem::replace(&mut self.state, State::Taken) {
                State::Ready { from, .. } if from.max(now.tick) > give_up => self.end(None),
                State::Ready { slot, from } if from > now.tick => {
                    self.state = State::Ready { slot, from };
                    return Step::WaitUntil(from);
                }
                State::Ready { slot, .. } => {
                    if let Some(step) = self.authorize(slot, now) {
                        return step;
                    }
                }
                State::Done(result) => return Step::Done(result),
                State::Fetching { .. } | State::Calling { .. } | State::Taken => {
                    panic!("an exchange is polled after its end, or before the answer that it waits for")
                }
            }
        }
    }

    /// The answer to the last [`Step::Send`], or why there is none.
    ///
    /// # Panics
    /// When nothing was sent: an error in the driver.
    pub fn answer(&mut self, now: Now, answer: Result<Response, Fault>) {
        match std::mem::replace(&mut self.state, State::Taken) {
            State::Fetching { slot, lease } => self.fetched(slot, lease, now, answer),
            State::Calling { grant, request_id } => {
                self.request_id.clone_from(&request_id);
                let answer = answer.map(|response| response.with_request_id(request_id));
                self.called(&grant, now, answer);
            }
            State::Ready { .. } | State::Done(_) | State::Taken => {
                panic!("an exchange is given an answer that it does not wait for")
            }
        }
    }

    fn authorize(&mut self, slot: Option<Tick>, now: Now) -> Option<Step<O::Output>> {
        let good_until = now.unix + self.around.policy.deadline + TOKEN_MARGIN;
        match (self.around.session.access(now, good_until), slot) {
            (Ok(Access::Granted(grant)), Some(slot)) if self.missed_a_slot || now.tick.since(slot) <= SLOT_LASTS => {
                self.send(grant, now)
            }
            (Ok(Access::Granted(_)), slot) => {
                self.missed_a_slot = slot.is_some();
                let slot = now.tick + self.around.pace.reserve(self.operation.cost(), now.tick);
                self.state = State::Ready { slot: Some(slot), from: slot };
                None
            }
            (Ok(Access::WaitUntil(from)), slot) => {
                self.state = State::Ready { slot, from };
                None
            }
            (Ok(Access::Fetch(request, lease)), slot) => {
                log::debug!("asking for a token");
                self.fetches += 1;
                self.state = State::Fetching { slot, lease };
                Some(Step::Send(request))
            }
            (Err(error), _) => {
                self.end(Some(Cause::Build(error)));
                None
            }
        }
    }

    fn send(&mut self, grant: Grant, now: Now) -> Option<Step<O::Output>> {
        if self.doubt.is_some() && !self.may_repeat(now) {
            self.end(None);
            return None;
        }
        match self.request(&grant) {
            Ok(request) => {
                self.attempts += 1;
                self.first_sent.get_or_insert(now.tick);
                log::debug!("attempt {}: {request:?}", self.attempts);
                let request_id = request.id().map(str::to_owned);
                self.state = State::Calling { grant, request_id };
                Some(Step::Send(request))
            }
            Err(error) => {
                self.end(Some(Cause::Build(error)));
                None
            }
        }
    }

    fn request(&self, grant: &Grant) -> Result<Request, BuildError> {
        let request = self.operation.request(&self.around.endpoint)?.with_timeout(self.around.policy.deadline);
        self.around.session.authorize(request, grant)
    }

    /// The token endpoint: unreachable, broken or unreadable is "not sent", since no message was on the way.
    fn fetched(&mut self, slot: Option<Tick>, lease: Lease, now: Now, answer: Result<Response, Fault>) {
        let verdict = match answer {
            Ok(response) => self.around.session.fetched(lease, &response, now),
            Err(fault) => {
                self.around.session.not_fetched(lease);
                return self.fetch_again(slot, Cause::Fault(fault.into_unsent()), now);
            }
        };
        match verdict {
            Verdict::Done(()) => self.state = State::Ready { slot, from: now.tick },
            Verdict::Unknown(error) => self.fetch_again(slot, Cause::Api(error.with_class(Class::NotSent)), now),
            Verdict::Refused(error) => match error.class() {
                Class::Throttled { after } => {
                    self.wait_throttled(slot, after, Cause::NoToken(Box::new(Cause::Api(error))), now);
                }
                Class::NotSent | Class::TryAgain | Class::Unknown => {
                    self.fetch_again(slot, Cause::Api(error.with_class(Class::NotSent)), now);
                }
                // A request for a token holds nothing but credentials, so whatever is wrong with it is wrong with them.
                Class::Token | Class::Message | Class::Recipient | Class::Recipients => {
                    let cause = Cause::Api(error.with_class(Class::Permission));
                    self.end(Some(Cause::NoToken(Box::new(cause))));
                }
                Class::Permission | Class::Quota | Class::Endpoint => {
                    self.end(Some(Cause::NoToken(Box::new(Cause::Api(error)))));
                }
            },
        }
    }

    fn fetch_again(&mut self, slot: Option<Tick>, cause: Cause, now: Now) {
        let cause = Cause::NoToken(Box::new(cause));
        if self.fetches >= MOST_FETCHES.min(self.around.policy.retries.saturating_add(1)) {
            return self.end(Some(cause));
        }
        self.last = Some(cause);
        let wait = self.around.policy.backoff(self.fetches - 1, &mut self.rng);
        self.again(slot, now.tick + wait);
    }

    fn called(&mut self, grant: &Grant, now: Now, answer: Result<Response, Fault>) {
        let verdict = match answer {
            Ok(response) => self.operation.parse(&response),
            Err(fault) if fault.was_sent() == Sent::No => {
                return self.retry(Cause::Fault(fault), now);
            }
            Err(fault) => return self.doubted(Cause::Fault(fault), now),
        };
        let hide = |error: ApiError| error.without(self.around.session.secrets(grant));
        match verdict {
            Verdict::Done(output) => {
                self.around.session.accepted(grant);
                log::debug!("attempt {}: done", self.attempts);
                self.state = State::Done(Ok(output));
            }
            Verdict::Unknown(error) => {
                let error = hide(error);
                self.doubted(Cause::Api(error.with_class(Class::Unknown)), now);
            }
            Verdict::Refused(error) => {
                let error = hide(error);
                self.refused(error, grant, now);
            }
        }
    }

    fn refused(&mut self, error: ApiError, grant: &Grant, now: Now) {
        let class = error.class();
        log::debug!("attempt {}: refused, {class}: {error}", self.attempts);
        if class != Class::Token {
            self.around.session.accepted(grant);
        }
        match class {
            Class::Throttled { after } => {
                self.wait_throttled(None, after, Cause::Api(error), now);
            }
            Class::NotSent | Class::TryAgain => self.retry(Cause::Api(error), now),
            Class::Token => {
                self.refusals += 1;
                let replace = self.around.session.refused(grant) == Refusal::Replace;
                if replace && self.refusals < MOST_REFUSALS && self.around.policy.waits() {
                    self.last = Some(Cause::Api(error));
                    self.again(None, now.tick);
                } else if replace {
                    self.end(Some(Cause::Api(error)));
                } else {
                    self.end(Some(Cause::Api(error.with_class(Class::Permission))));
                }
            }
            Class::Unknown => self.doubted(Cause::Api(error), now),
            Class::Permission
            | Class::Quota
            | Class::Recipient
            | Class::Recipients
            | Class::Message
            | Class::Endpoint => {
                self.end(Some(Cause::Api(error)));
            }
        }
    }

    /// Nobody knows whether this attempt was processed: only a call that may be repeated is.
    fn doubted(&mut self, cause: Cause, now: Now) {
        if self.operation.replay() == Replay::Safe {
            return self.retry(cause, now);
        }
        self.doubt = Some(cause);
        if self.may_repeat(now) { self.retry(Cause::OutOfTime, now) } else { self.end(None) }
    }

    /// Whether a call that is in doubt may leave again. A repeat must arrive while the vendor still knows the key.
    fn may_repeat(&self, now: Now) -> bool {
        match self.operation.replay() {
            Replay::Safe => true,
            Replay::Keyed { within } => self
                .first_sent
                .is_some_and(|first| now.tick.since(first).saturating_add(self.around.policy.deadline) <= within),
            Replay::Never => false,
        }
    }

    fn retry(&mut self, cause: Cause, now: Now) {
        if self.retries >= self.around.policy.retries {
            return self.end(Some(cause));
        }
        let wait = self.around.policy.backoff(self.retries, &mut self.rng);
        self.retries += 1;
        self.last = Some(cause);
        self.again(None, now.tick + wait);
    }

    /// Everybody waits, not this call alone: whoever shares the pace would be refused too.
    fn wait_throttled(&mut self, slot: Option<Tick>, after: Option<Duration>, cause: Cause, now: Now) {
        let least = after.unwrap_or_default().max(LEAST_THROTTLE);
        self.around.pace.defer(least, now.tick);
        if !self.around.policy.waits() {
            return self.end(Some(cause));
        }
        let wait = least.saturating_add(self.around.policy.backoff(self.throttles, &mut self.rng));
        self.throttles += 1;
        self.last = Some(cause);
        self.again(slot, now.tick + wait);
    }

    fn again(&mut self, slot: Option<Tick>, from: Tick) {
        self.state = State::Ready { slot, from };
    }

    /// Ends without success. A doubt outlives whatever came after it.
    fn end(&mut self, cause: Option<Cause>) {
        let cause = self.doubt.take().or(cause).or(self.last.take()).unwrap_or(Cause::OutOfTime);
        let error = CallError::new(cause, self.attempts).with_request_id(self.request_id.take());
        log::debug!("ended: {error}");
        self.state = State::Done(Err(error));
    }
}
