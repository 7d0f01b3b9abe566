//! What follows an answer: the table of [`Run`], in code.

use std::time::Duration;

use batchcast_transport::channel::{Mark, Receipt};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};
use batchcast_transport::exchange::RetryPolicy;
use batchcast_transport::time::{Now, Tick};

use crate::batch::{Batch, BatchId, State};
use crate::ending::{Stopped, Why, next_day};
use crate::outcome::Outcome;
use crate::reducer::{Attempt, Before, Run};

const NOT_SENT_IN_A_ROW: u32 = 5;
const DOUBTS_IN_A_ROW: u32 = 3;
const TRIES_AGAIN: u32 = 5;
const SPLITS: u32 = 64;
const LONGEST_THROTTLE: Duration = Duration::from_secs(600);

impl Run {
    pub(crate) fn count_in_a_row(&mut self, class: Option<Class>, before: Before) {
        match class {
            Some(Class::Throttled { .. }) if self.throttles_in_a_row > before.throttles => {}
            Some(Class::Throttled { .. }) => self.throttles_in_a_row += 1,
            Some(Class::NotSent) => {}
            _ => self.throttles_in_a_row = 0,
        }
        match class {
            // Another attempt failed while this one was under way: it is the same event.
            Some(Class::NotSent) if self.not_sent_in_a_row > before.not_sent => {}
            Some(Class::NotSent) => self.not_sent_in_a_row += 1,
            Some(Class::Unknown) => {
                self.doubts_in_a_row += 1;
                self.not_sent_in_a_row = 0;
            }
            _ => (self.doubts_in_a_row, self.not_sent_in_a_row) = (0, 0),
        }
    }

    /// A receipt that names somebody who was not sent to is not about this batch, so nobody knows.
    pub(crate) fn about_this_batch(&self, attempt: &Attempt, receipt: Receipt) -> Result<Receipt, CallError> {
        if receipt.rejected.iter().all(|named| attempt.recipients().contains(&named.recipient)) {
            return Ok(receipt);
        }
        let text = "the answer names somebody who was not sent to";
        let error = ApiError::new(Class::Unknown, 200, text).with_request_id(receipt.request_id);
        Err(CallError::new(Cause::Api(error), 1))
    }

    pub(crate) fn accept(&mut self, batch: BatchId, receipt: Receipt) {
        for named in receipt.rejected {
            let mut members = self.batches[batch.0].members.iter().copied();
            let at = members.find(|at| self.recipients[*at] == named.recipient);
            let request_id = receipt.request_id.clone();
            let outcome = Outcome::Rejected { code: named.code, reason: named.reason, request_id };
            // By position, so that somebody whom the vendor names twice is rejected once.
            self.exceptions.extend(at.map(|at| (at, outcome)));
        }
        self.message_ids.extend(receipt.message_id.clone());
        self.settle(batch, Outcome::Accepted { message_id: receipt.message_id, request_id: receipt.request_id });
    }

    pub(crate) fn refuse(&mut self, batch: BatchId, error: &CallError, mark: Option<Mark>, now: Now) {
        let Some(class) = error.class() else {
            return self.pend_and_stop(batch, Stopped::by(Why::Broken, error));
        };
        log::debug!("batch {}: {class}: {error}", batch.0);
        match class {
            Class::Unknown => {
                let request_id = error.request_id().map(str::to_owned);
                self.settle(batch, Outcome::Unknown { reason: error.to_string(), mark, request_id });
                if self.doubts_in_a_row >= DOUBTS_IN_A_ROW {
                    self.stop(Stopped::by(Why::TooManyDoubts, error));
                }
            }
            Class::NotSent => {
                let wait = self.backoff.backoff(self.not_sent_in_a_row.saturating_sub(1), &mut self.rng);
                self.not_before = self.not_before.max(now.tick + wait);
                self.pend(batch, Tick::ZERO);
                if self.not_sent_in_a_row >= NOT_SENT_IN_A_ROW {
                    self.stop(Stopped::by(Why::Unreachable, error));
                }
            }
            Class::Throttled { after } => {
                self.requests.throttled += u64::from(error.attempts().min(1));
                // Whoever does not say how long is asked less and less often.
                let nth = if after.is_some() { 0 } else { self.throttles_in_a_row.saturating_sub(1) };
                let backoff = self.backoff.backoff(nth, &mut self.rng);
                let pause = RetryPolicy::least_pause(after).saturating_add(backoff);
                self.pace.defer(pause, now.tick);
                self.not_before = self.not_before.max(now.tick + pause);
                self.pend(batch, Tick::ZERO);
                if after.is_some_and(|after| after > LONGEST_THROTTLE) {
                    self.stop(Stopped::by(Why::LongThrottle, error).until(now.unix + pause));
                }
            }
            Class::TryAgain if self.batches[batch.0].tries_again < TRIES_AGAIN => {
                let tries = &mut self.batches[batch.0].tries_again;
                let wait = self.backoff.backoff(*tries, &mut self.rng);
                *tries += 1;
                self.pend(batch, now.tick + wait);
            }
            Class::Token => self.pend(batch, Tick::ZERO),
            Class::Permission => self.pend_and_stop(batch, Stopped::by(Why::NotPermitted, error)),
            Class::Endpoint => self.pend_and_stop(batch, Stopped::by(Why::WrongEndpoint, error)),
            Class::Quota => {
                self.pend_and_stop(batch, Stopped::by(Why::QuotaUsedUp, error).until(next_day(now.unix)));
            }
            Class::Recipient if self.batches[batch.0].members.len() > 1 => self.split(batch, error),
            Class::Recipient | Class::Recipients => self.reject(batch, error),
            // `TryAgain` too many times, `Message`, and whatever class may come.
            _ => {
                self.reject(batch, error);
                self.stop(Stopped::by(Why::MessageRefused, error));
            }
        }
    }

    fn pend_and_stop(&mut self, batch: BatchId, stopped: Stopped) {
        self.pend(batch, Tick::ZERO);
        self.stop(stopped);
    }

    pub(crate) fn settle(&mut self, batch: BatchId, outcome: Outcome) {
        self.batches[batch.0].state = State::Settled(outcome);
    }

    fn reject(&mut self, batch: BatchId, error: &CallError) {
        let code = error.api().and_then(|api| api.code());
        let request_id = error.request_id().map(str::to_owned);
        self.settle(batch, Outcome::Rejected { code, reason: error.to_string(), request_id });
    }

    fn split(&mut self, batch: BatchId, error: &CallError) {
        self.splits += 1;
        let mut left = std::mem::take(&mut self.batches[batch.0].members);
        let right = left.split_off(left.len() / 2);
        self.batches[batch.0].state = State::Split;
        for half in [right, left] {
            self.waiting.push(BatchId(self.batches.len()));
            self.batches.push(Batch::new(half));
        }
        if self.splits > SPLITS {
            self.stop(Stopped::by(Why::TooManyBadIds, error));
        }
    }
}
