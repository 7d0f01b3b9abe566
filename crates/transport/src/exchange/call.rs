//! One call, attempt by attempt: [`Exchange`].

use std::time::Duration;

use secrecy::SecretString;

use super::authorization::{Authorization, Progress, no_token};
use super::machine::{Machine, Step};
use super::pace::SLOT_LASTS;
use super::patience::Patience;
use super::session::{Grant, Refusal, proves_token};
use super::slot::Slot;
use super::surroundings::{Surroundings, TokenIs};
use crate::class::Class;
use crate::error::{ApiError, BuildError, CallError, Cause};
use crate::fault::{self, Fault};
use crate::operation::{Operation, Replay, Verdict};
use crate::time::{Now, Tick};
use crate::wire::{Request, Response};

/// How often one call may be refused for its token. The session ends this sooner; it is a bound, should other calls
/// replace the token again and again.
const MOST_REFUSALS: u32 = 3;

/// One call from its start to its end. See the [module](super).
#[derive(Debug)]
pub struct Exchange<O: Operation> {
    operation: O,
    around: Surroundings,
    rng: fastrand::Rng,
    state: State<O::Output>,
    authorization: Authorization,
    patience: Patience,
    /// The first byte of the first attempt, from which a key's life is counted.
    first_sent: Option<Now>,
    /// An earlier attempt that may have been processed. Whatever comes after, the call stays in doubt.
    doubt: Option<Cause>,
    last: Option<Cause>,
    /// The id of the last attempt, where we choose it.
    request_id: Option<String>,
    attempts: u32,
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
        slot: Option<Slot>,
        from: Tick,
    },
    Authorizing {
        slot: Option<Slot>,
    },
    Calling {
        grant: Grant,
        sent: Sent,
    },
    Done(Result<T, CallError>),
    Taken,
}

/// What is remembered of a request while its answer is waited for.
#[derive(Debug)]
struct Sent {
    /// The id by which the vendor's support finds it, where we choose it.
    id: Option<String>,
    query: Option<SecretString>,
}

impl<O: Operation> Exchange<O> {
    /// A call that has not begun. The seed decides the jitter of the backoff.
    #[must_use]
    pub fn new(operation: O, around: Surroundings, seed: u64) -> Self {
        let around = around.for_api(operation.api());
        Self {
            operation,
            authorization: Authorization::new(&around.policy, seed),
            patience: Patience::new(around.policy.patience),
            around,
            rng: fastrand::Rng::with_seed(seed),
            state: State::Ready { slot: None, from: Tick::ZERO },
            first_sent: None,
            doubt: None,
            last: None,
            request_id: None,
            attempts: 0,
            refusals: 0,
            retries: 0,
            throttles: 0,
            missed_a_slot: false,
        }
    }

    /// One step towards the attempt, or `None` where the state says what is next.
    fn authorize(&mut self, slot: Option<Slot>, left: Duration, now: Now) -> Option<Step<O::Output>> {
        let good_until = self.around.good_for_attempt(now);
        match self.authorization.poll(&self.around, good_until, left, now) {
            Progress::Granted(grant) => return self.take_turn(grant, slot, left, now),
            _ if self.around.token == TokenIs::AtHand => {
                self.authorization.leave_it(&self.around);
                self.end(Some(Cause::TokenLost));
            }
            Progress::Send(request) => {
                self.state = State::Authorizing { slot };
                return Some(Step::Send(request));
            }
            Progress::WaitUntil(from) => self.again(slot, from),
            Progress::Failed(cause) => self.end(Some(cause)),
            Progress::OutOfTime => {
                let last = self.authorization.failure().or(self.last.take());
                self.end(Some(last.unwrap_or_else(|| no_token(Cause::OutOfTime))));
            }
        }
        None
    }

    /// Sends where the turn has come, else asks for one. A driver that is always late is late by the same for
    /// everybody, and must get on nevertheless: a turn that was missed is given up for a new one once an attempt.
    fn take_turn(&mut self, grant: Grant, slot: Option<Slot>, left: Duration, now: Now) -> Option<Step<O::Output>> {
        self.missed_a_slot = match slot {
            Some(slot) if self.missed_a_slot || now.tick.since(slot.at) <= SLOT_LASTS => {
                return self.send(grant, slot, now);
            }
            missed => missed.map(Slot::use_up).is_some(),
        };
        let cost = self.operation.cost();
        match self.around.pace.reserve(cost, now.tick, left) {
            Some(wait) => {
                let at = now.tick + wait;
                self.again(Some(Slot::new(at, cost, &self.around.pace)), at);
            }
            None => self.end(None),
        }
        None
    }

    fn send(&mut self, grant: Grant, slot: Slot, now: Now) -> Option<Step<O::Output>> {
        if self.doubt.is_some() && !self.may_repeat(now) {
            self.end(None);
            return None;
        }
        match self.request(&grant) {
            Ok(request) => {
                slot.use_up();
                self.attempts += 1;
                self.first_sent.get_or_insert(now);
                log::debug!("attempt {}: {request:?}", self.attempts);
                let sent =
                    Sent { id: request.id().map(str::to_owned), query: request.uri().query().map(SecretString::from) };
                self.state = State::Calling { grant, sent };
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

    /// What the answer means, without the secrets that a server may have echoed. What is read is the answer as it came,
    /// for blotting first could change who is named; only a success that repeats a secret is read again without it.
    fn read(&self, response: &Response, grant: &Grant, query: Option<&SecretString>) -> Verdict<O::Output> {
        // The query goes first: it may hold the token, and no part of it is to be shown.
        let secrets = || query.into_iter().chain(self.around.session.secrets(grant));
        match self.operation.parse(response) {
            Verdict::Done(output) => match response.without(secrets()) {
                None => Verdict::Done(output),
                Some(blotted) => match self.operation.parse(&blotted) {
                    Verdict::Done(output) => Verdict::Done(output),
                    Verdict::Refused(error) | Verdict::Unknown(error) => {
                        Verdict::Unknown(error.with_class(Class::Unknown).without(secrets()))
                    }
                },
            },
            Verdict::Refused(error) => Verdict::Refused(error.without(secrets())),
            Verdict::Unknown(error) => Verdict::Unknown(error.without(secrets())),
        }
    }

    fn called(&mut self, grant: &Grant, now: Now, verdict: Result<Verdict<O::Output>, Fault>) {
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(fault) if fault.was_sent() == fault::Sent::No => {
                return self.retry(Cause::Fault(fault), now);
            }
            Err(fault) => return self.doubted(Cause::Fault(fault), now),
        };
        match verdict {
            Verdict::Done(output) => {
                self.around.session.accepted(grant);
                log::debug!("attempt {}: done", self.attempts);
                self.state = State::Done(Ok(output));
            }
            Verdict::Unknown(error) => self.doubted(Cause::Api(error.with_class(Class::Unknown)), now),
            Verdict::Refused(error) => self.refused(error, grant, now),
        }
    }

    fn refused(&mut self, error: ApiError, grant: &Grant, now: Now) {
        let class = error.class();
        log::debug!("attempt {}: refused, {class}: {error}", self.attempts);
        if proves_token(class) {
            self.around.session.accepted(grant);
        }
        match class {
            Class::Throttled { after } => self.wait_throttled(after, Cause::Api(error), now),
            Class::NotSent | Class::TryAgain => self.retry(Cause::Api(error), now),
            Class::Token => {
                self.refusals += 1;
                let replace = self.around.session.refused(grant, now) == Refusal::Replace;
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
                .is_some_and(|first| now.at_most_since(first).saturating_add(self.around.policy.deadline) <= within),
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

    fn wait_throttled(&mut self, after: Option<Duration>, cause: Cause, now: Now) {
        let least = self.around.hold_back(after, now);
        if !self.around.policy.waits() {
            return self.end(Some(cause));
        }
        let wait = least.saturating_add(self.around.policy.backoff(self.throttles, &mut self.rng));
        self.throttles += 1;
        self.last = Some(cause);
        self.again(None, now.tick + wait);
    }

    fn again(&mut self, slot: Option<Slot>, from: Tick) {
        self.state = State::Ready { slot, from };
    }

    /// Ends without success. A doubt outlives whatever came after it.
    fn end(&mut self, cause: Option<Cause>) {
        let cause = self.doubt.take().or(cause).or_else(|| self.authorization.failure()).or(self.last.take());
        let cause = cause.unwrap_or(Cause::OutOfTime);
        let error = CallError::new(cause, self.attempts).with_request_id(self.request_id.take());
        log::debug!("ended: {error}");
        self.state = State::Done(Err(error));
    }
}

impl<O: Operation> Machine for Exchange<O> {
    type Output = O::Output;

    fn poll(&mut self, now: Now) -> Step<O::Output> {
        let left = self.patience.left(now);
        loop {
            match (std::mem::replace(&mut self.state, State::Taken), left) {
                (State::Ready { from, .. }, Some(left)) if from.since(now.tick) > left => self.end(None),
                (State::Ready { slot, from }, Some(_)) if from > now.tick => {
                    self.state = State::Ready { slot, from };
                    return Step::WaitUntil(from);
                }
                (State::Ready { slot, .. }, Some(left)) => {
                    if let Some(step) = self.authorize(slot, left, now) {
                        return step;
                    }
                }
                (State::Ready { .. }, None) => self.end(None),
                (State::Done(result), _) => return Step::Done(result),
                (State::Authorizing { .. } | State::Calling { .. } | State::Taken, _) => {
                    panic!("an exchange is polled after its end, or before the answer that it waits for")
                }
            }
        }
    }

    fn answer(&mut self, now: Now, answer: Result<Response, Fault>) {
        match std::mem::replace(&mut self.state, State::Taken) {
            State::Authorizing { slot } => match self.authorization.answer(&self.around, now, answer) {
                Ok(()) => self.again(slot, now.tick),
                Err(cause) => self.end(Some(cause)),
            },
            State::Calling { grant, sent } => {
                let answer = answer.map(|response| response.with_request_id(sent.id.clone()));
                let verdict = answer.map(|response| self.read(&response, &grant, sent.query.as_ref()));
                self.request_id = sent.id;
                self.called(&grant, now, verdict);
            }
            State::Ready { .. } | State::Done(_) | State::Taken => {
                panic!("an exchange is given an answer that it does not wait for")
            }
        }
    }
}
